/* consent.c - the verdict on a letter, and the sets of codes that the rules of consent
 * compare. */
#include "core/consent_inner.h"

#include "core/time.h"

enum { NOT_A_ROW = 1 }; /* bit 0 of a set: something in the list is no row at all */

_Static_assert(N_PURPOSE <= 64 && N_DATA_CATEGORY <= 64,
        "purposes and data categories fit a set of 64");

#define RULE(name, code, kind) {#name, code, kind, consent_##name},
static const struct consent_rule RULES[] = {CONSENT_RULES(RULE)};
#undef RULE

const struct consent_rule *consent_rules(size_t *n_rules)
{
    *n_rules = COUNT_OF(RULES);
    return RULES;
}

enum code consent_decide(const struct consent_case *facts, int64_t now_ms)
{
    if (facts == NULL)
        return E_CONSENT_NONE;

    int32_t day = time_brussels_day(now_ms);
    for (size_t i = 0; i < COUNT_OF(RULES); i++)
        if (!RULES[i].holds(facts, day))
            return RULES[i].code;
    return CODE_OK;
}

enum code consent_check_capsule(const struct consent *capsule, const char *signer)
{
    if (capsule == NULL)
        return E_CONSENT_NONE;

    const struct consent_case facts = {.capsule = capsule};
    for (size_t i = 0; i < COUNT_OF(RULES); i++)
        if ((RULES[i].kind & CONSENT_CAPSULE) != 0 && !RULES[i].holds(&facts, 0))
            return RULES[i].code;
    /* Only who asked the person may say what the person allowed. */
    if (signer == NULL || strcmp(signer, capsule->collector) != 0)
        return E_AUTH;
    return CODE_OK;
}

/* --- sets, lists, levels --- */

uint64_t consent_bits(const uint16_t *rows, size_t n_rows)
{
    uint64_t bits = 0;

    if (rows == NULL)
        return n_rows == 0 ? 0 : NOT_A_ROW;
    for (size_t i = 0; i < n_rows; i++)
        bits |= rows[i] < 64 ? CONSENT_BIT(rows[i]) : NOT_A_ROW;
    return bits;
}

bool consent_row_twice(const uint16_t *rows, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < i; k++)
            if (rows[i] == rows[k])
                return true;
    return false;
}

bool consent_within(uint64_t bits, uint64_t allowed)
{
    return (bits & NOT_A_ROW) == 0 && (bits & ~allowed) == 0;
}

static enum level level_of_category(uint16_t row)
{
    const char *level = vocab_column(VOCAB_DATA_CATEGORY, row, "level");

    /* The needs have their levels one by one; the node that knows them raises the
     * letter's. */
    if (strcmp(level, "S0") == 0 || strcmp(level, "by code") == 0)
        return LEVEL_S0;
    /* What the table does not know is treated as the most delicate. */
    return strcmp(level, "S1") == 0 ? LEVEL_S1 : LEVEL_S2;
}

enum level consent_level_of(uint64_t categories)
{
    enum level highest = LEVEL_S0;

    for (uint16_t row = 0; row < 64; row++) {
        if ((categories & CONSENT_BIT(row)) == 0)
            continue;
        enum level level = level_of_category(row);
        highest = level > highest ? level : highest;
    }
    return highest;
}

bool consent_has_text(const char *const *texts, size_t n, const char *text)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(texts[i], text) == 0)
            return true;
    return false;
}

bool consent_has_row(const uint16_t *rows, size_t n, uint16_t row)
{
    for (size_t i = 0; i < n; i++)
        if (row != 0 && rows[i] == row)
            return true;
    return false;
}

uint64_t consent_declared(const struct letter_core *core)
{
    return consent_bits(core->data_categories, core->n_data_categories);
}
