/* sim_signal_visits.c - a home visit to whom a signal is about: the same commands and
 * the same rules as in a referral, and an attempt in the life of the signal; nobody
 * else hears of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "nodes/outreach.h"
#include "nodes/signals_life.h"
#include "tests/peek.h"
#include "tests/world.h"

#define HOME  "thuiszorg"
#define POINT "meldpunt"

static const uint16_t ALONE[] = {VISIT_GOER_SOCIAL_WORKER};
static const char SEEN[] = "The shutters are up again";

static uint64_t day_from_now(int32_t days)
{
    int32_t day = time_brussels_day(sim_now()) + days;
    return (uint64_t)time_day_start(day + 1) - 1;
}

/* Nobody is there but the two. */
static void begin(uint64_t seed)
{
    world_fresh(seed);
    world_stop("aksant");
    world_stop("chambry");
    world_stop("noord");
}

/* Raised at HOME and looked at; its number at POINT. */
static uint64_t reported(const char *person)
{
    static const uint16_t needs[] = {NEED_CATEGORY_LONELINESS_ISOLATION};
    const struct signal signal = {.needs = needs, .n_needs = 1, .person = person};
    const struct raise_signal wish = {.recipient = POINT,
            .urgency = URGENCY_ROUTINE,
            .area = "21004",
            .signal = &signal};
    struct request request = {.signal = &wish};
    world_must(HOME, &request, "");
    world_quiet();
    return world_newest(POINT, CASE_BOX_NEW);
}

static void triage(uint64_t number)
{
    const struct triage_signal wish = {.case_number = number};
    struct request request = {.triage = &wish};
    world_must(POINT, &request, "");
    world_quiet();
}

static void step(const struct change_visit *ask, const char *code)
{
    struct request request = {.visit = ask};
    world_must(POINT, &request, code);
    world_quiet();
}

static struct change_visit plan_of(uint64_t number, int32_t days)
{
    return (struct change_visit){.case_number = number,
            .step = VISIT_STEP_PLAN,
            .planned_ms = day_from_now(days),
            .goes = ALONE,
            .n_goes = 1,
            .aim = VISIT_AIM_CHECK_SIGNAL};
}

static void plan(uint64_t number, int32_t days, bool agreed, const char *code)
{
    struct change_visit ask = plan_of(number, days);
    ask.agreed = agreed;
    step(&ask, code);
}

static void report(uint64_t number, uint16_t result, int32_t next_days, uint16_t change,
        const char *code)
{
    static const uint16_t observed[] = {OBSERVATION_SAYS_LONELY};
    const struct visit visit = {.result = result,
            .observations = observed,
            .n_observations = 1,
            .text = SEEN};
    struct change_visit ask = plan_of(number, next_days);
    ask.step = VISIT_STEP_REPORT;
    ask.planned_ms = next_days == 0 ? 0 : ask.planned_ms;
    ask.change = change;
    ask.visit = &visit;
    step(&ask, code);
}

static int64_t count(const char *id, const char *what)
{
    return peek_number(peek_of(id), "SELECT count(*) FROM %s", what);
}

static uint16_t state_of(uint64_t number)
{
    return world_show(POINT, number)->signal_life->state;
}

/* Days in which nothing happens: all sleep until shortly before their end. */
static void pass(int32_t days)
{
    int64_t ms = days * (int64_t)TIME_DAY_MS;
    sim_freeze(HOME, ms - TIME_HOUR_MS);
    sim_freeze(POINT, ms - TIME_HOUR_MS);
    world_pass(ms);
}

/* ------------------------------------------------------------ stories */

static void a_visit_is_an_attempt_that_stays_in_the_house(void **state)
{
    (void)state;
    begin(611);
    uint64_t number = reported("Rosa Voorbeeld, Kerkstraat 12");
    plan(number, 1, false, "E_TRANSITION");
    assert_int_equal(world_show(POINT, number)->n_actions, 1);
    triage(number);
    assert_string_equal(world_show(POINT, number)->actions[1], "visit plan");
    plan(number, 1, false, "");
    assert_int_equal(state_of(number), SIGNAL_STATE_VERIFYING);
    assert_int_equal(world_show(POINT, number)->n_visits, 1);
    report(number, VISIT_RESULT_MET, 0, 0, "");
    const struct case_detail *file = world_show(POINT, number);
    assert_int_equal(file->visits[0].result, VISIT_RESULT_MET);
    assert_int_equal(file->n_confidence, 1);
    assert_non_null(strstr(file->confidence[0].text, SEEN));
    assert_non_null(strstr(file->confidence[0].text,
            vocab_label(VOCAB_OBSERVATION, OBSERVATION_SAYS_LONELY, LANG_EN)));
    assert_int_equal(peek_number(peek_of(POINT), "SELECT contact_ms > 0 FROM signal"),
            1);
    /* Its reporter hears that it was taken up, and no more. */
    assert_int_equal(count(HOME, "moment"), 2);
    assert_int_equal(world_show(HOME, 1)->n_visits, 0);
    world_end();
}

static void somebody_else_goes_only_by_a_visit(void **state)
{
    (void)state;
    begin(612);
    uint64_t number = reported("Rosa Voorbeeld, Kerkstraat 12");
    triage(number);
    struct try_to_reach wish = {.case_number = number,
            .kind = ATTEMPT_KIND_VISIT,
            .result = VISIT_RESULT_MET};
    struct request request = {.attempt = &wish};
    world_must(POINT, &request, "E_FIELD");
    /* What is planned as a visit is not reported as something else. */
    plan(number, 1, false, "");
    wish.kind = 0;
    request = (struct request){.attempt = &wish};
    world_must(POINT, &request, "E_FIELD");
    wish.kind = ATTEMPT_KIND_LETTER;
    request = (struct request){.attempt = &wish};
    world_must(POINT, &request, "");
    assert_int_equal(count(POINT, "attempt"), 2);
    /* At whoever reported it there is nobody to visit. */
    struct change_visit elsewhere = plan_of(1, 1);
    request = (struct request){.visit = &elsewhere};
    world_must(HOME, &request, "E_TRANSITION");
    world_end();
}

/* Seven days lie between visits that nobody asked for, and three attempts are all. */
static void the_rules_of_outreach_hold(void **state)
{
    (void)state;
    begin(613);
    uint64_t number = reported("Rosa Voorbeeld, Kerkstraat 12");
    triage(number);
    plan(number, 1, false, "");
    plan(number, 2, false, "E_DUPLICATE");
    struct change_visit later = plan_of(number, 3);
    later.step = VISIT_STEP_POSTPONE;
    later.change = VISIT_CHANGE_GOER_AWAY;
    step(&later, "");
    later.step = VISIT_STEP_CALL_OFF;
    step(&later, "");
    /* Who was not called on was not tried. */
    plan(number, 1, false, "");
    report(number, VISIT_RESULT_NO_ANSWER_2, 8, 0, "E_FIELD");
    report(number, VISIT_RESULT_NO_ANSWER_1, 0, 0, "E_FIELD");
    report(number, VISIT_RESULT_NO_ANSWER_1, 6, 0, "E_TTL");
    report(number, VISIT_RESULT_NO_ANSWER_1, 7, 0, "");
    pass(7);
    report(number, VISIT_RESULT_NO_ANSWER_2, 0, VISIT_CHANGE_OTHER_CONTACT, "");
    plan(number, 1, false, "E_TTL");
    plan(number, 7, false, "");
    pass(7);
    report(number, VISIT_RESULT_NO_ANSWER_3, 0, 0, "");
    plan(number, 1, true, "E_ATTEMPTS");
    assert_int_equal(count(POINT, "attempt"), 4);
    world_end();
}

static void who_refused_at_the_door_is_left_in_peace(void **state)
{
    (void)state;
    begin(614);
    uint64_t number = reported("Rosa Voorbeeld, Kerkstraat 12");
    triage(number);
    report(number, VISIT_RESULT_REFUSED, 0, 0, "");
    plan(number, 30, false, "E_QUIET");
    /* Reported anew it is the same person. */
    uint64_t again = reported("Mevr. ROSA VOORBEELD, Kerkstr 12");
    triage(again);
    plan(again, 30, false, "E_QUIET");
    report(again, VISIT_RESULT_MET, 0, 0, "E_QUIET");
    struct change_visit danger = plan_of(again, 0);
    danger.safety_basis = SAFETY_BASIS_NO_SIGN_OF_LIFE;
    step(&danger, "E_FIELD");
    danger.override_reason = "no light for three days";
    step(&danger, "");
    assert_string_equal(world_show(POINT, again)->confidence[0].text,
            danger.override_reason);
    assert_int_equal(count(POINT, "trace WHERE what = 'visit_for_safety'"), 1);
    assert_int_equal(count(HOME, "moment WHERE type = 6"), 0);
    world_end();
}

/* Somebody would go, and somebody would phone: both are called off with the decision.
 */
static void what_was_decided_is_visited_no_more(void **state)
{
    static const struct end_signal ends[] = {
            {.end = SIGNAL_END_NO_ACTION, .reason = NO_ACTION_REASON_SOLVED},
            {.end = SIGNAL_END_DECLINED                          },
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ends); i++) {
        begin(615);
        uint64_t number = reported("Rosa Voorbeeld, Kerkstraat 12");
        struct end_signal end = ends[i];
        struct request request = {.signal_end = &end};
        const struct try_to_reach call = {.case_number = number,
                .kind = ATTEMPT_KIND_PHONE,
                .planned_ms = day_from_now(1)};
        struct request calls = {.attempt = &call};
        end.case_number = number;
        triage(number);
        plan(number, 1, false, "");
        world_must(POINT, &calls, "");
        assert_int_equal(count(POINT, "attempt WHERE due_ms > 0"), 2);
        world_must(POINT, &request, "");
        world_quiet();
        assert_int_equal(count(POINT, "attempt WHERE due_ms > 0 OR done_ms = 0"), 0);
        const struct visit_line *visit = &world_show(POINT, number)->visits[0];
        assert_int_equal(visit->change, VISIT_CHANGE_CASE_OVER);
        assert_false(visit->late);
        report(number, VISIT_RESULT_MET, 0, 0, "E_TRANSITION");
        pass(6);
        assert_int_equal(count(POINT, "attempt WHERE result <> 0"), 0);
        assert_int_equal(count(POINT, "trace WHERE what LIKE '%_late'"), 0);
        assert_false(world_show(POINT, number)->line->unread);
        world_end();
    }
}

/* Nobody said how it went: people hear of it, a visit or a call. */
static void what_nobody_reported_is_told(void **state)
{
    (void)state;
    begin(616);
    uint64_t number = reported("Rosa Voorbeeld, Kerkstraat 12");
    const struct try_to_reach call = {.case_number = number,
            .kind = ATTEMPT_KIND_PHONE};
    triage(number);
    plan(number, 1, false, "");
    struct request request = {.attempt = &call};
    world_must(POINT, &request, "");
    pass(6);
    assert_int_equal(count(POINT, "trace WHERE what = 'visit_late'"), 1);
    assert_int_equal(count(POINT, "trace WHERE what = 'attempt_late'"), 1);
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(a_visit_is_an_attempt_that_stays_in_the_house),
            cmocka_unit_test(somebody_else_goes_only_by_a_visit),
            cmocka_unit_test(the_rules_of_outreach_hold),
            cmocka_unit_test(who_refused_at_the_door_is_left_in_peace),
            cmocka_unit_test(what_was_decided_is_visited_no_more),
            cmocka_unit_test(what_nobody_reported_is_told),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
