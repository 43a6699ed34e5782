/* cancels.h - a referral that its sender cancels before the broker has said that it has
 * it: while it surely never left it ends here, and else a cancel follows it. */
#ifndef CANCELS_H
#define CANCELS_H

#include "nodes/acts.h"

/* With which an offer begins at the broker: what such a cancel may name. Where that has
 * moved on by then, somebody else has taken a step. */
enum { CANCELS_VERSION = 1 };

/* Is it such a cancel? The order has an offer. */
bool cancels_is_early(const struct acts_order *order);
/* May this offer of the case be cancelled so? For "what may I do now". */
bool cancels_may(const struct spool_case *file, const struct spool_offer *offer);
/* It is to be cancelled as soon as the broker has it, and nobody has decided: so its
 * offer stands. */
bool cancels_waits(const struct spool_case *file, enum offer_state state);

/* Take it: *code says why not (nothing was written then). The order's offer and case
 * say what has become of it. */
MUST_USE bool cancels_take(struct node *node, struct acts_order *order, enum code *code,
        struct err *err);

/* An offer of this case has moved: the cancel that waits for that goes now. When
 * somebody has taken it meanwhile, people decide anew. */
MUST_USE bool cancels_moved(struct node *node, uint64_t case_number, struct err *err);

#endif
