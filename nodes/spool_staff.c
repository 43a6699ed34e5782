/* spool_staff.c - the tables of who works on a case, and who stands in for whom. */
#include "nodes/spool_staff.h"

#include <stdio.h>

#include "core/time.h"
#include "nodes/spool_inner.h"

bool spool_set_handler(struct db *db, uint64_t case_number, const char *actor,
        int64_t at_ms, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_HANDLER_SET);
    db_bind_int(stmt, 1, (int64_t)case_number);
    db_bind_text(stmt, 2, actor);
    db_bind_int(stmt, 3, at_ms);
    if (!db_do(db, stmt, NULL, err))
        return false;
    stmt = db_use(db, SPOOL_HANDLER_FORGET);
    db_bind_int(stmt, 1, at_ms - (int64_t)SPOOL_HANDLER_DAYS * TIME_DAY_MS);
    return db_do(db, stmt, NULL, err);
}

bool spool_get_handler(struct db *db, uint64_t case_number,
        char actor[SPOOL_ACTOR_BYTES], struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_HANDLER_GET);
    bool found;
    db_bind_int(stmt, 1, (int64_t)case_number);
    bool ok = db_row(db, stmt, &found, err);
    if (ok)
        snprintf(actor, SPOOL_ACTOR_BYTES, "%s", found ? db_text(stmt, 0) : "");
    db_end(stmt);
    return ok;
}

bool spool_put_substitute(struct db *db, const struct spool_substitute *substitute,
        int32_t today, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_SUBSTITUTE_FORGET);
    db_bind_int(stmt, 1, today);
    if (!db_do(db, stmt, NULL, err))
        return false;
    stmt = db_use(db, SPOOL_SUBSTITUTE_PUT);
    db_bind_text(stmt, 1, substitute->actor);
    db_bind_text(stmt, 2, substitute->substitute);
    db_bind_int(stmt, 3, substitute->from_day);
    db_bind_int(stmt, 4, substitute->until_day);
    return db_do(db, stmt, NULL, err);
}

bool spool_drop_substitute(struct db *db, const char *actor, bool *found,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_SUBSTITUTE_DROP);
    int64_t n_rows;
    db_bind_text(stmt, 1, actor);
    if (!db_do(db, stmt, &n_rows, err))
        return false;
    *found = n_rows > 0;
    return true;
}

bool spool_substitutes(struct db *db, int32_t today,
        struct spool_substitute substitutes[SPOOL_SUBSTITUTES_MAX],
        size_t *n_substitutes, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_SUBSTITUTE_LIST);
    db_bind_int(stmt, 1, today);
    db_bind_int(stmt, 2, SPOOL_SUBSTITUTES_MAX);
    struct db_rows rows = db_rows(db, stmt, SPOOL_SUBSTITUTES_MAX);
    while (db_next(&rows, err)) {
        struct spool_substitute *row = &substitutes[rows.at];
        snprintf(row->actor, sizeof row->actor, "%s", db_text(stmt, 0));
        snprintf(row->substitute, sizeof row->substitute, "%s", db_text(stmt, 1));
        row->from_day = (int32_t)db_int(stmt, 2);
        row->until_day = (int32_t)db_int(stmt, 3);
    }
    return db_rows_end(&rows, n_substitutes);
}
