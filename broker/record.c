/* record.c - what is said and kept of a decision: audit leaves, receipts, statuses. */
#include <stdio.h>

#include "broker/state.h"
#include "broker/tiles.h"
#include "core/time.h"
#include "core/vocab.h"
#include "core/wire.h"

uint32_t record_priority(uint16_t urgency)
{
    switch (urgency) {
    case URGENCY_CRISIS: return 0;
    case URGENCY_URGENT: return 1;
    default: return LEDGER_PRIORITIES - 1;
    }
}

static const char *text_or_none(const char *text)
{
    return text != NULL ? text : "";
}

bool record_audit(struct broker *broker, const struct record *record, struct err *err)
{
    struct merkle_log *log = &broker->store.log;
    struct turn *turn = &broker->turn;
    struct audit_leaf leaf = {
            .v = 1,
            .seq = log->size,
            .at_ms = (uint64_t)broker->now_ms,
            .kind = record->kind,
            .actor = text_or_none(record->actor),
            .recipient = text_or_none(record->recipient),
            .decision = record->decision,
            .code = text_or_none(record->code),
            .register_version = broker->store.register_version,
    };
    struct span bytes;

    if (record->msg_id != NULL)
        leaf.msg_id = *record->msg_id;
    if (record->core_hash != NULL)
        leaf.core_hash = *record->core_hash;
    if (record->consent_hash != NULL)
        leaf.consent_hash = *record->consent_hash;
    if (record->offer != NULL) {
        leaf.offer_id = record->offer->offer_id;
        leaf.offer_version = record->offer->version;
        leaf.offer_state = record->offer->state;
    }
    if (!wire_put_arena(&WIRE_AUDIT_LEAF, &leaf, &turn->arena, &bytes, err))
        return err_wrap(err, "the audit log");
    if (!ledger_audit_pack(turn->leaves, sizeof turn->leaves, &turn->leaves_len, bytes))
        return err_set(err, E_BUSY, "too much for the audit log in one turn");
    struct key32 hash = merkle_leaf(&bytes, 1);
    if (!tiles_keep(broker->ledger, log, &hash, err))
        return false;
    merkle_log_append(log, &hash);
    return true;
}

uint64_t record_leaf(const struct broker *broker)
{
    return broker->store.log.size;
}

bool record_refusal(struct broker *broker, struct partner *partner, const char *what,
        enum code code, const char *words, struct err *err)
{
    uint32_t minute = (uint32_t)(broker->now_ms / TIME_MINUTE_MS);

    broker->n_refused++;
    /* One row and one line a minute, and so many a day: who is refused all the time
     * cannot fill a log, in whatever words. */
    if (partner->refused_minute[code] == minute ||
            partner_day_count(&partner->refused, broker->now_ms) >= REFUSALS_A_DAY)
        return true;
    log_info(broker->log, broker->now_ms, "refused",
            "peer=%s what=%s code=%s words=\"%s\"", partner->name, what,
            code_name(code), words);
    struct record record = {
            .kind = what,
            .actor = partner->name,
            .decision = "refused",
            .code = code_name(code),
    };
    if (!record_audit(broker, &record, err))
        return false;
    partner->refused_minute[code] = minute;
    partner->refused.n++;
    return true;
}

bool record_receipt(struct broker *broker, const struct letter_row *row,
        enum receipt_state state, const char *code, int64_t at_ms, uint32_t *slip,
        struct err *err)
{
    bool taking = state == RECEIPT_STATE_ACCEPTED || state == RECEIPT_STATE_REFUSED;
    struct receipt receipt = {
            .v = 1,
            .msg_id = row->msg_id,
            .sender = partners_name(broker->partners, row->sender),
            .recipient = partners_name(broker->partners, row->recipient),
            .state = state,
            .code = code,
            .at_ms = (uint64_t)at_ms,
            .core_hash = row->core_hash,
            .log_leaf = taking ? row->log_leaf : row->last_leaf,
    };
    struct span body;
    return wire_put_arena(&WIRE_RECEIPT, &receipt, &broker->turn.arena, &body, err) &&
           turn_sign(broker, KIND_RECEIPT, body, slip, err);
}

bool record_status(struct broker *broker, const struct offer_row *offer,
        const char *code, uint32_t *slip, struct err *err)
{
    struct offer_status status = {
            .v = 1,
            .offer_id = offer->offer_id,
            .referral_id = offer->referral.referral_id,
            .sender = partners_name(broker->partners, offer->sender),
            .target = partners_name(broker->partners, offer->target),
            .state = offer->state,
            .event = offer->event,
            .version = offer->version,
            .msg_id = offer->msg_id,
            .at_ms = (uint64_t)offer->at_ms,
            .due_ms = (uint64_t)offer->limit_ms,
            .code = code,
            .before_hold = offer->before_hold,
            .info_rounds = offer->info_rounds,
            .depth = offer->depth,
            .urgency = offer->urgency,
            .log_leaf = offer->log_leaf,
            .place = offer->place,
            .mode = offer->referral.mode,
            .area = offer->area,
    };
    struct span body;
    if (offer->consent != 0 &&
            !ledger_consent_id(broker->ledger, offer->consent, &status.consent_id, err))
        return false;
    return wire_put_arena(&WIRE_OFFER_STATUS, &status, &broker->turn.arena, &body,
                   err) &&
           turn_sign(broker, KIND_OFFER_STATUS, body, slip, err);
}

/* How the broker's word for an end reads in a receipt, and in the audit log. */
static enum receipt_state receipt_of(enum letter_state state)
{
    return state == LETTER_EXPIRED ? RECEIPT_STATE_EXPIRED : RECEIPT_STATE_RECALLED;
}

bool record_end(struct broker *broker, const struct letter_row *row,
        enum letter_state state, const char *code, struct err *err)
{
    struct partners *partners = broker->partners;
    bool in_mailbox = row->state == LETTER_WAITING || row->state == LETTER_HANDED;
    struct mail_row mail = {
            .partner = row->sender,
            .priority = row->priority,
            .kind = MAIL_RECEIPT,
            .ref = row->no,
            .size = MAIL_SIGNED_BYTES,
    };
    struct record record = {
            .kind = "end",
            .msg_id = &row->msg_id,
            .core_hash = &row->core_hash,
            .actor = partners_name(partners, row->sender),
            .recipient = partners_name(partners, row->recipient),
            .decision = receipt_state_name(receipt_of(state)),
            .code = code,
    };
    struct letter_row ended = *row;
    uint32_t slip;

    if (!record_audit(broker, &record, err))
        return false;
    ended.last_leaf = record_leaf(broker);
    if (!ledger_letter_end(broker->ledger, &ended, state, code, broker->now_ms,
                (struct span){NULL, 0}, err))
        return false;
    if (!partners_count(partners, row->recipient, row->sender, -1, -row->size) ||
            (in_mailbox &&
                    !partners_count(partners, row->recipient, 0, -1, -row->size)))
        return err_set(err, E_BUSY, "too many letters end in one turn");
    return record_receipt(broker, &ended, receipt_of(state), code, broker->now_ms,
                   &slip, err) &&
           turn_mail(broker, &mail, slip, err);
}

bool record_end_unread(struct broker *broker, const struct letter_row *row,
        enum letter_state state, const char *code, struct err *err)
{
    bool step = row->type == LETTER_TYPE_EVENT ||
                row->type == LETTER_TYPE_INFO_REQUEST ||
                row->type == LETTER_TYPE_INFO_REPLY;
    struct offer_row offer;
    bool found = false;

    if (!record_end(broker, row, state, code, err) ||
            (step && row->offer != 0 &&
                    !ledger_offer_get(broker->ledger, row->offer, &offer, &found, err)))
        return false;
    return !found || routing_tell(broker, &offer, row->recipient, err);
}

bool record_reseal(struct broker *broker, const struct letter_row *letter,
        struct err *err)
{
    struct offer_row offer;
    bool found = false;

    if (letter->offer != 0 &&
            !ledger_offer_get(broker->ledger, letter->offer, &offer, &found, err))
        return false;
    if (found && lifecycle_is_terminal(offer.state))
        return true;
    struct mail_row mail = {
            .partner = letter->sender,
            .priority = letter->priority,
            .kind = MAIL_RESEAL,
            .ref = letter->no,
            .size = MAIL_SIGNED_BYTES,
            .bytes = {letter->msg_id.b, sizeof letter->msg_id.b},
    };
    return turn_mail(broker, &mail, NO_SLIP, err);
}

bool record_reseal_over(struct broker *broker, const struct partner *partner,
        const struct mail_row *mail, bool *over, struct err *err)
{
    struct letter_row letter;
    bool found, dropped;

    *over = false;
    if (mail->kind != MAIL_RESEAL)
        return true;
    if (!ledger_letter_get(broker->ledger, mail->ref, &letter, &found, err))
        return false;
    /* The number of a letter that is forgotten may have gone to another one. */
    bool same = found && span_equal(mail->bytes, SPAN_OF(letter.msg_id));
    *over = !same || letter.state == LETTER_DELIVERED ||
            letter.state == LETTER_PROCESSED;
    if (!*over)
        return true;
    return ledger_mail_drop(broker->ledger, partner->no, mail->priority, mail->mail_id,
                   &dropped, err) &&
           (partners_count(broker->partners, partner->no, 0, -1, -mail->size) ||
                   err_set(err, E_BUSY, "too much mail in one turn"));
}

bool record_partner(struct broker *broker, const char *name, struct partner **partner,
        struct err *err)
{
    struct partner *found = partners_find(broker->partners, name);
    uint32_t no;

    if (found == NULL) {
        if (!ledger_partner_add(broker->ledger, name, &no, err))
            return false;
        if (!partners_add(broker->partners, no, name, false, false))
            return err_set(err, ERR_NOMEM, "no room for more partners");
        found = partners_find(broker->partners, name);
    }
    *partner = found;
    return true;
}

bool record_step(struct broker *broker, struct partner *partner, bool in_step,
        struct err *err)
{
    if (in_step == partner->in_step)
        return true;
    if (!ledger_partner_step(broker->ledger, partner->no, in_step, err))
        return false;
    partner->in_step = in_step;
    if (in_step)
        delivery_again(broker);
    return true;
}
