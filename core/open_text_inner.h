/* open_text_inner.h - a text as words, numbers and marks; for core/open_text*.c only.
 */
#ifndef OPEN_TEXT_INNER_H
#define OPEN_TEXT_INNER_H

#include "core/open_text.h"

enum piece_kind {
    PIECE_END, /* past the last */
    PIECE_WORD,
    PIECE_NUMBER,
    PIECE_MARK, /* one sign that is neither letter nor digit */
};

/* A word, a number or a mark of the text. */
struct piece {
    enum piece_kind kind;
    unsigned short at, len;    /* in pieces.folded */
    unsigned short from, upto; /* in the text itself */
    bool spaced;               /* white space stands in front of it */
    bool capital;              /* a word that begins with one */
};

/* The text without capitals, accents, and the many ways to write a digit or a space. */
struct pieces {
    char folded[OPEN_TEXT_BYTES];
    struct piece all[OPEN_TEXT_BYTES + 1];
    size_t n;
};

/* False: it is too long. */
bool pieces_make(struct pieces *pieces, const char *text);
/* The piece there; one of kind PIECE_END before the first and past the last. */
const struct piece *piece_at(const struct pieces *pieces, size_t index);
bool piece_is(const struct pieces *pieces, size_t index, const char *word);
bool piece_is_mark(const struct pieces *pieces, size_t index, char mark);
/* Is it one of these words, NULL at their end? */
bool piece_is_one(const struct pieces *pieces, size_t index, const char *const *words);
bool piece_ends_with(const struct pieces *pieces, size_t index,
        const char *const *endings, size_t *n_before);
size_t piece_number(const struct pieces *pieces, size_t index);
/* What was found in the pieces from the one to the other. */
struct open_text pieces_found(const struct pieces *pieces, enum open_find find,
        size_t first, size_t last);

/* One rule each, at one piece; OPEN_FIND_NOTHING: nothing begins here. */
struct open_text open_text_phone(const struct pieces *pieces, size_t index);
struct open_text open_text_street(const struct pieces *pieces, size_t index);

#endif
