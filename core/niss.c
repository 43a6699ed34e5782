/* niss.c - finding Belgian national numbers (NISS and BIS) by their check digits. */
#include "core/niss.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum {
    NISS_DIGITS = 11,
    NISS_GROUPS_MAX = 64, /* groups of digits kept of one stretch of a text */
    NISS_GAP_MAX = 3,     /* separators between two groups: " - " */
    BIS_LOW = 20,         /* added to the month of a BIS number, or: */
    BIS_HIGH = 40,
    SERIAL_MOST = 998,
};

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

/* What people, and programs that lay out a text, put between groups of digits. */
static const char *const SEPARATORS[] = {
        ".", "-", " ", "/", "\t", ",", ":", "_", "(", ")", "*",
        "\xC2\xA0",     /* no-break space */
        "\xE2\x80\x89", /* thin space */
        "\xE2\x80\x91", /* no-break hyphen */
        "\xE2\x80\x93", /* en dash */
        "\xE2\x80\xAF", /* narrow no-break space */
        "\xE2\x88\x92", /* minus */
};

/* Bytes of the separator that stands here; 0: none does. */
static size_t separator(const char *at)
{
    for (size_t i = 0; i < sizeof SEPARATORS / sizeof *SEPARATORS; i++) {
        size_t len = strlen(SEPARATORS[i]);
        if (strncmp(at, SEPARATORS[i], len) == 0)
            return len;
    }
    return 0;
}

static uint32_t number(const char *digits, size_t n)
{
    uint32_t value = 0;
    for (size_t i = 0; i < n; i++)
        value = value * 10 + (uint32_t)(digits[i] - '0');
    return value;
}

static bool is_leap(uint32_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* A day that there is; 00 for a month or day that is not known. */
static bool date_ok(uint32_t year, uint32_t month, uint32_t day)
{
    static const uint8_t days[] = {31, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (month >= BIS_HIGH)
        month -= BIS_HIGH;
    else if (month >= BIS_LOW)
        month -= BIS_LOW;
    if (month >= sizeof days)
        return false;
    return day <= days[month] || (month == 2 && day == 29 && is_leap(year));
}

/* The year that these eleven digits begin with; 0: they are no number. */
static uint32_t year_of(const char digits[NISS_DIGITS])
{
    static const struct {
        uint32_t year, ahead; /* ahead: what goes in front of the nine digits */
    } centuries[] = {
            {1900, 0          },
            {2000, 2000000000u}
    };
    uint32_t nine = number(digits, 9);
    uint32_t serial = number(digits + 6, 3);
    if (serial == 0 || serial > SERIAL_MOST)
        return 0;
    for (size_t i = 0; i < sizeof centuries / sizeof *centuries; i++) {
        uint32_t year = centuries[i].year + number(digits, 2);
        if (number(digits + 9, 2) == 97 - (centuries[i].ahead + nine) % 97 &&
                date_ok(year, number(digits + 2, 2), number(digits + 4, 2)))
            return year;
    }
    return 0;
}

static bool right(const char digits[NISS_DIGITS])
{
    return year_of(digits) != 0;
}

/* One stretch: groups of digits with few separators between them. */
struct stretch {
    char digits[NISS_GROUPS_MAX * NISS_DIGITS];
    size_t from[NISS_GROUPS_MAX]; /* where each group begins in digits */
    bool plus[NISS_GROUPS_MAX];   /* a + stands in front of it */
    size_t n_groups;
    size_t n_digits;
};

/* With the + of a country code: of the Netherlands, Belgium or France, whose numbers
 * have eleven digits with it. */
static bool is_phone(const struct stretch *stretch, size_t group)
{
    const char *digits = stretch->digits + stretch->from[group];
    return stretch->plus[group] && digits[0] == '3' && digits[1] >= '1' &&
           digits[1] <= '3';
}

/* Do some groups next to each other make eleven right digits together? */
static bool stretch_has(const struct stretch *stretch)
{
    for (size_t i = 0; i < stretch->n_groups; i++)
        for (size_t j = i; j < stretch->n_groups; j++) {
            size_t end = j + 1 < stretch->n_groups ? stretch->from[j + 1]
                                                   : stretch->n_digits;
            if (end - stretch->from[i] > NISS_DIGITS)
                break;
            if (end - stretch->from[i] == NISS_DIGITS && !is_phone(stretch, i) &&
                    right(stretch->digits + stretch->from[i]))
                return true;
        }
    return false;
}

/* Eleven digits lie in at most eleven groups: what is older is done with. */
static void keep_newest(struct stretch *stretch)
{
    size_t first = stretch->n_groups - NISS_DIGITS;
    size_t at = stretch->from[first];
    stretch->n_digits -= at;
    stretch->n_groups = NISS_DIGITS;
    memmove(stretch->digits, stretch->digits + at, stretch->n_digits);
    for (size_t i = 0; i < NISS_DIGITS; i++) {
        stretch->from[i] = stretch->from[first + i] - at;
        stretch->plus[i] = stretch->plus[first + i];
    }
}

/* Read one group into the stretch; what comes after it. A group of more than eleven
 * digits is no part of a number and ends the stretch. */
static const char *take_group(struct stretch *stretch, const char *text, bool plus)
{
    size_t len = 0;
    while (digit(text[len]))
        len++;
    if (len > NISS_DIGITS) {
        stretch->n_groups = stretch->n_digits = 0;
        return text + len;
    }
    if (stretch->n_groups == NISS_GROUPS_MAX)
        keep_newest(stretch);
    stretch->plus[stretch->n_groups] = plus;
    stretch->from[stretch->n_groups++] = stretch->n_digits;
    memcpy(stretch->digits + stretch->n_digits, text, len);
    stretch->n_digits += len;
    return text + len;
}

/* Over the separators between two groups; *gap: how many there are, and 0 when
 * something else stands there. */
static const char *skip_gap(const char *text, size_t *gap)
{
    const char *start = text;
    size_t n = 0;
    for (size_t len = separator(text); len > 0; len = separator(text)) {
        text += len;
        n++;
    }
    *gap = n <= NISS_GAP_MAX ? n : 0;
    return text > start ? text : start + 1;
}

bool niss_within(const char *text)
{
    struct stretch stretch = {.n_groups = 0};
    const char *start = text;
    while (text != NULL && *text != '\0') {
        /* Nothing counts that stands in front of the first digits. */
        if (stretch.n_groups == 0 && !digit(*text)) {
            text += strcspn(text, "0123456789");
            continue;
        }
        if (digit(*text)) {
            text = take_group(&stretch, text, text > start && text[-1] == '+');
            if (stretch_has(&stretch))
                return true;
            continue;
        }
        size_t gap;
        text = skip_gap(text, &gap);
        if (gap == 0)
            stretch.n_groups = stretch.n_digits = 0;
    }
    return false;
}

/* The digits of a text that is a right number and nothing else. */
static bool read_whole(const char *text, char digits[NISS_DIGITS])
{
    size_t n_digits = 0;
    while (*text != '\0') {
        size_t gap = separator(text);
        if (gap == 0 && (!digit(*text) || n_digits == NISS_DIGITS))
            return false;
        if (gap == 0)
            digits[n_digits++] = *text++;
        text += gap;
    }
    return n_digits == NISS_DIGITS && right(digits);
}

bool niss_ok(const char *text)
{
    char digits[NISS_DIGITS];
    return read_whole(text, digits);
}

bool niss_same(const char *a, const char *b)
{
    char digits_a[NISS_DIGITS];
    char digits_b[NISS_DIGITS];
    return read_whole(a, digits_a) && read_whole(b, digits_b) &&
           memcmp(digits_a, digits_b, NISS_DIGITS) == 0;
}

bool niss_birth(const char *text, char day[NISS_DAY_BYTES])
{
    char digits[NISS_DIGITS];
    if (!read_whole(text, digits))
        return false;
    uint32_t month = number(digits + 2, 2) % BIS_LOW;
    uint32_t of_month = number(digits + 4, 2);
    if (month == 0 || of_month == 0)
        return false;
    snprintf(day, NISS_DAY_BYTES, "%04u-%02u-%02u", year_of(digits) % 10000,
            month % 100, of_month % 100);
    return true;
}
