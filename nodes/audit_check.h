/* audit_check.h - one proof of the broker, checked: the head that it shows, and what
 * stands in the leaves. For nodes/audit*.c. */
#ifndef NODES_AUDIT_CHECK_H
#define NODES_AUDIT_CHECK_H

#include "core/audit.h"
#include "nodes/node_inner.h"

/* What is looked at, and the head that has been found right so far. */
struct audit_check {
    const struct audit_proof *proof;
    struct spool_log log; /* as it was found right before */
    struct audit_head head;
    uint64_t checkpoint; /* its row, once something leads to it */
};

/* Is the checkpoint signed by the broker's log key, of this log, and does it go on from
 * the one before? *code says what is wrong. */
MUST_USE bool audit_check_head(struct node *node, struct audit_check *check,
        enum code *code, struct err *err);
/* One leaf: what was promised for its place is proved, or wrong. */
MUST_USE bool audit_check_leaf(struct node *node, struct audit_check *check,
        const struct leaf_proof *leaf, struct err *err);

/* Note what is wrong, once; it is an alarm until somebody has looked. */
MUST_USE bool audit_alarm(struct node *node, enum code code, uint64_t log_leaf,
        struct span held, struct span shown, struct err *err);
/* The same about a thing whose leaf is wrong: it waits no more. */
MUST_USE bool audit_wrong(struct node *node, const struct spool_proof *proof,
        enum code code, struct span shown, struct err *err);

/* Does a kept proof still prove its thing? CODE_OK, or what is wrong. head: of its
 * checkpoint. */
enum code audit_judge(const struct spool_proof *proof, const struct audit_head *head,
        struct arena *arena);

#endif
