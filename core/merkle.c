/* merkle.c - the hash tree of RFC 6962: heads, paths and the checks of both proofs. */
#include "core/merkle.h"

#include <assert.h>

#include "core/hash.h"

/* RFC 6962, 2.1: different first bytes keep a leaf from passing for a node. */
static const uint8_t LEAF_PREFIX = 0x00;
static const uint8_t NODE_PREFIX = 0x01;

enum { LEAF_PARTS_MAX = 16 };

struct key32 merkle_leaf(const struct span *parts, size_t n_parts)
{
    assert(n_parts < LEAF_PARTS_MAX);
    struct span all[LEAF_PARTS_MAX];
    all[0] = SPAN_OF(LEAF_PREFIX);
    for (size_t i = 0; i < n_parts; i++)
        all[1 + i] = parts[i];
    return hash_sha256(all, 1 + n_parts);
}

struct key32 merkle_node(const struct key32 *left, const struct key32 *right)
{
    uint8_t bytes[1 + 32 + 32];
    bytes[0] = NODE_PREFIX;
    memcpy(bytes + 1, left->b, 32);
    memcpy(bytes + 33, right->b, 32);
    return hash_sha256_one(SPAN_OF(bytes));
}

struct key32 merkle_head(const struct key32 *leaves, uint64_t n)
{
    struct merkle_log log = {.size = 0};
    for (uint64_t i = 0; i < n; i++)
        merkle_log_append(&log, &leaves[i]);
    return merkle_log_head(&log);
}

/* RFC 6962, 2.1: k is the largest power of two smaller than n; n is 2 or more. */
static uint64_t split(uint64_t n)
{
    return UINT64_C(1) << (63 - __builtin_clzll(n - 1));
}

/* From the head down to the leaf, or to the end of the first m: the half that is left
 * aside at each step is one element. They are told from below. */
static size_t walk_down(uint64_t index, uint64_t *from, uint64_t *n, uint64_t stop,
        struct merkle_range ranges[MERKLE_PATH_MAX])
{
    size_t depth = 0;
    while (*n > 1 && *from + *n != stop) {
        uint64_t k = split(*n);
        if (index < *from + k) {
            ranges[depth++] = (struct merkle_range){*from + k, *n - k};
            *n = k;
        } else {
            ranges[depth++] = (struct merkle_range){*from, k};
            *from += k;
            *n -= k;
        }
    }
    return depth;
}

static void turn_round(struct merkle_range *ranges, size_t n)
{
    for (size_t i = 0; i < n / 2; i++) {
        struct merkle_range swap = ranges[i];
        ranges[i] = ranges[n - 1 - i];
        ranges[n - 1 - i] = swap;
    }
}

void merkle_inclusion_ranges(uint64_t index, uint64_t n,
        struct merkle_range ranges[MERKLE_PATH_MAX], size_t *n_ranges)
{
    assert(index < n);
    uint64_t from = 0;
    *n_ranges = walk_down(index, &from, &n, 0, ranges);
    turn_round(ranges, *n_ranges);
}

void merkle_consistency_ranges(uint64_t m, uint64_t n,
        struct merkle_range ranges[MERKLE_PATH_MAX], size_t *n_ranges)
{
    assert(m > 0 && m <= n);
    /* RFC 6962, 2.1.2: down to the subtree that ends where the older tree ended. When
     * that is the whole older tree, its head is known already. */
    uint64_t from = 0;
    size_t depth = walk_down(m - 1, &from, &n, m, ranges);
    if (from > 0)
        ranges[depth++] = (struct merkle_range){from, n};
    turn_round(ranges, depth);
    *n_ranges = depth;
}

void merkle_path(const struct key32 *leaves, uint64_t n, uint64_t index,
        struct key32 path[MERKLE_PATH_MAX], size_t *n_path)
{
    assert(index < n);
    /* RFC 6962, 2.1.1, from the head down: at each step the half without the leaf is
     * one element of the path. */
    struct key32 down[MERKLE_PATH_MAX];
    size_t depth = 0;
    while (n > 1) {
        uint64_t k = split(n);
        if (index < k) {
            down[depth++] = merkle_head(leaves + k, n - k);
            n = k;
        } else {
            down[depth++] = merkle_head(leaves, k);
            leaves += k;
            index -= k;
            n -= k;
        }
    }
    for (size_t i = 0; i < depth; i++)
        path[i] = down[depth - 1 - i];
    *n_path = depth;
}

void merkle_batch_build(struct merkle_batch *batch, const struct key32 *leaves,
        size_t n)
{
    assert(n >= 1 && n <= MERKLE_BATCH_MAX);
    batch->n = n;
    memmove(batch->nodes, leaves, n * sizeof *leaves);

    /* Level by level: pairs are hashed, a last one without a partner goes up as it is.
     * This is the tree of RFC 6962, 2.1: the left half of every split is complete. */
    const struct key32 *below = batch->nodes;
    while (n > 1) {
        struct key32 *above = batch->nodes + (below - batch->nodes) + n;
        for (size_t i = 0; i + 1 < n; i += 2)
            above[i / 2] = merkle_node(&below[i], &below[i + 1]);
        if (n % 2 == 1)
            above[n / 2] = below[n - 1];
        below = above;
        n = (n + 1) / 2;
    }
    batch->head = *below;
}

struct key32 merkle_batch_head(const struct merkle_batch *batch)
{
    return batch->head;
}

void merkle_batch_path(const struct merkle_batch *batch, size_t index,
        struct key32 path[MERKLE_BATCH_PATH_MAX], size_t *n_path)
{
    assert(index < batch->n);
    size_t len = 0;
    const struct key32 *level = batch->nodes;
    for (size_t n = batch->n; n > 1; n = (n + 1) / 2) {
        size_t sibling = index ^ 1;
        if (sibling < n)
            path[len++] = level[sibling];
        level += n;
        index /= 2;
    }
    *n_path = len;
}

bool merkle_root_from_path(const struct key32 *leaf, uint64_t index, uint64_t size,
        const struct key32 *path, size_t n_path, struct key32 *root)
{
    if (index >= size)
        return false;

    /* RFC 9162, 2.1.3.2, in its names. */
    uint64_t fn = index;
    uint64_t sn = size - 1;
    struct key32 r = *leaf;
    for (size_t i = 0; i < n_path; i++) {
        if (sn == 0)
            return false;
        if ((fn & 1) == 1 || fn == sn) {
            r = merkle_node(&path[i], &r);
            while ((fn & 1) == 0 && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            r = merkle_node(&r, &path[i]);
        }
        fn >>= 1;
        sn >>= 1;
    }
    if (sn != 0)
        return false;
    *root = r;
    return true;
}

bool merkle_check_inclusion(const struct key32 *leaf, uint64_t index, uint64_t size,
        const struct key32 *path, size_t n_path, const struct key32 *root)
{
    struct key32 found;
    return merkle_root_from_path(leaf, index, size, path, n_path, &found) &&
           key32_equal(&found, root);
}

bool merkle_check_consistency(uint64_t size1, const struct key32 *root1, uint64_t size2,
        const struct key32 *root2, const struct key32 *path, size_t n_path)
{
    if (size1 == 0 || size1 > size2)
        return false;
    if (size1 == size2)
        return n_path == 0 && key32_equal(root1, root2);

    /* RFC 9162, 2.1.4.2, in its names. When size1 is a power of two, root1 is the
     * path's first element and is not repeated in it. */
    if (n_path == 0)
        return false;
    bool whole = (size1 & (size1 - 1)) == 0;
    uint64_t fn = size1 - 1;
    uint64_t sn = size2 - 1;
    while ((fn & 1) == 1) {
        fn >>= 1;
        sn >>= 1;
    }
    struct key32 fr = whole ? *root1 : path[0];
    struct key32 sr = fr;
    for (size_t i = whole ? 0 : 1; i < n_path; i++) {
        if (sn == 0)
            return false;
        if ((fn & 1) == 1 || fn == sn) {
            fr = merkle_node(&path[i], &fr);
            sr = merkle_node(&path[i], &sr);
            while ((fn & 1) == 0 && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            sr = merkle_node(&sr, &path[i]);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && key32_equal(&fr, root1) && key32_equal(&sr, root2);
}

void merkle_log_append(struct merkle_log *log, const struct key32 *leaf)
{
    /* Two complete subtrees of one size become one, as in adding one to a binary
     * number. */
    struct key32 head = *leaf;
    for (uint64_t size = log->size; (size & 1) == 1; size >>= 1) {
        log->n_heads--;
        head = merkle_node(&log->heads[log->n_heads], &head);
    }
    log->heads[log->n_heads++] = head;
    log->size++;
}

struct key32 merkle_log_head(const struct merkle_log *log)
{
    if (log->n_heads == 0)
        return hash_sha256(NULL, 0);
    struct key32 head = log->heads[log->n_heads - 1];
    for (size_t i = log->n_heads - 1; i > 0; i--)
        head = merkle_node(&log->heads[i - 1], &head);
    return head;
}

struct key32 merkle_log_subtree(const struct merkle_log *log, const struct key32 *leaf,
        unsigned level)
{
    struct key32 head = *leaf;

    assert(level <= log->n_heads);
    for (unsigned i = 1; i <= level; i++)
        head = merkle_node(&log->heads[log->n_heads - i], &head);
    return head;
}
