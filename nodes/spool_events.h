/* spool_events.h - the trace of all cases as one journal, for who follows along: what
 * happened after a number, in the order in which it was written. */
#ifndef SPOOL_EVENTS_H
#define SPOOL_EVENTS_H

#include "gen/gateway.h"
#include "nodes/spool.h"

/* The newest number of the trace; 0: there is none. */
MUST_USE bool spool_newest_event(struct db *db, uint64_t *number, struct err *err);

/* What came (letters) and what changed (steps of cases) after that number; what only
 * says how a letter of ours travels, and refusals, are left out. Of no case: the store
 * was put back (restored). */
MUST_USE bool spool_events(struct db *db, uint64_t after, struct arena *arena,
        struct event_line *lines, size_t max, size_t *n_lines, struct err *err);

/* The store was put back from a backup: the numbers of events go on that much further,
 * and the first that is told says so. */
MUST_USE bool spool_put_restored(struct db *db, uint64_t n_skipped, int64_t now_ms,
        struct err *err);

/* The number in front of the first event that happened then or later. */
MUST_USE bool spool_event_before(struct db *db, uint64_t since_ms, uint64_t *after,
        struct err *err);

/* Submissions that the broker has not answered, and since when the oldest waits (0:
 * none does). */
MUST_USE bool spool_waiting(struct db *db, uint64_t *n, uint64_t *since_ms,
        struct err *err);

#endif
