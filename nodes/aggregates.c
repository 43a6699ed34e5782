/* aggregates.c - count, decide, tell: a month once, and at the end of a year what its
 * months left untold. Then the counts go. */
#include "nodes/aggregates.h"

#include <ctype.h>
#include <stdio.h>

#include "nodes/registry.h"
#include "nodes/session.h"
#include "nodes/spool_tally.h"

/* Signed things are kept a little shorter than they may be. */
enum { KEPT_DAYS = DIRECTORY_AGGREGATE_DAYS_MAX - 1 };

/* ------------------------------------------------------------- counting */

void aggregates_language(const char *said, char language[AGGREGATE_LANGUAGE_BYTES])
{
    size_t len = 0;
    while (isalpha((unsigned char)said[len]) && len < AGGREGATE_LANGUAGE_BYTES - 1) {
        language[len] = (char)tolower((unsigned char)said[len]);
        len++;
    }
    language[len] = '\0';
}

static bool add(struct node *node, const struct signals_fact *fact,
        struct aggregate_cell cell, struct err *err)
{
    /* The pair that was said when the signal was raised. */
    bool sector = cell.of == AGGREGATE_NEED && strcmp(fact->place, fact->area) != 0 &&
                  ids_place_ok(fact->place) && !ids_area_ok(fact->place);
    /* What its reporter did not say right is of nowhere. */
    if (!ids_area_ok(fact->area))
        return true;
    cell.month = aggregate_month_of_day(fact->month_day);
    snprintf(cell.area, sizeof cell.area, "%s", fact->area);
    snprintf(cell.place, sizeof cell.place, "%s", fact->area);
    if (!spool_tally_add(node->db, &cell, err))
        return false;
    snprintf(cell.place, sizeof cell.place, "%s", fact->place);
    return !sector || spool_tally_add(node->db, &cell, err);
}

bool aggregates_need_before(const struct signals_fact *fact, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (fact->needs[i] == fact->needs[at])
            return true;
    return false;
}

/* What was not said is not counted. */
static bool count_fact(struct node *node, const struct signals_fact *fact,
        struct err *err)
{
    struct aggregate_cell language = {.of = AGGREGATE_LANGUAGE};
    const struct aggregate_cell channel = {.of = AGGREGATE_CHANNEL,
            .code = fact->channel};
    aggregates_language(fact->language, language.language);
    for (size_t i = 0; i < fact->n_needs; i++) {
        const struct aggregate_cell need = {.of = AGGREGATE_NEED,
                .code = fact->needs[i]};
        if (!aggregates_need_before(fact, i) && !add(node, fact, need, err))
            return false;
    }
    return (fact->channel == 0 || add(node, fact, channel, err)) &&
           (language.language[0] == '\0' || add(node, fact, language, err));
}

static bool count_months(struct node *node, int32_t from, int32_t until,
        struct err *err)
{
    struct signals_cursor cursor = {0};
    struct signals_fact fact;
    bool found = true;
    while (signals_fact_next(node, &cursor, &found, &fact, err) && found) {
        int32_t month = aggregate_month_of_day(fact.month_day);
        if (month >= from && month <= until && !count_fact(node, &fact, err))
            return false;
    }
    return !found;
}

/* ------------------------------------------------------------- telling */

/* A statement that fills row by row; full, it is said and the next one begins. */
struct telling {
    struct node *node;
    struct aggregate_period period;
    struct aggregate_row rows[AGGREGATES_ROWS_MAX];
    char areas[AGGREGATES_ROWS_MAX][AGGREGATE_AREA_BYTES];
    char places[AGGREGATES_ROWS_MAX][AGGREGATE_PLACE_BYTES];
    char languages[AGGREGATES_ROWS_MAX][AGGREGATE_LANGUAGE_BYTES];
    size_t n_rows;
    unsigned part;
};

static bool say(struct telling *telling, struct err *err)
{
    char period[AGGREGATE_PERIOD_BYTES], subject[DIRECTORY_SUBJECT_BYTES];
    const struct aggregate says = {
            .from_month = (uint32_t)telling->period.from_month,
            .months = (uint32_t)telling->period.months,
            .rows = telling->rows,
            .n_rows = telling->n_rows,
    };
    struct statement statement = {
            .kind = STATEMENT_KIND_AGGREGATE,
            .subject = subject,
            .until_ms = (uint64_t)(node_now(telling->node) +
                                   (int64_t)KEPT_DAYS * TIME_DAY_MS),
            .aggregate = &says,
    };
    if (telling->n_rows == 0)
        return true;
    aggregate_period_text(&telling->period, period);
    snprintf(subject, sizeof subject, "%s/%u", period, ++telling->part);
    telling->n_rows = 0;
    return registry_statement(telling->node, &statement, err);
}

static bool tell(struct telling *telling, const struct aggregate_cell *cell,
        struct err *err)
{
    size_t at = telling->n_rows++;
    bool of_need = cell->of == AGGREGATE_NEED || cell->of == AGGREGATE_ANSWERED;
    bool whole = strcmp(cell->place, cell->area) == 0;
    memcpy(telling->areas[at], cell->area, sizeof telling->areas[at]);
    memcpy(telling->places[at], cell->place, sizeof telling->places[at]);
    memcpy(telling->languages[at], cell->language, sizeof telling->languages[at]);
    telling->rows[at] = (struct aggregate_row){
            .area = whole ? "" : telling->areas[at],
            .place = telling->places[at],
            .need = of_need ? cell->code : 0,
            .channel = cell->of == AGGREGATE_CHANNEL ? cell->code : 0,
            .language = telling->languages[at],
            .signals = cell->n,
            .answered = cell->answered,
    };
    return telling->n_rows < AGGREGATES_ROWS_MAX || say(telling, err);
}

/* One municipality of a month: what is told is marked, so that a year knows it. */
static bool tell_month(struct telling *telling, struct aggregate_cell *cells,
        size_t n_cells, struct err *err)
{
    aggregate_month(cells, n_cells);
    for (size_t i = 0; i < n_cells; i++)
        if (cells[i].told &&
                (!tell(telling, &cells[i], err) ||
                        !spool_tally_told(telling->node->db, &cells[i], err)))
            return false;
    return true;
}

static bool tell_year(struct telling *telling, const struct aggregate_cell *cells,
        size_t n_cells, int32_t since, struct aggregate_cell *rest, struct err *err)
{
    size_t n_rest;
    if (!aggregate_year(cells, n_cells, since, rest, AGGREGATES_CELLS_MAX, &n_rest))
        return err_set(err, E_SIZE, "no room for the counts of a year");
    for (size_t i = 0; i < n_rest; i++)
        if (!tell(telling, &rest[i], err))
            return false;
    return true;
}

/* A month, or the year: one municipality after the other. */
static bool tell_period(struct node *node, int32_t from, int32_t months, int32_t since,
        struct err *err)
{
    struct telling telling = {
            .node = node,
            .period = {.from_month = from, .months = months}
    };
    struct aggregate_cell *cells =
            arena_take(&node->scratch, AGGREGATES_CELLS_MAX * sizeof *cells);
    struct aggregate_cell *rest =
            arena_take(&node->scratch, AGGREGATES_CELLS_MAX * sizeof *rest);
    char area[6] = "";
    if (cells == NULL || rest == NULL)
        return err_set(err, E_SIZE, "no room for counts");
    while (true) {
        size_t n_cells, used = node->scratch.used;
        int32_t last = from + months - 1;
        if (!spool_tally_area(node->db, area, from, last, area, err))
            return false;
        if (area[0] == '\0')
            return say(&telling, err);
        if (!spool_tally_cells(node->db, area, from, last, cells, AGGREGATES_CELLS_MAX,
                    &n_cells, err) ||
                !(months == 1 ? tell_month(&telling, cells, n_cells, err)
                              : tell_year(&telling, cells, n_cells, since, rest, err)))
            return false;
        arena_reset(&node->scratch, used);
    }
}

/* Of the quarter before the one that ends with this month. */
static bool tell_answers(struct node *node, int32_t month, struct err *err)
{
    int32_t quarter = month + 1 - 2 * AGGREGATE_QUARTER;
    struct telling telling = {
            .node = node,
            .period = {.from_month = quarter, .months = AGGREGATE_QUARTER}
    };
    struct aggregate_cell *cells =
            arena_take(&node->scratch, AGGREGATES_CELLS_MAX * sizeof *cells);
    size_t n_cells;
    if (cells == NULL)
        return err_set(err, E_SIZE, "no room for counts");
    if (!aggregates_answers(node, quarter, cells, &n_cells, err))
        return false;
    for (size_t i = 0; i < n_cells; i++)
        if (!tell(&telling, &cells[i], err))
            return false;
    return say(&telling, err);
}

/* Each month by itself; with the last one of a quarter what became of the quarter
 * before; after December the year, and then its counts are not needed any more. */
static bool tell_months(struct node *node, int32_t from, int32_t until, int32_t since,
        struct err *err)
{
    for (int32_t month = from; month <= until; month++) {
        int32_t january = month - month % AGGREGATE_MONTHS;
        size_t used = node->scratch.used;
        if (!tell_period(node, month, 1, since, err))
            return false;
        arena_reset(&node->scratch, used);
        if ((month + 1) % AGGREGATE_QUARTER == 0 && !tell_answers(node, month, err))
            return false;
        arena_reset(&node->scratch, used);
        if (month != january + AGGREGATE_MONTHS - 1)
            continue;
        if (!tell_period(node, january, AGGREGATE_MONTHS, since, err) ||
                !spool_tally_drop(node->db, month + 1, err))
            return false;
        arena_reset(&node->scratch, used);
    }
    return true;
}

/* ------------------------------------------------------------- when */

/* The last month that can be told today: the one before this, from its first working
 * day on. */
static int32_t last_over(int32_t today)
{
    int32_t month = aggregate_month_of_day(today);
    for (int32_t day = aggregate_month_first_day(month); day <= today; day++)
        if (time_is_working_day(day))
            return month - 1;
    return month - 2;
}

/* All of it or nothing: what the directory does not take now is tried again. */
static bool count_and_tell(struct node *node, int32_t from, int32_t until,
        int32_t since, struct err *err)
{
    struct err why = {.code = CODE_OK};
    if (!db_savepoint(node->db, err))
        return false;
    if (count_months(node, from, until, &why) &&
            tell_months(node, from, until, since, &why) &&
            spool_set_number(node->db, SPOOL_TALLY_UPTO, (uint64_t)until, &why))
        return db_release(node->db, err);
    if (!session_is_refusal(&why)) {
        *err = why;
        return false;
    }
    log_error(node->log, node_now(node), "counts_not_told", "code=%s words=\"%s\"",
            code_name(why.code), why.msg);
    return db_undo(node->db, err);
}

bool aggregates_upkeep(struct node *node, struct err *err)
{
    const struct member *self = node_self(node);
    int32_t today = time_brussels_day(node_now(node));
    int32_t month = aggregate_month_of_day(today);
    uint64_t since, upto;
    size_t used = node->scratch.used;
    if (self == NULL || self->partner_type != PARTNER_TYPE_MELDPUNT)
        return true;
    if (!spool_get_number(node->db, SPOOL_TALLY_SINCE, &since, err) ||
            !spool_get_number(node->db, SPOOL_TALLY_UPTO, &upto, err))
        return false;
    if (since == 0)
        return spool_set_number(node->db, SPOOL_TALLY_SINCE, (uint64_t)month, err) &&
               spool_set_number(node->db, SPOOL_TALLY_UPTO, (uint64_t)month - 1, err);
    if ((int64_t)upto >= last_over(today))
        return true;
    bool ok = count_and_tell(node, (int32_t)upto + 1, last_over(today), (int32_t)since,
            err);
    arena_reset(&node->scratch, used);
    return ok;
}
