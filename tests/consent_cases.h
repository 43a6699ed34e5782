/* consent_cases.h - every rule of consent, allowing and denying: one letter that may
 * pass, and what is changed of it. */
#ifndef CONSENT_CASES_H
#define CONSENT_CASES_H

#include "tests/consent_world.h"

/* name, the rule that says no ("" when none does), the verdict, and what is changed in
 * world w. */
/* clang-format off */
#define CASES(X) \
    X(nothing_changed, "", CODE_OK, ) \
    \
    X(no_letter, "letter_whole", E_FORMAT, w->facts.core = NULL) \
    X(no_sender, "letter_whole", E_FORMAT, w->core.sender = NULL) \
    X(no_recipient, "letter_whole", E_FORMAT, w->core.recipient = NULL) \
    X(no_on_behalf, "letter_whole", E_FORMAT, w->core.on_behalf_of = NULL) \
    X(no_area, "letter_whole", E_FORMAT, w->core.area = NULL) \
    X(class_control, "letter_personal", E_FORMAT, w->core.class_ = LETTER_CLASS_CONTROL) \
    X(class_rights, "letter_personal", E_FORMAT, w->core.class_ = LETTER_CLASS_RIGHTS) \
    X(class_none, "letter_personal", E_FORMAT, w->core.class_ = LETTER_CLASS_NONE) \
    X(type_event, "letter_personal", E_FORMAT, w->core.type = LETTER_TYPE_EVENT) \
    X(type_none, "letter_personal", E_FORMAT, w->core.type = LETTER_TYPE_NONE) \
    \
    X(no_capsule, "capsule_there", E_CONSENT_NONE, w->facts.capsule = NULL) \
    X(no_id, "capsule_there", E_CONSENT_NONE, w->core.consent_id = w->capsule.consent_id = (struct id){{0}}) \
    X(other_id, "capsule_there", E_CONSENT_NONE, w->core.consent_id.b[15] = 9) \
    X(conflict, "no_conflict", E_CONSENT_CONFLICT, w->facts.conflict = true) \
    X(withdrawn, "not_withdrawn", E_CONSENT_WITHDRAWN, w->facts.withdrawn = true) \
    X(stale, "not_stale", E_CONSENT_STALE, w->facts.stale = true) \
    \
    X(first_day, "", CODE_OK, w->capsule.from_day = TODAY) \
    X(last_day, "", CODE_OK, w->capsule.until_day = TODAY) \
    X(day_before, "in_term", E_CONSENT_EXPIRED, w->capsule.from_day = TODAY + 1) \
    X(day_after, "in_term", E_CONSENT_EXPIRED, w->capsule.until_day = TODAY - 1) \
    X(last_instant_in_brussels, "", CODE_OK, w->now_ms = UNTIL_DAY * (int64_t)TIME_DAY_MS + 22 * TIME_HOUR_MS - 1) \
    X(midnight_in_brussels, "in_term", E_CONSENT_EXPIRED, w->now_ms = UNTIL_DAY * (int64_t)TIME_DAY_MS + 22 * TIME_HOUR_MS) \
    X(before_1970, "in_term", E_CONSENT_EXPIRED, w->now_ms = -TIME_DAY_MS) \
    \
    X(shop_alerts, "", CODE_OK, world_signal(w, PARTNER_TYPE_SHOP, PARTNER_TYPE_MELDPUNT); w->letter_data[0] = DATA_CATEGORY_NEEDS; w->core.n_data_categories = 1) \
    X(shop_names, "alert_only", E_ALERT, world_signal(w, PARTNER_TYPE_SHOP, PARTNER_TYPE_MELDPUNT); w->letter_data[0] = DATA_CATEGORY_CONTACT; w->core.n_data_categories = 1) \
    X(shop_tells_born, "alert_only", E_ALERT, world_signal(w, PARTNER_TYPE_SHOP, PARTNER_TYPE_MELDPUNT); w->letter_data[0] = w->data[5] = DATA_CATEGORY_BIRTH_DATE; w->core.n_data_categories = 1) \
    X(shop_alerts_centre, "alert_only", E_ALERT, world_signal(w, PARTNER_TYPE_SHOP, PARTNER_TYPE_LDC); w->letter_data[0] = DATA_CATEGORY_NEEDS; w->core.n_data_categories = 1; w->capsule.legal_basis = LEGAL_BASIS_CONSENT_EXPLICIT) \
    X(shop_refers, "alert_only", E_ALERT, w->facts.sender_type = PARTNER_TYPE_SHOP) \
    X(shop_is_asked, "alert_only", E_ALERT, w->facts.recipient_type = PARTNER_TYPE_SHOP) \
    \
    X(other_sender, "sender_named", E_CONSENT_RECIPIENT, w->core.sender = w->facts.offer_sender = "stranger") \
    X(second_sender, "", CODE_OK, w->core.sender = w->facts.offer_sender = "homecare-two") \
    X(other_recipient, "recipient_named", E_CONSENT_RECIPIENT, w->core.recipient = w->facts.offer_target = "stranger") \
    X(no_offer_yet, "", CODE_OK, w->facts.offer_sender = w->facts.offer_target = NULL) \
    X(offer_without_sender, "parties_of_offer", E_CONSENT_RECIPIENT, w->facts.offer_sender = NULL) \
    X(offer_without_target, "parties_of_offer", E_CONSENT_RECIPIENT, w->facts.offer_target = NULL) \
    X(sender_of_other_offer, "parties_of_offer", E_CONSENT_RECIPIENT, w->facts.offer_sender = "homecare-two") \
    X(target_of_other_offer, "parties_of_offer", E_CONSENT_RECIPIENT, w->facts.offer_target = "support") \
    X(answer, "", CODE_OK, world_answer(w)) \
    X(answer_to_other, "parties_of_offer", E_CONSENT_RECIPIENT, world_answer(w); w->core.recipient = "homecare-two") \
    X(answer_outside_offer, "sender_named", E_CONSENT_RECIPIENT, world_answer(w); w->facts.offer_sender = w->facts.offer_target = NULL) \
    X(answer_by_unnamed, "recipient_named", E_CONSENT_RECIPIENT, world_answer(w); w->core.sender = w->facts.offer_target = "stranger") \
    \
    X(by_type, "", CODE_OK, world_by_type(w)) \
    X(by_type_other, "recipient_named", E_CONSENT_RECIPIENT, world_by_type(w); w->facts.recipient_type = PARTNER_TYPE_CAW) \
    X(by_type_unknown, "recipient_named", E_CONSENT_RECIPIENT, world_by_type(w); w->recipient_types[0] = w->facts.recipient_type = 0) \
    X(by_type_elsewhere, "area_agreed", E_CONSENT_AREA, world_by_type(w); w->facts.recipient_n_areas = 1) \
    X(by_type_nowhere, "area_agreed", E_CONSENT_AREA, world_by_type(w); w->facts.recipient_areas = NULL) \
    X(by_type_letter_elsewhere, "area_agreed", E_CONSENT_AREA, world_by_type(w); w->core.area = "44021") \
    X(by_type_letter_without_area, "", CODE_OK, world_by_type(w); w->core.area = "") \
    X(by_type_answer, "", CODE_OK, world_by_type(w); world_answer(w); w->facts.recipient_n_areas = 0) \
    X(by_type_answer_elsewhere, "area_agreed", E_CONSENT_AREA, world_by_type(w); world_answer(w); w->core.area = "44021") \
    X(by_name_elsewhere, "", CODE_OK, w->capsule.area = "44021"; w->facts.recipient_n_areas = 0) \
    \
    X(antenna, "", CODE_OK, world_antenna(w)) \
    X(antenna_of_other, "recipient_named", E_CONSENT_RECIPIENT, world_antenna(w); w->facts.recipient_supports = false) \
    X(antenna_not_named, "recipient_named", E_CONSENT_RECIPIENT, world_antenna(w); w->capsule.n_recipients = 2) \
    X(antenna_support_not_named, "recipient_named", E_CONSENT_RECIPIENT, world_antenna(w); w->recipients[1] = "other") \
    X(antenna_answer, "recipient_named", E_CONSENT_RECIPIENT, world_answer(w); w->core.on_behalf_of = "antenna"; w->facts.recipient_supports = true) \
    X(antenna_support_not_bound, "secrecy_bound", E_SECRECY, world_antenna(w); w->facts.partnership.secrecy_bound_of_recipient = false) \
    X(antenna_ordinary, "", CODE_OK, world_antenna(w); world_preview(w); w->facts.partnership.secrecy_bound_of_recipient = false) \
    \
    X(forward, "", CODE_OK, world_forward(w)) \
    X(forward_unsaid, "sender_named", E_CONSENT_RECIPIENT, world_forward(w); w->facts.onward_used = 0) \
    X(forward_by_type, "", CODE_OK, world_forward(w); w->recipients[0] = "other"; w->capsule.n_recipient_types = 1; w->capsule.area = "11002") \
    X(forward_by_unnamed, "sender_named", E_CONSENT_RECIPIENT, world_forward(w); w->recipients[0] = "other") \
    X(forward_not_allowed, "onward_kept", E_CONSENT_ONWARD, world_forward(w); w->capsule.onward_depth = 0) \
    X(forward_too_far, "onward_kept", E_CONSENT_ONWARD, world_forward(w); w->facts.onward_used = 2) \
    \
    X(second_purpose, "partnership_purpose", E_PARTNERSHIP, w->core.purpose = PURPOSE_CONTACT_AND_VISIT) \
    X(other_purpose, "purpose_agreed", E_CONSENT_PURPOSE, w->core.purpose = PURPOSE_QUALITY_REVIEW) \
    X(no_purpose, "purpose_agreed", E_CONSENT_PURPOSE, w->core.purpose = 0) \
    X(other_data, "data_agreed", E_CONSENT_DATA, w->letter_data[1] = DATA_CATEGORY_FINANCE) \
    X(no_data_row, "data_agreed", E_CONSENT_DATA, w->letter_data[1] = 0) \
    X(data_row_too_far, "data_agreed", E_CONSENT_DATA, w->letter_data[1] = 64) \
    X(data_null, "data_agreed", E_CONSENT_DATA, w->core.data_categories = NULL) \
    X(data_none, "", CODE_OK, w->core.data_categories = NULL; w->core.n_data_categories = 0) \
    X(preview, "", CODE_OK, world_preview(w)) \
    X(preview_more, "preview_agreed", E_CONSENT_DATA, world_preview(w); w->letter_data[1] = DATA_CATEGORY_STRENGTHS) \
    X(preview_names, "preview_agreed", E_CONSENT_DATA, world_preview(w); w->letter_data[1] = DATA_CATEGORY_CONTACT; w->core.level = LEVEL_S1) \
    X(info_reply, "", CODE_OK, world_preview(w); w->core.type = LETTER_TYPE_INFO_REPLY) \
    X(info_reply_more, "preview_agreed", E_CONSENT_DATA, w->core.type = LETTER_TYPE_INFO_REPLY) \
    X(actual_as_declared, "", CODE_OK, w->facts.actual_known = true; w->facts.actual_categories = BIT(DATA_CATEGORY_NEEDS)) \
    X(actual_nothing, "", CODE_OK, w->facts.actual_known = true) \
    X(actual_undeclared, "data_declared", E_CONSENT_DATA, w->facts.actual_known = true; w->facts.actual_categories = BIT(DATA_CATEGORY_HEALTH)) \
    X(actual_not_a_row, "data_declared", E_CONSENT_DATA, w->facts.actual_known = true; w->facts.actual_categories = 1) \
    X(actual_unknown, "", CODE_OK, w->facts.actual_categories = BIT(DATA_CATEGORY_HEALTH)) \
    X(level_above, "level_agreed", E_LEVEL, w->capsule.level_max = LEVEL_S0) \
    X(level_equal, "", CODE_OK, w->capsule.level_max = LEVEL_S1) \
    X(level_none, "level_agreed", E_LEVEL, w->core.level = LEVEL_NONE) \
    X(level_unknown, "level_agreed", E_LEVEL, w->core.level = (enum level)(LEVEL_S2 + 1)) \
    X(level_too_low, "level_honest", E_LEVEL, w->core.level = LEVEL_S0) \
    X(level_too_low_for_health, "level_honest", E_LEVEL, w->letter_data[1] = DATA_CATEGORY_HEALTH) \
    X(level_raised, "", CODE_OK, w->core.level = LEVEL_S2) \
    \
    X(basis_consent, "", CODE_OK, w->capsule.legal_basis = LEGAL_BASIS_CONSENT) \
    X(basis_obligation, "legal_ground", E_CONSENT_BASIS, w->capsule.legal_basis = LEGAL_BASIS_LEGAL_OBLIGATION) \
    X(basis_authority, "legal_ground", E_CONSENT_BASIS, w->capsule.legal_basis = LEGAL_BASIS_OFFICIAL_AUTHORITY) \
    X(basis_public, "legal_ground", E_CONSENT_BASIS, w->capsule.legal_basis = LEGAL_BASIS_PUBLIC_INTEREST) \
    X(basis_unknown, "legal_ground", E_CONSENT_BASIS, w->capsule.legal_basis = N_LEGAL_BASIS) \
    X(vital_to_centre, "legal_ground", E_CONSENT_BASIS, w->capsule.legal_basis = LEGAL_BASIS_VITAL_INTEREST) \
    X(vital_to_meldpunt, "", CODE_OK, w->capsule.legal_basis = LEGAL_BASIS_VITAL_INTEREST; w->facts.recipient_type = PARTNER_TYPE_MELDPUNT) \
    X(vital_answer, "", CODE_OK, w->capsule.legal_basis = LEGAL_BASIS_VITAL_INTEREST; world_answer(w); w->facts.sender_type = PARTNER_TYPE_MELDPUNT) \
    X(vital_answer_by_centre, "legal_ground", E_CONSENT_BASIS, w->capsule.legal_basis = LEGAL_BASIS_VITAL_INTEREST; world_answer(w); w->facts.recipient_type = PARTNER_TYPE_MELDPUNT) \
    X(signal_consent, "", CODE_OK, world_signal(w, PARTNER_TYPE_PHARMACY, PARTNER_TYPE_LDC); w->capsule.legal_basis = LEGAL_BASIS_CONSENT) \
    X(signal_to_meldpunt, "", CODE_OK, world_signal(w, PARTNER_TYPE_PHARMACY, PARTNER_TYPE_MELDPUNT)) \
    X(signal_to_crisis, "", CODE_OK, world_signal(w, PARTNER_TYPE_MELDPUNT, PARTNER_TYPE_CRISIS)) \
    X(signal_meldpunt_to_centre, "signal_ground", E_SECRECY, world_signal(w, PARTNER_TYPE_MELDPUNT, PARTNER_TYPE_LDC)) \
    X(signal_other_to_crisis, "signal_ground", E_SECRECY, world_signal(w, PARTNER_TYPE_PHARMACY, PARTNER_TYPE_CRISIS)) \
    X(signal_to_unknown, "signal_ground", E_SECRECY, world_signal(w, 0, 0)) \
    X(signal_obligation, "signal_ground", E_SECRECY, world_signal(w, PARTNER_TYPE_PHARMACY, PARTNER_TYPE_MELDPUNT); w->capsule.legal_basis = LEGAL_BASIS_LEGAL_OBLIGATION) \
    \
    X(not_bound, "secrecy_bound", E_SECRECY, w->facts.partnership.secrecy_bound_of_recipient = false) \
    X(not_bound_ordinary, "", CODE_OK, world_preview(w); w->facts.partnership.secrecy_bound_of_recipient = false) \
    X(called_not_personal, "secrecy_ground", E_SECRECY, w->capsule.secrecy_basis = SECRECY_BASIS_NOT_PERSONAL) \
    X(no_secrecy_basis, "secrecy_ground", E_SECRECY, w->capsule.secrecy_basis = 0) \
    X(secrecy_basis_unknown, "secrecy_ground", E_SECRECY, w->capsule.secrecy_basis = N_SECRECY_BASIS) \
    X(no_secrecy_basis_ordinary, "", CODE_OK, world_preview(w); w->capsule.secrecy_basis = 0) \
    X(rightly_not_personal, "", CODE_OK, world_preview(w); w->capsule.secrecy_basis = SECRECY_BASIS_NOT_PERSONAL) \
    X(first_claim, "", CODE_OK, w->facts.first_claim = true) \
    X(first_claim_special, "not_to_many", E_SECRECY, w->facts.first_claim = true; w->core.level = LEVEL_S2) \
    \
    X(no_partnership, "partnership_active", E_PARTNERSHIP, w->facts.partnership.state = PARTNERSHIP_NONE) \
    X(half_partnership, "partnership_active", E_PARTNERSHIP, w->facts.partnership.state = PARTNERSHIP_ONE_SIDED) \
    X(ended_partnership, "partnership_active", E_PARTNERSHIP, w->facts.partnership.state = PARTNERSHIP_ENDED) \
    X(partnership_other_purpose, "partnership_purpose", E_PARTNERSHIP, w->facts.partnership.purposes = BIT(PURPOSE_QUALITY_REVIEW)) \
    X(partnership_other_data, "partnership_data", E_PARTNERSHIP, w->facts.partnership.data_categories = BIT(DATA_CATEGORY_NEEDS)) \
    X(niss, "niss_agreed", E_NISS, w->letter_data[1] = DATA_CATEGORY_IDENTIFIER; w->core.level = LEVEL_S2) \
    X(niss_allowed, "", CODE_OK, w->letter_data[1] = DATA_CATEGORY_IDENTIFIER; w->core.level = LEVEL_S2; w->facts.partnership.niss_allowed = true) \
    \
    X(content_before_accept, "offer_accepted", E_TRANSITION, w->facts.offer_accepted = false) \
    X(content_lodged, "", CODE_OK, w->facts.offer_accepted = false; w->facts.lodging = true) \
    X(text, "", CODE_OK, w->core.type = LETTER_TYPE_TEXT) \
    X(text_before_accept, "offer_accepted", E_TRANSITION, w->core.type = LETTER_TYPE_TEXT; w->facts.offer_accepted = false; w->facts.lodging = true) \
    X(visit, "", CODE_OK, w->core.type = LETTER_TYPE_VISIT) \
    X(visit_before_accept, "offer_accepted", E_TRANSITION, w->core.type = LETTER_TYPE_VISIT; w->facts.offer_accepted = false; w->facts.lodging = true) \
    X(info_request, "", CODE_OK, world_answer(w); w->core.type = LETTER_TYPE_INFO_REQUEST; w->facts.offer_accepted = false) \
    \
    X(capsule_no_collector, "capsule_whole", E_FORMAT, w->capsule.collector = NULL) \
    X(capsule_no_area, "capsule_whole", E_FORMAT, w->capsule.area = NULL) \
    X(capsule_senders_null, "capsule_whole", E_FORMAT, w->capsule.senders = NULL) \
    X(capsule_sender_null, "capsule_whole", E_FORMAT, w->senders[1] = NULL) \
    X(capsule_recipients_null, "capsule_whole", E_FORMAT, w->capsule.recipients = NULL) \
    X(capsule_recipient_null, "capsule_whole", E_FORMAT, w->recipients[2] = NULL) \
    X(capsule_types_null, "capsule_whole", E_FORMAT, world_by_type(w); w->capsule.recipient_types = NULL) \
    X(capsule_types_empty, "", CODE_OK, w->capsule.recipient_types = NULL) \
    X(capsule_purposes_null, "capsule_whole", E_FORMAT, w->capsule.purposes = NULL) \
    X(capsule_purposes_empty, "capsule_purposes", E_FIELD, w->capsule.purposes = NULL; w->capsule.n_purposes = 0) \
    X(capsule_purpose_none, "capsule_purposes", E_FIELD, w->purposes[1] = 0) \
    X(capsule_collector_empty, "capsule_senders", E_FIELD, w->capsule.collector = "") \
    X(capsule_senders_empty, "capsule_senders", E_FIELD, w->capsule.n_senders = 0) \
    X(capsule_recipients_empty, "capsule_recipients", E_FIELD, w->capsule.n_recipients = 0) \
    X(capsule_type_without_area, "capsule_recipients", E_FIELD, world_by_type(w); w->capsule.area = "") \
    X(capsule_data_null, "capsule_data", E_FIELD, w->capsule.data_categories = NULL) \
    X(capsule_data_empty, "capsule_data", E_FIELD, w->capsule.n_data_categories = 0) \
    X(capsule_data_none, "capsule_data", E_FIELD, w->data[5] = 0) \
    X(capsule_preview_null, "capsule_preview", E_FIELD, w->capsule.preview_categories = NULL) \
    X(capsule_preview_empty, "", CODE_OK, w->capsule.n_preview_categories = 0) \
    X(capsule_preview_more, "capsule_preview", E_FIELD, w->preview[1] = DATA_CATEGORY_FINANCE) \
    X(capsule_preview_contact, "capsule_preview", E_FIELD, w->preview[1] = DATA_CATEGORY_CONTACT) \
    X(capsule_preview_birth, "capsule_preview", E_FIELD, w->data[5] = w->preview[1] = DATA_CATEGORY_BIRTH_DATE) \
    X(capsule_preview_niss, "capsule_preview", E_FIELD, w->preview[1] = DATA_CATEGORY_IDENTIFIER) \
    X(capsule_level_none, "capsule_level", E_FIELD, w->capsule.level_max = LEVEL_NONE) \
    X(capsule_level_unknown, "capsule_level", E_FIELD, w->capsule.level_max = (enum level)(LEVEL_S2 + 1)) \
    X(capsule_no_first_day, "capsule_term", E_TTL, w->capsule.from_day = 0; w->capsule.until_day = 1) \
    X(capsule_no_last_day, "capsule_term", E_TTL, w->capsule.until_day = 0) \
    X(capsule_backwards, "capsule_term", E_TTL, w->capsule.until_day = FROM_DAY - 1) \
    X(capsule_longest, "", CODE_OK, w->capsule.until_day = FROM_DAY + CONSENT_DAYS_MAX) \
    X(capsule_too_long, "capsule_term", E_TTL, w->capsule.until_day = FROM_DAY + CONSENT_DAYS_MAX + 1) \
    X(capsule_for_ever, "capsule_term", E_TTL, w->capsule.until_day = UINT32_MAX) \
    X(capsule_far_ahead, "in_term", E_CONSENT_EXPIRED, w->capsule.from_day = w->capsule.until_day = UINT32_MAX) \
    X(capsule_deepest, "", CODE_OK, w->capsule.onward_depth = CONSENT_ONWARD_MAX) \
    X(capsule_too_deep, "capsule_onward", E_FIELD, w->capsule.onward_depth = CONSENT_ONWARD_MAX + 1) \
    X(capsule_no_basis, "capsule_basis", E_CONSENT_BASIS, w->capsule.legal_basis = 0)
/* clang-format on */

#define CHANGE(name, rule, verdict, ...)                                               \
    static void change_##name(struct world *w)                                         \
    {                                                                                  \
        (void)w;                                                                       \
        __VA_ARGS__;                                                                   \
    }
CASES(CHANGE)

#define ROW(name, rule, verdict, ...) {#name, rule, verdict, change_##name},
static const struct {
    const char *name;
    const char *rule;
    enum code verdict;
    void (*change)(struct world *);
} ROWS[] = {CASES(ROW)};

/* The first rule that says no; "" when all say yes. */
static inline const char *first_no(const struct world *w)
{
    size_t n_rules;
    const struct consent_rule *rules = consent_rules(&n_rules);
    for (size_t i = 0; i < n_rules; i++)
        if (!rules[i].holds(&w->facts, time_brussels_day(w->now_ms)))
            return rules[i].id;
    return "";
}

#endif
