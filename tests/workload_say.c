/* workload_say.c - what everybody in the network may read: intake, services, room,
 * absences, mandates, antennas; asks, campaigns, barriers and advice. */
#include <stdio.h>

#include "core/time.h"
#include "tests/workload_inner.h"
#include "tests/world.h"

enum { WHICH_BYTES = 61, PLACES_MAX = 3 };

static const uint16_t NEED = NEED_CATEGORY_LONELINESS_ISOLATION;
static const char *const AREAS[] = {"21004"};

static uint32_t some_day(uint32_t within)
{
    return (uint32_t)time_brussels_day(sim_now()) + sim_below(within);
}

/* ------------------------------------------------------------ what is offered */

void workload_change_intake(void)
{
    struct set_intake intake = {.state = INTAKE_STATE_OPEN};
    struct request request = {.intake = &intake};

    if (workload_chance(15))
        intake.state = INTAKE_STATE_FULL;
    else if (workload_chance(15))
        intake = (struct set_intake){.state = INTAKE_STATE_PAUSED,
                .paused_until_ms = (uint64_t)(sim_now() + TIME_DAY_MS)};
    workload_ask(workload_any_node(), &request);
}

static void serve(const char *id)
{
    const struct set_service service = {.need = NEED, .hours = "9-12"};
    struct request request = {.service = &service};

    workload_ask(id, &request);
}

static void have_room(const char *id)
{
    struct set_capacity capacity = {.need = NEED, .state = CAPACITY_STATE_OPEN};
    struct request request = {.capacity = &capacity};

    if (workload_chance(60))
        serve(id);
    if (workload_chance(30))
        capacity.state = CAPACITY_STATE_FULL;
    else if (workload_chance(40))
        capacity.band = CAPACITY_BAND_3_5;
    capacity.end = workload_chance(10);
    workload_ask(id, &request);
}

static void be_away(const char *id)
{
    struct set_absence absence = {.from_day = some_day(3)};
    struct request request = {.absence = &absence};

    absence.until_day = absence.from_day + sim_below(3);
    absence.end = workload_chance(30);
    workload_ask(id, &request);
}

static void stand_in(const char *id)
{
    struct set_substitute wish = {.substitute = "somebody else"};
    struct request request = {.substitute = &wish};

    wish.until_day = some_day(9);
    wish.end = workload_chance(30);
    workload_ask(id, &request);
}

void workload_change_supply(void)
{
    static void (*const ways[])(const char *id) = {serve, have_room, be_away, stand_in};
    const char *id = workload_any_node();

    ways[sim_below(COUNT_OF(ways))](id);
}

void workload_change_mandate(void)
{
    struct set_mandate mandate = {.text = "Nobody gets stuck.",
            .areas = AREAS,
            .n_areas = COUNT_OF(AREAS)};
    struct request request = {.mandate = &mandate};
    size_t n_nodes = workload_life()->n_nodes;
    size_t who = workload_chance(60) ? REGION_COORDINATOR : REGION_COORDINATOR_TWO;

    if (n_nodes <= who)
        who = REGION_COORDINATOR;
    mandate.end = workload_chance(15);
    if (n_nodes > who)
        workload_ask(workload_node(who), &request);
}

void workload_change_antenna(void)
{
    struct set_volunteers wish = {.antenna = REGION_ANTENNA,
            .band = VOLUNTEER_BAND_3_5};
    struct set_intake intake = {.antenna = REGION_ANTENNA, .state = INTAKE_STATE_OPEN};
    struct request request = {.volunteers = &wish}, open = {.intake = &intake};

    wish.most = 1 + sim_below(PLACES_MAX);
    if (workload_chance(20))
        wish.pause_day = some_day(3);
    workload_ask(workload_node(REGION_SUPPORTER),
            workload_chance(70) ? &request : &open);
}

/* ------------------------------------------------------------ among neighbours */

/* One of these that this node knows: "partner-2/1"; false: there is none. */
static bool any_line(const char *id, enum statement_kind kind, char which[WHICH_BYTES],
        uint64_t *own)
{
    const struct list_neighbours list = {.kind = kind};
    struct request request = {.neighbours = &list};
    const struct reply *reply = workload_ask(id, &request);

    *own = 0;
    if (reply == NULL || reply->neighbours == NULL || reply->neighbours->n_lines == 0)
        return false;
    const struct neighbour_line *line =
            &reply->neighbours->lines[sim_below((uint32_t)reply->neighbours->n_lines)];
    *own = line->ours ? line->number : 0;
    snprintf(which, WHICH_BYTES, "%s/%llu", line->author,
            (unsigned long long)line->number);
    return true;
}

static void post(const char *id)
{
    const struct post_ask wish = {.need = NEED,
            .area = "21004",
            .text = "who can mend a tap?"};
    struct request request = {.ask_post = &wish};

    workload_ask(id, &request);
}

/* One of a referral that found nobody. */
static void refer_to_neighbours(const char *id, size_t at)
{
    struct post_ask wish = {.need = NEED,
            .area = "21004",
            .text = "who comes by for coffee?",
            .sure = true};
    struct request request = {.ask_post = &wish};

    wish.from_case = workload_case_of(id, CASE_KIND_REFERRAL_OUT);
    wish.consent_number = workload_any_consent(at);
    workload_ask(id, &request);
}

static void claim(const char *id, const char *which)
{
    struct claim_ask wish = {.ask = which};
    struct request request = {.ask_claim = &wish};
    uint32_t way = sim_below(10);

    if (strcmp(id, workload_node(REGION_SUPPORTER)) == 0 && workload_chance(50))
        wish.antenna = REGION_ANTENNA;
    wish.release = way == 0;
    wish.done = way == 1 || way == 2;
    workload_ask(id, &request);
}

static void end_ask(const char *id, uint64_t number)
{
    struct end_ask wish = {.number = number};
    struct request request = {.ask_end = &wish};

    wish.done = workload_chance(50);
    workload_ask(id, &request);
}

void workload_ask_around(void)
{
    size_t at = workload_any();
    const char *id = workload_node(at);
    char which[WHICH_BYTES];
    uint64_t own;

    if (workload_chance(35) || !any_line(id, STATEMENT_KIND_ASK, which, &own)) {
        if (workload_chance(80))
            post(id);
        else
            refer_to_neighbours(id, at);
    } else if (own != 0) {
        end_ask(id, own);
    } else {
        claim(id, which);
    }
}

/* ------------------------------------------------------------ campaigns and the like
 */

static const uint16_t AUDIENCES[] = {AUDIENCE_EVERYBODY};

static void campaign(const char *id, uint64_t number)
{
    const struct campaign says = {.title = "Hot days",
            .text = "Drink enough.",
            .audiences = AUDIENCES,
            .n_audiences = COUNT_OF(AUDIENCES)};
    const struct set_campaign wish = {.number = number,
            .says = number == 0 ? &says : NULL};
    struct request request = {.campaign = &wish};

    workload_ask(id, &request);
}

static void barrier(const char *id, uint64_t number)
{
    const struct barrier says = {.barrier = BARRIER_DIGITAL_ONLY,
            .need = NEED_CATEGORY_ADMIN_HELP,
            .frequency = BARRIER_FREQUENCY_OFTEN,
            .text = "Only on a website."};
    const struct set_barrier wish = {.number = number,
            .says = number == 0 ? &says : NULL};
    struct request request = {.barrier = &wish};

    workload_ask(id, &request);
}

static void advice(const char *id, uint64_t number)
{
    static const uint16_t types[] = {PARTNER_TYPE_LDC, PARTNER_TYPE_NEIGHBOURHOUSE};
    const struct advice says = {.advice_id = {{1}},
            .title = "A counter",
            .text = "Open a counter again.",
            .partner_types = types,
            .n_partner_types = COUNT_OF(types)};
    const struct set_advice wish = {.number = number,
            .says = number == 0 ? &says : NULL};
    struct request request = {.advice = &wish};

    workload_ask(id, &request);
}

static void answer_advice(const char *id, const char *which)
{
    struct answer_advice wish = {.advice = which, .text = "we look into it"};
    struct request request = {.advice_answer = &wish};

    wish.answer = workload_one_of(VOCAB_ADVICE_ANSWER);
    workload_ask(id, &request);
}

void workload_tell_around(void)
{
    static const struct {
        enum statement_kind kind;
        void (*tell)(const char *id, uint64_t number);
    } kinds[] = {
            {STATEMENT_KIND_CAMPAIGN, campaign},
            {STATEMENT_KIND_BARRIER,  barrier },
            {STATEMENT_KIND_ADVICE,   advice  },
            {STATEMENT_KIND_ADVICE,   advice  },
    };
    size_t kind = sim_below(COUNT_OF(kinds));
    const char *id = workload_any_node();
    char which[WHICH_BYTES];
    uint64_t own = 0;
    bool there = workload_chance(60) && any_line(id, kinds[kind].kind, which, &own);

    if (there && own == 0 && kinds[kind].kind == STATEMENT_KIND_ADVICE)
        answer_advice(id, which);
    else
        kinds[kind].tell(id, own);
}
