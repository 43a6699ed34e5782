/* consent.c - the rules of consent as one table: each row a question, its code when the
 * answer is no. */
#include "core/consent.h"

#include "core/lifecycle.h"
#include "core/time.h"
#include "core/vocab.h"

#define BIT(row) (UINT64_C(1) << (row))

/* What names somebody may never stand in a preview (docs/referrals.md "Content of a
 * referral"). */
#define NAMES_A_PERSON                                                                 \
    (BIT(DATA_CATEGORY_CONTACT) | BIT(DATA_CATEGORY_BIRTH_DATE) |                      \
            BIT(DATA_CATEGORY_IDENTIFIER))

enum { NOT_A_ROW = 1 }; /* bit 0 of a set: something in the list is no row at all */

_Static_assert(N_PURPOSE <= 64 && N_DATA_CATEGORY <= 64,
        "purposes and data categories fit a set of 64");

/* ------------------------------------------------------------- sets, lists, levels */

uint64_t consent_bits(const uint16_t *rows, size_t n_rows)
{
    uint64_t bits = 0;

    if (rows == NULL)
        return n_rows == 0 ? 0 : NOT_A_ROW;
    for (size_t i = 0; i < n_rows; i++)
        bits |= rows[i] < 64 ? BIT(rows[i]) : NOT_A_ROW;
    return bits;
}

static bool is_within(uint64_t bits, uint64_t allowed)
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
        if ((categories & BIT(row)) == 0)
            continue;
        enum level level = level_of_category(row);
        highest = level > highest ? level : highest;
    }
    return highest;
}

static bool texts_whole(const char *const *texts, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (texts == NULL || texts[i] == NULL)
            return false;
    return true;
}

static bool has_text(const char *const *texts, size_t n, const char *text)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(texts[i], text) == 0)
            return true;
    return false;
}

static bool has_row(const uint16_t *rows, size_t n, uint16_t row)
{
    for (size_t i = 0; i < n; i++)
        if (row != 0 && rows[i] == row)
            return true;
    return false;
}

static uint64_t letter_data(const struct consent_case *facts)
{
    return consent_bits(facts->core->data_categories, facts->core->n_data_categories);
}

/* ------------------------------------------------------------- is there something to
 * judge? */

static bool letter_whole(const struct consent_case *facts, int32_t day)
{
    const struct letter_core *core = facts->core;
    (void)day;
    return core != NULL && core->sender != NULL && core->recipient != NULL &&
           core->on_behalf_of != NULL && core->area != NULL;
}

static bool letter_personal(const struct consent_case *facts, int32_t day)
{
    (void)day;
    return facts->core->class_ == LETTER_CLASS_PERSONAL &&
           lifecycle_class(facts->core->type) == LETTER_CLASS_PERSONAL;
}

static bool capsule_there(const struct consent_case *facts, int32_t day)
{
    (void)day;
    return facts->capsule != NULL && !id_is_none(&facts->core->consent_id) &&
           id_equal(&facts->capsule->consent_id, &facts->core->consent_id);
}

static bool no_conflict(const struct consent_case *facts, int32_t day)
{
    (void)day;
    return !facts->conflict;
}

static bool not_withdrawn(const struct consent_case *facts, int32_t day)
{
    (void)day;
    return !facts->withdrawn;
}

static bool not_stale(const struct consent_case *facts, int32_t day)
{
    (void)day;
    return !facts->stale;
}

/* ------------------------------------------------------------- is the capsule well
 * made? */

static bool capsule_whole(const struct consent_case *facts, int32_t day)
{
    const struct consent *capsule = facts->capsule;
    (void)day;
    return capsule->collector != NULL && capsule->area != NULL &&
           texts_whole(capsule->senders, capsule->n_senders) &&
           texts_whole(capsule->recipients, capsule->n_recipients) &&
           (capsule->recipient_types != NULL || capsule->n_recipient_types == 0);
}

static bool capsule_senders(const struct consent_case *facts, int32_t day)
{
    (void)day;
    return facts->capsule->collector[0] != '\0' && facts->capsule->n_senders > 0;
}

/* By name, or by type and then within an area. */
static bool capsule_recipients(const struct consent_case *facts, int32_t day)
{
    const struct consent *capsule = facts->capsule;
    (void)day;
    if (capsule->n_recipient_types > 0)
        return capsule->area[0] != '\0';
    return capsule->n_recipients > 0;
}

static bool capsule_purposes(const struct consent_case *facts, int32_t day)
{
    const struct consent *capsule = facts->capsule;
    (void)day;
    uint64_t purposes = consent_bits(capsule->purposes, capsule->n_purposes);
    return purposes != 0 && is_within(purposes, UINT64_MAX);
}

static bool capsule_data(const struct consent_case *facts, int32_t day)
{
    const struct consent *capsule = facts->capsule;
    (void)day;
    uint64_t data = consent_bits(capsule->data_categories, capsule->n_data_categories);
    return data != 0 && is_within(data, UINT64_MAX);
}

static bool capsule_preview(const struct consent_case *facts, int32_t day)
{
    const struct consent *capsule = facts->capsule;
    (void)day;
    uint64_t data = consent_bits(capsule->data_categories, capsule->n_data_categories);
    uint64_t preview =
            consent_bits(capsule->preview_categories, capsule->n_preview_categories);
    return is_within(preview, data & ~NAMES_A_PERSON);
}

static bool capsule_level(const struct consent_case *facts, int32_t day)
{
    (void)day;
    return facts->capsule->level_max >= LEVEL_S0 &&
           facts->capsule->level_max <= LEVEL_S2;
}

static bool capsule_term(const struct consent_case *facts, int32_t day)
{
    const struct consent *capsule = facts->capsule;
    (void)day;
    return capsule->from_day > 0 && capsule->from_day <= capsule->until_day &&
           capsule->until_day - capsule->from_day <= CONSENT_DAYS_MAX;
}

static bool capsule_onward(const struct consent_case *facts, int32_t day)
{
    (void)day;
    return facts->capsule->onward_depth <= CONSENT_ONWARD_MAX;
}

static bool capsule_basis(const struct consent_case *facts, int32_t day)
{
    (void)day;
    return facts->capsule->legal_basis != 0;
}

/* ------------------------------------------------------------- between whom? */

/* The two ends of the referral, whichever way the letter goes: within an offer the
 * capsule covers both directions. */
struct ends {
    const char *from;
    const char *to;
    uint16_t from_type;
    uint16_t to_type;
    bool answer; /* the target writes */
};

static struct ends ends_of(const struct consent_case *facts)
{
    const struct letter_core *core = facts->core;
    bool answer = facts->offer_sender != NULL && facts->offer_target != NULL &&
                  strcmp(core->sender, facts->offer_target) == 0 &&
                  strcmp(core->recipient, facts->offer_sender) == 0;

    if (answer)
        return (struct ends){core->recipient, core->sender, facts->recipient_type,
                facts->sender_type, true};
    return (struct ends){core->sender, core->recipient, facts->sender_type,
            facts->recipient_type, false};
}

static bool in_term(const struct consent_case *facts, int32_t day)
{
    return day >= (int64_t)facts->capsule->from_day &&
           day <= (int64_t)facts->capsule->until_day;
}

static bool parties_of_offer(const struct consent_case *facts, int32_t day)
{
    struct ends ends = ends_of(facts);
    (void)day;
    if (facts->offer_sender == NULL && facts->offer_target == NULL)
        return true;
    return facts->offer_sender != NULL && facts->offer_target != NULL &&
           strcmp(ends.from, facts->offer_sender) == 0 &&
           strcmp(ends.to, facts->offer_target) == 0;
}

/* Who was given a case under this capsule may hand it on, as far as onward_kept says.
 */
static bool sender_named(const struct consent_case *facts, int32_t day)
{
    const struct consent *capsule = facts->capsule;
    struct ends ends = ends_of(facts);
    (void)day;
    if (has_text(capsule->senders, capsule->n_senders, ends.from))
        return true;
    return facts->onward_used > 0 &&
           (has_text(capsule->recipients, capsule->n_recipients, ends.from) ||
                   has_row(capsule->recipient_types, capsule->n_recipient_types,
                           ends.from_type));
}

/* An antenna has no node: the consent names it, and the partner whose node and key it
 * uses. */
static bool recipient_named(const struct consent_case *facts, int32_t day)
{
    const struct consent *capsule = facts->capsule;
    const char *behalf = facts->core->on_behalf_of;
    struct ends ends = ends_of(facts);
    (void)day;
    bool by_id = has_text(capsule->recipients, capsule->n_recipients, ends.to);
    if (behalf[0] != '\0')
        return !ends.answer && facts->recipient_supports && by_id &&
               has_text(capsule->recipients, capsule->n_recipients, behalf);
    return by_id ||
           has_row(capsule->recipient_types, capsule->n_recipient_types, ends.to_type);
}

static bool onward_kept(const struct consent_case *facts, int32_t day)
{
    (void)day;
    return facts->onward_used <= facts->capsule->onward_depth;
}

/* Only a recipient that is named by its type is bound to the area; where the target
 * works was looked at when the offer was made, so an answer is held to the area of the
 * letter alone. */
static bool area_agreed(const struct consent_case *facts, int32_t day)
{
    const struct consent *capsule = facts->capsule;
    struct ends ends = ends_of(facts);
    (void)day;
    if (has_text(capsule->recipients, capsule->n_recipients, ends.to))
        return true;
    if (facts->core->area[0] != '\0' && strcmp(facts->core->area, capsule->area) != 0)
        return false;
    if (ends.answer)
        return true;
    for (uint32_t i = 0; facts->recipient_areas != NULL && i < facts->recipient_n_areas;
            i++)
        if (strcmp(facts->recipient_areas[i], capsule->area) == 0)
            return true;
    return false;
}

/* ------------------------------------------------------------- what, and what for? */

static bool purpose_agreed(const struct consent_case *facts, int32_t day)
{
    const struct consent *capsule = facts->capsule;
    (void)day;
    return has_row(capsule->purposes, capsule->n_purposes, facts->core->purpose);
}

static bool data_agreed(const struct consent_case *facts, int32_t day)
{
    const struct consent *capsule = facts->capsule;
    (void)day;
    return is_within(letter_data(facts),
            consent_bits(capsule->data_categories, capsule->n_data_categories));
}

/* Before the accept nobody sees more than the preview, also not in answer to a
 * question. */
static bool preview_agreed(const struct consent_case *facts, int32_t day)
{
    const struct consent *capsule = facts->capsule;
    (void)day;
    if (facts->core->type != LETTER_TYPE_PREVIEW &&
            facts->core->type != LETTER_TYPE_INFO_REPLY)
        return true;
    return is_within(letter_data(facts),
            consent_bits(capsule->preview_categories, capsule->n_preview_categories));
}

static bool data_declared(const struct consent_case *facts, int32_t day)
{
    (void)day;
    return !facts->actual_known ||
           is_within(facts->actual_categories, letter_data(facts));
}

static bool level_agreed(const struct consent_case *facts, int32_t day)
{
    (void)day;
    return facts->core->level >= LEVEL_S0 &&
           facts->core->level <= facts->capsule->level_max;
}

static bool level_honest(const struct consent_case *facts, int32_t day)
{
    (void)day;
    return facts->core->level >= consent_level_of(letter_data(facts));
}

/* ------------------------------------------------------------- on what ground? */

/* The person's own word; or a vital interest, and then only to the reporting point, and
 * from there to crisis help. No other basis opens a way: what the law orders or a task
 * of the authorities asks is not for this network to carry. */
static bool ground_holds(const struct consent_case *facts)
{
    struct ends ends = ends_of(facts);

    switch (facts->capsule->legal_basis) {
    case LEGAL_BASIS_CONSENT_EXPLICIT:
    case LEGAL_BASIS_CONSENT: return true;
    case LEGAL_BASIS_VITAL_INTEREST:
        return ends.to_type == PARTNER_TYPE_MELDPUNT ||
               (ends.from_type == PARTNER_TYPE_MELDPUNT &&
                       ends.to_type == PARTNER_TYPE_CRISIS);
    default: return false;
    }
}

static bool signal_ground(const struct consent_case *facts, int32_t day)
{
    (void)day;
    return facts->core->type != LETTER_TYPE_SIGNAL || ground_holds(facts);
}

static bool legal_ground(const struct consent_case *facts, int32_t day)
{
    (void)day;
    return ground_holds(facts);
}

static bool secrecy_bound(const struct consent_case *facts, int32_t day)
{
    (void)day;
    return facts->core->level == LEVEL_S0 ||
           facts->partnership.secrecy_bound_of_recipient;
}

static bool secrecy_ground(const struct consent_case *facts, int32_t day)
{
    (void)day;
    return facts->core->level == LEVEL_S0 ||
           facts->capsule->secrecy_basis != SECRECY_BASIS_NOT_PERSONAL;
}

static bool not_to_many(const struct consent_case *facts, int32_t day)
{
    (void)day;
    return facts->core->level != LEVEL_S2 || !facts->first_claim;
}

static bool partnership_active(const struct consent_case *facts, int32_t day)
{
    (void)day;
    return facts->partnership.state == PARTNERSHIP_ACTIVE;
}

static bool partnership_purpose(const struct consent_case *facts, int32_t day)
{
    (void)day;
    return is_within(consent_bits(&facts->core->purpose, 1),
            facts->partnership.purposes);
}

static bool partnership_data(const struct consent_case *facts, int32_t day)
{
    (void)day;
    return is_within(letter_data(facts), facts->partnership.data_categories);
}

static bool niss_agreed(const struct consent_case *facts, int32_t day)
{
    (void)day;
    return (letter_data(facts) & BIT(DATA_CATEGORY_IDENTIFIER)) == 0 ||
           facts->partnership.niss_allowed;
}

static bool offer_accepted(const struct consent_case *facts, int32_t day)
{
    (void)day;
    switch ((int)facts->core->type) {
    case LETTER_TYPE_CONTENT: return facts->offer_accepted || facts->lodging;
    case LETTER_TYPE_TEXT:
    case LETTER_TYPE_VISIT: return facts->offer_accepted;
    default: return true;
    }
}

/* ------------------------------------------------------------- the table */

/* In order: the first row that does not hold is the verdict. Base rows make the later
 * ones answerable. */
static const struct consent_rule RULES[] = {
        {"letter_whole",        E_FORMAT,            CONSENT_BASE,                   letter_whole       },
        {"letter_personal",     E_FORMAT,            0,                              letter_personal    },
        {"capsule_there",       E_CONSENT_NONE,      CONSENT_BASE,                   capsule_there      },
        {"no_conflict",         E_CONSENT_CONFLICT,  0,                              no_conflict        },
        {"not_withdrawn",       E_CONSENT_WITHDRAWN, 0,                              not_withdrawn      },
        {"not_stale",           E_CONSENT_STALE,     0,                              not_stale          },
        {"capsule_whole",       E_FORMAT,            CONSENT_BASE | CONSENT_CAPSULE, capsule_whole      },
        {"capsule_senders",     E_FIELD,             CONSENT_CAPSULE,                capsule_senders    },
        {"capsule_recipients",  E_FIELD,             CONSENT_CAPSULE,                capsule_recipients },
        {"capsule_purposes",    E_FIELD,             CONSENT_CAPSULE,                capsule_purposes   },
        {"capsule_data",        E_FIELD,             CONSENT_CAPSULE,                capsule_data       },
        {"capsule_preview",     E_FIELD,             CONSENT_CAPSULE,                capsule_preview    },
        {"capsule_level",       E_FIELD,             CONSENT_CAPSULE,                capsule_level      },
        {"capsule_term",        E_TTL,               CONSENT_CAPSULE,                capsule_term       },
        {"capsule_onward",      E_FIELD,             CONSENT_CAPSULE,                capsule_onward     },
        {"capsule_basis",       E_CONSENT_BASIS,     CONSENT_CAPSULE,                capsule_basis      },
        {"in_term",             E_CONSENT_EXPIRED,   0,                              in_term            },
        {"parties_of_offer",    E_CONSENT_RECIPIENT, 0,                              parties_of_offer   },
        {"sender_named",        E_CONSENT_RECIPIENT, 0,                              sender_named       },
        {"recipient_named",     E_CONSENT_RECIPIENT, 0,                              recipient_named    },
        {"onward_kept",         E_CONSENT_RECIPIENT, 0,                              onward_kept        },
        {"area_agreed",         E_CONSENT_AREA,      0,                              area_agreed        },
        {"purpose_agreed",      E_CONSENT_PURPOSE,   0,                              purpose_agreed     },
        {"data_agreed",         E_CONSENT_DATA,      0,                              data_agreed        },
        {"preview_agreed",      E_CONSENT_DATA,      0,                              preview_agreed     },
        {"data_declared",       E_CONSENT_DATA,      0,                              data_declared      },
        {"level_agreed",        E_LEVEL,             0,                              level_agreed       },
        {"level_honest",        E_LEVEL,             0,                              level_honest       },
        {"signal_ground",       E_SECRECY,           0,                              signal_ground      },
        {"legal_ground",        E_CONSENT_BASIS,     0,                              legal_ground       },
        {"secrecy_bound",       E_SECRECY,           0,                              secrecy_bound      },
        {"secrecy_ground",      E_SECRECY,           0,                              secrecy_ground     },
        {"not_to_many",         E_SECRECY,           0,                              not_to_many        },
        {"partnership_active",  E_PARTNERSHIP,       0,                              partnership_active },
        {"partnership_purpose", E_PARTNERSHIP,       0,                              partnership_purpose},
        {"partnership_data",    E_PARTNERSHIP,       0,                              partnership_data   },
        {"niss_agreed",         E_NISS,              0,                              niss_agreed        },
        {"offer_accepted",      E_TRANSITION,        0,                              offer_accepted     },
};

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
