/* spool_join.c - that the broker's log went on from one kept checkpoint to a later one:
 * what is wanted for a file of evidence, and what has come. */
#include "nodes/spool_inner.h"

bool spool_log_kept(struct db *db, uint64_t log, uint64_t *size, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_LOG_KEPT);
    db_bind_int(stmt, 1, (int64_t)log);
    /* No copy: -1 is more than any log has. */
    return spool_number(db, stmt, size, err);
}

bool spool_checkpoint_at(struct db *db, uint64_t log, uint64_t size,
        struct arena *arena, struct span *bytes, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_CHECKPOINT_AT);
    bool found;
    db_bind_int(stmt, 1, (int64_t)log);
    db_bind_int(stmt, 2, (int64_t)size);
    *bytes = (struct span){NULL, 0};
    if (!db_row(db, stmt, &found, err))
        return false;
    bool ok = !found || spool_keep(arena, db_blob(stmt, 0), bytes, err);
    db_end(stmt);
    return ok;
}

static void bind(struct sqlite3_stmt *stmt, const struct spool_join *join)
{
    db_bind_int(stmt, 1, (int64_t)join->log);
    db_bind_int(stmt, 2, (int64_t)join->from_size);
    db_bind_int(stmt, 3, (int64_t)join->to_size);
}

bool spool_get_join(struct db *db, struct arena *arena, bool *found,
        struct spool_join *join, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_JOIN_GET);
    bind(stmt, join);
    if (!db_row(db, stmt, found, err))
        return false;
    bool ok = !*found || spool_keep(arena, db_blob(stmt, 0), &join->path, err);
    db_end(stmt);
    return ok;
}

bool spool_want_join(struct db *db, const struct spool_join *join, int64_t now_ms,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_JOIN_WANT);
    bind(stmt, join);
    db_bind_int(stmt, 4, now_ms);
    return db_do(db, stmt, NULL, err);
}

bool spool_wanted_joins(struct db *db, uint64_t log, struct spool_join *joins,
        size_t max, size_t *n_joins, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_JOIN_WANTED);
    db_bind_int(stmt, 1, (int64_t)log);
    db_bind_int(stmt, 2, (int64_t)max);
    struct db_rows rows = db_rows(db, stmt, max);
    while (db_next(&rows, err))
        joins[rows.at] = (struct spool_join){
                .log = log,
                .from_size = (uint64_t)db_int(stmt, 0),
                .to_size = (uint64_t)db_int(stmt, 1),
        };
    return db_rows_end(&rows, n_joins);
}

bool spool_put_join(struct db *db, const struct spool_join *join, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_JOIN_DONE);
    bind(stmt, join);
    db_bind_blob(stmt, 4, join->path);
    return db_do(db, stmt, NULL, err);
}

bool spool_drop_wanted_joins(struct db *db, struct err *err)
{
    return db_do(db, db_use(db, SPOOL_JOIN_DROP), NULL, err);
}

bool spool_forget_joins(struct db *db, int64_t before_ms, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_JOIN_FORGET);
    db_bind_int(stmt, 1, before_ms);
    return db_do(db, stmt, NULL, err);
}
