/* shrink.h - one life in a process of its own, and a life that fails made as short as
 * it still fails. */
#ifndef SHRINK_H
#define SHRINK_H

#include "tests/plan.h"

/* What a life leaves for the process that asked for it. */
struct shrink_life {
    /* Lives it in a child process; `shared` is seen by both. It ends the process when
     * something is not as it must be. */
    void (*live)(const struct plan *plan, void *shared);
    void *shared;
    /* In memory that both see, set by a life that fails: another kind of failure is not
     * the one that is made shorter. */
    const void **kind;
};

/* Live this plan; true when all was well. Its words go to standard error, unless
 * silent. */
bool shrink_try(const struct shrink_life *life, const struct plan *plan, bool silent);
/* A plan that has failed, with fewer steps, partners and kinds of faults: as few as
 * this finds in at most `tries` lives. What it returns has failed as well. */
struct plan shrink(const struct shrink_life *life, const struct plan *failed,
        unsigned tries);

#endif
