/* honest.h - an honest member that asks the broker one thing after the other while a
 * test does its worst: it must be answered all the while, and soon. */
#ifndef HONEST_H
#define HONEST_H

#include <stdatomic.h>

#include "tests/peer.h"

enum {
    HONEST_PROBES_MAX = 1000000,
    HONEST_P99_US = 1000000, /* it waits no longer for an answer */
    HONEST_GROWS_KIB =
            32 * 1024, /* what others do cannot make the broker grow by more */
};
#define HONEST "eerlijk"

/* What it has seen; shared with the process that it is. */
struct honest_record {
    atomic_bool stop;
    atomic_uint n;
    atomic_uint n_lost; /* its connection was cut, or an answer never came */
    uint32_t us[HONEST_PROBES_MAX];
};

struct honest {
    struct fleet *fleet;
    struct honest_record *record;
    pid_t pid;
    int64_t memory_kib; /* of the broker, before */
};

/* The broker runs, and HONEST is a partner whose node does not. */
void honest_begin(struct honest *honest, struct fleet *fleet);
/* Some more answers come from now on, and the broker lives. */
void honest_still_served(struct honest *honest);
/* The broker has not grown by more than it may. */
void honest_is_bounded(struct honest *honest);
/* It goes; and of all its questions 99 in 100 were answered in time. */
void honest_end(struct honest *honest);

/* Ask and wait for the answer; false when none comes. */
MUST_USE bool honest_probe(struct bus_peer *peer);

#endif
