/* timers_offers.c - what the clock does to an offer: reminders without content, and
 * ends. When, stands in core/lifecycle_clock.c. */
#include "broker/state.h"
#include "core/time.h"

/* ---- telling: the offer stays as it is ---- */

/* Nobody has opened it: both are told. The version stays: who decides now has missed
 * nothing. */
static bool overdue(struct broker *broker, struct offer_row *offer, struct err *err)
{
    return routing_notice_both(broker, offer, err);
}

/* Is its preview still on its way? */
static bool find_waiting(struct broker *broker, const struct offer_row *offer,
        bool *waiting, struct err *err)
{
    struct letter_row letter = {.no = 0};
    bool found = true;

    *waiting = false;
    while (found && !*waiting) {
        if (!ledger_letter_of_offer(broker->ledger, offer->no, letter.no, &letter,
                    &found, err))
            return false;
        *waiting = found && letter.type == LETTER_TYPE_PREVIEW &&
                   (letter.state == LETTER_WAITING || letter.state == LETTER_HANDED);
    }
    return true;
}

/* On no device of the target in time: the sender is warned, who may phone; the target
 * cannot be told. */
static bool warn_sender(struct broker *broker, struct offer_row *offer, struct err *err)
{
    bool waiting;
    uint32_t slip;

    if (!find_waiting(broker, offer, &waiting, err))
        return false;
    return !waiting ||
           (record_status(broker, offer, code_name(E_UNREACHABLE), &slip, err) &&
                   routing_notice(broker, offer, offer->sender, slip, err));
}

static bool remind_target(struct broker *broker, struct offer_row *offer,
        struct err *err)
{
    return routing_tell(broker, offer, offer->target, err);
}

static bool remind_sender(struct broker *broker, struct offer_row *offer,
        struct err *err)
{
    return routing_tell(broker, offer, offer->sender, err);
}

/* Its outer life ends soon. What both are told is when. */
static bool review(struct broker *broker, struct offer_row *offer, struct err *err)
{
    struct offer_row ending = *offer;

    ending.limit_ms = offer->life_ms;
    return routing_warn_both(broker, &ending, code_name(E_TTL), err);
}

/* ---- ending ---- */

static bool offer_ends(struct broker *broker, struct offer_row *offer,
        enum offer_event event, struct err *err)
{
    bool moved;

    if (!routing_event(broker, offer, event, &moved, err))
        return false;
    return moved || ledger_offer_due_at(broker->ledger, offer->no, 0, err);
}

static bool back(struct broker *broker, struct offer_row *offer, struct err *err)
{
    return offer_ends(broker, offer, OFFER_EVENT_INFO_TIMEOUT, err);
}

static bool expire(struct broker *broker, struct offer_row *offer, struct err *err)
{
    return offer_ends(broker, offer, OFFER_EVENT_EXPIRE, err);
}

/* The referrer never answered: closed, and never counted as met. */
static bool not_confirmed(struct broker *broker, struct offer_row *offer,
        struct err *err)
{
    uint32_t slip;

    offer->referral.closed = REFERRAL_NOT_CONFIRMED;
    return ledger_referral_set(broker->ledger, &offer->referral, err) &&
           escalate_settled(broker, offer->referral.no, err) &&
           ledger_offer_due_at(broker->ledger, offer->no, 0, err) &&
           record_status(broker, offer, code_name(E_TTL), &slip, err) &&
           routing_notice(broker, offer, offer->sender, slip, err);
}

/* ---- what is due ---- */

static bool (*const DEEDS[N_LIFECYCLE_DEEDS])(struct broker *broker,
        struct offer_row *offer, struct err *err) = {
        [DEED_WARN_SENDER] = warn_sender,
        [DEED_OVERDUE] = overdue,
        [DEED_ASK_SENDER] = remind_sender,
        [DEED_REMIND_TARGET] = remind_target,
        [DEED_REMIND_BOTH] = overdue,
        [DEED_REMIND_SENDER] = remind_sender,
        [DEED_REVIEW] = review,
        [DEED_BACK] = back,
        [DEED_EXPIRE] = expire,
        [DEED_CLOSE] = not_confirmed,
};

/* Its consent was withdrawn, and that turn had no room for it. What had ended before
 * goes on to its confirmation. */
static bool offer_owed(struct broker *broker, struct offer_row *offer, struct err *err)
{
    int64_t next_ms;

    offer->due_ms = 0;
    if (!routing_withdrawn(broker, offer, err))
        return false;
    next_ms = limits_next(&broker->limits, offer, broker->now_ms);
    return ledger_offer_due_at(broker->ledger, offer->no, next_ms, err);
}

/* A store that was put back does not know what was decided in the time that is lost:
 * for a day no limit ends an offer before both its parties have said what they know. */
static bool may_be_decided(const struct broker *broker, const struct offer_row *offer)
{
    return lifecycle_is_undecided(offer->state) &&
           (restore_awaits(broker, offer->sender) ||
                   restore_awaits(broker, offer->target));
}

/* What nobody has looked at concerns who coordinates only when no other candidate may
 * take it yet. */
static bool tell_coordinators(struct broker *broker, const struct offer_row *offer,
        uint16_t cause, struct err *err)
{
    bool others = false;

    if (cause == ESCALATION_CAUSE_NOT_SEEN &&
            !queue_others_may_take(broker, offer, &others, err))
        return false;
    return cause == 0 || others || escalate_open(broker, offer, cause, err);
}

bool timers_offer(struct broker *broker, struct offer_row *offer, struct err *err)
{
    bool ended;

    if (offer->due_ms == LEDGER_OWED_MS)
        return offer_owed(broker, offer, err);
    if (offer->state == OFFER_STATE_QUEUED)
        return queue_turn(broker, offer, err);
    if (lifecycle_moves_on(offer->state))
        return queue_ended(broker, offer, err);
    if (may_be_decided(broker, offer))
        return ledger_offer_due_at(broker->ledger, offer->no,
                broker->now_ms + TIME_HOUR_MS, err);

    if (!left_offer(broker, offer, &ended, err))
        return false;
    if (ended)
        return true;
    struct lifecycle_stage stage = limits_now(&broker->limits, offer, broker->now_ms);
    int64_t next_ms = limits_next(&broker->limits, offer, broker->now_ms);
    if (stage.deed >= DEED_BACK)
        return DEEDS[stage.deed](broker, offer, err);
    offer->event = OFFER_EVENT_OVERDUE;
    return ledger_offer_due_at(broker->ledger, offer->no, next_ms, err) &&
           (stage.deed == DEED_NONE || DEEDS[stage.deed](broker, offer, err)) &&
           tell_coordinators(broker, offer, stage.cause, err);
}
