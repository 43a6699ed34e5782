/* audit.h - the broker's audit log, as this node checks it: each signed word of the
 * broker names a leaf, and the node asks for the proof that the leaf stands there
 * (docs/protocol.md, "Audit log").
 *
 * What was kept is read with spool_proof_after: the thing, its leaf, path and
 * checkpoint; core/audit.h says what the leaf must say. */
#ifndef NODES_AUDIT_H
#define NODES_AUDIT_H

#include "nodes/node_inner.h"

/* A signed thing that the broker has written a leaf for, as it came. */
struct audit_thing {
    enum kind kind;
    struct span bytes; /* the packed Signed, verified */
    struct id about;
    uint32_t said;        /* state of the receipt or offer */
    uint64_t case_number; /* 0: none */
    uint64_t log_leaf;
};
/* Keep it until its leaf is proved, with this turn. */
MUST_USE bool audit_keep(struct node *node, const struct audit_thing *word,
        struct err *err);

/* The broker has said which store it is: the log of that store counts from now on. */
MUST_USE bool audit_meet(struct node *node, const struct welcome *welcome,
        struct err *err);

/* Is a question on its way? */
bool audit_asks(const struct node *node);
/* The code of what was found wrong and nobody has looked at; CODE_OK: nothing. */
MUST_USE bool audit_open(struct node *node, enum code *code, struct err *err);
/* When the next question is due while there is a connection. */
int64_t audit_due_ms(const struct node *node);
/* After the commit: ask when it is time. False: the store failed. */
MUST_USE bool audit_say(struct node *node,
        bool (*say)(struct node *, const struct frame *), struct err *err);
/* What the broker shows. What cannot be believed has no effect but an alarm. */
MUST_USE bool audit_take(struct node *node, const struct audit_proof *proof,
        struct err *err);
/* Time goes by: a question that the broker leaves without an answer is an alarm too. */
MUST_USE bool audit_upkeep(struct node *node, struct err *err);

/* An administrator has looked at what was found: the alarm ends, and what the broker
 * shows from now on is compared with what it shows next. */
MUST_USE bool audit_seen(struct node *node, const char *by, int64_t *n,
        struct err *err);

#endif
