/* loop_local.c - the local server: a socket file in a directory of our own, and who may
 * come in through it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/loop_inner.h"

enum {
    DIRECTORY_MODE = 0750,
    DIRECTORY_TOO_OPEN =
            0027, /* a group that may write could put a socket of its own there */
    FILE_MODE = 0660,
    GROUPS_MAX = 1024,
};

static const int SERVER_EVENTS =
        ZMQ_EVENT_LISTENING | ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_DISCONNECTED;

/* --- who may come in --- */

static bool uid_may_pass(uid_t uid)
{
    return uid == geteuid() || uid == 0;
}

/* The other groups of the process at the other end. */
static bool is_in_group(int fd, gid_t group)
{
    gid_t groups[GROUPS_MAX];
    socklen_t size = sizeof groups;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &size) != 0)
        return false;
    for (size_t i = 0; i < size / sizeof *groups; i++) {
        if (groups[i] == group)
            return true;
    }
    return false;
}

bool local_admits(const struct link *link, struct conn *conn)
{
    struct ucred peer;
    socklen_t size = sizeof peer;
    if (getsockopt(conn->fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
        return false;
    conn->peer.uid = peer.uid;
    return uid_may_pass(peer.uid) || peer.gid == link->group ||
           is_in_group(conn->fd, link->group);
}

/* A number and the colon behind it; moves *at onto that colon. */
static bool read_number(const char **at, unsigned *number)
{
    char *end;
    *number = (unsigned)strtoul(*at + 1, &end, 10);
    bool ok = end > *at + 1 && *end == ':';
    *at = end;
    return ok;
}

/* libzmq writes "localhost:uid:gid:pid"; read the first two of these numbers. */
static bool read_note(const char *note, uid_t *uid, gid_t *gid)
{
    enum { NUMBERS = 3 };
    const char *at = note == NULL ? NULL : note + strlen(note);
    for (int i = 0; i < NUMBERS && at != NULL; i++)
        at = memrchr(note, ':', (size_t)(at - note));
    return at != NULL && read_number(&at, uid) && read_number(&at, gid);
}

bool local_names(const struct link *link, struct conn *conn, const char *note)
{
    uid_t uid;
    gid_t gid;
    if (!read_note(note, &uid, &gid))
        return false;
    /* While it lives it has been judged by its own descriptor. */
    if (conn->fd >= 0)
        return conn->peer.uid == uid;
    conn->peer.uid = uid;
    return uid_may_pass(uid) || gid == link->group;
}

/* --- the directory and the file --- */

static bool check_directory(struct link *link, const char *directory, struct err *err)
{
    struct stat st;
    if (mkdir(directory, DIRECTORY_MODE) == 0) {
        /* The umask may have taken bits away. */
        if (chmod(directory, DIRECTORY_MODE) != 0)
            return err_set(err, ERR_IO, "cannot set the mode of %s: %s", directory,
                    strerror(errno));
    } else if (errno != EEXIST) {
        return err_set(err, ERR_IO, "cannot make %s: %s", directory, strerror(errno));
    }
    if (lstat(directory, &st) != 0 || !S_ISDIR(st.st_mode))
        return err_set(err, ERR_CONFIG, "%s is not a directory", directory);
    if (!uid_may_pass(st.st_uid))
        return err_set(err, ERR_CONFIG, "%s belongs to another user (%u)", directory,
                (unsigned)st.st_uid);
    if ((st.st_mode & DIRECTORY_TOO_OPEN) != 0)
        return err_set(err, ERR_CONFIG,
                "%s is open to others (mode %04o); give it mode 0750", directory,
                (unsigned)st.st_mode & 07777);
    link->group = st.st_gid;
    return true;
}

/* libzmq would take the file away from a server that lives. */
static bool check_free(const char *path, struct err *err)
{
    struct stat st;
    if (lstat(path, &st) != 0)
        return errno == ENOENT ||
               err_set(err, ERR_IO, "cannot look at %s: %s", path, strerror(errno));
    if (!S_ISSOCK(st.st_mode))
        return err_set(err, ERR_CONFIG, "%s is there and is not a socket", path);
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    snprintf(name.sun_path, sizeof name.sun_path, "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return err_set(err, ERR_IO, "cannot make a socket: %s", strerror(errno));
    int rc = connect(fd, (const struct sockaddr *)&name, sizeof name);
    int why = errno;
    close(fd);
    /* Only "refused" says that nobody listens; a full queue (EAGAIN) is a server that
     * lives. */
    if (rc != 0 && why == ECONNREFUSED)
        return true;
    if (rc == 0 || why == EAGAIN)
        return err_set(err, ERR_LOCKED, "another process serves %s", path);
    return err_set(err, ERR_IO, "cannot try %s: %s", path, strerror(why));
}

static bool prepare_path(struct link *link, const char *path, struct err *err)
{
    struct sockaddr_un name;
    size_t len = strlen(path);
    const char *slash = strrchr(path, '/');
    if (slash == NULL || slash == path || len >= sizeof name.sun_path)
        return err_set(err, ERR_CONFIG,
                "%s cannot be the path of a socket: it needs a directory and at most %zu "
                "bytes",
                path, sizeof name.sun_path - 1);
    char directory[sizeof name.sun_path];
    snprintf(directory, sizeof directory, "%.*s", (int)(slash - path), path);
    snprintf(link->path, sizeof link->path, "%s", path);
    return check_directory(link, directory, err) && check_free(path, err) &&
           link_set_address(link, "ipc://", path, err);
}

/* After a bind: who connects needs to write to the file, so it gets the directory's
 * group. That may be refused (EPERM) when we are not in that group; then only our user
 * and root come in. */
static bool open_file(struct link *link, struct err *err)
{
    struct stat st;
    bool given = chown(link->path, (uid_t)-1, link->group) == 0 || errno == EPERM;
    if (!given || chmod(link->path, FILE_MODE) != 0 || lstat(link->path, &st) != 0)
        return err_set(err, ERR_IO, "cannot open %s: %s", link->path, strerror(errno));
    link->inode = st.st_ino;
    return true;
}

void local_remove_file(const struct link *link)
{
    struct stat st;
    if (link->inode != 0 && lstat(link->path, &st) == 0 && st.st_ino == link->inode)
        unlink(link->path);
}

static bool open_server(struct link *link, const char *path, struct err *err)
{
    if (!bounds_files(link, LOOP_LOCAL_FILES_MIN, err) ||
            !prepare_path(link, path, err))
        return false;
    link->tap = tap_new(link->loop, ZMQ_ROUTER, err);
    if (link->tap == NULL)
        return false;
    link_limits(link, link->tap);
    server_limits(link->tap);
    link->monitor = tap_monitor(link->loop, link->tap, SERVER_EVENTS, err);
    return link->monitor != NULL && link_bind(link, link->address, err) &&
           open_file(link, err);
}

struct link *loop_serve_local(struct loop *loop, const char *path, struct err *err)
{
    struct link *link = link_new(loop, LINK_LOCAL_SERVER, err);
    if (link == NULL)
        return NULL;
    if (open_server(link, path, err)) {
        link_add(link);
        return link;
    }
    link_free(link);
    return NULL;
}
