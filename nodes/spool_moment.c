/* spool_moment.c - what has happened with a case, in its order. */
#include "nodes/spool_inner.h"

bool spool_next_moment(struct db *db, uint64_t *number, struct err *err)
{
    return spool_number(db, db_use(db, SPOOL_MOMENT_NEXT), number, err);
}

bool spool_put_moment(struct db *db, const struct spool_moment *moment, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_MOMENT_PUT);
    db_bind_int(stmt, 1, (int64_t)moment->number);
    db_bind_int(stmt, 2, (int64_t)moment->case_number);
    db_bind_int(stmt, 3, moment->at_ms);
    db_bind_text(stmt, 4, moment->who);
    db_bind_int(stmt, 5, (int64_t)moment->event);
    db_bind_int(stmt, 6, (int64_t)moment->type);
    db_bind_blob(stmt, 7, moment->content);
    return db_do(db, stmt, NULL, err);
}

static bool take_moment(struct db *db, struct sqlite3_stmt *stmt, struct arena *arena,
        bool *found, struct spool_moment *moment, struct err *err)
{
    bool ok = db_row(db, stmt, found, err);
    if (ok && *found) {
        struct spool_moment got = {
                .number = (uint64_t)db_int(stmt, 0),
                .case_number = (uint64_t)db_int(stmt, 1),
                .at_ms = db_int(stmt, 2),
                .event = (enum offer_event)db_int(stmt, 4),
                .type = (enum letter_type)db_int(stmt, 5),
        };
        ok = spool_keep_text(arena, db_text(stmt, 3), &got.who, err) &&
             spool_keep(arena, db_blob(stmt, 6), &got.content, err);
        if (ok)
            *moment = got;
    }
    db_end(stmt);
    return ok;
}

bool spool_get_moment(struct db *db, uint64_t number, struct arena *arena, bool *found,
        struct spool_moment *moment, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_MOMENT_GET);
    db_bind_int(stmt, 1, (int64_t)number);
    return take_moment(db, stmt, arena, found, moment, err);
}

bool spool_moment_after(struct db *db, uint64_t case_number, uint64_t after,
        struct arena *arena, bool *found, struct spool_moment *moment, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_MOMENT_AFTER);
    db_bind_int(stmt, 1, (int64_t)case_number);
    db_bind_int(stmt, 2, (int64_t)after);
    return take_moment(db, stmt, arena, found, moment, err);
}

bool spool_moment_last(struct db *db, uint64_t case_number, enum letter_type type,
        struct arena *arena, bool *found, struct spool_moment *moment, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_MOMENT_LAST);
    db_bind_int(stmt, 1, (int64_t)case_number);
    db_bind_int(stmt, 2, (int64_t)type);
    return take_moment(db, stmt, arena, found, moment, err);
}

bool spool_count_moments(struct db *db, uint64_t case_number, enum letter_type type,
        uint64_t *n_moments, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_MOMENT_COUNT);
    db_bind_int(stmt, 1, (int64_t)case_number);
    db_bind_int(stmt, 2, (int64_t)type);
    return spool_number(db, stmt, n_moments, err);
}

bool spool_moments_start(struct db *db, uint64_t case_number, size_t max,
        uint64_t *after, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_MOMENT_START);
    db_bind_int(stmt, 1, (int64_t)case_number);
    db_bind_int(stmt, 2, (int64_t)max);
    return spool_number(db, stmt, after, err);
}

bool spool_wipe_moments(struct db *db, uint64_t case_number, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_MOMENT_WIPE);
    db_bind_int(stmt, 1, (int64_t)case_number);
    return db_do(db, stmt, NULL, err);
}
