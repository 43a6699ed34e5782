/* audit_claim.h - what partners say to have seen of the broker's audit log, compared
 * with what the broker shows us: two nodes that are shown two logs find out
 * (docs/protocol.md, "Audit log"). */
#ifndef NODES_AUDIT_CLAIM_H
#define NODES_AUDIT_CLAIM_H

#include "gen/content.h"
#include "nodes/audit_check.h"

/* What we say ourselves, for a letter that leaves: the newest checkpoint that was
 * right. *seen lies in the scratch arena; NULL: there is none yet. */
MUST_USE bool audit_claim_say(struct node *node, const struct seen_log **seen,
        struct err *err);
/* What an opened letter says; what is not of the log of now says nothing. */
MUST_USE bool audit_claim_take(struct node *node, const struct content *content,
        struct err *err);
/* The size to ask about next; 0: none. */
MUST_USE bool audit_claim_size(struct node *node, uint64_t *size, struct err *err);
/* The head was found right: does what was claimed lead to it? */
MUST_USE bool audit_claim_check(struct node *node, const struct audit_check *check,
        struct err *err);

#endif
