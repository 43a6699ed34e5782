/* forge.c - capsule, preview and content of a referral by our own codecs. */
#include "tests/forge.h"

#include "core/hash.h"
#include "core/lifecycle.h"
#include "core/time.h"
#include "core/vocab.h"
#include "core/wire.h"

static const uint16_t PURPOSES[] = {PURPOSE_CARE_COORDINATION};
static const uint16_t SHOWN[] = {DATA_CATEGORY_AREA, DATA_CATEGORY_LANGUAGE,
        DATA_CATEGORY_NEEDS};
static const uint16_t TOLD[] = {DATA_CATEGORY_CONTACT, DATA_CATEGORY_AREA,
        DATA_CATEGORY_LANGUAGE, DATA_CATEGORY_NEEDS};
static const uint16_t NEEDS[] = {NEED_CATEGORY_LONELINESS_ISOLATION};

static void forge_core(const struct forged *forged, struct letter_core *core)
{
    *core = (struct letter_core){.recipient = forged->recipient,
            .on_behalf_of = "",
            .consent_id = forged->capsule.consent_id,
            .purpose = PURPOSE_CARE_COORDINATION,
            .level = LEVEL_S1,
            .urgency = URGENCY_ROUTINE,
            .area = "21004"};
    hash_random(&core->referral_id, sizeof core->referral_id);
    hash_random(&core->offer_id, sizeof core->offer_id);
}

void forge_referral(const struct evil *evil, const char *recipient,
        struct forged *forged)
{
    uint32_t today = (uint32_t)time_brussels_day(sim_now());

    *forged = (struct forged){.sender = evil->name,
            .recipient = recipient,
            .with_capsule = true};
    forged->capsule = (struct consent){.v = 1,
            .collector = forged->sender,
            .senders = &forged->sender,
            .n_senders = 1,
            .recipients = &forged->recipient,
            .n_recipients = 1,
            .area = "",
            .purposes = PURPOSES,
            .n_purposes = COUNT_OF(PURPOSES),
            .data_categories = TOLD,
            .n_data_categories = COUNT_OF(TOLD),
            .preview_categories = SHOWN,
            .n_preview_categories = COUNT_OF(SHOWN),
            .level_max = LEVEL_S1,
            .from_day = today,
            .until_day = today + 30,
            .legal_basis = LEGAL_BASIS_CONSENT_EXPLICIT,
            .secrecy_basis = SECRECY_BASIS_PERSON_CONSENT};
    hash_random(&forged->capsule.consent_id, sizeof forged->capsule.consent_id);
    hash_random(&forged->capsule.record_hash, sizeof forged->capsule.record_hash);
    forge_core(forged, &forged->preview);
    forged->content = forged->preview;
    forged->preview.type = LETTER_TYPE_PREVIEW;
    forged->preview.level = LEVEL_S0;
    forged->preview.event = OFFER_EVENT_OFFER;
    forged->preview.data_categories = SHOWN;
    forged->preview.n_data_categories = COUNT_OF(SHOWN);
    forged->content.type = LETTER_TYPE_CONTENT;
    forged->content.data_categories = TOLD;
    forged->content.n_data_categories = COUNT_OF(TOLD);
    forged->shown = (struct preview){.needs = NEEDS, .n_needs = 1, .language = "nl"};
    forged->person = (struct person){.name = "Rosa Voorbeeld",
            .phone = "02 000 00 00",
            .language = "nl"};
    forged->told =
            (struct referral){.person = &forged->person, .needs = NEEDS, .n_needs = 1};
}

void forge_sign(struct evil *evil, struct forged *forged)
{
    forged->signed_capsule =
            evil_sign(evil, KIND_CONSENT, &WIRE_CONSENT, &forged->capsule);
}

struct span forge_preview(struct evil *evil, struct forged *forged)
{
    struct content content = {.preview = &forged->shown};

    return evil_letter(evil, &forged->preview, &content);
}

struct span forge_content(struct evil *evil, struct forged *forged)
{
    struct content content = {.referral = &forged->told};

    return evil_letter(evil, &forged->content, &content);
}

const char *forge_put(struct evil *evil, struct forged *forged)
{
    forge_sign(evil, forged);
    const struct span letters[] = {forge_preview(evil, forged),
            forge_content(evil, forged)};

    (void)evil_put(evil, &forged->signed_capsule, forged->with_capsule ? 1 : 0, letters,
            COUNT_OF(letters), MODE_DIRECT);
    return evil_code(evil);
}

struct span forge_withdrawal(struct evil *evil, const struct forged *forged)
{
    const struct withdrawal body = {.v = 1,
            .consent_id = forged->capsule.consent_id,
            .at_ms = (uint64_t)sim_now(),
            .by = evil->name,
            .reason = WITHDRAWAL_REASON_PERSON_ASKED};

    return evil_sign(evil, KIND_WITHDRAWAL, &WIRE_WITHDRAWAL, &body);
}

const char *forge_withdraw(struct evil *evil, const struct forged *forged)
{
    return evil_withdraw(evil, forge_withdrawal(evil, forged));
}

/* ---- a letter within an offer ---- */

struct event_content forge_said(enum offer_event event)
{
    static const struct need_outcome outcome = {NEED_CATEGORY_LONELINESS_ISOLATION,
            OUTCOME_NETWORK_STRENGTHENED};
    static const char *const to[] = {"house-a"};
    struct event_content said = {.note = ""};

    switch ((int)event) {
    case OFFER_EVENT_WAITLIST: said.due_ms = (uint64_t)sim_now() + TIME_DAY_MS; break;
    case OFFER_EVENT_DECLINE: said.decline_reason = 1; break;
    case OFFER_EVENT_HOLD:
        said.hold_reason = 1;
        said.due_ms = (uint64_t)sim_now() + TIME_DAY_MS;
        break;
    case OFFER_EVENT_PROGRESS: said.progress_step = 1; break;
    case OFFER_EVENT_OUTCOME:
        said.outcomes = &outcome;
        said.n_outcomes = 1;
        break;
    case OFFER_EVENT_FAIL: said.fail_reason = 1; break;
    case OFFER_EVENT_CANCEL: said.cancel_reason = 1; break;
    case OFFER_EVENT_FORWARD:
        said.handed_on_to = to;
        said.n_handed_on_to = 1;
        break;
    case OFFER_EVENT_IN_ERROR: said.in_error_reason = 1; break;
    case OFFER_EVENT_CONFIRM: said.close_reason = 1; break;
    default: break;
    }
    return said;
}

/* What each type of letter may hold, so that only the broker has a reason to say no. */
static void fill(struct content *content, enum letter_type type,
        const struct event_content *said)
{
    static const uint16_t questions[] = {1};
    static const struct info info = {.questions = questions, .n_questions = 1};
    static const struct text text = {.text = "and one thing more", .language = "en"};
    static const struct visit visit = {.text = "nobody was at home"};
    static const struct referral told = {.needs = NEEDS, .n_needs = 1};
    static const struct preview shown = {.needs = NEEDS,
            .n_needs = 1,
            .language = "nl"};

    *content = (struct content){.v = 1};
    switch (type) {
    case LETTER_TYPE_PREVIEW: content->preview = &shown; break;
    case LETTER_TYPE_CONTENT: content->referral = &told; break;
    case LETTER_TYPE_INFO_REQUEST:
    case LETTER_TYPE_INFO_REPLY: content->info = &info; break;
    case LETTER_TYPE_TEXT: content->text = &text; break;
    case LETTER_TYPE_VISIT: content->visit = &visit; break;
    case LETTER_TYPE_NONE:
    case LETTER_TYPE_SIGNAL:
    case LETTER_TYPE_EVENT:
    case LETTER_TYPE_ACCESS:
    case LETTER_TYPE_RECTIFY:
    case LETTER_TYPE_ERASE:
    case LETTER_TYPE_RIGHTS_REPLY:
    case LETTER_TYPE_OVERVIEW:
    case LETTER_TYPE_PROPOSAL:
    case LETTER_TYPE_CONCERN:
    case LETTER_TYPE_SIGNAL_ANSWER: content->event = said; break;
    }
}

struct letter_core forge_step(const struct letter_core *offer, const char *to,
        enum letter_type type, enum offer_event event, uint64_t version)
{
    static const uint16_t needs[] = {DATA_CATEGORY_NEEDS};
    struct letter_core core = {.recipient = to,
            .on_behalf_of = "",
            .area = "",
            .type = type,
            .event = event,
            .expected_version = version,
            .referral_id = offer->referral_id,
            .offer_id = offer->offer_id,
            .level = LEVEL_S0,
            .urgency = URGENCY_ROUTINE};

    if (lifecycle_class(type) != LETTER_CLASS_PERSONAL)
        return core;
    core.consent_id = offer->consent_id;
    core.purpose = PURPOSE_CARE_COORDINATION;
    core.data_categories = needs;
    core.n_data_categories = 1;
    return core;
}

const char *forge_put_step(struct evil *evil, struct letter_core *core)
{
    struct event_content said = forge_said(core->event);
    struct content content;

    fill(&content, core->type, &said);
    struct span letter = evil_letter(evil, core, &content);
    (void)evil_put(evil, NULL, 0, &letter, 1, MODE_DIRECT);
    return evil_code(evil);
}
