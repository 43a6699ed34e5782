/* gateway_offer.h - what every new offer of ours is asked before it is sealed: may this
 * candidate be asked, does the consent cover each letter, and which data leave. */
#ifndef GATEWAY_OFFER_H
#define GATEWAY_OFFER_H

#include "nodes/consents.h"
#include "nodes/gateway.h"
#include "nodes/letters.h"

/* The call is refused, and this candidate is why. Always returns true. */
bool gateway_wrong_about(struct node *node, struct gateway_call *call, enum code code,
        const char *field, const char *candidate, enum words words);

/* A live partner with a node and the services that are asked; else the call is refused.
 * Who takes nothing now is refused as well when it is the only one that is asked
 * (direct); in a list it may take something when its turn comes, and is skipped when it
 * does not. The offer then names whose node it is, and the antenna that it reads for.
 */
void gateway_candidate_of(struct node *node, struct gateway_call *call,
        const char *name, const struct referral *referral, struct spool_offer *offer);

/* Consent point 1, before anything is sealed or stored: a no refuses the call, and
 * names what is not covered. */
struct gateway_judging {
    const struct consents_known *known;
    const struct letter_plan *plan;
    uint32_t hands; /* through which it has gone with this offer; 0: our own case */
};
MUST_USE bool gateway_judge(struct node *node, struct gateway_call *call,
        const struct gateway_judging *judging, struct spool_judged *judged,
        struct err *err);

/* Each kind of data that would leave and was not agreed refuses the call, by its name.
 */
void gateway_uncovered(struct node *node, struct gateway_call *call, uint64_t actual,
        uint64_t agreed);

/* A text that reaches who has not accepted yet names nobody of this case; else the call
 * is refused. */
MUST_USE bool gateway_names(struct node *node, struct gateway_call *call,
        const struct spool_case *file, const char *field, const char *text,
        struct err *err);

/* Which data leave, and which the consent allows besides: who asked for more than is
 * needed sees it. */
MUST_USE bool gateway_tell_shared(struct node *node, const struct consent *capsule,
        const struct disclosure *disclosure, struct made *made, struct err *err);

#endif
