/* rights_own.h - what a person asks of partners is asked of this node as well: its own
 * case is corrected, or destroyed by a decision of staff. */
#ifndef RIGHTS_OWN_H
#define RIGHTS_OWN_H

#include "nodes/gateway.h"
#include "nodes/spool_rights.h"

/* May the own case go? What still runs is ended first, and what is kept on a ground
 * that was named stays until that is taken back; the call then has its issue. */
MUST_USE bool rights_own_check(struct node *node, struct gateway_call *call,
        const struct spool_case *file, struct err *err);
/* It goes: the key of the case, and a row of the register that says who did it. */
MUST_USE bool rights_own_erase(struct node *node, struct gateway_call *call,
        struct spool_case *file, struct spool_right *row, struct err *err);

/* What was wrong with the others is wrong here too: in our own case of each of them,
 * and in the one that was named. *corrected: in one of them at least. */
MUST_USE bool rights_own_correct(struct node *node, struct gateway_call *call,
        const struct spool_party *parties, size_t n_parties, bool *corrected,
        struct err *err);

#endif
