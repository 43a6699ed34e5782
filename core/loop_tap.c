/* loop_tap.c - a zmq socket that wakes the loop, and the monitor of its connections. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/loop_inner.h"

/* A descriptor of libzmq says "look", once, and forgets it when any call is made on its
 * socket. So being woken is all we use it for; what there is to do is asked of every
 * socket before the loop waits (on_prepare) and done after (on_check). */
static void on_woken(uv_poll_t *poll, int status, int events)
{
    (void)poll;
    (void)status;
    (void)events;
}

struct tap *tap_new(struct loop *loop, int type, struct err *err)
{
    struct tap *tap = calloc(1, sizeof *tap);
    if (tap == NULL) {
        err_set(err, ERR_NOMEM, "no memory for a socket");
        return NULL;
    }
    tap->socket = zmq_socket(loop->zmq, type);
    int fd = -1;
    size_t size = sizeof fd;
    if (tap->socket == NULL || zmq_getsockopt(tap->socket, ZMQ_FD, &fd, &size) != 0) {
        err_set(err, ERR_IO, "cannot make a socket: %s", zmq_strerror(zmq_errno()));
        goto fail;
    }
    tap_set(tap, ZMQ_LINGER, 0);
    int rc = uv_poll_init(&loop->uv, &tap->poll, fd);
    if (rc == 0) {
        tap->polled = true;
        rc = uv_poll_start(&tap->poll, UV_READABLE, on_woken);
    }
    if (rc == 0)
        return tap;
    err_set(err, ERR_IO, "cannot watch a socket: %s", uv_strerror(rc));
fail:
    tap_free(tap);
    return NULL;
}

static void on_tap_closed(uv_handle_t *handle)
{
    /* The handle is the first member, so this frees the tap. */
    free(handle);
}

void tap_free(struct tap *tap)
{
    if (tap == NULL)
        return;
    /* Stop watching before libzmq closes the descriptor, or we would watch whoever gets
     * its number next. */
    if (tap->polled)
        uv_poll_stop(&tap->poll);
    if (tap->socket != NULL)
        zmq_close(tap->socket);
    if (tap->polled)
        uv_close((uv_handle_t *)&tap->poll, on_tap_closed);
    else
        free(tap);
}

bool tap_readable(const struct tap *tap)
{
    if (tap == NULL)
        return false;
    int events = 0;
    size_t size = sizeof events;
    return zmq_getsockopt(tap->socket, ZMQ_EVENTS, &events, &size) == 0 &&
           (events & ZMQ_POLLIN) != 0;
}

void tap_set(struct tap *tap, int option, int value)
{
    int rc = zmq_setsockopt(tap->socket, option, &value, sizeof value);
    assert(rc == 0);
    (void)rc;
}

struct tap *tap_monitor(struct loop *loop, struct tap *tap, int events, struct err *err)
{
    char name[LOOP_ADDRESS_BYTES];
    snprintf(name, sizeof name, "inproc://monitor-%llu",
            (unsigned long long)++loop->n_names);
    struct tap *monitor = tap_new(loop, ZMQ_PAIR, err);
    if (monitor == NULL)
        return NULL;
    /* Without a limit: libzmq's own thread writes here and would stand still when the
     * queue is full. We empty it every turn. */
    tap_set(monitor, ZMQ_RCVHWM, 0);
    if (zmq_socket_monitor(tap->socket, name, events) == 0 &&
            zmq_connect(monitor->socket, name) == 0)
        return monitor;
    err_set(err, ERR_IO, "cannot watch the connections: %s", zmq_strerror(zmq_errno()));
    tap_free(monitor);
    return NULL;
}

bool tap_event(struct tap *monitor, uint16_t *event, uint32_t *value)
{
    uint8_t head[sizeof *event + sizeof *value];
    if (zmq_recv(monitor->socket, head, sizeof head, ZMQ_DONTWAIT) != sizeof head)
        return false;
    char address[LOOP_ADDRESS_BYTES];
    zmq_recv(monitor->socket, address, sizeof address, ZMQ_DONTWAIT);
    memcpy(event, head, sizeof *event);
    memcpy(value, head + sizeof *event, sizeof *value);
    return true;
}
