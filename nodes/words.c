/* words.c - the sentences of words.h as a table. */
#include "nodes/words.h"

#define X(name, nl, fr, en) {nl, fr, en},
static const char *const TEXTS[N_WORDS][N_LANGS] = {
        WORDS(X) WORDS_RECORD(X) WORDS_SUPPLY(X) WORDS_SIGNALS(X) WORDS_VISIT(X)
                WORDS_NEIGHBOURS(X) WORDS_REPORTS(X)};
#undef X

const char *words_text(enum words words, enum lang lang)
{
    return TEXTS[words][lang];
}
