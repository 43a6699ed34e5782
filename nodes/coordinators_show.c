/* coordinators_show.c - what comes back from coordinators: whom they propose, and what
 * of it may be asked. */
#include <stdio.h>

#include "nodes/cases.h"
#include "nodes/consents.h"
#include "nodes/coordinators.h"

/* ------------------------------------------------------------- in */

/* A referral that somebody works on, or that is closed, needs no proposal. */
static bool wants_one(struct node *node, const struct spool_case *file, bool *wants,
        struct err *err)
{
    enum referral_state state;
    size_t n;
    if (!cases_referral(node, file, &state, &n, err))
        return false;
    *wants = file->key.there && (state == REFERRAL_OPEN || state == REFERRAL_UNPLACED ||
                                        state == REFERRAL_EXPIRED);
    return true;
}

static bool names_ok(const struct proposal *said)
{
    bool ok = said->n_partners > 0;
    for (size_t i = 0; i < said->n_partners && ok; i++)
        ok = ids_partner_ok(said->partners[i]);
    return ok;
}

bool coordinators_proposal(struct node *node, struct inbox_letter *letter,
        enum code *code, struct err *err)
{
    const struct letter_core *core = &letter->core;
    struct spool_case *file = &letter->file;
    uint64_t n_before = 0;
    bool found, wants = false;
    if (!spool_case_of_referral(node->db, &core->referral_id, &found, file, err))
        return false;
    if (found && (!wants_one(node, file, &wants, err) ||
                         !spool_count_moments(node->db, file->number,
                                 LETTER_TYPE_PROPOSAL, &n_before, err)))
        return false;
    if (!found)
        *code = E_NOT_FOUND;
    else if (!directory_coordinates(node->directory, core->sender, file->area,
                     node_now(node)))
        *code = E_MANDATE;
    else if (!names_ok(letter->content.proposal))
        *code = E_FIELD;
    else if (!wants)
        *code = E_TRANSITION;
    else if (n_before >= COORDINATORS_PROPOSALS_MAX)
        *code = E_SIZE;
    if (*code != CODE_OK)
        letter->file = (struct spool_case){.number = 0};
    return true;
}

/* ------------------------------------------------------------- for people */

static bool asked_before(struct node *node, const struct spool_case *file,
        const char *partner, bool *asked, struct err *err)
{
    struct spool_offer offers[SPOOL_OFFERS_MAX];
    size_t n;
    if (!spool_offers(node->db, file->number, offers, &n, err))
        return false;
    *asked = false;
    for (size_t i = 0; i < n; i++)
        *asked |= strcmp(offers[i].target, partner) == 0 ||
                  strcmp(offers[i].on_behalf_of, partner) == 0;
    return true;
}

/* Does it offer what is asked for? Who coordinates and offers nothing is named in a
 * consent to be shown a preview, not to be asked. */
static bool offers_it(const struct node *node, const struct preview *preview,
        const char *partner)
{
    for (size_t i = 0; preview != NULL && i < preview->n_needs; i++)
        if (!directory_serves(node->directory, partner, preview->needs[i],
                    node_now(node)))
            return false;
    return true;
}

/* Would the consent let this partner see the preview? Nothing is widened for it. */
static bool consent_allows(struct node *node, const struct spool_case *file,
        const struct member *server, const char *partner, enum code *code,
        struct err *err)
{
    struct letter_plan plan = {.file = file, .type = LETTER_TYPE_PREVIEW};
    struct consents_known known;
    struct content content;
    struct span packed;
    bool found;
    if (!cases_read(node, file, file->preview, &found, &packed, &content, err) ||
            !consents_known(node, &file->consent_id, &known, err))
        return false;
    if (found)
        plan.content.preview = content.preview;
    snprintf(plan.recipient, sizeof plan.recipient, "%s", server->partner);
    if (strcmp(server->partner, partner) != 0)
        snprintf(plan.on_behalf_of, sizeof plan.on_behalf_of, "%s", partner);
    if (!letters_plan(node, &plan, code, err) || *code != CODE_OK)
        return *code != CODE_OK;
    const struct consents_ask ask = {
            .core = &plan.core,
            .known = &known,
            .offer_sender = node->partner,
            .offer_target = server->partner,
            .lodging = true,
            .actual_categories = plan.disclosure.categories,
    };
    *code = consents_judge(node, &ask);
    if (*code == CODE_OK && !offers_it(node, plan.content.preview, partner))
        *code = E_NOT_FOUND;
    return true;
}

/* "not_now": it is in the consent, and something else stands between. */
static const char *state_of(enum code code)
{
    switch ((int)code) {
    case CODE_OK: return "ready";
    case E_NOT_FOUND: return "not_offered";
    case E_CONSENT_NONE:
    case E_CONSENT_EXPIRED:
    case E_CONSENT_WITHDRAWN:
    case E_CONSENT_RECIPIENT:
    case E_CONSENT_AREA: return "needs_consent";
    default: return "not_now";
    }
}

static bool show_partner(struct node *node, const struct spool_case *file,
        const char *partner, struct proposed_partner *line, struct err *err)
{
    int64_t now = node_now(node);
    const struct member *member = directory_live_member(node->directory, partner, now);
    const struct member *server =
            member == NULL ? NULL : directory_node_of(node->directory, partner, now);
    enum code code = CODE_OK;
    bool asked;
    if (!asked_before(node, file, partner, &asked, err))
        return false;
    *line = (struct proposed_partner){.partner = partner, .state = "unknown"};
    if (server == NULL || server->role != ROLE_NODE)
        return true;
    line->state = "asked_before";
    if (asked)
        return true;
    if (!consent_allows(node, file, server, partner, &code, err))
        return false;
    line->state = state_of(code);
    return true;
}

static bool show_proposal(struct node *node, const struct spool_case *file,
        struct case_detail *detail, struct err *err)
{
    struct spool_moment row;
    struct content content;
    struct span packed;
    bool found;
    if (!spool_moment_last(node->db, file->number, LETTER_TYPE_PROPOSAL, &node->scratch,
                &found, &row, err) ||
            (found && !cases_read(node, file, row.number, &found, &packed, &content,
                              err)))
        return false;
    if (!found || content.proposal == NULL)
        return true;
    size_t n = content.proposal->n_partners;
    struct proposal_line *line = arena_take(&node->scratch, sizeof *line);
    struct proposed_partner *partners =
            arena_take(&node->scratch, (n + 1) * sizeof *partners);
    if (line == NULL || partners == NULL)
        return err_set(err, E_SIZE, "no room for a proposal");
    for (size_t i = 0; i < n; i++) {
        if (!show_partner(node, file, content.proposal->partners[i], &partners[i], err))
            return false;
        partners[i].own = strcmp(partners[i].partner, row.who) == 0;
    }
    *line = (struct proposal_line){.by = row.who,
            .at_ms = (uint64_t)row.at_ms,
            .partners = partners,
            .n_partners = n};
    detail->proposal = line;
    return true;
}

/* That an area has nobody is said only while that is so. */
static bool show_coordinators(struct node *node, const struct spool_case *file,
        struct case_detail *detail, struct err *err)
{
    struct spool_coordinated *rows =
            arena_take(&node->scratch, (DIRECTORY_COORDINATORS_MAX + 1) * sizeof *rows);
    struct coordinator *list =
            arena_take(&node->scratch, (DIRECTORY_COORDINATORS_MAX + 1) * sizeof *list);
    size_t n;
    if (rows == NULL || list == NULL)
        return err_set(err, E_SIZE, "no room for the coordinators");
    if (!spool_coordinated(node->db, file->number, COORDINATION_OVERVIEW, "", rows,
                DIRECTORY_COORDINATORS_MAX + 1, &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (rows[i].coordinator[0] != '\0' || n == 1)
            list[detail->n_coordinators++] = (struct coordinator){
                    .partner = rows[i].coordinator,
                    .code = rows[i].code == CODE_OK ? "" : code_name(rows[i].code),
                    .at_ms = (uint64_t)rows[i].at_ms,
            };
    detail->coordinators = list;
    return true;
}

bool coordinators_show(struct node *node, const struct spool_case *file,
        struct case_detail *detail, struct err *err)
{
    return file->kind != CASE_KIND_REFERRAL_OUT ||
           (show_proposal(node, file, detail, err) &&
                   show_coordinators(node, file, detail, err));
}
