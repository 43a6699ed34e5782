/* vocab.h - the coded vocabularies: which codes exist and what they are called in three
 * languages.
 *
 * Rows live in proto/vocab/NAME.tsv (columns code, nl, fr, en and more) and are
 * compiled to gen/vocab_gen.h; the build fails on a missing label. A code that is not
 * in its table is refused (E_CODE), never guessed. On the wire a code travels as its
 * text; in memory as its row number, 1 for the first row, 0 for "none". */
#ifndef VOCAB_H
#define VOCAB_H

#include <stdint.h>

#include "core/lang.h"
#include "gen/vocab_gen.h" /* enum vocab { VOCAB_PURPOSE, ... N_VOCABS }; enum vocab_purpose { PURPOSE_CARE_COORDINATION = 1, ... } */

enum { VOCAB_CODE_BYTES = 48 }; /* longest code text with its NUL */

/* Row number of a code in a vocabulary, or 0 when it is not there. */
uint16_t vocab_find(enum vocab vocab, const char *code);

/* The code's text; "" for 0 or a number past the end. */
const char *vocab_code(enum vocab vocab, uint16_t row);

/* The code's label for people; "" for 0 or a number past the end. */
const char *vocab_label(enum vocab vocab, uint16_t row, enum lang lang);

/* A further column of the table by its name ("level", "secrecy_bound_default"); "" when
 * there is none. */
const char *vocab_column(enum vocab vocab, uint16_t row, const char *column);

/* How many codes the vocabulary has; rows are 1..n. */
uint16_t vocab_count(enum vocab vocab);

/* The vocabulary's own name ("purpose"). */
const char *vocab_name(enum vocab vocab);

#endif
