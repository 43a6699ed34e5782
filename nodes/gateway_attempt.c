/* gateway_attempt.c - attempts to reach the person whom a signal is about, by phone or
 * letter: planned, and then how they went. Who said no is left in peace. Somebody who
 * goes there makes a visit (gateway_visit.c). */
#include <stdio.h>

#include "nodes/gateway_confidence.h"
#include "nodes/gateway_signals.h"
#include "nodes/quiet.h"
#include "nodes/visits.h"

static bool judge_quiet(struct node *node, struct gateway_call *call,
        const struct signalled *work, struct err *err)
{
    const struct try_to_reach *wish = call->request->attempt;
    int64_t planned_ms = (int64_t)wish->planned_ms;
    struct quiet_ask ask = {
            .now_ms = planned_ms != 0 ? planned_ms : node_now(node),
            .asked_for = wish->asked_for,
            .safety_basis = wish->safety_basis,
            .why = wish->why,
    };
    if (!signals_in_peace(node, &work->file, &ask.until_ms, err))
        return false;
    enum code code = quiet_judge(&ask);
    if (code == E_FIELD)
        return gateway_wrong(call, code,
                wish->safety_basis == 0 ? "safety_basis" : "why", WORDS_SAFETY);
    return gateway_refuse(call, code);
}

/* The one that was planned last and has no result yet; NULL: there is none. */
static struct spool_attempt *find_planned(struct spool_attempt *attempts, size_t n)
{
    for (size_t i = n; i > 0; i--)
        if (attempts[i - 1].result == 0 && attempts[i - 1].kind != ATTEMPT_KIND_VISIT)
            return &attempts[i - 1];
    return NULL;
}

static void fill(const struct gateway_call *call, const struct node *node,
        struct spool_attempt *attempt)
{
    const struct try_to_reach *wish = call->request->attempt;
    int64_t now = node_now(node);
    if (wish->planned_ms != 0 || attempt->planned_ms == 0)
        attempt->planned_ms = wish->planned_ms != 0 ? (int64_t)wish->planned_ms : now;
    if (wish->safety_basis != 0)
        attempt->safety_basis = wish->safety_basis;
    snprintf(attempt->by, sizeof attempt->by, "%s", gateway_actor(node, call));
    attempt->unasked = !wish->asked_for;
    attempt->due_ms = wish->result == 0 ? visits_due(attempt->planned_ms) : 0;
    if (wish->result == 0)
        return;
    attempt->result = wish->result;
    attempt->done_ms = wish->done_ms != 0 ? (int64_t)wish->done_ms : now;
}

/* What came of it. Who refuses is left in peace from now on. */
static bool note_result(struct node *node, struct signalled *work, uint16_t result,
        struct err *err)
{
    int64_t now = node_now(node);
    if (result == VISIT_RESULT_MET && work->signal.contact_ms == 0)
        work->signal.contact_ms = now;
    work->file.unread = false;
    work->file.updated_ms = now;
    return spool_save_signal(node->db, &work->signal, err) &&
           spool_save_case(node->db, &work->file, err) &&
           (result != VISIT_RESULT_REFUSED || signals_refused(node, &work->file, err));
}

/* Something planned is moved, or its result told: no new attempt. */
static bool tell_planned(struct node *node, struct gateway_call *call,
        struct signalled *work, struct spool_attempt *planned, struct err *err)
{
    const struct try_to_reach *wish = call->request->attempt;
    const char *who = gateway_actor(node, call);
    if (call->request->actor[0] == '\0')
        return gateway_wrong(call, E_FIELD, "actor", WORDS_ACTOR);
    if (!signals_allows(work->signal.state, SIGNALS_ATTEMPT))
        return gateway_refuse(call, E_TRANSITION);
    fill(call, node, planned);
    return spool_save_attempt(node->db, planned, err) &&
           note_result(node, work, wish->result, err) &&
           node_trace(node, work->file.number, who,
                   wish->result != 0 ? "signal_attempted" : "signal_put_off", "", NULL,
                   err);
}

static bool add(struct node *node, struct gateway_call *call, struct signalled *work,
        struct err *err)
{
    const struct try_to_reach *wish = call->request->attempt;
    const struct signals_asked asked = {
            .step = SIGNALS_ATTEMPT,
            .named = call->request->actor[0] != '\0',
    };
    struct spool_attempt attempt = {
            .case_number = work->file.number,
            .kind = wish->kind,
    };
    struct signals_result result;
    if (!signals_take(node, &work->file, &work->signal, &asked, 0,
                gateway_actor(node, call), &result, err))
        return false;
    if (result.code != CODE_OK)
        return gateway_step_refused(call, &result);
    fill(call, node, &attempt);
    return spool_add_attempt(node->db, &attempt, err) &&
           note_result(node, work, wish->result, err);
}

/* Why somebody goes in spite of a no stays with the case, for whoever asks later. */
static bool keep_why(struct node *node, struct gateway_call *call,
        const struct signalled *work, struct err *err)
{
    const char *const parts[] = {call->request->attempt->why};
    struct confidence confidence = {.n_parts = 0};
    return parts[0][0] == '\0' ||
           (gateway_confidence_list(parts, COUNT_OF(parts), &confidence, err) &&
                   gateway_confidence_keep(node, call, &work->file, &confidence, err));
}

static bool check_days(const struct node *node, struct gateway_call *call,
        const struct spool_case *file)
{
    const struct try_to_reach *wish = call->request->attempt;
    int64_t now = node_now(node);
    uint64_t last_ms = (uint64_t)(now + (int64_t)SIGNALS_PLAN_DAYS * TIME_DAY_MS);
    uint64_t first_ms = (uint64_t)time_day_start(time_brussels_day(now));
    /* What was done already may have been planned earlier. */
    bool past =
            wish->planned_ms != 0 && wish->result == 0 && wish->planned_ms < first_ms;
    if (past || wish->planned_ms > last_ms)
        return gateway_wrong(call, E_TTL, "planned_ms", WORDS_PLAN_DAYS);
    if (wish->done_ms > (uint64_t)now)
        return gateway_wrong(call, E_FIELD, "done_ms", WORDS_NOT_YET);
    return wish->done_ms == 0 ||
           outreach_may_have_been((int64_t)wish->done_ms, file->created_ms, now) ||
           gateway_wrong(call, E_FIELD, "done_ms", WORDS_VISIT_WHEN);
}

bool gateway_attempt(struct node *node, struct gateway_call *call, struct err *err)
{
    const struct try_to_reach *wish = call->request->attempt;
    struct spool_attempt attempts[SPOOL_ATTEMPTS_MAX];
    struct spool_attempt *planned = NULL;
    struct signalled work;
    size_t n;
    if (!gateway_find_signal(node, call, wish->case_number, &work, err))
        return false;
    (void)check_days(node, call, &work.file);
    if (wish->kind == ATTEMPT_KIND_VISIT)
        gateway_wrong(call, E_FIELD, "kind", WORDS_BY_VISIT);
    if (call->code != CODE_OK)
        return true;
    if (!spool_attempts(node->db, work.file.number, attempts, SPOOL_ATTEMPTS_MAX, &n,
                err))
        return false;
    planned = find_planned(attempts, n);
    if (wish->kind == 0 && planned == NULL)
        return gateway_wrong(call, E_FIELD, "kind", WORDS_MISSING);
    if (wish->kind != 0 && planned != NULL)
        return gateway_wrong(call, E_DUPLICATE, "kind", WORDS_PLANNED);
    /* A result of what was allowed before is always taken. */
    if ((planned == NULL || wish->result == 0) && !judge_quiet(node, call, &work, err))
        return false;
    if (call->code != CODE_OK)
        return true;
    bool ok = planned != NULL ? tell_planned(node, call, &work, planned, err)
                              : add(node, call, &work, err);
    return ok && (call->code != CODE_OK ||
                         (keep_why(node, call, &work, err) &&
                                 gateway_signal_done(node, call, &work, err)));
}
