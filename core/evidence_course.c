/* evidence_course.c - how the things of a file of evidence hang together: letters and
 * their receipts, the steps of each offer, the openings. */
#include "core/evidence_inner.h"

#include <stdlib.h>

#include "core/lifecycle.h"

/* ------------------------------------------------------------- in order */

/* What was kept came in the order of the mail; people read it in the order of time. */
static int letter_order(const void *a, const void *b)
{
    const struct letter_core *left = &((const struct evidence_letter *)a)->core;
    const struct letter_core *right = &((const struct evidence_letter *)b)->core;
    if (left->created_ms != right->created_ms)
        return left->created_ms < right->created_ms ? -1 : 1;
    return (int)left->type - (int)right->type;
}

static int status_order(const void *a, const void *b)
{
    const struct offer_status *left = &((const struct evidence_status *)a)->body;
    const struct offer_status *right = &((const struct evidence_status *)b)->body;
    if (left->at_ms != right->at_ms)
        return left->at_ms < right->at_ms ? -1 : 1;
    return left->version < right->version ? -1 : left->version > right->version;
}

/* ------------------------------------------------------------- letters */

static bool is_readers(enum receipt_state state)
{
    return state == RECEIPT_STATE_PROCESSED || state == RECEIPT_STATE_FAILED;
}

/* Who may say this of that letter: its reader what the reader did, the broker the rest.
 */
static bool may_say(const struct evidence_work *work,
        const struct evidence_receipt *row, const struct letter_core *core)
{
    enum receipt_state state = row->body.state;
    const struct evidence_member *signer = evidence_find(work, row->signer);
    if (is_readers(state) || state == RECEIPT_STATE_DELIVERED ||
            state == RECEIPT_STATE_ERASED)
        return strcmp(row->signer, core->recipient) == 0;
    return signer != NULL && signer->membership.role == ROLE_BROKER;
}

static void take_end(struct evidence_work *work, const struct evidence_receipt *row,
        struct found_letter *found)
{
    const struct receipt *receipt = &row->body;
    bool readers = is_readers(receipt->state);
    /* What its reader has said stands above what the broker had ended. */
    if (found->end != RECEIPT_STATE_NONE) {
        if (readers && is_readers(found->end) && found->end != receipt->state)
            evidence_fault(work, EVIDENCE_FAULT_OTHER_END, KIND_RECEIPT,
                    &receipt->msg_id, row->signer, receipt_state_name(receipt->state));
        if (!readers || is_readers(found->end))
            return;
    }
    found->end = receipt->state;
    found->end_ms = receipt->at_ms;
    found->end_by = row->signer;
    found->end_code = receipt->code;
}

static void take_receipt(struct evidence_work *work, const struct evidence_receipt *row)
{
    const struct receipt *receipt = &row->body;
    const struct evidence_letter *letter = NULL;
    for (size_t i = 0; i < work->n_letters && letter == NULL; i++)
        if (id_equal(&work->letters[i].core.msg_id, &receipt->msg_id))
            letter = &work->letters[i];
    if (letter == NULL || !key32_equal(&letter->core_hash, &receipt->core_hash) ||
            strcmp(letter->core.sender, receipt->sender) != 0 ||
            strcmp(letter->core.recipient, receipt->recipient) != 0) {
        evidence_fault(work, EVIDENCE_FAULT_OTHER_LETTER, KIND_RECEIPT,
                &receipt->msg_id, row->signer, "");
        return;
    }
    if (!may_say(work, row, &letter->core)) {
        evidence_fault(work, EVIDENCE_FAULT_WRONG_SIGNER, KIND_RECEIPT,
                &receipt->msg_id, row->signer, receipt_state_name(receipt->state));
        return;
    }
    struct found_letter *found = letter->found;
    if (receipt->state == RECEIPT_STATE_ACCEPTED) {
        found->accepted_ms = receipt->at_ms;
    } else if (receipt->state == RECEIPT_STATE_ERASED) {
        found->erased_ms = receipt->at_ms;
        found->retention =
                receipt->retention == RETENTION_BASIS_NONE ? 0 : receipt->retention;
    } else if (receipt->state != RECEIPT_STATE_DELIVERED) {
        take_end(work, row, found);
    }
}

/* What its sender dated before the revocation, but the broker took only after it. */
static void check_dated(struct evidence_work *work,
        const struct evidence_letter *letter)
{
    const struct evidence_member *sender = evidence_find(work, letter->core.sender);
    if (sender != NULL && sender->membership.version <= sender->revoked_version &&
            (int64_t)letter->found->accepted_ms >= sender->revoked_ms)
        evidence_fault(work, EVIDENCE_FAULT_REVOKED, KIND_LETTER, &letter->core.msg_id,
                letter->core.sender, "");
}

static bool judge_letters(struct evidence_work *work, struct err *err)
{
    struct found_letter *found =
            evidence_room(work, work->n_letters, sizeof *found, err);
    if (found == NULL)
        return false;
    for (size_t i = 0; i < work->n_letters; i++) {
        const struct letter_core *core = &work->letters[i].core;
        found[i] = (struct found_letter){
                .msg_id = core->msg_id,
                .type = core->type,
                .event = core->event,
                .sender = core->sender,
                .recipient = core->recipient,
                .on_behalf_of = core->on_behalf_of,
                .created_ms = core->created_ms,
                .consent_id = core->consent_id,
                .purpose = core->purpose,
                .data_categories = core->data_categories,
                .n_data_categories = core->n_data_categories,
                .offer_id = core->offer_id,
                .end_by = "",
                .end_code = "",
        };
        work->letters[i].found = &found[i];
    }
    for (size_t i = 0; i < work->n_receipts; i++)
        take_receipt(work, &work->receipts[i]);
    for (size_t i = 0; i < work->n_letters; i++)
        check_dated(work, &work->letters[i]);
    work->found->letters = found;
    work->found->n_letters = work->n_letters;
    return true;
}

/* ------------------------------------------------------------- steps */

static void step_fault(struct evidence_work *work, enum vocab_evidence_fault fault,
        const struct offer_status *status)
{
    evidence_fault(work, fault, KIND_OFFER_STATUS, &status->offer_id, status->target,
            offer_event_name(status->event));
}

/* Can this step follow that one? What only the broker knows of the offer is not asked.
 */
static bool may_follow(const struct offer_status *before,
        const struct offer_status *status)
{
    for (unsigned role = 0; role < N_LIFECYCLE_ROLES; role++)
        if (lifecycle_allows(before->state, status->event, (enum lifecycle_role)role))
            return true;
    return false;
}

static void check_step(struct evidence_work *work, const struct offer_status *status)
{
    for (size_t i = 0; i < work->n_statuses; i++) {
        const struct offer_status *other = &work->statuses[i].body;
        if (!id_equal(&other->offer_id, &status->offer_id))
            continue;
        bool same = other->version == status->version;
        bool next = other->version + 1 == status->version;
        if ((same && other->state != status->state) ||
                (next && !may_follow(other, status))) {
            step_fault(work, EVIDENCE_FAULT_WRONG_STEP, status);
            return;
        }
    }
    /* The letter that carried the step, when it is here, carried this one. */
    for (size_t i = 0; i < work->n_letters; i++) {
        const struct letter_core *core = &work->letters[i].core;
        if (id_equal(&core->msg_id, &status->msg_id) &&
                (core->event != status->event ||
                        !id_equal(&core->offer_id, &status->offer_id)))
            step_fault(work, EVIDENCE_FAULT_WRONG_STEP, status);
    }
}

static bool judge_steps(struct evidence_work *work, struct err *err)
{
    struct found_step *steps =
            evidence_room(work, work->n_statuses, sizeof *steps, err);
    if (steps == NULL)
        return false;
    for (size_t i = 0; i < work->n_statuses; i++) {
        const struct offer_status *status = &work->statuses[i].body;
        if (work->has_head && !id_equal(&status->referral_id, &work->head.referral_id))
            step_fault(work, EVIDENCE_FAULT_NO_PART, status);
        check_step(work, status);
        steps[i] = (struct found_step){
                .offer_id = status->offer_id,
                .target = status->target,
                .event = status->event,
                .state = status->state,
                .version = status->version,
                .at_ms = status->at_ms,
        };
    }
    work->steps = steps;
    work->found->steps = steps;
    work->found->n_steps = work->n_statuses;
    return true;
}

/* ------------------------------------------------------------- openings */

static bool judge_openings(struct evidence_work *work, struct err *err)
{
    struct found_opening *found =
            evidence_room(work, work->n_openings, sizeof *found, err);
    if (found == NULL)
        return false;
    for (size_t i = 0; i < work->n_openings; i++) {
        const struct evidence_opening *row = &work->openings[i];
        const struct opening *body = &row->body;
        bool ours = !work->has_head ||
                    id_equal(&body->referral_id, &work->head.referral_id);
        /* The first ones may be kept no longer; from then on none is missing. */
        bool joins =
                i == 0 || (body->nth == row[-1].body.nth + 1 &&
                                  key32_equal(&body->before_of_case, &row[-1].hash));
        if (!ours || !joins)
            evidence_fault(work,
                    ours ? EVIDENCE_FAULT_BROKEN_CHAIN : EVIDENCE_FAULT_NO_PART,
                    KIND_OPENING, NULL, work->found->maker, "");
        found[i] = (struct found_opening){
                .at_ms = body->at_ms,
                .actor = body->actor,
                .how = body->how,
                .nth = body->nth,
        };
    }
    work->found->openings = found;
    work->found->n_openings = work->n_openings;
    return true;
}

bool evidence_judge_course(struct evidence_work *work, struct err *err)
{
    qsort(work->letters, work->n_letters, sizeof *work->letters, letter_order);
    qsort(work->statuses, work->n_statuses, sizeof *work->statuses, status_order);
    return judge_letters(work, err) && judge_steps(work, err) &&
           judge_openings(work, err);
}
