/* file.c - a whole file, and nothing that only looks like one. */
#include "core/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/folder.h"

bool file_read(const char *path, size_t max, struct arena *arena, struct span *bytes,
        struct err *err)
{
    /* Who waits for a pipe to be written waits for ever. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat info;
    if (fd < 0)
        return err_set(err, ERR_IO, "%.120s: %s", path, strerror(errno));
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode) || info.st_size <= 0 ||
            (size_t)info.st_size > max) {
        close(fd);
        return err_set(err, E_SIZE, "%.120s is no file of 1 to %zu bytes", path, max);
    }
    size_t size = (size_t)info.st_size, len = 0;
    uint8_t *at = arena_take(arena, size);
    while (at != NULL && len < size) {
        ssize_t n = read(fd, at + len, size - len);
        if (n <= 0)
            break;
        len += (size_t)n;
    }
    close(fd);
    if (at == NULL || len != size)
        return err_set(err, at == NULL ? ERR_NOMEM : ERR_IO, "%.120s: %s", path,
                strerror(at == NULL ? ENOMEM : EIO));
    *bytes = (struct span){at, len};
    return true;
}

/* To a new file, and see it on the disk. */
static bool write_durably(const char *path, struct span bytes)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    if (fd < 0)
        return false;
    ssize_t written = write(fd, bytes.at, bytes.len);
    if (written >= 0 && (size_t)written < bytes.len)
        errno = ENOSPC;
    bool ok = written >= 0 && (size_t)written == bytes.len && fsync(fd) == 0;
    int why = errno;
    close(fd);
    if (!ok)
        unlink(path);
    errno = why;
    return ok;
}

/* Beside the old file first, so that a reader finds the old or the new one, whole. */
bool file_write(const char *path, struct span bytes)
{
    char *fresh = NULL;
    if (asprintf(&fresh, "%s.new", path) < 0)
        return false;
    /* What is left of a write that was cut off. */
    unlink(fresh);
    bool ok = write_durably(fresh, bytes);
    if (ok && rename(fresh, path) != 0) {
        int why = errno;
        unlink(fresh);
        errno = why;
        ok = false;
    }
    free(fresh);
    return ok && folder_sync_of(path);
}
