/* workload.h - a random life of a simulated network: what its staff do, and what
 * happens to their programs. */
#ifndef WORKLOAD_H
#define WORKLOAD_H

#include "gen/gateway.h"

enum { WORKLOAD_N_NODES = 5, WORKLOAD_N_HUBS = 2 };
extern const char *const WORKLOAD_NODES[WORKLOAD_N_NODES];
/* Those who refer; each has a partnership with all others. */
extern const char *const WORKLOAD_HUBS[WORKLOAD_N_HUBS];

/* In a world that has just begun: some consents, and faults of the network. */
void workload_begin(void);
/* Each program that lies still is started with this chance. */
void workload_start(uint32_t percent);
/* One thing of all that can happen. */
void workload_happens(void);
/* Often seconds, sometimes days. */
void workload_time(void);
/* No faults any more, everybody is there and connected, nothing is under way. */
void workload_heal(void);

/* Is this among the actions that the node offers for the case? */
bool workload_may(const struct case_detail *file, enum offer_event event);

#endif
