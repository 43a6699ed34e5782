/* disk_vfs.c - what SQLite asks of a file system, answered by the disk of the tests. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/disk_inner.h"

/* SQLite gives the memory for it. */
struct handle {
    sqlite3_file base;
    struct disk *disk;
    struct inode *inode;
    struct entry *entry; /* NULL: a file without a name */
    uint64_t epoch;
    int lock;
    bool makes_names_durable; /* a journal not synced yet since it was opened */
    bool goes_when_closed;
};

static struct handle *handle_of(sqlite3_file *file)
{
    return (struct handle *)(void *)file;
}

/* What becomes of an operation on an open file. */
static enum disk_fate begin(struct handle *handle, enum disk_op op)
{
    if (handle->epoch != handle->disk->epoch)
        return FATE_FAILS;
    return disk_begin(handle->disk, op,
            handle->entry != NULL ? handle->entry->path : "");
}

/* The end of an operation that was done. */
static int done(struct disk *disk, enum disk_fate fate, int failed)
{
    if (fate != FATE_CUT_AFTER)
        return SQLITE_OK;
    disk_cut(disk);
    return failed;
}

/* ------------------------------------------------------------ files */

static int on_close(sqlite3_file *file)
{
    struct handle *handle = handle_of(file);

    if (handle->inode->locked_by == handle)
        handle->inode->locked_by = NULL;
    if (handle->goes_when_closed && handle->entry != NULL &&
            handle->epoch == handle->disk->epoch)
        handle->entry->now = NULL;
    handle->inode->n_open--;
    disk_sweep(handle->disk);
    return SQLITE_OK;
}

static int on_read(sqlite3_file *file, void *bytes, int n, sqlite3_int64 at)
{
    struct handle *handle = handle_of(file);
    enum disk_fate fate = begin(handle, DISK_READ);
    const struct content *now = &handle->inode->now;
    size_t len = (size_t)n, from = (size_t)at;

    if (fate == FATE_FAILS)
        return SQLITE_IOERR_READ;
    size_t have = from >= now->len ? 0 : now->len - from < len ? now->len - from : len;
    if (have > 0)
        memcpy(bytes, now->at + from, have);
    memset((uint8_t *)bytes + have, 0, len - have);
    int rc = done(handle->disk, fate, SQLITE_IOERR_READ);
    return rc == SQLITE_OK && have < len ? SQLITE_IOERR_SHORT_READ : rc;
}

static int on_write(sqlite3_file *file, const void *bytes, int n, sqlite3_int64 at)
{
    struct handle *handle = handle_of(file);
    struct disk *disk = handle->disk;
    enum disk_fate fate = begin(handle, DISK_WRITE);

    if (fate == FATE_FAILS) {
        if (handle->epoch == disk->epoch && !disk->off)
            (void)disk_put(disk, handle->inode, (size_t)at, bytes,
                    disk_below(disk, (uint32_t)n));
        return SQLITE_IOERR_WRITE;
    }
    if (!disk_put(disk, handle->inode, (size_t)at, bytes, (size_t)n)) {
        disk->counts.full++;
        return SQLITE_FULL;
    }
    return done(disk, fate, SQLITE_IOERR_WRITE);
}

static int on_truncate(sqlite3_file *file, sqlite3_int64 len)
{
    struct handle *handle = handle_of(file);
    enum disk_fate fate = begin(handle, DISK_TRUNCATE);

    if (fate == FATE_FAILS)
        return SQLITE_IOERR_TRUNCATE;
    disk_shorten(handle->disk, handle->inode, (size_t)len);
    return done(handle->disk, fate, SQLITE_IOERR_TRUNCATE);
}

static int on_sync(sqlite3_file *file, int flags)
{
    struct handle *handle = handle_of(file);
    struct disk *disk = handle->disk;
    enum disk_fate fate = begin(handle, DISK_SYNC);

    (void)flags;
    if (fate == FATE_FAILS) {
        if (handle->epoch == disk->epoch && !disk->off)
            disk_half_sync(disk, handle->inode);
        return SQLITE_IOERR_FSYNC;
    }
    disk_sync(disk, handle->inode);
    if (handle->makes_names_durable)
        disk_sync_names(disk);
    handle->makes_names_durable = false;
    return done(disk, fate, SQLITE_IOERR_FSYNC);
}

static int on_size(sqlite3_file *file, sqlite3_int64 *size)
{
    *size = (sqlite3_int64)handle_of(file)->inode->now.len;
    return SQLITE_OK;
}

/* The house locks a file once and for all: who has any lock has it alone. */
static int on_lock(sqlite3_file *file, int level)
{
    struct handle *handle = handle_of(file);
    struct inode *inode = handle->inode;

    if (inode->locked_by != NULL && inode->locked_by != handle)
        return SQLITE_BUSY;
    inode->locked_by = handle;
    if (level > handle->lock)
        handle->lock = level;
    return SQLITE_OK;
}

static int on_unlock(sqlite3_file *file, int level)
{
    struct handle *handle = handle_of(file);

    handle->lock = level;
    if (level == SQLITE_LOCK_NONE && handle->inode->locked_by == handle)
        handle->inode->locked_by = NULL;
    return SQLITE_OK;
}

static int on_check_reserved(sqlite3_file *file, int *reserved)
{
    *reserved = handle_of(file)->lock >= SQLITE_LOCK_RESERVED;
    return SQLITE_OK;
}

static int on_control(sqlite3_file *file, int op, void *arg)
{
    (void)file;
    (void)op;
    (void)arg;
    return SQLITE_NOTFOUND;
}

static int on_sector_size(sqlite3_file *file)
{
    return (int)handle_of(file)->disk->sector;
}

static int on_character(sqlite3_file *file)
{
    (void)file;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

/* Version 1: no shared memory, which exclusive locking does without. */
static const sqlite3_io_methods methods = {
        .iVersion = 1,
        .xClose = on_close,
        .xRead = on_read,
        .xWrite = on_write,
        .xTruncate = on_truncate,
        .xSync = on_sync,
        .xFileSize = on_size,
        .xLock = on_lock,
        .xUnlock = on_unlock,
        .xCheckReservedLock = on_check_reserved,
        .xFileControl = on_control,
        .xSectorSize = on_sector_size,
        .xDeviceCharacteristics = on_character,
};

/* ------------------------------------------------------------ the file system */

static int on_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags,
        int *out_flags)
{
    const int journals =
            SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL;
    struct disk *disk = vfs->pAppData;
    struct handle *handle = handle_of(file);

    *handle = (struct handle){.disk = disk, .epoch = disk->epoch};
    enum disk_fate fate = disk_begin(disk, DISK_OPEN, path != NULL ? path : "");
    if (fate == FATE_FAILS)
        return SQLITE_CANTOPEN;
    handle->entry = path != NULL ? disk_entry(disk, path) : NULL;
    handle->inode = handle->entry != NULL ? handle->entry->now : NULL;
    if (handle->inode == NULL && handle->entry != NULL &&
            (flags & SQLITE_OPEN_CREATE) == 0)
        return SQLITE_CANTOPEN;
    if (handle->inode == NULL) {
        handle->inode = disk_inode(disk);
        if (handle->entry != NULL)
            handle->entry->now = handle->inode;
    }
    /* Also when it is there: who made it may have died before its name was durable. */
    handle->makes_names_durable =
            (flags & journals) != 0 && (flags & SQLITE_OPEN_CREATE) != 0;
    handle->goes_when_closed = (flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
    handle->inode->n_open++;
    handle->base.pMethods = &methods;
    if (out_flags != NULL)
        *out_flags = flags;
    return done(disk, fate, SQLITE_CANTOPEN);
}

static int on_delete(sqlite3_vfs *vfs, const char *path, int durable)
{
    struct disk *disk = vfs->pAppData;
    enum disk_fate fate = disk_begin(disk, DISK_DELETE, path);

    if (fate == FATE_FAILS)
        return SQLITE_IOERR_DELETE;
    struct entry *entry = disk_entry(disk, path);
    if (entry->now == NULL)
        return SQLITE_IOERR_DELETE_NOENT;
    entry->now = NULL;
    if (durable)
        disk_sync_names(disk);
    return done(disk, fate, SQLITE_IOERR_DELETE);
}

static int on_access(sqlite3_vfs *vfs, const char *path, int flags, int *there)
{
    struct disk *disk = vfs->pAppData;
    const struct entry *entry = disk_entry(disk, path);

    /* An empty journal counts as none, as it does for SQLite's own VFS. */
    *there = entry->now != NULL &&
             (flags != SQLITE_ACCESS_EXISTS || entry->now->now.len > 0);
    return disk->off ? SQLITE_IOERR_ACCESS : SQLITE_OK;
}

static int on_full_path(sqlite3_vfs *vfs, const char *path, int cap, char *full)
{
    (void)vfs;
    return snprintf(full, (size_t)cap, "%s", path) < cap ? SQLITE_OK : SQLITE_CANTOPEN;
}

static int on_randomness(sqlite3_vfs *vfs, int n, char *bytes)
{
    for (int i = 0; i < n; i++)
        bytes[i] = (char)disk_below(vfs->pAppData, 256);
    return n;
}

static int on_sleep(sqlite3_vfs *vfs, int us)
{
    (void)vfs;
    return us;
}

static int on_time(sqlite3_vfs *vfs, double *days)
{
    (void)vfs;
    *days = 0;
    return SQLITE_OK;
}

static int on_last_error(sqlite3_vfs *vfs, int cap, char *words)
{
    (void)vfs;
    (void)cap;
    (void)words;
    return 0;
}

void disk_mount(struct disk *disk)
{
    disk->vfs = (sqlite3_vfs){
            .iVersion = 1,
            .szOsFile = sizeof(struct handle),
            .mxPathname = DISK_PATH_BYTES - 1,
            .zName = disk->name,
            .pAppData = disk,
            .xOpen = on_open,
            .xDelete = on_delete,
            .xAccess = on_access,
            .xFullPathname = on_full_path,
            .xRandomness = on_randomness,
            .xSleep = on_sleep,
            .xCurrentTime = on_time,
            .xGetLastError = on_last_error,
    };
    if (sqlite3_vfs_find(disk->name) != NULL ||
            sqlite3_vfs_register(&disk->vfs, 0) != SQLITE_OK)
        abort();
}

void disk_unmount(struct disk *disk)
{
    sqlite3_vfs_unregister(&disk->vfs);
}
