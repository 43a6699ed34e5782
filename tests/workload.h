/* workload.h - what the staff of a simulated network do, by chance: every command that
 * a node's and the broker's sockets take. */
#ifndef WORKLOAD_H
#define WORKLOAD_H

#include "gen/gateway.h"
#include "tests/plan.h"

/* In a world that has just begun: who refers to whom, and some consents. */
void workload_begin(const struct plan *plan);
/* One thing of all that they can do. */
void workload_happens(void);
/* Often seconds, sometimes days; the more partners, the less. */
void workload_time(void);
/* Suspensions end. */
void workload_heal(void);
/* Every sender ends what still runs; what a sender no longer knows of, its target, and
 * then who is next on the list. */
void workload_end_all(void);

/* How often each command was asked, and done, by the row of its field in WIRE_REQUEST.
 */
enum { WORKLOAD_ROWS_MAX = 120 };
struct workload_counts {
    uint32_t asked[WORKLOAD_ROWS_MAX], done[WORKLOAD_ROWS_MAX];
};
struct workload_counts workload_counts(void);

/* Partners of the network by their number, and whether the steward has revoked one. */
size_t workload_n_nodes(void);
const char *workload_node(size_t at);
bool workload_is_gone(const char *id);

/* Is this among the actions that the node offers for the case? */
bool workload_may(const struct case_detail *file, enum offer_event event);

#endif
