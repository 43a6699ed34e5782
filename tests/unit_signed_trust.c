/* unit_signed_trust.c - who may sign what and when, and that no signature vouches for
 * somebody else. */
#include "tests/small_network.h"

#include "core/merkle.h"
#include "core/signed_inner.h"

/* --- kinds --- */

enum { KIND_FIRST = KIND_NETWORK, KIND_LAST = KIND_CHECKPOINT };

static void no_kind_passes_for_another(void **state)
{
    struct world *world = *state;
    struct arena *arena = &world->net.arena;
    const struct key32 *key = sign_key_public(world->a.key);
    for (int made = KIND_FIRST; made <= (int)KIND_LAST; made++) {
        struct span bytes = small_make(world, "house-a", world->a.key, (enum kind)made,
                span_text("the same body"));
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
            struct span bytes = small_make(world, signers[s].name, signers[s].key,
                    MAY_SIGN[k].kind, span_text("a body"));
            bool may = strchr(MAY_SIGN[k].by, signers[s].role) != NULL;
            assert_int_equal(small_look(world, world->cache, SMALL_NOW,
                                     MAY_SIGN[k].kind, bytes),
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
            small_make(world, DIRECTORY_STEWARD, world->net.steward, KIND_MEMBERSHIP,
                    span_text("x")),
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
    struct span body = span_text("house-b wants you to know");
    struct key32 leaves[3] = {signed_leaf(KIND_LETTER, "house-a", &id_a,
                                      span_text("fine")),
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
    thing.body = span_text("fine");
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
        assert_int_equal(small_look(world, cache, SMALL_NOW, KIND_LETTER, *FORGED[i]),
                E_AUTH);
        assert_int_equal(small_look(world, cache, SMALL_NOW, KIND_LETTER, *FORGED[i]),
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
    assert_int_equal(small_look(world, world->cache, SMALL_NOW, KIND_LETTER,
                             forgery.own),
            CODE_OK);
    signed_cache_counts(world->cache, &verified, &skipped_before);
    assert_int_equal(small_look(world, world->cache, SMALL_NOW, KIND_LETTER,
                             forgery.own),
            CODE_OK);
    signed_cache_counts(world->cache, &verified, &skipped);
    assert_int_equal(skipped, skipped_before + 1);
    expect_forgery_refused(world, world->cache, &forgery);

    /* And with something of house-b's own. */
    assert_int_equal(small_look(world, world->cache, SMALL_NOW, KIND_LETTER,
                             small_make(world, "house-b", world->b.key, KIND_LETTER,
                                     span_text("house-b wants you to know"))),
            CODE_OK);
    expect_forgery_refused(world, world->cache, &forgery);
}

static void the_cache_forgets_but_never_errs(void **state)
{
    struct world *world = *state;
    struct arena *arena = &world->net.arena;
    struct span first =
            small_make(world, "house-a", world->a.key, KIND_LETTER, span_text("1st"));
    uint64_t verified, skipped;
    assert_int_equal(small_look(world, world->cache, SMALL_NOW, KIND_LETTER, first),
            CODE_OK);
    assert_int_equal(small_look(world, world->cache, SMALL_NOW, KIND_LETTER, first),
            CODE_OK);
    signed_cache_counts(world->cache, &verified, &skipped);
    assert_int_equal(verified, 1);
    assert_int_equal(skipped, 1);

    /* More roots than there are slots. */
    for (size_t i = 0; i < 2 * SIGNED_CACHE_SLOTS; i++) {
        size_t used = arena->used;
        char body[32];
        snprintf(body, sizeof body, "root %zu", i);
        struct span bytes = small_make(world, "house-a", world->a.key, KIND_LETTER,
                span_text(body));
        assert_int_equal(small_look(world, world->cache, SMALL_NOW, KIND_LETTER, bytes),
                CODE_OK);
        arena_reset(arena, used);
    }
    assert_int_equal(small_look(world, world->cache, SMALL_NOW, KIND_LETTER, first),
            CODE_OK);
}

/* --- time, revocation, suspension, rotation: each with the cache warmed --- */

static void a_revoked_signer_is_refused(void **state)
{
    struct world *world = *state;
    struct span bytes =
            small_make(world, "house-a", world->a.key, KIND_LETTER, span_text("x"));
    assert_int_equal(small_look(world, world->cache, SMALL_NOW, KIND_LETTER, bytes),
            CODE_OK);
    small_revoke(&world->net, "house-a", 1);
    assert_int_equal(small_look(world, world->cache, SMALL_NOW, KIND_LETTER, bytes),
            E_AUTH);
    assert_int_equal(small_look(world, NULL, SMALL_NOW, KIND_LETTER, bytes), E_AUTH);
}

static void a_suspended_signer_is_refused_until_it_is_lifted(void **state)
{
    struct world *world = *state;
    struct span bytes =
            small_make(world, "house-a", world->a.key, KIND_LETTER, span_text("x"));
    assert_int_equal(small_look(world, world->cache, SMALL_NOW, KIND_LETTER, bytes),
            CODE_OK);
    directory_suspend(world->net.directory, "house-a", true);
    assert_int_equal(small_look(world, world->cache, SMALL_NOW, KIND_LETTER, bytes),
            E_AUTH);
    directory_suspend(world->net.directory, "house-a", false);
    assert_int_equal(small_look(world, world->cache, SMALL_NOW, KIND_LETTER, bytes),
            CODE_OK);
}

static void a_membership_counts_within_its_dates(void **state)
{
    struct world *world = *state;
    struct span bytes =
            small_make(world, "house-a", world->a.key, KIND_LETTER, span_text("x"));
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
        assert_int_equal(small_look(world, world->cache, rows[i].now_ms, KIND_LETTER,
                                 bytes),
                rows[i].code);
}

static void a_rotated_key_signs_no_more(void **state)
{
    struct world *world = *state;
    struct span old =
            small_make(world, "house-a", world->a.key, KIND_LETTER, span_text("x"));
    assert_int_equal(small_look(world, world->cache, SMALL_NOW, KIND_LETTER, old),
            CODE_OK);

    struct small_member fresh = small_member_new("house-a", ROLE_NODE);
    struct membership membership = small_membership(&fresh, 2);
    small_take(&world->net, KIND_MEMBERSHIP,
            small_steward_signs(&world->net, KIND_MEMBERSHIP, &WIRE_MEMBERSHIP,
                    &membership));
    assert_int_equal(small_look(world, world->cache, SMALL_NOW, KIND_LETTER, old),
            E_AUTH);
    struct span new =
            small_make(world, "house-a", fresh.key, KIND_LETTER, span_text("x"));
    assert_int_equal(small_look(world, world->cache, SMALL_NOW, KIND_LETTER, new),
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
    struct span bytes = small_make(world, "newcomer", world->a.key, KIND_JOIN_REQUEST,
            span_text("let me in"));
    assert_true(signed_get_by_key(sign_key_public(world->a.key), KIND_JOIN_REQUEST,
            bytes, arena, &thing, &err));
    assert_string_equal(thing.signer, "newcomer");
    assert_false(signed_get_by_key(sign_key_public(world->b.key), KIND_JOIN_REQUEST,
            bytes, arena, &thing, &err));
    assert_int_equal(err.code, E_AUTH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
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
