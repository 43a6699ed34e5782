/* keys_sign.c - Ed25519 signing keys. */
#include <sodium.h>

#include "core/hash.h"
#include "core/keys.h"
#include "core/keys_format.h"

/* libsodium keeps the 32 bytes of RFC 8032 (seed) and the public key side by side. */
struct sign_key {
    struct key32 seed;
    struct key32 public_key;
    uint8_t expanded[crypto_sign_SECRETKEYBYTES];
};

/* Compute what follows from the seed and close the memory for writing. */
static struct sign_key *finish(struct sign_key *key)
{
    crypto_sign_seed_keypair(key->public_key.b, key->expanded, key->seed.b);
    sodium_mprotect_readonly(key);
    return key;
}

struct sign_key *sign_key_new(struct err *err)
{
    struct sign_key *key = key_memory(sizeof *key, err);
    if (key == NULL)
        return NULL;
    randombytes_buf(key->seed.b, sizeof key->seed.b);
    return finish(key);
}

struct sign_key *sign_key_load(const char *path, const char *passphrase,
        struct err *err)
{
    struct sign_key *key = key_memory(sizeof *key, err);
    if (key == NULL)
        return NULL;
    if (!key_file_load(path, KEY_ED25519, passphrase, &key->seed, err)) {
        sodium_free(key);
        return NULL;
    }
    return finish(key);
}

bool sign_key_save(const struct sign_key *key, const char *path, const char *passphrase,
        struct err *err)
{
    return key_file_save(path, KEY_ED25519, &key->seed, passphrase, key_cost_default(),
            err);
}

void sign_key_free(struct sign_key *key)
{
    sodium_free(key);
}

const struct key32 *sign_key_public(const struct sign_key *key)
{
    return &key->public_key;
}

void sign_key_sign(const struct sign_key *key, struct span message, struct sig64 *sig)
{
    crypto_sign_detached(sig->b, NULL, message.at, message.len, key->expanded);
}

struct key32 sign_key_derive(const struct sign_key *key, const char *purpose)
{
    struct span words = span_text(purpose);

    return hash_hmac(SPAN_OF(key->seed), &words, 1);
}

bool keys_verify(const struct key32 *public_key, struct span message,
        const struct sig64 *sig)
{
    /* libsodium refuses S that is not reduced, and points of small order or not
     * canonical. */
    return crypto_sign_verify_detached(sig->b, message.at, message.len,
                   public_key->b) == 0;
}
