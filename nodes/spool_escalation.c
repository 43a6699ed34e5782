/* spool_escalation.c - escalations at a coordinator. */
#include "nodes/spool_escalation.h"

#include "core/vocab.h"
#include "nodes/spool_inner.h"

bool spool_put_escalation(struct db *db, const struct spool_escalation *escalation,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_ESCALATION_PUT);
    db_bind_int(stmt, 1, (int64_t)escalation->case_number);
    db_bind_id(stmt, 2, &escalation->escalation_id);
    db_bind_int(stmt, 3, escalation->cause);
    db_bind_text(stmt, 4, escalation->target);
    db_bind_int(stmt, 5, escalation->since_ms);
    db_bind_int(stmt, 6, escalation->at_ms);
    db_bind_int(stmt, 7, escalation->due_ms);
    db_bind_text(stmt, 8, escalation->told_by);
    db_bind_text(stmt, 9, escalation->handed_by);
    return db_do(db, stmt, NULL, err);
}

bool spool_save_escalation(struct db *db, const struct spool_escalation *escalation,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_ESCALATION_SAVE);
    db_bind_int(stmt, 1, (int64_t)escalation->case_number);
    db_bind_int(stmt, 2, escalation->closed_ms);
    db_bind_text(stmt, 3, escalation->handed_by);
    db_bind_text(stmt, 4, escalation->handed_to);
    db_bind_int(stmt, 5, escalation->proposed_ms);
    db_bind_int(stmt, 6, escalation->since_ms);
    db_bind_int(stmt, 7, escalation->at_ms);
    db_bind_int(stmt, 8, escalation->due_ms);
    db_bind_int(stmt, 9, escalation->given_up);
    return db_do(db, stmt, NULL, err);
}

bool spool_name_escalation(struct db *db, uint64_t case_number,
        const struct id *escalation_id, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_ESCALATION_NAME);
    db_bind_int(stmt, 1, (int64_t)case_number);
    db_bind_id(stmt, 2, escalation_id);
    return db_do(db, stmt, NULL, err);
}

static bool read_escalation(struct sqlite3_stmt *stmt,
        struct spool_escalation *escalation, struct err *err)
{
    struct spool_escalation got = {
            .case_number = (uint64_t)db_int(stmt, 0),
            .cause = (uint16_t)db_int(stmt, 2),
            .since_ms = db_int(stmt, 4),
            .at_ms = db_int(stmt, 5),
            .due_ms = db_int(stmt, 6),
            .closed_ms = db_int(stmt, 7),
            .proposed_ms = db_int(stmt, 11),
            .given_up = db_int(stmt, 12) != 0,
    };
    spool_text(stmt, 3, got.target, sizeof got.target);
    spool_text(stmt, 8, got.told_by, sizeof got.told_by);
    spool_text(stmt, 9, got.handed_by, sizeof got.handed_by);
    spool_text(stmt, 10, got.handed_to, sizeof got.handed_to);
    if (!db_id(stmt, 1, &got.escalation_id, err))
        return false;
    *escalation = got;
    return true;
}

static bool take_one(struct db *db, struct sqlite3_stmt *stmt, bool *found,
        struct spool_escalation *escalation, struct err *err)
{
    bool ok = db_row(db, stmt, found, err) &&
              (!*found || read_escalation(stmt, escalation, err));
    db_end(stmt);
    return ok;
}

bool spool_get_escalation(struct db *db, uint64_t case_number, bool *found,
        struct spool_escalation *escalation, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_ESCALATION_GET);
    db_bind_int(stmt, 1, (int64_t)case_number);
    return take_one(db, stmt, found, escalation, err);
}

bool spool_find_escalation(struct db *db, const struct id *escalation_id, bool *found,
        struct spool_escalation *escalation, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_ESCALATION_FIND);
    db_bind_id(stmt, 1, escalation_id);
    return take_one(db, stmt, found, escalation, err);
}

bool spool_escalation_of(struct db *db, const struct id *referral_id,
        const char *sender, bool *found, struct spool_escalation *escalation,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_ESCALATION_OF);
    db_bind_id(stmt, 1, referral_id);
    db_bind_text(stmt, 2, sender);
    db_bind_int(stmt, 3, ESCALATION_CAUSE_UNPLACED);
    db_bind_int(stmt, 4, ESCALATION_CAUSE_PARTNER_LEFT);
    return take_one(db, stmt, found, escalation, err);
}

bool spool_escalations(struct db *db, bool all, bool unplaced, size_t skip,
        struct spool_escalation *escalations, size_t max, size_t *n_escalations,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_ESCALATION_LIST);
    db_bind_int(stmt, 1, all);
    db_bind_int(stmt, 2, unplaced ? ESCALATION_CAUSE_UNPLACED : 0);
    db_bind_int(stmt, 3, (int64_t)max);
    db_bind_int(stmt, 4, (int64_t)skip);
    db_bind_int(stmt, 5, ESCALATION_CAUSE_PARTNER_LEFT);
    struct db_rows rows = db_rows(db, stmt, max);
    while (db_next(&rows, err))
        rows.ok = read_escalation(stmt, &escalations[rows.at], err);
    return db_rows_end(&rows, n_escalations);
}

bool spool_escalations_late(struct db *db, int64_t now_ms, uint64_t *upto,
        struct arena *arena, struct span *words, size_t max, size_t *n_words,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_ESCALATION_LATE);
    uint64_t last = *upto;
    db_bind_int(stmt, 1, now_ms);
    db_bind_int(stmt, 2, (int64_t)*upto);
    db_bind_int(stmt, 3, KIND_ESCALATION);
    db_bind_int(stmt, 4, (int64_t)max);
    struct db_rows rows = db_rows(db, stmt, max);
    while (db_next(&rows, err)) {
        last = (uint64_t)db_int(stmt, 0);
        rows.ok = spool_keep(arena, db_blob(stmt, 1), &words[rows.at], err);
    }
    if (!db_rows_end(&rows, n_words))
        return false;
    *upto = last;
    return true;
}

bool spool_count_escalations(struct db *db, int64_t now_ms, uint64_t *n_open,
        uint64_t *n_late, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_ESCALATION_COUNT);
    bool row;
    db_bind_int(stmt, 1, now_ms);
    if (!db_row(db, stmt, &row, err))
        return false;
    *n_open = row ? (uint64_t)db_int(stmt, 0) : 0;
    *n_late = row ? (uint64_t)db_int(stmt, 1) : 0;
    db_end(stmt);
    return true;
}

bool spool_count_told(struct db *db, const char *partner, uint64_t *n_open,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_ESCALATION_TOLD);
    db_bind_text(stmt, 1, partner);
    return spool_number(db, stmt, n_open, err);
}

bool spool_escalations_past(struct db *db, int64_t term_ms, int64_t now_ms, size_t keep,
        uint64_t *numbers, size_t max, size_t *n_numbers, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_ESCALATION_PAST);
    db_bind_int(stmt, 1, term_ms);
    db_bind_int(stmt, 2, now_ms);
    db_bind_int(stmt, 3, (int64_t)keep);
    db_bind_int(stmt, 4, (int64_t)max);
    return spool_numbers(db, stmt, numbers, max, n_numbers, err);
}

bool spool_escalations_shown(struct db *db, uint64_t after, uint64_t *numbers,
        size_t max, size_t *n_numbers, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_ESCALATION_SHOWN);
    db_bind_int(stmt, 1, (int64_t)after);
    db_bind_int(stmt, 2, (int64_t)max);
    return spool_numbers(db, stmt, numbers, max, n_numbers, err);
}

bool spool_drop_escalation(struct db *db, uint64_t case_number, struct err *err)
{
    static const enum spool_statement parts[] = {SPOOL_ESCALATION_DROP,
            SPOOL_ESCALATION_DROP_CASE, SPOOL_ESCALATION_DROP_MOMENTS,
            SPOOL_ESCALATION_DROP_TRACE, SPOOL_ESCALATION_DROP_JUDGED};
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        struct sqlite3_stmt *stmt = db_use(db, parts[i]);
        db_bind_int(stmt, 1, (int64_t)case_number);
        if (!db_do(db, stmt, NULL, err))
            return false;
    }
    return true;
}
