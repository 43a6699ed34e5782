/* unit_directory_reports.c - what counts of signals and subscriptions may say, at
 * everybody who reads them. */
#include "tests/small_network.h"

#include "core/aggregate.h"

static const struct aggregate_row ROW = {.place = "21004",
        .need = NEED_CATEGORY_DEBT,
        .language = "",
        .signals = 5};
static const struct aggregate MAY = {.from_month = 676,
        .months = 1,
        .rows = &ROW,
        .n_rows = 1};
static const char *const AREAS[] = {"21004", "21009A01-"};
static const uint16_t NEEDS[] = {NEED_CATEGORY_DEBT};
static const uint16_t KINDS[] = {SIGNAL_KIND_PERSON};
static const struct subscription WANTED = {.areas = AREAS,
        .n_areas = 2,
        .needs = NEEDS,
        .n_needs = 1,
        .level_max = LEVEL_S1,
        .kinds = KINDS,
        .n_kinds = 1};

static enum code feed(struct world *world, struct statement statement)
{
    struct err err = {0};
    enum directory_news news;
    struct span body;
    static uint64_t version;
    statement.v = 1;
    statement.author = "house-a";
    statement.version = ++version;
    if (statement.issued_ms == 0)
        statement.issued_ms = (uint64_t)SMALL_NOW;
    if (statement.until_ms == 0)
        statement.until_ms = (uint64_t)(SMALL_NOW + 300 * SMALL_DAY);
    if (!wire_put_arena(&WIRE_STATEMENT, &statement, &world->net.arena, &body, &err))
        return err.code;
    return directory_feed(world->net.directory, KIND_STATEMENT, statement.author, body,
                   body, SMALL_NOW, &news, &err)
                   ? CODE_OK
                   : err.code;
}

static enum code count(struct world *world, const char *subject,
        const struct aggregate *says)
{
    return feed(world, (struct statement){.kind = STATEMENT_KIND_AGGREGATE,
                               .subject = subject,
                               .aggregate = says});
}

static enum code count_row(struct world *world, struct aggregate_row row)
{
    struct aggregate says = MAY;
    says.rows = &row;
    return count(world, "2026-05/1", &says);
}

static void a_count_is_of_five_at_least_and_of_one_thing(void **state)
{
    struct world *world = *state;
    struct aggregate_row row = ROW;
    assert_int_equal(count_row(world, row), CODE_OK);
    row.signals = 4;
    assert_int_equal(count_row(world, row), E_FIELD);
    row = ROW;
    row.need = 0;
    assert_int_equal(count_row(world, row), E_FIELD);
    row.language = "nl";
    assert_int_equal(count_row(world, row), CODE_OK);
    row.channel = SIGNAL_CHANNEL_PHONE;
    assert_int_equal(count_row(world, row), E_FIELD);
    row.language = "";
    assert_int_equal(count_row(world, row), CODE_OK);
    /* Of a sector only what is needed there. */
    row.place = "21004A01-";
    assert_int_equal(count_row(world, row), E_FIELD);
    row = ROW;
    row.place = "21004A01-";
    /* And of which municipality it was then: its code does not say it. */
    assert_int_equal(count_row(world, row), E_FIELD);
    row.area = "21004";
    assert_int_equal(count_row(world, row), CODE_OK);
    row.area = "11002";
    assert_int_equal(count_row(world, row), CODE_OK);
    row.area = "2100";
    assert_int_equal(count_row(world, row), E_FIELD);
    row = ROW;
    row.area = "21004";
    assert_int_equal(count_row(world, row), E_FIELD);
    row.area = "";
    row.place = "2100";
    assert_int_equal(count_row(world, row), E_FIELD);
    const struct aggregate_row twice[] = {ROW, ROW};
    const struct aggregate says = {.from_month = 676,
            .months = 1,
            .rows = twice,
            .n_rows = 2};
    assert_int_equal(count(world, "2026-05/1", &says), E_FIELD);
}

/* A quarter says of what its months told how many were answered, and nothing else. */
static void of_a_quarter_five_were_answered_and_five_were_not(void **state)
{
    static const struct {
        const char *place;
        uint16_t need, channel;
        uint32_t signals, answered;
        const char *subject;
        uint32_t from, months;
        enum code code;
    } rows[] = {
            {"21004",     NEED_CATEGORY_DEBT, 0,                    10, 5,          "2026-Q1/1", 672, 3,  CODE_OK},
            {"21004",     NEED_CATEGORY_DEBT, 0,                    10, 4,          "2026-Q1/1", 672, 3,  E_FIELD},
            {"21004",     NEED_CATEGORY_DEBT, 0,                    10, 6,          "2026-Q1/1", 672, 3,  E_FIELD},
            {"21004",     NEED_CATEGORY_DEBT, 0,                    10, 0,          "2026-Q1/1", 672, 3,  E_FIELD},
            {"21004",     NEED_CATEGORY_DEBT, 0,                    10, UINT32_MAX, "2026-Q1/1", 672, 3,
             E_FIELD                                                                                             },
            {"21004A01-", NEED_CATEGORY_DEBT, 0,                    10, 5,          "2026-Q1/1", 672, 3,  E_FIELD},
            {"21004",     0,                  SIGNAL_CHANNEL_PHONE, 10, 5,          "2026-Q1/1", 672, 3,  E_FIELD},
            {"21004",     NEED_CATEGORY_DEBT, 0,                    10, 5,          "2026-05/1", 676, 1,  E_FIELD},
            {"21004",     NEED_CATEGORY_DEBT, 0,                    10, 5,          "2025/1",    660, 12, E_FIELD},
            {"21004",     NEED_CATEGORY_DEBT, 0,                    10, 5,          "2026-Q2/1", 675, 3,  E_CLOCK},
    };
    struct world *world = *state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct aggregate_row row = {.place = rows[i].place,
                .need = rows[i].need,
                .channel = rows[i].channel,
                .language = "",
                .signals = rows[i].signals,
                .answered = rows[i].answered};
        const struct aggregate says = {.from_month = rows[i].from,
                .months = rows[i].months,
                .rows = &row,
                .n_rows = 1};
        enum code code = count(world, rows[i].subject, &says);
        if (code != rows[i].code)
            fail_msg("row %zu: %s", i, code_name(code));
    }
}

static void counts_are_of_a_fixed_period_that_is_over(void **state)
{
    static const struct {
        const char *subject;
        uint32_t from, months;
        enum code code;
    } rows[] = {
            {"2026-05/1",    676,                     1,  CODE_OK },
            {"2026-05/12",   676,                     1,  CODE_OK },
            {"2025/1",       660,                     12, CODE_OK },
            {"2026-06/1",    677,                     1,  E_CLOCK },
            {"2026/1",       672,                     12, E_CLOCK },
            {"2026-05",      676,                     1,  E_FORMAT},
            {"2026-05/",     676,                     1,  E_FORMAT},
            {"2026-05/0",    676,                     1,  E_FORMAT},
            {"2026-05/x",    676,                     1,  E_FORMAT},
            {"2026-05/1000", 676,                     1,  E_FORMAT},
            {"2026-04/1",    676,                     1,  E_FORMAT},
            {"",             676,                     1,  E_FORMAT},
            {"2026-Q1/1",    673,                     3,  E_FORMAT},
            {"2026-01/1",    672,                     3,  E_FORMAT},
            {"2026-01/1",    672,                     6,
             E_FORMAT                                             }, /* no other period has a number of its own */
            {"2025/1",       661,                     12, E_FORMAT},
            {"2025/1",       660,                     11, E_FORMAT},
            {"2025/1",       660,                     0,  E_FORMAT},
            {"2170-01/1",    AGGREGATE_MONTH_MAX + 1, 1,  E_FORMAT},
            {"2025/1",       UINT32_MAX,              12, E_FORMAT},
    };
    struct world *world = *state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct aggregate says = MAY;
        says.from_month = rows[i].from;
        says.months = rows[i].months;
        enum code code = count(world, rows[i].subject, &says);
        if (code != rows[i].code)
            fail_msg("%s: %s", rows[i].subject, code_name(code));
    }
    struct aggregate none = MAY;
    none.n_rows = 0;
    assert_int_equal(count(world, "2026-05/1", &none), E_FORMAT);
    assert_int_equal(feed(world, (struct statement){.kind = STATEMENT_KIND_AGGREGATE,
                                         .subject = "2026-05/1",
                                         .aggregate = &MAY,
                                         .until_ms = (uint64_t)(SMALL_NOW +
                                                                801 * SMALL_DAY)}),
            E_TTL);
}

static enum code subscribe(struct world *world, const struct subscription *says,
        int64_t days)
{
    return feed(world, (struct statement){.kind = STATEMENT_KIND_SUBSCRIPTION,
                               .subject = "",
                               .until_ms = (uint64_t)(SMALL_NOW + days * SMALL_DAY),
                               .subscription = says});
}

static void a_subscription_says_where_and_to_which_needs(void **state)
{
    struct world *world = *state;
    struct subscription says = WANTED;
    assert_int_equal(subscribe(world, &says, 366), CODE_OK);
    assert_int_equal(subscribe(world, &says, 367), E_TTL);
    says.n_areas = 0;
    assert_int_equal(subscribe(world, &says, 10), E_FIELD);
    says = WANTED;
    says.n_needs = 0;
    assert_int_equal(subscribe(world, &says, 10), E_FIELD);
    says = WANTED;
    says.n_kinds = 0;
    assert_int_equal(subscribe(world, &says, 10), E_FIELD);
    says = WANTED;
    says.level_max = LEVEL_NONE;
    assert_int_equal(subscribe(world, &says, 10), E_FIELD);
    const char *nowhere[] = {"Brussel"};
    says = WANTED;
    says.areas = nowhere;
    says.n_areas = 1;
    assert_int_equal(subscribe(world, &says, 10), E_FIELD);
    assert_int_equal(feed(world, (struct statement){.kind = STATEMENT_KIND_SUBSCRIPTION,
                                         .subject = "more",
                                         .subscription = &WANTED}),
            E_FORMAT);
}

static void a_signal_is_matched_by_place_need_level_and_kind(void **state)
{
    static const uint16_t debt[] = {NEED_CATEGORY_MEALS_FOOD, NEED_CATEGORY_DEBT};
    static const uint16_t food[] = {NEED_CATEGORY_MEALS_FOOD};
    static const struct {
        const char *area, *place;
        const uint16_t *needs;
        size_t n_needs;
        enum level level;
        bool wanted;
    } rows[] = {
            {"21004", "",          debt, 2, LEVEL_S1, true }, /* one need is enough */
            {"21004", "",          food, 1, LEVEL_S1, false},
            {"21004", "",          debt, 0, LEVEL_S1, false},
            {"21004", "21004B22-", debt, 2, LEVEL_S1,
             true                                          }, /* a part of what is wanted */
            {"21004", "11002A00-", debt, 2, LEVEL_S1, true }, /* as it was said */
            {"11002", "21004B22-", debt, 2, LEVEL_S1, false},
            {"21009", "21009A01-", debt, 2, LEVEL_S1, true },
            {"11002", "21009A01-", debt, 2, LEVEL_S1, true },
            {"21009", "21009A02-", debt, 2, LEVEL_S1, false},
            {"21009", "",          debt, 2, LEVEL_S1, false}, /* perhaps elsewhere in it */
            {"21004", "",          debt, 2, LEVEL_S0, true },
            {"21004", "",          debt, 2, LEVEL_S2, false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (directory_wanted(&WANTED, rows[i].area, rows[i].place, rows[i].needs,
                    rows[i].n_needs, rows[i].level) != rows[i].wanted)
            fail_msg("row %zu", i);
    static const uint16_t numbers[] = {SIGNAL_KIND_AGGREGATE};
    struct subscription says = WANTED;
    says.kinds = numbers;
    assert_false(directory_wanted(&says, "21004", "", debt, 2, LEVEL_S1));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
            cmocka_unit_test_setup_teardown(
                    a_count_is_of_five_at_least_and_of_one_thing, open_world,
                    close_world),
            cmocka_unit_test_setup_teardown(
                    of_a_quarter_five_were_answered_and_five_were_not, open_world,
                    close_world),
            cmocka_unit_test_setup_teardown(counts_are_of_a_fixed_period_that_is_over,
                    open_world, close_world),
            cmocka_unit_test_setup_teardown(
                    a_subscription_says_where_and_to_which_needs, open_world,
                    close_world),
            cmocka_unit_test(a_signal_is_matched_by_place_need_level_and_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
