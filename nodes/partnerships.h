/* partnerships.h - how we stand with other partners, for people: what was agreed, what
 * each side still has to do, what ends soon (docs/referrals.md, "Partnership"). */
#ifndef PARTNERSHIPS_H
#define PARTNERSHIPS_H

#include "nodes/node_inner.h"

enum {
    PARTNERSHIPS_WARN_DAYS = 60, /* before the last day, on both sides */
    PARTNERSHIPS_ENDS_SHOWN = 50,
};

/* none, proposed, to_agree, active, ended */
const char *partnerships_state(const struct node *node, const char *partner);

/* All about one partner; *there false: nothing was ever proposed. */
MUST_USE bool partnerships_line(struct node *node, const struct member *member,
        bool *there, struct partnership_line *line, struct err *err);

/* Those whose last day is near, or over while nobody ended or renewed it. */
MUST_USE bool partnerships_ends(struct node *node, struct partnership_end *ends,
        size_t *n_ends, struct err *err);

/* Who proposed terms that wait for our answer. */
void partnerships_to_agree(const struct node *node,
        const char *names[PARTNERSHIPS_ENDS_SHOWN], size_t *n_names);

#endif
