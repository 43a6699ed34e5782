/* spool_volunteers.c - the table of what the volunteers of our antennas can take on. */
#include "nodes/spool_volunteers.h"

#include <stdio.h>

#include "nodes/spool_inner.h"

bool spool_put_volunteers(struct db *db, const struct spool_volunteers *volunteers,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_VOLUNTEERS_PUT);
    db_bind_text(stmt, 1, volunteers->antenna);
    db_bind_int(stmt, 2, volunteers->band);
    db_bind_int(stmt, 3, volunteers->most);
    db_bind_int(stmt, 4, volunteers->pause_day);
    return db_do(db, stmt, NULL, err);
}

bool spool_drop_volunteers(struct db *db, const char *antenna, bool *found,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_VOLUNTEERS_DROP);
    int64_t n_rows;
    db_bind_text(stmt, 1, antenna);
    if (!db_do(db, stmt, &n_rows, err))
        return false;
    *found = n_rows > 0;
    return true;
}

bool spool_volunteers(struct db *db,
        struct spool_volunteers volunteers[SPOOL_VOLUNTEERS_MAX], size_t *n_volunteers,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_VOLUNTEERS_LIST);
    db_bind_int(stmt, 1, SPOOL_VOLUNTEERS_MAX);
    struct db_rows rows = db_rows(db, stmt, SPOOL_VOLUNTEERS_MAX);
    while (db_next(&rows, err)) {
        struct spool_volunteers *row = &volunteers[rows.at];
        snprintf(row->antenna, sizeof row->antenna, "%s", db_text(stmt, 0));
        row->band = (uint16_t)db_int(stmt, 1);
        row->most = (uint32_t)db_int(stmt, 2);
        row->pause_day = (int32_t)db_int(stmt, 3);
    }
    return db_rows_end(&rows, n_volunteers);
}

bool spool_antenna_tasks(struct db *db, const char *antenna, uint32_t *n_tasks,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_VOLUNTEERS_TASKS);
    bool found;
    db_bind_text(stmt, 1, antenna);
    bool ok = db_row(db, stmt, &found, err);
    if (ok)
        *n_tasks = found ? (uint32_t)db_int(stmt, 0) : 0;
    db_end(stmt);
    return ok;
}
