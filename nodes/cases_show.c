/* cases_show.c - a case as people see it: one line in a list, or all that may be shown.
 */
#include "nodes/cases.h"

#include "nodes/cancels.h"
#include "nodes/consents.h"
#include "nodes/coordinators.h"
#include "nodes/escalations.h"
#include "nodes/hands.h"
#include "nodes/signals.h"
#include "nodes/visits.h"

/* ------------------------------------------------------------- the line */

/* A partner said that the person took back what went there: the rest of the record goes
 * on until somebody has asked the person. */
static bool rest_of(struct node *node, const struct consents_known *known,
        uint64_t *rest, struct err *err)
{
    struct spool_consent row;
    bool found;
    if (!known->withdrawn || known->record == 0)
        return true;
    if (!spool_get_consent(node->db, known->record, &node->scratch, &found, &row, err))
        return false;
    if (found && consents_holds(&row, node_now(node)))
        *rest = known->record;
    return true;
}

/* How its consent stands, and how long it still holds. */
static bool consent_words(struct node *node, const struct spool_case *file,
        struct case_line *line, struct err *err)
{
    struct consents_known known;
    if (!consents_known(node, &file->consent_id, &known, err))
        return false;
    int32_t today = time_brussels_day(node_now(node));
    bool vital = known.there && known.capsule.legal_basis == LEGAL_BASIS_VITAL_INTEREST;
    line->consent_state = known.withdrawn ? "withdrawn"
                          : vital         ? "vital"
                          : known.there && today > (int32_t)known.capsule.until_day
                                  ? "expired"
                                  : "active";
    if (known.there && !known.withdrawn && today <= (int32_t)known.capsule.until_day)
        line->consent_days_left = known.capsule.until_day - (uint32_t)today + 1;
    return rest_of(node, &known, &line->consent_rest, err);
}

/* Nobody was asked, and nobody cancelled it. */
static enum offer_state state_shown(const struct spool_case *file,
        const struct spool_offer *offer)
{
    return cases_was_refused(file, offer) ? OFFER_STATE_SKIPPED : offer->state;
}

static const char *referral_words(const struct spool_case *file,
        const struct spool_offer *offers, size_t n_offers)
{
    size_t n_were;
    if (n_offers == 0)
        return "";
    enum referral_state state = cases_referral_of(file, offers, n_offers, &n_were);
    /* Who did not take it does not know whether somebody else has. */
    bool unknown = state == REFERRAL_UNPLACED && cases_role(file) == LIFECYCLE_TARGET;
    return unknown ? "" : referral_state_name(state);
}

/* Name and needs, from the fullest content that may be seen. */
static bool person_and_needs(struct node *node, const struct spool_case *file,
        struct case_line *line, struct err *err)
{
    struct content content;
    struct span packed;
    bool found;
    uint64_t moment = file->content != 0 ? file->content : file->preview;
    if (!cases_read(node, file, moment, &found, &packed, &content, err))
        return false;
    if (!found)
        return true;
    if (content.referral != NULL) {
        line->needs = content.referral->needs;
        line->n_needs = content.referral->n_needs;
        if (content.referral->person != NULL)
            line->person = content.referral->person->name;
    } else if (content.preview != NULL) {
        line->needs = content.preview->needs;
        line->n_needs = content.preview->n_needs;
    } else if (content.signal != NULL) {
        line->needs = content.signal->needs;
        line->n_needs = content.signal->n_needs;
        line->person = content.signal->person;
    }
    return true;
}

static bool cause_of(struct node *node, const struct spool_case *file, uint16_t *cause,
        struct err *err)
{
    struct spool_escalation row = {.cause = 0};
    bool found;
    if (file->kind == CASE_KIND_ESCALATION &&
            !spool_get_escalation(node->db, file->number, &found, &row, err))
        return false;
    *cause = row.cause;
    return true;
}

static bool line_of(struct node *node, const struct spool_case *file,
        const struct spool_offer *offers, size_t n_offers, struct case_line *line,
        struct err *err)
{
    struct case_line out = {
            .number = file->number,
            .kind = file->kind,
            .other = file->other,
            .on_behalf_of = file->on_behalf_of,
            .referral_state = referral_words(file, offers, n_offers),
            .urgency = file->urgency,
            .area = file->area,
            .updated_ms = (uint64_t)file->updated_ms,
            .person = "",
            .code = "",
            .unread = file->unread,
            .stop_contact = file->stop_contact,
            .retention = file->key.there ? file->retention : 0,
    };
    for (size_t i = 0; i < n_offers; i++)
        if (id_equal(&offers[i].offer_id, &file->offer_id)) {
            out.state = state_shown(file, &offers[i]);
            /* The one that a step may name: that it was seen may still be on its way.
             */
            out.version = cancels_may(file, &offers[i])
                                  ? CANCELS_VERSION
                                  : cases_machine(file, &offers[i], true).version;
            out.due_ms = (uint64_t)offers[i].due_ms;
            if (cases_was_refused(file, &offers[i]))
                out.code = code_name(code_find(offers[i].code));
            out.place = n_offers > 1 ? (uint32_t)i + 1 : 0;
        }
    out.candidates = n_offers > 1 ? (uint32_t)n_offers : 0;
    if (cancels_waits(file, out.state))
        out.referral_state = "to_cancel";
    if (out.code[0] != '\0')
        out.referral_state = "refused";
    if (!consent_words(node, file, &out, err) ||
            !spool_case_misses(node->db, file->number, &out.erase_missing, err) ||
            !cause_of(node, file, &out.cause, err) ||
            !signals_line(node, file, &out, err) ||
            !person_and_needs(node, file, &out, err))
        return false;
    *line = out;
    return true;
}

bool cases_line(struct node *node, const struct spool_case *file,
        struct case_line *line, struct err *err)
{
    struct spool_offer offers[SPOOL_OFFERS_MAX];
    size_t n_offers;
    return spool_offers(node->db, file->number, offers, &n_offers, err) &&
           line_of(node, file, offers, n_offers, line, err);
}

/* ------------------------------------------------------------- the whole */

/* What staff may be offered as a next step. */
static bool actions_of(struct node *node, const struct spool_case *file,
        const struct spool_offer *offers, size_t n_offers, struct case_detail *detail,
        struct err *err)
{
    const char **actions =
            arena_take(&node->scratch, CASES_ACTIONS_MAX * sizeof *actions);
    if (actions == NULL)
        return err_set(err, E_SIZE, "no room to show this case");
    size_t n = 0;
    for (size_t i = 0; i < n_offers; i++) {
        if (!id_equal(&offers[i].offer_id, &file->offer_id))
            continue;
        struct lifecycle_offer machine = cases_machine(file, &offers[i], true);
        for (unsigned event = OFFER_EVENT_OFFER;
                event <= OFFER_EVENT_CONFIRM && n < CASES_ACTIONS_MAX; event++) {
            bool may = event != OFFER_EVENT_OFFER &&
                       (event != OFFER_EVENT_FORWARD || file->content != 0) &&
                       lifecycle_allows(machine.state, (enum offer_event)event,
                               cases_role(file)) &&
                       !(file->confirmed && lifecycle_is_terminal(machine.state));
            if (may)
                actions[n++] = offer_event_name((enum offer_event)event);
        }
        /* The broker may not have it yet. */
        if (n < CASES_ACTIONS_MAX && cancels_may(file, &offers[i]))
            actions[n++] = offer_event_name(OFFER_EVENT_CANCEL);
        /* No event: nobody else hears of it. */
        if (n < CASES_ACTIONS_MAX &&
                cases_may_keep(file, offers[i].state, file->retention != 0))
            actions[n++] = "keep";
    }
    detail->actions = actions;
    detail->n_actions = n;
    return true;
}

static bool moments_of(struct node *node, const struct spool_case *file,
        struct case_detail *detail, struct err *err)
{
    struct moment *moments =
            arena_take(&node->scratch, CASES_MOMENTS_MAX * sizeof *moments);
    uint64_t after;
    size_t n = 0;
    if (moments == NULL)
        return err_set(err, E_SIZE, "no room to show this case");
    if (!spool_moments_start(node->db, file->number, CASES_MOMENTS_MAX, &after, err))
        return false;
    bool found = true;
    while (found && n < CASES_MOMENTS_MAX) {
        struct spool_moment row;
        if (!spool_moment_after(node->db, file->number, after, &node->scratch, &found,
                    &row, err))
            return false;
        if (!found)
            break;
        after = row.number;
        moments[n] = (struct moment){.at_ms = (uint64_t)row.at_ms,
                .by = row.who,
                .event = row.event,
                .type = row.type};
        /* The referral itself is shown on its own; what it said before it was corrected
         * stands in its course. */
        bool shown = (row.type == LETTER_TYPE_CONTENT && row.number == file->content) ||
                     row.type == LETTER_TYPE_PREVIEW ||
                     row.type == LETTER_TYPE_OVERVIEW || row.type == LETTER_TYPE_SIGNAL;
        struct content content;
        bool there;
        if (!shown && !cases_read(node, file, row.number, &there, &moments[n].content,
                              &content, err))
            return false;
        n++;
    }
    detail->moments = moments;
    detail->n_moments = n;
    return true;
}

static bool offers_of(struct node *node, const struct spool_case *file,
        const struct spool_offer *offers, size_t n_offers, struct case_detail *detail,
        struct err *err)
{
    struct offer *list = arena_take(&node->scratch, (n_offers + 1) * sizeof *list);
    struct spool_offer *rows =
            arena_take(&node->scratch, (n_offers + 1) * sizeof *rows);
    if (list == NULL || rows == NULL)
        return err_set(err, E_SIZE, "no room to show this case");
    for (size_t i = 0; i < n_offers; i++) {
        rows[i] = offers[i];
        list[i] = (struct offer){
                .offer_id = rows[i].offer_id,
                .target = rows[i].target,
                .on_behalf_of = rows[i].on_behalf_of,
                .state = state_shown(file, &rows[i]),
                .version = rows[i].version,
                .due_ms = (uint64_t)rows[i].due_ms,
                .code = rows[i].code,
                .mode = rows[i].mode,
        };
    }
    detail->offers = list;
    detail->n_offers = n_offers;
    return true;
}

static bool contents_of(struct node *node, const struct spool_case *file,
        struct case_detail *detail, struct err *err)
{
    struct content content;
    struct span packed;
    bool found;
    if (!cases_read(node, file, file->preview, &found, &packed, &content, err))
        return false;
    if (found)
        detail->preview = content.preview;
    if (!cases_read(node, file, file->content, &found, &packed, &content, err))
        return false;
    if (found) {
        detail->referral = content.referral;
        detail->signal = content.signal;
    }
    return true;
}

static bool hands_of(struct node *node, const struct spool_case *file,
        struct case_detail *detail, struct err *err)
{
    struct hands hands;
    if (!hands_find(node, file, &hands, err))
        return false;
    detail->handed_on_from = hands.from;
    detail->handed_on_as = hands.as;
    detail->n_handed_on_as = hands.n_as;
    return true;
}

/* Where a candidate would be of no help there is nobody to propose. */
static const char *const COORDINATORS_ACTIONS[] = {"assign", "handover"};

static bool escalation_of(struct node *node, const struct spool_case *file,
        struct case_detail *detail, struct err *err)
{
    struct spool_escalation row;
    bool found;
    if (file->kind != CASE_KIND_ESCALATION)
        return true;
    if (!spool_get_escalation(node->db, file->number, &found, &row, err))
        return false;
    if (!found)
        return true;
    struct escalation_line *line = arena_take(&node->scratch, sizeof *line);
    if (line == NULL)
        return err_set(err, E_SIZE, "no room to show this case");
    detail->escalation = line;
    if (row.closed_ms == 0) {
        size_t skipped = escalations_may_assign(row.cause) ? 0 : 1;
        detail->actions = COORDINATORS_ACTIONS + skipped;
        detail->n_actions = COUNT_OF(COORDINATORS_ACTIONS) - skipped;
    }
    return escalations_line(node, &row, false, line, err);
}

bool cases_detail(struct node *node, const struct spool_case *file,
        struct case_detail *detail, struct err *err)
{
    struct spool_offer offers[SPOOL_OFFERS_MAX];
    size_t n_offers;
    struct case_line *line = arena_take(&node->scratch, sizeof *line);
    struct case_detail out = {.line = line,
            .referral_id = file->referral_id,
            .erased_ms = (uint64_t)file->erased_ms};
    if (line == NULL)
        return err_set(err, E_SIZE, "no room to show this case");
    if (!spool_offers(node->db, file->number, offers, &n_offers, err) ||
            !line_of(node, file, offers, n_offers, line, err) ||
            !contents_of(node, file, &out, err) ||
            !offers_of(node, file, offers, n_offers, &out, err) ||
            !moments_of(node, file, &out, err) || !hands_of(node, file, &out, err) ||
            !actions_of(node, file, offers, n_offers, &out, err) ||
            !escalation_of(node, file, &out, err) ||
            !signals_detail(node, file, &out, err) ||
            !coordinators_show(node, file, &out, err) ||
            !visits_show(node, file, &out.visits, &out.n_visits, err))
        return false;
    *detail = out;
    return true;
}
