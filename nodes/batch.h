/* batch.h - one turn of the node: everything new is signed once, written, committed,
 * and only then said.
 *
 * Handlers write their rows in the open transaction and leave here what needs the
 * signature, and what is to be sent. A false from these functions means that the store
 * or the memory failed. */
#ifndef BATCH_H
#define BATCH_H

#include "nodes/node_inner.h"

/* Open the turn's transaction when it is not open yet. */
MUST_USE bool batch_begin(struct node *node, struct err *err);

/* To be signed and written at the end of the turn; the row is copied, with what its
 * spans point to. */
MUST_USE bool batch_letter(struct node *node, struct span body,
        const struct spool_sent *row, struct err *err);
MUST_USE bool batch_capsule(struct node *node, struct span body,
        const struct spool_capsule *row, struct err *err);
/* Receipt for a letter that came as this mail. */
MUST_USE bool batch_receipt(struct node *node, uint64_t mail_id, const char *code,
        const struct spool_received *row, struct err *err);
/* Is there a receipt for this letter in the turn already, not written yet? */
bool batch_has_receipt(const struct node *node, const struct id *msg_id,
        const char *sender);
MUST_USE bool batch_erased(struct node *node, const struct spool_erasure *erasure,
        struct err *err);

/* To be said after the commit. */
MUST_USE bool batch_ack(struct node *node, uint64_t mail_id, struct span receipt,
        struct err *err);
MUST_USE bool batch_reply(struct node *node, uint64_t conn, struct span bytes,
        struct err *err);

/* What was left since the mark is forgotten again: its frame was undone. */
struct batch_mark {
    size_t n_items, n_acks, n_replies;
};
struct batch_mark batch_mark(const struct node *node);
void batch_undo(struct node *node, struct batch_mark mark);

/* Is the turn so full that it must end before another frame is taken? */
bool batch_is_full(const struct node *node);

/* Sign and write what is left so far. */
MUST_USE bool batch_flush(struct node *node, struct err *err);

/* Sign, write, commit, say. A turn gathers for a moment while more frames wait. False:
 * that is not done, because it gathers, or the node died of it. */
bool batch_end(struct node *node);
/* The same, without waiting. */
bool batch_close(struct node *node);

#endif
