/* db_turn.c - one transaction a turn, one savepoint a frame, and the statements in
 * them. */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

#include "core/db_inner.h"

/* IMMEDIATE: whether the turn can write is known at its start, not half-way. */
static const char *const step_sql[N_TURN_STEPS] = {
        [TURN_BEGIN] = "BEGIN IMMEDIATE",
        [TURN_COMMIT] = "COMMIT",
        [TURN_ROLLBACK] = "ROLLBACK",
        [FRAME_BEGIN] = "SAVEPOINT frame",
        [FRAME_KEEP] = "RELEASE frame",
        [FRAME_UNDO] = "ROLLBACK TO frame",
};

bool db_prepare_steps(struct db *db, struct err *err)
{
    for (size_t at = 0; at < N_TURN_STEPS; at++)
        if (!db_prepare(db, step_sql[at], "step", at, &db->steps[at], err))
            return false;
    return true;
}

static bool take_step(struct db *db, enum turn_step step, struct err *err)
{
    int rc = sqlite3_step(db->steps[step]);
    bool ok = rc == SQLITE_DONE || db_fail(db, rc, err);
    sqlite3_reset(db->steps[step]);
    return ok;
}

/* Nobody reads on over the end of a turn or frame; a statement that was left half-way
 * would keep the commit from happening. */
static void end_statements(struct db *db)
{
    for (size_t i = 0; i < db->n_used; i++) {
        size_t at = db->used[i];
        db->is_used[at] = false;
        if (sqlite3_stmt_busy(db->statements[at]))
            sqlite3_reset(db->statements[at]);
    }
    db->n_used = 0;
}

bool db_begin(struct db *db, struct err *err)
{
    if (!db_usable(db, err))
        return false;
    if (db->in_turn)
        return true;
    if (!take_step(db, TURN_BEGIN, err))
        return false;
    db->in_turn = true;
    return true;
}

bool db_commit(struct db *db, struct err *err)
{
    if (!db_usable(db, err))
        return false;
    if (!db->in_turn)
        return true;
    assert(!db->in_frame);
    end_statements(db);

    struct err fault = {CODE_OK, ""};
    if (!take_step(db, TURN_COMMIT, &fault)) {
        /* Whether it is on the disk is not known; only a new start can tell. */
        db_break(db, &fault);
        return err_set(err, fault.code, "not committed: %s", fault.msg);
    }
    db->in_turn = false;
    return true;
}

void db_rollback(struct db *db)
{
    if (!db->in_turn)
        return;
    end_statements(db);
    struct err fault = {CODE_OK, ""};
    bool undone =
            sqlite3_get_autocommit(db->handle) || take_step(db, TURN_ROLLBACK, &fault);
    if (!undone)
        db_break(db, &fault);
    db->in_turn = false;
    db->in_frame = false;
}

bool db_in_transaction(const struct db *db)
{
    return db->in_turn;
}

bool db_savepoint(struct db *db, struct err *err)
{
    /* A savepoint outside a transaction would be one itself, and releasing it a commit.
     */
    if (!db_begin(db, err))
        return false;
    assert(!db->in_frame);
    if (!take_step(db, FRAME_BEGIN, err))
        return false;
    db->in_frame = true;
    return true;
}

bool db_release(struct db *db, struct err *err)
{
    if (!db_usable(db, err))
        return false;
    assert(db->in_frame);
    end_statements(db);
    struct err fault = {CODE_OK, ""};
    if (!take_step(db, FRAME_KEEP, &fault)) {
        db_break(db, &fault);
        return err_set(err, fault.code, "not kept: %s", fault.msg);
    }
    db->in_frame = false;
    return true;
}

bool db_undo(struct db *db, struct err *err)
{
    if (!db_usable(db, err))
        return false;
    assert(db->in_frame);
    end_statements(db);
    /* Going back leaves the savepoint open; it ends by keeping the nothing since. */
    struct err fault = {CODE_OK, ""};
    if (!take_step(db, FRAME_UNDO, &fault) || !take_step(db, FRAME_KEEP, &fault)) {
        /* Half a frame would be committed with the others. */
        db_break(db, &fault);
        return err_set(err, fault.code, "not undone: %s", fault.msg);
    }
    db->in_frame = false;
    return true;
}

struct sqlite3_stmt *db_use(struct db *db, size_t statement)
{
    assert(statement < db->plan.n_statements);
    sqlite3_stmt *stmt = db->statements[statement];
    if (!db->is_used[statement])
        db->used[db->n_used++] = statement;
    db->is_used[statement] = true;
    sqlite3_reset(stmt);
    /* What was borrowed for the last use may be gone. */
    sqlite3_clear_bindings(stmt);
    return stmt;
}

/* A value cannot be refused but for a wrong number of the parameter: our own mistake.
 */
static void bound(int rc)
{
    assert(rc == SQLITE_OK);
    (void)rc;
}

void db_bind_int(struct sqlite3_stmt *stmt, int at, int64_t value)
{
    bound(sqlite3_bind_int64(stmt, at, value));
}

void db_bind_text(struct sqlite3_stmt *stmt, int at, const char *text)
{
    bound(sqlite3_bind_text(stmt, at, text, -1, SQLITE_STATIC));
}

void db_bind_blob(struct sqlite3_stmt *stmt, int at, struct span bytes)
{
    bound(sqlite3_bind_blob64(stmt, at, bytes.at, bytes.len, SQLITE_STATIC));
}

void db_bind_id(struct sqlite3_stmt *stmt, int at, const struct id *id)
{
    bound(sqlite3_bind_blob64(stmt, at, id->b, sizeof id->b, SQLITE_STATIC));
}

void db_bind_null(struct sqlite3_stmt *stmt, int at)
{
    bound(sqlite3_bind_null(stmt, at));
}

bool db_row(struct db *db, struct sqlite3_stmt *stmt, bool *row, struct err *err)
{
    if (!db_usable(db, err))
        return false;
    int rc = sqlite3_step(stmt);
    if (rc == SQLITE_ROW) {
        *row = true;
        return true;
    }
    bool ok = rc == SQLITE_DONE || db_fail(db, rc, err);
    sqlite3_reset(stmt);
    if (ok)
        *row = false;
    return ok;
}

bool db_do(struct db *db, struct sqlite3_stmt *stmt, int64_t *changed, struct err *err)
{
    bool row;
    if (!db_row(db, stmt, &row, err))
        return false;
    if (row) {
        sqlite3_reset(stmt);
        return err_set(err, ERR_INTERNAL, "a statement of %s gives rows: %s",
                db->plan.what, sqlite3_sql(stmt));
    }
    if (changed != NULL)
        *changed = sqlite3_changes64(db->handle);
    return true;
}

struct db_rows db_rows(struct db *db, struct sqlite3_stmt *stmt, size_t max)
{
    return (struct db_rows){.db = db, .stmt = stmt, .max = max, .ok = true};
}

bool db_next(struct db_rows *rows, struct err *err)
{
    bool row = false;
    if (!rows->ok || rows->n == rows->max)
        return false;
    rows->ok = db_row(rows->db, rows->stmt, &row, err);
    if (!rows->ok || !row)
        return false;
    rows->at = rows->n++;
    return true;
}

bool db_rows_end(const struct db_rows *rows, size_t *n)
{
    db_end(rows->stmt);
    if (rows->ok)
        *n = rows->n;
    return rows->ok;
}

int64_t db_int(struct sqlite3_stmt *stmt, int column)
{
    return sqlite3_column_int64(stmt, column);
}

bool db_is_null(struct sqlite3_stmt *stmt, int column)
{
    return sqlite3_column_type(stmt, column) == SQLITE_NULL;
}

/* SQLite gives no bytes for an empty value, and none when there was no memory to put
 * them together. The second must not be taken for the first: die and start again. */
static void stop_without_memory(struct sqlite3_stmt *stmt)
{
    if (sqlite3_errcode(sqlite3_db_handle(stmt)) == SQLITE_NOMEM)
        abort();
}

struct span db_blob(struct sqlite3_stmt *stmt, int column)
{
    static const uint8_t empty;
    /* The bytes first, their number after: the order that SQLite asks for. */
    const void *at = sqlite3_column_blob(stmt, column);
    if (at != NULL)
        return (struct span){at, (size_t)sqlite3_column_bytes(stmt, column)};
    stop_without_memory(stmt);
    /* An empty blob is not NULL: what is read can be bound again as it was. */
    return (struct span){db_is_null(stmt, column) ? NULL : &empty, 0};
}

const char *db_text(struct sqlite3_stmt *stmt, int column)
{
    const unsigned char *text = sqlite3_column_text(stmt, column);
    if (text != NULL)
        return (const char *)text;
    stop_without_memory(stmt);
    return "";
}

bool db_fixed(struct sqlite3_stmt *stmt, int column, void *out, size_t len,
        struct err *err)
{
    struct span bytes = db_blob(stmt, column);
    if (sqlite3_column_type(stmt, column) != SQLITE_BLOB || bytes.len != len)
        return err_set(err, ERR_CORRUPT,
                "the database is damaged: %zu bytes in %s where %zu belong. Restore the "
                "newest backup.",
                bytes.len, sqlite3_column_name(stmt, column), len);
    memcpy(out, bytes.at, len);
    return true;
}

bool db_id(struct sqlite3_stmt *stmt, int column, struct id *id, struct err *err)
{
    return db_fixed(stmt, column, id->b, sizeof id->b, err);
}

int64_t db_last_rowid(struct db *db)
{
    return sqlite3_last_insert_rowid(db->handle);
}

void db_end(struct sqlite3_stmt *stmt)
{
    sqlite3_reset(stmt);
}
