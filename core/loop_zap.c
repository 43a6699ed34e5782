/* loop_zap.c - who may come in: the ZAP handler (RFC 27 of ZeroMQ), and the canary that
 * tries to come in with a key nobody knows. */
#include <stdio.h>

#include "core/loop_inner.h"

enum {
    ZAP_PARTS =
            7, /* version, request id, domain, address, routing id, mechanism, key */
    ZAP_PART_BYTES = 256, /* a longer part is cut off and then does not compare equal */
    ZAP_ANSWERS_A_TURN = 64,
};

static const char ZAP_ADDRESS[] = "inproc://zeromq.zap.01";

bool zap_open(struct loop *loop, struct err *err)
{
    if (loop->zap != NULL)
        return true;
    struct tap *zap = tap_new(loop, ZMQ_REP, err);
    if (zap == NULL)
        return false;
    if (zmq_bind(zap->socket, ZAP_ADDRESS) != 0) {
        tap_free(zap);
        return err_set(err, ERR_IO, "cannot start the check of keys: %s",
                zmq_strerror(zmq_errno()));
    }
    loop->zap = zap;
    return true;
}

struct zap_request {
    size_t n;
    size_t len[ZAP_PARTS];
    uint8_t part[ZAP_PARTS][ZAP_PART_BYTES];
};

/* Read one request; parts past the last are thrown away but counted. */
static bool read_request(struct tap *zap, struct zap_request *request)
{
    request->n = 0;
    int more = 1;
    while (more != 0) {
        uint8_t spare[ZAP_PART_BYTES];
        uint8_t *to = request->n < ZAP_PARTS ? request->part[request->n] : spare;
        int len = zmq_recv(zap->socket, to, ZAP_PART_BYTES, ZMQ_DONTWAIT);
        if (len < 0)
            return false;
        if (request->n < ZAP_PARTS)
            request->len[request->n] = (size_t)len;
        request->n++;
        size_t size = sizeof more;
        if (zmq_getsockopt(zap->socket, ZMQ_RCVMORE, &more, &size) != 0)
            return false;
    }
    return true;
}

static bool part_is(const struct zap_request *request, size_t i, const char *text)
{
    return request->len[i] == strlen(text) &&
           memcmp(request->part[i], text, request->len[i]) == 0;
}

static bool is_canary(const struct loop *loop, const struct key32 *key)
{
    for (const struct link *link = loop->links; link != NULL; link = link->next) {
        if (link->canary.tap != NULL && key32_equal(&link->canary.public_key, key))
            return true;
    }
    return false;
}

static void count_refusal(struct loop *loop)
{
    for (struct link *link = loop->links; link != NULL; link = link->next)
        link->report.refused_keys += link->kind == LINK_BUS_SERVER;
}

/* Nobody comes in but whom the program names. */
static bool admit(struct loop *loop, const struct zap_request *request,
        char user[PARTNER_BYTES])
{
    struct key32 key;
    if (request->n != ZAP_PARTS || !part_is(request, 0, "1.0") ||
            !part_is(request, 5, "CURVE") || request->len[6] != sizeof key.b)
        return false;
    memcpy(key.b, request->part[6], sizeof key.b);
    const struct loop_app *app = &loop->app;
    loop->happened = true;
    bool in = app->on_admit != NULL && app->on_admit(app->self, &key, user) &&
              user[0] != '\0';
    if (!in && !is_canary(loop, &key))
        count_refusal(loop);
    return in;
}

static void send_answer(struct loop *loop, const struct zap_request *request,
        const char *status, const char *user)
{
    void *socket = loop->zap->socket;
    zmq_send(socket, "1.0", 3, ZMQ_SNDMORE | ZMQ_DONTWAIT);
    zmq_send(socket, request->part[1], request->n > 1 ? request->len[1] : 0,
            ZMQ_SNDMORE | ZMQ_DONTWAIT);
    zmq_send(socket, status, strlen(status), ZMQ_SNDMORE | ZMQ_DONTWAIT);
    zmq_send(socket, "", 0, ZMQ_SNDMORE | ZMQ_DONTWAIT);
    zmq_send(socket, user, strlen(user), ZMQ_SNDMORE | ZMQ_DONTWAIT);
    zmq_send(socket, "", 0, ZMQ_DONTWAIT);
}

void zap_answer(struct loop *loop)
{
    for (int i = 0; loop->zap != NULL && i < ZAP_ANSWERS_A_TURN; i++) {
        struct zap_request request;
        if (loop->dead || !read_request(loop->zap, &request))
            return;
        char user[PARTNER_BYTES] = "";
        bool in = admit(loop, &request, user);
        send_answer(loop, &request, in ? "200" : "400", in ? user : "");
    }
}

/* --- the canary --- */

void canary_begin(struct link *link)
{
    link->canary.due_ms = link->loop->mono_ms;
}

void canary_end(struct link *link)
{
    tap_free(link->canary.monitor);
    tap_free(link->canary.tap);
    link->canary.monitor = link->canary.tap = NULL;
}

static bool fly(struct link *link, struct err *err)
{
    struct canary *canary = &link->canary;
    char public_text[41], secret_text[41];
    if (zmq_curve_keypair(public_text, secret_text) != 0 ||
            zmq_z85_decode(canary->public_key.b, public_text) == NULL)
        return err_set(err, ERR_INTERNAL, "cannot make a key for the check of keys");
    canary->tap = tap_new(link->loop, ZMQ_DEALER, err);
    if (canary->tap == NULL)
        return false;
    void *socket = canary->tap->socket;
    link_limits(link, canary->tap);
    tap_set(canary->tap, ZMQ_RECONNECT_IVL, -1);
    zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, link->public_key.b,
            sizeof link->public_key.b);
    zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, public_text, sizeof public_text - 1);
    zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, secret_text, sizeof secret_text - 1);
    canary->monitor = tap_monitor(link->loop, canary->tap,
            ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH |
                    ZMQ_EVENT_DISCONNECTED,
            err);
    if (canary->monitor == NULL)
        return false;
    if (zmq_connect(socket, link->address) == 0)
        return true;
    return err_set(err, ERR_IO, "the check of keys cannot reach %s: %s", link->address,
            zmq_strerror(zmq_errno()));
}

static void die(struct link *link, const char *words)
{
    struct err err;
    err_set(&err, ERR_INTERNAL, "%s (at %s)", words, link->address);
    loop_die(link->loop, &err);
}

/* What became of it? */
static void look(struct link *link)
{
    struct canary *canary = &link->canary;
    uint16_t event;
    uint32_t value;
    while (canary->monitor != NULL && tap_event(canary->monitor, &event, &value)) {
        if (event == ZMQ_EVENT_HANDSHAKE_SUCCEEDED) {
            die(link, "the bus let a key in that nobody knows");
            return;
        }
        if (event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH) {
            canary->proven = true;
            canary->give_up_ms = 0;
        } else if (!canary->proven) {
            /* Lost in a cut of all who had not shown themselves. */
            canary->due_ms = link->loop->mono_ms + LOOP_RECONNECT_MIN_MS;
        }
        canary_end(link);
    }
}

void canary_chores(struct link *link)
{
    struct canary *canary = &link->canary;
    uint64_t now = link->loop->mono_ms;
    look(link);
    if (canary->give_up_ms != 0 && canary->give_up_ms <= now) {
        canary_end(link);
        canary->give_up_ms = 0;
        if (!canary->proven)
            die(link, "the bus did not answer its own check of keys");
    }
    if (link->loop->dead || canary->due_ms == 0 || canary->due_ms > now)
        return;
    canary_end(link);
    canary->due_ms = now + LOOP_CANARY_EVERY_MS;
    if (canary->give_up_ms == 0)
        canary->give_up_ms = now + LOOP_CANARY_MS;
    /* Without descriptors or memory it does not fly now; if it never did, giving up
     * ends in words. */
    struct err err;
    if (!fly(link, &err))
        canary_end(link);
}
