/* open_text_phone.c - telephone numbers, and other long numbers, in a text: groups of
 * digits with few signs between them. */
#include <string.h>

#include "core/open_text_inner.h"

enum {
    GROUPS_MAX = 15,
    GAP_MARKS = 3,
    PHONE_MOST = 15, /* digits, with the number of the country (E.164) */
    ABROAD_LEAST = 9,
    OWN_LEAST = 9, /* with its 0 */
    OWN_MOST = 10,
    LONG_GROUP = 7,  /* so many digits in one go are of a card, a file, an account */
    IBAN_LEAST = 12, /* digits */
};

/* A run of groups, from one of them on. */
struct run {
    char digits[PHONE_MOST + 1];
    size_t n_digits;
    size_t last[GROUPS_MAX];  /* the piece of each group */
    size_t len[GROUPS_MAX];   /* its digits */
    size_t total[GROUPS_MAX]; /* digits up to and with it */
    bool dotted[GROUPS_MAX];  /* a dot alone parts it from the one before */
    size_t n_groups;
};

static bool two_digits_at_most(const struct pieces *pieces, size_t index)
{
    return piece_at(pieces, index)->kind == PIECE_NUMBER &&
           piece_at(pieces, index)->len <= 2;
}

static bool is_year(const struct pieces *pieces, size_t index)
{
    size_t year = piece_number(pieces, index);
    return piece_at(pieces, index)->kind == PIECE_NUMBER &&
           piece_at(pieces, index)->len == 4 && year >= 1900 && year < 2100;
}

/* "01/02/2026", "2026-02-01", without a space */
static bool is_date(const struct pieces *pieces, size_t index)
{
    for (size_t i = index + 1; i < index + 5; i++)
        if (piece_at(pieces, i)->spaced)
            return false;
    if (piece_at(pieces, index + 1)->kind != PIECE_MARK ||
            piece_at(pieces, index + 3)->kind != PIECE_MARK ||
            !two_digits_at_most(pieces, index + 2))
        return false;
    return (two_digits_at_most(pieces, index) && is_year(pieces, index + 4)) ||
           (is_year(pieces, index) && two_digits_at_most(pieces, index + 4));
}

/* Digits, or an o that stands for one beside them. */
static bool is_group(const struct pieces *pieces, size_t index)
{
    const struct piece *piece = piece_at(pieces, index);
    const struct piece *next = piece_at(pieces, index + 1);
    bool by_number = (next->kind == PIECE_NUMBER && !next->spaced) ||
                     (index > 0 && !piece->spaced &&
                             piece_at(pieces, index - 1)->kind == PIECE_NUMBER);
    return piece->kind == PIECE_NUMBER ||
           ((piece_is(pieces, index, "o") || piece_is(pieces, index, "oo")) &&
                   by_number);
}

/* Over the marks between two groups; what comes after them. */
static size_t skip_marks(const struct pieces *pieces, size_t index, bool *dot)
{
    static const char marks[] = ".-/()~,_*";
    size_t n = 0;
    *dot = piece_is_mark(pieces, index, '.') && is_group(pieces, index + 1);
    while (n <= GAP_MARKS && piece_at(pieces, index)->kind == PIECE_MARK &&
            strchr(marks, pieces->folded[piece_at(pieces, index)->at]) != NULL) {
        index++;
        n++;
    }
    return n <= GAP_MARKS ? index : pieces->n;
}

static bool add_group(const struct pieces *pieces, size_t index, struct run *run)
{
    const struct piece *piece = piece_at(pieces, index);
    size_t len = piece->len;
    if (run->n_groups == GROUPS_MAX || run->n_digits + len > PHONE_MOST)
        return false;
    for (size_t i = 0; i < len; i++) {
        char c = pieces->folded[piece->at + i];
        run->digits[run->n_digits++] = (char)(c == 'o' ? '0' : c);
    }
    /* An o glued to digits is one group with them. */
    bool glued = run->n_groups > 0 && !piece->spaced &&
                 run->last[run->n_groups - 1] + 1 == index;
    if (!glued)
        run->len[run->n_groups++] = 0;
    run->last[run->n_groups - 1] = index;
    run->len[run->n_groups - 1] += len;
    run->total[run->n_groups - 1] = run->n_digits;
    return true;
}

static struct run run_from(const struct pieces *pieces, size_t index)
{
    struct run run = {.n_groups = 0};
    bool dot = false;
    while (is_group(pieces, index) && !is_date(pieces, index) &&
            add_group(pieces, index, &run)) {
        run.dotted[run.n_groups - 1] = dot;
        index = skip_marks(pieces, index + 1, &dot);
    }
    return run;
}

/* "09.30-12.00 14.00-16.30" is when something is open. */
static bool is_hours(const struct run *run)
{
    if (run->n_groups % 2 != 0)
        return false;
    for (size_t i = 0, at = 0; i < run->n_groups; i += 2, at += 4) {
        if (run->len[i] != 2 || run->len[i + 1] != 2 || run->dotted[i] ||
                !run->dotted[i + 1])
            return false;
        const char *digits = run->digits + at;
        if ((digits[0] - '0') * 10 + (digits[1] - '0') > 24 || digits[2] > '5')
            return false;
    }
    return true;
}

/* Is a number of so many digits from the beginning of the run one to call? */
static bool is_phone(const struct run *run, size_t n_digits, bool plus)
{
    const char *digits = run->digits;
    if (plus && digits[0] != '0')
        return n_digits >= ABROAD_LEAST;
    if (digits[0] != '0' || n_digits < 2)
        return false;
    return digits[1] == '0' ? n_digits >= ABROAD_LEAST + 2
                            : n_digits >= OWN_LEAST && n_digits <= OWN_MOST;
}

/* 85.07.30-033.29: a national number as it is laid out; with a digit that is wrong it
 * leads to somebody all the same. */
static bool is_laid_out_as_niss(const struct run *run)
{
    static const size_t lens[] = {2, 2, 2, 3, 2};
    for (size_t i = 0; i < sizeof lens / sizeof *lens; i++)
        if (i >= run->n_groups || run->len[i] != lens[i])
            return false;
    return true;
}

/* A number that says nothing by itself, and is somebody's all the same. */
static bool is_long(const struct pieces *pieces, const struct run *run, size_t index)
{
    const struct piece *before = index > 0 ? piece_at(pieces, index - 1) : NULL;
    bool country = before != NULL && before->kind == PIECE_WORD && before->len == 2 &&
                   !piece_at(pieces, index)->spaced;
    size_t total = run->n_digits;
    /* A mobile number of here without its 0. */
    bool mobile = run->digits[0] == '4' && total == OWN_LEAST && run->len[0] == 3;
    return run->len[0] >= LONG_GROUP || mobile || (country && total >= IBAN_LEAST);
}

struct open_text open_text_phone(const struct pieces *pieces, size_t index)
{
    struct open_text found = {OPEN_FIND_NOTHING, 0, 0};
    /* From the middle of a group nothing begins. */
    bool inside = index > 0 && !piece_at(pieces, index)->spaced &&
                  is_group(pieces, index - 1);
    if (!is_group(pieces, index) || inside)
        return found;
    bool plus = index > 0 && piece_is_mark(pieces, index - 1, '+');
    struct run run = run_from(pieces, index);
    for (size_t i = 0; i < run.n_groups; i++)
        if (is_phone(&run, run.total[i], plus))
            found = pieces_found(pieces, OPEN_FIND_PHONE, index - plus, run.last[i]);
    if (found.find == OPEN_FIND_PHONE && is_hours(&run))
        found.find = OPEN_FIND_DIGITS;
    if (is_laid_out_as_niss(&run))
        return pieces_found(pieces, OPEN_FIND_NISS, index, run.last[run.n_groups - 1]);
    if (found.find == OPEN_FIND_NOTHING && run.n_groups > 0 &&
            is_long(pieces, &run, index))
        found = pieces_found(pieces, OPEN_FIND_DIGITS, index,
                run.last[run.n_groups - 1]);
    /* So many digits in one go that they are no group of a run. */
    if (run.n_groups == 0 && !is_date(pieces, index) &&
            piece_at(pieces, index)->len > PHONE_MOST)
        found = pieces_found(pieces, OPEN_FIND_DIGITS, index, index);
    return found;
}
