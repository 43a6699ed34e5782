/* gateway_forward.c - a referral that came to us is handed on: a step of its offer that
 * says so, and a new referral under the same consent, as one submission. */
#include <stdio.h>

#include "nodes/cases.h"
#include "nodes/gateway_confidence.h"
#include "nodes/gateway_offer.h"
#include "nodes/hands.h"

enum { STEP, PREVIEW, CONTENT, N_PLANS };

/* One case on its way from us to the next. */
struct handing {
    const struct forward_case *asked;
    struct spool_case held; /* what came to us */
    struct spool_offer offer;
    struct lifecycle_result step;
    uint64_t version;
    struct consents_known known;
    uint32_t hands; /* with ours */
    struct referral referral;
    struct preview preview;
    struct event_content said;
    struct spool_case file; /* what leaves */
    struct spool_offer made;
    struct letter_plan plans[N_PLANS];
    struct spool_judged judged[N_PLANS];
    struct confidence confidence; /* what stays here */
};

/* ------------------------------------------------------------- what we hold */

static bool find_held(struct node *node, struct gateway_call *call,
        struct handing *work, struct err *err)
{
    uint64_t number = call->case_number = work->asked->case_number;
    bool found;
    if (!spool_get_case(node->db, number, &found, &work->held, err))
        return false;
    if (!found || work->held.kind != CASE_KIND_REFERRAL_IN)
        return gateway_wrong(call, E_NOT_FOUND, "case_number", WORDS_CASE);
    /* It is a step of who decides here, and a letter of who sends. */
    if (!gateway_has_scope(call, SCOPE_REFERRAL_DECIDE) ||
            !gateway_has_scope(call, SCOPE_REFERRAL_SEND))
        return gateway_refuse(call, E_SCOPE);
    return spool_get_offer(node->db, &work->held.offer_id, &found, &work->offer, err) &&
           (found || gateway_refuse(call, E_TRANSITION));
}

/* May it be handed on as it stands? */
static void judge_step(struct node *node, struct gateway_call *call,
        struct handing *work)
{
    struct lifecycle_offer machine = cases_machine(&work->held, &work->offer, true);
    struct lifecycle_event event = {
            .event = OFFER_EVENT_FORWARD,
            .role = LIFECYCLE_TARGET,
            .expected_version = machine.version,
            .now_ms = node_now(node),
    };
    work->version = machine.version;
    work->step = lifecycle_step(&machine, &event);
    if (work->offer.pending != OFFER_EVENT_NONE)
        gateway_refuse(call, E_PENDING);
    if (work->asked->expected_version != 0 &&
            work->asked->expected_version != machine.version)
        gateway_refuse(call, E_CONFLICT);
    if (work->step.code != CODE_OK)
        gateway_wrong(call, work->step.code, "case_number", WORDS_NOT_HELD);
}

static bool read_held(struct node *node, struct gateway_call *call,
        struct handing *work, struct err *err)
{
    struct content content;
    struct span packed;
    bool found;
    if (!cases_read(node, &work->held, work->held.content, &found, &packed, &content,
                err))
        return false;
    if (!found || content.referral == NULL)
        return gateway_wrong(call, E_TRANSITION, "case_number", WORDS_NO_CONTENT);
    work->referral = *content.referral;
    return true;
}

/* The depth of the consent, before it is asked the rest. */
static bool find_consent(struct node *node, struct gateway_call *call,
        struct handing *work, struct err *err)
{
    if (!consents_known(node, &work->held.consent_id, &work->known, err) ||
            !hands_of_offer(node, &work->offer.offer_id, &work->hands, err))
        return false;
    work->hands++;
    if (!work->known.there)
        return gateway_refuse(call, E_CONSENT_NONE);
    if (work->known.withdrawn)
        return gateway_refuse(call, E_CONSENT_WITHDRAWN);
    bool deep = work->hands <= work->known.capsule.onward_depth;
    return deep || gateway_refuse(call, E_CONSENT_ONWARD);
}

/* ------------------------------------------------------------- to whom, and what */

/* Who is known here to have had it: who asked the person, who sent it to us, and whom
 * we have asked ourselves. Of hands before those the broker knows. */
static bool had_it(struct node *node, const struct handing *work, const char *name,
        bool *had, struct err *err)
{
    const struct consent *capsule = &work->known.capsule;
    struct hands hands;
    *had = strcmp(name, work->held.other) == 0 ||
           strcmp(name, capsule->collector) == 0 ||
           consent_has_text(capsule->senders, capsule->n_senders, name);
    if (!hands_find(node, &work->held, &hands, err))
        return false;
    for (size_t i = 0; i < hands.n_as && !*had; i++) {
        struct spool_case other;
        bool found;
        if (!spool_get_case(node->db, hands.as[i], &found, &other, err))
            return false;
        *had = found && strcmp(name, other.other) == 0;
    }
    return true;
}

static bool find_candidate(struct node *node, struct gateway_call *call,
        struct handing *work, struct err *err)
{
    bool had = false;
    struct spool_case *file = &work->file;
    gateway_candidate_of(node, call, work->asked->candidate, &work->referral,
            &work->made);
    memcpy(file->other, work->made.target, sizeof file->other);
    memcpy(file->on_behalf_of, work->made.on_behalf_of, sizeof file->on_behalf_of);
    if (!had_it(node, work, work->file.other, &had, err))
        return false;
    return !had || gateway_wrong(call, E_LOOP, "candidate", WORDS_HAD_IT);
}

/* Only what came may be asked for. */
static void take_needs(struct gateway_call *call, struct handing *work)
{
    const struct forward_case *asked = work->asked;
    struct referral *referral = &work->referral;
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
        struct handing *work, struct err *err)
{
    const struct forward_case *asked = work->asked;
    struct referral *referral = &work->referral;
    uint64_t out = consent_bits(asked->leave_out, asked->n_leave_out);
    uint64_t needed = UINT64_C(1) << DATA_CATEGORY_NEEDS |
                      UINT64_C(1) << DATA_CATEGORY_CONTACT |
                      UINT64_C(1) << DATA_CATEGORY_AREA;
    if ((out & needed) != 0)
        gateway_wrong(call, E_FIELD, "leave_out", WORDS_LEAVE_OUT);
    take_needs(call, work);
    if (!disclose_less(referral, out, &node->scratch, referral, err))
        return false;
    referral->referrer_name = asked->referrer_name;
    referral->referrer_phone = asked->referrer_phone;
    if (asked->reason[0] != '\0') {
        referral->reason = asked->reason;
        referral->reason_language = lang_tag(call->lang);
        if (!gateway_confidence_take(node, call, "reason", &referral->reason,
                    &work->confidence, err))
            return false;
    }
    if (call->code != CODE_OK)
        return true;
    uint64_t shown = consent_bits(work->known.capsule.preview_categories,
            work->known.capsule.n_preview_categories);
    if (!disclose_preview(referral, shown & ~out, time_brussels_day(node_now(node)),
                &node->scratch, &work->preview, err))
        return false;
    const char *field = disclose_names_person(&work->preview, referral->person);
    return field == NULL || gateway_wrong(call, E_CONSENT_DATA, field, WORDS_NAMES);
}

/* ------------------------------------------------------------- the letters */

static void fill_plans(struct handing *work)
{
    struct letter_plan *step = &work->plans[STEP];
    step->file = &work->held;
    step->type = LETTER_TYPE_EVENT;
    step->event = OFFER_EVENT_FORWARD;
    step->offer_id = work->offer.offer_id;
    step->expected_version = work->version;
    step->content.event = &work->said;
    snprintf(step->recipient, sizeof step->recipient, "%s", work->held.other);
    for (size_t i = PREVIEW; i < N_PLANS; i++) {
        struct letter_plan *plan = &work->plans[i];
        plan->file = &work->file;
        plan->type = i == PREVIEW ? LETTER_TYPE_PREVIEW : LETTER_TYPE_CONTENT;
        plan->event = i == PREVIEW ? OFFER_EVENT_OFFER : OFFER_EVENT_NONE;
        plan->offer_id = work->made.offer_id;
        memcpy(plan->recipient, work->file.other, sizeof plan->recipient);
        memcpy(plan->on_behalf_of, work->file.on_behalf_of, sizeof plan->on_behalf_of);
    }
    work->plans[PREVIEW].content.preview = &work->preview;
    work->plans[CONTENT].content.referral = &work->referral;
}

static bool plan_letters(struct node *node, struct gateway_call *call,
        struct handing *work, struct err *err)
{
    fill_plans(work);
    for (size_t i = 0; i < N_PLANS && call->code == CODE_OK; i++) {
        struct letter_plan *plan = &work->plans[i];
        const struct gateway_judging judging = {&work->known, plan, work->hands};
        enum code code;
        if (!letters_plan(node, plan, &code, err))
            return false;
        if (code == E_UNREACHABLE)
            return gateway_wrong(call, code, "candidate", WORDS_NO_KEY);
        if (code != CODE_OK)
            return gateway_refuse(call, code);
        if (i != STEP && !gateway_judge(node, call, &judging, &work->judged[i], err))
            return false;
    }
    return true;
}

/* ------------------------------------------------------------- the whole */

static void begin_case(struct handing *work)
{
    const struct forward_case *asked = work->asked;
    work->file = (struct spool_case){
            .kind = CASE_KIND_REFERRAL_OUT,
            .referral_id = node_random_id(),
            .consent_id = work->held.consent_id,
            .purpose = work->held.purpose,
            .urgency = asked->urgency != 0 ? asked->urgency : work->held.urgency,
            .mode = MODE_DIRECT,
    };
    memcpy(work->file.area, work->held.area, sizeof work->file.area);
    work->made.offer_id = node_random_id();
    work->made.mode = MODE_DIRECT;
    work->said = (struct event_content){.note = "", .handed_on_to = asked->candidate};
}

/* The new case and its offer; the letters of both cases follow. */
static bool write_case(struct node *node, struct handing *work, uint64_t *seq,
        struct err *err)
{
    struct spool_case *file = &work->file;
    struct spool_submission submission = {
            .submission_id = node_random_id(),
            .consent_id = file->consent_id,
            .mode = MODE_DIRECT,
            .at_ms = node_now(node),
    };
    if (!cases_new(node, file, err))
        return false;
    file->offer_id = work->made.offer_id;
    work->made.case_number = submission.case_number = file->number;
    work->offer.pending = OFFER_EVENT_FORWARD;
    work->offer.pending_state = work->step.to;
    work->held.unread = false;
    work->held.updated_ms = submission.at_ms;
    return spool_put_offer(node->db, &work->made, err) &&
           spool_save_offer(node->db, &work->offer, (struct span){NULL, 0}, err) &&
           spool_save_case(node->db, &work->held, err) &&
           spool_put_submission(node->db, &submission, seq, err);
}

static bool write_letters(struct node *node, struct gateway_call *call,
        struct handing *work, uint64_t seq, struct err *err)
{
    const char *who = gateway_actor(node, call);
    uint64_t moments[N_PLANS];
    for (size_t i = 0; i < N_PLANS; i++) {
        struct letter_plan *plan = &work->plans[i];
        work->judged[i].case_number = work->file.number;
        if ((i != STEP && !spool_put_judged(node->db, &work->judged[i], err)) ||
                !cases_keep(node, plan->file, who, plan->event, plan->type,
                        plan->packed, &moments[i], err) ||
                !letters_send(node, plan, seq, (uint32_t)i, moments[i], err) ||
                !letters_trace(node, plan, who, "sent", err))
            return false;
    }
    work->file.preview = moments[PREVIEW];
    work->file.content = moments[CONTENT];
    return spool_save_case(node->db, &work->file, err) &&
           gateway_confidence_keep(node, call, &work->file, &work->confidence, err);
}

static bool prepare(struct node *node, struct gateway_call *call, struct handing *work,
        struct err *err)
{
    if (!find_held(node, call, work, err))
        return false;
    if (call->code == CODE_OK)
        judge_step(node, call, work);
    if (call->code == CODE_OK &&
            (!read_held(node, call, work, err) || !find_consent(node, call, work, err)))
        return false;
    if (call->code != CODE_OK)
        return true;
    begin_case(work);
    return find_candidate(node, call, work, err) &&
           write_referral(node, call, work, err) &&
           (call->code != CODE_OK || plan_letters(node, call, work, err));
}

bool gateway_forward(struct node *node, struct gateway_call *call, struct err *err)
{
    struct handing *work = arena_take(&node->scratch, sizeof *work);
    uint64_t seq;
    if (work == NULL)
        return err_set(err, ERR_NOMEM, "no room to hand a case on");
    work->asked = call->request->forward;
    if (node_disk_low(node))
        return gateway_refuse(call, E_DISK);
    if (directory_age_days(node->directory, node_now(node)) >=
            DIRECTORY_NO_REFERRALS_DAYS)
        return gateway_refuse(call, E_DIRECTORY);
    if (!prepare(node, call, work, err))
        return false;
    if (call->code != CODE_OK)
        return true;
    if (!write_case(node, work, &seq, err) ||
            !write_letters(node, call, work, seq, err))
        return false;
    struct made made = {.case_number = work->file.number, .state = "sent"};
    return gateway_tell_shared(node, &work->known.capsule,
                   &work->plans[CONTENT].disclosure, &made, err) &&
           gateway_made(node, call, &made, err);
}
