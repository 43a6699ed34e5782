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
    if (core->type == LETTER_TYPE_PREVIEW)
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
};
/* clang-format on */

int main(void)
{
    return hostile_run("letters", false, ROWS, COUNT_OF(ROWS));
}
