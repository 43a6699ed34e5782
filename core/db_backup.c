/* db_backup.c - a copy of a database in use, a full check of it, its size and room.
 *
 * The copy grows under another name and takes its own only when it is whole and on the
 * disk, so that what bears the name of a backup is one. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "core/db_inner.h"
#include "core/folder.h"

enum { BACKUP_STEP_PAGES = 64 };

static const char backup_what[] = "the backup";

struct db_backup {
    struct db *db;
    sqlite3 *copy;
    sqlite3_backup *work;
    char *path;
    char *partial; /* what it is called until it is whole */
};

static bool open_copy(struct db_backup *backup, struct err *err)
{
    if (access(backup->path, F_OK) == 0)
        return err_set(err, ERR_CONFIG, "%s exists already. Choose another name.",
                db_short_path(backup->path));
    /* What is left of a backup that was cut off is of no use to anybody. */
    if (unlink(backup->partial) != 0 && errno != ENOENT)
        return err_set(err, ERR_IO, "%s: the rest of an earlier backup stays (%s)",
                db_short_path(backup->partial), strerror(errno));
    if (!db_make_private(backup->partial, backup_what, true, err))
        return false;

    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    int rc = sqlite3_open_v2(backup->partial, &backup->copy, flags, NULL);
    if (rc != SQLITE_OK)
        return db_explain(backup->copy, rc, backup_what, backup->partial, err);
    /* A copy that is not whole is thrown away: what it was is kept in no file. */
    rc = sqlite3_exec(backup->copy, "PRAGMA journal_mode=MEMORY", NULL, NULL, NULL);
    if (rc != SQLITE_OK)
        return db_explain(backup->copy, rc, backup_what, backup->partial, err);
    backup->work =
            sqlite3_backup_init(backup->copy, "main", backup->db->handle, "main");
    return backup->work != NULL ||
           db_explain(backup->copy, sqlite3_errcode(backup->copy), backup_what,
                   backup->partial, err);
}

struct db_backup *db_backup_start(struct db *db, const char *path, struct err *err)
{
    if (!db_usable(db, err))
        return NULL;
    struct db_backup *backup = calloc(1, sizeof *backup);
    if (backup == NULL) {
        err_set(err, ERR_NOMEM, "no memory for a backup");
        return NULL;
    }
    backup->db = db;
    backup->path = strdup(path);
    if (asprintf(&backup->partial, "%s.partial", path) < 0)
        backup->partial = NULL;
    bool ok = backup->path != NULL && backup->partial != NULL;
    if (!ok)
        err_set(err, ERR_NOMEM, "no memory for a backup");
    if (!ok || !open_copy(backup, err)) {
        db_backup_end(backup);
        return NULL;
    }
    return backup;
}

/* The copy is whole: end it, give it its name, and see that the name is on the disk. */
static bool finish(struct db_backup *backup, struct err *err)
{
    int rc = sqlite3_backup_finish(backup->work);
    backup->work = NULL;
    if (rc == SQLITE_OK)
        rc = sqlite3_close(backup->copy);
    if (rc != SQLITE_OK)
        return db_explain(backup->copy, rc, backup_what, backup->partial, err);
    backup->copy = NULL;

    /* Asked again: making the copy may have taken long. */
    bool taken = access(backup->path, F_OK) == 0;
    bool named = !taken && rename(backup->partial, backup->path) == 0 &&
                 folder_sync_of(backup->path);
    int why = taken ? EEXIST : errno;
    if (!named)
        return err_set(err, db_is_no_room(why) ? ERR_DISK_FULL : ERR_IO,
                "%s: the backup cannot get its name (%s). Choose another one.",
                db_short_path(backup->path), strerror(why));
    free(backup->partial);
    backup->partial = NULL;
    return true;
}

bool db_backup_step(struct db_backup *backup, bool *done, struct err *err)
{
    if (backup->partial == NULL) {
        *done = true;
        return true;
    }
    if (!db_usable(backup->db, err))
        return false;
    if (backup->work == NULL || backup->db->in_turn)
        return err_set(err, ERR_INTERNAL,
                "a backup that failed, or within a turn, cannot go on");

    int rc = sqlite3_backup_step(backup->work, BACKUP_STEP_PAGES);
    if (rc == SQLITE_OK) {
        *done = false;
        return true;
    }
    if (rc != SQLITE_DONE) {
        /* The copy knows what happened to it only when its work is ended. */
        sqlite3_backup_finish(backup->work);
        backup->work = NULL;
        return db_explain(backup->copy, rc, backup_what, backup->partial, err);
    }
    if (!finish(backup, err))
        return false;
    *done = true;
    return true;
}

void db_backup_end(struct db_backup *backup)
{
    if (backup == NULL)
        return;
    sqlite3_backup_finish(backup->work);
    sqlite3_close(backup->copy);
    if (backup->partial != NULL)
        unlink(backup->partial);
    free(backup->path);
    free(backup->partial);
    free(backup);
}

/* The first row of a check that names a fault; nothing is written when there is none.
 */
static int first_fault(struct db *db, const char *sql, char *words, size_t cap)
{
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(db->handle, sql, -1, &stmt, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(stmt);
    if (rc == SQLITE_ROW) {
        const unsigned char *text = sqlite3_column_text(stmt, 0);
        snprintf(words, cap, "%s", text != NULL ? (const char *)text : "a fault");
    } else if (rc == SQLITE_CORRUPT || (rc & 0xFF) == SQLITE_CORRUPT) {
        snprintf(words, cap, "%s", sqlite3_errmsg(db->handle));
        rc = SQLITE_ROW;
    }
    sqlite3_finalize(stmt);
    return rc;
}

bool db_check(struct db *db, char *words, size_t cap, struct err *err)
{
    static const char *const checks[] = {
            "SELECT integrity_check FROM pragma_integrity_check(1)"
            " WHERE integrity_check <> 'ok'",
            "SELECT 'a row of ' || \"table\" || ' points to a missing row of ' || parent"
            " FROM pragma_foreign_key_check LIMIT 1",
    };
    if (!db_usable(db, err))
        return false;
    for (size_t at = 0; at < COUNT_OF(checks); at++) {
        int rc = first_fault(db, checks[at], words, cap);
        if (rc == SQLITE_ROW)
            return true;
        if (rc != SQLITE_DONE)
            return db_fail(db, rc, err);
    }
    snprintf(words, cap, "ok");
    return true;
}

static int64_t file_bytes(struct db *db, int which)
{
    sqlite3_file *file = NULL;
    sqlite3_int64 size = 0;
    if (sqlite3_file_control(db->handle, "main", which, &file) != SQLITE_OK ||
            file == NULL || file->pMethods == NULL ||
            file->pMethods->xFileSize(file, &size) != SQLITE_OK)
        return 0;
    return size;
}

int64_t db_bytes(struct db *db)
{
    return file_bytes(db, SQLITE_FCNTL_FILE_POINTER) +
           file_bytes(db, SQLITE_FCNTL_JOURNAL_POINTER);
}

int64_t db_room(const struct db *db)
{
    struct statvfs disk;
    if (!db->on_disk || statvfs(db->path, &disk) != 0)
        return INT64_MAX;
    uint64_t room;
    if (__builtin_mul_overflow((uint64_t)disk.f_bavail, (uint64_t)disk.f_frsize, &room))
        return INT64_MAX;
    return room > INT64_MAX ? INT64_MAX : (int64_t)room;
}
