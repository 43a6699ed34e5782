/* loop_conn.c - the connections of a link: from accepted, over the first frame, to the
 * end.
 *
 * libzmq tells of a connection in two ways: its monitor names the descriptor (accepted,
 * disconnected), a frame names routing id, user and descriptor. A descriptor is used
 * again after its connection has ended, while frames of the old one may still wait; a
 * routing id of the router's own making is counted up and does not come back. So a
 * connection is found by descriptor and recognised by routing id. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "core/loop_inner.h"

enum {
    FD_BITS = 24, /* a connection number is a serial number above its descriptor */
    NO_FD = (1 << FD_BITS) - 1,
    TABLE_MIN = 64,
};

struct conn *conn_of_fd(const struct link *link, int fd)
{
    return fd >= 0 && (size_t)fd < link->n_by_fd ? link->by_fd[fd] : NULL;
}

struct conn *conn_of_number(const struct link *link, uint64_t number)
{
    if (!link_is_server(link))
        return number == 1 && link->report.up ? link->only : NULL;
    struct conn *conn = conn_of_fd(link, (int)(number & NO_FD));
    return conn != NULL && conn->seen && conn->peer.conn == number ? conn : NULL;
}

static ino_t inode_of(int fd)
{
    struct stat st;
    return fstat(fd, &st) == 0 ? st.st_ino : 0;
}

static bool make_room(struct link *link, size_t fd)
{
    if (fd < link->n_by_fd)
        return true;
    size_t n = link->n_by_fd == 0 ? TABLE_MIN : link->n_by_fd;
    while (n <= fd)
        n *= 2;
    struct conn **more = realloc(link->by_fd, n * sizeof *more);
    if (more == NULL)
        return false;
    memset(more + link->n_by_fd, 0, (n - link->n_by_fd) * sizeof *more);
    link->by_fd = more;
    link->n_by_fd = n;
    return true;
}

/* fd -1: a connection that had ended before we knew of it. */
struct conn *conn_new(struct link *link, int fd)
{
    struct loop *loop = link->loop;
    struct conn *conn = calloc(1, sizeof *conn);
    if (conn == NULL || (fd >= 0 && !make_room(link, (size_t)fd))) {
        free(conn);
        loop_die(loop, &(struct err){ERR_NOMEM, "no memory for a connection"});
        return NULL;
    }
    conn->fd = fd;
    conn->peer.conn = ++loop->serial << FD_BITS | (uint64_t)(fd >= 0 ? fd : NO_FD);
    conn->since_ms = loop->mono_ms;
    if (fd < 0) {
        conn_end(link, conn);
        return conn;
    }
    conn->inode = inode_of(fd);
    link->by_fd[fd] = conn;
    link->n_conns++;
    return conn;
}

/* Its frames may still wait: it stays in the list of ended ones until they are taken.
 */
void conn_end(struct link *link, struct conn *conn)
{
    bounds_forget(link, conn);
    conn->was_fd = conn->fd;
    if (conn->fd >= 0) {
        link->by_fd[conn->fd] = NULL;
        link->n_conns--;
        link->report.connections -= conn->seen && link_is_server(link);
        conn->fd = -1;
    }
    conn->ended_turn = link->loop->turn;
    conn->ended_at = link->taken;
    conn->next = link->ended;
    link->ended = conn;
    link->n_ended++;
}

/* --- the first frame and the later ones --- */

static bool same_route(const struct conn *conn, struct span route)
{
    return conn->seen && memcmp(conn->route, route.at, sizeof conn->route) == 0;
}

/* The counter in a routing id of the router's own making. */
static uint32_t route_number(const uint8_t *route)
{
    return (uint32_t)route[1] << 24 | (uint32_t)route[2] << 16 |
           (uint32_t)route[3] << 8 | route[4];
}

static bool route_is_later(const uint8_t *a, const uint8_t *b)
{
    return (int32_t)(route_number(a) - route_number(b)) > 0;
}

static struct conn *ended_with(const struct link *link, struct span route)
{
    struct conn *conn = link->ended;
    while (conn != NULL && !same_route(conn, route))
        conn = conn->next;
    return conn;
}

/* One that was cut before it showed a frame; a frame of it may still come. */
static struct conn *cut_unseen(const struct link *link, int fd)
{
    struct conn *conn = link->ended;
    while (conn != NULL && (conn->seen || !conn->cut || conn->was_fd != fd))
        conn = conn->next;
    return conn;
}

/* Which connection does a frame with a routing id that is new to us begin? */
static struct conn *first_frame_of(struct link *link, struct span route, int fd)
{
    /* Everything that happened before this frame came is in the monitor by now. */
    monitor_read(link);
    struct conn *conn = conn_of_fd(link, fd);
    struct conn *gone = cut_unseen(link, fd);
    if (gone != NULL) {
        /* Nothing of it may pass. Should the frame be its successor's, then that one
         * must know that it was lost: it comes back by itself. */
        if (conn != NULL && !conn->seen)
            conn_cut(link, conn, false);
        return gone;
    }
    if (conn == NULL)
        return conn_new(link, -1);
    if (!conn->seen)
        return conn;
    if (!route_is_later(route.at, conn->route))
        return conn_new(link, -1);
    /* What we took for the owner of this descriptor was the one before it. */
    conn_end(link, conn);
    struct conn *owner = conn_new(link, fd);
    if (owner != NULL)
        bounds_watch(link, owner);
    return owner;
}

/* Who is it? Read from the body frame: after polling, the id frame carries no names. */
static bool name_peer(struct link *link, struct conn *conn, zmq_msg_t *body)
{
    if (link->kind == LINK_LOCAL_SERVER)
        return local_names(link, conn, zmq_msg_gets(body, "Peer-Address"));
    const char *user = zmq_msg_gets(body, "User-Id");
    if (user == NULL || user[0] == '\0' || strlen(user) >= sizeof conn->peer.user)
        return false;
    snprintf(conn->peer.user, sizeof conn->peer.user, "%s", user);
    return true;
}

static struct conn *begin(struct link *link, struct span route, zmq_msg_t *body, int fd)
{
    struct conn *conn = first_frame_of(link, route, fd);
    if (conn == NULL)
        return NULL;
    memcpy(conn->route, route.at, sizeof conn->route);
    conn->seen = true;
    link->report.connections += conn->fd >= 0;
    bounds_seen(link, conn);
    if (!name_peer(link, conn, body))
        conn_cut(link, conn, true);
    return conn;
}

struct conn *conn_of_frame(struct link *link, struct span route, zmq_msg_t *body)
{
    int fd = zmq_msg_get(body, ZMQ_SRCFD);
    struct conn *conn = conn_of_fd(link, fd);
    if (route.len != LOOP_ROUTE_BYTES || route.at[0] != 0) {
        /* A routing id of its own choice: such a peer could take another's mail. */
        if (conn != NULL)
            conn_cut(link, conn, true);
        return NULL;
    }
    if (conn != NULL && same_route(conn, route))
        return conn;
    conn = ended_with(link, route);
    return conn != NULL ? conn : begin(link, route, body, fd);
}

/* --- the end --- */

/* Hang up, unless the descriptor has become somebody else's. */
static void hang_up(struct link *link, const struct conn *conn)
{
    int fd = conn->fd;
    monitor_read(link);
    if (fd < 0 || conn_of_fd(link, fd) != conn || inode_of(fd) != conn->inode)
        return;
    shutdown(fd, SHUT_RDWR);
}

void conn_cut(struct link *link, struct conn *conn, bool rule)
{
    if (conn->cut)
        return;
    conn->cut = true;
    if (rule)
        link->report.cut++;
    hang_up(link, conn);
}

/* Has the last frame of this ended connection been taken? Yes when nothing was left
 * after it had ended. On a link that is never empty: libzmq takes from all connections
 * in turn and holds at most its queue for each. */
static bool is_taken(const struct link *link, const struct conn *conn)
{
    if (conn->ended_turn == link->loop->turn)
        return false;
    uint64_t most = (link->n_conns + link->n_ended) * (LOOP_RECV_QUEUE + 1);
    return link->drained || link->tap == NULL || link->taken - conn->ended_at > most;
}

static void tell_end(struct link *link, const struct conn *conn)
{
    struct loop *loop = link->loop;
    if (link->only == conn)
        link->only = NULL;
    if (!conn->told)
        return;
    loop->happened = true;
    if (loop->app.on_down != NULL)
        loop->app.on_down(loop->app.self, link, conn->peer.conn);
}

void conn_settle(struct link *link)
{
    struct conn **at = &link->ended;
    while (*at != NULL && !link->closed && !link->loop->dead) {
        struct conn *conn = *at;
        if (!is_taken(link, conn)) {
            at = &conn->next;
            continue;
        }
        *at = conn->next;
        link->n_ended--;
        tell_end(link, conn);
        free(conn);
    }
}

void conn_free_all(struct link *link)
{
    for (size_t fd = 0; fd < link->n_by_fd; fd++)
        free(link->by_fd[fd]);
    free(link->by_fd);
    while (link->ended != NULL) {
        struct conn *conn = link->ended;
        link->ended = conn->next;
        free(conn);
    }
}
