/* unit_outreach.c - when staff may call at a door: a table of stories, each a line of
 * what happened before and what is wanted now. Days are counted from a Monday. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "nodes/outreach.h"

enum { MONDAY = 20598, TRIES = OUTREACH_VISITS_MAX }; /* 2026-05-25 */

static int64_t at(int32_t day)
{
    return time_day_start(MONDAY + day) + 14 * TIME_HOUR_MS;
}

/* "outreach no_answer_1 -7, agreed met -2": ground, result, on which day. */
static size_t read_tries(const char *words, struct outreach_try *tries)
{
    size_t n = 0;
    while (*words != '\0') {
        char ground[16];
        char result[48];
        int day;
        int used;
        assert_int_equal(sscanf(words, "%15s %47s %d%n", ground, result, &day, &used),
                3);
        tries[n++] = (struct outreach_try){
                .unasked = strcmp(ground, "outreach") == 0,
                .result = vocab_find(VOCAB_VISIT_RESULT, result),
                .done_ms = at(day),
        };
        assert_true(tries[n - 1].result != 0);
        words += used;
        words += strspn(words, ", ");
    }
    return n;
}

#define ONE    {VISIT_GOER_VOLUNTEER}, 1
#define TWO    {VISIT_GOER_VOLUNTEER, VISIT_GOER_COLLEAGUE}, 2
#define TOLK   {VISIT_GOER_NURSE, VISIT_GOER_INTERPRETER}, 2
#define FRIEND {VISIT_GOER_TRUSTED_PERSON}, 1

/* clang-format off */
static const struct row {
    const char *story;
    const char *before;
    const char *ground;
    int day;
    uint16_t goes[2]; size_t n_goes;
    int quiet_day;           /* 0: no refusal */
    uint16_t rule, urgency;
    bool planned;
    enum code code;
    const char *stop;
    int from_day;            /* 0: not by waiting */
} ROWS[] = {
    {"the first visit",                 "", "outreach", 1, ONE, 0, 0, 0, false, CODE_OK, "", 0},
    {"one is planned",                  "", "outreach", 1, ONE, 0, 0, 0, true, E_DUPLICATE, "one_planned", 0},
    {"one is planned, and agreed",      "", "agreed", 1, ONE, 0, 0, 0, true, E_DUPLICATE, "one_planned", 0},
    {"six days after one in vain",      "outreach no_answer_1 0", "outreach", 6, ONE, 0, 0, 0, false, E_TTL, "too_soon", 7},
    {"a week after one in vain",        "outreach no_answer_1 0", "outreach", 7, ONE, 0, 0, 0, false, CODE_OK, "", 0},
    {"the next day in a crisis",        "outreach no_answer_1 0", "outreach", 1, ONE, 0, 0, URGENCY_CRISIS, false, CODE_OK, "", 0},
    {"the same day in a crisis",        "outreach no_answer_1 0", "outreach", 0, ONE, 0, 0, URGENCY_CRISIS, false, E_TTL, "too_soon", 1},
    {"urgent waits a week too",         "outreach no_answer_1 0", "outreach", 2, ONE, 0, 0, URGENCY_URGENT, false, E_TTL, "too_soon", 7},
    {"agreed needs no week between",    "outreach no_answer_1 0", "agreed", 1, ONE, 0, 0, 0, false, CODE_OK, "", 0},
    {"an agreed one sets no week",      "agreed no_answer_1 0", "outreach", 1, ONE, 0, 0, 0, false, CODE_OK, "", 0},
    {"behind an agreed one the week of the unasked one still runs", "outreach no_answer_1 0, agreed not_now 5", "outreach", 6, ONE, 0, 0, 0, false, E_TTL, "too_soon", 7},
    {"a third",                         "outreach no_answer_1 -14, outreach no_answer_2 -7", "outreach", 0, ONE, 0, 0, 0, false, CODE_OK, "", 0},
    {"a fourth",                        "outreach no_answer_1 -21, outreach no_answer_2 -14, outreach no_answer_3 -7", "outreach", 20, ONE, 0, 0, 0, false, E_TRANSITION, "tries_used", 0},
    {"a fourth that is agreed",         "outreach no_answer_1 -21, outreach no_answer_2 -14, outreach no_answer_3 -7", "agreed", 20, ONE, 0, 0, 0, false, CODE_OK, "", 0},
    {"a fourth for safety",             "outreach no_answer_1 -21, outreach no_answer_2 -14, outreach no_answer_3 -7", "safety", 0, ONE, 0, 0, 0, false, CODE_OK, "", 0},
    {"not now counts as a try",         "outreach no_answer_1 -21, outreach not_now -14, outreach hospital -7", "outreach", 20, ONE, 0, 0, 0, false, E_TRANSITION, "tries_used", 0},
    {"agreed ones are no tries",        "agreed no_answer_1 -21, agreed no_answer_2 -14, outreach no_answer_3 -7", "outreach", 20, ONE, 0, 0, 0, false, CODE_OK, "", 0},
    {"who was met begins anew",         "outreach no_answer_1 -30, outreach no_answer_2 -21, outreach met -14, outreach no_answer_1 -7", "outreach", 0, ONE, 0, 0, 0, false, CODE_OK, "", 0},
    {"after a refusal",                 "outreach refused -7", "outreach", 9, ONE, 180, 0, 0, false, E_QUIET, "refused", 180},
    {"on the last quiet day",           "outreach refused -7", "outreach", 179, ONE, 180, 0, 0, false, E_QUIET, "refused", 180},
    {"when the quiet time is over",     "outreach refused -7", "outreach", 180, ONE, 180, 0, 0, false, CODE_OK, "", 0},
    {"refused, in a crisis",            "outreach refused -7", "outreach", 9, ONE, 180, 0, URGENCY_CRISIS, false, E_QUIET, "refused", 180},
    {"refused, now asks for it",        "outreach refused -7", "agreed", 9, ONE, 180, 0, 0, false, CODE_OK, "", 0},
    {"refused, but it is not safe",     "outreach refused -7", "safety", 0, ONE, 180, 0, 0, false, CODE_OK, "", 0},
    {"safety in no words",               "outreach refused -7", "safety, wordless", 9, ONE, 180, 0, 0, false, E_FIELD, "say_why", 0},
    {"words for no safety",             "", "why", 9, ONE, 0, 0, 0, false, E_FIELD, "say_why", 0},
    {"wants to be phoned",              "", "outreach", 1, ONE, 0, CONTACT_RULE_PHONE_ONLY, 0, false, E_TRANSITION, "not_by_visit", 0},
    {"wants no contact",                "", "outreach", 1, ONE, 0, CONTACT_RULE_NO_CONTACT, 0, false, E_TRANSITION, "not_by_visit", 0},
    {"wants no contact, but asked",     "", "agreed", 1, ONE, 0, CONTACT_RULE_NO_CONTACT, 0, false, CODE_OK, "", 0},
    {"through somebody trusted",        "", "outreach", 1, FRIEND, 0, CONTACT_RULE_VIA_TRUSTED_PERSON, 0, false, CODE_OK, "", 0},
    {"without that somebody",           "", "outreach", 1, ONE, 0, CONTACT_RULE_VIA_TRUSTED_PERSON, 0, false, E_TRANSITION, "not_by_visit", 0},
    {"no voicemail is no matter",       "", "outreach", 1, ONE, 0, CONTACT_RULE_NO_VOICEMAIL, 0, false, CODE_OK, "", 0},
    {"unsafe, and alone again",         "outreach unsafe_aborted -8", "outreach", 1, ONE, 0, 0, 0, false, E_FIELD, "not_alone", 0},
    {"unsafe, alone though agreed",     "outreach unsafe_aborted -8", "agreed", 1, ONE, 0, 0, 0, false, E_FIELD, "not_alone", 0},
    {"unsafe, alone though for safety", "outreach unsafe_aborted -8", "safety", 1, ONE, 0, 0, 0, false, E_FIELD, "not_alone", 0},
    {"unsafe, now with two",            "outreach unsafe_aborted -8", "outreach", 1, TWO, 0, 0, 0, false, CODE_OK, "", 0},
    {"not understood, alone again",     "outreach language_barrier -8", "outreach", 1, ONE, 0, 0, 0, false, E_FIELD, "needs_interpreter", 0},
    {"not understood, with a colleague", "outreach language_barrier -8", "outreach", 1, TWO, 0, 0, 0, false, E_FIELD, "needs_interpreter", 0},
    {"not understood, now a tolk",      "outreach language_barrier -8", "outreach", 1, TOLK, 0, 0, 0, false, CODE_OK, "", 0},
    {"not understood, now a friend",    "outreach language_barrier -8", "outreach", 1, FRIEND, 0, 0, 0, false, CODE_OK, "", 0},
    {"has died",                        "agreed deceased -1", "agreed", 1, ONE, 0, 0, 0, false, E_TRANSITION, "deceased", 0},
    {"has died, for safety",            "agreed deceased -1", "safety", 1, ONE, 0, 0, 0, false, E_TRANSITION, "deceased", 0},
};
/* clang-format on */

static void each_story_has_its_answer(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        const struct row *row = &ROWS[i];
        struct outreach_try tries[TRIES];
        struct outreach_facts facts = {
                .tries = tries,
                .n_tries = read_tries(row->before, tries),
                .planned = row->planned,
                .quiet_until_ms = row->quiet_day == 0
                                          ? 0
                                          : time_day_start(MONDAY + row->quiet_day),
                .contact_rule = row->rule,
                .urgency = row->urgency != 0 ? row->urgency : URGENCY_ROUTINE,
        };
        struct outreach_wish wish = {
                .agreed = strcmp(row->ground, "agreed") == 0,
                .safety_basis = strstr(row->ground, "safety") != NULL ? 1 : 0,
                .why = strcmp(row->ground, "safety") == 0 ||
                                       strcmp(row->ground, "why") == 0
                               ? "no light for three days"
                               : "",
                .planned_ms = at(row->day),
                .goes = row->goes,
                .n_goes = row->n_goes,
        };
        struct outreach_answer answer = outreach_judge(&facts, &wish);
        int64_t from_ms =
                row->from_day == 0 ? 0 : time_day_start(MONDAY + row->from_day);
        if (answer.code != row->code ||
                strcmp(vocab_code(VOCAB_OUTREACH_STOP, answer.stop), row->stop) != 0 ||
                answer.from_ms != from_ms)
            fail_msg("%s: %s %s", row->story, code_name(answer.code),
                    vocab_code(VOCAB_OUTREACH_STOP, answer.stop));
    }
}

static void a_case_has_so_many_visits(void **state)
{
    struct outreach_try tries[TRIES];
    struct outreach_facts facts = {.tries = tries, .n_tries = 1, .n_visits = TRIES - 1};
    struct outreach_wish wish = {.agreed = true, .planned_ms = at(1)};
    (void)state;
    for (size_t i = 0; i < TRIES; i++)
        tries[i] = (struct outreach_try){false, VISIT_RESULT_MET, at(0)};
    assert_int_equal(outreach_judge(&facts, &wish).code, CODE_OK);
    facts.n_visits = TRIES;
    assert_int_equal(outreach_judge(&facts, &wish).code, E_SIZE);
    assert_int_equal(outreach_judge(&facts, &wish).stop, OUTREACH_STOP_TOO_MANY);
}

/* A clock that changes in between does not make the week an hour longer. */
static void a_week_is_seven_days_of_the_calendar(void **state)
{
    int32_t day;
    struct outreach_try one = {true, VISIT_RESULT_NO_ANSWER_1, 0};
    struct outreach_facts facts = {.tries = &one, .n_tries = 1};
    struct outreach_wish wish = {.why = ""};
    (void)state;
    assert_true(
            time_day_parse("2026-03-25", &day)); /* summer time begins on the 29th */
    one.done_ms = time_day_start(day) + 23 * TIME_HOUR_MS;
    wish.planned_ms = time_day_start(day + 7);
    assert_int_equal(outreach_judge(&facts, &wish).code, CODE_OK);
    wish.planned_ms -= 1;
    assert_int_equal(outreach_judge(&facts, &wish).code, E_TTL);
}

static void each_result_says_what_must_follow(void **state)
{
    static const struct {
        const char *results;
        enum outreach_next next;
    } rows[] = {
            {"met moved wrong_address unsafe_aborted",                    OUTREACH_MAY_FOLLOW},
            {"no_answer_1 no_answer_2 not_now hospital language_barrier",
             OUTREACH_MUST_FOLLOW                                                            },
            {"no_answer_3 refused deceased",                              OUTREACH_ENDS      },
    };
    size_t n = 0;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char words[128];
        char *rest = words;
        snprintf(words, sizeof words, "%s", rows[i].results);
        for (char *one; (one = strtok_r(rest, " ", &rest)) != NULL; n++) {
            uint16_t result = vocab_find(VOCAB_VISIT_RESULT, one);
            assert_int_not_equal(result, 0);
            assert_int_equal(outreach_after(result), rows[i].next);
        }
    }
    assert_int_equal(n, vocab_count(VOCAB_VISIT_RESULT));
    assert_int_equal(outreach_after(N_VISIT_RESULT), OUTREACH_ENDS);
}

static void nobody_home_is_counted(void **state)
{
    static const struct {
        const char *before, *said, *is;
    } rows[] = {
            {"",                                                                     "no_answer_1", "no_answer_1"},
            {"",                                                                     "no_answer_3", "no_answer_1"},
            {"outreach no_answer_1 0",                                               "no_answer_1", "no_answer_2"},
            {"outreach no_answer_1 0, agreed not_now 1",                             "no_answer_1", "no_answer_2"},
            {"outreach no_answer_1 0, outreach no_answer_2 7",                       "no_answer_2",
             "no_answer_3"                                                                                       },
            {"outreach no_answer_1 0, outreach no_answer_2 7, safety no_answer_3 8",
             "no_answer_1",                                                                         "no_answer_3"},
            {"outreach no_answer_1 0, outreach met 7",                               "no_answer_1", "no_answer_1"},
            {"outreach no_answer_1 0, outreach no_answer_2 7",                       "met",         "met"        },
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct outreach_try tries[TRIES];
        size_t n = read_tries(rows[i].before, tries);
        uint16_t said = vocab_find(VOCAB_VISIT_RESULT, rows[i].said);
        assert_string_equal(vocab_code(VOCAB_VISIT_RESULT,
                                    outreach_counted(tries, n, said)),
                rows[i].is);
    }
}

static void the_last_refusal_counts(void **state)
{
    static const struct {
        const char *before;
        int day; /* -1: none */
    } rows[] = {
            {"",                                                    -1},
            {"outreach no_answer_1 0",                              -1},
            {"outreach refused 3",                                  3 },
            {"outreach refused 3, safety no_answer_1 9",            3 },
            {"outreach refused 3, safety refused 9",                9 },
            {"outreach refused 3, agreed met 9",                    3 },
            {"outreach refused 3, agreed met 9, agreed refused 20", 20},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct outreach_try tries[TRIES];
        size_t n = read_tries(rows[i].before, tries);
        assert_int_equal(outreach_refused(tries, n),
                rows[i].day < 0 ? 0 : at(rows[i].day));
    }
}

/* By days of the calendar here: the hour at which a case began is no bound. */
static void it_was_between_the_beginning_and_today(void **state)
{
    static const struct {
        int32_t day, began, today;
        bool may;
    } rows[] = {
            {0,  0, 0, true },
            {0,  0, 9, true },
            {9,  0, 9, true },
            {-1, 0, 9, false},
            {10, 0, 9, false},
 /* The clock was put back. */
            {0,  3, 0, true },
            {1,  3, 0, false},
            {-1, 3, 0, false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int64_t began_ms = at(rows[i].began), now_ms = at(rows[i].today);
        int64_t first_ms = time_day_start(MONDAY + rows[i].day);
        int64_t last_ms = time_day_start(MONDAY + rows[i].day + 1) - 1;
        if (outreach_may_have_been(first_ms, began_ms, now_ms) != rows[i].may ||
                outreach_may_have_been(last_ms, began_ms, now_ms) != rows[i].may)
            fail_msg("row %zu", i);
    }
    assert_false(outreach_may_have_been(1, at(0), at(9)));
    assert_false(outreach_may_have_been(INT64_MIN, at(0), at(9)));
    assert_false(outreach_may_have_been(INT64_MAX, at(0), at(9)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(each_story_has_its_answer),
            cmocka_unit_test(a_case_has_so_many_visits),
            cmocka_unit_test(a_week_is_seven_days_of_the_calendar),
            cmocka_unit_test(each_result_says_what_must_follow),
            cmocka_unit_test(nobody_home_is_counted),
            cmocka_unit_test(the_last_refusal_counts),
            cmocka_unit_test(it_was_between_the_beginning_and_today),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
