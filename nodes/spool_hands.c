/* spool_hands.c - which cases hand on what came. */
#include "nodes/spool_hands.h"

#include "nodes/spool_inner.h"

bool spool_hands_open(struct db *db, uint64_t *numbers, size_t max, size_t *n_numbers,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_HANDS_OPEN);
    db_bind_int(stmt, 1, (int64_t)max);
    return spool_numbers(db, stmt, numbers, max, n_numbers, err);
}
