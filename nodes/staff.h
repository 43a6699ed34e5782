/* staff.h - our own people: whose a case is, and who takes over while they are away. */
#ifndef STAFF_H
#define STAFF_H

#include "nodes/node_inner.h"
#include "nodes/spool_staff.h"

/* Who stands in for whom today. */
struct staff {
    struct spool_substitute away[SPOOL_SUBSTITUTES_MAX];
    size_t n_away;
};
MUST_USE bool staff_today(struct node *node, struct staff *staff, struct err *err);

/* Who takes over the work of this one today, also when whoever stands in is away too;
 * themselves when they are there, or when everybody waits for another. */
const char *staff_works_for(const struct staff *staff, const char *actor);
/* Is the work of `handler` that of `actor` today: their own, or taken over? */
bool staff_is_for(const struct staff *staff, const char *handler, const char *actor);

/* Whose the case is, and who takes over; both "" when nobody named did a step. */
MUST_USE bool staff_fill(struct node *node, const struct staff *staff,
        struct case_line *line, struct err *err);

#endif
