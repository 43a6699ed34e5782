/* niss.h - Belgian national numbers (NISS), and the BIS numbers of who is not in the
 * national register: eleven digits, of which the last two check the others. Pure.
 *
 * YYMMDD, a serial number of three, and 97 minus the rest by 97 of these nine; a 2 goes
 * in front of them for who was born from 2000 on. A BIS number has 20 or 40 added to
 * its month. What is not known of the date of birth is 00. */
#ifndef NISS_H
#define NISS_H

#include <stdbool.h>

enum { NISS_DAY_BYTES = sizeof "1985-07-30" };

/* Is this one, and nothing else? Usual separators are allowed. */
bool niss_ok(const char *text);

/* The same digits in both? */
bool niss_same(const char *a, const char *b);

/* The date of birth that a right one begins with; false when it tells none, or not all
 * of it: "1985-07-30". */
bool niss_birth(const char *text, char day[NISS_DAY_BYTES]);

/* Does one stand somewhere in this text, whatever its digits are parted by? Not found
 * are telephone numbers with +31, +32 or +33 in front, which have eleven digits too. */
bool niss_within(const char *text);

#endif
