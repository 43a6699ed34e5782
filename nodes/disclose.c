/* disclose.c - which data a content holds, by its filled fields; and the preview made
 * from a referral. */
#include "nodes/disclose.h"

#include <strings.h>

#include "core/consent.h"
#include "core/time.h"
#include "core/vocab.h"

#define BIT(category) (UINT64_C(1) << DATA_CATEGORY_##category)

/* What is known about a person once this was observed. */
static const uint64_t OBSERVED[] = {
        [OBSERVATION_NOT_SEEN_RECENTLY] = BIT(NETWORK),
        [OBSERVATION_MAIL_PILING_UP] = BIT(HOUSING),
        [OBSERVATION_HOME_NEGLECTED] = BIT(HOUSING),
        [OBSERVATION_HOME_UNSAFE] = BIT(HOUSING),
        [OBSERVATION_HOME_UNSUITED] = BIT(HOUSING),
        [OBSERVATION_POOR_HYGIENE] = BIT(FUNCTION),
        [OBSERVATION_WEIGHT_LOSS_FOOD] = BIT(HEALTH),
        [OBSERVATION_CONFUSED_WANDERING] = BIT(MENTAL),
        [OBSERVATION_LOW_MOOD_EXPRESSED] = BIT(MENTAL),
        [OBSERVATION_SAYS_LONELY] = BIT(NETWORK),
        [OBSERVATION_BEREAVED_RECENTLY] = BIT(NETWORK),
        [OBSERVATION_CAREGIVER_EXHAUSTED] = BIT(NETWORK),
        [OBSERVATION_UNPAID_BILLS_SEEN] = BIT(FINANCE),
        [OBSERVATION_CUT_OFF_NOTICE] = BIT(FINANCE),
        [OBSERVATION_EVICTION_NOTICE] = BIT(HOUSING),
        [OBSERVATION_SIGNS_OF_VIOLENCE] = BIT(SAFETY),
        [OBSERVATION_EXPLOITATION_SUSPECTED] = BIT(SAFETY),
        [OBSERVATION_REFUSES_ENTRY] = BIT(NEEDS),
        [OBSERVATION_HOSPITAL_DISCHARGE_NO_SUPPORT] = BIT(HEALTH),
        [OBSERVATION_FALL_REPORTED] = BIT(FUNCTION),
        [OBSERVATION_ASKS_FOR_HELP] = BIT(NEEDS),
        [OBSERVATION_OTHER_OBSERVED] = BIT(NEEDS),
};

static const uint64_t FLAGGED[] = {
        [ATTENTION_FLAG_SAFEGUARDING] = BIT(SAFETY),
        [ATTENTION_FLAG_SCENE_SAFETY] = BIT(SAFETY),
        [ATTENTION_FLAG_REASONABLE_ADJUSTMENT] = BIT(FUNCTION),
        [ATTENTION_FLAG_REPEAT_CONTACT] = BIT(CONTACT),
        [ATTENTION_FLAG_CALL_WARNING] = BIT(CONTACT),
};

static bool filled(const char *text)
{
    return text != NULL && text[0] != '\0';
}

static uint64_t when(bool there, uint64_t categories)
{
    return there ? categories : 0;
}

/* A row past the table's end is a code that was added later: it counts as a need, which
 * every consent must name. */
static uint64_t by_table(const uint64_t *table, size_t n_table, const uint16_t *rows,
        size_t n_rows)
{
    uint64_t categories = 0;
    for (size_t i = 0; i < n_rows; i++)
        categories |=
                rows[i] < n_table && table[rows[i]] != 0 ? table[rows[i]] : BIT(NEEDS);
    return categories;
}

static uint64_t of_observations(const uint16_t *rows, size_t n_rows)
{
    return by_table(OBSERVED, COUNT_OF(OBSERVED), rows, n_rows);
}

static uint64_t of_person(const struct person *person)
{
    if (person == NULL)
        return 0;
    bool reachable = filled(person->name) || filled(person->address) ||
                     filled(person->phone) || person->contact_rule != 0;
    return when(reachable, BIT(CONTACT)) |
           when(filled(person->birth_date), BIT(BIRTH_DATE)) |
           when(person->age_band != 0, BIT(AGE_BAND)) |
           when(filled(person->language) || person->interpreter_needed, BIT(LANGUAGE)) |
           when(person->household != 0, BIT(HOUSEHOLD)) |
           when(filled(person->niss), BIT(IDENTIFIER));
}

static uint64_t of_referral(const struct referral *referral)
{
    bool gifts = filled(referral->person_does_self) || filled(referral->strengths) ||
                 filled(referral->own_goal);
    bool wishes = referral->n_needs > 0 || filled(referral->help_wanted) ||
                  filled(referral->reason);
    return of_person(referral->person) | when(gifts, BIT(STRENGTHS)) |
           when(wishes, BIT(NEEDS)) |
           of_observations(referral->observations, referral->n_observations) |
           when(filled(referral->network), BIT(NETWORK)) |
           when(filled(referral->services_present), BIT(SERVICE_HISTORY)) |
           by_table(FLAGGED, COUNT_OF(FLAGGED), referral->attention_flags,
                   referral->n_attention_flags);
}

static uint64_t of_preview(const struct preview *preview)
{
    return when(preview->n_needs > 0, BIT(NEEDS)) |
           when(preview->age_band != 0, BIT(AGE_BAND)) |
           when(filled(preview->language) || preview->interpreter_needed,
                   BIT(LANGUAGE)) |
           when(filled(preview->strengths) || filled(preview->own_goal),
                   BIT(STRENGTHS));
}

static uint64_t of_signal(const struct signal *signal)
{
    return when(signal->n_needs > 0 || filled(signal->text), BIT(NEEDS)) |
           of_observations(signal->observations, signal->n_observations) |
           when(filled(signal->person) || filled(signal->phone) ||
                           filled(signal->place),
                   BIT(CONTACT)) |
           when(filled(signal->language), BIT(LANGUAGE));
}

static uint64_t of_visit(const struct visit *visit)
{
    bool planned = visit->n_goes > 0 || visit->aim != 0 || visit->change != 0 ||
                   visit->next_ms != 0;
    return when(planned || filled(visit->text) || visit->result != 0, BIT(NEEDS)) |
           of_observations(visit->observations, visit->n_observations);
}

static uint64_t categories_of(const struct content *content)
{
    uint64_t categories = 0;
    if (content->preview != NULL)
        categories |= of_preview(content->preview);
    if (content->referral != NULL)
        categories |= of_referral(content->referral);
    if (content->info != NULL)
        categories |=
                when(content->info->n_questions > 0 || filled(content->info->text),
                        BIT(NEEDS));
    if (content->text != NULL)
        categories |= when(filled(content->text->text), BIT(NEEDS));
    if (content->visit != NULL)
        categories |= of_visit(content->visit);
    if (content->signal != NULL)
        categories |= of_signal(content->signal);
    if (content->rights_request != NULL && content->rights_request->corrected != NULL)
        categories |= of_referral(content->rights_request->corrected);
    if (content->rights_reply != NULL && content->rights_reply->held != NULL)
        categories |= of_referral(content->rights_reply->held);
    if (content->rights_reply != NULL && content->rights_reply->held_preview != NULL)
        categories |= of_preview(content->rights_reply->held_preview);
    return categories;
}

/* The level that each need code has in its own table. */
static enum level level_of_needs(const uint16_t *needs, size_t n_needs)
{
    enum level level = LEVEL_S0;
    for (size_t i = 0; i < n_needs; i++) {
        const char *column = vocab_column(VOCAB_NEED_CATEGORY, needs[i], "level");
        if (strcmp(column, "S2") == 0)
            return LEVEL_S2;
        if (strcmp(column, "S1") == 0)
            level = LEVEL_S1;
    }
    return level;
}

static enum level higher(enum level a, enum level b)
{
    return a > b ? a : b;
}

struct disclosure disclose_content(const struct content *content)
{
    uint64_t categories = categories_of(content);
    enum level level = higher(LEVEL_S0, consent_level_of(categories));
    if (content->preview != NULL)
        level = higher(level,
                level_of_needs(content->preview->needs, content->preview->n_needs));
    if (content->referral != NULL)
        level = higher(level,
                level_of_needs(content->referral->needs, content->referral->n_needs));
    if (content->signal != NULL)
        level = higher(level,
                level_of_needs(content->signal->needs, content->signal->n_needs));
    return (struct disclosure){.categories = categories, .level = level};
}

size_t disclose_rows(uint64_t categories, uint16_t *rows, size_t max)
{
    size_t n_rows = 0;
    for (uint16_t row = 1; row < 64 && n_rows < max; row++)
        if ((categories >> row & 1) != 0)
            rows[n_rows++] = row;
    return n_rows;
}

/* ------------------------------------------------------------- less of it */

/* The rows that hold nothing of these categories, in the arena. */
static bool rows_without(const uint64_t *table, size_t n_table, uint64_t categories,
        struct arena *arena, const uint16_t **rows, size_t *n_rows)
{
    uint16_t *kept = arena_take(arena, (*n_rows + 1) * sizeof *kept);
    size_t n = 0;
    if (kept == NULL)
        return false;
    for (size_t i = 0; i < *n_rows; i++)
        if ((by_table(table, n_table, *rows + i, 1) & categories) == 0)
            kept[n++] = (*rows)[i];
    *rows = kept;
    *n_rows = n;
    return true;
}

static void person_without(struct person *person, uint64_t categories)
{
    if ((categories & BIT(CONTACT)) != 0) {
        person->name = person->address = person->phone = "";
        person->contact_rule = 0;
    }
    if ((categories & BIT(BIRTH_DATE)) != 0)
        person->birth_date = "";
    if ((categories & BIT(AGE_BAND)) != 0)
        person->age_band = 0;
    if ((categories & BIT(LANGUAGE)) != 0) {
        person->language = "";
        person->interpreter_needed = false;
    }
    if ((categories & BIT(HOUSEHOLD)) != 0)
        person->household = 0;
    if ((categories & BIT(IDENTIFIER)) != 0)
        person->niss = "";
}

bool disclose_less(const struct referral *referral, uint64_t categories,
        struct arena *arena, struct referral *less, struct err *err)
{
    struct referral out = *referral;
    struct person *person = arena_take(arena, sizeof *person);
    if (person == NULL ||
            !rows_without(OBSERVED, COUNT_OF(OBSERVED), categories, arena,
                    &out.observations, &out.n_observations) ||
            !rows_without(FLAGGED, COUNT_OF(FLAGGED), categories, arena,
                    &out.attention_flags, &out.n_attention_flags))
        return err_set(err, E_SIZE, "no room to leave something out");
    if (referral->person != NULL) {
        *person = *referral->person;
        person_without(person, categories);
        out.person = person;
    }
    if ((categories & BIT(STRENGTHS)) != 0)
        out.person_does_self = out.strengths = out.own_goal = "";
    if ((categories & BIT(NEEDS)) != 0) {
        out.help_wanted = out.reason = "";
        out.n_needs = 0;
    }
    if ((categories & BIT(NETWORK)) != 0)
        out.network = "";
    if ((categories & BIT(SERVICE_HISTORY)) != 0)
        out.services_present = "";
    *less = out;
    return true;
}

/* ------------------------------------------------------------- the preview */

enum { PREVIEW_STRENGTHS_BYTES = 1000, PREVIEW_GOAL_BYTES = 500, AGE_BAND_YEARS = 10 };

/* At most max bytes of a text, never half a character. */
static const char *cut(const char *text, size_t max, struct arena *arena)
{
    size_t len = strlen(text);
    if (len <= max)
        return text;
    len = max;
    while (len > 0 && ((unsigned char)text[len] & 0xC0) == 0x80)
        len--;
    char *copy = arena_take(arena, len + 1);
    if (copy != NULL)
        memcpy(copy, text, len);
    return copy;
}

uint16_t disclose_age_band(const char *birth_date, int32_t today)
{
    int32_t born;
    if (birth_date == NULL || !time_day_parse(birth_date, &born) || born > today)
        return 0;
    char day[TIME_TEXT_BYTES];
    time_day_text(today, day);
    /* Both texts are YYYY-MM-DD: years apart, one less before the birthday. */
    int32_t years = 0;
    for (int i = 0; i < 4; i++)
        years = years * 10 + (day[i] - birth_date[i]);
    if (strcmp(day + 4, birth_date + 4) < 0)
        years--;
    int32_t band = years / AGE_BAND_YEARS + 1;
    uint16_t last = vocab_count(VOCAB_AGE_BAND);
    return band < last ? (uint16_t)band : last;
}

bool disclose_preview(const struct referral *referral, uint64_t preview_categories,
        int32_t today, struct arena *arena, struct preview *preview, struct err *err)
{
    if (referral->n_needs > 0 && (preview_categories & BIT(NEEDS)) == 0)
        return err_set(err, E_CONSENT_DATA,
                "the consent does not let a candidate see the needs beforehand");

    const struct person *person = referral->person;
    struct preview seen = {
            .needs = referral->needs,
            .n_needs = referral->n_needs,
            .language = "",
            .strengths = "",
            .own_goal = "",
            .wanted_period = referral->wanted_period,
            .handover_mode = referral->handover_mode,
    };
    if ((preview_categories & BIT(AGE_BAND)) != 0 && person != NULL)
        seen.age_band = person->age_band != 0
                                ? person->age_band
                                : disclose_age_band(person->birth_date, today);
    if ((preview_categories & BIT(LANGUAGE)) != 0 && person != NULL) {
        seen.language = person->language;
        seen.interpreter_needed = person->interpreter_needed;
    }
    if ((preview_categories & BIT(STRENGTHS)) != 0) {
        seen.strengths = cut(referral->strengths, PREVIEW_STRENGTHS_BYTES, arena);
        seen.own_goal = cut(referral->own_goal, PREVIEW_GOAL_BYTES, arena);
    }
    if (seen.strengths == NULL || seen.own_goal == NULL)
        return err_set(err, E_SIZE, "no room to make the preview");
    *preview = seen;
    return true;
}

/* ------------------------------------------------------------- a person named all the
 * same */

enum { NAME_PART_BYTES = 3 }; /* shorter parts of a name are ordinary words too */

static bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

/* Does the word stand in the text, whole, whatever its capitals? */
static bool has_word(const char *text, const char *word, size_t len)
{
    for (const char *at = text; *at != '\0'; at++)
        if (strncasecmp(at, word, len) == 0 && !letter(at[len]) &&
                (at == text || !letter(at[-1])))
            return true;
    return false;
}

static bool has_name(const char *text, const char *name)
{
    for (const char *at = name; *at != '\0';) {
        size_t len = 0;
        while (letter(at[len]))
            len++;
        if (len >= NAME_PART_BYTES && has_word(text, at, len))
            return true;
        at += len > 0 ? len : 1;
    }
    return false;
}

/* The digits of a text, one after the other. */
static size_t digits_of(const char *text, char *digits, size_t max)
{
    size_t n = 0;
    for (; *text != '\0' && n + 1 < max; text++)
        if (*text >= '0' && *text <= '9')
            digits[n++] = *text;
    digits[n] = '\0';
    return n;
}

enum { PHONE_DIGITS = 6, DATE_DIGITS = 8, YEAR_DIGITS = 4, DAY_DIGITS = 2 };

static bool has_digits(const char *text, const char *wanted)
{
    char found[2048];
    digits_of(text, found, sizeof found);
    return strstr(found, wanted) != NULL;
}

static bool has_phone(const char *text, const char *phone)
{
    char wanted[64];
    return digits_of(phone, wanted, sizeof wanted) >= PHONE_DIGITS &&
           has_digits(text, wanted);
}

/* Year, month, day, or day, month, year, whatever stands between them. */
static bool has_date(const char *text, const char *date)
{
    char forward[64];
    char back[DATE_DIGITS + 1] = "";
    if (digits_of(date, forward, sizeof forward) != DATE_DIGITS)
        return false;
    memcpy(back, forward + YEAR_DIGITS + DAY_DIGITS, DAY_DIGITS);
    memcpy(back + DAY_DIGITS, forward + YEAR_DIGITS, DAY_DIGITS);
    memcpy(back + 2 * DAY_DIGITS, forward, YEAR_DIGITS);
    return has_digits(text, forward) || has_digits(text, back);
}

bool disclose_text_names(const char *text, const struct person *person)
{
    return has_name(text, person->name) || has_phone(text, person->phone) ||
           has_date(text, person->birth_date) ||
           (filled(person->address) && strcasestr(text, person->address) != NULL);
}

const char *disclose_names_person(const struct preview *preview,
        const struct person *person)
{
    if (person == NULL)
        return NULL;
    if (disclose_text_names(preview->strengths, person))
        return "strengths";
    if (disclose_text_names(preview->own_goal, person))
        return "own_goal";
    return NULL;
}
