/* sim_evil_letters.c - a member that puts letters which are not what they say: each is
 * right in everything but one. */
#include "core/hash.h"
#include "core/time.h"
#include "core/vocab.h"
#include "core/wire.h"
#include "tests/hostile.h"

/* ------------------------------------------------------------ one field of the core */

static void late_nobody(struct letter_core *core)
{
    core->recipient = "nobody";
}

static void late_broker(struct letter_core *core)
{
    core->recipient = NETWORK_BROKER;
}

static void late_antenna(struct letter_core *core)
{
    core->recipient = ANTENNA;
}

static void late_behalf(struct letter_core *core)
{
    core->on_behalf_of = ANTENNA;
}

static void late_itself(struct letter_core *core)
{
    core->recipient = EVIL;
}

static void late_sender(struct letter_core *core)
{
    core->sender = HOME;
}

static void late_control(struct letter_core *core)
{
    core->class_ = LETTER_CLASS_CONTROL;
}

static void late_rights(struct letter_core *core)
{
    core->class_ = LETTER_CLASS_RIGHTS;
}

static void late_tomorrow(struct letter_core *core)
{
    core->created_ms += 6 * TIME_MINUTE_MS;
}

static void late_over(struct letter_core *core)
{
    core->expires_ms = (uint64_t)sim_now();
}

static void late_for_ever(struct letter_core *core)
{
    core->expires_ms = INT64_MAX;
}

static void late_longer(struct letter_core *core)
{
    core->expires_ms++;
}

static void late_no_key(struct letter_core *core)
{
    core->recipient_ekid.b[0] ^= 1;
}

static void late_larger(struct letter_core *core)
{
    core->size_class++;
}

static void late_no_size(struct letter_core *core)
{
    core->size_class = 99;
}

static void late_no_offer(struct letter_core *core)
{
    core->offer_id = (struct id){{0}};
}

static void late_no_event(struct letter_core *core)
{
    core->event = OFFER_EVENT_NONE;
}

static void late_accept(struct letter_core *core)
{
    core->event = OFFER_EVENT_ACCEPT;
}

static void late_version(struct letter_core *core)
{
    core->expected_version = 7;
}

static void late_secret(struct letter_core *core)
{
    core->level = LEVEL_S2;
}

static void late_ordinary(struct letter_core *core)
{
    core->level = LEVEL_S0;
}

static void late_purpose(struct letter_core *core)
{
    core->purpose = PURPOSE_CRISIS_HELP;
}

static void late_not_urgent(struct letter_core *core)
{
    core->urgency = 0;
}

static void late_no_consent(struct letter_core *core)
{
    core->consent_id = (struct id){{0}};
}

static void late_other_consent(struct letter_core *core)
{
    core->consent_id.b[3] ^= 1;
}

/* ------------------------------------------------------------ a whole referral */

/* Each row of this part has its own last word on both cores. */
static const struct late {
    const char *name;
    void (*late)(struct letter_core *core);
} LATE[] = {
        {"in another's name",              late_sender       },
        {"to itself",                      late_itself       },
        {"to nobody",                      late_nobody       },
        {"to the broker",                  late_broker       },
        {"to an antenna",                  late_antenna      },
        {"for an antenna of another",      late_behalf       },
        {"a preview that asks no consent", late_control      },
        {"a preview as a right",           late_rights       },
        {"written tomorrow",               late_tomorrow     },
        {"run out",                        late_over         },
        {"for ever",                       late_for_ever     },
        {"longer than its key",            late_longer       },
        {"to an unknown key",              late_no_key       },
        {"a size it has not",              late_larger       },
        {"a size there is not",            late_no_size      },
        {"without an offer",               late_no_offer     },
        {"a preview without event",        late_no_event     },
        {"a preview that accepts",         late_accept       },
        {"a preview of version seven",     late_version      },
        {"above the consent's level",      late_secret       },
        {"below the level of its data",    late_ordinary     },
        {"for another purpose",            late_purpose      },
        {"without urgency",                late_not_urgent   },
        {"without a consent",              late_no_consent   },
        {"under no known consent",         late_other_consent},
};

static void change_late(struct stage *stage, struct forged *forged)
{
    (void)forged;
    for (size_t i = 0; i < COUNT_OF(LATE); i++)
        if (strcmp(LATE[i].name, stage->row->name) == 0)
            stage->evil->late = LATE[i].late;
}

static void more_data(struct stage *stage, struct forged *forged)
{
    static const uint16_t more[] = {DATA_CATEGORY_CONTACT, DATA_CATEGORY_NEEDS,
            DATA_CATEGORY_FINANCE};

    (void)stage;
    forged->content.data_categories = more;
    forged->content.n_data_categories = COUNT_OF(more);
}

static void telling_preview(struct stage *stage, struct forged *forged)
{
    (void)stage;
    forged->preview.data_categories = forged->content.data_categories;
    forged->preview.n_data_categories = forged->content.n_data_categories;
    forged->preview.level = LEVEL_S1;
}

static void two_offers(struct stage *stage, struct forged *forged)
{
    (void)stage;
    forged->content.offer_id.b[2] ^= 1;
}

static void two_referrals(struct stage *stage, struct forged *forged)
{
    (void)stage;
    forged->content.referral_id.b[2] ^= 1;
}

static void two_consents(struct stage *stage, struct forged *forged)
{
    (void)stage;
    forged->content.consent_id.b[2] ^= 1;
}

static void two_readers(struct stage *stage, struct forged *forged)
{
    (void)stage;
    forged->content.recipient = TARGET;
}

static void one_number(struct stage *stage, struct forged *forged)
{
    (void)stage;
    hash_random(&forged->preview.msg_id, sizeof forged->preview.msg_id);
    forged->content.msg_id = forged->preview.msg_id;
}

static void referral_of_another(struct stage *stage, struct forged *forged)
{
    (void)stage;
    forged->preview.referral_id = forged->content.referral_id =
            hostile_id("SELECT referral_id FROM referral ORDER BY no LIMIT 1");
}

static void offer_of_another(struct stage *stage, struct forged *forged)
{
    (void)stage;
    forged->preview.offer_id = forged->content.offer_id =
            hostile_id("SELECT offer_id FROM offer ORDER BY no LIMIT 1");
}

/* ------------------------------------------------------------ other submissions */

struct pair {
    struct forged forged;
    struct span letters[3];
};

static void make_pair(struct stage *stage, struct pair *pair)
{
    forge_referral(stage->evil, HOME, &pair->forged);
    forge_sign(stage->evil, &pair->forged);
    pair->letters[0] = forge_preview(stage->evil, &pair->forged);
    pair->letters[1] = forge_content(stage->evil, &pair->forged);
}

static const char *put_pair(struct stage *stage, const struct pair *pair,
        size_t n_letters, enum mode mode)
{
    (void)evil_put(stage->evil, &pair->forged.signed_capsule, 1, pair->letters,
            n_letters, mode);
    return evil_code(stage->evil);
}

static const char *preview_alone(struct stage *stage)
{
    struct pair pair;

    make_pair(stage, &pair);
    return put_pair(stage, &pair, 1, MODE_DIRECT);
}

static const char *content_alone(struct stage *stage)
{
    struct pair pair;

    make_pair(stage, &pair);
    pair.letters[0] = pair.letters[1];
    return put_pair(stage, &pair, 1, MODE_DIRECT);
}

static const char *two_previews(struct stage *stage)
{
    struct pair pair;

    make_pair(stage, &pair);
    pair.forged.preview.msg_id.b[15] ^= 1;
    pair.letters[1] = forge_preview(stage->evil, &pair.forged);
    return put_pair(stage, &pair, 2, MODE_DIRECT);
}

static const char *three_letters(struct stage *stage)
{
    struct pair pair;

    make_pair(stage, &pair);
    pair.forged.content.msg_id.b[15] ^= 1;
    pair.letters[2] = forge_content(stage->evil, &pair.forged);
    return put_pair(stage, &pair, 3, MODE_DIRECT);
}

static const char *nothing_at_all(struct stage *stage)
{
    struct pair pair;

    make_pair(stage, &pair);
    return put_pair(stage, &pair, 0, MODE_DIRECT);
}

static const char *to_the_first(struct stage *stage)
{
    struct pair pair;

    make_pair(stage, &pair);
    return put_pair(stage, &pair, 2, MODE_FIRST_CLAIM);
}

static const char *to_no_order(struct stage *stage)
{
    struct pair pair;

    make_pair(stage, &pair);
    return put_pair(stage, &pair, 2, MODE_NONE);
}

/* The envelope of one letter around what is sealed in another. */
static const char *sealed_of_another(struct stage *stage)
{
    struct evil *evil = stage->evil;
    struct letter one, two;
    struct pair pair;
    struct err err = {.code = CODE_OK};

    make_pair(stage, &pair);
    network_must(wire_get(&WIRE_LETTER, pair.letters[0], &evil->arena, &one, &err) &&
                         wire_get(&WIRE_LETTER, pair.letters[1], &evil->arena, &two,
                                 &err),
            "read letters", &err);
    one.sealed = two.sealed;
    pair.letters[0] = evil_pack(evil, &WIRE_LETTER, &one);
    return put_pair(stage, &pair, 2, MODE_DIRECT);
}

static const char *sealed_bit(struct stage *stage)
{
    struct evil *evil = stage->evil;
    struct pair pair;

    make_pair(stage, &pair);
    size_t last = pair.letters[1].len - 1;
    pair.letters[1] = evil_patch(evil, pair.letters[1], last,
            (uint8_t)(pair.letters[1].at[last] ^ 1));
    return put_pair(stage, &pair, 2, MODE_DIRECT);
}

static const char *letter_of_another(struct stage *stage)
{
    struct evil *other = hostile_other(stage);
    struct pair pair;

    forge_referral(other, HOME, &pair.forged);
    forge_sign(other, &pair.forged);
    pair.letters[0] = forge_preview(other, &pair.forged);
    pair.letters[1] = forge_content(other, &pair.forged);
    hostile_mark();
    return put_pair(stage, &pair, 2, MODE_DIRECT);
}

/* They say that EVIL wrote them, and another member vouches for it. */
static const char *letter_by_another(struct stage *stage)
{
    struct evil *other = hostile_other(stage);
    struct pair pair;

    forge_referral(stage->evil, HOME, &pair.forged);
    forge_sign(stage->evil, &pair.forged);
    pair.forged.preview.sender = pair.forged.content.sender = EVIL;
    pair.letters[0] = forge_preview(other, &pair.forged);
    pair.letters[1] = forge_content(other, &pair.forged);
    hostile_mark();
    return put_pair(stage, &pair, 2, MODE_DIRECT);
}

/* Refused to who shows them, they are taken from who wrote them. */
static const char *letter_given_back(struct stage *stage)
{
    struct evil *other = hostile_other(stage);
    struct pair pair;

    forge_referral(other, HOME, &pair.forged);
    forge_sign(other, &pair.forged);
    pair.letters[0] = forge_preview(other, &pair.forged);
    pair.letters[1] = forge_content(other, &pair.forged);
    const char *no = put_pair(stage, &pair, 2, MODE_DIRECT);
    network_must(strcmp(no, "E_AUTH") == 0, "a refusal", NULL);
    (void)evil_put(other, &pair.forged.signed_capsule, 1, pair.letters, 2, MODE_DIRECT);
    return evil_code(other);
}

/* What was taken once, and other words under the same number. */
static const char *used_number(struct stage *stage)
{
    struct pair pair;

    make_pair(stage, &pair);
    network_must(strcmp(put_pair(stage, &pair, 2, MODE_DIRECT), "") == 0, "put", NULL);
    hostile_mark();
    pair.letters[0] = forge_preview(stage->evil, &pair.forged);
    return put_pair(stage, &pair, 2, MODE_DIRECT);
}

/* And the very same again has the same answer and no effect. */
static const char *same_again(struct stage *stage)
{
    struct pair pair;

    make_pair(stage, &pair);
    network_must(strcmp(put_pair(stage, &pair, 2, MODE_DIRECT), "") == 0, "put", NULL);
    hostile_mark();
    (void)put_pair(stage, &pair, 2, MODE_DIRECT);
    return put_pair(stage, &pair, 2, MODE_DIRECT);
}

/* ------------------------------------------------------------ bytes */

static const char *rubbish(struct stage *stage)
{
    uint8_t bytes[600];

    for (int i = 0; i < 10; i++) {
        size_t len = sim_below(sizeof bytes);
        hash_random(bytes, sizeof bytes);
        evil_say_bytes(stage->evil, (struct span){bytes, len});
    }
    return hostile_silence(stage);
}

static const char *much_rubbish(struct stage *stage)
{
    (void)rubbish(stage);
    return rubbish(stage);
}

static const char *half_a_frame(struct stage *stage)
{
    struct pair pair;

    make_pair(stage, &pair);
    const struct put put = {.submission_id = pair.forged.preview.offer_id,
            .letters = pair.letters,
            .n_letters = 2,
            .mode = MODE_DIRECT};
    struct span frame =
            evil_pack(stage->evil, &WIRE_FRAME, &(struct frame){.v = 1, .put = &put});
    evil_say_bytes(stage->evil, (struct span){frame.at, frame.len / 2});
    return hostile_silence(stage);
}

/* ------------------------------------------------------------ the table */

/* clang-format off */
static const struct hostile ROWS[] = {
    {"in another's name",              "names HOME as the sender under its own signature",      "E_AUTH",              ANY_HARM, NULL, change_late, NULL},
    {"to itself",                      "writes to itself",                                      "E_FIELD",             ANY_HARM, NULL, change_late, NULL},
    {"to nobody",                      "writes to somebody who is no member",                   "E_UNREACHABLE",       ANY_HARM, NULL, change_late, NULL},
    {"to the broker",                  "writes to the broker",                                  "E_UNREACHABLE",       ANY_HARM, NULL, change_late, NULL},
    {"to an antenna",                  "writes to a partner without a node",                    "E_UNREACHABLE",       ANY_HARM, NULL, change_late, NULL},
    {"for an antenna of another",      "writes to HOME for an antenna that HOME does not support", "E_CONSENT_RECIPIENT", ANY_HARM, NULL, change_late, NULL},
    {"a preview that asks no consent", "calls a personal letter a control letter",              "E_FIELD",             ANY_HARM, NULL, change_late, NULL},
    {"a preview as a right",           "calls a personal letter one about rights",              "E_FIELD",             ANY_HARM, NULL, change_late, NULL},
    {"written tomorrow",               "says that it was written in six minutes",               "E_CLOCK",             ANY_HARM, NULL, change_late, NULL},
    {"run out",                        "puts a letter whose term has passed",                   "E_TTL",               ANY_HARM, NULL, change_late, NULL},
    {"for ever",                       "puts a letter without an end",                          "E_TTL",               ANY_HARM, NULL, change_late, NULL},
    {"longer than its key",            "goes one millisecond beyond the life of the key",       "E_TTL",               ANY_HARM, NULL, change_late, NULL},
    {"to an unknown key",              "names an epoch key that the reader never published",    "E_KEY",               ANY_HARM, NULL, change_late, NULL},
    {"a size it has not",              "says a larger size than what is sealed has",            "E_SIZE",              ANY_HARM, NULL, change_late, NULL},
    {"a size there is not",            "says size class 99",                                    "E_SIZE",              ANY_HARM, NULL, change_late, NULL},
    {"without an offer",               "refers without an offer id",                            "E_FIELD",             ANY_HARM, NULL, change_late, NULL},
    {"a preview without event",        "sends a preview that offers nothing",                   "E_TRANSITION",        ANY_HARM, NULL, change_late, NULL},
    {"a preview that accepts",         "sends a preview with the event accept",                 "E_TRANSITION",        ANY_HARM, NULL, change_late, NULL},
    {"a preview of version seven",     "makes a new offer at version seven",                    "E_CONFLICT",          ANY_HARM, NULL, change_late, NULL},
    {"above the consent's level",      "declares a level above that of the consent",            "E_LEVEL",             ANY_HARM, NULL, change_late, NULL},
    {"below the level of its data",    "declares S0 for a name and a phone number",             "E_LEVEL",             ANY_HARM, NULL, change_late, NULL},
    {"for another purpose",            "uses the consent for another purpose",                  "E_CONSENT_PURPOSE",   ANY_HARM, NULL, change_late, NULL},
    {"without urgency",                "leaves the urgency out",                                "E_FIELD",             ANY_HARM, NULL, change_late, NULL},
    {"without a consent",              "sends a personal letter that names no consent",         "E_CONSENT_NONE",      ANY_HARM, NULL, change_late, NULL},
    {"under no known consent",         "names a consent that nobody ever showed",               "E_CONSENT_NONE",      ANY_HARM, NULL, change_late, NULL},
    {"more data than allowed",         "declares data that the consent does not name",          "E_CONSENT_DATA",      ANY_HARM, NULL, more_data, NULL},
    {"a preview that names somebody",  "declares contact data in a preview",                    "E_CONSENT_DATA",      ANY_HARM, NULL, telling_preview, NULL},
    {"a content for another offer",    "lodges a content under another offer id",               "E_FIELD",             ANY_HARM, NULL, two_offers, NULL},
    {"a content of another referral",  "lodges a content under another referral id",            "E_FIELD",             ANY_HARM, NULL, two_referrals, NULL},
    {"a content of another consent",   "lodges a content under another consent",                "E_CONSENT_NONE",      ANY_HARM, NULL, two_consents, NULL},
    {"a content for another reader",   "lodges a content that a third partner is to get",       "E_FIELD",             ANY_HARM, NULL, two_readers, NULL},
    {"one number for two letters",     "gives preview and content one id",                      "E_FIELD",             ANY_HARM, NULL, one_number, NULL},
    {"a referral of another",          "puts an offer into the referral of another member",     "E_ID_REUSE",          ANY_HARM, NULL, referral_of_another, NULL},
    {"an offer of others",             "puts its letters under the offer of two other members", "E_NOT_FOUND",         ANY_HARM, NULL, offer_of_another, NULL},
    {"a preview alone",                "makes an offer without its content",                    "E_FIELD",             ANY_HARM, preview_alone, NULL, NULL},
    {"a content alone",                "lodges a content for an offer that is not there",       "E_NOT_FOUND",         ANY_HARM, content_alone, NULL, NULL},
    {"two previews",                   "puts two previews as one submission",                   "E_FIELD",             ANY_HARM, two_previews, NULL, NULL},
    {"three letters",                  "puts three letters as one submission",                  "E_CODE",              ANY_HARM, three_letters, NULL, NULL},
    {"no letter",                      "puts a capsule for no letter at all",                   "E_FIELD",             ANY_HARM, nothing_at_all, NULL, NULL},
    {"a race",                         "asks for a form of referral that does not run here",    "E_CODE",              ANY_HARM, to_the_first, NULL, NULL},
    {"no order",                       "does not say in which order to ask",                    "E_FIELD",             ANY_HARM, to_no_order, NULL, NULL},
    {"sealed for another letter",      "puts the sealed part of one letter into another",       "E_AUTH",              ANY_HARM, sealed_of_another, NULL, NULL},
    {"a bit of what is sealed",        "changes the last bit of what is sealed",                "E_AUTH",              ANY_HARM, sealed_bit, NULL, NULL},
    {"a letter signed by another",     "puts letters of its own that another member signed",    "E_AUTH",              ANY_HARM, letter_by_another, NULL, NULL},
    {"a letter of another member",     "puts letters that another member really signed",        "E_AUTH",              ANY_HARM, letter_of_another, NULL, NULL},
    {"and its writer puts it",         "puts letters of another, who then puts them too",       "",                    ANY_HARM & ~(TAKEN | MAILED | MOVED | ALLOWED | SHOWN), letter_given_back, NULL, NULL},
    {"a number that was used",         "says other words under the id of a letter",             "E_ID_REUSE",          ANY_HARM, used_number, NULL, NULL},
    {"the same letter again",          "puts the same submission three times",                  "",                    ANY_HARM & ~MAILED, same_again, NULL, NULL},
    {"rubbish",                        "sends ten frames of random bytes",                      SILENCE,               ANY_HARM, rubbish, NULL, NULL},
    {"much rubbish",                   "sends more of them than a slip explains",               CUT_OFF,               ANY_HARM, much_rubbish, NULL, NULL},
    {"half a frame",                   "stops in the middle of a put",                          SILENCE,               ANY_HARM, half_a_frame, NULL, NULL},
};
/* clang-format on */

int main(void)
{
    return hostile_run("letters", false, ROWS, COUNT_OF(ROWS));
}
