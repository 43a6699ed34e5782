/* put_apply.c - what was decided of a letter becomes rows, mail and receipts. */
#include <stdio.h>

#include "broker/put.h"
#include "core/time.h"

/* What all rows of this letter have in common. */
static struct letter_row row_of(struct broker *broker, const struct put_work *work,
        const struct put_letter *letter)
{
    const struct letter_core *core = &letter->core;
    const struct partner *recipient = partners_find(broker->partners, core->recipient);

    return (struct letter_row){
            .msg_id = core->msg_id,
            .sender = work->partner->no,
            .recipient = recipient != NULL ? recipient->no : 0,
            .hash = letter->hash,
            .core_hash = letter->core_hash,
            .type = core->type,
            .priority = record_priority(core->urgency),
            .size = (int64_t)letter->packed.len,
            .at_ms = broker->now_ms,
            .expires_ms = (int64_t)core->expires_ms,
            .check_ms = (int64_t)core->expires_ms,
    };
}

/* An older letter of this type that nobody was handed gives way to the one that was
 * sealed again. */
static bool replace_older(struct broker *broker, const struct put_case *known,
        enum letter_type type, struct err *err)
{
    struct letter_row letter;
    int64_t after = 0;
    bool found;

    while (true) {
        if (!ledger_letter_of_offer(broker->ledger, known->offer.no, after, &letter,
                    &found, err))
            return false;
        if (!found)
            return true;
        after = letter.no;
        bool here = letter.state == LETTER_LODGED || letter.state == LETTER_WAITING;
        if (here && letter.type == type &&
                !record_end(broker, &letter, LETTER_RECALLED, "", err))
            return false;
    }
}

/* The only candidate that there ever was has no place; who is asked later comes behind
 * those before. */
static uint32_t place_of(const struct put_work *work, const struct put_case *known)
{
    bool only = !known->facts.referral_known && !decide_is_list(work->put->mode);
    return only ? 0 : known->last_place + 1;
}

/* Others are asked than before, maybe in another way. */
static bool open_again(struct broker *broker, const struct put_work *work,
        struct put_case *known, struct err *err)
{
    bool other_way = known->referral.mode != work->put->mode;

    known->referral.mode = work->put->mode;
    return (!other_way || ledger_referral_set(broker->ledger, &known->referral, err)) &&
           (known->facts.list_begun ||
                   escalate_settled(broker, known->referral.no, err));
}

static bool new_offer(struct broker *broker, struct put_work *work,
        struct put_case *known, const struct decision *decision, struct err *err)
{
    const struct letter_core *core = &known->letter->core;
    const struct partner *target = partners_find(broker->partners, core->recipient);

    if (!known->facts.referral_known) {
        known->referral = (struct referral_row){
                .referral_id = core->referral_id,
                .sender = work->partner->no,
                .mode = work->put->mode,
        };
        if (!ledger_referral_add(broker->ledger, &known->referral, err))
            return false;
    } else if (!open_again(broker, work, known, err)) {
        return false;
    }
    known->offer = (struct offer_row){
            .offer_id = core->offer_id,
            .referral = known->referral,
            .sender = work->partner->no,
            .target = target->no,
            .consent = known->consent.no,
            .place = place_of(work, known),
            .state = decision->step.to,
            .version = 1,
            .urgency = core->urgency,
            .depth = known->depth,
            .event = OFFER_EVENT_OFFER,
            .msg_id = core->msg_id,
            .at_ms = broker->now_ms,
            .log_leaf = record_leaf(broker) + 1, /* put_apply writes it next */
    };
    snprintf(known->offer.area, sizeof known->offer.area, "%s", core->area);
    if (known->offer.state == OFFER_STATE_QUEUED)
        queue_wait(&known->offer, work->n_offered == 0);
    else
        limits_step(&broker->limits, &known->offer, OFFER_STATE_NONE, 0);
    turn_due(broker, known->offer.due_ms);
    work->n_offered++;
    return ledger_offer_add(broker->ledger, &known->offer, known->letter->core_bytes,
            err);
}

/* A restored offer learns from its letters what its status did not say. */
static bool complete_offer(struct broker *broker, struct put_case *known,
        struct err *err)
{
    if (!known->offer.restored || known->consent.no == 0 ||
            known->letter->core.class_ != LETTER_CLASS_PERSONAL)
        return true;
    known->offer.consent = known->consent.no;
    known->offer.urgency = known->letter->core.urgency;
    snprintf(known->offer.area, sizeof known->offer.area, "%s",
            known->letter->core.area);
    return ledger_offer_consent(broker->ledger, &known->offer,
            known->letter->core_bytes, err);
}

static bool move_offer(struct broker *broker, struct put_case *known,
        const struct decision *decision, struct err *err)
{
    const struct letter_core *core = &known->letter->core;
    struct offer_move move = {
            .step = decision->step,
            .event = core->event,
            .msg_id = core->msg_id,
            .due_ms = (int64_t)core->due_ms,
    };
    bool won;

    if (!routing_move(broker, &known->offer, &move, &won, err))
        return false;
    return won || err_set(err, E_CONFLICT, "the offer has moved on");
}

/* The offer's part; the letter itself follows. */
static bool apply_offer(struct broker *broker, struct put_work *work,
        struct put_case *known, const struct decision *decision, struct err *err)
{
    switch (decision->taking) {
    case TAKE_NEW_OFFER: return new_offer(broker, work, known, decision, err);
    case TAKE_PREVIEW:
    case TAKE_CONTENT:
        return replace_older(broker, known, known->letter->core.type, err);
    case TAKE_EVENT: return move_offer(broker, known, decision, err);
    case TAKE_AGAIN:
    case TAKE_LETTER: return true;
    case TAKE_NOTHING: break;
    }
    return err_set(err, ERR_INTERNAL, "a letter was taken for nothing");
}

/* When a timer looks at it: to ask for a new seal first, if it can wait that long, and
 * then to end it. */
static void set_check(struct broker *broker, struct letter_row *row)
{
    int64_t reseal_ms = row->expires_ms - (int64_t)RESEAL_DAYS * TIME_DAY_MS;

    if (row->offer != 0 && row->consent != 0 && reseal_ms > broker->now_ms)
        row->check_ms = reseal_ms;
    turn_due(broker, row->check_ms);
}

static bool add_letter(struct broker *broker, struct put_case *known, bool lodge,
        struct letter_row *row, uint32_t status, struct err *err)
{
    struct mail_row mail = {
            .partner = row->recipient,
            .priority = row->priority,
            .kind = MAIL_LETTER,
            .size = row->size,
    };

    set_check(broker, row);
    row->state = lodge ? LETTER_LODGED : LETTER_WAITING;
    row->mail_id = lodge ? 0 : broker->store.mail_id + 1;
    if (!ledger_letter_add(broker->ledger, row, known->letter->packed, err))
        return err_wrap(err, "a letter");
    if (!partners_count(broker->partners, row->recipient, row->sender, 1, row->size))
        return err_set(err, ERR_NOMEM, "no memory to count a letter");
    mail.ref = row->no;
    return lodge || turn_mail(broker, &mail, status, err);
}

bool put_apply(struct broker *broker, struct put_work *work, struct put_case *known,
        const struct decision *decision, uint32_t *receipt, struct err *err)
{
    const struct letter_core *core = &known->letter->core;
    struct letter_row row = row_of(broker, work, known->letter);
    /* An end that the sender gives to a candidate that was not asked; or to the whole,
     * when nobody took it. */
    bool unheard = decision->taking == TAKE_EVENT &&
                   (known->offer.state == OFFER_STATE_QUEUED ||
                           lifecycle_gives_up(core->event, known->offer.state));
    bool ends = unheard || decision->recall;
    uint32_t status = NO_SLIP;

    if (!complete_offer(broker, known, err) ||
            !apply_offer(broker, work, known, decision, err))
        return false;
    if (!id_is_none(&core->offer_id)) {
        row.offer = known->offer.no;
        /* In the lane of its offer, whatever it says itself: what belongs to one offer
         * comes in its order. */
        row.priority = record_priority(known->offer.urgency);
    }
    if (core->class_ == LETTER_CLASS_PERSONAL)
        row.consent = known->consent.no;
    if (core->event != OFFER_EVENT_NONE) {
        if (!record_status(broker, &known->offer, "", &status, err))
            return false;
        work->statuses[work->n_statuses++] = status;
    }
    struct record record = {
            .kind = "put",
            .msg_id = &core->msg_id,
            .core_hash = &known->letter->core_hash,
            .actor = core->sender,
            .recipient = core->recipient,
            .decision = "accepted",
            .consent_hash = row.consent != 0 ? &known->consent.hash : NULL,
            .offer = decision->taking == TAKE_NEW_OFFER ? &known->offer : NULL,
    };
    if (!record_audit(broker, &record, err))
        return false;
    row.log_leaf = record_leaf(broker);
    if (!add_letter(broker, known, decision->lodge || ends, &row, status, err) ||
            (ends && !record_end(broker, &row, LETTER_RECALLED, "", err)) ||
            !escalate_proposed(broker, core, &row, err))
        return false;
    broker->n_taken++;
    return record_receipt(broker, &row, RECEIPT_STATE_ACCEPTED, "", row.at_ms, receipt,
            err);
}

/* ---- letters that are known ---- */

static bool is_terminal_here(const struct letter_row *row)
{
    return row->state == LETTER_PROCESSED || row->state == LETTER_FAILED ||
           row->state == LETTER_EXPIRED || row->state == LETTER_RECALLED;
}

bool put_tell_end(struct broker *broker, const struct letter_row *row, struct err *err)
{
    struct mail_row mail = {
            .partner = row->sender,
            .priority = row->priority,
            .kind = MAIL_RECEIPT,
            .ref = row->no,
            .size = MAIL_SIGNED_BYTES,
    };
    int64_t end_ms;
    uint32_t slip = NO_SLIP;
    bool there;

    if (!is_terminal_here(row))
        return true;
    /* Who puts it again and again does not fill its own mailbox with it. */
    if (!ledger_mail_there(broker->ledger, row->sender, row->priority, row->mail_id,
                &there, err))
        return false;
    if (there)
        return true;
    if (!ledger_letter_receipt(broker->ledger, row->no, &broker->frame, &mail.bytes,
                &end_ms, err))
        return false;
    enum receipt_state state = row->state == LETTER_EXPIRED ? RECEIPT_STATE_EXPIRED
                                                            : RECEIPT_STATE_RECALLED;
    if (mail.bytes.len == 0 &&
            !record_receipt(broker, row, state, row->code, end_ms, &slip, err))
        return false;
    if (mail.bytes.len > 0)
        mail.log_leaf = row->last_leaf;
    return turn_mail(broker, &mail, slip, err) &&
           ledger_letter_told(broker->ledger, row->no, mail.mail_id, err);
}

/* ---- refusals ---- */

static bool refuse_letter(struct broker *broker, struct put_work *work,
        const struct put_letter *letter, enum code code, uint32_t *receipt,
        struct err *err)
{
    struct letter_row row = row_of(broker, work, letter);
    bool same = letter->known && key32_equal(&letter->row.hash, &letter->hash);
    const struct record record = {
            .kind = "put",
            .msg_id = &row.msg_id,
            .core_hash = &row.core_hash,
            .actor = work->partner->name,
            .recipient = letter->core.recipient,
            .decision = "refused",
            .code = code_name(code),
    };

    /* What was judged before keeps its first answer, and its end. */
    if (same && letter->row.state != LETTER_REFUSED)
        return put_tell_end(broker, &letter->row, err) &&
               record_receipt(broker, &letter->row, RECEIPT_STATE_ACCEPTED, "",
                       letter->row.at_ms, receipt, err);
    row.state = LETTER_REFUSED;
    row.size = 0;
    snprintf(row.code, sizeof row.code, "%s", code_name(code));
    /* So many are remembered at most, and only these have a leaf each. */
    if (!letter->known && !record_audit(broker, &record, err))
        return false;
    row.log_leaf = letter->known ? letter->row.log_leaf : record_leaf(broker);
    if (!letter->known &&
            !ledger_letter_add(broker->ledger, &row, (struct span){NULL, 0}, err))
        return err_wrap(err, "a refused letter");
    if (!letter->known &&
            !partners_keep(broker->partners, LEDGER_KEPT_REFUSED, row.sender, 1))
        return err_set(err, ERR_NOMEM, "no memory to count a refused letter");
    return record_receipt(broker, &row, RECEIPT_STATE_REFUSED, row.code, broker->now_ms,
            receipt, err);
}

bool put_show_status(struct broker *broker, struct put_work *work,
        const struct put_letter *letter, const char *code, struct err *err)
{
    struct offer_row offer;
    bool found;

    if (id_is_none(&letter->core.offer_id))
        return true;
    if (!ledger_offer_find(broker->ledger, &letter->core.offer_id, &offer, &found, err))
        return false;
    bool party = found && (offer.sender == work->partner->no ||
                                  offer.target == work->partner->no);
    return !party || record_status(broker, &offer, code,
                             &work->statuses[work->n_statuses++], err);
}

bool put_refuse(struct broker *broker, struct put_work *work, enum code code,
        bool for_ever, struct err *err)
{
    if (work->clash != 0 && !ledger_consent_conflict(broker->ledger, work->clash, err))
        return false;
    work->n_statuses = 0;
    /* The person has to look at where the offer is now. */
    bool moved = code == E_CONFLICT || code == E_TRANSITION;
    if (moved &&
            !put_show_status(broker, work, &work->letters[0], code_name(code), err))
        return false;
    for (size_t i = 0; for_ever && i < work->n_letters; i++)
        if (!refuse_letter(broker, work, &work->letters[i], code, &work->receipts[i],
                    err))
            return false;
    return true;
}
