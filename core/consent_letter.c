/* consent_letter.c - rules of consent: between whom does the letter go, with what, what
 * for? */
#include "core/consent_inner.h"

/* --- between whom? --- */

struct consent_ends consent_ends(const struct consent_case *facts)
{
    const struct letter_core *core = facts->core;
    bool answer = facts->offer_sender != NULL && facts->offer_target != NULL &&
                  strcmp(core->sender, facts->offer_target) == 0 &&
                  strcmp(core->recipient, facts->offer_sender) == 0;

    if (answer)
        return (struct consent_ends){core->recipient, core->sender,
                facts->recipient_type, facts->sender_type, true};
    return (struct consent_ends){core->sender, core->recipient, facts->sender_type,
            facts->recipient_type, false};
}

bool consent_in_term(const struct consent_case *facts, int32_t day)
{
    return day >= (int64_t)facts->capsule->from_day &&
           day <= (int64_t)facts->capsule->until_day;
}

bool consent_parties_of_offer(const struct consent_case *facts, int32_t day)
{
    struct consent_ends ends = consent_ends(facts);
    (void)day;
    if (facts->offer_sender == NULL && facts->offer_target == NULL)
        return true;
    return facts->offer_sender != NULL && facts->offer_target != NULL &&
           strcmp(ends.from, facts->offer_sender) == 0 &&
           strcmp(ends.to, facts->offer_target) == 0;
}

/* Who is not known to be something else is taken for a shop. */
bool consent_only_alerts(uint16_t partner_type)
{
    return partner_type == 0 || partner_type == PARTNER_TYPE_SHOP;
}

/* A shop is bound by nothing: it tells the reporting point what it saw, and not of
 * whom; nothing about a person is sent to it. */
bool consent_alert_only(const struct consent_case *facts, int32_t day)
{
    static const uint64_t WHO = UINT64_C(1) << DATA_CATEGORY_CONTACT |
                                UINT64_C(1) << DATA_CATEGORY_BIRTH_DATE |
                                UINT64_C(1) << DATA_CATEGORY_IDENTIFIER;
    (void)day;
    if (consent_only_alerts(facts->recipient_type))
        return false;
    return !consent_only_alerts(facts->sender_type) ||
           (facts->core->type == LETTER_TYPE_SIGNAL &&
                   facts->recipient_type == PARTNER_TYPE_MELDPUNT &&
                   (consent_declared(facts->core) & WHO) == 0);
}

/* Who was given a case under this capsule may hand it on, as far as onward_kept says.
 */
bool consent_sender_named(const struct consent_case *facts, int32_t day)
{
    const struct consent *capsule = facts->capsule;
    struct consent_ends ends = consent_ends(facts);
    (void)day;
    if (consent_has_text(capsule->senders, capsule->n_senders, ends.from))
        return true;
    return facts->onward_used > 0 &&
           (consent_has_text(capsule->recipients, capsule->n_recipients, ends.from) ||
                   consent_has_row(capsule->recipient_types, capsule->n_recipient_types,
                           ends.from_type));
}

/* An antenna has no node: the consent names it, and the partner whose node and key it
 * uses. */
bool consent_recipient_named(const struct consent_case *facts, int32_t day)
{
    const struct consent *capsule = facts->capsule;
    const char *behalf = facts->core->on_behalf_of;
    struct consent_ends ends = consent_ends(facts);
    (void)day;
    bool by_id = consent_has_text(capsule->recipients, capsule->n_recipients, ends.to);
    if (behalf[0] != '\0')
        return !ends.answer && facts->recipient_supports && by_id &&
               consent_has_text(capsule->recipients, capsule->n_recipients, behalf);
    return by_id || consent_has_row(capsule->recipient_types,
                            capsule->n_recipient_types, ends.to_type);
}

bool consent_onward_kept(const struct consent_case *facts, int32_t day)
{
    (void)day;
    return facts->onward_used <= facts->capsule->onward_depth;
}

/* Only a recipient that is named by its type is bound to the area; where the target
 * works was looked at when the offer was made, so an answer is held to the area of the
 * letter alone. */
bool consent_area_agreed(const struct consent_case *facts, int32_t day)
{
    const struct consent *capsule = facts->capsule;
    struct consent_ends ends = consent_ends(facts);
    (void)day;
    if (consent_has_text(capsule->recipients, capsule->n_recipients, ends.to))
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

/* --- what, and what for? --- */

bool consent_purpose_agreed(const struct consent_case *facts, int32_t day)
{
    const struct consent *capsule = facts->capsule;
    (void)day;
    return consent_has_row(capsule->purposes, capsule->n_purposes,
            facts->core->purpose);
}

bool consent_data_agreed(const struct consent_case *facts, int32_t day)
{
    const struct consent *capsule = facts->capsule;
    (void)day;
    return consent_within(consent_declared(facts->core),
            consent_bits(capsule->data_categories, capsule->n_data_categories));
}

/* Before the accept nobody sees more than the preview, also not in answer to a
 * question; a coordinator never does. */
bool consent_preview_agreed(const struct consent_case *facts, int32_t day)
{
    const struct consent *capsule = facts->capsule;
    (void)day;
    if (facts->core->type != LETTER_TYPE_PREVIEW &&
            facts->core->type != LETTER_TYPE_OVERVIEW &&
            facts->core->type != LETTER_TYPE_INFO_REPLY)
        return true;
    return consent_within(consent_declared(facts->core),
            consent_bits(capsule->preview_categories, capsule->n_preview_categories));
}

bool consent_data_declared(const struct consent_case *facts, int32_t day)
{
    (void)day;
    return !facts->actual_known ||
           consent_within(facts->actual_categories, consent_declared(facts->core));
}

bool consent_level_agreed(const struct consent_case *facts, int32_t day)
{
    (void)day;
    return facts->core->level >= LEVEL_S0 &&
           facts->core->level <= facts->capsule->level_max;
}

bool consent_level_honest(const struct consent_case *facts, int32_t day)
{
    (void)day;
    return facts->core->level >= consent_level_of(consent_declared(facts->core));
}
