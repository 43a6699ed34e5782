/* unit_capsules.c - consent capsules are read once, and each time as they are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "broker/capsules.h"
#include "core/arena.h"
#include "core/vocab.h"

enum {
    NAMES_MAX = 20,
    CODES_MAX = 24,
    NAME_BYTES = 41,
    ARENA_BYTES = 64 * 1024,
};

struct sample {
    struct arena arena;
    struct span bytes;
    struct key32 hash;
};

/* The longest code of a vocabulary. */
static uint16_t longest(enum vocab vocab)
{
    uint16_t best = 1;

    for (uint16_t row = 2; row <= vocab_count(vocab); row++)
        if (strlen(vocab_code(vocab, row)) > strlen(vocab_code(vocab, best)))
            best = row;
    return best;
}

static void fill(uint16_t *codes, size_t n, enum vocab vocab)
{
    for (size_t i = 0; i < n; i++)
        codes[i] = longest(vocab);
}

/* A capsule in which every list may have one entry, or all that the protocol allows,
 * told from others by its number. */
static struct sample make(uint8_t number, bool full)
{
    static char name[NAME_BYTES];
    const char *names[NAMES_MAX];
    uint16_t types[8], purposes[12], categories[CODES_MAX];
    uint8_t path[320];
    struct sample sample = {.arena = arena_new(ARENA_BYTES)};
    struct err err = {0};
    struct span body;

    assert_non_null(sample.arena.at);
    memset(name, 'a', sizeof name - 1);
    for (size_t i = 0; i < NAMES_MAX; i++)
        names[i] = name;
    fill(types, COUNT_OF(types), VOCAB_PARTNER_TYPE);
    fill(purposes, COUNT_OF(purposes), VOCAB_PURPOSE);
    fill(categories, COUNT_OF(categories), VOCAB_DATA_CATEGORY);
    memset(path, 0xaa, sizeof path);
    struct consent capsule = {
            .v = 1,
            .consent_id = {{number}},
            .collector = name,
            .senders = names,
            .n_senders = full ? 10 : 1,
            .recipients = names,
            .n_recipients = full ? 20 : 1,
            .recipient_types = types,
            .n_recipient_types = full ? COUNT_OF(types) : 0,
            .area = full ? "9000" : "",
            .purposes = purposes,
            .n_purposes = full ? COUNT_OF(purposes) : 1,
            .data_categories = categories,
            .n_data_categories = full ? COUNT_OF(categories) : 1,
            .preview_categories = categories,
            .n_preview_categories = full ? COUNT_OF(categories) : 0,
            .level_max = LEVEL_S1,
            .from_day = 20000,
            .until_day = 20000 + (uint32_t)number,
            .legal_basis = longest(VOCAB_LEGAL_BASIS),
            .secrecy_basis = longest(VOCAB_SECRECY_BASIS),
            .record_hash = {{1}},
    };
    assert_true(wire_put_arena(&WIRE_CONSENT, &capsule, &sample.arena, &body, &err));
    struct signed_ thing = {
            .kind = KIND_CONSENT,
            .signer = name,
            .key_id = {{1} },
            .body = body,
            .size = 1024,
            .path = {path, full ? sizeof path : 0},
            .sig = {{1}   },
    };
    assert_true(
            wire_put_arena(&WIRE_SIGNED, &thing, &sample.arena, &sample.bytes, &err));
    sample.hash = (struct key32){
            {number, 7}
    };
    return sample;
}

static void check(struct capsules *capsules, const struct sample *sample)
{
    struct consent capsule;
    struct err err = {0};

    assert_true(capsules_get(capsules, &sample->hash, sample->bytes, &capsule, &err));
    assert_int_equal(capsule.consent_id.b[0], sample->hash.b[0]);
    assert_int_equal(capsule.until_day, 20000 + sample->hash.b[0]);
    assert_int_equal(strlen(capsule.senders[capsule.n_senders - 1]), NAME_BYTES - 1);
}

static void test_the_fullest_capsule_fits(void **state)
{
    struct err err = {0};
    struct capsules *capsules = capsules_new(&err);
    struct sample sample = make(9, true);

    (void)state;
    check(capsules, &sample);
    check(capsules, &sample);
    arena_free(&sample.arena);
    capsules_free(capsules);
}

/* More than are kept, again and again: each is read as it is, and those that were read
 * last stay valid. */
static void test_many_capsules_are_told_apart(void **state)
{
    enum { MANY = CAPSULES_KEPT + 3 };
    static struct sample samples[MANY];
    struct err err = {0};
    struct capsules *capsules = capsules_new(&err);
    struct consent first;

    (void)state;
    for (uint8_t i = 0; i < MANY; i++)
        samples[i] = make((uint8_t)(i + 1), false);
    for (size_t round = 0; round < 2; round++)
        for (size_t i = 0; i < MANY; i++)
            check(capsules, &samples[i]);
    assert_true(
            capsules_get(capsules, &samples[0].hash, samples[0].bytes, &first, &err));
    for (size_t i = 1; i < CAPSULES_KEPT; i++)
        check(capsules, &samples[i]);
    assert_int_equal(strlen(first.collector), NAME_BYTES - 1);
    assert_int_equal(first.consent_id.b[0], samples[0].hash.b[0]);
    for (size_t i = 0; i < MANY; i++)
        arena_free(&samples[i].arena);
    capsules_free(capsules);
}

static void test_a_damaged_capsule_is_refused_and_not_kept(void **state)
{
    struct err err = {0};
    struct capsules *capsules = capsules_new(&err);
    struct sample sample = make(3, false);
    struct consent capsule = {.until_day = 77};
    struct span cut = {sample.bytes.at, sample.bytes.len - 1};

    (void)state;
    assert_false(capsules_get(capsules, &sample.hash, cut, &capsule, &err));
    assert_non_null(strstr(err.msg, "a capsule in the ledger"));
    assert_int_equal(capsule.until_day, 77);
    check(capsules, &sample);
    arena_free(&sample.arena);
    capsules_free(capsules);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(test_the_fullest_capsule_fits),
            cmocka_unit_test(test_many_capsules_are_told_apart),
            cmocka_unit_test(test_a_damaged_capsule_is_refused_and_not_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
