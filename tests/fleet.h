/* fleet.h - real broker and node processes of a network founded for a test: started,
 * killed, stopped and asked over their sockets, all in one temporary folder.
 *
 * The programs are those of $BIN, or those built together with the test. They end when
 * the test ends, however it ends. What a wait of this header waits for must come within
 * FLEET_PATIENCE_MS; else the test has failed and the ends of all logs are shown. */
#ifndef FLEET_H
#define FLEET_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

#include <cmocka.h>

#include "core/vocab.h"
#include "gen/gateway.h"
#include "tests/network.h"

enum {
    FLEET_PATIENCE_MS = 30000,
    FLEET_PROGRAMS_MAX = NETWORK_PARTNERS_MAX + 1,
    FLEET_PATH_BYTES = NETWORK_PATH_BYTES + 40,
    FLEET_ARGUMENTS_MAX = 40,
};

struct gate;

/* One program of the network, running or not. */
struct fleet_program {
    char id[PARTNER_BYTES];
    bool is_broker;
    pid_t pid;         /* 0: not running */
    int status;        /* how it ended last */
    struct gate *gate; /* NULL: not asked since it was started */
    char token[KEYS_TOKEN_TEXT_BYTES];
};

struct fleet {
    struct test_network network;
    char bin[FLEET_PATH_BYTES];
    int port; /* a socket that holds the broker's port for as long as the fleet lives */
    struct fleet_program programs[FLEET_PROGRAMS_MAX]; /* the broker is the first */
    size_t n_programs;
    rlim_t file_bytes; /* what is started from now on cannot write longer files; 0: as
                          it is */
    rlim_t files;      /* nor have more files open; 0: as it is */
    struct arena arena;
    struct reply reply;
};

/* Found a network; nothing runs yet. All of its partners, and the broker, are members
 * of the fleet. */
void fleet_begin(struct fleet *fleet, const struct network_partner *partners,
        size_t n_partners);
/* The usual network: a home-care service that refers, and a centre. */
void fleet_begin_two(struct fleet *fleet, const char *refers, const char *centre);
/* Kill what runs, and remove the folder ($KEEP set: only say where it is). */
void fleet_end(struct fleet *fleet);
/* The same as a teardown: what *state is begins with its fleet, and is freed too. */
int fleet_end_state(void **state);

struct fleet_program *fleet_program(struct fleet *fleet, const char *id);

/* --- processes --- */
/* Start a program; its words go to FOLDER/ID.log. It need not be ready yet. */
void fleet_start(struct fleet *fleet, const char *id);
/* Start it and wait until its socket answers. */
void fleet_start_ready(struct fleet *fleet, const char *id);
/* Wait until a program that runs answers; how long that took from now. */
int64_t fleet_wait_ready(struct fleet *fleet, const char *id);
/* Wait until a node says that it is connected to the broker. */
void fleet_wait_connected(struct fleet *fleet, const char *id);
/* Start all and wait until all nodes are connected. */
void fleet_start_all(struct fleet *fleet);
/* kill -9, and wait for the end. Nothing happens when it does not run. */
void fleet_kill(struct fleet *fleet, const char *id);
void fleet_kill_all(struct fleet *fleet);
/* SIGTERM, and wait: its exit status. */
int fleet_stop(struct fleet *fleet, const char *id);
/* Wait until it ends by itself: its exit status. */
int fleet_wait_end(struct fleet *fleet, const char *id);
bool fleet_runs(struct fleet *fleet, const char *id);

/* Run one of the programs ("buurtbus") to its end with these arguments (NULL at the
 * end): its exit status; what it said lies in the fleet's FOLDER/said. */
int fleet_run(struct fleet *fleet, const char *program, const char *const *arguments);

/* A child of this test that ends when the test ends: 0 in the child, else its id. In
 * the child only fleet_try is of use. */
pid_t fleet_fork(struct fleet *fleet);

/* --- files --- */
/* HOME/NAME of a program. */
void fleet_path(const struct fleet *fleet, const char *id, const char *name,
        char path[FLEET_PATH_BYTES]);
/* Change one line of a program's settings, before it is started. */
void fleet_set(const struct fleet *fleet, const char *id, const char *key,
        const char *value);
/* What it has said so far, on the heap; and how many lines. */
char *fleet_log(const struct fleet *fleet, const char *id, size_t *n_lines);
bool fleet_log_says(const struct fleet *fleet, const char *id, const char *words);
/* Wait until it has said so. */
void fleet_wait_log(const struct fleet *fleet, const char *id, const char *words);

/* --- asking --- */
/* Ask until it answers (again with the same key, so that it has one effect). The reply
 * is valid until the next question. */
const struct reply *fleet_ask(struct fleet *fleet, const char *id,
        const struct request *request);
/* The same, and the reply must have this code ("" = done). */
const struct reply *fleet_must(struct fleet *fleet, const char *id,
        const struct request *request, const char *code);
/* One try: false when nobody has answered within wait_ms. */
MUST_USE bool fleet_try(struct fleet *fleet, const char *id,
        const struct request *request, int64_t wait_ms);
const struct status *fleet_status(struct fleet *fleet, const char *id);

/* --- seen from outside --- */
/* Resident memory of a program, in KiB. */
int64_t fleet_memory_kib(struct fleet *fleet, const char *id);
/* Processor time that it has used, in ticks of the kernel's clock (mostly 100 a
 * second). */
int64_t fleet_cpu_ticks(struct fleet *fleet, const char *id);

/* --- time --- */
int64_t fleet_now_ms(void);   /* milliseconds since 1970 */
int64_t fleet_clock_ms(void); /* of a clock that never goes back */
void fleet_breathe(void);     /* between two looks at a condition */
/* End the test: the words, and the ends of all logs. */
void fleet_fail(const struct fleet *fleet, const char *format, ...)
        __attribute__((format(printf, 2, 3), noreturn));

/* Look at a condition until it holds. */
#define FLEET_UNTIL(fleet, condition)                                                  \
    do {                                                                               \
        int64_t until_end_ms = fleet_clock_ms() + FLEET_PATIENCE_MS;                   \
        while (!(condition)) {                                                         \
            if (fleet_clock_ms() > until_end_ms)                                       \
                fleet_fail((fleet), "waited in vain for: %s", #condition);             \
            fleet_breathe();                                                           \
        }                                                                              \
    } while (0)

#endif
