/* loop_bus.c - the bus server's socket: CURVE, ZAP and the limits, in the order that
 * leaves no gap. */
#include <assert.h>

#include "core/loop_inner.h"

static const char ZAP_DOMAIN[] = "buurtbus";
static const int SERVER_EVENTS =
        ZMQ_EVENT_LISTENING | ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_DISCONNECTED;

static void set_curve(struct tap *tap, const struct box_key *key)
{
    tap_set(tap, ZMQ_CURVE_SERVER, 1);
    const struct key32 *secret = box_key_secret(key);
    int rc = zmq_setsockopt(tap->socket, ZMQ_CURVE_SECRETKEY, secret->b,
            sizeof secret->b);
    assert(rc == 0);
    /* A CURVE server with no ZAP handler, or none in its domain, lets every key in.
     * With both options it lets nobody in. */
    rc = zmq_setsockopt(tap->socket, ZMQ_ZAP_DOMAIN, ZAP_DOMAIN, sizeof ZAP_DOMAIN - 1);
    assert(rc == 0);
    (void)rc;
    tap_set(tap, ZMQ_ZAP_ENFORCE_DOMAIN, 1);
}

static bool open_server(struct link *link, const struct box_key *key, struct err *err)
{
    struct loop *loop = link->loop;
    if (!bounds_files(link, LOOP_FILES_MIN, err) || !zap_open(loop, err))
        return false;
    link->tap = tap_new(loop, ZMQ_ROUTER, err);
    if (link->tap == NULL)
        return false;
    link_limits(link, link->tap);
    server_limits(link->tap);
    set_curve(link->tap, key);
    link->public_key = *box_key_public(key);
    link->monitor = tap_monitor(loop, link->tap, SERVER_EVENTS, err);
    return link->monitor != NULL && bounds_open(link, err);
}

struct link *loop_serve_bus(struct loop *loop, const char *address,
        const struct box_key *key, struct err *err)
{
    struct link *link = link_new(loop, LINK_BUS_SERVER, err);
    if (link == NULL)
        return NULL;
    if (!open_server(link, key, err) || !link_bind(link, address, err)) {
        link_free(link);
        return NULL;
    }
    link_add(link);
    canary_begin(link);
    return link;
}
