/* merkle.h - the hash tree of RFC 6962 section 2.1: heads, inclusion and consistency
 * proofs. Pure. */
#ifndef MERKLE_H
#define MERKLE_H

#include "core/err.h"
#include "core/span.h"

enum {
    MERKLE_PATH_MAX = 64,
    MERKLE_BATCH_MAX = 1024, /* leaves under one batch signature */
    MERKLE_BATCH_PATH_MAX = 10,
};

/* Leaf hash: SHA-256(0x00 | bytes...) (RFC 6962, 2.1). */
struct key32 merkle_leaf(const struct span *parts, size_t n_parts);
/* Node hash: SHA-256(0x01 | left | right). */
struct key32 merkle_node(const struct key32 *left, const struct key32 *right);

/* Tree head over n leaf hashes; n 0 gives SHA-256 of nothing. */
struct key32 merkle_head(const struct key32 *leaves, uint64_t n);

/* Path of leaf `index` in the tree over n leaf hashes into path[], its length in
 * *n_path; n - 1 node hashes at most. For every path of one tree: the batch below. */
void merkle_path(const struct key32 *leaves, uint64_t n, uint64_t index,
        struct key32 path[MERKLE_PATH_MAX], size_t *n_path);

/* A whole tree of 1 to 1024 leaves: built once with n - 1 node hashes, then every path
 * is only copied. 64 KiB; the caller's, to be used again. */
struct merkle_batch {
    size_t n;
    struct key32 head;
    /* The leaves, then the level above them, and so on; the head comes last. */
    struct key32 nodes[2 * MERKLE_BATCH_MAX];
};
/* leaves may be batch->nodes itself: then nothing is copied. */
void merkle_batch_build(struct merkle_batch *batch, const struct key32 *leaves,
        size_t n);
struct key32 merkle_batch_head(const struct merkle_batch *batch);
void merkle_batch_path(const struct merkle_batch *batch, size_t index,
        struct key32 path[MERKLE_BATCH_PATH_MAX], size_t *n_path);

/* The head that a leaf, its index, the tree's size and a path lead to (RFC
 * 9162, 2.1.3.2); false when the path's length does not fit. */
MUST_USE bool merkle_root_from_path(const struct key32 *leaf, uint64_t index,
        uint64_t size, const struct key32 *path, size_t n_path, struct key32 *root);

/* Is this an inclusion proof of leaf at index in the tree of that size and root? */
MUST_USE bool merkle_check_inclusion(const struct key32 *leaf, uint64_t index,
        uint64_t size, const struct key32 *path, size_t n_path,
        const struct key32 *root);

/* Is the tree (size1, root1) a prefix of (size2, root2)? (RFC 9162, 2.1.4.2) Of the
 * empty tree there is nothing to prove: size1 0 is false. */
MUST_USE bool merkle_check_consistency(uint64_t size1, const struct key32 *root1,
        uint64_t size2, const struct key32 *root2, const struct key32 *path,
        size_t n_path);

/* The leaves from `from` on whose head is one element of a proof. Where a proof of a
 * large log is made, these heads are put together from subtrees that are kept. */
struct merkle_range {
    uint64_t from, n;
};
/* The parts of the path of leaf `index` in a tree of n leaves, from the leaf up. */
void merkle_inclusion_ranges(uint64_t index, uint64_t n,
        struct merkle_range ranges[MERKLE_PATH_MAX], size_t *n_ranges);
/* The parts of the proof that the first m of n leaves were a tree before (RFC 6962,
 * 2.1.2); 0 < m <= n. */
void merkle_consistency_ranges(uint64_t m, uint64_t n,
        struct merkle_range ranges[MERKLE_PATH_MAX], size_t *n_ranges);

/* The growing tree of an append-only log: only the heads of its complete subtrees, from
 * large to small. */
struct merkle_log {
    uint64_t size;
    size_t n_heads;
    struct key32 heads[MERKLE_PATH_MAX];
};
void merkle_log_append(struct merkle_log *log, const struct key32 *leaf);
struct key32 merkle_log_head(const struct merkle_log *log);
/* The head of the complete subtree of 2^level leaves that this leaf would be the last
 * of: size + 1 is a multiple of that. */
struct key32 merkle_log_subtree(const struct merkle_log *log, const struct key32 *leaf,
        unsigned level);

#endif
