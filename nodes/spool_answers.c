/* spool_answers.c - the table of how partners have answered. */
#include "nodes/spool_answers.h"

#include <stdio.h>

#include "core/time.h"
#include "nodes/spool_inner.h"

bool spool_note_asked(struct db *db, const struct id *offer_id, const char *partner,
        int64_t at_ms, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_ANSWER_ASKED);
    db_bind_id(stmt, 1, offer_id);
    db_bind_text(stmt, 2, partner);
    db_bind_int(stmt, 3, at_ms);
    if (!db_do(db, stmt, NULL, err))
        return false;
    stmt = db_use(db, SPOOL_ANSWER_FORGET);
    db_bind_int(stmt, 1, at_ms - (int64_t)SPOOL_ANSWERS_DAYS * TIME_DAY_MS);
    return db_do(db, stmt, NULL, err);
}

bool spool_note_answered(struct db *db, const struct id *offer_id, int64_t at_ms,
        bool in_time, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_ANSWER_CAME);
    db_bind_id(stmt, 1, offer_id);
    db_bind_int(stmt, 2, at_ms);
    db_bind_int(stmt, 3, in_time);
    return db_do(db, stmt, NULL, err);
}

bool spool_answers(struct db *db, int64_t since_ms, struct finder_record *records,
        size_t max, size_t *n_records, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_ANSWER_RECORDS);
    db_bind_int(stmt, 1, since_ms);
    struct db_rows rows = db_rows(db, stmt, max);
    while (db_next(&rows, err)) {
        struct finder_record *record = &records[rows.at];
        snprintf(record->partner, sizeof record->partner, "%s", db_text(stmt, 0));
        record->asked = (uint32_t)db_int(stmt, 1);
        record->in_time = (uint32_t)db_int(stmt, 2);
        record->median_ms = db_int(stmt, 3);
    }
    return db_rows_end(&rows, n_records);
}
