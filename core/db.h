/* db.h - opening and using one SQLite database the house's way: one connection, one
 * transaction a turn.
 *
 * Pragmas at open: locking_mode=EXCLUSIVE first, WAL, synchronous=FULL,
 * page_size=4096, foreign_keys on, trusted_schema off, cell_size_check on,
 * secure_delete on, wal_autocheckpoint 4000, temp_store file. Only core/db*.c and the
 * two stores (broker/ledger*, nodes/spool*) name SQLite.
 *
 * A database breaks when SQLite says that it is damaged, that reading or writing
 * failed, that there is no memory, or when a commit fails or a whole turn was lost:
 * from then on every function refuses with that first reason, so that nobody can
 * answer. Close it and start again; opening recovers. On a full disk SQLite takes back
 * the whole turn, so that it too breaks the database: look at db_room before taking
 * work. */
#ifndef DB_H
#define DB_H

#include "core/err.h"
#include "core/span.h"

struct sqlite3;
struct sqlite3_stmt;
struct db;

/* One program's database: its migrations in order (each run once, in its own
 * transaction, user_version counts them) and its statements, all prepared at open so
 * that a typo fails at start. The tables outlive the database. */
struct db_plan {
    uint32_t application_id; /* so that a wrong file is named as such */
    const char *what;        /* "the broker's ledger", for messages */
    const char *const *migrations;
    size_t n_migrations;
    const char *const *statements; /* index = the program's own enum */
    size_t n_statements;
};

/* Open or make the file (mode 0600). ERR_LOCKED when another process has it,
 * ERR_CORRUPT when it is damaged or not ours (say which file and what to do),
 * ERR_CONFIG when a newer version of the program wrote it, ERR_DISK_FULL, ERR_IO,
 * ERR_INTERNAL when a migration or statement is wrong (says which). Only what SQLite
 * sees of damage while it reads header and schema is found here; db_check reads every
 * page. A file that is refused is not changed. vfs NULL: the system's. */
MUST_USE struct db *db_open(const char *path, const struct db_plan *plan,
        const char *vfs, struct err *err);
void db_close(struct db *db);

/* The turn's transaction. db_begin does nothing when one is open already. db_commit
 * commits it if one is open; after a failure nothing may be answered: loop_die.
 * Ending a turn or frame ends the rows of every statement. */
MUST_USE bool db_begin(struct db *db, struct err *err);
MUST_USE bool db_commit(struct db *db, struct err *err);
void db_rollback(struct db *db);
bool db_in_transaction(const struct db *db);

/* One frame's part of the turn (begun when none is open): release keeps it, undo takes
 * it back alone. One frame at a time. */
MUST_USE bool db_savepoint(struct db *db, struct err *err);
MUST_USE bool db_release(struct db *db, struct err *err);
MUST_USE bool db_undo(struct db *db, struct err *err);

/* The statement of that index, reset, its parameters all NULL. Parameters are bound
 * from 1, columns read from 0. What is bound is borrowed until the step. */
struct sqlite3_stmt *db_use(struct db *db, size_t statement);
void db_bind_int(struct sqlite3_stmt *stmt, int at, int64_t value);
/* text NULL, bytes.at NULL: SQL NULL. */
void db_bind_text(struct sqlite3_stmt *stmt, int at, const char *text);
void db_bind_blob(struct sqlite3_stmt *stmt, int at, struct span bytes);
void db_bind_id(struct sqlite3_stmt *stmt, int at, const struct id *id);
void db_bind_null(struct sqlite3_stmt *stmt, int at);

/* Step; *row says whether there is one. After the last one the statement is reset. */
MUST_USE bool db_row(struct db *db, struct sqlite3_stmt *stmt, bool *row,
        struct err *err);
/* Step a statement that gives no row; *changed (may be NULL): how many it changed. */
MUST_USE bool db_do(struct db *db, struct sqlite3_stmt *stmt, int64_t *changed,
        struct err *err);

int64_t db_int(struct sqlite3_stmt *stmt, int column);
bool db_is_null(struct sqlite3_stmt *stmt, int column);
/* Valid until the next step or reset. SQL NULL: at NULL, and "". */
struct span db_blob(struct sqlite3_stmt *stmt, int column);
const char *db_text(struct sqlite3_stmt *stmt, int column);
/* A blob of exactly that length; false (ERR_CORRUPT) when it is not. */
MUST_USE bool db_id(struct sqlite3_stmt *stmt, int column, struct id *id,
        struct err *err);
MUST_USE bool db_fixed(struct sqlite3_stmt *stmt, int column, void *out, size_t len,
        struct err *err);
int64_t db_last_rowid(struct db *db);

/* Done with a statement's rows: reset it, so that it holds no read lock and no borrowed
 * bytes. */
void db_end(struct sqlite3_stmt *stmt);

/* The rows of a statement into a list that has room for so many:
 *     struct db_rows rows = db_rows(db, stmt, max);
 *     while (db_next(&rows, err))
 *         rows.ok = read_thing(stmt, &things[rows.at], err);
 *     return db_rows_end(&rows, n_things); */
struct db_rows {
    struct db *db;
    struct sqlite3_stmt *stmt;
    size_t max;
    size_t n;  /* rows that were read */
    size_t at; /* the place of the last of them */
    bool ok;   /* the reader of a row sets it false to end the list with its err */
};
struct db_rows db_rows(struct db *db, struct sqlite3_stmt *stmt, size_t max);
/* The next row; false: there is none, no room, or something failed. */
bool db_next(struct db_rows *rows, struct err *err);
/* db_end, and how many there were; false when one of them failed. */
MUST_USE bool db_rows_end(const struct db_rows *rows, size_t *n);

/* Copy the database to another file while it is in use, 64 pages a call (SQLite backup
 * API on the same connection, design 3.1). Between turns only; what is committed while
 * it goes on is in it. The copy is a private file in the system's file system, called
 * PATH.partial until it is whole. A path that is there already is refused. Ending it
 * before it is done leaves nothing. End it before db_close. */
struct db_backup;
MUST_USE struct db_backup *db_backup_start(struct db *db, const char *path,
        struct err *err);
MUST_USE bool db_backup_step(struct db_backup *backup, bool *done, struct err *err);
void db_backup_end(struct db_backup *backup);

/* Full check for doctor: "ok", or the first fault in words. */
MUST_USE bool db_check(struct db *db, char *words, size_t cap, struct err *err);

/* Bytes of the file and its WAL on disk. */
int64_t db_bytes(struct db *db);

/* Bytes that the disk of the file has left for this user; INT64_MAX when that is not
 * known. SQLite needs room for a turn in the WAL and once more in the file. */
int64_t db_room(const struct db *db);

#endif
