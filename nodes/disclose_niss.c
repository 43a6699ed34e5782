/* disclose_niss.c - finding Belgian national numbers (NISS and BIS) by their check
 * digits. */
#include "nodes/disclose.h"

enum {
    NISS_DIGITS = 11,
    NISS_GROUPS_MAX = 64, /* groups of digits kept of one stretch of a text */
    NISS_GAP_MAX = 3,     /* separators between two groups: " - " */
};

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool separator(char c)
{
    return c == '.' || c == '-' || c == ' ' || c == '/' || c == '\t';
}

static uint32_t number(const char *digits, size_t n)
{
    uint32_t value = 0;
    for (size_t i = 0; i < n; i++)
        value = value * 10 + (uint32_t)(digits[i] - '0');
    return value;
}

/* YYMMDD, a serial number of three, and 97 minus the rest by 97 of these nine digits; a
 * 2 goes in front for who was born from 2000 on. A BIS number has 20 or 40 added to its
 * month. Unknown months and days are 0. */
static bool right(const char digits[NISS_DIGITS])
{
    uint32_t month = number(digits + 2, 2);
    if (month >= 40)
        month -= 40;
    else if (month >= 20)
        month -= 20;
    if (month > 12 || number(digits + 4, 2) > 31)
        return false;
    uint32_t nine = number(digits, 9);
    uint32_t check = number(digits + 9, 2);
    return check == 97 - nine % 97 || check == 97 - (2000000000u + nine) % 97;
}

/* One stretch: groups of digits with few separators between them. */
struct stretch {
    char digits[NISS_GROUPS_MAX * NISS_DIGITS];
    size_t from[NISS_GROUPS_MAX]; /* where each group begins in digits */
    size_t n_groups;
    size_t n_digits;
};

/* Do some groups next to each other make eleven right digits together? */
static bool stretch_has(const struct stretch *stretch)
{
    for (size_t i = 0; i < stretch->n_groups; i++)
        for (size_t j = i; j < stretch->n_groups; j++) {
            size_t end = j + 1 < stretch->n_groups ? stretch->from[j + 1]
                                                   : stretch->n_digits;
            if (end - stretch->from[i] > NISS_DIGITS)
                break;
            if (end - stretch->from[i] == NISS_DIGITS &&
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
    for (size_t i = 0; i < NISS_DIGITS; i++)
        stretch->from[i] = stretch->from[first + i] - at;
}

/* Read one group into the stretch; what comes after it. A group of more than eleven
 * digits is no part of a number and ends the stretch. */
static const char *take_group(struct stretch *stretch, const char *text)
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
    stretch->from[stretch->n_groups++] = stretch->n_digits;
    memcpy(stretch->digits + stretch->n_digits, text, len);
    stretch->n_digits += len;
    return text + len;
}

bool disclose_has_niss(const char *text)
{
    struct stretch stretch = {.n_groups = 0};
    while (text != NULL && *text != '\0') {
        /* Nothing counts that stands in front of the first digits. */
        if (stretch.n_groups == 0 && !digit(*text)) {
            text += strcspn(text, "0123456789");
            continue;
        }
        if (digit(*text)) {
            text = take_group(&stretch, text);
            if (stretch_has(&stretch))
                return true;
            continue;
        }
        size_t gap = 0;
        while (separator(text[gap]))
            gap++;
        if (gap == 0 || gap > NISS_GAP_MAX)
            stretch.n_groups = stretch.n_digits = 0;
        text += gap > 0 ? gap : 1;
    }
    return false;
}

bool disclose_niss_ok(const char *text)
{
    char digits[NISS_DIGITS];
    size_t n_digits = 0;
    for (; *text != '\0'; text++) {
        if (digit(*text) && n_digits == NISS_DIGITS)
            return false;
        if (digit(*text))
            digits[n_digits++] = *text;
        else if (!separator(*text))
            return false;
    }
    return n_digits == NISS_DIGITS && right(digits);
}

struct field {
    const char *name;
    const char *text;
};

static const char *first_with_niss(const struct field *fields, size_t n_fields)
{
    for (size_t i = 0; i < n_fields; i++)
        if (disclose_has_niss(fields[i].text))
            return fields[i].name;
    return NULL;
}

static const char *in_referral(const struct referral *referral)
{
    const struct person *person = referral->person;
    const struct field fields[] = {
            {"person.name",      person == NULL ? "" : person->name   },
            {"person.address",   person == NULL ? "" : person->address},
            {"person.phone",     person == NULL ? "" : person->phone  },
            {"person_does_self", referral->person_does_self           },
            {"strengths",        referral->strengths                  },
            {"own_goal",         referral->own_goal                   },
            {"help_wanted",      referral->help_wanted                },
            {"reason",           referral->reason                     },
            {"network",          referral->network                    },
            {"services_present", referral->services_present           },
            {"referrer_name",    referral->referrer_name              },
            {"referrer_phone",   referral->referrer_phone             },
    };
    return first_with_niss(fields, COUNT_OF(fields));
}

const char *disclose_niss_field(const struct content *content)
{
    if (content->referral != NULL)
        return in_referral(content->referral);
    const struct signal *signal = content->signal;
    const struct preview *preview = content->preview;
    const struct field fields[] = {
            {"strengths", preview == NULL ? "" : preview->strengths         },
            {"own_goal",  preview == NULL ? "" : preview->own_goal          },
            {"note",      content->event == NULL ? "" : content->event->note},
            {"text",      content->info == NULL ? "" : content->info->text  },
            {"text",      content->text == NULL ? "" : content->text->text  },
            {"text",      content->visit == NULL ? "" : content->visit->text},
            {"text",      signal == NULL ? "" : signal->text                },
            {"person",    signal == NULL ? "" : signal->person              },
            {"phone",     signal == NULL ? "" : signal->phone               },
            {"reporter",  signal == NULL ? "" : signal->reporter            },
    };
    return first_with_niss(fields, COUNT_OF(fields));
}

bool disclose_niss_wrong(const struct content *content)
{
    const struct person *person =
            content->referral == NULL ? NULL : content->referral->person;
    return disclose_niss_field(content) != NULL ||
           (person != NULL && person->niss[0] != '\0' &&
                   !disclose_niss_ok(person->niss));
}
