/* hash_sha256.h - SHA-256 in steps; for hash.c alone.
 *
 * Each letter is hashed by three processes, so this is the hot path. libsodium's
 * SHA-256 is portable C; where the processor has instructions of its own for it, whole
 * blocks go through those, six times faster. */
#ifndef HASH_SHA256_H
#define HASH_SHA256_H

#include <sodium.h>

#include "core/span.h"

enum { SHA256_BLOCK_BYTES = 64 };

struct sha256 {
    crypto_hash_sha256_state library; /* only whole blocks reach it */
    uint64_t n_bytes;
    uint8_t waiting[SHA256_BLOCK_BYTES]; /* what does not fill a block yet */
};

void sha256_init(struct sha256 *sha);
void sha256_update(struct sha256 *sha, struct span bytes);
/* Leaves nothing of what was hashed in sha. */
struct key32 sha256_final(struct sha256 *sha);

#endif
