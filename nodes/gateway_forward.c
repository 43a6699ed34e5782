/* gateway_forward.c - a referral that came to us is handed on: a step of its offer that
 * says so, and a new referral under the same consent, as one submission. What was
 * handed on and found nobody is handed on once more by the same way. */
#include <stdio.h>

#include "nodes/cases.h"
#include "nodes/gateway_refer.h"
#include "nodes/hands.h"

/* One case on its way from us to the next. */
struct handing {
    const struct forward_case *asked;
    struct spool_case held; /* what came to us */
    struct spool_offer offer;
    struct lifecycle_result step;
    struct event_content said;
    struct letter_plan plan; /* of the step */
    struct refer as;         /* what leaves, as if it were a referral of our own */
    struct referring work;
};

/* ------------------------------------------------------------- what we hold */

/* The case that came: the one that is named, or the one that it hands on. */
static bool find_held(struct node *node, struct gateway_call *call,
        struct handing *handing, struct err *err)
{
    struct spool_case *held = &handing->held;
    uint64_t number = call->case_number = handing->asked->case_number;
    struct hands hands;
    bool found;
    if (!spool_get_case(node->db, number, &found, held, err))
        return false;
    bool again = found && hands_is_onward(held);
    if (again) {
        if (!hands_find(node, held, &hands, err) ||
                !spool_get_case(node->db, hands.from, &found, held, err))
            return false;
        handing->as.reopens_case = number;
    }
    if (!found)
        return gateway_wrong(call, E_NOT_FOUND, "case_number", WORDS_CASE);
    if (held->kind != CASE_KIND_REFERRAL_IN)
        return gateway_wrong(call, E_TRANSITION, "case_number", WORDS_NOT_HELD);
    /* It is a step of who decides here, and a letter of who sends. */
    if (!gateway_has_scope(call, SCOPE_REFERRAL_DECIDE) ||
            !gateway_has_scope(call, SCOPE_REFERRAL_SEND))
        return gateway_refuse(call, E_SCOPE);
    return spool_get_offer(node->db, &held->offer_id, &found, &handing->offer, err) &&
           (found || gateway_refuse(call, E_TRANSITION));
}

/* May it be handed on as it stands? */
static void judge_step(struct node *node, struct gateway_call *call,
        struct handing *handing)
{
    struct lifecycle_offer machine =
            cases_machine(&handing->held, &handing->offer, true);
    struct lifecycle_event event = {
            .event = OFFER_EVENT_FORWARD,
            .role = LIFECYCLE_TARGET,
            .expected_version = machine.version,
            .now_ms = node_now(node),
    };
    handing->plan.expected_version = machine.version;
    handing->step = lifecycle_step(&machine, &event);
    if (handing->offer.pending != OFFER_EVENT_NONE)
        gateway_refuse(call, E_PENDING);
    if (handing->asked->expected_version != 0 &&
            handing->asked->expected_version != machine.version)
        gateway_refuse(call, E_CONFLICT);
    if (handing->step.code != CODE_OK)
        gateway_wrong(call, handing->step.code, "case_number", WORDS_NOT_HELD);
}

/* What came to us; of what found nobody, what was handed on. */
static bool read_held(struct node *node, struct gateway_call *call,
        struct handing *handing, struct err *err)
{
    const struct spool_case *held = &handing->held;
    struct referring *work = &handing->work;
    struct content content;
    struct span packed;
    bool found;
    if (handing->as.reopens_case != 0) {
        if (!refer_reopened(node, call, work, err) || call->code != CODE_OK)
            return call->code != CODE_OK;
        held = &work->file;
    }
    if (!cases_read(node, held, held->content, &found, &packed, &content, err))
        return false;
    if (!found || content.referral == NULL)
        return gateway_wrong(call, E_TRANSITION, "case_number", WORDS_NO_CONTENT);
    work->referral = *content.referral;
    return true;
}

/* Under what, and through how many hands with ours. */
static bool find_consent(struct node *node, struct gateway_call *call,
        struct handing *handing, struct err *err)
{
    struct referring *work = &handing->work;
    if (!consents_known(node, &handing->held.consent_id, &work->known, err) ||
            !hands_of_offer(node, &handing->offer.offer_id, &work->hands, err))
        return false;
    work->hands++;
    if (!work->known.there)
        return gateway_refuse(call, E_CONSENT_NONE);
    if (work->known.withdrawn)
        return gateway_refuse(call, E_CONSENT_WITHDRAWN);
    return true;
}

/* ------------------------------------------------------------- to whom, and what */

/* Was it asked in this case? Who was skipped was not, nor who was named by what never
 * left or was refused. */
static bool was_asked(struct node *node, uint64_t number, const char *name, bool *was,
        struct err *err)
{
    struct spool_offer offers[SPOOL_OFFERS_MAX];
    size_t n_offers;
    if (!spool_offers(node->db, number, offers, &n_offers, err))
        return false;
    for (size_t i = 0; i < n_offers; i++) {
        bool never = offers[i].state == OFFER_STATE_SKIPPED ||
                     (offers[i].version == 0 && lifecycle_is_terminal(offers[i].state));
        *was |= !never && strcmp(offers[i].target, name) == 0;
    }
    return true;
}

/* Who is known here to have had it: who asked the person, who sent it to us, and whom
 * we have asked ourselves. Of hands before those the broker knows. */
static bool had_it(struct node *node, const struct handing *handing, const char *name,
        bool *had, struct err *err)
{
    const struct consent *capsule = &handing->work.known.capsule;
    struct hands hands;
    *had = strcmp(name, handing->held.other) == 0 ||
           strcmp(name, capsule->collector) == 0 ||
           consent_has_text(capsule->senders, capsule->n_senders, name);
    if (!hands_find(node, &handing->held, &hands, err))
        return false;
    for (size_t i = 0; i < hands.n_as && !*had; i++)
        if (!was_asked(node, hands.as[i], name, had, err))
            return false;
    return true;
}

static bool find_candidates(struct node *node, struct gateway_call *call,
        struct handing *handing, struct err *err)
{
    struct referring *work = &handing->work;
    refer_candidates(node, call, work);
    for (size_t i = 0; i < work->n_candidates; i++) {
        const struct spool_offer *offer = &work->candidates[i].offer;
        bool had = false;
        if (!had_it(node, handing, offer->target, &had, err))
            return false;
        if (had)
            gateway_wrong_about(node, call, E_LOOP, "candidates", offer->target,
                    WORDS_HAD_IT);
    }
    return true;
}

/* Only what came may be asked for. */
static void take_needs(struct gateway_call *call, struct handing *handing)
{
    const struct forward_case *asked = handing->asked;
    struct referral *referral = &handing->work.referral;
    for (size_t i = 0; i < asked->n_needs; i++) {
        bool came = false;
        for (size_t k = 0; k < referral->n_needs; k++)
            came |= referral->needs[k] == asked->needs[i];
        if (!came) {
            gateway_wrong(call, E_FIELD, "needs", WORDS_NEED_CAME);
            return;
        }
    }
    if (asked->n_needs > 0) {
        referral->needs = asked->needs;
        referral->n_needs = asked->n_needs;
    }
}

/* What we were given, or less, with our own words why and whom of us to call. */
static bool write_referral(struct node *node, struct gateway_call *call,
        struct handing *handing, struct err *err)
{
    const struct forward_case *asked = handing->asked;
    struct referral *referral = &handing->work.referral;
    uint64_t out = consent_bits(asked->leave_out, asked->n_leave_out);
    uint64_t needed = UINT64_C(1) << DATA_CATEGORY_NEEDS |
                      UINT64_C(1) << DATA_CATEGORY_CONTACT |
                      UINT64_C(1) << DATA_CATEGORY_AREA;
    if ((out & needed) != 0)
        gateway_wrong(call, E_FIELD, "leave_out", WORDS_LEAVE_OUT);
    take_needs(call, handing);
    if (!disclose_less(referral, out, &node->scratch, referral, err))
        return false;
    referral->referrer_name = asked->referrer_name;
    referral->referrer_phone = asked->referrer_phone;
    if (asked->reason[0] != '\0') {
        referral->reason = asked->reason;
        referral->reason_language = lang_tag(call->lang);
        if (!gateway_confidence_take(node, call, "reason", &referral->reason,
                    &handing->work.confidence, err))
            return false;
    }
    return call->code != CODE_OK || refer_preview(node, call, &handing->work, out, err);
}

/* ------------------------------------------------------------- the step */

static bool plan_step(struct node *node, struct gateway_call *call,
        struct handing *handing, struct err *err)
{
    const struct forward_case *asked = handing->asked;
    struct letter_plan *step = &handing->plan;
    enum code code;
    handing->said = (struct event_content){
            .note = "",
            .handed_on_to = asked->candidates,
            .n_handed_on_to = asked->n_candidates,
    };
    step->file = &handing->held;
    step->type = LETTER_TYPE_EVENT;
    step->event = OFFER_EVENT_FORWARD;
    step->offer_id = handing->offer.offer_id;
    step->content.event = &handing->said;
    snprintf(step->recipient, sizeof step->recipient, "%s", handing->held.other);
    if (!letters_plan(node, step, &code, err))
        return false;
    if (code == E_UNREACHABLE)
        return gateway_wrong_about(node, call, code, "case_number", step->recipient,
                WORDS_NO_KEY);
    if (code != CODE_OK)
        gateway_refuse(call, code);
    handing->work.step = step;
    return true;
}

/* What the broker has still to answer. */
static bool write_step(struct node *node, struct handing *handing, struct err *err)
{
    handing->offer.pending = OFFER_EVENT_FORWARD;
    handing->offer.pending_state = handing->step.to;
    handing->held.unread = false;
    handing->held.updated_ms = node_now(node);
    return spool_save_offer(node->db, &handing->offer, (struct span){NULL, 0}, err) &&
           spool_save_case(node->db, &handing->held, err);
}

/* ------------------------------------------------------------- the whole */

static void begin_case(struct handing *handing)
{
    const struct forward_case *asked = handing->asked;
    const struct spool_case *held = &handing->held;
    struct referring *work = &handing->work;
    handing->as.candidates = asked->candidates;
    handing->as.n_candidates = asked->n_candidates;
    handing->as.mode = asked->mode;
    work->refer = &handing->as;
    work->file = (struct spool_case){
            .kind = CASE_KIND_REFERRAL_OUT,
            .referral_id = node_random_id(),
            .consent_id = held->consent_id,
            .purpose = held->purpose,
            .urgency = held->urgency,
    };
    memcpy(work->file.area, held->area, sizeof work->file.area);
}

static bool prepare(struct node *node, struct gateway_call *call,
        struct handing *handing, struct err *err)
{
    if (!find_held(node, call, handing, err))
        return false;
    if (call->code == CODE_OK)
        judge_step(node, call, handing);
    if (call->code != CODE_OK)
        return true;
    begin_case(handing);
    if (!read_held(node, call, handing, err))
        return false;
    if (call->code == CODE_OK && !find_consent(node, call, handing, err))
        return false;
    if (call->code != CODE_OK)
        return true;
    if (handing->asked->urgency != 0)
        handing->work.file.urgency = handing->asked->urgency;
    return find_candidates(node, call, handing, err) &&
           write_referral(node, call, handing, err) &&
           (call->code != CODE_OK || plan_step(node, call, handing, err));
}

bool gateway_forward(struct node *node, struct gateway_call *call, struct err *err)
{
    struct handing *handing = arena_take(&node->scratch, sizeof *handing);
    if (handing == NULL)
        return err_set(err, ERR_NOMEM, "no room to hand a case on");
    handing->asked = call->request->forward;
    if (!refer_may_begin(node, call))
        return true;
    if (!prepare(node, call, handing, err))
        return false;
    if (call->code != CODE_OK)
        return true;
    return refer_send(node, call, &handing->work, err) &&
           (call->code != CODE_OK || write_step(node, handing, err));
}
