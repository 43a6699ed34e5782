/* gateway_escalations.c - what a coordinator does: see what needs somebody, propose
 * partners, hand on. Nothing of it without a mandate that holds now. */
#include <stdio.h>

#include "nodes/cases.h"
#include "nodes/escalations.h"
#include "nodes/gateway.h"
#include "nodes/letters.h"

enum { LIST_MAX = 200, PREVIEWS_MAX = 50 };

/* ------------------------------------------------------------- the list */

bool gateway_escalations(struct node *node, struct gateway_call *call, struct err *err)
{
    const struct list_escalations *asked = call->request->escalations;
    size_t limit = asked->unplaced ? PREVIEWS_MAX : LIST_MAX;
    struct spool_escalation *rows =
            arena_take(&node->scratch, (limit + 1) * sizeof *rows);
    struct escalation_line *lines = arena_take(&node->scratch, limit * sizeof *lines);
    struct escalation_list *list = arena_take(&node->scratch, sizeof *list);
    size_t n;
    if (rows == NULL || lines == NULL || list == NULL)
        return err_set(err, E_SIZE, "no room for this list");
    if (!escalations_ours(node, NULL))
        return gateway_refuse(call, E_MANDATE);
    if (!spool_escalations(node->db, asked->all, asked->unplaced, asked->after, rows,
                limit + 1, &n, err))
        return false;
    list->more = n > limit;
    list->n_escalations = list->more ? limit : n;
    list->escalations = lines;
    for (size_t i = 0; i < list->n_escalations; i++)
        if (!escalations_line(node, &rows[i], asked->unplaced, &lines[i], err))
            return false;
    call->reply.escalations = list;
    return true;
}

/* ------------------------------------------------------------- one of them */

/* An open one, in an area where we coordinate now; else the call is refused. */
static bool find_open(struct node *node, struct gateway_call *call, uint64_t number,
        struct spool_escalation *escalation, struct spool_case *file, struct err *err)
{
    bool found;
    if (!escalations_ours(node, NULL))
        return gateway_refuse(call, E_MANDATE);
    if (!spool_get_escalation(node->db, number, &found, escalation, err) ||
            (found && !spool_get_case(node->db, number, &found, file, err)))
        return false;
    if (!found)
        return gateway_wrong(call, E_NOT_FOUND, "number", WORDS_ESCALATION);
    call->case_number = number;
    if (!escalations_ours(node, file->area))
        return gateway_refuse(call, E_MANDATE);
    if (escalation->closed_ms != 0)
        return gateway_wrong(call, E_TRANSITION, "number", WORDS_ESCALATION_OVER);
    return true;
}

/* Seal it, send it, and note that somebody of ours has looked. */
static bool post(struct node *node, struct gateway_call *call, struct letter_plan *plan,
        const char *field, struct spool_escalation *escalation, struct spool_case *file,
        struct err *err)
{
    enum code code = CODE_OK;
    plan->file = file;
    if (!letters_plan(node, plan, &code, err))
        return false;
    if (code == E_UNREACHABLE)
        return gateway_wrong(call, code, field, WORDS_NO_KEY);
    if (code != CODE_OK)
        return gateway_refuse(call, code);
    file->unread = false;
    file->updated_ms = node_now(node);
    return letters_post(node, plan, gateway_actor(node, call), err) &&
           spool_save_escalation(node->db, escalation, err) &&
           spool_save_case(node->db, file, err) &&
           gateway_made(node, call,
                   &(struct made){.case_number = file->number, .state = "sent"}, err);
}

/* ------------------------------------------------------------- proposing */

/* A live partner with a node. Our own organisation may be among them, but the role
 * puts it before nobody. */
static void check_candidate(struct node *node, struct gateway_call *call,
        const struct assign *assign, size_t at, const char *referrer)
{
    const char *name = assign->candidates[at];
    if (strcmp(name, node->partner) == 0) {
        if (at == 0 && assign->n_candidates > 1)
            gateway_wrong(call, E_FIELD, "candidates", WORDS_OWN_FIRST);
        return;
    }
    if (strcmp(name, referrer) == 0) {
        gateway_wrong(call, E_FIELD, "candidates", WORDS_REFERRER);
        return;
    }
    for (size_t i = 0; i < at; i++)
        if (strcmp(assign->candidates[i], name) == 0) {
            gateway_wrong(call, E_FIELD, "candidates", WORDS_TWICE);
            return;
        }
    (void)gateway_partner(node, call, "candidates", name);
}

bool gateway_assign(struct node *node, struct gateway_call *call, struct err *err)
{
    const struct assign *assign = call->request->assign;
    struct spool_escalation escalation = {.cause = 0};
    struct spool_case file;
    const struct proposal said = {.partners = assign->candidates,
            .n_partners = assign->n_candidates};
    struct letter_plan plan = {.type = LETTER_TYPE_PROPOSAL,
            .content = {.proposal = &said}};
    if (!find_open(node, call, assign->number, &escalation, &file, err))
        return false;
    if (call->code != CODE_OK)
        return true;
    if (!escalations_may_assign(escalation.cause))
        return gateway_wrong(call, E_TRANSITION, "number", WORDS_NO_PROPOSAL);
    if (assign->n_candidates == 0)
        return gateway_wrong(call, E_FIELD, "candidates", WORDS_MISSING);
    for (size_t i = 0; i < assign->n_candidates; i++)
        check_candidate(node, call, assign, i, file.other);
    if (call->code != CODE_OK)
        return true;
    snprintf(plan.recipient, sizeof plan.recipient, "%s", file.other);
    escalation.proposed_ms = node_now(node);
    return post(node, call, &plan, "number", &escalation, &file, err);
}

/* ------------------------------------------------------------- handing on */

bool gateway_hand_on(struct node *node, struct gateway_call *call, struct err *err)
{
    const struct hand_on *wish = call->request->hand_on;
    struct spool_escalation escalation;
    struct spool_case file;
    if (!find_open(node, call, wish->number, &escalation, &file, err))
        return false;
    if (call->code != CODE_OK)
        return true;
    const struct concern said = {
            .cause = escalation.cause,
            .partner = escalation.target,
            .since_ms = (uint64_t)escalation.since_ms,
            .escalation_id = escalation.escalation_id,
            .handed_over = true,
            .sender = file.other,
            .due_ms = (uint64_t)escalation.due_ms,
    };
    struct letter_plan plan = {.type = LETTER_TYPE_CONCERN,
            .content = {.concern = &said}};
    const struct member *server = gateway_partner(node, call, "partner", wish->partner);
    if (server == NULL)
        return true;
    if (!directory_coordinates(node->directory, wish->partner, file.area,
                node_now(node)))
        return gateway_wrong(call, E_MANDATE, "partner", WORDS_NOT_COORDINATING);
    snprintf(plan.recipient, sizeof plan.recipient, "%s", wish->partner);
    snprintf(escalation.handed_to, sizeof escalation.handed_to, "%s", wish->partner);
    return post(node, call, &plan, "partner", &escalation, &file, err);
}
