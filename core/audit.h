/* audit.h - what can be read and checked of the broker's audit log: checkpoints, and
 * whether a leaf says what a signed thing says (docs/protocol.md, "Audit log"). */
#ifndef CORE_AUDIT_H
#define CORE_AUDIT_H

#include "core/arena.h"
#include "core/ids.h"
#include "core/merkle.h"
#include "gen/bus.h"

enum {
    AUDIT_TEXT_BYTES = 256, /* of a checkpoint */
    AUDIT_PATH_BYTES = MERKLE_PATH_MAX * 32,
};

/* The head of one log. Each store of a broker has a log of its own; one that is a copy
 * of an older store goes on under a new name. */
struct audit_head {
    char network[PARTNER_BYTES];
    struct id store_id;
    uint64_t size;
    struct key32 root;
};

/* The text of a checkpoint (C2SP tlog-checkpoint, without its signature lines): origin
 * "buurtbus/NETWORK/STORE", size, root. */
void audit_head_text(const struct audit_head *head, char text[AUDIT_TEXT_BYTES]);
/* E_FORMAT: it is not such a text, to the byte. */
MUST_USE bool audit_head_read(struct span text, struct audit_head *head,
        struct err *err);

/* What the leaf must say that was written for a signed thing: a letter (of its
 * hand-over), receipt, status, withdrawal or escalation. Place, time and register
 * version are the broker's. *log_leaf: the place that the thing itself names; 0: it
 * names none. E_FORMAT: its body cannot be read, or no leaf is written for such a
 * thing. */
MUST_USE bool audit_expect(enum kind kind, struct span body, struct arena *arena,
        struct audit_leaf *leaf, uint64_t *log_leaf, struct err *err);

/* How a leaf compares with the one that is expected. */
enum audit_match {
    AUDIT_SAME,
    AUDIT_CHANGED, /* it is about the same thing and says something else of it */
    AUDIT_OTHER,   /* it is about something else */
};
enum audit_match audit_compare(const struct audit_leaf *expected,
        const struct audit_leaf *leaf);

/* Hashes one after the other; false: their number does not come out, or is too large.
 */
MUST_USE bool audit_path_read(struct span bytes, struct key32 path[MERKLE_PATH_MAX],
        size_t *n_path);

#endif
