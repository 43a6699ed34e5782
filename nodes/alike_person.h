/* alike_person.h - is the person whom a consent is of the one whom something is about?
 * By national number, date of birth and name. Pure; docs/consent.md, "Whose consent it
 * is". */
#ifndef ALIKE_PERSON_H
#define ALIKE_PERSON_H

#include "core/span.h"

/* What is known of one person; "" or NULL: not known. */
struct alike_known {
    const char *name; /* or what was written to find somebody: a name, an address */
    const char *birth_date; /* YYYY-MM-DD */
    const char *niss;
};

/* What shows that they are two. */
enum alike_ground { ALIKE_BY_NAME, ALIKE_BY_BIRTH, ALIKE_BY_NISS };

enum alike_who {
    ALIKE_WHO_SAME,
    ALIKE_WHO_NOBODY,  /* nothing says whom it is about */
    ALIKE_WHO_UNNAMED, /* something does, and without a name to compare */
    ALIKE_WHO_OTHER,
};

/* The national number decides where both have one. Else a date of birth that differs,
 * or a name that does, tells two persons apart: a couple has one family name. Accents,
 * hyphens, titles, the order of the words, what sounds the same, initials, and words
 * that one of them leaves out do not count; one wrong letter does not either when the
 * date of birth is the same. *ground is set with OTHER. */
enum alike_who alike_who(const struct alike_known *a, const struct alike_known *b,
        enum alike_ground *ground);

/* The same name in full: nothing is left out of it, and no letter is other. */
bool alike_same_name(const char *a, const char *b);

#endif
