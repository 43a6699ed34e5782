/* loop_world.h - loops and raw peers of one test, turned in one thread until something
 * has happened. */
#ifndef LOOP_WORLD_H
#define LOOP_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/loop_inner.h"

enum {
    WORLD_SIDES = 4,
    WORLD_PATIENCE_S = 120, /* a wait that takes longer has failed */
    WORLD_LOG_BYTES = 64,
};

/* One program: a loop, its link, and what its handlers saw. */
struct side {
    struct loop *loop;
    struct link *link;
    struct box_key *key;
    struct key32 known[3]; /* keys it admits; the user is "partner-0" and so on */
    size_t n_known;
    bool admit_all;
    bool nameless;     /* admits without saying who it is */
    bool echo;         /* answer every frame at the end of the turn */
    bool cut_sender;   /* cut who sends a frame, at once */
    bool close_link;   /* close the link at the first frame */
    bool die;          /* at the first frame */
    uint64_t frame_us; /* what each frame costs, at least */
    size_t n_up, n_down, n_frames, n_turns, n_wakes, n_admits;
    size_t bytes;
    size_t frames_this_turn, most_frames_a_turn;
    uint64_t begun_us; /* when the first frame of the turn was taken */
    bool held_up;      /* a turn took so long that it may have taken fewer */
    uint64_t turn;     /* the last one that had an end */
    bool woken;
    bool backlog;               /* more was waiting at the end of some turn */
    struct peer peer;           /* of the last frame */
    uint64_t down;              /* number of the last connection that ended */
    char text[WORLD_LOG_BYTES]; /* start of the last frame */
    struct {
        uint64_t conn;
        size_t len;
    } todo[LOOP_FRAMES_A_TURN];
    size_t n_todo;
    bool happened;
    bool dead;
    struct err err;
};

struct world {
    struct side *side[WORLD_SIDES];
    size_t n;
};

/* --- handlers --- */

static inline bool side_admit(void *self, const struct key32 *key,
        char user[PARTNER_BYTES])
{
    struct side *side = self;
    side->n_admits++;
    side->happened = true;
    for (size_t i = 0; i < side->n_known; i++) {
        if (key32_equal(&side->known[i], key)) {
            snprintf(user, PARTNER_BYTES, "partner-%zu", i);
            return true;
        }
    }
    if (side->admit_all && !side->nameless)
        snprintf(user, PARTNER_BYTES, "anybody");
    return side->admit_all;
}

static inline void side_up(void *self, struct link *link)
{
    struct side *side = self;
    assert_ptr_equal(link, side->link);
    side->n_up++;
    side->happened = true;
}

static inline void side_frame(void *self, struct link *link, const struct peer *peer,
        struct span frame)
{
    struct side *side = self;
    assert_ptr_equal(link, side->link);
    uint64_t now_us = loop_monotonic_us(side->loop);
    if (side->frames_this_turn == 0)
        side->begun_us = now_us;
    while (loop_monotonic_us(side->loop) - now_us < side->frame_us)
        continue;
    side->n_frames++;
    side->frames_this_turn++;
    side->bytes += frame.len;
    side->happened = true;
    side->peer = *peer;
    snprintf(side->text, sizeof side->text, "%.*s", (int)frame.len,
            (const char *)frame.at);
    if (side->echo && side->n_todo < COUNT_OF(side->todo)) {
        side->todo[side->n_todo].conn = peer->conn;
        side->todo[side->n_todo++].len = frame.len;
    }
    if (side->cut_sender)
        link_cut(link, peer->conn);
    if (side->close_link)
        link_close(link);
    if (side->die)
        loop_die(side->loop, &(struct err){ERR_IO, "the disk is gone"});
}

static inline void side_down(void *self, struct link *link, uint64_t conn)
{
    struct side *side = self;
    assert_ptr_equal(link, side->link);
    side->n_down++;
    side->down = conn;
    side->happened = true;
}

static inline void side_wake(void *self)
{
    struct side *side = self;
    side->n_wakes++;
    side->woken = true;
    loop_stop(side->loop);
}

static inline void side_turn_end(void *self)
{
    struct side *side = self;
    static const uint8_t zeros[WIRE_FRAME_MAX];
    /* Once a turn, and never without a reason. */
    assert_true(side->happened || side->woken);
    assert_true(side->turn != side->loop->turn);
    side->turn = side->loop->turn;
    side->woken = false;
    side->backlog = side->backlog || loop_backlog(side->loop);
    side->n_turns++;
    if (loop_monotonic_us(side->loop) - side->begun_us >= LOOP_TAKE_US / 2)
        side->held_up = true;
    if (side->frames_this_turn > side->most_frames_a_turn)
        side->most_frames_a_turn = side->frames_this_turn;
    side->frames_this_turn = 0;
    for (size_t i = 0; i < side->n_todo; i++)
        link_send(side->link, side->todo[i].conn,
                (struct span){zeros, side->todo[i].len});
    side->n_todo = 0;
    if (side->happened)
        loop_stop(side->loop);
    side->happened = false;
}

/* --- sides --- */

static inline struct side *side_new(struct world *world)
{
    struct err err = {CODE_OK, ""};
    assert_true(hash_start(&err));
    struct side *side = calloc(1, sizeof *side);
    assert_non_null(side);
    const struct loop_app app = {.self = side,
            .on_admit = side_admit,
            .on_up = side_up,
            .on_frame = side_frame,
            .on_down = side_down,
            .on_wake = side_wake,
            .on_turn_end = side_turn_end};
    side->loop = loop_new(&app, &err);
    side->key = box_key_new(&err);
    assert_non_null(side->loop);
    assert_non_null(side->key);
    world->side[world->n++] = side;
    return side;
}

static inline void side_end(struct side *side)
{
    loop_free(side->loop);
    box_key_free(side->key);
    free(side);
}

/* A bus that knows nobody yet. */
static inline struct side *bus_new(struct world *world)
{
    struct side *side = side_new(world);
    struct err err = {CODE_OK, ""};
    side->link = loop_serve_bus(side->loop, "tcp://127.0.0.1:*", side->key, &err);
    if (side->link == NULL)
        fail_msg("%s", err.msg);
    return side;
}

static inline void bus_knows(struct side *bus, const struct key32 *key)
{
    bus->known[bus->n_known++] = *key;
}

/* A client of that bus; retries quickly, so that a test need not wait. */
static inline struct side *client_new(struct world *world, const struct side *bus)
{
    struct side *side = side_new(world);
    struct err err = {CODE_OK, ""};
    side->link = loop_connect_bus(side->loop, link_address(bus->link),
            box_key_public(bus->key), side->key, &err);
    assert_non_null(side->link);
    side->link->retry_base_ms = 10;
    return side;
}

static inline struct link_report report_of(const struct side *side)
{
    struct link_report report;
    link_report(side->link, &report);
    return report;
}

/* --- turning --- */

/* Let one loop run until something happens, at most a few milliseconds. */
static inline void side_turn(struct side *side)
{
    if (side->dead)
        return;
    loop_wake_at(side->loop, loop_now(side->loop) + 2);
    side->dead = !loop_run(side->loop, &side->err);
}

static inline int64_t world_now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec;
}

/* In a wait that is written out: not longer than our patience. */
static inline void world_patience(int64_t start_s)
{
    if (world_now_s() > start_s + WORLD_PATIENCE_S)
        fail_msg("waited in vain");
}

/* Turn all loops until done. */
#define WORLD_UNTIL(world, done)                                                       \
    do {                                                                               \
        int64_t until_end_s = world_now_s() + WORLD_PATIENCE_S;                        \
        while (!(done)) {                                                              \
            for (size_t i_side = 0; i_side < (world)->n; i_side++)                     \
                side_turn((world)->side[i_side]);                                      \
            if (world_now_s() > until_end_s)                                           \
                fail_msg("waited in vain for: %s", #done);                             \
        }                                                                              \
    } while (0)

/* Turn all loops so many times: for what must not happen. */
static inline void world_turns(struct world *world, int n)
{
    for (int i = 0; i < n; i++) {
        for (size_t s = 0; s < world->n; s++)
            side_turn(world->side[s]);
    }
}

static inline int world_new(void **state)
{
    *state = calloc(1, sizeof(struct world));
    return *state == NULL;
}

static inline int world_end(void **state)
{
    struct world *world = *state;
    while (world->n > 0)
        side_end(world->side[--world->n]);
    free(world);
    return 0;
}

static inline enum sent say(struct side *side, uint64_t conn, const char *text)
{
    return link_send(side->link, conn, span_text(text));
}

/* --- raw peers: libzmq without our rules --- */

struct raw {
    void *zmq, *socket, *monitor;
    struct key32 public_key;
    int events; /* all monitor events so far, or-ed */
};

/* As a client of this bus, with a fresh key, not connected yet. */
static inline struct raw raw_new(const struct side *bus)
{
    struct raw raw = {.zmq = zmq_ctx_new()};
    raw.socket = zmq_socket(raw.zmq, ZMQ_DEALER);
    char public_text[41], secret_text[41];
    assert_int_equal(zmq_curve_keypair(public_text, secret_text), 0);
    assert_non_null(zmq_z85_decode(raw.public_key.b, public_text));
    zmq_setsockopt(raw.socket, ZMQ_CURVE_SERVERKEY, box_key_public(bus->key)->b, 32);
    zmq_setsockopt(raw.socket, ZMQ_CURVE_PUBLICKEY, public_text, 40);
    zmq_setsockopt(raw.socket, ZMQ_CURVE_SECRETKEY, secret_text, 40);
    int none = 0;
    zmq_setsockopt(raw.socket, ZMQ_LINGER, &none, sizeof none);
    int never = -1;
    zmq_setsockopt(raw.socket, ZMQ_RECONNECT_IVL, &never, sizeof never);
    zmq_socket_monitor(raw.socket, "inproc://raw", ZMQ_EVENT_ALL);
    raw.monitor = zmq_socket(raw.zmq, ZMQ_PAIR);
    zmq_connect(raw.monitor, "inproc://raw");
    return raw;
}

static inline void raw_connect(struct raw *raw, const struct side *bus)
{
    assert_int_equal(zmq_connect(raw->socket, link_address(bus->link)), 0);
}

static inline void raw_say(struct raw *raw, const char *text, int flags)
{
    assert_int_equal(zmq_send(raw->socket, text, strlen(text), flags), strlen(text));
}

/* Has its monitor told of this event? */
static inline bool raw_saw(struct raw *raw, int event)
{
    uint8_t head[6];
    while (zmq_recv(raw->monitor, head, sizeof head, ZMQ_DONTWAIT) == sizeof head) {
        uint16_t what;
        char address[LOOP_ADDRESS_BYTES];
        memcpy(&what, head, sizeof what);
        raw->events |= what;
        zmq_recv(raw->monitor, address, sizeof address, 0);
    }
    return (raw->events & event) != 0;
}

static inline void raw_end(struct raw *raw)
{
    zmq_close(raw->monitor);
    zmq_close(raw->socket);
    zmq_ctx_term(raw->zmq);
}

/* A TCP connection that says nothing yet. */
static inline int plain_connect(const struct side *bus)
{
    struct sockaddr_in to = {.sin_family = AF_INET};
    to.sin_port = htons((uint16_t)atoi(strrchr(link_address(bus->link), ':') + 1));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

/* Has the other side hung up? */
static inline bool is_closed(int fd)
{
    uint8_t byte;
    ssize_t n = 1;
    while (n > 0)
        n = recv(fd, &byte, sizeof byte, MSG_DONTWAIT);
    return n == 0 || errno == ECONNRESET;
}

#endif
