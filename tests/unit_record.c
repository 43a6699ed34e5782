/* unit_record.c - what a consent record must say: a whole one passes, and each thing
 * that is missing or contradicts another is named by its field, in three languages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/consent.h"
#include "core/hash.h"
#include "core/time.h"
#include "core/vocab.h"
#include "core/wire.h"
#include "nodes/notice.h"
#include "nodes/record.h"

enum { TODAY = 20779 };

static const char *const CENTRE[] = {"ldc-aksant"};
static const char *const TWICE[] = {"ldc-aksant", "ldc-aksant"};
static const char *const BAD_NAME[] = {"LDC Aksant"};
static const uint16_t PURPOSES[] = {PURPOSE_CARE_COORDINATION};
static const uint16_t DATA[] = {DATA_CATEGORY_CONTACT, DATA_CATEGORY_NEEDS};
static const uint16_t HEALTH[] = {DATA_CATEGORY_HEALTH};
static const uint16_t CONTACT[] = {DATA_CATEGORY_CONTACT};
static const uint16_t STRENGTHS[] = {DATA_CATEGORY_STRENGTHS};
static const uint16_t SAME[] = {1, 1};
static const uint16_t NEEDS_TWICE[] = {DATA_CATEGORY_NEEDS, DATA_CATEGORY_NEEDS};
static const uint16_t TYPES[] = {PARTNER_TYPE_LDC};
static const uint16_t FIVE[] = {SECRECY_CONDITION_BOUND, SECRECY_CONDITION_SAME_TASK,
        SECRECY_CONDITION_INTEREST, SECRECY_CONDITION_NECESSARY,
        SECRECY_CONDITION_INFORMED};

/* A record as a person at a terminal leaves it: everything else is filled in. */
static struct consent_give plain(void)
{
    return (struct consent_give){.person = "Rosa Voorbeeld",
            .how = CONSENT_HOW_IN_PERSON,
            .given_by = "",
            .witness = "",
            .area = "",
            .language = "nl",
            .place = "",
            .interpreter = "",
            .notice_title = "",
            .notice_version = "",
            .notice_language = "",
            .recipients = CENTRE,
            .n_recipients = COUNT_OF(CENTRE),
            .purposes = PURPOSES,
            .n_purposes = COUNT_OF(PURPOSES),
            .data_categories = DATA,
            .n_data_categories = COUNT_OF(DATA),
            .level_max = LEVEL_S1,
            .legal_basis = LEGAL_BASIS_CONSENT_EXPLICIT,
            .collected_by = ""};
}

static struct consent_give whole(void)
{
    struct consent_give given = plain();
    record_complete(&given, TODAY, LANG_FR);
    return given;
}

/* ---- what is filled in ---- */

static void what_nobody_said_is_filled_in(void **state)
{
    (void)state;
    struct record_fault faults[RECORD_FAULTS_MAX];
    struct consent_give given = whole();
    struct key32 hash = notice_hash(LANG_NL);
    assert_string_equal(given.given_by, "Rosa Voorbeeld");
    assert_int_equal(given.authority, CONSENT_AUTHORITY_PERSON);
    assert_int_equal(given.secrecy_basis, SECRECY_BASIS_PERSON_CONSENT);
    assert_int_equal(given.from_day, TODAY);
    assert_int_equal(given.until_day, TODAY + RECORD_TERM_DAYS);
    assert_int_equal(given.keep_days, RECORD_KEEP_DAYS);
    assert_string_equal(given.notice_title, notice_title(LANG_NL));
    assert_string_equal(given.notice_version, NOTICE_VERSION);
    assert_string_equal(given.notice_language, "nl");
    assert_true(key32_equal(&given.notice_sha256, &hash));
    assert_int_equal(record_check(&given, TODAY, faults), 0);
}

static void the_notice_is_in_a_language_that_there_is(void **state)
{
    (void)state;
    static const struct {
        const char *language, *notice;
        const char *is;
    } ROWS[] = {
            {"nl",    "",   "nl"},
            {"fr-BE", "",   "fr"},
            {"ar",    "",   "fr"},
            {"",      "",   "fr"},
            {"ar",    "en", "en"},
    };
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        struct consent_give given = plain();
        given.language = ROWS[i].language;
        given.notice_language = ROWS[i].notice;
        record_complete(&given, TODAY, LANG_FR);
        assert_string_equal(given.notice_language, ROWS[i].is);
        if (ROWS[i].language[0] != '\0')
            assert_string_equal(given.language, ROWS[i].language);
    }
}

static void nobody_is_made_the_speaker_of_a_consent_that_was_not_given(void **state)
{
    (void)state;
    struct record_fault faults[RECORD_FAULTS_MAX];
    struct consent_give given = plain();
    given.how = CONSENT_HOW_NO_CONSENT;
    given.legal_basis = LEGAL_BASIS_VITAL_INTEREST;
    record_complete(&given, TODAY, LANG_NL);
    assert_string_equal(given.given_by, "");
    assert_int_equal(given.authority, 0);
    assert_int_equal(given.secrecy_basis, SECRECY_BASIS_EMERGENCY);
    /* Nothing was explained either: no notice that nobody was read. */
    assert_string_equal(given.notice_title, "");
    assert_string_equal(given.notice_language, "");
    assert_int_equal(record_check(&given, TODAY, faults), 0);
    /* Unless somebody says that there was one; then it is said whole. */
    given.notice_title = "Brief aan de familie";
    record_complete(&given, TODAY, LANG_NL);
    assert_string_equal(given.notice_language, "nl");
    assert_int_equal(record_check(&given, TODAY, faults), 2);
    assert_string_equal(faults[0].field, "notice_version");
    assert_string_equal(faults[1].field, "notice_sha256");
}

/* ---- faults, one at a time ---- */

#define SET(name, body)                                                                \
    static void name(struct consent_give *given)                                       \
    {                                                                                  \
        body                                                                           \
    }

SET(no_person, given->person = ""; given->given_by = "";)
SET(blank_person, given->person = "  \t "; given->given_by = "";)
SET(no_how, given->how = 0;)
SET(no_purposes, given->n_purposes = 0;)
SET(no_data, given->n_data_categories = 0;)
SET(no_level, given->level_max = LEVEL_NONE;)
SET(no_basis, given->legal_basis = 0;)
SET(no_recipients, given->n_recipients = 0;)
SET(kind_no_area, given->recipient_types = TYPES; given->n_recipient_types = 1;)
SET(bad_area, given->area = "2100";)
SET(far_onward, given->onward_depth = CONSENT_ONWARD_MAX + 1;)
SET(bad_recipient, given->recipients = BAD_NAME;)
SET(recipient_twice, given->recipients = TWICE; given->n_recipients = 2;)
SET(type_twice, given->recipient_types = SAME; given->n_recipient_types = 2;
        given->area = "21004";)
SET(purpose_twice, given->purposes = SAME; given->n_purposes = 2;)
SET(data_twice, given->data_categories = NEEDS_TWICE; given->n_data_categories = 2;)
SET(preview_twice, given->preview_categories = NEEDS_TWICE;
        given->n_preview_categories = 2;)
SET(blank_speaker, given->authority = CONSENT_AUTHORITY_GUARDIAN;
        given->given_by = " ";)
SET(spelt_as_self, given->authority = CONSENT_AUTHORITY_GUARDIAN;
        given->given_by = "rosa  VOORBEELD ";)
SET(witness_spelt_as_self, given->witness = "Rosa voorbeeld";
        given->witness_role = WITNESS_ROLE_OTHER;)
SET(asked_as_witness, given->collected_by = "An Voorbeeld";
        given->witness = "an voorbeeld"; given->witness_role = WITNESS_ROLE_COLLEAGUE;)
SET(interpreter_spelt_as_self, given->interpreter = " rosa voorbeeld";)
SET(consent_without_yes, given->how = CONSENT_HOW_NO_CONSENT; given->given_by = "";
        given->authority = 0;)
SET(yes_without_consent, given->legal_basis = LEGAL_BASIS_VITAL_INTEREST;
        given->secrecy_basis = SECRECY_BASIS_EMERGENCY;)
SET(not_explicit, given->legal_basis = LEGAL_BASIS_CONSENT;
        given->level_max = LEVEL_S2;)
SET(health_not_explicit, given->legal_basis = LEGAL_BASIS_CONSENT;
        given->data_categories = HEALTH; given->n_data_categories = 1;
        given->level_max = LEVEL_S2;)
SET(level_under_data, given->level_max = LEVEL_S0;)
SET(preview_beyond, given->preview_categories = STRENGTHS;
        given->n_preview_categories = 1;)
SET(preview_names, given->preview_categories = CONTACT;
        given->n_preview_categories = 1;)
SET(no_authority, given->how = CONSENT_HOW_VIA_REPRESENTATIVE; given->authority = 0;
        given->given_by = "Jo Voorbeeld";)
SET(no_representative, given->how = CONSENT_HOW_VIA_REPRESENTATIVE;)
SET(no_trusted_person, given->how = CONSENT_HOW_VIA_TRUSTED_PERSON;)
SET(no_speaker, given->authority = CONSENT_AUTHORITY_GUARDIAN; given->given_by = "";)
SET(speaks_for_self, given->authority = CONSENT_AUTHORITY_GUARDIAN;)
SET(no_ground, given->given_by = "Jo Voorbeeld";)
SET(speaker_without_yes, given->how = CONSENT_HOW_NO_CONSENT;
        given->legal_basis = LEGAL_BASIS_VITAL_INTEREST;
        given->secrecy_basis = SECRECY_BASIS_EMERGENCY;)
SET(no_witness_role, given->witness = "An Voorbeeld";)
SET(no_witness, given->witness_role = WITNESS_ROLE_FAMILY;)
SET(own_witness, given->witness = "Rosa Voorbeeld";
        given->witness_role = WITNESS_ROLE_OTHER;)
SET(no_interpreter, given->how = CONSENT_HOW_VIA_INTERPRETER;)
SET(own_interpreter, given->interpreter = "Rosa Voorbeeld";)
SET(no_language, given->language = "";)
SET(bad_language, given->language = "Arabic";)
SET(no_notice_title, given->notice_title = "";)
SET(no_notice_version, given->notice_version = "";)
SET(bad_notice_language, given->notice_language = "NL";)
SET(no_notice_hash, memset(&given->notice_sha256, 0, sizeof given->notice_sha256);)
SET(no_secrecy, given->secrecy_basis = 0;)
SET(secrecy_by_no_consent, given->legal_basis = LEGAL_BASIS_LEGAL_OBLIGATION;
        given->how = CONSENT_HOW_NO_CONSENT; given->given_by = "";
        given->authority = 0;)
SET(secrecy_not_personal, given->secrecy_basis = SECRECY_BASIS_NOT_PERSONAL;)
SET(conditions_not_here, given->secrecy_conditions = FIVE;
        given->n_secrecy_conditions = 1;)
SET(long_keep, given->keep_days = RECORD_KEEP_DAYS_MAX + 1;)
SET(four_conditions, given->secrecy_basis = SECRECY_BASIS_SHARED_SECRECY;
        given->secrecy_conditions = FIVE; given->n_secrecy_conditions = 4;)
SET(backwards, given->until_day = given->from_day - 1;)
SET(too_long, given->until_day = given->from_day + CONSENT_DAYS_MAX + 1;)
SET(over, given->from_day = TODAY - 9; given->until_day = TODAY - 1;)

static const struct {
    const char *name;
    void (*set)(struct consent_give *given);
    enum code code;
    const char *field;
    enum words words;
} FAULTS[] = {
        {"no person",                      no_person,                 E_FIELD, "person",             WORDS_MISSING            },
        {"a person of blanks",             blank_person,              E_FIELD, "person",             WORDS_MISSING            },
        {"no way",                         no_how,                    E_FIELD, "how",                WORDS_MISSING            },
        {"no purpose",                     no_purposes,               E_FIELD, "purposes",           WORDS_MISSING            },
        {"no data",                        no_data,                   E_FIELD, "data_categories",    WORDS_MISSING            },
        {"no level",                       no_level,                  E_FIELD, "level_max",          WORDS_MISSING            },
        {"no basis",                       no_basis,                  E_FIELD, "legal_basis",        WORDS_MISSING            },
        {"nobody to receive",              no_recipients,             E_FIELD, "recipients",         WORDS_MISSING            },
        {"a kind without area",            kind_no_area,              E_FIELD, "area",               WORDS_AREA               },
        {"no area code",                   bad_area,                  E_FIELD, "area",               WORDS_AREA               },
        {"too far onward",                 far_onward,                E_FIELD, "onward_depth",       WORDS_ONWARD             },
        {"no name of a partner",           bad_recipient,             E_FIELD, "recipients",         WORDS_PARTNER            },
        {"a partner twice",                recipient_twice,           E_FIELD, "recipients",         WORDS_TWICE              },
        {"a kind twice",                   type_twice,                E_FIELD, "recipient_types",    WORDS_TWICE              },
        {"a purpose twice",                purpose_twice,             E_FIELD, "purposes",           WORDS_TWICE              },
        {"data twice",                     data_twice,                E_FIELD, "data_categories",    WORDS_TWICE              },
        {"a preview twice",                preview_twice,             E_FIELD, "preview_categories", WORDS_TWICE              },
        {"a guardian of blanks",           blank_speaker,             E_FIELD, "given_by",           WORDS_NO_SPEAKER         },
        {"oneself in other letters",       spelt_as_self,             E_FIELD, "given_by",
         WORDS_SPEAKS_FOR_SELF                                                                                                },
        {"who asked as witness",           asked_as_witness,          E_FIELD, "witness",
         WORDS_WITNESS_ASKED                                                                                                  },
        {"oneself as witness",             witness_spelt_as_self,     E_FIELD, "witness",
         WORDS_WITNESS_IS_SPEAKER                                                                                             },
        {"oneself as interpreter",         interpreter_spelt_as_self, E_FIELD, "interpreter",
         WORDS_INTERPRETER_SPEAKS                                                                                             },
        {"consent, and no yes",            consent_without_yes,       E_FIELD, "how",
         WORDS_CONSENT_WITHOUT_YES                                                                                            },
        {"a yes, and another basis",       yes_without_consent,       E_FIELD, "legal_basis",
         WORDS_YES_WITHOUT_CONSENT                                                                                            },
        {"special, not explicit",          not_explicit,              E_FIELD, "legal_basis",
         WORDS_NOT_EXPLICIT                                                                                                   },
        {"health, not explicit",           health_not_explicit,       E_FIELD, "legal_basis",
         WORDS_NOT_EXPLICIT                                                                                                   },
        {"data above the level",           level_under_data,          E_FIELD, "level_max",
         WORDS_LEVEL_UNDER_DATA                                                                                               },
        {"preview beyond the data",        preview_beyond,            E_FIELD, "preview_categories",
         WORDS_PREVIEW_BEYOND                                                                                                 },
        {"preview with the name",          preview_names,             E_FIELD, "preview_categories",
         WORDS_PREVIEW_BEYOND                                                                                                 },
        {"representative without ground",  no_authority,              E_FIELD, "authority",
         WORDS_NO_AUTHORITY                                                                                                   },
        {"representative of oneself",      no_representative,         E_FIELD, "authority",
         WORDS_NO_REPRESENTATIVE                                                                                              },
        {"trusted person of oneself",      no_trusted_person,         E_FIELD, "authority",
         WORDS_NO_TRUSTED_PERSON                                                                                              },
        {"a guardian without name",        no_speaker,                E_FIELD, "given_by",           WORDS_NO_SPEAKER         },
        {"a guardian of oneself",          speaks_for_self,           E_FIELD, "given_by",
         WORDS_SPEAKS_FOR_SELF                                                                                                },
        {"another without ground",         no_ground,                 E_FIELD, "authority",
         WORDS_OTHER_WITHOUT_GROUND                                                                                           },
        {"no yes, and who said it",        speaker_without_yes,       E_FIELD, "given_by",
         WORDS_SPEAKER_WITHOUT_YES                                                                                            },
        {"a witness without role",         no_witness_role,           E_FIELD, "witness_role",
         WORDS_NO_WITNESS_ROLE                                                                                                },
        {"a role without witness",         no_witness,                E_FIELD, "witness",            WORDS_NO_WITNESS         },
        {"witness of oneself",             own_witness,               E_FIELD, "witness",
         WORDS_WITNESS_IS_SPEAKER                                                                                             },
        {"no interpreter",                 no_interpreter,            E_FIELD, "interpreter",
         WORDS_NO_INTERPRETER                                                                                                 },
        {"interpreter of oneself",         own_interpreter,           E_FIELD, "interpreter",
         WORDS_INTERPRETER_SPEAKS                                                                                             },
        {"no language",                    no_language,               E_FIELD, "language",           WORDS_LANGUAGE           },
        {"no code of a language",          bad_language,              E_FIELD, "language",           WORDS_LANGUAGE           },
        {"notice without title",           no_notice_title,           E_FIELD, "notice_title",
         WORDS_NOTICE                                                                                                         },
        {"notice without version",         no_notice_version,         E_FIELD, "notice_version",
         WORDS_NOTICE                                                                                                         },
        {"notice in no language",          bad_notice_language,       E_FIELD, "notice_language",
         WORDS_LANGUAGE                                                                                                       },
        {"notice without its text",        no_notice_hash,            E_FIELD, "notice_sha256",
         WORDS_NOTICE_HASH                                                                                                    },
        {"no ground for secrecy",          no_secrecy,                E_FIELD, "secrecy_basis",      WORDS_MISSING            },
        {"secrecy on a consent not given", secrecy_by_no_consent,     E_FIELD,
         "secrecy_basis",                                                                            WORDS_SECRECY_NO_CONSENT },
        {"secret, and said not to be",     secrecy_not_personal,      E_FIELD, "secrecy_basis",
         WORDS_SECRECY_PERSONAL                                                                                               },
        {"conditions without shared",      conditions_not_here,       E_FIELD,
         "secrecy_conditions",                                                                       WORDS_CONDITIONS_NOT_HERE},
        {"kept too long",                  long_keep,                 E_FIELD, "keep_days",          WORDS_KEEP               },
        {"four of five conditions",        four_conditions,           E_FIELD, "secrecy_conditions",
         WORDS_CONDITION                                                                                                      },
        {"backwards",                      backwards,                 E_FIELD, "until_day",          WORDS_DAYS               },
        {"over twelve months",             too_long,                  E_FIELD, "until_day",          WORDS_DAYS               },
        {"over",                           over,                      E_TTL,   "until_day",          WORDS_DAY_PAST           },
};

static void each_fault_is_named_by_its_field(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(FAULTS); i++) {
        struct record_fault faults[RECORD_FAULTS_MAX];
        struct consent_give given = whole();
        FAULTS[i].set(&given);
        size_t n = record_check(&given, TODAY, faults);
        if (n != 1 || strcmp(faults[0].field, FAULTS[i].field) != 0 ||
                faults[0].words != FAULTS[i].words || faults[0].code != FAULTS[i].code)
            fail_msg("%s: %zu faults, first %s \"%s\"", FAULTS[i].name, n,
                    n > 0 ? faults[0].field : "",
                    n > 0 ? words_text(faults[0].words, LANG_EN) : "");
        for (int lang = 0; lang < N_LANGS; lang++)
            assert_true(strlen(words_text(faults[0].words, (enum lang)lang)) > 8);
    }
}

static void each_condition_of_shared_secrecy_is_asked(void **state)
{
    (void)state;
    struct record_fault faults[RECORD_FAULTS_MAX];
    struct consent_give given = whole();
    given.secrecy_basis = SECRECY_BASIS_SHARED_SECRECY;
    assert_int_equal(record_check(&given, TODAY, faults), COUNT_OF(FIVE));
    for (size_t i = 0; i < COUNT_OF(FIVE); i++)
        assert_int_equal(faults[i].condition, FIVE[i]);
    given.secrecy_conditions = FIVE;
    given.n_secrecy_conditions = COUNT_OF(FIVE);
    assert_int_equal(record_check(&given, TODAY, faults), 0);
    /* The same one five times is one. */
    const uint16_t same[] = {FIVE[0], FIVE[0], FIVE[0], FIVE[0], FIVE[0]};
    given.secrecy_conditions = same;
    assert_int_equal(record_check(&given, TODAY, faults), COUNT_OF(FIVE) - 1);
}

static void a_record_that_says_nothing_has_all_its_faults(void **state)
{
    (void)state;
    struct record_fault faults[RECORD_FAULTS_MAX];
    const struct consent_give nothing = {.person = NULL};
    size_t n = record_check(&nothing, TODAY, faults);
    assert_in_range(n, 12, RECORD_FAULTS_MAX);
    assert_string_equal(faults[0].field, "person");
}

/* ---- good ones ---- */

SET(by_guardian, given->how = CONSENT_HOW_VIA_REPRESENTATIVE;
        given->authority = CONSENT_AUTHORITY_COURT_ADMINISTRATOR;
        given->given_by = "Jo Voorbeeld";)
SET(by_trusted, given->how = CONSENT_HOW_VIA_TRUSTED_PERSON;
        given->authority = CONSENT_AUTHORITY_TRUSTED_PERSON;
        given->given_by = "Jo Voorbeeld";)
SET(by_interpreter, given->how = CONSENT_HOW_VIA_INTERPRETER;
        given->interpreter = "Tolkdienst Voorbeeld"; given->language = "ar";)
SET(witnessed, given->witness = "An Voorbeeld";
        given->witness_role = WITNESS_ROLE_NEIGHBOUR;)
SET(special, given->data_categories = HEALTH; given->n_data_categories = 1;
        given->level_max = LEVEL_S2;)
SET(kind_in_area, given->recipient_types = TYPES; given->n_recipient_types = 1;
        given->n_recipients = 0; given->area = "21004";)
SET(twelve_months, given->until_day = given->from_day + CONSENT_DAYS_MAX;)
SET(kept_longest, given->keep_days = RECORD_KEEP_DAYS_MAX;)
SET(last_day, given->from_day = TODAY - 9; given->until_day = TODAY;)

static void what_fits_together_passes(void **state)
{
    (void)state;
    static void (*const GOOD[])(struct consent_give *) = {by_guardian, by_trusted,
            by_interpreter, witnessed, special, kind_in_area, twelve_months,
            kept_longest, last_day};
    for (size_t i = 0; i < COUNT_OF(GOOD); i++) {
        struct record_fault faults[RECORD_FAULTS_MAX];
        struct consent_give given = whole();
        GOOD[i](&given);
        size_t n = record_check(&given, TODAY, faults);
        if (n != 0)
            fail_msg("row %zu: %s: %s", i, faults[0].field,
                    words_text(faults[0].words, LANG_EN));
    }
}

/* ---- round trip ---- */

static void a_record_comes_back_as_it_was(void **state)
{
    (void)state;
    struct arena arena = arena_new(64 * 1024);
    struct consent_give given = whole(), back;
    struct span packed, again;
    struct err err = {0};
    by_interpreter(&given);
    witnessed(&given);
    given.secrecy_basis = SECRECY_BASIS_SHARED_SECRECY;
    given.secrecy_conditions = FIVE;
    given.n_secrecy_conditions = COUNT_OF(FIVE);
    given.place = "Voorbeeldstraat 12";
    given.collected_by = "els";
    given.renews = 3;
    given.record_id.b[0] = 7;
    assert_true(wire_put_arena(&WIRE_CONSENT_GIVE, &given, &arena, &packed, &err));
    assert_true(wire_get(&WIRE_CONSENT_GIVE, packed, &arena, &back, &err));
    assert_true(wire_put_arena(&WIRE_CONSENT_GIVE, &back, &arena, &again, &err));
    assert_true(span_equal(packed, again));
    assert_string_equal(back.interpreter, "Tolkdienst Voorbeeld");
    assert_int_equal(back.n_secrecy_conditions, COUNT_OF(FIVE));
    assert_true(key32_equal(&back.notice_sha256, &given.notice_sha256));
    assert_int_equal(back.renews, 3);
    arena_free(&arena);
}

static void the_notices_are_three_texts(void **state)
{
    (void)state;
    for (int i = 0; i < N_LANGS; i++) {
        enum lang lang = (enum lang)i;
        struct key32 hash = notice_hash(lang);
        struct key32 other = notice_hash((enum lang)((i + 1) % N_LANGS));
        assert_true(strlen(notice_text(lang)) > 600);
        assert_true(strlen(notice_title(lang)) <= 120);
        assert_false(key32_equal(&hash, &other));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(what_nobody_said_is_filled_in),
            cmocka_unit_test(the_notice_is_in_a_language_that_there_is),
            cmocka_unit_test(
                    nobody_is_made_the_speaker_of_a_consent_that_was_not_given),
            cmocka_unit_test(each_fault_is_named_by_its_field),
            cmocka_unit_test(each_condition_of_shared_secrecy_is_asked),
            cmocka_unit_test(a_record_that_says_nothing_has_all_its_faults),
            cmocka_unit_test(what_fits_together_passes),
            cmocka_unit_test(a_record_comes_back_as_it_was),
            cmocka_unit_test(the_notices_are_three_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
