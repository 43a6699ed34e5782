/* coordinators.c - previews of what found no place, and concerns, on their way to the
 * coordinators of the area. */
#include "nodes/coordinators.h"

#include <stdio.h>

#include "nodes/awaited.h"
#include "nodes/cases.h"
#include "nodes/consents_explain.h"
#include "nodes/hands.h"

/* ------------------------------------------------------------- the preview */

/* Consent point 1, as for the preview of a candidate. */
static bool judge(struct node *node, const struct letter_plan *plan, enum code *code,
        struct err *err)
{
    struct consents_known known;
    struct spool_judged judged;
    if (!consents_known(node, &plan->file->consent_id, &known, err))
        return false;
    struct consents_ask ask = {
            .core = &plan->core,
            .known = &known,
            .actual_categories = plan->disclosure.categories,
    };
    if (!hands_of_offer(node, &plan->file->offer_id, &ask.hands, err))
        return false;
    *code = consents_judge(node, &ask);
    if (!consents_judged(node, &ask, SPOOL_POINT_SENDING, *code, &judged, err))
        return false;
    judged.case_number = plan->file->number;
    return spool_put_judged(node->db, &judged, err);
}

/* Seal it and send it, when it may go; *msg_id of what went. */
static bool seal_preview(struct node *node, const struct spool_case *file,
        const char *coordinator, struct id *msg_id, enum code *code, struct err *err)
{
    struct letter_plan plan = {.file = file, .type = LETTER_TYPE_OVERVIEW};
    struct content content;
    struct span packed;
    bool found;
    if (!cases_read(node, file, file->preview, &found, &packed, &content, err))
        return false;
    if (!found || content.preview == NULL) {
        *code = E_NOT_FOUND;
        return true;
    }
    plan.content.preview = content.preview;
    snprintf(plan.recipient, sizeof plan.recipient, "%s", coordinator);
    if (!letters_plan(node, &plan, code, err) ||
            (*code == CODE_OK && !judge(node, &plan, code, err)))
        return false;
    *msg_id = plan.core.msg_id;
    return *code != CODE_OK || letters_post(node, &plan, node->partner, err);
}

/* These can be mended without another consent. */
static bool may_pass_later(enum code code)
{
    return code_retry(code) || code == E_PARTNERSHIP || code == E_MANDATE ||
           code == E_TRANSITION;
}

static int64_t next_try(const struct node *node, const struct spool_coordinated *row)
{
    bool again = may_pass_later(row->code) && row->tries < COORDINATORS_TRIES_MAX;
    return again ? node_now(node) + TIME_HOUR_MS : 0;
}

/* Nothing for this coordinator: said once, and again when the reason is another one. */
static bool note_not_shown(struct node *node, const struct spool_coordinated *row,
        bool same, struct err *err)
{
    const struct trace_letter letter = {
            .type = LETTER_TYPE_OVERVIEW,
            .other = row->coordinator,
    };
    if (same)
        return true;
    return row->coordinator[0] == '\0'
                   ? node_trace(node, row->case_number, node->partner, "no_coordinator",
                             "", NULL, err)
                   : node_trace_letter(node, row->case_number, node->partner,
                             "not_shown", code_name(row->code), &letter, err);
}

static bool show_one(struct node *node, const struct spool_case *file, uint32_t round,
        const char *coordinator, struct err *err)
{
    struct spool_coordinated row;
    bool found;
    if (!spool_get_coordinated(node->db, file->number, coordinator,
                COORDINATION_OVERVIEW, "", &found, &row, err))
        return false;
    bool again = found && row.round == round;
    if (again && (row.due_ms == 0 || row.due_ms > node_now(node)))
        return true;
    enum code before = again ? row.code : CODE_OK;
    struct spool_coordinated now = {
            .case_number = file->number,
            .what = COORDINATION_OVERVIEW,
            .round = round,
            .code = coordinator[0] == '\0' ? E_MANDATE : CODE_OK,
            .at_ms = node_now(node),
            .tries = again ? row.tries + 1 : 1,
    };
    snprintf(now.coordinator, sizeof now.coordinator, "%s", coordinator);
    if (now.code == CODE_OK &&
            !seal_preview(node, file, coordinator, &now.id, &now.code, err))
        return false;
    now.due_ms = next_try(node, &now);
    return spool_put_coordinated(node->db, &now, err) &&
           (now.code == CODE_OK ||
                   note_not_shown(node, &now, again && before == now.code, err));
}

/* With nobody to show it to, it is looked again later. */
static bool show_all(struct node *node, const struct spool_case *file, uint32_t round,
        struct err *err)
{
    const char *names[DIRECTORY_COORDINATORS_MAX];
    size_t n =
            directory_coordinators(node->directory, file->area, node_now(node), names);
    if (n == 0)
        return show_one(node, file, round, "", err);
    if (!spool_coordinated_stop(node->db, file->number, "", err))
        return false;
    if (node->conf.overviews == 0)
        return spool_coordinated_stop(node->db, file->number, NULL, err);
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], node->partner) != 0 &&
                !show_one(node, file, round, names[i], err))
            return false;
    return true;
}

static bool has_place(enum referral_state state)
{
    return state != REFERRAL_UNPLACED && state != REFERRAL_EXPIRED &&
           state != REFERRAL_OPEN && state != REFERRAL_DRAFT;
}

bool coordinators_moved(struct node *node, const struct spool_case *file,
        struct err *err)
{
    static const struct id no_offer;
    enum referral_state state;
    size_t n;
    if (file->kind != CASE_KIND_REFERRAL_OUT)
        return true;
    if (!cases_referral(node, file, &state, &n, err))
        return false;
    if (state == REFERRAL_UNPLACED || state == REFERRAL_EXPIRED)
        return show_all(node, file, (uint32_t)n, err);
    if (!spool_coordinated_stop(node->db, file->number, NULL, err))
        return false;
    return !has_place(state) || awaited_begin(node, file, &no_offer, err);
}

bool coordinators_upkeep(struct node *node, struct err *err)
{
    uint64_t numbers[COORDINATORS_ROUND];
    size_t n;
    if (!spool_coordinated_due(node->db, node_now(node), numbers, COORDINATORS_ROUND,
                &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct spool_case file;
        bool found;
        if (!spool_get_case(node->db, numbers[i], &found, &file, err) ||
                (found && !coordinators_moved(node, &file, err)))
            return false;
        if (!found && !spool_coordinated_stop(node->db, numbers[i], NULL, err))
            return false;
    }
    return true;
}

bool coordinators_receipt(struct node *node, const struct spool_sent *sent,
        enum receipt_state state, enum code code, struct err *err)
{
    struct spool_coordinated row;
    bool found;
    bool lost = state == RECEIPT_STATE_REFUSED || state == RECEIPT_STATE_FAILED ||
                state == RECEIPT_STATE_RECALLED || state == RECEIPT_STATE_EXPIRED;
    if (!lost || sent->type != LETTER_TYPE_OVERVIEW)
        return true;
    if (!spool_coordinated_of(node->db, &sent->msg_id, &found, &row, err))
        return false;
    if (!found)
        return true;
    row.code = code == CODE_OK || code == N_CODES ? E_TTL : code;
    row.due_ms = next_try(node, &row);
    return spool_put_coordinated(node->db, &row, err);
}

/* ------------------------------------------------------------- concerns */

static bool send_concern(struct node *node, const struct spool_case *file,
        const struct spool_coordinated *row, int64_t since_ms, bool over,
        enum code *code, struct err *err)
{
    /* Of itself a partner says only that a signal waits. */
    bool own = strcmp(row->about, node->partner) == 0;
    const struct concern said = {
            .cause = own ? ESCALATION_CAUSE_SIGNAL_WAITS
                         : ESCALATION_CAUSE_ERASE_MISSING,
            .partner = row->about,
            .since_ms = (uint64_t)since_ms,
            .escalation_id = row->id,
            .over = over,
            .sender = "",
    };
    struct letter_plan plan = {
            .file = file,
            .type = LETTER_TYPE_CONCERN,
            .content = {.concern = &said},
    };
    snprintf(plan.recipient, sizeof plan.recipient, "%s", row->coordinator);
    return letters_plan(node, &plan, code, err) &&
           (*code != CODE_OK || letters_post(node, &plan, node->partner, err));
}

bool coordinators_concern(struct node *node, const struct spool_case *file,
        const char *partner, int64_t since_ms, struct err *err)
{
    const char *names[DIRECTORY_COORDINATORS_MAX];
    size_t n =
            directory_coordinators(node->directory, file->area, node_now(node), names);
    for (size_t i = 0; i < n; i++) {
        struct spool_coordinated row;
        bool found;
        /* It looks after others, not after itself. */
        if (strcmp(names[i], partner) == 0 || strcmp(names[i], node->partner) == 0)
            continue;
        if (!spool_get_coordinated(node->db, file->number, names[i],
                    COORDINATION_CONCERN, partner, &found, &row, err))
            return false;
        if (found && row.code == CODE_OK)
            continue;
        row = (struct spool_coordinated){
                .case_number = file->number,
                .what = COORDINATION_CONCERN,
                .id = node_random_id(),
                .at_ms = node_now(node),
        };
        snprintf(row.coordinator, sizeof row.coordinator, "%s", names[i]);
        snprintf(row.about, sizeof row.about, "%s", partner);
        if (!send_concern(node, file, &row, since_ms, false, &row.code, err) ||
                !spool_put_coordinated(node->db, &row, err))
            return false;
    }
    return true;
}

/* Whoever was told of this hears that it is over. */
static bool end_concern(struct node *node, uint64_t case_number, const char *about,
        struct err *err)
{
    struct spool_coordinated rows[DIRECTORY_COORDINATORS_MAX];
    struct spool_case file;
    bool found;
    size_t n;
    if (!spool_coordinated(node->db, case_number, COORDINATION_CONCERN, about, rows,
                COUNT_OF(rows), &n, err))
        return false;
    if (n == 0)
        return true;
    if (!spool_get_case(node->db, case_number, &found, &file, err))
        return false;
    for (size_t i = 0; found && i < n; i++) {
        enum code code = CODE_OK;
        if (rows[i].code == CODE_OK &&
                !send_concern(node, &file, &rows[i], rows[i].at_ms, true, &code, err))
            return false;
    }
    return spool_drop_coordinated(node->db, case_number, COORDINATION_CONCERN, about,
            err);
}

bool coordinators_looked_at(struct node *node, const struct spool_case *file,
        struct err *err)
{
    return end_concern(node, file->number, node->partner, err);
}

bool coordinators_heard(struct node *node, const struct spool_sent *sent,
        struct err *err)
{
    bool misses;
    return spool_partner_misses(node->db, sent->case_number, sent->recipient, &misses,
                   err) &&
           (misses || end_concern(node, sent->case_number, sent->recipient, err));
}
