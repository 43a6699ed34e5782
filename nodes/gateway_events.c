/* gateway_events.c - what happened after a number, for software that follows along. */
#include "nodes/gateway.h"
#include "nodes/spool_events.h"

enum { EVENTS_DEFAULT = 50, EVENTS_MAX = 200 };

bool gateway_events(struct node *node, struct gateway_call *call, struct err *err)
{
    const struct list_events *asked = call->request->events;
    size_t limit = asked->limit == 0 ? EVENTS_DEFAULT : asked->limit;
    limit = limit > EVENTS_MAX ? EVENTS_MAX : limit;
    struct event_list *list = arena_take(&node->scratch, sizeof *list);
    struct event_line *lines = arena_take(&node->scratch, limit * sizeof *lines);
    size_t n_lines = 0;
    if (list == NULL || lines == NULL)
        return err_set(err, E_SIZE, "no room for these events");
    *list = (struct event_list){.events = lines, .partner = node->partner};
    call->reply.events = list;
    /* No number of a row is above this. */
    uint64_t after = asked->after > INT64_MAX ? INT64_MAX : asked->after;
    uint64_t since = 0;
    if (asked->since_ms != 0 &&
            !spool_event_before(node->db, asked->since_ms, &since, err))
        return false;
    after = after < since ? since : after;
    if (!spool_newest_event(node->db, &list->newest, err) ||
            !spool_events(node->db, after, &node->scratch, lines, limit, &n_lines, err))
        return false;
    list->more = n_lines == limit;
    list->last = list->more ? lines[n_lines - 1].number : list->newest;
    /* A store that was put back counts from an older number on. */
    if (after > list->newest)
        list->last = list->newest;
    for (size_t i = 0; i < n_lines; i++)
        if (lines[i].kind == CASE_KIND_NONE || gateway_may_read(call, lines[i].kind))
            lines[list->n_events++] = lines[i];
    return true;
}
