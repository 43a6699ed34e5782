/* outbox.h - submissions on their way: put, answered, put again until they are
 * (docs/flow.md, "Submissions"). */
#ifndef OUTBOX_H
#define OUTBOX_H

#include "nodes/node_inner.h"

/* Send what waits, up to the window. say: how a frame leaves; false: the link takes no
 * more now. */
MUST_USE bool outbox_say(struct node *node,
        bool (*say)(struct node *, const struct frame *), struct err *err);
/* Send the withdrawals that the broker has not registered. */
MUST_USE bool outbox_say_withdrawals(struct node *node,
        bool (*say)(struct node *, const struct frame *), struct err *err);

/* The broker's answer to a submission or a withdrawal. */
MUST_USE bool outbox_answered(struct node *node, const struct answer *answer,
        struct err *err);
/* The same when it answers no submission that is under way. */
MUST_USE bool outbox_registered(struct node *node, const struct answer *answer,
        struct err *err);

/* A receipt that came by mail, and the leaf of the audit log that the broker names for
 * it. */
MUST_USE bool outbox_receipt(struct node *node, struct span bytes, uint64_t log_leaf,
        struct err *err);

/* The broker asks for a letter to be sealed again. */
MUST_USE bool outbox_reseal(struct node *node, const struct id *msg_id,
        struct err *err);

/* The content of this case was corrected: whoever has not got it gets it as it is now.
 */
MUST_USE bool outbox_corrected(struct node *node, uint64_t case_number,
        struct err *err);

/* A line of the trace about a letter that was sent. */
MUST_USE bool outbox_trace(struct node *node, const struct spool_sent *sent,
        const char *who, const char *what, const char *code, struct err *err);

#endif
