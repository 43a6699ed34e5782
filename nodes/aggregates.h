/* aggregates.h - at a reporting point: count the signals of a month that is over, and
 * tell what may be told of them as statements (docs/reports.md). */
#ifndef AGGREGATES_H
#define AGGREGATES_H

#include "core/aggregate.h"
#include "nodes/node_inner.h"

enum {
    AGGREGATES_ROWS_MAX = 64,     /* of one statement */
    AGGREGATES_CELLS_MAX = 20000, /* of one municipality in one year */
};

/* On the first working day after a month, and whenever one was missed. */
MUST_USE bool aggregates_upkeep(struct node *node, struct err *err);

/* The first part of a language that was named: "nl" of "nl-BE". */
void aggregates_language(const char *said, char language[AGGREGATE_LANGUAGE_BYTES]);

#endif
