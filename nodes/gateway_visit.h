/* gateway_visit.h - a step of a home visit between its judging (gateway_visit.c) and
 * its writing (gateway_visit_write.c); for these two only. */
#ifndef GATEWAY_VISIT_H
#define GATEWAY_VISIT_H

#include "nodes/gateway_confidence.h"
#include "nodes/visits.h"

/* One request on its way. */
struct visiting {
    const struct change_visit *ask;
    struct spool_case file;
    struct spool_offer offer;   /* of a referral */
    struct spool_signal signal; /* of a signal that came to us */
    struct visits_known known;
    struct visit said;         /* what the other party of a referral is told */
    struct spool_attempt row;  /* the visit that this step is about */
    struct spool_attempt next; /* the one that is planned by it */
    bool has_next;
    struct confidence confidence; /* what stays here */
};

/* Of a case that is a signal: who may read it, and where it stands. */
MUST_USE bool gateway_visit_find_signal(struct node *node, struct gateway_call *call,
        struct visiting *work, struct err *err);
/* What was judged is written. In a referral the other party is sent it; of a signal it
 * stays here. */
MUST_USE bool gateway_visit_write(struct node *node, struct gateway_call *call,
        struct visiting *work, struct err *err);

#endif
