/* hash.c - SHA-256, HMAC, HKDF, random bytes and comparison, by libsodium. */
#include "core/hash.h"

#include <sodium.h>

#include "core/hash_sha256.h"

enum { HKDF_MAX_BYTES = 255 * 32 };

bool hash_start(struct err *err)
{
    if (sodium_init() < 0)
        return err_set(err, ERR_INTERNAL, "the cryptographic library does not start");
    return true;
}

struct key32 hash_sha256(const struct span *parts, size_t n_parts)
{
    struct sha256 sha;
    sha256_init(&sha);
    for (size_t i = 0; i < n_parts; i++)
        sha256_update(&sha, parts[i]);
    return sha256_final(&sha);
}

struct key32 hash_sha256_one(struct span bytes)
{
    return hash_sha256(&bytes, 1);
}

/* RFC 2104: H(key xor opad | H(key xor ipad | text)); both hashes begun with their key.
 */
struct hmac {
    struct sha256 inner;
    struct sha256 outer;
};

static void hmac_init(struct hmac *hmac, struct span key)
{
    uint8_t block[SHA256_BLOCK_BYTES] = {0};
    struct key32 hashed;
    if (key.len > sizeof block) {
        hashed = hash_sha256_one(key);
        key = SPAN_OF(hashed);
    }
    if (key.len > 0)
        memcpy(block, key.at, key.len);

    for (size_t i = 0; i < sizeof block; i++)
        block[i] ^= 0x36;
    sha256_init(&hmac->inner);
    sha256_update(&hmac->inner, SPAN_OF(block));
    for (size_t i = 0; i < sizeof block; i++)
        block[i] ^= 0x36 ^ 0x5C;
    sha256_init(&hmac->outer);
    sha256_update(&hmac->outer, SPAN_OF(block));
    sodium_memzero(block, sizeof block);
}

static struct key32 hmac_final(struct hmac *hmac)
{
    struct key32 inner = sha256_final(&hmac->inner);
    sha256_update(&hmac->outer, SPAN_OF(inner));
    sodium_memzero(&inner, sizeof inner);
    return sha256_final(&hmac->outer);
}

struct key32 hash_hmac(struct span key, const struct span *parts, size_t n_parts)
{
    struct hmac hmac;
    hmac_init(&hmac, key);
    for (size_t i = 0; i < n_parts; i++)
        sha256_update(&hmac.inner, parts[i]);
    return hmac_final(&hmac);
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
    struct hmac keyed;
    struct hmac hmac;
    struct key32 t;
    uint8_t round = 0;
    hmac_init(&keyed, SPAN_OF(*prk));
    for (size_t done = 0; done < len; done += sizeof t) {
        hmac = keyed;
        if (round > 0)
            sha256_update(&hmac.inner, SPAN_OF(t));
        for (size_t i = 0; i < n_info; i++)
            sha256_update(&hmac.inner, info[i]);
        round++;
        sha256_update(&hmac.inner, SPAN_OF(round));
        t = hmac_final(&hmac);
        memcpy(okm + done, t.b, len - done < sizeof t ? len - done : sizeof t);
    }
    sodium_memzero(&keyed, sizeof keyed);
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
