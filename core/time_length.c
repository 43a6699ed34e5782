/* time_length.c - lengths of time as people say them: 30min, 4h, 10wd. */
#include <stdio.h>
#include <stdlib.h>

#include "core/time.h"

/* Working days in a row lie within so many days: with a weekend for each five of them,
 * a holiday for each ten, and what may come at the begin and the end. */
enum { WEEKEND_EACH = 5, HOLIDAY_EACH = 10, AROUND_WORKING_DAYS = 5 };

/* A unit: its name, and how long it lasts each time; 0: that depends. */
static const struct {
    const char *name;
    int64_t ms;
} UNITS[] = {
        [TIME_IN_none] = {"",    0             },
        [TIME_IN_s] = {"s",   TIME_SECOND_MS},
        [TIME_IN_min] = {"min", TIME_MINUTE_MS},
        [TIME_IN_h] = {"h",   TIME_HOUR_MS  },
        [TIME_IN_d] = {"d",   TIME_DAY_MS   },
        [TIME_IN_wd] = {"wd",  0             },
};

int64_t time_after(int64_t ms, struct time_length length)
{
    if (length.n == 0)
        return 0;
    if (length.unit == TIME_IN_wd)
        return time_add_working_days(ms, length.n);
    return ms + length.n * UNITS[length.unit].ms;
}

/* The longest that it can last. */
static int64_t longest_ms(struct time_length length)
{
    int64_t n = length.n;

    if (length.unit != TIME_IN_wd)
        return n * UNITS[length.unit].ms;
    int64_t weekends = (n + WEEKEND_EACH - 1) / WEEKEND_EACH;
    return (n + 2 * weekends + n / HOLIDAY_EACH + AROUND_WORKING_DAYS) * TIME_DAY_MS;
}

bool time_length_within(struct time_length length, struct time_length most)
{
    if (length.unit == TIME_IN_wd && most.unit == TIME_IN_wd)
        return length.n <= most.n;
    /* A working day is never shorter than the same time on the next day; where summer
     * time begins that is an hour less. */
    if (most.unit == TIME_IN_wd)
        return longest_ms(length) <= most.n * (int64_t)TIME_DAY_MS;
    return longest_ms(length) <= most.n * UNITS[most.unit].ms;
}

void time_length_text(struct time_length length, char text[TIME_TEXT_BYTES])
{
    snprintf(text, TIME_TEXT_BYTES, "%d%s", length.n, UNITS[length.unit].name);
}

bool time_length_parse(const char *text, struct time_length *length)
{
    enum { DIGITS_MAX = 8 };
    const struct time_length most = {TIME_LENGTH_DAYS_MAX, TIME_IN_d};
    size_t n = strspn(text, "0123456789");
    struct time_length out = {0};

    if (n == 0 || n > DIGITS_MAX)
        return false;
    out.n = (int32_t)strtol(text, NULL, 10);
    for (size_t unit = TIME_IN_s; unit < COUNT_OF(UNITS); unit++)
        if (strcmp(text + n, UNITS[unit].name) == 0)
            out.unit = (enum time_unit)unit;
    if (out.n == 0 || out.unit == TIME_IN_none)
        return false;
    if (out.unit == TIME_IN_wd ? out.n > TIME_LENGTH_WORKING_DAYS_MAX
                               : !time_length_within(out, most))
        return false;
    *length = out;
    return true;
}
