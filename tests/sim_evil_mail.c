/* sim_evil_mail.c - a member that says receipts which are not its to give, reaches for
 * the mail of others, or asks for too much. */
#include "core/hash.h"
#include "core/time.h"
#include "core/vocab.h"
#include "core/wire.h"
#include "tests/hostile.h"

enum { STORM = 3000 };

/* ------------------------------------------------------------ receipts */

/* A receipt by EVIL; and the ack that brings it. */
static struct span receipt_of(struct stage *stage, const struct receipt *body)
{
    return evil_sign(stage->evil, KIND_RECEIPT, &WIRE_RECEIPT, body);
}

static const char *say_receipt(struct stage *stage, struct span receipt,
        uint64_t mail_id)
{
    const struct ack ack = {.mail_ids = &mail_id,
            .n_mail_ids = 1,
            .receipts = &receipt,
            .n_receipts = 1};

    evil_say(stage->evil, &(struct frame){.v = 1, .ack = &ack});
    return hostile_silence(stage);
}

/* The content that waits at the broker for the accept of TARGET. */
static struct receipt for_lodged(void)
{
    struct receipt body = {.v = 1,
            .msg_id = hostile_id("SELECT msg_id FROM letter WHERE state = 1 LIMIT 1"),
            .sender = HOME,
            .recipient = TARGET,
            .state = RECEIPT_STATE_PROCESSED,
            .at_ms = (uint64_t)sim_now(),
            .code = ""};
    struct span hash =
            hostile_bytes("SELECT core_hash FROM letter WHERE state = 1 LIMIT 1");

    memcpy(&body.core_hash, hash.at, sizeof body.core_hash);
    return body;
}

static const char *for_another_as_itself(struct stage *stage)
{
    struct receipt body = for_lodged();

    body.recipient = EVIL;
    return say_receipt(stage, receipt_of(stage, &body), 1);
}

static const char *for_another_as_another(struct stage *stage)
{
    struct receipt body = for_lodged();

    return say_receipt(stage, receipt_of(stage, &body), 1);
}

/* A letter of HOME that has left for TARGET, and was lost on the way. */
static void letter_on_its_way(void)
{
    static const struct world_consent wish = {.recipients = {TARGET}};
    uint64_t consent = world_consent(HOME, &wish);

    sim_hold(true);
    const struct reply *reply = world_refer(HOME, consent, TARGET, "Lea Voorbeeld");
    network_must(strcmp(reply->code, "") == 0, "refer", NULL);
    (void)sim_let(HOME, NETWORK_BROKER);
    (void)sim_settle(EVIL_WAIT_MS);
    sim_unplug(TARGET, true);
    sim_hold(false);
    (void)sim_settle(EVIL_WAIT_MS);
}

/* All that is true of it but the reader. */
static const char *for_a_letter_on_its_way(struct stage *stage)
{
    static const char CORE[] = "SELECT core_hash FROM letter WHERE state = 3";
    struct receipt body = {.v = 1,
            .sender = HOME,
            .recipient = EVIL,
            .state = RECEIPT_STATE_PROCESSED,
            .at_ms = (uint64_t)sim_now(),
            .code = ""};

    letter_on_its_way();
    body.msg_id = hostile_id("SELECT msg_id FROM letter WHERE state = 3");
    memcpy(&body.core_hash, hostile_bytes(CORE).at, sizeof body.core_hash);
    const char *answer = say_receipt(stage, receipt_of(stage, &body), 1);
    bool waits = hostile_number("SELECT count(*) FROM letter WHERE state = 3") == 1;
    sim_unplug(TARGET, false);
    world_pass(TIME_MINUTE_MS);
    /* What TARGET is handed now is its own. */
    hostile_mark();
    return waits ? answer : "it has ended";
}

/* Its own letter to HOME, which is away; before that HOME has seen it. */
static struct receipt of_own_letter(struct stage *stage)
{
    struct forged forged;

    sim_unplug(HOME, true);
    forge_referral(stage->evil, HOME, &forged);
    network_must(strcmp(forge_put(stage->evil, &forged), "") == 0, "put", NULL);
    hostile_mark();
    struct receipt body = {.v = 1,
            .msg_id = forged.preview.msg_id,
            .sender = EVIL,
            .recipient = HOME,
            .state = RECEIPT_STATE_PROCESSED,
            .at_ms = (uint64_t)sim_now(),
            .code = ""};
    struct span hash = hostile_bytes("SELECT core_hash FROM letter WHERE type = 1"
                                     " ORDER BY no DESC LIMIT 1");

    memcpy(&body.core_hash, hash.at, sizeof body.core_hash);
    return body;
}

static const char *back_again(const char *answer)
{
    sim_unplug(HOME, false);
    world_pass(TIME_MINUTE_MS);
    return answer;
}

static const char *for_its_own_letter(struct stage *stage)
{
    struct receipt body = of_own_letter(stage);

    return back_again(say_receipt(stage, receipt_of(stage, &body), 1));
}

static const char *for_its_own_letter_as_reader(struct stage *stage)
{
    struct receipt body = of_own_letter(stage);

    body.recipient = EVIL;
    return back_again(say_receipt(stage, receipt_of(stage, &body), 1));
}

/* HOME refers to it. taken: it has taken the mail, so that the letter is its own to
 * answer for. */
static struct receipt offered(struct stage *stage, bool taken)
{
    static const struct world_consent wish = {.recipients = {EVIL}};
    uint64_t consent = world_consent(HOME, &wish);
    const struct reply *reply = world_refer(HOME, consent, EVIL, "Lea Voorbeeld");

    network_must(strcmp(reply->code, "") == 0, "refer", NULL);
    (void)sim_settle(EVIL_WAIT_MS);
    if (taken)
        evil_take_mail(stage->evil);
    struct receipt body = {.v = 1,
            .msg_id = hostile_id("SELECT msg_id FROM letter WHERE type = 1 ORDER BY no"
                                 " DESC LIMIT 1"),
            .sender = HOME,
            .recipient = EVIL,
            .state = RECEIPT_STATE_PROCESSED,
            .at_ms = (uint64_t)sim_now(),
            .code = ""};
    struct span hash = hostile_bytes("SELECT core_hash FROM letter WHERE type = 1"
                                     " ORDER BY no DESC LIMIT 1");

    memcpy(&body.core_hash, hash.at, sizeof body.core_hash);
    hostile_mark();
    return body;
}

static const char *before_it_came(struct stage *stage)
{
    struct receipt body = offered(stage, false);

    return say_receipt(stage, receipt_of(stage, &body), 1);
}

static const char *say_state(struct stage *stage, enum receipt_state state)
{
    struct receipt body = offered(stage, true);

    body.state = state;
    return say_receipt(stage, receipt_of(stage, &body), 1);
}

static const char *says_accepted(struct stage *stage)
{
    return say_state(stage, RECEIPT_STATE_ACCEPTED);
}

static const char *says_refused(struct stage *stage)
{
    return say_state(stage, RECEIPT_STATE_REFUSED);
}

static const char *says_expired(struct stage *stage)
{
    return say_state(stage, RECEIPT_STATE_EXPIRED);
}

static const char *says_recalled(struct stage *stage)
{
    return say_state(stage, RECEIPT_STATE_RECALLED);
}

static const char *of_another_core(struct stage *stage)
{
    struct receipt body = offered(stage, true);

    body.core_hash.b[0] ^= 1;
    return say_receipt(stage, receipt_of(stage, &body), 1);
}

/* Words where a code belongs would stand in the broker's log and at the sender. */
static const char *words_for_a_code(struct stage *stage)
{
    struct receipt body = offered(stage, true);

    body.state = RECEIPT_STATE_FAILED;
    body.code = "Lea fell last night";
    return say_receipt(stage, receipt_of(stage, &body), 1);
}

static const char *another_version(struct stage *stage)
{
    struct receipt body = offered(stage, true);
    struct span packed = evil_pack(stage->evil, &WIRE_RECEIPT, &body);
    struct span receipt = evil_sign_bytes(stage->evil, KIND_RECEIPT,
            evil_version(stage->evil, packed));

    return say_receipt(stage, receipt, 1);
}

static const char *both_ends(struct stage *stage)
{
    struct receipt body = offered(stage, true);
    struct span first = receipt_of(stage, &body);

    (void)say_receipt(stage, first, 1);
    (void)sim_settle(EVIL_WAIT_MS);
    hostile_mark();
    body.state = RECEIPT_STATE_FAILED;
    body.code = "E_KEY";
    return say_receipt(stage, receipt_of(stage, &body), 1);
}

static const char *acknowledges_everything(struct stage *stage)
{
    uint64_t mail_ids[64];

    for (uint64_t from = 1; from < 640; from += COUNT_OF(mail_ids)) {
        for (size_t i = 0; i < COUNT_OF(mail_ids); i++)
            mail_ids[i] = from + i;
        const struct ack ack = {.mail_ids = mail_ids, .n_mail_ids = 64};
        evil_say(stage->evil, &(struct frame){.v = 1, .ack = &ack});
    }
    return hostile_silence(stage);
}

/* ------------------------------------------------------------ the mail of others */

static const char *takes_all_mail(struct stage *stage)
{
    static const struct credit all = {.letters = UINT32_MAX, .bytes = UINT64_MAX};
    struct forged forged;
    struct evil *other = hostile_other(stage);

    sim_unplug(HOME, true);
    forge_referral(other, HOME, &forged);
    network_must(strcmp(forge_put(other, &forged), "") == 0, "put", NULL);
    hostile_mark();
    stage->evil->n_mails = 0;
    for (int i = 0; i < 10; i++)
        evil_say(stage->evil, &(struct frame){.v = 1, .credit = &all});
    (void)sim_settle(EVIL_WAIT_MS);
    for (size_t i = 0; i < stage->evil->n_mails; i++)
        if (stage->evil->mails[i].letter.len > 0 &&
                memmem(stage->evil->mails[i].letter.at,
                        stage->evil->mails[i].letter.len, ACCOMPLICE,
                        strlen(ACCOMPLICE)) != NULL)
            return back_again("the mail of HOME");
    return back_again(hostile_silence(stage));
}

/* ------------------------------------------------------------ not a member's to say */

#define SAYS(name, field, value)                                                       \
    static const char *name(struct stage *stage)                                       \
    {                                                                                  \
        evil_say(stage->evil, &(struct frame){.v = 1, .field = (value)});              \
        return hostile_silence(stage);                                                 \
    }
static const struct welcome WELCOME = {.store_id = {{1}},
        .program = "evil",
        .code = ""};
static const struct answer ANSWER = {.id = {{1}}, .code = "", .words = ""};
static const struct mail MAILS[] = {
        {.mail_id = 1, .reseal = {{1}}}
};
static const struct deliver DELIVER = {.mail = (struct mail *)(uintptr_t)MAILS,
        .n_mail = 1};
static const struct directory_rows NO_ROWS = {.upto = 1000000};
SAYS(says_welcome, welcome, &WELCOME)
SAYS(says_answer, answer, &ANSWER)
SAYS(says_deliver, deliver, &DELIVER)
SAYS(says_directory, directory, &NO_ROWS)

/* ------------------------------------------------------------ too much */

static const char *storm(struct stage *stage, const struct frame *frame)
{
    struct span bytes = evil_pack(stage->evil, &WIRE_FRAME, frame);

    for (int i = 0; i < STORM; i++)
        evil_say_bytes(stage->evil, bytes);
    return hostile_silence(stage);
}

static const char *storm_of_pings(struct stage *stage)
{
    static const struct ping ping = {.answer = false};

    return storm(stage, &(struct frame){.v = 1, .ping = &ping});
}

static const char *storm_of_syncs(struct stage *stage)
{
    static const struct sync all = {.since = 0}, none = {.since = 1000000};

    for (int i = 0; i < 100; i++) {
        evil_say(stage->evil, &(struct frame){.v = 1, .sync = &none});
        evil_say(stage->evil, &(struct frame){.v = 1, .sync = &all});
        (void)sim_settle(1000);
    }
    return hostile_silence(stage);
}

static const char *storm_of_credits(struct stage *stage)
{
    static const struct credit all = {.letters = UINT32_MAX, .bytes = UINT64_MAX};

    return storm(stage, &(struct frame){.v = 1, .credit = &all});
}

static const char *storm_of_hellos(struct stage *stage)
{
    for (int i = 0; i < 200; i++)
        evil_node_up(stage->evil);
    return hostile_silence(stage);
}

/* More letters than may wait from one member for one other. */
static const char *fills_a_mailbox(struct stage *stage)
{
    static char code[40];
    struct forged forged;

    sim_unplug(HOME, true);
    snprintf(code, sizeof code, "%s", "");
    for (int i = 0; i < 300 && code[0] == '\0'; i++) {
        evil_forget(stage->evil);
        forge_referral(stage->evil, HOME, &forged);
        snprintf(code, sizeof code, "%s", forge_put(stage->evil, &forged));
    }
    /* And another member still gets in. */
    struct forged fair;
    forge_referral(hostile_other(stage), HOME, &fair);
    const char *other = forge_put(stage->other, &fair);
    return back_again(strcmp(other, "") == 0 ? code : other);
}

static const char *too_many_letters(struct stage *stage)
{
    struct forged forged;
    struct span letters[20];

    forge_referral(stage->evil, HOME, &forged);
    forge_sign(stage->evil, &forged);
    for (size_t i = 0; i < COUNT_OF(letters); i++) {
        forged.content.msg_id = (struct id){{0}};
        letters[i] = forge_content(stage->evil, &forged);
    }
    (void)evil_put(stage->evil, &forged.signed_capsule, 1, letters, COUNT_OF(letters),
            MODE_DIRECT);
    return evil_code(stage->evil);
}

/* ------------------------------------------------------------ the table */

/* clang-format off */
static const struct hostile ROWS[] = {
    {"a receipt for another's letter",   "says that it has read what TARGET was sent",           SILENCE, ANY_HARM, for_another_as_itself, NULL, NULL},
    {"a receipt in another's name",      "says that TARGET has read it",                         SILENCE, ANY_HARM, for_another_as_another, NULL, NULL},
    {"a receipt for a letter on its way", "says that it has read what left for TARGET",          SILENCE, ANY_HARM, for_a_letter_on_its_way, NULL, NULL},
    {"a receipt for its own letter",     "says that HOME has read what it sent",                 SILENCE, ANY_HARM & ~(TAKEN | MAILED | MOVED | ALLOWED | SHOWN), for_its_own_letter, NULL, NULL},
    {"its own letter, as the reader",    "says that it has read what it sent itself",            SILENCE, ANY_HARM & ~(TAKEN | MAILED | MOVED | ALLOWED | SHOWN), for_its_own_letter_as_reader, NULL, NULL},
    {"a receipt before the letter",      "says that it has read what it was not handed yet",     SILENCE, ANY_HARM, before_it_came, NULL, NULL},
    {"the broker's word: accepted",      "signs the receipt that only the broker gives",         SILENCE, ANY_HARM, says_accepted, NULL, NULL},
    {"the broker's word: refused",       "says as a reader that a letter was refused",           SILENCE, ANY_HARM, says_refused, NULL, NULL},
    {"the broker's word: expired",       "says as a reader that a letter has expired",           SILENCE, ANY_HARM, says_expired, NULL, NULL},
    {"the broker's word: recalled",      "says as a reader that a letter was recalled",          SILENCE, ANY_HARM, says_recalled, NULL, NULL},
    {"a receipt of another core",        "says that it has read another letter under this id",   SILENCE, ANY_HARM, of_another_core, NULL, NULL},
    {"words for a code",                 "writes a sentence about a person where a code belongs", SILENCE, ANY_HARM, words_for_a_code, NULL, NULL},
    {"an unknown receipt",               "gives a receipt of version 2",                         SILENCE, ANY_HARM, another_version, NULL, NULL},
    {"two ends",                         "says processed and then failed of one letter",         SILENCE, ANY_HARM, both_ends, NULL, NULL},
    {"all mail acknowledged",            "acknowledges every number there is",                   SILENCE, ANY_HARM, acknowledges_everything, NULL, NULL},
    {"another's mailbox",                "asks for all mail while HOME is away",                 SILENCE, ANY_HARM & ~(TAKEN | MAILED | SHOWN | MOVED | ALLOWED), takes_all_mail, NULL, NULL},
    {"a welcome by a node",              "welcomes the broker",                                  SILENCE, ANY_HARM, says_welcome, NULL, NULL},
    {"an answer by a node",              "answers the broker",                                   SILENCE, ANY_HARM, says_answer, NULL, NULL},
    {"mail by a node",                   "delivers mail to the broker",                          SILENCE, ANY_HARM, says_deliver, NULL, NULL},
    {"a directory by a node",            "tells the broker the directory",                       SILENCE, ANY_HARM, says_directory, NULL, NULL},
    {"a storm of pings",                 "asks thousands of times whether it is there",          SILENCE, ANY_HARM, storm_of_pings, NULL, NULL},
    {"a storm of credits",               "says thousands of times that it can take more",        SILENCE, ANY_HARM & ~(TAKEN | MAILED), storm_of_credits, NULL, NULL},
    {"a storm of questions",             "asks again and again for the whole directory",         CUT_OFF, ANY_HARM, storm_of_syncs, NULL, NULL},
    {"a storm of hellos",                "says hello hundreds of times",                         SILENCE, ANY_HARM, storm_of_hellos, NULL, NULL},
    {"twenty letters",                   "puts as many letters as fit, none of which belong together", "E_FIELD", ANY_HARM, too_many_letters, NULL, NULL},
    {"a full mailbox",                   "sends more than may wait for one reader",              "E_BUSY", ANY_HARM & ~(TAKEN | MAILED | MOVED | ALLOWED | SHOWN), fills_a_mailbox, NULL, NULL},
};
/* clang-format on */

int main(void)
{
    return hostile_run("receipts, mail, storms", false, ROWS, COUNT_OF(ROWS));
}
