/* proofs.h - the file that proves a case to others: everything that was signed about
 * it, and the steward's word on who signed (core/evidence.h). */
#ifndef PROOFS_H
#define PROOFS_H

#include "nodes/node_inner.h"

/* Keep a thing that we signed ourselves; msg_id: of the letter that it is or is about.
 * Case 0 has nothing to prove. */
MUST_USE bool proofs_keep(struct node *node, uint64_t case_number, enum kind kind,
        const struct id *msg_id, struct span bytes, struct err *err);

/* The packed file, in the scratch arena, and how much of what it could hold is asked of
 * the broker now. E_SIZE: it does not fit. */
MUST_USE bool proofs_file(struct node *node, const struct spool_case *file,
        struct evidence_made *made, struct err *err);

#endif
