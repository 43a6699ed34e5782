/* tiles.h - proofs of the audit log: the paths of RFC 6962, from heads of subtrees
 * that are kept in the ledger. A proof reads a few hundred rows, however long the log
 * is.
 *
 * Kept are the heads of the complete subtrees of 2^8, 2^16, 2^24 and 2^32 leaves; 256
 * of a kind are a tile. A tile is read once for all the proofs that lead through it. */
#ifndef TILES_H
#define TILES_H

#include "broker/ledger.h"

enum { TILES_LEAVES = 256, TILES_LEVELS = 8 };

struct tiles;

/* ERR_NOMEM. The ledger outlives it. */
MUST_USE struct tiles *tiles_new(struct ledger *ledger, struct err *err);
void tiles_free(struct tiles *tiles);

/* Before a leaf is appended to the log: keep the heads of the subtrees that it closes.
 */
MUST_USE bool tiles_keep(struct ledger *ledger, const struct merkle_log *log,
        const struct key32 *leaf, struct err *err);

/* Paths in the tree of the first `size` leaves, which are committed. False: the ledger
 * failed, or is damaged. */
MUST_USE bool tiles_inclusion(struct tiles *tiles, uint64_t index, uint64_t size,
        struct key32 path[MERKLE_PATH_MAX], size_t *n_path, struct err *err);
MUST_USE bool tiles_consistency(struct tiles *tiles, uint64_t before, uint64_t size,
        struct key32 path[MERKLE_PATH_MAX], size_t *n_path, struct err *err);
/* The leaf itself; good until the next call with another one. */
MUST_USE bool tiles_leaf(struct tiles *tiles, uint64_t index, uint64_t size,
        struct span *leaf, struct err *err);

/* How many tiles were read so far: what the work is measured by. */
uint64_t tiles_read_count(const struct tiles *tiles);

#endif
