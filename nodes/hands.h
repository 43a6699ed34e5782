/* hands.h - cases that are handed on: through how many hands they have come, and which
 * of ours hands on which. */
#ifndef HANDS_H
#define HANDS_H

#include "nodes/node_inner.h"

/* What a status of the broker says of this offer; 0 when it cannot be believed. */
MUST_USE bool hands_of_status(struct node *node, struct span status,
        const struct id *offer_id, uint32_t *hands, struct err *err);
/* What the newest status that is kept of it says; 0: there is none yet. */
MUST_USE bool hands_of_offer(struct node *node, const struct id *offer_id,
        uint32_t *hands, struct err *err);

/* Is it a case that we hand on? What is in it is not ours. */
bool hands_is_onward(const struct spool_case *file);

enum { HANDS_MAX = 20 }; /* cases that hand one on, the first ones */
struct hands {
    uint64_t from; /* the case that came to us, of one that hands it on; 0: none */
    uint64_t *as;  /* the cases that hand this one on, in the scratch arena */
    size_t n_as;
};
MUST_USE bool hands_find(struct node *node, const struct spool_case *file,
        struct hands *hands, struct err *err);

/* What came was destroyed by this event, so what of it was handed on is destroyed here
 * too: nobody may say "erased" and keep a copy. What its sender took back is taken back
 * from the next one (hands_follow.h); after another end the offers go on, and staff
 * hear that they stand alone. */
MUST_USE bool hands_let_go(struct node *node, const struct spool_case *file,
        enum offer_event event, struct err *err);

/* What came was corrected: what of it was handed on still says what it said before.
 * Staff hear so in each of those cases, and correct them and their readers there. */
MUST_USE bool hands_corrected(struct node *node, const char *who,
        const struct spool_case *file, struct err *err);

#endif
