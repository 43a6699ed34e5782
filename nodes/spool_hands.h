/* spool_hands.h - cases that hand on what came, as rows. */
#ifndef SPOOL_HANDS_H
#define SPOOL_HANDS_H

#include "nodes/spool.h"

/* Cases that still hand on what its sender has taken back, and that nothing is on its
 * way for. */
MUST_USE bool spool_hands_open(struct db *db, uint64_t *numbers, size_t max,
        size_t *n_numbers, struct err *err);

#endif
