/* gateway_follow.h - programs on the local socket that want to hear that there are
 * newer events. */
#ifndef GATEWAY_FOLLOW_H
#define GATEWAY_FOLLOW_H

#include "nodes/node_inner.h"

/* After a commit: who follows hears of newer events. */
MUST_USE bool follow_tell(struct node *node, struct err *err);
/* That connection has ended. */
void follow_forget(struct node *node, uint64_t conn);

#endif
