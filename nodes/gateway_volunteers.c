/* gateway_volunteers.c - what the volunteers of an antenna of ours may take on, and
 * what they have: in numbers, never by name. */
#include <stdio.h>

#include "nodes/gateway.h"
#include "nodes/volunteers.h"

enum { TASKS_MAX = 1000, PAUSE_DAYS_MAX = 366 };

static void check(struct node *node, struct gateway_call *call,
        const struct set_volunteers *set)
{
    const struct member *member =
            directory_live_member(node->directory, set->antenna, node_now(node));
    uint32_t today = (uint32_t)time_brussels_day(node_now(node));
    if (member == NULL || member->role != ROLE_SUPPORTED ||
            strcmp(member->supported_by, node->partner) != 0)
        gateway_wrong(call, E_NOT_FOUND, "antenna", WORDS_NOT_OUR_ANTENNA);
    if (!set->end && (set->most == 0 || set->most > TASKS_MAX))
        gateway_wrong(call, E_FIELD, "most", WORDS_TASKS);
    if (set->pause_day != 0 &&
            (set->pause_day < today || set->pause_day - today >= PAUSE_DAYS_MAX))
        gateway_wrong(call, E_TTL, "pause_day", WORDS_SAID_DAYS);
}

/* Without a limit it is open again, unless staff said otherwise. */
static bool end_limit(struct node *node, struct gateway_call *call, const char *antenna,
        struct err *err)
{
    struct spool_volunteers row = {.most = UINT32_MAX};
    bool found;
    snprintf(row.antenna, sizeof row.antenna, "%s", antenna);
    return spool_put_volunteers(node->db, &row, err) && volunteers_settle(node, err) &&
           spool_drop_volunteers(node->db, antenna, &found, err) &&
           gateway_made(node, call, &(struct made){.state = "ended"}, err);
}

bool gateway_volunteers(struct node *node, struct gateway_call *call, struct err *err)
{
    const struct set_volunteers *set = call->request->volunteers;
    struct spool_volunteers *rows =
            arena_take(&node->scratch, SPOOL_VOLUNTEERS_MAX * sizeof *rows);
    struct spool_volunteers row = {.band = set->band,
            .most = set->most,
            .pause_day = (int32_t)set->pause_day};
    size_t n_rows;
    bool found = false;
    if (rows == NULL)
        return err_set(err, ERR_NOMEM, "no room for the antennas");
    check(node, call, set);
    if (call->code != CODE_OK)
        return true;
    if (!spool_volunteers(node->db, rows, &n_rows, err))
        return false;
    for (size_t i = 0; i < n_rows; i++)
        found |= strcmp(rows[i].antenna, set->antenna) == 0;
    if (set->end)
        return found ? end_limit(node, call, set->antenna, err)
                     : gateway_wrong(call, E_NOT_FOUND, "antenna", WORDS_NOT_SAID);
    if (!found && n_rows == SPOOL_VOLUNTEERS_MAX)
        return gateway_refuse(call, E_SIZE);
    snprintf(row.antenna, sizeof row.antenna, "%s", set->antenna);
    return spool_put_volunteers(node->db, &row, err) && volunteers_settle(node, err) &&
           gateway_made(node, call, &(struct made){.state = "published"}, err);
}

bool gateway_load(struct node *node, struct gateway_call *call, struct err *err)
{
    struct load_list *reply = arena_take(&node->scratch, sizeof *reply);
    struct spool_volunteers *rows =
            arena_take(&node->scratch, SPOOL_VOLUNTEERS_MAX * sizeof *rows);
    struct load_line *lines =
            arena_take(&node->scratch, SPOOL_VOLUNTEERS_MAX * sizeof *lines);
    size_t n_rows;
    if (reply == NULL || rows == NULL || lines == NULL)
        return err_set(err, E_SIZE, "no room for this list");
    if (!spool_volunteers(node->db, rows, &n_rows, err))
        return false;
    for (size_t i = 0; i < n_rows; i++) {
        struct volunteers_load load;
        if (!volunteers_load(node, rows[i].antenna, &load, err))
            return false;
        lines[i] = (struct load_line){.antenna = rows[i].antenna,
                .band = rows[i].band,
                .most = rows[i].most,
                .referrals = load.referrals,
                .asks = load.asks,
                .pause_day = (uint32_t)rows[i].pause_day,
                .intake = directory_intake(node->directory, rows[i].antenna,
                        node_now(node))};
    }
    *reply = (struct load_list){.lines = lines, .n_lines = n_rows};
    call->reply.load = reply;
    return true;
}
