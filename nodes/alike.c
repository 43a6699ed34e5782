/* alike.c - names, addresses and phone numbers as they are meant, and whether two of
 * them may be the same. */
#include "nodes/alike.h"

#include <ctype.h>
#include <stdio.h>

#include "nodes/alike_words.h"

enum {
    PHONE_DIGITS = 8,              /* fewer say nothing */
    STREET_BYTES = 2 * WORD_BYTES, /* its name, and what kind of street it is */
};

static bool is_one_of(const char *word, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(word, list[i]) == 0)
            return true;
    return false;
}

/* ------------------------------------------------------------- names and addresses */

struct address {
    bool there;
    char street[WORD_BYTES * 4]; /* without blanks */
    char number[WORD_BYTES];
    char box[WORD_BYTES]; /* "": not said */
};
struct known {
    struct words name;
    struct address address;
};

static const char *const TITLES[] = {"mevrouw", "mevr", "mw", "meneer", "mijnheer",
        "dhr", "mr", "mrs", "ms", "madame", "mme", "mad", "monsieur", "mademoiselle",
        "mlle", "dame", "heer", "familie", "fam", "famille", "weduwe", "wed", "veuve"};
static const char *const SMALL[] = {"de", "den", "der", "het", "t", "s", "van", "von",
        "ter", "ten", "du", "des", "la", "le", "les", "l", "d", "el", "al", "ben",
        "bin", "en", "et", "and", "op", "aan", "sur", "the"};
/* Words that open a French street, and in which way they are cut short. */
/* clang-format off */
static const struct {
    const char *word, *meant;
} OPENERS[] = {
        {"rue", "rue"}, {"r", "rue"}, {"avenue", "avenue"}, {"av", "avenue"},
        {"boulevard", "boulevard"}, {"bd", "boulevard"}, {"bld", "boulevard"},
        {"boul", "boulevard"}, {"chaussee", "chaussee"}, {"chee", "chaussee"},
        {"ch", "chaussee"}, {"place", "place"}, {"pl", "place"}, {"quai", "quai"},
        {"square", "square"}, {"sq", "square"}, {"impasse", "impasse"},
        {"allee", "allee"}, {"clos", "clos"},
};
/* clang-format on */
/* Endings of a Dutch street. */
/* clang-format off */
static const struct {
    const char *ending, *meant;
} ENDINGS[] = {
        {"straat", "straat"}, {"str", "straat"}, {"laan", "laan"}, {"ln", "laan"},
        {"steenweg", "steenweg"}, {"stwg", "steenweg"}, {"stw", "steenweg"},
        {"weg", "weg"}, {"plein", "plein"}, {"pln", "plein"}, {"lei", "lei"},
        {"dreef", "dreef"}, {"baan", "baan"}, {"kaai", "kaai"}, {"hof", "hof"},
        {"pad", "pad"}, {"markt", "markt"},
};
/* clang-format on */
static const char *const BOXES[] = {"bus", "bte", "boite", "box", "b"};

static const char *opener(const char *word)
{
    for (size_t i = 0; i < COUNT_OF(OPENERS); i++)
        if (strcmp(OPENERS[i].word, word) == 0)
            return OPENERS[i].meant;
    return NULL;
}

/* A Dutch street, its ending in full into `out`; false: none. */
static bool dutch_street(const char *word, char out[STREET_BYTES])
{
    size_t len = strlen(word);
    for (size_t i = 0; i < COUNT_OF(ENDINGS); i++) {
        size_t end = strlen(ENDINGS[i].ending);
        if (len < end || strcmp(word + len - end, ENDINGS[i].ending) != 0)
            continue;
        snprintf(out, STREET_BYTES, "%.*s%s", (int)(len - end), word, ENDINGS[i].meant);
        return true;
    }
    return false;
}

static bool starts_street(const char *word)
{
    char whole[STREET_BYTES];
    return opener(word) != NULL || dutch_street(word, whole);
}

/* The first word that is a house number: digits in front, but not a postcode that
 * stands before a town. */
static size_t find_number(const struct words *words)
{
    for (size_t i = 1; i < words->n; i++)
        if (isdigit((unsigned char)words->at[i].text[0]) &&
                words->at[i].part == words->at[i - 1].part)
            return i;
    return words->n;
}

/* Where the street begins: at a word that says so; else with its part of the text; else
 * it is the one word before the number. */
static size_t find_street(const struct words *words, size_t number)
{
    size_t first = number;
    while (first > 0 && words->at[first - 1].part == words->at[number].part)
        first--;
    for (size_t i = first; i < number; i++)
        if (starts_street(words->at[i].text))
            return i;
    return first > 0 ? first : number - 1;
}

static void add_street(struct address *address, const char *word)
{
    char whole[STREET_BYTES];
    size_t len = strlen(address->street);
    const char *meant = opener(word);
    if (is_one_of(word, SMALL, COUNT_OF(SMALL)))
        return;
    if (meant == NULL)
        meant = dutch_street(word, whole) ? whole : word;
    snprintf(address->street + len, sizeof address->street - len, "%s", meant);
}

static void read_address(const struct words *words, size_t street, size_t number,
        struct address *address)
{
    for (size_t i = street; i < number; i++)
        add_street(address, words->at[i].text);
    snprintf(address->number, sizeof address->number, "%s", words->at[number].text);
    address->there = address->street[0] != '\0';
    for (size_t i = number + 1; i < words->n && i <= number + 3; i++) {
        const char *word = words->at[i].text;
        bool last = i + 1 == words->n;
        size_t len = strlen(address->number);
        if (is_one_of(word, BOXES, COUNT_OF(BOXES)) && !last &&
                isalnum((unsigned char)words->at[i + 1].text[0]) &&
                strlen(words->at[i + 1].text) <= 4) {
            snprintf(address->box, sizeof address->box, "%s", words->at[i + 1].text);
            return;
        }
        bool boxed = word[0] == 'b' && isdigit((unsigned char)word[1]);
        if (boxed || (i == number + 1 && isdigit((unsigned char)word[0]) &&
                             strlen(word) < 4)) {
            snprintf(address->box, sizeof address->box, "%s", word + boxed);
            return;
        }
        if (i == number + 1 && strlen(word) == 1)
            snprintf(address->number + len, sizeof address->number - len, "%s", word);
    }
}

/* "Vandamme" is "Van Damme". */
static const char *bare(const char *word)
{
    static const char *const JOINED[] = {"vander", "vanden", "van", "de"};
    for (size_t i = 0; i < COUNT_OF(JOINED); i++) {
        size_t len = strlen(JOINED[i]);
        if (strncmp(word, JOINED[i], len) == 0 && strlen(word) >= len + 4)
            return word + len;
    }
    return word;
}

static void read_person(const char *text, struct known *known)
{
    struct words words;
    *known = (struct known){.name = {.n = 0}};
    alike_split(text, &words);
    size_t number = find_number(&words);
    size_t street = number < words.n ? find_street(&words, number) : words.n;
    if (number < words.n)
        read_address(&words, street, number, &known->address);
    for (size_t i = 0; i < street; i++) {
        const char *word = words.at[i].text;
        if (is_one_of(word, TITLES, COUNT_OF(TITLES)) ||
                is_one_of(word, SMALL, COUNT_OF(SMALL)) ||
                isdigit((unsigned char)word[0]))
            continue;
        struct word *name = &known->name.at[known->name.n++];
        snprintf(name->text, WORD_BYTES, "%s", bare(word));
        name->part = words.at[i].part;
    }
}

void alike_name(const char *text, struct words *name)
{
    struct known known;
    read_person(text, &known);
    *name = known.name;
}

/* ------------------------------------------------------------- comparing */

/* The word of the other name that this one may be; n: none. */
static size_t find_like(const struct words *in, const bool used[WORDS_MAX],
        const char *word, enum likeness least)
{
    for (size_t i = 0; i < in->n; i++)
        if (!used[i] && alike_sounds(word, in->at[i].text) >= least)
            return i;
    return in->n;
}

static size_t find_initial(const struct words *in, const bool used[WORDS_MAX],
        const char *word)
{
    for (size_t i = 0; i < in->n; i++) {
        const char *other = in->at[i].text;
        if (!used[i] && word[0] == other[0] && (word[1] == '\0' || other[1] == '\0'))
            return i;
    }
    return in->n;
}

/* Every word of the shorter name has one in the other; in one of them a letter may be
 * wrong, or it may be an initial. */
static bool same_name(const struct words *a, const struct words *b)
{
    bool used[WORDS_MAX] = {false};
    bool spared = false;
    if (a->n > b->n)
        return same_name(b, a);
    for (size_t i = 0; i < a->n; i++) {
        const char *word = a->at[i].text;
        size_t found = find_like(b, used, word, LIKE);
        bool exact = found < b->n;
        if (!exact && !spared)
            found = find_initial(b, used, word);
        if (!exact && !spared && found == b->n)
            found = find_like(b, used, word, NEARLY);
        if (found == b->n)
            return false;
        spared |= !exact;
        used[found] = true;
    }
    return a->n >= 2;
}

static bool same_street(const struct address *a, const struct address *b)
{
    char street_a[WORD_BYTES];
    char street_b[WORD_BYTES];
    snprintf(street_a, sizeof street_a, "%.31s", a->street);
    snprintf(street_b, sizeof street_b, "%.31s", b->street);
    return alike_sounds(street_a, street_b) != UNLIKE;
}

/* Somebody who forgets the box may mean any of them. */
static bool same_address(const struct address *a, const struct address *b)
{
    bool other_box =
            a->box[0] != '\0' && b->box[0] != '\0' && strcmp(a->box, b->box) != 0;
    return a->there && b->there && same_street(a, b) &&
           strcmp(a->number, b->number) == 0 && !other_box;
}

static bool begins(const char *digits, size_t len, const char *with)
{
    return len >= strlen(with) && memcmp(digits, with, strlen(with)) == 0;
}

/* The digits behind the code of the country. */
static void read_phone(const char *text, char out[WORD_BYTES])
{
    size_t len = 0;
    bool abroad = text[0] == '+';
    for (; *text != '\0' && len + 1 < WORD_BYTES; text++)
        if (isdigit((unsigned char)*text))
            out[len++] = *text;
    out[len] = '\0';
    size_t skip = begins(out, len, "0032")           ? 4
                  : abroad && begins(out, len, "32") ? 2
                  : begins(out, len, "0")            ? 1
                                                     : 0;
    /* As in +32 (0)2. */
    skip += skip > 1 && out[skip] == '0';
    memmove(out, out + skip, len - skip + 1);
}

static bool same_phone(const char *a, const char *b)
{
    char digits_a[WORD_BYTES];
    char digits_b[WORD_BYTES];
    read_phone(a, digits_a);
    read_phone(b, digits_b);
    return strlen(digits_a) >= PHONE_DIGITS && strcmp(digits_a, digits_b) == 0;
}

enum alike alike_judge(const struct alike_person *a, const struct alike_person *b)
{
    struct known known_a;
    struct known known_b;
    read_person(a->person, &known_a);
    read_person(b->person, &known_b);
    bool phone = same_phone(a->phone, b->phone);
    bool address = same_address(&known_a.address, &known_b.address);
    bool elsewhere = known_a.address.there && known_b.address.there && !address;
    bool name = same_name(&known_a.name, &known_b.name);
    if (name && (phone || address))
        return ALIKE_SAME;
    return phone || address || (name && !elsewhere) ? ALIKE_MAYBE : ALIKE_NO;
}
