/* ack.c - mail that is safe with its recipient: receipts for letters, and room for
 * more. */
#include <stdio.h>

#include "broker/state.h"
#include "core/vocab.h"
#include "core/wire.h"

enum { ACK_RECEIPTS_MAX = 64 };

/* A receipt as it came, read and verified. */
struct ack_receipt {
    struct span bytes;
    struct receipt receipt;
};

/* brought: taken once, while who signed it was here. Who is suspended now, or has left
 * since, has read the letter all the same. */
static bool open_receipt(struct broker *broker, struct span bytes, bool brought,
        struct signed_ *thing, struct ack_receipt *out, struct err *err)
{
    bool ok = brought ? signed_get_registered(broker->cache, broker->directory,
                                KIND_RECEIPT, bytes, &broker->frame, thing, err)
                      : signed_get(broker->cache, broker->directory, broker->now_ms,
                                KIND_RECEIPT, bytes, &broker->frame, thing, err);

    if (!ok ||
            !wire_get(&WIRE_RECEIPT, thing->body, &broker->frame, &out->receipt, err) ||
            !signed_in_time(broker->directory, thing, (int64_t)out->receipt.at_ms, err))
        return err_wrap(err, "a receipt");
    /* It stands in the log here and at the sender: no place for words of its own. */
    if (out->receipt.code[0] != '\0' && code_find(out->receipt.code) == N_CODES)
        return err_set(err, E_CODE, "a receipt with a code that is none");
    out->bytes = bytes;
    return true;
}

static bool read_receipt(struct broker *broker, const struct partner *partner,
        struct span bytes, struct ack_receipt *out, struct err *err)
{
    struct signed_ thing;

    if (!open_receipt(broker, bytes, false, &thing, out, err))
        return false;
    return (strcmp(thing.signer, partner->name) == 0 &&
                   strcmp(out->receipt.recipient, partner->name) == 0) ||
           err_set(err, E_AUTH, "a receipt for somebody else's letter");
}

/* The receipt goes to who sent the letter, with its leaf, which was written last. */
static bool forward(struct broker *broker, const struct letter_row *letter,
        struct span bytes, struct err *err)
{
    struct mail_row mail = {
            .partner = letter->sender,
            .priority = letter->priority,
            .kind = MAIL_RECEIPT,
            .ref = letter->no,
            .size = MAIL_SIGNED_BYTES,
            .bytes = bytes,
            .log_leaf = record_leaf(broker),
    };
    return turn_mail(broker, &mail, NO_SLIP, err);
}

/* What the letter counted for, in the mailbox and between the two. */
static bool count_down(struct broker *broker, const struct letter_row *letter,
        bool ended, struct err *err)
{
    struct partners *partners = broker->partners;
    bool in_mailbox = letter->state == LETTER_WAITING || letter->state == LETTER_HANDED;

    if ((!in_mailbox ||
                partners_count(partners, letter->recipient, 0, -1, -letter->size)) &&
            (!ended || partners_count(partners, letter->recipient, letter->sender, -1,
                               -letter->size)))
        return true;
    return err_set(err, E_BUSY, "too many letters end in one turn");
}

/* tell: does its sender not know yet? */
static bool end_letter(struct broker *broker, const struct letter_row *letter,
        const struct ack_receipt *ack, bool tell, struct err *err)
{
    const struct receipt *receipt = &ack->receipt;
    enum letter_state state = receipt->state == RECEIPT_STATE_PROCESSED
                                      ? LETTER_PROCESSED
                                      : LETTER_FAILED;
    if (!ledger_letter_end(broker->ledger, letter, state, receipt->code, broker->now_ms,
                ack->bytes, err) ||
            !count_down(broker, letter, true, err) ||
            (tell && !forward(broker, letter, ack->bytes, err)))
        return false;
    /* The reader's key is gone: the letter has ended, and what it said may come again
     * under another one. */
    bool reseal =
            state == LETTER_FAILED && strcmp(receipt->code, code_name(E_KEY)) == 0;
    return !reseal || record_reseal(broker, letter, err);
}

static bool audit_receipt(struct broker *broker, const struct receipt *receipt,
        const struct letter_row *letter, struct err *err)
{
    struct record record = {
            .kind = "receipt",
            .msg_id = &receipt->msg_id,
            .core_hash = &letter->core_hash,
            .actor = receipt->recipient,
            .recipient = receipt->sender,
            .decision = receipt_state_name(receipt->state),
            .code = receipt->code,
    };
    return record_audit(broker, &record, err);
}

/* The reader's own word for the end. */
static bool is_readers(const struct receipt *receipt)
{
    return receipt->state == RECEIPT_STATE_PROCESSED ||
           receipt->state == RECEIPT_STATE_FAILED;
}

/* Is there a terminal receipt for the same letter in this very ack? Then nobody needs
 * to hear that it was delivered. */
static bool ends_here(const struct ack_receipt *acks, size_t n,
        const struct receipt *delivered)
{
    for (size_t i = 0; i < n; i++) {
        const struct receipt *receipt = &acks[i].receipt;
        if (is_readers(receipt) && id_equal(&receipt->msg_id, &delivered->msg_id))
            return true;
    }
    return false;
}

/* A reader says it again on later connections, lest it be lost; the sender hears it
 * once. */
static bool tell_once(struct broker *broker, bool first,
        const struct letter_row *letter, const struct ack_receipt *ack, struct err *err)
{
    return !first || (audit_receipt(broker, &ack->receipt, letter, err) &&
                             forward(broker, letter, ack->bytes, err));
}

/* That it was kept, and later that it was erased. */
static bool take_erased(struct broker *broker, const struct letter_row *letter,
        const struct ack_receipt *ack, struct err *err)
{
    bool kept = ack->receipt.retention > RETENTION_BASIS_NONE;
    bool first;

    return ledger_letter_erased(broker->ledger, letter->no, kept, &first, err) &&
           tell_once(broker, first, letter, ack, err);
}

/* The broker had ended it, and it was read all the same: the row keeps its one end, and
 * the reader's word is kept with it and goes to the sender, once. */
static bool take_late(struct broker *broker, const struct letter_row *letter,
        const struct ack_receipt *ack, struct err *err)
{
    bool first;

    /* Its leaf comes next, when it is the first. */
    return ledger_letter_late(broker->ledger, letter->no, ack->bytes,
                   record_leaf(broker) + 1, &first, err) &&
           tell_once(broker, first, letter, ack, err);
}

/* That a letter is erased may be said long after it is forgotten here, and its sender
 * may wait for just that: it is passed on, once. Whether the letter is the sender's,
 * and this its reader, the sender knows. */
static bool take_late_erased(struct broker *broker, struct partner *partner,
        const struct partner *sender, const struct ack_receipt *ack, struct err *err)
{
    const struct receipt *receipt = &ack->receipt;
    const struct letter_row letter = {
            .sender = sender->no,
            .core_hash = receipt->core_hash,
            .priority = LEDGER_PRIORITIES - 1,
    };
    bool kept = receipt->retention > RETENTION_BASIS_NONE;
    bool first;

    if (directory_live_member(broker->directory, sender->name, broker->now_ms) ==
                    NULL ||
            partner_day_count(&partner->late, broker->now_ms) >= LATE_ERASED_A_DAY)
        return true;
    if (!ledger_late_erased(broker->ledger, &receipt->msg_id, sender->no, partner->no,
                kept, broker->now_ms, &first, err))
        return false;
    partner->late.n += first;
    return tell_once(broker, first, &letter, ack, err);
}

static bool take_receipt(struct broker *broker, struct partner *partner,
        const struct ack_receipt *acks, size_t n, const struct ack_receipt *ack,
        struct err *err)
{
    const struct receipt *receipt = &ack->receipt;
    const struct partner *sender = partners_find(broker->partners, receipt->sender);
    struct letter_row letter;
    bool found = false;

    if (sender != NULL && !ledger_letter_find(broker->ledger, &receipt->msg_id,
                                  sender->no, &letter, &found, err))
        return false;
    if (!found && sender != NULL && receipt->state == RECEIPT_STATE_ERASED)
        return take_late_erased(broker, partner, sender, ack, err);
    /* A letter that was never handed to this partner, or is not known any more: the
     * receipt says nothing. */
    if (!found || letter.recipient != partner->no ||
            !key32_equal(&letter.core_hash, &receipt->core_hash) ||
            letter.state == LETTER_LODGED || letter.state == LETTER_WAITING ||
            letter.state == LETTER_REFUSED)
        return true;
    bool live = ledger_letter_live(&letter);
    switch (receipt->state) {
    case RECEIPT_STATE_DELIVERED:
        if (letter.state != LETTER_HANDED || ends_here(acks, n, receipt))
            return true;
        if (!audit_receipt(broker, receipt, &letter, err))
            return false;
        letter.last_leaf = record_leaf(broker);
        return ledger_letter_delivered(broker->ledger, &letter, err) &&
               count_down(broker, &letter, false, err) &&
               forward(broker, &letter, ack->bytes, err);
    case RECEIPT_STATE_PROCESSED:
    case RECEIPT_STATE_FAILED:
        if (!live)
            return take_late(broker, &letter, ack, err);
        if (!audit_receipt(broker, receipt, &letter, err))
            return false;
        letter.last_leaf = record_leaf(broker);
        return end_letter(broker, &letter, ack, true, err);
    case RECEIPT_STATE_ERASED: return take_erased(broker, &letter, ack, err);
    case RECEIPT_STATE_NONE:
    case RECEIPT_STATE_ACCEPTED:
    case RECEIPT_STATE_REFUSED:
    case RECEIPT_STATE_EXPIRED:
    case RECEIPT_STATE_RECALLED: break;
    }
    return err_set(err, E_FIELD, "a receipt that is not a reader's to give");
}

/* ---- after the loss of a store ---- */

/* Its sender's, by who may say that. */
static bool read_brought(struct broker *broker, const struct partner *partner,
        struct span bytes, struct ack_receipt *out, struct err *err)
{
    const struct receipt *receipt = &out->receipt;
    struct signed_ thing;

    if (!open_receipt(broker, bytes, true, &thing, out, err))
        return false;
    bool ours = receipt->state == RECEIPT_STATE_REFUSED ||
                receipt->state == RECEIPT_STATE_EXPIRED ||
                receipt->state == RECEIPT_STATE_RECALLED;
    const char *says = ours ? broker->name : receipt->recipient;
    if (strcmp(receipt->sender, partner->name) != 0 || strcmp(thing.signer, says) != 0)
        return err_set(err, E_AUTH, "a receipt that is not theirs to bring");
    return ours || is_readers(receipt) ||
           err_set(err, E_FIELD, "a receipt that is no end of a letter");
}

/* What the store had said before it was put back. A letter that has left since then is
 * its reader's to end. */
static bool end_again(struct broker *broker, const struct letter_row *letter,
        const struct receipt *receipt, struct err *err)
{
    enum letter_state state =
            receipt->state == RECEIPT_STATE_EXPIRED ? LETTER_EXPIRED : LETTER_RECALLED;

    if (letter->state != LETTER_LODGED && letter->state != LETTER_WAITING)
        return true;
    return record_end(broker, letter, state, receipt->code, err);
}

/* Who has read it was handed it: it may withdraw, and is told of a withdrawal, also of
 * one that came before this was known again. */
static bool was_handed(struct broker *broker, const struct letter_row *letter,
        const struct receipt *receipt, struct err *err)
{
    struct consent_row consent;
    bool known, found;
    const struct handed_row handed = {
            .msg_id = letter->msg_id,
            .partner = letter->recipient,
            .type = letter->type,
            .at_ms = (int64_t)receipt->at_ms,
    };
    if (letter->consent == 0)
        return true;
    if (!ledger_handed_to(broker->ledger, letter->consent, letter->recipient, &known,
                err) ||
            !ledger_handed_add(broker->ledger, letter->consent, &handed, err) ||
            !ledger_consent_get(broker->ledger, letter->consent, &broker->frame,
                    &consent, &found, err))
        return false;
    return known || !found || consent.withdrawn == 0 ||
           withdraw_recall(broker, &consent, letter->recipient, err);
}

bool ack_brought(struct broker *broker, const struct partner *partner,
        struct span bytes, struct err *err)
{
    struct ack_receipt ack;
    struct letter_row letter;
    bool found, first;

    if (!read_brought(broker, partner, bytes, &ack, err) ||
            !ledger_letter_find(broker->ledger, &ack.receipt.msg_id, partner->no,
                    &letter, &found, err))
        return false;
    if (!found || !key32_equal(&letter.core_hash, &ack.receipt.core_hash) ||
            strcmp(partners_name(broker->partners, letter.recipient),
                    ack.receipt.recipient) != 0)
        return true;
    if (!is_readers(&ack.receipt))
        return end_again(broker, &letter, &ack.receipt, err);
    if (!was_handed(broker, &letter, &ack.receipt, err))
        return false;
    /* Its leaf comes next, when it is the first. */
    if (!ledger_letter_live(&letter))
        return ledger_letter_late(broker->ledger, letter.no, bytes,
                       record_leaf(broker) + 1, &first, err) &&
               (!first || audit_receipt(broker, &ack.receipt, &letter, err));
    if (!audit_receipt(broker, &ack.receipt, &letter, err))
        return false;
    letter.last_leaf = record_leaf(broker);
    return end_letter(broker, &letter, &ack, false, err);
}

/* ---- mail ---- */

/* The reader was asked for its receipt and has none: the letter never came, and ends.
 */
static bool never_came(struct broker *broker, const struct in_flight *flight,
        struct err *err)
{
    struct letter_row letter;
    bool found;

    if (!ledger_letter_get(broker->ledger, flight->letter, &letter, &found, err))
        return false;
    return !found || letter.state != LETTER_HANDED ||
           record_end_unread(broker, &letter, flight->ends, code_name(flight->code),
                   err);
}

/* The row of a mail that is no letter goes now; that of a letter went with its receipt,
 * or stays until there is one. */
static bool drop_mail(struct broker *broker, struct partner *partner,
        const struct in_flight *flight, struct err *err)
{
    bool dropped;

    if (flight->letter != 0)
        return flight->ends == 0 || never_came(broker, flight, err);
    if (!ledger_mail_drop(broker->ledger, partner->no, flight->priority,
                flight->mail_id, &dropped, err))
        return false;
    if (dropped && !partners_count(broker->partners, partner->no, 0, -1, -flight->size))
        return err_set(err, E_BUSY, "too much mail in one turn");
    return true;
}

bool ack_take(struct broker *broker, struct partner *partner, const struct ack *ack,
        struct err *err)
{
    struct session *session = &partner->session;
    struct ack_receipt *acks =
            arena_take(&broker->frame, ACK_RECEIPTS_MAX * sizeof *acks);
    size_t n = ack->n_receipts;

    if (acks == NULL || n > ACK_RECEIPTS_MAX)
        return err_set(err, E_SIZE, "too many receipts at once");
    for (size_t i = 0; i < n; i++)
        if (!read_receipt(broker, partner, ack->receipts[i], &acks[i], err))
            return false;
    for (size_t i = 0; i < n; i++)
        if (!take_receipt(broker, partner, acks, n, &acks[i], err))
            return false;
    for (size_t i = 0; i < ack->n_mail_ids; i++) {
        size_t at = session_find_flight(session, ack->mail_ids[i]);
        if (at == session->n_flight)
            continue;
        if (!drop_mail(broker, partner, &session->flight[at], err))
            return false;
        session->flight[at] = session->flight[--session->n_flight];
    }
    session->mail_due = true;
    return true;
}
