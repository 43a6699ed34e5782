/* gateway_staff.c - a member of our own staff is away, and somebody stands in. */
#include <stdio.h>

#include "nodes/gateway.h"
#include "nodes/staff.h"

static bool stand_in(struct node *node, struct gateway_call *call,
        const struct set_substitute *set, const char *actor, struct err *err)
{
    struct spool_substitute *rows =
            arena_take(&node->scratch, SPOOL_SUBSTITUTES_MAX * sizeof *rows);
    int32_t today = time_brussels_day(node_now(node));
    uint32_t from_day = set->from_day != 0 ? set->from_day : (uint32_t)today;
    struct spool_substitute row = {.from_day = (int32_t)from_day,
            .until_day = (int32_t)set->until_day};
    size_t n_rows;
    if (rows == NULL)
        return err_set(err, E_SIZE, "no room for the staff");
    if (set->until_day < from_day || set->until_day < (uint32_t)today ||
            set->until_day - from_day >= DIRECTORY_ABSENCE_DAYS_MAX ||
            set->until_day > INT32_MAX)
        return gateway_wrong(call, E_FIELD, "until_day", WORDS_ABSENCE_DAYS);
    if (!spool_substitutes(node->db, today, rows, &n_rows, err))
        return false;
    bool full = n_rows == SPOOL_SUBSTITUTES_MAX;
    for (size_t i = 0; i < n_rows; i++)
        full &= strcmp(rows[i].actor, actor) != 0;
    if (full)
        return gateway_refuse(call, E_SIZE);
    snprintf(row.actor, sizeof row.actor, "%s", actor);
    snprintf(row.substitute, sizeof row.substitute, "%s", set->substitute);
    return spool_put_substitute(node->db, &row, today, err) &&
           gateway_made(node, call, &(struct made){.state = "away"}, err);
}

bool gateway_substitute(struct node *node, struct gateway_call *call, struct err *err)
{
    const struct set_substitute *set = call->request->substitute;
    const char *actor = call->request->actor;
    bool found;
    if (actor[0] == '\0')
        return gateway_wrong(call, E_FIELD, "actor", WORDS_MISSING);
    if (set->end) {
        if (!spool_drop_substitute(node->db, actor, &found, err))
            return false;
        if (!found)
            return gateway_wrong(call, E_NOT_FOUND, "actor", WORDS_NOT_SAID);
        return gateway_made(node, call, &(struct made){.state = "back"}, err);
    }
    if (set->substitute[0] == '\0')
        return gateway_wrong(call, E_FIELD, "substitute", WORDS_MISSING);
    if (strcmp(set->substitute, actor) == 0)
        return gateway_wrong(call, E_FIELD, "substitute", WORDS_SUBSTITUTE_SELF);
    return stand_in(node, call, set, actor, err);
}
