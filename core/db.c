/* db.c - opening a database: whose it is, how it is set, its migrations and statements.
 *
 * Nothing is written before the file is known to be ours and whole. */
#include "core/db.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/db_inner.h"

enum {
    PRAGMA_BYTES = 96,
    LOG_PIECE_BYTES = 16 * 1024,
    /* What the pages of one frame looked like before it is kept in one piece of memory
     * up to this, and above it in a file without a name. (With temp_store=MEMORY it
     * would be thousands of small pieces, which cost more than the frame itself.) */
    FRAME_MEMORY_BYTES = 1024 * 1024,
};

/* Set in this order, and asked back: SQLite keeps silent about a setting it does not
 * take. Those of the file are fixed when it is made; another value later means that its
 * header is damaged. */
static const struct setting {
    const char *name;
    const char *value;
    const char *answer;
    bool of_file;
} settings[] = {
        {"page_size",          "4096",      "4096",      true },
        {"encoding",           "'UTF-8'",   "UTF-8",     true },
        {"auto_vacuum",        "0",         "0",         true },
        {"journal_mode",       "WAL",       "wal",       true },
        {"locking_mode",       "EXCLUSIVE", "exclusive", false},
        {"synchronous",        "FULL",      "2",         false},
        {"foreign_keys",       "ON",        "1",         false},
        {"trusted_schema",     "OFF",       "0",         false},
        {"cell_size_check",    "ON",        "1",         false},
        {"secure_delete",      "ON",        "1",         false},
        {"wal_autocheckpoint", "4000",      "4000",      false},
        {"temp_store",         "FILE",      "1",         false},
};

bool db_make_private(const char *path, const char *what, bool must_be_new,
        struct err *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0) {
        close(fd);
        return true;
    }
    if (errno == EEXIST && must_be_new)
        return err_set(err, ERR_IO, "%s: %s exists already. Choose another name.",
                db_short_path(path), what);
    if (errno != EEXIST)
        return err_set(err, db_is_no_room(errno) ? ERR_DISK_FULL : ERR_IO,
                "%s: %s cannot be made (%s). Check the folder, its owner and the disk.",
                db_short_path(path), what, strerror(errno));

    /* By name, never by opening it: closing any descriptor of a database would drop the
     * locks that this process holds on it (POSIX advisory locks). */
    struct stat info;
    if (stat(path, &info) != 0 || !S_ISREG(info.st_mode))
        return err_set(err, ERR_IO, "%s: %s must be a regular file. Check the path.",
                db_short_path(path), what);
    if ((info.st_mode & 077) != 0 && chmod(path, 0600) != 0)
        return err_set(err, ERR_IO,
                "%s: %s is open to other users and cannot be closed to them (%s). "
                "Check its owner.",
                db_short_path(path), what, strerror(errno));
    return true;
}

/* Run SQL that gives no rows we look at. */
static bool run(struct db *db, const char *sql, struct err *err)
{
    int rc = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK || db_fail(db, rc, err);
}

static bool damaged_header(const struct db *db, const char *fault, struct err *err)
{
    return err_set(err, ERR_CORRUPT,
            "%s: %s has a damaged header (%s). Restore the newest backup; nothing was "
            "changed.",
            db_short_path(db->path), db->plan.what, fault);
}

/* The first column of the first row, as text. The SQL is ours and right, so that an
 * error of it means a header that SQLite cannot make sense of. */
static bool ask(struct db *db, const char *sql, char *answer, size_t cap,
        struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(db->handle, sql, -1, &stmt, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(stmt);
    bool ok = rc == SQLITE_ROW || rc == SQLITE_DONE;
    if (ok) {
        const unsigned char *text =
                rc == SQLITE_ROW ? sqlite3_column_text(stmt, 0) : NULL;
        snprintf(answer, cap, "%s", text != NULL ? (const char *)text : "");
    } else if ((rc & 0xFF) == SQLITE_ERROR) {
        damaged_header(db, sqlite3_errmsg(db->handle), err);
    } else {
        db_fail(db, rc, err);
    }
    sqlite3_finalize(stmt);
    return ok;
}

static bool ask_int(struct db *db, const char *sql, int64_t *value, struct err *err)
{
    char answer[PRAGMA_BYTES];
    if (!ask(db, sql, answer, sizeof answer, err))
        return false;
    *value = strtoll(answer, NULL, 10);
    return true;
}

static bool open_file(struct db *db, const char *vfs, struct err *err)
{
    /* A file system of the tests' own makes its files itself. */
    if (vfs == NULL && !db_make_private(db->path, db->plan.what, false, err))
        return false;
    /* One thread uses SQLite in a process of ours: no locks, and nobody counts its
     * memory. Refused, and without effect, when it runs already. */
    sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, FRAME_MEMORY_BYTES);
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
                SQLITE_OPEN_EXRESCODE;
    int rc = sqlite3_open_v2(db->path, &db->handle, flags, vfs);
    if (rc != SQLITE_OK)
        return db_explain(db->handle, rc, db->plan.what, db->path, err);

    /* Until the file is known to be ours, closing must not write into it. */
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DQS_DML, 0, (int *)NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DQS_DDL, 0, (int *)NULL);
    /* Before the first look into the file, or SQLite would share it by -shm. */
    return run(db, "PRAGMA locking_mode=EXCLUSIVE", err);
}

/* Is this file ours, and of a version that we know? *version: its migrations so far. */
static bool know_file(struct db *db, int64_t *version, struct err *err)
{
    const struct db_plan *plan = &db->plan;
    const char *path = db_short_path(db->path);
    int64_t owner;
    int64_t done;
    int64_t objects;
    if (!ask_int(db, "PRAGMA application_id", &owner, err) ||
            !ask_int(db, "PRAGMA user_version", &done, err) ||
            !ask_int(db, "SELECT count(*) FROM sqlite_schema", &objects, err))
        return false;

    bool is_new = owner == 0 && done == 0 && objects == 0;
    if (!is_new && (uint32_t)owner != plan->application_id)
        return err_set(err, ERR_CORRUPT,
                "%s: this is not %s but another program's database (mark %08x, not "
                "%08x). Check the path; nothing was changed.",
                path, plan->what, (unsigned)owner, (unsigned)plan->application_id);
    /* Our mark and the first number are written in one transaction. */
    if (done < 0 || (done == 0 && !is_new))
        return damaged_header(db, "the number of its schema", err);
    if ((uint64_t)done > plan->n_migrations)
        return err_set(err, ERR_CONFIG,
                "%s: %s was written by a newer version of this program (schema %lld, "
                "known here up to %zu). Install that version; nothing was changed.",
                path, plan->what, (long long)done, plan->n_migrations);
    *version = done;
    return true;
}

static bool apply_setting(struct db *db, const struct setting *setting, struct err *err)
{
    char sql[PRAGMA_BYTES];
    char answer[PRAGMA_BYTES];
    snprintf(sql, sizeof sql, "PRAGMA %s=%s", setting->name, setting->value);
    if (!run(db, sql, err))
        return false;
    snprintf(sql, sizeof sql, "PRAGMA %s", setting->name);
    if (!ask(db, sql, answer, sizeof answer, err))
        return false;
    if (strcmp(answer, setting->answer) == 0)
        return true;
    if (setting->of_file) {
        char fault[2 * PRAGMA_BYTES];
        snprintf(fault, sizeof fault, "%s is %s, must be %s", setting->name, answer,
                setting->answer);
        return damaged_header(db, fault, err);
    }
    return err_set(err, ERR_INTERNAL, "the SQLite of this system does not take %s=%s",
            setting->name, setting->value);
}

static bool apply_settings(struct db *db, struct err *err)
{
    /* Bytes kept free at the end of each page: none of our files has any. */
    int reserved = -1;
    sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserved);
    if (reserved > 0)
        return damaged_header(db, "bytes are reserved in each page", err);

    for (size_t at = 0; at < COUNT_OF(settings); at++)
        if (!apply_setting(db, &settings[at], err))
            return false;
    return true;
}

/* After a sync that failed the system may go on to show what never came to the disk,
 * and a later sync does not write it any more. So what an earlier process left in the
 * log is written once more before anything is built on it. */
static bool renew_log(struct db *db, struct err *err)
{
    uint8_t piece[LOG_PIECE_BYTES];
    sqlite3_file *log = NULL;
    sqlite3_int64 size = 0;
    sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
    if (log == NULL || log->pMethods == NULL)
        return true;

    int rc = log->pMethods->xFileSize(log, &size);
    for (sqlite3_int64 at = 0; rc == SQLITE_OK && at < size; at += LOG_PIECE_BYTES) {
        int len = size - at < LOG_PIECE_BYTES ? (int)(size - at) : LOG_PIECE_BYTES;
        rc = log->pMethods->xRead(log, piece, len, at);
        if (rc == SQLITE_OK)
            rc = log->pMethods->xWrite(log, piece, len, at);
    }
    if (rc == SQLITE_OK && size > 0)
        rc = log->pMethods->xSync(log, SQLITE_SYNC_NORMAL);
    return rc == SQLITE_OK || db_fail(db, rc, err);
}

/* One migration, its number and (with the first) the owner's mark: all or nothing. */
static bool migrate_one(struct db *db, size_t at, struct err *err)
{
    char sql[2 * PRAGMA_BYTES];
    snprintf(sql, sizeof sql, "PRAGMA application_id=%d; PRAGMA user_version=%zu",
            (int)db->plan.application_id, at + 1);
    bool ok = run(db, "BEGIN IMMEDIATE", err) &&
              run(db, db->plan.migrations[at], err) && run(db, sql, err) &&
              run(db, "COMMIT", err);
    if (ok)
        return true;
    if (sqlite3_get_autocommit(db->handle) == 0)
        sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
    return err_wrap(err, "migration %zu of %s", at + 1, db->plan.what);
}

static bool migrate(struct db *db, int64_t version, struct err *err)
{
    for (size_t at = (size_t)version; at < db->plan.n_migrations; at++)
        if (!migrate_one(db, at, err))
            return false;
    return true;
}

bool db_prepare(struct db *db, const char *sql, const char *kind, size_t index,
        sqlite3_stmt **stmt, struct err *err)
{
    if (sql == NULL)
        return err_set(err, ERR_INTERNAL, "%s %zu of %s is missing in its table", kind,
                index, db->plan.what);
    const char *rest = NULL;
    int rc = sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, stmt,
            &rest);
    if (rc != SQLITE_OK && (rc & 0xFF) != SQLITE_ERROR) {
        db_fail(db, rc, err);
        return err_wrap(err, "%s %zu", kind, index);
    }
    if (rc != SQLITE_OK)
        return err_set(err, ERR_INTERNAL, "%s %zu of %s: %s in: %s", kind, index,
                db->plan.what, sqlite3_errmsg(db->handle), sql);
    if (*stmt == NULL || rest[strspn(rest, "; \t\n")] != '\0')
        return err_set(err, ERR_INTERNAL, "%s %zu of %s is not one statement: %s", kind,
                index, db->plan.what, sql);
    return true;
}

static bool prepare_all(struct db *db, struct err *err)
{
    const struct db_plan *plan = &db->plan;
    /* The file is ours and whole: closing may write into it. SQLite prepares anew, at
     * its first use, whatever was prepared before this is said. */
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, (int *)NULL);
    /* One more than needed, so that a plan without statements is not a special case. */
    db->statements = calloc(plan->n_statements + 1, sizeof *db->statements);
    db->is_used = calloc(plan->n_statements + 1, sizeof *db->is_used);
    db->used = calloc(plan->n_statements + 1, sizeof *db->used);
    if (db->statements == NULL || db->is_used == NULL || db->used == NULL)
        return err_set(err, ERR_NOMEM, "no memory for the statements of %s",
                plan->what);
    for (size_t at = 0; at < plan->n_statements; at++)
        if (!db_prepare(db, plan->statements[at], "statement", at, &db->statements[at],
                    err))
            return false;
    return db_prepare_steps(db, err);
}

struct db *db_open(const char *path, const struct db_plan *plan, const char *vfs,
        struct err *err)
{
    struct db *db = calloc(1, sizeof *db);
    char *copy = strdup(path);
    if (db == NULL || copy == NULL) {
        free(db);
        free(copy);
        err_set(err, ERR_NOMEM, "no memory to open %s", plan->what);
        return NULL;
    }
    db->path = copy;
    db->plan = *plan;
    db->on_disk = vfs == NULL;

    int64_t version = 0;
    if (!open_file(db, vfs, err) || !know_file(db, &version, err) ||
            !apply_settings(db, err) || !renew_log(db, err) ||
            !migrate(db, version, err) || !prepare_all(db, err)) {
        db_close(db);
        return NULL;
    }
    return db;
}

void db_close(struct db *db)
{
    if (db == NULL)
        return;
    for (size_t at = 0; db->statements != NULL && at < db->plan.n_statements; at++)
        sqlite3_finalize(db->statements[at]);
    for (size_t at = 0; at < N_TURN_STEPS; at++)
        sqlite3_finalize(db->steps[at]);
    /* An open turn is taken back by closing. */
    sqlite3_close_v2(db->handle);
    free(db->statements);
    free(db->is_used);
    free(db->used);
    free(db->path);
    free(db);
}
