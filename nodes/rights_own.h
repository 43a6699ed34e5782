/* rights_own.h - a person who asks to be erased asks it of this node as well: its own
 * case is destroyed by a decision of staff, and the register says so. */
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

#endif
