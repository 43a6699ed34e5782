/* aggregate.h - which counts of signals may be told to others, so that no number under
 * five can be worked out. Pure. Rules and why they are enough: docs/reports.md.
 *
 * A cell is one thing (a need, a channel, a language) in one place in one month. What
 * nobody said has no cell. A month is told once and never changes; a longer period is
 * the sum of its months, and a year adds what its months left untold. */
#ifndef AGGREGATE_H
#define AGGREGATE_H

#include "core/ids.h"

enum {
    AGGREGATE_LEAST = 5, /* no number under this is told */
    AGGREGATE_MOST_HIDDEN = AGGREGATE_LEAST - 1,
    AGGREGATE_MONTHS = 12,       /* of a year */
    AGGREGATE_QUARTER = 3,       /* of it, told together what became of them */
    AGGREGATE_SECTORS_MAX = 500, /* of one municipality; the rest is not told */
    AGGREGATE_AREA_BYTES = 6,
    AGGREGATE_PLACE_BYTES = 10,
    AGGREGATE_LANGUAGE_BYTES = 12,
    AGGREGATE_PERIOD_BYTES = 8,
    AGGREGATE_MONTH_MAX = 2400, /* the year 2169 */
};

/* What a cell counts; each signal is in at most one of each, but may have more needs.
 * ANSWERED: what became of signals that were told, by need. */
enum aggregate_of {
    AGGREGATE_NEED,
    AGGREGATE_CHANNEL,
    AGGREGATE_LANGUAGE,
    AGGREGATE_ANSWERED,
};

struct aggregate_cell {
    char area[AGGREGATE_AREA_BYTES];   /* municipality */
    char place[AGGREGATE_PLACE_BYTES]; /* the same (all of it), or a sector that stood
                                          under it: only for needs */
    enum aggregate_of of;
    uint16_t code; /* row of its vocabulary; 0 of a language */
    char language[AGGREGATE_LANGUAGE_BYTES]; /* "" of the others */
    int32_t month;                           /* since January 1970 */
    uint32_t n;
    uint32_t answered; /* of n; only of ANSWERED */
    bool told;
};

/* Order: municipality, what is counted, place (the municipality first), month. For
 * qsort. */
int aggregate_order(const void *a, const void *b);

/* Which cells of one month are told; cells in order. */
void aggregate_month(struct aggregate_cell *cells, size_t n_cells);

/* What a year adds to its months: cells of the months of one year, in order, each with
 * told as it was told. since: the first month that was counted here at all. Writes told
 * cells only (month: the first one of the year), in order; *n_rest of at most max_rest.
 * False: there is no room. */
MUST_USE bool aggregate_year(const struct aggregate_cell *cells, size_t n_cells,
        int32_t since, struct aggregate_cell *rest, size_t max_rest, size_t *n_rest);

/* --- the rules by themselves --- */
struct aggregate_part {
    uint32_t n;
    bool told;
};
/* Of a told number, which of its parts may be told: each of at least five, and at least
 * five of the whole stay without one. The smallest go first. */
void aggregate_split(uint32_t whole, struct aggregate_part *parts, size_t n_parts);
/* What n_hidden untold months add up to, as far as it may be told: it would still hold
 * if any one of them had none. 0: nothing may. */
uint32_t aggregate_rest(uint32_t sum, size_t n_hidden);
/* Parts of several told numbers together, of which no part was told: the largest ones
 * that would still fit, at most four of a part in a number, if any one of the numbers
 * had none of them. */
void aggregate_fit(const uint32_t *wholes, size_t n_wholes,
        struct aggregate_part *parts, size_t n_parts);

/* May it be told how many of a told number were answered? When five of them were, and
 * five were not: who subtracts finds no small number either. */
bool aggregate_answered(uint32_t told, uint32_t answered);

/* --- months --- */
int32_t aggregate_month_of_day(int32_t day); /* a day since 1970 */
int32_t aggregate_month_first_day(int32_t month);
/* A period that can be asked for: "2026-09", "2026-Q3", "2026"; nothing else. False: it
 * is none of these. */
struct aggregate_period {
    int32_t from_month;
    int32_t months; /* 1, 3 or 12 */
};
MUST_USE bool aggregate_period(const char *text, struct aggregate_period *period);
void aggregate_period_text(const struct aggregate_period *period,
        char text[AGGREGATE_PERIOD_BYTES]);

#endif
