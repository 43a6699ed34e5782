/* unit_key_format.c - key files, plain and under a passphrase. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/keys.h"
#include "core/keys_format.h"

static char folder[] = "/tmp/unit_key_format.XXXXXX";

/* A path in the test's own folder; two of them can be used at once. */
static const char *in_folder(const char *name)
{
    static char paths[2][256];
    static size_t turn;
    turn ^= 1;
    snprintf(paths[turn], sizeof paths[turn], "%s/%s", folder, name);
    return paths[turn];
}

static const struct key_cost CHEAP = {.passes = 1, .kib = 8};

static void write_text(const char *path, const char *text)
{
    assert_true(keys_write_file(path, span_text(text), &(struct err){0}));
}

static void keys_come_back_from_their_files(void **state)
{
    (void)state;
    struct err err;
    struct sign_key *sign = sign_key_new(&err);
    struct box_key *box = box_key_new(&err);
    struct wrap_key *wrap = wrap_key_new(&err);
    assert_true(sign_key_save(sign, in_folder("sign"), NULL, &err));
    assert_true(box_key_save(box, in_folder("box"), &err));
    assert_true(wrap_key_save(wrap, in_folder("wrap"), NULL, &err));

    struct sign_key *sign_back = sign_key_load(in_folder("sign"), NULL, &err);
    struct box_key *box_back = box_key_load(in_folder("box"), &err);
    struct wrap_key *wrap_back = wrap_key_load(in_folder("wrap"), &err);
    assert_true(key32_equal(sign_key_public(sign), sign_key_public(sign_back)));
    assert_true(key32_equal(box_key_public(box), box_key_public(box_back)));
    assert_true(key32_equal(box_key_secret(box), box_key_secret(box_back)));
    uint8_t wrapped[1 + KEYS_WRAP_EXTRA];
    uint8_t back;
    wrap_key_wrap(wrap, span_text("row"), span_text("x"), wrapped);
    assert_true(wrap_key_unwrap(wrap_back, span_text("row"), SPAN_OF(wrapped), &back));
    struct sig64 sig;
    sign_key_sign(sign_back, span_text("m"), &sig);
    assert_true(keys_verify(sign_key_public(sign), span_text("m"), &sig));

    sign_key_free(sign);
    sign_key_free(sign_back);
    box_key_free(box);
    box_key_free(box_back);
    wrap_key_free(wrap);
    wrap_key_free(wrap_back);
    sign_key_free(NULL);
    box_key_free(NULL);
    wrap_key_free(NULL);
}

static void a_key_of_another_kind_is_named(void **state)
{
    (void)state;
    struct err err;
    struct box_key *box = box_key_new(&err);
    assert_true(box_key_save(box, in_folder("other-kind"), &err));
    box_key_free(box);

    assert_null(sign_key_load(in_folder("other-kind"), NULL, &err));
    assert_int_equal(err.code, ERR_KEY_FILE);
    assert_non_null(strstr(err.msg, "holds an epoch or transport key (x25519)"));
    assert_non_null(strstr(err.msg, "a signing key (ed25519) is needed"));
    assert_null(wrap_key_load(in_folder("other-kind"), &err));
    assert_int_equal(err.code, ERR_KEY_FILE);
    struct box_key *back = box_key_load(in_folder("other-kind"), &err);
    assert_non_null(back);
    box_key_free(back);
}

#define ZEROS_16      "00000000000000000000000000000000"
#define ZEROS_32      ZEROS_16 ZEROS_16
#define ZEROS_72      ZEROS_32 ZEROS_32 "0000000000000000"
#define PLAIN(secret) "buurtbus-key 1 x25519\n" secret
#define SEALED(how)   "buurtbus-key 1 x25519 " how "\n" ZEROS_72 "\n"

static const char *const NO_KEY_FILES[] = {"", "\n", "-----BEGIN PRIVATE KEY-----\n",
        "buurtbus-key 1 x25519"};
static const char *const OTHER_VERSIONS[] = {"buurtbus-key 2 x25519\n" ZEROS_32 "\n",
        "buurtbus-key\n"};
static const char *const UNKNOWN_KINDS[] = {"buurtbus-key 1\n" ZEROS_32 "\n",
        "buurtbus-key 1 rsa\n" ZEROS_32 "\n"};
static const char *const DAMAGED[] = {
        PLAIN(""),
        PLAIN(ZEROS_32),
        PLAIN(ZEROS_32 "\n\n"),
        PLAIN(ZEROS_32 "00\n"),
        PLAIN("00\n"),
        PLAIN("x" ZEROS_32 "\n"),
        SEALED("scrypt 1 8 " ZEROS_16),
        SEALED("argon2id 0 8 " ZEROS_16),
        SEALED("argon2id 17 8 " ZEROS_16),
        SEALED("argon2id 1 7 " ZEROS_16),
        SEALED("argon2id 1 1048577 " ZEROS_16),
        SEALED("argon2id 1 99999999999 " ZEROS_16),
        SEALED("argon2id 1 -8 " ZEROS_16),
        SEALED("argon2id 1 8 00"),
        SEALED("argon2id 1 8 " ZEROS_16 " x"),
};

static void what_is_no_key_file_says_so(void **state)
{
    (void)state;
    static const struct {
        const char *words;
        const char *const *texts;
        size_t n_texts;
    } rows[] = {
            {"is not a key file", NO_KEY_FILES,   COUNT_OF(NO_KEY_FILES)  },
            {"another version",   OTHER_VERSIONS, COUNT_OF(OTHER_VERSIONS)},
            {"do not know",       UNKNOWN_KINDS,  COUNT_OF(UNKNOWN_KINDS) },
            {"damaged",           DAMAGED,        COUNT_OF(DAMAGED)       },
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        for (size_t k = 0; k < rows[i].n_texts; k++) {
            struct err err = {.code = CODE_OK};
            write_text(in_folder("wrong"), rows[i].texts[k]);
            assert_null(box_key_load(in_folder("wrong"), &err));
            assert_int_equal(err.code, ERR_KEY_FILE);
            if (strstr(err.msg, rows[i].words) == NULL)
                fail_msg("%s %zu: %s", rows[i].words, k, err.msg);
        }
    }
}

static void a_passphrase_protects(void **state)
{
    (void)state;
    const char *path = in_folder("steward");
    struct err err;
    struct sign_key *key = sign_key_new(&err);
    assert_true(sign_key_save(key, path, "correct horse battery", &err));
    struct sign_key *back = sign_key_load(path, "correct horse battery", &err);
    assert_non_null(back);
    assert_true(key32_equal(sign_key_public(key), sign_key_public(back)));
    sign_key_free(back);

    assert_null(sign_key_load(path, "correct horse batterx", &err));
    assert_int_equal(err.code, ERR_PASSPHRASE);
    assert_null(sign_key_load(path, NULL, &err));
    assert_int_equal(err.code, ERR_PASSPHRASE);
    sign_key_free(key);
}

static void a_generation_key_has_a_copy_under_a_passphrase(void **state)
{
    (void)state;
    struct err err;
    const struct key32 secret = {
            {1, 2, 3}
    };
    assert_true(key_file_save(in_folder("copy"), KEY_GENERATION, &secret,
            "a passphrase", CHEAP, &err));
    struct wrap_key *key = wrap_key_from(&secret, &err);
    struct wrap_key *copy =
            wrap_key_load_with_passphrase(in_folder("copy"), "a passphrase", &err);
    assert_non_null(copy);
    uint8_t wrapped[1 + KEYS_WRAP_EXTRA];
    uint8_t back;
    wrap_key_wrap(key, span_text("row"), span_text("x"), wrapped);
    assert_true(wrap_key_unwrap(copy, span_text("row"), SPAN_OF(wrapped), &back));
    wrap_key_free(key);
    wrap_key_free(copy);
    assert_null(wrap_key_load(in_folder("copy"), &err));
    assert_int_equal(err.code, ERR_PASSPHRASE);
}

static void passphrases_have_rules(void **state)
{
    (void)state;
    struct err err = {.code = CODE_OK};
    const struct key32 secret = {{1}};
    const char *path = in_folder("rules");
    assert_false(key_file_save(path, KEY_X25519, &secret, "1234567", CHEAP, &err));
    assert_int_equal(err.code, ERR_PASSPHRASE);
    assert_false(key_file_save(path, KEY_X25519, &secret, "", CHEAP, &err));
    assert_false(key_file_save(path, KEY_X25519, &secret, "12345678",
            (struct key_cost){0, 8}, &err));
    assert_int_equal(access(path, F_OK), -1);

    bool needs = false;
    assert_false(keys_needs_passphrase(path, &needs, &err));
    assert_true(key_file_save(path, KEY_X25519, &secret, "12345678", CHEAP, &err));
    assert_true(keys_needs_passphrase(path, &needs, &err));
    assert_true(needs);

    /* Who gives a passphrase for a file that has none is told. */
    struct key32 found;
    assert_true(key_file_save(path, KEY_X25519, &secret, NULL, CHEAP, &err));
    assert_true(keys_needs_passphrase(path, &needs, &err));
    assert_false(needs);
    assert_false(key_file_load(path, KEY_X25519, "12345678", &found, &err));
    assert_int_equal(err.code, ERR_PASSPHRASE);
    assert_true(key_file_load(path, KEY_X25519, NULL, &found, &err));
}

static void every_changed_bit_of_a_protected_file_is_refused(void **state)
{
    (void)state;
    const char *path = in_folder("bits");
    const struct key32 secret = {
            {1, 2, 3}
    };
    struct err err;
    uint8_t text[KEY_FILE_MAX];
    size_t len;
    assert_true(key_file_save(path, KEY_ED25519, &secret, "a passphrase", CHEAP, &err));
    assert_true(keys_read_file(path, text, sizeof text, &len, &err));
    for (size_t bit = 0; bit < 8 * len; bit++) {
        struct key32 found = {{0}};
        text[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_true(keys_write_file(path, (struct span){text, len}, &err));
        /* A capital instead of a small hexadecimal letter is the same number. */
        if (key_file_load(path, KEY_ED25519, "a passphrase", &found, &err))
            assert_true(bit % 8 == 5 && key32_equal(&found, &secret));
        text[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}

static int remove_folder(void **state)
{
    (void)state;
    static const char *const names[] = {"sign", "box", "wrap", "other-kind", "wrong",
            "steward", "copy", "rules", "bits"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        unlink(in_folder(names[i]));
    return rmdir(folder);
}

int main(void)
{
    struct err err;
    if (!hash_start(&err) || mkdtemp(folder) == NULL)
        return 1;
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(keys_come_back_from_their_files),
            cmocka_unit_test(a_key_of_another_kind_is_named),
            cmocka_unit_test(what_is_no_key_file_says_so),
            cmocka_unit_test(a_passphrase_protects),
            cmocka_unit_test(a_generation_key_has_a_copy_under_a_passphrase),
            cmocka_unit_test(passphrases_have_rules),
            cmocka_unit_test(every_changed_bit_of_a_protected_file_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, remove_folder);
}
