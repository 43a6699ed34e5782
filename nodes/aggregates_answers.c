/* aggregates_answers.c - what became of the signals of a quarter: how many of those
 * that its months told were answered since. Told when the quarter after it is over, so
 * that there was time to answer. */
#include <stdio.h>
#include <stdlib.h>

#include "nodes/aggregates.h"
#include "nodes/signals.h"

struct answers {
    struct aggregate_cell *cells; /* of each month, as it was told */
    size_t n;
};

/* Of our own statements: what others know is all that may be divided. */
static bool read_told(struct node *node, int32_t quarter, struct answers *answers,
        struct err *err)
{
    struct directory_walk walk = directory_walk_by(node->directory, node->partner,
            STATEMENT_KIND_AGGREGATE, node_now(node));
    const struct statement *said;
    while ((said = directory_next(&walk)) != NULL) {
        const struct aggregate *says = said->aggregate;
        int32_t month = (int32_t)says->from_month;
        if (says->months != 1 || month < quarter ||
                month >= quarter + AGGREGATE_QUARTER)
            continue;
        for (size_t i = 0; i < says->n_rows; i++) {
            const struct aggregate_row *row = &says->rows[i];
            if (row->need == 0 || !ids_area_ok(row->place))
                continue;
            if (answers->n == AGGREGATES_CELLS_MAX)
                return err_set(err, E_SIZE, "no room for what became of a quarter");
            struct aggregate_cell *cell = &answers->cells[answers->n++];
            *cell = (struct aggregate_cell){.of = AGGREGATE_ANSWERED,
                    .code = row->need,
                    .month = month,
                    .n = row->signals};
            snprintf(cell->area, sizeof cell->area, "%s", row->place);
            snprintf(cell->place, sizeof cell->place, "%s", row->place);
        }
    }
    qsort(answers->cells, answers->n, sizeof *answers->cells, aggregate_order);
    return true;
}

/* In each of its needs that was told. */
static void count(struct answers *answers, const struct signals_fact *fact)
{
    struct aggregate_cell key = {.of = AGGREGATE_ANSWERED,
            .month = aggregate_month_of_day(fact->month_day)};
    snprintf(key.area, sizeof key.area, "%s", fact->area);
    snprintf(key.place, sizeof key.place, "%s", fact->area);
    for (size_t i = 0; i < fact->n_needs; i++) {
        key.code = fact->needs[i];
        struct aggregate_cell *cell = bsearch(&key, answers->cells, answers->n,
                sizeof *answers->cells, aggregate_order);
        if (cell != NULL && !aggregates_need_before(fact, i))
            cell->answered++;
    }
}

/* The months of a line together; those of which it may be told. */
static size_t add_up(struct answers *answers)
{
    size_t n_lines = 0, n_told = 0;
    for (size_t i = 0; i < answers->n; i++) {
        struct aggregate_cell cell = answers->cells[i];
        cell.month -= cell.month % AGGREGATE_QUARTER;
        if (n_lines > 0 && aggregate_order(&answers->cells[n_lines - 1], &cell) == 0) {
            answers->cells[n_lines - 1].n += cell.n;
            answers->cells[n_lines - 1].answered += cell.answered;
        } else {
            answers->cells[n_lines++] = cell;
        }
    }
    for (size_t i = 0; i < n_lines; i++)
        if (aggregate_answered(answers->cells[i].n, answers->cells[i].answered))
            answers->cells[n_told++] = answers->cells[i];
    return n_told;
}

bool aggregates_answers(struct node *node, int32_t quarter,
        struct aggregate_cell *cells, size_t *n_cells, struct err *err)
{
    struct answers answers = {.cells = cells};
    struct signals_cursor cursor = {0};
    struct signals_fact fact;
    bool found = true;
    if (!read_told(node, quarter, &answers, err))
        return false;
    while (answers.n > 0 && signals_fact_next(node, &cursor, &found, &fact, err) &&
            found)
        if (signals_was_answered(&fact))
            count(&answers, &fact);
    if (answers.n > 0 && found)
        return false;
    *n_cells = add_up(&answers);
    return true;
}
