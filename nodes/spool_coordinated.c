/* spool_coordinated.c - what coordinators were shown or told of cases of ours. */
#include "nodes/spool_escalation.h"
#include "nodes/spool_inner.h"

bool spool_put_coordinated(struct db *db, const struct spool_coordinated *row,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_COORDINATED_PUT);
    db_bind_int(stmt, 1, (int64_t)row->case_number);
    db_bind_text(stmt, 2, row->coordinator);
    db_bind_int(stmt, 3, (int64_t)row->what);
    db_bind_text(stmt, 4, row->about);
    db_bind_int(stmt, 5, row->round);
    db_bind_id(stmt, 6, &row->id);
    db_bind_text(stmt, 7, row->code == CODE_OK ? "" : code_name(row->code));
    db_bind_int(stmt, 8, row->at_ms);
    db_bind_int(stmt, 9, row->due_ms);
    db_bind_int(stmt, 10, row->tries);
    return db_do(db, stmt, NULL, err);
}

static bool read_coordinated(struct sqlite3_stmt *stmt, struct spool_coordinated *row,
        struct err *err)
{
    struct spool_coordinated got = {
            .case_number = (uint64_t)db_int(stmt, 0),
            .what = (enum spool_coordination)db_int(stmt, 2),
            .round = (uint32_t)db_int(stmt, 4),
            .at_ms = db_int(stmt, 7),
            .due_ms = db_int(stmt, 8),
            .tries = (uint32_t)db_int(stmt, 9),
    };
    const char *code = db_text(stmt, 6);
    got.code = code[0] == '\0' ? CODE_OK : code_find(code);
    spool_text(stmt, 1, got.coordinator, sizeof got.coordinator);
    spool_text(stmt, 3, got.about, sizeof got.about);
    if (!db_id(stmt, 5, &got.id, err))
        return false;
    *row = got;
    return true;
}

static bool take_one(struct db *db, struct sqlite3_stmt *stmt, bool *found,
        struct spool_coordinated *row, struct err *err)
{
    bool ok = db_row(db, stmt, found, err) &&
              (!*found || read_coordinated(stmt, row, err));
    db_end(stmt);
    return ok;
}

bool spool_get_coordinated(struct db *db, uint64_t case_number, const char *coordinator,
        enum spool_coordination what, const char *about, bool *found,
        struct spool_coordinated *row, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_COORDINATED_GET);
    db_bind_int(stmt, 1, (int64_t)case_number);
    db_bind_text(stmt, 2, coordinator);
    db_bind_int(stmt, 3, (int64_t)what);
    db_bind_text(stmt, 4, about);
    return take_one(db, stmt, found, row, err);
}

bool spool_coordinated(struct db *db, uint64_t case_number,
        enum spool_coordination what, const char *about, struct spool_coordinated *list,
        size_t max, size_t *n_list, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_COORDINATED_LIST);
    db_bind_int(stmt, 1, (int64_t)case_number);
    db_bind_int(stmt, 2, (int64_t)what);
    db_bind_text(stmt, 3, about);
    db_bind_int(stmt, 4, (int64_t)max);
    struct db_rows rows = db_rows(db, stmt, max);
    while (db_next(&rows, err))
        rows.ok = read_coordinated(stmt, &list[rows.at], err);
    return db_rows_end(&rows, n_list);
}

bool spool_coordinated_of(struct db *db, const struct id *id, bool *found,
        struct spool_coordinated *row, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_COORDINATED_OF);
    db_bind_id(stmt, 1, id);
    return take_one(db, stmt, found, row, err);
}

bool spool_coordinated_due(struct db *db, int64_t now_ms, uint64_t *numbers, size_t max,
        size_t *n_numbers, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_COORDINATED_DUE);
    db_bind_int(stmt, 1, now_ms);
    db_bind_int(stmt, 2, (int64_t)max);
    return spool_numbers(db, stmt, numbers, max, n_numbers, err);
}

bool spool_coordinated_stop(struct db *db, uint64_t case_number,
        const char *coordinator, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_COORDINATED_STOP);
    db_bind_int(stmt, 1, (int64_t)case_number);
    if (coordinator == NULL)
        db_bind_null(stmt, 2);
    else
        db_bind_text(stmt, 2, coordinator);
    return db_do(db, stmt, NULL, err);
}

bool spool_drop_coordinated(struct db *db, uint64_t case_number,
        enum spool_coordination what, const char *about, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_COORDINATED_DROP);
    db_bind_int(stmt, 1, (int64_t)case_number);
    db_bind_int(stmt, 2, (int64_t)what);
    db_bind_text(stmt, 3, about);
    return db_do(db, stmt, NULL, err);
}
