/* peer.h - a member of the bus, or a stranger, played by a test: real keys and real
 * frames, but no rules. And what a relay between it and the broker can put into its
 * stream. */
#ifndef PEER_H
#define PEER_H

#include <netinet/in.h>

#include "core/keys.h"
#include "gen/bus.h"
#include "tests/fleet.h"

struct bus_peer {
    char id[PARTNER_BYTES];    /* "" for a stranger */
    struct sign_key *identity; /* NULL for a stranger */
    struct box_key *transport;
    struct key32 broker;
    char address[LOOP_ADDRESS_BYTES];
    void *zmq, *socket, *monitor;
    unsigned n_opened;
    int events; /* all monitor events so far, or-ed */
    struct arena arena;
    struct frame frame; /* the last one that came */
};

/* With the keys of that home, whose node does not run; id NULL: a stranger with keys of
 * its own. Not connected yet. Failures end the test. */
void peer_begin(struct bus_peer *peer, const struct fleet *fleet, const char *id);
void peer_end(struct bus_peer *peer);

/* Options of libzmq go between the two. A socket may be opened again after a close. */
void peer_open(struct bus_peer *peer);
void peer_option(struct bus_peer *peer, int option, int value);
void peer_connect(struct bus_peer *peer);
void peer_close(struct bus_peer *peer);

/* Has libzmq told of this event (ZMQ_EVENT_...)? */
bool peer_saw(struct bus_peer *peer, int event);
/* Open, connect, and wait until the handshake is done. */
void peer_come_in(struct bus_peer *peer);
/* Wait until the broker has hung up: how long that took. */
int64_t peer_wait_cut(struct bus_peer *peer);

void peer_say(struct bus_peer *peer, const struct frame *frame);
void peer_say_bytes(struct bus_peer *peer, struct span bytes);
/* A hello in this name, with a clock that is so much wrong. */
void peer_hello(struct bus_peer *peer, const char *name, uint64_t incarnation,
        int64_t skew_ms);
/* The next frame into peer->frame, within wait_ms; false when none came. */
MUST_USE bool peer_get(struct bus_peer *peer, int64_t wait_ms);
/* The answer to a hello, which must come. */
const struct welcome *peer_welcome(struct bus_peer *peer);
/* Come in and be welcome. */
void peer_join(struct bus_peer *peer, uint64_t incarnation);

/* --- a relay: bytes of one TCP connection, there and back --- */
struct relay {
    int listener, near, far;
    struct sockaddr_in to;
    uint64_t n_sent; /* bytes that the broker's side has taken */
};
/* Listen; peer->address is this relay from now on. */
void relay_begin(struct relay *relay, struct bus_peer *peer);
/* Carry what there is; never waits. */
void relay_turn(struct relay *relay);
/* Pour these bytes into the stream to the broker, as often as it takes them, at most
 * `most` bytes in all; false when the broker has hung up. */
bool relay_pour(struct relay *relay, struct span bytes, uint64_t most);
void relay_end(struct relay *relay);

#endif
