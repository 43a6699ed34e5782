/* staff.c - whose a case is today. */
#include "nodes/staff.h"

#include <stdio.h>

bool staff_today(struct node *node, struct staff *staff, struct err *err)
{
    struct spool_substitute *all =
            arena_take(&node->scratch, SPOOL_SUBSTITUTES_MAX * sizeof *all);
    int32_t today = time_brussels_day(node_now(node));
    size_t n_all;
    if (all == NULL)
        return err_set(err, E_SIZE, "no room for the staff");
    if (!spool_substitutes(node->db, today, all, &n_all, err))
        return false;
    staff->n_away = 0;
    for (size_t i = 0; i < n_all; i++)
        if (all[i].from_day <= today)
            staff->away[staff->n_away++] = all[i];
    return true;
}

static const struct spool_substitute *away(const struct staff *staff, const char *actor)
{
    for (size_t i = 0; i < staff->n_away; i++)
        if (strcmp(staff->away[i].actor, actor) == 0)
            return &staff->away[i];
    return NULL;
}

const char *staff_works_for(const struct staff *staff, const char *actor)
{
    const char *at = actor;
    const struct spool_substitute *next;
    /* More steps than there are people: it goes round, and the work stays where it is.
     */
    for (size_t i = 0; i <= staff->n_away; i++) {
        next = away(staff, at);
        if (next == NULL)
            return at;
        at = next->substitute;
    }
    return actor;
}

bool staff_is_for(const struct staff *staff, const char *handler, const char *actor)
{
    const char *at = handler;
    for (size_t i = 0; i <= staff->n_away && at[0] != '\0'; i++) {
        const struct spool_substitute *next = away(staff, at);
        if (strcmp(at, actor) == 0)
            return true;
        at = next == NULL ? "" : next->substitute;
    }
    return false;
}

bool staff_fill(struct node *node, const struct staff *staff, struct case_line *line,
        struct err *err)
{
    char *handler = arena_take(&node->scratch, SPOOL_ACTOR_BYTES);
    if (handler == NULL)
        return err_set(err, E_SIZE, "no room for the staff");
    if (!spool_get_handler(node->db, line->number, handler, err))
        return false;
    const char *by = staff_works_for(staff, handler);
    line->handler = handler;
    line->substitute = by == handler ? "" : by;
    return true;
}
