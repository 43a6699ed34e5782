/* timers.c - what the clock does: limits of offers, terms of letters, checkpoints of
 * the audit log. */
#include <stdio.h>

#include "broker/state.h"
#include "core/audit.h"
#include "core/time.h"

enum {
    CHECKPOINT_EVERY_MS = 10 * TIME_SECOND_MS,
    CHECKPOINT_LEAVES = 1000,
};

/* ---- offers ---- */

/* Seen by nobody in time: both sides are told, and the limit for the decision runs on.
 * The version stays: who decides now has missed nothing. */
static bool overdue(struct broker *broker, struct offer_row *offer, struct err *err)
{
    offer->event = OFFER_EVENT_OVERDUE;
    return ledger_offer_due_at(broker->ledger, offer->no, offer->limit_ms, err) &&
           routing_notice_both(broker, offer, err);
}

static bool offer_ends(struct broker *broker, struct offer_row *offer,
        enum offer_event event, struct err *err)
{
    bool moved;

    if (!routing_event(broker, offer, event, &moved, err))
        return false;
    return moved || ledger_offer_due_at(broker->ledger, offer->no, 0, err);
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
static bool not_reached(struct broker *broker, struct offer_row *offer, int64_t next_ms,
        struct err *err)
{
    bool waiting;
    uint32_t slip;

    offer->event = OFFER_EVENT_OVERDUE;
    if (!find_waiting(broker, offer, &waiting, err) ||
            !ledger_offer_due_at(broker->ledger, offer->no, next_ms, err))
        return false;
    return !waiting ||
           (record_status(broker, offer, code_name(E_UNREACHABLE), &slip, err) &&
                   routing_notice(broker, offer, offer->sender, slip, err));
}

/* Nobody has decided yet: three limits, one after the other. */
static bool requested_due(struct broker *broker, struct offer_row *offer,
        struct err *err)
{
    int64_t seen_ms = lifecycle_due(TIMER_SEEN, offer->urgency, offer->at_ms);

    if (seen_ms > offer->limit_ms)
        seen_ms = offer->limit_ms;
    if (offer->due_ms < seen_ms)
        return not_reached(broker, offer, seen_ms, err);
    if (offer->due_ms < offer->limit_ms)
        return overdue(broker, offer, err);
    return offer_ends(broker, offer, OFFER_EVENT_EXPIRE, err);
}

/* Taken, and the next step was not done in time: its target is reminded, and when as
 * much time has passed again, its sender hears it too. A hold that is over concerns
 * both at once. */
static bool remind(struct broker *broker, struct offer_row *offer,
        enum lifecycle_timer timer, struct err *err)
{
    bool first = timer != TIMER_HOLD && offer->due_ms <= offer->limit_ms;
    int64_t next_ms = first ? lifecycle_due(timer, offer->urgency, broker->now_ms) : 0;
    uint32_t slip;

    offer->event = OFFER_EVENT_OVERDUE;
    return ledger_offer_due_at(broker->ledger, offer->no, next_ms, err) &&
           record_status(broker, offer, "", &slip, err) &&
           routing_notice(broker, offer, offer->target, slip, err) &&
           (first || routing_notice(broker, offer, offer->sender, slip, err));
}

/* The referrer never answered: closed, and never counted as met. */
static bool not_confirmed(struct broker *broker, struct offer_row *offer,
        struct err *err)
{
    uint32_t slip;

    offer->referral.closed = REFERRAL_NOT_CONFIRMED;
    return ledger_referral_set(broker->ledger, &offer->referral, err) &&
           ledger_offer_due_at(broker->ledger, offer->no, 0, err) &&
           record_status(broker, offer, code_name(E_TTL), &slip, err) &&
           routing_notice(broker, offer, offer->sender, slip, err);
}

/* Its consent was withdrawn, and that turn had no room for it. What had ended before
 * goes on to its confirmation. */
static bool offer_owed(struct broker *broker, struct offer_row *offer, struct err *err)
{
    return routing_withdrawn(broker, offer, err) &&
           ledger_offer_due_at(broker->ledger, offer->no, offer->limit_ms, err);
}

/* A store that was put back does not know what was decided in the time that is lost:
 * for a day no limit ends an offer before both its parties have said what they know. */
static bool may_be_decided(const struct broker *broker, const struct offer_row *offer)
{
    const struct partner *sender = partners_get(broker->partners, offer->sender);
    const struct partner *target = partners_get(broker->partners, offer->target);
    bool here = sender != NULL && sender->in_step && target != NULL && target->in_step;

    return !here && lifecycle_is_undecided(offer->state) &&
           broker->now_ms - broker->started_ms < TIME_DAY_MS;
}

static bool offer_due(struct broker *broker, struct offer_row *offer, struct err *err)
{
    bool open = offer->referral.closed == REFERRAL_NOT_CLOSED;

    if (offer->due_ms == LEDGER_OWED_MS)
        return offer_owed(broker, offer, err);
    if (may_be_decided(broker, offer))
        return ledger_offer_due_at(broker->ledger, offer->no,
                broker->now_ms + TIME_HOUR_MS, err);

    switch (offer->state) {
    case OFFER_STATE_REQUESTED: return requested_due(broker, offer, err);
    case OFFER_STATE_SEEN:
    case OFFER_STATE_WAITLISTED:
        return offer_ends(broker, offer, OFFER_EVENT_EXPIRE, err);
    case OFFER_STATE_INFO_REQUESTED:
        return offer_ends(broker, offer, OFFER_EVENT_INFO_TIMEOUT, err);
    case OFFER_STATE_COMPLETED:
    case OFFER_STATE_FAILED:
        if (open)
            return not_confirmed(broker, offer, err);
        break;
    case OFFER_STATE_ACCEPTED: return remind(broker, offer, TIMER_FIRST_CONTACT, err);
    case OFFER_STATE_IN_PROGRESS: return remind(broker, offer, TIMER_PROGRESS, err);
    case OFFER_STATE_ON_HOLD: return remind(broker, offer, TIMER_HOLD, err);
    case OFFER_STATE_NONE:
    case OFFER_STATE_QUEUED:
    case OFFER_STATE_SKIPPED:
    case OFFER_STATE_DECLINED:
    case OFFER_STATE_NOT_SELECTED:
    case OFFER_STATE_EXPIRED:
    case OFFER_STATE_CANCELLED:
    case OFFER_STATE_IN_ERROR: break;
    }
    return ledger_offer_due_at(broker->ledger, offer->no, 0, err);
}

/* ---- letters ---- */

/* Who is away for longer than a letter lives still hears where its offer stands: the
 * step that the letter carried was taken long ago. */
static bool letter_expires(struct broker *broker, const struct letter_row *letter,
        struct err *err)
{
    bool step = letter->type == LETTER_TYPE_EVENT ||
                letter->type == LETTER_TYPE_INFO_REQUEST ||
                letter->type == LETTER_TYPE_INFO_REPLY;
    struct offer_row offer;
    bool found = false;

    if (!record_end(broker, letter, LETTER_EXPIRED, code_name(E_TTL), err) ||
            (step && letter->offer != 0 &&
                    !ledger_offer_get(broker->ledger, letter->offer, &offer, &found,
                            err)))
        return false;
    return !found || routing_tell(broker, &offer, letter->recipient, err);
}

static bool letter_due(struct broker *broker, const struct letter_row *letter,
        struct err *err)
{
    bool here = letter->state == LETTER_LODGED || letter->state == LETTER_WAITING;
    int64_t late_ms = letter->expires_ms + (int64_t)LATE_DAYS * TIME_DAY_MS;

    if (here && letter->check_ms == LEDGER_OWED_MS)
        return record_end(broker, letter, LETTER_RECALLED,
                code_name(E_CONSENT_WITHDRAWN), err);
    if (here && broker->now_ms >= letter->expires_ms)
        return letter_expires(broker, letter, err);
    if (here)
        return record_reseal(broker, letter, err) &&
               ledger_letter_check(broker->ledger, letter->no, letter->expires_ms, err);
    /* It lies with its reader, who may still say what came of it; at last the sender
     * must know an end. */
    if (broker->now_ms >= late_ms)
        return letter_expires(broker, letter, err);
    return ledger_letter_check(broker->ledger, letter->no, late_ms, err);
}

/* ---- running them ---- */

/* One thing that is due, in a savepoint of its own; *more: there was one. */
static bool run_one(struct broker *broker, bool *more, struct err *err)
{
    struct offer_row offer;
    struct letter_row letter;
    bool found;

    arena_reset(&broker->frame, 0);
    if (!ledger_offer_due(broker->ledger, broker->now_ms, &offer, &found, err))
        return false;
    *more = found;
    if (found)
        return offer_due(broker, &offer, err);
    if (!ledger_letter_due(broker->ledger, broker->now_ms, &letter, &found, err))
        return false;
    *more = found;
    return !found || letter_due(broker, &letter, err);
}

static bool run_due(struct broker *broker, struct err *err)
{
    bool more = true;

    for (size_t i = 0; more && i < TIMERS_A_TURN; i++) {
        if (!turn_frame(broker))
            return err_set(err, ERR_INTERNAL, "the turn is broken");
        if (!run_one(broker, &more, err) || !turn_keep(broker))
            return false;
    }
    return ledger_next_due(broker->ledger, &broker->next_due_ms, err);
}

/* What seems to be later than it is ever put off was put off before the clock went
 * back.
 */
bool timers_is_due(const struct broker *broker, int64_t due_ms, int64_t longest_ms)
{
    return due_ms <= broker->now_ms || due_ms > broker->now_ms + longest_ms;
}

void timers_wake(struct broker *broker)
{
    struct err err = {0};

    if (!turn_open(broker))
        return;
    bool due = broker->next_due_ms != 0 && broker->now_ms >= broker->next_due_ms;
    if ((due && !run_due(broker, &err)) || !purge_run(broker, &err))
        turn_die(broker, &err);
}

void timers_arm(struct broker *broker)
{
    int64_t wake_ms = broker->next_purge_ms;

    if (broker->next_due_ms != 0 && broker->next_due_ms < wake_ms)
        wake_ms = broker->next_due_ms;
    if (broker->store.log.size != broker->checkpoint_size &&
            broker->next_checkpoint_ms < wake_ms)
        wake_ms = broker->next_checkpoint_ms;
    loop_wake_at(broker->loop, wake_ms);
}

/* ---- checkpoints ---- */

/* The head of the audit log in the text form of C2SP tlog-checkpoint, signed by the log
 * key. */
bool timers_checkpoint(struct broker *broker, struct err *err)
{
    const struct merkle_log *log = &broker->store.log;
    const struct network *network = directory_network(broker->directory);
    struct audit_head head = {.store_id = broker->store.store_id, .size = log->size};
    char text[AUDIT_TEXT_BYTES];
    struct span bytes;

    if (log->size == broker->checkpoint_size ||
            (!timers_is_due(broker, broker->next_checkpoint_ms, CHECKPOINT_EVERY_MS) &&
                    log->size < broker->checkpoint_size + CHECKPOINT_LEAVES))
        return true;
    head.root = merkle_log_head(log);
    snprintf(head.network, sizeof head.network, "%s", network->name);
    audit_head_text(&head, text);
    if (!signed_make(broker->name, broker->home.log_key, KIND_CHECKPOINT,
                span_text(text), &broker->turn.arena, &bytes, err) ||
            !ledger_checkpoint_add(broker->ledger, log->size, broker->now_ms, bytes,
                    err))
        return err_wrap(err, "a checkpoint");
    broker->checkpoint_size = log->size;
    broker->next_checkpoint_ms = broker->now_ms + (int64_t)CHECKPOINT_EVERY_MS;
    return true;
}
