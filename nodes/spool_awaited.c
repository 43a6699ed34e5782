/* spool_awaited.c - letters of ours that their reader must destroy, and its word that
 * it has. */
#include "nodes/spool_inner.h"

bool spool_await(struct db *db, uint64_t case_number, const struct id *offer_id,
        int64_t now_ms, int64_t due_ms, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_AWAITED_ADD);
    db_bind_int(stmt, 1, (int64_t)case_number);
    db_bind_id(stmt, 2, offer_id);
    db_bind_int(stmt, 3, now_ms);
    db_bind_int(stmt, 4, due_ms);
    return db_do(db, stmt, NULL, err);
}

bool spool_await_handed(struct db *db, const struct id *msg_id, int64_t now_ms,
        int64_t due_ms, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_AWAITED_HANDED);
    db_bind_id(stmt, 1, msg_id);
    db_bind_int(stmt, 2, now_ms);
    db_bind_int(stmt, 3, due_ms);
    return db_do(db, stmt, NULL, err);
}

bool spool_awaited_heard(struct db *db, const struct spool_sent *sent, bool kept,
        int64_t now_ms, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_AWAITED_HEARD);
    db_bind_id(stmt, 1, &sent->msg_id);
    db_bind_int(stmt, 2, (int64_t)sent->case_number);
    db_bind_text(stmt, 3, sent->recipient);
    db_bind_int(stmt, 4, now_ms);
    db_bind_int(stmt, 5, kept);
    return db_do(db, stmt, NULL, err);
}

bool spool_awaited_drop(struct db *db, const struct id *msg_id, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_AWAITED_DROP);
    db_bind_id(stmt, 1, msg_id);
    return db_do(db, stmt, NULL, err);
}

bool spool_awaited_due(struct db *db, int64_t now_ms, bool *found,
        struct spool_awaited *awaited, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_AWAITED_DUE);
    db_bind_int(stmt, 1, now_ms);
    bool ok = db_row(db, stmt, found, err);
    if (ok && *found) {
        struct spool_awaited got = {
                .case_number = (uint64_t)db_int(stmt, 1),
                .since_ms = db_int(stmt, 2),
                .told = (uint32_t)db_int(stmt, 3),
        };
        ok = db_id(stmt, 0, &got.msg_id, err);
        if (ok)
            *awaited = got;
    }
    db_end(stmt);
    return ok;
}

bool spool_awaited_told(struct db *db, const struct id *msg_id, uint32_t told,
        int64_t next_ms, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_AWAITED_TOLD);
    db_bind_id(stmt, 1, msg_id);
    db_bind_int(stmt, 2, told);
    db_bind_int(stmt, 3, next_ms);
    return db_do(db, stmt, NULL, err);
}

bool spool_missing(struct db *db, struct arena *arena, struct missing_erase *missing,
        size_t max, size_t *n_missing, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_AWAITED_MISSING);
    db_bind_int(stmt, 1, (int64_t)max);
    struct db_rows rows = db_rows(db, stmt, max);
    while (db_next(&rows, err)) {
        missing[rows.at] = (struct missing_erase){
                .letters = (uint64_t)db_int(stmt, 1),
                .since_ms = (uint64_t)db_int(stmt, 2),
                .guard = db_int(stmt, 3) > 1,
        };
        rows.ok = spool_keep_text(arena, db_text(stmt, 0), &missing[rows.at].partner,
                err);
    }
    return db_rows_end(&rows, n_missing);
}

bool spool_case_misses(struct db *db, uint64_t case_number, bool *misses,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_AWAITED_IN_CASE);
    db_bind_int(stmt, 1, (int64_t)case_number);
    bool ok = db_row(db, stmt, misses, err);
    db_end(stmt);
    return ok;
}

bool spool_partner_misses(struct db *db, uint64_t case_number, const char *partner,
        bool *misses, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_AWAITED_OF);
    db_bind_int(stmt, 1, (int64_t)case_number);
    db_bind_text(stmt, 2, partner);
    bool ok = db_row(db, stmt, misses, err);
    db_end(stmt);
    return ok;
}

bool spool_next_missing(struct db *db, uint64_t case_number, const char *partner,
        bool *found, char missing[PARTNER_BYTES], int64_t *since_ms, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_AWAITED_NEXT);
    db_bind_int(stmt, 1, (int64_t)case_number);
    db_bind_text(stmt, 2, partner);
    bool ok = db_row(db, stmt, found, err);
    if (ok && *found) {
        spool_text(stmt, 0, missing, PARTNER_BYTES);
        *since_ms = db_int(stmt, 1);
    }
    db_end(stmt);
    return ok;
}

bool spool_settle_awaited(struct db *db, uint64_t case_number, const char *partner,
        int64_t now_ms, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_AWAITED_SETTLE);
    db_bind_int(stmt, 1, (int64_t)case_number);
    db_bind_text(stmt, 2, partner);
    db_bind_int(stmt, 3, now_ms);
    return db_do(db, stmt, NULL, err);
}
