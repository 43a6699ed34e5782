/* time.h - instants and Belgian working days, as pure functions. An instant is
 * milliseconds since 1970 UTC. */
#ifndef TIME_H
#define TIME_H

#include "core/span.h"

enum {
    TIME_SECOND_MS = 1000,
    TIME_MINUTE_MS = 60 * TIME_SECOND_MS,
    TIME_HOUR_MS = 60 * TIME_MINUTE_MS,
    TIME_DAY_MS = 24 * TIME_HOUR_MS,
    TIME_TEXT_BYTES = 32,
};

/* How long something may last, in the units that people say it in. */
enum time_unit {
    TIME_IN_none,
    TIME_IN_s,
    TIME_IN_min,
    TIME_IN_h,
    TIME_IN_d,
    TIME_IN_wd
};
struct time_length {
    int32_t n; /* 0: nothing was said */
    enum time_unit unit;
};
enum { TIME_LENGTH_WORKING_DAYS_MAX = 250, TIME_LENGTH_DAYS_MAX = 730 };

/* When it is over, when it begins now; 0 for a length that was not said. */
int64_t time_after(int64_t ms, struct time_length length);

/* Is it certain to last no longer than the other, whenever it begins? Working days can
 * have weekends and holidays in between. */
bool time_length_within(struct time_length length, struct time_length most);

/* "30min", "4h", "10wd", and back; false when it is no length, is 0 or is longer than
 * TIME_LENGTH_DAYS_MAX or TIME_LENGTH_WORKING_DAYS_MAX. */
void time_length_text(struct time_length length, char text[TIME_TEXT_BYTES]);
MUST_USE bool time_length_parse(const char *text, struct time_length *length);

/* Days since 1970-01-01 of the day in Europe/Brussels that holds this instant (summer
 * time by the EU rule). */
int32_t time_brussels_day(int64_t ms);

/* The first instant of a day in Brussels. */
int64_t time_day_start(int32_t day);

/* True when the day (since 1970) is no Saturday, Sunday or Belgian public holiday. */
bool time_is_working_day(int32_t day);

/* The instant n working days later, same local time of day in Brussels; n 0..400. */
int64_t time_add_working_days(int64_t ms, int32_t n);

/* "2026-11-21" of a day since 1970, and back (false when it is not a date). */
void time_day_text(int32_t day, char text[TIME_TEXT_BYTES]);
MUST_USE bool time_day_parse(const char *text, int32_t *day);

/* "2026-11-21T21:42:48.123Z" of an instant. */
void time_text(int64_t ms, char text[TIME_TEXT_BYTES]);
/* "21/11/2026" of a day, for people. */
void time_day_local_text(int32_t day, char text[TIME_TEXT_BYTES]);
/* "21/11/2026 22:42" in Brussels, for people. */
void time_local_text(int64_t ms, char text[TIME_TEXT_BYTES]);

#endif
