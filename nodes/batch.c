/* batch.c - sign once, write, commit, then say. */
#include "nodes/batch.h"

#include "nodes/gateway_follow.h"
#include "nodes/outbox.h"
#include "nodes/proofs.h"
#include "nodes/session.h"
#include "nodes/vault.h"

bool batch_begin(struct node *node, struct err *err)
{
    if (node->batch->started_us == 0)
        node->batch->started_us = loop_monotonic_us(node->loop);
    return db_begin(node->db, err);
}

/* ------------------------------------------------------------- leaving things */

static bool keep(struct node *node, struct span *bytes, struct err *err)
{
    uint8_t *copy = arena_take(&node->batch_arena, bytes->len);
    if (copy == NULL)
        return err_set(err, ERR_NOMEM, "a turn of this size does not fit in memory");
    if (bytes->len > 0)
        memcpy(copy, bytes->at, bytes->len);
    bytes->at = copy;
    return true;
}

static void *keep_row(struct node *node, const void *row, size_t size, struct err *err)
{
    struct span copy = {row, size};
    if (!keep(node, &copy, err))
        return NULL;
    return node->batch_arena.at + (copy.at - node->batch_arena.at);
}

static bool add(struct node *node, enum batch_use use, enum kind kind, struct span body,
        void *row, size_t ack, struct err *err)
{
    struct batch *batch = node->batch;
    uint32_t ticket;
    if (row == NULL)
        return false;
    if (batch->n_items == BATCH_ITEMS_MAX)
        return err_set(err, ERR_INTERNAL, "one frame made too many signed things");
    if (!signer_add(node->signer, kind, body, &ticket, err))
        return false;
    batch->items[batch->n_items++] =
            (struct batch_item){.use = use, .ticket = ticket, .row = row, .ack = ack};
    return true;
}

bool batch_letter(struct node *node, struct span body, const struct spool_sent *row,
        struct err *err)
{
    struct spool_sent copy = *row;
    return keep(node, &copy.core, err) && keep(node, &copy.sealed, err) &&
           add(node, BATCH_LETTER, KIND_LETTER, body,
                   keep_row(node, &copy, sizeof copy, err), 0, err);
}

bool batch_capsule(struct node *node, struct span body, const struct spool_capsule *row,
        struct err *err)
{
    struct spool_capsule copy = *row;
    return keep(node, &copy.salt, err) &&
           add(node, BATCH_CAPSULE, KIND_CONSENT, body,
                   keep_row(node, &copy, sizeof copy, err), 0, err);
}

/* The receipt's bytes, and an acknowledgement that waits for its signature. */
static bool add_receipt(struct node *node, enum batch_use use, uint64_t mail_id,
        const struct receipt *receipt, void *row, struct err *err)
{
    struct span body;
    size_t ack = node->batch->n_acks;
    return row != NULL &&
           wire_put_arena(&WIRE_RECEIPT, receipt, &node->scratch, &body, err) &&
           batch_ack(node, mail_id, (struct span){NULL, 0}, err) &&
           add(node, use, KIND_RECEIPT, body, row, ack, err);
}

bool batch_receipt(struct node *node, uint64_t mail_id, const char *code,
        const struct spool_received *row, struct err *err)
{
    struct receipt receipt = {
            .v = 1,
            .msg_id = row->msg_id,
            .sender = row->sender,
            .recipient = node->partner,
            .state = row->state,
            .code = code,
            .at_ms = (uint64_t)row->at_ms,
            .core_hash = row->core_hash,
    };
    return add_receipt(node, BATCH_RECEIPT, mail_id, &receipt,
            keep_row(node, row, sizeof *row, err), err);
}

bool batch_has_receipt(const struct node *node, const struct id *msg_id,
        const char *sender)
{
    const struct batch *batch = node->batch;

    for (size_t i = 0; i < batch->n_items; i++) {
        const struct spool_received *row = batch->items[i].row;
        if (batch->items[i].use == BATCH_RECEIPT && id_equal(&row->msg_id, msg_id) &&
                strcmp(row->sender, sender) == 0)
            return true;
    }
    return false;
}

bool batch_erased(struct node *node, const struct spool_erasure *erasure,
        struct err *err)
{
    struct receipt receipt = {
            .v = 1,
            .msg_id = erasure->msg_id,
            .sender = erasure->sender,
            .recipient = node->partner,
            .state = RECEIPT_STATE_ERASED,
            .code = "",
            .at_ms = (uint64_t)node_now(node),
            .core_hash = erasure->core_hash,
            .retention =
                    erasure->retention != 0 ? erasure->retention : RETENTION_BASIS_NONE,
    };
    return add_receipt(node, BATCH_ERASED, 0, &receipt,
            keep_row(node, erasure, sizeof *erasure, err), err);
}

bool batch_ack(struct node *node, uint64_t mail_id, struct span receipt,
        struct err *err)
{
    struct batch *batch = node->batch;
    if (batch->n_acks == BATCH_ACKS_MAX)
        return err_set(err, ERR_INTERNAL, "one frame brought too much mail");
    if (receipt.len > 0 && !keep(node, &receipt, err))
        return false;
    batch->acks[batch->n_acks++] = (struct batch_ack){mail_id, receipt};
    return true;
}

bool batch_reply(struct node *node, uint64_t conn, struct span bytes, struct err *err)
{
    struct batch *batch = node->batch;
    if (batch->n_replies == BATCH_REPLIES_MAX)
        return err_set(err, ERR_INTERNAL, "too many replies in one turn");
    if (!keep(node, &bytes, err))
        return false;
    batch->replies[batch->n_replies++] = (struct batch_reply){conn, bytes};
    return true;
}

struct batch_mark batch_mark(const struct node *node)
{
    const struct batch *batch = node->batch;
    return (struct batch_mark){batch->n_items, batch->n_acks, batch->n_replies};
}

/* What the signer has of them is signed with the rest and goes nowhere. */
void batch_undo(struct node *node, struct batch_mark mark)
{
    struct batch *batch = node->batch;
    batch->n_items = mark.n_items;
    batch->n_acks = mark.n_acks;
    batch->n_replies = mark.n_replies;
}

bool batch_is_full(const struct node *node)
{
    const struct batch *batch = node->batch;
    return batch->n_items >= BATCH_ITEMS_FULL || batch->n_acks >= BATCH_ACKS_MAX / 2 ||
           batch->n_replies >= BATCH_REPLIES_MAX / 2 ||
           node->batch_arena.used > NODE_BATCH_BYTES / 2 ||
           (node->signer != NULL && signer_count(node->signer) >= BATCH_ITEMS_FULL);
}

/* ------------------------------------------------------------- signing and writing */

static bool write_item(struct node *node, const struct batch_item *item,
        struct span bytes, struct err *err)
{
    switch (item->use) {
    case BATCH_LETTER: {
        struct spool_sent *row = item->row;
        row->signed_ = bytes;
        return spool_put_sent(node->db, row, err) &&
               proofs_keep(node, row->case_number, KIND_LETTER, &row->msg_id, bytes,
                       err);
    }
    case BATCH_CAPSULE: {
        struct spool_capsule *row = item->row;
        row->bytes = bytes;
        return spool_put_capsule(node->db, row, err);
    }
    case BATCH_RECEIPT: {
        struct spool_received *row = item->row;
        row->receipt = bytes;
        node->batch->acks[item->ack].receipt = bytes;
        return spool_put_received(node->db, row, err) &&
               proofs_keep(node, row->case_number, KIND_RECEIPT, &row->msg_id, bytes,
                       err);
    }
    case BATCH_ERASED: {
        const struct spool_erasure *row = item->row;
        node->batch->acks[item->ack].receipt = bytes;
        return spool_erased(node->db, &row->msg_id, bytes, err) &&
               proofs_keep(node, row->case_number, KIND_RECEIPT, &row->msg_id, bytes,
                       err);
    }
    }
    return err_set(err, ERR_INTERNAL, "a turn with something unknown in it");
}

bool batch_flush(struct node *node, struct err *err)
{
    struct batch *batch = node->batch;
    if (batch->n_items > 0 && !signer_sign(node->signer, err))
        return err_wrap(err, "signing the turn");
    for (size_t i = 0; i < batch->n_items; i++) {
        struct span bytes;
        if (!signer_take(node->signer, batch->items[i].ticket, &node->batch_arena,
                    &bytes, err) ||
                !write_item(node, &batch->items[i], bytes, err))
            return err_wrap(err, "writing the turn");
    }
    batch->n_items = 0;
    if (node->signer != NULL)
        signer_clear(node->signer);
    return true;
}

/* ------------------------------------------------------------- the end */

static void say_replies(struct node *node)
{
    struct batch *batch = node->batch;
    for (size_t i = 0; i < batch->n_replies; i++) {
        enum sent sent = link_send(node->gateway, batch->replies[i].conn,
                batch->replies[i].bytes);
        /* Who does not read its replies is let go; the first reply is kept for when it
         * asks again. */
        if (sent == SENT_FULL)
            link_cut(node->gateway, batch->replies[i].conn);
    }
}

static bool commit(struct node *node, struct err *err)
{
    return batch_flush(node, err) && db_commit(node->db, err) &&
           vault_committed(node, err);
}

bool batch_close(struct node *node)
{
    struct batch *batch = node->batch;
    struct err err = {.code = CODE_OK};
    bool ok = !db_in_transaction(node->db) || commit(node, &err);
    if (ok)
        say_replies(node);
    if (!ok || !follow_tell(node, &err)) {
        node_die(node, &err);
        return false;
    }
    session_say(node, batch->acks, batch->n_acks);
    batch->n_replies = batch->n_acks = batch->n_items = 0;
    batch->started_us = 0;
    arena_reset(&node->batch_arena, 0);
    arena_reset(&node->scratch, 0);
    node_set_alarm(node);
    return true;
}

bool batch_end(struct node *node)
{
    const struct batch *batch = node->batch;
    bool may_gather =
            batch->started_us != 0 && !batch_is_full(node) &&
            loop_backlog(node->loop) &&
            loop_monotonic_us(node->loop) - batch->started_us < NODE_GATHER_US;
    if (!may_gather)
        return batch_close(node);
    /* The alarm ends the turn should nothing more come. */
    loop_wake_at(node->loop, node_now(node) + NODE_GATHER_US / 1000);
    return false;
}
