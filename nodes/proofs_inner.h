/* proofs_inner.h - a file of evidence while it is put together; for nodes/proofs*.c
 * alone. */
#ifndef PROOFS_INNER_H
#define PROOFS_INNER_H

#include "core/audit.h"
#include "core/evidence.h"
#include "nodes/proofs.h"

enum {
    PROOFS_CONSENTS_MAX = 32, /* of one case, with their withdrawals */
    PROOFS_NAMES_MAX = EVIDENCE_MEMBERS_MAX,
};

/* Which checkpoint of which log it is. */
struct made_checkpoint {
    uint64_t log;
    struct audit_head head;
};

/* The file while it is put together; everything lies in the scratch arena. */
struct proofs_making {
    struct node *node;
    struct span *things;
    size_t n_things;
    struct id consents[PROOFS_CONSENTS_MAX];
    size_t n_consents;
    const char *names[PROOFS_NAMES_MAX]; /* the partners concerned */
    size_t n_names;
    struct evidence evidence;
    struct vouched_member *members;
    struct span *revocations;
    struct span *checkpoints;
    struct made_checkpoint *heads; /* one for each checkpoint */
    struct log_join *joins;
    struct logged_thing *log;
    uint32_t asked; /* proofs that were not there, and are asked for now */
};

/* proofs_joins.c: that the log went on from each of its checkpoints to the next: one
 * history. After the last of a log that is in a log which was a copy of it, the newest
 * first. */
MUST_USE bool proofs_add_joins(struct proofs_making *making, struct err *err);

/* proofs_members.c: the snapshot, and of the partners concerned their memberships and
 * revocations. */
MUST_USE bool proofs_add_members(struct proofs_making *making, struct err *err);

#endif
