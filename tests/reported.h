/* reported.h - reports as a node gives them in the simulated world, and the numbers in
 * their tables. */
#ifndef REPORTED_H
#define REPORTED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/vocab.h"
#include "tests/world.h"

static inline const struct report *report_of(const char *who, uint16_t kind,
        const char *period, const char *place, bool own)
{
    const struct show_report show = {.kind = kind,
            .period = period,
            .place = place,
            .own = own};
    struct request request = {.report = &show};
    return world_must(who, &request, "")->report;
}

static inline const struct report_table *table_of(const struct report *report,
        uint16_t title)
{
    static const struct report_table none = {.n_rows = 0};
    for (size_t i = 0; i < report->n_tables; i++)
        if (report->tables[i].title == title)
            return &report->tables[i];
    fail_msg("no table %u", (unsigned)title);
    return &none;
}

/* The number in a column of the row with these first two cells; 0: there is none. */
static inline uint32_t number_at(const struct report_table *table, const char *place,
        const char *thing, size_t column)
{
    for (size_t i = 0; i < table->n_rows; i++)
        if (strcmp(table->rows[i].cells[0], place) == 0 &&
                strcmp(table->rows[i].cells[1], thing) == 0)
            return (uint32_t)strtoul(table->rows[i].cells[column], NULL, 10);
    return 0;
}

/* The number in a column of the row that begins with this code. */
static inline uint32_t number_of(const struct report_table *table, const char *code,
        size_t column)
{
    for (size_t i = 0; i < table->n_rows; i++)
        if (strcmp(table->rows[i].cells[0], code) == 0)
            return (uint32_t)strtoul(table->rows[i].cells[column], NULL, 10);
    return 0;
}

#endif
