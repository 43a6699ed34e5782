/* timers.c - what the clock does: terms of letters, checkpoints of the audit log; and
 * when it looks at offers (timers_offers.c). */
#include <stdio.h>

#include "broker/state.h"
#include "core/audit.h"
#include "core/time.h"

enum {
    CHECKPOINT_EVERY_MS = 10 * TIME_SECOND_MS,
    CHECKPOINT_LEAVES = 1000,
};

/* ---- letters ---- */

/* The turn that should have ended it had no room: its consent was taken back, or its
 * offer has gone where it may not follow. */
static bool letter_owed(struct broker *broker, const struct letter_row *letter,
        struct err *err)
{
    struct consent_row consent;
    bool found;

    if (!ledger_consent_get(broker->ledger, letter->consent, &broker->frame, &consent,
                &found, err))
        return false;
    bool withdrawn = found && consent.withdrawn != 0;
    return record_end(broker, letter, LETTER_RECALLED,
            code_name(withdrawn ? E_CONSENT_WITHDRAWN : E_TRANSITION), err);
}

static bool letter_due(struct broker *broker, const struct letter_row *letter,
        struct err *err)
{
    bool here = letter->state == LETTER_LODGED || letter->state == LETTER_WAITING;
    int64_t late_ms = letter->expires_ms + (int64_t)LATE_DAYS * TIME_DAY_MS;

    if (here && letter->check_ms == LEDGER_OWED_MS)
        return letter_owed(broker, letter, err);
    if (here && broker->now_ms >= letter->expires_ms)
        return record_end_unread(broker, letter, LETTER_EXPIRED, code_name(E_TTL), err);
    if (here)
        return record_reseal(broker, letter, err) &&
               ledger_letter_check(broker->ledger, letter->no, letter->expires_ms, err);
    /* It lies with its reader, who may still say what came of it; at last the sender
     * must know an end. */
    if (broker->now_ms >= late_ms)
        return record_end_unread(broker, letter, LETTER_EXPIRED, code_name(E_TTL), err);
    return ledger_letter_check(broker->ledger, letter->no, late_ms, err);
}

/* ---- running them ---- */

/* One thing that is due, in a savepoint of its own; *more: there was one. */
static bool run_one(struct broker *broker, bool *more, struct err *err)
{
    struct offer_row offer;
    struct letter_row letter;
    struct escalation_row escalation;
    bool found;

    arena_reset(&broker->frame, 0);
    if (!ledger_offer_due(broker->ledger, broker->now_ms, &offer, &found, err))
        return false;
    *more = found;
    if (found)
        return timers_offer(broker, &offer, err);
    if (!ledger_letter_due(broker->ledger, broker->now_ms, &letter, &found, err))
        return false;
    *more = found;
    if (found)
        return letter_due(broker, &letter, err);
    if (!ledger_escalation_look(broker->ledger, broker->now_ms, &escalation, &found,
                err))
        return false;
    *more = found;
    return !found || escalate_look(broker, &escalation, err);
}

static bool run_due(struct broker *broker, struct err *err)
{
    bool more = true;

    /* A turn that is full of what was ended goes no further: the rest is still due. */
    for (size_t i = 0; more && i < TIMERS_A_TURN && (i == 0 || turn_has_room(broker));
            i++) {
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
    if (!left_run(broker, &err) || (due && !run_due(broker, &err)) ||
            !purge_run(broker, &err) || !nightly_run(broker, &err))
        turn_die(broker, &err);
}

void timers_arm(struct broker *broker)
{
    int64_t wake_ms = broker->next_purge_ms;

    if (broker->next_due_ms != 0 && broker->next_due_ms < wake_ms)
        wake_ms = broker->next_due_ms;
    if (broker->next_left_ms < wake_ms)
        wake_ms = broker->next_left_ms;
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
