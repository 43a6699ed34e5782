/* unit_vocab.c - the coded vocabularies: every code is found, every label is there in
 * three languages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/span.h"
#include "core/vocab.h"
#include "tests/french.h"

static void every_code_leads_to_its_row_and_back(void **state)
{
    (void)state;
    for (unsigned t = 0; t < N_VOCABS; t++) {
        enum vocab vocab = (enum vocab)t;

        assert_true(vocab_count(vocab) > 0);
        for (uint16_t row = 1; row <= vocab_count(vocab); row++) {
            const char *code = vocab_code(vocab, row);

            assert_true(strlen(code) > 0 && strlen(code) < VOCAB_CODE_BYTES);
            assert_int_equal(vocab_find(vocab, code), row);
        }
    }
}

static void every_code_has_a_label_in_each_language(void **state)
{
    (void)state;
    for (unsigned t = 0; t < N_VOCABS; t++) {
        for (uint16_t row = 1; row <= vocab_count((enum vocab)t); row++) {
            for (unsigned lang = 0; lang < N_LANGS; lang++)
                assert_true(
                        strlen(vocab_label((enum vocab)t, row, (enum lang)lang)) > 0);
        }
    }
}

/* The build puts the spaces of French where they belong (proto/table.awk). */
static void french_labels_are_well_spaced(void **state)
{
    (void)state;
    assert_true(
            french_is_well_spaced("Le texte" FRENCH_SPACE ": oui, \xC2\xAB" FRENCH_SPACE
                                  "a" FRENCH_SPACE "\xC2\xBB"));
    assert_true(french_is_well_spaced(": de tcp://x:1 à 10:30"));
    assert_false(french_is_well_spaced("Le texte: oui"));
    assert_false(french_is_well_spaced("Le texte : oui"));
    assert_false(french_is_well_spaced("Pourquoi?"));
    assert_false(french_is_well_spaced("\xC2\xABoui\xC2\xBB"));
    for (unsigned t = 0; t < N_VOCABS; t++)
        for (uint16_t row = 1; row <= vocab_count((enum vocab)t); row++) {
            const char *label = vocab_label((enum vocab)t, row, LANG_FR);
            if (!french_is_well_spaced(label))
                fail_msg("%s: %s", vocab_name((enum vocab)t), label);
        }
}

static void what_is_not_there_is_nothing(void **state)
{
    static const char *const wrong[] = {"", "crisi", "crisiss", "CRISIS", "crisis ",
            "zzz", "A", "dringend"};
    enum vocab none = (enum vocab)N_VOCABS;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        assert_int_equal(vocab_find(VOCAB_URGENCY, wrong[i]), 0);
    assert_string_equal(vocab_code(VOCAB_URGENCY, 0), "");
    assert_string_equal(vocab_code(VOCAB_URGENCY, N_URGENCY), "");
    assert_string_equal(vocab_label(VOCAB_URGENCY, 0, LANG_EN), "");
    assert_string_equal(vocab_label(VOCAB_URGENCY, 1, N_LANGS), "");
    assert_string_equal(vocab_column(VOCAB_URGENCY, 1, "level"), "");
    assert_string_equal(vocab_column(VOCAB_NEED_CATEGORY, N_NEED_CATEGORY, "level"),
            "");
    assert_int_equal(vocab_find(none, "crisis"), 0);
    assert_int_equal(vocab_count(none), 0);
    assert_string_equal(vocab_name(none), "");
    assert_string_equal(vocab_code(none, 1), "");
    assert_string_equal(vocab_label(none, 1, LANG_EN), "");
    assert_string_equal(vocab_column(none, 1, "code"), "");
}

static void rows_hold_what_their_file_says(void **state)
{
    (void)state;
    assert_string_equal(vocab_name(VOCAB_PURPOSE), "purpose");
    assert_int_equal(vocab_count(VOCAB_URGENCY), 3);
    assert_int_equal(vocab_find(VOCAB_URGENCY, "routine"), URGENCY_ROUTINE);
    assert_string_equal(vocab_label(VOCAB_URGENCY, URGENCY_URGENT, LANG_NL),
            "dringend");
    assert_string_equal(vocab_label(VOCAB_URGENCY, URGENCY_CRISIS, LANG_FR), "crise");
    assert_string_equal(vocab_label(VOCAB_NEED_CATEGORY, NEED_CATEGORY_DEBT, LANG_EN),
            "Debts");
    assert_string_equal(vocab_column(VOCAB_NEED_CATEGORY, NEED_CATEGORY_DEBT, "level"),
            "S1");
    assert_string_equal(vocab_column(VOCAB_PARTNER_TYPE, PARTNER_TYPE_LDC,
                                "secrecy_bound_default"),
            "yes");
    assert_string_equal(vocab_column(VOCAB_DATA_CATEGORY, DATA_CATEGORY_HEALTH,
                                "level"),
            "S2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(every_code_leads_to_its_row_and_back),
            cmocka_unit_test(every_code_has_a_label_in_each_language),
            cmocka_unit_test(french_labels_are_well_spaced),
            cmocka_unit_test(what_is_not_there_is_nothing),
            cmocka_unit_test(rows_hold_what_their_file_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
