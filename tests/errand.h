/* errand.h - one referral from the question to its withdrawal, in a simulated world on
 * disks (tests/disk.h): whoever falls on the way comes back, and in numbers it is told
 * how everything ended, so that two errands can be compared. */
#ifndef ERRAND_H
#define ERRAND_H

enum { ERRAND_TEXT_BYTES = 4096 };

#define ERRAND_SENDER    "thuiszorg"
#define ERRAND_RECIPIENT "chambry"

/* For cmocka: the network is founded once for all tests of a program. */
int errand_setup(void **state);
int errand_teardown(void **state);

/* A world in which nothing has happened yet, watched (tests/watch.h, tests/promise.h).
 */
void errand_begin(void);
/* Asked while its reader is away, accepted, read, and withdrawn. Staff ask again when a
 * program falls; bring_back starts whoever lies still. */
void errand_live(void (*bring_back)(void));
/* What everybody has in the end, in numbers that tell of something lost or twice. Ends
 * the test program when a letter has not come to its end; ends the world. */
void errand_end(char text[ERRAND_TEXT_BYTES]);

#endif
