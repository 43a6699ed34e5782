/* peer.c - a member of the bus without our rules. */
#include "tests/peer.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zmq.h>

#include "core/hash.h"
#include "core/signed.h"
#include "core/wire.h"

enum {
    ARENA_BYTES = 16 * 1024 * 1024,
    RELAY_BYTES = 65536,
    POUR_PATIENCE_MS = 10000,
};

static void must(bool ok, const char *what)
{
    network_must(ok, what, NULL);
}

/* ------------------------------------------------------------- keys */

static struct box_key *transport_of(const struct fleet *fleet, const char *id)
{
    char path[FLEET_PATH_BYTES];
    struct err err = {.code = CODE_OK};

    fleet_path(fleet, id, "keys/transport.key", path);
    struct box_key *key = box_key_load(path, &err);
    network_must(key != NULL, path, &err);
    return key;
}

void peer_begin(struct bus_peer *peer, const struct fleet *fleet, const char *id)
{
    char path[FLEET_PATH_BYTES];
    struct err err = {.code = CODE_OK};

    memset(peer, 0, sizeof *peer);
    snprintf(peer->address, sizeof peer->address, "%s", fleet->network.address);
    struct box_key *broker = transport_of(fleet, NETWORK_BROKER);
    peer->broker = *box_key_public(broker);
    box_key_free(broker);
    peer->arena = arena_new(ARENA_BYTES);
    peer->zmq = zmq_ctx_new();
    must(peer->arena.at != NULL && peer->zmq != NULL, "memory for a peer");
    if (id == NULL) {
        peer->transport = box_key_new(&err);
        network_must(peer->transport != NULL, "a key", &err);
        return;
    }
    snprintf(peer->id, sizeof peer->id, "%s", id);
    peer->transport = transport_of(fleet, id);
    fleet_path(fleet, id, "keys/identity.key", path);
    peer->identity = sign_key_load(path, NULL, &err);
    network_must(peer->identity != NULL, path, &err);
}

void peer_end(struct bus_peer *peer)
{
    peer_close(peer);
    zmq_ctx_term(peer->zmq);
    sign_key_free(peer->identity);
    box_key_free(peer->transport);
    arena_free(&peer->arena);
}

/* ------------------------------------------------------------- connection */

void peer_option(struct bus_peer *peer, int option, int value)
{
    must(zmq_setsockopt(peer->socket, option, &value, sizeof value) == 0,
            "an option of libzmq");
}

void peer_open(struct bus_peer *peer)
{
    const struct key32 *public_key = box_key_public(peer->transport);
    const struct key32 *secret = box_key_secret(peer->transport);
    char name[32];

    peer_close(peer);
    peer->events = 0;
    peer->socket = zmq_socket(peer->zmq, ZMQ_DEALER);
    must(peer->socket != NULL, "a socket");
    zmq_setsockopt(peer->socket, ZMQ_CURVE_SERVERKEY, peer->broker.b, 32);
    zmq_setsockopt(peer->socket, ZMQ_CURVE_PUBLICKEY, public_key->b, 32);
    zmq_setsockopt(peer->socket, ZMQ_CURVE_SECRETKEY, secret->b, 32);
    peer_option(peer, ZMQ_LINGER, 0);
    peer_option(peer, ZMQ_RECONNECT_IVL, -1);
    /* A name of its own each time: the one before may not be given up yet. */
    snprintf(name, sizeof name, "inproc://peer-%u", peer->n_opened++);
    peer->monitor = zmq_socket(peer->zmq, ZMQ_PAIR);
    must(zmq_socket_monitor(peer->socket, name, ZMQ_EVENT_ALL) == 0 &&
                    zmq_connect(peer->monitor, name) == 0,
            "a monitor");
}

void peer_connect(struct bus_peer *peer)
{
    must(zmq_connect(peer->socket, peer->address) == 0, peer->address);
}

void peer_close(struct bus_peer *peer)
{
    if (peer->socket == NULL)
        return;
    zmq_socket_monitor(peer->socket, NULL, 0);
    zmq_close(peer->monitor);
    zmq_close(peer->socket);
    peer->socket = peer->monitor = NULL;
}

bool peer_saw(struct bus_peer *peer, int event)
{
    uint8_t head[6];
    char address[LOOP_ADDRESS_BYTES];
    uint16_t what;

    while (zmq_recv(peer->monitor, head, sizeof head, ZMQ_DONTWAIT) == sizeof head) {
        memcpy(&what, head, sizeof what);
        peer->events |= what;
        zmq_recv(peer->monitor, address, sizeof address, 0);
    }
    return (peer->events & event) != 0;
}

static int64_t wait_for(struct bus_peer *peer, int event, const char *what)
{
    int64_t begin_ms = fleet_clock_ms();

    while (!peer_saw(peer, event)) {
        if (fleet_clock_ms() - begin_ms > FLEET_PATIENCE_MS)
            fail_msg("%s waited in vain: %s", peer->id, what);
        fleet_breathe();
    }
    return fleet_clock_ms() - begin_ms;
}

void peer_come_in(struct bus_peer *peer)
{
    peer_open(peer);
    peer_connect(peer);
    wait_for(peer, ZMQ_EVENT_HANDSHAKE_SUCCEEDED, "to come in");
}

int64_t peer_wait_cut(struct bus_peer *peer)
{
    return wait_for(peer, ZMQ_EVENT_DISCONNECTED, "to be cut");
}

/* ------------------------------------------------------------- frames */

void peer_say_bytes(struct bus_peer *peer, struct span bytes)
{
    must(zmq_send(peer->socket, bytes.at, bytes.len, 0) >= 0, "send a frame");
}

void peer_say(struct bus_peer *peer, const struct frame *frame)
{
    struct err err = {.code = CODE_OK};
    struct span bytes;
    size_t used = peer->arena.used;

    network_must(wire_put_arena(&WIRE_FRAME, frame, &peer->arena, &bytes, &err),
            "pack a frame", &err);
    peer_say_bytes(peer, bytes);
    arena_reset(&peer->arena, used);
}

void peer_hello(struct bus_peer *peer, const char *name, uint64_t incarnation,
        int64_t skew_ms)
{
    struct hello_body body = {.v = 1,
            .partner = name,
            .incarnation = incarnation,
            .clock_ms = (uint64_t)(fleet_now_ms() + skew_ms),
            .program = "test"};
    struct err err = {.code = CODE_OK};
    struct hello hello;
    struct span bytes;

    arena_reset(&peer->arena, 0);
    hash_random(&body.store_id, sizeof body.store_id);
    network_must(wire_put_arena(&WIRE_HELLO_BODY, &body, &peer->arena, &bytes, &err) &&
                         signed_make(name, peer->identity, KIND_HELLO, bytes,
                                 &peer->arena, &hello.hello, &err),
            "make a hello", &err);
    peer_say(peer, &(struct frame){.v = 1, .hello = &hello});
}

bool peer_get(struct bus_peer *peer, int64_t wait_ms)
{
    zmq_pollitem_t item = {.socket = peer->socket, .events = ZMQ_POLLIN};
    struct err err = {.code = CODE_OK};
    zmq_msg_t message;

    if (zmq_poll(&item, 1, wait_ms) <= 0)
        return false;
    zmq_msg_init(&message);
    bool got = zmq_msg_recv(&message, peer->socket, ZMQ_DONTWAIT) >= 0;
    arena_reset(&peer->arena, 0);
    if (got)
        network_must(wire_get(&WIRE_FRAME,
                             (struct span){zmq_msg_data(&message),
                                     zmq_msg_size(&message)},
                             &peer->arena, &peer->frame, &err),
                "read a frame of the broker", &err);
    zmq_msg_close(&message);
    return got;
}

const struct welcome *peer_welcome(struct bus_peer *peer)
{
    do
        must(peer_get(peer, FLEET_PATIENCE_MS), "an answer to hello");
    while (peer->frame.welcome == NULL);
    return peer->frame.welcome;
}

void peer_join(struct bus_peer *peer, uint64_t incarnation)
{
    peer_come_in(peer);
    peer_hello(peer, peer->id, incarnation, 0);
    assert_string_equal(peer_welcome(peer)->code, "");
}

/* ------------------------------------------------------------- relay */

void relay_begin(struct relay *relay, struct bus_peer *peer)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    unsigned port = 0;

    sscanf(peer->address, "tcp://127.0.0.1:%u", &port);
    *relay = (struct relay){.near = -1, .far = -1, .to = at};
    relay->to.sin_port = htons((uint16_t)port);
    relay->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    must(relay->listener >= 0 &&
                    bind(relay->listener, (struct sockaddr *)&at, sizeof at) == 0 &&
                    listen(relay->listener, 1) == 0 &&
                    getsockname(relay->listener, (struct sockaddr *)&at, &len) == 0,
            "a relay");
    snprintf(peer->address, sizeof peer->address, "tcp://127.0.0.1:%u",
            ntohs(at.sin_port));
}

static bool can_read(int fd)
{
    struct pollfd item = {.fd = fd, .events = POLLIN};

    return fd >= 0 && poll(&item, 1, 0) > 0;
}

static void carry(int from, int to)
{
    uint8_t bytes[RELAY_BYTES];

    while (can_read(from)) {
        ssize_t n = recv(from, bytes, sizeof bytes, 0);
        if (n <= 0)
            return;
        for (ssize_t at = 0; at < n;) {
            ssize_t sent = send(to, bytes + at, (size_t)(n - at), MSG_NOSIGNAL);
            if (sent <= 0)
                return;
            at += sent;
        }
    }
}

void relay_turn(struct relay *relay)
{
    if (relay->near < 0 && can_read(relay->listener)) {
        relay->near = accept(relay->listener, NULL, NULL);
        relay->far = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        must(connect(relay->far, (struct sockaddr *)&relay->to, sizeof relay->to) == 0,
                "reach the broker");
    }
    if (relay->near < 0)
        return;
    carry(relay->near, relay->far);
    carry(relay->far, relay->near);
}

bool relay_pour(struct relay *relay, struct span bytes, uint64_t most)
{
    int64_t end_ms = fleet_clock_ms() + POUR_PATIENCE_MS;
    uint8_t answer[RELAY_BYTES];

    for (uint64_t poured = 0; poured < most && fleet_clock_ms() < end_ms;) {
        struct pollfd item = {.fd = relay->far, .events = POLLIN | POLLOUT};
        poll(&item, 1, 100);
        if ((item.revents & POLLIN) != 0 &&
                recv(relay->far, answer, sizeof answer, 0) <= 0)
            return false;
        if ((item.revents & POLLOUT) == 0)
            continue;
        size_t len = bytes.len < most - poured ? bytes.len : (size_t)(most - poured);
        ssize_t sent = send(relay->far, bytes.at, len, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && errno != EAGAIN)
            return false;
        poured += sent > 0 ? (uint64_t)sent : 0;
        relay->n_sent += sent > 0 ? (uint64_t)sent : 0;
    }
    return true;
}

void relay_end(struct relay *relay)
{
    close(relay->listener);
    if (relay->near >= 0)
        close(relay->near);
    if (relay->far >= 0)
        close(relay->far);
}
