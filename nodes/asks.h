/* asks.h - asks among neighbours: who has which, as the node of who asked decides, and
 * every other reads.
 *
 * A claim is a wish. The node of the author of an ask takes the oldest live claim that
 * it knows of (by the claimant's time; of two at once, the first by name) and says so
 * in the ask: one node decides, so there is one answer, and it does not change when an
 * older claim comes late. Given back, or its claimant no member any more, the ask is
 * open again. Rules: docs/neighbourhood.md. */
#ifndef ASKS_H
#define ASKS_H

#include "nodes/node_inner.h"

enum { ASKS_REFERENCE_BYTES = 64 }; /* a partner, a stroke, a number */

/* "buurthuis/12" of a statement that has a number. */
void asks_reference(const struct statement *statement, char out[ASKS_REFERENCE_BYTES]);
/* The live statement of a kind by its reference, or NULL. */
const struct statement *asks_find(const struct node *node, enum statement_kind kind,
        const char *reference);
/* The live claim by a partner of this ask, or NULL. */
const struct statement *asks_claim_by(const struct node *node,
        const struct statement *ask, const char *partner);
/* The claim that its author's node would take, or NULL: nobody claims it. */
const struct statement *asks_first_claim(const struct node *node,
        const struct statement *ask);

/* How many we have taken up and are not done, for this antenna of ours; NULL: for
 * whomever. */
uint32_t asks_taken(const struct node *node, const char *antenna);

/* Say an ask of ours again in another state; taken_by and taken_for as given. */
MUST_USE bool asks_say(struct node *node, const struct statement *before,
        enum vocab_ask_state state, const struct statement *claim, struct err *err);
/* After something new came: take claims of our asks, open again what was given back,
 * note what is done; let go of claims of ours that others won. */
MUST_USE bool asks_settle(struct node *node, struct err *err);

#endif
