/* registry.h - the directory as this node knows it: what it hears, what it says of
 * itself, what it carries for the steward. */
#ifndef REGISTRY_H
#define REGISTRY_H

#include "nodes/node_inner.h"

/* At start: feed the directory from the store. */
MUST_USE bool registry_load(struct node *node, struct err *err);

/* Take a steward's bundle that was judged and whose network is ours. What is new in it
 * is carried to the broker, which may not have it. *n_new: how much. */
MUST_USE bool registry_take_bundle(struct node *node, const struct home_bundle *bundle,
        uint64_t *n_new, struct err *err);

/* A frame with directory rows. */
MUST_USE bool registry_take(struct node *node, const struct span *things,
        size_t n_things, uint64_t upto, bool more, struct err *err);

/* Say the next publication, unless one waits for its answer or there is none. On a new
 * connection first what is the steward's alone, then what a broker may have lost, then
 * the rest. */
MUST_USE bool registry_say(struct node *node,
        bool (*say)(struct node *, const struct frame *), struct err *err);
MUST_USE bool registry_answered(struct node *node, const struct answer *answer,
        struct err *err);

/* A statement of our own: version, author and time are filled in; it counts here at
 * once and goes to the broker. False with an E_ code: the directory does not take it.
 */
MUST_USE bool registry_statement(struct node *node, struct statement *statement,
        struct err *err);

#endif
