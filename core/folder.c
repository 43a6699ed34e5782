/* folder.c - names, seen on the disk. */
#include "core/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
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

bool folder_sync_of(const char *path)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    size_t len = slash == NULL ? 0 : (size_t)(slash - path);
    int n = slash == NULL ? snprintf(folder, sizeof folder, ".")
            : len == 0    ? snprintf(folder, sizeof folder, "/")
                          : snprintf(folder, sizeof folder, "%.*s", (int)len, path);
    if (n < 0 || (size_t)n >= sizeof folder) {
        errno = ENAMETOOLONG;
        return false;
    }
    return folder_sync(folder);
}
