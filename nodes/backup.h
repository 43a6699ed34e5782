/* backup.h - a copy of the node while it runs: its store, its keys, a list of what is
 * there. */
#ifndef NODES_BACKUP_H
#define NODES_BACKUP_H

#include "nodes/gateway.h"

/* Copy the next pages; in each turn while there is a backup. */
MUST_USE bool node_backup_step(struct node *node, struct err *err);
void node_backup_end(struct node *node);

#endif
