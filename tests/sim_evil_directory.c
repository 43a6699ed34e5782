/* sim_evil_directory.c - a member that publishes what is not its own, not true any
 * more, or too much. */
#include "core/hash.h"
#include "core/keys.h"
#include "core/time.h"
#include "core/vocab.h"
#include "core/wire.h"
#include "tests/hostile.h"

/* ------------------------------------------------------------ in the steward's place
 */

static const char *publish(struct stage *stage, enum kind kind,
        const struct wire_map *map, const void *body)
{
    struct span thing = evil_sign(stage->evil, kind, map, body);

    return evil_publish(stage->evil, &thing, 1);
}

/* As the steward, with its own key. */
static const char *publish_as_steward(struct stage *stage, enum kind kind,
        const struct wire_map *map, const void *body)
{
    struct span thing = evil_sign_as(stage->evil, DIRECTORY_STEWARD, kind,
            evil_pack(stage->evil, map, body));

    return evil_publish(stage->evil, &thing, 1);
}

/* Its own keys as those of HOME. */
static struct membership membership_of(struct stage *stage, const char *partner)
{
    const struct member *own = directory_member(stage->evil->directory, EVIL);

    return (struct membership){.v = 1,
            .partner = partner,
            .version = 99,
            .role = ROLE_NODE,
            .name = "somebody",
            .partner_type = PARTNER_TYPE_HOMECARE,
            .identity_key = own->identity_key,
            .transport_key = own->transport_key,
            .address = "",
            .supported_by = "",
            .from_ms = 1,
            .until_ms = INT64_MAX};
}

static const char *membership_own(struct stage *stage)
{
    const struct membership body = membership_of(stage, EVIL);

    return publish(stage, KIND_MEMBERSHIP, &WIRE_MEMBERSHIP, &body);
}

static const char *membership_another(struct stage *stage)
{
    const struct membership body = membership_of(stage, HOME);

    return publish_as_steward(stage, KIND_MEMBERSHIP, &WIRE_MEMBERSHIP, &body);
}

static const char *membership_new(struct stage *stage)
{
    const struct membership body = membership_of(stage, "newcomer");

    return publish_as_steward(stage, KIND_MEMBERSHIP, &WIRE_MEMBERSHIP, &body);
}

static const char *revokes(struct stage *stage)
{
    const struct revocation body = {.v = 1,
            .partner = HOME,
            .version = 99,
            .at_ms = (uint64_t)sim_now(),
            .reason = "because"};

    return publish_as_steward(stage, KIND_REVOCATION, &WIRE_REVOCATION, &body);
}

static const char *snapshot(struct stage *stage)
{
    struct snapshot body = {.v = 1,
            .network = "proefnet",
            .serial = 1000,
            .issued_ms = (uint64_t)sim_now(),
            .expires_ms = INT64_MAX,
            .count = 1};

    hash_random(&body.root, sizeof body.root);
    return publish_as_steward(stage, KIND_SNAPSHOT, &WIRE_SNAPSHOT, &body);
}

/* All sectors of Brussels in another municipality. */
static const struct area EMPTIED =
        {.v = 1, .nis = "21004", .version = 99, .nl = "", .fr = "", .en = ""};

static const char *area_own(struct stage *stage)
{
    return publish(stage, KIND_AREA, &WIRE_AREA, &EMPTIED);
}

static const char *area_as_steward(struct stage *stage)
{
    return publish_as_steward(stage, KIND_AREA, &WIRE_AREA, &EMPTIED);
}

/* ------------------------------------------------------------ the words of others */

/* A true statement of HOME, published by somebody else. */
static const char *statement_of_another(struct stage *stage)
{
    struct span thing = hostile_bytes("SELECT bytes FROM thing WHERE key LIKE"
                                      " 'statement/thuiszorg/%' LIMIT 1");

    return evil_publish(stage->evil, &thing, 1);
}

static struct statement statement_of(const struct evil *evil, enum statement_kind kind,
        const char *subject)
{
    return (struct statement){.v = 1,
            .author = evil->name,
            .kind = kind,
            .subject = subject,
            .version = (uint64_t)sim_now(),
            .issued_ms = (uint64_t)sim_now(),
            .until_ms = (uint64_t)(sim_now() + TIME_DAY_MS)};
}

static const char *statement_as_another(struct stage *stage)
{
    static const struct intake intake = {.state = INTAKE_STATE_FULL};
    struct statement body = statement_of(stage->evil, STATEMENT_KIND_INTAKE, "");

    body.author = HOME;
    body.intake = &intake;
    return publish(stage, KIND_STATEMENT, &WIRE_STATEMENT, &body);
}

static const char *statement_for_antenna(struct stage *stage)
{
    static const struct intake intake = {.state = INTAKE_STATE_FULL};
    struct statement body = statement_of(stage->evil, STATEMENT_KIND_INTAKE, "");

    body.author = ANTENNA;
    body.intake = &intake;
    return publish(stage, KIND_STATEMENT, &WIRE_STATEMENT, &body);
}

/* The keys that others seal to: one of HOME under its own name, and so on. */
static const char *publish_key(struct stage *stage, struct epoch_key key)
{
    struct statement body = statement_of(stage->evil, STATEMENT_KIND_EPOCH_KEYS, "");
    const struct epoch_keys keys = {.keys = &key, .n_keys = 1};

    body.epoch_keys = &keys;
    return publish(stage, KIND_STATEMENT, &WIRE_STATEMENT, &body);
}

static const char *key_under_a_false_tag(struct stage *stage)
{
    struct epoch_key key =
            *directory_epoch_key(stage->evil->directory, HOME, sim_now());

    key.ekid.b[0] ^= 1;
    return publish_key(stage, key);
}

static const char *key_for_ever(struct stage *stage)
{
    struct epoch_key key =
            *directory_epoch_key(stage->evil->directory, HOME, sim_now());

    key.until_ms += (uint64_t)365 * TIME_DAY_MS;
    return publish_key(stage, key);
}

static const char *key_backwards(struct stage *stage)
{
    struct epoch_key key =
            *directory_epoch_key(stage->evil->directory, HOME, sim_now());

    key.until_ms = key.from_ms;
    return publish_key(stage, key);
}

static const char *partnership_of_others(struct stage *stage)
{
    static const uint16_t purposes[] = {PURPOSE_CARE_COORDINATION};
    static const uint16_t data[] = {DATA_CATEGORY_CONTACT};
    const struct terms terms = {.v = 1,
            .a = TARGET,
            .b = HOME,
            .purposes = purposes,
            .n_purposes = 1,
            .data_categories = data,
            .n_data_categories = 1,
            .a_reason = "",
            .b_reason = "",
            .until_day = 21000};
    const struct partnership partnership = {.partner = HOME,
            .terms = evil_pack(stage->evil, &WIRE_TERMS, &terms)};
    struct statement body = statement_of(stage->evil, STATEMENT_KIND_PARTNERSHIP, HOME);

    body.partnership = &partnership;
    return publish(stage, KIND_STATEMENT, &WIRE_STATEMENT, &body);
}

/* ------------------------------------------------------------ dates, size, number */

static struct statement mandate_of(const struct evil *evil, const char *subject)
{
    static const struct mandate mandate = {.text = "to know everything"};
    struct statement body = statement_of(evil, STATEMENT_KIND_MANDATE, subject);

    body.mandate = &mandate;
    return body;
}

static const char *statement_of_tomorrow(struct stage *stage)
{
    struct statement body = mandate_of(stage->evil, "tomorrow");

    body.issued_ms += (uint64_t)2 * TIME_DAY_MS;
    body.until_ms += (uint64_t)4 * TIME_DAY_MS;
    return publish(stage, KIND_STATEMENT, &WIRE_STATEMENT, &body);
}

static const char *statement_of_yesterday(struct stage *stage)
{
    struct statement body = mandate_of(stage->evil, "yesterday");

    body.issued_ms -= (uint64_t)2 * TIME_DAY_MS;
    body.until_ms -= (uint64_t)2 * TIME_DAY_MS;
    return publish(stage, KIND_STATEMENT, &WIRE_STATEMENT, &body);
}

static const char *too_many_a_day(struct stage *stage)
{
    char subjects[DIRECTORY_STATEMENTS_A_DAY][16];
    struct span things[DIRECTORY_STATEMENTS_A_DAY];

    for (size_t i = 0; i < COUNT_OF(things); i++) {
        snprintf(subjects[i], sizeof subjects[i], "mandate-%zu", i);
        struct statement body = mandate_of(stage->evil, subjects[i]);
        things[i] = evil_sign(stage->evil, KIND_STATEMENT, &WIRE_STATEMENT, &body);
    }
    (void)evil_publish(stage->evil, things, COUNT_OF(things));
    (void)sim_settle(EVIL_WAIT_MS);
    hostile_mark();
    const struct statement last = mandate_of(stage->evil, "one more");
    return publish(stage, KIND_STATEMENT, &WIRE_STATEMENT, &last);
}

/* No form that is longer can be read. */
static const char *too_large(struct stage *stage)
{
    static const uint8_t bytes[DIRECTORY_STATEMENT_BYTES + 1];
    struct span thing = evil_sign_bytes(stage->evil, KIND_STATEMENT, SPAN_OF(bytes));

    return evil_publish(stage->evil, &thing, 1);
}

/* ------------------------------------------------------------ what is not published */

static const char *publish_kind(struct stage *stage, enum kind kind)
{
    static const uint8_t body[] = {8, 1};
    struct span thing = evil_sign_bytes(stage->evil, kind, SPAN_OF(body));

    return evil_publish(stage->evil, &thing, 1);
}

static const char *publishes_letter(struct stage *stage)
{
    return publish_kind(stage, KIND_LETTER);
}

static const char *publishes_withdrawal(struct stage *stage)
{
    return publish_kind(stage, KIND_WITHDRAWAL);
}

static const char *publishes_receipt(struct stage *stage)
{
    return publish_kind(stage, KIND_RECEIPT);
}

/* ------------------------------------------------------------ how letters ended */

/* Of a letter of EVIL's own, which nobody has read. */
static const char *publish_end(struct stage *stage, const char *recipient,
        enum receipt_state state)
{
    struct receipt body = {.v = 1,
            .sender = EVIL,
            .recipient = recipient,
            .state = state,
            .code = "",
            .at_ms = (uint64_t)sim_now()};

    hash_random(&body.msg_id, sizeof body.msg_id);
    hash_random(&body.core_hash, sizeof body.core_hash);
    return publish(stage, KIND_RECEIPT, &WIRE_RECEIPT, &body);
}

static const char *end_as_reader(struct stage *stage)
{
    return publish_end(stage, HOME, RECEIPT_STATE_PROCESSED);
}

static const char *end_as_broker(struct stage *stage)
{
    return publish_end(stage, HOME, RECEIPT_STATE_RECALLED);
}

static const char *end_that_is_none(struct stage *stage)
{
    return publish_end(stage, EVIL, RECEIPT_STATE_ERASED);
}

/* What TARGET truly said of a letter of HOME. */
static const char *end_of_others(struct stage *stage)
{
    struct span thing = hostile_bytes_of(HOME,
            "SELECT receipt FROM sent WHERE recipient = 'aksant' AND terminal = 1"
            " AND receipt IS NOT NULL LIMIT 1");

    return evil_publish(stage->evil, &thing, 1);
}

static const char *publishes_checkpoint(struct stage *stage)
{
    return publish_kind(stage, KIND_CHECKPOINT);
}

static const char *publishes_network(struct stage *stage)
{
    return publish_kind(stage, KIND_NETWORK);
}

static const char *publishes_rubbish(struct stage *stage)
{
    uint8_t bytes[300];

    hash_random(bytes, sizeof bytes);
    struct span thing = SPAN_OF(bytes);
    return evil_publish(stage->evil, &thing, 1);
}

/* ------------------------------------------------------------ statuses */

/* Of the offer in progress between HOME and TARGET: over, says EVIL. */
static const char *status_own(struct stage *stage)
{
    struct offer_status body = {.v = 1,
            .offer_id = hostile_id("SELECT offer_id FROM offer ORDER BY no LIMIT 1"),
            .referral_id = hostile_id("SELECT referral_id FROM referral ORDER BY no"
                                      " LIMIT 1"),
            .sender = HOME,
            .target = EVIL,
            .state = OFFER_STATE_CANCELLED,
            .event = OFFER_EVENT_CANCEL,
            .version = 50,
            .at_ms = (uint64_t)sim_now(),
            .code = ""};

    return publish(stage, KIND_OFFER_STATUS, &WIRE_OFFER_STATUS, &body);
}

static const char *status_as_broker(struct stage *stage)
{
    struct offer_status body = {.v = 1,
            .sender = HOME,
            .target = EVIL,
            .state = OFFER_STATE_ACCEPTED,
            .event = OFFER_EVENT_ACCEPT,
            .version = 2,
            .at_ms = (uint64_t)sim_now(),
            .code = ""};

    hash_random(&body.offer_id, sizeof body.offer_id);
    hash_random(&body.referral_id, sizeof body.referral_id);
    struct span thing = evil_sign_as(stage->evil, NETWORK_BROKER, KIND_OFFER_STATUS,
            evil_pack(stage->evil, &WIRE_OFFER_STATUS, &body));
    return evil_publish(stage->evil, &thing, 1);
}

/* What the broker truly said of an offer between two others. */
static const char *status_of_others(struct stage *stage)
{
    struct span thing = hostile_bytes_of(HOME,
            "SELECT status FROM offer WHERE target = 'aksant' AND status IS NOT NULL"
            " LIMIT 1");

    return evil_publish(stage->evil, &thing, 1);
}

/* What the broker said of an offer of its own before it moved on. */
static const char *status_of_before(struct stage *stage)
{
    struct forged forged;

    forge_referral(stage->evil, HOME, &forged);
    network_must(strcmp(forge_put(stage->evil, &forged), "") == 0, "put", NULL);
    network_must(stage->evil->answer.n_statuses == 1, "a status", NULL);
    struct span thing = stage->evil->answer.statuses[0];
    network_must(strcmp(forge_withdraw(stage->evil, &forged), "") == 0, "withdraw",
            NULL);
    hostile_mark();
    return evil_publish(stage->evil, &thing, 1);
}

/* ------------------------------------------------------------ the table */

/* ------------------------------------------------------------ of before */

/* The steward says something new, also about ACCOMPLICE; what it said before is true,
 * and is brought after it. */
static const char *stewards_word_of_before(struct stage *stage)
{
    const struct span before[] = {
            hostile_bytes(
                    "SELECT bytes FROM thing WHERE key = 'membership/" ACCOMPLICE "'"),
            hostile_bytes("SELECT bytes FROM thing WHERE key LIKE 'snapshot%'"),
    };

    world_pass(TIME_DAY_MS);
    network_until(world_network(), ACCOMPLICE, sim_now() + (int64_t)400 * TIME_DAY_MS,
            sim_now());
    world_publish(NETWORK_BROKER);
    world_pass(TIME_MINUTE_MS);
    evil_come_back(stage->evil);
    hostile_mark();
    for (int i = 0; i < 20; i++)
        (void)evil_publish(stage->evil, before, COUNT_OF(before));
    return evil_publish(stage->evil, before, COUNT_OF(before));
}

/* clang-format off */
static const struct hostile ROWS[] = {
    {"a membership of its own making",  "signs its own membership, for ever",                       "E_AUTH",      ANY_HARM, membership_own, NULL, NULL},
    {"the keys of another",             "publishes its own keys as those of HOME",                  "E_AUTH",      ANY_HARM, membership_another, NULL, NULL},
    {"a member of its own",             "admits a partner of its own making",                       "E_AUTH",      ANY_HARM, membership_new, NULL, NULL},
    {"a revocation",                    "revokes another member",                                   "E_AUTH",      ANY_HARM, revokes, NULL, NULL},
    {"a snapshot",                      "says which members there are",                             "E_AUTH",      ANY_HARM, snapshot, NULL, NULL},
    {"a table of sectors",              "says where sectors lie, as itself",                        "E_AUTH",      ANY_HARM, area_own, NULL, NULL},
    {"a table in another's name",       "says it as the steward",                                   "E_AUTH",      ANY_HARM, area_as_steward, NULL, NULL},
    {"a true statement of another",     "publishes what HOME has signed",                           "E_AUTH",      ANY_HARM, statement_of_another, NULL, NULL},
    {"a statement as another",          "says that HOME is full",                                   "E_AUTH",      ANY_HARM, statement_as_another, NULL, NULL},
    {"a statement as its antenna",      "signs for the antenna, which has no node",                 "E_AUTH",      ANY_HARM, statement_for_antenna, NULL, NULL},
    {"a key under a false tag",         "publishes an epoch key under a tag that is not its own",   "E_FORMAT",    ANY_HARM, key_under_a_false_tag, NULL, NULL},
    {"a key for ever",                  "publishes an epoch key for more than a year",              "E_FORMAT",    ANY_HARM, key_for_ever, NULL, NULL},
    {"a key that never begins",         "publishes an epoch key that ends when it begins",          "E_FORMAT",    ANY_HARM, key_backwards, NULL, NULL},
    {"a partnership of others",         "publishes terms between two others",                       "E_FORMAT",    ANY_HARM, partnership_of_others, NULL, NULL},
    {"a statement of the future",       "publishes what is issued in two days",                     "E_CLOCK",     ANY_HARM, statement_of_tomorrow, NULL, NULL},
    {"a statement of the past",         "publishes what has ended already",                         "E_TTL",       ANY_HARM, statement_of_yesterday, NULL, NULL},
    {"a statement that is too large",   "publishes a byte more than a statement may have",          "E_FORMAT",    ANY_HARM, too_large, NULL, NULL},
    {"a published letter",              "publishes a letter",                                       "E_FIELD",     ANY_HARM, publishes_letter, NULL, NULL},
    {"a published withdrawal",          "publishes a withdrawal, past the list of what was handed over", "E_FIELD", ANY_HARM, publishes_withdrawal, NULL, NULL},
    {"a published receipt",             "publishes a receipt that says nothing",                    "E_FORMAT",    ANY_HARM, publishes_receipt, NULL, NULL},
    {"an end in the reader's name",     "brings a receipt of its own letter, as if its reader had signed it", "E_AUTH", ANY_HARM, end_as_reader, NULL, NULL},
    {"an end in the broker's name",     "brings a receipt of its own letter, as if the broker had signed it", "E_AUTH", ANY_HARM, end_as_broker, NULL, NULL},
    {"an end that is none",             "brings a receipt that says something else than an end",    "E_FIELD",     ANY_HARM, end_that_is_none, NULL, NULL},
    {"an end of another's letter",      "brings the true receipt of a letter between two others",   "E_AUTH",      ANY_HARM, end_of_others, NULL, NULL},
    {"a published checkpoint",          "publishes a head of the broker's log",                     "E_FIELD",     ANY_HARM, publishes_checkpoint, NULL, NULL},
    {"another network",                 "publishes a network of its own, which nobody reads",       "",            ANY_HARM, publishes_network, NULL, NULL},
    {"published rubbish",               "publishes random bytes",                                   "E_FORMAT",    ANY_HARM, publishes_rubbish, NULL, NULL},
    {"a status of its own",             "says that the offer between others is over",               "E_AUTH",      ANY_HARM, status_own, NULL, NULL},
    {"a status in the broker's name",   "says that it has accepted an offer that nobody made",      "E_AUTH",      ANY_HARM, status_as_broker, NULL, NULL},
    {"a true status of others",         "publishes what the broker said of an offer between others", "E_AUTH",     ANY_HARM, status_of_others, NULL, NULL},
    {"a status of before",              "publishes what the broker said before the withdrawal, and is told again what it is now", "", ANY_HARM & ~MAILED, status_of_before, NULL, NULL},
    {"the steward's word of before",    "brings again and again what the steward has replaced",     "E_DIRECTORY", ANY_HARM, stewards_word_of_before, NULL, NULL},
    {"fifty statements and one more",   "publishes more on one day than a member may",              "E_BUSY",      ANY_HARM, too_many_a_day, NULL, NULL},
};
/* clang-format on */

int main(void)
{
    return hostile_run("the directory", false, ROWS, COUNT_OF(ROWS));
}
