/* sim_evil_answers.c - a broker that lies about the directory and in its answers, and
 * frames that are not its to send. */
#include "core/hash.h"
#include "core/time.h"
#include "core/vocab.h"
#include "core/wire.h"
#include "tests/hostile.h"
#include "tests/peek.h"

static const char LIVE_CASE[] = "SELECT c.consent_id FROM case_file c JOIN offer o ON"
                                " o.case_number = c.number WHERE o.state = 6";

/* ------------------------------------------------------------ directory */

static const char *tell(struct stage *stage, struct span thing)
{
    evil_toward(stage->evil, HOME);
    evil_tell(stage->evil, &thing, 1);
    return hostile_silence(stage);
}

static struct membership membership_of(struct stage *stage)
{
    const struct member *own = directory_member(stage->evil->directory, ACCOMPLICE);

    return (struct membership){.v = 1,
            .partner = TARGET,
            .version = 99,
            .role = ROLE_NODE,
            .name = TARGET,
            .partner_type = PARTNER_TYPE_LDC,
            .identity_key = own->identity_key,
            .transport_key = own->transport_key,
            .address = "",
            .supported_by = "",
            .from_ms = 1,
            .until_ms = INT64_MAX};
}

static const char *membership_by_the_broker(struct stage *stage)
{
    const struct membership body = membership_of(stage);

    return tell(stage,
            evil_sign(stage->evil, KIND_MEMBERSHIP, &WIRE_MEMBERSHIP, &body));
}

static const char *membership_as_the_steward(struct stage *stage)
{
    const struct membership body = membership_of(stage);

    return tell(stage, evil_sign_as(stage->evil, DIRECTORY_STEWARD, KIND_MEMBERSHIP,
                               evil_pack(stage->evil, &WIRE_MEMBERSHIP, &body)));
}

static const char *revocation_by_the_broker(struct stage *stage)
{
    const struct revocation body = {.v = 1,
            .partner = TARGET,
            .version = 99,
            .at_ms = (uint64_t)sim_now(),
            .reason = "because"};

    return tell(stage,
            evil_sign(stage->evil, KIND_REVOCATION, &WIRE_REVOCATION, &body));
}

static const char *snapshot_by_the_broker(struct stage *stage)
{
    struct snapshot body = {.v = 1,
            .network = "proefnet",
            .serial = 1000,
            .issued_ms = (uint64_t)sim_now(),
            .expires_ms = INT64_MAX,
            .count = 1};

    hash_random(&body.root, sizeof body.root);
    return tell(stage, evil_sign_as(stage->evil, DIRECTORY_STEWARD, KIND_SNAPSHOT,
                               evil_pack(stage->evil, &WIRE_SNAPSHOT, &body)));
}

/* No sector lies in Brussels any more. */
static const struct area EMPTIED =
        {.v = 1, .nis = "21004", .version = 99, .nl = "", .fr = "", .en = ""};

static const char *area_by_the_broker(struct stage *stage)
{
    return tell(stage, evil_sign(stage->evil, KIND_AREA, &WIRE_AREA, &EMPTIED));
}

static const char *area_as_the_steward(struct stage *stage)
{
    return tell(stage, evil_sign_as(stage->evil, DIRECTORY_STEWARD, KIND_AREA,
                               evil_pack(stage->evil, &WIRE_AREA, &EMPTIED)));
}

/* The keys that HOME seals to for TARGET: those of the accomplice instead. */
static struct span swapped_keys(struct stage *stage, struct evil *by, const char *name,
        const char *author)
{
    const struct epoch_key *key =
            directory_epoch_key(stage->evil->directory, ACCOMPLICE, sim_now());
    const struct epoch_keys keys = {.keys = (struct epoch_key *)(uintptr_t)key,
            .n_keys = 1};
    const struct statement body = {.v = 1,
            .author = author,
            .kind = STATEMENT_KIND_EPOCH_KEYS,
            .subject = "",
            .version = (uint64_t)sim_now(),
            .issued_ms = (uint64_t)sim_now(),
            .until_ms = (uint64_t)(sim_now() + TIME_DAY_MS),
            .epoch_keys = &keys};

    return evil_sign_as(by, name, KIND_STATEMENT,
            evil_pack(by, &WIRE_STATEMENT, &body));
}

static const char *keys_by_the_broker(struct stage *stage)
{
    return tell(stage, swapped_keys(stage, stage->evil, TARGET, TARGET));
}

static const char *keys_by_a_member(struct stage *stage)
{
    return tell(stage, swapped_keys(stage, hostile_other(stage), ACCOMPLICE, TARGET));
}

static const char *another_network(struct stage *stage)
{
    static const uint8_t body[] = {8, 1};

    return tell(stage,
            evil_sign_as(stage->evil, DIRECTORY_STEWARD, KIND_NETWORK, SPAN_OF(body)));
}

static const char *rows_to_the_end_of_time(struct stage *stage)
{
    const struct directory_rows rows = {.upto = UINT64_MAX, .more = false};

    evil_toward(stage->evil, HOME);
    evil_say(stage->evil, &(struct frame){.v = 1, .directory = &rows});
    return hostile_silence(stage);
}

static const char *rubbish_in_the_directory(struct stage *stage)
{
    uint8_t bytes[200];

    hash_random(bytes, sizeof bytes);
    return tell(stage, SPAN_OF(bytes));
}

/* ------------------------------------------------------------ answers */

static const char *answer(struct stage *stage, const struct answer *said)
{
    evil_toward(stage->evil, HOME);
    evil_say(stage->evil, &(struct frame){.v = 1, .answer = said});
    return hostile_silence(stage);
}

static const char *answer_to_nothing(struct stage *stage)
{
    struct answer said = {.code = "E_AUTH", .words = ""};

    hash_random(&said.id, sizeof said.id);
    return answer(stage, &said);
}

/* A withdrawal that HOME never made is registered. */
static const char *answer_to_a_case(struct stage *stage)
{
    const struct answer said = {.id = hostile_id_of(TARGET, LIVE_CASE),
            .code = "",
            .words = "",
            .register_version = UINT64_MAX / 2};

    return answer(stage, &said);
}

/* HOME refers, and this is all that the broker answers; code NULL: nothing yet. */
static const char *answer_a_put(struct stage *stage, const char *code)
{
    static const struct world_consent wish = {.recipients = {TARGET}};

    evil_toward(stage->evil, HOME);
    uint64_t consent = world_consent(HOME, &wish);
    const struct reply *reply = world_refer(HOME, consent, TARGET, "Lea Voorbeeld");
    network_must(strcmp(reply->code, "") == 0, "refer", NULL);
    (void)sim_settle(EVIL_WAIT_MS);
    network_must(stage->evil->n_puts > 0, "a put", NULL);
    hostile_mark();
    const struct answer said = {.id = stage->evil->put.submission_id,
            .code = code != NULL ? code : "",
            .words = ""};
    return code != NULL ? answer(stage, &said) : SILENCE;
}

/* Later HOME comes back, and must say it again. */
static const char *put_again(struct stage *stage, const char *silence)
{
    struct id said = stage->evil->put.submission_id;

    stage->evil->n_puts = 0;
    sim_unplug(HOME, true);
    sim_unplug(HOME, false);
    world_pass(2 * TIME_MINUTE_MS);
    for (size_t i = 0; i < stage->evil->n_puts; i++)
        if (id_equal(&stage->evil->puts[i], &said))
            return silence;
    return "forgotten";
}

static const char *taken_without_receipts(struct stage *stage)
{
    return put_again(stage, answer_a_put(stage, ""));
}

/* For the content that HOME has lodged for TARGET. */
static struct receipt receipt_now(void)
{
    struct receipt body = {.v = 1,
            .msg_id = hostile_id_of(HOME, "SELECT msg_id FROM sent WHERE type = 2 AND"
                                          " terminal = 0 LIMIT 1"),
            .sender = HOME,
            .recipient = TARGET,
            .state = RECEIPT_STATE_PROCESSED,
            .at_ms = (uint64_t)sim_now(),
            .code = ""};
    struct span hash = hostile_bytes_of(HOME,
            "SELECT core_hash FROM sent WHERE type = 2 AND terminal = 0 LIMIT 1");

    memcpy(&body.core_hash, hash.at, sizeof body.core_hash);
    return body;
}

/* It signs that it has taken another letter. */
static const char *taken_something_else(struct stage *stage)
{
    struct receipt body = receipt_now();

    (void)answer_a_put(stage, NULL);
    body.state = RECEIPT_STATE_ACCEPTED;
    struct span receipt = evil_sign(stage->evil, KIND_RECEIPT, &WIRE_RECEIPT, &body);
    const struct answer said = {.id = stage->evil->put.submission_id,
            .code = "",
            .words = "",
            .receipts = &receipt,
            .n_receipts = 1};
    return put_again(stage, answer(stage, &said));
}

static const char *taken_for_now(struct stage *stage)
{
    return put_again(stage, answer_a_put(stage, "E_BUSY"));
}

/* What was read is called back, and asked for once more. */
static const char *recalled_after_it_was_read(struct stage *stage)
{
    static const char READ[] = "SELECT %s FROM sent WHERE state = %d AND recipient ="
                               " '" TARGET "' ORDER BY msg_id LIMIT 1";
    static const char LINES[] = "SELECT count(*) FROM trace";
    int64_t lines = peek_number(peek_of(HOME), LINES);
    char id_sql[160], hash_sql[160];

    snprintf(id_sql, sizeof id_sql, READ, "msg_id", RECEIPT_STATE_PROCESSED);
    snprintf(hash_sql, sizeof hash_sql, READ, "core_hash", RECEIPT_STATE_PROCESSED);
    struct receipt body = {.v = 1,
            .msg_id = hostile_id_of(HOME, id_sql),
            .sender = HOME,
            .recipient = TARGET,
            .state = RECEIPT_STATE_RECALLED,
            .at_ms = (uint64_t)sim_now(),
            .code = "E_KEY"};
    struct span hash = hostile_bytes_of(HOME, hash_sql);
    memcpy(&body.core_hash, hash.at, sizeof body.core_hash);

    struct mail mails[] = {{.mail_id = 900}, {.mail_id = 901}};
    mails[0].receipt = evil_sign(stage->evil, KIND_RECEIPT, &WIRE_RECEIPT, &body);
    mails[1].reseal = body.msg_id;
    evil_toward(stage->evil, HOME);
    evil_deliver_all(stage->evil, mails, COUNT_OF(mails));
    return peek_number(peek_of(HOME), LINES) == lines ? SILENCE : "a line in the trace";
}

/* ------------------------------------------------------------ frames */

static const char *say(struct stage *stage, const struct frame *frame)
{
    evil_toward(stage->evil, HOME);
    evil_say(stage->evil, frame);
    return hostile_silence(stage);
}

static const char *a_put_by_the_broker(struct stage *stage)
{
    static const struct put put = {.submission_id = {{1}}};

    return say(stage, &(struct frame){.v = 1, .put = &put});
}

static const char *a_withdraw_by_the_broker(struct stage *stage)
{
    const struct withdrawal body = {.v = 1,
            .consent_id = hostile_id_of(TARGET, LIVE_CASE),
            .at_ms = (uint64_t)sim_now(),
            .by = NETWORK_BROKER,
            .reason = WITHDRAWAL_REASON_PERSON_ASKED};
    const struct withdraw withdraw = {
            evil_sign(stage->evil, KIND_WITHDRAWAL, &WIRE_WITHDRAWAL, &body)};

    return say(stage, &(struct frame){.v = 1, .withdraw = &withdraw});
}

static const char *frame_of_another_version(struct stage *stage)
{
    static const struct ping ping = {.answer = false};
    struct span packed =
            evil_pack(stage->evil, &WIRE_FRAME, &(struct frame){.v = 1, .ping = &ping});

    evil_toward(stage->evil, HOME);
    evil_say_bytes(stage->evil, evil_version(stage->evil, packed));
    (void)hostile_silence(stage);
    world_pass(2 * TIME_MINUTE_MS);
    return SILENCE;
}

static const char *storm_of_pings(struct stage *stage)
{
    static const struct ping ping = {.answer = false};

    evil_toward(stage->evil, HOME);
    for (int i = 0; i < 2000; i++)
        evil_say(stage->evil, &(struct frame){.v = 1, .ping = &ping});
    return hostile_silence(stage);
}

static const char *empty_mail(struct stage *stage)
{
    struct mail mail = {.mail_id = 5};

    evil_toward(stage->evil, HOME);
    return hostile_deliver(stage, &mail);
}

/* ------------------------------------------------------------ the table */

/* clang-format off */
static const struct hostile ROWS[] = {
    {"a membership by the broker",     "admits the keys of the accomplice as TARGET",         SILENCE, ANY_HARM, membership_by_the_broker, NULL, NULL},
    {"a membership as the steward",    "does it in the steward's name",                       SILENCE, ANY_HARM, membership_as_the_steward, NULL, NULL},
    {"a revocation by the broker",     "revokes TARGET",                                      SILENCE, ANY_HARM, revocation_by_the_broker, NULL, NULL},
    {"a snapshot by the broker",       "says which members there are",                        SILENCE, ANY_HARM, snapshot_by_the_broker, NULL, NULL},
    {"a table by the broker",          "says that no sector lies in Brussels",                SILENCE, ANY_HARM, area_by_the_broker, NULL, NULL},
    {"a table as the steward",         "does it in the steward's name",                       SILENCE, ANY_HARM, area_as_the_steward, NULL, NULL},
    {"swapped keys",                   "tells the accomplice's key as that of TARGET",        SILENCE, ANY_HARM, keys_by_the_broker, NULL, NULL},
    {"swapped keys by a member",       "tells what the accomplice signed about TARGET",       SILENCE, ANY_HARM, keys_by_a_member, NULL, NULL},
    {"another network",                "tells a network of its own",                          SILENCE, ANY_HARM, another_network, NULL, NULL},
    {"rows to the end of time",        "says that HOME has all rows there will ever be",      SILENCE, ANY_HARM, rows_to_the_end_of_time, NULL, NULL},
    {"rubbish in the directory",       "tells random bytes",                                  SILENCE, ANY_HARM, rubbish_in_the_directory, NULL, NULL},
    {"an answer to nothing",           "refuses what nobody asked",                           SILENCE, ANY_HARM, answer_to_nothing, NULL, NULL},
    {"an answer to a case",            "registers a withdrawal that nobody made",             SILENCE, ANY_HARM, answer_to_a_case, NULL, NULL},
    {"taken without receipts",         "says yes to a referral, and drops it",                SILENCE, ANY_HARM, taken_without_receipts, NULL, NULL},
    {"taken another letter",           "says yes, and signs that it has taken another letter", SILENCE, ANY_HARM, taken_something_else, NULL, NULL},
    {"recalled after it was read",     "says that a letter was recalled that was read, and asks for it again", SILENCE, ANY_HARM, recalled_after_it_was_read, NULL, NULL},
    {"not now",                        "says that it is busy, for ever",                      SILENCE, ANY_HARM, taken_for_now, NULL, NULL},
    {"a put by the broker",            "puts letters to a node",                              SILENCE, ANY_HARM, a_put_by_the_broker, NULL, NULL},
    {"a withdrawal frame",             "withdraws at a node",                                 SILENCE, ANY_HARM, a_withdraw_by_the_broker, NULL, NULL},
    {"an unknown frame",               "sends a frame of version 2, and is left for a while", SILENCE, ANY_HARM, frame_of_another_version, NULL, NULL},
    {"a storm of pings",               "asks thousands of times whether HOME is there",       SILENCE, ANY_HARM, storm_of_pings, NULL, NULL},
    {"empty mail",                     "delivers mail in which nothing is",                   SILENCE, ANY_HARM, empty_mail, NULL, NULL},
};
/* clang-format on */

int main(void)
{
    return hostile_run("a broker that answers", true, ROWS, COUNT_OF(ROWS));
}
