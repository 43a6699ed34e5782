/* evidence_inner.h - what a check of evidence works on; for core/evidence*.c only. */
#ifndef EVIDENCE_INNER_H
#define EVIDENCE_INNER_H

#include "core/evidence.h"
#include "core/vocab.h"

/* A member that the steward vouches for. */
struct evidence_member {
    struct membership membership;
    struct id identity_id;
    uint64_t revoked_version; /* this membership and all before it are out */
    int64_t revoked_ms;       /* since then */
};

/* Things whose signature holds, by kind, each with who signed it. */
struct evidence_consent {
    struct consent body;
    struct key32 hash;
    bool named; /* a letter or a step names it */
};
struct evidence_withdrawal {
    struct withdrawal body;
};
struct evidence_letter {
    struct letter_core core;
    struct key32 core_hash;
    struct found_letter *found;
};
struct evidence_receipt {
    struct receipt body;
    const char *signer;
};
struct evidence_status {
    struct offer_status body;
};
struct evidence_opening {
    struct opening body;
    struct key32 hash;
};

struct evidence_work {
    const struct evidence *evidence;
    const struct network *network;
    struct arena *arena;
    struct findings *found;
    struct found_fault *faults;
    struct evidence_head head;
    bool has_head;
    struct evidence_member *members;
    size_t n_members;
    struct evidence_consent *consents;
    struct evidence_withdrawal *withdrawals;
    struct evidence_letter *letters;
    struct evidence_receipt *receipts;
    struct evidence_status *statuses;
    struct evidence_opening *openings;
    struct found_step *steps;             /* one for each status */
    struct found_consent *found_consents; /* one for each consent */
    size_t n_consents, n_withdrawals, n_letters, n_receipts, n_statuses, n_openings;
};

/* Note what is wrong, and with which thing; past EVIDENCE_FAULTS_MAX no more. id and
 * partner may be NULL. */
void evidence_fault(struct evidence_work *work, enum vocab_evidence_fault fault,
        enum kind kind, const struct id *id, const char *partner, const char *words);

/* Zeroed room in the arena; NULL after ERR_NOMEM. */
void *evidence_room(struct evidence_work *work, size_t n, size_t size, struct err *err);

/* --- evidence_members.c --- */
/* The steward's words: memberships, revocations, the snapshot that counts them. */
MUST_USE bool evidence_take_members(struct evidence_work *work, struct err *err);
const struct evidence_member *evidence_find(const struct evidence_work *work,
        const char *partner);
/* May this partner say a thing of this kind, was the key its own at at_ms, and is the
 * signature right? Notes the fault and gives false. */
bool evidence_signed(struct evidence_work *work, enum kind kind, struct span bytes,
        const struct id *id, int64_t at_ms, const char *signer);

/* --- evidence_things.c --- */
/* Read and verify the things one by one. */
MUST_USE bool evidence_take_things(struct evidence_work *work, struct err *err);

/* --- evidence_course.c --- */
/* How they hang together: letters and their receipts, steps, openings. */
MUST_USE bool evidence_judge_course(struct evidence_work *work, struct err *err);

/* --- evidence_consent.c --- */
/* Whether what went was allowed, as far as the file can tell. */
MUST_USE bool evidence_judge_consent(struct evidence_work *work, struct err *err);

/* --- evidence_log.c --- */
/* What the broker's audit log is shown to hold; after the course. */
MUST_USE bool evidence_judge_log(struct evidence_work *work, struct err *err);

#endif
