/* plan.h - what one random life is made from: a seed, and what is left of it when a
 * life that fails is made shorter. The same plan is the same life, everywhere. */
#ifndef PLAN_H
#define PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PLAN_NODES_MIN = 2,
    PLAN_NODES_MAX = 40,
    PLAN_STEPS = 80,
    PLAN_TEXT_BYTES = 700,
    PLAN_CLOCK_MAX_DAYS = 2, /* so far is a clock from the right time at most */
};

/* Everything that can go wrong, with the word for it in FAULTS=. */
#define PLAN_FAULTS(X)                                                                 \
    X(LOSS, "loss", "frames vanish, later the connection breaks")                      \
    X(DELAY, "delay", "frames take up to some seconds")                                \
    X(TWICE, "twice", "frames come twice")                                             \
    X(CUT, "cut", "connections break and are made again")                              \
    X(ONE_WAY, "one-way", "a connection carries frames one way only, and breaks")      \
    X(UNPLUG, "unplug", "a program is off the network for a while")                    \
    X(FREEZE, "freeze", "a program gets no turn for a while")                          \
    X(CRASH, "crash", "a program is killed")                                           \
    X(CLOCK, "clock", "a clock jumps forward or back")                                 \
    X(WIPE, "wipe", "the broker loses its store")                                      \
    X(OLDER, "older", "the broker is put back to a backup")                            \
    X(RESTORE, "restore", "a node loses its home and is restored from a backup")       \
    X(POWER, "power", "power fails: what was not synced is lost or torn")              \
    X(FULL, "full", "a disk is full for a while")                                      \
    X(SLOW, "slow", "a disk takes its time to sync")                                   \
    X(BROKEN, "broken", "an operation of a disk fails")

enum plan_fault {
#define X(NAME, word, words) PLAN_##NAME,
    PLAN_FAULTS(X)
#undef X
            N_PLAN_FAULTS
};

struct plan {
    uint64_t seed;
    uint32_t n_nodes;
    bool steps[PLAN_STEPS]; /* which of them are taken */
    bool faults[N_PLAN_FAULTS];
};

/* The word for it, as in FAULTS=. */
const char *plan_fault_word(enum plan_fault fault);
/* The whole life of a seed. */
struct plan plan_of(uint64_t seed);
/* That, changed as the environment says: NODES=5 STEPS=0-20,33 FAULTS=crash,delay (or
 * none). False: one of them cannot be read. */
bool plan_from_environment(uint64_t seed, struct plan *plan);
size_t plan_n_steps(const struct plan *plan);
/* "make sim SEED=7 NODES=2 STEPS=0-20 FAULTS=crash": what makes this life again. */
void plan_line(const struct plan *plan, char text[PLAN_TEXT_BYTES]);
/* Every kind of fault of it: "crash,delay", or "none". */
void plan_faults(const struct plan *plan, char text[PLAN_TEXT_BYTES]);
/* Needs each program a disk of its own for this? (else its files are the system's) */
bool plan_on_disks(const struct plan *plan);

#endif
