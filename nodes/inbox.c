/* inbox.c - one item of mail, whatever it is. */
#include "nodes/inbox.h"

#include "nodes/batch.h"
#include "nodes/cases.h"
#include "nodes/consents.h"
#include "nodes/escalations.h"
#include "nodes/outbox.h"
#include "nodes/session.h"

static bool take_item(struct node *node, const struct mail *mail, struct err *err)
{
    if (mail->letter.len > 0) {
        if (!inbox_letter(node, mail, err))
            return false;
        return mail->status.len == 0 || cases_status(node, mail->status, err);
    }
    if (!id_is_none(&mail->ask))
        return inbox_asked(node, mail, err);
    if (mail->receipt.len > 0 &&
            !outbox_receipt(node, mail->receipt, mail->log_leaf, err))
        return false;
    if (mail->withdrawal.len > 0 &&
            !consents_recall(node, mail->withdrawal, mail->log_leaf, err))
        return false;
    if (mail->escalation.len > 0 && !escalations_take(node, mail->escalation, err))
        return false;
    if (!id_is_none(&mail->reseal) && !outbox_reseal(node, &mail->reseal, err))
        return false;
    if (mail->status.len > 0 && !cases_status(node, mail->status, err))
        return false;
    return batch_ack(node, mail->mail_id, (struct span){NULL, 0}, err);
}

/* What we had no room to look at is not refused: it leaves nothing, is not
 * acknowledged, and comes again on the next connection. */
static bool put_off(struct node *node, struct batch_mark mark, struct err *err)
{
    log_error(node->log, node_now(node), "mail_put_off", "code=%s",
            code_name(ERR_NOMEM));
    batch_undo(node, mark);
    node->session.put_off = true;
    return db_undo(node->db, err);
}

bool inbox_take(struct node *node, const struct mail *mail, struct err *err)
{
    struct err why = {.code = CODE_OK};
    size_t used = node->scratch.used;
    /* An earlier item must not be undone with this one, so it is written first when the
     * batch is full; and a withdrawal, or the end of an escalation, looks in the tables
     * for all that goes with it. */
    bool ends = mail->withdrawal.len > 0 || mail->escalation.len > 0;
    if ((batch_is_full(node) || ends) && !batch_flush(node, err))
        return false;
    struct batch_mark mark = batch_mark(node);
    if (!db_savepoint(node->db, err))
        return false;
    (void)arena_was_full(&node->scratch);
    bool ok = take_item(node, mail, &why);
    bool full = arena_was_full(&node->scratch);
    arena_reset(&node->scratch, used);
    if (!ok && !session_is_refusal(&why) && !(full && why.code == ERR_NOMEM)) {
        *err = why;
        return false;
    }
    if (full)
        return put_off(node, mark, err);
    if (ok)
        return db_release(node->db, err);
    /* What cannot be judged has no effect; it is acknowledged, or it would come for
     * ever. */
    log_warn(node->log, node_now(node), "mail_refused", "code=%s words=\"%s\"",
            code_name(why.code), why.msg);
    batch_undo(node, mark);
    return db_undo(node->db, err) &&
           batch_ack(node, mail->mail_id, (struct span){NULL, 0}, err);
}
