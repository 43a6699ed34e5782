/* gateway_flows.c - who may send what to whom, by what partners have agreed in public.
 * A consent may allow less, and never more. */
#include "nodes/gateway.h"

enum { FLOWS_MAX = 800 };

struct flows {
    struct flow *list;
    size_t n;
};

/* Without secrecy at the reader only what is ordinary. */
static enum level level_to(const struct partnership_fact *fact)
{
    return fact->secrecy_bound_of_recipient ? LEVEL_S2 : LEVEL_S0;
}

static struct span in_force(const struct node *node, const char *a, const char *b)
{
    return directory_partnership_view(node->directory, a, b, node_now(node)).in_force;
}

/* Letters to an antenna go to the node that supports it, under its secrecy. */
static bool add_flow(struct node *node, struct flows *flows, const char *a,
        const struct member *b, struct err *err)
{
    int64_t now = node_now(node);
    bool antenna = b->role == ROLE_SUPPORTED;
    const char *server = antenna ? b->supported_by : b->partner;
    struct partnership_fact there =
            directory_partnership(node->directory, a, server, now);
    struct partnership_fact back =
            directory_partnership(node->directory, server, a, now);
    struct terms *terms = arena_take(&node->scratch, sizeof *terms);
    if (there.state != PARTNERSHIP_ACTIVE || back.state != PARTNERSHIP_ACTIVE)
        return true;
    if (terms == NULL)
        return err_set(err, E_SIZE, "no room for the map");
    if (!wire_get(&WIRE_TERMS, in_force(node, a, server), &node->scratch, terms, err))
        return err_wrap(err, "the terms of %s and %s", a, server);
    flows->list[flows->n++] = (struct flow){
            .a = a,
            .b = b->partner,
            .via = antenna ? server : "",
            .to_b = level_to(&there),
            .to_a = antenna ? LEVEL_NONE : level_to(&back),
            .purposes = terms->purposes,
            .n_purposes = terms->n_purposes,
            .data_categories = terms->data_categories,
            .n_data_categories = terms->n_data_categories,
            .niss_allowed = terms->niss_allowed,
            .until_day = terms->until_day,
    };
    return true;
}

/* Of a pair of nodes one direction is enough: a flow says both. */
static bool is_other(const struct member *b, const char *a, bool each)
{
    if (b->role == ROLE_SUPPORTED)
        return strcmp(b->supported_by, a) != 0;
    return b->role == ROLE_NODE &&
           (each ? strcmp(b->partner, a) != 0 : strcmp(b->partner, a) > 0);
}

static bool flows_of(struct node *node, struct flows *flows, const char *a, bool each,
        struct err *err)
{
    int64_t now = node_now(node);
    size_t n_members = directory_member_count(node->directory);
    for (size_t i = 0; i < n_members && flows->n < FLOWS_MAX; i++) {
        const struct member *b = directory_member_at(node->directory, i);
        if (is_other(b, a, each) &&
                directory_live_member(node->directory, b->partner, now) != NULL &&
                !add_flow(node, flows, a, b, err))
            return false;
    }
    return true;
}

/* What others may send to antennas of ours. */
static bool flows_to_us(struct node *node, struct flows *flows, struct err *err)
{
    int64_t now = node_now(node);
    size_t n_members = directory_member_count(node->directory);
    for (size_t i = 0; i < n_members; i++) {
        const struct member *b = directory_member_at(node->directory, i);
        if (b->role != ROLE_SUPPORTED || strcmp(b->supported_by, node->partner) != 0 ||
                directory_live_member(node->directory, b->partner, now) == NULL)
            continue;
        for (size_t j = 0; j < n_members && flows->n < FLOWS_MAX; j++) {
            const struct member *a = directory_member_at(node->directory, j);
            if (a->role == ROLE_NODE && strcmp(a->partner, node->partner) != 0 &&
                    !add_flow(node, flows, a->partner, b, err))
                return false;
        }
    }
    return true;
}

/* A page ends behind a member, so that the next begins with the one after it. */
static bool whole_network(struct node *node, struct flows *flows, uint32_t after,
        uint32_t *next, struct err *err)
{
    size_t n_members = directory_member_count(node->directory);
    for (size_t i = after; i < n_members; i++) {
        const struct member *a = directory_member_at(node->directory, i);
        size_t n_before = flows->n;
        if (a->role == ROLE_NODE && !flows_of(node, flows, a->partner, false, err))
            return false;
        if (flows->n == FLOWS_MAX && i > after) {
            flows->n = n_before;
            *next = (uint32_t)i;
            return true;
        }
    }
    return true;
}

bool gateway_flows(struct node *node, struct gateway_call *call, struct err *err)
{
    const struct show_flows *show = call->request->flows;
    struct flow_map *map = arena_take(&node->scratch, sizeof *map);
    struct flows flows = {
            .list = arena_take(&node->scratch, FLOWS_MAX * sizeof *flows.list)};
    if (map == NULL || flows.list == NULL)
        return err_set(err, E_SIZE, "no room for the map");
    if (show->network ? !whole_network(node, &flows, show->after, &map->next, err)
                      : !flows_of(node, &flows, node->partner, true, err) ||
                                !flows_to_us(node, &flows, err))
        return false;
    map->flows = flows.list;
    map->n_flows = flows.n;
    call->reply.flows = map;
    return true;
}
