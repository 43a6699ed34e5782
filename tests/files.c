/* files.c - the calls of the system that name or change files, with a cache beside
 * them.
 */
#include "tests/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/disk_inner.h"
#include "tests/temp.h"

enum { FDS_MAX = 256, CHANGES_MAX = 1024, MADE_MAX = 32 };

/* One name stands for another file from here on; a rename is two of them at once. */
struct name_change {
    struct entry *entry;
    struct inode *inode;
    bool with_next;
};

/* An open file or folder under the watched one. */
struct open_file {
    bool watched;
    struct inode *inode;          /* NULL: a folder */
    char folder[DISK_PATH_BYTES]; /* its path */
};

/* A folder that was made, and not yet seen on the disk. */
struct made_folder {
    char path[DISK_PATH_BYTES];
    bool lost;
};

static struct {
    char folder[DISK_PATH_BYTES];
    struct disk *disk;
    bool off, happened;
    uint64_t count, plan_at;
    enum files_effect effect;
    void (*on_cut)(void);
    struct open_file fds[FDS_MAX];
    struct name_change changes[CHANGES_MAX];
    size_t n_changes;
    struct made_folder made[MADE_MAX];
    size_t n_made;
} the;

/* The linker's names of the calls as they are without us. */
int __real_open(const char *path, int flags, ...);
ssize_t __real_write(int fd, const void *bytes, size_t len);
ssize_t __real_read(int fd, void *bytes, size_t len);
int __real_fsync(int fd);
int __real_close(int fd);
int __real_rename(const char *from, const char *to);
int __real_link(const char *from, const char *to);
int __real_unlink(const char *path);
int __real_mkdir(const char *path, mode_t mode);

int __wrap_open(const char *path, int flags, ...);
ssize_t __wrap_write(int fd, const void *bytes, size_t len);
ssize_t __wrap_read(int fd, void *bytes, size_t len);
int __wrap_fsync(int fd);
int __wrap_close(int fd);
int __wrap_rename(const char *from, const char *to);
int __wrap_link(const char *from, const char *to);
int __wrap_unlink(const char *path);
int __wrap_mkdir(const char *path, mode_t mode);

/* ------------------------------------------------------------ cuts */

static void put_back(const struct entry *entry)
{
    if (entry->now == NULL) {
        __real_unlink(entry->path);
        return;
    }
    const struct content *content = &entry->now->now;
    struct stat info;
    mode_t mode = stat(entry->path, &info) == 0 ? info.st_mode & 07777 : 0600;
    /* Never into a file that another name stands for as well. */
    __real_unlink(entry->path);
    int fd = __real_open(entry->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    bool done = fd >= 0 && fchmod(fd, mode) == 0 &&
                (content->len == 0 || __real_write(fd, content->at, content->len) ==
                                              (ssize_t)content->len);
    if (!done || __real_close(fd) != 0)
        abort();
}

/* Is this path that of a thing in this folder, at whatever depth? */
static bool lies_in(const char *path, const char *folder)
{
    size_t len = strlen(folder);

    return strncmp(path, folder, len) == 0 && path[len] == '/';
}

/* With all that was in it. */
static void lose_folder(struct made_folder *made)
{
    made->lost = true;
    for (struct entry *at = the.disk->entries; at != NULL; at = at->next)
        if (lies_in(at->path, made->path))
            at->stable = NULL;
}

void files_cut(void)
{
    if (the.off)
        return;
    size_t kept = disk_below(the.disk, (uint32_t)the.n_changes + 1);

    while (kept > 0 && the.changes[kept - 1].with_next)
        kept--;
    for (size_t i = 0; i < kept; i++)
        the.changes[i].entry->stable = the.changes[i].inode;
    for (size_t i = 0; i < the.n_made; i++)
        if (disk_below(the.disk, 2) == 0)
            lose_folder(&the.made[i]);
    for (struct entry *at = the.disk->entries; at != NULL; at = at->next)
        at->now = at->stable;
    the.n_changes = 0;
    disk_cut(the.disk);
    the.off = true;
    if (the.on_cut != NULL)
        the.on_cut();
}

void files_on_cut(void (*on_cut)(void))
{
    the.on_cut = on_cut;
}

void files_power(void)
{
    if (!the.off)
        return;
    for (const struct entry *at = the.disk->entries; at != NULL; at = at->next)
        put_back(at);
    for (size_t i = 0; i < the.n_made; i++)
        if (the.made[i].lost)
            nftw(the.made[i].path, temp_forget, 8, FTW_DEPTH | FTW_PHYS);
    the.n_made = 0;
    disk_power(the.disk);
    the.off = false;
}

/* Does the call that begins now fail? after: the power goes when it is done. */
static bool fails(bool *after)
{
    *after = false;
    errno = EIO;
    if (the.off)
        return true;
    the.count++;
    if (the.plan_at == 0 || --the.plan_at > 0)
        return false;
    the.happened = true;
    if (the.effect == FILES_FAIL_EVER)
        the.plan_at = 1;
    *after = the.effect == FILES_CUT_AFTER;
    if (the.effect == FILES_CUT_BEFORE)
        files_cut();
    errno = the.effect == FILES_FAIL && the.count % 2 == 0 ? ENOSPC : EIO;
    return !*after;
}

/* Who has lost its power gets no answer any more. */
static int ended(bool after, int result)
{
    if (!after)
        return result;
    files_cut();
    errno = EIO;
    return -1;
}

/* ------------------------------------------------------------ names */

static bool is_watched(const char *path)
{
    size_t len = strlen(the.folder);

    return the.disk != NULL && strncmp(path, the.folder, len) == 0 &&
           (path[len] == '/' || path[len] == '\0');
}

static void name(struct entry *entry, struct inode *inode, bool with_next)
{
    if (the.n_changes == CHANGES_MAX)
        abort();
    entry->now = inode;
    the.changes[the.n_changes++] = (struct name_change){entry, inode, with_next};
}

static bool is_folder(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

/* These folders are on the disk, or gone: those that lie right in this one, or all that
 * lie in it and itself. */
static void forget_made(const char *folder, bool all)
{
    size_t kept = 0;

    for (size_t i = 0; i < the.n_made; i++) {
        const char *path = the.made[i].path;
        size_t len = (size_t)(strrchr(path, '/') - path);
        bool right_in = strlen(folder) == len && strncmp(path, folder, len) == 0;
        bool within = all && (strcmp(path, folder) == 0 || lies_in(path, folder));
        if (!right_in && !within)
            the.made[kept++] = the.made[i];
    }
    the.n_made = kept;
}

/* A folder gets its new name at once and for good. */
static int rename_folder(const char *from, const char *to)
{
    bool after;

    if (fails(&after) || __real_rename(from, to) != 0)
        return -1;
    forget_made(from, true);
    return ended(after, 0);
}

int __wrap_rename(const char *from, const char *to)
{
    bool after;

    if (!is_watched(from))
        return __real_rename(from, to);
    if (is_folder(from))
        return rename_folder(from, to);
    struct entry *source = disk_entry(the.disk, from);
    struct entry *target = disk_entry(the.disk, to);
    if (fails(&after) || __real_rename(from, to) != 0)
        return -1;
    name(target, source->now, true);
    name(source, NULL, false);
    return ended(after, 0);
}

int __wrap_link(const char *from, const char *to)
{
    bool after;

    if (!is_watched(from))
        return __real_link(from, to);
    struct entry *source = disk_entry(the.disk, from);
    struct entry *target = disk_entry(the.disk, to);
    if (fails(&after) || __real_link(from, to) != 0)
        return -1;
    name(target, source->now, false);
    return ended(after, 0);
}

int __wrap_unlink(const char *path)
{
    bool after;

    if (!is_watched(path))
        return __real_unlink(path);
    struct entry *entry = disk_entry(the.disk, path);
    if (fails(&after) || __real_unlink(path) != 0)
        return -1;
    name(entry, NULL, false);
    return ended(after, 0);
}

int __wrap_mkdir(const char *path, mode_t mode)
{
    bool after;

    if (!is_watched(path))
        return __real_mkdir(path, mode);
    if (fails(&after) || __real_mkdir(path, mode) != 0)
        return -1;
    if (the.n_made == MADE_MAX)
        abort();
    struct made_folder *made = &the.made[the.n_made++];
    *made = (struct made_folder){.lost = false};
    snprintf(made->path, sizeof made->path, "%s", path);
    return ended(after, 0);
}

/* ------------------------------------------------------------ open files */

static struct open_file *file_of(int fd)
{
    return fd >= 0 && fd < FDS_MAX && the.disk != NULL && the.fds[fd].watched
                   ? &the.fds[fd]
                   : NULL;
}

int __wrap_open(const char *path, int flags, ...)
{
    mode_t mode = 0;
    bool after;
    va_list values;

    va_start(values, flags);
    if ((flags & O_CREAT) != 0)
        mode = va_arg(values, mode_t);
    va_end(values);
    if (!is_watched(path))
        return __real_open(path, flags, mode);
    bool folder = (flags & O_DIRECTORY) != 0;
    struct entry *entry = folder ? NULL : disk_entry(the.disk, path);
    if (fails(&after))
        return -1;
    int fd = __real_open(path, flags, mode);
    if (fd < 0)
        return -1;
    if (fd >= FDS_MAX)
        abort();
    if (entry != NULL && entry->now == NULL)
        name(entry, disk_inode(the.disk), false);
    the.fds[fd] = (struct open_file){true, entry != NULL ? entry->now : NULL, ""};
    snprintf(the.fds[fd].folder, DISK_PATH_BYTES, "%s", folder ? path : "");
    if (entry != NULL)
        entry->now->n_open++;
    if (after)
        __wrap_close(fd);
    return ended(after, fd);
}

int __wrap_close(int fd)
{
    struct open_file *file = file_of(fd);

    if (file != NULL && file->inode != NULL)
        file->inode->n_open--;
    if (file != NULL)
        *file = (struct open_file){.watched = false};
    return __real_close(fd);
}

ssize_t __wrap_read(int fd, void *bytes, size_t len)
{
    bool after;

    if (file_of(fd) == NULL)
        return __real_read(fd, bytes, len);
    if (fails(&after))
        return -1;
    ssize_t n = __real_read(fd, bytes, len);
    return ended(after, 0) == 0 ? n : -1;
}

ssize_t __wrap_write(int fd, const void *bytes, size_t len)
{
    struct open_file *file = file_of(fd);
    bool after;

    if (file == NULL || file->inode == NULL)
        return __real_write(fd, bytes, len);
    bool fail = fails(&after);
    if (fail && the.off)
        return -1;
    off_t at = lseek(fd, 0, SEEK_CUR);
    /* What fails has written a part. */
    ssize_t n = __real_write(fd, bytes, fail ? len / 2 : len);
    if (n > 0)
        (void)disk_put(the.disk, file->inode, (size_t)at, bytes, (size_t)n);
    return !fail && ended(after, 0) == 0 ? n : -1;
}

int __wrap_fsync(int fd)
{
    struct open_file *file = file_of(fd);
    bool after;

    if (file == NULL)
        return __real_fsync(fd);
    if (fails(&after)) {
        if (!the.off && file->inode != NULL)
            disk_half_sync(the.disk, file->inode);
        return -1;
    }
    if (file->inode != NULL) {
        disk_sync(the.disk, file->inode);
    } else {
        disk_sync_names(the.disk);
        the.n_changes = 0;
        forget_made(file->folder, false);
    }
    return ended(after, 0);
}

/* ------------------------------------------------------------ from the test */

void files_begin(const char *folder, uint64_t seed)
{
    memset(&the, 0, sizeof the);
    snprintf(the.folder, sizeof the.folder, "%s", folder);
    the.disk = disk_new("files", seed);
}

void files_end(void)
{
    struct disk *disk = the.disk;

    for (int fd = 0; fd < FDS_MAX; fd++)
        if (the.fds[fd].watched && the.fds[fd].inode != NULL)
            the.fds[fd].inode->n_open--;
    the.disk = NULL;
    disk_free(disk);
}

void files_plan(uint64_t at, enum files_effect effect)
{
    the.plan_at = at;
    the.effect = effect;
    if (at > 0)
        the.happened = false;
}

bool files_planned_happened(void)
{
    return the.happened;
}

uint64_t files_count(void)
{
    return the.count;
}

bool files_are_off(void)
{
    return the.off;
}
