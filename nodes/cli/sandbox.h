/* sandbox.h - a whole network to try with on one computer: the real programs in a
 * folder, two partners whose staff are rules of this program, and people who do not
 * exist.
 *
 * The command is the parent of all: what it started ends with it, however it ends. */
#ifndef SANDBOX_H
#define SANDBOX_H

#include <sys/types.h>

#include "adapters/gate.h"
#include "core/keys.h"
#include "nodes/cli/cli.h"

enum {
    SANDBOX_ROUND_MS = 300,  /* between two looks of the partners' staff */
    SANDBOX_WAIT_MS = 60000, /* for a program to be ready */
    SANDBOX_PATH_BYTES = HOME_PATH_MAX + 64,
};

/* Whose node. */
enum sandbox_who {
    SANDBOX_OWN,    /* that of who tries */
    SANDBOX_CENTRE, /* decides by what is asked */
    SANDBOX_POINT,  /* takes everything, also signals */
    N_SANDBOX_NODES,
};
#define SANDBOX_AREA "21004"
/* Here nobody waits for days: what is not answered, or not confirmed, ends in seconds.
 */
#define SANDBOX_HURRIED_AREA "21015"

struct sandbox_partner {
    const char *id, *name;
    uint16_t type;
};
extern const struct sandbox_partner SANDBOX_PARTNERS[N_SANDBOX_NODES];

/* In the order in which they start; they end in the other one. */
enum sandbox_program {
    SANDBOX_BROKER,
    SANDBOX_NODE, /* and the other nodes */
    SANDBOX_HTTP = SANDBOX_NODE + N_SANDBOX_NODES,
    N_SANDBOX_PROGRAMS,
};

struct sandbox {
    struct cli *cli;
    char folder[HOME_PATH_MAX];
    bool temporary; /* it is removed at the end */
    bool is_new;
    int lock; /* of the folder, so that two do not work in it */
    char bin[SANDBOX_PATH_BYTES];
    pid_t pids[N_SANDBOX_PROGRAMS]; /* 0: it does not run */
    uint16_t port;                  /* of the API */
    struct gate *gates[N_SANDBOX_NODES];
    char tokens[N_SANDBOX_NODES][KEYS_TOKEN_TEXT_BYTES];
    char app_token[KEYS_TOKEN_TEXT_BYTES]; /* for the software that is tried */
    bool stop;                             /* somebody asked to end it */
};

/* --- sandbox_network.c --- */
/* FOLDER/name. */
void sandbox_path(const struct sandbox *box, const char *name,
        char path[SANDBOX_PATH_BYTES]);
/* Found the network in the folder: homes, members, all joined. */
MUST_USE bool sandbox_found(struct sandbox *box, struct err *err);

/* --- sandbox_programs.c --- */
/* From here on a wish to end is heard in sandbox_pause only. */
void sandbox_hear_signals(void);
/* Start all, and wait until the API serves. */
MUST_USE bool sandbox_start(struct sandbox *box, uint16_t port, struct err *err);
/* Wait; false when it is to end (box->stop), or when a program has ended by itself:
 * err. */
MUST_USE bool sandbox_pause(struct sandbox *box, int64_t ms, struct err *err);
/* End what runs, and wait for it. */
void sandbox_end(struct sandbox *box);

/* --- sandbox_people.c --- */
/* Ask a node as its staff; the reply lies in the arena of cli. False: no answer. */
MUST_USE bool sandbox_ask(struct sandbox *box, enum sandbox_who who,
        const struct request *request, struct reply *reply, struct err *err);
/* Wait until each node is connected; in a new one agree partnerships and record what
 * people allowed. */
MUST_USE bool sandbox_furnish(struct sandbox *box, struct err *err);
/* Somebody is referred by the centre to who tries. */
void sandbox_refer_someone(struct sandbox *box);

/* --- sandbox_partners.c --- */
/* What the staff of both partners do now. */
void sandbox_round(struct sandbox *box);

#endif
