/* unit_seal.c - HPKE against RFC 9180 and Wycheproof; letters that open exactly or not
 * at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sodium.h>

#include "core/hash.h"
#include "core/seal.h"
#include "tests/vector_rows.h"

enum { PLAIN_1 = 1024, SEALED_1 = SEAL_ENC_BYTES + PLAIN_1 + SEAL_TAG_BYTES };

static struct key32 reader_sk;
static struct key32 reader_pk;
static uint8_t content_bytes[SEAL_CONTENT_MAX + 1];
static uint8_t sealed_bytes[SEAL_LETTER_MAX];
static uint8_t plain_bytes[SEAL_PLAIN_MAX];
static const char CORE[] =
        "the exact bytes of a letter core, 100 bytes or so; each of them is bound";

static void assert_hex(const void *bytes, size_t len, const char *hex)
{
    static uint8_t wanted[VECTOR_BYTES_MAX];
    struct span span = vector_bytes(hex, wanted);
    assert_int_equal(len, span.len);
    assert_memory_equal(bytes, span.at, len);
}

static bool opens(struct span core, struct span sealed, struct span *content,
        struct err *err)
{
    return seal_open_letter_pair(&reader_sk, &reader_pk, core, sealed, plain_bytes,
            content, err);
}

static void assert_refused(struct span core, struct span sealed, enum code code)
{
    struct span content;
    struct err err = {.code = CODE_OK};
    assert_false(opens(core, sealed, &content, &err));
    assert_int_equal(err.code, code);
}

static void size_classes_have_these_edges(void **state)
{
    (void)state;
    assert_int_equal(seal_letter_bytes(0), 0);
    assert_int_equal(seal_letter_bytes(SEAL_SIZE_CLASSES + 1), 0);
    assert_int_equal(seal_letter_bytes(1), SEAL_ENC_BYTES + 1024 + SEAL_TAG_BYTES);
    static const struct {
        size_t content;
        uint32_t size_class;
    } rows[] = {
            {0,        1},
            {1,        1},
            {1020,     1},
            {1021,     2},
            {4092,     2},
            {4093,     3},
            {16380,    3},
            {16381,    4},
            {65532,    4},
            {65533,    0},
            {SIZE_MAX, 0}
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_int_equal(seal_size_class(rows[i].content), rows[i].size_class);

    static const size_t padded[] = {0, 1024, 4096, 16384, 65536, 0};
    for (uint32_t i = 0; i < COUNT_OF(padded); i++)
        assert_int_equal(seal_padded_bytes(i), padded[i]);
    assert_int_equal(seal_padded_bytes(UINT32_MAX), 0);
}

static void a_letter_comes_back_as_it_was_written(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 31, 1020, 1021, 2048, 4092, 4093, 16380, 16381,
            65532};
    struct err err;
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        struct span written = {content_bytes, sizes[i]};
        struct span read;
        size_t len;
        assert_true(seal_letter(&reader_pk, span_text(CORE), written, sealed_bytes,
                &len, &err));
        assert_int_equal(len, SEAL_ENC_BYTES +
                                      seal_padded_bytes(seal_size_class(sizes[i])) +
                                      SEAL_TAG_BYTES);
        struct span sealed = {sealed_bytes, len};
        assert_true(opens(span_text(CORE), sealed, &read, &err));
        assert_true(span_equal(read, written));
        assert_true(seal_open_letter(&reader_sk, span_text(CORE), sealed, plain_bytes,
                &read, &err));
        assert_true(span_equal(read, written));
    }
}

static void too_much_content_is_refused(void **state)
{
    (void)state;
    size_t len = 77;
    struct err err = {.code = CODE_OK};
    assert_false(seal_letter(&reader_pk, span_text(CORE), SPAN_OF(content_bytes),
            sealed_bytes, &len, &err));
    assert_int_equal(err.code, E_SIZE);
    assert_int_equal(len, 77);
}

static void two_letters_never_look_alike(void **state)
{
    (void)state;
    static uint8_t other[SEAL_LETTER_MAX];
    struct err err;
    struct span content = {content_bytes, 100};
    size_t len;
    assert_true(seal_letter(&reader_pk, span_text(CORE), content, sealed_bytes, &len,
            &err));
    assert_true(seal_letter(&reader_pk, span_text(CORE), content, other, &len, &err));
    assert_memory_not_equal(sealed_bytes, other, SEAL_ENC_BYTES);
    assert_memory_not_equal(sealed_bytes + 32, other + 32, PLAIN_1);
}

static void no_randomness(void *const out, const size_t len)
{
    for (size_t i = 0; i < len; i++)
        ((uint8_t *)out)[i] = (uint8_t)(32 + i);
}

/* Computed by a program of its own, in another language with another library. */
static void a_letter_gives_its_known_answer(void **state)
{
    (void)state;
    struct key32 sk;
    struct key32 pk;
    for (size_t i = 0; i < sizeof sk.b; i++)
        sk.b[i] = (uint8_t)i;
    crypto_scalarmult_base(pk.b, sk.b);

    struct randombytes_implementation fixed = {.buf = no_randomness};
    size_t len = 0;
    struct err err;
    randombytes_set_implementation(&fixed);
    bool ok = seal_letter(&pk, span_text("the core"),
            span_text("Mrs A. would like company on Tuesdays."), sealed_bytes, &len,
            &err);
    randombytes_set_implementation(&randombytes_sysrandom_implementation);

    assert_true(ok);
    assert_int_equal(len, SEALED_1);
    assert_hex(sealed_bytes, 40,
            "358072d6365880d1aeea329adf9121383851ed21a28e3b75e965d0d2cd166254"
            "05d296713af94dcf");
    struct key32 hash = hash_sha256_one((struct span){sealed_bytes, len});
    assert_hex(&hash, sizeof hash,
            "0aaaee7309a55b105617801d8b4c73a4d58c2d45aac6106a6070ac79171d2b4b");
}

static struct span seal_small(void)
{
    struct err err;
    size_t len;
    struct span content = {content_bytes, 700};
    assert_true(seal_letter(&reader_pk, span_text(CORE), content, sealed_bytes, &len,
            &err));
    return (struct span){sealed_bytes, len};
}

static void every_single_bit_of_the_sealed_bytes_counts(void **state)
{
    (void)state;
    struct span sealed = seal_small();
    for (size_t bit = 0; bit < 8 * sealed.len; bit++) {
        sealed_bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        /* The top bit of an X25519 public key is not part of the number, but enc as it
         * was sent is part of the key schedule. */
        assert_refused(span_text(CORE), sealed, E_KEY);
        sealed_bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    struct span content;
    assert_true(opens(span_text(CORE), sealed, &content, &(struct err){0}));
}

static void every_single_bit_of_the_core_counts(void **state)
{
    (void)state;
    struct span sealed = seal_small();
    uint8_t core[sizeof CORE];
    memcpy(core, CORE, sizeof CORE);
    for (size_t bit = 0; bit < 8 * (sizeof core - 1); bit++) {
        core[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_refused((struct span){core, sizeof core - 1}, sealed, E_KEY);
        core[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    for (size_t len = 0; len <= sizeof core; len++)
        if (len != sizeof core - 1)
            assert_refused((struct span){core, len}, sealed, E_KEY);
}

static void every_other_length_is_refused(void **state)
{
    (void)state;
    struct span sealed = seal_small();
    for (size_t len = 0; len < SEAL_LETTER_MAX; len += len < 2000 ? 1 : 997) {
        if (len == sealed.len)
            continue;
        bool other_class = len == 32 + 4096 + 16 || len == 32 + 16384 + 16;
        assert_refused(span_text(CORE), (struct span){sealed.at, len},
                other_class ? E_KEY : E_FORMAT);
    }
    /* A letter of the next size class, of which the front is a whole letter. */
    memset(sealed_bytes + SEALED_1, 0, 4096 - PLAIN_1);
    assert_refused(span_text(CORE), (struct span){sealed_bytes, 32 + 4096 + 16}, E_KEY);
    assert_refused(span_text(CORE), (struct span){NULL, 0}, E_FORMAT);
}

static void another_reader_opens_nothing(void **state)
{
    (void)state;
    struct span sealed = seal_small();
    struct key32 other_sk;
    struct key32 other_pk;
    seal_derive_key_pair(span_text("another reader"), &other_sk, &other_pk);
    struct span content;
    struct err err;
    assert_false(seal_open_letter(&other_sk, span_text(CORE), sealed, plain_bytes,
            &content, &err));
    assert_int_equal(err.code, E_KEY);
    assert_false(seal_open_letter_pair(&reader_sk, &other_pk, span_text(CORE), sealed,
            plain_bytes, &content, &err));
    assert_int_equal(err.code, E_KEY);
}

/* Every point whose order divides eight, also in the spellings that are not reduced. */
static const char *const LOW_ORDER[] = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
};

static void points_of_low_order_are_refused_on_both_sides(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2 * COUNT_OF(LOW_ORDER); i++) {
        struct key32 low = vector_key32(LOW_ORDER[i / 2]);
        if (i % 2 == 1)
            low.b[31] |= 0x80; /* the bit that X25519 does not look at */
        struct err err = {.code = CODE_OK};
        size_t len = 77;
        assert_false(seal_letter(&low, span_text(CORE), span_text("x"), sealed_bytes,
                &len, &err));
        assert_int_equal(err.code, E_KEY);
        assert_int_equal(len, 77);

        struct span sealed = seal_small();
        memcpy(sealed_bytes, low.b, sizeof low.b);
        assert_refused(span_text(CORE), sealed, E_KEY);
    }
}

/* A letter whose plaintext we write ourselves, correctly encrypted. */
static struct span seal_plain(struct span info, const uint8_t *plain, size_t padded)
{
    struct key32 ephemeral_sk;
    struct key32 ephemeral_pk;
    struct key32 enc;
    struct seal_context context;
    struct err err;
    seal_derive_key_pair(span_text("ephemeral"), &ephemeral_sk, &ephemeral_pk);
    assert_true(
            seal_setup_sender(&reader_pk, &ephemeral_sk, info, &enc, &context, &err));
    memcpy(sealed_bytes, enc.b, sizeof enc.b);
    seal_encrypt(&context, 0, span_text(CORE), (struct span){plain, padded},
            sealed_bytes + SEAL_ENC_BYTES);
    return (struct span){sealed_bytes, SEAL_ENC_BYTES + padded + SEAL_TAG_BYTES};
}

static const struct span LETTER_INFO = {(const uint8_t *)"BB1 letter", 11};

static void padding_that_lies_is_refused(void **state)
{
    (void)state;
    static const struct {
        uint32_t length;
        size_t padded;
        size_t not_zero_at; /* 0: nowhere */
        bool opens;
    } rows[] = {
            {0,          1024,  0,     true },
            {10,         1024,  0,     true },
            {10,         1024,  13,    true }, /* last byte of the content */
            {10,         1024,  14,    false}, /* first byte of the padding */
            {10,         1024,  1023,  false}, /* last byte of it */
            {0,          1024,  4,     false},
            {1020,       1024,  1023,  true }, /* no padding at all */
            {1021,       1024,  0,     false}, /* longer than what is there */
            {1024,       1024,  0,     false},
            {4092,       1024,  0,     false},
            {0xFFFFFFFF, 1024,  0,     false},
            {0xFFFFFFFC, 1024,  0,     false},
            {0x80000000, 1024,  0,     false},
            {65532,      65536, 65535, true },
            {65533,      65536, 0,     false},
            {16380,      65536, 0,     false}, /* fits in a smaller class */
            {1020,       4096,  0,     false},
            {1021,       4096,  0,     true },
            {0,          16384, 0,     false},
    };
    static uint8_t plain[SEAL_PLAIN_MAX];
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        memset(plain, 0, sizeof plain);
        for (size_t k = 0; k < 4; k++)
            plain[k] = (uint8_t)(rows[i].length >> (24 - 8 * k));
        if (rows[i].not_zero_at > 0)
            plain[rows[i].not_zero_at] = 1;
        struct span sealed = seal_plain(LETTER_INFO, plain, rows[i].padded);
        struct span content = {NULL, 0};
        struct err err = {.code = CODE_OK};
        memset(plain_bytes, 0xEE, sizeof plain_bytes);
        assert_int_equal(opens(span_text(CORE), sealed, &content, &err), rows[i].opens);
        assert_int_equal(err.code, rows[i].opens ? CODE_OK : E_FORMAT);
        if (rows[i].opens) {
            assert_int_equal(content.len, rows[i].length);
            assert_ptr_equal(content.at, plain_bytes + 4);
            continue;
        }
        /* What was decrypted and refused is wiped. */
        assert_null(content.at);
        for (size_t k = 0; k < rows[i].padded; k++)
            assert_int_equal(plain_bytes[k], 0);
    }
}

static void what_was_sealed_for_something_else_is_no_letter(void **state)
{
    (void)state;
    static const uint8_t plain[PLAIN_1];
    assert_refused(span_text(CORE), seal_plain(span_text("BB1 letter"), plain, PLAIN_1),
            E_KEY);
    assert_refused(span_text(CORE), seal_plain(span_text("BB1 other"), plain, PLAIN_1),
            E_KEY);
    assert_refused(span_text(CORE), seal_plain((struct span){NULL, 0}, plain, PLAIN_1),
            E_KEY);
}

int main(void)
{
    struct err err;
    if (!hash_start(&err))
        return 1;
    seal_derive_key_pair(span_text("the reader of these tests"), &reader_sk,
            &reader_pk);
    for (size_t i = 0; i < sizeof content_bytes; i++)
        content_bytes[i] = (uint8_t)(i * 13 + 1);
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(size_classes_have_these_edges),
            cmocka_unit_test(a_letter_comes_back_as_it_was_written),
            cmocka_unit_test(too_much_content_is_refused),
            cmocka_unit_test(two_letters_never_look_alike),
            cmocka_unit_test(a_letter_gives_its_known_answer),
            cmocka_unit_test(every_single_bit_of_the_sealed_bytes_counts),
            cmocka_unit_test(every_single_bit_of_the_core_counts),
            cmocka_unit_test(every_other_length_is_refused),
            cmocka_unit_test(another_reader_opens_nothing),
            cmocka_unit_test(points_of_low_order_are_refused_on_both_sides),
            cmocka_unit_test(padding_that_lies_is_refused),
            cmocka_unit_test(what_was_sealed_for_something_else_is_no_letter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
