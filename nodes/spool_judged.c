/* spool_judged.c - what decisions about letters were made of. */
#include "nodes/spool_inner.h"

bool spool_put_judged(struct db *db, const struct spool_judged *judged, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_JUDGED_PUT);
    db_bind_int(stmt, 1, (int64_t)judged->case_number);
    db_bind_id(stmt, 2, &judged->msg_id);
    db_bind_int(stmt, 3, (int64_t)judged->point);
    db_bind_int(stmt, 4, judged->at_ms);
    db_bind_text(stmt, 5, judged->code);
    db_bind_blob(stmt, 6, judged->facts);
    return db_do(db, stmt, NULL, err);
}

/* The row that a statement stands on, or found false. */
static bool take_judged(struct db *db, struct sqlite3_stmt *stmt, struct arena *arena,
        bool *found, struct spool_judged *judged, struct err *err)
{
    bool ok = db_row(db, stmt, found, err);
    if (ok && *found) {
        struct spool_judged got = {
                .number = (uint64_t)db_int(stmt, 0),
                .case_number = (uint64_t)db_int(stmt, 1),
                .point = (enum spool_point)db_int(stmt, 3),
                .at_ms = db_int(stmt, 4),
        };
        ok = db_id(stmt, 2, &got.msg_id, err) &&
             spool_keep_text(arena, db_text(stmt, 5), &got.code, err) &&
             spool_keep(arena, db_blob(stmt, 6), &got.facts, err);
        if (ok)
            *judged = got;
    }
    db_end(stmt);
    return ok;
}

bool spool_judged_before(struct db *db, uint64_t case_number, uint64_t before,
        struct arena *arena, bool *found, struct spool_judged *judged, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_JUDGED_BEFORE);
    db_bind_int(stmt, 1, (int64_t)case_number);
    db_bind_int(stmt, 2, before > INT64_MAX ? INT64_MAX : (int64_t)before);
    return take_judged(db, stmt, arena, found, judged, err);
}

bool spool_judged_of(struct db *db, const struct id *msg_id, struct arena *arena,
        bool *found, struct spool_judged *judged, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_JUDGED_OF);
    db_bind_id(stmt, 1, msg_id);
    return take_judged(db, stmt, arena, found, judged, err);
}

bool spool_judged_refused(struct db *db, struct arena *arena, bool *found,
        struct spool_judged *judged, struct err *err)
{
    return take_judged(db, db_use(db, SPOOL_JUDGED_REFUSED), arena, found, judged, err);
}
