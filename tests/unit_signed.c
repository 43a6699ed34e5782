/* unit_signed.c - what is signed verifies, and what was changed by one bit does not. */
#include "tests/small_network.h"

#include "core/signed_inner.h"

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
        assert_true(signer_add(signer, KIND_LETTER, span_text("x"), &ticket, &err));
    assert_false(signer_add(signer, KIND_LETTER, span_text("x"), &ticket, &err));
    assert_int_equal(err.code, E_BUSY);
    assert_int_equal(ticket, SIGNED_BATCH_MAX - 1);
    assert_int_equal(signer_count(signer), SIGNED_BATCH_MAX);
    assert_true(signer_sign(signer, &err));
    signer_clear(signer);
    assert_true(signer_add(signer, KIND_LETTER, span_text("x"), &ticket, &err));
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
    assert_false(signer_add(signer, KIND_LETTER, span_text("x"), &ticket, &err));
    assert_int_equal(err.code, E_BUSY);
    assert_true(signer_sign(signer, &err));
    struct span bytes;
    assert_true(signer_take(signer, 5, &world->net.arena, &bytes, &err));
    assert_int_equal(small_look(world, NULL, SMALL_NOW, KIND_LETTER, bytes), CODE_OK);
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
        assert_false(signed_make(NAMES[i], world->a.key, KIND_LETTER, span_text("x"),
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
    struct key32 leaf =
            signed_leaf(KIND_LETTER, "house-a", &key_id, span_text("hello"));
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
        assert_true(signer_add(signer, KIND_LETTER, span_text(body), &ticket, &err));
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
    assert_int_equal(small_look(world, world->cache, SMALL_NOW, KIND_LETTER, flipped),
            CODE_OK);
    for (size_t bit = 0; bit < bytes.len * 8; bit++) {
        copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_not_equal(small_look(world, NULL, SMALL_NOW, KIND_LETTER, flipped),
                CODE_OK);
        assert_int_not_equal(small_look(world, world->cache, SMALL_NOW, KIND_LETTER,
                                     flipped),
                CODE_OK);
        copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    assert_int_equal(small_look(world, world->cache, SMALL_NOW, KIND_LETTER, flipped),
            CODE_OK);
}

static void every_other_length_is_refused(void **state)
{
    struct world *world = *state;
    struct span bytes = one_of_five(world);
    uint8_t copy[1024] = {0};
    memcpy(copy, bytes.at, bytes.len);
    for (size_t len = 0; len <= bytes.len + 1; len++) {
        enum code code = small_look(world, NULL, SMALL_NOW, KIND_LETTER,
                (struct span){copy, len});
        assert_true((code == CODE_OK) == (len == bytes.len));
    }
    static uint8_t long_thing[SIGNED_BYTES_MAX + 1];
    assert_int_equal(small_look(world, NULL, SMALL_NOW, KIND_LETTER,
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
    return small_look(world, world->cache, SMALL_NOW, KIND_LETTER, bytes);
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
    thing.body = span_text("another body entirely");
    assert_int_equal(look_changed(world, &thing), E_AUTH);
}

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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
