/* hash.c - SHA-256, HMAC and HKDF by nettle, which uses the processor's own
 * instructions; random bytes and comparison by libsodium. */
#include "core/hash.h"

#include <nettle/hmac.h>
#include <nettle/sha2.h>
#include <sodium.h>

enum { HKDF_MAX_BYTES = 255 * 32 };

bool hash_start(struct err *err)
{
    if (sodium_init() < 0)
        return err_set(err, ERR_INTERNAL, "the cryptographic library does not start");
    return true;
}

struct key32 hash_sha256(const struct span *parts, size_t n_parts)
{
    struct sha256_ctx sha;
    struct key32 hash;
    sha256_init(&sha);
    for (size_t i = 0; i < n_parts; i++)
        sha256_update(&sha, parts[i].len, parts[i].at);
    sha256_digest(&sha, sizeof hash, hash.b);
    return hash;
}

struct key32 hash_sha256_one(struct span bytes)
{
    return hash_sha256(&bytes, 1);
}

struct key32 hash_hmac(struct span key, const struct span *parts, size_t n_parts)
{
    struct hmac_sha256_ctx hmac;
    struct key32 tag;
    hmac_sha256_set_key(&hmac, key.len, key.at);
    for (size_t i = 0; i < n_parts; i++)
        hmac_sha256_update(&hmac, parts[i].len, parts[i].at);
    hmac_sha256_digest(&hmac, sizeof tag, tag.b);
    sodium_memzero(&hmac, sizeof hmac);
    return tag;
}

struct key32 hash_hkdf_extract(struct span salt, const struct span *ikm, size_t n_ikm)
{
    /* RFC 5869, 2.2: PRK = HMAC-Hash(salt, IKM); no salt is the same as zeros. */
    return hash_hmac(salt, ikm, n_ikm);
}

bool hash_hkdf_expand(const struct key32 *prk, const struct span *info, size_t n_info,
        uint8_t *okm, size_t len)
{
    if (len > HKDF_MAX_BYTES)
        return false;

    /* RFC 5869, 2.3: T(i) = HMAC-Hash(PRK, T(i-1) | info | i). Taking a tag leaves the
     * key in place for the next round. */
    struct hmac_sha256_ctx hmac;
    struct key32 t;
    uint8_t round = 0;
    hmac_sha256_set_key(&hmac, sizeof prk->b, prk->b);
    for (size_t done = 0; done < len; done += sizeof t) {
        if (round > 0)
            hmac_sha256_update(&hmac, sizeof t.b, t.b);
        for (size_t i = 0; i < n_info; i++)
            hmac_sha256_update(&hmac, info[i].len, info[i].at);
        round++;
        hmac_sha256_update(&hmac, 1, &round);
        hmac_sha256_digest(&hmac, sizeof t, t.b);
        memcpy(okm + done, t.b, len - done < sizeof t ? len - done : sizeof t);
    }
    sodium_memzero(&hmac, sizeof hmac);
    sodium_memzero(&t, sizeof t);
    return true;
}

void hash_random(void *out, size_t len)
{
    randombytes_buf(out, len);
}

uint32_t hash_random_below(uint32_t limit)
{
    return randombytes_uniform(limit);
}

bool hash_equal(const void *a, const void *b, size_t len)
{
    return sodium_memcmp(a, b, len) == 0;
}

void hash_wipe(void *secret, size_t len)
{
    sodium_memzero(secret, len);
}
