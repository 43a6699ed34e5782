/* open_text.c - what leads to one person: the rules one after the other, over the
 * pieces of a text. */
#include "core/open_text.h"

#include <string.h>

#include "core/niss.h"
#include "core/open_text_inner.h"

static const struct open_text NOTHING = {OPEN_FIND_NOTHING, 0, 0};

/* --- e-mail, and what leads to a page about somebody --- */

enum { DOMAIN_PIECES = 12 };

static const char *const AT_WORDS[] = {"at", "apestaart", "apestaartje", "apenstaart",
        "apenstaartje", "arobase", "arobas", NULL};
static const char *const DOT_WORDS[] = {"punt", "point", "dot", NULL};
static const char *const LINKS[] = {"http", "https", "www", "facebook", "instagram",
        "linkedin", "messenger", "snapchat", "tiktok", "whatsapp", NULL};

/* Does the name of a mail server begin there? *last: its last piece that was looked at.
 */
static bool is_domain(const struct pieces *pieces, size_t index, size_t *last)
{
    for (size_t i = index; i < index + DOMAIN_PIECES; i++) {
        const struct piece *piece = piece_at(pieces, i);
        bool dot = piece_is_mark(pieces, i, '.') ||
                   (i > index && piece_is_one(pieces, i, DOT_WORDS));
        *last = i + 1;
        if (dot && i > index)
            return piece_at(pieces, i + 1)->kind == PIECE_WORD &&
                   piece_at(pieces, i + 1)->len >= 2;
        bool part = piece->kind == PIECE_WORD || piece->kind == PIECE_NUMBER ||
                    piece_is_mark(pieces, i, '-') || piece_is_mark(pieces, i, '_');
        if (!part || (i > index + 1 && piece->spaced))
            return false;
    }
    return false;
}

/* Where the name before the sign begins: "rosa.proef" is one. */
static size_t name_before(const struct pieces *pieces, size_t at)
{
    static const char MARKS[] = "._-+";
    while (at > 1 && !piece_at(pieces, at)->spaced &&
            !piece_at(pieces, at - 1)->spaced) {
        bool joined = false;
        for (const char *mark = MARKS; *mark != '\0'; mark++)
            joined |= piece_is_mark(pieces, at - 1, *mark);
        if (!joined)
            break;
        at -= 2;
    }
    return at;
}

static struct open_text email(const struct pieces *pieces, size_t index)
{
    size_t last;
    bool sign = piece_is_mark(pieces, index, '@');
    bool spelled = piece_is_one(pieces, index, AT_WORDS);
    bool bracketed = spelled && (piece_is_mark(pieces, index + 1, ')') ||
                                        piece_is_mark(pieces, index + 1, ']'));
    bool before = index > 0 && piece_at(pieces, index - 1)->kind != PIECE_END;
    if (!sign && !spelled)
        return NOTHING;
    if (before && is_domain(pieces, index + 1 + bracketed, &last)) {
        while (piece_is_mark(pieces, last + 1, '.') &&
                !piece_at(pieces, last + 2)->spaced &&
                piece_at(pieces, last + 2)->kind == PIECE_WORD)
            last += 2;
        /* "at" is a word as well. */
        bool sure = sign || bracketed || !piece_is(pieces, index, "at");
        return pieces_found(pieces, sure ? OPEN_FIND_EMAIL : OPEN_FIND_LINK,
                name_before(pieces, index - 1 - (bracketed && index > 1)), last);
    }
    bool handle = sign && piece_at(pieces, index + 1)->kind == PIECE_WORD;
    return handle ? pieces_found(pieces, OPEN_FIND_LINK, index, index + 1) : NOTHING;
}

static struct open_text link_to(const struct pieces *pieces, size_t index)
{
    return piece_is_one(pieces, index, LINKS)
                   ? pieces_found(pieces, OPEN_FIND_LINK, index, index)
                   : NOTHING;
}

/* --- digits in words --- */

static struct open_text spoken_number(const struct pieces *pieces, size_t index)
{
    enum { SPOKEN_LEAST = 6 };
    static const char *const digits[] = {"nul", "een", "twee", "drie", "vier", "vijf",
            "zes", "zeven", "acht", "negen", "zero", "un", "deux", "trois", "quatre",
            "cinq", "six", "sept", "huit", "neuf", "one", "two", "three", "four",
            "five", "seven", "eight", "nine", "oh", NULL};
    size_t n = 0;
    while (piece_is_one(pieces, index + n, digits))
        n++;
    return n >= SPOKEN_LEAST
                   ? pieces_found(pieces, OPEN_FIND_DIGITS, index, index + n - 1)
                   : NOTHING;
}

/* --- names, ages --- */

static const char *const TITLES[] = {"mevrouw", "mevr", "mw", "meneer", "mijnheer",
        "heer", "dhr", "juffrouw", "madame", "mme", "monsieur", "mademoiselle", "mlle",
        "mr", "mrs", "ms", "miss", "mister", "mx", NULL};

/* Does a sentence begin there? Its first word has a capital whatever it is. */
static bool begins_sentence(const struct pieces *pieces, size_t index)
{
    return index == 0 || piece_is_mark(pieces, index - 1, '.') ||
           piece_is_mark(pieces, index - 1, '!') ||
           piece_is_mark(pieces, index - 1, '?') ||
           piece_is_mark(pieces, index - 1, ':');
}

static struct open_text name(const struct pieces *pieces, size_t index)
{
    size_t next = index + 1;
    if (piece_is_one(pieces, index, TITLES)) {
        if (piece_is_mark(pieces, next, '.'))
            next++;
        return piece_at(pieces, next)->capital
                       ? pieces_found(pieces, OPEN_FIND_NAME, index, next)
                       : NOTHING;
    }
    /* Two words with a capital, one behind the other, inside a sentence. */
    const struct piece *first = piece_at(pieces, index);
    const struct piece *second = piece_at(pieces, next);
    if (first->capital && first->len > 1 && second->capital && second->spaced &&
            !begins_sentence(pieces, index))
        return pieces_found(pieces, OPEN_FIND_NAME, index, next);
    return NOTHING;
}

enum { ADULT_YEARS = 18, OLDEST_YEARS = 120 };

static struct open_text age(const struct pieces *pieces, size_t index)
{
    static const char *const years[] = {"jaar", "jarige", "jarig", "jr", "ans", "year",
            "years", "yo", NULL};
    static const char *const born[] = {"geboren", "geb", "ne", "nee", "born", NULL};
    size_t next = index + 1;
    size_t n = piece_number(pieces, index);
    if (piece_is_mark(pieces, next, '-'))
        next++;
    if (piece_at(pieces, index)->kind == PIECE_NUMBER && n >= ADULT_YEARS &&
            n <= OLDEST_YEARS && piece_is_one(pieces, next, years))
        return pieces_found(pieces, OPEN_FIND_AGE, index, next);
    if (!piece_is_one(pieces, index, born))
        return NOTHING;
    for (size_t i = index + 1; i < index + 5; i++)
        if (piece_at(pieces, i)->kind == PIECE_NUMBER)
            return pieces_found(pieces, OPEN_FIND_AGE, index, i);
    return NOTHING;
}

/* --- all of them --- */

bool open_text_refused(enum open_find find)
{
    return find > OPEN_FIND_NOTHING && find <= OPEN_FIND_STREET;
}

struct open_text open_text_judge(const char *text)
{
    static struct open_text (*const rules[])(const struct pieces *,
            size_t) = {open_text_phone, email, open_text_street, spoken_number, name,
            age, link_to};
    struct open_text unsure = NOTHING;
    struct pieces pieces;
    if (!pieces_make(&pieces, text))
        return (struct open_text){OPEN_FIND_LENGTH, 0, strlen(text)};
    if (niss_within(text) || niss_within(pieces.folded))
        return (struct open_text){OPEN_FIND_NISS, 0, strlen(text)};
    for (size_t i = 0; i < pieces.n; i++)
        for (size_t k = 0; k < sizeof rules / sizeof *rules; k++) {
            struct open_text found = rules[k](&pieces, i);
            if (open_text_refused(found.find))
                return found;
            if (unsure.find == OPEN_FIND_NOTHING)
                unsure = found;
        }
    return unsure;
}
