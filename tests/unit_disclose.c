/* unit_disclose.c - what contents disclose, what a preview shows, and finding national
 * numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/consent.h"
#include "core/time.h"
#include "core/vocab.h"
#include "nodes/disclose.h"

#define BIT(name) (UINT64_C(1) << DATA_CATEGORY_##name)

static struct person nobody(void)
{
    return (struct person){.name = "",
            .birth_date = "",
            .address = "",
            .phone = "",
            .language = "",
            .niss = ""};
}

static struct referral nothing(void)
{
    return (struct referral){.person_does_self = "",
            .strengths = "",
            .own_goal = "",
            .help_wanted = "",
            .reason = "",
            .reason_language = "",
            .network = "",
            .services_present = "",
            .referrer_name = "",
            .referrer_phone = ""};
}

static void check(const char *what, const struct content *content, uint64_t categories,
        enum level level)
{
    struct disclosure got = disclose_content(content);
    if (got.categories != categories || got.level != level)
        print_error("%s\n", what);
    assert_int_equal(got.categories, categories);
    assert_int_equal(got.level, level);
}

static void check_person(const char *what, const struct person *person,
        uint64_t categories, enum level level)
{
    struct referral referral = nothing();
    referral.person = person;
    check(what, &(struct content){.referral = &referral}, categories, level);
}

static void each_field_of_a_person_counts(void **state)
{
    (void)state;
    struct person person = nobody();
    check_person("nobody", &person, 0, LEVEL_S0);
    person.name = "Jan";
    check_person("name", &person, BIT(CONTACT), LEVEL_S1);
    person = nobody();
    person.address = "Kerkstraat 1";
    check_person("address", &person, BIT(CONTACT), LEVEL_S1);
    person = nobody();
    person.phone = "02 555 12 34";
    check_person("phone", &person, BIT(CONTACT), LEVEL_S1);
    person = nobody();
    person.contact_rule = CONTACT_RULE_ANY;
    check_person("contact rule", &person, BIT(CONTACT), LEVEL_S1);
    person = nobody();
    person.birth_date = "1942-03-01";
    check_person("birth date", &person, BIT(BIRTH_DATE), LEVEL_S1);
    person = nobody();
    person.age_band = AGE_BAND_0_9;
    check_person("age band", &person, BIT(AGE_BAND), LEVEL_S0);
    person = nobody();
    person.language = "nl";
    check_person("language", &person, BIT(LANGUAGE), LEVEL_S0);
    person = nobody();
    person.interpreter_needed = true;
    check_person("interpreter", &person, BIT(LANGUAGE), LEVEL_S0);
    person = nobody();
    person.household = HOUSEHOLD_ALONE;
    check_person("household", &person, BIT(HOUSEHOLD), LEVEL_S1);
    person = nobody();
    person.niss = "85073003328";
    check_person("niss", &person, BIT(IDENTIFIER), LEVEL_S2);
}

static void each_field_of_a_referral_counts(void **state)
{
    (void)state;
    static const uint16_t lonely[] = {NEED_CATEGORY_LONELINESS_ISOLATION};
    static const uint16_t debt[] = {NEED_CATEGORY_DEBT};
    static const uint16_t violence[] = {NEED_CATEGORY_DOMESTIC_VIOLENCE};
    static const uint16_t bills[] = {OBSERVATION_UNPAID_BILLS_SEEN};
    static const uint16_t beaten[] = {OBSERVATION_SIGNS_OF_VIOLENCE};
    static const uint16_t flag[] = {ATTENTION_FLAG_SCENE_SAFETY};
    struct referral r = nothing();
    const struct content content = {.referral = &r};
    check("nothing", &content, 0, LEVEL_S0);
    r.needs = lonely;
    r.n_needs = 1;
    check("an ordinary need", &content, BIT(NEEDS), LEVEL_S0);
    r.needs = debt;
    check("a need of level S1", &content, BIT(NEEDS), LEVEL_S1);
    r.needs = violence;
    check("a need of level S2", &content, BIT(NEEDS), LEVEL_S2);
    r = nothing();
    r.reason = "why";
    check("reason", &content, BIT(NEEDS), LEVEL_S0);
    r = nothing();
    r.help_wanted = "a walk";
    check("help wanted", &content, BIT(NEEDS), LEVEL_S0);
    r = nothing();
    r.strengths = "sings";
    check("strengths", &content, BIT(STRENGTHS), LEVEL_S0);
    r = nothing();
    r.person_does_self = "cooks";
    check("does alone", &content, BIT(STRENGTHS), LEVEL_S0);
    r = nothing();
    r.own_goal = "to the market";
    check("own goal", &content, BIT(STRENGTHS), LEVEL_S0);
    r = nothing();
    r.network = "a niece";
    check("network", &content, BIT(NETWORK), LEVEL_S1);
    r = nothing();
    r.services_present = "meals";
    check("services", &content, BIT(SERVICE_HISTORY), LEVEL_S1);
    r = nothing();
    r.observations = bills;
    r.n_observations = 1;
    check("bills", &content, BIT(FINANCE), LEVEL_S1);
    r.observations = beaten;
    check("violence", &content, BIT(SAFETY), LEVEL_S2);
    r = nothing();
    r.attention_flags = flag;
    r.n_attention_flags = 1;
    check("flag", &content, BIT(SAFETY), LEVEL_S2);
    r = nothing();
    r.referrer_name = "the referrer";
    r.referrer_phone = "02 555 00 00";
    r.handover_mode = HANDOVER_MODE_COLD;
    check("of the referrer", &content, 0, LEVEL_S0);
}

static void every_observation_is_some_kind_of_data(void **state)
{
    (void)state;
    for (uint16_t row = 1; row <= vocab_count(VOCAB_OBSERVATION); row++) {
        struct visit visit = {.observations = &row, .n_observations = 1, .text = ""};
        struct disclosure got = disclose_content(&(struct content){.visit = &visit});
        assert_int_not_equal(got.categories, 0);
        assert_int_equal(got.level, consent_level_of(got.categories));
    }
}

static void other_bodies_count_too(void **state)
{
    (void)state;
    static const uint16_t question[] = {INFO_QUESTION_BEST_TIME};
    struct info info = {.questions = question, .n_questions = 1, .text = ""};
    check("question", &(struct content){.info = &info}, BIT(NEEDS), LEVEL_S0);
    struct text text = {.text = "hello", .language = ""};
    check("text", &(struct content){.text = &text}, BIT(NEEDS), LEVEL_S0);
    struct event_content event = {.note = "a note"};
    check("event", &(struct content){.event = &event}, 0, LEVEL_S0);
    struct signal signal = {.person = "the lady at number 4",
            .phone = "",
            .language = "",
            .text = "",
            .reporter = ""};
    check("signal", &(struct content){.signal = &signal}, BIT(CONTACT), LEVEL_S1);
    struct referral held = nothing();
    held.network = "a niece";
    struct rights_request request = {.corrected = &held};
    check("corrected", &(struct content){.rights_request = &request}, BIT(NETWORK),
            LEVEL_S1);
    struct preview shown = {.strengths = "sings", .language = "", .own_goal = ""};
    struct rights_reply reply = {.held = &held, .words = ""};
    check("held", &(struct content){.rights_reply = &reply}, BIT(NETWORK), LEVEL_S1);
    reply.held_preview = &shown;
    check("both", &(struct content){.rights_reply = &reply},
            BIT(NETWORK) | BIT(STRENGTHS), LEVEL_S1);
    uint16_t rows[4];
    assert_int_equal(disclose_rows(BIT(CONTACT) | BIT(NEEDS), rows, 4), 2);
    assert_int_equal(rows[0], DATA_CATEGORY_CONTACT);
    assert_int_equal(rows[1], DATA_CATEGORY_NEEDS);
    assert_int_equal(disclose_rows(UINT64_MAX, rows, 4), 4);
}

static int32_t day(const char *text)
{
    int32_t value = 0;
    assert_true(time_day_parse(text, &value));
    return value;
}

static void a_preview_shows_what_is_agreed_and_names_nobody(void **state)
{
    (void)state;
    static const uint16_t needs[] = {NEED_CATEGORY_LONELINESS_ISOLATION};
    static char long_text[2001];
    struct arena arena = arena_new(1 << 16);
    struct person person = nobody();
    struct referral referral = nothing();
    struct preview preview;
    struct err err = {.code = CODE_OK};
    person.name = "Rosa Voorbeeld";
    person.address = "Kerkstraat 12, 1080 Brussel";
    person.phone = "+32 2 555 12 34";
    person.birth_date = "1942-11-22";
    person.language = "nl";
    referral.person = &person;
    referral.needs = needs;
    referral.n_needs = 1;
    referral.strengths = "sings";
    referral.own_goal = "to the market again";
    int32_t today = day("2026-11-21");

    assert_true(disclose_preview(&referral, BIT(NEEDS), today, &arena, &preview, &err));
    assert_int_equal(preview.n_needs, 1);
    assert_string_equal(preview.strengths, "");
    assert_string_equal(preview.language, "");
    assert_int_equal(preview.age_band, 0);
    check("smallest", &(struct content){.preview = &preview}, BIT(NEEDS), LEVEL_S0);

    uint64_t all = BIT(NEEDS) | BIT(AGE_BAND) | BIT(LANGUAGE) | BIT(STRENGTHS);
    assert_true(disclose_preview(&referral, all, today, &arena, &preview, &err));
    assert_string_equal(preview.strengths, "sings");
    assert_string_equal(preview.own_goal, "to the market again");
    assert_int_equal(preview.age_band, AGE_BAND_80_89);
    assert_null(disclose_names_person(&preview, &person));
    check("fullest", &(struct content){.preview = &preview}, all, LEVEL_S0);

    assert_false(
            disclose_preview(&referral, BIT(AGE_BAND), today, &arena, &preview, &err));
    assert_int_equal(err.code, E_CONSENT_DATA);

    /* 1001 bytes, the last two of them one character. */
    memset(long_text, 'a', 999);
    memcpy(long_text + 999, "\xC3\xA9", 3);
    referral.strengths = long_text;
    assert_true(disclose_preview(&referral, all, today, &arena, &preview, &err));
    assert_int_equal(strlen(preview.strengths), 999);
    arena_free(&arena);
}

/* What changes a preview is told, and no more than that. */
static void a_candidate_hears_what_changes_its_preview(void **state)
{
    (void)state;
    static const uint16_t needs[] = {NEED_CATEGORY_LONELINESS_ISOLATION};
    static const struct preview bare = {.language = "",
            .strengths = "",
            .own_goal = ""};
    static const struct preview full = {.needs = needs,
            .n_needs = 1,
            .age_band = AGE_BAND_80_89,
            .language = "nl",
            .strengths = "sings",
            .own_goal = ""};
    static const struct {
        const char *name, *birth_date, *language, *strengths, *reason;
        const struct preview *held;
        size_t n_needs;
        uint64_t told;
    } rows[] = {
            {"Rosa", "",           "",   "",       "",     &full, 0, 0             },
            {"",     "",           "",   "",       "lost", &full, 0, 0             },
            {"",     "1942-11-22", "",   "",       "",     &full, 0, 0             },
            {"",     "1932-11-22", "",   "",       "",     &full, 0, BIT(AGE_BAND) },
            {"Rosa", "1942-11-22", "fr", "",       "",     &full, 0, BIT(LANGUAGE) },
            {"Rosa", "",           "",   "dances", "lost", &full, 0, BIT(STRENGTHS)},
            {"",     "",           "",   "",       "",     &full, 1, BIT(NEEDS)    },
            {"Rosa", "1932-11-22", "fr", "dances", "lost", &bare, 1, 0             },
    };
    struct arena arena = arena_new(1 << 16);
    struct err err = {.code = CODE_OK};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct person person = nobody(), seen_person;
        struct referral corrected = nothing();
        struct preview changed;
        bool any;
        person.name = rows[i].name;
        person.birth_date = rows[i].birth_date;
        person.language = rows[i].language;
        corrected.person = &person;
        corrected.strengths = rows[i].strengths;
        corrected.reason = rows[i].reason;
        corrected.needs = needs;
        corrected.n_needs = rows[i].n_needs;
        assert_true(disclose_corrected(&corrected, rows[i].held, day("2026-11-21"),
                &arena, &changed, &any, &err));
        assert_int_equal(any, rows[i].told != 0);
        check("changed", &(struct content){.preview = &changed}, rows[i].told,
                LEVEL_S0);
        /* And as the fields of a referral it is the same. */
        const struct referral told = disclose_seen(&changed, &seen_person);
        check("told", &(struct content){.referral = &told}, rows[i].told, LEVEL_S0);
    }
    arena_free(&arena);
}

static void a_text_that_names_the_person_is_found(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool named;
    } rows[] = {
            {"sings in the choir",                false},
            {"Rosa sings",                        true },
            {"ROSA sings",                        true },
            {"the rosary is dear to her",         false},
            {"call mrs voorbeeld first",          true },
            {"lives at Kerkstraat 12, near shop", true },
            {"ring 02/555.12.34",                 true },
            {"was 12 in 34",                      false},
            {"born on 1942-11-05",                true },
            {"born 05/11/1942 in Ghent",          true },
            {"since 1942, room 5, bed 11",        false},
            {"de Al is short",                    false},
    };
    struct person person = nobody();
    person.name = "Rosa Al-Voorbeeld";
    person.address = "kerkstraat 12";
    person.phone = "02 555 12 34";
    person.birth_date = "1942-11-05";
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct preview preview = {.language = "",
                .strengths = "",
                .own_goal = rows[i].text};
        const char *field = disclose_names_person(&preview, &person);
        if ((field != NULL) != rows[i].named)
            print_error("%s\n", rows[i].text);
        assert_int_equal(field != NULL, rows[i].named);
    }
}

static void age_bands(void **state)
{
    (void)state;
    int32_t today = day("2026-11-21");
    assert_int_equal(disclose_age_band("2026-11-21", today), AGE_BAND_0_9);
    assert_int_equal(disclose_age_band("2016-11-22", today), AGE_BAND_0_9);
    assert_int_equal(disclose_age_band("2016-11-21", today), AGE_BAND_10_19);
    assert_int_equal(disclose_age_band("1926-11-21", today), AGE_BAND_100_UP);
    assert_int_equal(disclose_age_band("1900-01-01", today), AGE_BAND_100_UP);
    assert_int_equal(disclose_age_band("2026-11-22", today), 0);
    assert_int_equal(disclose_age_band("yesterday", today), 0);
    assert_int_equal(disclose_age_band("", today), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(each_field_of_a_person_counts),
            cmocka_unit_test(each_field_of_a_referral_counts),
            cmocka_unit_test(every_observation_is_some_kind_of_data),
            cmocka_unit_test(other_bodies_count_too),
            cmocka_unit_test(a_candidate_hears_what_changes_its_preview),
            cmocka_unit_test(a_preview_shows_what_is_agreed_and_names_nobody),
            cmocka_unit_test(a_text_that_names_the_person_is_found),
            cmocka_unit_test(age_bands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
