/* sim_visits.c - home visits between two nodes: planned, put off, reported, stopped by
 * a refusal and by the other rules; who hears of what, and what stays in the house. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "core/wire.h"
#include "nodes/outreach.h"
#include "nodes/quiet.h"
#include "tests/peek.h"
#include "tests/world.h"

#define HOME   "thuiszorg"
#define TARGET "aksant"

static const uint16_t ALONE[] = {VISIT_GOER_VOLUNTEER};

static uint64_t sent, got; /* the case at each side */

static uint64_t day_from_now(int32_t days)
{
    int32_t day = time_brussels_day(sim_now()) + days;
    return (uint64_t)time_day_start(day + 1) - 1;
}

/* Nobody is there but the two. */
static void begin(uint64_t seed)
{
    world_fresh(seed);
    world_stop("chambry");
    world_stop("meldpunt");
    world_stop("noord");
}

/* Days in which nothing happens: both sleep until shortly before their end. */
static void pass(int64_t ms)
{
    int64_t sleep_ms = ms - 10 * (int64_t)TIME_MINUTE_MS;
    sim_freeze(HOME, sleep_ms);
    sim_freeze(TARGET, sleep_ms);
    world_pass(ms);
}

static void referred(uint64_t seed)
{
    static const struct world_consent wish = {.recipients = {TARGET}};
    begin(seed);
    uint64_t consent = world_consent(HOME, &wish);
    sent = world_refer(HOME, consent, TARGET, "Rosa Voorbeeld")->made->case_number;
    world_quiet();
    got = world_newest(TARGET, CASE_BOX_NEW);
}

static void accepted(uint64_t seed)
{
    referred(seed);
    world_do(TARGET, got, OFFER_EVENT_ACCEPT);
}

/* One step; "" or its code. */
static const struct reply *step(const struct change_visit *ask, const char *code)
{
    struct request request = {.visit = ask};
    const struct reply *reply = world_must(TARGET, &request, code);
    return reply;
}

static const struct reply *plan(uint64_t number, int32_t days, bool agreed,
        const char *code)
{
    const struct change_visit ask = {.case_number = number,
            .step = VISIT_STEP_PLAN,
            .planned_ms = day_from_now(days),
            .goes = ALONE,
            .n_goes = 1,
            .aim = VISIT_AIM_GET_ACQUAINTED,
            .agreed = agreed};
    return step(&ask, code);
}

static const struct reply *safety(uint64_t number, uint16_t basis, const char *why,
        const char *code)
{
    const struct change_visit ask = {.case_number = number,
            .step = VISIT_STEP_PLAN,
            .planned_ms = day_from_now(0),
            .goes = ALONE,
            .n_goes = 1,
            .aim = VISIT_AIM_CHECK_SIGNAL,
            .safety_basis = basis,
            .override_reason = why};
    return step(&ask, code);
}

static const struct reply *report(uint64_t number, uint16_t result, int32_t next_days,
        uint16_t change, const char *code)
{
    const struct visit visit = {.result = result};
    const struct change_visit ask = {.case_number = number,
            .step = VISIT_STEP_REPORT,
            .planned_ms = next_days == 0 ? 0 : day_from_now(next_days),
            .goes = ALONE,
            .n_goes = 1,
            .aim = VISIT_AIM_GET_ACQUAINTED,
            .change = change,
            .visit = &visit};
    return step(&ask, code);
}

static const struct reply *put_off(int32_t days, uint16_t why, const char *code)
{
    const struct change_visit ask = {.case_number = got,
            .step = VISIT_STEP_POSTPONE,
            .planned_ms = day_from_now(days),
            .change = why};
    return step(&ask, code);
}

static const struct visit_list *visits_of(const char *id, uint64_t number)
{
    const struct list_visits ask = {.case_number = number};
    struct request request = {.visits = &ask};
    return world_must(id, &request, "")->visits;
}

/* The newest letter about a visit in the sender's case. */
static struct content said_to_sender(void)
{
    static struct arena arena;
    const struct case_detail *file = world_show(HOME, sent);
    struct content content = {.visit = NULL};
    struct err err = {0};
    arena_free(&arena);
    arena = arena_new(1 << 16);
    for (size_t i = 0; i < file->n_moments; i++)
        if (file->moments[i].type == LETTER_TYPE_VISIT)
            assert_true(wire_get(&WIRE_CONTENT, file->moments[i].content, &arena,
                    &content, &err));
    assert_non_null(content.visit);
    return content;
}

static int64_t count(const char *id, const char *sql)
{
    return peek_number(peek_of(id), sql);
}

#define N_LETTERS "SELECT count(*) FROM moment WHERE type = 6"
#define N_LATE    "SELECT count(*) FROM trace WHERE what = 'visit_late'"

/* --- stories --- */

static void a_visit_is_planned_put_off_and_reported(void **state)
{
    (void)state;
    accepted(2500);
    plan(got, 3, true, "");
    world_quiet();
    struct content said = said_to_sender();
    assert_int_equal(said.visit->next_ms, day_from_now(3));
    assert_int_equal(said.visit->aim, VISIT_AIM_GET_ACQUAINTED);
    assert_int_equal(said.visit->n_goes, 1);
    assert_int_equal(visits_of(TARGET, 0)->n_visits, 1);
    assert_string_equal(visits_of(TARGET, 0)->visits[0].person, "Rosa Voorbeeld");

    put_off(5, VISIT_CHANGE_PERSON_ASKED, "");
    world_quiet();
    said = said_to_sender();
    assert_int_equal(said.visit->next_ms, day_from_now(5));
    assert_int_equal(said.visit->change, VISIT_CHANGE_PERSON_ASKED);
    const struct visit_list *list = visits_of(TARGET, got);
    assert_int_equal(list->n_visits, 1);
    assert_int_equal(list->visits[0].postponed, 1);

    report(got, VISIT_RESULT_MET, 14, 0, "");
    world_quiet();
    said = said_to_sender();
    assert_int_equal(said.visit->result, VISIT_RESULT_MET);
    assert_int_equal(said.visit->next_ms, day_from_now(14));
    list = visits_of(TARGET, got);
    assert_int_equal(list->n_visits, 2);
    assert_int_equal(list->visits[0].result, VISIT_RESULT_MET);
    assert_int_equal(list->visits[1].done_ms, 0);
    assert_int_equal(count(HOME, N_LETTERS), 3);
    assert_int_equal(world_show(TARGET, got)->n_visits, 2);
    world_end();
}

/* What each step lacks, or has too much of: refused, and nothing written or sent. */
static void a_step_that_is_not_whole_leaves_nothing(void **state)
{
    static const struct visit nobody = {.result = VISIT_RESULT_NO_ANSWER_1};
    static const struct visit second = {.result = VISIT_RESULT_NO_ANSWER_2};
    static const struct visit marked = {.result = VISIT_RESULT_MET,
            .text = "[vertrouwelijk] open"};
    static const struct visit no_result = {.text = "fine"};
    (void)state;
    accepted(2501);
    const struct visit ahead = {.result = VISIT_RESULT_MET, .at_ms = day_from_now(1)};
    const struct visit before = {.result = VISIT_RESULT_MET, .at_ms = day_from_now(-1)};
    const struct visit long_ago = {.result = VISIT_RESULT_MET, .at_ms = 1};
    /* What follows stands beside what is said of this visit. */
    const struct visit and_next = {.result = VISIT_RESULT_MET,
            .next_ms = day_from_now(3)};
    const struct visit and_goes = {.result = VISIT_RESULT_MET,
            .goes = ALONE,
            .n_goes = 1};
    const struct visit and_aim = {.result = VISIT_RESULT_MET, .aim = 1};
    const struct visit and_change = {.result = VISIT_RESULT_MET, .change = 1};
    const struct visit no_time = {.result = VISIT_RESULT_MET, .at_ms = UINT64_MAX};
    const struct {
        struct change_visit ask;
        const char *code;
    } rows[] = {
            {{.step = VISIT_STEP_NONE},                                                 "E_FIELD"    },
            {{.step = VISIT_STEP_PLAN, .goes = ALONE, .n_goes = 1, .aim = 1},
             "E_FIELD"                                                                               },
            {{.step = VISIT_STEP_PLAN,
                     .planned_ms = day_from_now(-1),
                     .goes = ALONE,
                     .n_goes = 1,
                     .aim = 1},
             "E_FIELD"                                                                               },
            {{.step = VISIT_STEP_PLAN,
                     .planned_ms = day_from_now(OUTREACH_AHEAD_DAYS + 1),
                     .goes = ALONE,
                     .n_goes = 1,
                     .aim = 1},
             "E_FIELD"                                                                               },
            {{.step = VISIT_STEP_PLAN, .planned_ms = day_from_now(1), .aim = 1},
             "E_FIELD"                                                                               },
            {{.step = VISIT_STEP_PLAN,
                     .planned_ms = day_from_now(1),
                     .goes = ALONE,
                     .n_goes = 1},
             "E_FIELD"                                                                               },
            {{.step = VISIT_STEP_PLAN,
                     .planned_ms = day_from_now(1),
                     .goes = ALONE,
                     .n_goes = 1,
                     .aim = 1,
                     .safety_basis = 1},
             "E_FIELD"                                                                               },
            {{.step = VISIT_STEP_PLAN,
                     .planned_ms = day_from_now(1),
                     .goes = ALONE,
                     .n_goes = 1,
                     .aim = 1,
                     .override_reason = "dark"},
             "E_FIELD"                                                                               },
            {{.step = VISIT_STEP_POSTPONE, .planned_ms = day_from_now(1), .change = 1},
             "E_NOT_FOUND"                                                                           },
            {{.step = VISIT_STEP_CALL_OFF, .change = 1},                                "E_NOT_FOUND"},
            {{.step = VISIT_STEP_REPORT},                                               "E_FIELD"    },
            {{.step = VISIT_STEP_REPORT, .visit = &no_result},                          "E_FIELD"    },
            {{.step = VISIT_STEP_REPORT, .visit = &ahead},                              "E_FIELD"    },
            {{.step = VISIT_STEP_REPORT, .visit = &before},                             "E_FIELD"    },
            {{.step = VISIT_STEP_REPORT, .visit = &long_ago},                           "E_FIELD"    },
            {{.step = VISIT_STEP_REPORT, .visit = &no_time},                            "E_FIELD"    },
            {{.step = VISIT_STEP_REPORT, .visit = &nobody},                             "E_FIELD"    },
            {{.step = VISIT_STEP_REPORT,
                     .visit = &nobody,
                     .planned_ms = day_from_now(7),
                     .goes = ALONE,
                     .n_goes = 1,
                     .aim = 1,
                     .change = 1},
             "E_FIELD"                                                                               },
            {{.step = VISIT_STEP_REPORT, .visit = &second, .change = 1},                "E_FIELD"    },
            {{.step = VISIT_STEP_REPORT, .visit = &marked},                             "E_FIELD"    },
            {{.step = VISIT_STEP_REPORT, .visit = &and_next},                           "E_FIELD"    },
            {{.step = VISIT_STEP_REPORT, .visit = &and_goes},                           "E_FIELD"    },
            {{.step = VISIT_STEP_REPORT, .visit = &and_aim},                            "E_FIELD"    },
            {{.step = VISIT_STEP_REPORT, .visit = &and_change},                         "E_FIELD"    },
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct change_visit ask = rows[i].ask;
        ask.case_number = got;
        struct request request = {.visit = &ask};
        const struct reply *reply = world_ask(TARGET, &request);
        if (strcmp(reply->code, rows[i].code) != 0)
            fail_msg("row %zu: %s", i, reply->code);
        /* What is missing is named: the ground, or the words. */
        if (ask.safety_basis != 0)
            assert_string_equal(reply->issues[0].field, "override_reason");
        if (ask.override_reason != NULL)
            assert_string_equal(reply->issues[0].field, "safety_basis");
    }
    struct change_visit unknown = {.case_number = 999,
            .step = VISIT_STEP_CALL_OFF,
            .change = 1};
    step(&unknown, "E_NOT_FOUND");
    assert_int_equal(count(TARGET, "SELECT count(*) FROM attempt"), 0);
    assert_int_equal(count(TARGET, N_LETTERS), 0);
    world_end();
}

static void nobody_is_visited_before_the_accept_or_after_the_end(void **state)
{
    (void)state;
    referred(2502);
    plan(got, 1, true, "E_TRANSITION");
    world_do(TARGET, got, OFFER_EVENT_ACCEPT);
    plan(got, 1, true, "");
    world_do(TARGET, got, OFFER_EVENT_START);
    world_do(TARGET, got, OFFER_EVENT_OUTCOME);
    plan(got, 1, true, "E_TRANSITION");
    /* What was planned is not on the list any more, and is called off with it. */
    assert_int_equal(visits_of(TARGET, 0)->n_visits, 0);
    assert_int_equal(visits_of(TARGET, got)->visits[0].change, VISIT_CHANGE_CASE_OVER);
    assert_true(visits_of(TARGET, got)->visits[0].done_ms > 0);
    pass(8 * (int64_t)TIME_DAY_MS);
    assert_int_equal(count(TARGET, N_LATE), 0);
    world_end();
}

static void who_took_the_consent_back_is_not_visited(void **state)
{
    (void)state;
    accepted(2503);
    plan(got, 2, true, "");
    world_withdraw(HOME, 1);
    world_quiet();
    plan(got, 1, true, "E_CONSENT_WITHDRAWN");
    const struct visit_list *list = visits_of(TARGET, 0);
    assert_int_equal(list->n_visits, 1);
    assert_true(list->visits[0].stop_contact);
    world_end();
}

/* Three in vain, a week apart, each with what follows; then no more of them. */
static void three_in_vain_end_it(void **state)
{
    (void)state;
    accepted(2504);
    plan(got, 0, false, "");
    report(got, VISIT_RESULT_NO_ANSWER_1, 6, 0, "E_TTL");
    assert_string_equal(report(got, VISIT_RESULT_NO_ANSWER_1, 7, 0, "")->made->state,
            "reported");
    plan(got, 20, true, "E_DUPLICATE");
    pass(7 * (int64_t)TIME_DAY_MS);
    report(got, VISIT_RESULT_NO_ANSWER_2, 7, 0, "");
    pass(7 * (int64_t)TIME_DAY_MS);
    report(got, VISIT_RESULT_NO_ANSWER_3, 7, 0, "E_FIELD");
    report(got, VISIT_RESULT_NO_ANSWER_3, 0, 0, "");
    plan(got, 60, false, "E_TRANSITION");
    plan(got, 2, true, "");
    report(got, VISIT_RESULT_MET, 0, 0, "");
    pass(8 * (int64_t)TIME_DAY_MS);
    plan(got, 0, false, "");
    world_end();
}

/* In the case itself, in another one of the same story, until the day; the person may
 * ask, and safety may, with words that stay in the house. */
static void who_refuses_is_left_in_peace(void **state)
{
    static const char why[] = "The light has been on for three days";
    (void)state;
    accepted(2505);
    plan(got, 0, false, "");
    report(got, VISIT_RESULT_REFUSED, 7, 0, "E_FIELD");
    report(got, VISIT_RESULT_REFUSED, 0, 0, "");
    world_quiet();
    int64_t until_ms = quiet_until(sim_now());
    const struct reply *no = plan(got, 30, false, "E_QUIET");
    char day[TIME_TEXT_BYTES];
    time_local_text(until_ms, day);
    day[strcspn(day, " ")] = '\0';
    assert_int_equal(no->n_issues, 1);
    assert_non_null(strstr(no->issues[0].words, day));
    safety(got, SAFETY_BASIS_NO_SIGN_OF_LIFE, "", "E_FIELD");
    safety(got, 0, why, "E_FIELD");
    safety(got, SAFETY_BASIS_NO_SIGN_OF_LIFE, why, "");
    assert_int_equal(count(TARGET,
                             "SELECT count(*) FROM trace WHERE "
                             "what = 'visit_for_safety' AND code = 'no_sign_of_life'"),
            1);
    const struct case_detail *file = world_show(TARGET, got);
    assert_int_equal(file->n_confidence, 1);
    assert_string_equal(file->confidence[0].text, why);
    world_quiet();
    assert_int_equal(world_show(HOME, sent)->n_confidence, 0);
    assert_string_equal(said_to_sender().visit->text, "");
    report(got, VISIT_RESULT_NOT_NOW, 0, VISIT_CHANGE_NOT_NEEDED, "");

    /* Nobody may say afterwards that somebody just went by. */
    report(got, VISIT_RESULT_MET, 0, 0, "E_QUIET");
    plan(got, 1, true, "");
    const struct change_visit off = {.case_number = got,
            .step = VISIT_STEP_CALL_OFF,
            .change = VISIT_CHANGE_PERSON_ASKED};
    step(&off, "");
    step(&off, "E_NOT_FOUND");
    pass(until_ms - sim_now() - TIME_DAY_MS);
    plan(got, 0, false, "E_QUIET");
    pass(2 * (int64_t)TIME_DAY_MS);
    plan(got, 0, false, "");
    world_end();
}

static void one_story_is_one_person(void **state)
{
    static const uint16_t needs[] = {NEED_CATEGORY_LONELINESS_ISOLATION};
    static const struct person person = {.name = "Rosa Voorbeeld"};
    static const struct referral first = {.person = &person,
            .needs = needs,
            .n_needs = 1,
            .correlation_id = {{7}}};
    static const struct referral other = {.person = &person,
            .needs = needs,
            .n_needs = 1,
            .correlation_id = {{8}}};
    static const struct world_consent wish = {.recipients = {TARGET}};
    static const struct {
        const struct referral *content;
        const char *code;
    } rows[] = {
            {&first, ""       },
            {&first, "E_QUIET"},
            {&other, ""       },
    };
    (void)state;
    begin(2506);
    uint64_t consent = world_consent(HOME, &wish);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct world_referral referral = {.consent = consent,
                .candidate = TARGET,
                .content = rows[i].content};
        assert_string_equal(world_refer_as(HOME, &referral)->code, "");
        world_quiet();
        got = world_newest(TARGET, CASE_BOX_NEW);
        world_do(TARGET, got, OFFER_EVENT_ACCEPT);
        plan(got, 0, false, rows[i].code);
        if (i == 0)
            report(got, VISIT_RESULT_REFUSED, 0, 0, "");
    }
    world_end();
}

static void a_visit_is_put_off_so_often(void **state)
{
    (void)state;
    accepted(2507);
    plan(got, 1, true, "");
    put_off(1, VISIT_CHANGE_GOER_AWAY, "E_FIELD");
    put_off(2, 0, "E_FIELD");
    for (int32_t i = 0; i < OUTREACH_POSTPONED_MAX; i++)
        put_off(i + 2, VISIT_CHANGE_GOER_AWAY, "");
    put_off(40, VISIT_CHANGE_GOER_AWAY, "E_TRANSITION");
    world_end();
}

/* One working day after its day, once; a Friday's on Monday. */
static void nobody_said_how_it_went(void **state)
{
    (void)state;
    accepted(2508); /* a Wednesday */
    plan(got, 2, true, "");
    pass(5 * (int64_t)TIME_DAY_MS - 16 * TIME_HOUR_MS);
    assert_int_equal(count(TARGET, N_LATE), 0);
    assert_true(visits_of(TARGET, 0)->visits[0].late);
    world_do(TARGET, got, OFFER_EVENT_SEEN);
    assert_false(world_show(TARGET, got)->line->unread);
    pass(3 * (int64_t)TIME_DAY_MS);
    assert_int_equal(count(TARGET, N_LATE), 1);
    assert_true(world_show(TARGET, got)->line->unread);
    pass(9 * (int64_t)TIME_DAY_MS);
    assert_int_equal(count(TARGET, N_LATE), 1);
    report(got, VISIT_RESULT_MET, 0, 0, "");
    assert_false(visits_of(TARGET, got)->visits[0].late);
    world_end();
}

/* A case has so many visits, called off or not; then it must come to an end. */
static void a_case_has_so_many_visits(void **state)
{
    (void)state;
    accepted(2510);
    for (size_t i = 0; i < OUTREACH_VISITS_MAX; i++) {
        const struct change_visit off = {.case_number = got,
                .step = VISIT_STEP_CALL_OFF,
                .change = VISIT_CHANGE_GOER_AWAY};
        plan(got, 1, true, "");
        step(&off, "");
    }
    plan(got, 1, true, "E_SIZE");
    report(got, VISIT_RESULT_MET, 0, 0, "E_SIZE");
    assert_int_equal(visits_of(TARGET, got)->n_visits, OUTREACH_VISITS_MAX);
    world_end();
}

/* Power at either side, and the same request twice: one visit, one letter. */
static void it_is_done_once(void **state)
{
    const struct change_visit ask = {.case_number = 1,
            .step = VISIT_STEP_PLAN,
            .goes = ALONE,
            .n_goes = 1,
            .aim = VISIT_AIM_FOLLOW_UP,
            .agreed = true};
    (void)state;
    accepted(2509);
    struct change_visit twice = ask;
    twice.case_number = got;
    twice.planned_ms = day_from_now(1);
    struct request request = {.visit = &twice, .idempotency_key = "one visit"};
    world_must(TARGET, &request, "");
    world_crash(TARGET);
    world_start(TARGET);
    request = (struct request){.visit = &twice, .idempotency_key = "one visit"};
    world_must(TARGET, &request, "");
    world_quiet();
    assert_int_equal(count(TARGET, "SELECT count(*) FROM attempt"), 1);
    assert_int_equal(count(HOME, N_LETTERS), 1);
    world_end();
}

/* Who may read signals only sees no names of referrals in the list of all visits. */
static void the_list_shows_what_its_reader_may_see(void **state)
{
    static const enum scope scopes[] = {SCOPE_SIGNAL_READ, SCOPE_REFERRAL_READ};
    static const char *const names[] = {"signals", "referrals"};
    const struct list_visits all = {.case_number = 0};

    (void)state;
    accepted(2511);
    const struct change_visit ask = {.case_number = got,
            .step = VISIT_STEP_PLAN,
            .planned_ms = day_from_now(1),
            .goes = ALONE,
            .n_goes = 1,
            .aim = VISIT_AIM_FOLLOW_UP,
            .agreed = true};
    step(&ask, "");
    for (size_t i = 0; i < COUNT_OF(scopes); i++) {
        const struct change_token change = {.name = names[i],
                .scopes = &scopes[i],
                .n_scopes = 1};
        struct request request = {.token_change = &change};
        char token[201];
        snprintf(token, sizeof token, "%s",
                world_must(TARGET, &request, "")->made->text);
        request = (struct request){.visits = &all, .token = token};
        assert_int_equal(world_must(TARGET, &request, "")->visits->n_visits, i);
    }
    world_end();
}

/* The last visit is reported and the outcome said while the sender is away: both wait
 * for it, the report before the end. */
static void the_last_report_waits_for_its_reader(void **state)
{
    (void)state;
    accepted(2510);
    world_do(TARGET, got, OFFER_EVENT_START);
    world_stop(HOME);
    report(got, VISIT_RESULT_MET, 0, 0, "");
    world_do(TARGET, got, OFFER_EVENT_OUTCOME);
    world_start(HOME);
    world_quiet();
    assert_int_equal(world_state(HOME, sent), OFFER_STATE_COMPLETED);
    assert_int_equal(said_to_sender().visit->result, VISIT_RESULT_MET);
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(a_visit_is_planned_put_off_and_reported),
            cmocka_unit_test(a_step_that_is_not_whole_leaves_nothing),
            cmocka_unit_test(nobody_is_visited_before_the_accept_or_after_the_end),
            cmocka_unit_test(who_took_the_consent_back_is_not_visited),
            cmocka_unit_test(three_in_vain_end_it),
            cmocka_unit_test(who_refuses_is_left_in_peace),
            cmocka_unit_test(one_story_is_one_person),
            cmocka_unit_test(a_visit_is_put_off_so_often),
            cmocka_unit_test(nobody_said_how_it_went),
            cmocka_unit_test(a_case_has_so_many_visits),
            cmocka_unit_test(it_is_done_once),
            cmocka_unit_test(the_list_shows_what_its_reader_may_see),
            cmocka_unit_test(the_last_report_waits_for_its_reader),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
