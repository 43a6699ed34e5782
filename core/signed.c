/* signed.c - verifying: is this thing of this kind, and did its signer sign exactly
 * these bytes? */
#include "core/signed.h"

#include <assert.h>
#include <stdlib.h>

#include "core/hash.h"
#include "core/merkle.h"
#include "core/signed_inner.h"
#include "core/wire.h"

enum {
    CACHE_WAYS = 4, /* slots that one fingerprint may lie in */
    CACHE_SETS = SIGNED_CACHE_SLOTS / CACHE_WAYS,
};

_Static_assert((CACHE_SETS & (CACHE_SETS - 1)) == 0, "a set is chosen by a mask");
_Static_assert((int)SIGNED_BATCH_MAX == (int)MERKLE_BATCH_MAX, "one tree a batch");

/* Fingerprints of signatures that verified. A set forgets its oldest first. */
struct signed_cache {
    struct key32 slots[CACHE_SETS][CACHE_WAYS];
    uint8_t next[CACHE_SETS];
    uint64_t verified;
    uint64_t skipped;
};

struct signed_cache *signed_cache_new(struct err *err)
{
    struct signed_cache *cache = calloc(1, sizeof *cache);
    if (cache == NULL)
        err_set(err, ERR_NOMEM, "no memory to remember verified signatures");
    return cache;
}

void signed_cache_free(struct signed_cache *cache)
{
    free(cache);
}

void signed_cache_counts(const struct signed_cache *cache, uint64_t *verified,
        uint64_t *skipped)
{
    *verified = cache->verified;
    *skipped = cache->skipped;
}

struct key32 signed_leaf(enum kind kind, const char *signer, const struct id *key_id,
        struct span body)
{
    size_t len = strlen(signer);
    assert(len <= SIGNED_SIGNER_MAX && (unsigned)kind <= UINT8_MAX);

    /* leaf = SHA-256( 00 | "BB1" 00 | kind u8 | len(signer) u8 | signer | key_id 16 |
     * n u64be | body ); merkle_leaf puts the first 00 there. */
    uint8_t head[4 + 1 + 1 + SIGNED_SIGNER_MAX + 16 + 8] = "BB1";
    size_t at = 4;
    head[at++] = (uint8_t)kind;
    head[at++] = (uint8_t)len;
    memcpy(head + at, signer, len);
    at += len;
    memcpy(head + at, key_id->b, sizeof key_id->b);
    at += sizeof key_id->b;
    for (int shift = 56; shift >= 0; shift -= 8)
        head[at++] = (uint8_t)((uint64_t)body.len >> shift);

    struct span parts[] = {
            {head, at},
            body
    };
    return merkle_leaf(parts, COUNT_OF(parts));
}

struct root_input signed_root_input(const char *signer, const struct id *key_id,
        uint32_t size, const struct key32 *root)
{
    size_t len = strlen(signer);
    assert(len <= SIGNED_SIGNER_MAX);

    struct root_input input = {.bytes = "BB1root", .len = 8};
    uint8_t *at = input.bytes + input.len;
    *at++ = (uint8_t)len;
    memcpy(at, signer, len);
    at += len;
    memcpy(at, key_id->b, sizeof key_id->b);
    at += sizeof key_id->b;
    for (int shift = 24; shift >= 0; shift -= 8)
        *at++ = (uint8_t)(size >> shift);
    memcpy(at, root->b, sizeof root->b);
    at += sizeof root->b;
    input.len = (size_t)(at - input.bytes);
    return input;
}

/* The root that this thing's leaf and path lead to. */
static bool find_root(const struct signed_ *thing, struct key32 *root)
{
    struct key32 path[MERKLE_BATCH_PATH_MAX];
    size_t n_path = thing->path.len / sizeof *path;
    if (thing->path.len % sizeof *path != 0 || n_path > COUNT_OF(path) ||
            thing->size == 0 || thing->size > SIGNED_BATCH_MAX)
        return false;

    if (thing->path.len > 0)
        memcpy(path, thing->path.at, thing->path.len);
    struct key32 leaf =
            signed_leaf(thing->kind, thing->signer, &thing->key_id, thing->body);
    return merkle_root_from_path(&leaf, thing->index, thing->size, path, n_path, root);
}

/* Is the signature that of this key? Only the curve operation is ever skipped. */
static bool verify(struct signed_cache *cache, const struct key32 *key,
        const struct root_input *input, const struct sig64 *sig)
{
    struct span message = {input->bytes, input->len};
    if (cache == NULL)
        return keys_verify(key, message, sig);

    /* The root alone would not do: a member can sign a root over a leaf that names
     * somebody else. What it signed names itself, and that is in the fingerprint, as is
     * its key. */
    struct span parts[] = {message, SPAN_OF(*sig), SPAN_OF(*key)};
    struct key32 fingerprint = hash_sha256(parts, COUNT_OF(parts));
    size_t set = (fingerprint.b[0] | (size_t)fingerprint.b[1] << 8) & (CACHE_SETS - 1);
    for (size_t way = 0; way < CACHE_WAYS; way++) {
        if (key32_equal(&cache->slots[set][way], &fingerprint)) {
            cache->skipped++;
            return true;
        }
    }

    cache->verified++;
    if (!keys_verify(key, message, sig))
        return false;
    cache->slots[set][cache->next[set]] = fingerprint;
    cache->next[set] = (uint8_t)((cache->next[set] + 1) % CACHE_WAYS);
    return true;
}

/* Length, strict form, and the kind that was asked for. Nothing is believed yet. */
static bool read_thing(enum kind kind, struct span bytes, struct arena *arena,
        struct signed_ *thing, struct err *err)
{
    if (bytes.len > SIGNED_BYTES_MAX)
        return err_set(err, E_SIZE, "a signed thing of %zu bytes; at most %d",
                bytes.len, (int)SIGNED_BYTES_MAX);
    if (!wire_get(&WIRE_SIGNED, bytes, arena, thing, err))
        return false;
    if (thing->kind != kind)
        return err_set(err, E_AUTH, "signed as %s, shown as %s", kind_name(thing->kind),
                kind_name(kind));
    return true;
}

/* Leaf and path give the root; the key's signature is over that root. */
static bool check_signature(struct signed_cache *cache, const struct key32 *key,
        const struct signed_ *thing, struct err *err)
{
    struct key32 root;
    if (!find_root(thing, &root))
        return err_set(err, E_AUTH, "the path of a %s of %s leads to no root",
                kind_name(thing->kind), thing->signer);
    struct root_input input =
            signed_root_input(thing->signer, &thing->key_id, thing->size, &root);
    if (!verify(cache, key, &input, &thing->sig))
        return err_set(err, E_AUTH, "the signature of a %s of %s is wrong",
                kind_name(thing->kind), thing->signer);
    return true;
}

/* Whose key must have signed: that of a member now, of one at any time, or this one. */
struct key_question {
    enum { KEY_NOW, KEY_ONCE, KEY_GIVEN } which;
    const struct directory *directory;
    int64_t now_ms;
    const struct key32 *given;
};

/* NULL: nobody's, and err says whose it should have been. */
static const struct key32 *find_key(const struct key_question *question,
        const struct signed_ *thing, struct err *err)
{
    const struct key32 *key = NULL;
    struct id given_id;

    switch (question->which) {
    case KEY_NOW:
        key = directory_signing_key(question->directory, thing->kind, thing->signer,
                &thing->key_id, question->now_ms);
        if (key == NULL)
            err_set(err, E_AUTH, "%s may not sign a %s with this key now",
                    thing->signer, kind_name(thing->kind));
        break;
    case KEY_ONCE:
        key = directory_key_once(question->directory, thing->kind, thing->signer,
                &thing->key_id);
        if (key == NULL)
            err_set(err, E_AUTH, "%s never had this key to sign a %s with",
                    thing->signer, kind_name(thing->kind));
        break;
    case KEY_GIVEN:
        given_id = keys_id(question->given);
        if (id_equal(&given_id, &thing->key_id))
            key = question->given;
        else
            err_set(err, E_AUTH, "a %s of %s signed with another key",
                    kind_name(thing->kind), thing->signer);
        break;
    }
    return key;
}

/* Read, and signed by whose key it must be; nothing is kept of what is refused. */
static bool get(struct signed_cache *cache, const struct key_question *question,
        enum kind kind, struct span bytes, struct arena *arena, struct signed_ *thing,
        struct err *err)
{
    struct signed_ out;
    size_t used = arena->used;

    if (read_thing(kind, bytes, arena, &out, err)) {
        /* Role, dates, revocation and suspension count at every look, also when the
         * curve operation will be skipped. */
        const struct key32 *key = find_key(question, &out, err);
        if (key != NULL && check_signature(cache, key, &out, err)) {
            *thing = out;
            return true;
        }
    }
    arena_reset(arena, used);
    return false;
}

bool signed_get(struct signed_cache *cache, const struct directory *directory,
        int64_t now_ms, enum kind kind, struct span bytes, struct arena *arena,
        struct signed_ *thing, struct err *err)
{
    const struct key_question question = {KEY_NOW, directory, now_ms, NULL};

    return get(cache, &question, kind, bytes, arena, thing, err);
}

bool signed_get_registered(struct signed_cache *cache,
        const struct directory *directory, enum kind kind, struct span bytes,
        struct arena *arena, struct signed_ *thing, struct err *err)
{
    const struct key_question question = {KEY_ONCE, directory, 0, NULL};

    return get(cache, &question, kind, bytes, arena, thing, err);
}

bool signed_get_by_key(const struct key32 *key, enum kind kind, struct span bytes,
        struct arena *arena, struct signed_ *thing, struct err *err)
{
    const struct key_question question = {KEY_GIVEN, NULL, 0, key};

    return get(NULL, &question, kind, bytes, arena, thing, err);
}

bool signed_in_time(const struct directory *directory, const struct signed_ *thing,
        int64_t made_ms, struct err *err)
{
    return directory_key_held(directory, thing->signer, &thing->key_id, made_ms) !=
                   NULL ||
           err_set(err, E_AUTH, "a %s of %s signed with a key that was given up before",
                   kind_name(thing->kind), thing->signer);
}

bool signed_still_stands(struct signed_cache *cache, const struct directory *directory,
        const struct signed_ *thing, struct arena *arena, struct err *err)
{
    struct statement said;
    if (!wire_get(&WIRE_STATEMENT, thing->body, arena, &said, err) ||
            !signed_in_time(directory, thing, (int64_t)said.issued_ms, err))
        return false;
    const struct key32 *key = directory_key_held(directory, thing->signer,
            &thing->key_id, (int64_t)said.issued_ms);
    return check_signature(cache, key, thing, err);
}
