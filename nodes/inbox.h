/* inbox.h - mail in: letters, receipts, statuses, recalls, requests to seal again
 * (docs/flow.md, "Mail"). */
#ifndef INBOX_H
#define INBOX_H

#include "nodes/node_inner.h"

/* One item of mail; all it means is written in the open turn, in a savepoint of its
 * own. False: the store failed. */
MUST_USE bool inbox_take(struct node *node, const struct mail *mail, struct err *err);

/* A letter that came, with what is known of it. */
struct inbox_letter {
    uint64_t mail_id;
    uint64_t log_leaf;   /* of the audit log, for its hand-over */
    struct span signed_; /* its packed Signed */
    struct letter_core core;
    struct span packed_core;
    struct span sealed;
    struct key32 letter_hash; /* of all its bytes; what is sealed counts by its hash */
    struct consents_known *known; /* personal letters; else NULL */
    bool has_offer, has_case;
    uint32_t hands;  /* through which the case came; 0: not known, or none */
    bool asked;      /* the consent was looked at, so the decision is kept */
    uint64_t actual; /* data categories that are inside; 0 until it is opened */
    struct spool_offer offer;
    struct spool_case file;
    struct content content;
    struct span packed; /* the content's bytes, as decrypted; wiped after */
};

/* Verify, judge, open and file one letter; leaves its receipt in the batch. */
MUST_USE bool inbox_letter(struct node *node, const struct mail *mail, struct err *err);

/* The broker asks whether a letter came, since it may not leave any more: the receipt
 * is said again, or nothing but that the question was read. */
MUST_USE bool inbox_asked(struct node *node, const struct mail *mail, struct err *err);

/* Put an opened letter into its case; *code: why it cannot be taken all the same. */
MUST_USE bool inbox_file(struct node *node, struct inbox_letter *letter,
        enum code *code, struct err *err);

#endif
