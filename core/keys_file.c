/* keys_file.c - files of secrets: written whole or not at all, read only when nobody
 * else can. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/folder.h"
#include "core/keys.h"

enum {
    SECRET_MODE = 0600,
    OTHERS_MODE = 0077, /* any right of the group or of others */
};

/* The file that a new content is written to first. One fixed name: what a kill leaves
 * behind is overwritten by the next write and taken away by keys_remove_file, and never
 * piles up. */
static bool temporary_name(const char *path, char out[PATH_MAX], struct err *err)
{
    int len = snprintf(out, PATH_MAX, "%s.tmp", path);
    if (len < 0 || len >= PATH_MAX)
        return err_set(err, ERR_CONFIG, "the file name is too long");
    return true;
}

static bool write_all(int fd, struct span bytes)
{
    while (bytes.len > 0) {
        ssize_t n = write(fd, bytes.at, bytes.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        bytes.at += n;
        bytes.len -= (size_t)n;
    }
    return true;
}

/* The temporary file, complete and synced; on failure it is gone again. */
static bool write_temporary(const char *tmp, struct span bytes, struct err *err)
{
    if (unlink(tmp) != 0 && errno != ENOENT)
        return err_set(err, ERR_IO, "cannot remove %s: %s", tmp, strerror(errno));
    int fd = open(tmp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
            SECRET_MODE);
    if (fd < 0)
        return err_set(err, ERR_IO, "cannot create %s: %s", tmp, strerror(errno));

    bool ok = fchmod(fd, SECRET_MODE) == 0 && write_all(fd, bytes) && fsync(fd) == 0;
    int why = errno;
    if (close(fd) != 0 && ok) {
        ok = false;
        why = errno;
    }
    if (ok)
        return true;
    unlink(tmp);
    return err_set(err, ERR_IO, "cannot write %s: %s", tmp, strerror(why));
}

bool keys_write_file(const char *path, struct span bytes, struct err *err)
{
    char tmp[PATH_MAX];
    if (!temporary_name(path, tmp, err) || !write_temporary(tmp, bytes, err))
        return false;
    if (rename(tmp, path) != 0) {
        err_set(err, ERR_IO, "cannot rename %s to %s: %s", tmp, path, strerror(errno));
        unlink(tmp);
        return false;
    }
    return folder_keep(path, err);
}

/* Only a regular file of ours that nobody else can touch is a file of secrets. */
static bool check_private(int fd, const char *path, struct err *err)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return err_set(err, ERR_IO, "cannot look at %s: %s", path, strerror(errno));
    if (!S_ISREG(st.st_mode))
        return err_set(err, ERR_KEY_FILE, "%s is not a regular file", path);
    if (st.st_uid != geteuid())
        return err_set(err, ERR_KEY_FILE,
                "%s belongs to another user (uid %ju, we are %ju); do: chown %ju %s",
                path, (uintmax_t)st.st_uid, (uintmax_t)geteuid(), (uintmax_t)geteuid(),
                path);
    if ((st.st_mode & OTHERS_MODE) != 0)
        return err_set(err, ERR_KEY_FILE,
                "other users may use %s (mode %04o); do: chmod 600 %s", path,
                (unsigned)st.st_mode & 07777u, path);
    return true;
}

/* At most max bytes; one byte more than that is asked for, to see that there is none.
 */
static bool read_all(int fd, const char *path, uint8_t *out, size_t max, size_t *len,
        struct err *err)
{
    size_t got = 0;
    for (;;) {
        uint8_t extra;
        ssize_t n = got < max ? read(fd, out + got, max - got) : read(fd, &extra, 1);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_set(err, ERR_IO, "cannot read %s: %s", path, strerror(errno));
        if (n == 0)
            break;
        if (got == max)
            return err_set(err, ERR_KEY_FILE, "%s is larger than %zu bytes", path, max);
        got += (size_t)n;
    }
    *len = got;
    return true;
}

bool keys_read_file(const char *path, uint8_t *out, size_t max, size_t *len,
        struct err *err)
{
    /* NONBLOCK: a pipe in this place must not make us wait. */
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0 && errno == ELOOP)
        return err_set(err, ERR_KEY_FILE, "%s is a link, not a regular file", path);
    if (fd < 0) {
        bool ours = errno == ENOENT || errno == EACCES || errno == ENOTDIR;
        return err_set(err, ours ? ERR_KEY_FILE : ERR_IO, "cannot open %s: %s", path,
                strerror(errno));
    }

    bool ok = check_private(fd, path, err) && read_all(fd, path, out, max, len, err);
    close(fd);
    /* A file that we refuse leaves no half secret in the caller's memory. */
    if (!ok)
        sodium_memzero(out, max);
    return ok;
}

/* Zeros over the content, so that the freed blocks of a disk image no longer hold it.
 * Where the file system writes elsewhere this does nothing, so its failure is no reason
 * to keep the file. */
static void overwrite(const char *path)
{
    int fd = open(path, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return;
    static const uint8_t zeros[512];
    struct stat st;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_nlink == 1) {
        for (off_t done = 0; done < st.st_size; done += (off_t)sizeof zeros)
            if (!write_all(fd, (struct span){zeros, sizeof zeros}))
                break;
        fsync(fd);
    }
    close(fd);
}

bool keys_remove_file(const char *path, struct err *err)
{
    char tmp[PATH_MAX];
    if (!temporary_name(path, tmp, err))
        return false;
    const char *both[] = {tmp, path};
    for (size_t i = 0; i < COUNT_OF(both); i++) {
        overwrite(both[i]);
        /* A file that is gone already is what was asked for: removing can be done
         * again. */
        if (unlink(both[i]) != 0 && errno != ENOENT)
            return err_set(err, ERR_IO, "cannot remove %s: %s", both[i],
                    strerror(errno));
    }
    return folder_keep(path, err);
}
