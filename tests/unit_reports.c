/* unit_reports.c - tables row by row, and what there is no room for. */
#include "nodes/reports.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static struct node node;

static struct reports begin(void)
{
    struct err err = {0};
    node.scratch = arena_new(1024 * 1024);
    node.directory = directory_new(&err);
    assert_non_null(node.directory);
    struct reports reports = {
            .node = &node,
            .place = "21004",
            .period = {.from_month = 680, .months = 3}
    };
    assert_non_null(node.scratch.at);
    assert_true(reports_begin(&reports, &err));
    return reports;
}

static void done(void)
{
    arena_free(&node.scratch);
    directory_free(node.directory);
}

static void a_report_that_is_too_long_says_so(void **state)
{
    static const uint16_t columns[] = {REPORT_WORD_PLACE, REPORT_WORD_DAYS};
    struct reports reports = begin();
    struct err err = {0};
    (void)state;
    reports_table(&reports, REPORT_WORD_GAPS, columns, 2);
    for (size_t i = 0; i < REPORTS_ROWS_MAX; i++) {
        const char *cells[] = {"21004", reports_number(&reports, i)};
        assert_true(reports_row(&reports, cells, &err));
    }
    assert_false(reports.more);
    const char *one_more[] = {"21004", "1"};
    assert_true(reports_row(&reports, one_more, &err));
    assert_true(reports.more);
    assert_int_equal(reports.tables[0].n_rows, REPORTS_ROWS_MAX);
    assert_string_equal(reports.tables[0].rows[349].cells[1], "349");
    done();
}

static void a_period_has_its_days_and_covers_its_place(void **state)
{
    char day[TIME_TEXT_BYTES];
    struct reports reports = begin();
    (void)state;
    time_day_text(reports.from_day, day);
    assert_string_equal(day, "2026-09-01");
    time_day_text(reports.until_day, day);
    assert_string_equal(day, "2026-11-30");
    assert_true(reports_covers(&reports, "21004"));
    /* Where a sector lies, a table says; or who raised the signal said it. */
    assert_false(reports_covers(&reports, "21004A01-"));
    assert_true(reports_covers_pair(&reports, "21004", "11002A00-"));
    assert_false(reports_covers_pair(&reports, "11002", "21004A01-"));
    assert_false(reports_covers(&reports, "21009"));
    reports.place = "";
    assert_true(reports_covers(&reports, "21009"));
    done();
}

static void half_of_them_is_the_lower_middle(void **state)
{
    struct reports reports = begin();
    int64_t odd[] = {30, 10, 20}, even[] = {40, 10, 30, 20};
    (void)state;
    assert_string_equal(reports_half(&reports, odd, 3), "20");
    assert_string_equal(reports_half(&reports, even, 4), "20");
    assert_string_equal(reports_half(&reports, even, 0), "");
    done();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(a_report_that_is_too_long_says_so),
            cmocka_unit_test(a_period_has_its_days_and_covers_its_place),
            cmocka_unit_test(half_of_them_is_the_lower_middle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
