/* stops.h - seeing that an assertion holds the program up, without ending the test.
 * Included once by a test program, whose assertions it takes over. */
#ifndef STOPS_H
#define STOPS_H

#include <assert.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdlib.h>

static jmp_buf stops_place;
static bool stops_expected;

/* glibc's own, which would end the program. */
void __assert_fail(const char *words, const char *file, unsigned int line,
        const char *function)
{
    (void)words;
    (void)file;
    (void)line;
    (void)function;
    if (!stops_expected)
        abort();
    longjmp(stops_place, 1);
}

/* The expression must meet an assertion that does not hold. */
#define assert_stops(expression)                                                       \
    do {                                                                               \
        stops_expected = true;                                                         \
        if (setjmp(stops_place) == 0) {                                                \
            (void)(expression);                                                        \
            stops_expected = false;                                                    \
            fail_msg("nothing stopped %s", #expression);                               \
        }                                                                              \
        stops_expected = false;                                                        \
    } while (0)

#endif
