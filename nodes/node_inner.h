/* node_inner.h - what a node consists of; for nodes/ only. */
#ifndef NODE_INNER_H
#define NODE_INNER_H

#include "core/arena.h"
#include "core/consent.h"
#include "core/db.h"
#include "core/directory.h"
#include "core/hash.h"
#include "core/ids.h"
#include "core/lifecycle.h"
#include "core/seal.h"
#include "core/signed.h"
#include "core/time.h"
#include "core/vocab.h"
#include "core/wire.h"
#include "nodes/node.h"
#include "nodes/spool.h"

enum {
    NODE_SCRATCH_BYTES =
            8 * 1024 * 1024,            /* one frame, decoded, and what is made of it */
    NODE_BATCH_BYTES = 8 * 1024 * 1024, /* what waits for the end of the turn */
    NODE_PUT_WINDOW = 1000,    /* submissions that the broker has not answered */
    NODE_PUT_CRISIS = 8,       /* of them only for what is in the lane of a crisis */
    NODE_GATHER_US = 2000,     /* a turn waits this long for more work */
    NODE_NETWORK_BYTES = 1024, /* as in Bundle.network */
    NODE_CREDIT_LETTERS = 256, /* mail on its way at most */
    NODE_CREDIT_BYTES = 8 * 1024 * 1024,
    NODE_CLOCK_SKEW_MS = 5 * TIME_MINUTE_MS,
    NODE_DISK_ROOM = 64 * 1024 * 1024, /* under this, no new referrals or signals */

    BATCH_ITEMS_MAX = SIGNED_BATCH_MAX,
    BATCH_ITEMS_FULL = BATCH_ITEMS_MAX - 256, /* one frame adds fewer */
    BATCH_REPLIES_MAX = 256,
    BATCH_ACKS_MAX = 2048,
};

/* A thing that is signed with the turn's one signature and written before its commit.
 */
enum batch_use { BATCH_LETTER, BATCH_CAPSULE, BATCH_RECEIPT, BATCH_ERASED };
struct batch_item {
    enum batch_use use;
    uint32_t ticket;
    size_t ack; /* receipts: the entry of acks that carries it */
    void *row;  /* spool_sent, spool_capsule, spool_received or spool_erasure, in the
                   turn's arena */
};
struct batch_ack {
    uint64_t mail_id; /* 0: a receipt without mail */
    struct span receipt;
};
struct batch_reply {
    uint64_t conn;
    struct span bytes;
};
struct batch {
    size_t n_items, n_acks, n_replies;
    uint64_t started_us; /* when the open turn began; 0: none is open */
    struct batch_item items[BATCH_ITEMS_MAX];
    struct batch_ack acks[BATCH_ACKS_MAX];
    struct batch_reply replies[BATCH_REPLIES_MAX];
};

/* A submission that was sent on this connection and not answered. */
struct flight {
    struct id submission_id;
    uint64_t seq;
};

/* The conversation with the broker over one connection. */
struct session {
    bool up; /* the handshake is done */
    bool hello_due;
    bool welcomed;
    /* Newest submission of each lane that was sent on this connection. */
    uint64_t sent_upto[SPOOL_LANES];
    uint32_t in_flight; /* submissions sent and not answered */
    bool outbox_due;    /* look for submissions to send */
    bool withdraw_due;
    size_t n_withdrawing; /* withdrawals that were said and are not registered */
    bool publish_due;
    struct id
            publishing; /* the publication that waits for its answer; none: none does */
    size_t n_publishing;
    struct tag8 published[100]; /* first bytes of the hashes of what it holds */
    bool steward_first;         /* his word goes before all else: whose words follow */
    bool resyncing;             /* consents and statuses go before any letter */
    bool consents_later; /* they were refused for now: the next round of upkeep */
    size_t n_resending;
    struct spool_mark resending[25]; /* which the answer takes off */
    bool sync_due;
    bool early;            /* rows were refused only for now: they are to come again */
    bool directory_whole;  /* all rows came; mail is judged by them, so it waits */
    bool refused_old;      /* things came before the snapshot that vouches for them */
    bool synced_again;     /* and were asked for once more */
    bool put_off;          /* something is to come again, on a new connection */
    uint32_t used_letters; /* mail taken since the last credit */
    uint64_t used_bytes;
    struct id broker_store;
    uint64_t register_version;
    uint64_t directory_upto; /* newest directory row that came */
    int64_t clock_skew_ms;
    int64_t clock_lead_ms; /* at the hello */
    int64_t last_contact_ms;
    int64_t retry_ms;  /* 0, or when submissions are tried again after a temporary no */
    enum code refused; /* why the broker does not want us */
};

/* Keys at rest. */
enum { VAULT_SLOTS = 64 };
struct vault_slot {
    struct spool_binding owner;
    struct wrap_key *key; /* NULL: empty */
};
struct vault {
    struct wrap_key *generation; /* wraps and unwraps; the home's own but for a turn
                                    that changes it */
    struct wrap_key *old; /* in such a turn the old one, until the commit; else NULL */
    struct vault_slot slots[VAULT_SLOTS]; /* keys unwrapped last */
    uint64_t n_keys; /* living keys at the last change of generation */
};

/* The broker's audit log, as far as this node has checked it. */
struct audit {
    uint64_t log;     /* the row of the log of now; 0: none was met yet */
    int64_t due_ms;   /* when to ask for proofs next */
    int64_t asked_ms; /* 0, or when a question went out that has no answer yet */
    uint64_t first;   /* the first place that it asks for; 0: none */
    bool joins;       /* asked for with it: see audit_join.h */
    uint64_t claimed; /* the size that a partner claims and it asks about; 0: none */
};

/* Escalations that are late, on their way to the broker (nodes/escalations_late.c). */
struct late {
    int64_t next_ms; /* when they go again */
    bool asking;
    uint64_t upto; /* the last one that went, by its case */
};

struct backup; /* nodes/backup.c */

/* What the last check of all rows has found. */
struct selfcheck {
    int32_t night; /* of which it was */
    int64_t at_ms; /* 0: none since the start */
    uint64_t faults;
};

/* A program that follows along; its replies bear the id of its request. */
struct follower {
    uint64_t conn;
    struct id request_id;
    uint64_t told; /* newest event that it heard of */
};
enum { FOLLOWERS_MAX = 16 };

struct node {
    struct node_conf conf;
    struct log *log;
    struct home home;
    struct key32 request_key; /* hashes requests, so that a stolen disk tells nothing of
                                 what was asked */
    struct db *db;
    struct loop *loop;
    struct link *gateway;
    struct link *bus; /* NULL until the network is joined */
    char bus_address[LOOP_ADDRESS_BYTES];
    struct key32 bus_key;
    struct directory *directory;
    uint8_t network[NODE_NETWORK_BYTES]; /* packed Signed, once joined */
    size_t network_len;
    struct signed_cache *cache;
    struct signer *signer;       /* NULL until the network is joined */
    char partner[PARTNER_BYTES]; /* "" until then */
    struct arena scratch;
    struct arena batch_arena;
    struct batch *batch;
    struct session session;
    struct audit audit;
    struct flight
            *flights; /* NODE_PUT_WINDOW of them, the first session.in_flight in use */
    struct vault vault;
    struct backup *backup;
    struct selfcheck selfcheck;
    struct late late;
    uint64_t opened_us;    /* by the clock that nobody sets */
    int64_t clock_lead_ms; /* then, or when the broker last agreed with our clock */
    bool clock_refused;    /* it has said since that ours is wrong */
    int64_t upkeep_ms;     /* next round of upkeep */
    int64_t chores_ms;     /* and of what an hour can wait */
    int32_t looked_day;    /* the last one on which room for needs was looked at */
    int64_t rotate_ms;     /* 0, or when a new generation key is due */
    uint64_t incarnation;
    struct id store_id;
    int64_t disk_checked_ms;
    bool disk_low;
    struct follower followers[FOLLOWERS_MAX];
    size_t n_followers;
};

int64_t node_now(const struct node *node);

/* Our id, when we are a live member now; else NULL. */
const struct member *node_self(const struct node *node);

/* After the directory has changed: learn our name, (re)connect to the broker. */
MUST_USE bool node_meet(struct node *node, struct err *err);

/* Storage failed: nothing more is said. */
void node_die(struct node *node, const struct err *err);

/* Is there too little room left on the disk for new work? */
bool node_disk_low(struct node *node);

/* A line of the trace; nothing of a person goes in. */
MUST_USE bool node_trace(struct node *node, uint64_t case_number, const char *who,
        const char *what, const char *code, const struct id *msg_id, struct err *err);

/* The same about a letter: which one, and to or from whom. */
struct trace_letter {
    enum letter_type type;
    enum offer_event event;
    const char *other;
    struct id msg_id;
};
MUST_USE bool node_trace_letter(struct node *node, uint64_t case_number,
        const char *who, const char *what, const char *code,
        const struct trace_letter *letter, struct err *err);

struct id node_random_id(void);
struct id node_msg_id(const struct node *node);

/* Set the alarm to the next thing that is due. */
void node_set_alarm(struct node *node);

#endif
