/* gateway_follow.c - what an adapter asks to serve others well: whose token this is,
 * how the node does, and to be told when there are newer events. */
#include "nodes/gateway_follow.h"
#include "nodes/gateway.h"

#include "core/wire.h"
#include "nodes/spool_events.h"

bool gateway_token_show(struct node *node, struct gateway_call *call, struct err *err)
{
    struct token_shown *shown = arena_take(&node->scratch, sizeof *shown);
    enum scope *scopes = arena_take(&node->scratch, SCOPE_ADMIN * sizeof *scopes);
    if (shown == NULL || scopes == NULL)
        return err_set(err, E_SIZE, "no room for a token");
    *shown = (struct token_shown){.name = call->token, .scopes = scopes};
    for (unsigned scope = SCOPE_NONE + 1; scope <= SCOPE_ADMIN; scope++)
        if (gateway_has_scope(call, (enum scope)scope))
            scopes[shown->n_scopes++] = (enum scope)scope;
    call->reply.token = shown;
    return spool_newest_event(node->db, &shown->newest, err);
}

bool gateway_health(struct node *node, struct gateway_call *call, struct err *err)
{
    struct health *health = arena_take(&node->scratch, sizeof *health);
    if (health == NULL)
        return err_set(err, E_SIZE, "no room for the health");
    *health = (struct health){.joined = node_self(node) != NULL,
            .connected = node->session.welcomed,
            .last_contact_ms = (uint64_t)node->session.last_contact_ms,
            .disk_low = node_disk_low(node)};
    call->reply.health = health;
    return spool_waiting(node->db, &health->waiting, &health->waiting_since_ms, err) &&
           spool_newest_event(node->db, &health->newest, err);
}

/* ------------------------------------------------------------- followers */

static struct follower *find(struct node *node, uint64_t conn)
{
    for (size_t i = 0; i < node->n_followers; i++)
        if (node->followers[i].conn == conn)
            return &node->followers[i];
    return NULL;
}

void follow_forget(struct node *node, uint64_t conn)
{
    struct follower *follower = find(node, conn);
    if (follower != NULL)
        *follower = node->followers[--node->n_followers];
}

bool gateway_follow(struct node *node, struct gateway_call *call, struct err *err)
{
    struct event_list *list = arena_take(&node->scratch, sizeof *list);
    if (list == NULL)
        return err_set(err, E_SIZE, "no room for a number");
    *list = (struct event_list){.partner = node->partner};
    call->reply.events = list;
    if (!spool_newest_event(node->db, &list->newest, err))
        return false;
    follow_forget(node, call->conn);
    if (call->request->follow->stop)
        return true;
    if (node->n_followers == FOLLOWERS_MAX)
        return gateway_refuse(call, E_BUSY);
    node->followers[node->n_followers++] =
            (struct follower){call->conn, call->request->request_id, list->newest};
    return true;
}

/* Who does not read is not told: it asks for what it missed when it reads again. */
static bool tell(struct node *node, struct follower *follower, uint64_t newest,
        struct err *err)
{
    struct span bytes;
    const struct event_list list = {.partner = node->partner, .newest = newest};
    const struct reply reply = {.v = 1,
            .request_id = follower->request_id,
            .code = "",
            .sentence = "",
            .events = &list};
    if (!wire_put_arena(&WIRE_REPLY, &reply, &node->scratch, &bytes, err))
        return false;
    if (link_send(node->gateway, follower->conn, bytes) == SENT_OK)
        follower->told = newest;
    return true;
}

bool follow_tell(struct node *node, struct err *err)
{
    uint64_t newest;
    if (node->n_followers == 0)
        return true;
    if (!spool_newest_event(node->db, &newest, err))
        return false;
    for (size_t i = 0; i < node->n_followers; i++)
        if (node->followers[i].told < newest &&
                !tell(node, &node->followers[i], newest, err))
            return false;
    return true;
}
