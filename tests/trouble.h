/* trouble.h - what happens to the programs of a simulated network, by chance: to their
 * links, their clocks, their disks and themselves. */
#ifndef TROUBLE_H
#define TROUBLE_H

#include "tests/plan.h"

/* In a world that has just begun: what its links are like. */
void trouble_begin(const struct plan *plan);
/* Each program that lies still is started with this chance. */
void trouble_start(uint32_t percent);
/* Perhaps one thing of what this life knows. */
void trouble_happens(void);
/* How often each kind has happened in this life so far: not only whether it could. */
struct trouble_counts {
    uint64_t happened[N_PLAN_FAULTS];
};
struct trouble_counts trouble_counts(void);
/* No trouble any more: everybody is there, with the right time and a good disk, nobody
 * is suspended, and nothing is under way. */
void trouble_heal(void);

#endif
