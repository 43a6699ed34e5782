/* hostile.h - named cases of a peer that breaks the rules, each a row of a table: what
 * it does, what it is answered, and what must not have happened. The world of a table
 * has honest members with work of their own; after its last row they are served. */
#ifndef HOSTILE_H
#define HOSTILE_H

#include "tests/evil_broker.h"
#include "tests/evil_node.h"
#include "tests/forge.h"
#include "tests/world.h"

/* Honest members; HOME refers to TARGET. And members that are not. */
#define HOME       "thuiszorg"
#define TARGET     "aksant"
#define REPORT     "meldpunt"
#define EVIL       "noord"
#define ACCOMPLICE "chambry"
#define ANTENNA    "antenne" /* EVIL supports it */

/* What must not have happened, at the broker or at an honest member. */
enum hostile_harm {
    TAKEN = 1 << 0,   /* a letter was taken, handed over or ended */
    MOVED = 1 << 1,   /* an offer is there, or stands elsewhere */
    ALLOWED = 1 << 2, /* a consent counts, or counts no more */
    LEARNT = 1 << 3,  /* the directory says something else */
    SHOWN = 1 << 4,   /* staff see something */
    DONE = 1 << 5,    /* a letter of an honest member has ended */
    CUT = 1 << 6,     /* an honest member lost its connection */
    MAILED = 1 << 7,  /* mail was made */
    ANY_HARM = (1 << 8) - 1,
};

struct hostile;

struct stage {
    const struct hostile *row; /* that is played */
    struct evil *evil;         /* as EVIL, or as the broker */
    struct evil *other;        /* as ACCOMPLICE, once hostile_other was called */
    bool by_broker;
    unsigned n_downs; /* of evil, before the row */
};

struct hostile {
    const char *name;   /* of the case */
    const char *does;   /* what the peer does */
    const char *answer; /* a code, "" for yes, or one of the words below */
    uint32_t never;     /* of hostile_harm */
    /* Do it, and say what was answered. NULL: put a referral to HOME that is right but
     * for this change. */
    const char *(*act)(struct stage *stage);
    void (*change)(struct stage *stage, struct forged *forged);
    /* What a table of its own does to something signed. */
    void (*twist)(struct stage *stage, struct signed_ *thing);
};
#define SILENCE "silence" /* no answer */
#define CUT_OFF "cut off" /* its connection has ended */

/* From here on nothing may happen: what a case had to prepare is done. */
void hostile_mark(void);
/* CUT_OFF or SILENCE: what became of what was said, without an answer to it. */
const char *hostile_silence(struct stage *stage);
/* The accomplice, with a connection of its own. */
struct evil *hostile_other(struct stage *stage);

/* A second evil peer, with the keys of an honest member, has done what it does: see
 * that nothing came of it, and start that member again. Gives back answer. */
const char *hostile_done(struct evil *evil, const char *id, const char *answer);

/* The first column of the first row of the broker's store: an id, a number, or bytes,
 * copied. */
struct id hostile_id(const char *sql);
int64_t hostile_number(const char *sql);
struct span hostile_bytes(const char *sql);
/* The same of a member's store. */
struct span hostile_bytes_of(const char *id, const char *sql);
struct id hostile_id_of(const char *id, const char *sql);

/* As the broker: deliver one mail; the code of the receipt that comes back, else
 * hostile_silence. */
const char *hostile_deliver(struct stage *stage, struct mail *mail);

/* All rows of a table, each a test, and the world around them: the evil peer is a
 * member, or (by_broker) the broker, to which HOME and TARGET come. The result of
 * main. */
int hostile_run(const char *title, bool by_broker, const struct hostile *rows,
        size_t n_rows);

#endif
