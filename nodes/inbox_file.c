/* inbox_file.c - an opened letter joins its case. */
#include <stdio.h>

#include "nodes/cases.h"
#include "nodes/consents.h"
#include "nodes/coordinators.h"
#include "nodes/escalations.h"
#include "nodes/inbox.h"
#include "nodes/rights.h"
#include "nodes/signals.h"

static void copy_core(struct spool_case *file, const struct letter_core *core)
{
    file->referral_id = core->referral_id;
    file->consent_id = core->consent_id;
    file->purpose = core->purpose;
    file->urgency = core->urgency;
    file->offer_id = core->offer_id;
    snprintf(file->other, sizeof file->other, "%s", core->sender);
    snprintf(file->on_behalf_of, sizeof file->on_behalf_of, "%s", core->on_behalf_of);
    snprintf(file->area, sizeof file->area, "%s", core->area);
}

/* A referral comes to us for the first time: a case, and its offer as it stands when it
 * is made. */
static bool new_referral(struct node *node, struct inbox_letter *letter,
        struct err *err)
{
    const struct letter_core *core = &letter->core;
    letter->file = (struct spool_case){.kind = CASE_KIND_REFERRAL_IN, .unread = true};
    copy_core(&letter->file, core);
    if (!cases_new(node, &letter->file, err))
        return false;
    letter->offer = (struct spool_offer){
            .offer_id = core->offer_id,
            .case_number = letter->file.number,
            .state = OFFER_STATE_REQUESTED,
            .version = core->expected_version > 1 ? core->expected_version : 1,
            .due_ms = lifecycle_due(&LIFECYCLE_DEFAULTS, TIMER_SEEN, core->urgency,
                    node_now(node)),
    };
    snprintf(letter->offer.target, sizeof letter->offer.target, "%s", node->partner);
    snprintf(letter->offer.on_behalf_of, sizeof letter->offer.on_behalf_of, "%s",
            core->on_behalf_of);
    return spool_put_offer(node->db, &letter->offer, err);
}

static bool new_signal(struct node *node, struct inbox_letter *letter, struct err *err)
{
    const struct consents_known *known = letter->known;
    bool consented =
            known->there && known->capsule.legal_basis != LEGAL_BASIS_VITAL_INTEREST;
    letter->file = (struct spool_case){.kind = CASE_KIND_SIGNAL_IN, .unread = true};
    copy_core(&letter->file, &letter->core);
    return cases_new(node, &letter->file, err) &&
           signals_begin(node, &letter->file, letter->content.signal, consented, err);
}

/* Seen from the case: which moment is its preview, which its content. */
static void point_at(struct spool_case *file, enum letter_type type, uint64_t moment)
{
    if (type == LETTER_TYPE_PREVIEW || type == LETTER_TYPE_OVERVIEW)
        file->preview = moment;
    if (type == LETTER_TYPE_CONTENT || type == LETTER_TYPE_SIGNAL)
        file->content = moment;
}

/* The case that it belongs to, new or known; *code: there is none for it. */
static bool find_case(struct node *node, struct inbox_letter *letter, enum code *code,
        struct err *err)
{
    switch ((int)letter->core.type) {
    case LETTER_TYPE_SIGNAL: return new_signal(node, letter, err);
    case LETTER_TYPE_OVERVIEW: return escalations_overview(node, letter, code, err);
    case LETTER_TYPE_CONCERN: return escalations_concern(node, letter, code, err);
    case LETTER_TYPE_SIGNAL_ANSWER: return signals_answered(node, letter, code, err);
    case LETTER_TYPE_PROPOSAL: return coordinators_proposal(node, letter, code, err);
    case LETTER_TYPE_PREVIEW:
        return letter->has_offer || new_referral(node, letter, err);
    default: return true;
    }
}

/* That something is over asks nobody to look. */
static bool is_news(const struct spool_case *file)
{
    return file->kind != CASE_KIND_ESCALATION || !file->confirmed;
}

bool inbox_file(struct node *node, struct inbox_letter *letter, enum code *code,
        struct err *err)
{
    const struct letter_core *core = &letter->core;
    uint64_t moment;
    if (!find_case(node, letter, code, err))
        return false;
    if (*code != CODE_OK)
        return true;
    struct spool_case *file = &letter->file;
    /* What is destroyed stays so: its content can be kept no more. */
    if (core->class_ == LETTER_CLASS_PERSONAL && !file->key.there) {
        *code = E_TRANSITION;
        return true;
    }
    if (core->class_ == LETTER_CLASS_RIGHTS &&
            (!rights_take(node, letter, code, err) || *code != CODE_OK))
        return *code != CODE_OK;
    if (!cases_keep(node, file, core->sender, core->event, core->type, letter->packed,
                &moment, err))
        return false;
    point_at(file, core->type, moment);
    file->unread = is_news(file);
    file->updated_ms = node_now(node);
    return spool_save_case(node->db, file, err);
}
