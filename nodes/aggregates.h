/* aggregates.h - at a reporting point: count the signals of a month that is over, and
 * tell what may be told of them as statements (docs/reports.md). */
#ifndef AGGREGATES_H
#define AGGREGATES_H

#include "core/aggregate.h"
#include "nodes/node_inner.h"
#include "nodes/signals.h"

enum {
    AGGREGATES_ROWS_MAX = 64,     /* of one statement */
    AGGREGATES_CELLS_MAX = 20000, /* of one municipality in one year */
};

/* On the first working day after a month, and whenever one was missed. */
MUST_USE bool aggregates_upkeep(struct node *node, struct err *err);

/* What became of the signals of a quarter (its first month), as far as it may be told:
 * cells of AGGREGATE_ANSWERED; there is room for AGGREGATES_CELLS_MAX. */
MUST_USE bool aggregates_answers(struct node *node, int32_t quarter,
        struct aggregate_cell *cells, size_t *n_cells, struct err *err);

/* Was this need of the signal named before? A signal counts once for each. */
bool aggregates_need_before(const struct signals_fact *fact, size_t at);

/* The first part of a language that was named: "nl" of "nl-BE". */
void aggregates_language(const char *said, char language[AGGREGATE_LANGUAGE_BYTES]);

#endif
