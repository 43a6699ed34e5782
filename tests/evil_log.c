/* evil_log.c - a log that is shown otherwise than it was written. */
#include "tests/evil_log.h"

#include "core/signed.h"
#include "core/wire.h"
#include "tests/peek.h"
#include "tests/world.h"

static void must(bool ok, const char *what, const struct err *err)
{
    network_must(ok, what, err);
}

/* ------------------------------------------------------------ reading */

static void on_row(void *self, sqlite3_stmt *row)
{
    struct evil_log *log = self;
    const uint8_t *at = sqlite3_column_blob(row, 0);
    size_t left = (size_t)sqlite3_column_bytes(row, 0);

    while (left >= 2) {
        size_t len = (size_t)at[0] << 8 | at[1];
        must(len + 2 <= left && log->n < EVIL_LEAVES_MAX, "leaves of the ledger", NULL);
        uint8_t *copy = arena_take(&log->evil->arena, len);
        must(copy != NULL, "room for leaves", NULL);
        memcpy(copy, at + 2, len);
        log->leaves[log->n++] = (struct span){copy, len};
        at += 2 + len;
        left -= 2 + len;
    }
}

static void on_store(void *self, sqlite3_stmt *row)
{
    struct evil_log *log = self;
    memcpy(log->head.store_id.b, sqlite3_column_blob(row, 0), sizeof(struct id));
}

/* ------------------------------------------------------------ answering */

static struct span pack_path(struct evil_log *log, const struct merkle_range *ranges,
        size_t n, const struct key32 *hashes)
{
    uint8_t *at = arena_take(&log->evil->arena, n * sizeof *hashes + 1);
    must(at != NULL, "room for a path", NULL);
    for (size_t i = 0; i < n; i++) {
        struct key32 head = merkle_head(hashes + ranges[i].from, ranges[i].n);
        memcpy(at + i * sizeof head, head.b, sizeof head);
    }
    return (struct span){at, n * sizeof *hashes};
}

static struct span checkpoint(struct evil_log *log)
{
    struct evil *evil = log->evil;
    char text[AUDIT_TEXT_BYTES];
    struct err err = {.code = CODE_OK};
    struct span bytes;

    audit_head_text(&log->head, text);
    must(signed_make(evil->name, log->key, KIND_CHECKPOINT, span_text(text),
                 &evil->arena, &bytes, &err),
            "sign a checkpoint", &err);
    return bytes;
}

static void show(struct evil_log *log, uint64_t log_leaf, const struct key32 *hashes,
        struct leaf_proof *proof)
{
    struct merkle_range ranges[MERKLE_PATH_MAX];
    size_t n_ranges;

    merkle_inclusion_ranges(log_leaf - 1, log->n, ranges, &n_ranges);
    *proof = (struct leaf_proof){.log_leaf = log_leaf,
            .path = pack_path(log, ranges, n_ranges, hashes)};
    if (log->twist)
        proof->path.len -= sizeof *hashes;
    if (log->hide)
        proof->hash = hashes[log_leaf - 1];
    else
        proof->leaf = log->leaves[log_leaf - 1];
}

/* That it went on from one size to another. */
static void join(struct evil_log *log, const struct audit_ask *ask,
        const struct key32 *hashes, struct join_proof *joins, size_t *n_joins)
{
    struct merkle_range ranges[MERKLE_PATH_MAX];
    size_t n_ranges;

    for (size_t i = 0; !log->no_joins && i < ask->n_joins; i++) {
        uint64_t from = ask->joins[i].from, to = ask->joins[i].to;
        if (to > log->n)
            continue;
        merkle_consistency_ranges(from, to, ranges, &n_ranges);
        if (log->other_joins)
            ranges[0].from ^= 1;
        joins[(*n_joins)++] = (struct join_proof){.from = from,
                .to = to,
                .path = pack_path(log, ranges, n_ranges, hashes)};
    }
}

static void answer(struct evil *evil, const struct audit_ask *ask)
{
    static struct key32 hashes[EVIL_LEAVES_MAX];
    struct evil_log *log = evil->log;
    struct merkle_range ranges[MERKLE_PATH_MAX];
    struct leaf_proof leaves[64];
    struct join_proof joins[8];
    struct audit_proof proof = {.code = "",
            .since = ask->since,
            .leaves = leaves,
            .joins = joins};
    size_t n_ranges;

    log->n_asked++;
    if (log->silent)
        return;
    for (size_t i = 0; i < log->n; i++)
        hashes[i] = merkle_leaf(&log->leaves[i], 1);
    log->head.size = log->n;
    log->head.root = merkle_head(hashes, log->n);
    proof.checkpoint = checkpoint(log);
    if (ask->since > 0 && ask->since <= log->n) {
        merkle_consistency_ranges(ask->since, log->n, ranges, &n_ranges);
        proof.consistency = pack_path(log, ranges, n_ranges, hashes);
    }
    if (ask->claimed > 0 && ask->claimed <= log->n) {
        merkle_consistency_ranges(ask->claimed, log->n, ranges, &n_ranges);
        proof.claimed_consistency = pack_path(log, ranges, n_ranges, hashes);
    }
    join(log, ask, hashes, joins, &proof.n_joins);
    for (size_t i = 0; !log->withhold && i < ask->n_leaves; i++)
        if (ask->leaves[i] <= log->n)
            show(log, ask->leaves[i], hashes, &leaves[proof.n_leaves++]);
    if (log->busy)
        proof = (struct audit_proof){.code = "E_BUSY"};
    evil_say(evil, &(struct frame){.v = 1, .audit_proof = &proof});
}

void evil_log_read(struct evil *evil, struct evil_log *log)
{
    char path[WORLD_PATH_BYTES];
    sqlite3 *db = NULL;
    const struct network *network = directory_network(evil->directory);

    *log = (struct evil_log){.evil = evil, .key = evil->home.log_key};
    snprintf(log->head.network, sizeof log->head.network, "%s", network->name);
    world_db(NETWORK_BROKER, path);
    must(sqlite3_open(path, &db) == SQLITE_OK, "open the ledger", NULL);
    peek_each(db, "SELECT leaves FROM audit ORDER BY seq", on_row, log);
    peek_each(db, "SELECT store_id FROM store", on_store, log);
    sqlite3_close(db);
    evil->store_id = log->head.store_id;
    evil->log = log;
    evil->asked = answer;
}

/* ------------------------------------------------------------ changing */

void evil_log_remove(struct evil_log *log, size_t at)
{
    log->n--;
    memmove(&log->leaves[at], &log->leaves[at + 1],
            (log->n - at) * sizeof log->leaves[0]);
}

void evil_log_insert(struct evil_log *log, size_t at, struct span leaf)
{
    must(log->n < EVIL_LEAVES_MAX, "room for a leaf", NULL);
    memmove(&log->leaves[at + 1], &log->leaves[at],
            (log->n - at) * sizeof log->leaves[0]);
    log->leaves[at] = leaf;
    log->n++;
}

void evil_log_change(struct evil_log *log, size_t at,
        void (*change)(struct audit_leaf *leaf))
{
    struct audit_leaf leaf;
    struct err err = {.code = CODE_OK};
    must(wire_get(&WIRE_AUDIT_LEAF, log->leaves[at], &log->evil->arena, &leaf, &err),
            "read a leaf", &err);
    change(&leaf);
    log->leaves[at] = evil_pack(log->evil, &WIRE_AUDIT_LEAF, &leaf);
}

void evil_log_renumber(struct evil_log *log)
{
    struct err err = {.code = CODE_OK};

    for (size_t i = 0; i < log->n; i++) {
        struct audit_leaf leaf;
        must(wire_get(&WIRE_AUDIT_LEAF, log->leaves[i], &log->evil->arena, &leaf, &err),
                "read a leaf", &err);
        leaf.seq = i;
        log->leaves[i] = evil_pack(log->evil, &WIRE_AUDIT_LEAF, &leaf);
    }
}
