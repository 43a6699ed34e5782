/* unit_hpke.c - HPKE and its primitives against RFC 9180 and Wycheproof. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/seal.h"
#include "tests/vector_rows.h"

static void assert_hex(const void *bytes, size_t len, const char *hex)
{
    static uint8_t wanted[VECTOR_BYTES_MAX];
    struct span span = vector_bytes(hex, wanted);
    assert_int_equal(len, span.len);
    assert_memory_equal(bytes, span.at, len);
}

/* Column numbers of an S row of RFC 9180. */
enum {
    S_INFO = 2,
    S_IKM_E = 3,
    S_IKM_R = 4,
    S_SK_R = 6,
    S_PK_R = 7,
    S_SK_E = 8,
    S_PK_E = 9,
    S_ENC = 14,
    S_KEY = 16,
    S_NONCE = 17,
    S_EXPORTER = 18
};

static void check_setup(const struct vectors *v, struct seal_context *sender,
        struct seal_context *receiver)
{
    static uint8_t bytes[VECTOR_BYTES_MAX];
    struct err err;
    struct key32 sk_r;
    struct key32 pk_r;
    struct key32 sk_e;
    struct key32 pk_e;
    struct key32 enc;
    seal_derive_key_pair(vector_bytes(v->words[S_IKM_E], bytes), &sk_e, &pk_e);
    seal_derive_key_pair(vector_bytes(v->words[S_IKM_R], bytes), &sk_r, &pk_r);
    assert_hex(&sk_e, sizeof sk_e, v->words[S_SK_E]);
    assert_hex(&pk_e, sizeof pk_e, v->words[S_PK_E]);
    assert_hex(&sk_r, sizeof sk_r, v->words[S_SK_R]);
    assert_hex(&pk_r, sizeof pk_r, v->words[S_PK_R]);

    struct span info = vector_bytes(v->words[S_INFO], bytes);
    assert_true(seal_setup_sender(&pk_r, &sk_e, info, &enc, sender, &err));
    assert_hex(&enc, sizeof enc, v->words[S_ENC]);
    assert_true(seal_setup_receiver(&enc, &sk_r, info, receiver, &err));
    assert_memory_equal(sender, receiver, sizeof *sender);
    assert_hex(&sender->key, sizeof sender->key, v->words[S_KEY]);
    assert_hex(sender->base_nonce, sizeof sender->base_nonce, v->words[S_NONCE]);
    assert_hex(&sender->exporter_secret, sizeof sender->exporter_secret,
            v->words[S_EXPORTER]);
}

static void check_message(const struct vectors *v, const struct seal_context *sender,
        const struct seal_context *receiver)
{
    static uint8_t aad_bytes[VECTOR_BYTES_MAX];
    static uint8_t plain_vector[VECTOR_BYTES_MAX];
    uint8_t ct[256];
    uint8_t back[256];
    uint64_t seq = strtoull(v->words[1], NULL, 10);
    struct span aad = vector_bytes(v->words[2], aad_bytes);
    struct span plain = vector_bytes(v->words[3], plain_vector);
    struct span sealed = {ct, plain.len + SEAL_TAG_BYTES};
    seal_encrypt(sender, seq, aad, plain, ct);
    assert_hex(ct, sealed.len, v->words[4]);
    assert_true(seal_decrypt(receiver, seq, aad, sealed, back));
    assert_memory_equal(back, plain.at, plain.len);
    assert_false(seal_decrypt(receiver, seq + 1, aad, sealed, back));
}

static void the_standard_gives_its_own_answers(void **state)
{
    (void)state;
    static uint8_t bytes[VECTOR_BYTES_MAX];
    struct seal_context sender;
    struct seal_context receiver;
    size_t n_setup = 0;
    size_t n_messages = 0;
    size_t n_exports = 0;
    struct vectors v;
    vectors_open(&v, "rfc9180.txt");
    while (vectors_next(&v)) {
        if (vectors_row_is(&v, "S")) {
            check_setup(&v, &sender, &receiver);
            n_setup++;
        } else if (vectors_row_is(&v, "E")) {
            check_message(&v, &sender, &receiver);
            n_messages++;
        } else {
            uint8_t out[64];
            size_t len = strtoul(v.words[2], NULL, 10);
            struct span context = vector_bytes(v.words[1], bytes);
            assert_true(seal_export(&receiver, context, out, len));
            assert_hex(out, len, v.words[3]);
            n_exports++;
        }
    }
    vectors_close(&v);
    assert_int_equal(n_setup, 1);
    assert_int_equal(n_messages, 257);
    assert_int_equal(n_exports, 3);
}

static void an_export_has_a_longest_length(void **state)
{
    (void)state;
    static uint8_t out[8161];
    struct seal_context context = {.exporter_secret = {{1}}};
    assert_true(seal_export(&context, span_text("x"), out, 8160));
    assert_false(seal_export(&context, span_text("x"), out, 8161));
}

static void x25519_gives_the_wycheproof_answers(void **state)
{
    (void)state;
    static const struct key32 zero;
    struct vectors v;
    size_t n = 0;
    size_t n_zero = 0;
    vectors_open(&v, "wycheproof.txt");
    while (vectors_next(&v)) {
        if (!vectors_row_is(&v, "X"))
            continue;
        struct key32 pk = vector_key32(v.words[1]);
        struct key32 sk = vector_key32(v.words[2]);
        struct key32 shared = vector_key32(v.words[3]);
        struct key32 found = {{0xEE}};
        bool all_zero = key32_equal(&shared, &zero);
        assert_int_equal(seal_agree(&sk, &pk, &found), !all_zero);
        if (all_zero)
            assert_int_equal(found.b[0], 0xEE);
        else
            assert_true(key32_equal(&found, &shared));
        n++;
        n_zero += all_zero;
    }
    vectors_close(&v);
    assert_int_equal(n, 518);
    assert_int_equal(n_zero, 31);
}

static void chacha20_poly1305_gives_the_wycheproof_answers(void **state)
{
    (void)state;
    static uint8_t iv_bytes[VECTOR_BYTES_MAX];
    static uint8_t aad_bytes[VECTOR_BYTES_MAX];
    static uint8_t message_bytes[VECTOR_BYTES_MAX];
    static uint8_t ct[VECTOR_BYTES_MAX + SEAL_TAG_BYTES];
    static uint8_t tag_bytes[VECTOR_BYTES_MAX];
    static uint8_t found[VECTOR_BYTES_MAX + SEAL_TAG_BYTES];
    struct vectors v;
    size_t n = 0;
    vectors_open(&v, "wycheproof.txt");
    while (vectors_next(&v)) {
        if (!vectors_row_is(&v, "CC"))
            continue;
        n++;
        struct span iv = vector_bytes(v.words[2], iv_bytes);
        bool valid = v.words[7][0] == 'v';
        struct seal_context context = {.key = vector_key32(v.words[1])};
        if (iv.len != sizeof context.base_nonce) {
            assert_false(valid); /* such a nonce cannot even be expressed here */
            continue;
        }
        memcpy(context.base_nonce, iv.at, iv.len);
        struct span aad = vector_bytes(v.words[3], aad_bytes);
        struct span message = vector_bytes(v.words[4], message_bytes);
        struct span body = vector_bytes(v.words[5], ct);
        struct span tag = vector_bytes(v.words[6], tag_bytes);
        memcpy(ct + body.len, tag.at, tag.len);
        struct span sealed = {ct, body.len + tag.len};
        assert_int_equal(seal_decrypt(&context, 0, aad, sealed, found), valid);
        if (!valid)
            continue;
        assert_memory_equal(found, message.at, message.len);
        seal_encrypt(&context, 0, aad, message, found);
        assert_memory_equal(found, ct, sealed.len);
    }
    vectors_close(&v);
    assert_int_equal(n, 325);
}

int main(void)
{
    struct err err;
    if (!hash_start(&err))
        return 1;
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(the_standard_gives_its_own_answers),
            cmocka_unit_test(an_export_has_a_longest_length),
            cmocka_unit_test(x25519_gives_the_wycheproof_answers),
            cmocka_unit_test(chacha20_poly1305_gives_the_wycheproof_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
