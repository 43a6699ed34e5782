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

/* ------------------------------------------------------------- in confidence */

bool spool_next_confidence(struct db *db, uint64_t *number, struct err *err)
{
    return spool_number(db, db_use(db, SPOOL_CONFIDENCE_NEXT), number, err);
}

bool spool_put_confidence(struct db *db, const struct spool_confidence *confidence,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_CONFIDENCE_PUT);
    db_bind_int(stmt, 1, (int64_t)confidence->number);
    db_bind_int(stmt, 2, (int64_t)confidence->case_number);
    db_bind_int(stmt, 3, confidence->at_ms);
    db_bind_text(stmt, 4, confidence->who);
    db_bind_blob(stmt, 5, confidence->content);
    return db_do(db, stmt, NULL, err);
}

static bool take_confidence(struct sqlite3_stmt *stmt, struct arena *arena,
        struct spool_confidence *confidence, struct err *err)
{
    *confidence = (struct spool_confidence){
            .number = (uint64_t)db_int(stmt, 0),
            .case_number = (uint64_t)db_int(stmt, 1),
            .at_ms = db_int(stmt, 2),
    };
    return spool_keep_text(arena, db_text(stmt, 3), &confidence->who, err) &&
           spool_keep(arena, db_blob(stmt, 4), &confidence->content, err);
}

bool spool_confidences(struct db *db, uint64_t case_number, struct arena *arena,
        struct spool_confidence *rows, size_t max, size_t *n_rows, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_CONFIDENCE_LIST);
    db_bind_int(stmt, 1, (int64_t)case_number);
    db_bind_int(stmt, 2, (int64_t)max);
    size_t n = 0;
    bool row = true;
    bool ok = true;
    while (ok && row && n < max) {
        ok = db_row(db, stmt, &row, err);
        if (ok && row)
            ok = take_confidence(stmt, arena, &rows[n++], err);
    }
    db_end(stmt);
    if (ok)
        *n_rows = n;
    return ok;
}

bool spool_wipe_confidences(struct db *db, uint64_t case_number, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_CONFIDENCE_WIPE);
    db_bind_int(stmt, 1, (int64_t)case_number);
    return db_do(db, stmt, NULL, err);
}
