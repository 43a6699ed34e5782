/* unit_keys.c - keys: signing, wrapping, names and tokens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/keys.h"
#include "tests/vector_rows.h"

static void verification_gives_the_wycheproof_answers(void **state)
{
    (void)state;
    static uint8_t message_bytes[VECTOR_BYTES_MAX];
    static uint8_t sig_bytes[VECTOR_BYTES_MAX];
    struct vectors v;
    size_t n = 0;
    vectors_open(&v, "wycheproof.txt");
    while (vectors_next(&v)) {
        if (!vectors_row_is(&v, "ED"))
            continue;
        n++;
        struct key32 public_key = vector_key32(v.words[1]);
        struct span message = vector_bytes(v.words[2], message_bytes);
        bool valid = v.words[4][0] == 'v';
        struct sig64 sig;
        if (strlen(v.words[3]) != 2 * sizeof sig.b) {
            assert_false(valid); /* such a signature cannot even be expressed here */
            continue;
        }
        memcpy(sig.b, vector_bytes(v.words[3], sig_bytes).at, sizeof sig.b);
        assert_int_equal(keys_verify(&public_key, message, &sig), valid);
    }
    vectors_close(&v);
    assert_int_equal(n, 151);
}

static void keys_of_small_order_verify_nothing(void **state)
{
    (void)state;
    /* The neutral point as key and as R, with S = 0, fulfils the equation for every
     * message. */
    struct key32 neutral = {{1}};
    struct sig64 sig = {{1}};
    assert_false(keys_verify(&neutral, span_text("anything"), &sig));
}

static void signing_gives_the_answer_of_the_standard(void **state)
{
    (void)state;
    /* RFC 8032, 7.1, TEST 2; the seed comes in by a key file. */
    char path[] = "/tmp/unit_keys.XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    struct err err;
    struct span file = span_text("buurtbus-key 1 ed25519\n"
                                 "4ccd089b28ff96da9db6c346ec114e0f"
                                 "5b8a319f35aba624da8cf6ed4fb8a6fb\n");
    assert_true(keys_write_file(path, file, &err));
    struct sign_key *key = sign_key_load(path, NULL, &err);
    assert_int_equal(unlink(path), 0);
    assert_non_null(key);
    struct key32 wanted = vector_key32(
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    assert_true(key32_equal(sign_key_public(key), &wanted));

    struct sig64 sig;
    static uint8_t bytes[VECTOR_BYTES_MAX];
    struct span wanted_sig = vector_bytes(
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
            bytes);
    uint8_t message = 0x72;
    sign_key_sign(key, SPAN_OF(message), &sig);
    assert_memory_equal(sig.b, wanted_sig.at, sizeof sig.b);

    assert_true(keys_verify(sign_key_public(key), SPAN_OF(message), &sig));
    message ^= 1;
    assert_false(keys_verify(sign_key_public(key), SPAN_OF(message), &sig));
    message ^= 1;
    for (size_t bit = 0; bit < 8 * sizeof sig.b; bit++) {
        sig.b[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_false(keys_verify(sign_key_public(key), SPAN_OF(message), &sig));
        sig.b[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    sign_key_free(key);
}

static void a_box_key_has_the_public_half_of_the_standard(void **state)
{
    (void)state;
    /* RFC 7748, 6.1. */
    struct key32 secret = vector_key32(
            "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
    struct key32 wanted = vector_key32(
            "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
    struct box_key *key = box_key_from(&secret, &(struct err){0});
    assert_non_null(key);
    assert_true(key32_equal(box_key_public(key), &wanted));
    assert_true(key32_equal(box_key_secret(key), &secret));
    box_key_free(key);
}

static void unwrapping_gives_the_wycheproof_answers(void **state)
{
    (void)state;
    static uint8_t wrapped[3 * VECTOR_BYTES_MAX];
    static uint8_t aad_bytes[VECTOR_BYTES_MAX];
    static uint8_t message_bytes[VECTOR_BYTES_MAX];
    static uint8_t part[VECTOR_BYTES_MAX];
    static uint8_t found[3 * VECTOR_BYTES_MAX];
    struct vectors v;
    size_t n = 0;
    vectors_open(&v, "wycheproof.txt");
    while (vectors_next(&v)) {
        if (!vectors_row_is(&v, "XC"))
            continue;
        n++;
        bool valid = v.words[7][0] == 'v';
        struct span iv = vector_bytes(v.words[2], part);
        if (iv.len != 24) {
            assert_false(valid); /* such a nonce cannot even be expressed here */
            continue;
        }
        size_t len = 0;
        for (size_t column = 2; column <= 6; column += column == 2 ? 3 : 1) {
            struct span bytes = vector_bytes(v.words[column], part);
            memcpy(wrapped + len, bytes.at, bytes.len);
            len += bytes.len;
        }
        struct key32 secret = vector_key32(v.words[1]);
        struct wrap_key *key = wrap_key_from(&secret, &(struct err){0});
        assert_non_null(key);
        struct span aad = vector_bytes(v.words[3], aad_bytes);
        struct span message = vector_bytes(v.words[4], message_bytes);
        bool ok = wrap_key_unwrap(key, aad, (struct span){wrapped, len}, found);
        assert_int_equal(ok, valid);
        if (ok)
            assert_memory_equal(found, message.at, message.len);
        wrap_key_free(key);
    }
    vectors_close(&v);
    assert_int_equal(n, 315);
}

static void what_is_wrapped_opens_in_its_place_alone(void **state)
{
    (void)state;
    struct err err;
    struct wrap_key *key = wrap_key_new(&err);
    struct wrap_key *other = wrap_key_new(&err);
    assert_non_null(key);
    assert_non_null(other);
    struct span aad = span_text("case 12");
    struct span plain = span_text("the key of case twelve, 32 bytes");
    uint8_t wrapped[32 + KEYS_WRAP_EXTRA];
    uint8_t again[sizeof wrapped];
    uint8_t back[32];
    assert_int_equal(plain.len, sizeof back);
    wrap_key_wrap(key, aad, plain, wrapped);
    wrap_key_wrap(key, aad, plain, again);
    assert_memory_not_equal(wrapped, again, sizeof wrapped);
    assert_true(wrap_key_unwrap(key, aad, SPAN_OF(wrapped), back));
    assert_memory_equal(back, plain.at, plain.len);

    assert_false(wrap_key_unwrap(other, aad, SPAN_OF(wrapped), back));
    assert_false(wrap_key_unwrap(key, span_text("case 13"), SPAN_OF(wrapped), back));
    for (size_t len = 0; len < sizeof wrapped; len++)
        assert_false(wrap_key_unwrap(key, aad, (struct span){wrapped, len}, back));
    for (size_t bit = 0; bit < 8 * sizeof wrapped; bit++) {
        wrapped[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_false(wrap_key_unwrap(key, aad, SPAN_OF(wrapped), back));
        wrapped[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    wrap_key_free(key);
    wrap_key_free(other);
}

static void keys_are_named_by_their_hash(void **state)
{
    (void)state;
    struct key32 public_key = {{7}};
    struct key32 hash = hash_sha256_one(SPAN_OF(public_key));
    struct id id = keys_id(&public_key);
    assert_memory_equal(id.b, hash.b, sizeof id.b);
}

static void tokens_are_fresh_and_kept_as_hash(void **state)
{
    (void)state;
    char a[KEYS_TOKEN_TEXT_BYTES];
    char b[KEYS_TOKEN_TEXT_BYTES];
    uint8_t bytes[32];
    keys_token_new(a);
    keys_token_new(b);
    assert_true(ids_unhex(a, bytes, sizeof bytes));
    assert_string_not_equal(a, b);
    struct key32 wanted = hash_sha256_one(span_text("abc"));
    struct key32 hash = keys_token_hash("abc");
    assert_true(key32_equal(&hash, &wanted));
}

static void a_process_with_keys_leaves_no_core(void **state)
{
    (void)state;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct rlimit limit;
        keys_no_core_dumps();
        bool ok = prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 &&
                  getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_cur == 0 &&
                  limit.rlim_max == 0;
        _exit(ok ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void a_derived_key_is_of_its_key_and_purpose(void **state)
{
    (void)state;
    struct err err = {.code = CODE_OK};
    struct sign_key *one = sign_key_new(&err), *other = sign_key_new(&err);
    assert_non_null(one);
    assert_non_null(other);
    struct key32 first = sign_key_derive(one, "a purpose");
    struct key32 again = sign_key_derive(one, "a purpose");
    struct key32 for_other = sign_key_derive(one, "another purpose");
    struct key32 of_other = sign_key_derive(other, "a purpose");
    assert_true(key32_equal(&first, &again));
    assert_false(key32_equal(&first, &for_other));
    assert_false(key32_equal(&first, &of_other));
    sign_key_free(one);
    sign_key_free(other);
}

int main(void)
{
    struct err err;
    if (!hash_start(&err))
        return 1;
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(verification_gives_the_wycheproof_answers),
            cmocka_unit_test(keys_of_small_order_verify_nothing),
            cmocka_unit_test(signing_gives_the_answer_of_the_standard),
            cmocka_unit_test(a_derived_key_is_of_its_key_and_purpose),
            cmocka_unit_test(a_box_key_has_the_public_half_of_the_standard),
            cmocka_unit_test(unwrapping_gives_the_wycheproof_answers),
            cmocka_unit_test(what_is_wrapped_opens_in_its_place_alone),
            cmocka_unit_test(keys_are_named_by_their_hash),
            cmocka_unit_test(tokens_are_fresh_and_kept_as_hash),
            cmocka_unit_test(a_process_with_keys_leaves_no_core),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
