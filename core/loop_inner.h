/* loop_inner.h - what the files of the loop share; nobody else includes it, except
 * tests that open a trap on purpose. */
#ifndef LOOP_INNER_H
#define LOOP_INNER_H

#include <sys/resource.h>
#include <sys/types.h>
#include <uv.h>
#include <zmq.h>

#include "core/loop.h"
#include "core/wire.h"

/* Option 93: a socket with a ZAP domain refuses everybody when no ZAP handler answers.
 * zmq.h of 4.3.4 hides the name behind its draft flag, though the library has it. */
#ifndef ZMQ_ZAP_ENFORCE_DOMAIN
#define ZMQ_ZAP_ENFORCE_DOMAIN 93
#endif

enum {
    LOOP_RECV_QUEUE = 64, /* frames libzmq may hold unread for one peer */
    /* A routing id that the router itself gave: a zero byte and a counter. */
    LOOP_ROUTE_BYTES = 5,
    LOOP_WIRE_EXTRA = 64, /* what CURVE and ZMTP put around a frame, rounded up */
    /* Connections the kernel may hold for us before they are accepted. */
    LOOP_BACKLOG = 512,
    /* Descriptors that connections leave to the rest, and to those on their way in. */
    LOOP_FILES_RESERVE = 2 * LOOP_BACKLOG,
    LOOP_FILES_WANTED = 65536,
    /* Connections to a local socket. libzmq ends the whole process when it cannot
     * accept one more there, so there must be many more descriptors than come in before
     * this is noticed. */
    LOOP_LOCAL_CONNS_MAX = 256,
    LOOP_LOCAL_FILES_MIN = 4096,
    /* It ends the process as well when it cannot open what a new attempt to connect
     * needs, which is fewer than these. */
    LOOP_DIAL_FILES = 16,
    /* A connection to a bus that has said nothing after this is cut. */
    LOOP_FIRST_FRAME_MS = 30000,
    /* How long no connection is accepted once the table of descriptors is full. */
    LOOP_CLOSED_DOOR_MS = 1000,
    LOOP_CANARY_EVERY_MS = 60000,
    LOOP_CANARY_MS = 10000, /* a canary without an answer after this tells nothing */
    LOOP_DIAL_MS = 15000,   /* resolve, connect and shake hands within this */
    LOOP_CONNECT_MS = 5000,
    LOOP_IO_THREADS = 2, /* see link_limits */
    /* Look at the wall clock again after this: somebody may have set it. */
    LOOP_ALARM_MAX_MS = 60000,
};

/* A zmq socket that the loop is woken by. The poll handle only wakes: see loop_turn. */
struct tap {
    uv_poll_t poll;
    void *socket;
    bool polled;
};

/* One connection of a link. It lives from the monitor's "accepted" until its end was
 * told and its last frame taken. */
struct conn {
    struct conn *next;               /* in the list of ended ones */
    struct peer peer;                /* as the program sees it */
    uint8_t route[LOOP_ROUTE_BYTES]; /* valid when seen */
    bool seen;           /* a frame was taken; of a client: the handshake is done */
    bool told;           /* the program knows of it and will be told of its end */
    bool cut;            /* nothing of it is handed on any more */
    int fd;              /* libzmq's own; -1 when it is gone */
    int was_fd;          /* before it was gone */
    ino_t inode;         /* tells whether fd still is this connection */
    uint64_t ended_turn; /* the turn in which it ended ... */
    uint64_t ended_at;   /* ... and how many frames the link had taken by then */
    /* Bytes that came in and that no frame has shown yet: see loop_bounds.c */
    uint64_t accounted; /* bytes that belong to frames taken */
    uint64_t measured;  /* bytes received at the last measurement ... */
    bool measured_all;  /* ... when everything before it had been taken */
    bool busy;          /* bytes have arrived: look at it every few milliseconds */
    bool took;          /* a frame was taken since it was last looked at */
    uint64_t unseen;    /* its part in link->unseen */
    uint64_t since_ms;  /* last frame taken, or accepted */
};

enum link_kind {
    LINK_BUS_SERVER,
    LINK_LOCAL_SERVER,
    LINK_BUS_CLIENT,
    LINK_LOCAL_CLIENT
};

/* Bounds of a link; see loop_bounds.c. */
struct bounds {
    int epoll; /* wakes when a watched connection has received something; -1: none */
    uv_poll_t *poll;
    uint64_t check_ms; /* monotonic: next look at the busy ones; 0 none */
    uint64_t sweep_ms; /* monotonic: next look at all */
    uint64_t open_ms;  /* monotonic: when the closed door opens again; 0 it is open */
    size_t n_busy;
    uint64_t unseen; /* bytes of connections that have shown no frame yet */
    int listen_fd;
    int fd_max; /* a connection with this descriptor or a higher one is too many */
};

/* The auth canary of a bus server; see loop_zap.c. */
struct canary {
    struct tap *tap;
    struct tap *monitor;
    struct key32 public_key;
    bool proven;     /* a random key has been refused at least once: frames may pass */
    uint64_t due_ms; /* monotonic: next flight */
    uint64_t give_up_ms; /* monotonic: end of this flight */
};

struct link {
    struct link *next;
    struct loop *loop;
    enum link_kind kind;
    bool closed;
    struct tap *tap;
    struct tap *monitor;
    char address[LOOP_ADDRESS_BYTES];
    /* connections */
    struct conn **by_fd;
    size_t n_by_fd;
    struct conn *ended;
    size_t n_conns; /* in by_fd */
    size_t n_ended;
    uint64_t taken; /* frames taken, dropped ones too */
    bool drained;   /* the last taking ended because nothing was left */
    struct bounds bounds;
    struct canary canary;
    /* server */
    struct key32 public_key;
    char path[LOOP_ADDRESS_BYTES]; /* local */
    gid_t group;                   /* local: the directory's */
    ino_t inode;                   /* local: of the socket's file */
    /* client */
    const struct box_key *key;
    struct key32 server_pk;
    struct conn *only; /* the connection of this attempt; NULL: none yet, or settled */
    bool went_up;      /* to be told to the program */
    uint64_t retry_ms; /* monotonic: next attempt; 0 none planned */
    uint64_t give_up_ms;    /* monotonic: end of this attempt */
    uint64_t retry_base_ms; /* first pause between attempts */
    uint32_t n_pauses;      /* since the last success */
    struct link_report report;
};

struct loop {
    struct loop_app app;
    uv_loop_t uv;
    uv_prepare_t prepare;
    uv_check_t check;
    uv_idle_t idle;
    uv_timer_t timer;
    uv_signal_t on_term, on_int;
    void *zmq;
    struct tap *zap;
    struct link *links;
    struct watch *watches;
    uint64_t serial;  /* connections so far */
    uint64_t n_names; /* inproc names given so far */
    uint64_t turn;
    int64_t now_ms;
    int64_t alarm_ms;
    uint64_t alarm_mono_ms; /* the latest, on the clock that never goes back */
    uint64_t mono_ms;       /* read once a turn */
    uint64_t timer_ms;      /* monotonic: what the timer is set to; 0 off */
    uint64_t watchdog_ms, watchdog_every_ms;
    bool told_ready; /* to systemd */
    bool idling;
    bool happened; /* something was handed to the program in this turn */
    bool stop;
    bool dead;
    struct err err;
};

/* --- loop_watch.c --- */
/* Tell of what happened to descriptors; give back those that were closed. */
void watch_turn(struct loop *loop);
void watch_sweep(struct loop *loop);
void watch_close_all(struct loop *loop);

/* --- loop_tap.c --- */
/* A socket of this type, watched. */
struct tap *tap_new(struct loop *loop, int type, struct err *err);
void tap_free(struct tap *tap);
/* Is there something to take? Asking also lets libzmq do its waiting work. */
bool tap_readable(const struct tap *tap);
void tap_set(struct tap *tap, int option, int value);
/* Watch what happens to the connections of tap. */
struct tap *tap_monitor(struct loop *loop, struct tap *tap, int events,
        struct err *err);
/* Next event of a monitor; false when there is none. */
bool tap_event(struct tap *monitor, uint16_t *event, uint32_t *value);

/* --- loop_link.c --- */
struct link *link_new(struct loop *loop, enum link_kind kind, struct err *err);
void link_add(struct link *link);
void link_free(struct link *link);
/* Limits that every socket gets. */
void link_limits(const struct link *link, struct tap *tap);
void server_limits(struct tap *tap);
bool link_set_address(struct link *link, const char *scheme, const char *rest,
        struct err *err);
bool link_bind(struct link *link, const char *address, struct err *err);
bool link_is_server(const struct link *link);
/* May frames of this link be taken? */
bool link_open(const struct link *link);
/* The three steps of a turn: what happened to connections, frames, what is due. */
void link_events(struct link *link);
void link_take(struct link *link);
void link_chores(struct link *link);

/* --- loop_conn.c --- */
struct conn *conn_new(struct link *link, int fd);
void conn_end(struct link *link, struct conn *conn);
struct conn *conn_of_fd(const struct link *link, int fd);
struct conn *conn_of_number(const struct link *link, uint64_t number);
/* Whose frame is this? NULL: it must be dropped. */
struct conn *conn_of_frame(struct link *link, struct span route, zmq_msg_t *body);
/* End it now; rule: it broke one. */
void conn_cut(struct link *link, struct conn *conn, bool rule);
void conn_settle(struct link *link);
void conn_free_all(struct link *link);

/* --- loop_monitor.c --- */
void monitor_read(struct link *link);

/* --- loop_client.c --- */
bool client_dial(struct link *link, struct err *err);
void client_event(struct link *link, uint16_t event, uint32_t value);
void client_tell(struct link *link);
void client_chores(struct link *link);

/* --- loop_local.c --- */
/* May the process at the other end of this new connection come in? Fills
 * conn->peer.uid. */
bool local_admits(const struct link *link, struct conn *conn);
/* Does libzmq's own note of the peer agree? */
bool local_names(const struct link *link, struct conn *conn, const char *note);
void local_remove_file(const struct link *link);

/* --- loop_zap.c --- */
/* Answer at the one address where libzmq asks who may come in. Once a loop, before a
 * server binds. */
bool zap_open(struct loop *loop, struct err *err);
void zap_answer(struct loop *loop);
void canary_begin(struct link *link);
void canary_chores(struct link *link);
void canary_end(struct link *link);

/* --- loop_bounds.c --- */
/* Have as many descriptors as we may; fails with fewer than least. */
bool bounds_files(struct link *link, rlim_t least, struct err *err);
/* Could LOOP_DIAL_FILES be opened now? */
bool bounds_room(struct err *err);
bool bounds_open(struct link *link, struct err *err);
void bounds_close(struct link *link);
void bounds_accepted(struct link *link, struct conn *conn);
void bounds_watch(struct link *link, struct conn *conn);
void bounds_took(struct link *link, struct conn *conn, size_t len);
void bounds_seen(struct link *link, struct conn *conn);
void bounds_forget(struct link *link, struct conn *conn);
void bounds_chores(struct link *link);

/* Earlier of two due times, of which 0 is never. */
static inline uint64_t sooner(uint64_t a, uint64_t b)
{
    return a == 0 || (b != 0 && b < a) ? b : a;
}

#endif
