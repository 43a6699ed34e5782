/* watch.h - what must be true of a simulated world after each turn of each program, and
 * when all is over. The first thing that is not true ends the test program with words.
 */
#ifndef WATCH_H
#define WATCH_H

#include <stdint.h>

/* Watch the world that has just begun; seed is for the words. */
void watch_begin(uint64_t seed);

/* All faults are healed and nobody says anything any more: do all sides agree on each
 * offer? */
void watch_agreed(void);
/* All offers were ended besides: has every letter come to its one end, and does its
 * sender know? */
void watch_ended(void);

/* What was seen so far, over all worlds: so that a test can say that something
 * happened. */
struct watch_counts {
    uint64_t checks, offers, steps, letters, accepted, withdrawn, refused;
};
struct watch_counts watch_counts(void);

/* "not ok - seed 7: ..." and the line that replays it; does not return. */
_Noreturn void watch_broken(const char *format, ...)
        __attribute__((format(printf, 1, 2)));

#endif
