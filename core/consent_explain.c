/* consent_explain.c - the questions of consent with their answers, and what each of
 * them compared. */
#include "core/consent_explain.h"

#include "core/consent_inner.h"
#include "core/time.h"
#include "gen/consent_words.h"

/* What a question compares; rules that are not named here look at something that is
 * there or not. The letter and the capsule are whole when this is asked for. */
typedef void compare(const struct consent_case *facts, int32_t day,
        struct consent_answer *answer);

/* --- one side of a comparison --- */

static struct consent_values rows(enum vocab vocab, uint64_t bits)
{
    return (struct consent_values){.vocab = vocab, .rows = bits};
}

/* Row 0 is what was never said. */
static struct consent_values row(enum vocab vocab, uint16_t one)
{
    return rows(vocab, one == 0 ? 0 : consent_bits(&one, 1));
}

static struct consent_values texts(const char *const *list, size_t n)
{
    return (struct consent_values){.texts = list, .n_texts = n};
}

static struct consent_values two(const char *first, const char *second)
{
    return (struct consent_values){.first = first, .second = second};
}

static struct consent_values level(enum level of)
{
    return (struct consent_values){.has_level = true, .level = of};
}

static struct consent_values number(uint32_t n)
{
    return (struct consent_values){.has_number = true, .number = n};
}

/* --- the capsule --- */

static struct consent_values term_of(const struct consent *capsule)
{
    return (struct consent_values){.has_days = true,
            .from_day = capsule->from_day,
            .until_day = capsule->until_day};
}

static struct consent_values recipients_of(const struct consent *capsule)
{
    struct consent_values values = texts(capsule->recipients, capsule->n_recipients);

    values.vocab = VOCAB_PARTNER_TYPE;
    values.rows = consent_bits(capsule->recipient_types, capsule->n_recipient_types);
    return values;
}

static uint64_t data_of(const struct consent *capsule)
{
    return consent_bits(capsule->data_categories, capsule->n_data_categories);
}

static uint64_t preview_of(const struct consent *capsule)
{
    return consent_bits(capsule->preview_categories, capsule->n_preview_categories);
}

static void compare_capsule_senders(const struct consent_case *facts, int32_t day,
        struct consent_answer *answer)
{
    (void)day;
    answer->allowed = texts(facts->capsule->senders, facts->capsule->n_senders);
}

static void compare_capsule_recipients(const struct consent_case *facts, int32_t day,
        struct consent_answer *answer)
{
    (void)day;
    answer->allowed = recipients_of(facts->capsule);
    if (facts->capsule->n_recipient_types > 0)
        answer->allowed.first = facts->capsule->area;
}

static void compare_capsule_purposes(const struct consent_case *facts, int32_t day,
        struct consent_answer *answer)
{
    (void)day;
    answer->allowed = rows(VOCAB_PURPOSE,
            consent_bits(facts->capsule->purposes, facts->capsule->n_purposes));
}

static void compare_capsule_data(const struct consent_case *facts, int32_t day,
        struct consent_answer *answer)
{
    (void)day;
    answer->allowed = rows(VOCAB_DATA_CATEGORY, data_of(facts->capsule));
}

static void compare_capsule_preview(const struct consent_case *facts, int32_t day,
        struct consent_answer *answer)
{
    uint64_t may = consent_may_preview(facts->capsule);
    (void)day;
    answer->allowed = rows(VOCAB_DATA_CATEGORY, preview_of(facts->capsule));
    answer->over = rows(VOCAB_DATA_CATEGORY, preview_of(facts->capsule) & ~may);
}

static void compare_capsule_level(const struct consent_case *facts, int32_t day,
        struct consent_answer *answer)
{
    (void)day;
    answer->allowed = level(facts->capsule->level_max);
}

static void compare_capsule_term(const struct consent_case *facts, int32_t day,
        struct consent_answer *answer)
{
    (void)day;
    answer->allowed = term_of(facts->capsule);
}

static void compare_capsule_onward(const struct consent_case *facts, int32_t day,
        struct consent_answer *answer)
{
    (void)day;
    answer->allowed = number(facts->capsule->onward_depth);
}

static void compare_capsule_basis(const struct consent_case *facts, int32_t day,
        struct consent_answer *answer)
{
    (void)day;
    answer->allowed = row(VOCAB_LEGAL_BASIS, facts->capsule->legal_basis);
}

/* --- the letter --- */

static void compare_in_term(const struct consent_case *facts, int32_t day,
        struct consent_answer *answer)
{
    answer->allowed = term_of(facts->capsule);
    answer->found = (struct consent_values){.has_day = true, .from_day = day};
}

static void compare_parties_of_offer(const struct consent_case *facts, int32_t day,
        struct consent_answer *answer)
{
    (void)day;
    answer->allowed = two(facts->offer_sender, facts->offer_target);
    answer->found = two(facts->core->sender, facts->core->recipient);
}

static void compare_sender_named(const struct consent_case *facts, int32_t day,
        struct consent_answer *answer)
{
    (void)day;
    answer->allowed = texts(facts->capsule->senders, facts->capsule->n_senders);
    answer->found = two(consent_ends(facts).from, NULL);
}

static void compare_recipient_named(const struct consent_case *facts, int32_t day,
        struct consent_answer *answer)
{
    struct consent_ends ends = consent_ends(facts);
    (void)day;
    answer->allowed = recipients_of(facts->capsule);
    answer->found = two(ends.to, facts->core->on_behalf_of);
    if (facts->capsule->n_recipient_types > 0) {
        answer->found.vocab = VOCAB_PARTNER_TYPE;
        answer->found.rows = row(VOCAB_PARTNER_TYPE, ends.to_type).rows;
    }
}

static void compare_onward_kept(const struct consent_case *facts, int32_t day,
        struct consent_answer *answer)
{
    (void)day;
    answer->allowed = number(facts->capsule->onward_depth);
    answer->found = number(facts->onward_used);
}

static void compare_area_agreed(const struct consent_case *facts, int32_t day,
        struct consent_answer *answer)
{
    (void)day;
    answer->allowed = two(facts->capsule->area, NULL);
    answer->found = two(facts->core->area, NULL);
    if (!consent_ends(facts).answer && facts->recipient_areas != NULL) {
        answer->found.areas = facts->recipient_areas;
        answer->found.n_areas = facts->recipient_n_areas;
    }
}

static void compare_purpose_agreed(const struct consent_case *facts, int32_t day,
        struct consent_answer *answer)
{
    compare_capsule_purposes(facts, day, answer);
    answer->found = row(VOCAB_PURPOSE, facts->core->purpose);
}

static void compare_data(uint64_t allowed, uint64_t found,
        struct consent_answer *answer)
{
    answer->allowed = rows(VOCAB_DATA_CATEGORY, allowed);
    answer->found = rows(VOCAB_DATA_CATEGORY, found);
    answer->over = rows(VOCAB_DATA_CATEGORY, (found & ~allowed) | (found & 1));
}

static void compare_data_agreed(const struct consent_case *facts, int32_t day,
        struct consent_answer *answer)
{
    (void)day;
    compare_data(data_of(facts->capsule), consent_declared(facts->core), answer);
}

static void compare_preview_agreed(const struct consent_case *facts, int32_t day,
        struct consent_answer *answer)
{
    (void)day;
    compare_data(preview_of(facts->capsule), consent_declared(facts->core), answer);
}

static void compare_data_declared(const struct consent_case *facts, int32_t day,
        struct consent_answer *answer)
{
    (void)day;
    if (facts->actual_known)
        compare_data(consent_declared(facts->core), facts->actual_categories, answer);
}

static void compare_level_agreed(const struct consent_case *facts, int32_t day,
        struct consent_answer *answer)
{
    (void)day;
    answer->allowed = level(facts->capsule->level_max);
    answer->found = level(facts->core->level);
}

static void compare_level_honest(const struct consent_case *facts, int32_t day,
        struct consent_answer *answer)
{
    (void)day;
    answer->allowed = level(consent_level_of(consent_declared(facts->core)));
    answer->found = level(facts->core->level);
}

/* --- ground, secrecy, partnership --- */

static void compare_ground(const struct consent_case *facts, int32_t day,
        struct consent_answer *answer)
{
    struct consent_ends ends = consent_ends(facts);
    compare_capsule_basis(facts, day, answer);
    answer->found = row(VOCAB_PARTNER_TYPE, ends.to_type);
    answer->found.first = ends.to;
}

static void compare_level(const struct consent_case *facts, int32_t day,
        struct consent_answer *answer)
{
    (void)day;
    answer->found = level(facts->core->level);
}

static void compare_secrecy_ground(const struct consent_case *facts, int32_t day,
        struct consent_answer *answer)
{
    (void)day;
    answer->allowed = row(VOCAB_SECRECY_BASIS, facts->capsule->secrecy_basis);
    answer->found = level(facts->core->level);
}

static void compare_partnership_active(const struct consent_case *facts, int32_t day,
        struct consent_answer *answer)
{
    (void)day;
    answer->found = two(facts->core->sender, facts->core->recipient);
}

static void compare_partnership_purpose(const struct consent_case *facts, int32_t day,
        struct consent_answer *answer)
{
    (void)day;
    answer->allowed = rows(VOCAB_PURPOSE, facts->partnership.purposes);
    answer->found = row(VOCAB_PURPOSE, facts->core->purpose);
}

static void compare_partnership_data(const struct consent_case *facts, int32_t day,
        struct consent_answer *answer)
{
    (void)day;
    compare_data(facts->partnership.data_categories, consent_declared(facts->core),
            answer);
}

/* --- all questions --- */

#define ROW(name, code, kind) ROW_##name,
enum { CONSENT_RULES(ROW) N_ROWS };
#undef ROW
_Static_assert((int)N_ROWS <= (int)CONSENT_ANSWERS, "room for all answers");
_Static_assert((int)N_ROWS == (int)N_CONSENT_WORDS,
        "words for each rule, and no others");

#define WORDS(name, code, kind) [ROW_##name] = CONSENT_WORDS_##name,
static const char *const TEXTS[N_ROWS][3][N_LANGS] = {CONSENT_RULES(WORDS)};
#undef WORDS

static compare *const COMPARES[N_ROWS] = {
        [ROW_capsule_senders] = compare_capsule_senders,
        [ROW_capsule_recipients] = compare_capsule_recipients,
        [ROW_capsule_purposes] = compare_capsule_purposes,
        [ROW_capsule_data] = compare_capsule_data,
        [ROW_capsule_preview] = compare_capsule_preview,
        [ROW_capsule_level] = compare_capsule_level,
        [ROW_capsule_term] = compare_capsule_term,
        [ROW_capsule_onward] = compare_capsule_onward,
        [ROW_capsule_basis] = compare_capsule_basis,
        [ROW_in_term] = compare_in_term,
        [ROW_parties_of_offer] = compare_parties_of_offer,
        [ROW_sender_named] = compare_sender_named,
        [ROW_recipient_named] = compare_recipient_named,
        [ROW_onward_kept] = compare_onward_kept,
        [ROW_area_agreed] = compare_area_agreed,
        [ROW_purpose_agreed] = compare_purpose_agreed,
        [ROW_data_agreed] = compare_data_agreed,
        [ROW_preview_agreed] = compare_preview_agreed,
        [ROW_data_declared] = compare_data_declared,
        [ROW_level_agreed] = compare_level_agreed,
        [ROW_level_honest] = compare_level_honest,
        [ROW_signal_ground] = compare_ground,
        [ROW_legal_ground] = compare_ground,
        [ROW_secrecy_bound] = compare_level,
        [ROW_secrecy_ground] = compare_secrecy_ground,
        [ROW_not_to_many] = compare_level,
        [ROW_partnership_active] = compare_partnership_active,
        [ROW_partnership_purpose] = compare_partnership_purpose,
        [ROW_partnership_data] = compare_partnership_data,
};

size_t consent_explain(const struct consent_case *facts, int64_t now_ms,
        struct consent_answer answers[CONSENT_ANSWERS], enum code *verdict)
{
    static const struct consent_case NOTHING;
    const struct consent_case *known = facts != NULL ? facts : &NOTHING;
    const struct consent_rule *rules;
    int32_t day = time_brussels_day(now_ms);
    bool base = true;
    size_t n;

    rules = consent_rules(&n);
    for (size_t i = 0; i < n; i++) {
        answers[i] = (struct consent_answer){.rule = rules[i].id,
                .code = rules[i].code,
                .asked = base,
                .row = i};
        if (!base)
            continue;
        answers[i].holds = rules[i].holds(known, day);
        base = answers[i].holds || (rules[i].kind & CONSENT_BASE) == 0;
        if (COMPARES[i] != NULL)
            COMPARES[i](known, day, &answers[i]);
    }
    *verdict = consent_decide(facts, now_ms);
    return n;
}

/* --- in words --- */

const char *consent_question(const struct consent_answer *answer, enum lang lang)
{
    return TEXTS[answer->row][0][lang];
}

const char *consent_sentence(const struct consent_answer *answer, enum lang lang,
        char out[CONSENT_SENTENCE_BYTES])
{
    static const char *const NOT_ASKED[N_LANGS] = {
            "Niet gevraagd: wat daarvoor nodig is, ontbreekt.",
            "Pas demandé: ce qu'il faut pour cela manque.",
            "Not asked: what it takes is missing.",
    };
    const struct consent_values *holes[] = {&answer->allowed, &answer->found,
            &answer->over};
    const char *at = answer->asked ? TEXTS[answer->row][answer->holds ? 1 : 2][lang]
                                   : NOT_ASKED[lang];
    char values[CONSENT_SENTENCE_BYTES];
    size_t len = 0;

    while (*at != '\0' && len < CONSENT_SENTENCE_BYTES - 1) {
        if (at[0] != '{') {
            out[len++] = *at++;
            continue;
        }
        consent_values_text(holes[at[1] - '1'], &lang, values);
        size_t n = strnlen(values, CONSENT_SENTENCE_BYTES - 1 - len);
        memcpy(out + len, values, n);
        len += n;
        at += 3;
    }
    out[len] = '\0';
    return out;
}
