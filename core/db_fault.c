/* db_fault.c - what a result of SQLite means, in words that say what to do. */
#include <errno.h>
#include <stdio.h>

#include "core/db_inner.h"

enum { SHORT_PATH_BYTES = 80 };

/* One row a primary result of SQLite; the last row is for all others. */
static const struct fault {
    int rc;
    enum code code;
    bool fatal; /* the store can no longer be trusted: no answer, start again */
    const char *happened;
    const char *todo;
} faults[] = {
        {SQLITE_BUSY,     ERR_LOCKED,    false, "is in use by another process",
         "Stop that one first"                                           },
        {SQLITE_FULL,     ERR_DISK_FULL, false, "found no room on the disk",
         "Make room, then start again"                                   },
        {SQLITE_CORRUPT,  ERR_CORRUPT,   true,  "is damaged",
         "Keep the file and restore the newest backup"                   },
        {SQLITE_NOTADB,   ERR_CORRUPT,   true,  "is damaged or not a database",
         "Check the path; else restore the newest backup"                },
        {SQLITE_NOMEM,    ERR_NOMEM,     true,  "needs more memory than there is",
         "Close other programs, then start again"                        },
        {SQLITE_IOERR,    ERR_IO,        true,  "could not be read or written",
         "Check the disk, then start again"                              },
        {SQLITE_CANTOPEN, ERR_IO,        true,  "cannot be opened",
         "Check that the folder exists and belongs to this user"         },
        {SQLITE_READONLY, ERR_IO,        true,  "may not be written",
         "Check the owner and the permissions of the file and its folder"},
        {SQLITE_PERM,     ERR_IO,        true,  "may not be used",
         "Check the owner and the permissions of the file and its folder"},
        {SQLITE_ERROR,    ERR_INTERNAL,  false, "refused what the program asked",
         "Keep this message and tell the administrator"                  },
};

static const struct fault *fault_find(int rc)
{
    /* Two extended results say more than the primary one they belong to. */
    int primary = rc == SQLITE_IOERR_NOMEM       ? SQLITE_NOMEM
                  : rc == SQLITE_IOERR_CORRUPTFS ? SQLITE_CORRUPT
                                                 : rc & 0xFF;
    size_t at = 0;
    while (at < COUNT_OF(faults) - 1 && faults[at].rc != primary)
        at++;
    return &faults[at];
}

bool db_is_fatal(int rc)
{
    return fault_find(rc)->fatal;
}

/* The system says in more ways than SQLite that there is no room: a quota, a limit. */
bool db_is_no_room(int system)
{
    return system == ENOSPC || system == EDQUOT || system == EFBIG;
}

const char *db_short_path(const char *path)
{
    size_t len = strlen(path);
    return len <= SHORT_PATH_BYTES ? path : path + (len - SHORT_PATH_BYTES);
}

/* What the system said when reading or writing failed. SQLite passes it on for opening
 * only; else the files keep it: the log of a commit that failed, or the database. */
static int system_error(sqlite3 *handle)
{
    static const int files[] = {SQLITE_FCNTL_JOURNAL_POINTER,
            SQLITE_FCNTL_FILE_POINTER};
    int system = sqlite3_system_errno(handle);
    for (size_t at = 0; at < COUNT_OF(files) && system == 0; at++) {
        sqlite3_file *file = NULL;
        int last = 0;
        sqlite3_file_control(handle, "main", files[at], &file);
        if (file != NULL && file->pMethods != NULL &&
                file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &last) ==
                        SQLITE_OK)
            system = last;
    }
    return system;
}

bool db_explain(sqlite3 *handle, int rc, const char *what, const char *path,
        struct err *err)
{
    const struct fault *fault = fault_find(rc);
    const char *detail = handle != NULL ? sqlite3_errmsg(handle) : sqlite3_errstr(rc);
    if (fault->code == ERR_IO && handle != NULL) {
        int system = system_error(handle);
        if (db_is_no_room(system))
            fault = fault_find(SQLITE_FULL);
        if (system != 0)
            detail = strerror(system);
    }
    return err_set(err, fault->code, "%s: %s %s (%s). %s.", db_short_path(path), what,
            fault->happened, detail, fault->todo);
}

void db_break(struct db *db, const struct err *err)
{
    if (db->broken)
        return;
    db->broken = true;
    db->why = *err;
    /* The next start recovers from the files as they are now. */
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)NULL);
}

bool db_usable(const struct db *db, struct err *err)
{
    if (!db->broken)
        return true;
    return err_set(err, db->why.code, "after an earlier failure: %s", db->why.msg);
}

bool db_fail(struct db *db, int rc, struct err *err)
{
    struct err fault = {CODE_OK, ""};
    db_explain(db->handle, rc, db->plan.what, db->path, &fault);

    /* Some failures make SQLite take back the whole transaction by itself. What the
     * turn wrote before is gone then, and must not be answered as if it were there. */
    bool turn_lost = db->in_turn && sqlite3_get_autocommit(db->handle) != 0;
    if (db_is_fatal(rc) || turn_lost)
        db_break(db, &fault);
    return err_set(err, fault.code, "%s", fault.msg);
}
