/* ledger_audit.c - the audit log: its leaves, the heads of its subtrees, checkpoints.
 */
#include "broker/ledger_sql.h"

enum { LEAF_LENGTH_BYTES = 2 };

bool ledger_audit_add(struct ledger *ledger, uint64_t seq, struct span leaves,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_AUDIT_ADD);
    db_bind_int(stmt, 1, (int64_t)seq);
    db_bind_blob(stmt, 2, leaves);
    return db_do(ledger->db, stmt, NULL, err);
}

bool ledger_audit_pack(uint8_t *buffer, size_t cap, size_t *len, struct span leaf)
{
    if (leaf.len > UINT16_MAX || *len + LEAF_LENGTH_BYTES + leaf.len > cap)
        return false;
    buffer[*len] = (uint8_t)(leaf.len >> 8);
    buffer[*len + 1] = (uint8_t)leaf.len;
    memcpy(buffer + *len + LEAF_LENGTH_BYTES, leaf.at, leaf.len);
    *len += LEAF_LENGTH_BYTES + leaf.len;
    return true;
}

/* Leaf number n of those in the row; empty when there are not so many. */
static struct span leaf_at(struct span leaves, uint64_t n)
{
    size_t at = 0;

    while (at + LEAF_LENGTH_BYTES <= leaves.len) {
        size_t len = (size_t)leaves.at[at] << 8 | leaves.at[at + 1];
        at += LEAF_LENGTH_BYTES;
        if (len > leaves.len - at)
            break;
        if (n-- == 0)
            return (struct span){leaves.at + at, len};
        at += len;
    }
    return (struct span){NULL, 0};
}

bool ledger_audit_get(struct ledger *ledger, uint64_t seq, struct arena *arena,
        struct span *leaf, bool *found, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_AUDIT_GET);
    struct span leaves;

    db_bind_int(stmt, 1, (int64_t)seq);
    if (!db_row(ledger->db, stmt, found, err))
        return false;
    uint64_t first = *found ? (uint64_t)db_int(stmt, 0) : 0;
    bool ok = !*found || ledger_copy(stmt, 1, arena, &leaves, err);
    db_end(stmt);
    if (!ok || !*found)
        return ok;
    struct span out = leaf_at(leaves, seq - first);
    *found = out.len > 0;
    *leaf = out;
    return true;
}

/* The leaves of one row from its number `skip` on; false: enough of them. */
static bool walk_row(struct span leaves, uint64_t skip,
        bool (*on_leaf)(void *, struct span), void *self)
{
    size_t at = 0;

    while (at + LEAF_LENGTH_BYTES <= leaves.len) {
        size_t len = (size_t)leaves.at[at] << 8 | leaves.at[at + 1];
        at += LEAF_LENGTH_BYTES;
        if (len > leaves.len - at)
            break;
        if (skip > 0)
            skip--;
        else if (!on_leaf(self, (struct span){leaves.at + at, len}))
            return false;
        at += len;
    }
    return true;
}

bool ledger_audit_walk(struct ledger *ledger, uint64_t from,
        bool (*on_leaf)(void *self, struct span leaf), void *self, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_AUDIT_FROM);
    bool row = true, more = true;

    db_bind_int(stmt, 1, (int64_t)from);
    while (more) {
        if (!db_row(ledger->db, stmt, &row, err))
            return false;
        if (!row)
            return true;
        uint64_t first = (uint64_t)db_int(stmt, 0);
        uint64_t skip = first < from ? from - first : 0;
        more = walk_row(db_blob(stmt, 1), skip, on_leaf, self);
    }
    db_end(stmt);
    return true;
}

bool ledger_tile_add(struct ledger *ledger, uint32_t level, uint64_t no,
        const struct key32 *head, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_TILE_ADD);
    db_bind_int(stmt, 1, level);
    db_bind_int(stmt, 2, (int64_t)no);
    db_bind_blob(stmt, 3, SPAN_OF(*head));
    return db_do(ledger->db, stmt, NULL, err);
}

bool ledger_tiles(struct ledger *ledger, uint32_t level, uint64_t no,
        struct key32 *heads, size_t n, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_TILE_FROM);
    bool ok = true;

    db_bind_int(stmt, 1, level);
    db_bind_int(stmt, 2, (int64_t)no);
    db_bind_int(stmt, 3, (int64_t)n);
    for (size_t i = 0; ok && i < n; i++) {
        bool row;
        if (!db_row(ledger->db, stmt, &row, err))
            return false;
        ok = row && (uint64_t)db_int(stmt, 0) == no + i
                     ? db_fixed(stmt, 1, heads[i].b, sizeof heads[i].b, err)
                     : err_set(err, ERR_CORRUPT, "a head of the audit log is missing");
    }
    db_end(stmt);
    return ok;
}

bool ledger_checkpoint_newest(struct ledger *ledger, struct arena *arena,
        uint64_t *size, struct span *bytes, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_CHECKPOINT_NEWEST);
    struct span out = {NULL, 0};
    bool row;

    if (!db_row(ledger->db, stmt, &row, err))
        return false;
    uint64_t newest = row ? (uint64_t)db_int(stmt, 0) : 0;
    bool ok = !row || ledger_copy(stmt, 1, arena, &out, err);
    db_end(stmt);
    if (!ok)
        return false;
    *size = newest;
    *bytes = out;
    return true;
}

bool ledger_audit_heads(struct ledger *ledger, const struct merkle_log *log,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_STORE_LOG);
    struct span heads = {(const uint8_t *)log->heads,
            log->n_heads * sizeof log->heads[0]};
    db_bind_int(stmt, 1, (int64_t)log->size);
    db_bind_blob(stmt, 2, heads);
    return db_do(ledger->db, stmt, NULL, err);
}

bool ledger_checkpoint_add(struct ledger *ledger, uint64_t size, int64_t at_ms,
        struct span bytes, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_CHECKPOINT_ADD);
    db_bind_int(stmt, 1, (int64_t)size);
    db_bind_int(stmt, 2, at_ms);
    db_bind_blob(stmt, 3, bytes);
    return db_do(ledger->db, stmt, NULL, err);
}

bool ledger_checkpoint_last(struct ledger *ledger, uint64_t *size, int64_t *at_ms,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_CHECKPOINT_LAST);
    bool row;

    if (!db_row(ledger->db, stmt, &row, err))
        return false;
    *size = row ? (uint64_t)db_int(stmt, 0) : 0;
    *at_ms = row ? db_int(stmt, 1) : 0;
    db_end(stmt);
    return true;
}

bool ledger_checkpoint_purge(struct ledger *ledger, int64_t before_ms, int64_t *n,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_CHECKPOINT_PURGE);
    db_bind_int(stmt, 1, before_ms);
    return db_do(ledger->db, stmt, n, err);
}
