/* unit_signed.c - what is signed verifies, and nothing else does: flipped bits, other
 * kinds, other signers, other times. */
#include "tests/small_network.h"

#include <stdlib.h>

#include "core/merkle.h"
#include "core/signed_inner.h"

/* A broker, two nodes and an antenna in a small network, and a cache. */
struct world {
    struct small_network net;
    struct small_member a, b, broker, antenna;
    struct signed_cache *cache;
};

static int open_world(void **state)
{
    struct err err = {0};
    struct world *world = calloc(1, sizeof *world);
    assert_non_null(world);
    small_open(&world->net);
    world->a = small_member_new("house-a", ROLE_NODE);
    world->b = small_member_new("house-b", ROLE_NODE);
    world->broker = small_member_new("the-broker", ROLE_BROKER);
    world->antenna = small_member_new("antenna", ROLE_SUPPORTED);
    small_admit(&world->net, &world->a);
    small_admit(&world->net, &world->b);
    small_admit(&world->net, &world->broker);
    small_admit(&world->net, &world->antenna);
    world->cache = signed_cache_new(&err);
    assert_non_null(world->cache);
    *state = world;
    return 0;
}

static int close_world(void **state)
{
    struct world *world = *state;
    small_member_free(&world->a);
    small_member_free(&world->b);
    small_member_free(&world->broker);
    small_member_free(&world->antenna);
    signed_cache_free(world->cache);
    small_close(&world->net);
    free(world);
    return 0;
}

static struct span words(const char *text)
{
    return span_text(text);
}

/* Look at a thing; CODE_OK or why not. A refusal changes neither thing nor arena. */
static enum code look_at(struct world *world, struct signed_cache *cache,
        int64_t now_ms, enum kind kind, struct span bytes)
{
    struct err err = {0};
    struct signed_ thing;
    memset(&thing, 0x5A, sizeof thing);
    struct signed_ before = thing;
    struct arena *arena = &world->net.arena;
    size_t used = arena->used;
    bool good = signed_get(cache, world->net.directory, now_ms, kind, bytes, arena,
            &thing, &err);
    if (good) {
        assert_int_equal(thing.kind, kind);
        arena_reset(arena, used);
        return CODE_OK;
    }
    assert_memory_equal(&thing, &before, sizeof thing);
    assert_int_equal(arena->used, used);
    assert_int_not_equal(err.code, CODE_OK);
    assert_int_not_equal(err.msg[0], 0);
    return err.code;
}

static struct span make(struct world *world, const char *name,
        const struct sign_key *key, enum kind kind, struct span body)
{
    struct err err = {0};
    struct span bytes;
    assert_true(signed_make(name, key, kind, body, &world->net.arena, &bytes, &err));
    return bytes;
}

/* --- signing --- */

static void check_batch(struct world *world, struct signer *signer, size_t n)
{
    static const enum kind KINDS[] = {KIND_LETTER, KIND_RECEIPT, KIND_STATEMENT};
    struct err err = {0};
    struct arena *arena = &world->net.arena;
    char body[32];
    uint32_t ticket;
    for (size_t i = 0; i < n; i++) {
        int len = snprintf(body, sizeof body, "thing %zu of %zu", i, n);
        assert_true(signer_add(signer, KINDS[i % COUNT_OF(KINDS)],
                (struct span){(const uint8_t *)body, (size_t)len}, &ticket, &err));
        assert_int_equal(ticket, i);
    }
    assert_int_equal(signer_count(signer), n);
    assert_true(signer_sign(signer, &err));
    for (size_t i = 0; i < n; i++) {
        size_t used = arena->used;
        struct span bytes;
        struct signed_ thing;
        assert_true(signer_take(signer, (uint32_t)i, arena, &bytes, &err));
        assert_true(signed_get(world->cache, world->net.directory, SMALL_NOW,
                KINDS[i % COUNT_OF(KINDS)], bytes, arena, &thing, &err));
        int len = snprintf(body, sizeof body, "thing %zu of %zu", i, n);
        assert_true(span_equal(thing.body,
                (struct span){(const uint8_t *)body, (size_t)len}));
        assert_string_equal(thing.signer, "house-a");
        assert_int_equal(thing.index, i);
        assert_int_equal(thing.size, n);
        arena_reset(arena, used);
    }
    signer_clear(signer);
    assert_int_equal(signer_count(signer), 0);
}

static void batches_of_every_size_verify(void **state)
{
    static const size_t SIZES[] = {1, 2, 3, 5, 16, 17, 1000, 1023, 1024};
    struct world *world = *state;
    struct err err = {0};
    struct signer *signer = signer_new("house-a", world->a.key, &err);
    assert_non_null(signer);
    for (size_t i = 0; i < COUNT_OF(SIZES); i++) {
        uint64_t verified, skipped, before;
        signed_cache_counts(world->cache, &before, &skipped);
        check_batch(world, signer, SIZES[i]);
        /* One curve operation for all of them. */
        signed_cache_counts(world->cache, &verified, &skipped);
        assert_int_equal(verified, before + 1);
    }
    signer_free(signer);
}

static void a_batch_of_1025_is_one_too_many(void **state)
{
    struct world *world = *state;
    struct err err = {0};
    struct signer *signer = signer_new("house-a", world->a.key, &err);
    uint32_t ticket = 7;
    assert_non_null(signer);
    for (size_t i = 0; i < SIGNED_BATCH_MAX; i++)
        assert_true(signer_add(signer, KIND_LETTER, words("x"), &ticket, &err));
    assert_false(signer_add(signer, KIND_LETTER, words("x"), &ticket, &err));
    assert_int_equal(err.code, E_BUSY);
    assert_int_equal(ticket, SIGNED_BATCH_MAX - 1);
    assert_int_equal(signer_count(signer), SIGNED_BATCH_MAX);
    assert_true(signer_sign(signer, &err));
    signer_clear(signer);
    assert_true(signer_add(signer, KIND_LETTER, words("x"), &ticket, &err));
    assert_int_equal(ticket, 0);
    signer_free(signer);
}

static void bodies_have_a_limit_alone_and_together(void **state)
{
    struct world *world = *state;
    struct err err = {0};
    static uint8_t large[SIGNED_BODY_MAX + 1];
    memset(large, 'x', sizeof large);
    struct span body = {large, SIGNED_BODY_MAX};
    struct span too_large = {large, SIGNED_BODY_MAX + 1};
    struct signer *signer = signer_new("house-a", world->a.key, &err);
    assert_non_null(signer);
    uint32_t ticket;
    assert_false(signer_add(signer, KIND_LETTER, too_large, &ticket, &err));
    assert_int_equal(err.code, E_SIZE);
    for (size_t i = 0; i < SIGNER_BODIES_BYTES / SIGNED_BODY_MAX; i++)
        assert_true(signer_add(signer, KIND_LETTER, body, &ticket, &err));
    assert_false(signer_add(signer, KIND_LETTER, words("x"), &ticket, &err));
    assert_int_equal(err.code, E_BUSY);
    assert_true(signer_sign(signer, &err));
    struct span bytes;
    assert_true(signer_take(signer, 5, &world->net.arena, &bytes, &err));
    assert_int_equal(look_at(world, NULL, SMALL_NOW, KIND_LETTER, bytes), CODE_OK);
    assert_false(signed_make("house-a", world->a.key, KIND_LETTER, too_large,
            &world->net.arena, &bytes, &err));
    signer_free(signer);
}

static void a_name_that_fits_no_leaf_cannot_sign(void **state)
{
    struct world *world = *state;
    struct err err = {0};
    struct span bytes;
    static const char *const NAMES[] = {"",
            "a1234567890123456789012345678901234567890"};
    for (size_t i = 0; i < COUNT_OF(NAMES); i++) {
        assert_null(signer_new(NAMES[i], world->a.key, &err));
        assert_int_equal(err.code, E_SIZE);
        assert_false(signed_make(NAMES[i], world->a.key, KIND_LETTER, words("x"),
                &world->net.arena, &bytes, &err));
    }
}

static void nothing_to_sign_is_fine(void **state)
{
    struct world *world = *state;
    struct err err = {0};
    struct signer *signer = signer_new("house-a", world->a.key, &err);
    assert_non_null(signer);
    assert_true(signer_sign(signer, &err));
    signer_clear(signer);
    signer_free(signer);
    signer_free(NULL);
}

static void the_leaf_is_as_written(void **state)
{
    (void)state;
    struct id key_id;
    memset(key_id.b, 0xAB, sizeof key_id.b);
    /* 00 | "BB1" 00 | kind u8 | len(signer) u8 | signer | key_id 16 | n u64be | body */
    static const uint8_t PLAIN[] = "\0BB1\0\x09\x07house-a"
                                   "\xAB\xAB\xAB\xAB\xAB\xAB\xAB\xAB"
                                   "\xAB\xAB\xAB\xAB\xAB\xAB\xAB\xAB"
                                   "\0\0\0\0\0\0\0\x05hello";
    struct key32 plain = hash_sha256_one((struct span){PLAIN, sizeof PLAIN - 1});
    struct key32 leaf = signed_leaf(KIND_LETTER, "house-a", &key_id, words("hello"));
    assert_memory_equal(leaf.b, plain.b, sizeof leaf.b);

    static const uint8_t ROOT[] = "BB1root\0\x07house-a"
                                  "\xAB\xAB\xAB\xAB\xAB\xAB\xAB\xAB"
                                  "\xAB\xAB\xAB\xAB\xAB\xAB\xAB\xAB"
                                  "\0\0\x04\0";
    struct root_input input = signed_root_input("house-a", &key_id, 1024, &leaf);
    assert_int_equal(input.len, sizeof ROOT - 1 + 32);
    assert_memory_equal(input.bytes, ROOT, sizeof ROOT - 1);
    assert_memory_equal(input.bytes + sizeof ROOT - 1, leaf.b, 32);
}

/* --- what was changed is refused --- */

/* The third of five letters of house-a. */
static struct span one_of_five(struct world *world)
{
    struct err err = {0};
    struct signer *signer = signer_new("house-a", world->a.key, &err);
    assert_non_null(signer);
    uint32_t ticket;
    for (size_t i = 0; i < 5; i++) {
        /* All different: of two equal leaves each has the other's path. */
        char body[] = "a body that is signed, 0";
        body[sizeof body - 2] = (char)('0' + i);
        assert_true(signer_add(signer, KIND_LETTER, words(body), &ticket, &err));
    }
    assert_true(signer_sign(signer, &err));
    struct span bytes;
    assert_true(signer_take(signer, 2, &world->net.arena, &bytes, &err));
    signer_free(signer);
    return bytes;
}

static void every_flipped_bit_is_refused(void **state)
{
    struct world *world = *state;
    struct span bytes = one_of_five(world);
    uint8_t copy[1024];
    assert_true(bytes.len <= sizeof copy);
    memcpy(copy, bytes.at, bytes.len);
    struct span flipped = {copy, bytes.len};
    assert_int_equal(look_at(world, world->cache, SMALL_NOW, KIND_LETTER, flipped),
            CODE_OK);
    for (size_t bit = 0; bit < bytes.len * 8; bit++) {
        copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_not_equal(look_at(world, NULL, SMALL_NOW, KIND_LETTER, flipped),
                CODE_OK);
        assert_int_not_equal(look_at(world, world->cache, SMALL_NOW, KIND_LETTER,
                                     flipped),
                CODE_OK);
        copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    assert_int_equal(look_at(world, world->cache, SMALL_NOW, KIND_LETTER, flipped),
            CODE_OK);
}

static void every_other_length_is_refused(void **state)
{
    struct world *world = *state;
    struct span bytes = one_of_five(world);
    uint8_t copy[1024] = {0};
    memcpy(copy, bytes.at, bytes.len);
    for (size_t len = 0; len <= bytes.len + 1; len++) {
        enum code code =
                look_at(world, NULL, SMALL_NOW, KIND_LETTER, (struct span){copy, len});
        assert_true((code == CODE_OK) == (len == bytes.len));
    }
    static uint8_t long_thing[SIGNED_BYTES_MAX + 1];
    assert_int_equal(look_at(world, NULL, SMALL_NOW, KIND_LETTER,
                             (struct span){long_thing, sizeof long_thing}),
            E_SIZE);
}

/* The thing with one field changed, encoded anew. */
static enum code look_changed(struct world *world, const struct signed_ *thing)
{
    struct err err = {0};
    struct span bytes;
    if (!wire_put_arena(&WIRE_SIGNED, thing, &world->net.arena, &bytes, &err))
        return err.code;
    return look_at(world, world->cache, SMALL_NOW, KIND_LETTER, bytes);
}

static void every_changed_field_is_refused(void **state)
{
    struct world *world = *state;
    struct err err = {0};
    struct signed_ good;
    assert_true(signed_get(world->cache, world->net.directory, SMALL_NOW, KIND_LETTER,
            one_of_five(world), &world->net.arena, &good, &err));
    assert_int_equal(look_changed(world, &good), CODE_OK);

    for (uint32_t index = 0; index < 6; index++) {
        struct signed_ thing = good;
        thing.index = index;
        assert_true((look_changed(world, &thing) == CODE_OK) == (index == good.index));
    }
    static const uint32_t SIZES[] = {0, 1, 2, 4, 6, 8, 1024, 1025, UINT32_MAX};
    for (size_t i = 0; i < COUNT_OF(SIZES); i++) {
        struct signed_ thing = good;
        thing.size = SIZES[i];
        assert_int_equal(look_changed(world, &thing), E_AUTH);
    }
    for (size_t len = 0; len < good.path.len; len++) {
        struct signed_ thing = good;
        thing.path.len = len;
        assert_int_equal(look_changed(world, &thing), E_AUTH);
    }
    struct signed_ thing = good;
    thing.signer = "house-b";
    assert_int_equal(look_changed(world, &thing), E_AUTH);
    thing.key_id = keys_id(sign_key_public(world->b.key));
    assert_int_equal(look_changed(world, &thing), E_AUTH);
    thing = good;
    thing.signer = "nobody-here";
    assert_int_equal(look_changed(world, &thing), E_AUTH);
    thing = good;
    thing.body = words("another body entirely");
    assert_int_equal(look_changed(world, &thing), E_AUTH);
}

/* --- kinds --- */

enum { KIND_FIRST = KIND_NETWORK, KIND_LAST = KIND_CHECKPOINT };

static void no_kind_passes_for_another(void **state)
{
    struct world *world = *state;
    struct arena *arena = &world->net.arena;
    const struct key32 *key = sign_key_public(world->a.key);
    for (int made = KIND_FIRST; made <= (int)KIND_LAST; made++) {
        struct span bytes = make(world, "house-a", world->a.key, (enum kind)made,
                words("the same body"));
        for (int shown = KIND_FIRST; shown <= (int)KIND_LAST; shown++) {
            struct err err = {0};
            struct signed_ thing;
            bool good = signed_get_by_key(key, (enum kind)shown, bytes, arena, &thing,
                    &err);
            assert_true(good == (made == shown));
            if (made == shown)
                continue;
            assert_int_equal(err.code, E_AUTH);

            /* Renamed on the way: now the leaf is another. */
            assert_true(wire_get(&WIRE_SIGNED, bytes, arena, &thing, &err));
            thing.kind = (enum kind)shown;
            struct span renamed;
            assert_true(wire_put_arena(&WIRE_SIGNED, &thing, arena, &renamed, &err));
            assert_false(signed_get_by_key(key, (enum kind)shown, renamed, arena,
                    &thing, &err));
            assert_int_equal(err.code, E_AUTH);
        }
        arena_reset(arena, 0);
    }
}

/* Letters say who may sign the kind: s steward, n node, b broker, l the broker's log
 * key. */
static const struct {
    enum kind kind;
    const char *by;
} MAY_SIGN[] = {
        {KIND_NETWORK,      "s" },
        {KIND_MEMBERSHIP,   "s" },
        {KIND_REVOCATION,   "s" },
        {KIND_SNAPSHOT,     "s" },
        {KIND_JOIN_REQUEST, ""  },
        {KIND_STATEMENT,    "n" },
        {KIND_CONSENT,      "n" },
        {KIND_WITHDRAWAL,   "n" },
        {KIND_LETTER,       "n" },
        {KIND_RECEIPT,      "nb"},
        {KIND_OFFER_STATUS, "b" },
        {KIND_HELLO,        "n" },
        {KIND_CHECKPOINT,   "l" },
};

static void each_kind_needs_its_role(void **state)
{
    struct world *world = *state;
    const struct {
        char role;
        const char *name;
        const struct sign_key *key;
    } signers[] = {
            {'s', DIRECTORY_STEWARD, world->net.steward},
            {'s', DIRECTORY_STEWARD, world->net.reserve},
            {'n', "house-a",         world->a.key      },
            {'b', "the-broker",      world->broker.key },
            {'l', "the-broker",      world->broker.log },
            {'-', "antenna",         world->antenna.key},
            {'-', DIRECTORY_STEWARD, world->a.key      },
            {'-', "house-a",         world->net.steward},
            {'-', "house-b",         world->a.key      },
    };
    assert_int_equal(COUNT_OF(MAY_SIGN), KIND_LAST);
    for (size_t k = 0; k < COUNT_OF(MAY_SIGN); k++) {
        for (size_t s = 0; s < COUNT_OF(signers); s++) {
            struct span bytes = make(world, signers[s].name, signers[s].key,
                    MAY_SIGN[k].kind, words("a body"));
            bool may = strchr(MAY_SIGN[k].by, signers[s].role) != NULL;
            assert_int_equal(look_at(world, world->cache, SMALL_NOW, MAY_SIGN[k].kind,
                                     bytes),
                    may ? CODE_OK : E_AUTH);
        }
    }
}

static void without_a_steward_nobody_is_known(void **state)
{
    struct world *world = *state;
    struct err err = {0};
    struct directory *empty = directory_new(&err);
    struct signed_ thing;
    assert_non_null(empty);
    assert_false(signed_get(NULL, empty, SMALL_NOW, KIND_MEMBERSHIP,
            make(world, DIRECTORY_STEWARD, world->net.steward, KIND_MEMBERSHIP,
                    words("x")),
            &world->net.arena, &thing, &err));
    assert_int_equal(err.code, E_AUTH);
    directory_free(empty);
}

/* --- the cache --- */

/* What house-a makes when it means harm: a leaf that names house-b under a root of its
 * own. */
struct forgery {
    struct span own;      /* validly house-a's, from the same tree */
    struct span as_b;     /* the other leaf, shown as house-b's */
    struct span as_b_key; /* the same with house-a's key id */
    struct span renamed;  /* root and leaf both name house-b; the key is house-a's */
};

static struct span put_thing(struct world *world, struct signed_ thing)
{
    struct err err = {0};
    struct span bytes;
    assert_true(wire_put_arena(&WIRE_SIGNED, &thing, &world->net.arena, &bytes, &err));
    return bytes;
}

static struct sig64 sign_root(const struct small_member *member, const char *name,
        const struct id *key_id, uint32_t size, const struct key32 *root)
{
    struct sig64 sig;
    struct root_input input = signed_root_input(name, key_id, size, root);
    sign_key_sign(member->key, (struct span){input.bytes, input.len}, &sig);
    return sig;
}

static struct forgery forge(struct world *world)
{
    struct id id_a = keys_id(sign_key_public(world->a.key));
    struct id id_b = keys_id(sign_key_public(world->b.key));
    struct span body = words("house-b wants you to know");
    struct key32 leaves[3] = {signed_leaf(KIND_LETTER, "house-a", &id_a, words("fine")),
            signed_leaf(KIND_LETTER, "house-b", &id_b, body),
            signed_leaf(KIND_LETTER, "house-b", &id_a, body)};
    struct key32 root = merkle_head(leaves, 3);
    struct key32 paths[3][MERKLE_PATH_MAX];
    size_t n_paths[3];
    struct signed_ thing = {.kind = KIND_LETTER, .size = 3};
    struct forgery forgery;
    for (size_t i = 0; i < 3; i++)
        merkle_path(leaves, 3, i, paths[i], &n_paths[i]);

    thing.sig = sign_root(&world->a, "house-a", &id_a, 3, &root);
    thing.signer = "house-a";
    thing.key_id = id_a;
    thing.body = words("fine");
    thing.path = (struct span){paths[0][0].b, n_paths[0] * 32};
    forgery.own = put_thing(world, thing);

    thing.signer = "house-b";
    thing.key_id = id_b;
    thing.body = body;
    thing.index = 1;
    thing.path = (struct span){paths[1][0].b, n_paths[1] * 32};
    forgery.as_b = put_thing(world, thing);
    thing.sig = sign_root(&world->a, "house-b", &id_b, 3, &root);
    forgery.renamed = put_thing(world, thing);

    thing.sig = sign_root(&world->a, "house-a", &id_a, 3, &root);
    thing.key_id = id_a;
    thing.index = 2;
    thing.path = (struct span){paths[2][0].b, n_paths[2] * 32};
    forgery.as_b_key = put_thing(world, thing);
    return forgery;
}

static void expect_forgery_refused(struct world *world, struct signed_cache *cache,
        const struct forgery *forgery)
{
    const struct span *const FORGED[] = {&forgery->as_b, &forgery->as_b_key,
            &forgery->renamed};
    for (size_t i = 0; i < COUNT_OF(FORGED); i++) {
        /* Twice: a refusal must not be remembered as a yes either. */
        assert_int_equal(look_at(world, cache, SMALL_NOW, KIND_LETTER, *FORGED[i]),
                E_AUTH);
        assert_int_equal(look_at(world, cache, SMALL_NOW, KIND_LETTER, *FORGED[i]),
                E_AUTH);
    }
}

static void a_root_never_vouches_for_a_leaf_of_another(void **state)
{
    struct world *world = *state;
    struct forgery forgery = forge(world);
    uint64_t verified, skipped, skipped_before;
    expect_forgery_refused(world, NULL, &forgery);
    expect_forgery_refused(world, world->cache, &forgery);

    /* Warm the cache with what house-a signed validly: the very same root and
     * signature. */
    assert_int_equal(look_at(world, world->cache, SMALL_NOW, KIND_LETTER, forgery.own),
            CODE_OK);
    signed_cache_counts(world->cache, &verified, &skipped_before);
    assert_int_equal(look_at(world, world->cache, SMALL_NOW, KIND_LETTER, forgery.own),
            CODE_OK);
    signed_cache_counts(world->cache, &verified, &skipped);
    assert_int_equal(skipped, skipped_before + 1);
    expect_forgery_refused(world, world->cache, &forgery);

    /* And with something of house-b's own. */
    assert_int_equal(look_at(world, world->cache, SMALL_NOW, KIND_LETTER,
                             make(world, "house-b", world->b.key, KIND_LETTER,
                                     words("house-b wants you to know"))),
            CODE_OK);
    expect_forgery_refused(world, world->cache, &forgery);
}

static void the_cache_forgets_but_never_errs(void **state)
{
    struct world *world = *state;
    struct arena *arena = &world->net.arena;
    struct span first = make(world, "house-a", world->a.key, KIND_LETTER, words("1st"));
    uint64_t verified, skipped;
    assert_int_equal(look_at(world, world->cache, SMALL_NOW, KIND_LETTER, first),
            CODE_OK);
    assert_int_equal(look_at(world, world->cache, SMALL_NOW, KIND_LETTER, first),
            CODE_OK);
    signed_cache_counts(world->cache, &verified, &skipped);
    assert_int_equal(verified, 1);
    assert_int_equal(skipped, 1);

    /* More roots than there are slots. */
    for (size_t i = 0; i < 2 * SIGNED_CACHE_SLOTS; i++) {
        size_t used = arena->used;
        char body[32];
        snprintf(body, sizeof body, "root %zu", i);
        struct span bytes =
                make(world, "house-a", world->a.key, KIND_LETTER, words(body));
        assert_int_equal(look_at(world, world->cache, SMALL_NOW, KIND_LETTER, bytes),
                CODE_OK);
        arena_reset(arena, used);
    }
    assert_int_equal(look_at(world, world->cache, SMALL_NOW, KIND_LETTER, first),
            CODE_OK);
}

/* --- time, revocation, suspension, rotation: each with the cache warmed --- */

static void a_revoked_signer_is_refused(void **state)
{
    struct world *world = *state;
    struct span bytes = make(world, "house-a", world->a.key, KIND_LETTER, words("x"));
    assert_int_equal(look_at(world, world->cache, SMALL_NOW, KIND_LETTER, bytes),
            CODE_OK);
    small_revoke(&world->net, "house-a", 1);
    assert_int_equal(look_at(world, world->cache, SMALL_NOW, KIND_LETTER, bytes),
            E_AUTH);
    assert_int_equal(look_at(world, NULL, SMALL_NOW, KIND_LETTER, bytes), E_AUTH);
}

static void a_suspended_signer_is_refused_until_it_is_lifted(void **state)
{
    struct world *world = *state;
    struct span bytes = make(world, "house-a", world->a.key, KIND_LETTER, words("x"));
    assert_int_equal(look_at(world, world->cache, SMALL_NOW, KIND_LETTER, bytes),
            CODE_OK);
    directory_suspend(world->net.directory, "house-a", true);
    assert_int_equal(look_at(world, world->cache, SMALL_NOW, KIND_LETTER, bytes),
            E_AUTH);
    directory_suspend(world->net.directory, "house-a", false);
    assert_int_equal(look_at(world, world->cache, SMALL_NOW, KIND_LETTER, bytes),
            CODE_OK);
}

static void a_membership_counts_within_its_dates(void **state)
{
    struct world *world = *state;
    struct span bytes = make(world, "house-a", world->a.key, KIND_LETTER, words("x"));
    int64_t from_ms = SMALL_NOW - 50 * SMALL_DAY;
    int64_t until_ms = SMALL_NOW + 500 * SMALL_DAY;
    const struct {
        int64_t now_ms;
        enum code code;
    } rows[] = {
            {SMALL_NOW,    CODE_OK},
            {from_ms - 1,  E_AUTH },
            {from_ms,      CODE_OK},
            {until_ms - 1, CODE_OK},
            {until_ms,     E_AUTH }
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_int_equal(look_at(world, world->cache, rows[i].now_ms, KIND_LETTER,
                                 bytes),
                rows[i].code);
}

static void a_rotated_key_signs_no_more(void **state)
{
    struct world *world = *state;
    struct span old = make(world, "house-a", world->a.key, KIND_LETTER, words("x"));
    assert_int_equal(look_at(world, world->cache, SMALL_NOW, KIND_LETTER, old),
            CODE_OK);

    struct small_member fresh = small_member_new("house-a", ROLE_NODE);
    struct membership membership = small_membership(&fresh, 2);
    small_take(&world->net, KIND_MEMBERSHIP,
            small_steward_signs(&world->net, KIND_MEMBERSHIP, &WIRE_MEMBERSHIP,
                    &membership));
    assert_int_equal(look_at(world, world->cache, SMALL_NOW, KIND_LETTER, old), E_AUTH);
    struct span new = make(world, "house-a", fresh.key, KIND_LETTER, words("x"));
    assert_int_equal(look_at(world, world->cache, SMALL_NOW, KIND_LETTER, new),
            CODE_OK);
    small_member_free(&fresh);
}

/* --- by key --- */

static void a_given_key_must_be_the_one_named(void **state)
{
    struct world *world = *state;
    struct err err = {0};
    struct signed_ thing;
    struct arena *arena = &world->net.arena;
    struct span bytes = make(world, "newcomer", world->a.key, KIND_JOIN_REQUEST,
            words("let me in"));
    assert_true(signed_get_by_key(sign_key_public(world->a.key), KIND_JOIN_REQUEST,
            bytes, arena, &thing, &err));
    assert_string_equal(thing.signer, "newcomer");
    assert_false(signed_get_by_key(sign_key_public(world->b.key), KIND_JOIN_REQUEST,
            bytes, arena, &thing, &err));
    assert_int_equal(err.code, E_AUTH);
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
            IN_WORLD(batches_of_every_size_verify),
            IN_WORLD(a_batch_of_1025_is_one_too_many),
            IN_WORLD(bodies_have_a_limit_alone_and_together),
            IN_WORLD(a_name_that_fits_no_leaf_cannot_sign),
            IN_WORLD(nothing_to_sign_is_fine),
            IN_WORLD(the_leaf_is_as_written),
            IN_WORLD(every_flipped_bit_is_refused),
            IN_WORLD(every_other_length_is_refused),
            IN_WORLD(every_changed_field_is_refused),
            IN_WORLD(no_kind_passes_for_another),
            IN_WORLD(each_kind_needs_its_role),
            IN_WORLD(without_a_steward_nobody_is_known),
            IN_WORLD(a_root_never_vouches_for_a_leaf_of_another),
            IN_WORLD(the_cache_forgets_but_never_errs),
            IN_WORLD(a_revoked_signer_is_refused),
            IN_WORLD(a_suspended_signer_is_refused_until_it_is_lifted),
            IN_WORLD(a_membership_counts_within_its_dates),
            IN_WORLD(a_rotated_key_signs_no_more),
            IN_WORLD(a_given_key_must_be_the_one_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
