/* time.c - instants, days and Belgian working days. */
#include "core/time.h"

#include <assert.h>
#include <stdio.h>

enum {
    WORKING_DAYS_MAX = 400,
    DAY_MIN = -719162, /* 0001-01-01 */
    DAY_MAX = 2932896, /* 9999-12-31 */
    DAYS_400_YEARS = 146097,
    DAY_OF_MARCH_0000 = -719468, /* 0000-03-01, where the count of days below begins */
};

/* A day of the Gregorian calendar; month and day count from 1. */
struct date {
    int32_t year;
    int32_t month;
    int32_t day;
};

/* Public holidays on the same date each year (law of 4 January 1974, royal decree of 18
 * April 1974). */
static const struct {
    int32_t month;
    int32_t day;
} FIXED_HOLIDAYS[] = {
        {1,  1 }, /* New Year */
        {5,  1 }, /* Labour Day */
        {7,  21}, /* National Day */
        {8,  15}, /* Assumption */
        {11, 1 }, /* All Saints */
        {11, 11}, /* Armistice */
        {12, 25}, /* Christmas */
};

/* Public holidays that move with Easter, in days after Easter Sunday. */
static const int32_t EASTER_HOLIDAYS[] = {
        1,  /* Easter Monday */
        39, /* Ascension */
        50, /* Whit Monday */
};

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Any instant, also one that came from outside, into years 1 to 9999. */
static int64_t bounded(int64_t ms)
{
    const int64_t min = (int64_t)DAY_MIN * TIME_DAY_MS;
    const int64_t max = ((int64_t)DAY_MAX + 1) * TIME_DAY_MS - 1;
    return ms < min ? min : ms > max ? max : ms;
}

static int32_t bounded_day(int32_t day)
{
    return day < DAY_MIN ? DAY_MIN : day > DAY_MAX ? DAY_MAX : day;
}

/* Days since 1970 of a date. Years are counted from March, so that the leap day comes
 * last and the months before it follow one straight line: 153 days in every five
 * months. */
static int32_t day_of(struct date date)
{
    int32_t year = date.month <= 2 ? date.year - 1 : date.year;
    int32_t month = (date.month + 9) % 12; /* March is 0 */
    int32_t leap_days = year / 4 - year / 100 + year / 400;
    return DAY_OF_MARCH_0000 + 365 * year + leap_days + (153 * month + 2) / 5 +
           date.day - 1;
}

static struct date date_of(int32_t day)
{
    int32_t since = day - DAY_OF_MARCH_0000;
    int32_t era = since / DAYS_400_YEARS;
    int32_t rest = since % DAYS_400_YEARS;
    /* Take the leap days out of the rest; what is left are years of 365 days. */
    int32_t year = (rest - rest / 1460 + rest / 36524 - rest / 146096) / 365;
    int32_t day_of_year = rest - (365 * year + year / 4 - year / 100);
    int32_t month = (5 * day_of_year + 2) / 153;

    struct date date = {
            .year = era * 400 + year + (month >= 10),
            .month = month < 10 ? month + 3 : month - 9,
            .day = day_of_year - (153 * month + 2) / 5 + 1,
    };
    return date;
}

/* 0 is Sunday. 1970-01-01 was a Thursday. */
static int32_t weekday(int32_t day)
{
    return (int32_t)(((int64_t)day % 7 + 7 + 4) % 7);
}

/* Easter Sunday by the Gregorian computus (Meeus, Astronomical Algorithms, chapter 8).
 */
static int32_t easter(int32_t year)
{
    int32_t a = year % 19;
    int32_t b = year / 100;
    int32_t c = year % 100;
    int32_t g = (8 * b + 13) / 25;
    int32_t h = (19 * a + b - b / 4 - g + 15) % 30;
    int32_t l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    int32_t m = (a + 11 * h + 22 * l) / 451;
    int32_t n = h + l - 7 * m + 114;
    return day_of((struct date){.year = year, .month = n / 31, .day = n % 31 + 1});
}

/* The instant at which summer time changes: the last Sunday of March or October, 01:00
 * UTC. */
static int64_t change_ms(int32_t year, int32_t month)
{
    int32_t last = day_of((struct date){.year = year, .month = month, .day = 31});
    return (int64_t)(last - weekday(last)) * TIME_DAY_MS + TIME_HOUR_MS;
}

/* What Brussels adds to UTC at this instant (directive 2000/84/EC; also applied to
 * earlier years, which no timer looks at). */
static int64_t brussels_offset_ms(int64_t ms)
{
    int32_t year = date_of((int32_t)floor_div(ms, TIME_DAY_MS)).year;
    bool summer = ms >= change_ms(year, 3) && ms < change_ms(year, 10);
    return summer ? 2 * TIME_HOUR_MS : TIME_HOUR_MS;
}

int32_t time_brussels_day(int64_t ms)
{
    ms = bounded(ms);
    int64_t local = bounded(ms + brussels_offset_ms(ms));
    return (int32_t)floor_div(local, TIME_DAY_MS);
}

/* It begins one or two hours before it does in UTC. */
int64_t time_day_start(int32_t day)
{
    int64_t utc_ms = (int64_t)day * TIME_DAY_MS;
    int64_t start_ms = utc_ms - 2 * (int64_t)TIME_HOUR_MS;
    return time_brussels_day(start_ms) == day ? start_ms : utc_ms - TIME_HOUR_MS;
}

bool time_is_working_day(int32_t day)
{
    day = bounded_day(day);
    if (weekday(day) == 0 || weekday(day) == 6)
        return false;

    struct date date = date_of(day);
    for (size_t i = 0; i < COUNT_OF(FIXED_HOLIDAYS); i++)
        if (date.month == FIXED_HOLIDAYS[i].month && date.day == FIXED_HOLIDAYS[i].day)
            return false;
    int32_t after_easter = day - easter(date.year);
    for (size_t i = 0; i < COUNT_OF(EASTER_HOLIDAYS); i++)
        if (after_easter == EASTER_HOLIDAYS[i])
            return false;
    return true;
}

int64_t time_add_working_days(int64_t ms, int32_t n)
{
    assert(n >= 0 && n <= WORKING_DAYS_MAX);
    if (n == 0)
        return ms;

    ms = bounded(ms);
    int64_t local = ms + brussels_offset_ms(ms);
    int32_t day = (int32_t)floor_div(local, TIME_DAY_MS);
    int64_t time_of_day = local - (int64_t)day * TIME_DAY_MS;
    while (n > 0 && day < DAY_MAX)
        n -= time_is_working_day(++day);

    /* A working day is never a Sunday, so summer time does not change on it and the
     * hour that we guess with does not matter. */
    local = (int64_t)day * TIME_DAY_MS + time_of_day;
    return local - brussels_offset_ms(bounded(local - TIME_HOUR_MS));
}

void time_day_text(int32_t day, char text[TIME_TEXT_BYTES])
{
    struct date date = date_of(bounded_day(day));
    snprintf(text, TIME_TEXT_BYTES, "%04d-%02d-%02d", date.year, date.month, date.day);
}

/* A number of exactly n digits, or -1. */
static int32_t digits(const char *text, size_t n)
{
    int32_t value = 0;
    for (size_t i = 0; i < n; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

bool time_day_parse(const char *text, int32_t *day)
{
    if (text == NULL || strnlen(text, 11) != 10 || text[4] != '-' || text[7] != '-')
        return false;

    struct date date = {digits(text, 4), digits(text + 5, 2), digits(text + 8, 2)};
    if (date.year < 1 || date.month < 1 || date.month > 12 || date.day < 1 ||
            date.day > 31)
        return false;
    /* A date that there is comes back as itself; 30 February comes back as a day in
     * March. */
    int32_t out = day_of(date);
    struct date back = date_of(out);
    if (back.month != date.month || back.day != date.day)
        return false;
    *day = out;
    return true;
}

void time_text(int64_t ms, char text[TIME_TEXT_BYTES])
{
    ms = bounded(ms);
    int32_t day = (int32_t)floor_div(ms, TIME_DAY_MS);
    int32_t rest = (int32_t)(ms - (int64_t)day * TIME_DAY_MS);
    struct date date = date_of(day);
    snprintf(text, TIME_TEXT_BYTES, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", date.year,
            date.month, date.day, rest / TIME_HOUR_MS,
            rest % TIME_HOUR_MS / TIME_MINUTE_MS,
            rest % TIME_MINUTE_MS / TIME_SECOND_MS, rest % TIME_SECOND_MS);
}

void time_day_local_text(int32_t day, char text[TIME_TEXT_BYTES])
{
    struct date date = date_of(bounded_day(day));
    snprintf(text, TIME_TEXT_BYTES, "%02d/%02d/%04d", date.day, date.month, date.year);
}

void time_local_text(int64_t ms, char text[TIME_TEXT_BYTES])
{
    ms = bounded(ms);
    int64_t local = bounded(ms + brussels_offset_ms(ms));
    int32_t day = (int32_t)floor_div(local, TIME_DAY_MS);
    int32_t rest = (int32_t)(local - (int64_t)day * TIME_DAY_MS);
    struct date date = date_of(day);
    snprintf(text, TIME_TEXT_BYTES, "%02d/%02d/%04d %02d:%02d", date.day, date.month,
            date.year, rest / TIME_HOUR_MS, rest % TIME_HOUR_MS / TIME_MINUTE_MS);
}
