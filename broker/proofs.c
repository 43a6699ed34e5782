/* proofs.c - proofs of the audit log, put together from the heads of its subtrees. */
#include "broker/proofs.h"

#include <stdlib.h>

enum {
    KINDS = 5,            /* of tiles: over leaves, and over 2^8, 2^16, 2^24, 2^32 */
    LEAF_BYTES_MAX = 512, /* an AuditLeaf with all its fields full is shorter */
};

/* 256 heads of one kind, and the heads of the complete subtrees over them. */
struct tile {
    uint64_t no;
    size_t n; /* heads that are there; 0: no tile was read yet */
    struct key32 heads[PROOFS_TILE_LEVELS][PROOFS_TILE];
};

/* The leaves of a tile, one after the other. */
struct texts {
    size_t n, n_wanted;
    size_t at[PROOFS_TILE + 1];
    struct key32 *hashes;
    uint8_t bytes[PROOFS_TILE * LEAF_BYTES_MAX];
};

/* Nearly every proof leads through the tile at the end of the log, beside that of its
 * leaf: each has a place of its own. */
enum place { INSIDE, AT_END, PLACES };

struct proofs {
    struct ledger *ledger;
    struct tile tiles[KINDS][PLACES];
    struct texts texts[PLACES]; /* of tiles[0] */
    uint64_t n_read;
};

struct proofs *proofs_new(struct ledger *ledger, struct err *err)
{
    struct proofs *proofs = calloc(1, sizeof *proofs);

    if (proofs == NULL)
        err_set(err, ERR_NOMEM, "no memory for proofs of the audit log");
    else
        proofs->ledger = ledger;
    return proofs;
}

void proofs_free(struct proofs *proofs)
{
    free(proofs);
}

uint64_t proofs_tiles_read(const struct proofs *proofs)
{
    return proofs->n_read;
}

bool proofs_keep(struct ledger *ledger, const struct merkle_log *log,
        const struct key32 *leaf, struct err *err)
{
    uint64_t size = log->size + 1;

    for (unsigned level = PROOFS_TILE_LEVELS; level < KINDS * PROOFS_TILE_LEVELS;
            level += PROOFS_TILE_LEVELS) {
        if ((size & ((UINT64_C(1) << level) - 1)) != 0)
            return true;
        struct key32 head = merkle_log_subtree(log, leaf, level);
        if (!ledger_tile_add(ledger, level, (size >> level) - 1, &head, err))
            return false;
    }
    return true;
}

/* ---- tiles ---- */

static bool on_leaf(void *self, struct span leaf)
{
    struct texts *texts = self;
    size_t at = texts->at[texts->n];

    if (leaf.len > sizeof texts->bytes - at)
        return false;
    memcpy(texts->bytes + at, leaf.at, leaf.len);
    texts->hashes[texts->n++] = merkle_leaf(&leaf, 1);
    texts->at[texts->n] = at + leaf.len;
    return texts->n < texts->n_wanted;
}

static bool read_leaves(struct proofs *proofs, enum place place, uint64_t from,
        size_t n, struct err *err)
{
    struct texts *texts = &proofs->texts[place];

    texts->n = 0;
    texts->n_wanted = n;
    texts->hashes = proofs->tiles[0][place].heads[0];
    if (!ledger_audit_walk(proofs->ledger, from, on_leaf, texts, err))
        return false;
    return texts->n == n ||
           err_set(err, ERR_CORRUPT, "leaves of the audit log are missing");
}

/* The tile that holds head number `no` of that kind, as far as the tree of `size`
 * leaves has filled it. */
static bool get_tile(struct proofs *proofs, unsigned kind, uint64_t no, uint64_t size,
        const struct tile **out, struct err *err)
{
    uint64_t tile_no = no / PROOFS_TILE, first = tile_no * PROOFS_TILE;
    uint64_t there = (size >> (kind * PROOFS_TILE_LEVELS)) - first;
    enum place place = there < PROOFS_TILE ? AT_END : INSIDE;
    struct tile *tile = &proofs->tiles[kind][place];
    size_t n = there < PROOFS_TILE ? (size_t)there : PROOFS_TILE;

    *out = tile;
    if (tile->n > no - first && tile->no == tile_no)
        return true;
    tile->n = 0;
    proofs->n_read++;
    if (kind == 0 ? !read_leaves(proofs, place, first, n, err)
                  : !ledger_tiles(proofs->ledger, kind * PROOFS_TILE_LEVELS, first,
                            tile->heads[0], n, err)) {
        tile->n = 0;
        return false;
    }
    tile->no = tile_no;
    tile->n = n;
    for (unsigned level = 1; level < PROOFS_TILE_LEVELS; level++)
        for (size_t i = 0; i < n >> level; i++)
            tile->heads[level][i] = merkle_node(&tile->heads[level - 1][2 * i],
                    &tile->heads[level - 1][2 * i + 1]);
    return true;
}

/* ---- heads ---- */

/* Of a run of leaves: it falls into complete subtrees, from large to small, and they
 * are joined from the last one up. */
static bool head_of(struct proofs *proofs, struct merkle_range range, uint64_t size,
        struct key32 *head, struct err *err)
{
    struct key32 parts[MERKLE_PATH_MAX];
    size_t n_parts = 0;

    while (range.n > 0) {
        unsigned level = 63 - (unsigned)__builtin_clzll(range.n);
        unsigned kind = level / PROOFS_TILE_LEVELS;
        const struct tile *tile;

        /* The largest kind of tile has no larger one above it. */
        if (kind >= KINDS)
            return err_set(err, ERR_INTERNAL, "the audit log is too long to prove");
        unsigned up = level % PROOFS_TILE_LEVELS;
        uint64_t no = range.from >> (kind * PROOFS_TILE_LEVELS);
        if (!get_tile(proofs, kind, no + (UINT64_C(1) << up) - 1, size, &tile, err))
            return false;
        parts[n_parts++] = tile->heads[up][no % PROOFS_TILE >> up];
        range.from += UINT64_C(1) << level;
        range.n -= UINT64_C(1) << level;
    }
    *head = parts[n_parts - 1];
    for (size_t i = n_parts - 1; i > 0; i--)
        *head = merkle_node(&parts[i - 1], head);
    return true;
}

static bool heads_of(struct proofs *proofs, const struct merkle_range *ranges, size_t n,
        uint64_t size, struct key32 path[MERKLE_PATH_MAX], struct err *err)
{
    for (size_t i = 0; i < n; i++)
        if (!head_of(proofs, ranges[i], size, &path[i], err))
            return false;
    return true;
}

bool proofs_inclusion(struct proofs *proofs, uint64_t index, uint64_t size,
        struct key32 path[MERKLE_PATH_MAX], size_t *n_path, struct err *err)
{
    struct merkle_range ranges[MERKLE_PATH_MAX];

    merkle_inclusion_ranges(index, size, ranges, n_path);
    return heads_of(proofs, ranges, *n_path, size, path, err);
}

bool proofs_consistency(struct proofs *proofs, uint64_t before, uint64_t size,
        struct key32 path[MERKLE_PATH_MAX], size_t *n_path, struct err *err)
{
    struct merkle_range ranges[MERKLE_PATH_MAX];

    merkle_consistency_ranges(before, size, ranges, n_path);
    return heads_of(proofs, ranges, *n_path, size, path, err);
}

bool proofs_leaf(struct proofs *proofs, uint64_t index, uint64_t size,
        struct span *leaf, struct err *err)
{
    const struct tile *tile;
    size_t i = index % PROOFS_TILE;

    if (!get_tile(proofs, 0, index, size, &tile, err))
        return false;
    const struct texts *texts = &proofs->texts[tile == &proofs->tiles[0][AT_END]];
    *leaf = (struct span){texts->bytes + texts->at[i], texts->at[i + 1] - texts->at[i]};
    return true;
}
