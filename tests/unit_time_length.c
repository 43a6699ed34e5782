/* unit_time_length.c - lengths of time in plain units, and working days over ten years
 * of holidays and clock changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/time.h"

static int32_t day(const char *text)
{
    int32_t found = 0;
    if (!time_day_parse(text, &found))
        fail_msg("%s is no day", text);
    return found;
}

static struct time_length length(const char *text)
{
    struct time_length found = {0};
    if (!time_length_parse(text, &found))
        fail_msg("%s is no length", text);
    return found;
}

/* ------------------------------------------------------------ units */

static void lengths_are_said_in_plain_units(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ms;
    } rows[] = {
            {"1s",   TIME_SECOND_MS            },
            {"90s",  90 * TIME_SECOND_MS       },
            {"5min", 5 * TIME_MINUTE_MS        },
            {"4h",   4 * TIME_HOUR_MS          },
            {"1d",   TIME_DAY_MS               },
            {"180d", (int64_t)180 * TIME_DAY_MS},
            {"730d", (int64_t)730 * TIME_DAY_MS},
            {"1wd",  TIME_DAY_MS               }, /* from a Monday on */
            {"10wd", (int64_t)14 * TIME_DAY_MS },
    };
    int64_t monday_ms = (int64_t)day("2026-06-01") * TIME_DAY_MS;
    char text[TIME_TEXT_BYTES];
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(time_after(monday_ms, length(rows[i].text)) - monday_ms,
                rows[i].ms);
        time_length_text(length(rows[i].text), text);
        assert_string_equal(text, rows[i].text);
    }
    assert_int_equal(time_after(monday_ms, (struct time_length){0}), 0);
    assert_int_equal(length("007h").n, 7);
}

static void what_is_no_length_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"", "s", "0s", "0wd", "5", "-5s", "+5s", " 5s",
            "5 s", "5s ", "5S", "5m", "5hours", "5w", "5wdx", "1.5h", "1h30min", "731d",
            "17521h", "63072001s", "251wd", "100000000s", "99999999999999999999s",
            "0x5s"};
    struct time_length found = {7, TIME_IN_h};
    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        if (time_length_parse(wrong[i], &found))
            fail_msg("taken: \"%s\"", wrong[i]);
    assert_int_equal(found.n, 7);
    assert_int_equal(length("17520h").n, 17520);
    assert_int_equal(length("63072000s").n, 63072000);
    assert_int_equal(length("250wd").n, 250);
}

static void a_length_lies_within_another(void **state)
{
    (void)state;
    static const struct {
        const char *length, *most;
        bool within;
    } rows[] = {
            {"1h",    "1h",  true },
            {"60min", "1h",  true },
            {"61min", "1h",  false},
            {"24h",   "1d",  true },
            {"25h",   "1d",  false},
            {"3wd",   "3wd", true },
            {"4wd",   "3wd", false},
            {"24h",   "1wd", true },
            {"2d",    "1wd", false},
            {"1wd",   "24h", false}, /* a weekend may lie in between */
            {"1wd",   "7d",  false},
            {"1wd",   "8d",  true },
            {"5wd",   "12d", true },
            {"5wd",   "11d", false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (time_length_within(length(rows[i].length), length(rows[i].most)) !=
                rows[i].within)
            fail_msg("%s within %s", rows[i].length, rows[i].most);
}

/* ------------------------------------------------------------ ten years */

/* Easter Sunday, from the tables of the church; and the days on which the clocks
 * change. */
static const struct year {
    int32_t year;
    const char *easter, *summer, *winter;
} YEARS[] = {
        {2026, "2026-04-05", "2026-03-29", "2026-10-25"},
        {2027, "2027-03-28", "2027-03-28", "2027-10-31"},
        {2028, "2028-04-16", "2028-03-26", "2028-10-29"},
        {2029, "2029-04-01", "2029-03-25", "2029-10-28"},
        {2030, "2030-04-21", "2030-03-31", "2030-10-27"},
        {2031, "2031-04-13", "2031-03-30", "2031-10-26"},
        {2032, "2032-03-28", "2032-03-28", "2032-10-31"},
        {2033, "2033-04-17", "2033-03-27", "2033-10-30"},
        {2034, "2034-04-09", "2034-03-26", "2034-10-29"},
        {2035, "2035-03-25", "2035-03-25", "2035-10-28"},
};
static const char *const FIXED[] = {"01-01", "05-01", "07-21", "08-15", "11-01",
        "11-11", "12-25"};

/* Worked out from the lists above alone, not by the product's rules. */
static bool is_off(const struct year *year, int32_t at)
{
    int32_t since_easter = at - day(year->easter);
    char text[TIME_TEXT_BYTES];

    /* Easter is a Sunday. */
    int32_t weekday = (since_easter % 7 + 7) % 7;
    if (weekday == 0 || weekday == 6 || since_easter == 1 || since_easter == 39 ||
            since_easter == 50)
        return true;
    time_day_text(at, text);
    for (size_t i = 0; i < COUNT_OF(FIXED); i++)
        if (strcmp(text + 5, FIXED[i]) == 0)
            return true;
    return false;
}

static const struct year *year_of(int32_t at)
{
    for (size_t i = 1; i < COUNT_OF(YEARS); i++) {
        char text[TIME_TEXT_BYTES];
        snprintf(text, sizeof text, "%d-01-01", YEARS[i].year);
        if (at < day(text))
            return &YEARS[i - 1];
    }
    return &YEARS[COUNT_OF(YEARS) - 1];
}

/* What Brussels adds to UTC at noon there. */
static int64_t summer_ms(int32_t at)
{
    const struct year *year = year_of(at);
    bool summer = at >= day(year->summer) && at < day(year->winter);
    return summer ? 2 * TIME_HOUR_MS : TIME_HOUR_MS;
}

static int64_t noon_ms(int32_t at)
{
    return (int64_t)at * TIME_DAY_MS + 12 * TIME_HOUR_MS - summer_ms(at);
}

static void each_day_of_ten_years_is_worked_or_not(void **state)
{
    (void)state;
    for (int32_t at = day("2026-01-01"); at <= day("2035-12-31"); at++)
        if (time_is_working_day(at) == is_off(year_of(at), at))
            fail_msg("%d days after 1970", at);
}

/* From noon of each day, one to twenty working days on: noon in Brussels, whatever
 * holidays and clock changes lie in between. */
static void working_days_are_counted_over_ten_years(void **state)
{
    (void)state;
    for (int32_t from = day("2026-01-01"); from <= day("2035-11-20"); from++) {
        int32_t to = from;
        for (int32_t n = 1; n <= 20; n++) {
            do
                to++;
            while (is_off(year_of(to), to));
            if (time_add_working_days(noon_ms(from), n) != noon_ms(to))
                fail_msg("day %d + %d working days", from, n);
        }
    }
}

/* What counts as the longest that working days can last is never exceeded. */
static void working_days_lie_within_their_longest(void **state)
{
    (void)state;
    for (int32_t from = day("2026-01-01"); from <= day("2034-12-31"); from++)
        for (int32_t n = 1; n <= 250; n += n < 20 ? 1 : 23) {
            const struct time_length wd = {n, TIME_IN_wd};
            int64_t ms = time_after(noon_ms(from), wd) - noon_ms(from);
            const struct time_length most = {(int32_t)(ms / TIME_HOUR_MS) - 1,
                    TIME_IN_h};
            assert_false(time_length_within(wd, most));
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(lengths_are_said_in_plain_units),
            cmocka_unit_test(what_is_no_length_is_refused),
            cmocka_unit_test(a_length_lies_within_another),
            cmocka_unit_test(each_day_of_ten_years_is_worked_or_not),
            cmocka_unit_test(working_days_are_counted_over_ten_years),
            cmocka_unit_test(working_days_lie_within_their_longest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
