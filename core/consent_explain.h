/* consent_explain.h - why a letter may pass or may not: each question of consent.h with
 * its answer and what was compared, for people. Pure.
 *
 * The words are in proto/consent_words.tsv; a rule without words does not build. */
#ifndef CONSENT_EXPLAIN_H
#define CONSENT_EXPLAIN_H

#include "core/consent.h"
#include "core/lang.h"
#include "core/vocab.h"

enum {
    CONSENT_ANSWERS = 64,         /* room for the answers to all questions */
    CONSENT_SENTENCE_BYTES = 800, /* of one answer, or one list of values */
};

/* What one side of a comparison is: partners and areas, rows of a vocabulary, a level,
 * days, a number. Empty when the rule compares nothing. The texts belong to the facts.
 */
struct consent_values {
    const char *first, *second; /* NULL: none */
    const char *const *texts;
    size_t n_texts;
    const char (*areas)[6];
    size_t n_areas;
    enum vocab vocab;
    uint64_t rows; /* bit n: row n of vocab; bit 0: something that is no row */
    bool has_level, has_day, has_days, has_number;
    enum level level;
    int64_t from_day, until_day; /* has_day: from_day alone */
    uint32_t number;
};

struct consent_answer {
    const char *rule;
    enum code code; /* of a no */
    bool asked;     /* false: what it is about is not there */
    bool holds;
    struct consent_values allowed; /* what the consent or the partnership says */
    struct consent_values found;   /* what the letter has */
    struct consent_values over;    /* what of it is too much */
    size_t row;                    /* of the words */
};

/* All questions in their order, also those behind the first no: *verdict is what
 * consent_decide says of the same facts. How many there are. */
size_t consent_explain(const struct consent_case *facts, int64_t now_ms,
        struct consent_answer answers[CONSENT_ANSWERS], enum code *verdict);

const char *consent_question(const struct consent_answer *answer, enum lang lang);
/* "No: the consent names a and b; the letter is for c." Returns out. */
const char *consent_sentence(const struct consent_answer *answer, enum lang lang,
        char out[CONSENT_SENTENCE_BYTES]);
/* "a, b": as labels in this language, or with lang NULL as codes. Cut at a comma with
 * "..." when there is more than fits. Returns out. */
const char *consent_values_text(const struct consent_values *values,
        const enum lang *lang, char out[CONSENT_SENTENCE_BYTES]);

#endif
