/* violations.h - a letter that held more than it said, or what may not stand in it: it
 * is shown to nobody and destroyed, and both sides hear of it.
 *
 * A node computes what it declares from the filled fields, so such a letter comes from
 * a program that was changed or is out of date. */
#ifndef VIOLATIONS_H
#define VIOLATIONS_H

#include "nodes/node_inner.h"

enum { VIOLATIONS_SHOWN_DAYS = 30 }; /* doctor and status speak of them for so long */

/* Does this refusal mean that a letter held what it may not? */
bool violations_is(enum code code);

/* We opened a letter and found more in it than it said. */
MUST_USE bool violations_found(struct node *node, const struct letter_core *core,
        uint64_t case_number, enum code code, struct err *err);
/* The reader of a letter of ours says that of it: the case is unread again, and its
 * trace says what to do. */
MUST_USE bool violations_heard(struct node *node, const struct spool_sent *sent,
        enum code code, struct err *err);

/* How many letters that came to us (ours: that we sent) since VIOLATIONS_SHOWN_DAYS,
 * and whom the newest came from or went to. */
MUST_USE bool violations_count(struct node *node, bool ours, uint64_t *n_violations,
        char other[PARTNER_BYTES], struct err *err);

#endif
