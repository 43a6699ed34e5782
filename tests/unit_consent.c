/* unit_consent.c - every rule of consent, allowing and denying, by changing one thing
 * of a letter that may pass. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/consent_cases.h"

/* Wrongs that nothing else can put right. */
static void (*const STANDING[])(struct world *) = {
        change_conflict,
        change_withdrawn,
        change_stale,
        change_other_id,
        change_class_control,
        change_no_partnership,
        change_day_after,
        change_other_purpose,
        change_capsule_no_basis,
        change_capsule_too_deep,
};

static void each_case_has_its_verdict(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        struct world w;
        world_make(&w);
        ROWS[i].change(&w);
        enum code verdict = consent_decide(&w.facts, w.now_ms);
        if (verdict != ROWS[i].verdict || strcmp(first_no(&w), ROWS[i].rule) != 0)
            fail_msg("%s: %s by rule \"%s\"", ROWS[i].name, code_name(verdict),
                    first_no(&w));
    }
}

/* A rule that no case is decided by could be left out without anybody noticing. */
static void each_rule_decides_a_case(void **state)
{
    (void)state;
    size_t n_rules;
    const struct consent_rule *rules = consent_rules(&n_rules);
    for (size_t i = 0; i < n_rules; i++) {
        size_t n_cases = 0;
        for (size_t k = 0; k < COUNT_OF(ROWS); k++)
            n_cases += strcmp(ROWS[k].rule, rules[i].id) == 0;
        if (n_cases == 0)
            fail_msg("no case for the rule %s", rules[i].id);
        assert_int_not_equal(rules[i].code, CODE_OK);
    }
}

/* Whatever is missing: nothing known means no. */
static void nothing_known_is_denied(void **state)
{
    (void)state;
    static const struct consent_case nothing;
    struct world w;
    world_make(&w);

    assert_int_not_equal(consent_decide(NULL, w.now_ms), CODE_OK);
    assert_int_not_equal(consent_decide(&nothing, w.now_ms), CODE_OK);
    memset(&w.capsule, 0, sizeof w.capsule);
    assert_int_not_equal(consent_decide(&w.facts, w.now_ms), CODE_OK);
    world_make(&w);
    memset(&w.core, 0, sizeof w.core);
    assert_int_not_equal(consent_decide(&w.facts, w.now_ms), CODE_OK);
    world_make(&w);
    memset(&w.facts.partnership, 0, sizeof w.facts.partnership);
    assert_int_equal(consent_decide(&w.facts, w.now_ms), E_SECRECY);
}

/* Two wrongs do not make a right. */
static void a_second_wrong_never_opens_a_way(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ROWS); i++)
        for (size_t k = 0; k < COUNT_OF(STANDING); k++) {
            struct world w;
            world_make(&w);
            ROWS[i].change(&w);
            STANDING[k](&w);
            if (consent_decide(&w.facts, w.now_ms) == CODE_OK)
                fail_msg("%s opens a way past wrong %zu", ROWS[i].name, k);
        }
}

static void a_capsule_is_judged_like_in_a_letter(void **state)
{
    (void)state;
    size_t n_rules;
    const struct consent_rule *rules = consent_rules(&n_rules);

    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        struct world w;
        world_make(&w);
        ROWS[i].change(&w);
        enum code wanted = CODE_OK;
        for (size_t k = 0; k < n_rules; k++)
            if (strcmp(rules[k].id, ROWS[i].rule) == 0 &&
                    (rules[k].kind & CONSENT_CAPSULE) != 0)
                wanted = ROWS[i].verdict;
        assert_string_equal(code_name(consent_check_capsule(&w.capsule, "homecare")),
                code_name(wanted));
    }
}

static void only_the_collector_signs_a_capsule(void **state)
{
    (void)state;
    struct world w;
    world_make(&w);
    assert_int_equal(consent_check_capsule(&w.capsule, "homecare"), CODE_OK);
    assert_int_equal(consent_check_capsule(&w.capsule, "homecare-two"), E_AUTH);
    assert_int_equal(consent_check_capsule(&w.capsule, ""), E_AUTH);
    assert_int_equal(consent_check_capsule(&w.capsule, NULL), E_AUTH);
    assert_int_equal(consent_check_capsule(NULL, "homecare"), E_CONSENT_NONE);
}

static void rows_become_bits(void **state)
{
    (void)state;
    const uint16_t rows[] = {1, 3, 63, 3};
    const uint16_t wrong[] = {64, 2};
    assert_true(consent_bits(rows, 4) == (BIT(1) | BIT(3) | BIT(63)));
    assert_true(consent_bits(rows, 0) == 0);
    assert_true(consent_bits(NULL, 0) == 0);
    assert_true(consent_bits(NULL, 1) == 1);
    assert_true(consent_bits(wrong, 2) == (BIT(0) | BIT(2)));
}

static void the_level_is_that_of_the_most_delicate_data(void **state)
{
    (void)state;
    static const struct {
        uint64_t categories;
        enum level level;
    } LEVELS[] = {
            {0,                                                              LEVEL_S0},
            {BIT(DATA_CATEGORY_AREA) | BIT(DATA_CATEGORY_NEEDS),             LEVEL_S0},
            {BIT(DATA_CATEGORY_CONTACT),                                     LEVEL_S1},
            {BIT(DATA_CATEGORY_BIRTH_DATE) | BIT(DATA_CATEGORY_LANGUAGE),    LEVEL_S1},
            {BIT(DATA_CATEGORY_CONTACT) | BIT(DATA_CATEGORY_HEALTH),         LEVEL_S2},
            {BIT(DATA_CATEGORY_HEALTH) | BIT(DATA_CATEGORY_SERVICE_HISTORY), LEVEL_S2},
            {BIT(DATA_CATEGORY_IDENTIFIER),                                  LEVEL_S2},
            {BIT(0),                                                         LEVEL_S2},
            {BIT(N_DATA_CATEGORY),                                           LEVEL_S2},
            {BIT(63),                                                        LEVEL_S2},
    };
    for (size_t i = 0; i < COUNT_OF(LEVELS); i++)
        assert_int_equal(consent_level_of(LEVELS[i].categories), LEVELS[i].level);
}

static void who_may_be_concerned(void **state)
{
    static const char *const senders[] = {"sender"};
    static const char *const recipients[] = {"reader", "other"};
    static const uint16_t types[] = {PARTNER_TYPE_LDC};
    const struct consent capsule = {.collector = "house",
            .senders = senders,
            .n_senders = COUNT_OF(senders),
            .recipients = recipients,
            .n_recipients = COUNT_OF(recipients),
            .recipient_types = types,
            .n_recipient_types = COUNT_OF(types)};
    static const struct {
        const char *partner;
        uint16_t type;
        bool may;
    } rows[] = {
            {"house",    0,                     true },
            {"sender",   PARTNER_TYPE_HOMECARE, true },
            {"other",    0,                     true },
            {"stranger", PARTNER_TYPE_LDC,      true },
            {"stranger", PARTNER_TYPE_HOMECARE, false},
            {"stranger", 0,                     false},
            {"",         0,                     false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_int_equal(consent_may_concern(&capsule, rows[i].partner, rows[i].type),
                rows[i].may);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(each_case_has_its_verdict),
            cmocka_unit_test(each_rule_decides_a_case),
            cmocka_unit_test(nothing_known_is_denied),
            cmocka_unit_test(a_second_wrong_never_opens_a_way),
            cmocka_unit_test(a_capsule_is_judged_like_in_a_letter),
            cmocka_unit_test(only_the_collector_signs_a_capsule),
            cmocka_unit_test(rows_become_bits),
            cmocka_unit_test(who_may_be_concerned),
            cmocka_unit_test(the_level_is_that_of_the_most_delicate_data),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
