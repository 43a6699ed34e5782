/* workload_refer.c - consents, and referrals under them: made, handed on, decided,
 * talked about, taken back. */
#include <stdio.h>

#include "core/time.h"
#include "tests/watch.h"
#include "tests/workload_inner.h"
#include "tests/world.h"

enum { RECIPIENTS_MAX = 20 };

static const char PERSON[] = "Rosa Voorbeeld";

static const uint16_t PURPOSES[] = {PURPOSE_CARE_COORDINATION,
        PURPOSE_CONTACT_AND_VISIT, PURPOSE_CRISIS_HELP};
static const uint16_t DATA[] = {DATA_CATEGORY_CONTACT, DATA_CATEGORY_AREA,
        DATA_CATEGORY_AGE_BAND, DATA_CATEGORY_LANGUAGE, DATA_CATEGORY_NEEDS,
        DATA_CATEGORY_STRENGTHS, DATA_CATEGORY_HOUSEHOLD, DATA_CATEGORY_NETWORK};
static const uint16_t PREVIEW[] = {DATA_CATEGORY_AREA, DATA_CATEGORY_AGE_BAND,
        DATA_CATEGORY_LANGUAGE, DATA_CATEGORY_NEEDS, DATA_CATEGORY_STRENGTHS};

/* ------------------------------------------------------------ consents */

static void made_consent(size_t sender, const struct reply *reply)
{
    if (reply != NULL && reply->made != NULL)
        workload_life()->n_consents[sender] = reply->made->consent_number;
}

/* Often nearly everybody, for a while or for some days, now and then to be handed on.
 */
void workload_consent_of(size_t sender)
{
    const char *recipients[RECIPIENTS_MAX];
    struct consent_give give = {.person = PERSON,
            .how = CONSENT_HOW_IN_PERSON,
            .recipients = recipients,
            .purposes = PURPOSES,
            .n_purposes = COUNT_OF(PURPOSES),
            .data_categories = DATA,
            .n_data_categories = COUNT_OF(DATA),
            .preview_categories = PREVIEW,
            .n_preview_categories = COUNT_OF(PREVIEW),
            .level_max = LEVEL_S1,
            .legal_basis = LEGAL_BASIS_CONSENT_EXPLICIT,
            .language = "nl"};

    if (workload_chance(40))
        recipients[give.n_recipients++] = REGION_ANTENNA;
    for (size_t i = 0;
            i < workload_life()->n_nodes && give.n_recipients < RECIPIENTS_MAX; i++)
        if (i != sender && workload_chance(85))
            recipients[give.n_recipients++] = workload_node(i);
    if (workload_chance(20))
        give.until_day = (uint32_t)time_brussels_day(sim_now()) + 1 + sim_below(6);
    if (workload_chance(50))
        give.onward_depth = 1 + sim_below(3);
    struct request request = {.consent_give = &give};
    made_consent(sender, workload_ask(workload_node(sender), &request));
}

void workload_give_consent(void)
{
    workload_consent_of(workload_any_sender());
}

/* What was agreed stays; asked anew, for some days or for long. */
void workload_renew_consent(void)
{
    size_t sender = workload_any_sender();
    struct consent_give again = {.how = CONSENT_HOW_IN_PERSON, .language = "nl"};
    struct consent_renew wish = {.given = &again};
    struct request request = {.consent_renew = &wish};

    wish.number = workload_any_consent(sender);
    if (wish.number == 0)
        return;
    if (workload_chance(30))
        again.until_day = (uint32_t)time_brussels_day(sim_now()) + 1 + sim_below(30);
    again.no_onward = workload_chance(20);
    made_consent(sender, workload_ask(workload_node(sender), &request));
}

/* ------------------------------------------------------------ referrals */

/* The adapter did not hear what was made, and asks again. */
static void ask_again(const char *id, struct request *request, uint64_t made)
{
    const struct reply *reply = workload_ask(id, request);

    if (reply != NULL && (reply->made == NULL || reply->made->case_number != made))
        watch_broken("a request that came twice has made two things");
}

void workload_refer(void)
{
    static const uint16_t needs[] = {NEED_CATEGORY_LONELINESS_ISOLATION};
    static const struct person person = {.name = PERSON,
            .phone = "02 000 00 00",
            .language = "nl"};
    static const struct referral referral = {.person = &person,
            .strengths = "tells stories",
            .needs = needs,
            .n_needs = 1,
            .reason = "lives alone",
            .reason_language = "en"};
    size_t sender = workload_any_sender();
    const char *id = workload_node(sender);
    const char *candidates[WORKLOAD_CANDIDATES_MAX];
    size_t n_candidates = workload_any_candidates(sender, candidates);
    char key[32];
    struct refer wish = {.candidates = candidates,
            .n_candidates = n_candidates,
            .mode = workload_any_mode(n_candidates),
            .purpose = PURPOSE_CARE_COORDINATION,
            .area = "21004",
            .referral = &referral};
    struct request request = {.refer = &wish, .idempotency_key = key};

    if (workload_life()->n_consents[sender] == 0)
        workload_consent_of(sender);
    wish.consent_number = workload_any_consent(sender);
    wish.urgency = workload_one_of(VOCAB_URGENCY);
    if (workload_chance(20))
        wish.reopens_case = workload_any_case(id);
    snprintf(key, sizeof key, "once-%llu", (unsigned long long)sim_counts().turns);
    const struct reply *reply = workload_ask(id, &request);
    /* No consent for this: the person is asked for another one. */
    if (reply != NULL && strncmp(reply->code, "E_CONSENT", 9) == 0 &&
            workload_chance(70))
        workload_consent_of(sender);
    else if (reply != NULL && reply->made != NULL && workload_chance(30))
        ask_again(id, &request, reply->made->case_number);
}

/* One that came and was accepted goes on, whole or in part. */
void workload_forward(void)
{
    static const uint16_t leave_out[] = {DATA_CATEGORY_STRENGTHS};
    const char *id = NULL, *candidates[WORKLOAD_CANDIDATES_MAX];
    struct forward_case wish = {.candidates = candidates};
    struct request request = {.forward = &wish};
    size_t at = 0;

    /* Few hold one at any time. */
    for (int tries = 0; tries < 10 && wish.case_number == 0; tries++) {
        at = workload_any();
        id = workload_node(at);
        wish.case_number = workload_accepted(id);
    }
    if (wish.case_number == 0)
        return;
    wish.n_candidates = workload_any_candidates(at, candidates);
    wish.mode = workload_any_mode(wish.n_candidates);
    if (workload_chance(30))
        wish.leave_out = leave_out, wish.n_leave_out = COUNT_OF(leave_out);
    if (workload_chance(30))
        wish.urgency = workload_one_of(VOCAB_URGENCY);
    workload_ask(id, &request);
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

    if (file->n_actions == 0 || workload_chance(10))
        return (enum offer_event)any;
    for (size_t i = 0; i < COUNT_OF(onward) && workload_chance(60); i++)
        if (workload_may(file, onward[i]))
            return onward[i];
    const char *action = file->actions[sim_below((uint32_t)file->n_actions)];
    for (int event = OFFER_EVENT_OFFER; event <= OFFER_EVENT_CONFIRM; event++)
        if (strcmp(offer_event_name((enum offer_event)event), action) == 0)
            return (enum offer_event)event;
    return (enum offer_event)any;
}

/* A referral of somebody with which something may be done now, or else any. */
static const struct reply *something_to_do(const char **id)
{
    const struct reply *reply = NULL;

    for (int tries = 0; tries < 3; tries++) {
        *id = workload_any_node();
        const struct show_case show = {.number = workload_any_referral(*id)};
        struct request request = {.show = &show};
        /* What was answered before lies where the next answer does. */
        reply = NULL;
        if (show.number == 0)
            continue;
        reply = workload_ask(*id, &request);
        if (reply == NULL || reply->case_ == NULL)
            return NULL;
        if (reply->case_->n_actions > 0)
            return reply;
    }
    return reply;
}

void workload_act(void)
{
    static const struct need_outcome outcome =
            {.need = NEED_CATEGORY_LONELINESS_ISOLATION,
                    .outcome = OUTCOME_NETWORK_STRENGTHENED};
    const char *id;
    const struct reply *reply = something_to_do(&id);

    if (reply == NULL || (reply->case_->n_actions == 0 && workload_chance(70))) {
        workload_refer();
        return;
    }
    const uint64_t number = reply->case_->line->number;
    uint16_t questions[] = {workload_one_of(VOCAB_INFO_QUESTION)};
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
    case OFFER_EVENT_FAIL: said.fail_reason = workload_one_of(VOCAB_FAIL_REASON); break;
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
    workload_ask(id, &request);
}

/* A home visit, by all that can be said of one. One draw after the other: their order
 * within one expression is the compiler's. */
static void call_at_the_door(const char *id)
{
    uint64_t number = workload_chance(70) ? workload_accepted(id)
                                          : workload_case_of(id, CASE_KIND_SIGNAL_IN);
    static const enum visit_step steps[] = {VISIT_STEP_PLAN, VISIT_STEP_PLAN,
            VISIT_STEP_POSTPONE, VISIT_STEP_CALL_OFF, VISIT_STEP_REPORT};
    uint16_t goes[] = {workload_one_of(VOCAB_VISIT_GOER)};
    const struct visit visit = {.result = workload_one_of(VOCAB_VISIT_RESULT),
            .text = "we had coffee"};
    struct change_visit said = {.case_number = number,
            .goes = goes,
            .n_goes = COUNT_OF(goes),
            .visit = &visit};

    if (number == 0)
        return;
    said.step = steps[sim_below(COUNT_OF(steps))];
    said.planned_ms =
            (uint64_t)sim_now() + (uint64_t)sim_below(20) * (uint64_t)TIME_DAY_MS;
    said.aim = workload_one_of(VOCAB_VISIT_AIM);
    said.agreed = workload_chance(70);
    said.change = workload_one_of(VOCAB_VISIT_CHANGE);
    if (said.step == VISIT_STEP_REPORT)
        said.planned_ms = 0;
    struct request request = {.visit = &said};
    workload_ask(id, &request);
}

/* What stays in the own node: a note, or on what ground the own record is kept. */
static void note(const char *id, uint64_t number)
{
    static const char *const notes[] = {"the daughter does not know"};
    struct act wish = {.case_number = number};
    struct request request = {.act = &wish};

    if (workload_chance(50))
        wish.retention = workload_one_of(VOCAB_RETENTION_BASIS);
    else
        wish.confidence = notes, wish.n_confidence = COUNT_OF(notes);
    workload_ask(id, &request);
}

void workload_talk(void)
{
    static const struct text text = {.text = "one more thing", .language = "en"};
    const char *id = workload_any_node();
    struct act wish = {.case_number = workload_any_referral(id), .text = &text};
    struct request request = {.act = &wish};

    uint32_t way = sim_below(6);

    if (way < 2)
        call_at_the_door(id);
    else if (wish.case_number != 0 && way == 2)
        note(id, wish.case_number);
    else if (wish.case_number != 0)
        workload_ask(id, &request);
}

void workload_withdraw(void)
{
    size_t at = workload_chance(70) ? workload_any_sender() : workload_any();
    struct consent_withdraw wish = {.reason = WITHDRAWAL_REASON_PERSON_ASKED};
    struct request request = {.consent_withdraw = &wish};

    if (workload_life()->n_consents[at] > 0 && workload_chance(70))
        wish.number = workload_any_consent(at);
    else
        wish.case_number = workload_any_case(workload_node(at));
    if (wish.number != 0 || wish.case_number != 0)
        workload_ask(workload_node(at), &request);
}
