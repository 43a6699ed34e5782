/* unit_code.c - the codes of refusals and failures, and what they say to a person. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/code.h"
#include "core/vocab.h"

static void every_code_has_a_name_and_three_sentences(void **state)
{
    (void)state;
    for (unsigned i = 0; i < N_CODES; i++) {
        enum code code = (enum code)i;

        assert_int_equal(code_find(code_name(code)), code);
        for (unsigned lang = 0; lang < N_LANGS; lang++) {
            const char *sentence = code_sentence(code, (enum lang)lang);

            assert_true(strlen(sentence) > 0);
            assert_int_equal(sentence[strlen(sentence) - 1], '.');
        }
    }
}

/* 0 done; 1 a refusal (E_); 2 bad use; 3 could not (ERR_). */
static void the_exit_status_tells_refusals_from_failures(void **state)
{
    (void)state;
    assert_int_equal(code_exit(CODE_OK), 0);
    assert_int_equal(code_exit(ERR_USAGE), 2);
    for (unsigned i = 1; i < N_CODES; i++) {
        bool failure = strncmp(code_name((enum code)i), "ERR_", 4) == 0;

        if (i != ERR_USAGE)
            assert_int_equal(code_exit((enum code)i), failure ? 3 : 1);
    }
}

static void trying_again_helps_only_where_it_can(void **state)
{
    (void)state;
    assert_true(code_retry(E_BUSY));
    assert_true(code_retry(E_PENDING));
    assert_true(code_retry(E_UNREACHABLE));
    assert_true(code_retry(ERR_DISK_FULL));
    assert_false(code_retry(CODE_OK));
    assert_false(code_retry(E_CONSENT_NONE));
    assert_false(code_retry(E_CONFLICT));
    assert_false(code_retry(ERR_USAGE));
}

static void a_number_or_name_that_is_not_there(void **state)
{
    (void)state;
    assert_string_equal(code_name(N_CODES), "E_UNKNOWN");
    assert_string_equal(code_sentence(N_CODES, LANG_NL), "");
    assert_string_equal(code_sentence(E_BUSY, N_LANGS), "");
    assert_false(code_retry(N_CODES));
    assert_int_equal(code_exit(N_CODES), 3);
    assert_int_equal(code_find("E_NOTHING"), N_CODES);
    assert_int_equal(code_find(""), N_CODES);
}

/* A field "vocab code" of a message holds the same number as enum code. */
static void the_vocabulary_has_the_same_numbers(void **state)
{
    (void)state;
    assert_int_equal(vocab_count(VOCAB_CODE), N_CODES - 1);
    for (uint16_t i = 1; i < N_CODES; i++)
        assert_string_equal(vocab_code(VOCAB_CODE, i), code_name((enum code)i));
    for (uint16_t i = 1; i < N_CODES; i++)
        assert_string_equal(vocab_label(VOCAB_CODE, i, LANG_FR),
                code_sentence((enum code)i, LANG_FR));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(every_code_has_a_name_and_three_sentences),
            cmocka_unit_test(the_exit_status_tells_refusals_from_failures),
            cmocka_unit_test(trying_again_helps_only_where_it_can),
            cmocka_unit_test(a_number_or_name_that_is_not_there),
            cmocka_unit_test(the_vocabulary_has_the_same_numbers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
