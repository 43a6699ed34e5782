/* open_text_pieces.c - a text as words, numbers and marks: without capitals and
 * accents, and with one digit for the many that look like it. */
#include <stdint.h>
#include <string.h>

#include "core/open_text_inner.h"
#include "core/span.h"

/* --- one character --- */

enum { OTHER_SIGN = '~', DROPPED = 0, LETTER_OF_OTHERS = 'x' };

/* The base letters of U+00C0 to U+017F; of two letters in one an e. '*' is none. */
static const char LATIN[] =
        "aaaaaaeceeeeiiiidnooooo*ouuuuyee"
        "aaaaaaeceeeeiiiidnooooo*ouuuuyey"
        "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiieejj"
        "kkkllllllllllnnnnnnnnnooooooeerrrrrrssssssssttttttuuuuuuuuuuuu"
        "wwyyyzzzzzzs";
enum { LATIN_FIRST = 0xC0, LATIN_LAST = 0x17F };

/* Signs that are written for another one. */
static const struct {
    uint32_t first, last;
    char sign; /* of the first; a range of digits counts on from it */
} SIGNS[] = {
        {0x00A0,  0x00A0,  ' '    },
        {0x00AD,  0x00AD,  DROPPED}, /* soft hyphen */
        {0x00B0,  0x00B0,  'o'    }, /* as in n° */
        {0x00B7,  0x00B7,  '.'    },
        {0x00BA,  0x00BA,  'o'    },
        {0x0300,  0x036F,  DROPPED}, /* accents that stand by themselves */
        {0x0660,  0x0669,  '0'    },
        {0x06F0,  0x06F9,  '0'    },
        {0x2000,  0x200A,  ' '    },
        {0x200B,  0x200F,  DROPPED}, /* no width */
        {0x2010,  0x2015,  '-'    },
        {0x2018,  0x2019,  '\''   },
        {0x2024,  0x2024,  '.'    },
        {0x202F,  0x202F,  ' '    },
        {0x2044,  0x2044,  '/'    },
        {0x205F,  0x205F,  ' '    },
        {0x2060,  0x2064,  DROPPED},
        {0x2070,  0x2070,  '0'    },
        {0x2074,  0x2079,  '4'    },
        {0x2080,  0x2089,  '0'    },
        {0x20E3,  0x20E3,  DROPPED}, /* the frame of a key */
        {0x2212,  0x2212,  '-'    },
        {0x2215,  0x2215,  '/'    },
        {0x3000,  0x3000,  ' '    },
        {0x3002,  0x3002,  '.'    },
        {0xFE00,  0xFE0F,  DROPPED},
        {0xFEFF,  0xFEFF,  DROPPED},
        {0x1D7CE, 0x1D7D7, '0'    },
        {0x1D7D8, 0x1D7E1, '0'    },
        {0x1D7E2, 0x1D7EB, '0'    },
        {0x1D7EC, 0x1D7F5, '0'    },
        {0x1D7F6, 0x1D7FF, '0'    },
};

/* The character that begins here, and how many bytes it takes; bytes that make none are
 * taken one by one. */
static uint32_t take_character(const unsigned char *at, size_t *n)
{
    size_t len = at[0] < 0x80 ? 1 : at[0] < 0xE0 ? 2 : at[0] < 0xF0 ? 3 : 4;
    uint32_t value = len == 1 ? at[0] : at[0] & (0x7Fu >> len);
    for (size_t i = 1; i < len; i++) {
        if ((at[i] & 0xC0) != 0x80) {
            *n = 1;
            return OTHER_SIGN;
        }
        value = value << 6 | (at[i] & 0x3Fu);
    }
    *n = len;
    return value;
}

static char sign_of(uint32_t value)
{
    for (size_t i = 0; i < COUNT_OF(SIGNS); i++) {
        if (value < SIGNS[i].first || value > SIGNS[i].last)
            continue;
        bool digit = SIGNS[i].sign >= '0' && SIGNS[i].sign <= '9';
        return (char)(SIGNS[i].sign +
                      (digit ? (char)(value - SIGNS[i].first) : (char)0));
    }
    /* Letters of another script are letters; pictures and the rest are signs. */
    return value >= 0x370 && value < 0x2000 ? LETTER_OF_OTHERS : OTHER_SIGN;
}

/* Fold one character; *capital: it was one. */
static char fold(uint32_t value, bool *capital)
{
    *capital = false;
    /* Full width. */
    if (value >= 0xFF01 && value <= 0xFF5E)
        value -= 0xFF01 - 0x21;
    if (value >= 'A' && value <= 'Z') {
        *capital = true;
        return (char)(value + ('a' - 'A'));
    }
    if (value < 0x80)
        return (char)(value == '\t' || value == '\n' || value == '\r' ? ' ' : value);
    if (value < LATIN_FIRST || value > LATIN_LAST)
        return sign_of(value);
    /* Below U+00E0 they are capitals, further on every second one is. */
    *capital = value < 0xE0 || (value > 0xFF && value % 2 == 0);
    char letter = LATIN[value - LATIN_FIRST];
    return (char)(letter == '*' ? OTHER_SIGN : letter);
}

/* --- pieces --- */

static enum piece_kind kind_of(char c)
{
    return c >= 'a' && c <= 'z'   ? PIECE_WORD
           : c >= '0' && c <= '9' ? PIECE_NUMBER
                                  : PIECE_MARK;
}

/* Put a folded character at the end of the last piece, or begin one with it. */
static void add(struct pieces *pieces, size_t *len, char c, bool capital, bool spaced,
        size_t from, size_t upto)
{
    enum piece_kind kind = kind_of(c);
    struct piece *last = pieces->n > 0 ? &pieces->all[pieces->n - 1] : NULL;
    if (last == NULL || spaced || kind == PIECE_MARK || last->kind != kind) {
        last = &pieces->all[pieces->n++];
        *last = (struct piece){.kind = kind,
                .at = (unsigned short)*len,
                .from = (unsigned short)from,
                .spaced = spaced,
                .capital = capital};
    }
    pieces->folded[(*len)++] = c;
    last->len++;
    last->upto = (unsigned short)upto;
}

bool pieces_make(struct pieces *pieces, const char *text)
{
    size_t len = 0;
    bool spaced = true;
    pieces->n = 0;
    if (strlen(text) >= OPEN_TEXT_BYTES)
        return false;
    for (size_t at = 0, n; text[at] != '\0'; at += n) {
        bool capital;
        char c = fold(take_character((const unsigned char *)text + at, &n), &capital);
        if (c == DROPPED)
            continue;
        if (c != ' ') {
            if (spaced && len > 0)
                pieces->folded[len++] = ' ';
            add(pieces, &len, c, capital, spaced, at, at + n);
        }
        spaced = c == ' ';
    }
    pieces->folded[len] = '\0';
    pieces->all[pieces->n] = (struct piece){.kind = PIECE_END};
    return true;
}

const struct piece *piece_at(const struct pieces *pieces, size_t index)
{
    return &pieces->all[index < pieces->n ? index : pieces->n];
}

bool piece_is(const struct pieces *pieces, size_t index, const char *word)
{
    const struct piece *piece = piece_at(pieces, index);
    return strlen(word) == piece->len &&
           memcmp(pieces->folded + piece->at, word, piece->len) == 0;
}

bool piece_is_mark(const struct pieces *pieces, size_t index, char mark)
{
    const struct piece *piece = piece_at(pieces, index);
    return piece->kind == PIECE_MARK && pieces->folded[piece->at] == mark;
}

bool piece_is_one(const struct pieces *pieces, size_t index, const char *const *words)
{
    for (; *words != NULL; words++)
        if (piece_is(pieces, index, *words))
            return true;
    return false;
}

bool piece_ends_with(const struct pieces *pieces, size_t index,
        const char *const *endings, size_t *n_before)
{
    const struct piece *piece = piece_at(pieces, index);
    for (; *endings != NULL; endings++) {
        size_t len = strlen(*endings);
        if (piece->len < len || memcmp(pieces->folded + piece->at + piece->len - len,
                                        *endings, len) != 0)
            continue;
        *n_before = piece->len - len;
        return true;
    }
    return false;
}

size_t piece_number(const struct pieces *pieces, size_t index)
{
    enum { COMPARED_DIGITS = 6 }; /* more of them are no number that is compared */
    const struct piece *piece = piece_at(pieces, index);
    size_t value = 0;
    for (size_t i = 0; i < piece->len && i < COMPARED_DIGITS; i++)
        value = value * 10 + (size_t)(pieces->folded[piece->at + i] - '0');
    return value;
}

struct open_text pieces_found(const struct pieces *pieces, enum open_find find,
        size_t first, size_t last)
{
    size_t from = piece_at(pieces, first)->from;
    return (struct open_text){.find = find,
            .at = from,
            .len = piece_at(pieces, last)->upto - from};
}
