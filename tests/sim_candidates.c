/* sim_candidates.c - a referral to several candidates, seen from the node that asks
 * them: what is refused before anything leaves, and what people see of the list. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "tests/world.h"

#define HOME "thuiszorg"

static uint64_t consent_for_all(enum level level)
{
    const struct world_consent wish = {
            .recipients = {"aksant", "chambry", "noord", "antenne"},
            .level_max = level,
    };
    return world_consent(HOME, &wish);
}

static bool says(const struct reply *reply, const char *field, const char *words)
{
    for (size_t i = 0; i < reply->n_issues; i++)
        if (strcmp(reply->issues[i].field, field) == 0 &&
                strstr(reply->issues[i].words, words) != NULL)
            return true;
    return false;
}

static void what_is_wrong_with_a_candidate_is_said_by_its_name(void **state)
{
    static const uint16_t violence[] = {NEED_CATEGORY_DOMESTIC_VIOLENCE};
    static const struct {
        const char *candidates[12];
        enum mode mode;
        const char *code, *field, *words;
        bool delicate; /* an S2 referral */
    } rows[] = {
            {{"aksant", "chambry", "aksant"}, MODE_NONE,        "E_FIELD",             "candidates",
             "aksant: This is there twice.",                                                                          false},
            {{"aksant", HOME},                MODE_NONE,        "E_FIELD",             "candidates",
             HOME ": This is yourself.",                                                                              false},
            {{"aksant", "nobody"},            MODE_NONE,        "E_NOT_FOUND",         "candidates",
             "nobody: There is no active partner",                                                                    false},
            {{"aksant", "meldpunt"},          MODE_NONE,        "E_CONSENT_RECIPIENT", "candidates",
             "meldpunt: The consent does not name",                                                                   false},
            {{"aksant", "chambry"},           MODE_DIRECT,      "E_FIELD",             "mode",       "one candidate",
             false                                                                                                         },
            {{"aksant", "chambry"},           MODE_FIRST_CLAIM, "E_SECRECY",           "mode",
             "never go to several partners at once",                                                                  true },
    };
    (void)state;
    world_fresh(8101);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct referral delicate = {
                .person = &(const struct person){.name = "Rosa Voorbeeld"},
                .needs = violence,
                .n_needs = 1,
        };
        struct world_referral wish = {
                .consent = consent_for_all(rows[i].delicate ? LEVEL_S2 : LEVEL_S1),
                .candidates = rows[i].candidates,
                .secret = "Rosa Voorbeeld",
                .mode = rows[i].mode,
                .content = rows[i].delicate ? &delicate : NULL,
        };
        while (wish.n_candidates < COUNT_OF(rows[i].candidates) &&
                rows[i].candidates[wish.n_candidates] != NULL)
            wish.n_candidates++;
        const struct reply *reply = world_refer_as(HOME, &wish);
        if (strcmp(reply->code, rows[i].code) != 0 ||
                !says(reply, rows[i].field, rows[i].words))
            print_error("row %zu: %s, %s: %s\n", i, reply->code,
                    reply->n_issues > 0 ? reply->issues[0].field : "",
                    reply->n_issues > 0 ? reply->issues[0].words : reply->sentence);
        assert_string_equal(reply->code, rows[i].code);
        assert_true(
                rows[i].field[0] == '\0' || says(reply, rows[i].field, rows[i].words));
    }
    /* An eleventh finds no place in a request. */
    const char *many[11];
    for (size_t i = 0; i < COUNT_OF(many); i++)
        many[i] = "aksant";
    const struct refer refer = {.candidates = many, .n_candidates = COUNT_OF(many)};
    struct request request = {.refer = &refer};
    assert_null(world_try(HOME, &request));
    assert_non_null(strstr(world_why(), "too many"));
    /* Nothing of all that was kept. */
    assert_int_equal(world_newest(HOME, CASE_BOX_SENT), 0);
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(what_is_wrong_with_a_candidate_is_said_by_its_name),
    };
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
