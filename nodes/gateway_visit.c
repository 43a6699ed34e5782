/* gateway_visit.c - staff plan a home visit, put it off, call it off, say how it went.
 */
#include <stdio.h>

#include "nodes/cases.h"
#include "nodes/gateway_visit.h"
#include "nodes/quiet.h"

/* ------------------------------------------------------------- what is asked */

/* Steps of the target need the right to decide, those of the referrer the right to
 * send; who goes on with a signal reads it. */
static bool may(const struct gateway_call *call, const struct spool_case *file)
{
    bool reads = file->kind != CASE_KIND_SIGNAL_IN ||
                 gateway_has_scope(call, SCOPE_SIGNAL_READ);
    return reads && gateway_has_scope(call, cases_role(file) == LIFECYCLE_TARGET
                                                    ? SCOPE_REFERRAL_DECIDE
                                                    : SCOPE_REFERRAL_SEND);
}

static bool find(struct node *node, struct gateway_call *call, struct visiting *work,
        struct err *err)
{
    uint64_t number = work->ask->case_number;
    enum code code;
    bool found;
    if (!spool_get_case(node->db, number, &found, &work->file, err))
        return false;
    if (!found)
        return gateway_wrong(call, E_NOT_FOUND, "case_number", WORDS_CASE);
    call->case_number = number;
    if (!may(call, &work->file))
        return gateway_refuse(call, E_SCOPE);
    if (!visits_may(node, &work->file, &code, err))
        return false;
    if (code != CODE_OK)
        return gateway_refuse(call, code);
    bool read = work->file.kind == CASE_KIND_SIGNAL_IN
                        ? gateway_visit_find_signal(node, call, work, err)
                        : spool_get_offer(node->db, &work->file.offer_id, &found,
                                  &work->offer, err);
    return read && visits_know(node, &work->file, &work->known, err);
}

/* A day that is not past and not too far ahead. */
static void check_day(const struct node *node, struct gateway_call *call,
        uint64_t day_ms)
{
    int64_t now = node_now(node);
    int64_t day = (int64_t)day_ms;
    bool past = time_brussels_day(day) < time_brussels_day(now);
    bool far = day > now + (int64_t)OUTREACH_AHEAD_DAYS * TIME_DAY_MS;
    if (day_ms == 0)
        gateway_wrong(call, E_FIELD, "planned_ms", WORDS_MISSING);
    else if (past || far)
        gateway_wrong(call, E_FIELD, "planned_ms", WORDS_VISIT_DAY);
}

/* What has to be said in another way. */
static const char *stop_field(const struct gateway_call *call, uint16_t stop)
{
    if (stop == OUTREACH_STOP_SAY_WHY)
        return call->request->visit->safety_basis == 0 ? "safety_basis"
                                                       : "override_reason";
    if (stop == OUTREACH_STOP_NOT_ALONE || stop == OUTREACH_STOP_NEEDS_INTERPRETER)
        return "goes";
    return "planned_ms";
}

/* Why the stop rules say no, and from when it may be. */
static bool say_stop(struct node *node, struct gateway_call *call,
        const struct outreach_answer *answer)
{
    char words[512];
    char day[TIME_TEXT_BYTES] = "";
    if (answer->from_ms != 0)
        time_local_text(answer->from_ms, day);
    day[strcspn(day, " ")] = '\0';
    snprintf(words, sizeof words, "%s%s%s",
            vocab_label(VOCAB_OUTREACH_STOP, answer->stop, call->lang),
            day[0] == '\0' ? "" : words_text(WORDS_VISIT_FROM, call->lang), day);
    return gateway_wrong_text(node, call, answer->code, stop_field(call, answer->stop),
            words);
}

/* The row of a visit that is planned now. plan: with what the step before left open. */
static void fill_row(const struct node *node, const struct gateway_call *call,
        const struct visiting *work, struct spool_attempt *row)
{
    const struct change_visit *ask = work->ask;
    *row = (struct spool_attempt){
            .case_number = work->file.number,
            .kind = ATTEMPT_KIND_VISIT,
            .planned_ms = (int64_t)ask->planned_ms,
            .safety_basis = ask->safety_basis,
            .unasked = !ask->agreed && ask->safety_basis == 0,
            .aim = ask->aim,
            .due_ms = visits_due((int64_t)ask->planned_ms),
    };
    visits_put_goes(ask->goes, ask->n_goes, row);
    snprintf(row->by, sizeof row->by, "%s", gateway_actor(node, call));
}

/* May it be planned? Judged with all that has happened until now. */
static bool judge(struct node *node, struct gateway_call *call, struct visiting *work,
        const struct outreach_facts *facts)
{
    const struct change_visit *ask = work->ask;
    const struct outreach_wish wish = {
            .agreed = ask->agreed,
            .safety_basis = ask->safety_basis,
            .why = ask->override_reason,
            .planned_ms = (int64_t)ask->planned_ms,
            .goes = ask->goes,
            .n_goes = ask->n_goes,
    };
    struct outreach_answer answer = outreach_judge(facts, &wish);
    return answer.code == CODE_OK || say_stop(node, call, &answer);
}

static struct outreach_facts facts_of(const struct visiting *work)
{
    return (struct outreach_facts){
            .tries = work->known.tries,
            .n_tries = work->known.n_tries,
            .n_visits = work->known.n_rows,
            .planned = work->known.open != NULL,
            .quiet_until_ms = work->known.quiet_until_ms,
            .contact_rule = work->known.contact_rule,
            .urgency = work->file.urgency,
    };
}

static void say_plan(struct visiting *work)
{
    work->said.next_ms = work->ask->planned_ms;
    work->said.goes = work->ask->goes;
    work->said.n_goes = work->ask->n_goes;
    work->said.aim = work->ask->aim;
}

/* ------------------------------------------------------------- the four steps */

static void check_plan(const struct node *node, struct gateway_call *call,
        const struct visiting *work)
{
    check_day(node, call, work->ask->planned_ms);
    if (work->ask->n_goes == 0)
        gateway_wrong(call, E_FIELD, "goes", WORDS_MISSING);
    if (work->ask->aim == 0)
        gateway_wrong(call, E_FIELD, "aim", WORDS_MISSING);
}

static bool plan(struct node *node, struct gateway_call *call, struct visiting *work)
{
    struct outreach_facts facts = facts_of(work);
    check_plan(node, call, work);
    if (call->code != CODE_OK || !judge(node, call, work, &facts) ||
            call->code != CODE_OK)
        return true;
    fill_row(node, call, work, &work->next);
    work->has_next = true;
    say_plan(work);
    return true;
}

/* The visit that stands planned is put off or called off. */
static bool take_open(struct gateway_call *call, struct visiting *work)
{
    if (work->known.open == NULL)
        return gateway_wrong(call, E_NOT_FOUND, "case_number", WORDS_NO_VISIT);
    if (work->ask->change == 0)
        return gateway_wrong(call, E_FIELD, "change", WORDS_MISSING);
    work->row = *work->known.open;
    work->row.change = work->ask->change;
    work->said.change = work->ask->change;
    return true;
}

static bool postpone(struct node *node, struct gateway_call *call,
        struct visiting *work)
{
    uint16_t *goes = arena_take(&node->scratch, OUTREACH_GOERS_MAX * sizeof *goes);
    if (goes == NULL)
        return gateway_refuse(call, E_SIZE);
    check_day(node, call, work->ask->planned_ms);
    take_open(call, work);
    if (call->code != CODE_OK)
        return true;
    if ((int64_t)work->ask->planned_ms <= work->row.planned_ms)
        return gateway_wrong(call, E_FIELD, "planned_ms", WORDS_VISIT_LATER);
    if (work->row.postponed >= OUTREACH_POSTPONED_MAX)
        return gateway_wrong(call, E_TRANSITION, "planned_ms", WORDS_VISIT_PUT_OFF);
    work->row.planned_ms = (int64_t)work->ask->planned_ms;
    work->row.due_ms = visits_due(work->row.planned_ms);
    work->row.postponed++;
    say_plan(work);
    work->said.goes = goes;
    work->said.n_goes = visits_get_goes(&work->row, goes);
    work->said.aim = work->row.aim;
    return true;
}

static bool call_off(struct node *node, struct gateway_call *call,
        struct visiting *work)
{
    take_open(call, work);
    work->row.done_ms = node_now(node);
    work->row.due_ms = 0;
    return true;
}

/* When it was: now, or some time since the case began. 0: neither. */
static int64_t when_it_was(const struct node *node, const struct visiting *work)
{
    int64_t now = node_now(node);
    uint64_t said = work->ask->visit->at_ms;
    int64_t at = said == 0 ? now : (int64_t)said;
    if (!outreach_may_have_been(at, work->file.created_ms, now))
        return 0;
    return at < now ? at : now;
}

/* A next visit is planned by the rules for one: within what is said of this one it
 * would be told to the other party, and nobody here would have planned it. */
static void check_next_beside(struct gateway_call *call, const struct visit *visit)
{
    const char *field = visit->next_ms != 0  ? "visit.next_ms"
                        : visit->n_goes > 0  ? "visit.goes"
                        : visit->aim != 0    ? "visit.aim"
                        : visit->change != 0 ? "visit.change"
                                             : NULL;
    if (field != NULL)
        gateway_wrong(call, E_FIELD, field, WORDS_VISIT_BESIDE);
}

static bool check_result(struct node *node, struct gateway_call *call,
        const struct visiting *work, int64_t at_ms)
{
    const struct visit *visit = work->ask->visit;
    const struct visits_known *known = &work->known;
    if (at_ms == 0)
        gateway_wrong(call, E_FIELD, "visit.at_ms", WORDS_VISIT_WHEN);
    check_next_beside(call, visit);
    uint16_t counted = outreach_counted(known->tries, known->n_tries, visit->result);
    if (counted != visit->result) {
        char words[256];
        snprintf(words, sizeof words, "%s%s",
                words_text(WORDS_VISIT_COUNTED, call->lang),
                vocab_label(VOCAB_VISIT_RESULT, counted, call->lang));
        return gateway_wrong_text(node, call, E_FIELD, "visit.result", words);
    }
    enum outreach_next next = outreach_after(visit->result);
    bool says_next = work->ask->planned_ms != 0;
    if (next == OUTREACH_MUST_FOLLOW && says_next == (work->ask->change != 0))
        gateway_wrong(call, E_FIELD, "planned_ms", WORDS_VISIT_NEXT);
    if (next == OUTREACH_ENDS && says_next)
        gateway_wrong(call, E_FIELD, "planned_ms", WORDS_VISIT_ENDS);
    return true;
}

/* A visit that nobody had planned: who had been refused says on what ground. */
static bool unplanned(struct node *node, struct gateway_call *call,
        struct visiting *work, int64_t at_ms)
{
    const struct quiet_ask ask = {
            .until_ms = work->known.quiet_until_ms,
            .now_ms = at_ms,
            .asked_for = work->ask->agreed,
            .safety_basis = work->ask->safety_basis,
            .why = work->ask->override_reason,
    };
    enum code code = quiet_judge(&ask);
    const struct outreach_answer no = {
            .code = code,
            .stop = code == E_QUIET ? OUTREACH_STOP_REFUSED : OUTREACH_STOP_SAY_WHY,
            .from_ms = code == E_QUIET ? work->known.quiet_until_ms : 0,
    };
    fill_row(node, call, work, &work->row);
    work->row.planned_ms = at_ms;
    if (work->known.n_rows >= OUTREACH_VISITS_MAX)
        return gateway_refuse(call, E_SIZE);
    return code == CODE_OK || say_stop(node, call, &no);
}

/* The next one is judged with how this one went. */
static bool plan_next(struct node *node, struct gateway_call *call,
        struct visiting *work)
{
    struct visits_known *known = &work->known;
    struct outreach_facts facts = facts_of(work);
    if (known->n_tries < COUNT_OF(known->tries))
        known->tries[known->n_tries] = (struct outreach_try){
                .unasked = work->row.unasked,
                .result = work->row.result,
                .done_ms = work->row.done_ms,
        };
    facts.n_tries = known->n_tries + (known->n_tries < COUNT_OF(known->tries));
    facts.planned = false;
    check_plan(node, call, work);
    if (call->code != CODE_OK || !judge(node, call, work, &facts) ||
            call->code != CODE_OK)
        return true;
    fill_row(node, call, work, &work->next);
    work->has_next = true;
    say_plan(work);
    return true;
}

static bool report(struct node *node, struct gateway_call *call, struct visiting *work,
        struct err *err)
{
    const struct visit *visit = work->ask->visit;
    if (visit == NULL || visit->result == 0)
        return gateway_wrong(call, E_FIELD, "visit.result", WORDS_MISSING);
    int64_t at_ms = when_it_was(node, work);
    check_result(node, call, work, at_ms);
    if (call->code != CODE_OK)
        return true;
    work->said = *visit;
    work->said.at_ms = (uint64_t)at_ms;
    work->said.change = work->ask->change;
    if (!gateway_confidence_take(node, call, "visit.text", &work->said.text,
                &work->confidence, err))
        return false;
    if (work->known.open != NULL)
        work->row = *work->known.open;
    else if (!unplanned(node, call, work, at_ms))
        return true;
    work->row.result = visit->result;
    work->row.change = work->ask->change;
    work->row.done_ms = at_ms;
    work->row.due_ms = 0;
    if (call->code == CODE_OK && work->ask->planned_ms != 0)
        plan_next(node, call, work);
    return true;
}

/* ------------------------------------------------------------- the whole */

static bool take_step(struct node *node, struct gateway_call *call,
        struct visiting *work, struct err *err)
{
    switch (work->ask->step) {
    case VISIT_STEP_PLAN: return plan(node, call, work);
    case VISIT_STEP_POSTPONE: return postpone(node, call, work);
    case VISIT_STEP_CALL_OFF: return call_off(node, call, work);
    case VISIT_STEP_REPORT: return report(node, call, work, err);
    case VISIT_STEP_NONE: break;
    }
    return gateway_wrong(call, E_FIELD, "step", WORDS_MISSING);
}

bool gateway_visit(struct node *node, struct gateway_call *call, struct err *err)
{
    struct visiting *work = arena_take(&node->scratch, sizeof *work);
    if (work == NULL)
        return err_set(err, ERR_NOMEM, "no room for a visit");
    *work = (struct visiting){.ask = call->request->visit,
            .said = {.text = ""},
            .row = {.number = 0}};
    if (!find(node, call, work, err))
        return false;
    if (call->code != CODE_OK)
        return true;
    if (!take_step(node, call, work, err) ||
            !gateway_confidence_list(work->ask->confidence, work->ask->n_confidence,
                    &work->confidence, err))
        return false;
    if (work->ask->override_reason[0] != '\0' &&
            !gateway_confidence_list(&work->ask->override_reason, 1, &work->confidence,
                    err))
        return false;
    return call->code != CODE_OK || gateway_visit_write(node, call, work, err);
}

/* Of all that is planned, what this call may read. */
static bool list_planned(struct node *node, const struct gateway_call *call,
        struct visit_list *list, struct err *err)
{
    struct visit_line *lines;
    size_t n_lines;
    if (!visits_planned(node, &lines, &n_lines, err))
        return false;
    list->visits = lines;
    for (size_t i = 0; i < n_lines; i++) {
        struct spool_case file;
        bool found;
        if (!spool_get_case(node->db, lines[i].case_number, &found, &file, err))
            return false;
        if (found && gateway_may_read(call, file.kind))
            lines[list->n_visits++] = lines[i];
    }
    return true;
}

bool gateway_visits(struct node *node, struct gateway_call *call, struct err *err)
{
    const struct list_visits *ask = call->request->visits;
    struct visit_list *list = arena_take(&node->scratch, sizeof *list);
    struct spool_case file;
    if (list == NULL)
        return err_set(err, ERR_NOMEM, "no room for a list of visits");
    if (ask->case_number != 0 && !gateway_find_case(node, call, ask->case_number,
                                         "case_number", false, &file, err))
        return false;
    if (call->code != CODE_OK)
        return true;
    *list = (struct visit_list){.n_visits = 0};
    call->reply.visits = list;
    return ask->case_number != 0
                   ? visits_show(node, &file, &list->visits, &list->n_visits, err)
                   : list_planned(node, call, list, err);
}
