/* folder.c - names, seen on the disk, and locks. */
#include "core/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

bool folder_sync(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool ok = fsync(fd) == 0;
    int why = errno;
    close(fd);
    errno = why;
    return ok;
}

/* The folder that holds this file or folder. */
static bool folder_of(const char *path, char folder[PATH_MAX])
{
    size_t end = strlen(path);
    while (end > 1 && path[end - 1] == '/')
        end--;
    const char *slash = memrchr(path, '/', end);
    size_t len = slash == NULL ? 0 : (size_t)(slash - path);
    int n = slash == NULL ? snprintf(folder, PATH_MAX, ".")
            : len == 0    ? snprintf(folder, PATH_MAX, "/")
                          : snprintf(folder, PATH_MAX, "%.*s", (int)len, path);
    if (n >= 0 && n < PATH_MAX)
        return true;
    errno = ENAMETOOLONG;
    return false;
}

bool folder_sync_of(const char *path)
{
    char folder[PATH_MAX];

    return folder_of(path, folder) && folder_sync(folder);
}

static bool unsynced(const char *path, struct err *err)
{
    return err_set(err, ERR_IO, "cannot sync the folder of %s: %s", path,
            strerror(errno));
}

bool folder_keep(const char *path, struct err *err)
{
    return folder_sync_of(path) || unsynced(path, err);
}

bool folder_make(const char *path, mode_t mode, struct err *err)
{
    bool made = mkdir(path, mode) == 0;
    if (!made && errno != EEXIST)
        return err_set(err, errno == ENOSPC || errno == EDQUOT ? ERR_DISK_FULL : ERR_IO,
                "cannot make %s: %s", path, strerror(errno));
    /* Also one that was there: who made it may have lost its power before this. It may
     * lie where we may not look; then somebody else made it. */
    return folder_sync_of(path) || (!made && errno != EIO) || unsynced(path, err);
}

bool folder_take(const char *path, int *fd, struct err *err)
{
    int taken = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (taken < 0)
        return err_set(err, ERR_IO, "cannot open %s: %s", path, strerror(errno));
    if (flock(taken, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        close(taken);
        return err_set(err, ERR_LOCKED, "another command is at work in %s", path);
    }
    *fd = taken;
    return true;
}

bool folder_take_of(const char *path, int *fd, struct err *err)
{
    char folder[PATH_MAX];

    if (!folder_of(path, folder))
        return err_set(err, ERR_IO, "%.120s: %s", path, strerror(errno));
    return folder_take(folder, fd, err);
}
