/* spool_answers.h - how partners have answered what was offered to them: times and
 * partners, no person. The next search for a partner goes by it. */
#ifndef SPOOL_ANSWERS_H
#define SPOOL_ANSWERS_H

#include "nodes/finder.h"
#include "nodes/spool.h"

enum { SPOOL_ANSWERS_DAYS = 365 }; /* what is older counts no more, and goes */

/* This partner was asked; a second time changes nothing. */
MUST_USE bool spool_note_asked(struct db *db, const struct id *offer_id,
        const char *partner, int64_t at_ms, struct err *err);
/* The first answer to it; in_time false: the limit passed without one. */
MUST_USE bool spool_note_answered(struct db *db, const struct id *offer_id,
        int64_t at_ms, bool in_time, struct err *err);
/* What there is of each partner since then, ordered by partner. */
MUST_USE bool spool_answers(struct db *db, int64_t since_ms,
        struct finder_record *records, size_t max, size_t *n_records, struct err *err);

#endif
