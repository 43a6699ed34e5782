/* audit_join.h - proofs that the broker's log went on from one checkpoint to a later
 * one, which a file of evidence needs: wanted when a file is made, asked of the broker,
 * and checked when they come. For nodes/audit*.c and nodes/proofs.c. */
#ifndef NODES_AUDIT_JOIN_H
#define NODES_AUDIT_JOIN_H

#include "nodes/audit_check.h"

enum { AUDIT_JOINS_A_QUESTION = 8 };

/* The path that proves it, from a checkpoint of that log. Empty: it is not here; *asked
 * when the broker is asked for it now. */
MUST_USE bool audit_join(struct node *node, uint64_t from_log, struct spool_join *join,
        bool *asked, struct err *err);

/* The next that are wanted of the log of now, for a question. */
MUST_USE bool audit_join_say(struct node *node, struct audit_ask *ask, struct err *err);
/* What the broker shows of them, under a head that was found right: a later checkpoint
 * that does not hold the earlier one is an alarm. */
MUST_USE bool audit_join_take(struct node *node, const struct audit_check *check,
        struct err *err);
/* Is more wanted of the log of now? */
MUST_USE bool audit_join_waits(struct node *node, bool *waits, struct err *err);

#endif
