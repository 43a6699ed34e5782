/* inbox_letter.c - a letter that came: verified, compared, judged, opened, receipted.
 */
#include <stdio.h>

#include "nodes/audit.h"
#include "nodes/audit_claim.h"
#include "nodes/batch.h"
#include "nodes/consents.h"
#include "nodes/inbox_inner.h"
#include "nodes/session.h"

/* ------------------------------------------------------------- reading */

/* Verify before decode: the signature covers these exact bytes. *code: the letter can
 * be named, but not be taken. */
static bool read_letter(struct node *node, const struct mail *mail,
        struct inbox_letter *letter, enum code *code, struct err *err)
{
    struct letter parts;
    struct letter_body body;
    struct signed_ thing;
    struct err why = {.code = CODE_OK};
    struct arena *scratch = &node->scratch;
    *code = CODE_OK;
    if (!wire_get(&WIRE_LETTER, mail->letter, scratch, &parts, err))
        return false;
    if (!session_verify(node, KIND_LETTER, parts.signed_, &thing, &why)) {
        /* A refusal needs the letter's name; what else it says is not believed. */
        if (!session_is_refusal(&why) ||
                !wire_get(&WIRE_SIGNED, parts.signed_, scratch, &thing, err)) {
            *err = why;
            return false;
        }
        *code = why.code;
    }
    if (!wire_get(&WIRE_LETTER_BODY, thing.body, scratch, &body, err) ||
            !wire_get(&WIRE_LETTER_CORE, body.core, scratch, &letter->core, err))
        return false;
    letter->mail_id = mail->mail_id;
    letter->log_leaf = mail->log_leaf;
    letter->signed_ = parts.signed_;
    letter->packed_core = body.core;
    letter->sealed = parts.sealed;
    struct key32 sealed_hash = hash_sha256_one(parts.sealed);
    const struct span whole[] = {parts.signed_, SPAN_OF(sealed_hash)};
    letter->letter_hash = hash_sha256(whole, COUNT_OF(whole));
    if (strcmp(letter->core.recipient, node->partner) != 0)
        return err_set(err, E_AUTH, "a letter for %s came to us",
                letter->core.recipient);
    if (*code == CODE_OK && (strcmp(letter->core.sender, thing.signer) != 0 ||
                                    !signed_in_time(node->directory, &thing,
                                            (int64_t)letter->core.created_ms, &why)))
        *code = E_AUTH;
    if (*code == CODE_OK && !key32_equal(&sealed_hash, &body.sealed_sha256))
        *code = E_FORMAT;
    return true;
}

/* ------------------------------------------------------------- the whole */

static bool receipt(struct node *node, const struct inbox_letter *letter,
        enum code code, struct err *err)
{
    struct spool_received row = {
            .msg_id = letter->core.msg_id,
            .letter_hash = letter->letter_hash,
            .core_hash = hash_sha256_one(letter->packed_core),
            .case_number = code == CODE_OK ? letter->file.number : 0,
            .type = letter->core.type,
            .state = code == CODE_OK ? RECEIPT_STATE_PROCESSED : RECEIPT_STATE_FAILED,
            .at_ms = node_now(node),
    };
    snprintf(row.sender, sizeof row.sender, "%s", letter->core.sender);
    const char *name = code == CODE_OK ? "" : code_name(code);
    if (code != CODE_OK)
        log_warn(node->log, row.at_ms, "letter_failed", "from=%s code=%s", row.sender,
                name);
    const char *what = code == CODE_OK ? "received" : "turned_away";
    const struct trace_letter about = {
            .type = row.type,
            .event = letter->core.event,
            .other = row.sender,
            .msg_id = row.msg_id,
    };
    const struct audit_thing word = {
            .kind = KIND_LETTER,
            .bytes = letter->signed_,
            .about = row.msg_id,
            .case_number = row.case_number,
            .log_leaf = letter->log_leaf,
    };
    return inbox_keep_judged(node, letter, code, err) &&
           node_trace_letter(node, letter->file.number, node->partner, what, name,
                   &about, err) &&
           audit_keep(node, &word, err) &&
           batch_receipt(node, letter->mail_id, name, &row, err);
}

/* A no that leaves nothing here: no number is used up by it. */
static bool turn_away(struct node *node, const struct inbox_letter *letter,
        enum code code, struct err *err)
{
    struct receipt body = {
            .v = 1,
            .msg_id = letter->core.msg_id,
            .sender = letter->core.sender,
            .recipient = node->partner,
            .state = RECEIPT_STATE_FAILED,
            .code = code_name(code),
            .at_ms = (uint64_t)node_now(node),
            .core_hash = hash_sha256_one(letter->packed_core),
    };
    struct span packed;
    struct span bytes;
    log_warn(node->log, node_now(node), "letter_turned_away", "from=%s code=%s",
            letter->core.sender, code_name(code));
    return wire_put_arena(&WIRE_RECEIPT, &body, &node->scratch, &packed, err) &&
           signed_make(node->partner, node->home.identity, KIND_RECEIPT, packed,
                   &node->scratch, &bytes, err) &&
           batch_ack(node, letter->mail_id, bytes, err);
}

bool inbox_letter(struct node *node, const struct mail *mail, struct err *err)
{
    struct consents_known known = {.there = false};
    struct inbox_letter letter = {.known = &known};
    struct spool_received before;
    enum code code;
    bool found;
    if (!read_letter(node, mail, &letter, &code, err))
        return false;
    /* A frame that came twice in one turn: the receipt of the first is under way. */
    if (batch_has_receipt(node, &letter.core.msg_id, letter.core.sender))
        return true;
    if (!spool_get_received(node->db, &letter.core.msg_id, letter.core.sender,
                &node->scratch, &found, &before, err))
        return false;
    /* The number is known: the same letter gets the same receipt. */
    if (found && key32_equal(&before.letter_hash, &letter.letter_hash))
        return batch_ack(node, letter.mail_id, before.receipt, err);
    if (found)
        return turn_away(node, &letter, E_ID_REUSE, err);
    /* Not shown to be the sender's: the real one may still come under this number. */
    if (code != CODE_OK)
        return turn_away(node, &letter, code, err);
    if (!inbox_judge(node, mail, &letter, &code, err))
        return false;
    if (code == CODE_OK && !inbox_open(node, &letter, &code, err))
        return false;
    if (code == CODE_OK && !inbox_admit(node, &letter, &code, err))
        return false;
    if (code == CODE_OK && !audit_claim_take(node, &letter.content, err))
        return false;
    if (code == CODE_OK && !inbox_file(node, &letter, &code, err))
        return false;
    return receipt(node, &letter, code, err);
}

bool inbox_asked(struct node *node, const struct mail *mail, struct err *err)
{
    struct spool_received before = {
            .receipt = {NULL, 0}
    };
    bool found;
    if (batch_has_receipt(node, &mail->ask, mail->ask_sender))
        return true;
    if (!spool_get_received(node->db, &mail->ask, mail->ask_sender, &node->scratch,
                &found, &before, err))
        return false;
    log_info(node->log, node_now(node), "asked", "from=%s came=%d", mail->ask_sender,
            found);
    return batch_ack(node, mail->mail_id, before.receipt, err);
}
