/* awaited.h - letters of ours whose reader must destroy them and say so; told to people
 * when that word is missing (docs/referrals.md, "Erase receipts"). */
#ifndef AWAITED_H
#define AWAITED_H

#include "nodes/node_inner.h"

enum { AWAITED_SHOWN_MAX = 50 };

/* An offer of ours has ended without work done, or the consent of a signal was
 * withdrawn: its reader erases what it opened. */
MUST_USE bool awaited_begin(struct node *node, const struct spool_case *file,
        const struct id *offer_id, struct err *err);

/* The broker's list of what had been handed over when a consent was withdrawn. */
MUST_USE bool awaited_handed(struct node *node, const struct handed_over *list,
        size_t n_list, struct err *err);

/* A receipt of a letter of ours: an erase receipt ends the wait (kept: it stays, on a
 * ground), and so does that its reader never held it. */
MUST_USE bool awaited_receipt(struct node *node, const struct spool_sent *sent,
        enum receipt_state state, bool kept, struct err *err);

/* Tell people of what is late by now. */
MUST_USE bool awaited_upkeep(struct node *node, struct err *err);

#endif
