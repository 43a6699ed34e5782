/* spool_rights.h - the registers of the store: letters that held more than they said.
 */
#ifndef SPOOL_RIGHTS_H
#define SPOOL_RIGHTS_H

#include "nodes/spool.h"

enum { SPOOL_VIOLATIONS_KEPT = 1000 }; /* the newest; a hostile partner makes many */

/* --- letters that held more than they said --- */
struct spool_violation {
    bool ours;                 /* we sent it; else it came to us */
    char other[PARTNER_BYTES]; /* whom it went to or came from */
    struct id msg_id;
    enum letter_type type;
    enum code code;
    uint64_t case_number; /* 0: there is none */
    int64_t at_ms;
};
MUST_USE bool spool_put_violation(struct db *db,
        const struct spool_violation *violation, struct err *err);
/* How many there were since then, and who was the other of the newest ("": none). */
MUST_USE bool spool_count_violations(struct db *db, bool ours, int64_t since_ms,
        uint64_t *n_violations, char other[PARTNER_BYTES], struct err *err);

/* --- said in confidence --- */
struct spool_confidence {
    uint64_t number;
    uint64_t case_number;
    int64_t at_ms;
    const char *who;
    struct span content; /* encrypted with the case's key */
};
/* The number that the next one gets. */
MUST_USE bool spool_next_confidence(struct db *db, uint64_t *number, struct err *err);
MUST_USE bool spool_put_confidence(struct db *db,
        const struct spool_confidence *confidence, struct err *err);
/* The newest of a case, oldest first. */
MUST_USE bool spool_confidences(struct db *db, uint64_t case_number,
        struct arena *arena, struct spool_confidence *told, size_t max, size_t *n_told,
        struct err *err);
/* All of a case, gone. */
MUST_USE bool spool_wipe_confidences(struct db *db, uint64_t case_number,
        struct err *err);

/* --- rights of the person --- */
struct spool_right {
    uint64_t number;
    bool ours; /* we asked; else it was asked of us */
    enum letter_type right;
    struct id request_id;
    uint64_t case_number;
    struct id offer_id;
    char other[PARTNER_BYTES];
    int64_t asked_ms, due_ms;
    bool extended;
    uint16_t answer, reason, retention; /* answer 0: there is no final one */
    int64_t answered_ms;                /* or when our request was lost */
    uint64_t moment; /* of our newest letter about it; 0: there is none */
    bool lost;       /* that letter did not come to its reader */
};
/* number is filled in. */
MUST_USE bool spool_put_right(struct db *db, struct spool_right *right,
        struct err *err);
/* Writes due, extended, the answer, and what became of our letter. */
MUST_USE bool spool_save_right(struct db *db, const struct spool_right *right,
        struct err *err);
MUST_USE bool spool_get_right(struct db *db, uint64_t number, bool *found,
        struct spool_right *right, struct err *err);
MUST_USE bool spool_find_right(struct db *db, const struct id *request_id, bool *found,
        struct spool_right *right, struct err *err);
/* The next one of this kind about this offer, after that number, that has no answer
 * yet. */
MUST_USE bool spool_open_right(struct db *db, bool ours, enum letter_type right,
        const struct id *offer_id, uint64_t after, bool *found, struct spool_right *out,
        struct err *err);
/* Whose newest letter of ours is this moment of a case. */
MUST_USE bool spool_right_at(struct db *db, uint64_t moment, bool *found,
        struct spool_right *right, struct err *err);
/* The next ones after that number; open: only those that wait for somebody. */
MUST_USE bool spool_rights(struct db *db, bool open, uint64_t after,
        struct spool_right *rights, size_t max, size_t *n_rights, struct err *err);
/* How many have no answer and are past this instant (asked of us, or by us). */
MUST_USE bool spool_count_rights(struct db *db, bool ours, int64_t before_ms,
        uint64_t *n_rights, struct err *err);

/* One without an answer that is due before this instant, and of which nobody was
 * reminded in this term yet; and that somebody was. */
MUST_USE bool spool_right_to_remind(struct db *db, int64_t before_ms, bool *found,
        struct spool_right *right, struct err *err);
MUST_USE bool spool_right_reminded(struct db *db, uint64_t number, struct err *err);

/* Offers of a case, and of the others under its consent record, that the other party
 * was handed something of. */
struct spool_party {
    uint64_t case_number;
    struct id offer_id;
};
MUST_USE bool spool_parties(struct db *db, uint64_t case_number, uint64_t consent,
        struct spool_party *parties, size_t max, size_t *n_parties, struct err *err);

/* Has its reader read the content of this offer, and not said that it is destroyed? */
MUST_USE bool spool_holds_content(struct db *db, uint64_t case_number,
        const struct id *offer_id, bool *holds, struct err *err);

#endif
