/* chaos.h - a bad line between real nodes and a real broker: a TCP proxy that delays,
 * cuts, resets, falls silent, and passes single bytes. A child of the test; it ends
 * when the test ends. What it does to a connection, and when, follows from its seed and
 * from which connection it is. */
#ifndef CHAOS_H
#define CHAOS_H

#include <stdatomic.h>

#include "tests/fleet.h"

/* name, what happens to a connection */
#define CHAOS_FAULTS(X)                                                                \
    X(DELAY, "bytes come later")                                                       \
    X(CRUMBS, "bytes come one by one")                                                 \
    X(STALL, "nothing is read for a while, either way")                                \
    X(DROP, "it is closed in the middle of what is under way")                         \
    X(RESET, "it is reset")                                                            \
    X(LOST_NODE, "the node is gone, and the broker is not told")                       \
    X(LOST_BROKER, "the broker is gone, and the node is not told")

enum chaos_kind {
#define CHAOS_ENUM(name, words) CHAOS_##name,
    CHAOS_FAULTS(CHAOS_ENUM)
#undef CHAOS_ENUM
            CHAOS_N_KINDS
};

/* What the test and the proxy share. */
struct chaos_shared {
    atomic_uint kinds;    /* bits 1 << kind: what may happen now */
    atomic_uint n_healed; /* counts calls of chaos_heal */
    atomic_uint n_links;  /* connections so far */
    atomic_uint n_done[CHAOS_N_KINDS];
    atomic_ullong n_bytes; /* carried */
};

struct chaos {
    struct chaos_shared *shared;
    pid_t pid;
    char address[LOOP_ADDRESS_BYTES]; /* where it listens; behind it is the broker */
};

/* A line that does nothing but carry. */
void chaos_begin(struct chaos *chaos, struct fleet *fleet, uint64_t seed);
/* From now on these may happen (bits 1 << kind), every few hundred milliseconds. 0:
 * nothing new; what is silent stays silent. */
void chaos_set(struct chaos *chaos, unsigned kinds);
/* Nothing happens any more; and who was lost is back, knows of no connection, and says
 * so with a reset. */
void chaos_heal(struct chaos *chaos);
unsigned chaos_count(const struct chaos *chaos, enum chaos_kind kind);
const char *chaos_name(enum chaos_kind kind);
void chaos_end(struct chaos *chaos);

#endif
