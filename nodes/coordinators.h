/* coordinators.h - at who referred: what the coordinators of the area are shown of a
 * case and told about it, and whom they propose (docs/coordinating.md). */
#ifndef COORDINATORS_H
#define COORDINATORS_H

#include "nodes/inbox.h"
#include "nodes/letters.h"
#include "nodes/spool_escalation.h"

enum {
    COORDINATORS_TRIES_MAX = 168,    /* once an hour for a week */
    COORDINATORS_PROPOSALS_MAX = 50, /* of one case */
    COORDINATORS_ROUND = 50,         /* cases of one round of upkeep */
};

/* An offer of this case has moved. When the referral has found no place, each
 * coordinator of the area whom the consent names is shown the preview, judged as that
 * of a candidate is; when it has, they are to destroy it. */
MUST_USE bool coordinators_moved(struct node *node, const struct spool_case *file,
        struct err *err);

/* Try again what could not go. */
MUST_USE bool coordinators_upkeep(struct node *node, struct err *err);

/* A receipt of an overview of ours: what its reader or the broker made of it. */
MUST_USE bool coordinators_receipt(struct node *node, const struct spool_sent *sent,
        enum receipt_state state, enum code code, struct err *err);

/* This partner has not said in time that it erased; and: now it has. */
MUST_USE bool coordinators_concern(struct node *node, const struct spool_case *file,
        const char *partner, int64_t since_ms, struct err *err);
/* What this partner was late with was a signal of our own: somebody has looked at it.
 */
MUST_USE bool coordinators_looked_at(struct node *node, const struct spool_case *file,
        struct err *err);
MUST_USE bool coordinators_heard(struct node *node, const struct spool_sent *sent,
        struct err *err);

/* A proposal that was opened; letter->file becomes the case that it is about, *code:
 * why it cannot be taken. */
MUST_USE bool coordinators_proposal(struct node *node, struct inbox_letter *letter,
        enum code *code, struct err *err);

/* For people: whom a coordinator proposes, and what coordinators were shown. */
MUST_USE bool coordinators_show(struct node *node, const struct spool_case *file,
        struct case_detail *detail, struct err *err);

#endif
