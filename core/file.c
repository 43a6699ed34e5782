/* file.c - a whole file, and nothing that only looks like one. */
#include "core/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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
