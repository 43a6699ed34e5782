/* outbox_reseal.c - sealing a letter again, for a reader that lost the key, before the
 * letter expires, or because its content was corrected. */
#include <stdio.h>

#include "nodes/batch.h"
#include "nodes/cases.h"
#include "nodes/consents_explain.h"
#include "nodes/hands.h"
#include "nodes/letters.h"
#include "nodes/outbox.h"

enum { SEALS_A_DAY = 8 }; /* of one letter */

/* May it still go? The consent is asked again for what is personal. */
static bool may_go(struct node *node, const struct letter_plan *plan,
        const struct spool_offer *offer, enum code *code, struct err *err)
{
    struct consents_known known;
    if (plan->core.class_ != LETTER_CLASS_PERSONAL)
        return true;
    if (lifecycle_is_terminal(offer->state)) {
        *code = E_TRANSITION;
        return true;
    }
    if (!consents_known(node, &plan->file->consent_id, &known, err))
        return false;
    bool out = cases_role(plan->file) == LIFECYCLE_SENDER;
    bool alone = lifecycle_stands_alone(plan->type);
    struct consents_ask ask = {
            .core = &plan->core,
            .known = &known,
            .offer_sender = alone ? NULL
                            : out ? node->partner
                                  : plan->recipient,
            .offer_target = alone ? NULL
                            : out ? plan->recipient
                                  : node->partner,
            .offer_accepted = lifecycle_is_taken(offer->state),
            .lodging = true,
            .first_claim = offer->mode == MODE_FIRST_CLAIM,
            .actual_categories = plan->disclosure.categories,
    };
    if (!hands_of_offer(node, &offer->offer_id, &ask.hands, err))
        return false;
    struct spool_judged judged;
    *code = consents_judge(node, &ask);
    if (!consents_judged(node, &ask, SPOOL_POINT_SENDING, *code, &judged, err))
        return false;
    judged.case_number = plan->file->number;
    return spool_put_judged(node->db, &judged, err);
}

static bool send_again(struct node *node, struct letter_plan *plan,
        const struct spool_sent *sent, struct err *err)
{
    bool with_capsule = plan->core.class_ == LETTER_CLASS_PERSONAL;
    struct spool_submission submission = {
            .submission_id = node_random_id(),
            .case_number = plan->file->number,
            .at_ms = node_now(node),
    };
    if (with_capsule)
        submission.consent_id = plan->file->consent_id;
    uint64_t seq;
    return spool_put_submission(node->db, &submission, &seq, err) &&
           letters_send(node, plan, seq, 0, sent->moment, err) &&
           letters_trace(node, plan, node->partner, "sealed_again", err);
}

/* What the new letter repeats of the old one. A preview names the version that its
 * offer has now; an event the one that it was for. */
static bool plan_again(struct node *node, const struct spool_sent *sent,
        const struct spool_offer *offer, struct letter_plan *plan, enum code *code,
        struct err *err)
{
    struct letter_core old;
    if (!wire_get(&WIRE_LETTER_CORE, sent->core, &node->scratch, &old, err))
        return err_wrap(err, "a kept letter");
    plan->type = sent->type;
    plan->event = sent->event;
    plan->offer_id = sent->offer_id;
    plan->expected_version =
            sent->type == LETTER_TYPE_PREVIEW ? offer->version : old.expected_version;
    plan->due_ms = (int64_t)old.due_ms;
    snprintf(plan->recipient, sizeof plan->recipient, "%s", sent->recipient);
    snprintf(plan->on_behalf_of, sizeof plan->on_behalf_of, "%s", sent->on_behalf_of);
    return letters_plan(node, plan, code, err) &&
           (*code != CODE_OK || may_go(node, plan, offer, code, err));
}

/* A reader that cannot open what it published a key for would have us seal without
 * end. */
static bool sealed_enough(struct node *node, const struct spool_sent *sent,
        enum code *code, struct err *err)
{
    uint64_t n_seals;
    if (!spool_count_seals(node->db, sent, node_now(node) - TIME_DAY_MS, &n_seals, err))
        return false;
    if (n_seals >= SEALS_A_DAY)
        *code = E_KEY;
    return true;
}

bool outbox_reseal(struct node *node, const struct id *msg_id, struct err *err)
{
    struct spool_sent sent;
    struct spool_case file;
    struct spool_offer offer = {.state = OFFER_STATE_NONE};
    struct span packed;
    bool found;
    if (!spool_get_sent_core(node->db, msg_id, &node->scratch, &found, &sent, err))
        return false;
    /* What its reader has would be there twice. */
    if (!found || sent.state == RECEIPT_STATE_PROCESSED)
        return true;
    if (!spool_get_case(node->db, sent.case_number, &found, &file, err))
        return false;
    if (!found)
        return true;
    if (!id_is_none(&sent.offer_id) &&
            !spool_get_offer(node->db, &sent.offer_id, &found, &offer, err))
        return false;
    /* Nobody is sent what was corrected since. */
    if (sent.type == LETTER_TYPE_CONTENT)
        sent.moment = file.content;
    struct letter_plan plan = {.file = &file};
    enum code code = E_NOT_FOUND;
    if (!cases_read(node, &file, sent.moment, &found, &packed, &plan.content, err))
        return false;
    if (found) {
        code = CODE_OK;
        if (!sealed_enough(node, &sent, &code, err) ||
                (code == CODE_OK &&
                        !plan_again(node, &sent, &offer, &plan, &code, err)))
            return false;
    }
    if (code != CODE_OK)
        return outbox_trace(node, &sent, node->partner, "not_sealed_again",
                code_name(code), err);
    return send_again(node, &plan, &sent, err);
}

bool outbox_corrected(struct node *node, uint64_t case_number, struct err *err)
{
    struct id letters[SPOOL_OFFERS_MAX];
    size_t n_letters;
    if (!spool_open_contents(node->db, case_number, letters, &n_letters, err))
        return false;
    for (size_t i = 0; i < n_letters; i++) {
        size_t used = node->scratch.used;
        if (!outbox_reseal(node, &letters[i], err))
            return false;
        arena_reset(&node->scratch, used);
    }
    return true;
}
