/* consent_values.c - what a question of consent compared, as a list in words. */
#include <inttypes.h>
#include <stdio.h>

#include "core/consent_explain.h"
#include "core/time.h"

enum { ITEM_BYTES = 128, CUT_BYTES = 8 /* ", ..." at the end of a list that is cut */ };

/* A list that is being written; once cut, nothing more is added. */
struct list {
    char *out;
    const char *comma;
    size_t len;
    bool cut;
};

static void add(struct list *list, const char *item)
{
    size_t room = CONSENT_SENTENCE_BYTES - CUT_BYTES - list->len;

    if (item == NULL || item[0] == '\0' || list->cut)
        return;
    if (strlen(item) + 2 >= room) {
        list->cut = true;
        item = "...";
    }
    list->len +=
            (size_t)snprintf(list->out + list->len, CONSENT_SENTENCE_BYTES - list->len,
                    "%s%s", list->len > 0 ? list->comma : "", item);
}

static void add_rows(struct list *list, const struct consent_values *values,
        const enum lang *lang)
{
    static const char *const NO_ROW[N_LANGS] = {"een onbekende code", "un code inconnu",
            "an unknown code"};

    if ((values->rows & 1) != 0)
        add(list, lang != NULL ? NO_ROW[*lang] : "?");
    for (uint16_t row = 1; row < 64; row++)
        if ((values->rows >> row & 1) != 0)
            add(list, lang != NULL ? vocab_label(values->vocab, row, *lang)
                                   : vocab_code(values->vocab, row));
}

static void add_level(struct list *list, enum level level, const enum lang *lang)
{
    static const struct {
        const char *code;
        const char *in[N_LANGS];
    } LEVELS[] = {
            [LEVEL_NONE] = {"none", {"zonder niveau", "inconnu", "without a level"}       },
            [LEVEL_S0] = {"S0",   {"gewoon (S0)", "ordinaire (S0)", "ordinary (S0)"}    },
            [LEVEL_S1] = {"S1",
                            {"persoonlijk (S1)", "personnel (S1)", "personal (S1)"}       },
            [LEVEL_S2] = {"S2",   {"bijzonder (S2)", "particulier (S2)", "special (S2)"}},
    };
    size_t row = level >= LEVEL_NONE && level <= LEVEL_S2 ? (size_t)level : LEVEL_NONE;

    add(list, lang != NULL ? LEVELS[row].in[*lang] : LEVELS[row].code);
}

/* A day that no calendar has is shown as it was given. */
static void put_day(int64_t day, const enum lang *lang, char text[ITEM_BYTES])
{
    char date[TIME_TEXT_BYTES];

    if (day <= 0 || day > INT32_MAX / 2) {
        snprintf(text, ITEM_BYTES, "%" PRId64, day);
        return;
    }
    if (lang != NULL)
        time_day_local_text((int32_t)day, date);
    else
        time_day_text((int32_t)day, date);
    snprintf(text, ITEM_BYTES, "%s", date);
}

static void add_days(struct list *list, const struct consent_values *values,
        const enum lang *lang)
{
    static const char *const TO[N_LANGS] = {"tot en met", "au", "up to and including"};
    char from[ITEM_BYTES];
    char until[ITEM_BYTES];
    char both[2 * ITEM_BYTES + 24];

    put_day(values->from_day, lang, from);
    put_day(values->until_day, lang, until);
    if (values->has_days) {
        snprintf(both, sizeof both, "%s %s %s", from, lang != NULL ? TO[*lang] : "-",
                until);
        add(list, both);
    } else if (values->has_day) {
        add(list, from);
    }
}

const char *consent_values_text(const struct consent_values *values,
        const enum lang *lang, char out[CONSENT_SENTENCE_BYTES])
{
    static const char *const NOTHING[N_LANGS] = {"niets", "rien", "nothing"};
    struct list list = {.out = out, .comma = lang != NULL ? ", " : ","};
    char digits[ITEM_BYTES];

    out[0] = '\0';
    add(&list, values->first);
    add(&list, values->second);
    for (size_t i = 0; i < values->n_texts; i++)
        add(&list, values->texts[i]);
    for (size_t i = 0; i < values->n_areas; i++)
        if (values->first == NULL || strcmp(values->areas[i], values->first) != 0)
            add(&list, values->areas[i]);
    add_rows(&list, values, lang);
    if (values->has_level)
        add_level(&list, values->level, lang);
    add_days(&list, values, lang);
    if (values->has_number) {
        snprintf(digits, sizeof digits, "%" PRIu32, values->number);
        add(&list, digits);
    }
    if (list.len == 0 && lang != NULL)
        add(&list, NOTHING[*lang]);
    return out;
}
