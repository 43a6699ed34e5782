/* gateway_refer_letters.c - the letters of a referral: planned and sealed for each
 * candidate, and written with its case. */
#include <stdio.h>

#include "nodes/cases.h"
#include "nodes/gateway_refer.h"
#include "nodes/signals.h"

/* ------------------------------------------------------------- planning */

static struct letter_plan plan_of(const struct referring *work,
        const struct referring_candidate *candidate, size_t at)
{
    struct letter_plan plan = {
            .file = &work->file,
            .type = at == 0 ? LETTER_TYPE_PREVIEW : LETTER_TYPE_CONTENT,
            .event = at == 0 ? OFFER_EVENT_OFFER : OFFER_EVENT_NONE,
            .offer_id = candidate->offer.offer_id,
    };
    if (at == 0)
        plan.content.preview = &work->preview;
    else
        plan.content.referral = &work->referral;
    memcpy(plan.recipient, candidate->offer.target, sizeof plan.recipient);
    memcpy(plan.on_behalf_of, candidate->offer.on_behalf_of, sizeof plan.on_behalf_of);
    return plan;
}

/* What is wrong with the first letter is mostly wrong with the second: it is said once.
 */
static bool plan_pair(struct node *node, struct gateway_call *call,
        const struct referring *work, struct referring_candidate *candidate,
        struct err *err)
{
    const struct spool_offer *offer = &candidate->offer;
    const char *name =
            offer->on_behalf_of[0] != '\0' ? offer->on_behalf_of : offer->target;
    for (size_t i = 0; i < REFER_PAIR; i++) {
        struct letter_plan *plan = &candidate->plans[i];
        enum code code;
        *plan = plan_of(work, candidate, i);
        if (!letters_plan(node, plan, &code, err))
            return false;
        if (code == E_UNREACHABLE)
            return gateway_wrong_about(node, call, code, "candidates", name,
                    WORDS_NO_KEY);
        if (code != CODE_OK)
            return gateway_refuse(call, code);
        const struct gateway_judging judging = {&work->known, plan, work->hands};
        if (!gateway_judge(node, call, &judging, &candidate->judged[i], err))
            return false;
        if (candidate->judged[i].code[0] != '\0')
            return true;
    }
    return true;
}

static bool plan_all(struct node *node, struct gateway_call *call,
        struct referring *work, struct err *err)
{
    for (size_t i = 0; i < work->n_candidates; i++)
        if (!plan_pair(node, call, work, &work->candidates[i], err))
            return false;
    return true;
}

/* ------------------------------------------------------------- writing */

/* What was said is the same for each candidate, and is kept once. */
static bool keep_contents(struct node *node, struct gateway_call *call,
        struct referring *work, struct err *err)
{
    struct spool_case *file = &work->file;
    const struct letter_plan *plans = work->candidates[0].plans;
    const char *who = gateway_actor(node, call);
    return cases_keep(node, file, who, plans[0].event, plans[0].type, plans[0].packed,
                   &file->preview, err) &&
           cases_keep(node, file, who, plans[1].event, plans[1].type, plans[1].packed,
                   &file->content, err);
}

static bool write_candidate(struct node *node, struct gateway_call *call,
        struct referring *work, size_t at, uint64_t submission, struct err *err)
{
    struct referring_candidate *candidate = &work->candidates[at];
    const uint64_t moments[REFER_PAIR] = {work->file.preview, work->file.content};
    candidate->offer.case_number = work->file.number;
    if (!spool_put_offer(node->db, &candidate->offer, err))
        return false;
    for (size_t i = 0; i < REFER_PAIR; i++) {
        uint32_t position = (uint32_t)(at * REFER_PAIR + i) + (work->step != NULL);
        candidate->judged[i].case_number = work->file.number;
        if (!spool_put_judged(node->db, &candidate->judged[i], err) ||
                !letters_send(node, &candidate->plans[i], submission, position,
                        moments[i], err) ||
                !letters_trace(node, &candidate->plans[i], gateway_actor(node, call),
                        "sent", err))
            return false;
    }
    return true;
}

/* It stands in the case that came to us. */
static bool write_step(struct node *node, struct gateway_call *call,
        const struct letter_plan *asked, uint64_t submission, struct err *err)
{
    struct letter_plan step = *asked;
    const char *who = gateway_actor(node, call);
    uint64_t moment;
    return cases_keep(node, step.file, who, step.event, step.type, step.packed, &moment,
                   err) &&
           letters_send(node, &step, submission, 0, moment, err) &&
           letters_trace(node, &step, who, "sent", err);
}

/* A capsule of our own is new with each submission; that of others is there. */
static bool keep_capsule(struct node *node, const struct referring *work,
        struct err *err)
{
    return work->hands > 0 ||
           consents_put(node, &work->known.capsule, &work->record, &work->salt, err);
}

static bool write_all(struct node *node, struct gateway_call *call,
        struct referring *work, struct err *err)
{
    struct spool_case *file = &work->file;
    const struct spool_offer *first = &work->candidates[0].offer;
    uint64_t seq;
    file->offer_id = first->offer_id;
    memcpy(file->other, first->target, sizeof file->other);
    memcpy(file->on_behalf_of, first->on_behalf_of, sizeof file->on_behalf_of);
    if (file->number == 0 && !cases_new(node, file, err))
        return false;
    if (!keep_contents(node, call, work, err))
        return false;
    file->updated_ms = node_now(node);
    struct spool_submission submission = {
            .submission_id = node_random_id(),
            .case_number = file->number,
            .consent_id = file->consent_id,
            .mode = file->mode,
            .at_ms = file->updated_ms,
            .unsent = !node->session.welcomed,
    };
    if (!spool_save_case(node->db, file, err) || !keep_capsule(node, work, err) ||
            !spool_put_submission(node->db, &submission, &seq, err))
        return false;
    if (work->step != NULL && !write_step(node, call, work->step, seq, err))
        return false;
    for (size_t i = 0; i < work->n_candidates; i++)
        if (!write_candidate(node, call, work, i, seq, err))
            return false;
    return signals_follow(node, file, err) &&
           gateway_confidence_keep(node, call, file, &work->confidence, err);
}

bool refer_send(struct node *node, struct gateway_call *call, struct referring *work,
        struct err *err)
{
    if (!plan_all(node, call, work, err))
        return false;
    if (call->code != CODE_OK)
        return true;
    if (!write_all(node, call, work, err))
        return false;
    struct made made = {.case_number = work->file.number, .state = "sent"};
    return gateway_tell_shared(node, &work->known.capsule,
                   &work->candidates[0].plans[1].disclosure, &made, err) &&
           gateway_made(node, call, &made, err);
}
