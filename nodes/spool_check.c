/* spool_check.c - what must hold of all rows, whatever has happened. */
#include "nodes/spool_inner.h"

bool spool_check(struct db *db, enum spool_check check, uint64_t *n, struct err *err)
{
    static const enum spool_statement statements[SPOOL_N_CHECKS] = {
            [SPOOL_CHECK_DATES] = SPOOL_ROWS_UNDATED,
            [SPOOL_CHECK_OWNERS] = SPOOL_ROWS_UNOWNED,
            [SPOOL_CHECK_STEPS] = SPOOL_ROWS_UNSAID,
            [SPOOL_CHECK_LETTERS] = SPOOL_ROWS_UNPACKED,
            [SPOOL_CHECK_CONSENTS] = SPOOL_ROWS_UNCOVERED,
    };
    return spool_number(db, db_use(db, statements[check]), n, err);
}
