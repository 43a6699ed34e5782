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
        struct arena *arena, struct spool_confidence *rows, size_t max, size_t *n_rows,
        struct err *err);
/* All of a case, gone. */
MUST_USE bool spool_wipe_confidences(struct db *db, uint64_t case_number,
        struct err *err);

#endif
