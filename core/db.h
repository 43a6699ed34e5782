/* db.h - opening and using one SQLite database the house's way: one connection, one transaction a turn.
 *
 * Pragmas at open: locking_mode=EXCLUSIVE first, WAL, synchronous=FULL, page_size=16384, foreign_keys on, trusted_schema off, cell_size_check on,
 * secure_delete on, wal_autocheckpoint 500, temp_store memory. Only this file and the two stores (broker/ledger*, nodes/spool*) name SQLite. */
#ifndef DB_H
#define DB_H

#include "core/err.h"
#include "core/span.h"

struct sqlite3;
struct sqlite3_stmt;
struct db;

/* One program's database: its migrations in order (each run once, in its own transaction, user_version counts them) and its statements, all prepared
 * at open so that a typo fails at start. */
struct db_plan {
    uint32_t application_id;        /* so that a wrong file is named as such */
    const char *what;               /* "the broker's ledger", for messages */
    const char *const *migrations;
    size_t n_migrations;
    const char *const *statements;  /* index = the program's own enum */
    size_t n_statements;
};

/* Open or make the file (mode 0600). ERR_LOCKED when another process has it, ERR_CORRUPT when it is damaged or not ours (say which file and what to do),
 * ERR_DISK_FULL, ERR_IO. vfs NULL: the system's. */
MUST_USE struct db *db_open(const char *path, const struct db_plan *plan,
        const char *vfs, struct err *err);
void db_close(struct db *db);

/* The turn's transaction. db_begin does nothing when one is open already. db_commit commits it if one is open; after a failure nothing may be answered: loop_die. */
MUST_USE bool db_begin(struct db *db, struct err *err);
MUST_USE bool db_commit(struct db *db, struct err *err);
void db_rollback(struct db *db);
bool db_in_transaction(const struct db *db);

/* One frame's part of the turn: release keeps it, undo takes it back alone. */
MUST_USE bool db_savepoint(struct db *db, struct err *err);
MUST_USE bool db_release(struct db *db, struct err *err);
MUST_USE bool db_undo(struct db *db, struct err *err);

/* --- statements: db_use(db, INDEX) resets and gives it; bind from 1; columns from 0 --- */
struct sqlite3_stmt *db_use(struct db *db, size_t statement);
void db_bind_int(struct sqlite3_stmt *stmt, int at, int64_t value);
void db_bind_text(struct sqlite3_stmt *stmt, int at, const char *text);  /* NULL: SQL NULL; borrowed until the step */
void db_bind_blob(struct sqlite3_stmt *stmt, int at, struct span bytes); /* at NULL: SQL NULL; borrowed until the step */
void db_bind_id(struct sqlite3_stmt *stmt, int at, const struct id *id);
void db_bind_null(struct sqlite3_stmt *stmt, int at);

/* Step; *row says whether there is one. */
MUST_USE bool db_row(struct db *db, struct sqlite3_stmt *stmt, bool *row, struct err *err);
/* Step a statement that gives no row; *changed (may be NULL): how many rows it changed. */
MUST_USE bool db_do(struct db *db, struct sqlite3_stmt *stmt, int64_t *changed, struct err *err);

int64_t db_int(struct sqlite3_stmt *stmt, int column);
bool db_is_null(struct sqlite3_stmt *stmt, int column);
struct span db_blob(struct sqlite3_stmt *stmt, int column);  /* valid until the next step or reset */
const char *db_text(struct sqlite3_stmt *stmt, int column);  /* "" for NULL; valid likewise */
/* A blob of exactly that length; false (ERR_CORRUPT) when it is not. */
MUST_USE bool db_id(struct sqlite3_stmt *stmt, int column, struct id *id, struct err *err);
MUST_USE bool db_fixed(struct sqlite3_stmt *stmt, int column, void *out, size_t len, struct err *err);
int64_t db_last_rowid(struct db *db);

/* Done with a statement's rows: reset it, so that it holds no read lock and no borrowed bytes. */
void db_end(struct sqlite3_stmt *stmt);

/* Copy the database to another file while it is in use, 64 pages a call (SQLite backup API on the same connection, design 3.1). */
struct db_backup;
MUST_USE struct db_backup *db_backup_start(struct db *db, const char *path, struct err *err);
MUST_USE bool db_backup_step(struct db_backup *backup, bool *done, struct err *err);
void db_backup_end(struct db_backup *backup);

/* Full check for doctor: "ok", or the first fault in words. */
MUST_USE bool db_check(struct db *db, char *words, size_t cap, struct err *err);

/* Bytes of the file and its WAL on disk. */
int64_t db_bytes(struct db *db);

#endif
