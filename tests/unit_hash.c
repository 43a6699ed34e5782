/* unit_hash.c - SHA-256, HMAC and HKDF against published vectors; random bytes and
 * comparison. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sodium.h>

#include "core/hash.h"
#include "tests/vector_rows.h"

static void assert_hash(struct key32 hash, const char *hex)
{
    struct key32 wanted = vector_key32(hex);
    assert_memory_equal(hash.b, wanted.b, sizeof wanted.b);
}

static void sha256_gives_the_known_answers(void **state)
{
    (void)state;
    assert_hash(hash_sha256(NULL, 0),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_hash(hash_sha256_one(span_text("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_hash(hash_sha256_one(span_text(
                        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");

    static uint8_t million[1000000];
    memset(million, 'a', sizeof million);
    assert_hash(hash_sha256_one(SPAN_OF(million)),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void sha256_agrees_with_the_library_at_every_length(void **state)
{
    (void)state;
    uint8_t bytes[400];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 7 + 3);
    for (size_t len = 0; len <= sizeof bytes; len++) {
        struct key32 wanted;
        crypto_hash_sha256(wanted.b, bytes, len);
        struct key32 hash = hash_sha256_one((struct span){bytes, len});
        assert_memory_equal(hash.b, wanted.b, sizeof wanted.b);
    }
}

static void parts_hash_as_their_whole(void **state)
{
    (void)state;
    uint8_t bytes[200];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)i;
    struct key32 whole = hash_sha256_one(SPAN_OF(bytes));
    struct key32 whole_hmac = hash_hmac(span_text("key"), &SPAN_OF(bytes), 1);
    for (size_t a = 0; a <= sizeof bytes; a += 3) {
        for (size_t b = a; b <= sizeof bytes; b += 7) {
            struct span parts[] = {
                    {bytes,     a               },
                    {bytes + a, b - a           },
                    {bytes + b, sizeof bytes - b}
            };
            struct key32 hash = hash_sha256(parts, COUNT_OF(parts));
            assert_true(key32_equal(&hash, &whole));
            hash = hash_hmac(span_text("key"), parts, COUNT_OF(parts));
            assert_true(key32_equal(&hash, &whole_hmac));
        }
    }
}

static void hmac_gives_the_wycheproof_answers(void **state)
{
    (void)state;
    static uint8_t key_bytes[VECTOR_BYTES_MAX];
    static uint8_t message_bytes[VECTOR_BYTES_MAX];
    static uint8_t tag_bytes[VECTOR_BYTES_MAX];
    struct vectors v;
    size_t n = 0;
    vectors_open(&v, "wycheproof.txt");
    while (vectors_next(&v)) {
        if (!vectors_row_is(&v, "HM256"))
            continue;
        struct span key = vector_bytes(v.words[1], key_bytes);
        struct span message = vector_bytes(v.words[2], message_bytes);
        struct span tag = vector_bytes(v.words[3], tag_bytes);
        struct key32 found = hash_hmac(key, &message, 1);
        assert_true(tag.len == 16 || tag.len == 32);
        assert_int_equal(hash_equal(found.b, tag.at, tag.len), v.words[5][0] == 'v');
        n++;
    }
    vectors_close(&v);
    assert_int_equal(n, 174);
}

static void hmac_takes_keys_of_any_length(void **state)
{
    (void)state;
    uint8_t key[200];
    memset(key, 0x5A, sizeof key);
    struct span message = span_text("message");
    for (size_t len = 0; len <= sizeof key; len++) {
        crypto_auth_hmacsha256_state library;
        struct key32 wanted;
        crypto_auth_hmacsha256_init(&library, key, len);
        crypto_auth_hmacsha256_update(&library, message.at, message.len);
        crypto_auth_hmacsha256_final(&library, wanted.b);
        struct key32 found = hash_hmac((struct span){key, len}, &message, 1);
        assert_true(key32_equal(&found, &wanted));
    }
}

static void hkdf_gives_the_wycheproof_answers(void **state)
{
    (void)state;
    static uint8_t ikm_bytes[VECTOR_BYTES_MAX];
    static uint8_t salt_bytes[VECTOR_BYTES_MAX];
    static uint8_t info_bytes[VECTOR_BYTES_MAX];
    static uint8_t okm_bytes[VECTOR_BYTES_MAX];
    static uint8_t found[VECTOR_BYTES_MAX];
    struct vectors v;
    size_t n = 0;
    vectors_open(&v, "wycheproof.txt");
    while (vectors_next(&v)) {
        if (!vectors_row_is(&v, "HK"))
            continue;
        struct span ikm = vector_bytes(v.words[1], ikm_bytes);
        struct span salt = vector_bytes(v.words[2], salt_bytes);
        struct span info = vector_bytes(v.words[3], info_bytes);
        struct span okm = vector_bytes(v.words[5], okm_bytes);
        size_t size = strtoul(v.words[4], NULL, 10);
        struct key32 prk = hash_hkdf_extract(salt, &ikm, 1);
        bool ok = hash_hkdf_expand(&prk, &info, 1, found, size);
        assert_int_equal(ok, v.words[6][0] == 'v');
        if (ok)
            assert_memory_equal(found, okm.at, size);
        n++;
    }
    vectors_close(&v);
    assert_int_equal(n, 86);
}

static void hkdf_gives_8160_bytes_and_not_one_more(void **state)
{
    (void)state;
    static uint8_t okm[8161];
    struct key32 prk = {{1}};
    okm[8160] = 0xEE;
    assert_true(hash_hkdf_expand(&prk, NULL, 0, okm, 8160));
    assert_int_equal(okm[8160], 0xEE);
    memset(okm, 0x77, sizeof okm);
    assert_false(hash_hkdf_expand(&prk, NULL, 0, okm, 8161));
    assert_int_equal(okm[0], 0x77);
    assert_true(hash_hkdf_expand(&prk, NULL, 0, okm, 0));
}

/* A source of random bytes that counts, as the simulator has one that is seeded. */
static const char *counting_name(void)
{
    return "counting";
}

static uint32_t counting_random(void)
{
    return 7;
}

static void counting_buf(void *const out, const size_t len)
{
    for (size_t i = 0; i < len; i++)
        ((uint8_t *)out)[i] = (uint8_t)i;
}

static void random_bytes_come_from_the_source_that_is_set(void **state)
{
    (void)state;
    struct randombytes_implementation counting = {
            .implementation_name = counting_name,
            .random = counting_random,
            .buf = counting_buf,
    };
    randombytes_set_implementation(&counting);
    uint8_t bytes[40];
    hash_random(bytes, sizeof bytes);
    uint32_t below = hash_random_below(5);
    randombytes_set_implementation(&randombytes_sysrandom_implementation);

    for (size_t i = 0; i < sizeof bytes; i++)
        assert_int_equal(bytes[i], i);
    assert_int_equal(below, 7 % 5);
    for (size_t i = 0; i < 1000; i++)
        assert_true(hash_random_below(3) < 3);
    assert_int_equal(hash_random_below(1), 0);
}

static void comparison_sees_every_bit(void **state)
{
    (void)state;
    uint8_t a[32] = {0};
    uint8_t b[32] = {0};
    assert_true(hash_equal(a, b, sizeof a));
    for (size_t bit = 0; bit < 8 * sizeof a; bit++) {
        b[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_false(hash_equal(a, b, sizeof a));
        b[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    memset(a, 0xAA, sizeof a);
    hash_wipe(a, sizeof a);
    assert_memory_equal(a, b, sizeof a);
}

int main(void)
{
    struct err err;
    if (!hash_start(&err))
        return 1;
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(sha256_gives_the_known_answers),
            cmocka_unit_test(sha256_agrees_with_the_library_at_every_length),
            cmocka_unit_test(parts_hash_as_their_whole),
            cmocka_unit_test(hmac_gives_the_wycheproof_answers),
            cmocka_unit_test(hmac_takes_keys_of_any_length),
            cmocka_unit_test(hkdf_gives_the_wycheproof_answers),
            cmocka_unit_test(hkdf_gives_8160_bytes_and_not_one_more),
            cmocka_unit_test(random_bytes_come_from_the_source_that_is_set),
            cmocka_unit_test(comparison_sees_every_bit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
