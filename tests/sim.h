/* sim.h - a world with virtual time: a second body of core/loop.h that the real broker
 * and real nodes are linked with.
 *
 * One world at a time. Everything that happens follows from its seed: latency, cuts,
 * repeated frames, and every random byte that the programs draw. */
#ifndef SIM_H
#define SIM_H

#include "core/loop.h"

/* The words of a loop_die that a test has called. */
#define SIM_CRASH "crashed by the test"

/* What the network does to frames; chances are per 10,000 frames. */
struct sim_faults {
    int64_t latency_min_ms, latency_max_ms;
    uint32_t cut;    /* the connection breaks, with all that is under way on it */
    uint32_t repeat; /* the frame comes twice */
    /* From this frame on nothing passes any more, neither way or not this way; both
     * ends hear of it when their heartbeats have given up. */
    uint32_t lose, one_way;
    int64_t reconnect_max_ms;
};

/* Start a world at this instant; faults none, latency 1..5 ms. */
void sim_begin(uint64_t seed, int64_t start_ms);
void sim_end(void);

int64_t sim_now(void);
void sim_set_faults(const struct sim_faults *faults);
/* A number below limit from the world's seed (not from the programs' source, and not
 * from that of the network). */
uint32_t sim_below(uint32_t limit);
/* What sim_below gives from here on follows from the world's seed and this number
 * alone. */
void sim_choose_from(uint64_t number);

/* Name the process whose loop this is, for the story and for faults. */
void sim_name(struct loop *loop, const char *name);
/* While out, the process cannot reach or be reached (its links are cut and stay so). */
void sim_unplug(const char *name, bool out);
/* Held: what is sent over the network from here on waits, in order, until it is let
 * go; what waits when this ends comes at once. */
void sim_hold(bool hold);
/* The oldest frame that waits from one to the other comes now; false: there is none. */
bool sim_let(const char *from, const char *to);
/* How many frames wait so. */
size_t sim_held(const char *from, const char *to);
/* No turn for so long, or so much longer: what comes waits, and who is connected gives
 * up after a while. 0: it goes on. */
void sim_freeze(const char *name, int64_t for_ms);
bool sim_frozen(const char *name);
/* Its clock is so much ahead of the world's from now on, or behind. A program that
 * starts later has the right time. */
void sim_set_clock(const char *name, int64_t ahead_ms);
/* The same for each program that starts from here on; 0: the right time. */
void sim_start_clock(int64_t ahead_ms);
/* How many addresses of the network does the process listen at? */
size_t sim_ports(const char *name);
/* Has the process a connection to a bus now? */
bool sim_connected(const char *name);
/* Did the process call loop_die? words may be NULL. */
bool sim_died(const struct loop *loop, const char **words);

/* One event of the world; false when nothing at all will ever happen again, or only
 * alarms later than until_ms. */
bool sim_step(int64_t until_ms);
/* Run until this instant; time then is there, whatever happened. */
void sim_run_until(int64_t until_ms);
/* Run until no frame is under way and no connection is being made, at most for_ms.
 * False: it never became quiet. */
bool sim_settle(int64_t for_ms);

struct sim_watch {
    void *self;
    /* For each frame that leaves, whether it will arrive or not. */
    void (*on_send)(void *self, const char *from, const char *to, struct span frame);
    /* What becomes of it on its way: other bytes, good until the next frame; of length
     * 0: it does not come. */
    struct span (
            *change)(void *self, const char *from, const char *to, struct span frame);
    /* For each frame that arrives, before the program sees it. */
    void (*on_frame)(void *self, const char *from, const char *to, struct span frame);
    /* After each turn of a program: the place to check invariants. */
    void (*on_turn)(void *self, const char *name);
};
void sim_watch(const struct sim_watch *watch);
/* Who watches now, to be taken along by another. */
struct sim_watch sim_watched(void);

/* How many frames arrived, connections broke, frames were repeated, took longer than a
 * network that is well; how many connections fell silent, both ways and one way. */
struct sim_counts {
    uint64_t frames, cuts, repeats, late, lost, one_way, turns;
};
struct sim_counts sim_counts(void);

#endif
