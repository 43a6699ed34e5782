/* evil.h - a peer that follows no rule: it speaks frames of its own making with the
 * real keys of a node or of the broker, whose program was stopped before. */
#ifndef EVIL_H
#define EVIL_H

#include "core/arena.h"
#include "core/directory.h"
#include "core/home.h"
#include "gen/bus.h"
#include "gen/content.h"
#include "tests/sim.h"

enum { EVIL_MAILS_MAX = 64, EVIL_WAIT_MS = 30000 };

struct evil {
    char name[PARTNER_BYTES];
    struct home home;
    struct directory *directory; /* as the broker has it on disk */
    struct arena arena;          /* everything below, and all that is made */
    struct loop *loop;
    struct link *link;
    uint64_t conn; /* of the node it serves; 1 for a node */
    char user[PARTNER_BYTES];
    struct id store_id;
    uint64_t mail_id;
    bool welcomed;
    unsigned n_downs; /* how often the connection ended */
    /* What came. */
    struct answer answer;
    bool answered;
    struct mail mails[EVIL_MAILS_MAX];
    size_t n_mails;
    struct receipt receipts[EVIL_MAILS_MAX];
    size_t n_receipts;
};

/* The keys of that program of the world, which is stopped here if it runs. */
struct evil *evil_new(const char *id);
void evil_free(struct evil *evil);

/* As a node: connect and say hello, until the welcome. */
void evil_connect(struct evil *evil);
/* As the broker: serve the bus, until this node is there. */
void evil_serve(struct evil *evil, const char *node);

/* Send anything at all. */
void evil_say(struct evil *evil, const struct frame *frame);
void evil_say_bytes(struct evil *evil, struct span bytes);

/* A packed Signed of its own. */
struct span evil_sign(struct evil *evil, enum kind kind, const struct wire_map *map,
        const void *body);
/* A packed Letter: sealed to the recipient's key of now, signed. What core leaves out
 * (v, msg_id, class, sender, times, key, size) is filled in. content->msg_id and sender
 * too. */
struct span evil_letter(struct evil *evil, struct letter_core *core,
        struct content *content);

/* A put with one letter or more, and its answer. */
const struct answer *evil_put(struct evil *evil, const struct span *consents,
        size_t n_consents, const struct span *letters, size_t n_letters,
        enum mode mode);
/* The code that the answer gives for the first letter: of its receipt, else of the
 * answer;
 * "" = accepted. */
const char *evil_code(struct evil *evil);

/* Send a frame that is answered, and the code of its answer. */
const char *evil_ask(struct evil *evil, const struct frame *frame);

/* As the broker: deliver one mail, and the receipt that comes back for its letter;
 * NULL: there came none. */
const struct receipt *evil_deliver(struct evil *evil, struct mail *mail);

/* Decode a thing's body without believing it. */
bool evil_read(struct arena *arena, struct span bytes, const struct wire_map *map,
        void *body);

#endif
