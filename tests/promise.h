/* promise.h - what the programs of a simulated world have said to each other and to
 * adapters, and whether it is still so after a power cut.
 *
 * Each frame that leaves a program says that something is on its disk: a receipt that a
 * letter was taken, a status that an event was committed, an acknowledgement that mail
 * is safe, a reply that a case was made. The table in promise.c says what a program
 * must still have for each of them. */
#ifndef PROMISE_H
#define PROMISE_H

#include <stddef.h>

/* Listen to the world that has just begun, beside whoever watches it already. */
void promise_begin(void);
/* A program was started again: is its database whole, and all there that it has said?
 * The first thing that is not ends the test program (watch_broken). */
void promise_check(const char *id);
/* How many promises were looked at again, over all worlds. */
size_t promise_checks(void);

#endif
