/* tiles.c - proofs of the audit log, put together from the heads of its subtrees. */
#include "broker/tiles.h"

#include <stdlib.h>

enum {
    KINDS = 5,            /* of tiles: over leaves, and over 2^8, 2^16, 2^24, 2^32 */
    LEAF_BYTES_MAX = 512, /* an AuditLeaf with all its fields full is shorter */
};

/* 256 heads of one kind, and the heads of the complete subtrees over them. */
struct tile {
    uint64_t no;
    size_t n; /* heads that are there; 0: no tile was read yet */
    struct key32 heads[TILES_LEVELS][TILES_LEAVES];
};

/* The leaves of a tile, one after the other. */
struct texts {
    size_t n, n_wanted;
    size_t at[TILES_LEAVES + 1];
    struct key32 *hashes;
    uint8_t bytes[TILES_LEAVES * LEAF_BYTES_MAX];
};

/* Nearly every proof leads through the tile at the end of the log, beside that of its
 * leaf: each has a place of its own. */
enum place { INSIDE, AT_END, PLACES };

struct tiles {
    struct ledger *ledger;
    struct tile tiles[KINDS][PLACES];
    struct texts texts[PLACES]; /* of tiles[0] */
    uint64_t n_read;
};

struct tiles *tiles_new(struct ledger *ledger, struct err *err)
{
    struct tiles *tiles = calloc(1, sizeof *tiles);

    if (tiles == NULL)
        err_set(err, ERR_NOMEM, "no memory for proofs of the audit log");
    else
        tiles->ledger = ledger;
    return tiles;
}

void tiles_free(struct tiles *tiles)
{
    free(tiles);
}

uint64_t tiles_read_count(const struct tiles *tiles)
{
    return tiles->n_read;
}

bool tiles_keep(struct ledger *ledger, const struct merkle_log *log,
        const struct key32 *leaf, struct err *err)
{
    uint64_t size = log->size + 1;

    for (unsigned level = TILES_LEVELS; level < KINDS * TILES_LEVELS;
            level += TILES_LEVELS) {
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

static bool read_leaves(struct tiles *tiles, enum place place, uint64_t from, size_t n,
        struct err *err)
{
    struct texts *texts = &tiles->texts[place];

    texts->n = 0;
    texts->n_wanted = n;
    texts->hashes = tiles->tiles[0][place].heads[0];
    if (!ledger_audit_walk(tiles->ledger, from, on_leaf, texts, err))
        return false;
    return texts->n == n ||
           err_set(err, ERR_CORRUPT, "leaves of the audit log are missing");
}

/* The tile that holds head number `no` of that kind, as far as the tree of `size`
 * leaves has filled it. */
static bool get_tile(struct tiles *tiles, unsigned kind, uint64_t no, uint64_t size,
        const struct tile **out, struct err *err)
{
    uint64_t tile_no = no / TILES_LEAVES, first = tile_no * TILES_LEAVES;
    uint64_t there = (size >> (kind * TILES_LEVELS)) - first;
    enum place place = there < TILES_LEAVES ? AT_END : INSIDE;
    struct tile *tile = &tiles->tiles[kind][place];
    size_t n = there < TILES_LEAVES ? (size_t)there : TILES_LEAVES;

    *out = tile;
    if (tile->n > no - first && tile->no == tile_no)
        return true;
    tile->n = 0;
    tiles->n_read++;
    if (kind == 0 ? !read_leaves(tiles, place, first, n, err)
                  : !ledger_tiles(tiles->ledger, kind * TILES_LEVELS, first,
                            tile->heads[0], n, err)) {
        tile->n = 0;
        return false;
    }
    tile->no = tile_no;
    tile->n = n;
    for (unsigned level = 1; level < TILES_LEVELS; level++)
        for (size_t i = 0; i < n >> level; i++)
            tile->heads[level][i] = merkle_node(&tile->heads[level - 1][2 * i],
                    &tile->heads[level - 1][2 * i + 1]);
    return true;
}

/* ---- heads ---- */

/* Of a run of leaves: it falls into complete subtrees, from large to small, and they
 * are joined from the last one up. */
static bool head_of(struct tiles *tiles, struct merkle_range range, uint64_t size,
        struct key32 *head, struct err *err)
{
    struct key32 parts[MERKLE_PATH_MAX];
    size_t n_parts = 0;

    while (range.n > 0) {
        unsigned level = 63 - (unsigned)__builtin_clzll(range.n);
        unsigned kind = level / TILES_LEVELS;
        const struct tile *tile;

        /* The largest kind of tile has no larger one above it. */
        if (kind >= KINDS)
            return err_set(err, ERR_INTERNAL, "the audit log is too long to prove");
        unsigned up = level % TILES_LEVELS;
        uint64_t no = range.from >> (kind * TILES_LEVELS);
        if (!get_tile(tiles, kind, no + (UINT64_C(1) << up) - 1, size, &tile, err))
            return false;
        parts[n_parts++] = tile->heads[up][no % TILES_LEAVES >> up];
        range.from += UINT64_C(1) << level;
        range.n -= UINT64_C(1) << level;
    }
    *head = parts[n_parts - 1];
    for (size_t i = n_parts - 1; i > 0; i--)
        *head = merkle_node(&parts[i - 1], head);
    return true;
}

static bool heads_of(struct tiles *tiles, const struct merkle_range *ranges, size_t n,
        uint64_t size, struct key32 path[MERKLE_PATH_MAX], struct err *err)
{
    for (size_t i = 0; i < n; i++)
        if (!head_of(tiles, ranges[i], size, &path[i], err))
            return false;
    return true;
}

bool tiles_inclusion(struct tiles *tiles, uint64_t index, uint64_t size,
        struct key32 path[MERKLE_PATH_MAX], size_t *n_path, struct err *err)
{
    struct merkle_range ranges[MERKLE_PATH_MAX];

    merkle_inclusion_ranges(index, size, ranges, n_path);
    return heads_of(tiles, ranges, *n_path, size, path, err);
}

bool tiles_consistency(struct tiles *tiles, uint64_t before, uint64_t size,
        struct key32 path[MERKLE_PATH_MAX], size_t *n_path, struct err *err)
{
    struct merkle_range ranges[MERKLE_PATH_MAX];

    merkle_consistency_ranges(before, size, ranges, n_path);
    return heads_of(tiles, ranges, *n_path, size, path, err);
}

bool tiles_leaf(struct tiles *tiles, uint64_t index, uint64_t size, struct span *leaf,
        struct err *err)
{
    const struct tile *tile;
    size_t i = index % TILES_LEAVES;

    if (!get_tile(tiles, 0, index, size, &tile, err))
        return false;
    const struct texts *texts = &tiles->texts[tile == &tiles->tiles[0][AT_END]];
    *leaf = (struct span){texts->bytes + texts->at[i], texts->at[i + 1] - texts->at[i]};
    return true;
}
