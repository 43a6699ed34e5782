/* sim_reports_flow.c - a small story that is known whole, and what the reports count of
 * it: from signal to help, why partners said no, room and barriers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/time.h"
#include "tests/reported.h"

#define HOME   "thuiszorg"
#define TARGET "aksant"
#define POINT  "meldpunt"
#define MONTH  "2026-05" /* in which the world begins */
#define AREA   "21004"

static const uint16_t NEEDS[] = {NEED_CATEGORY_LONELINESS_ISOLATION};

/* ------------------------------------------------------------- signals */

/* Raised at HOME, without consent; its number at POINT. */
static uint64_t reported(const char *person)
{
    const struct signal signal = {.needs = NEEDS,
            .n_needs = 1,
            .person = person,
            .place = AREA,
            .channel = SIGNAL_CHANNEL_PHONE};
    const struct raise_signal wish = {.recipient = POINT,
            .urgency = URGENCY_ROUTINE,
            .area = AREA,
            .signal = &signal};
    world_must(HOME, &(struct request){.signal = &wish}, "");
    world_quiet();
    return world_newest(POINT, CASE_BOX_NEW);
}

static void triage(uint64_t number)
{
    const struct triage_signal wish = {.case_number = number};
    world_must(POINT, &(struct request){.triage = &wish}, "");
    world_quiet();
}

/* Becomes a referral to HOME; its number at POINT. */
static uint64_t convert(uint64_t number, const char *person)
{
    static const char *const candidates[] = {HOME};
    const struct world_consent consent = {.recipients = {HOME}, .person = person};
    const struct refer refer = {.consent_number = world_consent(POINT, &consent),
            .candidates = candidates,
            .n_candidates = 1,
            .mode = MODE_DIRECT,
            .area = ""};
    const struct convert_signal wish = {.case_number = number, .refer = &refer};
    uint64_t referral = world_must(POINT, &(struct request){.convert = &wish}, "")
                                ->made->case_number;
    world_quiet();
    return referral;
}

static void solved(uint64_t number)
{
    const struct end_signal wish = {.case_number = number,
            .end = SIGNAL_END_NO_ACTION,
            .reason = NO_ACTION_REASON_SOLVED};
    world_must(POINT, &(struct request){.signal_end = &wish}, "");
    world_quiet();
}

static void helped(uint64_t referral)
{
    uint64_t got = world_newest(HOME, CASE_BOX_TO_DECIDE);
    world_do(HOME, got, OFFER_EVENT_ACCEPT);
    world_do(HOME, got, OFFER_EVENT_START);
    world_do(HOME, got, OFFER_EVENT_OUTCOME);
    world_do(POINT, referral, OFFER_EVENT_CONFIRM);
}

/* Nobody looked at the first; the second was solved; the third was declined; the fourth
 * was looked at after an hour, referred two hours later, and helped after a day. */
static uint64_t declined;

static void live(void)
{
    (void)reported("Jan Voorbeeld, Lindelaan 4");
    uint64_t second = reported("Karel Mertens, Kerkstraat 12");
    triage(second);
    solved(second);
    uint64_t third = reported("Rosa Voorbeeld, Dorp 7");
    triage(third);
    declined = convert(third, "Rosa Voorbeeld");
    world_do(HOME, world_newest(HOME, CASE_BOX_TO_DECIDE), OFFER_EVENT_DECLINE);
    uint64_t fourth = reported("Aysel Demir, Stationsplein 1");
    world_pass(TIME_HOUR_MS);
    triage(fourth);
    world_pass((int64_t)2 * TIME_HOUR_MS);
    uint64_t referral = convert(fourth, "Aysel Demir");
    world_pass(TIME_DAY_MS);
    helped(referral);
}

/* ------------------------------------------------------------- flow */

struct counted {
    uint16_t table;
    const char *code;
    size_t column;
    uint32_t n;
};

static void check(const struct report *report, const struct counted *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t got = number_of(table_of(report, rows[i].table), rows[i].code,
                rows[i].column);
        if (got != rows[i].n)
            fail_msg("%s: %u, not %u", rows[i].code, got, rows[i].n);
    }
}

/* Half within this, and at most some minutes more. */
static void check_time(const struct report *report, const char *step, int64_t ms)
{
    int64_t half = number_of(table_of(report, REPORT_WORD_TIMES), step, 2);
    assert_in_range(half, ms, ms + (int64_t)10 * TIME_MINUTE_MS);
}

static void from_signal_to_help_each_step_holds_the_next(void **state)
{
    /* clang-format off */
    static const struct counted ROWS[] = {
            {REPORT_WORD_FUNNEL,     "raised",              1, 4  },
            {REPORT_WORD_FUNNEL,     "raised",              2, 100},
            {REPORT_WORD_FUNNEL,     "contacted",           1, 2  },
            {REPORT_WORD_FUNNEL,     "contacted",           2, 50 },
            {REPORT_WORD_FUNNEL,     "referred",            1, 2  },
            {REPORT_WORD_FUNNEL,     "helped",              1, 1  },
            {REPORT_WORD_FUNNEL,     "helped",              2, 25 },
            {REPORT_WORD_TIMES,      "triaged",             1, 3  },
            {REPORT_WORD_TIMES,      "contacted",           1, 2  },
            {REPORT_WORD_TIMES,      "referred",            1, 2  },
            {REPORT_WORD_TIMES,      "helped",              1, 1  },
            {REPORT_WORD_TIMES,      "closed",              1, 1  },
            {REPORT_WORD_OUTCOMES,   "converted",           1, 2  },
            {REPORT_WORD_OUTCOMES,   "no_action",           1, 1  },
            {REPORT_WORD_NO_ACTIONS, "solved",              1, 1  },
            {REPORT_WORD_REFERRALS,  "sent",                1, 2  },
            {REPORT_WORD_REFERRALS,  "accepted",            1, 1  },
            {REPORT_WORD_REFERRALS,  "started",             1, 1  },
            {REPORT_WORD_REFERRALS,  "completed",           1, 1  },
            {REPORT_WORD_REFERRALS,  "confirmed",           1, 1  },
            {REPORT_WORD_REFERRALS,  "unplaced",            1, 1  },
            {REPORT_WORD_DECLINES,   "volunteers_at_limit", 1, 1  },
            {REPORT_WORD_ANSWERS,    HOME,                  1, 2  },
            {REPORT_WORD_ANSWERS,    HOME,                  2, 2  },
    };
    /* clang-format on */
    (void)state;
    world_fresh(11);
    live();
    const struct report *report = report_of(POINT, REPORT_KIND_FLOW, MONTH, "", false);
    check(report, ROWS, COUNT_OF(ROWS));
    assert_int_equal(table_of(report, REPORT_WORD_DECLINES)->n_rows, 1);
    assert_int_equal(table_of(report, REPORT_WORD_OUTCOMES)->n_rows, 2);
    check_time(report, "helped", TIME_DAY_MS + (int64_t)3 * TIME_HOUR_MS);
    check_time(report, "referred", 0);
    assert_true(report->own && report->running);
    /* Where it was, and nowhere else. */
    report = report_of(POINT, REPORT_KIND_FLOW, MONTH, AREA, false);
    check(report, ROWS, COUNT_OF(ROWS));
    report = report_of(POINT, REPORT_KIND_FLOW, MONTH, "21009", false);
    assert_int_equal(number_of(table_of(report, REPORT_WORD_FUNNEL), "raised", 1), 0);
    assert_int_equal(number_of(table_of(report, REPORT_WORD_REFERRALS), "sent", 1), 0);
    assert_int_equal(table_of(report, REPORT_WORD_DECLINES)->n_rows, 0);
    /* The same signals by need: two were answered, one not, one is open. */
    static const uint32_t own[] = {4, 2, 1, 1};
    report = report_of(POINT, REPORT_KIND_AREA, MONTH, "", true);
    for (size_t i = 0; i < COUNT_OF(own); i++)
        assert_int_equal(number_at(table_of(report, REPORT_WORD_OWN_NEEDS), AREA,
                                 "loneliness_isolation", 2 + i),
                own[i]);
    /* That its sender looks no further makes it no less unplaced. */
    world_do(POINT, declined, OFFER_EVENT_CANCEL);
    report = report_of(POINT, REPORT_KIND_FLOW, MONTH, "", false);
    assert_int_equal(number_of(table_of(report, REPORT_WORD_REFERRALS), "unplaced", 1),
            1);
    world_end();
}

/* Refused by the broker: the first time it went nowhere, and asked anew it stands where
 * it stood. */
static void what_reached_nobody_counts_for_nothing(void **state)
{
    static const struct counted ROWS[] = {
            {REPORT_WORD_REFERRALS, "sent",     1, 1},
            {REPORT_WORD_REFERRALS, "accepted", 1, 0},
            {REPORT_WORD_REFERRALS, "unplaced", 1, 1},
            {REPORT_WORD_ANSWERS,   HOME,       1, 1},
    };
    const struct world_consent wish = {.recipients = {HOME}};
    const struct partnership_change change = {.verb = PARTNERSHIP_VERB_END,
            .partner = POINT};
    struct world_referral asked = {.candidate = HOME, .secret = "Rosa Voorbeeld"};
    (void)state;
    world_fresh(16);
    asked.consent = world_consent(POINT, &wish);
    uint64_t number = world_refer_as(POINT, &asked)->made->case_number;
    world_quiet();
    world_do(HOME, world_newest(HOME, CASE_BOX_TO_DECIDE), OFFER_EVENT_DECLINE);
    world_quiet();
    sim_unplug(POINT, true);
    world_pass(TIME_MINUTE_MS);
    assert_string_equal(world_refer_as(POINT, &asked)->code, "");
    asked.reopens = number;
    assert_string_equal(world_refer_as(POINT, &asked)->code, "");
    world_must(HOME, &(struct request){.partnership = &change}, "");
    sim_unplug(POINT, false);
    world_pass(5 * TIME_MINUTE_MS);
    assert_string_equal(world_show(POINT, number)->line->referral_state, "unplaced");
    assert_string_equal(world_show(POINT, number + 1)->line->referral_state, "refused");
    check(report_of(POINT, REPORT_KIND_FLOW, MONTH, "", false), ROWS, COUNT_OF(ROWS));
    world_end();
}

/* ------------------------------------------------------------- room */

static void say_room(uint16_t state)
{
    const struct set_capacity capacity = {.need = NEEDS[0],
            .area = "",
            .language = "",
            .antenna = "",
            .state = state,
            .waitlist_days = state == CAPACITY_STATE_WAITLIST ? 30 : 0};
    world_must(TARGET, &(struct request){.capacity = &capacity}, "");
    world_quiet();
}

/* Partners, with room, waiting, full, not known. */
static void check_room(const uint32_t expected[5])
{
    const struct report *report =
            report_of(POINT, REPORT_KIND_CAPACITY, MONTH, AREA, false);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(number_at(table_of(report, REPORT_WORD_SUPPLY), AREA,
                                 "loneliness_isolation", 2 + i),
                expected[i]);
}

static uint32_t days_without_room(void)
{
    return number_at(table_of(report_of(POINT, REPORT_KIND_CAPACITY, MONTH, "", false),
                             REPORT_WORD_GAPS),
            AREA, "loneliness_isolation", 2);
}

/* Also where nobody says to work, and once where several sectors are named. */
static void what_is_offered_elsewhere_is_told_too(void **state)
{
    static const char *const areas[] = {"44021A01-", "44021A02-", "31005"};
    static const struct {
        const char *area;
        uint32_t rows;
    } rows[] = {
            {"44021",     1},
            {"44021A01-", 1},
            {"44021A03-", 0},
            {"31005",     1},
            {AREA,        0}
    };
    const struct set_service service = {.need = NEEDS[0],
            .areas = areas,
            .n_areas = COUNT_OF(areas),
            .antenna = "",
            .hours = "",
            .contact = ""};
    (void)state;
    world_fresh(14);
    world_must(TARGET, &(struct request){.service = &service}, "");
    world_quiet();
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct report_table *table =
                table_of(report_of(POINT, REPORT_KIND_CAPACITY, MONTH, rows[i].area,
                                 false),
                        REPORT_WORD_SUPPLY);
        assert_int_equal(table->n_rows, rows[i].rows);
        assert_int_equal(number_at(table, rows[i].area, "loneliness_isolation", 2),
                rows[i].rows);
    }
    world_end();
}

static void a_day_on_which_nobody_has_room_is_a_gap(void **state)
{
    static const char *const areas[] = {AREA};
    const struct set_service service = {.need = NEEDS[0],
            .areas = areas,
            .n_areas = 1,
            .antenna = "",
            .hours = "",
            .contact = ""};
    (void)state;
    world_fresh(12);
    /* Today was looked at before there was anything to see. */
    world_pass(TIME_HOUR_MS);
    world_must(TARGET, &(struct request){.service = &service}, "");
    world_quiet();
    check_room((uint32_t[]){1, 0, 0, 0, 1});
    say_room(CAPACITY_STATE_FULL);
    check_room((uint32_t[]){1, 0, 0, 1, 0});
    assert_int_equal(days_without_room(), 0);
    /* Looked at once on each of the two days that follow. */
    world_pass(2 * TIME_DAY_MS);
    assert_int_equal(days_without_room(), 2);
    say_room(CAPACITY_STATE_WAITLIST);
    check_room((uint32_t[]){1, 0, 1, 0, 0});
    say_room(CAPACITY_STATE_OPEN);
    check_room((uint32_t[]){1, 1, 0, 0, 0});
    world_pass(TIME_DAY_MS);
    assert_int_equal(days_without_room(), 2);
    /* Of a sector: those of the municipality in which it lies. */
    const struct report *report =
            report_of(POINT, REPORT_KIND_CAPACITY, MONTH, AREA "A01-", false);
    assert_int_equal(number_at(table_of(report, REPORT_WORD_GAPS), AREA,
                             "loneliness_isolation", 2),
            2);
    world_end();
}

/* ------------------------------------------------------------- barriers */

static void a_barrier_is_told_where_it_stands(void **state)
{
    static const char *const here[] = {AREA}, *const there[] = {"11002"};
    const struct barrier says[] = {
            {.barrier = BARRIER_LANGUAGE,
             .need = NEEDS[0],
             .areas = here,
             .n_areas = 1},
            {.barrier = BARRIER_COST,                .need = NEEDS[0],                                   .areas = there, .n_areas = 1},
            {.barrier = BARRIER_NO_OFFER,.need = NEEDS[0]},
    };
    (void)state;
    world_fresh(13);
    for (size_t i = 0; i < COUNT_OF(says); i++) {
        const struct set_barrier wish = {.says = &says[i]};
        world_must(TARGET, &(struct request){.barrier = &wish}, "");
        world_pass(TIME_SECOND_MS);
    }
    world_quiet();
    const struct report_table *table =
            table_of(report_of(POINT, REPORT_KIND_BARRIERS, MONTH, "", false),
                    REPORT_WORD_BARRIERS);
    assert_int_equal(table->n_rows, 3);
    /* What names no place stands everywhere. */
    table = table_of(report_of(POINT, REPORT_KIND_BARRIERS, MONTH, AREA, false),
            REPORT_WORD_BARRIERS);
    assert_int_equal(table->n_rows, 2);
    for (size_t i = 0; i < table->n_rows; i++) {
        assert_string_not_equal(table->rows[i].cells[1], "cost");
        assert_string_equal(table->rows[i].cells[2], "loneliness_isolation");
        assert_string_equal(table->rows[i].cells[4], TARGET);
    }
    /* Nobody had reported any before. */
    table = table_of(report_of(POINT, REPORT_KIND_BARRIERS, "2026-04", "", false),
            REPORT_WORD_BARRIERS);
    assert_int_equal(table->n_rows, 0);
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(from_signal_to_help_each_step_holds_the_next),
            cmocka_unit_test(what_reached_nobody_counts_for_nothing),
            cmocka_unit_test(what_is_offered_elsewhere_is_told_too),
            cmocka_unit_test(a_day_on_which_nobody_has_room_is_a_gap),
            cmocka_unit_test(a_barrier_is_told_where_it_stands),
    };
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
