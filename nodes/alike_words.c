/* alike_words.c - letters without accents, words, and how they sound. */
#include "nodes/alike_words.h"

#include <ctype.h>
#include <stdio.h>

enum {
    TEXT_BYTES = 640, /* of what was written, folded: no letter becomes more than two */
    NEAR_LETTERS = 5, /* in words this long one letter may be wrong */
};

/* U+00C0 to U+017F without accents; two letters for what was two. */
/* clang-format off */
static const char *const FOLDED[] = {
        "a", "a", "a", "a", "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i", "i",
        "d", "n", "o", "o", "o", "o", "o", "", "o", "u", "u", "u", "u", "y", "th", "ss",
        "a", "a", "a", "a", "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i", "i",
        "d", "n", "o", "o", "o", "o", "o", "", "o", "u", "u", "u", "u", "y", "th", "y",
        "a", "a", "a", "a", "a", "a", "c", "c", "c", "c", "c", "c", "c", "c", "d", "d",
        "d", "d", "e", "e", "e", "e", "e", "e", "e", "e", "e", "e", "g", "g", "g", "g",
        "g", "g", "g", "g", "h", "h", "h", "h", "i", "i", "i", "i", "i", "i", "i", "i",
        "i", "i", "ij", "ij", "j", "j", "k", "k", "k", "l", "l", "l", "l", "l", "l", "l",
        "l", "l", "l", "n", "n", "n", "n", "n", "n", "n", "n", "n", "o", "o", "o", "o",
        "o", "o", "oe", "oe", "r", "r", "r", "r", "r", "r", "s", "s", "s", "s", "s", "s",
        "s", "s", "t", "t", "t", "t", "t", "t", "u", "u", "u", "u", "u", "u", "u", "u",
        "u", "u", "u", "u", "w", "w", "y", "y", "y", "z", "z", "z", "z", "z", "z", "s",
};
/* clang-format on */
enum { FOLDED_FROM = 0xC0 };

/* What programs write for a plain sign, and accents that stand behind their letter. */
/* clang-format off */
static const struct {
    const char *from, *to;
} SIGNS[] = {
        {"\xE2\x80\x98", "'"}, {"\xE2\x80\x99", "'"}, {"\xCA\xBC", "'"},
        {"\xE2\x80\x90", "-"}, {"\xE2\x80\x91", "-"}, {"\xE2\x80\x93", "-"},
        {"\xC2\xA0", " "}, {"\xE2\x80\xAF", " "},
        {"\xCC\x80", ""}, {"\xCC\x81", ""}, {"\xCC\x82", ""}, {"\xCC\x83", ""},
        {"\xCC\x86", ""}, {"\xCC\x87", ""}, {"\xCC\x88", ""}, {"\xCC\x8A", ""},
        {"\xCC\x8B", ""}, {"\xCC\x8C", ""}, {"\xCC\xA6", ""}, {"\xCC\xA7", ""},
        {"\xCC\xA8", ""}, {"\xC8\x98", "s"}, {"\xC8\x99", "s"}, {"\xC8\x9A", "t"},
        {"\xC8\x9B", "t"},
};
/* clang-format on */

/* Bytes that were read; 0: no such sign stands here. */
static size_t fold_sign(const unsigned char *at, char *out, size_t *len)
{
    for (size_t i = 0; i < COUNT_OF(SIGNS); i++) {
        size_t n = strlen(SIGNS[i].from);
        if (strncmp((const char *)at, SIGNS[i].from, n) != 0)
            continue;
        if (SIGNS[i].to[0] != '\0')
            out[(*len)++] = SIGNS[i].to[0];
        return n;
    }
    return 0;
}

/* Small letters without accents. Other scripts stay as they are written. */
static void fold(const char *text, char out[TEXT_BYTES])
{
    size_t len = 0;
    const unsigned char *at = (const unsigned char *)text;
    while (*at != '\0' && len + 3 < TEXT_BYTES) {
        size_t sign = *at < 0x80 ? 0 : fold_sign(at, out, &len);
        if (sign > 0) {
            at += sign;
            continue;
        }
        unsigned lead = at[0];
        unsigned code = lead >= 0xC3 && lead <= 0xC5 && at[1] != '\0'
                                ? (lead & 0x1F) << 6 | (at[1] & 0x3F)
                                : 0;
        if (code >= FOLDED_FROM && code - FOLDED_FROM < COUNT_OF(FOLDED)) {
            const char *letters = FOLDED[code - FOLDED_FROM];
            while (*letters != '\0')
                out[len++] = *letters++;
            at += 2;
        } else {
            out[len++] = (char)(lead < 0x80 ? (unsigned)tolower((int)lead) : lead);
            at++;
        }
    }
    out[len] = '\0';
}

static bool is_letter(char c)
{
    return isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

/* Words of letters and digits; an apostrophe or a dot joins nothing and splits nothing.
 */
void alike_split(const char *text, struct words *words)
{
    char folded[TEXT_BYTES];
    size_t part = 0;
    bool open = false;
    size_t len = 0;
    words->n = 0;
    fold(text, folded);
    for (const char *at = folded; *at != '\0' && words->n <= WORDS_MAX; at++) {
        if (is_letter(*at)) {
            if (!open && words->n == WORDS_MAX)
                break;
            struct word *word = &words->at[open ? words->n - 1 : words->n];
            if (!open) {
                *word = (struct word){.part = part};
                words->n++;
                len = 0;
            }
            if (len + 1 < WORD_BYTES)
                word->text[len++] = *at;
            open = true;
        } else if (*at != '\'' && *at != '.') {
            open = false;
            part += *at == ',' || *at == ';' || *at == '\n';
        } else if (*at == '.') {
            open = false;
        }
    }
}

/* How it sounds, more or less: double letters once, and what is spelt in several ways
 * in one of them. */
static void sound(const char *word, char out[WORD_BYTES])
{
    /* clang-format off */
    static const struct {
        const char *from, *to;
    } SAME[] = {
            {"ij", "y"}, {"ae", "a"}, {"ck", "k"}, {"cq", "k"}, {"qu", "k"},
            {"ph", "f"}, {"dt", "t"}, {"th", "t"}, {"gh", "g"}, {"ou", "u"},
            {"oe", "u"}, {"c", "k"}, {"z", "s"},
    };
    /* clang-format on */
    size_t len = 0;
    while (*word != '\0' && len + 2 < WORD_BYTES) {
        const char *letter = word;
        size_t n_letters = 1;
        for (size_t i = 0; i < COUNT_OF(SAME) && letter == word; i++)
            if (strncmp(word, SAME[i].from, strlen(SAME[i].from)) == 0) {
                letter = SAME[i].to;
                n_letters = strlen(SAME[i].from);
            }
        word += n_letters;
        if (len == 0 || out[len - 1] != *letter)
            out[len++] = *letter;
    }
    out[len] = '\0';
}

/* One letter more, less or other. */
static bool is_near(const char *a, const char *b)
{
    size_t len_a = strlen(a);
    size_t len_b = strlen(b);
    size_t same = 0;
    if (len_a > len_b)
        return is_near(b, a);
    while (same < len_a && a[same] == b[same])
        same++;
    if (len_b - len_a > 1 || len_a < NEAR_LETTERS)
        return strcmp(a, b) == 0;
    return len_a == len_b ? same == len_a || strcmp(a + same + 1, b + same + 1) == 0
                          : strcmp(a + same, b + same + 1) == 0;
}

enum likeness alike_sounds(const char *a, const char *b)
{
    char sound_a[WORD_BYTES] = "";
    char sound_b[WORD_BYTES] = "";
    sound(a, sound_a);
    sound(b, sound_b);
    return strcmp(sound_a, sound_b) == 0 ? LIKE
           : is_near(sound_a, sound_b)   ? NEARLY
                                         : UNLIKE;
}
