/* restore.c - after the loss of a store: offers, from the statuses of ours that their
 * parties bring back. The newest counts, and who had missed it is told. */
#include <stdio.h>

#include "broker/state.h"
#include "core/lifecycle.h"
#include "core/time.h"

/* The letters of a list may wait for the word of one of its candidates, and come then.
 */
static const int64_t WORD_MS = TIME_DAY_MS, LETTERS_MS = TIME_DAY_MS + TIME_HOUR_MS;

bool restore_awaits(const struct broker *broker, uint32_t partner)
{
    const struct partner *one = partners_get(broker->partners, partner);

    return broker->now_ms - broker->started_ms < WORD_MS && one != NULL &&
           !one->in_step && !left_is_gone(broker, partner);
}

bool restore_awaits_letters(const struct broker *broker, const struct offer_row *offer)
{
    return broker->now_ms - broker->started_ms < LETTERS_MS && offer->restored;
}

bool restore_is_whole(const struct broker *broker, uint32_t partner)
{
    const struct partner *one = partners_get(broker->partners, partner);

    return broker->now_ms - broker->started_ms >= LETTERS_MS && one != NULL &&
           (one->in_step || left_is_gone(broker, partner));
}

/* A capsule that is not back yet: as long as it can last, what was handed over is
 * remembered. */
enum { CAPSULE_DAYS = 366 };

/* The consent that it lies under; before the capsule is back only its id is known. */
static bool find_consent(struct broker *broker, const struct offer_status *status,
        struct consent_row *consent, struct err *err)
{
    bool found;

    *consent = (struct consent_row){.no = 0};
    if (id_is_none(&status->consent_id))
        return true;
    if (!ledger_consent_find(broker->ledger, &status->consent_id, &broker->frame,
                consent, &found, err))
        return false;
    if (found)
        return true;
    *consent = (struct consent_row){.consent_id = status->consent_id};
    /* A day, as every capsule ends with one: days are what is looked at later. */
    int64_t last_day = broker->now_ms / TIME_DAY_MS + CAPSULE_DAYS;
    return ledger_consent_put(broker->ledger, consent, last_day * TIME_DAY_MS, err);
}

/* Who was asked last was asked in the way in which the referral goes on, whichever of
 * its offers comes back first. */
static bool set_mode(struct broker *broker, struct offer_row *offer, enum mode mode,
        struct err *err)
{
    struct referral_offers offers;

    if (!ledger_referral_offers(broker->ledger, offer->referral.no, &offers, err))
        return false;
    if (offer->place <= offers.last_place)
        return true;
    offer->referral.mode = mode;
    return ledger_referral_set(broker->ledger, &offer->referral, err);
}

static bool add_offer(struct broker *broker, const struct offer_status *status,
        struct offer_row *offer, struct err *err)
{
    enum mode mode = status->mode != MODE_NONE ? status->mode : MODE_DIRECT;
    bool found;

    if (!ledger_referral_find(broker->ledger, &status->referral_id, &offer->referral,
                &found, err))
        return false;
    if (!found)
        offer->referral = (struct referral_row){
                .referral_id = status->referral_id,
                .sender = offer->sender,
                .mode = mode,
        };
    /* A referral that was known was stuck until this one was asked. */
    if (found ? !escalate_settled(broker, offer->referral.no, err) ||
                            !set_mode(broker, offer, mode, err)
              : !ledger_referral_add(broker->ledger, &offer->referral, err))
        return false;
    return ledger_offer_add(broker->ledger, offer, (struct span){NULL, 0}, err);
}

/* The content that still lay here when the copy was made. What is accepted now goes to
 * its reader, to whom it may come twice. What has ended may have been accepted before,
 * when it has gone more than one step on: then its reader is asked (delivery.c). */
static bool lodged_before(struct broker *broker, const struct offer_row *offer,
        uint64_t steps, struct err *err)
{
    bool ended = lifecycle_is_terminal(offer->state);
    bool untaken = offer->state == OFFER_STATE_DECLINED ||
                   offer->state == OFFER_STATE_NOT_SELECTED ||
                   offer->state == OFFER_STATE_EXPIRED;

    if (!ended && !lifecycle_is_taken(offer->state))
        return true;
    return routing_lodged(broker, offer, !ended || (!untaken && steps > 1), err);
}

/* The log tells of the step that a status has brought back: the offer names it, since
 * its own leaf stood in another log. */
static bool record_restored(struct broker *broker, struct offer_row *offer,
        struct err *err)
{
    const struct record record = {
            .kind = "restored",
            .msg_id = &offer->msg_id,
            .actor = partners_name(broker->partners, offer->sender),
            .recipient = partners_name(broker->partners, offer->target),
            .decision = offer_event_name(offer->event),
            .offer = offer,
    };
    if (!record_audit(broker, &record, err))
        return false;
    offer->log_leaf = record_leaf(broker);
    return true;
}

/* Its turn came in the time that is lost: what it was shown then goes once more. */
static bool asked_before(struct broker *broker, const struct offer_row *offer,
        struct err *err)
{
    uint32_t slip;

    return record_status(broker, offer, "", &slip, err) &&
           routing_ask(broker, offer, slip, err);
}

/* What a list or who coordinates waits for is looked at anew: a look that was put off
 * must not be lost. Who is gone is looked at once, and that may have been before this
 * came back. */
static void note_due(struct broker *broker, struct offer_row *offer)
{
    queue_restored(offer);
    if (offer->due_ms > broker->now_ms && left_has(broker, offer))
        offer->due_ms = broker->now_ms;
    turn_due(broker, offer->due_ms);
}

/* It was given up when its sender has said so and nobody has it or may still take it,
 * whichever of its offers comes back first: who went on in a life of the store that its
 * sender had not heard of goes on. */
static bool give_up(struct broker *broker, struct offer_row *offer, uint32_t *effects,
        struct err *err)
{
    struct referral_row *referral = &offer->referral;
    struct referral_offers offers;

    if (!ledger_referral_offers(broker->ledger, referral->no, &offers, err))
        return false;
    bool open = offers.live || offers.reported;
    if (offers.given_up && !open)
        *effects |= EFFECT_CLOSE_REFERRAL;
    if (!open || referral->closed != REFERRAL_GIVEN_UP)
        return true;
    referral->closed = REFERRAL_NOT_CLOSED;
    return ledger_referral_set(broker->ledger, referral, err);
}

static bool take_newer(struct broker *broker, const struct offer_status *status,
        struct offer_row *offer, uint64_t steps, struct err *err)
{
    bool found = offer->no != 0;
    bool waited = found && offer->state == OFFER_STATE_QUEUED;

    offer->state = status->state;
    offer->version = status->version;
    offer->event = status->event;
    offer->msg_id = status->msg_id;
    offer->at_ms = (int64_t)status->at_ms;
    offer->before_hold = status->before_hold;
    offer->info_rounds = status->info_rounds;
    offer->depth = status->depth;
    offer->urgency = status->urgency;
    offer->restored = true;
    limits_restored(&broker->limits, offer, (int64_t)status->due_ms, broker->now_ms);
    note_due(broker, offer);
    if (!record_restored(broker, offer, err))
        return false;
    if (found ? !ledger_offer_restore(broker->ledger, offer, err)
              : !add_offer(broker, status, offer, err))
        return false;
    uint32_t effects = lifecycle_is_taken(offer->state) ? EFFECT_HAND_OVER_CONTENT : 0;
    if (offer->event == OFFER_EVENT_CONFIRM)
        effects |= EFFECT_CLOSE_REFERRAL;
    if (!give_up(broker, offer, &effects, err) ||
            (found && !escalate_moved(broker, offer, err)) ||
            !routing_referral(broker, offer, effects, err) ||
            (found && !lodged_before(broker, offer, steps, err)))
        return false;
    if (waited && lifecycle_is_undecided(offer->state))
        return asked_before(broker, offer, err);
    return queue_brought(broker, offer, err);
}

/* Has its target been handed anything? It has when it brings a status, or did a step
 * itself. What was stopped may have been stopped before it left. */
static bool target_knows(const struct offer_status *status, bool by_target)
{
    enum offer_state state = status->state;

    return by_target || state == OFFER_STATE_DECLINED ||
           state == OFFER_STATE_COMPLETED || state == OFFER_STATE_FAILED ||
           (state != OFFER_STATE_REQUESTED && !lifecycle_is_terminal(state));
}

/* What was handed over before the loss can still be recalled: which letters these were
 * is not known any more, and the offer stands for them. *first: nothing was known. */
static bool keep_handed(struct broker *broker, const struct offer_row *offer,
        const struct consent_row *consent, bool *first, struct err *err)
{
    const struct handed_row row = {
            .msg_id = offer->offer_id,
            .partner = offer->target,
            .type = lifecycle_is_taken(offer->state) ? LETTER_TYPE_CONTENT
                                                     : LETTER_TYPE_PREVIEW,
            .at_ms = offer->at_ms,
    };
    bool known;

    *first = false;
    if (consent->no == 0)
        return true;
    if (!ledger_handed_to(broker->ledger, consent->no, offer->target, &known, err))
        return false;
    *first = !known;
    if (known)
        return true;
    return ledger_handed_add(broker->ledger, consent->no, &row, err) &&
           (consent->withdrawn == 0 ||
                   withdraw_recall(broker, consent, offer->target, err));
}

static bool tell(struct broker *broker, const struct offer_row *offer, const char *code,
        uint32_t partner, struct err *err)
{
    uint32_t slip;

    return record_status(broker, offer, code, &slip, err) &&
           routing_notice(broker, offer, partner, slip, err);
}

/* What its target is told when the referral was given up since: how its own part ended,
 * and that only when it had not heard that before. What it heard may be another end,
 * from a store that knew less. */
static bool tell_end(struct broker *broker, const struct offer_row *offer,
        enum offer_state heard, struct err *err)
{
    struct offer_row ended = *offer;

    ended.event = offer->state == OFFER_STATE_DECLINED ? OFFER_EVENT_DECLINE
                                                       : OFFER_EVENT_EXPIRE;
    return heard == offer->state || routing_tell(broker, &ended, ended.target, err);
}

static bool tell_settled(struct broker *broker, const struct offer_row *offer,
        enum offer_state heard, struct err *err)
{
    if (!lifecycle_gives_up(offer->event, offer->state))
        return routing_notice_both(broker, offer, err);
    return routing_tell(broker, offer, offer->sender, err) &&
           tell_end(broker, offer, heard, err);
}

/* Who brings an older status has missed what came after it; and who brings it without
 * end does not fill its own mailbox with that. */
static bool tell_behind(struct broker *broker, const struct partner *by,
        const struct offer_row *offer, enum offer_state heard, struct err *err)
{
    struct decide_load load = partners_load(broker->partners, by->no, 0);

    if (load.letters >= broker->conf.mailbox_letters)
        return true;
    return by->no == offer->target && lifecycle_gives_up(offer->event, offer->state)
                   ? tell_end(broker, offer, heard, err)
                   : routing_tell(broker, offer, by->no, err);
}

/* That it was not selected follows from another one: what was said of itself is the
 * better end. */
static int weight(enum offer_state state)
{
    if (state == OFFER_STATE_NOT_SELECTED)
        return 2;
    return lifecycle_is_terminal(state) ? 3 : lifecycle_is_taken(state);
}

/* Two lives of the store gave one version to two steps. One of them stands, as the next
 * version: an end before what goes on, what is taken before what is not, and else what
 * stands here. */
static bool settle(struct broker *broker, const struct offer_status *status,
        struct offer_row *offer, struct err *err)
{
    struct offer_status next = *status;

    next.version++;
    if (weight(status->state) > weight(offer->state))
        return take_newer(broker, &next, offer, status->version - 1, err);
    offer->version = next.version;
    offer->restored = true;
    offer->due_ms = limits_next(&broker->limits, offer, broker->now_ms);
    note_due(broker, offer);
    return record_restored(broker, offer, err) &&
           ledger_offer_restore(broker->ledger, offer, err);
}

static bool restore(struct broker *broker, const struct partner *by,
        const struct offer_status *status, struct offer_row *offer, struct err *err)
{
    bool by_target = by->no == offer->target;
    /* Its target may have brought, under the same version, the end that it was told. */
    bool given_up = offer->no != 0 && offer->version == status->version &&
                    offer->state == status->state &&
                    !lifecycle_gives_up(offer->event, offer->state) &&
                    lifecycle_gives_up(status->event, status->state);
    bool newer = offer->no == 0 || offer->version < status->version || given_up;
    /* What a withdrawal still owes it moves it on by itself. */
    bool tie = !newer && offer->version == status->version &&
               offer->state != status->state && offer->due_ms != LEDGER_OWED_MS;
    enum offer_state before = offer->no != 0 ? offer->state : OFFER_STATE_NONE;
    struct consent_row consent;
    bool knows, first = false;

    if (!find_consent(broker, status, &consent, err))
        return false;
    if (offer->consent == 0)
        offer->consent = consent.no;
    if (newer &&
            !take_newer(broker, status, offer, status->version - offer->version, err))
        return false;
    if (tie && !settle(broker, status, offer, err))
        return false;
    if (target_knows(status, by_target) &&
            !keep_handed(broker, offer, &consent, &first, err))
        return false;
    /* A live offer under what was withdrawn: its end is told to both. */
    if ((newer || tie) && consent.withdrawn != 0 &&
            !lifecycle_is_terminal(offer->state))
        return routing_withdrawn(broker, offer, err);
    if (tie)
        return tell_settled(broker, offer, by_target ? status->state : before, err);
    if (newer && by_target)
        return tell(broker, offer, status->code, offer->sender, err);
    if (!newer && offer->version > status->version)
        return tell_behind(broker, by, offer, status->state, err) &&
               (!first || by_target || routing_tell(broker, offer, offer->target, err));
    if (!newer)
        return true;
    if (consent.no == 0)
        return true;
    if (lifecycle_gives_up(offer->event, offer->state))
        return before == OFFER_STATE_NONE || tell_end(broker, offer, before, err);
    return ledger_handed_to(broker->ledger, consent.no, offer->target, &knows, err) &&
           (!knows || tell(broker, offer, status->code, offer->target, err));
}

/* What its sender had given up stays so when another end stands here by now, which that
 * one did not know of: the end stands, and one version more says that it is given up.
 */
static bool is_given_up_beside(const struct partner *by,
        const struct offer_status *status, const struct offer_row *offer)
{
    bool known = offer->version > status->version ||
                 (offer->version == status->version && offer->state != status->state);

    return known && by->no == offer->sender && offer->due_ms != LEDGER_OWED_MS &&
           lifecycle_gives_up(status->event, status->state) &&
           lifecycle_moves_on(offer->state) &&
           !lifecycle_gives_up(offer->event, offer->state);
}

static bool give_up_beside(struct broker *broker, const struct partner *by,
        const struct offer_status *status, struct offer_row *offer, struct err *err)
{
    struct offer_status next = *status;

    next.state = offer->state;
    next.version = offer->version + 1;
    return restore(broker, by, &next, offer, err) &&
           routing_tell(broker, offer, offer->sender, err);
}

bool restore_offer(struct broker *broker, const struct partner *by,
        const struct offer_status *status, struct err *err)
{
    const struct partner *sender = partners_find(broker->partners, status->sender);
    const struct partner *target = partners_find(broker->partners, status->target);
    struct offer_row offer;
    bool found;

    if (sender == NULL || target == NULL)
        return err_set(err, E_NOT_FOUND, "a status between partners unknown here");
    if (!ledger_offer_find(broker->ledger, &status->offer_id, &offer, &found, err))
        return false;
    if (!found)
        offer = (struct offer_row){
                .offer_id = status->offer_id,
                .sender = sender->no,
                .target = target->no,
                .place = status->place,
        };
    if (!found)
        snprintf(offer.area, sizeof offer.area, "%s", status->area);
    if (offer.sender != sender->no || offer.target != target->no)
        return true;
    return is_given_up_beside(by, status, &offer)
                   ? give_up_beside(broker, by, status, &offer, err)
                   : restore(broker, by, status, &offer, err);
}
