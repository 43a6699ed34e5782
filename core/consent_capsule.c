/* consent_capsule.c - rules of consent: is there something to judge, is the capsule
 * well made? */
#include "core/consent_inner.h"
#include "core/time.h"

#include "core/lifecycle.h"

/* What names somebody may never stand in a preview (docs/referrals.md "Content of a
 * referral"). */
#define NAMES_A_PERSON                                                                 \
    (CONSENT_BIT(DATA_CATEGORY_CONTACT) | CONSENT_BIT(DATA_CATEGORY_BIRTH_DATE) |      \
            CONSENT_BIT(DATA_CATEGORY_IDENTIFIER))

/* --- is there something to judge? --- */

bool consent_letter_whole(const struct consent_case *facts, int32_t day)
{
    const struct letter_core *core = facts->core;
    (void)day;
    return core != NULL && core->sender != NULL && core->recipient != NULL &&
           core->on_behalf_of != NULL && core->area != NULL;
}

bool consent_letter_personal(const struct consent_case *facts, int32_t day)
{
    (void)day;
    return facts->core->class_ == LETTER_CLASS_PERSONAL &&
           lifecycle_class(facts->core->type) == LETTER_CLASS_PERSONAL;
}

bool consent_capsule_there(const struct consent_case *facts, int32_t day)
{
    (void)day;
    return facts->capsule != NULL && !id_is_none(&facts->core->consent_id) &&
           id_equal(&facts->capsule->consent_id, &facts->core->consent_id);
}

bool consent_no_conflict(const struct consent_case *facts, int32_t day)
{
    (void)day;
    return !facts->conflict;
}

bool consent_not_withdrawn(const struct consent_case *facts, int32_t day)
{
    (void)day;
    return !facts->withdrawn;
}

bool consent_not_stale(const struct consent_case *facts, int32_t day)
{
    (void)day;
    return !facts->stale;
}

/* --- is the capsule well made? --- */

static bool texts_whole(const char *const *texts, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (texts == NULL || texts[i] == NULL)
            return false;
    return true;
}

bool consent_capsule_whole(const struct consent_case *facts, int32_t day)
{
    const struct consent *capsule = facts->capsule;
    (void)day;
    return capsule->collector != NULL && capsule->area != NULL &&
           texts_whole(capsule->senders, capsule->n_senders) &&
           texts_whole(capsule->recipients, capsule->n_recipients) &&
           (capsule->recipient_types != NULL || capsule->n_recipient_types == 0) &&
           (capsule->purposes != NULL || capsule->n_purposes == 0);
}

bool consent_capsule_senders(const struct consent_case *facts, int32_t day)
{
    (void)day;
    return facts->capsule->collector[0] != '\0' && facts->capsule->n_senders > 0;
}

/* By name, or by type and then within an area. */
bool consent_capsule_recipients(const struct consent_case *facts, int32_t day)
{
    const struct consent *capsule = facts->capsule;
    (void)day;
    if (capsule->n_recipient_types > 0)
        return capsule->area[0] != '\0';
    return capsule->n_recipients > 0;
}

bool consent_capsule_purposes(const struct consent_case *facts, int32_t day)
{
    const struct consent *capsule = facts->capsule;
    (void)day;
    uint64_t purposes = consent_bits(capsule->purposes, capsule->n_purposes);
    return purposes != 0 && consent_within(purposes, UINT64_MAX);
}

bool consent_capsule_data(const struct consent_case *facts, int32_t day)
{
    const struct consent *capsule = facts->capsule;
    (void)day;
    uint64_t data = consent_bits(capsule->data_categories, capsule->n_data_categories);
    return data != 0 && consent_within(data, UINT64_MAX);
}

uint64_t consent_may_preview(const struct consent *capsule)
{
    return consent_bits(capsule->data_categories, capsule->n_data_categories) &
           ~NAMES_A_PERSON;
}

bool consent_capsule_preview(const struct consent_case *facts, int32_t day)
{
    const struct consent *capsule = facts->capsule;
    (void)day;
    uint64_t preview =
            consent_bits(capsule->preview_categories, capsule->n_preview_categories);
    return consent_within(preview, consent_may_preview(capsule));
}

bool consent_capsule_level(const struct consent_case *facts, int32_t day)
{
    (void)day;
    return facts->capsule->level_max >= LEVEL_S0 &&
           facts->capsule->level_max <= LEVEL_S2;
}

bool consent_capsule_term(const struct consent_case *facts, int32_t day)
{
    const struct consent *capsule = facts->capsule;
    (void)day;
    return capsule->from_day > 0 && capsule->from_day <= capsule->until_day &&
           capsule->until_day - capsule->from_day <= CONSENT_DAYS_MAX;
}

bool consent_capsule_onward(const struct consent_case *facts, int32_t day)
{
    (void)day;
    return facts->capsule->onward_depth <= CONSENT_ONWARD_MAX;
}

bool consent_capsule_basis(const struct consent_case *facts, int32_t day)
{
    (void)day;
    return facts->capsule->legal_basis != 0;
}

uint64_t consent_naming(void)
{
    return NAMES_A_PERSON;
}

int64_t consent_from_ms(const struct consent *capsule)
{
    return (int64_t)capsule->from_day * TIME_DAY_MS;
}

bool consent_may_concern(const struct consent *capsule, const char *partner,
        uint16_t partner_type)
{
    return strcmp(capsule->collector, partner) == 0 ||
           consent_has_text(capsule->senders, capsule->n_senders, partner) ||
           consent_has_text(capsule->recipients, capsule->n_recipients, partner) ||
           consent_has_row(capsule->recipient_types, capsule->n_recipient_types,
                   partner_type);
}
