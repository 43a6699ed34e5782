/* loop_monitor.c - what libzmq tells of connections: come, gone, and the fate of a
 * client's attempts. */
#include "core/loop_inner.h"

static void on_accepted(struct link *link, int fd)
{
    struct conn *before = conn_of_fd(link, fd);
    if (before != NULL)
        conn_end(link, before);
    struct conn *conn = conn_new(link, fd);
    if (conn == NULL)
        return;
    if (link->kind == LINK_LOCAL_SERVER) {
        if (!local_admits(link, conn) || link->n_conns > LOOP_LOCAL_CONNS_MAX)
            conn_cut(link, conn, true);
        return;
    }
    bounds_watch(link, conn);
    bounds_accepted(link, conn);
}

static void on_disconnected(struct link *link, int fd)
{
    struct conn *conn = conn_of_fd(link, fd);
    if (conn != NULL)
        conn_end(link, conn);
}

static void server_event(struct link *link, uint16_t event, uint32_t value)
{
    if (event == ZMQ_EVENT_ACCEPTED)
        on_accepted(link, (int)value);
    else if (event == ZMQ_EVENT_DISCONNECTED)
        on_disconnected(link, (int)value);
    else if (event == ZMQ_EVENT_LISTENING)
        link->bounds.listen_fd = (int)value;
}

void monitor_read(struct link *link)
{
    uint16_t event;
    uint32_t value;
    while (link->monitor != NULL && tap_event(link->monitor, &event, &value)) {
        if (link_is_server(link))
            server_event(link, event, value);
        else
            client_event(link, event, value);
    }
}
