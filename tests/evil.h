/* evil.h - a peer that follows no rule: it speaks frames of its own making with the
 * real keys of a node or of the broker, whose program was stopped before. What it does
 * as a node is in evil_node.h, what it does as the broker in evil_broker.h. */
#ifndef EVIL_H
#define EVIL_H

#include "core/arena.h"
#include "core/directory.h"
#include "core/home.h"
#include "gen/bus.h"
#include "gen/content.h"
#include "tests/sim.h"

enum {
    EVIL_MAILS_MAX = 64,
    EVIL_PUTS_MAX = 256,
    EVIL_CONNS_MAX = 8,
    EVIL_WAIT_MS = 30000,
    EVIL_BATCH_MAX = 16,
};

/* As the broker: a node that is let in, and its connection. */
struct evil_conn {
    char user[PARTNER_BYTES];
    uint64_t conn;
    bool welcomed;
};

struct evil {
    char name[PARTNER_BYTES];
    struct home home;
    struct directory *directory; /* as the broker has it on disk */
    struct arena arena;          /* everything below, and all that is made */
    size_t learnt;               /* what evil_forget leaves in the arena */
    struct loop *loop;
    struct link *link;
    struct id store_id;
    uint64_t mail_id;
    bool welcomed;
    unsigned n_downs; /* how often the connection ended */
    /* What came. */
    struct answer answer;
    bool answered;
    struct welcome welcome; /* of the broker; as the broker: what it says itself */
    struct mail mails[EVIL_MAILS_MAX];
    size_t n_mails;
    struct receipt receipts[EVIL_MAILS_MAX];
    size_t n_receipts;
    /* The last word on each core that is made, until evil_forget. */
    void (*late)(struct letter_core *core);
    /* As the broker. */
    struct evil_conn conns[EVIL_CONNS_MAX];
    size_t n_conns, toward; /* to whom it speaks */
    struct put put;         /* the last one that came */
    struct id puts[EVIL_PUTS_MAX];
    size_t n_puts;
    /* Asked for proofs of the audit log; NULL: no answer. */
    void (*asked)(struct evil *evil, const struct audit_ask *ask);
    struct evil_log *log;     /* tests/evil_log.h */
    struct audit_proof proof; /* as a node: the last that came */
    size_t n_proofs, n_busy;
    const struct span *rows; /* the directory that it tells */
    size_t n_rows;
};

/* The keys of that program of the world, which is stopped here if it runs. */
struct evil *evil_new(const char *id);
void evil_free(struct evil *evil);
/* Forget all that came and all that was made. */
void evil_forget(struct evil *evil);
/* Let the world go on until the flag is set, for a while. */
void evil_wait(const bool *flag);

/* Send anything at all. */
void evil_say(struct evil *evil, const struct frame *frame);
void evil_say_bytes(struct evil *evil, struct span bytes);

/* A packed body; and a packed Signed of its own. */
struct span evil_pack(struct evil *evil, const struct wire_map *map, const void *body);
struct span evil_sign(struct evil *evil, enum kind kind, const struct wire_map *map,
        const void *body);
struct span evil_sign_bytes(struct evil *evil, enum kind kind, struct span body);
/* The same in another's name, with its own key. */
struct span evil_sign_as(struct evil *evil, const char *name, enum kind kind,
        struct span body);
/* The same as number `index` of n that are signed together. */
struct span evil_sign_among(struct evil *evil, enum kind kind, struct span body,
        size_t index, size_t n);

/* A packed Letter: sealed to the recipient's key of now, signed. What core leaves out
 * (v, msg_id, class, sender, times, key, size) is filled in. content->msg_id and sender
 * too. */
struct span evil_letter(struct evil *evil, struct letter_core *core,
        struct content *content);
/* The parts of it, for who wants to change one: the core as it is filled in, and a
 * letter of any bytes. */
struct span evil_core(struct evil *evil, struct letter_core *core,
        struct content *content, struct span *plain);
struct span evil_letter_of(struct evil *evil, const char *recipient, struct span core,
        struct span plain);

/* Decode a thing's body without believing it. */
bool evil_read(struct arena *arena, struct span bytes, const struct wire_map *map,
        void *body);
/* A copy with another byte at this place. */
struct span evil_patch(struct evil *evil, struct span bytes, size_t at, uint8_t byte);
/* A copy of a packed body that says it is of version 2. */
struct span evil_version(struct evil *evil, struct span body);

#endif
