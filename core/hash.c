/* hash.c - SHA-256, HMAC, HKDF, random bytes and comparison, by libsodium. */
#include "core/hash.h"

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
    crypto_hash_sha256_state state;
    struct key32 hash;
    crypto_hash_sha256_init(&state);
    for (size_t i = 0; i < n_parts; i++)
        crypto_hash_sha256_update(&state, parts[i].at, parts[i].len);
    crypto_hash_sha256_final(&state, hash.b);
    return hash;
}

struct key32 hash_sha256_one(struct span bytes)
{
    return hash_sha256(&bytes, 1);
}

struct key32 hash_hmac(struct span key, const struct span *parts, size_t n_parts)
{
    crypto_auth_hmacsha256_state state;
    struct key32 tag;
    /* libsodium wants a place even for a key without bytes. */
    static const uint8_t none[1];
    crypto_auth_hmacsha256_init(&state, key.at != NULL ? key.at : none, key.len);
    for (size_t i = 0; i < n_parts; i++)
        crypto_auth_hmacsha256_update(&state, parts[i].at, parts[i].len);
    crypto_auth_hmacsha256_final(&state, tag.b);
    sodium_memzero(&state, sizeof state);
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

    /* RFC 5869, 2.3: T(i) = HMAC-Hash(PRK, T(i-1) | info | i). */
    crypto_auth_hmacsha256_state keyed;
    crypto_auth_hmacsha256_state state;
    struct key32 t;
    uint8_t round = 0;
    crypto_auth_hmacsha256_init(&keyed, prk->b, sizeof prk->b);
    for (size_t done = 0; done < len; done += sizeof t) {
        state = keyed;
        if (round > 0)
            crypto_auth_hmacsha256_update(&state, t.b, sizeof t.b);
        for (size_t i = 0; i < n_info; i++)
            crypto_auth_hmacsha256_update(&state, info[i].at, info[i].len);
        round++;
        crypto_auth_hmacsha256_update(&state, &round, 1);
        crypto_auth_hmacsha256_final(&state, t.b);
        memcpy(okm + done, t.b, len - done < sizeof t ? len - done : sizeof t);
    }
    sodium_memzero(&keyed, sizeof keyed);
    sodium_memzero(&state, sizeof state);
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
