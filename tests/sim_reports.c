/* sim_reports.c - what a reporting point tells others of its signals, when, and how it
 * adds up; and the reports that are made of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "nodes/node_inner.h"
#include "nodes/spool_tally.h"
#include "tests/reported.h"

#define POINT  "meldpunt"
#define HOME   "thuiszorg"
#define READER "aksant"

enum { AREAS = 2, NEEDS = 4, CHANNELS = 3, LANGUAGES = 3, SECTORS = 6, JUNE = 677 };

static const char *const AREA[AREAS] = {"21004", "21009"};
static const uint16_t NEED[NEEDS] = {NEED_CATEGORY_LONELINESS_ISOLATION,
        NEED_CATEGORY_DEBT, NEED_CATEGORY_MEALS_FOOD, NEED_CATEGORY_SELF_NEGLECT};
static const uint16_t CHANNEL[CHANNELS] = {0, SIGNAL_CHANNEL_PHONE,
        SIGNAL_CHANNEL_DESK};
static const char *const LANGUAGE[LANGUAGES] = {"", "nl-BE", "ar"};
static const char *const LANGUAGE_TOLD[LANGUAGES] = {"", "nl", "ar"};

/* ------------------------------------------------------------- days */

static const char *const ALL[] = {NETWORK_BROKER, POINT, HOME, READER, "chambry",
        "noord"};

/* Nobody's computer is on until that day begins. */
static void pass_until(const char *date)
{
    int32_t day;
    assert_true(time_day_parse(date, &day));
    int64_t ms = time_day_start(day) - sim_now();
    assert_true(ms > 0);
    world_quiet();
    for (size_t i = 0; i < COUNT_OF(ALL); i++)
        if (world_is_up(ALL[i]))
            world_stop(ALL[i]);
    world_pass(ms);
    for (size_t i = 0; i < COUNT_OF(ALL); i++)
        world_start(ALL[i]);
    world_quiet();
    world_pass(10 * TIME_MINUTE_MS);
    world_quiet();
}

/* ------------------------------------------------------------- signals */

/* What was raised, as the test counts it: [area][need][sector], sector 0: not said. */
struct raised {
    uint32_t needs[AREAS][NEEDS][SECTORS + 1];
    uint32_t channels[AREAS][CHANNELS], languages[AREAS][LANGUAGES];
};

static uint32_t seed = 7;
static uint32_t chance(uint32_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % below;
}

static void raise_one(size_t area, size_t need, bool second, size_t sector,
        size_t channel, size_t language)
{
    char place[10];
    const uint16_t needs[] = {NEED[need], NEED[(need + 1) % NEEDS]};
    snprintf(place, sizeof place, sector == 0 ? "%s" : "%sA0%zu-", AREA[area], sector);
    const struct signal said = {.needs = needs,
            .n_needs = second ? 2 : 1,
            .person = "Rosa Voorbeeld, third floor",
            .language = LANGUAGE[language],
            .place = place,
            .channel = CHANNEL[channel]};
    const struct raise_signal wish = {.recipient = POINT,
            .urgency = URGENCY_ROUTINE,
            .area = AREA[area],
            .signal = &said};
    struct request request = {.signal = &wish};
    world_must(HOME, &request, "");
}

/* Many signals, of which the test keeps count by itself. */
static void raise_many(size_t n, struct raised *raised)
{
    for (size_t i = 0; i < n; i++) {
        size_t area = chance(5) == 0, need = chance(8) == 0 ? 3 : chance(3);
        size_t sector = chance(3) == 0 ? 0 : 1 + chance(chance(2) ? SECTORS : 2);
        size_t channel = chance(CHANNELS), language = chance(LANGUAGES);
        bool second = chance(4) == 0;
        raise_one(area, need, second, sector, channel, language);
        raised->needs[area][need][sector]++;
        if (second)
            raised->needs[area][(need + 1) % NEEDS][sector]++;
        raised->channels[area][channel]++;
        raised->languages[area][language]++;
        if (i % 50 == 49)
            world_quiet();
    }
    world_quiet();
}

/* ------------------------------------------------------------- reports */

static const char *need_code(size_t need)
{
    return vocab_code(VOCAB_NEED_CATEGORY, NEED[need]);
}

/* ------------------------------------------------------------- the fixture */

static uint32_t whole_of(const struct raised *raised, size_t area, size_t need)
{
    uint32_t sum = 0;
    for (size_t s = 0; s <= SECTORS; s++)
        sum += raised->needs[area][need][s];
    return sum;
}

/* May a sector be told? Written in another way than the product does it: it may when,
 * with itself and all that are as large or larger, five and more stay over. */
static bool sector_told(const struct raised *raised, size_t area, size_t need, size_t s)
{
    const uint32_t *n = raised->needs[area][need];
    uint32_t larger = 0;
    for (size_t k = 1; k <= SECTORS; k++)
        larger += n[k] > n[s] || (n[k] == n[s] && k >= s) ? n[k] : 0;
    return n[s] >= 5 && larger + 5 <= whole_of(raised, area, need);
}

static size_t check_needs(const struct report_table *table, const struct raised *raised)
{
    size_t told = 0;
    for (size_t area = 0; area < AREAS; area++)
        for (size_t need = 0; need < NEEDS; need++) {
            uint32_t whole = whole_of(raised, area, need);
            uint32_t at = number_at(table, AREA[area], need_code(need), 2);
            assert_int_equal(at, whole >= 5 ? whole : 0);
            told += at > 0;
            for (size_t s = 1; s <= SECTORS; s++) {
                char place[10];
                snprintf(place, sizeof place, "%sA0%zu-", AREA[area], s);
                at = number_at(table, place, need_code(need), 2);
                assert_int_equal(at, sector_told(raised, area, need, s)
                                             ? raised->needs[area][need][s]
                                             : 0);
                told += at > 0;
            }
        }
    return told;
}

static void check_ways(const struct report *report, const struct raised *raised)
{
    const struct report_table *channels = table_of(report, REPORT_WORD_CHANNELS);
    const struct report_table *languages = table_of(report, REPORT_WORD_LANGUAGES);
    size_t n_channels = 0, n_languages = 0;
    for (size_t area = 0; area < AREAS; area++) {
        for (size_t c = 1; c < CHANNELS; c++) {
            uint32_t n = raised->channels[area][c];
            n_channels += n >= 5;
            assert_int_equal(number_at(channels, AREA[area],
                                     vocab_code(VOCAB_SIGNAL_CHANNEL, CHANNEL[c]), 2),
                    n >= 5 ? n : 0);
        }
        for (size_t l = 1; l < LANGUAGES; l++) {
            uint32_t n = raised->languages[area][l];
            n_languages += n >= 5;
            assert_int_equal(number_at(languages, AREA[area], LANGUAGE_TOLD[l], 2),
                    n >= 5 ? n : 0);
        }
    }
    /* What was not said is told nowhere. */
    assert_int_equal(channels->n_rows, n_channels);
    assert_int_equal(languages->n_rows, n_languages);
}

static void check_own(const struct report_table *table, const struct raised *raised)
{
    for (size_t area = 0; area < AREAS; area++)
        for (size_t need = 0; need < NEEDS; need++) {
            uint32_t whole = whole_of(raised, area, need);
            assert_int_equal(number_at(table, AREA[area], need_code(need), 2), whole);
            /* Nobody has looked at any of them. */
            assert_int_equal(number_at(table, AREA[area], need_code(need), 5), whole);
        }
}

static void two_thousand_signals_are_reported_as_they_were_counted(void **state)
{
    static struct raised raised;
    (void)state;
    world_fresh(1);
    memset(&raised, 0, sizeof raised);
    pass_until("2026-06-02");
    raise_many(2000, &raised);
    check_own(table_of(report_of(POINT, REPORT_KIND_AREA, "2026-06", "", true),
                      REPORT_WORD_OWN_NEEDS),
            &raised);
    /* June is not over: others know nothing, not even our own report tells it. */
    assert_int_equal(table_of(report_of(POINT, REPORT_KIND_AREA, "2026-06", "", false),
                             REPORT_WORD_NEEDS)
                             ->n_rows,
            0);
    pass_until("2026-07-01");
    const struct report *report =
            report_of(READER, REPORT_KIND_AREA, "2026-06", "", false);
    size_t told = check_needs(table_of(report, REPORT_WORD_NEEDS), &raised);
    assert_int_equal(table_of(report, REPORT_WORD_NEEDS)->n_rows, told);
    assert_true(told > 20);
    check_ways(report, &raised);
    assert_false(report->running || report->more || report->own);
    assert_non_null(strstr(report->note, "Signals, not people"));
    /* A quarter is the sum of its months; one place alone is asked for. */
    report = report_of(READER, REPORT_KIND_AREA, "2026-Q2", "", false);
    assert_int_equal(check_needs(table_of(report, REPORT_WORD_NEEDS), &raised), told);
    report = report_of(READER, REPORT_KIND_AREA, "2026-Q2", AREA[1], false);
    for (size_t i = 0; i < table_of(report, REPORT_WORD_NEEDS)->n_rows; i++)
        assert_int_equal(strncmp(table_of(report, REPORT_WORD_NEEDS)->rows[i].cells[0],
                                 AREA[1], 5),
                0);
    /* What was told never changes, and is told once. */
    raise_one(0, 0, false, 1, 1, 1);
    pass_until("2026-07-20");
    report = report_of(READER, REPORT_KIND_AREA, "2026-06", "", false);
    assert_int_equal(check_needs(table_of(report, REPORT_WORD_NEEDS), &raised), told);
    world_end();
}

/* ------------------------------------------------------------- when */

static uint32_t told_of_july(void)
{
    return number_at(table_of(report_of(READER, REPORT_KIND_AREA, "2026-07", "", false),
                             REPORT_WORD_NEEDS),
            AREA[0], need_code(0), 2);
}

static void a_month_is_told_on_the_first_working_day_after_it(void **state)
{
    (void)state;
    world_fresh(2);
    pass_until("2026-07-01");
    for (size_t i = 0; i < 5; i++)
        raise_one(0, 0, false, 0, 0, 0);
    /* The first of August is a Saturday. */
    pass_until("2026-08-02");
    assert_int_equal(told_of_july(), 0);
    pass_until("2026-08-03");
    assert_int_equal(told_of_july(), 5);
    world_end();
}

static void a_point_that_was_away_tells_what_it_missed_once(void **state)
{
    (void)state;
    world_fresh(3);
    pass_until("2026-07-01");
    for (size_t i = 0; i < 6; i++)
        raise_one(0, 0, false, 0, 0, 0);
    world_quiet();
    pass_until("2026-09-02");
    assert_int_equal(told_of_july(), 6);
    world_crash(POINT);
    world_start(POINT);
    world_pass(10 * TIME_MINUTE_MS);
    world_quiet();
    assert_int_equal(told_of_july(), 6);
    world_end();
}

/* ------------------------------------------------------------- a year */

/* As many signals of a month as if they had come then. */
static void count_before(int32_t month, const char *place, uint32_t n)
{
    struct node *node = world_node(POINT);
    struct err err = {0};
    struct aggregate_cell cell = {.of = AGGREGATE_NEED,
            .code = NEED[0],
            .month = month};
    snprintf(cell.area, sizeof cell.area, "%s", AREA[0]);
    snprintf(cell.place, sizeof cell.place, "%s", place);
    for (uint32_t i = 0; i < n; i++)
        assert_true(spool_tally_add(node->db, &cell, &err));
}

static void a_year_tells_what_its_months_left_untold(void **state)
{
    (void)state;
    world_fresh(4);
    struct node *node = world_node(POINT);
    struct err err = {0};
    world_pass(TIME_MINUTE_MS);
    /* Three a month from January to November, never told. */
    assert_true(db_begin(node->db, &err));
    for (int32_t month = JUNE - 5; month < JUNE + 6; month++) {
        count_before(month, AREA[0], 3);
        count_before(month, "21004A01-", 2);
    }
    assert_true(spool_set_number(node->db, SPOOL_TALLY_SINCE, JUNE - 5, &err) &&
                spool_set_number(node->db, SPOOL_TALLY_UPTO, JUNE + 5, &err) &&
                db_commit(node->db, &err));
    pass_until("2027-01-04");
    const struct report_table *year =
            table_of(report_of(POINT, REPORT_KIND_AREA, "2026", "", false),
                    REPORT_WORD_NEEDS);
    assert_int_equal(number_at(year, AREA[0], need_code(0), 2), 33);
    assert_int_equal(number_at(year, "21004A01-", need_code(0), 2), 22);
    /* No part of the year tells it, nor the one in which it began. */
    static const char *const PARTS[] = {"2026-01", "2026-Q1", "2026-Q3", "2026-Q4"};
    for (size_t i = 0; i < COUNT_OF(PARTS); i++)
        assert_int_equal(table_of(report_of(POINT, REPORT_KIND_AREA, PARTS[i], "",
                                          false),
                                 REPORT_WORD_NEEDS)
                                 ->n_rows,
                0);
    /* And the small counts are gone. */
    char area[6];
    assert_true(db_begin(world_node(POINT)->db, &err) &&
                spool_tally_area(world_node(POINT)->db, "", 0, INT32_MAX, area, &err) &&
                db_commit(world_node(POINT)->db, &err));
    assert_string_equal(area, "");
    world_end();
}

/* ------------------------------------------------------------- what became of them */

/* So many signals about a need, of which the first ones go to crisis help at once. */
static void raise_and_answer(size_t need, size_t n, size_t answered)
{
    for (size_t i = 0; i < n; i++) {
        raise_one(0, need, false, 0, 0, 0);
        world_quiet();
        if (i >= answered)
            continue;
        uint64_t number = world_newest(POINT, CASE_BOX_NEW);
        const struct triage_signal look = {.case_number = number};
        const struct end_signal end = {.case_number = number,
                .end = SIGNAL_END_CRISIS,
                .call = CRISIS_CALL_DOCTOR_ON_DUTY};
        world_must(POINT, &(struct request){.triage = &look}, "");
        world_must(POINT, &(struct request){.signal_end = &end}, "");
    }
    world_quiet();
}

/* Signals, answered, unanswered of a need, as anybody reads them; 0: not told. */
static void check_became(const char *period, size_t need, uint32_t signals,
        uint32_t answered)
{
    const struct report_table *table =
            table_of(report_of(READER, REPORT_KIND_AREA, period, "", false),
                    REPORT_WORD_ANSWERED_NEEDS);
    uint32_t n = number_at(table, AREA[0], need_code(need), 2);
    uint32_t yes = number_at(table, AREA[0], need_code(need), 3);
    uint32_t no = number_at(table, AREA[0], need_code(need), 4);
    if (n != signals || yes != answered || no != signals - answered)
        fail_msg("%s: of %u %u were answered and %u not", period, (unsigned)n,
                (unsigned)yes, (unsigned)no);
}

static void what_became_of_a_quarter_is_told_when_the_next_is_over(void **state)
{
    static const char *const PARTS[] = {"2026-05", "2026-06", "2026-Q1", "2026-Q3"};
    (void)state;
    world_fresh(6);
    world_pass(TIME_MINUTE_MS);
    raise_and_answer(0, 12, 6);
    raise_and_answer(1, 9, 5); /* four were not */
    raise_and_answer(2, 14, 4);
    raise_and_answer(3, 10, 2);
    pass_until("2026-06-02");
    raise_and_answer(0, 4, 4); /* of a month that is not told */
    raise_and_answer(3, 7, 6);
    pass_until("2026-09-30");
    check_became("2026-Q2", 3, 0, 0);
    pass_until("2026-10-01");
    check_became("2026-Q2", 0, 12, 6);
    check_became("2026-Q2", 1, 0, 0);
    check_became("2026-Q2", 2, 0, 0);
    check_became("2026-Q2", 3, 17, 8);
    check_became("2026", 3, 17, 8);
    for (size_t i = 0; i < COUNT_OF(PARTS); i++)
        check_became(PARTS[i], 3, 0, 0);
    /* It is told once, and stays when the year's counts go. */
    world_crash(POINT);
    world_start(POINT);
    pass_until("2027-01-04");
    check_became("2026-Q2", 3, 17, 8);
    world_end();
}

/* ------------------------------------------------------------- who, and of when */

static void only_fixed_periods_and_for_own_numbers_the_right_to_reports(void **state)
{
    static const struct {
        uint16_t kind;
        const char *period, *place;
        bool own;
        const char *code, *field;
    } rows[] = {
            {REPORT_KIND_AREA,        "2026-05", "",      false, "",        ""      },
            {REPORT_KIND_AREA,        "",        "",      false, "",        ""      },
            {REPORT_KIND_AREA,        "2026",    "",      true,  "",        ""      },
            {REPORT_KIND_FLOW,        "2026-Q2", "",      false, "",        ""      },
            {REPORT_KIND_CAPACITY,    "",        "21004", false, "",        ""      },
            {REPORT_KIND_BARRIERS,    "",        "",      false, "",        ""      },
            {REPORT_KIND_ESCALATIONS, "",        "",      false, "",        ""      },
            {0,                       "",        "",      false, "E_FIELD", "kind"  },
            {REPORT_KIND_AREA,        "2026-06", "",      false, "E_FIELD", "period"},
            {REPORT_KIND_AREA,        "2026-W2", "",      false, "E_FIELD", "period"},
            {REPORT_KIND_AREA,        "",        "2100",  false, "E_FIELD", "place" },
            {REPORT_KIND_FLOW,        "",        "",      true,  "E_FIELD", "own"   },
    };
    (void)state;
    world_fresh(5);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct show_report show = {.kind = rows[i].kind,
                .period = rows[i].period,
                .place = rows[i].place,
                .own = rows[i].own};
        struct request request = {.report = &show};
        const struct reply *reply = world_try(POINT, &request);
        if (reply == NULL || strcmp(reply->code, rows[i].code) != 0 ||
                (rows[i].code[0] != '\0' &&
                        (reply->n_issues == 0 ||
                                strcmp(reply->issues[0].field, rows[i].field) != 0)))
            fail_msg("row %zu: %s", i, reply == NULL ? world_why() : reply->code);
    }
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(two_thousand_signals_are_reported_as_they_were_counted),
            cmocka_unit_test(a_month_is_told_on_the_first_working_day_after_it),
            cmocka_unit_test(a_point_that_was_away_tells_what_it_missed_once),
            cmocka_unit_test(a_year_tells_what_its_months_left_untold),
            cmocka_unit_test(what_became_of_a_quarter_is_told_when_the_next_is_over),
            cmocka_unit_test(
                    only_fixed_periods_and_for_own_numbers_the_right_to_reports),
    };
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
