/* escalations.h - at a coordinator: referrals of others that need somebody who is not a
 * party to them (docs/coordinating.md). Where, how urgent, since when; no person, but
 * for the preview that a consent allows. */
#ifndef ESCALATIONS_H
#define ESCALATIONS_H

#include "nodes/inbox.h"
#include "nodes/spool_escalation.h"

enum {
    /* A broker that makes them up fills no disk: so many are open here, ... */
    ESCALATIONS_OPEN_MAX = 5000,
    /* ... so many are kept once they are over, ... */
    ESCALATIONS_KEPT_MAX = 20000,
    /* ... and so many are open that one partner told itself. */
    ESCALATIONS_TOLD_MAX = 200,
    ESCALATIONS_PURGE = 50, /* of one round */
};

/* Do we coordinate in this area now? area NULL: anywhere. */
bool escalations_ours(const struct node *node, const char *area);

/* The broker's word that a referral needs somebody, or that it needs nobody any more.
 */
MUST_USE bool escalations_take(struct node *node, struct span bytes, struct err *err);

/* A letter that was opened: the preview of what nobody has taken, or what only a
 * partner can know. letter->file becomes the case that it belongs to; *code: why it
 * cannot be taken. */
MUST_USE bool escalations_overview(struct node *node, struct inbox_letter *letter,
        enum code *code, struct err *err);
MUST_USE bool escalations_concern(struct node *node, struct inbox_letter *letter,
        enum code *code, struct err *err);

/* May partners be proposed to who referred? Of what is missing somebody else has to
 * take care, not a candidate. */
bool escalations_may_assign(uint16_t cause);

/* As people see it; what it points to lies in the scratch arena. preview: with what
 * came of it. */
MUST_USE bool escalations_line(struct node *node,
        const struct spool_escalation *escalation, bool preview,
        struct escalation_line *line, struct err *err);

/* Once a day the broker is shown what is late: after the loss of its store it may not
 * have told us that it is over. next: the words that go now; *n_words 0: no more. */
void escalations_ask(struct node *node);
MUST_USE bool escalations_next(struct node *node, struct span *words, size_t max,
        size_t *n_words, struct err *err);

/* Let go what is past its term; *n: how many. */
MUST_USE bool escalations_purge(struct node *node, int64_t term_ms, uint64_t *n,
        struct err *err);

/* Where we coordinate no longer, what was shown to us is destroyed, and who sealed it
 * hears so. */
MUST_USE bool escalations_upkeep(struct node *node, struct err *err);

#endif
