/* epochs.h - the keys that others seal letters for this node to: one a week, published
 * eight weeks ahead, destroyed fifteen days after their window. */
#ifndef EPOCHS_H
#define EPOCHS_H

#include "nodes/node_inner.h"

enum {
    EPOCHS_WINDOW_DAYS = 7,
    EPOCHS_AHEAD = 8, /* windows after the current one */
    EPOCHS_PAST =
            2, /* windows before it that are still told, for letters on their way */
    EPOCHS_LETTER_DAYS = 14, /* a letter lives this long after its key's window */
    EPOCHS_DESTROY_DAYS = EPOCHS_LETTER_DAYS + 1,
};

/* Make what is missing, publish it, destroy what is over. */
MUST_USE bool epochs_upkeep(struct node *node, struct err *err);

/* Has the directory a key of ours for now, if we are a member? */
bool epochs_known(const struct node *node);

/* The private half of one of our keys; *found false: we never had it, or it is
 * destroyed. The caller wipes it. */
MUST_USE bool epochs_secret(struct node *node, const struct tag8 *ekid, bool *found,
        struct key32 *secret, struct key32 *public_key, struct err *err);

/* When the newest window ends. */
MUST_USE bool epochs_until(struct node *node, int64_t *until_ms, struct err *err);

#endif
