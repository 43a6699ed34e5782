/* visits.h - home visits in a case: what is known of them, how they are shown, and what
 * became of those whose day is past (docs/visits.md). */
#ifndef VISITS_H
#define VISITS_H

#include "nodes/node_inner.h"
#include "nodes/outreach.h"
#include "nodes/signals.h"

enum { VISITS_LISTED_MAX = 200 };

/* Everything that the stop rules ask about a case. */
struct visits_known {
    struct spool_attempt rows[SPOOL_ATTEMPTS_MAX];
    size_t n_rows;
    struct outreach_try tries[SPOOL_ATTEMPTS_MAX];
    size_t n_tries;
    const struct spool_attempt *open; /* the visit that is planned; NULL: none */
    int64_t quiet_until_ms;           /* 0: the person has not refused */
    uint16_t contact_rule;
};
MUST_USE bool visits_know(struct node *node, const struct spool_case *file,
        struct visits_known *known, struct err *err);

/* May this case have a visit at all: work was begun for the person, and nobody has said
 * to stop. */
MUST_USE bool visits_may(struct node *node, const struct spool_case *file,
        enum code *code, struct err *err);

/* When people are told that nobody said how it went. */
int64_t visits_due(int64_t planned_ms);

/* Who go, in the column of a row. */
void visits_put_goes(const uint16_t *goes, size_t n_goes, struct spool_attempt *row);
size_t visits_get_goes(const struct spool_attempt *row,
        uint16_t goes[OUTREACH_GOERS_MAX]);

/* For people; what the results point to lies in the scratch arena. */
MUST_USE bool visits_show(struct node *node, const struct spool_case *file,
        const struct visit_line **lines, size_t *n_lines, struct err *err);
/* All that is planned, by its day. */
MUST_USE bool visits_planned(struct node *node, struct visit_line **lines,
        size_t *n_lines, struct err *err);

/* Tell people of visits whose day is past; what belongs to a case that has ended is
 * called off. */
MUST_USE bool visits_upkeep(struct node *node, struct err *err);

#endif
