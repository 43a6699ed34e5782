/* volunteers.h - what the volunteers of our antennas have on their hands, against what
 * they may; and saying so: an antenna at its limit is offered nothing until something
 * is done. Rules: docs/neighbourhood.md, "Volunteers". */
#ifndef VOLUNTEERS_H
#define VOLUNTEERS_H

#include "nodes/node_inner.h"
#include "nodes/spool_volunteers.h"

struct volunteers_load {
    uint32_t referrals; /* taken on and not over */
    uint32_t asks;      /* of neighbours, taken up */
};
MUST_USE bool volunteers_load(struct node *node, const char *antenna,
        struct volunteers_load *load, struct err *err);
/* May this antenna take on nothing more now? Not when nothing was said of it. */
MUST_USE bool volunteers_full(struct node *node, const char *antenna, bool *full,
        struct err *err);
/* Say of each antenna that it is at its limit, or no longer; what staff said otherwise
 * stays. An antenna that has left the network is forgotten. */
MUST_USE bool volunteers_settle(struct node *node, struct err *err);

#endif
