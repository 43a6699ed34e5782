/* alike.h - may two signals be about the same person? By what was written of them:
 * names and addresses are spelt in many ways. Pure; it is asked of opened signals in
 * this node and goes nowhere else (docs/signals.md). */
#ifndef ALIKE_H
#define ALIKE_H

#include "core/span.h"

struct alike_person {
    const char
            *person; /* "Maria Peeters, Kerkstraat 12 bus 3": name, address, or both */
    const char *phone; /* "": not known */
};

enum alike {
    ALIKE_NO,
    ALIKE_MAYBE, /* worth a look by a person */
    ALIKE_SAME,  /* the same name, and the same address or phone number */
};

/* Spelling, accents, abbreviations, titles and the order of the words do not count;
 * another box number in the same house does. */
enum alike alike_judge(const struct alike_person *a, const struct alike_person *b);

#endif
