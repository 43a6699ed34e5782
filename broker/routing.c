/* routing.c - offers: steps with compare-and-set, what they ask for, notices. */
#include "broker/state.h"

/* What a turn keeps free for the rest of a step when it ends letters. */
enum { STEP_ROOM = 128 };

/* ---- what a step asks for ---- */

static const char *code_of_end(enum offer_event event)
{
    if (event == OFFER_EVENT_CONSENT_WITHDRAWN)
        return code_name(E_CONSENT_WITHDRAWN);
    return event == OFFER_EVENT_EXPIRE ? code_name(E_TTL) : "";
}

/* slip: the status that travels with it. */
static bool release(struct broker *broker, const struct letter_row *letter,
        uint32_t slip, struct err *err)
{
    struct mail_row mail = {
            .partner = letter->recipient,
            .priority = letter->priority,
            .kind = MAIL_LETTER,
            .ref = letter->no,
            .size = letter->size,
    };
    return turn_mail(broker, &mail, slip, err) &&
           ledger_letter_mail(broker->ledger, letter->no, mail.mail_id, err);
}

bool routing_lodged(struct broker *broker, const struct offer_row *offer, bool goes,
        struct err *err)
{
    const char *code = code_of_end(offer->event);
    struct letter_row letter;
    int64_t after = 0;
    bool found;

    while (true) {
        if (!ledger_letter_of_offer(broker->ledger, offer->no, after, &letter, &found,
                    err))
            return false;
        if (!found)
            return true;
        after = letter.no;
        if (letter.state != LETTER_LODGED)
            continue;
        if (goes ? !release(broker, &letter, NO_SLIP, err)
                 : !record_end(broker, &letter, LETTER_RECALLED, code, err))
            return false;
    }
}

bool routing_ask(struct broker *broker, const struct offer_row *offer, uint32_t slip,
        struct err *err)
{
    struct letter_row letter = {.no = 0};
    bool found;

    while (true) {
        if (!ledger_letter_of_offer(broker->ledger, offer->no, letter.no, &letter,
                    &found, err))
            return false;
        if (!found)
            return true;
        if (letter.state == LETTER_LODGED && letter.type == LETTER_TYPE_PREVIEW &&
                !release(broker, &letter, slip, err))
            return false;
    }
}

bool routing_destroy(struct broker *broker, const struct offer_row *offer,
        const struct id *except, const char *code, struct err *err)
{
    struct letter_row letter;
    int64_t after = 0;
    bool found;

    while (true) {
        if (!ledger_letter_of_offer(broker->ledger, offer->no, after, &letter, &found,
                    err))
            return false;
        if (!found)
            return true;
        /* What one turn cannot end is ended by the timers of the next ones. */
        if (!turn_has_slips(broker, STEP_ROOM)) {
            turn_due(broker, LEDGER_OWED_MS);
            return ledger_letters_of_offer_owed(broker->ledger, offer->no, after, err);
        }
        after = letter.no;
        bool here = letter.state == LETTER_LODGED || letter.state == LETTER_WAITING;
        bool personal = lifecycle_class(letter.type) == LETTER_CLASS_PERSONAL;
        if (!here || !personal || id_equal(&letter.msg_id, except))
            continue;
        if (!record_end(broker, &letter, LETTER_RECALLED, code, err))
            return false;
    }
}

/* What the referral keeps of its offers: who won, when it ended, that its sender has
 * closed it. */
bool routing_referral(struct broker *broker, struct offer_row *offer, uint32_t effects,
        struct err *err)
{
    struct referral_row *referral = &offer->referral;
    struct referral_row before = *referral;

    if ((effects & EFFECT_HAND_OVER_CONTENT) != 0)
        referral->winner = offer->no;
    else if (lifecycle_is_terminal(offer->state) && referral->winner == offer->no)
        referral->winner = 0;
    bool given_up = offer->event != OFFER_EVENT_CONFIRM;
    bool closes = (effects & EFFECT_CLOSE_REFERRAL) != 0;
    if (closes)
        referral->closed = given_up ? REFERRAL_GIVEN_UP : REFERRAL_CONFIRMED;
    else if (offer->state == OFFER_STATE_COMPLETED ||
             offer->state == OFFER_STATE_FAILED)
        referral->ended_ms = broker->now_ms;
    if (referral->winner == before.winner && referral->closed == before.closed &&
            referral->ended_ms == before.ended_ms)
        return true;
    if (!ledger_referral_set(broker->ledger, referral, err))
        return false;
    if (!closes)
        return true;
    return given_up ? escalate_given_up(broker, referral->no, err)
                    : escalate_settled(broker, referral->no, err);
}

static bool do_effects(struct broker *broker, struct offer_row *offer,
        const struct offer_move *move, struct err *err)
{
    uint32_t effects = move->step.effects;

    if (!routing_referral(broker, offer, effects, err))
        return false;
    if ((effects & EFFECT_HAND_OVER_CONTENT) != 0 &&
            !routing_lodged(broker, offer, true, err))
        return false;
    const char *code = move->code != NULL ? move->code : code_of_end(move->event);
    if ((effects & EFFECT_DESTROY_CONTENT) != 0 &&
            !routing_destroy(broker, offer, &move->msg_id, code, err))
        return false;
    return escalate_moved(broker, offer, err) && queue_others(broker, offer, move, err);
}

bool routing_move(struct broker *broker, struct offer_row *offer,
        const struct offer_move *move, bool *won, struct err *err)
{
    enum offer_state from = offer->state;
    struct record record = {
            .kind = "offer",
            .msg_id = &move->msg_id,
            .actor = partners_name(broker->partners, offer->sender),
            .recipient = partners_name(broker->partners, offer->target),
            .decision = offer_event_name(move->event),
            .code = move->code,
            .offer = offer,
    };

    offer->state = move->step.to;
    offer->before_hold = move->step.before_hold;
    offer->info_rounds = move->step.info_rounds;
    offer->event = move->event;
    offer->msg_id = move->msg_id;
    offer->at_ms = broker->now_ms;
    limits_step(&broker->limits, offer, from, move->due_ms);
    turn_due(broker, offer->due_ms);
    offer->log_leaf = record_leaf(broker) + 1; /* written next, when it is won */
    if (!ledger_offer_step(broker->ledger, offer, won, err))
        return false;
    return !*won ||
           (record_audit(broker, &record, err) && do_effects(broker, offer, move, err));
}

/* ---- the broker's own events ---- */

bool routing_notice(struct broker *broker, const struct offer_row *offer,
        uint32_t partner, uint32_t slip, struct err *err)
{
    struct mail_row mail = {
            .partner = partner,
            .priority = record_priority(offer->urgency),
            .kind = MAIL_STATUS,
            .ref = offer->no,
            .size = MAIL_SIGNED_BYTES,
    };
    return turn_mail(broker, &mail, slip, err);
}

/* A target that was never handed anything does not learn that there was something; nor
 * does one whose part has ended hear that the referral was given up. */
static bool target_knows(struct broker *broker, const struct offer_row *offer,
        bool *knows, struct err *err)
{
    *knows = offer->state != OFFER_STATE_QUEUED &&
             offer->state != OFFER_STATE_SKIPPED &&
             !lifecycle_gives_up(offer->event, offer->state);
    if (offer->consent == 0 || !*knows)
        return true;
    return ledger_handed_to(broker->ledger, offer->consent, offer->target, knows, err);
}

bool routing_notice_both(struct broker *broker, const struct offer_row *offer,
        struct err *err)
{
    return routing_warn_both(broker, offer, "", err);
}

bool routing_warn_both(struct broker *broker, const struct offer_row *offer,
        const char *code, struct err *err)
{
    bool knows;
    uint32_t slip;

    return target_knows(broker, offer, &knows, err) &&
           record_status(broker, offer, code, &slip, err) &&
           routing_notice(broker, offer, offer->sender, slip, err) &&
           (!knows || routing_notice(broker, offer, offer->target, slip, err));
}

bool routing_tell(struct broker *broker, const struct offer_row *offer,
        uint32_t partner, struct err *err)
{
    bool knows = true;
    uint32_t slip;

    if (partner == offer->target && !target_knows(broker, offer, &knows, err))
        return false;
    return !knows || (record_status(broker, offer, "", &slip, err) &&
                             routing_notice(broker, offer, partner, slip, err));
}

bool routing_step(struct broker *broker, struct offer_row *offer,
        const struct offer_word *word, bool *moved, struct err *err)
{
    const struct referral_row *referral = &offer->referral;
    struct lifecycle_offer facts = {
            .state = offer->state,
            .before_hold = offer->before_hold,
            .version = offer->version,
            .info_rounds = offer->info_rounds,
            .winner_taken = referral->winner != 0 && referral->winner != offer->no,
            .closed = referral->closed != REFERRAL_NOT_CLOSED,
            .urgency = offer->urgency,
    };
    struct lifecycle_event step = {
            .event = word->event,
            .role = word->role,
            .expected_version = offer->version,
            .now_ms = broker->now_ms,
    };
    struct offer_move move = {
            .step = lifecycle_step(&facts, &step),
            .event = word->event,
            .code = word->code[0] != '\0' ? word->code : NULL,
    };

    *moved = false;
    return move.step.code != CODE_OK || routing_move(broker, offer, &move, moved, err);
}

bool routing_word(struct broker *broker, struct offer_row *offer,
        const struct offer_word *word, bool *moved, struct err *err)
{
    bool knows;
    uint32_t slip;

    if (!target_knows(broker, offer, &knows, err) ||
            !routing_step(broker, offer, word, moved, err))
        return false;
    if (!*moved)
        return true;
    return record_status(broker, offer, word->code, &slip, err) &&
           routing_notice(broker, offer, offer->sender, slip, err) &&
           (!knows || routing_notice(broker, offer, offer->target, slip, err));
}

bool routing_event(struct broker *broker, struct offer_row *offer,
        enum offer_event event, bool *moved, struct err *err)
{
    const struct offer_word word = {event, LIFECYCLE_BROKER, ""};

    return routing_word(broker, offer, &word, moved, err);
}

bool routing_withdrawn(struct broker *broker, struct offer_row *offer, struct err *err)
{
    static const struct id none;
    bool moved;

    /* Also an offer that has ended may still have a letter under way. */
    return routing_destroy(broker, offer, &none, code_name(E_CONSENT_WITHDRAWN), err) &&
           routing_event(broker, offer, OFFER_EVENT_CONSENT_WITHDRAWN, &moved, err) &&
           escalate_settled(broker, offer->referral.no, err);
}
