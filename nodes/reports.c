/* reports.c - tables row by row, times and numbers as texts. */
#include "nodes/reports.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

bool reports_begin(struct reports *reports, struct err *err)
{
    const struct aggregate_period *period = &reports->period;
    reports->rows = arena_take(&reports->node->scratch,
            REPORTS_ROWS_MAX * sizeof *reports->rows);
    if (reports->rows == NULL)
        return err_set(err, E_SIZE, "no room for a report");
    reports->from_day = aggregate_month_first_day(period->from_month);
    reports->until_day =
            aggregate_month_first_day(period->from_month + period->months) - 1;
    reports->from_ms = time_day_start(reports->from_day);
    reports->until_ms = time_day_start(reports->until_day + 1);
    return true;
}

void reports_table(struct reports *reports, uint16_t title, const uint16_t *columns,
        size_t n_columns)
{
    reports->tables[reports->n_tables++] = (struct report_table){.title = title,
            .columns = columns,
            .n_columns = n_columns,
            .rows = &reports->rows[reports->n_rows]};
}

bool reports_row(struct reports *reports, const char *const *cells, struct err *err)
{
    struct report_table *table = &reports->tables[reports->n_tables - 1];
    size_t n = table->n_columns;
    if (reports->n_rows == REPORTS_ROWS_MAX) {
        reports->more = true;
        return true;
    }
    const char **copy = arena_take(&reports->node->scratch, n * sizeof *copy);
    if (copy == NULL)
        return err_set(err, E_SIZE, "no room for a report");
    for (size_t i = 0; i < n; i++) {
        copy[i] = cells[i];
        if (cells[i] == NULL)
            return err_set(err, E_SIZE, "no room for a report");
    }
    reports->rows[reports->n_rows++] = (struct report_row){.cells = copy, .n_cells = n};
    table->n_rows++;
    return true;
}

const char *reports_text(struct reports *reports, const char *text)
{
    size_t len = strlen(text) + 1;
    char *copy = arena_take(&reports->node->scratch, len);
    if (copy != NULL)
        memcpy(copy, text, len);
    return copy;
}

const char *reports_number(struct reports *reports, uint64_t number)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, number);
    return reports_text(reports, text);
}

static int compare_times(const void *a, const void *b)
{
    int64_t one, other;
    memcpy(&one, a, sizeof one);
    memcpy(&other, b, sizeof other);
    return (one > other) - (one < other);
}

const char *reports_half(struct reports *reports, int64_t *times, size_t n_times)
{
    if (n_times == 0)
        return "";
    qsort(times, n_times, sizeof *times, compare_times);
    int64_t half = times[(n_times - 1) / 2];
    return reports_number(reports, half > 0 ? (uint64_t)half : 0);
}

bool reports_covers(const struct reports *reports, const char *place)
{
    return reports->place[0] == '\0' || directory_within(reports->node->directory,
                                                place, reports->place, reports->day);
}

bool reports_covers_pair(const struct reports *reports, const char *area,
        const char *place)
{
    return reports->place[0] == '\0' || strcmp(reports->place, area) == 0 ||
           strcmp(reports->place, place) == 0;
}
