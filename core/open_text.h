/* open_text.h - may everybody in the network read this text? It is looked through for
 * what leads to one person: a national number, a telephone number, an e-mail address, a
 * street with a number. What only may lead to somebody is shown to who wrote it. Pure.
 *
 * Dutch, French and English together: nobody says beforehand in which of them is
 * written. Rules: docs/neighbourhood.md, "What a text may say". */
#ifndef OPEN_TEXT_H
#define OPEN_TEXT_H

#include <stdbool.h>
#include <stddef.h>

enum {
    OPEN_TEXT_BYTES = 2048, /* of a text that is looked through; a longer one is refused
                             */
};

/* What was found. */
enum open_find {
    OPEN_FIND_NOTHING,
    /* Refused. */
    OPEN_FIND_LENGTH,
    OPEN_FIND_NISS,
    OPEN_FIND_PHONE,
    OPEN_FIND_EMAIL,
    OPEN_FIND_STREET,
    /* From here on only who wrote it can tell. */
    OPEN_FIND_DIGITS, /* a long number: of a card, an account, a file */
    OPEN_FIND_PLACE,  /* perhaps a street with its number, a box, a floor */
    OPEN_FIND_NAME,
    OPEN_FIND_AGE, /* or a date of birth */
    OPEN_FIND_LINK,
    N_OPEN_FINDS
};

struct open_text {
    enum open_find find;
    size_t at, len; /* the bytes of the text that it was found in */
};

/* The first thing that is refused; when there is none, the first that is not sure. */
struct open_text open_text_judge(const char *text);

/* Is that refused, whoever says that it is fine? */
bool open_text_refused(enum open_find find);

#endif
