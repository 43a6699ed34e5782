/* unit_categories.c - each field that a sealed content can have, and the kind of data
 * that it discloses: a field without a row, or a row without a field, fails. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/consent.h"
#include "core/vocab.h"
#include "core/wire_walk.h"
#include "gen/content.h"
#include "nodes/disclose.h"

#define BIT(name) (UINT64_C(1) << DATA_CATEGORY_##name)

enum { STRUCT_BYTES_MOST = 1024, SEEN_MOST = 200 };

/* What one filled field discloses. code: the row of its vocabulary that is filled in.
 */
struct row {
    const char *message;
    const char *field;
    uint16_t code;
    uint64_t categories;
    enum level level;
};

#define NOTHING 0

/* clang-format off */
static const struct row ROWS[] = {
    {"Preview",  "needs",              NEED_CATEGORY_MEALS_FOOD,        BIT(NEEDS),           LEVEL_S0},
    {"Preview",  "needs",              NEED_CATEGORY_DEBT,         BIT(NEEDS),           LEVEL_S1},
    {"Preview",  "needs",              NEED_CATEGORY_DOMESTIC_VIOLENCE, BIT(NEEDS),      LEVEL_S2},
    {"Preview",  "age_band",           AGE_BAND_80_89,             BIT(AGE_BAND),        LEVEL_S0},
    {"Preview",  "language",           0,                          BIT(LANGUAGE),        LEVEL_S0},
    {"Preview",  "interpreter_needed", 0,                          BIT(LANGUAGE),        LEVEL_S0},
    {"Preview",  "wanted_period",      1,                          NOTHING,              LEVEL_S0},
    {"Preview",  "handover_mode",      1,                          NOTHING,              LEVEL_S0},
    {"Preview",  "strengths",          0,                          BIT(STRENGTHS),       LEVEL_S0},
    {"Preview",  "own_goal",           0,                          BIT(STRENGTHS),       LEVEL_S0},

    {"Person",   "name",               0,                          BIT(CONTACT),         LEVEL_S1},
    {"Person",   "birth_date",         0,                          BIT(BIRTH_DATE),      LEVEL_S1},
    {"Person",   "address",            0,                          BIT(CONTACT),         LEVEL_S1},
    {"Person",   "phone",              0,                          BIT(CONTACT),         LEVEL_S1},
    {"Person",   "language",           0,                          BIT(LANGUAGE),        LEVEL_S0},
    {"Person",   "interpreter_needed", 0,                          BIT(LANGUAGE),        LEVEL_S0},
    {"Person",   "contact_rule",       CONTACT_RULE_ANY,           BIT(CONTACT),         LEVEL_S1},
    {"Person",   "household",          HOUSEHOLD_ALONE,            BIT(HOUSEHOLD),       LEVEL_S1},
    {"Person",   "niss",               0,                          BIT(IDENTIFIER),      LEVEL_S2},
    {"Person",   "age_band",           AGE_BAND_0_9,               BIT(AGE_BAND),        LEVEL_S0},

    {"Referral", "person_does_self",   0,                          BIT(STRENGTHS),       LEVEL_S0},
    {"Referral", "strengths",          0,                          BIT(STRENGTHS),       LEVEL_S0},
    {"Referral", "own_goal",           0,                          BIT(STRENGTHS),       LEVEL_S0},
    {"Referral", "help_wanted",        0,                          BIT(NEEDS),           LEVEL_S0},
    {"Referral", "needs",              NEED_CATEGORY_MEALS_FOOD,        BIT(NEEDS),           LEVEL_S0},
    {"Referral", "needs",              NEED_CATEGORY_DEBT,         BIT(NEEDS),           LEVEL_S1},
    {"Referral", "needs",              NEED_CATEGORY_DOMESTIC_VIOLENCE, BIT(NEEDS),      LEVEL_S2},
    {"Referral", "observations",       OBSERVATION_UNPAID_BILLS_SEEN, BIT(FINANCE),      LEVEL_S1},
    {"Referral", "observations",       OBSERVATION_SIGNS_OF_VIOLENCE, BIT(SAFETY),       LEVEL_S2},
    {"Referral", "information_source", 1,                          NOTHING,              LEVEL_S0},
    {"Referral", "reason",             0,                          BIT(NEEDS),           LEVEL_S0},
    {"Referral", "reason_language",    0,                          NOTHING,              LEVEL_S0},
    {"Referral", "network",            0,                          BIT(NETWORK),         LEVEL_S1},
    {"Referral", "services_present",   0,                          BIT(SERVICE_HISTORY), LEVEL_S1},
    {"Referral", "attention_flags",    ATTENTION_FLAG_SAFEGUARDING, BIT(SAFETY),         LEVEL_S2},
    {"Referral", "attention_flags",    ATTENTION_FLAG_CALL_WARNING, BIT(CONTACT),        LEVEL_S1},
    {"Referral", "wanted_period",      1,                          NOTHING,              LEVEL_S0},
    {"Referral", "handover_mode",      1,                          NOTHING,              LEVEL_S0},
    {"Referral", "correlation_id",     0,                          NOTHING,              LEVEL_S0},
    {"Referral", "referrer_name",      0,                          NOTHING,              LEVEL_S0},
    {"Referral", "referrer_phone",     0,                          NOTHING,              LEVEL_S0},

    /* Codes and dates of a control letter; its note stands beside "other" only. */
    {"SeenLog",  "store_id",           0,                          NOTHING,              LEVEL_S0},
    {"SeenLog",  "size",               0,                          NOTHING,              LEVEL_S0},
    {"SeenLog",  "root",               0,                          NOTHING,              LEVEL_S0},

    {"EventContent", "decline_reason",  1,                         NOTHING,              LEVEL_S0},
    {"EventContent", "cancel_reason",   1,                         NOTHING,              LEVEL_S0},
    {"EventContent", "hold_reason",     1,                         NOTHING,              LEVEL_S0},
    {"EventContent", "fail_reason",     1,                         NOTHING,              LEVEL_S0},
    {"EventContent", "in_error_reason", 1,                         NOTHING,              LEVEL_S0},
    {"EventContent", "progress_step",   1,                         NOTHING,              LEVEL_S0},
    {"EventContent", "visit_result",    1,                         NOTHING,              LEVEL_S0},
    {"EventContent", "close_reason",    1,                         NOTHING,              LEVEL_S0},
    {"EventContent", "client_feedback", 1,                         NOTHING,              LEVEL_S0},
    {"EventContent", "due_ms",          0,                         NOTHING,              LEVEL_S0},
    {"EventContent", "note",            0,                         NOTHING,              LEVEL_S0},
    {"EventContent", "handed_on_to",    0,                         NOTHING,              LEVEL_S0},
    {"NeedOutcome",  "need",            NEED_CATEGORY_MEALS_FOOD,       NOTHING,              LEVEL_S0},
    {"NeedOutcome",  "outcome",         1,                         NOTHING,              LEVEL_S0},

    {"Info",     "questions",          INFO_QUESTION_BEST_TIME,    BIT(NEEDS),           LEVEL_S0},
    {"Info",     "text",               0,                          BIT(NEEDS),           LEVEL_S0},
    {"Text",     "text",               0,                          BIT(NEEDS),           LEVEL_S0},
    {"Text",     "language",           0,                          NOTHING,              LEVEL_S0},
    {"Visit",    "result",             VISIT_RESULT_MET,           BIT(NEEDS),           LEVEL_S0},
    {"Visit",    "at_ms",              0,                          NOTHING,              LEVEL_S0},
    {"Visit",    "observations",       OBSERVATION_WEIGHT_LOSS_FOOD, BIT(HEALTH),        LEVEL_S2},
    {"Visit",    "text",               0,                          BIT(NEEDS),           LEVEL_S0},
    {"Visit",    "next_ms",            0,                          BIT(NEEDS),           LEVEL_S0},
    {"Visit",    "goes",               VISIT_GOER_VOLUNTEER,       BIT(NEEDS),           LEVEL_S0},
    {"Visit",    "aim",                VISIT_AIM_FOLLOW_UP,        BIT(NEEDS),           LEVEL_S0},
    {"Visit",    "change",             VISIT_CHANGE_GOER_AWAY,     BIT(NEEDS),           LEVEL_S0},

    {"RightsRequest", "request_id",      0,                        NOTHING,              LEVEL_S0},
    {"RightsReply",  "request_id",       0,                        NOTHING,              LEVEL_S0},
    {"RightsReply",  "answer",           1,                        NOTHING,              LEVEL_S0},
    {"RightsReply",  "reason",           1,                        NOTHING,              LEVEL_S0},
    {"RightsReply",  "retention",        1,                        NOTHING,              LEVEL_S0},
    {"RightsReply",  "words",            0,                        NOTHING,              LEVEL_S0},
    {"RightsReply",  "data_categories",  1,                        NOTHING,              LEVEL_S0},
    {"RightsReply",  "received_ms",      0,                        NOTHING,              LEVEL_S0},

    {"Signal",   "needs",              NEED_CATEGORY_MEALS_FOOD,        BIT(NEEDS),           LEVEL_S0},
    {"Signal",   "needs",              NEED_CATEGORY_DEBT,         BIT(NEEDS),           LEVEL_S1},
    {"Signal",   "observations",       OBSERVATION_SAYS_LONELY,    BIT(NETWORK),         LEVEL_S1},
    {"Signal",   "person",             0,                          BIT(CONTACT),         LEVEL_S1},
    {"Signal",   "phone",              0,                          BIT(CONTACT),         LEVEL_S1},
    {"Signal",   "language",           0,                          BIT(LANGUAGE),        LEVEL_S0},
    {"Signal",   "text",               0,                          BIT(NEEDS),           LEVEL_S0},
    {"Signal",   "information_source", 1,                          NOTHING,              LEVEL_S0},
    {"Signal",   "reporter",           0,                          NOTHING,              LEVEL_S0},
    {"Signal",   "correlation_id",     0,                          NOTHING,              LEVEL_S0},
    {"Signal",   "place",              0,                          BIT(CONTACT),         LEVEL_S1},
    {"Signal",   "channel",            1,                          NOTHING,              LEVEL_S0},

    {"SignalAnswer", "answer",         1,                          NOTHING,              LEVEL_S0},
    {"Proposal", "partners",           0,                          NOTHING,              LEVEL_S0},
    {"Concern",  "escalation_id",      0,                          NOTHING,              LEVEL_S0},
    {"Concern",  "over",               0,                          NOTHING,              LEVEL_S0},
    {"Concern",  "handed_over",              0,                          NOTHING,              LEVEL_S0},
    {"Concern",  "sender",              0,                          NOTHING,              LEVEL_S0},
    {"Concern",  "due_ms",              0,                          NOTHING,              LEVEL_S0},
    {"Concern",  "cause",              1,                          NOTHING,              LEVEL_S0},
    {"Concern",  "partner",            0,                          NOTHING,              LEVEL_S0},
    {"Concern",  "since_ms",           0,                          NOTHING,              LEVEL_S0},
};

/* What is known of a person by each observation and each flag. */
static const struct { uint16_t row; uint64_t categories; } OBSERVED[] = {
    {OBSERVATION_NOT_SEEN_RECENTLY,              BIT(NETWORK)},
    {OBSERVATION_MAIL_PILING_UP,                 BIT(HOUSING)},
    {OBSERVATION_HOME_NEGLECTED,                 BIT(HOUSING)},
    {OBSERVATION_HOME_UNSAFE,                    BIT(HOUSING)},
    {OBSERVATION_HOME_UNSUITED,                  BIT(HOUSING)},
    {OBSERVATION_POOR_HYGIENE,                   BIT(FUNCTION)},
    {OBSERVATION_WEIGHT_LOSS_FOOD,               BIT(HEALTH)},
    {OBSERVATION_CONFUSED_WANDERING,             BIT(MENTAL)},
    {OBSERVATION_LOW_MOOD_EXPRESSED,             BIT(MENTAL)},
    {OBSERVATION_SAYS_LONELY,                    BIT(NETWORK)},
    {OBSERVATION_BEREAVED_RECENTLY,              BIT(NETWORK)},
    {OBSERVATION_CAREGIVER_EXHAUSTED,            BIT(NETWORK)},
    {OBSERVATION_UNPAID_BILLS_SEEN,              BIT(FINANCE)},
    {OBSERVATION_CUT_OFF_NOTICE,                 BIT(FINANCE)},
    {OBSERVATION_EVICTION_NOTICE,                BIT(HOUSING)},
    {OBSERVATION_SIGNS_OF_VIOLENCE,              BIT(SAFETY)},
    {OBSERVATION_EXPLOITATION_SUSPECTED,         BIT(SAFETY)},
    {OBSERVATION_REFUSES_ENTRY,                  BIT(NEEDS)},
    {OBSERVATION_HOSPITAL_DISCHARGE_NO_SUPPORT,  BIT(HEALTH)},
    {OBSERVATION_FALL_REPORTED,                  BIT(FUNCTION)},
    {OBSERVATION_ASKS_FOR_HELP,                  BIT(NEEDS)},
    {OBSERVATION_OTHER_OBSERVED,                 BIT(NEEDS)},
};
static const struct { uint16_t row; uint64_t categories; } FLAGGED[] = {
    {ATTENTION_FLAG_SAFEGUARDING,          BIT(SAFETY)},
    {ATTENTION_FLAG_SCENE_SAFETY,          BIT(SAFETY)},
    {ATTENTION_FLAG_REASONABLE_ADJUSTMENT, BIT(FUNCTION)},
    {ATTENTION_FLAG_REPEAT_CONTACT,        BIT(CONTACT)},
    {ATTENTION_FLAG_CALL_WARNING,          BIT(CONTACT)},
};
/* clang-format on */

/* A struct with no field filled: texts are empty, never NULL. */
static void make_empty(const struct wire_map *map, void *out)
{
    static const char *const none = "";
    assert_true(wire_struct_size(map) <= STRUCT_BYTES_MOST);
    memset(out, 0, wire_struct_size(map));
    for (size_t i = 0; i < wire_field_count(map); i++) {
        struct wire_field field = wire_field_at(map, i);
        if (field.kind == WALK_TEXT && field.max == 0)
            wire_set(&field, out, &none, 1);
    }
}

/* A value of its kind that is there. */
static void fill(const struct wire_field *field, const struct row *row, void *out)
{
    static const char *const text = "x";
    static const uint64_t number = 1;
    static const bool yes = true;
    static const struct key32 id = {{1}};
    const void *value = field->kind == WALK_TEXT    ? (const void *)&text
                        : field->kind == WALK_VOCAB ? (const void *)&row->code
                        : field->kind == WALK_U64   ? (const void *)&number
                        : field->kind == WALK_BOOL  ? (const void *)&yes
                        : field->kind == WALK_FIXED ? (const void *)&id
                                                    : NULL;
    if (value == NULL || (field->kind == WALK_VOCAB && row->code == 0))
        fail_msg("%s.%s: no value for a field of this kind", row->message, row->field);
    wire_set(field, out, value, 1);
}

/* The content with that one field filled, whatever it lies in. */
static struct disclosure disclosed(const struct wire_map *map, const struct row *row)
{
    static _Alignas(16) uint8_t part[STRUCT_BYTES_MOST], body[STRUCT_BYTES_MOST];
    struct content content = {.v = 1};
    struct wire_field field;
    if (!wire_field_find(map, row->field, &field))
        fail_msg("there is no field %s.%s", row->message, row->field);
    make_empty(map, part);
    fill(&field, row, part);
    const void *whole = part;
    const struct wire_map *outer = map;
    if (map == &WIRE_PERSON) {
        outer = &WIRE_REFERRAL;
        make_empty(outer, body);
        ((struct referral *)(void *)body)->person = (const void *)part;
        whole = body;
    } else if (map == &WIRE_NEED_OUTCOME) {
        outer = &WIRE_EVENT_CONTENT;
        make_empty(outer, body);
        ((struct event_content *)(void *)body)->outcomes = (const void *)part;
        ((struct event_content *)(void *)body)->n_outcomes = 1;
        whole = body;
    }
    for (size_t i = 0; i < wire_field_count(&WIRE_CONTENT); i++) {
        struct wire_field member = wire_field_at(&WIRE_CONTENT, i);
        if (member.kind == WALK_MESSAGE && member.sub == outer)
            wire_set(&member, &content, whole, 1);
    }
    return disclose_content(&content);
}

static struct {
    const struct wire_map *map;
    const char *message;
} seen_maps[SEEN_MOST];
static size_t n_seen_maps;

/* CamelCase of a field's struct: the maps have no name here, their first row does. */
static const struct wire_map *map_of(const char *message)
{
    static const struct {
        const char *name;
        const struct wire_map *map;
    } MAPS[] = {
            {"Preview",       &WIRE_PREVIEW       },
            {"Person",        &WIRE_PERSON        },
            {"Referral",      &WIRE_REFERRAL      },
            {"EventContent",  &WIRE_EVENT_CONTENT },
            {"NeedOutcome",   &WIRE_NEED_OUTCOME  },
            {"Info",          &WIRE_INFO          },
            {"Text",          &WIRE_TEXT          },
            {"Visit",         &WIRE_VISIT         },
            {"Signal",        &WIRE_SIGNAL        },
            {"RightsRequest", &WIRE_RIGHTS_REQUEST},
            {"RightsReply",   &WIRE_RIGHTS_REPLY  },
            {"Proposal",      &WIRE_PROPOSAL      },
            {"Concern",       &WIRE_CONCERN       },
            {"SignalAnswer",  &WIRE_SIGNAL_ANSWER },
            {"SeenLog",       &WIRE_SEEN_LOG      },
    };
    for (size_t i = 0; i < COUNT_OF(MAPS); i++)
        if (strcmp(MAPS[i].name, message) == 0)
            return MAPS[i].map;
    fail_msg("there is no message %s", message);
    return NULL;
}

static void each_filled_field_has_its_category_and_level(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        struct disclosure got = disclosed(map_of(ROWS[i].message), &ROWS[i]);
        if (got.categories != ROWS[i].categories || got.level != ROWS[i].level)
            print_error("%s.%s\n", ROWS[i].message, ROWS[i].field);
        assert_int_equal(got.categories, ROWS[i].categories);
        assert_int_equal(got.level, ROWS[i].level);
    }
}

static bool has_row(const struct wire_map *map, const char *field)
{
    for (size_t i = 0; i < COUNT_OF(ROWS); i++)
        if (map_of(ROWS[i].message) == map && strcmp(ROWS[i].field, field) == 0)
            return true;
    return false;
}

static bool walked(const struct wire_map *map)
{
    for (size_t i = 0; i < n_seen_maps; i++)
        if (seen_maps[i].map == map)
            return true;
    assert_true(n_seen_maps < SEEN_MOST);
    seen_maps[n_seen_maps++].map = map;
    return false;
}

/* Down from the content: who adds a field says here what it discloses. */
static size_t walk(const struct wire_map *map, const char *name)
{
    size_t n_fields = 0;
    if (walked(map))
        return 0;
    for (size_t i = 0; i < wire_field_count(map); i++) {
        struct wire_field field = wire_field_at(map, i);
        if (field.kind == WALK_MESSAGE) {
            n_fields += walk(field.sub, field.name);
            continue;
        }
        n_fields++;
        if (map != &WIRE_CONTENT && !has_row(map, field.name))
            fail_msg("the field \"%s\" of \"%s\" has no row: which data does it tell?",
                    field.name, name);
    }
    return n_fields;
}

static void no_field_is_without_a_row(void **state)
{
    (void)state;
    n_seen_maps = 0;
    size_t n_fields = walk(&WIRE_CONTENT, "content");
    assert_true(n_fields >= 65);
}

static void each_observation_and_flag_has_its_category(void **state)
{
    (void)state;
    assert_int_equal(COUNT_OF(OBSERVED), vocab_count(VOCAB_OBSERVATION));
    assert_int_equal(COUNT_OF(FLAGGED), vocab_count(VOCAB_ATTENTION_FLAG));
    for (size_t i = 0; i < COUNT_OF(OBSERVED); i++) {
        const struct row row = {"Visit", "observations", OBSERVED[i].row, 0, 0};
        struct disclosure got = disclosed(&WIRE_VISIT, &row);
        assert_int_equal(got.categories, OBSERVED[i].categories);
        assert_int_equal(got.level, consent_level_of(got.categories));
    }
    for (size_t i = 0; i < COUNT_OF(FLAGGED); i++) {
        const struct row row = {"Referral", "attention_flags", FLAGGED[i].row, 0, 0};
        struct disclosure got = disclosed(&WIRE_REFERRAL, &row);
        assert_int_equal(got.categories, FLAGGED[i].categories);
        assert_int_equal(got.level, consent_level_of(got.categories));
    }
}

/* Every need code counts at the level of its own table, wherever it stands. */
static void each_need_has_its_level(void **state)
{
    (void)state;
    static const char *const messages[] = {"Preview", "Referral", "Signal"};
    for (uint16_t code = 1; code <= vocab_count(VOCAB_NEED_CATEGORY); code++) {
        const char *level = vocab_column(VOCAB_NEED_CATEGORY, code, "level");
        enum level wanted = strcmp(level, "S2") == 0   ? LEVEL_S2
                            : strcmp(level, "S1") == 0 ? LEVEL_S1
                                                       : LEVEL_S0;
        for (size_t i = 0; i < COUNT_OF(messages); i++) {
            const struct row row = {messages[i], "needs", code, 0, 0};
            struct disclosure got = disclosed(map_of(messages[i]), &row);
            assert_int_equal(got.categories, BIT(NEEDS));
            assert_int_equal(got.level, wanted);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(each_filled_field_has_its_category_and_level),
            cmocka_unit_test(no_field_is_without_a_row),
            cmocka_unit_test(each_observation_and_flag_has_its_category),
            cmocka_unit_test(each_need_has_its_level),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
