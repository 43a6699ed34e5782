/* letters.h - making letters: the core, the content, the seal. */
#ifndef LETTERS_H
#define LETTERS_H

#include "nodes/disclose.h"
#include "nodes/node_inner.h"

/* A letter that is being made. The caller fills the first part; letters_plan the rest.
 */
struct letter_plan {
    const struct spool_case *file; /* referral, consent, purpose, urgency, area */
    char recipient[PARTNER_BYTES]; /* whose node */
    char on_behalf_of[PARTNER_BYTES];
    enum letter_type type;
    enum offer_event event;
    bool for_nobody; /* it ends at the broker: sealed to ourselves */
    struct id offer_id;
    uint64_t expected_version;
    int64_t due_ms;
    struct content content; /* its body */

    struct disclosure disclosure;
    uint16_t categories[24];
    struct letter_core core;
    struct key32 reader_key;
    struct span packed; /* the content, in the scratch arena */
    uint64_t moment;    /* letters_post: where its case keeps it */
};

/* Fill in the core and pack the content. *code: E_UNREACHABLE when the recipient has no
 * key now; E_SIZE, E_FORMAT, E_CODE for a content that no letter may hold. False: we
 * failed. */
MUST_USE bool letters_plan(struct node *node, struct letter_plan *plan, enum code *code,
        struct err *err);

/* Seal it and leave it in the batch, as number `position` of a submission. */
MUST_USE bool letters_send(struct node *node, struct letter_plan *plan,
        uint64_t submission, uint32_t position, uint64_t moment, struct err *err);

/* Keep what a planned letter says in its case, and send it alone: with its capsule when
 * it is personal, and with a line of the trace. */
MUST_USE bool letters_post(struct node *node, struct letter_plan *plan, const char *who,
        struct err *err);

/* A line of the trace of its case. */
MUST_USE bool letters_trace(struct node *node, const struct letter_plan *plan,
        const char *who, const char *what, struct err *err);

#endif
