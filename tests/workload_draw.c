/* workload_draw.c - asking a program of a life, with what must be true of every answer;
 * and drawing somebody or something by chance. */
#include <string.h>

#include "core/wire_map.h"
#include "tests/watch.h"
#include "tests/workload_inner.h"
#include "tests/world.h"

static struct workload_life the;
static struct workload_counts counts;

struct workload_life *workload_life(void)
{
    return &the;
}

struct workload_counts workload_counts(void)
{
    return counts;
}

uint16_t workload_one_of(enum vocab vocab)
{
    return (uint16_t)(1 + sim_below(vocab_count(vocab)));
}

bool workload_chance(uint32_t percent)
{
    return sim_below(100) < percent;
}

/* ------------------------------------------------------------ asking */

/* The field of a request that says what is asked. */
static size_t row_of(const struct request *request)
{
    const void *op = NULL;

    for (size_t i = 0; i < WIRE_REQUEST.n_rows && i < WORKLOAD_ROWS_MAX; i++) {
        if (WIRE_REQUEST.rows[i].oneof == 0)
            continue;
        memcpy(&op, (const char *)request + WIRE_REQUEST.rows[i].at, sizeof op);
        if (op != NULL)
            return i;
    }
    watch_broken("a request that asks nothing");
}

const struct reply *workload_ask(const char *id, struct request *request)
{
    static const char *const never[] = {"E_FORMAT", "E_AUTH", "E_SCOPE", "E_CODE",
            "E_SIZE", "E_VERSION", "E_ID_REUSE", "E_CONSENT_CONFLICT"};
    /* Who gets no turn as long as the question waits has had no time to answer it. */
    bool frozen = sim_frozen(id);
    const struct reply *reply = world_try(id, request);

    size_t row = row_of(request);
    const char *command = WIRE_REQUEST.rows[row].name;
    counts.asked[row]++;
    counts.done[row] += reply != NULL && reply->code[0] == '\0';
    if (reply == NULL) {
        if (world_is_up(id) && !frozen)
            watch_broken("%s does not answer %s: %s", id, command, world_why());
        return NULL;
    }
    bool full = strcmp(reply->code, "ERR_DISK_FULL") == 0;
    if (strncmp(reply->code, "ERR_", 4) == 0 && !(full && plan_on_disks(the.plan)))
        watch_broken("%s answers %s to %s: %s", id, reply->code, command,
                reply->sentence);
    /* Who is no member any more, or not yet by a clock that is wrong. */
    bool member = !the.plan->faults[PLAN_CLOCK] && !workload_is_gone(id);
    for (size_t i = 0; i < COUNT_OF(never); i++)
        if (strcmp(reply->code, never[i]) == 0 &&
                (member || strcmp(reply->code, "E_AUTH") != 0))
            watch_broken("%s answers %s to %s: %s", id, reply->code, command,
                    reply->sentence);
    if (reply->code[0] != '\0' && reply->sentence[0] == '\0')
        watch_broken("%s answers %s to %s without a sentence", id, reply->code,
                command);
    return reply;
}

size_t workload_n_nodes(void)
{
    return the.n_nodes;
}

const char *workload_node(size_t at)
{
    return world_network()->partners[at].id;
}

size_t workload_any(void)
{
    return sim_below((uint32_t)the.n_nodes);
}

const char *workload_any_node(void)
{
    return workload_node(workload_any());
}

size_t workload_any_sender(void)
{
    switch (the.shape) {
    case SHAPE_STAR: return 0;
    case SHAPE_HUBS: return sim_below((uint32_t)the.n_hubs);
    case SHAPE_ALL:
    case SHAPE_RING:
    case N_SHAPES: break;
    }
    return workload_any();
}

/* One with whom there is a partnership, mostly. */
size_t workload_any_target(size_t sender)
{
    size_t target = workload_any();

    if (the.shape == SHAPE_RING)
        target = (sender + 1) % the.n_nodes;
    else if (sender >= the.n_hubs && !workload_chance(5))
        target = sim_below((uint32_t)the.n_hubs);
    /* Who coordinates is no party, mostly. */
    else if ((target == REGION_COORDINATOR || target == REGION_COORDINATOR_TWO) &&
             !workload_chance(10))
        target = sim_below((uint32_t)the.n_hubs);
    return target != sender ? target : (sender + 1) % the.n_nodes;
}

static uint64_t any_in(const char *id, enum case_box box, const enum case_kind *kinds,
        size_t n_kinds)
{
    const struct list_cases list = {.box = box,
            .limit = WORKLOAD_CASES_MAX,
            .kinds = kinds,
            .n_kinds = n_kinds};
    struct request request = {.inbox = &list};
    const struct reply *reply = workload_ask(id, &request);

    if (reply == NULL || reply->cases == NULL || reply->cases->n_cases == 0)
        return 0;
    return reply->cases->cases[sim_below((uint32_t)reply->cases->n_cases)].number;
}

static enum case_box any_box(void)
{
    static const enum case_box boxes[] = {CASE_BOX_NEW, CASE_BOX_TO_DECIDE,
            CASE_BOX_RUNNING, CASE_BOX_SENT, CASE_BOX_NONE};

    return boxes[sim_below(COUNT_OF(boxes))];
}

uint64_t workload_any_case(const char *id)
{
    return any_in(id, any_box(), NULL, 0);
}

uint64_t workload_any_referral(const char *id)
{
    static const enum case_kind kinds[] = {CASE_KIND_REFERRAL_IN,
            CASE_KIND_REFERRAL_OUT};

    return any_in(id, any_box(), kinds, COUNT_OF(kinds));
}

uint64_t workload_any_consent(size_t sender)
{
    uint64_t n = the.n_consents[sender];

    return workload_chance(60) || n == 0 ? n : 1 + sim_below((uint32_t)n);
}

/* Mostly one; else a list of them, each one once. */
size_t workload_any_candidates(size_t sender,
        const char *candidates[WORKLOAD_CANDIDATES_MAX])
{
    size_t wanted = 1, n = 0;

    if (workload_chance(40))
        wanted = 2 + sim_below(workload_chance(90) ? 3 : WORKLOAD_CANDIDATES_MAX - 1);
    for (size_t tries = 0; n < wanted && tries < 2 * WORKLOAD_CANDIDATES_MAX; tries++) {
        const char *one = workload_chance(6)
                                  ? REGION_ANTENNA
                                  : workload_node(workload_any_target(sender));
        bool there = false;
        for (size_t i = 0; i < n; i++)
            there = there || strcmp(candidates[i], one) == 0;
        if (!there)
            candidates[n++] = one;
    }
    return n;
}

enum mode workload_any_mode(size_t n_candidates)
{
    if (n_candidates == 1 && workload_chance(80))
        return MODE_DIRECT;
    return workload_chance(60) ? MODE_SEQUENTIAL : MODE_FIRST_CLAIM;
}

uint64_t workload_accepted(const char *id)
{
    static const enum case_kind kinds[] = {CASE_KIND_REFERRAL_IN};

    return any_in(id, CASE_BOX_RUNNING, kinds, COUNT_OF(kinds));
}

uint64_t workload_case_of(const char *id, enum case_kind kind)
{
    return any_in(id, CASE_BOX_NONE, &kind, 1);
}

uint64_t workload_unerased(const char *id)
{
    const struct list_cases list = {.limit = WORKLOAD_CASES_MAX};
    struct request request = {.inbox = &list};
    const struct reply *reply = workload_ask(id, &request);
    size_t n = reply != NULL && reply->cases != NULL ? reply->cases->n_cases : 0;

    for (size_t i = 0; i < n; i++)
        if (reply->cases->cases[i].erase_missing)
            return reply->cases->cases[i].number;
    return 0;
}
