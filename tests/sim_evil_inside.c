/* sim_evil_inside.c - letters that are not what they say, handed over by a broker that
 * should have refused them: in the core, and inside of what is sealed. */
#include "core/hash.h"
#include "core/time.h"
#include "core/vocab.h"
#include "core/wire.h"
#include "tests/handed.h"

/* ------------------------------------------------------------ what the core says */

static const char *deliver_late(struct stage *stage, void (*late)(struct letter_core *))
{
    struct handed handed;

    handed_begin(stage, &handed);
    stage->other->late = late;
    handed_seal(stage, &handed);
    return hostile_deliver(stage, &handed.mail);
}

#define CORE(name, change)                                                             \
    static void late_##name(struct letter_core *core)                                  \
    {                                                                                  \
        change;                                                                        \
    }                                                                                  \
    static const char *core_##name(struct stage *stage)                                \
    {                                                                                  \
        return deliver_late(stage, late_##name);                                       \
    }
CORE(sender, core->sender = TARGET)
CORE(control, core->class_ = LETTER_CLASS_CONTROL)
CORE(rights, core->type = LETTER_TYPE_ERASE; core->class_ = LETTER_CLASS_RIGHTS)
CORE(accept, core->event = OFFER_EVENT_ACCEPT)
CORE(broker_event, core->event = OFFER_EVENT_EXPIRE)
CORE(no_offer, core->offer_id = (struct id){{0}})
CORE(no_consent, core->consent_id = (struct id){{0}})
CORE(no_key, core->recipient_ekid.b[0] ^= 1)
CORE(secret, core->level = LEVEL_S2)
CORE(purpose, core->purpose = PURPOSE_CRISIS_HELP)
CORE(behalf, core->on_behalf_of = ANTENNA)
CORE(dated, core->due_ms = (uint64_t)sim_now() + TIME_DAY_MS)
CORE(over, core->expires_ms = (uint64_t)(sim_now() - TIME_HOUR_MS))

static const char *core_of_another_version(struct stage *stage)
{
    struct handed handed;
    struct span plain;

    handed_make(stage, &handed);
    struct content content = {.preview = &handed.forged.shown};
    struct span core = evil_version(stage->other,
            evil_core(stage->other, &handed.forged.preview, &content, &plain));
    handed.mail.letter = evil_letter_of(stage->other, HOME, core, plain);
    return hostile_deliver(stage, &handed.mail);
}

/* ------------------------------------------------------------ what is inside */

static const char *deliver_content(struct stage *stage, struct content *content,
        const struct preview *shown)
{
    struct handed handed;

    handed_begin(stage, &handed);
    if (shown != NULL)
        content->preview = shown;
    else if (content->preview == NULL && content->referral == NULL)
        content->preview = &handed.forged.shown;
    forge_sign(stage->other, &handed.forged);
    handed.mail = (struct mail){.letter = evil_letter(stage->other,
                                        &handed.forged.preview, content),
            .consent = handed.forged.signed_capsule};
    return hostile_deliver(stage, &handed.mail);
}

static const char *inside_another_number(struct stage *stage)
{
    struct content content = {.msg_id = {{1, 2, 3}}};

    return deliver_content(stage, &content, NULL);
}

static const char *inside_another_sender(struct stage *stage)
{
    struct content content = {.sender = TARGET};

    return deliver_content(stage, &content, NULL);
}

/* The whole referral in an envelope that says preview. */
static const char *inside_a_referral(struct stage *stage)
{
    static const uint16_t needs[] = {NEED_CATEGORY_LONELINESS_ISOLATION};
    static const struct person person = {.name = "Rosa Voorbeeld", .language = "nl"};
    static const struct referral told = {.person = &person,
            .needs = needs,
            .n_needs = 1};
    struct content content = {.referral = &told};

    return deliver_content(stage, &content, NULL);
}

static const char *inside_more_data(struct stage *stage)
{
    static const uint16_t needs[] = {NEED_CATEGORY_LONELINESS_ISOLATION};
    static const struct preview shown = {.needs = needs,
            .n_needs = 1,
            .language = "nl",
            .strengths = "tells stories"};
    struct content content = {.v = 1};

    return deliver_content(stage, &content, &shown);
}

static const char *inside_a_number(struct stage *stage)
{
    static const uint16_t needs[] = {NEED_CATEGORY_LONELINESS_ISOLATION};
    static const uint16_t all[] = {DATA_CATEGORY_LANGUAGE, DATA_CATEGORY_NEEDS,
            DATA_CATEGORY_STRENGTHS};
    static const struct preview shown = {.needs = needs,
            .n_needs = 1,
            .language = "nl",
            .strengths = "85073003328"};
    struct content content = {.preview = &shown};
    struct handed handed;

    handed_begin(stage, &handed);
    handed.forged.capsule.data_categories = all;
    handed.forged.capsule.n_data_categories = COUNT_OF(all);
    handed.forged.capsule.preview_categories = all;
    handed.forged.capsule.n_preview_categories = COUNT_OF(all);
    handed.forged.preview.data_categories = all;
    handed.forged.preview.n_data_categories = COUNT_OF(all);
    forge_sign(stage->other, &handed.forged);
    handed.mail = (struct mail){.letter = evil_letter(stage->other,
                                        &handed.forged.preview, &content),
            .consent = handed.forged.signed_capsule};
    return hostile_deliver(stage, &handed.mail);
}

static const char *inside_rubbish(struct stage *stage)
{
    struct handed handed;
    struct span plain;
    uint8_t bytes[100];

    handed_make(stage, &handed);
    memset(bytes, 0xff, sizeof bytes);
    struct content content = {.preview = &handed.forged.shown};
    struct span core =
            evil_core(stage->other, &handed.forged.preview, &content, &plain);
    handed.mail.letter = evil_letter_of(stage->other, HOME, core, SPAN_OF(bytes));
    return hostile_deliver(stage, &handed.mail);
}

/* ------------------------------------------------------------ the table */

#define KEEPS (ANY_HARM & ~ALLOWED) /* a capsule that was verified may be kept */

/* clang-format off */
static const struct hostile ROWS[] = {
    {"in the name of a third",         "hands over what one member wrote in another's name",      "E_AUTH",              KEEPS, core_sender, NULL, NULL},
    {"a preview that asks no consent", "hands over a personal letter as a control letter",        "E_FIELD",             KEEPS, core_control, NULL, NULL},
    {"a right that is not there",      "hands over an order to erase",                            "E_TRANSITION",        KEEPS, core_rights, NULL, NULL},
    {"a preview that accepts",         "hands over a preview with the event accept",              "E_TRANSITION",        KEEPS, core_accept, NULL, NULL},
    {"a preview of the broker's",      "hands over a preview with an event of the broker",        "E_TRANSITION",        KEEPS, core_broker_event, NULL, NULL},
    {"without an offer",               "hands over a preview of no offer",                        "E_FIELD",             KEEPS, core_no_offer, NULL, NULL},
    {"that names no consent",          "hands over a personal letter that names no consent",      "E_CONSENT_NONE",      KEEPS, core_no_consent, NULL, NULL},
    {"to a key that is not there",     "hands over a letter for an epoch key that HOME never had", "E_KEY",              KEEPS, core_no_key, NULL, NULL},
    {"above the consent's level",      "hands over a letter above the level of its consent",      "E_LEVEL",             KEEPS, core_secret, NULL, NULL},
    {"for another purpose",            "hands over a letter for a purpose that was not agreed",   "E_CONSENT_PURPOSE",   KEEPS, core_purpose, NULL, NULL},
    {"for an antenna of another",      "hands HOME a letter for an antenna that HOME does not support", "E_CONSENT_RECIPIENT", KEEPS, core_behalf, NULL, NULL},
    {"a preview with a date",          "hands over a preview with the date of a waiting list",    "E_FIELD",             KEEPS, core_dated, NULL, NULL},
    {"an hour too late",               "hands over a letter whose term has passed",               "E_TTL",               KEEPS, core_over, NULL, NULL},
    {"an unknown letter",              "hands over a letter of version 2",                        SILENCE,               KEEPS, core_of_another_version, NULL, NULL},
    {"another number inside",          "seals a content again under another core",                "E_FORMAT",            KEEPS, inside_another_number, NULL, NULL},
    {"another sender inside",          "seals what another member wrote",                         "E_FORMAT",            KEEPS, inside_another_sender, NULL, NULL},
    {"a referral inside",              "hands over a name and more in a letter that says preview", "E_FORMAT",           KEEPS, inside_a_referral, NULL, NULL},
    {"more data inside",               "hands over data that the letter does not declare",        "E_CONSENT_DATA",      KEEPS, inside_more_data, NULL, NULL},
    {"a national number inside",       "hands over a preview with a national number",             "E_NISS",              KEEPS, inside_a_number, NULL, NULL},
    {"rubbish inside",                 "hands over a letter in which nothing can be read",        "E_FORMAT",            KEEPS, inside_rubbish, NULL, NULL},
};
/* clang-format on */

int main(void)
{
    return hostile_run("what a broker hands over", true, ROWS, COUNT_OF(ROWS));
}
