/* sim_evil_broker.c - a broker that hands over what it may not: to HOME, letters of a
 * member that plays along with it. */
#include "core/hash.h"
#include "core/time.h"
#include "core/vocab.h"
#include "core/wire.h"
#include "tests/hostile.h"

/* ------------------------------------------------------------ one letter */

/* A referral of the accomplice to HOME, right in everything. */
struct handed {
    struct forged forged;
    struct mail mail;
};

static struct span status_of(struct stage *stage, const struct forged *forged,
        enum offer_state state, enum offer_event event, uint64_t version)
{
    const struct offer_status status = {.v = 1,
            .offer_id = forged->preview.offer_id,
            .referral_id = forged->preview.referral_id,
            .sender = forged->sender,
            .target = forged->recipient,
            .state = state,
            .event = event,
            .version = version,
            .msg_id = forged->preview.msg_id,
            .at_ms = (uint64_t)sim_now(),
            .code = ""};

    return evil_sign(stage->evil, KIND_OFFER_STATUS, &WIRE_OFFER_STATUS, &status);
}

static void prepare(struct stage *stage, struct handed *handed)
{
    forge_referral(hostile_other(stage), HOME, &handed->forged);
    evil_toward(stage->evil, HOME);
}

static void seal(struct stage *stage, struct handed *handed)
{
    forge_sign(stage->other, &handed->forged);
    handed->mail = (struct mail){.letter = forge_preview(stage->other, &handed->forged),
            .consent = handed->forged.signed_capsule};
    if (!id_is_none(&handed->forged.preview.offer_id))
        handed->mail.status = status_of(stage, &handed->forged, OFFER_STATE_REQUESTED,
                OFFER_EVENT_OFFER, 1);
}

static void make(struct stage *stage, struct handed *handed)
{
    prepare(stage, handed);
    seal(stage, handed);
}

static const char *deliver(struct stage *stage, struct mail *mail)
{
    const struct receipt *receipt = evil_deliver(stage->evil, mail);

    return receipt != NULL ? receipt->code : hostile_silence(stage);
}

/* The content of the same offer. */
static struct mail content_of(struct stage *stage, struct handed *handed)
{
    return (struct mail){.letter = forge_content(stage->other, &handed->forged),
            .consent = handed->forged.signed_capsule};
}

static const char *as_it_should(struct stage *stage)
{
    struct handed handed;

    make(stage, &handed);
    return deliver(stage, &handed.mail);
}

/* ------------------------------------------------------------ parts of the mail */

static const char *without_consent(struct stage *stage)
{
    struct handed handed;

    make(stage, &handed);
    handed.mail.consent.len = 0;
    return deliver(stage, &handed.mail);
}

static const char *consent_of_another_letter(struct stage *stage)
{
    struct handed handed, other;

    make(stage, &other);
    make(stage, &handed);
    handed.mail.consent = other.mail.consent;
    return deliver(stage, &handed.mail);
}

static const char *consent_by_the_broker(struct stage *stage)
{
    struct handed handed;

    make(stage, &handed);
    handed.mail.consent = evil_sign_as(stage->evil, ACCOMPLICE, KIND_CONSENT,
            evil_pack(stage->evil, &WIRE_CONSENT, &handed.forged.capsule));
    return deliver(stage, &handed.mail);
}

/* The accomplice's capsule under the id of a consent that HOME has collected. */
static const char *consent_under_a_stolen_id(struct stage *stage)
{
    struct handed handed;
    struct span id = hostile_bytes_of(HOME,
            "SELECT consent_id FROM capsule WHERE own = 1 LIMIT 1");

    prepare(stage, &handed);
    memcpy(&handed.forged.capsule.consent_id, id.at, sizeof(struct id));
    handed.forged.preview.consent_id = handed.forged.capsule.consent_id;
    seal(stage, &handed);
    return deliver(stage, &handed.mail);
}

static const char *consent_with_a_bit(struct stage *stage)
{
    struct handed handed;

    make(stage, &handed);
    struct span old = handed.mail.consent;
    handed.mail.consent = evil_patch(stage->evil, old, old.len - 1,
            (uint8_t)(old.at[old.len - 1] ^ 1));
    return deliver(stage, &handed.mail);
}

static const char *consent_of_another_version(struct stage *stage)
{
    struct handed handed;

    make(stage, &handed);
    struct span body = evil_pack(stage->other, &WIRE_CONSENT, &handed.forged.capsule);
    handed.mail.consent = evil_sign_bytes(stage->other, KIND_CONSENT,
            evil_version(stage->other, body));
    return deliver(stage, &handed.mail);
}

/* The consent of an honest referral of HOME, under a letter to HOME itself. */
static const char *letter_by_the_broker(struct stage *stage)
{
    struct handed handed;
    struct letter letter;
    struct signed_ thing;
    struct err err = {.code = CODE_OK};

    make(stage, &handed);
    network_must(wire_get(&WIRE_LETTER, handed.mail.letter, &stage->evil->arena,
                         &letter, &err) &&
                         wire_get(&WIRE_SIGNED, letter.signed_, &stage->evil->arena,
                                 &thing, &err),
            "read a letter", &err);
    letter.signed_ = evil_sign_as(stage->evil, ACCOMPLICE, KIND_LETTER, thing.body);
    handed.mail.letter = evil_pack(stage->evil, &WIRE_LETTER, &letter);
    return deliver(stage, &handed.mail);
}

static const char *letter_with_a_bit(struct stage *stage)
{
    struct handed handed;

    make(stage, &handed);
    struct span old = handed.mail.letter;
    handed.mail.letter = evil_patch(stage->evil, old, old.len - 1,
            (uint8_t)(old.at[old.len - 1] ^ 1));
    return deliver(stage, &handed.mail);
}

/* What one letter was sealed in, in the envelope of another. */
static const char *sealed_of_another(struct stage *stage)
{
    struct handed one, two;
    struct letter first, second;
    struct err err = {.code = CODE_OK};

    make(stage, &one);
    make(stage, &two);
    network_must(wire_get(&WIRE_LETTER, one.mail.letter, &stage->evil->arena, &first,
                         &err) &&
                         wire_get(&WIRE_LETTER, two.mail.letter, &stage->evil->arena,
                                 &second, &err),
            "read letters", &err);
    first.sealed = second.sealed;
    one.mail.letter = evil_pack(stage->evil, &WIRE_LETTER, &first);
    return deliver(stage, &one.mail);
}

/* ------------------------------------------------------------ the wrong letter */

static const char *for_another_reader(struct stage *stage)
{
    struct handed handed;

    forge_referral(hostile_other(stage), TARGET, &handed.forged);
    evil_toward(stage->evil, HOME);
    seal(stage, &handed);
    return deliver(stage, &handed.mail);
}

static const char *back_to_its_sender(struct stage *stage)
{
    struct span letter =
            hostile_bytes_of(HOME, "SELECT signed FROM parcel ORDER BY sent LIMIT 1");
    struct span sealed =
            hostile_bytes_of(HOME, "SELECT sealed FROM parcel ORDER BY sent LIMIT 1");
    const struct letter body = {letter, sealed};
    struct mail mail = {.letter = evil_pack(stage->evil, &WIRE_LETTER, &body)};

    evil_toward(stage->evil, HOME);
    return deliver(stage, &mail);
}

/* The content that HOME lodged for TARGET, before TARGET has accepted. */
static struct mail lodged_by_home(struct stage *stage)
{
    struct span letter = hostile_bytes_of(HOME,
            "SELECT p.signed FROM parcel p JOIN sent s ON s.number = p.sent"
            " WHERE s.type = 2 AND s.recipient = 'aksant' LIMIT 1");
    struct span sealed = hostile_bytes_of(HOME,
            "SELECT p.sealed FROM parcel p JOIN sent s ON s.number = p.sent"
            " WHERE s.type = 2 AND s.recipient = 'aksant' LIMIT 1");
    const struct letter body = {letter, sealed};

    evil_toward(stage->evil, TARGET);
    return (struct mail){.letter = evil_pack(stage->evil, &WIRE_LETTER, &body)};
}

static const char *content_too_early(struct stage *stage)
{
    struct mail mail = lodged_by_home(stage);

    return deliver(stage, &mail);
}

static const char *content_without_preview(struct stage *stage)
{
    struct handed handed;

    make(stage, &handed);
    struct mail content = content_of(stage, &handed);
    return deliver(stage, &content);
}

static const char *content_beside_preview(struct stage *stage)
{
    struct handed handed;

    make(stage, &handed);
    struct mail both[] = {handed.mail, content_of(stage, &handed)};
    size_t before = stage->evil->n_receipts;
    evil_deliver_all(stage->evil, both, 2);
    network_must(stage->evil->n_receipts == before + 2, "two receipts", NULL);
    return stage->evil->receipts[before + 1].code;
}

/* ------------------------------------------------------------ again, and mixed up */

static const char *twice_at_once(struct stage *stage)
{
    struct handed handed;

    make(stage, &handed);
    struct mail both[] = {handed.mail, handed.mail};
    (void)deliver(stage, &handed.mail);
    hostile_mark();
    evil_deliver_all(stage->evil, both, 2);
    return deliver(stage, &handed.mail);
}

static const char *another_under_its_number(struct stage *stage)
{
    struct handed handed;

    make(stage, &handed);
    (void)deliver(stage, &handed.mail);
    hostile_mark();
    struct mail other = {.letter = forge_preview(stage->other, &handed.forged),
            .consent = handed.forged.signed_capsule};
    return deliver(stage, &other);
}

/* A letter that is not the sender's, under the number of one that is: the real one must
 * come in all the same. */
static const char *forged_before_the_real_one(struct stage *stage)
{
    struct handed handed;
    struct letter letter;
    struct signed_ thing;
    struct err err = {.code = CODE_OK};

    make(stage, &handed);
    network_must(wire_get(&WIRE_LETTER, handed.mail.letter, &stage->evil->arena,
                         &letter, &err) &&
                         wire_get(&WIRE_SIGNED, letter.signed_, &stage->evil->arena,
                                 &thing, &err),
            "read a letter", &err);
    letter.signed_ = evil_sign_as(stage->evil, ACCOMPLICE, KIND_LETTER, thing.body);
    struct mail forged = handed.mail;
    forged.letter = evil_pack(stage->evil, &WIRE_LETTER, &letter);
    (void)deliver(stage, &forged);
    return deliver(stage, &handed.mail);
}

/* ------------------------------------------------------------ what the core says */

static const char *deliver_late(struct stage *stage, void (*late)(struct letter_core *))
{
    struct handed handed;

    prepare(stage, &handed);
    stage->other->late = late;
    seal(stage, &handed);
    return deliver(stage, &handed.mail);
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
CORE(over, core->expires_ms = (uint64_t)(sim_now() - TIME_HOUR_MS))

static const char *core_of_another_version(struct stage *stage)
{
    struct handed handed;
    struct span plain;

    make(stage, &handed);
    struct content content = {.preview = &handed.forged.shown};
    struct span core = evil_version(stage->other,
            evil_core(stage->other, &handed.forged.preview, &content, &plain));
    handed.mail.letter = evil_letter_of(stage->other, HOME, core, plain);
    return deliver(stage, &handed.mail);
}

/* ------------------------------------------------------------ what is inside */

static const char *deliver_content(struct stage *stage, struct content *content,
        const struct preview *shown)
{
    struct handed handed;

    prepare(stage, &handed);
    if (shown != NULL)
        content->preview = shown;
    else if (content->preview == NULL && content->referral == NULL)
        content->preview = &handed.forged.shown;
    forge_sign(stage->other, &handed.forged);
    handed.mail = (struct mail){.letter = evil_letter(stage->other,
                                        &handed.forged.preview, content),
            .consent = handed.forged.signed_capsule};
    return deliver(stage, &handed.mail);
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

    prepare(stage, &handed);
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
    return deliver(stage, &handed.mail);
}

static const char *inside_rubbish(struct stage *stage)
{
    struct handed handed;
    struct span plain;
    uint8_t bytes[100];

    make(stage, &handed);
    memset(bytes, 0xff, sizeof bytes);
    struct content content = {.preview = &handed.forged.shown};
    struct span core =
            evil_core(stage->other, &handed.forged.preview, &content, &plain);
    handed.mail.letter = evil_letter_of(stage->other, HOME, core, SPAN_OF(bytes));
    return deliver(stage, &handed.mail);
}

/* ------------------------------------------------------------ the table */

#define KEEPS (ANY_HARM & ~ALLOWED) /* a capsule that was verified may be kept */

/* clang-format off */
static const struct hostile ROWS[] = {
    {"as it should be",                "hands over a referral that is right in everything",       "",                    ANY_HARM & ~(SHOWN | MOVED | ALLOWED), as_it_should, NULL, NULL},
    {"without its consent",            "leaves the consent out of the mail",                      "E_CONSENT_NONE",      ANY_HARM, without_consent, NULL, NULL},
    {"another consent",                "hands over a letter with the consent of another one",     "E_CONSENT_NONE",      ANY_HARM, consent_of_another_letter, NULL, NULL},
    {"a consent by the broker",        "signs a consent in the name of a member",                 "E_AUTH",              ANY_HARM, consent_by_the_broker, NULL, NULL},
    {"a consent under a stolen id",    "shows a consent of a member under the id of HOME's own",   "E_CONSENT_CONFLICT",  ANY_HARM, consent_under_a_stolen_id, NULL, NULL},
    {"a bit of the consent",           "changes the last bit of a consent",                       "E_AUTH",              ANY_HARM, consent_with_a_bit, NULL, NULL},
    {"an unknown consent",             "hands over a consent of version 2",                       "E_VERSION",           ANY_HARM, consent_of_another_version, NULL, NULL},
    {"a letter by the broker",         "signs a letter in the name of a member",                  "E_AUTH",              ANY_HARM, letter_by_the_broker, NULL, NULL},
    {"a bit of the letter",            "changes the last bit of what is sealed",                  "E_FORMAT",            ANY_HARM, letter_with_a_bit, NULL, NULL},
    {"sealed for another letter",      "puts the sealed part of one letter into another",         "E_FORMAT",            ANY_HARM, sealed_of_another, NULL, NULL},
    {"the mail of another",            "hands the letter of one member to another one",           SILENCE,               ANY_HARM, for_another_reader, NULL, NULL},
    {"back to its sender",             "hands HOME its own letter",                               SILENCE,               ANY_HARM, back_to_its_sender, NULL, NULL},
    {"the content before the accept",  "hands over early what was lodged for the accept",         "E_TRANSITION",        ANY_HARM, content_too_early, NULL, NULL},
    {"a content without preview",      "hands over a content whose preview it dropped",           "E_NOT_FOUND",         ANY_HARM, content_without_preview, NULL, NULL},
    {"a content beside its preview",   "hands over preview and content at once",                  "E_TRANSITION",        ANY_HARM & ~(SHOWN | MOVED | ALLOWED), content_beside_preview, NULL, NULL},
    {"three times",                    "hands over one letter again and again",                   "",                    ANY_HARM, twice_at_once, NULL, NULL},
    {"another one under its number",   "hands over other words under the id of a letter",         "E_ID_REUSE",          ANY_HARM, another_under_its_number, NULL, NULL},
    {"a forged one before it",         "hands over a forged letter first, under the id of a real one", "",               ANY_HARM & ~(SHOWN | MOVED | ALLOWED), forged_before_the_real_one, NULL, NULL},
    {"in the name of a third",         "hands over what one member wrote in another's name",      "E_AUTH",              KEEPS, core_sender, NULL, NULL},
    {"a preview that asks no consent", "hands over a personal letter as a control letter",        "E_FORMAT",            KEEPS, core_control, NULL, NULL},
    {"a right that is not there",      "hands over an order to erase",                            "E_TRANSITION",        KEEPS, core_rights, NULL, NULL},
    {"a preview that accepts",         "hands over a preview with the event accept",              "E_TRANSITION",        KEEPS, core_accept, NULL, NULL},
    {"a preview of the broker's",      "hands over a preview with an event of the broker",        "E_TRANSITION",        KEEPS, core_broker_event, NULL, NULL},
    {"without an offer",               "hands over a preview of no offer",                        "E_FIELD",             KEEPS, core_no_offer, NULL, NULL},
    {"that names no consent",          "hands over a personal letter that names no consent",      "E_CONSENT_NONE",      KEEPS, core_no_consent, NULL, NULL},
    {"to a key that is not there",     "hands over a letter for an epoch key that HOME never had", "E_KEY",              KEEPS, core_no_key, NULL, NULL},
    {"above the consent's level",      "hands over a letter above the level of its consent",      "E_LEVEL",             KEEPS, core_secret, NULL, NULL},
    {"for another purpose",            "hands over a letter for a purpose that was not agreed",   "E_CONSENT_PURPOSE",   KEEPS, core_purpose, NULL, NULL},
    {"for an antenna of another",      "hands HOME a letter for an antenna that HOME does not support", "E_CONSENT_RECIPIENT", KEEPS, core_behalf, NULL, NULL},
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
    return hostile_run("a broker that hands over", true, ROWS, COUNT_OF(ROWS));
}
