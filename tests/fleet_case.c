/* fleet_case.c - the usual questions of staff. */
#include "tests/fleet_case.h"

#include "core/vocab.h"

enum { PAGE = 200 };

/* Everything but the national number, which no gateway can allow. */
static const uint16_t CATEGORIES[] = {DATA_CATEGORY_CONTACT, DATA_CATEGORY_AREA,
        DATA_CATEGORY_AGE_BAND, DATA_CATEGORY_BIRTH_DATE, DATA_CATEGORY_LANGUAGE,
        DATA_CATEGORY_HOUSEHOLD, DATA_CATEGORY_NETWORK, DATA_CATEGORY_NEEDS,
        DATA_CATEGORY_STRENGTHS, DATA_CATEGORY_HOUSING, DATA_CATEGORY_FINANCE,
        DATA_CATEGORY_FUNCTION, DATA_CATEGORY_HEALTH, DATA_CATEGORY_MENTAL,
        DATA_CATEGORY_SAFETY, DATA_CATEGORY_LEGAL_STATUS,
        DATA_CATEGORY_SERVICE_HISTORY};
static const uint16_t PREVIEW[] = {DATA_CATEGORY_AREA, DATA_CATEGORY_AGE_BAND,
        DATA_CATEGORY_LANGUAGE, DATA_CATEGORY_NEEDS, DATA_CATEGORY_STRENGTHS};
static const uint16_t PURPOSES[] = {PURPOSE_CARE_COORDINATION,
        PURPOSE_CONTACT_AND_VISIT};
static const uint16_t NEEDS[] = {NEED_CATEGORY_LONELINESS_ISOLATION};
static const struct need_outcome OUTCOMES[] = {
        {.need = NEED_CATEGORY_LONELINESS_ISOLATION,
         .outcome = OUTCOME_NETWORK_STRENGTHENED},
};

bool fleet_sees_partnership(struct fleet *fleet, const char *id, const char *other,
        const char *state)
{
    const struct list_directory list = {.partner = other};
    const struct request request = {.directory = &list};
    const struct reply *reply = fleet_ask(fleet, id, &request);

    return reply->directory != NULL && reply->directory->n_entries == 1 &&
           reply->directory->entries[0].has_key &&
           strcmp(reply->directory->entries[0].partnership, state) == 0;
}

void fleet_agree(struct fleet *fleet, const char *one, const char *other)
{
    const struct partnership_change propose = {.verb = PARTNERSHIP_VERB_PROPOSE,
            .partner = other,
            .purposes = PURPOSES,
            .n_purposes = COUNT_OF(PURPOSES),
            .data_categories = CATEGORIES,
            .n_data_categories = COUNT_OF(CATEGORIES),
            .own_secrecy_bound = true,
            .their_secrecy_bound = true,
            .own_reason = "decree",
            .their_reason = "decree"};
    const struct partnership_change agree = {.verb = PARTNERSHIP_VERB_AGREE,
            .partner = one};
    const struct request first = {.partnership = &propose},
                         second = {.partnership = &agree};

    fleet_must(fleet, one, &first, "");
    FLEET_UNTIL(fleet, fleet_sees_partnership(fleet, other, one, "to_agree"));
    fleet_must(fleet, other, &second, "");
    FLEET_UNTIL(fleet, fleet_sees_partnership(fleet, one, other, "active"));
    FLEET_UNTIL(fleet, fleet_sees_partnership(fleet, other, one, "active"));
}

uint64_t fleet_consent(struct fleet *fleet, const char *id, const char *person,
        const char *recipient)
{
    const struct consent_give give = {.person = person,
            .how = CONSENT_HOW_IN_PERSON,
            .recipients = &recipient,
            .n_recipients = 1,
            .purposes = PURPOSES,
            .n_purposes = COUNT_OF(PURPOSES),
            .data_categories = CATEGORIES,
            .n_data_categories = COUNT_OF(CATEGORIES),
            .preview_categories = PREVIEW,
            .n_preview_categories = COUNT_OF(PREVIEW),
            .level_max = LEVEL_S2,
            .legal_basis = LEGAL_BASIS_CONSENT_EXPLICIT,
            .language = "nl"};
    const struct request request = {.consent_give = &give};

    return fleet_must(fleet, id, &request, "")->made->consent_number;
}

void fleet_refer_note(struct refer_note *note, uint64_t consent, const char *candidate,
        const char *name)
{
    note->candidate = candidate;
    note->person = (struct person){.name = name,
            .address = "Voorbeeldstraat 12",
            .phone = "02 000 00 00",
            .language = "nl",
            .household = HOUSEHOLD_ALONE,
            .age_band = AGE_BAND_80_89};
    note->referral = (struct referral){.person = &note->person,
            .strengths = "tells stories",
            .needs = NEEDS,
            .n_needs = COUNT_OF(NEEDS),
            .reason = "lives alone",
            .reason_language = "en",
            .handover_mode = HANDOVER_MODE_WARM_VISIT};
    note->refer = (struct refer){.consent_number = consent,
            .candidates = &note->candidate,
            .n_candidates = 1,
            .mode = MODE_DIRECT,
            .purpose = PURPOSE_CARE_COORDINATION,
            .urgency = URGENCY_ROUTINE,
            .area = "21004",
            .referral = &note->referral};
    note->request = (struct request){.refer = &note->refer};
}

uint64_t fleet_refer(struct fleet *fleet, const char *id, uint64_t consent,
        const char *candidate, const char *name)
{
    struct refer_note note;

    fleet_refer_note(&note, consent, candidate, name);
    return fleet_must(fleet, id, &note.request, "")->made->case_number;
}

void fleet_act_note(struct act_note *note, uint64_t case_number, enum offer_event event)
{
    note->said = (struct event_content){.note = ""};
    note->act = (struct act){.case_number = case_number,
            .event = event,
            .said = &note->said};
    note->request = (struct request){.act = &note->act};
    switch ((int)event) {
    case OFFER_EVENT_DECLINE:
        note->said.decline_reason = DECLINE_REASON_VOLUNTEERS_AT_LIMIT;
        break;
    case OFFER_EVENT_CANCEL:
        note->said.cancel_reason = CANCEL_REASON_NO_LONGER_NEEDED;
        break;
    case OFFER_EVENT_START: note->said.visit_result = VISIT_RESULT_MET; break;
    case OFFER_EVENT_OUTCOME:
        note->said.outcomes = OUTCOMES;
        note->said.n_outcomes = COUNT_OF(OUTCOMES);
        break;
    case OFFER_EVENT_CONFIRM: note->said.close_reason = CLOSE_REASON_MET; break;
    default: break;
    }
}

void fleet_act(struct fleet *fleet, const char *id, uint64_t case_number,
        enum offer_event event)
{
    struct act_note note;

    fleet_act_note(&note, case_number, event);
    /* The step before may still be on its way to the broker and back. */
    FLEET_UNTIL(fleet,
            strcmp(fleet_ask(fleet, id, &note.request)->code, "E_PENDING") != 0);
    if (fleet->reply.code[0] != '\0')
        fleet_fail(fleet, "%s answered \"%s\" to %s: %s", id, fleet->reply.code,
                offer_event_name(event), fleet->reply.sentence);
}

const struct case_list *fleet_cases(struct fleet *fleet, const char *id,
        enum case_box box, uint64_t after)
{
    const struct list_cases list = {.box = box, .after = after, .limit = PAGE};
    const struct request request = {.inbox = &list};

    return fleet_must(fleet, id, &request, "")->cases;
}

size_t fleet_count_cases(struct fleet *fleet, const char *id, enum case_box box)
{
    const struct case_list *page = NULL;
    uint64_t after = 0;
    size_t n = 0;

    do {
        page = fleet_cases(fleet, id, box, after);
        n += page->n_cases;
        if (page->n_cases > 0)
            after = page->cases[page->n_cases - 1].number;
    } while (page->more && page->n_cases > 0);
    return n;
}

uint64_t fleet_first_case(struct fleet *fleet, const char *id, enum case_box box)
{
    const struct case_list *page = fleet_cases(fleet, id, box, 0);

    return page->n_cases > 0 ? page->cases[0].number : 0;
}

uint64_t fleet_wait_case(struct fleet *fleet, const char *id, enum case_box box)
{
    uint64_t number = 0;

    FLEET_UNTIL(fleet, (number = fleet_first_case(fleet, id, box)) != 0);
    return number;
}

const struct case_detail *fleet_show(struct fleet *fleet, const char *id,
        uint64_t case_number)
{
    const struct show_case show = {.number = case_number};
    const struct request request = {.show = &show};

    return fleet_must(fleet, id, &request, "")->case_;
}

enum offer_state fleet_state(struct fleet *fleet, const char *id, uint64_t case_number)
{
    return fleet_show(fleet, id, case_number)->line->state;
}
