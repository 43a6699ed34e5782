/* signals_decide.c - steps in the life of a signal that came to us, and its end. */
#include <stdio.h>

#include "nodes/cases.h"
#include "nodes/coordinators.h"
#include "nodes/signals.h"

/* ------------------------------------------------------------- one step */

static void first(int64_t *at_ms, int64_t now)
{
    if (*at_ms == 0)
        *at_ms = now;
}

/* When what was done. Who gives consent or says no was spoken with. */
static void note_times(struct spool_signal *signal, enum signals_step step, int64_t now)
{
    bool spoken = step == SIGNALS_CONVERT || step == SIGNALS_DECLINED;
    signal->due_ms = 0;
    if (step == SIGNALS_TRIAGE)
        first(&signal->triaged_ms, now);
    if (spoken)
        first(&signal->contact_ms, now);
    if (step == SIGNALS_CONVERT)
        first(&signal->referred_ms, now);
    if (signals_is_decided(signal->state))
        first(&signal->decided_ms, now);
    if (signal->state == SIGNAL_STATE_CLOSED)
        first(&signal->closed_ms, now);
}

/* Nobody ever had the referral: it waits again for somebody who looks, as it did when
 * it came. They hear so now, so only that it was too long is said again. */
static void come_back(struct spool_signal *signal, uint16_t urgency, int64_t now)
{
    signal->referred_ms = signal->decided_ms = 0;
    signal->due_ms = signals_triage_due(urgency, now);
    signal->reminded = true;
}

static void move(struct spool_signal *signal, const struct signals_asked *asked,
        const struct signals_result *result, uint64_t referral, const char *who,
        int64_t now)
{
    bool undecided = signal->outcome == 0;
    signal->state = result->to;
    signal->outcome = result->outcome;
    if (asked->step == SIGNALS_TRIAGE)
        snprintf(signal->decider, sizeof signal->decider, "%s", who);
    if (asked->step == SIGNALS_NO_ACTION)
        signal->reason = asked->reason;
    if (asked->step == SIGNALS_TERM_OVER && undecided)
        signal->reason = NO_ACTION_REASON_TERM_OVER;
    if (asked->step == SIGNALS_CRISIS)
        signal->call = asked->call;
    if (asked->step == SIGNALS_CONVERT)
        signal->referral = referral;
    note_times(signal, asked->step, now);
}

/* What others hear of it. */
static bool tell(struct node *node, const struct spool_case *file,
        struct spool_signal *signal, const struct signals_asked *asked, struct err *err)
{
    bool ends_wait = signal->late && signal->due_ms == 0;
    bool silent = asked->step == SIGNALS_ATTEMPT || asked->step == SIGNALS_LINK;
    if (ends_wait && !coordinators_looked_at(node, file, err))
        return false;
    signal->late &= !ends_wait;
    if (asked->step == SIGNALS_DECLINED && !signals_refused(node, file, err))
        return false;
    /* Who gave consent said more than the no before it. */
    if (asked->step == SIGNALS_CONVERT &&
            !spool_drop_quiet(node->db, &signal->story, err))
        return false;
    return silent || signals_tell(node, file, signal, signals_answer_now(signal), err);
}

/* A visit that was called off reached nobody. */
static bool count_attempts(struct node *node, uint64_t number, size_t *n,
        struct err *err)
{
    struct spool_attempt attempts[SPOOL_ATTEMPTS_MAX];
    size_t n_rows;
    if (!spool_attempts(node->db, number, attempts, COUNT_OF(attempts), &n_rows, err))
        return false;
    *n = 0;
    for (size_t i = 0; i < n_rows; i++)
        *n += attempts[i].result != 0 || attempts[i].done_ms == 0;
    return true;
}

static bool trace(struct node *node, uint64_t number, const char *who,
        enum signals_step step, struct err *err)
{
    char what[40];
    snprintf(what, sizeof what, "signal_%s", signals_step_name(step));
    return node_trace(node, number, who, what, "", NULL, err);
}

bool signals_take(struct node *node, struct spool_case *file,
        struct spool_signal *signal, const struct signals_asked *asked,
        uint64_t referral, const char *who, struct signals_result *result,
        struct err *err)
{
    struct signals_life life = {
            .state = signal->state,
            .outcome = signal->outcome,
            .urgency = file->urgency,
    };
    if (!count_attempts(node, file->number, &life.n_attempts, err))
        return false;
    *result = signals_step(&life, asked);
    if (result->code != CODE_OK)
        return true;
    bool back = asked->step == SIGNALS_COME_BACK;
    move(signal, asked, result, referral, who, node_now(node));
    if (back)
        come_back(signal, file->urgency, node_now(node));
    file->urgency = result->urgency;
    file->unread = back;
    file->updated_ms = node_now(node);
    return spool_save_case(node->db, file, err) &&
           tell(node, file, signal, asked, err) &&
           spool_save_signal(node->db, signal, err) &&
           (signals_allows(signal->state, SIGNALS_ATTEMPT) ||
                   spool_attempts_over(node->db, file->number, node_now(node), err)) &&
           trace(node, file->number, who, asked->step, err);
}

bool signals_take_joined(struct node *node, const struct spool_signal *signal,
        const struct signals_asked *asked, uint64_t referral, const char *who,
        struct err *err)
{
    struct spool_signal other = {.case_number = 0};
    bool found = !id_is_none(&signal->story);
    while (found) {
        struct signals_result result;
        struct spool_case file;
        bool there;
        if (!spool_signal_of_story(node->db, &signal->story, other.case_number, &found,
                    &other, err))
            return false;
        if (!found || other.case_number == signal->case_number)
            continue;
        if (!spool_get_case(node->db, other.case_number, &there, &file, err) ||
                (there && !signals_take(node, &file, &other, asked, referral, who,
                                  &result, err)))
            return false;
    }
    return true;
}

bool signals_may_try(struct node *node, const struct spool_case *file, enum code *code,
        struct err *err)
{
    struct spool_signal signal;
    bool found;
    if (!spool_get_signal(node->db, file->number, &found, &signal, err))
        return false;
    if (found && signals_allows(signal.state, SIGNALS_ATTEMPT))
        *code = CODE_OK;
    return true;
}

/* ------------------------------------------------------------- what became of it */

/* Who referred said so; what nobody confirmed counts as no help. */
static bool was_met(struct node *node, const struct spool_case *referral, bool *met,
        struct err *err)
{
    struct spool_moment moment;
    struct content content;
    struct span packed;
    bool found;
    size_t used = node->scratch.used;
    *met = false;
    if (!spool_moment_last(node->db, referral->number, LETTER_TYPE_EVENT,
                &node->scratch, &found, &moment, err))
        return false;
    if (found && moment.event == OFFER_EVENT_CONFIRM) {
        if (!cases_read(node, referral, moment.number, &found, &packed, &content, err))
            return false;
        uint16_t reason =
                !found || content.event == NULL ? 0 : content.event->close_reason;
        *met = reason == CLOSE_REASON_MET || reason == CLOSE_REASON_PARTLY;
    }
    arena_reset(&node->scratch, used);
    return true;
}

static bool follow(struct node *node, struct spool_signal *signal,
        enum signals_step step, bool helped, struct err *err)
{
    /* Whoever offered it anew did so under a consent. */
    const struct signals_asked asked = {.step = step, .named = true, .consent = true};
    struct signals_result result;
    struct spool_case file;
    bool found;
    if (!spool_get_case(node->db, signal->case_number, &found, &file, err))
        return false;
    if (helped)
        first(&signal->helped_ms, node_now(node));
    return !found || signals_take(node, &file, signal, &asked, signal->referral,
                             node->partner, &result, err);
}

static bool has_ended(enum referral_state state)
{
    return state == REFERRAL_CLOSED || state == REFERRAL_REVOKED ||
           state == REFERRAL_EXPIRED || state == REFERRAL_IN_ERROR;
}

bool signals_follow(struct node *node, const struct spool_case *referral,
        struct err *err)
{
    struct spool_signal signal = {.case_number = 0};
    enum referral_state state;
    size_t n_offers;
    bool found, met = false;
    if (!spool_signal_of_referral(node->db, referral->number, 0, &found, &signal, err))
        return false;
    if (!found)
        return true;
    if (!cases_referral(node, referral, &state, &n_offers, err))
        return false;
    enum signals_step step = !has_ended(state) ? SIGNALS_CONVERT
                             : n_offers == 0   ? SIGNALS_COME_BACK
                                               : SIGNALS_CLOSE;
    if (step == SIGNALS_CLOSE && !was_met(node, referral, &met, err))
        return false;
    while (found) {
        if (!follow(node, &signal, step, met, err) ||
                !spool_signal_of_referral(node->db, referral->number,
                        signal.case_number, &found, &signal, err))
            return false;
    }
    return true;
}

/* ------------------------------------------------------------- erasing */

static bool keep_fact(struct node *node, const struct spool_signal *signal,
        struct err *err)
{
    struct signals_cursor cursor = {.signal = signal->case_number - 1};
    struct signals_fact fact;
    bool found;
    if (signal->ours)
        return true;
    if (!signals_fact_next(node, &cursor, &found, &fact, err))
        return false;
    if (!found || fact.case_number != signal->case_number)
        return true;
    struct spool_fact row = {
            .month_day = fact.month_day,
            .urgency = fact.urgency,
            .consented = fact.consented,
            .n_needs = fact.n_needs,
            .outcome = signal->outcome,
            .reason = signal->reason,
            .triaged_after_ms = fact.triaged_after_ms,
            .contact_after_ms = fact.contact_after_ms,
            .referred_after_ms = fact.referred_after_ms,
            .helped_after_ms = fact.helped_after_ms,
            .closed_after_ms = fact.closed_after_ms,
    };
    memcpy(row.needs, fact.needs, sizeof row.needs);
    snprintf(row.area, sizeof row.area, "%s", fact.area);
    return spool_put_fact(node->db, &row, err);
}

/* Nobody closed it: its consent was withdrawn, or the person had it erased. */
static void end_unclosed(struct spool_signal *signal, int64_t now)
{
    if (signal->closed_ms != 0)
        return;
    signal->closed_ms = now;
    if (signal->outcome != 0 || signal->ours)
        return;
    signal->outcome = SIGNAL_STATE_NO_ACTION;
    signal->reason = NO_ACTION_REASON_CONSENT_WITHDRAWN;
}

bool signals_erased(struct node *node, const struct spool_case *file, struct err *err)
{
    struct spool_signal signal;
    bool found;
    bool is_signal =
            file->kind == CASE_KIND_SIGNAL_IN || file->kind == CASE_KIND_SIGNAL_OUT;
    if (!is_signal)
        return true;
    if (!spool_get_signal(node->db, file->number, &found, &signal, err))
        return false;
    if (!found || signal.state == SIGNAL_STATE_ERASED)
        return true;
    end_unclosed(&signal, node_now(node));
    if (!keep_fact(node, &signal, err) ||
            (signal.late && !coordinators_looked_at(node, file, err)))
        return false;
    signal.state = SIGNAL_STATE_ERASED;
    signal.story = (struct id){{0}};
    signal.decider[0] = '\0';
    signal.late = false;
    signal.due_ms = signal.answer_due_ms = 0;
    return spool_drop_attempts(node->db, file->number, err) &&
           spool_save_signal(node->db, &signal, err);
}
