/* left.c - a partner whose membership has ended: nothing goes on waiting for it. What
 * it was asked goes to the next candidate, what it had accepted ends, and so does what
 * it had asked of others: no word could reach it. */
#include "broker/state.h"
#include "core/vocab.h"

bool left_is_gone(const struct broker *broker, uint32_t no)
{
    const struct member *member =
            directory_member(broker->directory, partners_name(broker->partners, no));
    return member != NULL && (member->revoked || member->until_ms <= broker->now_ms);
}

bool left_has(const struct broker *broker, const struct offer_row *offer)
{
    return left_is_gone(broker, offer->target) || left_is_gone(broker, offer->sender);
}

uint16_t left_cause(const struct broker *broker, const struct offer_row *offer,
        uint16_t else_cause)
{
    return left_has(broker, offer) ? ESCALATION_CAUSE_PARTNER_LEFT : else_cause;
}

/* ---- one offer ---- */

bool left_offer(struct broker *broker, struct offer_row *offer, bool *done,
        struct err *err)
{
    const struct offer_word word = {OFFER_EVENT_EXPIRE, LIFECYCLE_BROKER,
            code_name(E_LEFT)};
    bool taken = lifecycle_is_taken(offer->state);
    bool open = taken || lifecycle_is_undecided(offer->state);
    bool moved;

    *done = open && left_has(broker, offer);
    /* What nobody had decided on goes to the next candidate, or is unplaced then. */
    return !*done || (routing_word(broker, offer, &word, &moved, err) &&
                             (!moved || !taken ||
                                     escalate_open(broker, offer,
                                             ESCALATION_CAUSE_PARTNER_LEFT, err)));
}

/* ---- who is gone ---- */

/* Its open offers are due at once; timers_offer asks the rest. */
static bool look_at(struct broker *broker, struct partner *partner, struct err *err)
{
    partner->left = true;
    log_info(broker->log, broker->now_ms, "left", "partner=%s", partner->name);
    turn_due(broker, broker->now_ms);
    return ledger_offers_of(broker->ledger, partner->no, broker->now_ms, err) &&
           escalate_again(broker, err);
}

bool left_run(struct broker *broker, struct err *err)
{
    int64_t next_ms = INT64_MAX;
    struct partner *partner;

    /* A clock that went back had taken for gone who is still there. */
    if (broker->now_ms < broker->next_left_ms && broker->now_ms >= broker->left_seen_ms)
        return true;
    broker->left_seen_ms = broker->now_ms;
    for (size_t i = 0; (partner = partners_at(broker->partners, i)) != NULL; i++) {
        const struct member *member =
                directory_member(broker->directory, partner->name);
        if (!left_is_gone(broker, partner->no)) {
            partner->left = false;
            if (member != NULL && member->until_ms < next_ms)
                next_ms = member->until_ms;
        } else if (!partner->left && !look_at(broker, partner, err)) {
            return false;
        }
    }
    broker->next_left_ms = next_ms;
    return true;
}
