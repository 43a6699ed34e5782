/* loop_link.c - a link: its limits, taking frames from it, sending, cutting, closing.
 */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/loop_inner.h"

/* Every socket of ours has these. */
static const struct {
    int option, value;
} LIMITS[] = {
        {ZMQ_SNDHWM,            LOOP_SEND_QUEUE       },
        {ZMQ_RCVHWM,            LOOP_RECV_QUEUE       },
        {ZMQ_BACKLOG,           LOOP_BACKLOG          },
        {ZMQ_HANDSHAKE_IVL,     LOOP_HANDSHAKE_MS     },
        {ZMQ_HEARTBEAT_IVL,     LOOP_HEARTBEAT_MS     },
        {ZMQ_HEARTBEAT_TIMEOUT, LOOP_HEARTBEAT_DEAD_MS},
        {ZMQ_HEARTBEAT_TTL,     LOOP_HEARTBEAT_DEAD_MS},
        {ZMQ_TCP_MAXRT,         LOOP_HEARTBEAT_DEAD_MS},
        {ZMQ_TCP_KEEPALIVE,     0                     }, /* the heartbeat does it */
        {ZMQ_IPV6,              1                     },
};

void link_limits(const struct link *link, struct tap *tap)
{
    for (size_t i = 0; i < COUNT_OF(LIMITS); i++)
        tap_set(tap, LIMITS[i].option, LIMITS[i].value);
    /* What CURVE adds is on top, so that a frame of the full size passes. */
    int64_t size = WIRE_FRAME_MAX + LOOP_WIRE_EXTRA;
    int rc = zmq_setsockopt(tap->socket, ZMQ_MAXMSGSIZE, &size, sizeof size);
    assert(rc == 0);
    (void)rc;
    /* A client looks up the server's name in libzmq's own thread, which stands still
     * while a name server does not answer. A node's local socket must not stand still
     * with it, so clients of a bus have a thread of their own. */
    uint64_t thread = link->kind == LINK_BUS_CLIENT ? 2 : 1;
    zmq_setsockopt(tap->socket, ZMQ_AFFINITY, &thread, sizeof thread);
}

void server_limits(struct tap *tap)
{
    /* A frame for nobody, or for somebody who does not read, is told to us and not
     * dropped; and no peer takes another's place. */
    tap_set(tap, ZMQ_ROUTER_MANDATORY, 1);
    tap_set(tap, ZMQ_ROUTER_HANDOVER, 0);
}

struct link *link_new(struct loop *loop, enum link_kind kind, struct err *err)
{
    struct link *link = calloc(1, sizeof *link);
    if (link == NULL) {
        err_set(err, ERR_NOMEM, "no memory for a link");
        return NULL;
    }
    link->loop = loop;
    link->kind = kind;
    link->bounds.epoll = -1;
    link->bounds.listen_fd = -1;
    return link;
}

void link_add(struct link *link)
{
    link->next = link->loop->links;
    link->loop->links = link;
}

void link_free(struct link *link)
{
    if (link == NULL)
        return;
    if (link->kind == LINK_LOCAL_SERVER)
        local_remove_file(link);
    canary_end(link);
    bounds_close(link);
    tap_free(link->monitor);
    tap_free(link->tap);
    conn_free_all(link);
    free(link);
}

bool link_set_address(struct link *link, const char *scheme, const char *rest,
        struct err *err)
{
    int n = snprintf(link->address, sizeof link->address, "%s%s", scheme, rest);
    if (n > 0 && (size_t)n < sizeof link->address)
        return true;
    return err_set(err, ERR_CONFIG, "the address %.40s... is too long", rest);
}

bool link_is_server(const struct link *link)
{
    return link->kind == LINK_BUS_SERVER || link->kind == LINK_LOCAL_SERVER;
}

bool link_open(const struct link *link)
{
    /* Not before the canary has shown that strangers are refused. */
    return link->tap != NULL && (link->kind != LINK_BUS_SERVER || link->canary.proven);
}

/* An IPv4 address as people know it: the library writes tcp://[::ffff:127.0.0.1]:80. */
static void plain_address(char *address)
{
    static const char MAPPED[] = "tcp://[::ffff:";
    size_t head = strlen("tcp://"), skip = sizeof MAPPED - 1;
    char *end = strchr(address, ']');
    if (strncmp(address, MAPPED, skip) != 0 || end == NULL ||
            strchr(address, '.') == NULL)
        return;
    size_t host = (size_t)(end - address) - skip;
    memmove(address + head, address + skip, host);
    memmove(address + head + host, end + 1, strlen(end + 1) + 1);
}

bool link_bind(struct link *link, const char *address, struct err *err)
{
    if (zmq_bind(link->tap->socket, address) != 0)
        return err_set(err, zmq_errno() == EADDRINUSE ? ERR_LOCKED : ERR_CONFIG,
                "cannot serve on %s: %s", address, zmq_strerror(zmq_errno()));
    size_t size = sizeof link->address;
    zmq_getsockopt(link->tap->socket, ZMQ_LAST_ENDPOINT, link->address, &size);
    plain_address(link->address);
    return true;
}

/* --- taking frames --- */

/* Empty the rest of a message that has more parts than it may. */
static void skip_parts(struct link *link, zmq_msg_t *part)
{
    while (zmq_msg_more(part)) {
        if (zmq_msg_recv(part, link->tap->socket, ZMQ_DONTWAIT) < 0)
            return;
    }
}

/* One body frame of a lawful size, or its connection is cut. */
static void judge_frame(struct link *link, struct conn *conn, zmq_msg_t *body)
{
    size_t len = zmq_msg_size(body);
    bool more = zmq_msg_more(body);
    bounds_took(link, conn, len);
    if (conn->cut) {
        skip_parts(link, body);
        return;
    }
    if (more || len > WIRE_FRAME_MAX) {
        skip_parts(link, body);
        conn_cut(link, conn, true);
        return;
    }
    link->report.frames_in++;
    link->loop->happened = true;
    conn->told = true;
    const struct loop_app *app = &link->loop->app;
    if (app->on_frame != NULL)
        app->on_frame(app->self, link, &conn->peer,
                (struct span){zmq_msg_data(body), len});
}

static struct conn *sender_of(struct link *link, zmq_msg_t *route, zmq_msg_t *body)
{
    if (!link_is_server(link))
        return link->only;
    struct span id = {zmq_msg_data(route), zmq_msg_size(route)};
    return conn_of_frame(link, id, body);
}

/* Take one message; false when there is none. */
static bool take_one(struct link *link)
{
    zmq_msg_t route, body;
    zmq_msg_init(&route);
    zmq_msg_init(&body);
    bool server = link_is_server(link);
    bool got = !server || zmq_msg_recv(&route, link->tap->socket, ZMQ_DONTWAIT) >= 0;
    got = got && zmq_msg_recv(&body, link->tap->socket, ZMQ_DONTWAIT) >= 0;
    if (got) {
        link->taken++;
        struct conn *conn = sender_of(link, &route, &body);
        if (conn != NULL)
            judge_frame(link, conn, &body);
        else
            skip_parts(link, &body);
    }
    zmq_msg_close(&body);
    zmq_msg_close(&route);
    return got;
}

void link_take(struct link *link)
{
    link->drained = false;
    if (!link_open(link))
        return;
    uint64_t begun_us = loop_monotonic_us(link->loop);
    for (int i = 0; i < LOOP_FRAMES_A_TURN; i++) {
        if (link->closed || link->loop->dead)
            return;
        /* Frames that cost much are few: who sent one that costs nothing waits for the
         * end of this turn. */
        if (loop_monotonic_us(link->loop) - begun_us >= LOOP_TAKE_US)
            return;
        if (!take_one(link)) {
            link->drained = true;
            return;
        }
    }
}

void link_events(struct link *link)
{
    if (link->closed || link->loop->dead)
        return;
    monitor_read(link);
    client_tell(link);
}

void link_chores(struct link *link)
{
    if (link->closed || link->loop->dead)
        return;
    conn_settle(link);
    bounds_chores(link);
    canary_chores(link);
    client_chores(link);
}

/* --- what a program does with a link --- */

static bool send_part(struct link *link, struct span bytes, int flags)
{
    zmq_msg_t part;
    if (zmq_msg_init_size(&part, bytes.len) != 0)
        return false;
    if (bytes.len > 0)
        memcpy(zmq_msg_data(&part), bytes.at, bytes.len);
    if (zmq_msg_send(&part, link->tap->socket, flags | ZMQ_DONTWAIT) >= 0)
        return true;
    int why = zmq_errno();
    zmq_msg_close(&part);
    errno = why;
    return false;
}

static bool send_to(struct link *link, const struct conn *conn, struct span frame)
{
    /* With ROUTER_MANDATORY the id alone is refused when nobody has it or its queue is
     * full, so nothing is dropped in silence. */
    if (link_is_server(link) &&
            !send_part(link, (struct span){conn->route, sizeof conn->route},
                    ZMQ_SNDMORE))
        return false;
    return send_part(link, frame, 0);
}

enum sent link_send(struct link *link, uint64_t number, struct span frame)
{
    assert(frame.len <= WIRE_FRAME_MAX);
    if (link->loop->dead || link->closed || link->tap == NULL)
        return SENT_GONE;
    const struct conn *conn = conn_of_number(link, number);
    if (conn == NULL || conn->cut)
        return SENT_GONE;
    bool sent = send_to(link, conn, frame);
    if (!sent && errno == EAGAIN) {
        /* libzmq looks only now and then whether a peer has read or has come; asking
         * for events makes it look. */
        tap_readable(link->tap);
        sent = send_to(link, conn, frame);
    }
    if (sent) {
        link->report.frames_out++;
        return SENT_OK;
    }
    return errno == EAGAIN ? SENT_FULL : SENT_GONE;
}

void link_cut(struct link *link, uint64_t number)
{
    struct conn *conn = conn_of_number(link, number);
    if (conn != NULL)
        conn_cut(link, conn, false);
}

size_t link_cut_user(struct link *link, const char *user)
{
    monitor_read(link);
    size_t n = 0;
    for (size_t fd = 0; fd < link->n_by_fd; fd++) {
        struct conn *conn = link->by_fd[fd];
        if (conn == NULL || conn->cut)
            continue;
        /* A connection that has not shown a frame may be anybody's: it goes too, and an
         * honest one is back within seconds. */
        if (!conn->seen || strcmp(conn->peer.user, user) == 0) {
            n += conn->seen;
            conn_cut(link, conn, false);
        }
    }
    for (struct conn *conn = link->ended; conn != NULL; conn = conn->next)
        conn->cut = conn->cut || strcmp(conn->peer.user, user) == 0;
    return n;
}

void link_close(struct link *link)
{
    if (link != NULL)
        link->closed = true;
}

const char *link_address(const struct link *link)
{
    return link->address;
}

void link_report(const struct link *link, struct link_report *report)
{
    *report = link->report;
}
