/* unit_aggregate.c - which counts may be told: the rules as tables, and an attack on
 * what a thousand random years tell. The attacker knows every rule, every told number
 * and who divides into what, and looks for a number under five that could not be
 * anything from none to four any more. */
#include "core/aggregate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/time.h"

/* ------------------------------------------------------------- the rules */

/* Which parts are told, as text: "7,6,-". */
static const char *told_text(const struct aggregate_part *parts, size_t n,
        char text[200])
{
    size_t at = 0;
    text[0] = '\0';
    for (size_t i = 0; i < n && at < 190; i++) {
        int more = parts[i].told ? snprintf(text + at, 200 - at, "%s%u", i ? "," : "",
                                           (unsigned)parts[i].n)
                                 : snprintf(text + at, 200 - at, "%s-", i ? "," : "");
        at += (size_t)more;
    }
    return text;
}

static void test_of_a_told_number_five_stay_without_a_part(void **state)
{
    static const struct {
        uint32_t whole;
        uint32_t parts[4];
        size_t n;
        const char *told;
    } rows[] = {
            {20,         {5, 5},                   2, "5,5"           },
            {20,         {4, 5},                   2, "-,5"           },
            {4,          {4},                      1, "-"             }, /* never of what is not told */
            {10,         {5, 5},                   2, "-,5"           }, /* the smallest goes: the first of equals */
            {10,         {5},                      1, "5"             }, /* exactly five stay */
            {9,          {5},                      1, "-"             }, /* four would stay */
            {15,         {6, 5, 4},                3, "6,-,-"         }, /* complementary: 5 + 4 stay */
            {18,         {7, 6, 5},                3, "7,6,-"         },
            {14,         {9, 5},                   2, "9,-"           }, /* the least of them makes up for it */
            {40,         {30, 6, 4},               3, "30,-,-"        },
            {UINT32_MAX, {UINT32_MAX - 5, 0, 1},   3, "4294967290,-,-"},
            {UINT32_MAX, {UINT32_MAX, UINT32_MAX}, 2, "-,-"           },
            {0,          {0},                      0, ""              },
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct aggregate_part parts[4];
        char text[200];
        for (size_t p = 0; p < rows[i].n; p++)
            parts[p] = (struct aggregate_part){.n = rows[i].parts[p], .told = true};
        aggregate_split(rows[i].whole, parts, rows[i].n);
        assert_string_equal(told_text(parts, rows[i].n, text), rows[i].told);
    }
}

static void test_a_rest_would_hold_without_any_one_month(void **state)
{
    static const struct {
        uint32_t sum;
        size_t hidden;
        uint32_t told;
    } rows[] = {
            {0,          0,  0 },
            {4,          1,  0 },
            {5,          1,  0 }, /* one month cannot hide five */
            {8,          2,  0 }, /* four at most could be told: both would be four */
            {4,          3,  0 },
            {5,          3,  5 },
            {8,          3,  8 },
            {9,          3,  8 }, /* not nine: then none of the three could be none */
            {12,         3,  8 },
            {44,         12, 44},
            {48,         12, 44},
            {UINT32_MAX, 12, 44},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_int_equal(aggregate_rest(rows[i].sum, rows[i].hidden), rows[i].told);
}

static void test_parts_of_several_numbers_fit_without_any_one_of_them(void **state)
{
    static const struct {
        uint32_t wholes[3];
        size_t n_wholes;
        uint32_t parts[3];
        size_t n_parts;
        const char *told;
    } rows[] = {
            {{5, 5, 5},    3, {8},       1, "8"    }, /* 4 + 4 in the other two */
            {{5, 5, 5},    3, {9},       1, "-"    },
            {{5, 5, 5},    3, {4},       1, "-"    },
            {{50, 6},      2, {5},       1, "-"    }, /* one number alone takes four */
            {{50, 6, 5},   3, {5, 6},    2, "5,6"  }, /* 11 = 6 + 5 without the fifty */
            {{50, 6, 4},   3, {5, 6},    2, "-,6"  },
            {{10, 10, 10}, 3, {5, 6, 7}, 3, "5,6,7"}, /* 18 of 20 */
            {{9, 9, 9},    3, {5, 6, 8}, 3, "-,6,8"}, /* 19 do not fit in 18 */
            {{0},          0, {5},       1, "-"    },
            {{500},        1, {5},       1, "-"    },
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct aggregate_part parts[3];
        char text[200];
        for (size_t p = 0; p < rows[i].n_parts; p++)
            parts[p] = (struct aggregate_part){.n = rows[i].parts[p], .told = true};
        aggregate_fit(rows[i].wholes, rows[i].n_wholes, parts, rows[i].n_parts);
        assert_string_equal(told_text(parts, rows[i].n_parts, text), rows[i].told);
    }
}

static void test_five_were_answered_and_five_were_not(void **state)
{
    static const struct {
        uint32_t told, answered;
        bool may;
    } rows[] = {
            {10,         5,              true },
            {10,         4,              false},
            {10,         6,              false}, /* four that were not */
            {9,          5,              false},
            {4,          0,              false},
            {4,          5,              false},
            {0,          0,              false},
            {100,        100,            false},
            {100,        95,             true },
            {UINT32_MAX, UINT32_MAX - 5, true },
            {UINT32_MAX, UINT32_MAX,     false},
            {5,          UINT32_MAX,     false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_int_equal(aggregate_answered(rows[i].told, rows[i].answered),
                rows[i].may);
}

static void test_only_fixed_periods_can_be_asked(void **state)
{
    static const struct {
        const char *text;
        int32_t from, months; /* 0: it is no period */
    } rows[] = {
            {"2026-09",    680, 1 },
            {"2026-12",    683, 1 },
            {"2026-Q1",    672, 3 },
            {"2026-Q4",    681, 3 },
            {"2026",       672, 12},
            {"1970-01",    0,   1 },
            {"2026-13",    0,   0 },
            {"2026-00",    0,   0 },
            {"2026-Q5",    0,   0 },
            {"2026-Q0",    0,   0 },
            {"2026-9",     0,   0 },
            {"2026-W3",    0,   0 },
            {"2026-01-01", 0,   0 },
            {"2026Q1",     0,   0 },
            {"1969",       0,   0 },
            {"20260",      0,   0 },
            {"",           0,   0 },
            {"2026-",      0,   0 },
            {"2026-+1",    0,   0 },
            {"2026-Q",     0,   0 },
            {" 2026",      0,   0 },
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct aggregate_period period = {.months = 0};
        char text[AGGREGATE_PERIOD_BYTES];
        bool ok = aggregate_period(rows[i].text, &period);
        if (ok != (rows[i].months != 0) || period.months != rows[i].months ||
                period.from_month != rows[i].from)
            fail_msg("%s: %d months from %d", rows[i].text, (int)period.months,
                    (int)period.from_month);
        if (ok)
            aggregate_period_text(&period, text);
        if (ok)
            assert_string_equal(text, rows[i].text);
    }
}

static void test_months_and_days(void **state)
{
    int32_t day;
    (void)state;
    assert_true(time_day_parse("2026-09-30", &day));
    assert_int_equal(aggregate_month_of_day(day), 680);
    assert_int_equal(aggregate_month_of_day(day + 1), 681);
    assert_int_equal(aggregate_month_first_day(681), day + 1);
    assert_int_equal(aggregate_month_first_day(0), 0);
}

/* ------------------------------------------------------------- random years */

enum {
    MUNICIPALITIES = 2,
    NEEDS = 2,
    SECTORS = 5, /* and none said */
    MONTHS = AGGREGATE_MONTHS,
    YEAR = 672, /* January 2026 */
    CELLS_MAX = MUNICIPALITIES * NEEDS * (SECTORS + 1) * MONTHS,
};

/* What was counted; sector 0: not said. */
struct fixture {
    uint32_t n[MUNICIPALITIES][NEEDS][MONTHS][SECTORS + 1];
    struct aggregate_cell cells[CELLS_MAX], rest[CELLS_MAX];
    size_t n_cells, n_rest;
    int32_t since;
};

static uint32_t seed;
static uint32_t chance(uint32_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % below;
}

static uint32_t whole_of(const struct fixture *fixture, size_t a, size_t need, size_t m)
{
    uint32_t sum = 0;
    for (size_t s = 0; s <= SECTORS; s++)
        sum += fixture->n[a][need][m][s];
    return sum;
}

static void put_cell(struct fixture *fixture, size_t a, size_t s, size_t need, size_t m,
        uint32_t n)
{
    struct aggregate_cell *cell = &fixture->cells[fixture->n_cells];
    if (n == 0)
        return;
    *cell = (struct aggregate_cell){.of = AGGREGATE_NEED,
            .code = (uint16_t)(need + 1),
            .month = YEAR + (int32_t)m,
            .n = n};
    snprintf(cell->area, sizeof cell->area, "2100%u", (unsigned)a % 10u);
    memcpy(cell->place, cell->area, sizeof cell->area);
    /* Their codes say nothing of where they lie: those of all places are the same. */
    if (s > 0)
        snprintf(cell->place, sizeof cell->place, "11002A0%u-", (unsigned)s % 10u);
    fixture->n_cells++;
}

static void fill(struct fixture *fixture)
{
    fixture->since = YEAR + (chance(3) == 0 ? (int32_t)chance(MONTHS) : 0);
    for (size_t a = 0; a < MUNICIPALITIES; a++)
        for (size_t need = 0; need < NEEDS; need++) {
            uint32_t dense = 1 + chance(7), lumpy = 1 + chance(5);
            for (size_t m = (size_t)(fixture->since - YEAR); m < MONTHS; m++)
                for (size_t s = 0; s <= SECTORS; s++)
                    fixture->n[a][need][m][s] =
                            chance(lumpy) == 0 ? chance(dense + 1) : 0;
        }
}

/* Month by month as a node does, then the year. */
static void tell(struct fixture *fixture)
{
    struct aggregate_cell all[CELLS_MAX];
    size_t n_all = 0;
    for (size_t m = 0; m < MONTHS; m++) {
        fixture->n_cells = 0;
        for (size_t a = 0; a < MUNICIPALITIES; a++)
            for (size_t need = 0; need < NEEDS; need++) {
                put_cell(fixture, a, 0, need, m, whole_of(fixture, a, need, m));
                for (size_t s = 1; s <= SECTORS; s++)
                    put_cell(fixture, a, s, need, m, fixture->n[a][need][m][s]);
            }
        qsort(fixture->cells, fixture->n_cells, sizeof *fixture->cells,
                aggregate_order);
        aggregate_month(fixture->cells, fixture->n_cells);
        memcpy(&all[n_all], fixture->cells, fixture->n_cells * sizeof *all);
        n_all += fixture->n_cells;
    }
    memcpy(fixture->cells, all, sizeof all);
    fixture->n_cells = n_all;
    qsort(fixture->cells, n_all, sizeof *fixture->cells, aggregate_order);
    assert_true(aggregate_year(fixture->cells, n_all, fixture->since, fixture->rest,
            CELLS_MAX, &fixture->n_rest));
}

/* What was told; 0: nothing. s 0: the municipality. */
static uint32_t told_month(const struct fixture *fixture, size_t a, size_t need,
        size_t m, size_t s)
{
    for (size_t i = 0; i < fixture->n_cells; i++) {
        const struct aggregate_cell *cell = &fixture->cells[i];
        if (cell->told && cell->area[4] == (char)('0' + a) && cell->code == need + 1 &&
                cell->month == YEAR + (int32_t)m &&
                (s == 0 ? cell->place[5] == '\0' : cell->place[7] == (char)('0' + s)))
            return cell->n;
    }
    return 0;
}

static uint32_t told_year(const struct fixture *fixture, size_t a, size_t need,
        size_t s)
{
    for (size_t i = 0; i < fixture->n_rest; i++) {
        const struct aggregate_cell *cell = &fixture->rest[i];
        if (cell->area[4] == (char)('0' + a) && cell->code == need + 1 &&
                (s == 0 ? cell->place[5] == '\0' : cell->place[7] == (char)('0' + s)))
            return cell->n;
    }
    return 0;
}

/* ------------------------------------------------------------- the attacker */

/* All that the attacker has of one need in one municipality. */
struct view {
    uint32_t whole[MONTHS]; /* told, 0: hidden */
    uint32_t part[MONTHS][SECTORS + 1];
    uint32_t rest;
    uint32_t year[SECTORS + 1];
    bool counted[MONTHS];
};

static void look(const struct fixture *fixture, size_t a, size_t need,
        struct view *view)
{
    for (size_t m = 0; m < MONTHS; m++) {
        view->whole[m] = told_month(fixture, a, need, m, 0);
        view->counted[m] = YEAR + (int32_t)m >= fixture->since;
        for (size_t s = 1; s <= SECTORS; s++)
            view->part[m][s] = told_month(fixture, a, need, m, s);
    }
    view->rest = told_year(fixture, a, need, 0);
    for (size_t s = 1; s <= SECTORS; s++)
        view->year[s] = told_year(fixture, a, need, s);
}

/* A flow from sectors to months: how much of `want` finds room, with at most four of a
 * sector in a month, and one pair held at a value. */
struct flow {
    uint32_t want[SECTORS + 1];
    uint32_t room[MONTHS];
    uint32_t pair[SECTORS + 1][MONTHS]; /* carried */
    size_t held_s, held_m;
};

static bool push(struct flow *flow, size_t s, bool *seen)
{
    for (size_t m = 0; m < MONTHS; m++) {
        if (seen[m] || (s == flow->held_s && m == flow->held_m) ||
                flow->pair[s][m] == 4)
            continue;
        seen[m] = true;
        if (flow->room[m] > 0) {
            flow->room[m]--;
            flow->pair[s][m]++;
            return true;
        }
        /* Somebody else makes room here. */
        for (size_t other = 1; other <= SECTORS; other++)
            if (other != s && flow->pair[other][m] > 0 &&
                    !(other == flow->held_s && m == flow->held_m) &&
                    push(flow, other, seen)) {
                flow->pair[other][m]--;
                flow->pair[s][m]++;
                return true;
            }
    }
    return false;
}

static bool fits(struct flow *flow)
{
    for (size_t s = 1; s <= SECTORS; s++)
        for (uint32_t i = 0; i < flow->want[s]; i++) {
            bool seen[MONTHS] = {false};
            if (!push(flow, s, seen))
                return false;
        }
    return true;
}

/* Could this sector have had that many in this month, with everything that is told of
 * the year's sectors? Months that were told without a sector carry it. */
static bool could_be(const struct view *view, const uint32_t *of_months, size_t s,
        size_t m, uint32_t value)
{
    struct flow flow = {.held_s = s, .held_m = m};
    for (size_t i = 1; i <= SECTORS; i++)
        flow.want[i] = of_months[i];
    for (size_t i = 0; i < MONTHS; i++) {
        flow.room[i] = view->whole[i];
        for (size_t k = 1; k <= SECTORS; k++)
            if (view->part[i][k] > 0)
                flow.room[i] = 0;
    }
    if (flow.room[m] < value || (of_months[s] > 0 && of_months[s] < value))
        return false;
    flow.room[m] -= value;
    flow.want[s] -= of_months[s] > 0 ? value : 0;
    return fits(&flow);
}

static bool is_split(const struct view *view, size_t m)
{
    for (size_t s = 1; s <= SECTORS; s++)
        if (view->part[m][s] > 0)
            return true;
    return false;
}

/* What the year's number of a sector has of months that were told, and of those that
 * were not: the attacker is given both. */
static void take_apart(const struct fixture *fixture, size_t a, size_t need,
        const struct view *view, uint32_t of_months[SECTORS + 1],
        uint32_t of_rest[SECTORS + 1])
{
    struct aggregate_part parts[SECTORS + 1] = {{.n = 0}};
    uint32_t months[SECTORS + 1] = {0};
    for (size_t s = 1; s <= SECTORS; s++)
        for (size_t m = 0; m < MONTHS; m++) {
            uint32_t n = fixture->n[a][need][m][s];
            parts[s].n += view->whole[m] == 0 ? n : 0;
            months[s] += view->whole[m] > 0 && !is_split(view, m) ? n : 0;
        }
    aggregate_split(view->rest, parts, SECTORS + 1);
    for (size_t s = 1; s <= SECTORS; s++) {
        of_rest[s] = parts[s].told ? parts[s].n : 0;
        of_months[s] = view->year[s] - of_rest[s];
        assert_true(of_months[s] == 0 || of_months[s] == months[s]);
    }
}

/* Months that are hidden, and their rest. */
static void attack_months(const struct view *view, const uint32_t *of_rest)
{
    uint32_t hidden = 0, parts = 0;
    for (size_t m = 0; m < MONTHS; m++)
        hidden += view->counted[m] && view->whole[m] == 0;
    for (size_t s = 1; s <= SECTORS; s++)
        parts += of_rest[s];
    if (view->rest == 0) {
        assert_int_equal(parts, 0);
        return;
    }
    /* Any of them may be none: the others can hold it all. Any may be four. */
    assert_true(view->rest <= 4 * (hidden - 1));
    assert_true(view->rest >= 5);
    /* Who said no sector may be all who are left. */
    assert_true(parts == 0 || parts + 5 <= view->rest);
}

static size_t attack_line(const struct fixture *fixture, size_t a, size_t need)
{
    struct view view = {.rest = 0};
    uint32_t of_months[SECTORS + 1] = {0}, of_rest[SECTORS + 1] = {0};
    size_t attacked = 0;
    look(fixture, a, need, &view);
    take_apart(fixture, a, need, &view, of_months, of_rest);
    attack_months(&view, of_rest);
    for (size_t m = 0; m < MONTHS; m++) {
        uint32_t parts = 0;
        for (size_t s = 1; s <= SECTORS; s++)
            parts += view.part[m][s];
        assert_true(
                view.whole[m] == 0 || view.whole[m] == whole_of(fixture, a, need, m));
        assert_true(view.whole[m] == 0 ? parts == 0 : view.whole[m] >= 5);
        assert_true(parts == 0 || parts + 5 <= view.whole[m]);
        for (size_t s = 1; s <= SECTORS; s++) {
            assert_true(view.part[m][s] == 0 || view.part[m][s] >= 5);
            if (view.whole[m] == 0 || is_split(&view, m))
                continue;
            attacked++;
            if (!could_be(&view, of_months, s, m, 0) ||
                    !could_be(&view, of_months, s, m, 4))
                fail_msg("place %zu need %zu month %zu sector %zu is known to be %u", a,
                        need, m, s, (unsigned)fixture->n[a][need][m][s]);
        }
    }
    return attacked;
}

static void test_no_cell_of_a_thousand_years_can_be_worked_out(void **state)
{
    static struct fixture fixture;
    size_t attacked = 0, told = 0, sectors = 0, rests = 0;
    (void)state;
    for (uint32_t i = 1; i <= 1000; i++) {
        memset(&fixture, 0, sizeof fixture);
        seed = i;
        fill(&fixture);
        tell(&fixture);
        for (size_t a = 0; a < MUNICIPALITIES; a++)
            for (size_t need = 0; need < NEEDS; need++)
                attacked += attack_line(&fixture, a, need);
        for (size_t c = 0; c < fixture.n_cells; c++)
            told += fixture.cells[c].told;
        for (size_t c = 0; c < fixture.n_rest; c++) {
            sectors += strlen(fixture.rest[c].place) > 5;
            rests += strlen(fixture.rest[c].place) == 5;
        }
    }
    /* The attack had something to attack. */
    assert_true(attacked > 20000 && told > 10000 && sectors > 500 && rests > 500);
}

/* ------------------------------------------------------------- subtracting */

/* A report's number: any fixed period, a municipality or sector of it, one need or all
 * together. */
static uint32_t reported(const struct fixture *fixture, int32_t from, int32_t months,
        size_t a, size_t s, size_t need)
{
    uint32_t sum = 0;
    for (size_t k = 0; k < NEEDS; k++) {
        if (need != NEEDS && need != k)
            continue;
        for (int32_t m = from; m < from + months; m++)
            sum += told_month(fixture, a, k, (size_t)m, s);
        if (months == MONTHS)
            sum += told_year(fixture, a, k, s);
    }
    return sum;
}

static void check_pair(const char *what, uint32_t larger, uint32_t smaller)
{
    if (larger < smaller || (larger > smaller && larger - smaller < 5))
        fail_msg("%s: %u and %u differ by less than five", what, (unsigned)larger,
                (unsigned)smaller);
}

/* ------------------------------------------------------------- what became of them */

/* Of a whole, so many are of a kind and so many were answered: how many of that kind
 * were answered could be at least six numbers. */
static void check_inside(const char *what, uint32_t whole, uint32_t kind,
        uint32_t answered)
{
    uint32_t least = kind + answered > whole ? kind + answered - whole : 0;
    uint32_t most = kind < answered ? kind : answered;
    if (most - least < 5)
        fail_msg("%s: of %u, %u and %u: between %u and %u", what, (unsigned)whole,
                (unsigned)kind, (unsigned)answered, (unsigned)least, (unsigned)most);
}

/* One quarter of one need; false: nothing is told of what became of it. */
static bool attack_answers(const struct fixture *fixture, size_t a, size_t need,
        size_t quarter)
{
    uint32_t whole = 0, answered = 0;
    for (size_t m = quarter; m < quarter + AGGREGATE_QUARTER; m++) {
        uint32_t n = told_month(fixture, a, need, m, 0);
        whole += n;
        answered += chance(3) == 0 ? n : chance(n + 1);
    }
    if (!aggregate_answered(whole, answered))
        return false;
    check_pair("told and answered", whole, answered);
    for (size_t m = quarter; m < quarter + AGGREGATE_QUARTER; m++) {
        uint32_t n = told_month(fixture, a, need, m, 0);
        if (n > 0 && n < whole)
            check_inside("a month", whole, n, answered);
        for (size_t s = 1; s <= SECTORS; s++)
            if (told_month(fixture, a, need, m, s) > 0)
                check_inside("a sector", whole, told_month(fixture, a, need, m, s),
                        answered);
    }
    return true;
}

static void test_what_became_of_them_tells_no_small_number(void **state)
{
    static struct fixture fixture;
    size_t told = 0, hidden = 0;
    (void)state;
    for (uint32_t i = 1; i <= 1000; i++) {
        memset(&fixture, 0, sizeof fixture);
        seed = i;
        fill(&fixture);
        tell(&fixture);
        for (size_t quarter = 0; quarter < MONTHS; quarter += AGGREGATE_QUARTER) {
            bool may = attack_answers(&fixture, i % MUNICIPALITIES, quarter % NEEDS,
                    quarter);
            told += may;
            hidden += !may;
        }
    }
    assert_true(told > 500 && hidden > 500);
}

/* All pairs of which one holds the other: the period longer, the place larger, all
 * needs instead of one. */
static void subtract_all(const struct fixture *fixture, size_t a, size_t s, size_t need)
{
    uint32_t year = reported(fixture, 0, MONTHS, a, s, need);
    for (int32_t quarter = 0; quarter < MONTHS; quarter += 3) {
        uint32_t q = reported(fixture, quarter, 3, a, s, need);
        check_pair("year and quarter", year, q);
        for (int32_t m = quarter; m < quarter + 3; m++) {
            uint32_t month = reported(fixture, m, 1, a, s, need);
            check_pair("quarter and month", q, month);
            check_pair("year and month", year, month);
            check_pair("needs together and one", reported(fixture, m, 1, a, s, NEEDS),
                    month);
            check_pair("municipality and sector", reported(fixture, m, 1, a, 0, need),
                    month);
        }
    }
    check_pair("needs together and one", reported(fixture, 0, MONTHS, a, s, NEEDS),
            year);
    check_pair("municipality and sector", reported(fixture, 0, MONTHS, a, 0, need),
            year);
}

static void test_no_two_reports_differ_by_less_than_five(void **state)
{
    static struct fixture fixture;
    (void)state;
    for (uint32_t i = 1; i <= 1000; i++) {
        memset(&fixture, 0, sizeof fixture);
        seed = i + 100000;
        fill(&fixture);
        tell(&fixture);
        size_t a = i % MUNICIPALITIES;
        for (size_t s = 0; s <= SECTORS; s++)
            subtract_all(&fixture, a, s, i % NEEDS);
    }
}

/* ------------------------------------------------------------- bounds */

static void test_sectors_past_the_limit_are_not_told(void **state)
{
    static struct aggregate_cell cells[AGGREGATE_SECTORS_MAX + 2];
    static struct aggregate_cell rest[4];
    size_t n_rest, told = 0;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cells); i++) {
        cells[i] = (struct aggregate_cell){.month = YEAR, .code = 1, .n = 5};
        snprintf(cells[i].area, sizeof cells[i].area, "21004");
        snprintf(cells[i].place, sizeof cells[i].place, "21004");
        if (i > 0)
            snprintf(cells[i].place + 5, sizeof cells[i].place - 5, "A%03u",
                    (unsigned)i % 1000u);
    }
    cells[0].n = 100000;
    aggregate_month(cells, COUNT_OF(cells));
    for (size_t i = 0; i < COUNT_OF(cells); i++)
        told += cells[i].told;
    assert_int_equal(told, AGGREGATE_SECTORS_MAX + 1);
    assert_false(cells[AGGREGATE_SECTORS_MAX + 1].told);
    /* And no place for all of a year is said so, not cut. */
    for (size_t i = 0; i < COUNT_OF(cells); i++)
        cells[i].told = false;
    cells[0].n = 4;
    assert_true(aggregate_year(cells, COUNT_OF(cells), YEAR, rest, 4, &n_rest));
    assert_int_equal(n_rest, 0);
    for (size_t m = 0; m < 12; m++) {
        cells[m] = cells[0];
        cells[m].month = YEAR + (int32_t)m;
    }
    assert_true(aggregate_year(cells, 12, YEAR, rest, 1, &n_rest));
    assert_int_equal(n_rest, 1);
    assert_int_equal(rest[0].n, 44);
    assert_int_equal(rest[0].month, YEAR);
    assert_false(aggregate_year(cells, 12, YEAR, rest, 0, &n_rest));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(test_of_a_told_number_five_stay_without_a_part),
            cmocka_unit_test(test_a_rest_would_hold_without_any_one_month),
            cmocka_unit_test(test_parts_of_several_numbers_fit_without_any_one_of_them),
            cmocka_unit_test(test_five_were_answered_and_five_were_not),
            cmocka_unit_test(test_only_fixed_periods_can_be_asked),
            cmocka_unit_test(test_months_and_days),
            cmocka_unit_test(test_no_cell_of_a_thousand_years_can_be_worked_out),
            cmocka_unit_test(test_what_became_of_them_tells_no_small_number),
            cmocka_unit_test(test_no_two_reports_differ_by_less_than_five),
            cmocka_unit_test(test_sectors_past_the_limit_are_not_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
