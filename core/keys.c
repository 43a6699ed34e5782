/* keys.c - what concerns all keys: protection of the process, names of keys, tokens. */
#include "core/keys.h"

#include <sodium.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "core/hash.h"
#include "core/ids.h"
#include "core/keys_format.h"

void keys_no_core_dumps(void)
{
    /* Two locks on one door: the kernel neither dumps us nor lets our own user trace
     * us. */
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
}

void *key_memory(size_t size, struct err *err)
{
    void *memory = sodium_malloc(size);
    if (memory == NULL)
        err_set(err, ERR_NOMEM, "no guarded memory for a key");
    return memory;
}

struct id keys_id(const struct key32 *public_key)
{
    struct key32 hash = hash_sha256_one(SPAN_OF(*public_key));
    struct id id;
    memcpy(id.b, hash.b, sizeof id.b);
    return id;
}

void keys_token_new(char token[KEYS_TOKEN_TEXT_BYTES])
{
    struct key32 random;
    hash_random(&random, sizeof random);
    sodium_bin2hex(token, KEYS_TOKEN_TEXT_BYTES, random.b, sizeof random.b);
    sodium_memzero(&random, sizeof random);
}

struct key32 keys_token_hash(const char *token)
{
    return hash_sha256_one(span_text(token));
}
