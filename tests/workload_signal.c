/* workload_signal.c - needs-signals: reported, looked at, tried, joined, referred,
 * shared, ended. */
#include "core/time.h"
#include "tests/workload_inner.h"
#include "tests/world.h"

static const uint16_t NEEDS[] = {NEED_CATEGORY_LONELINESS_ISOLATION};
static const char AREA[] = "21004";

/* The reporting point, mostly. */
static size_t any_reader(void)
{
    return workload_chance(75) && workload_life()->n_nodes > REGION_MELDPUNT
                   ? REGION_MELDPUNT
                   : workload_any();
}

void workload_raise(void)
{
    static const struct signal signal = {.needs = NEEDS,
            .n_needs = COUNT_OF(NEEDS),
            .person = "Rosa Voorbeeld",
            .language = "nl",
            .text = "the shutters stay down",
            .place = "21004A01-",
            .channel = SIGNAL_CHANNEL_PHONE};
    size_t sender = workload_any_sender();
    struct raise_signal wish = {.area = AREA, .signal = &signal};
    struct request request = {.signal = &wish};

    wish.urgency = workload_one_of(VOCAB_URGENCY);
    wish.recipient = workload_node(any_reader());
    if (strcmp(wish.recipient, workload_node(sender)) == 0)
        wish.recipient = workload_node(workload_any_target(sender));
    wish.consent_number = workload_chance(50) ? 0 : workload_any_consent(sender);
    workload_ask(workload_node(sender), &request);
}

/* ------------------------------------------------------------ one that came */

static void triage(size_t at, uint64_t number)
{
    struct triage_signal wish = {.case_number = number};
    struct request request = {.triage = &wish};

    if (workload_chance(20))
        wish.urgency = workload_one_of(VOCAB_URGENCY);
    workload_ask(workload_node(at), &request);
}

static void try_to_reach(size_t at, uint64_t number)
{
    struct try_to_reach wish = {.case_number = number, .why = "nobody was seen"};
    struct request request = {.attempt = &wish};

    if (workload_chance(75))
        wish.kind = (uint16_t)(ATTEMPT_KIND_PHONE + sim_below(2));
    if (workload_chance(60))
        wish.result = workload_one_of(VOCAB_VISIT_RESULT);
    else
        wish.planned_ms =
                (uint64_t)sim_now() + (uint64_t)sim_below(20) * (uint64_t)TIME_DAY_MS;
    if (workload_chance(10))
        wish.safety_basis = workload_one_of(VOCAB_SAFETY_BASIS);
    workload_ask(workload_node(at), &request);
}

static void join(size_t at, uint64_t number)
{
    struct link_signal wish = {.case_number = number};
    struct request request = {.link = &wish};

    for (int tries = 0; tries < 3 && (wish.with == 0 || wish.with == number); tries++)
        wish.with = workload_case_of(workload_node(at), CASE_KIND_SIGNAL_IN);
    if (wish.with != 0)
        workload_ask(workload_node(at), &request);
}

/* Under a consent that the reporting point collected for it. */
static void convert(size_t at, uint64_t number)
{
    const char *candidates[WORKLOAD_CANDIDATES_MAX];
    struct refer refer = {.candidates = candidates, .area = ""};
    struct convert_signal wish = {.case_number = number, .refer = &refer};
    struct request request = {.convert = &wish};

    if (workload_life()->n_consents[at] == 0 || workload_chance(30))
        workload_consent_of(at);
    refer.consent_number = workload_any_consent(at);
    refer.n_candidates = workload_any_candidates(at, candidates);
    refer.mode = workload_any_mode(refer.n_candidates);
    workload_ask(workload_node(at), &request);
}

static void end_it(size_t at, uint64_t number)
{
    struct end_signal wish = {.case_number = number};
    struct request request = {.signal_end = &wish};

    wish.end = (enum signal_end)(SIGNAL_END_CRISIS + sim_below(SIGNAL_END_CLOSE));
    wish.call = workload_one_of(VOCAB_CRISIS_CALL);
    wish.reason = workload_one_of(VOCAB_NO_ACTION_REASON);
    workload_ask(workload_node(at), &request);
}

static uint16_t state_of(size_t at, uint64_t number)
{
    const struct show_case show = {.number = number};
    struct request request = {.show = &show};
    const struct reply *reply = workload_ask(workload_node(at), &request);

    return reply != NULL && reply->case_ != NULL && reply->case_->signal_life != NULL
                   ? reply->case_->signal_life->state
                   : 0;
}

/* Somebody looks at it first, mostly. */
void workload_look_after(void)
{
    static void (*const ways[])(size_t at, uint64_t number) = {try_to_reach,
            try_to_reach, join, join, convert, convert, end_it, triage};
    size_t at = any_reader();
    uint64_t number = workload_case_of(workload_node(at), CASE_KIND_SIGNAL_IN);

    if (number == 0)
        return;
    if (state_of(at, number) == SIGNAL_STATE_RAISED && workload_chance(85))
        triage(at, number);
    else
        ways[sim_below(COUNT_OF(ways))](at, number);
}

/* ------------------------------------------------------------ subscriptions */

void workload_subscribe(void)
{
    static const char *const areas[] = {AREA};
    static const uint16_t kinds[] = {SIGNAL_KIND_PERSON};
    struct set_subscription wish = {.areas = areas,
            .n_areas = COUNT_OF(areas),
            .needs = NEEDS,
            .n_needs = COUNT_OF(NEEDS),
            .kinds = kinds,
            .n_kinds = COUNT_OF(kinds)};
    struct request request = {.subscription = &wish};

    wish.end = workload_chance(25);
    workload_ask(workload_any_node(), &request);
}

void workload_share(void)
{
    size_t at = any_reader();
    struct share_signal wish = {.case_number = 0};
    struct request request = {.share = &wish};

    wish.case_number = workload_case_of(workload_node(at), CASE_KIND_SIGNAL_IN);
    if (wish.case_number == 0)
        return;
    if (workload_life()->n_consents[at] == 0)
        workload_consent_of(at);
    wish.consent_number = workload_any_consent(at);
    workload_ask(workload_node(at), &request);
}
