/* unit_consent_explain.c - why a letter may pass or not, question by question, in
 * words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/consent_explain.h"
#include "tests/consent_cases.h"

/* The answer to one rule. */
static const struct consent_answer *answer_of(const struct consent_answer *answers,
        size_t n, const char *rule)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(answers[i].rule, rule) == 0)
            return &answers[i];
    fail_msg("no answer to %s", rule);
    return answers;
}

static void the_first_no_is_the_verdict(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        struct consent_answer answers[CONSENT_ANSWERS];
        enum code verdict;
        struct world w;
        world_make(&w);
        ROWS[i].change(&w);
        size_t n = consent_explain(&w.facts, w.now_ms, answers, &verdict);
        assert_int_equal(verdict, consent_decide(&w.facts, w.now_ms));
        size_t no = 0;
        while (no < n && answers[no].asked && answers[no].holds)
            no++;
        if (no == n) {
            assert_int_equal(verdict, CODE_OK);
            assert_string_equal(ROWS[i].rule, "");
        } else {
            assert_string_equal(answers[no].rule, ROWS[i].rule);
            assert_int_equal(answers[no].code, verdict);
        }
    }
}

/* What is not there cannot be compared: all that is asked about it is left open, and
 * nothing else. */
static void behind_what_is_missing_nothing_is_asked(void **state)
{
    static const struct {
        void (*change)(struct world *);
        const char *last; /* asked */
    } MISSING[] = {
            {change_no_letter,            "letter_whole" },
            {change_no_capsule,           "capsule_there"},
            {change_capsule_no_collector, "capsule_whole"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(MISSING); i++) {
        struct consent_answer answers[CONSENT_ANSWERS];
        enum code verdict;
        struct world w;
        world_make(&w);
        MISSING[i].change(&w);
        size_t n = consent_explain(&w.facts, w.now_ms, answers, &verdict);
        bool asked = true;
        for (size_t k = 0; k < n; k++) {
            char words[CONSENT_SENTENCE_BYTES];
            assert_int_equal(answers[k].asked, asked);
            if (!asked)
                assert_string_equal(consent_sentence(&answers[k], LANG_EN, words),
                        "Not asked: what it takes is missing.");
            asked = asked && strcmp(answers[k].rule, MISSING[i].last) != 0;
        }
    }
}

static void a_no_does_not_hide_the_next(void **state)
{
    struct consent_answer answers[CONSENT_ANSWERS];
    enum code verdict;
    struct world w;
    (void)state;
    world_make(&w);
    change_withdrawn(&w);
    change_other_purpose(&w);
    size_t n = consent_explain(&w.facts, w.now_ms, answers, &verdict);
    assert_int_equal(verdict, E_CONSENT_WITHDRAWN);
    assert_false(answer_of(answers, n, "not_withdrawn")->holds);
    assert_false(answer_of(answers, n, "purpose_agreed")->holds);
    assert_true(answer_of(answers, n, "in_term")->holds);
}

static void nothing_known_is_explained_too(void **state)
{
    static const struct consent_case nothing;
    struct consent_answer answers[CONSENT_ANSWERS];
    enum code verdict;
    (void)state;
    assert_true(consent_explain(NULL, 0, answers, &verdict) > 0);
    assert_int_equal(verdict, consent_decide(NULL, 0));
    assert_false(answers[0].holds);
    assert_true(consent_explain(&nothing, 0, answers, &verdict) > 0);
    assert_int_equal(verdict, E_FORMAT);
    assert_false(answers[0].holds);
}

/* What people read: each row is a change, a rule, and the sentence. */
/* clang-format off */
static const struct {
    void (*change)(struct world *);
    const char *rule;
    enum lang lang;
    const char *sentence;
} SENTENCES[] = {
        {change_other_recipient, "recipient_named", LANG_EN, "No: the consent names centre, support, antenna; the letter is for stranger."},
        {change_other_recipient, "recipient_named", LANG_NL, "Nee: de toestemming noemt centre, support, antenna; de brief is voor stranger."},
        {change_other_recipient, "recipient_named", LANG_FR, "Non : le consentement nomme centre, support, antenna ; la lettre est pour stranger."},
        {change_nothing_changed, "recipient_named", LANG_EN, "Yes: the consent names centre, support, antenna; the letter is for centre."},
        {change_by_type, "recipient_named", LANG_EN, "Yes: the consent names local service centre; the letter is for centre, local service centre."},
        {change_by_type_other, "recipient_named", LANG_EN, "No: the consent names local service centre; the letter is for centre, centre for general welfare."},
        {change_antenna, "recipient_named", LANG_EN, "Yes: the consent names centre, support, antenna; the letter is for support, antenna."},
        {change_by_type_letter_elsewhere, "area_agreed", LANG_EN, "No: area agreed: 11002; area of the letter and the recipient: 44021, 11002."},
        {change_by_type_answer_elsewhere, "area_agreed", LANG_EN, "No: area agreed: 11002; area of the letter and the recipient: 44021."},
        {change_other_sender, "sender_named", LANG_EN, "No: the consent names homecare, homecare-two; the letter is from stranger."},
        {change_answer_to_other, "parties_of_offer", LANG_EN, "No: the referral is between homecare, centre; the letter goes between centre, homecare-two."},
        {change_day_after, "in_term", LANG_EN, "No: it is valid from 17/05/2026 up to and including 26/05/2026; it was 27/05/2026."},
        {change_other_purpose, "purpose_agreed", LANG_EN, "No: agreed is coordinating care, contact and home visit; the letter is for quality."},
        {change_other_data, "data_agreed", LANG_EN, "No: agreed is contact details, age band, needs, strengths and talents, health, national number; the letter also has income and debts."},
        {change_no_data_row, "data_agreed", LANG_EN, "No: agreed is contact details, age band, needs, strengths and talents, health, national number; the letter also has an unknown code."},
        {change_actual_undeclared, "data_declared", LANG_EN, "No: declared is contact details, needs; in it is also health."},
        {change_level_above, "level_agreed", LANG_EN, "No: it is personal (S1); ordinary (S0) at most is allowed."},
        {change_level_too_low, "level_honest", LANG_NL, "Nee: zijn gegevens vragen persoonlijk (S1); hij is maar gewoon (S0)."},
        {change_level_none, "level_agreed", LANG_FR, "Non : elle est de niveau inconnu ; au plus particulier (S2) est permis."},
        {change_forward_too_far, "onward_kept", LANG_EN, "No: handed on: 2; allowed: 1."},
        {change_basis_obligation, "legal_ground", LANG_EN, "No: the ground is legal obligation; the letter is for centre, local service centre."},
        {change_no_partnership, "partnership_active", LANG_EN, "No: between homecare, centre none is in force."},
        {change_partnership_other_data, "partnership_data", LANG_EN, "No: it holds for needs; the letter also has contact details."},
        {change_partnership_other_purpose, "partnership_purpose", LANG_EN, "No: it holds for quality; the letter is for coordinating care."},
        {change_capsule_preview_contact, "capsule_preview", LANG_EN, "No: this may not be shown beforehand: contact details."},
        {change_capsule_for_ever, "capsule_term", LANG_EN, "No: it says 17/05/2026 up to and including 4294967295."},
        {change_capsule_no_basis, "capsule_basis", LANG_EN, "No: it names no legal basis."},
        {change_no_purpose, "purpose_agreed", LANG_EN, "No: agreed is coordinating care, contact and home visit; the letter is for nothing."},
        {change_called_not_personal, "secrecy_ground", LANG_EN, "No: the letter is personal (S1), but the consent says: no data under professional secrecy."},
};
/* clang-format on */

static void people_read_what_was_compared(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(SENTENCES); i++) {
        struct consent_answer answers[CONSENT_ANSWERS];
        char words[CONSENT_SENTENCE_BYTES];
        enum code verdict;
        struct world w;
        world_make(&w);
        SENTENCES[i].change(&w);
        size_t n = consent_explain(&w.facts, w.now_ms, answers, &verdict);
        assert_string_equal(consent_sentence(answer_of(answers, n, SENTENCES[i].rule),
                                    SENTENCES[i].lang, words),
                SENTENCES[i].sentence);
    }
}

/* Each question and both its answers, in each language, whatever was compared. */
static void every_answer_is_a_whole_sentence(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        struct consent_answer answers[CONSENT_ANSWERS];
        enum code verdict;
        struct world w;
        world_make(&w);
        ROWS[i].change(&w);
        size_t n = consent_explain(&w.facts, w.now_ms, answers, &verdict);
        for (size_t k = 0; k < n * N_LANGS; k++) {
            char words[CONSENT_SENTENCE_BYTES];
            enum lang lang = (enum lang)(k % N_LANGS);
            const char *question = consent_question(&answers[k / N_LANGS], lang);
            consent_sentence(&answers[k / N_LANGS], lang, words);
            assert_int_equal(question[strlen(question) - 1], '?');
            assert_int_equal(words[strlen(words) - 1], '.');
            if (strpbrk(words, "{}") != NULL || strstr(words, "  ") != NULL)
                fail_msg("%s: %s", answers[k / N_LANGS].rule, words);
        }
    }
}

static void programs_read_codes(void **state)
{
    struct consent_answer answers[CONSENT_ANSWERS];
    char words[CONSENT_SENTENCE_BYTES];
    enum code verdict;
    struct world w;
    (void)state;
    world_make(&w);
    change_no_data_row(&w);
    size_t n = consent_explain(&w.facts, w.now_ms, answers, &verdict);
    const struct consent_answer *data = answer_of(answers, n, "data_agreed");
    const struct consent_answer *there = answer_of(answers, n, "capsule_there");
    assert_string_equal(consent_values_text(&data->allowed, NULL, words),
            "contact,age_band,needs,strengths,health,identifier");
    assert_string_equal(consent_values_text(&data->over, NULL, words), "?");
    assert_string_equal(consent_values_text(&there->allowed, NULL, words), "");
    assert_string_equal(consent_values_text(&answer_of(answers, n, "level_agreed")
                                                     ->allowed,
                                NULL, words),
            "S2");
}

/* Twenty recipients with long names and every kind of partner. */
static void a_long_list_is_cut(void **state)
{
    static const char NAME[] = "abcdefghijklmnopqrstuvwxyzabcdefghijklm";
    const char *names[64];
    char words[CONSENT_SENTENCE_BYTES];
    struct consent_values values = {.texts = names, .n_texts = COUNT_OF(names)};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(names); i++)
        names[i] = NAME;
    for (size_t n = 0; n <= COUNT_OF(names); n++) {
        values.n_texts = n;
        consent_values_text(&values, NULL, words);
        assert_true(strlen(words) < sizeof words);
        bool whole = strlen(words) == (n == 0 ? 0 : n * sizeof NAME - 1);
        assert_true(whole || strcmp(words + strlen(words) - 4, ",...") == 0);
        assert_true(whole == (n < 20));
    }
}

/* However much was compared, a sentence has its bound. */
static void a_long_sentence_is_cut(void **state)
{
    static const char NAME[] = "abcdefghijklmnopqrstuvwxyzabcdefghijklm";
    static const char AREAS[][6] = {"21004", "11002"};
    const char *names[64];
    struct consent_answer answers[CONSENT_ANSWERS];
    char words[CONSENT_SENTENCE_BYTES];
    enum code verdict;
    struct world w;
    (void)state;
    world_make(&w);
    change_other_recipient(&w);
    for (size_t i = 0; i < COUNT_OF(names); i++)
        names[i] = NAME;
    w.capsule.recipients = names;
    w.capsule.n_recipients = COUNT_OF(names);
    size_t n = consent_explain(&w.facts, w.now_ms, answers, &verdict);
    consent_sentence(answer_of(answers, n, "recipient_named"), LANG_EN, words);
    assert_int_equal(strlen(words), CONSENT_SENTENCE_BYTES - 1);
    const struct consent_values areas = {.areas = AREAS, .n_areas = COUNT_OF(AREAS)};
    assert_string_equal(consent_values_text(&areas, NULL, words), "21004,11002");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(the_first_no_is_the_verdict),
            cmocka_unit_test(behind_what_is_missing_nothing_is_asked),
            cmocka_unit_test(a_no_does_not_hide_the_next),
            cmocka_unit_test(nothing_known_is_explained_too),
            cmocka_unit_test(people_read_what_was_compared),
            cmocka_unit_test(every_answer_is_a_whole_sentence),
            cmocka_unit_test(programs_read_codes),
            cmocka_unit_test(a_long_list_is_cut),
            cmocka_unit_test(a_long_sentence_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
