/* alike_words.h - words as they sound, whoever wrote them; for nodes/alike*.c only. */
#ifndef ALIKE_WORDS_H
#define ALIKE_WORDS_H

#include "core/span.h"

enum {
    WORDS_MAX = 40,  /* more are not looked at */
    WORD_BYTES = 32, /* longer words are cut, on both sides alike */
};

struct word {
    char text[WORD_BYTES];
    size_t part; /* counted by the commas before it */
};
struct words {
    struct word at[WORDS_MAX];
    size_t n;
};

/* Words of letters and digits, in small letters without accents. */
void alike_split(const char *text, struct words *words);

/* Those of a name: without titles and small words, without the street and number of an
 * address behind it. */
void alike_name(const char *text, struct words *name);

/* Spelt in another way; with one letter wrong. */
enum likeness { UNLIKE, NEARLY, LIKE };
enum likeness alike_sounds(const char *a, const char *b);

#endif
