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

/* Days since 1970-01-01 of the day in Europe/Brussels that holds this instant (summer
 * time by the EU rule). */
int32_t time_brussels_day(int64_t ms);

/* True when the day (since 1970) is no Saturday, Sunday or Belgian public holiday. */
bool time_is_working_day(int32_t day);

/* The instant n working days later, same local time of day in Brussels; n 0..400. */
int64_t time_add_working_days(int64_t ms, int32_t n);

/* "2026-11-21" of a day since 1970, and back (false when it is not a date). */
void time_day_text(int32_t day, char text[TIME_TEXT_BYTES]);
MUST_USE bool time_day_parse(const char *text, int32_t *day);

/* "2026-11-21T21:42:48.123Z" of an instant. */
void time_text(int64_t ms, char text[TIME_TEXT_BYTES]);
/* "21/11/2026 22:42" in Brussels, for people. */
void time_local_text(int64_t ms, char text[TIME_TEXT_BYTES]);

#endif
