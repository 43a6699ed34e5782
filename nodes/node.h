/* node.h - a partner's node: takes work from adapters, exchanges sealed letters with
 * the broker, keeps the cases of its staff.
 *
 * Nothing is global and all input, output and time go through core/loop.h and
 * core/db.h, so that many nodes run in one simulated world. */
#ifndef NODE_H
#define NODE_H

#include "core/home.h"
#include "core/log.h"
#include "core/loop.h"
#include "core/version.h"

#define NODE_PROGRAM "buurtbus-node " BUURTBUS_VERSION

struct node;

/* Open the home at conf->home, its store and its local socket; join its network when a
 * bundle is there. log may be NULL. NULL with err: ERR_CONFIG (no home there),
 * ERR_KEY_FILE, ERR_LOCKED, ERR_CORRUPT, ERR_IO and so on. hash_start comes before. */
MUST_USE struct node *node_new(const struct node_conf *conf, struct log *log,
        struct err *err);
/* The loop to run. */
struct loop *node_loop(struct node *node);
void node_free(struct node *node);

#endif
