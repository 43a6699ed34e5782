/* supply.h - what we say of what we offer and take. */
#ifndef SUPPLY_H
#define SUPPLY_H

#include "nodes/node_inner.h"

enum { SUPPLY_SERVICE_DAYS = 30, SUPPLY_CAPACITY_DAYS = 3 }; /* told so long before */

/* How many of our services and capacities, also for our antennas, count no more in a
 * few days: nobody would know of them any longer. */
uint64_t supply_ending(const struct node *node);

#endif
