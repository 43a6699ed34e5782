/* evidence_consent.c - whether what a file of evidence shows was allowed: each personal
 * letter by its capsule, and what came after a withdrawal.
 *
 * The partnership and who is bound by secrecy are not in the file; the nodes and the
 * broker have judged them, and here they are taken to have been in order. */
#include "core/evidence_inner.h"

#include "core/consent.h"

static struct evidence_consent *find_consent(struct evidence_work *work,
        const struct id *consent_id)
{
    for (size_t i = 0; i < work->n_consents; i++)
        if (id_equal(&work->consents[i].body.consent_id, consent_id))
            return &work->consents[i];
    return NULL;
}

static const struct withdrawal *find_withdrawal(const struct evidence_work *work,
        const struct id *consent_id)
{
    for (size_t i = 0; i < work->n_withdrawals; i++)
        if (id_equal(&work->withdrawals[i].body.consent_id, consent_id))
            return &work->withdrawals[i].body;
    return NULL;
}

static uint16_t type_of(const struct evidence_work *work, const char *partner)
{
    const struct evidence_member *member = evidence_find(work, partner);
    return member != NULL ? member->membership.partner_type : 0;
}

/* ------------------------------------------------------------- letters */

/* The two parties of the letter's offer: its preview says them. */
static void find_parties(const struct evidence_work *work,
        const struct letter_core *core, struct consent_case *facts)
{
    for (size_t i = 0; i < work->n_letters; i++) {
        const struct letter_core *first = &work->letters[i].core;
        if (first->type != LETTER_TYPE_PREVIEW || id_is_none(&core->offer_id) ||
                !id_equal(&first->offer_id, &core->offer_id))
            continue;
        facts->offer_sender = first->sender;
        facts->offer_target = first->recipient;
        return;
    }
}

static enum code judge(const struct evidence_work *work, const struct letter_core *core,
        const struct consent *capsule, uint64_t at_ms)
{
    const char *reader =
            core->on_behalf_of[0] != '\0' ? core->on_behalf_of : core->recipient;
    const struct evidence_member *to = evidence_find(work, reader);
    char areas[64][6] = {{0}};
    struct consent_case facts = {
            .core = core,
            .capsule = capsule,
            .partnership = {.state = PARTNERSHIP_ACTIVE,
                            .purposes = UINT64_MAX,
                            .data_categories = UINT64_MAX,
                            .secrecy_bound_of_recipient = true,
                            .niss_allowed = true,
                            .until_day = INT32_MAX},
            .sender_type = type_of(work, core->sender),
            .recipient_type = type_of(work, reader),
            .recipient_supports = to != NULL && strcmp(to->membership.supported_by,
                                                        core->recipient) == 0,
            .recipient_areas = (const char(*)[6])areas,
            .offer_accepted = true,
    };
    for (size_t i = 0; to != NULL && i < to->membership.n_areas && i < 64; i++) {
        memcpy(areas[i], to->membership.areas[i], strnlen(to->membership.areas[i], 5));
        facts.recipient_n_areas++;
    }
    find_parties(work, core, &facts);
    return consent_decide(&facts, (int64_t)at_ms);
}

/* What was kept out was kept out rightly, so only what came through is a fault. */
static bool came_through(const struct found_letter *found)
{
    return found->end == RECEIPT_STATE_NONE || found->end == RECEIPT_STATE_PROCESSED;
}

/* A party that took the consent back itself knew of it, whatever the others had heard.
 */
static bool knew(const struct withdrawal *withdrawal, const struct letter_core *core,
        const struct found_letter *found)
{
    bool sent = strcmp(withdrawal->by, core->sender) == 0 &&
                core->created_ms > withdrawal->at_ms;
    bool read = strcmp(withdrawal->by, core->recipient) == 0 &&
                found->end == RECEIPT_STATE_PROCESSED &&
                found->end_ms > withdrawal->at_ms;
    return sent || read;
}

static void judge_letter(struct evidence_work *work, struct evidence_letter *letter)
{
    const struct letter_core *core = &letter->core;
    struct found_letter *found = letter->found;
    struct evidence_consent *consent = find_consent(work, &core->consent_id);
    if (core->class_ != LETTER_CLASS_PERSONAL)
        return;
    if (consent == NULL) {
        evidence_fault(work, EVIDENCE_FAULT_NO_CONSENT, KIND_LETTER, &core->msg_id,
                core->sender, "");
        return;
    }
    consent->named = true;
    enum code code = judge(work, core, &consent->body, core->created_ms);
    if (code == CODE_OK && found->end == RECEIPT_STATE_PROCESSED)
        code = judge(work, core, &consent->body, found->end_ms);
    found->covered = code == CODE_OK;
    if (code != CODE_OK && came_through(found))
        evidence_fault(work, EVIDENCE_FAULT_NOT_COVERED, KIND_LETTER, &core->msg_id,
                core->sender, code_name(code));
    const struct withdrawal *withdrawal = find_withdrawal(work, &core->consent_id);
    if (withdrawal != NULL && came_through(found) && knew(withdrawal, core, found))
        evidence_fault(work, EVIDENCE_FAULT_AFTER_WITHDRAWAL, KIND_LETTER,
                &core->msg_id, withdrawal->by, "");
}

/* ------------------------------------------------------------- withdrawals */

static void judge_withdrawals(struct evidence_work *work)
{
    for (size_t i = 0; i < work->n_withdrawals; i++) {
        const struct withdrawal *body = &work->withdrawals[i].body;
        struct evidence_consent *consent = find_consent(work, &body->consent_id);
        if (consent == NULL ||
                !consent_may_concern(&consent->body, body->by, type_of(work, body->by)))
            evidence_fault(work,
                    consent == NULL ? EVIDENCE_FAULT_NO_PART
                                    : EVIDENCE_FAULT_NOT_THEIRS,
                    KIND_WITHDRAWAL, &body->consent_id, body->by, "");
    }
    for (size_t i = 0; i < work->n_statuses; i++) {
        const struct offer_status *status = &work->statuses[i].body;
        if (status->event == OFFER_EVENT_CONSENT_WITHDRAWN &&
                find_withdrawal(work, &status->consent_id) == NULL)
            evidence_fault(work, EVIDENCE_FAULT_NO_WITHDRAWAL, KIND_OFFER_STATUS,
                    &status->offer_id, status->target, "");
    }
}

/* ------------------------------------------------------------- capsules */

static bool show_consents(struct evidence_work *work, struct err *err)
{
    struct found_consent *found =
            evidence_room(work, work->n_consents, sizeof *found, err);
    if (found == NULL)
        return false;
    for (size_t i = 0; i < work->n_consents; i++) {
        const struct consent *body = &work->consents[i].body;
        const struct withdrawal *withdrawal = find_withdrawal(work, &body->consent_id);
        if (!work->consents[i].named)
            evidence_fault(work, EVIDENCE_FAULT_NO_PART, KIND_CONSENT,
                    &body->consent_id, body->collector, "");
        found[i] = (struct found_consent){
                .consent_id = body->consent_id,
                .collector = body->collector,
                .from_day = body->from_day,
                .until_day = body->until_day,
                .purposes = body->purposes,
                .n_purposes = body->n_purposes,
                .data_categories = body->data_categories,
                .n_data_categories = body->n_data_categories,
                .legal_basis = body->legal_basis,
                .withdrawn_ms = withdrawal != NULL ? withdrawal->at_ms : 0,
                .withdrawn_by = withdrawal != NULL ? withdrawal->by : "",
                .reason = withdrawal != NULL ? withdrawal->reason : 0,
        };
    }
    work->found_consents = found;
    work->found->consents = found;
    work->found->n_consents = work->n_consents;
    return true;
}

bool evidence_judge_consent(struct evidence_work *work, struct err *err)
{
    for (size_t i = 0; i < work->n_letters; i++)
        judge_letter(work, &work->letters[i]);
    judge_withdrawals(work);
    return show_consents(work, err);
}
