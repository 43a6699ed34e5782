/* loop_client.c - a client's link: connecting, and connecting again.
 *
 * libzmq 4.3.4 gives up for ever on a server that refused its key or broke the
 * protocol, and begins anew with its shortest pause after each connection that failed
 * in the handshake. So each attempt here has a socket of its own, and the pauses are
 * ours: 1 to 60 s, back to the shortest after a success. */
#include <stdlib.h>

#include "core/loop_inner.h"

enum {
    /* Up to a quarter of a pause is left off, so that a crowd does not come back at
     * once. */
    JITTER_PARTS = 4,
    HANDSHAKE_SLACK_MS = 500,
};

static const int CLIENT_EVENTS =
        ZMQ_EVENT_CONNECTED | ZMQ_EVENT_CLOSED | ZMQ_EVENT_DISCONNECTED |
        ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH;

static void set_key(struct tap *tap, int option, const struct key32 *key)
{
    zmq_setsockopt(tap->socket, option, key->b, sizeof key->b);
}

static bool open_socket(struct link *link, struct err *err)
{
    struct loop *loop = link->loop;
    link->tap = tap_new(loop, ZMQ_DEALER, err);
    if (link->tap == NULL)
        return false;
    link_limits(link, link->tap);
    /* Nothing is queued for a server that is not there, and libzmq does not connect
     * again by itself. */
    tap_set(link->tap, ZMQ_IMMEDIATE, 1);
    tap_set(link->tap, ZMQ_RECONNECT_IVL, -1);
    tap_set(link->tap, ZMQ_CONNECT_TIMEOUT, LOOP_CONNECT_MS);
    if (link->kind == LINK_BUS_CLIENT) {
        set_key(link->tap, ZMQ_CURVE_SERVERKEY, &link->server_pk);
        set_key(link->tap, ZMQ_CURVE_PUBLICKEY, box_key_public(link->key));
        set_key(link->tap, ZMQ_CURVE_SECRETKEY, box_key_secret(link->key));
    }
    link->monitor = tap_monitor(loop, link->tap, CLIENT_EVENTS, err);
    if (link->monitor == NULL)
        return false;
    if (zmq_connect(link->tap->socket, link->address) == 0)
        return true;
    return err_set(err, ERR_CONFIG, "cannot connect to %s: %s", link->address,
            zmq_strerror(zmq_errno()));
}

static void close_socket(struct link *link)
{
    tap_free(link->monitor);
    tap_free(link->tap);
    link->monitor = link->tap = NULL;
}

bool client_dial(struct link *link, struct err *err)
{
    close_socket(link);
    link->retry_ms = 0;
    if (!bounds_room(err) || !open_socket(link, err)) {
        close_socket(link);
        return false;
    }
    link->give_up_ms = link->loop->mono_ms + LOOP_DIAL_MS;
    return true;
}

static uint64_t next_pause(struct link *link)
{
    uint64_t pause = link->retry_base_ms;
    for (uint32_t i = 0; i < link->n_pauses && pause < LOOP_RECONNECT_MAX_MS; i++)
        pause *= 2;
    if (pause > LOOP_RECONNECT_MAX_MS)
        pause = LOOP_RECONNECT_MAX_MS;
    link->n_pauses++;
    uint32_t random = 0;
    uv_random(NULL, NULL, &random, sizeof random, 0, NULL);
    return pause - random % (pause / JITTER_PARTS + 1);
}

/* This attempt is over, or this connection. */
static void try_later(struct link *link)
{
    link->give_up_ms = 0;
    link->report.up = false;
    if (link->retry_ms == 0)
        link->retry_ms = link->loop->mono_ms + next_pause(link);
}

static void on_connected(struct link *link, int fd)
{
    struct conn *conn = conn_new(link, fd);
    if (conn == NULL)
        return;
    conn->peer.conn = 1;
    link->only = conn;
    if (link->kind == LINK_BUS_CLIENT)
        bounds_watch(link, conn);
}

static void on_handshaken(struct link *link)
{
    if (link->only == NULL)
        return;
    link->only->seen = true;
    link->went_up = true;
    link->give_up_ms = 0;
    link->n_pauses = 0;
    link->report.up = true;
    link->report.refused = false;
    link->report.failed_handshakes = 0;
}

static void on_disconnected(struct link *link, int fd)
{
    struct conn *conn = conn_of_fd(link, fd);
    if (conn == NULL)
        return;
    /* Silence until the time is up is a server that stands still, not one with another
     * key: that one hangs up at once. */
    uint64_t lasted_ms = link->loop->mono_ms - conn->since_ms;
    if (!conn->seen && lasted_ms < LOOP_HANDSHAKE_MS - HANDSHAKE_SLACK_MS)
        link->report.failed_handshakes++;
    conn_end(link, conn);
    try_later(link);
}

void client_event(struct link *link, uint16_t event, uint32_t value)
{
    switch (event) {
    case ZMQ_EVENT_CONNECTED: on_connected(link, (int)value); break;
    case ZMQ_EVENT_HANDSHAKE_SUCCEEDED: on_handshaken(link); break;
    case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH: link->report.refused = true; break;
    case ZMQ_EVENT_DISCONNECTED: on_disconnected(link, (int)value); break;
    case ZMQ_EVENT_CLOSED: try_later(link); break; /* nobody listens there */
    default: break;
    }
}

/* Said here and not when the event is read, because events are also read while a
 * handler runs. */
void client_tell(struct link *link)
{
    struct loop *loop = link->loop;
    if (!link->went_up || loop->dead)
        return;
    link->went_up = false;
    link->only->told = true;
    loop->happened = true;
    if (loop->app.on_up != NULL)
        loop->app.on_up(loop->app.self, link);
}

void client_chores(struct link *link)
{
    uint64_t now = link->loop->mono_ms;
    if (link->give_up_ms != 0 && link->give_up_ms <= now) {
        close_socket(link);
        if (link->only != NULL && link->only->fd >= 0)
            conn_end(link, link->only);
        try_later(link);
    }
    /* The last frames of the connection before are taken first. */
    if (link->retry_ms == 0 || link->retry_ms > now || link->only != NULL)
        return;
    struct err err;
    if (!client_dial(link, &err))
        try_later(link);
}

static struct link *connect_link(struct link *link, struct err *err)
{
    link->retry_base_ms = LOOP_RECONNECT_MIN_MS;
    if (bounds_open(link, err) && client_dial(link, err)) {
        link_add(link);
        return link;
    }
    link_free(link);
    return NULL;
}

struct link *loop_connect_bus(struct loop *loop, const char *address,
        const struct key32 *server_pk, const struct box_key *key, struct err *err)
{
    struct link *link = link_new(loop, LINK_BUS_CLIENT, err);
    if (link == NULL)
        return NULL;
    link->server_pk = *server_pk;
    link->key = key;
    if (!link_set_address(link, "", address, err)) {
        link_free(link);
        return NULL;
    }
    return connect_link(link, err);
}

struct link *loop_connect_local(struct loop *loop, const char *path, struct err *err)
{
    struct link *link = link_new(loop, LINK_LOCAL_CLIENT, err);
    if (link == NULL)
        return NULL;
    if (!link_set_address(link, "ipc://", path, err)) {
        link_free(link);
        return NULL;
    }
    return connect_link(link, err);
}
