/* loop_bounds.c - how much a peer may make us hold: unseen bytes, silent connections,
 * file descriptors.
 *
 * libzmq hands a message over when its last part has come, and counts messages, not
 * parts: a peer that never ends its message fills our memory unseen. What it cannot
 * hide is how many bytes its connection received. So: bytes received (the kernel's
 * count), less those that wait in the kernel, less those of frames taken, is what
 * libzmq holds for it. Too much: the connection is cut.
 *
 * Looking costs nothing while nothing comes: an epoll set tells once that bytes have
 * arrived, then the connection is looked at every few milliseconds until it is quiet. A
 * slow sweep looks at all of them. */
#include <errno.h>
#include <linux/filter.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/loop_inner.h"
#include "core/loop_tcp.h"

enum {
    CHECK_MS = 5,          /* pause between looks at busy connections ... */
    CHECK_CONNS_A_MS = 16, /* ... and a millisecond more for each so many of them */
    SWEEP_MS = 5000,       /* pause between looks at all */
    FRAME_BYTES = WIRE_FRAME_MAX + LOOP_WIRE_EXTRA,
    /* Held for a peer when nothing waits to be taken: parts of one frame, and bytes on
       their way. */
    UNSEEN_MAX = 4 * FRAME_BYTES,
    /* Held for a peer while we are behind: its full queue comes on top. */
    UNSEEN_BEHIND_MAX = (LOOP_RECV_QUEUE + 4) * FRAME_BYTES,
    /* Held for all who have shown no frame yet, mostly strangers in their handshake;
       and what one of those may have. */
    STRANGERS_MAX = 32 * 1024 * 1024,
    STRANGER_MAX = 64 * 1024,
    /* Pings and their answers are never taken as frames: about nine bytes a second. */
    HEARTBEAT_BYTES_A_SECOND = 16,
    MS_A_SECOND = 1000,
    EVENTS_A_READ = 64,
};

/* --- file descriptors --- */

bool bounds_files(struct link *link, rlim_t least, struct err *err)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return err_set(err, ERR_IO, "cannot read the limit of open files");
    rlim_t wanted =
            limit.rlim_max < LOOP_FILES_WANTED ? limit.rlim_max : LOOP_FILES_WANTED;
    if (limit.rlim_cur < wanted) {
        limit.rlim_cur = wanted;
        if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
            return err_set(err, ERR_IO, "cannot raise the limit of open files");
    }
    if (limit.rlim_cur < least)
        return err_set(err, ERR_CONFIG,
                "only %llu files may be open; this needs %llu at least (LimitNOFILE= of "
                "the service, or ulimit -n)",
                (unsigned long long)limit.rlim_cur, (unsigned long long)least);
    rlim_t most =
            limit.rlim_cur < LOOP_FILES_WANTED ? limit.rlim_cur : LOOP_FILES_WANTED;
    link->bounds.fd_max = (int)most - LOOP_FILES_RESERVE;
    return true;
}

bool bounds_room(struct err *err)
{
    int fds[LOOP_DIAL_FILES];
    size_t n = 0;

    while (n < COUNT_OF(fds) && (fds[n] = eventfd(0, EFD_CLOEXEC)) >= 0)
        n++;
    bool room = n == COUNT_OF(fds);
    while (n > 0)
        close(fds[--n]);
    return room || err_set(err, ERR_IO, "no room for more open files");
}

/* Let the kernel drop who knocks, without an answer: they knock again by themselves.
 * Unbinding would end every connection that came in through this door, and a full table
 * makes libzmq ask for the next connection without a pause. */
static void close_door(struct link *link)
{
    struct sock_filter nothing = BPF_STMT(BPF_RET | BPF_K, 0);
    struct sock_fprog program = {.len = 1, .filter = &nothing};
    setsockopt(link->bounds.listen_fd, SOL_SOCKET, SO_ATTACH_FILTER, &program,
            sizeof program);
    link->bounds.open_ms = link->loop->mono_ms + LOOP_CLOSED_DOOR_MS;
}

static void open_door(struct link *link)
{
    int unused = 0;
    setsockopt(link->bounds.listen_fd, SOL_SOCKET, SO_DETACH_FILTER, &unused,
            sizeof unused);
    link->bounds.open_ms = 0;
}

/* Descriptors are given lowest first, so the number of a new one tells how full the
 * table is, whoever filled it. */
void bounds_accepted(struct link *link, struct conn *conn)
{
    if (conn->fd < link->bounds.fd_max)
        return;
    conn_cut(link, conn, true);
    if (link->bounds.listen_fd >= 0)
        close_door(link);
}

/* --- unseen bytes --- */

static void on_bytes(uv_poll_t *poll, int status, int events);

bool bounds_open(struct link *link, struct err *err)
{
    if (link->kind != LINK_BUS_SERVER && link->kind != LINK_BUS_CLIENT)
        return true;
    struct bounds *bounds = &link->bounds;
    bounds->epoll = epoll_create1(EPOLL_CLOEXEC);
    bounds->poll = malloc(sizeof *bounds->poll);
    if (bounds->epoll < 0 || bounds->poll == NULL ||
            uv_poll_init(&link->loop->uv, bounds->poll, bounds->epoll) != 0) {
        free(bounds->poll);
        bounds->poll = NULL;
        return err_set(err, ERR_IO, "cannot watch the bytes of connections");
    }
    bounds->poll->data = link;
    uv_poll_start(bounds->poll, UV_READABLE, on_bytes);
    return true;
}

static void on_closed(uv_handle_t *handle)
{
    free(handle);
}

void bounds_close(struct link *link)
{
    struct bounds *bounds = &link->bounds;
    if (bounds->poll != NULL) {
        uv_poll_stop(bounds->poll);
        uv_close((uv_handle_t *)bounds->poll, on_closed);
        bounds->poll = NULL;
    }
    if (bounds->epoll >= 0)
        close(bounds->epoll);
    bounds->epoll = -1;
}

/* Tell once when bytes arrive. The set forgets a descriptor by itself when it is
 * closed. */
static void watch_once(struct link *link, const struct conn *conn)
{
    struct epoll_event event = {.events = EPOLLIN | EPOLLONESHOT, .data.fd = conn->fd};
    if (epoll_ctl(link->bounds.epoll, EPOLL_CTL_ADD, conn->fd, &event) != 0 &&
            errno == EEXIST)
        epoll_ctl(link->bounds.epoll, EPOLL_CTL_MOD, conn->fd, &event);
}

void bounds_watch(struct link *link, struct conn *conn)
{
    watch_once(link, conn);
    if (link->bounds.sweep_ms == 0)
        link->bounds.sweep_ms = link->loop->mono_ms + SWEEP_MS;
}

static uint64_t next_check(const struct link *link)
{
    return link->loop->mono_ms + CHECK_MS + link->bounds.n_busy / CHECK_CONNS_A_MS;
}

static void on_bytes(uv_poll_t *poll, int status, int events)
{
    (void)status;
    (void)events;
    struct link *link = poll->data;
    struct epoll_event ready[EVENTS_A_READ];
    int n;
    do {
        n = epoll_wait(link->bounds.epoll, ready, EVENTS_A_READ, 0);
        for (int i = 0; i < n; i++) {
            struct conn *conn = conn_of_fd(link, ready[i].data.fd);
            if (conn == NULL || conn->busy)
                continue;
            conn->busy = true;
            link->bounds.n_busy++;
        }
    } while (n == EVENTS_A_READ);
    if (link->bounds.n_busy > 0 && link->bounds.check_ms == 0)
        link->bounds.check_ms = next_check(link);
}

void bounds_took(struct link *link, struct conn *conn, size_t len)
{
    size_t bytes = len + LOOP_WIRE_EXTRA;
    /* When everything had been taken at the last look, this frame ended after it, and
     * what came before it were heartbeats. */
    if (conn->measured_all)
        conn->accounted = conn->measured + bytes;
    else
        conn->accounted += bytes;
    conn->measured_all = false;
    conn->took = true;
    conn->since_ms = link->loop->mono_ms;
}

static void set_unseen(struct link *link, struct conn *conn, uint64_t bytes)
{
    link->bounds.unseen += bytes - conn->unseen;
    conn->unseen = bytes;
}

void bounds_seen(struct link *link, struct conn *conn)
{
    set_unseen(link, conn, 0);
}

void bounds_forget(struct link *link, struct conn *conn)
{
    set_unseen(link, conn, 0);
    if (conn->busy)
        link->bounds.n_busy--;
    conn->busy = false;
}

/* Look at one connection, and cut it when it holds too much. */
static void look(struct link *link, struct conn *conn)
{
    uint64_t count = 0;
    if (!tcp_bytes_read(conn->fd, &count))
        return;
    uint64_t idle_s = (link->loop->mono_ms - conn->since_ms) / MS_A_SECOND;
    uint64_t known = conn->accounted + idle_s * HEARTBEAT_BYTES_A_SECOND;
    uint64_t held = count > known ? count - known : 0;
    bool quiet = count == conn->measured;
    conn->measured = count;
    conn->measured_all = link->drained;
    if (!conn->seen)
        set_unseen(link, conn, held);
    bool too_much = held > (link->drained ? UNSEEN_MAX : UNSEEN_BEHIND_MAX);
    bool crowd =
            link->bounds.unseen > STRANGERS_MAX && !conn->seen && held > STRANGER_MAX;
    if (too_much || crowd)
        conn_cut(link, conn, true);
    else if (conn->busy && quiet) {
        conn->busy = false;
        link->bounds.n_busy--;
        watch_once(link, conn);
    }
}

static void check_busy(struct link *link)
{
    for (size_t fd = 0; fd < link->n_by_fd && link->bounds.n_busy > 0; fd++) {
        struct conn *conn = link->by_fd[fd];
        if (conn == NULL || !conn->busy || conn->cut)
            continue;
        /* A frame came through since the last look: no message is being held open for
         * long. */
        if (conn->took)
            conn->took = false;
        else
            look(link, conn);
    }
    link->bounds.check_ms = link->bounds.n_busy > 0 ? next_check(link) : 0;
}

/* A partner says who it is as soon as it may. One that is in and says nothing only
 * holds a place. */
static bool is_silent(const struct link *link, const struct conn *conn)
{
    return link->kind == LINK_BUS_SERVER && !conn->seen &&
           conn->since_ms + LOOP_FIRST_FRAME_MS <= link->loop->mono_ms;
}

static void sweep(struct link *link)
{
    for (size_t fd = 0; fd < link->n_by_fd; fd++) {
        struct conn *conn = link->by_fd[fd];
        if (conn == NULL || conn->cut)
            continue;
        if (is_silent(link, conn))
            conn_cut(link, conn, true);
        else if (!conn->busy)
            look(link, conn);
    }
    link->bounds.sweep_ms = link->n_conns > 0 ? link->loop->mono_ms + SWEEP_MS : 0;
}

void bounds_chores(struct link *link)
{
    struct bounds *bounds = &link->bounds;
    uint64_t now = link->loop->mono_ms;
    if (bounds->check_ms != 0 && bounds->check_ms <= now)
        check_busy(link);
    if (bounds->sweep_ms != 0 && bounds->sweep_ms <= now)
        sweep(link);
    if (bounds->open_ms != 0 && bounds->open_ms <= now)
        open_door(link);
}
