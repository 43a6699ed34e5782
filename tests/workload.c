/* workload.c - everything that staff can do, by chance. */
#include "tests/workload.h"

#include <stdio.h>
#include <string.h>

#include "core/time.h"
#include "core/vocab.h"
#include "tests/region.h"
#include "tests/watch.h"
#include "tests/world.h"

enum {
    CASES_MAX = 200,
    MELDPUNT = 2,
    RECIPIENTS_MAX = 20,
    RING_MAX = 12,
    CANDIDATES_MAX = 10
};

/* Who refers to whom. */
enum shape {
    SHAPE_STAR, /* one hub to all others */
    SHAPE_HUBS, /* each hub to all others */
    SHAPE_ALL,  /* everybody: a hub to all, the others to hubs */
    SHAPE_RING, /* everybody to the next, who have agreed before */
    N_SHAPES
};

/* What the life of this seed is like. */
static struct {
    const struct plan *plan;
    enum shape shape;
    size_t n_nodes, n_hubs;
    bool gone[REGION_PARTNERS_MAX];
    bool suspended[REGION_PARTNERS_MAX];
    /* Once suspended: a broker put back to an older copy may be so again. */
    bool was_suspended[REGION_PARTNERS_MAX];
    bool perhaps_revoked; /* who was told so fell before it answered */
    uint64_t n_consents[REGION_PARTNERS_MAX];
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
    /* Who gets no turn as long as the question waits has had no time to answer it. */
    bool frozen = sim_frozen(id);
    const struct reply *reply = world_try(id, request);

    if (reply == NULL) {
        if (world_is_up(id) && !frozen)
            watch_broken("%s does not answer: %s", id, world_why());
        return NULL;
    }
    bool full = strcmp(reply->code, "ERR_DISK_FULL") == 0;
    if (strncmp(reply->code, "ERR_", 4) == 0 && !(full && plan_on_disks(life.plan)))
        watch_broken("%s answers %s: %s", id, reply->code, reply->sentence);
    /* Who is no member any more, or not yet by a clock that is wrong. */
    bool member = !life.plan->faults[PLAN_CLOCK] && !workload_is_gone(id);
    for (size_t i = 0; i < COUNT_OF(never); i++)
        if (strcmp(reply->code, never[i]) == 0 &&
                (member || strcmp(reply->code, "E_AUTH") != 0))
            watch_broken("%s answers %s: %s", id, reply->code, reply->sentence);
    if (reply->code[0] != '\0' && reply->sentence[0] == '\0')
        watch_broken("%s answers %s without a sentence", id, reply->code);
    return reply;
}

size_t workload_n_nodes(void)
{
    return life.n_nodes;
}

const char *workload_node(size_t at)
{
    return world_network()->partners[at].id;
}

static size_t any(void)
{
    return sim_below((uint32_t)life.n_nodes);
}

static const char *any_node(void)
{
    return workload_node(any());
}

static size_t any_sender(void)
{
    switch (life.shape) {
    case SHAPE_STAR: return 0;
    case SHAPE_HUBS: return sim_below((uint32_t)life.n_hubs);
    case SHAPE_ALL:
    case SHAPE_RING:
    case N_SHAPES: break;
    }
    return any();
}

/* One with whom there is a partnership, mostly. */
static size_t any_target(size_t sender)
{
    size_t target = any();

    if (life.shape == SHAPE_RING)
        target = (sender + 1) % life.n_nodes;
    else if (sender >= life.n_hubs && !chance(5))
        target = sim_below((uint32_t)life.n_hubs);
    return target != sender ? target : (sender + 1) % life.n_nodes;
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
    size_t sender = any_sender();
    const char *recipients[RECIPIENTS_MAX];
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

    for (size_t i = 0; i < life.n_nodes && give.n_recipients < RECIPIENTS_MAX; i++)
        if (i != sender && chance(85))
            recipients[give.n_recipients++] = workload_node(i);
    if (chance(20))
        give.until_day = (uint32_t)time_brussels_day(sim_now()) + 1 + sim_below(6);
    struct request request = {.consent_give = &give};
    const struct reply *reply = ask(workload_node(sender), &request);
    if (reply != NULL && reply->made != NULL)
        life.n_consents[sender] = reply->made->consent_number;
}

static uint64_t any_consent(size_t sender)
{
    uint64_t n = life.n_consents[sender];

    return chance(60) || n == 0 ? n : 1 + sim_below((uint32_t)n);
}

/* Mostly one; else a list of them, each one once. */
static size_t any_candidates(size_t sender, const char *candidates[CANDIDATES_MAX])
{
    size_t wanted = chance(60) ? 1 : 2 + sim_below(chance(90) ? 3 : CANDIDATES_MAX - 1);
    size_t n = 0;

    for (size_t tries = 0; n < wanted && tries < 2 * CANDIDATES_MAX; tries++) {
        const char *one = workload_node(any_target(sender));
        bool there = false;
        for (size_t i = 0; i < n; i++)
            there = there || strcmp(candidates[i], one) == 0;
        if (!there)
            candidates[n++] = one;
    }
    return n;
}

static enum mode any_mode(size_t n_candidates)
{
    if (n_candidates == 1 && chance(80))
        return MODE_DIRECT;
    return chance(60) ? MODE_SEQUENTIAL : MODE_FIRST_CLAIM;
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
    size_t sender = any_sender();
    const char *id = workload_node(sender);
    const char *candidates[CANDIDATES_MAX];
    size_t n_candidates = any_candidates(sender, candidates);
    char key[32];
    struct refer wish = {.candidates = candidates,
            .n_candidates = n_candidates,
            .mode = any_mode(n_candidates),
            .purpose = PURPOSE_CARE_COORDINATION,
            .area = "21004",
            .referral = &referral};
    struct request request = {.refer = &wish, .idempotency_key = key};

    wish.consent_number = any_consent(sender);
    wish.urgency = one_of(VOCAB_URGENCY);
    if (chance(20))
        wish.reopens_case = any_case(id);
    snprintf(key, sizeof key, "once-%llu", (unsigned long long)sim_counts().turns);
    const struct reply *reply = ask(id, &request);
    if (reply == NULL || reply->made == NULL || chance(70))
        return;
    /* The adapter did not hear it, and asks again. */
    uint64_t made = reply->made->case_number;
    reply = ask(id, &request);
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
    size_t sender = any_sender();
    struct raise_signal wish = {.urgency = one_of(VOCAB_URGENCY),
            .area = "21004",
            .signal = &signal};
    struct request request = {.signal = &wish};

    wish.recipient = chance(50) && life.n_nodes > MELDPUNT ? workload_node(MELDPUNT)
                                                           : any_node();
    wish.consent_number = chance(50) ? 0 : any_consent(sender);

    ask(workload_node(sender), &request);
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

/* A home visit, by all that can be said of one. */
static void call_at_the_door(const char *id, uint64_t number)
{
    static const enum visit_step steps[] = {VISIT_STEP_PLAN, VISIT_STEP_PLAN,
            VISIT_STEP_POSTPONE, VISIT_STEP_CALL_OFF, VISIT_STEP_REPORT};
    uint16_t goes[] = {one_of(VOCAB_VISIT_GOER)};
    const struct visit visit = {.result = one_of(VOCAB_VISIT_RESULT),
            .text = "we had coffee"};
    struct change_visit said = {
            .case_number = number,
            .step = steps[sim_below(COUNT_OF(steps))],
            .planned_ms = (uint64_t)sim_now() +
                          (uint64_t)sim_below(20) * (uint64_t)TIME_DAY_MS,
            .goes = goes,
            .n_goes = 1,
            .aim = one_of(VOCAB_VISIT_AIM),
            .agreed = chance(70),
            .change = one_of(VOCAB_VISIT_CHANGE),
            .visit = &visit,
    };
    if (said.step == VISIT_STEP_REPORT)
        said.planned_ms = 0;
    struct request request = {.visit = &said};
    ask(id, &request);
}

static void talk(void)
{
    static const struct text text = {.text = "one more thing", .language = "en"};
    const char *id = any_node();
    struct act wish = {.case_number = any_case(id), .text = &text};
    struct request request = {.act = &wish};

    if (wish.case_number == 0)
        return;
    if (chance(50))
        ask(id, &request);
    else
        call_at_the_door(id, wish.case_number);
}

static void withdraw(void)
{
    size_t at = chance(70) ? any_sender() : any();
    struct consent_withdraw wish = {.reason = WITHDRAWAL_REASON_PERSON_ASKED};
    struct request request = {.consent_withdraw = &wish};

    if (life.n_consents[at] > 0 && chance(70))
        wish.number = any_consent(at);
    else
        wish.case_number = any_case(workload_node(at));
    if (wish.number != 0 || wish.case_number != 0)
        ask(workload_node(at), &request);
}

static bool is_there(const char *id)
{
    return world_is_up(id) && !sim_frozen(id) && sim_connected(id);
}

static void change_partnership(void)
{
    size_t sender = any_sender();
    const char *one = workload_node(sender), *other = workload_node(any_target(sender));
    const struct partnership_change end = {.verb = PARTNERSHIP_VERB_END,
            .partner = other};
    struct request request = {.partnership = &end};

    if (chance(40))
        ask(one, &request);
    else if (is_there(one) && is_there(other) && world_is_up(NETWORK_BROKER))
        world_try_agree(one, other);
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

/* A token for an adapter, made and taken back. */
static void change_token(void)
{
    static const enum scope scopes[] = {SCOPE_REFERRAL_READ};
    const struct change_token change = {.name = "web",
            .scopes = scopes,
            .n_scopes = COUNT_OF(scopes),
            .revoke = chance(50)};
    struct request request = {.token_change = &change};

    ask(any_node(), &request);
}

/* All open cases are handed back; the node stays a member until the steward says
 * otherwise. */
static void leave(void)
{
    const struct leave wish = {.confirmed = chance(80)};
    struct request request = {.leave = &wish};

    ask(any_node(), &request);
}

static void suspend(void)
{
    size_t at = any();
    const struct suspend wish = {.partner = workload_node(at),
            .lift = life.suspended[at],
            .reason = "a test"};
    struct request request = {.suspend = &wish};
    const struct reply *reply = ask(NETWORK_BROKER, &request);

    if (reply != NULL && reply->code[0] == '\0')
        life.suspended[at] = !life.suspended[at];
    /* Who fell before it answered may have done it. */
    if (reply == NULL)
        life.suspended[at] = true;
    life.was_suspended[at] = life.was_suspended[at] || life.suspended[at];
}

/* The steward has revoked a partner; the broker or a node hears of it first. */
static void tell_revoked(const char *whom)
{
    size_t len, partner;
    const uint8_t *bytes = region_revocation(life.n_nodes, &len, &partner);
    const struct load_bundle load = {
            .bundle = {bytes, len}
    };
    struct request request = {.load_bundle = &load};
    const struct reply *reply = ask(whom, &request);

    if (reply != NULL && reply->code[0] == '\0')
        life.gone[partner] = true, watch_gone(workload_node(partner));
    life.perhaps_revoked = life.perhaps_revoked || reply == NULL;
}

static void revoke(void)
{
    size_t len, partner;

    if (region_revocation(life.n_nodes, &len, &partner) != NULL && chance(15))
        tell_revoked(chance(50) ? NETWORK_BROKER : workload_node(0));
}

bool workload_is_gone(const char *id)
{
    for (size_t i = 0; i < life.n_nodes; i++)
        if (life.gone[i] && strcmp(workload_node(i), id) == 0)
            return true;
    return false;
}

void workload_time(void)
{
    uint32_t kind = sim_below(100);
    int64_t ms = sim_below(3000);

    if (kind >= 98)
        ms = (int64_t)(1 + sim_below(life.n_nodes > RING_MAX ? 12 : 72)) * TIME_HOUR_MS;
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
        {60,  give_consent      },
        {190, refer             },
        {520, act               },
        {50,  talk              },
        {50,  raise_signal      },
        {35,  withdraw          },
        {25,  change_partnership},
        {20,  change_intake     },
        {20,  read_something    },
        {5,   change_token      },
        {4,   leave             },
        {17,  suspend           },
        {4,   revoke            },
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
    memset(&life, 0, sizeof life);
    life.plan = plan;
    life.n_nodes = plan->n_nodes;
    life.n_hubs = region_hubs(life.n_nodes);
    life.shape = (enum shape)sim_below(N_SHAPES);
    if (life.shape == SHAPE_RING && life.n_nodes > RING_MAX)
        life.shape = SHAPE_ALL;
    for (size_t i = 0; i < life.n_nodes && life.shape == SHAPE_RING; i++)
        world_try_agree(workload_node(i), workload_node((i + 1) % life.n_nodes));
    for (int i = 0; i < 6; i++)
        give_consent();
}

void workload_heal(void)
{
    for (size_t i = 0; i < life.n_nodes; i++) {
        const struct suspend lift = {.partner = workload_node(i), .lift = true};
        struct request request = {.suspend = &lift};
        if (life.was_suspended[i])
            world_must(NETWORK_BROKER, &request, "");
    }
    if (life.perhaps_revoked)
        tell_revoked(NETWORK_BROKER);
    for (size_t i = 0; i < life.n_nodes; i++)
        if (life.gone[i])
            sim_unplug(workload_node(i), true);
}

static bool anybody_is_gone(void)
{
    for (size_t i = 0; i < life.n_nodes; i++)
        if (life.gone[i])
            return true;
    return false;
}

/* End every case of this node in this way, where it may. */
static void end_cases(const char *id, enum offer_event way)
{
    const struct list_cases list = {.box = CASE_BOX_NONE, .limit = CASES_MAX};
    struct request request = {.inbox = &list};
    const struct case_list *cases = world_must(id, &request, "")->cases;
    uint64_t numbers[CASES_MAX];
    size_t n = cases->n_cases;

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
    }
}

void workload_end_all(void)
{
    static const enum offer_event ways[] = {OFFER_EVENT_CANCEL, OFFER_EVENT_DECLINE,
            OFFER_EVENT_FAIL};

    for (size_t way = 0; way < COUNT_OF(ways); way++) {
        for (size_t i = 0; i < life.n_nodes; i++)
            if (!life.gone[i])
                end_cases(workload_node(i), ways[way]);
        sim_run_until(sim_now() + 20 * TIME_MINUTE_MS);
        if (!sim_settle(TIME_HOUR_MS))
            watch_broken("the network does not become quiet at the end");
    }
}
