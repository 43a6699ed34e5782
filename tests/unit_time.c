/* unit_time.c - days, summer time and Belgian working days. */
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

/* The instant of "2026-11-21T08:00" in UTC. */
static int64_t utc(const char *text)
{
    char date[11] = {0};
    int hour = 0;
    int minute = 0;
    memcpy(date, text, 10);
    assert_int_equal(sscanf(text + 10, "T%2d:%2d", &hour, &minute), 2);
    return (int64_t)day(date) * TIME_DAY_MS + (int64_t)hour * TIME_HOUR_MS +
           (int64_t)minute * TIME_MINUTE_MS;
}

static void days_are_numbered_from_1970(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int32_t day;
    } rows[] = {
            {"1970-01-01", 0      },
            {"1969-12-31", -1     },
            {"1970-03-01", 59     },
            {"2000-02-29", 11016  },
            {"2000-03-01", 11017  },
            {"2026-11-21", 20778  },
            {"1900-03-01", -25508 },
            {"0001-01-01", -719162},
            {"9999-12-31", 2932896},
    };
    char text[TIME_TEXT_BYTES];
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(day(rows[i].text), rows[i].day);
        time_day_text(rows[i].day, text);
        assert_string_equal(text, rows[i].text);
    }
}

static void every_day_of_ten_thousand_years_comes_back(void **state)
{
    (void)state;
    char text[TIME_TEXT_BYTES];
    for (int32_t i = -719162; i <= 2932896; i += 1 + (i % 3 == 0)) {
        time_day_text(i, text);
        assert_int_equal(day(text), i);
    }
}

static void what_is_no_date_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"", "2026", "2026-02-29", "2026-02-30",
            "2026-04-31", "2026-13-01", "2026-00-10", "2026-01-00", "2026-01-32",
            "0000-01-01", "1900-02-29", "2026-1-01", "26-01-01", "2026-01-011",
            "2026/01/01", "2026-01-1x", "+026-01-01", "2026-01- 1", "21/11/2026"};
    int32_t found = 77;
    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        assert_false(time_day_parse(wrong[i], &found));
    assert_false(time_day_parse(NULL, &found));
    assert_int_equal(found, 77);
    assert_true(time_day_parse("2024-02-29", &found));
}

static void summer_time_changes_on_the_last_sunday(void **state)
{
    (void)state;
    static const struct {
        const char *utc;
        const char *brussels;
    } rows[] = {
            {"2026-01-15T12:00", "15/01/2026 13:00"},
            {"2026-03-29T00:59", "29/03/2026 01:59"},
            {"2026-03-29T01:00", "29/03/2026 03:00"},
            {"2026-07-01T22:30", "02/07/2026 00:30"},
            {"2026-10-25T00:59", "25/10/2026 02:59"},
            {"2026-10-25T01:00", "25/10/2026 02:00"},
            {"2024-03-31T01:00", "31/03/2024 03:00"},
            {"2027-10-31T00:59", "31/10/2027 02:59"},
            {"2027-10-31T01:00", "31/10/2027 02:00"},
            {"2026-12-31T23:30", "01/01/2027 00:30"},
    };
    char text[TIME_TEXT_BYTES];
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        time_local_text(utc(rows[i].utc), text);
        assert_string_equal(text, rows[i].brussels);
    }
}

static void days_in_brussels_begin_at_its_midnight(void **state)
{
    (void)state;
    assert_int_equal(time_brussels_day(utc("2026-11-21T22:59")), day("2026-11-21"));
    assert_int_equal(time_brussels_day(utc("2026-11-21T23:00")), day("2026-11-22"));
    assert_int_equal(time_brussels_day(utc("2026-07-21T21:59")), day("2026-07-21"));
    assert_int_equal(time_brussels_day(utc("2026-07-21T22:00")), day("2026-07-22"));
    assert_int_equal(time_brussels_day(utc("1950-01-01T12:00")), day("1950-01-01"));
}

static void public_holidays_are_no_working_days(void **state)
{
    (void)state;
    static const char *const holidays[] = {/* fixed, on working days of the week */
            "2026-01-01", "2026-05-01", "2026-07-21", "2025-08-15", "2027-11-01",
            "2026-11-11", "2026-12-25",
            /* Easter Monday, Ascension, Whit Monday */
            "2024-04-01", "2024-05-09", "2024-05-20", "2025-04-21", "2025-05-29",
            "2025-06-09", "2026-04-06", "2026-05-14", "2026-05-25", "2027-03-29",
            "2027-05-06", "2027-05-17", "2038-04-26", "2008-03-24", "2011-04-25",
            /* Saturday and Sunday */
            "2026-11-21", "2026-11-22"};
    for (size_t i = 0; i < COUNT_OF(holidays); i++)
        if (time_is_working_day(day(holidays[i])))
            fail_msg("%s", holidays[i]);

    static const char *const working[] = {"2026-01-02", "2026-04-03", "2026-04-07",
            "2026-05-15", "2026-11-10", "2026-11-20", "2026-11-23", "2026-12-24",
            "2025-12-26", "2026-07-22", "2026-11-02"};
    for (size_t i = 0; i < COUNT_OF(working); i++)
        if (!time_is_working_day(day(working[i])))
            fail_msg("%s", working[i]);
}

static void a_year_has_so_many_working_days(void **state)
{
    (void)state;
    /* Monday to Friday of the year, less the ten holidays that do not fall in a
     * weekend. */
    static const struct {
        const char *first;
        const char *last;
        int32_t working_days;
    } rows[] = {
            {"2024-01-01", "2024-12-31", 253},
            {"2025-01-01", "2025-12-31", 252},
            {"2026-01-01", "2026-12-31", 253}
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int32_t n = 0;
        for (int32_t d = day(rows[i].first); d <= day(rows[i].last); d++)
            n += time_is_working_day(d);
        assert_int_equal(n, rows[i].working_days);
    }
}

static void working_days_keep_the_time_of_day_in_brussels(void **state)
{
    (void)state;
    static const struct {
        const char *from;
        int32_t n;
        const char *to;
    } rows[] = {
            {"2026-11-20T09:00", 0,   "2026-11-20T09:00"},
            {"2026-11-21T09:00", 0,   "2026-11-21T09:00"}, /* also on a Saturday */
            {"2026-11-20T09:00", 1,   "2026-11-23T09:00"}, /* Friday to Monday */
            {"2026-11-21T09:00", 1,   "2026-11-23T09:00"},
            {"2026-11-22T09:00", 1,   "2026-11-23T09:00"},
            {"2026-11-10T09:00", 1,   "2026-11-12T09:00"}, /* over Armistice */
            {"2026-03-27T09:00", 1,   "2026-03-30T08:00"}, /* into summer time */
            {"2026-10-23T09:00", 1,   "2026-10-26T10:00"}, /* out of it */
            {"2026-04-02T09:00", 2,   "2026-04-07T09:00"}, /* over Easter */
            {"2026-12-31T22:59", 1,   "2027-01-04T22:59"}, /* 23:59 in Brussels */
            {"2026-12-31T23:00", 1,   "2027-01-03T23:00"}, /* 00:00 on 1 January */
            {"2026-03-29T00:30", 1,   "2026-03-29T23:30"}, /* Sunday 01:30 to Monday */
            {"2026-03-28T23:30", 1,   "2026-03-29T22:30"}, /* Sunday 00:30 to Monday */
            {"2026-01-05T08:00", 10,  "2026-01-19T08:00"},
            {"2026-01-01T08:00", 253, "2026-12-31T08:00"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (time_add_working_days(utc(rows[i].from), rows[i].n) != utc(rows[i].to))
            fail_msg("%s + %d is not %s", rows[i].from, rows[i].n, rows[i].to);
    assert_true(time_add_working_days(utc("2026-01-05T08:00"), 400) >
                utc("2027-07-01T08:00"));
}

static void instants_are_written_with_milliseconds(void **state)
{
    (void)state;
    char text[TIME_TEXT_BYTES];
    time_text(utc("2026-11-21T21:42") + 48123, text);
    assert_string_equal(text, "2026-11-21T21:42:48.123Z");
    time_text(0, text);
    assert_string_equal(text, "1970-01-01T00:00:00.000Z");
    time_text(-1, text);
    assert_string_equal(text, "1969-12-31T23:59:59.999Z");
}

static void instants_from_outside_have_no_bound(void **state)
{
    (void)state;
    static const int64_t far[] = {INT64_MIN, INT64_MIN + 1, -1, INT64_MAX - 1,
            INT64_MAX};
    char text[TIME_TEXT_BYTES];
    for (size_t i = 0; i < COUNT_OF(far); i++) {
        time_text(far[i], text);
        assert_int_equal(strlen(text), 24);
        time_local_text(far[i], text);
        assert_int_equal(strlen(text), 16);
        int32_t at = time_brussels_day(far[i]);
        time_day_text(at, text);
        assert_int_equal(day(text), at);
        int64_t later = time_add_working_days(far[i], 400);
        time_text(later, text);
        assert_int_equal(strlen(text), 24);
    }
    time_day_text(INT32_MAX, text);
    assert_string_equal(text, "9999-12-31");
    time_day_text(INT32_MIN, text);
    assert_string_equal(text, "0001-01-01");
    (void)time_is_working_day(INT32_MAX);
    (void)time_is_working_day(INT32_MIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(days_are_numbered_from_1970),
            cmocka_unit_test(every_day_of_ten_thousand_years_comes_back),
            cmocka_unit_test(what_is_no_date_is_refused),
            cmocka_unit_test(summer_time_changes_on_the_last_sunday),
            cmocka_unit_test(days_in_brussels_begin_at_its_midnight),
            cmocka_unit_test(public_holidays_are_no_working_days),
            cmocka_unit_test(a_year_has_so_many_working_days),
            cmocka_unit_test(working_days_keep_the_time_of_day_in_brussels),
            cmocka_unit_test(instants_are_written_with_milliseconds),
            cmocka_unit_test(instants_from_outside_have_no_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
