/* spool_staff.h - which member of our own staff works on a case, and who stands in for
 * whom. Nothing of it leaves this node. */
#ifndef SPOOL_STAFF_H
#define SPOOL_STAFF_H

#include "nodes/spool.h"

enum {
    SPOOL_ACTOR_BYTES = 81,
    SPOOL_SUBSTITUTES_MAX = 100,
    SPOOL_HANDLER_DAYS = 400, /* after the last step that they did */
};

struct spool_substitute {
    char actor[SPOOL_ACTOR_BYTES]; /* who is away */
    char substitute[SPOOL_ACTOR_BYTES];
    int32_t from_day, until_day; /* the last one too */
};

/* The last who did a step in a case; "": nobody named. */
MUST_USE bool spool_set_handler(struct db *db, uint64_t case_number, const char *actor,
        int64_t at_ms, struct err *err);
MUST_USE bool spool_get_handler(struct db *db, uint64_t case_number,
        char actor[SPOOL_ACTOR_BYTES], struct err *err);

/* One for each who is away; the next takes the place of the one before. What is over
 * today goes. */
MUST_USE bool spool_put_substitute(struct db *db,
        const struct spool_substitute *substitute, int32_t today, struct err *err);
MUST_USE bool spool_drop_substitute(struct db *db, const char *actor, bool *found,
        struct err *err);
/* Those that are not over, ordered by who is away. */
MUST_USE bool spool_substitutes(struct db *db, int32_t today,
        struct spool_substitute substitutes[SPOOL_SUBSTITUTES_MAX],
        size_t *n_substitutes, struct err *err);

#endif
