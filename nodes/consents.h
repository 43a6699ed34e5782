/* consents.h - consent records of this node, the capsules minted from them,
 * withdrawals, and the one question: may this letter pass? */
#ifndef CONSENTS_H
#define CONSENTS_H

#include "nodes/node_inner.h"

enum {
    CONSENTS_VITAL_DAYS = 30, /* a capsule without the person's consent */
    CONSENTS_USES_MAX = 100,  /* capsules of one record that are shown */
    /* Withdrawals by others of consents that were never seen here: a broker that has
     * somebody sign them could send them without end. */
    CONSENTS_EARLY_MAX = 10000,
};

/* --- records --- */
/* Keep a record, encrypted with its own key; *number names it from now on. */
MUST_USE bool consents_record(struct node *node, const struct consent_give *given,
        uint64_t *number, struct err *err);
struct consents_record {
    struct spool_consent row;
    struct consent_give given;
    struct span packed; /* the record's own bytes */
};
/* *found false: no such number. What it points to lies in the scratch arena. */
MUST_USE bool consents_get(struct node *node, uint64_t number, bool *found,
        struct consents_record *record, struct err *err);
/* "later" (it has not begun), "active", "expired" or "withdrawn". */
const char *consents_state(const struct spool_consent *row, int64_t now_ms);
/* Neither withdrawn nor expired. */
bool consents_holds(const struct spool_consent *row, int64_t now_ms);
/* Does this capsule of ours belong to that record? The record, or the salt that was
 * hashed with it, may be destroyed: then nothing can be shown. */
MUST_USE bool consents_matches(struct node *node, const struct consents_record *record,
        const struct id *consent_id, bool *matches, struct err *err);

/* How many records of ours end soon, and how many referrals still run under one that
 * has ended. */
MUST_USE bool consents_warnings(struct node *node, uint64_t *n_ending,
        uint64_t *n_ended_live, struct err *err);

/* --- capsules --- */
/* A capsule with a fresh id, from a record; what it points to is the record's. *salt
 * went into its record_hash, and shows later that the two belong together. */
void consents_mint(const struct node *node, const struct consents_record *record,
        const char *const senders[1], struct consent *capsule, struct key32 *salt);
/* A capsule for a signal without the person's consent: on vital interest, to one
 * recipient. */
void consents_mint_vital(const struct node *node, const char *const senders[1],
        const char *const recipients[1], const uint16_t purposes[1],
        const uint16_t *categories, size_t n_categories, struct consent *capsule);
/* Have it signed and kept, with its salt; record NULL: it was minted from none. */
MUST_USE bool consents_put(struct node *node, const struct consent *capsule,
        const struct consents_record *record, const struct key32 *salt,
        struct err *err);

/* What is known of an id. */
struct consents_known {
    bool there;
    struct consent capsule; /* in the scratch arena */
    struct span bytes;
    uint64_t record;
    bool conflict;
    bool withdrawn;
};
MUST_USE bool consents_known(struct node *node, const struct id *consent_id,
        struct consents_known *known, struct err *err);
/* A capsule that came with a letter: verified, compared with what is known, kept.
 * *code: why it does not count. */
MUST_USE bool consents_take(struct node *node, struct span bytes,
        const struct id *consent_id, struct consents_known *known, enum code *code,
        struct err *err);

/* --- the question --- */
struct consents_ask {
    const struct letter_core *core;
    const struct consents_known *known;
    const char *offer_sender, *offer_target; /* NULL: no offer */
    bool offer_accepted, lodging, first_claim;
    uint64_t actual_categories;
    /* Through how many hands the case has come, by the broker's word; 0: not known, or
     * none. */
    uint32_t hands;
};
enum code consents_judge(const struct node *node, const struct consents_ask *ask);
/* Everything that is known now of what is asked. */
void consents_facts(const struct node *node, const struct consents_ask *ask,
        struct consent_case *facts);

/* --- withdrawals --- */
/* Withdraw one id, in our own name: counts here at once and goes to the broker. Nothing
 * happens when it is withdrawn already. */
MUST_USE bool consents_withdraw(struct node *node, const struct id *consent_id,
        uint16_t reason, struct err *err);
/* In our own name, and on the same ground, what the broker has never heard and does not
 * believe of `theirs` any more. */
MUST_USE bool consents_withdraw_again(struct node *node,
        const struct spool_withdrawal *theirs, struct err *err);
/* A withdrawal that came by mail, and the place in the audit log that was promised for
 * it. */
MUST_USE bool consents_recall(struct node *node, struct span bytes, uint64_t log_leaf,
        struct err *err);

#endif
