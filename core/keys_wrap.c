/* keys_wrap.c - the generation key and case keys: wrapping what rests on disk. */
#include <sodium.h>

#include "core/keys.h"
#include "core/keys_format.h"

enum {
    NONCE_BYTES = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG_BYTES = crypto_aead_xchacha20poly1305_ietf_ABYTES,
};

_Static_assert(KEYS_WRAP_EXTRA == (int)NONCE_BYTES + (int)TAG_BYTES, "nonce and tag");

struct wrap_key {
    struct key32 secret;
};

struct wrap_key *wrap_key_new(struct err *err)
{
    struct wrap_key *key = key_memory(sizeof *key, err);
    if (key == NULL)
        return NULL;
    randombytes_buf(key->secret.b, sizeof key->secret.b);
    sodium_mprotect_readonly(key);
    return key;
}

struct wrap_key *wrap_key_from(const struct key32 *secret, struct err *err)
{
    struct wrap_key *key = key_memory(sizeof *key, err);
    if (key == NULL)
        return NULL;
    key->secret = *secret;
    sodium_mprotect_readonly(key);
    return key;
}

struct wrap_key *wrap_key_load(const char *path, struct err *err)
{
    return wrap_key_load_with_passphrase(path, NULL, err);
}

struct wrap_key *wrap_key_load_with_passphrase(const char *path, const char *passphrase,
        struct err *err)
{
    struct wrap_key *key = key_memory(sizeof *key, err);
    if (key == NULL)
        return NULL;
    if (!key_file_load(path, KEY_GENERATION, passphrase, &key->secret, err)) {
        sodium_free(key);
        return NULL;
    }
    sodium_mprotect_readonly(key);
    return key;
}

bool wrap_key_save(const struct wrap_key *key, const char *path, const char *passphrase,
        struct err *err)
{
    return key_file_save(path, KEY_GENERATION, &key->secret, passphrase,
            key_cost_default(), err);
}

void wrap_key_free(struct wrap_key *key)
{
    sodium_free(key);
}

void wrap_key_wrap(const struct wrap_key *key, struct span aad, struct span plain,
        uint8_t *out)
{
    /* 24 random bytes are enough never to meet the same nonce twice, without a counter
     * that a restored backup could turn back. */
    randombytes_buf(out, NONCE_BYTES);
    crypto_aead_xchacha20poly1305_ietf_encrypt(out + NONCE_BYTES, NULL, plain.at,
            plain.len, aad.at, aad.len, NULL, out, key->secret.b);
}

bool wrap_key_unwrap(const struct wrap_key *key, struct span aad, struct span wrapped,
        uint8_t *out)
{
    if (wrapped.len < KEYS_WRAP_EXTRA)
        return false;
    return crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL,
                   wrapped.at + NONCE_BYTES, wrapped.len - NONCE_BYTES, aad.at, aad.len,
                   wrapped.at, key->secret.b) == 0;
}
