/* aggregate.c - the rules of docs/reports.md, line by line. A line is one thing in one
 * municipality: the cells of the whole, then those of its sectors. */
#include "core/aggregate.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/time.h"

/* ------------------------------------------------------------- order */

enum { EPOCH_YEAR = 1970, YEAR_DIGITS = 4, QUARTER = AGGREGATE_QUARTER };

static int compare_lines(const struct aggregate_cell *a, const struct aggregate_cell *b)
{
    int by = strcmp(a->area, b->area);
    if (by == 0)
        by = (int)a->of - (int)b->of;
    if (by == 0)
        by = (int)a->code - (int)b->code;
    return by != 0 ? by : strcmp(a->language, b->language);
}

static bool is_whole(const struct aggregate_cell *cell)
{
    return strcmp(cell->place, cell->area) == 0;
}

int aggregate_order(const void *a, const void *b)
{
    const struct aggregate_cell *one = a, *other = b;
    int by = compare_lines(one, other);
    if (by == 0)
        by = (int)is_whole(other) - (int)is_whole(one);
    if (by == 0)
        by = strcmp(one->place, other->place);
    return by != 0 ? by : (one->month > other->month) - (one->month < other->month);
}

/* How many cells from here on are of one line. */
static size_t line_len(const struct aggregate_cell *cells, size_t n_cells)
{
    size_t len = 1;
    while (len < n_cells && compare_lines(cells, &cells[len]) == 0)
        len++;
    return len;
}

/* How many cells from here on are of one place, each of another month. */
static size_t place_len(const struct aggregate_cell *cells, size_t n_cells)
{
    size_t len = 1;
    while (len < n_cells && strcmp(cells[0].place, cells[len].place) == 0)
        len++;
    return len;
}

/* ------------------------------------------------------------- the rules */

void aggregate_split(uint32_t whole, struct aggregate_part *parts, size_t n_parts)
{
    uint64_t told = 0;
    for (size_t i = 0; i < n_parts; i++) {
        parts[i].told = whole >= AGGREGATE_LEAST && parts[i].n >= AGGREGATE_LEAST;
        told += parts[i].told ? parts[i].n : 0;
    }
    /* At least five stay without a part, so that each untold part could be anything
     * from none to four: who said no part can make up for it. */
    while (told > 0 && told + AGGREGATE_LEAST > whole) {
        struct aggregate_part *least = NULL;
        for (size_t i = 0; i < n_parts; i++)
            if (parts[i].told && (least == NULL || parts[i].n < least->n))
                least = &parts[i];
        if (least == NULL)
            return;
        least->told = false;
        told -= least->n;
    }
}

uint32_t aggregate_rest(uint32_t sum, size_t n_hidden)
{
    if (n_hidden == 0)
        return 0;
    uint64_t most = (uint64_t)AGGREGATE_MOST_HIDDEN * (n_hidden - 1);
    uint64_t told = sum < most ? sum : most;
    return told >= AGGREGATE_LEAST ? (uint32_t)told : 0;
}

/* What n_parts parts can find room for when the number that has most room is left out:
 * the bound of a flow from parts to numbers in which no pair carries more than four. */
static uint64_t room_for(const uint32_t *wholes, size_t n_wholes, size_t n_parts)
{
    uint64_t pairs = (uint64_t)AGGREGATE_MOST_HIDDEN * n_parts;
    uint64_t sum = 0, largest = 0;
    for (size_t i = 0; i < n_wholes; i++) {
        uint64_t room = wholes[i] < pairs ? wholes[i] : pairs;
        sum += room;
        largest = room > largest ? room : largest;
    }
    return sum - largest;
}

void aggregate_fit(const uint32_t *wholes, size_t n_wholes,
        struct aggregate_part *parts, size_t n_parts)
{
    uint64_t told = 0;
    for (size_t i = 0; i < n_parts; i++)
        parts[i].told = false;
    for (size_t n_told = 1; n_told <= n_parts; n_told++) {
        struct aggregate_part *largest = NULL;
        for (size_t i = 0; i < n_parts; i++)
            if (!parts[i].told && (largest == NULL || parts[i].n > largest->n))
                largest = &parts[i];
        if (largest == NULL || largest->n < AGGREGATE_LEAST ||
                told + largest->n > room_for(wholes, n_wholes, n_told))
            return;
        largest->told = true;
        told += largest->n;
    }
}

bool aggregate_answered(uint32_t told, uint32_t answered)
{
    return answered >= AGGREGATE_LEAST && told >= AGGREGATE_LEAST &&
           answered <= told - AGGREGATE_LEAST;
}

/* ------------------------------------------------------------- a month */

/* One municipality and thing: the whole stands first, its sectors behind it. */
static void tell_line(struct aggregate_cell *cells, size_t n_cells)
{
    struct aggregate_part parts[AGGREGATE_SECTORS_MAX];
    size_t n_parts = 0;
    bool whole = is_whole(&cells[0]);
    for (size_t i = 0; i < n_cells; i++)
        cells[i].told = false;
    if (!whole || cells[0].n < AGGREGATE_LEAST)
        return;
    cells[0].told = true;
    for (size_t i = 1; i < n_cells && n_parts < AGGREGATE_SECTORS_MAX; i++)
        parts[n_parts++].n = cells[i].n;
    aggregate_split(cells[0].n, parts, n_parts);
    for (size_t i = 0; i < n_parts; i++)
        cells[1 + i].told = parts[i].told;
}

void aggregate_month(struct aggregate_cell *cells, size_t n_cells)
{
    for (size_t i = 0, len; i < n_cells; i += len) {
        len = line_len(&cells[i], n_cells - i);
        tell_line(&cells[i], len);
    }
}

/* ------------------------------------------------------------- a year */

/* What is known of the months of one line. */
struct year_line {
    bool hidden[AGGREGATE_MONTHS];  /* counted, and not told */
    bool unsplit[AGGREGATE_MONTHS]; /* told, and no sector of it */
    uint32_t whole[AGGREGATE_MONTHS];
    uint32_t rest; /* what the hidden ones may say together */
    struct aggregate_part of_rest[AGGREGATE_SECTORS_MAX];
    struct aggregate_part of_months[AGGREGATE_SECTORS_MAX];
    size_t n_sectors;
};

static size_t month_at(const struct aggregate_cell *cell)
{
    return (size_t)(cell->month % AGGREGATE_MONTHS);
}

static void read_months(struct year_line *line, const struct aggregate_cell *cells,
        size_t n_cells, int32_t since)
{
    int32_t january = cells[0].month - cells[0].month % AGGREGATE_MONTHS;
    uint32_t sum = 0;
    size_t n_hidden = 0;
    for (int32_t at = 0; at < AGGREGATE_MONTHS; at++)
        line->hidden[at] = january + at >= since;
    for (size_t i = 0; i < n_cells; i++) {
        size_t at = month_at(&cells[i]);
        if (is_whole(&cells[i])) {
            line->whole[at] = cells[i].n;
            line->hidden[at] = line->hidden[at] && !cells[i].told;
            line->unsplit[at] = cells[i].told;
        } else if (cells[i].told) {
            line->unsplit[at] = false;
        }
    }
    for (size_t at = 0; at < AGGREGATE_MONTHS; at++) {
        n_hidden += line->hidden[at];
        sum += line->hidden[at] ? line->whole[at] : 0;
    }
    line->rest = aggregate_rest(sum, n_hidden);
}

/* What each sector has in the months that were not told, and in those that were told
 * without sectors. */
static void read_sectors(struct year_line *line, const struct aggregate_cell *cells,
        size_t n_cells)
{
    for (size_t i = 0, len; i < n_cells; i += len) {
        len = place_len(&cells[i], n_cells - i);
        if (is_whole(&cells[i]) || line->n_sectors == AGGREGATE_SECTORS_MAX)
            continue;
        size_t s = line->n_sectors++;
        for (size_t k = i; k < i + len; k++) {
            size_t at = month_at(&cells[k]);
            line->of_rest[s].n += line->hidden[at] ? cells[k].n : 0;
            line->of_months[s].n += line->unsplit[at] ? cells[k].n : 0;
        }
    }
}

static void judge_sectors(struct year_line *line)
{
    uint32_t wholes[AGGREGATE_MONTHS];
    size_t n_wholes = 0;
    for (size_t at = 0; at < AGGREGATE_MONTHS; at++)
        if (line->unsplit[at])
            wholes[n_wholes++] = line->whole[at];
    aggregate_split(line->rest, line->of_rest, line->n_sectors);
    aggregate_fit(wholes, n_wholes, line->of_months, line->n_sectors);
}

/* One line of the year; place_at: a cell with the place of each number. */
static bool tell_year(const struct year_line *line, const struct aggregate_cell *cells,
        size_t n_cells, struct aggregate_cell *rest, size_t max, size_t *n)
{
    size_t s = 0;
    for (size_t i = 0, len; i < n_cells; i += len) {
        uint32_t number = line->rest;
        len = place_len(&cells[i], n_cells - i);
        if (!is_whole(&cells[i])) {
            if (s == line->n_sectors)
                break;
            number = (line->of_rest[s].told ? line->of_rest[s].n : 0) +
                     (line->of_months[s].told ? line->of_months[s].n : 0);
            s++;
        }
        if (number == 0)
            continue;
        if (*n == max)
            return false;
        rest[*n] = cells[i];
        rest[*n].month -= rest[*n].month % AGGREGATE_MONTHS;
        rest[*n].n = number;
        rest[(*n)++].told = true;
    }
    return true;
}

bool aggregate_year(const struct aggregate_cell *cells, size_t n_cells, int32_t since,
        struct aggregate_cell *rest, size_t max_rest, size_t *n_rest)
{
    size_t n = 0;
    for (size_t i = 0, len; i < n_cells; i += len) {
        struct year_line line = {.n_sectors = 0};
        len = line_len(&cells[i], n_cells - i);
        read_months(&line, &cells[i], len, since);
        read_sectors(&line, &cells[i], len);
        judge_sectors(&line);
        if (!tell_year(&line, &cells[i], len, rest, max_rest, &n))
            return false;
    }
    *n_rest = n;
    return true;
}

/* ------------------------------------------------------------- months */

int32_t aggregate_month_of_day(int32_t day)
{
    char text[TIME_TEXT_BYTES];
    time_day_text(day, text);
    long year = strtol(text, NULL, 10);
    long month = strtol(text + strlen("1970-"), NULL, 10);
    return (int32_t)((year - EPOCH_YEAR) * AGGREGATE_MONTHS + month - 1);
}

void aggregate_period_text(const struct aggregate_period *period,
        char text[AGGREGATE_PERIOD_BYTES])
{
    unsigned year = (unsigned)(EPOCH_YEAR + period->from_month / AGGREGATE_MONTHS);
    unsigned month = (unsigned)(period->from_month % AGGREGATE_MONTHS);
    size_t len = (size_t)snprintf(text, AGGREGATE_PERIOD_BYTES, "%04u", year % 10000u);
    if (period->months == 1)
        snprintf(text + len, AGGREGATE_PERIOD_BYTES - len, "-%02u", (month + 1) % 100u);
    else if (period->months == QUARTER)
        snprintf(text + len, AGGREGATE_PERIOD_BYTES - len, "-Q%u",
                (month / QUARTER + 1) % 10u);
}

int32_t aggregate_month_first_day(int32_t month)
{
    const struct aggregate_period period = {.from_month = month, .months = 1};
    char name[AGGREGATE_PERIOD_BYTES], text[TIME_TEXT_BYTES];
    int32_t day;
    aggregate_period_text(&period, name);
    snprintf(text, sizeof text, "%s-01", name);
    return time_day_parse(text, &day) ? day : 0;
}

/* Two digits, or one behind a Q, that end the text; 0: they are something else. */
static int32_t read_part(const char *text, int32_t most)
{
    size_t len = strlen(text);
    long part =
            len > 0 && strspn(text, "0123456789") == len ? strtol(text, NULL, 10) : 0;
    return part <= most ? (int32_t)part : 0;
}

bool aggregate_period(const char *text, struct aggregate_period *period)
{
    struct aggregate_period made = {.months = AGGREGATE_MONTHS};
    const char *part = text + YEAR_DIGITS;
    long year = strspn(text, "0123456789") == YEAR_DIGITS ? strtol(text, NULL, 10) : 0;
    int32_t nth = 1;
    if (year < EPOCH_YEAR)
        return false;
    if (strlen(part) == strlen("-Q3") && strncmp(part, "-Q", 2) == 0) {
        made.months = QUARTER;
        nth = read_part(part + 2, AGGREGATE_MONTHS / QUARTER);
    } else if (strlen(part) == strlen("-09") && part[0] == '-') {
        made.months = 1;
        nth = read_part(part + 1, AGGREGATE_MONTHS);
    } else if (part[0] != '\0') {
        return false;
    }
    if (nth == 0)
        return false;
    made.from_month =
            (int32_t)(year - EPOCH_YEAR) * AGGREGATE_MONTHS + (nth - 1) * made.months;
    *period = made;
    return true;
}
