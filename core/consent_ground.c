/* consent_ground.c - rules of consent: on what ground, under which secrecy and
 * partnership? */
#include "core/consent_inner.h"

/* The person's own word; or a vital interest, and then only to the reporting point, and
 * from there to crisis help. No other basis opens a way: what the law orders or a task
 * of the authorities asks is not for this network to carry. */
static bool ground_holds(const struct consent_case *facts)
{
    struct consent_ends ends = consent_ends(facts);

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

bool consent_signal_ground(const struct consent_case *facts, int32_t day)
{
    (void)day;
    return facts->core->type != LETTER_TYPE_SIGNAL || ground_holds(facts);
}

bool consent_legal_ground(const struct consent_case *facts, int32_t day)
{
    (void)day;
    return ground_holds(facts);
}

bool consent_secrecy_bound(const struct consent_case *facts, int32_t day)
{
    (void)day;
    return facts->core->level == LEVEL_S0 ||
           facts->partnership.secrecy_bound_of_recipient;
}

bool consent_secrecy_ground(const struct consent_case *facts, int32_t day)
{
    (void)day;
    uint16_t basis = facts->capsule->secrecy_basis;
    return facts->core->level == LEVEL_S0 ||
           (basis != 0 && basis < N_SECRECY_BASIS &&
                   basis != SECRECY_BASIS_NOT_PERSONAL);
}

bool consent_not_to_many(const struct consent_case *facts, int32_t day)
{
    (void)day;
    return facts->core->level != LEVEL_S2 || !facts->first_claim;
}

bool consent_partnership_active(const struct consent_case *facts, int32_t day)
{
    (void)day;
    return facts->partnership.state == PARTNERSHIP_ACTIVE;
}

bool consent_partnership_purpose(const struct consent_case *facts, int32_t day)
{
    (void)day;
    return consent_within(consent_bits(&facts->core->purpose, 1),
            facts->partnership.purposes);
}

bool consent_partnership_data(const struct consent_case *facts, int32_t day)
{
    (void)day;
    return consent_within(consent_declared(facts->core),
            facts->partnership.data_categories);
}

bool consent_niss_agreed(const struct consent_case *facts, int32_t day)
{
    (void)day;
    return (consent_declared(facts->core) & CONSENT_BIT(DATA_CATEGORY_IDENTIFIER)) ==
                   0 ||
           facts->partnership.niss_allowed;
}

bool consent_offer_accepted(const struct consent_case *facts, int32_t day)
{
    (void)day;
    switch ((int)facts->core->type) {
    case LETTER_TYPE_CONTENT: return facts->offer_accepted || facts->lodging;
    case LETTER_TYPE_TEXT:
    case LETTER_TYPE_VISIT: return facts->offer_accepted;
    default: return true;
    }
}
