/* reports.h - tables of counts, made when they are asked for (docs/reports.md): of what
 * reporting points have told, of what partners say in public, and, for our own staff,
 * of our own cases. */
#ifndef REPORTS_H
#define REPORTS_H

#include "core/aggregate.h"
#include "nodes/gateway.h"

enum {
    REPORTS_ROWS_MAX = 350, /* of all tables together, so that a reply holds them */
    REPORTS_TABLES_MAX = 8,
    REPORTS_CASES_MAX = 50000, /* that one report looks at */
};

/* A report that is being written; everything lies in the scratch arena. */
struct reports {
    struct node *node;
    struct aggregate_period period;
    const char *place; /* "": everywhere */
    bool own;
    int32_t from_day, until_day; /* the last one */
    int32_t day; /* as of which the steward's tables are asked: that one, or today */
    int64_t from_ms, until_ms; /* the first moment after it */
    struct report_table tables[REPORTS_TABLES_MAX];
    size_t n_tables;
    struct report_row *rows; /* of all tables */
    size_t n_rows;
    bool more;
};

MUST_USE bool reports_begin(struct reports *reports, struct err *err);
/* A new table, with the rows that follow. */
void reports_table(struct reports *reports, uint16_t title, const uint16_t *columns,
        size_t n_columns);
/* As many cells as the table has columns; what there is no room for is left out, and
 * said to be. */
MUST_USE bool reports_row(struct reports *reports, const char *const *cells,
        struct err *err);
/* In the scratch arena; NULL: there is no room. */
const char *reports_number(struct reports *reports, uint64_t number);
const char *reports_text(struct reports *reports, const char *text);

/* Half of them are within this; "" of none. The list is put in order. */
const char *reports_half(struct reports *reports, int64_t *times, size_t n_times);

/* Is this place, or what it lies in, asked for? */
bool reports_covers(const struct reports *reports, const char *place);
/* Of a sector and the municipality under which it was said to stand: is one of them? */
bool reports_covers_pair(const struct reports *reports, const char *area,
        const char *place);

/* The reports themselves. */
typedef bool reports_maker(struct reports *reports, struct err *err);
reports_maker reports_area, reports_flow, reports_capacity, reports_barriers,
        reports_escalations;

/* Partners that offer a need in a place now, and how much room they say there is; where
 * a sector lies is asked as of that day. */
struct reports_supply {
    uint64_t partners, open, waiting, full, unknown;
};
struct reports_supply reports_supply(const struct node *node, uint16_t need,
        const char *place, int32_t day);

/* Once a day: for which needs that somebody offers nobody has room now. */
MUST_USE bool reports_upkeep(struct node *node, struct err *err);

#endif
