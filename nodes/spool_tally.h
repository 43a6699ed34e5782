/* spool_tally.h - counts of signals by month, until all that may be told of them was
 * told; and the days on which nobody had room for a need. No person, no case. */
#ifndef SPOOL_TALLY_H
#define SPOOL_TALLY_H

#include "core/aggregate.h"
#include "nodes/spool.h"

enum { SPOOL_LACK_DAYS = 800 }; /* what is over for longer goes */

/* One more in this cell, of this municipality. */
MUST_USE bool spool_tally_add(struct db *db, const struct aggregate_cell *cell,
        struct err *err);
/* The municipality after this one that has a cell in these months; "": that was all. */
MUST_USE bool spool_tally_area(struct db *db, const char *after, int32_t from_month,
        int32_t until_month, char area[6], struct err *err);
/* The cells of a municipality in these months, in the order of aggregate_order. */
MUST_USE bool spool_tally_cells(struct db *db, const char *area, int32_t from_month,
        int32_t until_month, struct aggregate_cell *cells, size_t max, size_t *n_cells,
        struct err *err);
MUST_USE bool spool_tally_told(struct db *db, const struct aggregate_cell *cell,
        struct err *err);
/* What was counted before this month goes. */
MUST_USE bool spool_tally_drop(struct db *db, int32_t month, struct err *err);

/* On this day nobody in the municipality had room for this need; each day once. */
MUST_USE bool spool_note_lack(struct db *db, const char *area, uint16_t need,
        int32_t day, struct err *err);
/* On how many days of a time, by municipality and need. */
struct spool_lack {
    char area[6];
    uint16_t need;
    uint32_t days;
};
MUST_USE bool spool_lacks(struct db *db, int32_t from_day, int32_t until_day,
        struct spool_lack *lacks, size_t max, size_t *n_lacks, struct err *err);

#endif
