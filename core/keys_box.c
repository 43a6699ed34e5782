/* keys_box.c - X25519 key pairs: epoch keys and transport keys. */
#include <sodium.h>

#include "core/keys.h"
#include "core/keys_format.h"

struct box_key {
    struct key32 secret;
    struct key32 public_key;
};

/* Compute the public half and close the memory for writing. */
static struct box_key *finish(struct box_key *key)
{
    crypto_scalarmult_base(key->public_key.b, key->secret.b);
    sodium_mprotect_readonly(key);
    return key;
}

struct box_key *box_key_new(struct err *err)
{
    struct box_key *key = key_memory(sizeof *key, err);
    if (key == NULL)
        return NULL;
    randombytes_buf(key->secret.b, sizeof key->secret.b);
    return finish(key);
}

struct box_key *box_key_from(const struct key32 *secret, struct err *err)
{
    struct box_key *key = key_memory(sizeof *key, err);
    if (key == NULL)
        return NULL;
    key->secret = *secret;
    return finish(key);
}

struct box_key *box_key_load(const char *path, struct err *err)
{
    struct box_key *key = key_memory(sizeof *key, err);
    if (key == NULL)
        return NULL;
    if (!key_file_load(path, KEY_X25519, NULL, &key->secret, err)) {
        sodium_free(key);
        return NULL;
    }
    return finish(key);
}

bool box_key_save(const struct box_key *key, const char *path, struct err *err)
{
    return key_file_save(path, KEY_X25519, &key->secret, NULL, key_cost_default(), err);
}

void box_key_free(struct box_key *key)
{
    sodium_free(key);
}

const struct key32 *box_key_public(const struct box_key *key)
{
    return &key->public_key;
}

const struct key32 *box_key_secret(const struct box_key *key)
{
    return &key->secret;
}
