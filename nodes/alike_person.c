/* alike_person.c - one person, or two? */
#include "nodes/alike_person.h"

#include <stdio.h>
#include <string.h>

#include "core/niss.h"
#include "core/time.h"
#include "nodes/alike_words.h"

enum { LETTERS_BYTES = WORDS_MAX * WORD_BYTES + 1 };

/* ------------------------------------------------------------- dates of birth */

/* As it was said, or as the national number says it. */
static bool read_birth(const struct alike_known *known, char day[NISS_DAY_BYTES])
{
    int32_t number;
    if (!text_is_blank(known->birth_date) &&
            time_day_parse(known->birth_date, &number)) {
        snprintf(day, NISS_DAY_BYTES, "%s", known->birth_date);
        return true;
    }
    return known->niss != NULL && niss_birth(known->niss, day);
}

/* ------------------------------------------------------------- names */

/* All letters and digits one behind the other: "De Wit, Jan" is "Dewit Jan". */
static size_t join(const char *text, char letters[LETTERS_BYTES])
{
    struct words words;
    size_t len = 0;
    alike_split(text, &words);
    for (size_t i = 0; i < words.n; i++) {
        size_t n = strlen(words.at[i].text);
        memcpy(letters + len, words.at[i].text, n);
        len += n;
    }
    letters[len] = '\0';
    return len;
}

/* The same letters, begun at another word perhaps: "Peeters Jan" is "Jan Peeters". */
bool alike_same_name(const char *a, const char *b)
{
    char one[LETTERS_BYTES];
    char other[LETTERS_BYTES];
    char twice[2 * LETTERS_BYTES];
    size_t len = join(a, one);
    if (len == 0 || join(b, other) != len)
        return false;
    memcpy(twice, one, len);
    memcpy(twice + len, one, len + 1);
    return strstr(twice, other) != NULL;
}

/* "Rosa Voorbeeld, daughter of Jan" is about her: when the first part of a text is a
 * whole name, the rest of it is not. */
static void first_part(struct words *name)
{
    size_t n = 0;
    while (n < name->n && name->at[n].part == name->at[0].part)
        n++;
    if (n >= 2)
        name->n = n;
}

static bool is_initial(const char *a, const char *b)
{
    return a[0] == b[0] && (a[1] == '\0' || b[1] == '\0');
}

enum { ROUND_WHOLE, ROUND_NEARLY, ROUND_INITIAL, ROUNDS };

static bool fits(const char *a, const char *b, size_t round)
{
    return round == ROUND_INITIAL
                   ? is_initial(a, b)
                   : alike_sounds(a, b) >= (round == ROUND_NEARLY ? NEARLY : LIKE);
}

/* How many words of the shorter name find one in the other, in this round. */
static size_t pair_words(const struct words *shorter, const struct words *longer,
        bool paired[WORDS_MAX], bool used[WORDS_MAX], size_t round)
{
    size_t n = 0;
    for (size_t i = 0; i < shorter->n; i++)
        for (size_t k = 0; k < longer->n && !paired[i]; k++)
            if (!used[k] && fits(shorter->at[i].text, longer->at[k].text, round)) {
                paired[i] = used[k] = true;
                n++;
            }
    return n;
}

/* Each word of the shorter name has its own in the other; one initial alone is nobody.
 */
static bool names_fit(const struct words *a, const struct words *b, bool lenient)
{
    bool paired[WORDS_MAX] = {false};
    bool used[WORDS_MAX] = {false};
    size_t n[ROUNDS] = {0};
    if (a->n > b->n)
        return names_fit(b, a, lenient);
    for (size_t round = 0; round < ROUNDS; round++)
        if (round != ROUND_NEARLY || lenient)
            n[round] = pair_words(a, b, paired, used, round);
    size_t whole = n[ROUND_WHOLE] + n[ROUND_NEARLY];
    return whole + n[ROUND_INITIAL] == a->n && (whole > 0 || n[ROUND_INITIAL] > 1);
}

/* ------------------------------------------------------------- the whole */

static enum alike_who by_name(const char *a, const char *b, bool same_birth)
{
    struct words one;
    struct words other;
    if (text_is_blank(a) || text_is_blank(b))
        return ALIKE_WHO_NOBODY;
    if (alike_same_name(a, b))
        return ALIKE_WHO_SAME;
    alike_name(a, &one);
    alike_name(b, &other);
    first_part(&one);
    first_part(&other);
    if (one.n == 0 || other.n == 0)
        return ALIKE_WHO_UNNAMED;
    return names_fit(&one, &other, same_birth) ? ALIKE_WHO_SAME : ALIKE_WHO_OTHER;
}

enum alike_who alike_who(const struct alike_known *a, const struct alike_known *b,
        enum alike_ground *ground)
{
    char born_a[NISS_DAY_BYTES];
    char born_b[NISS_DAY_BYTES];
    *ground = ALIKE_BY_NISS;
    if (a->niss != NULL && b->niss != NULL && niss_ok(a->niss) && niss_ok(b->niss))
        return niss_same(a->niss, b->niss) ? ALIKE_WHO_SAME : ALIKE_WHO_OTHER;
    *ground = ALIKE_BY_BIRTH;
    bool both = read_birth(a, born_a) && read_birth(b, born_b);
    if (both && strcmp(born_a, born_b) != 0)
        return ALIKE_WHO_OTHER;
    *ground = ALIKE_BY_NAME;
    return by_name(a->name, b->name, both);
}
