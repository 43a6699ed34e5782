/* hands_follow.h - what was handed on ends with what came: when whoever sent a case to
 * us cancels it or calls it an error, our node says the same to the next one. */
#ifndef HANDS_FOLLOW_H
#define HANDS_FOLLOW_H

#include "nodes/node_inner.h"

/* An offer of this case has moved. Of a case that came, and that its sender took back,
 * each case that hands it on is taken back as well; one that hands on looks whether it
 * should be. */
MUST_USE bool hands_moved(struct node *node, const struct spool_case *file,
        enum offer_event event, struct err *err);

/* What could not be said then is tried again, once a minute. */
MUST_USE bool hands_upkeep(struct node *node, struct err *err);

#endif
