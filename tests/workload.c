/* workload.c - the life of a simulated network: how it begins, what happens how often,
 * what its broker and its steward do, and how all of it is ended. */
#include "tests/workload.h"

#include <string.h>

#include "core/directory.h"
#include "core/time.h"
#include "tests/watch.h"
#include "tests/workload_inner.h"
#include "tests/world.h"

enum {
    RING_MAX = 12,
    SLOW_NODES_MAX = 4,
    SLOW_DAYS_MAX = 4,
    END_DAYS = PLAN_CLOCK_MAX_DAYS + 1, /* so long does the end of a life take */
};

/* ------------------------------------------------------------ between partners */

static bool is_there(const char *id)
{
    return world_is_up(id) && !sim_frozen(id) && sim_connected(id);
}

static void change_partnership(void)
{
    size_t sender = workload_any_sender();
    const char *one = workload_node(sender),
               *other = workload_node(workload_any_target(sender));
    const struct partnership_change end = {.verb = PARTNERSHIP_VERB_END,
            .partner = other};
    struct request request = {.partnership = &end};

    if (workload_chance(40))
        workload_ask(one, &request);
    else if (is_there(one) && is_there(other) && world_is_up(NETWORK_BROKER))
        world_try_agree(one, other);
}

/* A token for an adapter, made and taken back. */
static void change_token(void)
{
    static const enum scope scopes[] = {SCOPE_REFERRAL_READ};
    const struct change_token change = {.name = "web",
            .scopes = scopes,
            .n_scopes = COUNT_OF(scopes),
            .revoke = workload_chance(50)};
    struct request request = {.token_change = &change};

    workload_ask(workload_any_node(), &request);
}

/* All open cases are handed back; the node stays a member until the steward says
 * otherwise. */
static void leave(void)
{
    const struct leave wish = {.confirmed = workload_chance(80)};
    struct request request = {.leave = &wish};

    workload_ask(workload_any_node(), &request);
}

static void suspend(void)
{
    size_t at = workload_any();
    const struct suspend wish = {.partner = workload_node(at),
            .lift = workload_life()->suspended[at],
            .reason = "a test"};
    struct request request = {.suspend = &wish};
    const struct reply *reply = workload_ask(NETWORK_BROKER, &request);

    if (reply != NULL && reply->code[0] == '\0')
        workload_life()->suspended[at] = !workload_life()->suspended[at];
    /* Who fell before it answered may have done it. */
    if (reply == NULL)
        workload_life()->suspended[at] = true;
    workload_life()->was_suspended[at] =
            workload_life()->was_suspended[at] || workload_life()->suspended[at];
}

/* ------------------------------------------------------------ the steward */

/* The steward has revoked a partner; the broker or a node hears of it first. */
static void tell_revoked(const char *whom)
{
    size_t len, partner;
    const uint8_t *bytes = region_revocation(workload_life()->n_nodes, &len, &partner);
    const struct load_bundle load = {
            .bundle = {bytes, len}
    };
    struct request request = {.load_bundle = &load};
    const struct reply *reply = workload_ask(whom, &request);

    if (reply != NULL && reply->code[0] == '\0')
        workload_life()->gone[partner] = true, watch_gone(workload_node(partner));
    workload_life()->perhaps_revoked =
            workload_life()->perhaps_revoked || reply == NULL;
}

static void revoke(void)
{
    size_t len, partner;

    if (region_revocation(workload_life()->n_nodes, &len, &partner) != NULL &&
            workload_chance(15))
        tell_revoked(workload_chance(50) ? NETWORK_BROKER : workload_node(0));
}

/* The steward's new tables of places come to somebody, perhaps not for the first time.
 */
static void change_areas(void)
{
    size_t len;
    const uint8_t *bytes = region_areas(workload_life()->n_nodes, &len);
    const struct load_bundle load = {
            .bundle = {bytes, len}
    };
    struct request request = {.load_bundle = &load};

    workload_ask(workload_chance(50) ? NETWORK_BROKER : workload_any_node(), &request);
}

/* ------------------------------------------------------------ what happens */

bool workload_is_gone(const char *id)
{
    for (size_t i = 0; i < workload_life()->n_nodes; i++)
        if (workload_life()->gone[i] && strcmp(workload_node(i), id) == 0)
            return true;
    return false;
}

void workload_time(void)
{
    bool slow = workload_life()->slow;
    uint32_t kind = sim_below(100);
    int64_t ms = sim_below(3000);

    if (slow && kind >= 80)
        ms = (int64_t)sim_below(SLOW_DAYS_MAX * 24) * TIME_HOUR_MS;
    else if (kind >= 98)
        ms = (int64_t)(1 + sim_below(workload_life()->n_nodes > RING_MAX ? 12 : 72)) *
             TIME_HOUR_MS;
    else if (kind >= 88)
        ms = (int64_t)sim_below(120) * TIME_MINUTE_MS;
    else if (kind >= 60)
        ms = (int64_t)sim_below(120) * TIME_SECOND_MS;
    sim_run_until(sim_now() + ms);
}

/* often: in a thousand. */
static const struct {
    uint32_t often;
    void (*happens)(void);
} THINGS[] = {
        {45,  workload_give_consent  },
        {12,  workload_renew_consent },
        {140, workload_refer         },
        {24,  workload_forward       },
        {338, workload_act           },
        {56,  workload_talk          },
        {40,  workload_raise         },
        {60,  workload_look_after    },
        {8,   workload_share         },
        {8,   workload_subscribe     },
        {32,  workload_withdraw      },
        {20,  change_partnership     },
        {12,  workload_change_intake },
        {15,  workload_change_supply },
        {12,  workload_change_mandate},
        {8,   workload_change_antenna},
        {18,  workload_ask_around    },
        {15,  workload_tell_around   },
        {26,  workload_rights        },
        {10,  workload_keep          },
        {20,  workload_coordinate    },
        {50,  workload_read          },
        {5,   change_token           },
        {4,   leave                  },
        {15,  suspend                },
        {4,   revoke                 },
        {3,   change_areas           },
};

void workload_happens(void)
{
    uint32_t number = sim_below(1000);

    for (size_t i = 0; i < COUNT_OF(THINGS); i++) {
        if (number < THINGS[i].often) {
            THINGS[i].happens();
            return;
        }
        number -= THINGS[i].often;
    }
}

/* ------------------------------------------------------------ beginning and end */

void workload_begin(const struct plan *plan)
{
    struct workload_life *life = workload_life();

    *life = (struct workload_life){.plan = plan,
            .n_nodes = plan->n_nodes,
            .n_hubs = region_hubs(plan->n_nodes)};
    life->shape = (enum workload_shape)sim_below(N_SHAPES);
    if (life->shape == SHAPE_RING && life->n_nodes > RING_MAX)
        life->shape = SHAPE_ALL;
    life->slow = workload_chance(15) && life->n_nodes <= SLOW_NODES_MAX;
    for (size_t i = 0; i < life->n_nodes && life->shape == SHAPE_RING; i++)
        world_try_agree(workload_node(i), workload_node((i + 1) % life->n_nodes));
    workload_change_mandate();
    for (int i = 0; i < 6; i++)
        workload_give_consent();
}

static bool anybody_is_gone(void)
{
    for (size_t i = 0; i < workload_life()->n_nodes; i++)
        if (workload_life()->gone[i])
            return true;
    return false;
}

/* A referral that was made while the directory was new enough, and could not leave
 * then, waits until the steward speaks again. */
static void renew_directory(void)
{
    const int64_t last_day =
            WORLD_START_MS_DAY + DIRECTORY_NO_REFERRALS_DAYS - END_DAYS;

    if (sim_now() < last_day * TIME_DAY_MS)
        return;
    region_publish(world_network(), anybody_is_gone(), sim_now());
    world_publish(NETWORK_BROKER);
}

void workload_heal(void)
{
    for (size_t i = 0; i < workload_life()->n_nodes; i++) {
        const struct suspend lift = {.partner = workload_node(i), .lift = true};
        struct request request = {.suspend = &lift};
        if (workload_life()->was_suspended[i])
            world_must(NETWORK_BROKER, &request, "");
    }
    if (workload_life()->perhaps_revoked)
        tell_revoked(NETWORK_BROKER);
    renew_directory();
    for (size_t i = 0; i < workload_life()->n_nodes; i++)
        if (workload_life()->gone[i])
            sim_unplug(workload_node(i), true);
}

/* End every case of this node in this way, where it may; how many. */
static size_t end_cases(const char *id, enum offer_event way)
{
    const struct list_cases list = {.box = CASE_BOX_NONE, .limit = WORKLOAD_CASES_MAX};
    struct request request = {.inbox = &list};
    const struct case_list *cases = world_must(id, &request, "")->cases;
    uint64_t numbers[WORKLOAD_CASES_MAX];
    size_t n = cases->n_cases, n_ended = 0;

    for (size_t i = 0; i < n; i++)
        numbers[i] = cases->cases[i].number;
    for (size_t i = 0; i < n; i++) {
        if (!workload_may(world_show(id, numbers[i]), way))
            continue;
        const struct reply *reply = world_act(id, numbers[i], way);
        /* Nothing can be sealed to a partner that was revoked. */
        bool unreachable = strcmp(reply->code, "E_UNREACHABLE") == 0;
        if (reply->code[0] != '\0' && !(unreachable && anybody_is_gone()))
            watch_broken("%s cannot end case %llu: %s", id,
                    (unsigned long long)numbers[i], reply->code);
        n_ended += reply->code[0] == '\0';
    }
    return n_ended;
}

/* The same of all who are there. */
static size_t end_everywhere(enum offer_event way)
{
    size_t n_ended = 0;

    for (size_t i = 0; i < workload_life()->n_nodes; i++)
        if (!workload_life()->gone[i])
            n_ended += end_cases(workload_node(i), way);
    return n_ended;
}

static void become_quiet(void)
{
    sim_run_until(sim_now() + 20 * TIME_MINUTE_MS);
    if (!sim_settle(TIME_HOUR_MS))
        watch_broken("the network does not become quiet at the end");
}

void workload_end_all(void)
{
    size_t n_turns = 0;

    (void)end_everywhere(OFFER_EVENT_CANCEL);
    become_quiet();
    /* A list that its sender has lost goes on with each decline, perhaps to one who was
     * looked at before. */
    (void)end_everywhere(OFFER_EVENT_DECLINE);
    do {
        become_quiet();
        watch_decided();
    } while (end_everywhere(OFFER_EVENT_DECLINE) > 0 &&
             ++n_turns < WORKLOAD_CANDIDATES_MAX);
    (void)end_everywhere(OFFER_EVENT_FAIL);
    become_quiet();
}
