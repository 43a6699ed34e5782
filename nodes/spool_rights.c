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
        struct spool_confidence *told, size_t max, size_t *n_told, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_CONFIDENCE_LIST);
    db_bind_int(stmt, 1, (int64_t)case_number);
    db_bind_int(stmt, 2, (int64_t)max);
    struct db_rows rows = db_rows(db, stmt, max);
    while (db_next(&rows, err))
        rows.ok = take_confidence(stmt, arena, &told[rows.at], err);
    return db_rows_end(&rows, n_told);
}

bool spool_wipe_confidences(struct db *db, uint64_t case_number, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_CONFIDENCE_WIPE);
    db_bind_int(stmt, 1, (int64_t)case_number);
    return db_do(db, stmt, NULL, err);
}

/* ------------------------------------------------------------- rights */

bool spool_put_right(struct db *db, struct spool_right *right, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_RIGHT_PUT);
    db_bind_int(stmt, 1, right->ours);
    db_bind_int(stmt, 2, (int64_t)right->right);
    db_bind_id(stmt, 3, &right->request_id);
    db_bind_int(stmt, 4, (int64_t)right->case_number);
    db_bind_id(stmt, 5, &right->offer_id);
    db_bind_text(stmt, 6, right->other);
    db_bind_int(stmt, 7, right->asked_ms);
    db_bind_int(stmt, 8, right->due_ms);
    db_bind_int(stmt, 9, (int64_t)right->moment);
    if (!db_do(db, stmt, NULL, err))
        return false;
    right->number = (uint64_t)db_last_rowid(db);
    return true;
}

bool spool_save_right(struct db *db, const struct spool_right *right, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_RIGHT_SAVE);
    db_bind_int(stmt, 1, (int64_t)right->number);
    db_bind_int(stmt, 2, right->due_ms);
    db_bind_int(stmt, 3, right->extended);
    db_bind_int(stmt, 4, right->answer);
    db_bind_int(stmt, 5, right->reason);
    db_bind_int(stmt, 6, right->retention);
    db_bind_int(stmt, 7, right->answered_ms);
    db_bind_int(stmt, 8, (int64_t)right->moment);
    db_bind_int(stmt, 9, right->lost);
    return db_do(db, stmt, NULL, err);
}

static bool take_right(struct sqlite3_stmt *stmt, struct spool_right *right,
        struct err *err)
{
    *right = (struct spool_right){
            .number = (uint64_t)db_int(stmt, 0),
            .ours = db_int(stmt, 1) != 0,
            .right = (enum letter_type)db_int(stmt, 2),
            .case_number = (uint64_t)db_int(stmt, 4),
            .asked_ms = db_int(stmt, 7),
            .due_ms = db_int(stmt, 8),
            .extended = db_int(stmt, 9) != 0,
            .answer = (uint16_t)db_int(stmt, 10),
            .reason = (uint16_t)db_int(stmt, 11),
            .retention = (uint16_t)db_int(stmt, 12),
            .answered_ms = db_int(stmt, 13),
            .moment = (uint64_t)db_int(stmt, 14),
            .lost = db_int(stmt, 15) != 0,
    };
    spool_text(stmt, 6, right->other, sizeof right->other);
    return db_id(stmt, 3, &right->request_id, err) &&
           db_id(stmt, 5, &right->offer_id, err);
}

static bool one_right(struct db *db, struct sqlite3_stmt *stmt, bool *found,
        struct spool_right *right, struct err *err)
{
    bool ok = db_row(db, stmt, found, err);
    if (ok && *found)
        ok = take_right(stmt, right, err);
    db_end(stmt);
    return ok;
}

bool spool_right_to_remind(struct db *db, int64_t before_ms, bool *found,
        struct spool_right *right, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_RIGHT_HALF);
    db_bind_int(stmt, 1, before_ms);
    return one_right(db, stmt, found, right, err);
}

bool spool_right_reminded(struct db *db, uint64_t number, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_RIGHT_REMINDED);
    db_bind_int(stmt, 1, (int64_t)number);
    return db_do(db, stmt, NULL, err);
}

bool spool_get_right(struct db *db, uint64_t number, bool *found,
        struct spool_right *right, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_RIGHT_GET);
    db_bind_int(stmt, 1, (int64_t)number);
    return one_right(db, stmt, found, right, err);
}

bool spool_find_right(struct db *db, const struct id *request_id, bool *found,
        struct spool_right *right, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_RIGHT_FIND);
    db_bind_id(stmt, 1, request_id);
    return one_right(db, stmt, found, right, err);
}

bool spool_right_at(struct db *db, uint64_t moment, bool *found,
        struct spool_right *right, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_RIGHT_AT);
    db_bind_int(stmt, 1, (int64_t)moment);
    return one_right(db, stmt, found, right, err);
}

bool spool_open_right(struct db *db, bool ours, enum letter_type right,
        const struct id *offer_id, uint64_t after, bool *found, struct spool_right *out,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_RIGHT_OPEN);
    db_bind_int(stmt, 1, ours);
    db_bind_int(stmt, 2, (int64_t)right);
    db_bind_id(stmt, 3, offer_id);
    db_bind_int(stmt, 4, (int64_t)after);
    return one_right(db, stmt, found, out, err);
}

bool spool_rights(struct db *db, bool open, uint64_t after, struct spool_right *rights,
        size_t max, size_t *n_rights, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_RIGHT_LIST);
    db_bind_int(stmt, 1, open);
    db_bind_int(stmt, 2, (int64_t)after);
    db_bind_int(stmt, 3, (int64_t)max);
    struct db_rows rows = db_rows(db, stmt, max);
    while (db_next(&rows, err))
        rows.ok = take_right(stmt, &rights[rows.at], err);
    return db_rows_end(&rows, n_rights);
}

bool spool_count_rights(struct db *db, bool ours, int64_t before_ms, uint64_t *n_rights,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_RIGHT_COUNT);
    db_bind_int(stmt, 1, ours);
    db_bind_int(stmt, 2, before_ms);
    return spool_number(db, stmt, n_rights, err);
}

bool spool_parties(struct db *db, uint64_t case_number, uint64_t consent,
        struct spool_party *parties, size_t max, size_t *n_parties, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_PARTIES);
    db_bind_int(stmt, 1, (int64_t)case_number);
    db_bind_int(stmt, 2, (int64_t)consent);
    db_bind_int(stmt, 3, (int64_t)max);
    struct db_rows rows = db_rows(db, stmt, max);
    while (db_next(&rows, err)) {
        parties[rows.at].case_number = (uint64_t)db_int(stmt, 0);
        rows.ok = db_id(stmt, 1, &parties[rows.at].offer_id, err);
    }
    return db_rows_end(&rows, n_parties);
}

bool spool_holds_content(struct db *db, uint64_t case_number, const struct id *offer_id,
        bool *holds, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_HOLDS_CONTENT);
    db_bind_int(stmt, 1, (int64_t)case_number);
    db_bind_id(stmt, 2, offer_id);
    bool ok = db_row(db, stmt, holds, err);
    db_end(stmt);
    return ok;
}
