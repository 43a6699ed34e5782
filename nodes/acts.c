/* acts.c - steps of offers: what each must say, whether it may be, and its letter. */
#include "nodes/acts.h"

#include <stdio.h>

#include "core/fields.h"
#include "nodes/cases.h"
#include "nodes/consents_explain.h"
#include "nodes/disclose.h"
#include "nodes/hands.h"

/* ------------------------------------------------------------- what an event must say
 */

static const struct event_content NOTHING = {.note = ""};

/* Each need that was asked has its outcome. */
static bool outcomes_whole(const struct event_content *said, const uint16_t *needs,
        size_t n_needs)
{
    for (size_t i = 0; i < n_needs; i++) {
        bool there = false;
        for (size_t k = 0; k < said->n_outcomes; k++)
            there |= said->outcomes[k].need == needs[i] &&
                     said->outcomes[k].outcome != 0;
        if (!there)
            return false;
    }
    return true;
}

static enum words words_of(const struct fields_fault *fault)
{
    if (fault->field == SAID_NOTE)
        return fault->missing ? WORDS_OTHER_NEEDS_NOTE : WORDS_NOTE_NOT_HERE;
    if (!fault->missing)
        return WORDS_NOT_OF_STEP;
    return fault->field == SAID_DUE_MS     ? WORDS_DUE
           : fault->field == SAID_OUTCOMES ? WORDS_EACH_NEED
                                           : WORDS_MISSING;
}

bool acts_visit_empty(const struct visit *visit)
{
    return visit->result == 0 && visit->next_ms == 0 && visit->change == 0;
}

static bool body_wrong(const struct acts_order *order, const char **field,
        enum words *words)
{
    const struct info *info = order->info;
    bool asks = order->type == LETTER_TYPE_INFO_REQUEST;
    *words = WORDS_MISSING;
    *field = "info";
    if (asks && (info == NULL || info->n_questions == 0))
        return true;
    if (order->type == LETTER_TYPE_INFO_REPLY &&
            (info == NULL || (text_is_blank(info->text) && info->n_questions == 0)))
        return true;
    *field = "text";
    if (order->type == LETTER_TYPE_TEXT && text_is_blank(order->text->text))
        return true;
    *field = "visit.result";
    return order->type == LETTER_TYPE_VISIT && acts_visit_empty(order->visit);
}

bool acts_field_wrong(const struct acts_order *order, const uint16_t *needs,
        size_t n_needs, const char **field, enum words *words)
{
    const struct event_content *said = order->said != NULL ? order->said : &NOTHING;
    struct fields_fault fault;
    if (body_wrong(order, field, words))
        return true;
    if (fields_said_wrong(order->event, said, &fault)) {
        *field = fault.name;
        *words = words_of(&fault);
        return true;
    }
    *field = "said.outcomes";
    *words = WORDS_EACH_NEED;
    if (order->event == OFFER_EVENT_OUTCOME && !outcomes_whole(said, needs, n_needs))
        return true;
    /* Work begins when somebody has spoken with the person, not at a closed door. */
    *field = "said.visit_result";
    *words = WORDS_NO_CONTACT;
    if (order->event == OFFER_EVENT_START && said->visit_result != 0 &&
            said->visit_result != VISIT_RESULT_MET)
        return true;
    *field = "said.note";
    *words = WORDS_OTHER_NEEDS_NOTE;
    return fields_says_other(said) && text_is_blank(said->note);
}

/* ------------------------------------------------------------- whether it may be */

static enum code judge_step(const struct node *node, const struct acts_order *order,
        struct lifecycle_result *result, uint64_t *version)
{
    const struct spool_offer *offer = order->offer;
    /* One unanswered event an offer. That it was seen is no decision: the next may
     * follow at once. */
    if (offer->pending != OFFER_EVENT_NONE && offer->pending != OFFER_EVENT_SEEN)
        return E_PENDING;
    /* Nor before the broker has the offer itself. */
    if (offer->state == OFFER_STATE_NONE)
        return E_PENDING;
    struct lifecycle_offer machine = cases_machine(order->file, offer, true);
    *version = machine.version;
    if (order->expected_version != 0 && order->expected_version != machine.version)
        return E_CONFLICT;
    struct lifecycle_event event = {
            .event = order->event,
            .role = cases_role(order->file),
            .expected_version = machine.version,
            .due_ms = order->said == NULL ? 0 : (int64_t)order->said->due_ms,
            .now_ms = node_now(node),
    };
    *result = lifecycle_step(&machine, &event);
    return result->code;
}

static enum code judge_talk(const struct acts_order *order)
{
    return lifecycle_is_taken(order->offer->state) ? CODE_OK : E_TRANSITION;
}

static bool judge_consent(struct node *node, const struct letter_plan *plan,
        struct acts_order *order, enum code *code, struct err *err)
{
    struct consents_known known;
    if (plan->core.class_ != LETTER_CLASS_PERSONAL)
        return true;
    if (!consents_known(node, &order->file->consent_id, &known, err))
        return false;
    bool out = cases_role(order->file) == LIFECYCLE_SENDER;
    struct consents_ask ask = {
            .core = &plan->core,
            .known = &known,
            .offer_sender = out ? node->partner : plan->recipient,
            .offer_target = out ? plan->recipient : node->partner,
            .offer_accepted = judge_talk(order) == CODE_OK,
            .lodging = true,
            .actual_categories = plan->disclosure.categories,
    };
    if (!hands_of_offer(node, &order->offer->offer_id, &ask.hands, err))
        return false;
    *code = consents_judge(node, &ask);
    order->judged.case_number = order->file->number;
    return consents_judged(node, &ask, SPOOL_POINT_SENDING, *code, &order->judged, err);
}

/* ------------------------------------------------------------- the letter */

static void fill_body(struct letter_plan *plan, const struct acts_order *order)
{
    switch (order->type) {
    case LETTER_TYPE_INFO_REQUEST:
    case LETTER_TYPE_INFO_REPLY: plan->content.info = order->info; return;
    case LETTER_TYPE_TEXT: plan->content.text = order->text; return;
    case LETTER_TYPE_VISIT: plan->content.visit = order->visit; return;
    case LETTER_TYPE_NONE:
    case LETTER_TYPE_PREVIEW:
    case LETTER_TYPE_CONTENT:
    case LETTER_TYPE_SIGNAL:
    case LETTER_TYPE_EVENT:
    case LETTER_TYPE_ACCESS:
    case LETTER_TYPE_RECTIFY:
    case LETTER_TYPE_ERASE:
    case LETTER_TYPE_RIGHTS_REPLY:
    case LETTER_TYPE_OVERVIEW:
    case LETTER_TYPE_PROPOSAL:
    case LETTER_TYPE_CONCERN:
    case LETTER_TYPE_SIGNAL_ANSWER: break;
    }
    plan->content.event = order->said != NULL ? order->said : &NOTHING;
}

static bool write_act(struct node *node, struct acts_order *order,
        struct letter_plan *plan, const struct lifecycle_result *result,
        struct err *err)
{
    struct spool_case *file = order->file;
    struct spool_submission submission = {
            .submission_id = node_random_id(),
            .case_number = file->number,
            .at_ms = node_now(node),
    };
    uint64_t moment;
    uint64_t seq;
    if (!id_is_none(&order->judged.msg_id) &&
            !spool_put_judged(node->db, &order->judged, err))
        return false;
    if (!cases_keep(node, file, order->who, order->event, order->type, plan->packed,
                &moment, err) ||
            !spool_put_submission(node->db, &submission, &seq, err) ||
            !letters_send(node, plan, seq, 0, moment, err) ||
            !letters_trace(node, plan, order->who, "sent", err))
        return false;
    file->unread = false;
    file->updated_ms = node_now(node);
    if (!spool_save_case(node->db, file, err))
        return false;
    if (order->event == OFFER_EVENT_NONE)
        return true;
    order->offer->pending = order->event;
    order->offer->pending_state = result->to;
    return spool_save_offer(node->db, order->offer, (struct span){NULL, 0}, err);
}

bool acts_take(struct node *node, struct acts_order *order, enum code *code,
        struct err *err)
{
    struct lifecycle_result result = {.code = CODE_OK};
    uint64_t version = 0;
    struct letter_plan plan = {
            .file = order->file,
            .type = order->type,
            .event = order->event,
            .for_nobody = lifecycle_gives_up(order->event, order->offer->state),
            .offer_id = order->offer->offer_id,
            .due_ms = order->said == NULL ? 0 : (int64_t)order->said->due_ms,
    };
    *code = order->event == OFFER_EVENT_NONE
                    ? judge_talk(order)
                    : judge_step(node, order, &result, &version);
    if (*code != CODE_OK)
        return true;
    plan.expected_version = version;
    bool out = cases_role(order->file) == LIFECYCLE_SENDER;
    snprintf(plan.recipient, sizeof plan.recipient, "%s",
            out ? order->offer->target : order->file->other);
    if (out)
        snprintf(plan.on_behalf_of, sizeof plan.on_behalf_of, "%s",
                order->offer->on_behalf_of);
    fill_body(&plan, order);
    if (!letters_plan(node, &plan, code, err))
        return false;
    if (*code != CODE_OK)
        return true;
    return judge_consent(node, &plan, order, code, err) &&
           (*code != CODE_OK || write_act(node, order, &plan, &result, err));
}
