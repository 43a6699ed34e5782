/* signed_batch.c - signing: things are collected during a turn, and one signature
 * vouches for all of them. */
#include <assert.h>
#include <stdlib.h>

#include "core/hash.h"
#include "core/merkle.h"
#include "core/signed.h"
#include "core/signed_inner.h"
#include "core/wire.h"

/* A thing that waits for its signature. */
struct waiting {
    enum kind kind;
    size_t at; /* of its body in the signer's bytes */
    size_t len;
};

struct signer {
    char name[SIGNED_SIGNER_MAX + 1];
    const struct sign_key *key;
    struct id key_id;
    size_t n;
    size_t used;
    bool is_signed;
    struct sig64 sig;
    struct waiting things[SIGNED_BATCH_MAX];
    /* Leaves are written straight into the lowest level of the tree. */
    struct merkle_batch tree;
    /* Bodies, one behind the other. Memory is only touched as far as a turn needs it.
     */
    uint8_t bytes[SIGNER_BODIES_BYTES];
};

/* An empty name would be an absent field, a long one does not fit a leaf. */
static bool name_ok(const char *name, struct err *err)
{
    size_t len = strlen(name);
    if (len == 0 || len > SIGNED_SIGNER_MAX)
        return err_set(err, E_SIZE, "a signer's name has 1 to %d bytes",
                (int)SIGNED_SIGNER_MAX);
    return true;
}

struct signer *signer_new(const char *name, const struct sign_key *key, struct err *err)
{
    if (!name_ok(name, err))
        return NULL;
    struct signer *signer = calloc(1, sizeof *signer);
    if (signer == NULL) {
        err_set(err, ERR_NOMEM, "no memory to collect what %s signs", name);
        return NULL;
    }
    memcpy(signer->name, name, strlen(name));
    signer->key = key;
    signer->key_id = keys_id(sign_key_public(key));
    return signer;
}

void signer_free(struct signer *signer)
{
    free(signer);
}

bool signer_add(struct signer *signer, enum kind kind, struct span body,
        uint32_t *ticket, struct err *err)
{
    assert(!signer->is_signed && kind != KIND_NONE);
    if (body.len > SIGNED_BODY_MAX)
        return err_set(err, E_SIZE, "a %s of %zu bytes; at most %d can be signed",
                kind_name(kind), body.len, (int)SIGNED_BODY_MAX);
    if (signer->n == SIGNED_BATCH_MAX || body.len > SIGNER_BODIES_BYTES - signer->used)
        return err_set(err, E_BUSY, "%zu things wait for one signature already",
                signer->n);

    if (body.len > 0)
        memcpy(signer->bytes + signer->used, body.at, body.len);
    signer->things[signer->n] = (struct waiting){kind, signer->used, body.len};
    signer->tree.nodes[signer->n] =
            signed_leaf(kind, signer->name, &signer->key_id, body);
    signer->used += body.len;
    *ticket = (uint32_t)signer->n++;
    return true;
}

size_t signer_count(const struct signer *signer)
{
    return signer->n;
}

/* One signature over the root of the tree, whose leaves are in place. */
static void sign_tree(struct signer *signer)
{
    merkle_batch_build(&signer->tree, signer->tree.nodes, signer->n);
    struct key32 root = merkle_batch_head(&signer->tree);
    struct root_input input = signed_root_input(signer->name, &signer->key_id,
            (uint32_t)signer->n, &root);
    sign_key_sign(signer->key, (struct span){input.bytes, input.len}, &signer->sig);
}

bool signer_sign(struct signer *signer, struct err *err)
{
    (void)err;
    assert(!signer->is_signed);
    if (signer->n > 0)
        sign_tree(signer);
    signer->is_signed = true;
    return true;
}

bool signer_take(const struct signer *signer, uint32_t ticket, struct arena *arena,
        struct span *bytes, struct err *err)
{
    assert(signer->is_signed && ticket < signer->n);
    const struct waiting *waiting = &signer->things[ticket];
    struct key32 path[MERKLE_BATCH_PATH_MAX];
    size_t n_path;
    merkle_batch_path(&signer->tree, ticket, path, &n_path);

    struct signed_ thing = {
            .kind = waiting->kind,
            .signer = signer->name,
            .key_id = signer->key_id,
            .body = {signer->bytes + waiting->at, waiting->len         },
            .index = ticket,
            .size = (uint32_t)signer->n,
            .path = {path[0].b,                   n_path * sizeof *path},
            .sig = signer->sig,
    };
    return wire_put_arena(&WIRE_SIGNED, &thing, arena, bytes, err);
}

void signer_clear(struct signer *signer)
{
    signer->n = 0;
    signer->used = 0;
    signer->is_signed = false;
}

bool signed_make(const char *name, const struct sign_key *key, enum kind kind,
        struct span body, struct arena *arena, struct span *bytes, struct err *err)
{
    if (!name_ok(name, err))
        return false;

    /* The root over one leaf is that leaf (RFC 6962, 2.1). */
    struct id key_id = keys_id(sign_key_public(key));
    struct key32 root = signed_leaf(kind, name, &key_id, body);
    struct root_input input = signed_root_input(name, &key_id, 1, &root);
    struct signed_ thing = {.kind = kind,
            .signer = name,
            .key_id = key_id,
            .body = body,
            .size = 1};
    sign_key_sign(key, (struct span){input.bytes, input.len}, &thing.sig);
    return wire_put_arena(&WIRE_SIGNED, &thing, arena, bytes, err);
}
