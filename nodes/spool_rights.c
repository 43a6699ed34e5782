/* spool_rights.c - the registers of the store. */
#include "nodes/spool_rights.h"

#include "nodes/spool_inner.h"

/* ------------------------------------------------------------- violations */

bool spool_put_violation(struct db *db, const struct spool_violation *violation,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_VIOLATION_PUT);
    db_bind_int(stmt, 1, violation->at_ms);
    db_bind_int(stmt, 2, violation->ours);
    db_bind_text(stmt, 3, violation->other);
    db_bind_id(stmt, 4, &violation->msg_id);
    db_bind_int(stmt, 5, (int64_t)violation->type);
    db_bind_text(stmt, 6, code_name(violation->code));
    db_bind_int(stmt, 7, (int64_t)violation->case_number);
    if (!db_do(db, stmt, NULL, err))
        return false;
    stmt = db_use(db, SPOOL_VIOLATION_TRIM);
    db_bind_int(stmt, 1, SPOOL_VIOLATIONS_KEPT);
    return db_do(db, stmt, NULL, err);
}

bool spool_count_violations(struct db *db, bool ours, int64_t since_ms,
        uint64_t *n_violations, char other[PARTNER_BYTES], struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_VIOLATION_COUNT);
    bool row;
    db_bind_int(stmt, 1, ours);
    db_bind_int(stmt, 2, since_ms);
    if (!db_row(db, stmt, &row, err))
        return false;
    *n_violations = row ? (uint64_t)db_int(stmt, 0) : 0;
    spool_text(stmt, 1, other, PARTNER_BYTES);
    db_end(stmt);
    return true;
}
