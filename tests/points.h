/* points.h - one letter as it may be judged where it is sent, by the broker, and where
 * it is received: the facts that all of them know. */
#ifndef POINTS_H
#define POINTS_H

#include "core/consent.h"

struct broker;

struct point {
    struct letter_core core;
    struct consent capsule;
    bool there, withdrawn, conflict;
    const char *offer_sender, *offer_target;
    bool offer_accepted, lodging, first_claim;
    uint64_t actual; /* what is inside: known to the nodes alone */
};

/* What the broker says of it when it is put, and again when it is handed over (which
 * no letter passes that may not be lodged). */
enum code points_broker_put(struct broker *broker, const struct point *point);
enum code points_broker_hand_over(struct broker *broker, const struct point *point);

#endif
