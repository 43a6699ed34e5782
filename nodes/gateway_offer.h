/* gateway_offer.h - what every new offer of ours is asked before it is sealed: may this
 * candidate be asked, does the consent cover each letter, and which data leave. */
#ifndef GATEWAY_OFFER_H
#define GATEWAY_OFFER_H

#include "nodes/consents.h"
#include "nodes/gateway.h"
#include "nodes/letters.h"

/* A live partner with a node, open, with the services that are asked; else the call is
 * refused. The file then names whose node it is, and the antenna that it reads for. */
void gateway_candidate(struct node *node, struct gateway_call *call, const char *name,
        const struct referral *referral, struct spool_case *file);

/* Consent point 1, before anything is sealed or stored: a no refuses the call, and
 * names what is not covered. */
MUST_USE bool gateway_judge(struct node *node, struct gateway_call *call,
        const struct consents_known *known, const struct letter_plan *plan,
        struct spool_judged *judged, struct err *err);

/* Which data leave, and which the consent allows besides: who asked for more than is
 * needed sees it. */
MUST_USE bool gateway_tell_shared(struct node *node, const struct consent *capsule,
        const struct disclosure *disclosure, struct made *made, struct err *err);

#endif
