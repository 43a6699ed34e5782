/* workload.c - everything that staff can do, and what happens to their programs, by
 * chance. */
#include "tests/workload.h"

#include <stdio.h>
#include <string.h>

#include "core/time.h"
#include "core/vocab.h"
#include "tests/watch.h"
#include "tests/world.h"

enum { CASES_MAX = 200 };

const char *const WORKLOAD_NODES[WORKLOAD_N_NODES] = {"thuiszorg", "aksant", "chambry",
        "meldpunt", "noord"};
const char *const WORKLOAD_HUBS[WORKLOAD_N_HUBS] = {"thuiszorg", "aksant"};

/* What the life of this seed is like. */
static struct {
    bool unplugged[WORKLOAD_N_NODES];
    bool suspended[WORKLOAD_N_NODES];
    uint64_t n_consents[WORKLOAD_N_HUBS];
} life;

static uint16_t one_of(enum vocab vocab)
{
    return (uint16_t)(1 + sim_below(vocab_count(vocab)));
}

static bool chance(uint32_t percent)
{
    return sim_below(100) < percent;
}

/* ------------------------------------------------------------ asking */

/* A program that is there says yes, or no with a reason that it can have. */
static const struct reply *ask(const char *id, struct request *request)
{
    static const char *const never[] = {"E_FORMAT", "E_AUTH", "E_SCOPE", "E_CODE",
            "E_SIZE", "E_VERSION", "E_ID_REUSE", "E_CONSENT_CONFLICT"};
    const struct reply *reply = world_try(id, request);

    if (reply == NULL) {
        if (world_is_up(id))
            watch_broken("%s does not answer: %s", id, world_why());
        return NULL;
    }
    if (strncmp(reply->code, "ERR_", 4) == 0)
        watch_broken("%s answers %s: %s", id, reply->code, reply->sentence);
    for (size_t i = 0; i < COUNT_OF(never); i++)
        if (strcmp(reply->code, never[i]) == 0)
            watch_broken("%s answers %s: %s", id, reply->code, reply->sentence);
    if (reply->code[0] != '\0' && reply->sentence[0] == '\0')
        watch_broken("%s answers %s without a sentence", id, reply->code);
    return reply;
}

static const char *any_node(void)
{
    return WORKLOAD_NODES[sim_below(WORKLOAD_N_NODES)];
}

static const char *any_other(const char *than)
{
    const char *id = any_node();

    return strcmp(id, than) != 0 ? id : "noord";
}

/* A case of this node, mostly one that still goes on; 0: it has none. */
static uint64_t any_case(const char *id)
{
    static const enum case_box boxes[] = {CASE_BOX_NEW, CASE_BOX_TO_DECIDE,
            CASE_BOX_RUNNING, CASE_BOX_SENT, CASE_BOX_NONE};
    const struct list_cases list = {.box = boxes[sim_below(COUNT_OF(boxes))],
            .limit = CASES_MAX};
    struct request request = {.inbox = &list};
    const struct reply *reply = ask(id, &request);

    if (reply == NULL || reply->cases == NULL || reply->cases->n_cases == 0)
        return 0;
    return reply->cases->cases[sim_below((uint32_t)reply->cases->n_cases)].number;
}

/* ------------------------------------------------------------ what staff do */

static void give_consent(void)
{
    static const uint16_t purposes[] = {PURPOSE_CARE_COORDINATION,
            PURPOSE_CONTACT_AND_VISIT};
    static const uint16_t data[] = {DATA_CATEGORY_CONTACT, DATA_CATEGORY_AREA,
            DATA_CATEGORY_AGE_BAND, DATA_CATEGORY_LANGUAGE, DATA_CATEGORY_NEEDS,
            DATA_CATEGORY_STRENGTHS, DATA_CATEGORY_HOUSEHOLD, DATA_CATEGORY_NETWORK};
    static const uint16_t preview[] = {DATA_CATEGORY_AREA, DATA_CATEGORY_AGE_BAND,
            DATA_CATEGORY_LANGUAGE, DATA_CATEGORY_NEEDS, DATA_CATEGORY_STRENGTHS};
    uint32_t hub = sim_below(WORKLOAD_N_HUBS);
    const char *recipients[WORKLOAD_N_NODES];
    struct consent_give give = {.person = "Rosa Voorbeeld",
            .how = CONSENT_HOW_IN_PERSON,
            .recipients = recipients,
            .purposes = purposes,
            .n_purposes = COUNT_OF(purposes),
            .data_categories = data,
            .n_data_categories = COUNT_OF(data),
            .preview_categories = preview,
            .n_preview_categories = COUNT_OF(preview),
            .level_max = LEVEL_S1,
            .legal_basis = LEGAL_BASIS_CONSENT_EXPLICIT,
            .language = "nl"};

    for (size_t i = 0; i < WORKLOAD_N_NODES; i++)
        if (strcmp(WORKLOAD_NODES[i], WORKLOAD_HUBS[hub]) != 0 && chance(85))
            recipients[give.n_recipients++] = WORKLOAD_NODES[i];
    if (chance(20))
        give.until_day = (uint32_t)time_brussels_day(sim_now()) + 1 + sim_below(6);
    struct request request = {.consent_give = &give};
    const struct reply *reply = ask(WORKLOAD_HUBS[hub], &request);
    if (reply != NULL && reply->made != NULL)
        life.n_consents[hub] = reply->made->consent_number;
}

static uint64_t any_consent(uint32_t hub)
{
    if (chance(60))
        return life.n_consents[hub];
    return life.n_consents[hub] == 0 ? 0
                                     : 1 + sim_below((uint32_t)life.n_consents[hub]);
}

static void refer(void)
{
    static const uint16_t needs[] = {NEED_CATEGORY_LONELINESS_ISOLATION};
    static const struct person person = {.name = "Rosa Voorbeeld",
            .phone = "02 000 00 00",
            .language = "nl"};
    static const struct referral referral = {.person = &person,
            .strengths = "tells stories",
            .needs = needs,
            .n_needs = 1,
            .reason = "lives alone",
            .reason_language = "en"};
    uint32_t hub = sim_below(WORKLOAD_N_HUBS);
    const char *candidate = any_other(WORKLOAD_HUBS[hub]);
    char key[32];
    struct refer wish = {.candidates = &candidate,
            .n_candidates = 1,
            .mode = MODE_DIRECT,
            .purpose = PURPOSE_CARE_COORDINATION,
            .area = "21004",
            .referral = &referral};
    struct request request = {.refer = &wish, .idempotency_key = key};

    wish.consent_number = any_consent(hub);
    wish.urgency = one_of(VOCAB_URGENCY);
    if (chance(20))
        wish.reopens_case = any_case(WORKLOAD_HUBS[hub]);
    snprintf(key, sizeof key, "once-%llu", (unsigned long long)sim_counts().turns);
    const struct reply *reply = ask(WORKLOAD_HUBS[hub], &request);
    if (reply == NULL || reply->made == NULL || chance(70))
        return;
    /* The adapter did not hear it, and asks again. */
    uint64_t made = reply->made->case_number;
    reply = ask(WORKLOAD_HUBS[hub], &request);
    if (reply != NULL && (reply->made == NULL || reply->made->case_number != made))
        watch_broken("a request that came twice has made two things");
}

static void raise_signal(void)
{
    static const uint16_t needs[] = {NEED_CATEGORY_LONELINESS_ISOLATION};
    static const struct signal signal = {.needs = needs,
            .n_needs = 1,
            .person = "Rosa Voorbeeld",
            .language = "nl",
            .text = "the shutters stay down"};
    uint32_t hub = sim_below(WORKLOAD_N_HUBS);
    struct raise_signal wish = {.urgency = one_of(VOCAB_URGENCY),
            .area = "21004",
            .signal = &signal};
    struct request request = {.signal = &wish};

    wish.recipient = chance(50) ? "meldpunt" : any_node();
    wish.consent_number = chance(50) ? 0 : any_consent(hub);

    ask(WORKLOAD_HUBS[hub], &request);
}

bool workload_may(const struct case_detail *file, enum offer_event event)
{
    for (size_t i = 0; i < file->n_actions; i++)
        if (strcmp(file->actions[i], offer_event_name(event)) == 0)
            return true;
    return false;
}

/* What may be done now, often what leads on; or now and then anything. */
static enum offer_event any_event(const struct case_detail *file)
{
    static const enum offer_event onward[] = {OFFER_EVENT_ACCEPT, OFFER_EVENT_START,
            OFFER_EVENT_OUTCOME, OFFER_EVENT_CONFIRM, OFFER_EVENT_INFO_REPLY};
    uint32_t any = 1 + sim_below(OFFER_EVENT_CONFIRM);

    if (file->n_actions == 0 || chance(10))
        return (enum offer_event)any;
    for (size_t i = 0; i < COUNT_OF(onward) && chance(60); i++)
        if (workload_may(file, onward[i]))
            return onward[i];
    const char *action = file->actions[sim_below((uint32_t)file->n_actions)];
    for (int event = OFFER_EVENT_OFFER; event <= OFFER_EVENT_CONFIRM; event++)
        if (strcmp(offer_event_name((enum offer_event)event), action) == 0)
            return (enum offer_event)event;
    return (enum offer_event)any;
}

static void act(void)
{
    static const struct need_outcome outcome =
            {.need = NEED_CATEGORY_LONELINESS_ISOLATION,
                    .outcome = OUTCOME_NETWORK_STRENGTHENED};
    const char *id = any_node();
    uint64_t number = any_case(id);
    const struct show_case show = {.number = number};
    struct request look = {.show = &show};
    const struct reply *reply = number != 0 ? ask(id, &look) : NULL;

    if (reply == NULL || reply->case_ == NULL)
        return;
    uint16_t questions[] = {one_of(VOCAB_INFO_QUESTION)};
    const struct info info = {.questions = questions,
            .n_questions = 1,
            .text = "about the hours"};
    struct act wish = {.case_number = number, .event = any_event(reply->case_)};
    struct event_content said = {.note = ""};
    uint64_t later_ms =
            (uint64_t)sim_now() + (uint64_t)(1 + sim_below(25)) * (uint64_t)TIME_DAY_MS;
    switch ((int)wish.event) {
    case OFFER_EVENT_DECLINE: said.decline_reason = DECLINE_REASON_NO_CAPACITY; break;
    case OFFER_EVENT_CANCEL: said.cancel_reason = CANCEL_REASON_NO_LONGER_NEEDED; break;
    case OFFER_EVENT_HOLD:
        said.hold_reason = HOLD_REASON_HOSPITALISED;
        said.due_ms = later_ms;
        break;
    case OFFER_EVENT_WAITLIST: said.due_ms = later_ms; break;
    case OFFER_EVENT_FAIL: said.fail_reason = one_of(VOCAB_FAIL_REASON); break;
    case OFFER_EVENT_IN_ERROR: said.in_error_reason = 1; break;
    case OFFER_EVENT_PROGRESS: said.progress_step = 1; break;
    case OFFER_EVENT_START: said.visit_result = VISIT_RESULT_MET; break;
    case OFFER_EVENT_OUTCOME:
        said.outcomes = &outcome;
        said.n_outcomes = 1;
        break;
    case OFFER_EVENT_CONFIRM: said.close_reason = CLOSE_REASON_MET; break;
    default: break;
    }
    wish.said = &said;
    if (wish.event == OFFER_EVENT_INFO_REQUEST || wish.event == OFFER_EVENT_INFO_REPLY)
        wish.info = &info;
    struct request request = {.act = &wish};
    ask(id, &request);
}

static void talk(void)
{
    static const struct text text = {.text = "one more thing", .language = "en"};
    static const struct visit visit = {.result = VISIT_RESULT_MET,
            .text = "we had coffee"};
    const char *id = any_node();
    struct act wish = {.case_number = any_case(id)};
    struct request request = {.act = &wish};

    if (wish.case_number == 0)
        return;
    if (chance(50))
        wish.text = &text;
    else
        wish.visit = &visit;
    ask(id, &request);
}

static void withdraw(void)
{
    uint32_t hub = sim_below(WORKLOAD_N_HUBS);
    const char *id = chance(70) ? WORKLOAD_HUBS[hub] : any_node();
    struct consent_withdraw wish = {.reason = WITHDRAWAL_REASON_PERSON_ASKED};
    struct request request = {.consent_withdraw = &wish};

    if (id == WORKLOAD_HUBS[hub])
        wish.number = any_consent(hub);
    else
        wish.case_number = any_case(id);
    if (wish.number != 0 || wish.case_number != 0)
        ask(id, &request);
}

static void change_partnership(void)
{
    uint32_t hub = sim_below(WORKLOAD_N_HUBS);
    const char *id = any_node();
    const struct partnership_change end = {.verb = PARTNERSHIP_VERB_END, .partner = id};
    struct request request = {.partnership = &end};

    if (strcmp(id, WORKLOAD_HUBS[hub]) == 0)
        return;
    if (chance(40))
        ask(WORKLOAD_HUBS[hub], &request);
    else if (world_is_up(WORKLOAD_HUBS[hub]) && world_is_up(id) &&
             sim_connected(WORKLOAD_HUBS[hub]) && sim_connected(id) &&
             world_is_up(NETWORK_BROKER))
        world_try_agree(WORKLOAD_HUBS[hub], id);
}

static void change_intake(void)
{
    static const struct set_service service =
            {.need = NEED_CATEGORY_LONELINESS_ISOLATION, .hours = "9-12"};
    const struct set_intake intake = {
            .state = chance(70) ? INTAKE_STATE_OPEN : INTAKE_STATE_FULL};
    struct request open = {.intake = &intake}, serve = {.service = &service};

    const char *id = any_node();

    ask(id, chance(80) ? &open : &serve);
}

static void read_something(void)
{
    const char *id = any_node();
    const struct trace_case trace = {.number = any_case(id)};
    const struct list_directory directory = {.partner = ""};
    const struct get_status status = {.quiet = false};
    const struct get_doctor doctor = {.full = false};
    const struct consent_show consents = {.number = 0};
    struct request requests[] = {{.trace = &trace}, {.directory = &directory},
            {.status = &status}, {.doctor = &doctor}, {.consent_show = &consents}};

    ask(id, &requests[sim_below(COUNT_OF(requests))]);
}

/* ------------------------------------------------------------ what happens to them */

static void suspend(void)
{
    uint32_t at = sim_below(WORKLOAD_N_NODES);
    const struct suspend wish = {.partner = WORKLOAD_NODES[at],
            .lift = life.suspended[at],
            .reason = "a test"};
    struct request request = {.suspend = &wish};
    const struct reply *reply = ask(NETWORK_BROKER, &request);

    if (reply != NULL && reply->code[0] == '\0')
        life.suspended[at] = !life.suspended[at];
    /* Who fell before it answered may have done it. */
    if (reply == NULL)
        life.suspended[at] = true;
}

static void unplug(void)
{
    uint32_t at = sim_below(WORKLOAD_N_NODES);

    life.unplugged[at] = !life.unplugged[at];
    sim_unplug(WORKLOAD_NODES[at], life.unplugged[at]);
}

void workload_start(uint32_t percent)
{
    if (!world_is_up(NETWORK_BROKER) && chance(percent))
        world_start(NETWORK_BROKER);
    for (size_t i = 0; i < WORKLOAD_N_NODES; i++)
        if (!world_is_up(WORKLOAD_NODES[i]) && chance(percent)) {
            world_start(WORKLOAD_NODES[i]);
            sim_unplug(WORKLOAD_NODES[i], life.unplugged[i]);
        }
}

/* In the middle of whatever goes on. */
static void crash(void)
{
    const char *id = chance(40) ? NETWORK_BROKER : any_node();

    for (uint32_t steps = sim_below(60); steps > 0; steps--)
        if (!sim_step(sim_now() + TIME_SECOND_MS))
            break;
    if (world_is_up(id))
        world_crash(id);
}

void workload_time(void)
{
    uint32_t kind = sim_below(100);
    int64_t ms = sim_below(3000);

    if (kind >= 98)
        ms = (int64_t)(1 + sim_below(72)) * TIME_HOUR_MS;
    else if (kind >= 88)
        ms = (int64_t)sim_below(120) * TIME_MINUTE_MS;
    else if (kind >= 60)
        ms = (int64_t)sim_below(120) * TIME_SECOND_MS;
    sim_run_until(sim_now() + ms);
}

/* chance: how often, in a hundred. */
static const struct {
    uint32_t often;
    void (*happens)(void);
} THINGS[] = {
        {5,  give_consent      },
        {16, refer             },
        {45, act               },
        {4,  talk              },
        {4,  raise_signal      },
        {3,  withdraw          },
        {3,  change_partnership},
        {2,  change_intake     },
        {5,  read_something    },
        {5,  crash             },
        {6,  unplug            },
        {2,  suspend           },
};

void workload_happens(void)
{
    uint32_t number = sim_below(100);

    for (size_t i = 0; i < COUNT_OF(THINGS); i++) {
        if (number < THINGS[i].often) {
            THINGS[i].happens();
            return;
        }
        number -= THINGS[i].often;
    }
}

/* ------------------------------------------------------------ beginning and end */

static void make_faults(void)
{
    struct sim_faults faults = {.latency_min_ms = 1};

    /* One after the other: the order of draws within one expression is the compiler's.
     */
    faults.latency_max_ms = 1 + sim_below(chance(20) ? 3000 : 50);
    faults.cut = sim_below(chance(30) ? 300 : 30);
    faults.repeat = sim_below(500);
    faults.reconnect_max_ms = 1 + sim_below(20000);
    sim_set_faults(&faults);
}

void workload_heal(void)
{
    static const struct sim_faults none = {.latency_min_ms = 1,
            .latency_max_ms = 5,
            .reconnect_max_ms = 1000};

    sim_set_faults(&none);
    memset(life.unplugged, 0, sizeof life.unplugged);
    workload_start(100);
    for (size_t i = 0; i < WORKLOAD_N_NODES; i++) {
        const struct suspend lift = {.partner = WORKLOAD_NODES[i], .lift = true};
        struct request request = {.suspend = &lift};
        sim_unplug(WORKLOAD_NODES[i], false);
        if (life.suspended[i])
            world_must(NETWORK_BROKER, &request, "");
    }
    sim_run_until(sim_now() + 10 * TIME_MINUTE_MS);
    if (!sim_settle(TIME_HOUR_MS))
        watch_broken("the network does not become quiet");
}

void workload_begin(void)
{
    memset(&life, 0, sizeof life);
    for (int i = 0; i < 4; i++)
        give_consent();
    make_faults();
}
