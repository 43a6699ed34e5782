/* race_audit.c - the audit log tells of each letter that left, before the withdrawal,
 * and its tree is the one that its leaves make. */
#include "core/arena.h"
#include "core/merkle.h"
#include "core/wire.h"
#include "tests/peek.h"
#include "tests/race_inner.h"
#include "tests/watch.h"
#include "tests/world.h"

enum { LEAF_ARENA_BYTES = 64 * 1024, LENGTH_BYTES = 2 };

struct audit {
    const struct race_facts *facts;
    struct arena arena;
    struct merkle_log log;
    uint64_t withdrawn; /* the register's version from which on nothing leaves */
    size_t n_left;
};

static void take_leaf(struct audit *audit, struct span bytes)
{
    struct audit_leaf leaf;
    struct err err;
    struct key32 hash = merkle_leaf(&bytes, 1);

    arena_reset(&audit->arena, 0);
    if (!wire_get(&WIRE_AUDIT_LEAF, bytes, &audit->arena, &leaf, &err))
        watch_broken("a leaf of the audit log cannot be read: %s", err.msg);
    if (leaf.seq != audit->log.size)
        watch_broken("leaf %llu of the audit log stands in place %llu",
                (unsigned long long)leaf.seq, (unsigned long long)audit->log.size);
    merkle_log_append(&audit->log, &hash);
    if (strcmp(leaf.kind, "hand_over") != 0 ||
            !race_has_left(audit->facts, &leaf.msg_id))
        return;
    if (leaf.register_version >= audit->withdrawn)
        watch_broken("the audit log has a hand-over after the withdrawal");
    audit->n_left++;
}

/* The leaves of one turn, each with its length before it. */
static void on_leaves(void *self, sqlite3_stmt *row)
{
    const uint8_t *at = sqlite3_column_blob(row, 0);
    size_t left = (size_t)sqlite3_column_bytes(row, 0);

    while (left >= LENGTH_BYTES) {
        size_t len = (size_t)at[0] << 8 | at[1];
        if (len > left - LENGTH_BYTES)
            break;
        take_leaf(self, (struct span){at + LENGTH_BYTES, len});
        at += LENGTH_BYTES + len;
        left -= LENGTH_BYTES + len;
    }
    if (left != 0)
        watch_broken("a turn of the audit log is cut off");
}

static void on_store(void *self, sqlite3_stmt *row)
{
    const struct audit *audit = self;
    const struct span heads = {sqlite3_column_blob(row, 1),
            (size_t)sqlite3_column_bytes(row, 1)};
    const struct span made = {(const uint8_t *)audit->log.heads,
            audit->log.n_heads * sizeof audit->log.heads[0]};

    if ((uint64_t)sqlite3_column_int64(row, 0) != audit->log.size ||
            !span_equal(heads, made))
        watch_broken("the tree of the audit log is not that of its leaves");
}

void race_check_audit(const struct race_facts *facts, uint64_t withdrawn)
{
    sqlite3 *broker = peek_of(RACE_BROKER);
    struct audit audit = {.facts = facts,
            .arena = arena_new(LEAF_ARENA_BYTES),
            .withdrawn = withdrawn};

    peek_each(broker, "SELECT leaves FROM audit ORDER BY seq", on_leaves, &audit);
    peek_each(broker, "SELECT log_size, log_heads FROM store", on_store, &audit);
    if (audit.n_left != facts->n_left)
        watch_broken("%zu letters have left, the audit log tells of %zu", facts->n_left,
                audit.n_left);
    arena_free(&audit.arena);
}
