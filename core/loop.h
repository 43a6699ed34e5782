/* loop.h - links, timers, signals, now: the only door to libuv and libzmq.
 *
 * Turn of the loop: on_frame for each frame taken (at most LOOP_FRAMES_A_TURN a link,
 * and LOOP_TAKE_US), on_wake when the alarm is due, then one on_turn_end, where the
 * program commits and only then sends. Handlers never wait and never call the loop to
 * run. tests/sim_loop.c is a second body of this header with virtual time. Nothing here
 * is global: a process may hold several loops. */
#ifndef LOOP_H
#define LOOP_H

#include "core/err.h"
#include "core/ids.h"
#include "core/keys.h"
#include "core/span.h"

enum {
    LOOP_FRAMES_A_TURN = 64, /* frames taken from one link before the turn ends ... */
    LOOP_TAKE_US = 100000,   /* ... and for how long */
    LOOP_SEND_QUEUE = 1000,  /* frames libzmq may hold for one peer (high-water mark) */
    LOOP_HANDSHAKE_MS = 5000,  /* an unfinished CURVE handshake is cut after this */
    LOOP_HEARTBEAT_MS = 10000, /* ping interval of an idle link */
    LOOP_HEARTBEAT_DEAD_MS = 30000, /* no answer for this long: the link is down */
    LOOP_RECONNECT_MIN_MS = 1000,
    LOOP_RECONNECT_MAX_MS = 60000,
    LOOP_FILES_MIN = 8192, /* a bus server does not start with fewer descriptors */
    LOOP_ADDRESS_BYTES = 256,
};

struct loop;
struct link;

/* Who sent a frame. Of a bus server: user is the partner that the ZAP handler named for
 * the proven CURVE key, conn the number of this one connection (never used twice in a
 * loop). Of a local server: uid is the peer process's user id, user is "". Of a client
 * link: conn is 1. */
struct peer {
    uint64_t conn;
    char user[PARTNER_BYTES];
    uint32_t uid;
};

/* What a program gives the loop; every function may be NULL when the program has no use
 * for it. self is handed back. */
struct loop_app {
    void *self;
    /* A CURVE key has proven itself at a bus server: who is it? False refuses the
     * connection. Also asked for the canary's random key, once a minute. */
    bool (*on_admit)(void *self, const struct key32 *curve_pk,
            char user[PARTNER_BYTES]);
    /* A client link is up: the handshake is done and frames can be sent. */
    void (*on_up)(void *self, struct link *link);
    /* One frame; it is valid during the call. */
    void (*on_frame)(void *self, struct link *link, const struct peer *peer,
            struct span frame);
    /* A connection has ended (server: of that peer; client: the link will try again by
     * itself). Told once, after its last frame, of each connection that on_frame or
     * on_up told of; also of those that were cut, in a later turn. */
    void (*on_down)(void *self, struct link *link, uint64_t conn);
    /* The alarm set with loop_wake_at is due. */
    void (*on_wake)(void *self);
    /* End of the turn: commit, then send. Called once after any of the above. */
    void (*on_turn_end)(void *self);
};

MUST_USE struct loop *loop_new(const struct loop_app *app, struct err *err);
void loop_free(struct loop *loop);

/* Run until loop_stop or SIGTERM/SIGINT. False with err when loop_die was called. */
MUST_USE bool loop_run(struct loop *loop, struct err *err);
void loop_stop(struct loop *loop);

/* Tell systemd that the program serves now (nothing happens without systemd), and ping
 * its watchdog from the loop from here on. */
void loop_ready(struct loop *loop);

/* Storage failed or an invariant broke: nothing more is sent, loop_run ends with this
 * err. Returns (callers return too). */
void loop_die(struct loop *loop, const struct err *err);

/* Milliseconds since 1970 UTC, read once a turn. */
int64_t loop_now(const struct loop *loop);

/* Microseconds of a clock that never goes back; for measuring only. */
uint64_t loop_monotonic_us(const struct loop *loop);

/* How far loop_now is ahead of a clock that nobody can set: when this changes, ours was
 * set. */
int64_t loop_clock_lead_ms(const struct loop *loop);

/* The one alarm: on_wake is called when it is due_ms, or when the time that lies
 * between has passed: a clock that is put back keeps nobody waiting. 0 switches it off;
 * a new call replaces the old due time. */
void loop_wake_at(struct loop *loop, int64_t due_ms);

/* Are more frames waiting right now? (then a program may put its commit off to gather
 * more, and must set the alarm) */
bool loop_backlog(const struct loop *loop);

/* --- links --- */
/* Serve the bus: ROUTER with CURVE and ZAP on "tcp://HOST:PORT" (port * : any free
 * one). Starts the ZAP handler before binding, runs an auth canary at the start and
 * each minute (a random key must be refused, else loop_die; before the first refusal no
 * frame is taken), cuts peers with a routing id of their own choice, multipart bodies
 * or frames over WIRE_FRAME_MAX, bounds unseen bytes per peer, and stops accepting for
 * a while at the file limit. A peer says something within half a minute or is cut. */
MUST_USE struct link *loop_serve_bus(struct loop *loop, const char *address,
        const struct box_key *key, struct err *err);

/* Connect to a bus: DEALER with CURVE, reconnecting by itself 1..60 s. The key must
 * live as long as the link. */
MUST_USE struct link *loop_connect_bus(struct loop *loop, const char *address,
        const struct key32 *server_pk, const struct box_key *key, struct err *err);

/* Serve a local socket: ROUTER on ipc at path (in a directory of mode 0750 that is made
 * when missing). Only processes of this user and of root, or of the directory's group,
 * get through. ERR_LOCKED when somebody answers at this path; ERR_CONFIG when the
 * directory belongs to another or is open to others. Take the database lock before
 * calling this: of two that start at the same moment the second steals the socket
 * silently. */
MUST_USE struct link *loop_serve_local(struct loop *loop, const char *path,
        struct err *err);

/* Connect to a local socket: DEALER on ipc. */
MUST_USE struct link *loop_connect_local(struct loop *loop, const char *path,
        struct err *err);

/* The link ends with this turn; its last frames in libzmq are dropped, and nothing of
 * it is told any more. */
void link_close(struct link *link);

/* The address a server is really bound to ("tcp://127.0.0.1:43511"), or that a client
 * connects to. */
const char *link_address(const struct link *link);

enum sent {
    SENT_OK,   /* handed to libzmq */
    SENT_FULL, /* the peer does not read fast enough; try again when the alarm rings */
    SENT_GONE, /* no such connection any more */
};
/* Send one frame (never waits). The bytes are copied. */
enum sent link_send(struct link *link, uint64_t conn, struct span frame);

/* Cut one connection now: nothing more of it is handed on, nothing sent to it. */
void link_cut(struct link *link, uint64_t conn);

/* Cut every live connection of this user; how many. Connections that have not said yet
 * whose they are go too (and come back by themselves). */
size_t link_cut_user(struct link *link, const char *user);

/* --- descriptors of other libraries --- */
/* A descriptor that another library waits on. on_ready is called once in each turn in
 * which it can be read or written (bits of enum watch_events), before on_turn_end; it
 * counts as something that happened. The descriptor must stay open until
 * watch_close. */
enum watch_events { WATCH_READ = 1, WATCH_WRITE = 2 };
typedef void watch_ready(void *self, unsigned events);
struct watch;
MUST_USE struct watch *loop_watch(struct loop *loop, int fd, unsigned events,
        watch_ready *on_ready, void *self, struct err *err);
/* Wait for other events from now on. */
void watch_change(struct watch *watch, unsigned events);
/* Nothing is told of it any more; its descriptor may be closed after this. */
void watch_close(struct watch *watch);

/* Counters of a link, for status and doctor. */
struct link_report {
    bool up;               /* client: the handshake is done now */
    uint64_t connections;  /* server: live now */
    uint64_t refused_keys; /* server: ZAP refusals */
    /* Client: the server said at the last attempt that it does not know our key. */
    bool refused;
    /* Client: in a row. Three mean "broker key mismatch or attacker", or, with refused,
     * that we are no member. */
    uint64_t failed_handshakes;
    uint64_t cut; /* server: connections cut for breaking a rule */
    uint64_t frames_in, frames_out;
};
void link_report(const struct link *link, struct link_report *report);

#endif
