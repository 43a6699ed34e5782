/* selfcheck.h - does every open offer here have one owner and one next date, and can
 * everything that waits still be moved? Asked by doctor, and once a night. */
#ifndef SELFCHECK_H
#define SELFCHECK_H

#include "nodes/node_inner.h"
#include "nodes/words.h"

/* The name of a check, and its words. */
const char *selfcheck_name(enum spool_check check);
const char *selfcheck_words(enum spool_check check, bool right, enum lang lang);

/* Once a night: what is wrong is logged, and shown by status. Nothing is mended by
 * itself. */
MUST_USE bool selfcheck_upkeep(struct node *node, struct err *err);
/* From this night on. */
void selfcheck_begin(struct node *node);

#endif
