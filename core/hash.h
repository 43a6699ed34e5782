/* hash.h - SHA-256, HMAC, HKDF, random bytes, constant-time comparison. */
#ifndef HASH_H
#define HASH_H

#include "core/err.h"
#include "core/span.h"

/* Start the cryptographic library; once, before anything else of hash, seal or keys. */
MUST_USE bool hash_start(struct err *err);

/* SHA-256 over the parts one after the other (FIPS 180-4). */
struct key32 hash_sha256(const struct span *parts, size_t n_parts);
struct key32 hash_sha256_one(struct span bytes);

/* HMAC-SHA-256 (RFC 2104); key of any length. */
struct key32 hash_hmac(struct span key, const struct span *parts, size_t n_parts);

/* HKDF-SHA256 (RFC 5869). Expand: at most 255 x 32 bytes, else false. */
struct key32 hash_hkdf_extract(struct span salt, const struct span *ikm, size_t n_ikm);
MUST_USE bool hash_hkdf_expand(const struct key32 *prk, const struct span *info,
        size_t n_info, uint8_t *okm, size_t len);

/* Random bytes from the library's source (the simulator seeds it). */
void hash_random(void *out, size_t len);
uint32_t hash_random_below(uint32_t limit);

/* Compare in constant time; for secrets, tokens and their hashes. */
bool hash_equal(const void *a, const void *b, size_t len);

/* Overwrite a secret so that the compiler cannot leave it out. */
void hash_wipe(void *secret, size_t len);

#endif
