/* race.h - a withdrawal against everything that may leave at the same time, step by
 * step: each frame between sender, broker and target arrives when the test says so.
 *
 * The world is the real broker and two real nodes: the sender, who collected the
 * consent, and the target. A race begins when a referral stands where its ground says;
 * from there on nothing moves but by a step. When the steps are done the rest takes its
 * course, whoever has not withdrawn does it then, and what must be true is looked at.
 */
#ifndef RACE_H
#define RACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Every step, by its name in a replay. A staff does each thing once; a frame arrives
 * when there is one; a fault costs one of those that the race allows. */
/* clang-format off */
#define RACE_STEPS(X) \
    X(SENDER_WITHDRAWS, "s-withdraws") \
    X(TARGET_WITHDRAWS, "t-withdraws") \
    X(TARGET_ACCEPTS, "t-accepts") \
    X(SENDER_REPLIES, "s-replies") \
    X(SENDER_WRITES, "s-writes") \
    X(TARGET_WRITES, "t-writes") \
    X(SENDER_CANCELS, "s-cancels") \
    X(TO_BROKER_FROM_SENDER, "s>b") \
    X(TO_BROKER_FROM_TARGET, "t>b") \
    X(TO_SENDER, "b>s") \
    X(TO_TARGET, "b>t") \
    X(TO_BROKER_SENDER_FIRST, "st>b") /* two frames in one turn */ \
    X(TO_BROKER_TARGET_FIRST, "ts>b") \
    X(CUT_SENDER, "cut-s") /* what is under way is lost; they connect again */ \
    X(CUT_TARGET, "cut-t") \
    X(CRASH_SENDER, "crash-s") /* and starts again */ \
    X(CRASH_TARGET, "crash-t") \
    X(CRASH_BROKER, "crash-b")
/* clang-format on */

enum race_step {
#define RACE_ENUM(name, words) RACE_##name,
    RACE_STEPS(RACE_ENUM)
#undef RACE_ENUM
            RACE_N_STEPS
};

/* Where a race begins, and with that what staff may do in it. */
enum race_ground {
    RACE_ON_PUT,
    RACE_ON_ACCEPT,
    RACE_ON_REPLY,
    RACE_ON_LETTERS,
    RACE_ON_TARGET,
    RACE_N_GROUNDS
};

const char *race_step_name(enum race_step step);
const char *race_ground_name(enum race_ground ground);
/* RACE_N_STEPS: there is no such step. */
enum race_step race_step_of(const char *name);

/* The network, founded once. */
void race_found(void);
void race_forget(void);
/* A world over it; many races can be run in one, a replay has one of its own. With
 * repeats some frames come twice. */
void race_world(uint64_t seed, bool repeats);
void race_world_end(void);

void race_begin(enum race_ground ground, unsigned faults);
/* What could happen now; how many. */
size_t race_enabled(enum race_step steps[RACE_N_STEPS]);
void race_do(enum race_step step);
/* The programs that take part in it, a bit each. */
uint32_t race_concerns(enum race_step step);
/* The rest takes its course; what is not true ends the program with words. */
void race_end(void);

/* What was seen so far, so that a test can say that something happened. */
struct race_counts {
    uint64_t races;     /* run to their end */
    uint64_t left;      /* personal letters that left before the withdrawal */
    uint64_t unheard;   /* races of which the target never learned */
    uint64_t destroyed; /* in which it had something to destroy */
    uint64_t refused;   /* letters that came to a reader who knew already */
    uint64_t recalled;  /* letters that were held back */
};
struct race_counts race_counts(void);

#endif
