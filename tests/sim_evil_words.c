/* sim_evil_words.c - a broker that lies: statuses, receipts and withdrawals that are
 * not true, said to HOME and TARGET. */

#include "core/hash.h"
#include "core/time.h"
#include "core/vocab.h"
#include "core/wire.h"
#include "tests/hostile.h"
#include "tests/peek.h"

/* ------------------------------------------------------------ statuses */

/* Of the offer that TARGET has not decided on yet, as it stands, to be changed. */
static struct offer_status status_now(void)
{
    return (struct offer_status){.v = 1,
            .offer_id =
                    hostile_id_of(TARGET, "SELECT offer_id FROM offer WHERE state = 1"),
            .referral_id = hostile_id_of(TARGET,
                    "SELECT c.referral_id FROM case_file c JOIN offer o ON"
                    " o.case_number = c.number WHERE o.state = 1"),
            .sender = HOME,
            .target = TARGET,
            .state = OFFER_STATE_CANCELLED,
            .event = OFFER_EVENT_CANCEL,
            .version = 2,
            .at_ms = (uint64_t)sim_now(),
            .code = ""};
}

static const char *tell_status(struct stage *stage, const char *to, struct span status)
{
    struct mail mail = {.status = status};

    evil_toward(stage->evil, to);
    return hostile_deliver(stage, &mail);
}

static const char *status_by_a_member(struct stage *stage)
{
    const struct offer_status body = status_now();
    struct evil *other = hostile_other(stage);

    return tell_status(stage, TARGET,
            evil_sign(other, KIND_OFFER_STATUS, &WIRE_OFFER_STATUS, &body));
}

static const char *status_in_its_name(struct stage *stage)
{
    const struct offer_status body = status_now();
    struct evil *other = hostile_other(stage);

    return tell_status(stage, TARGET,
            evil_sign_as(other, NETWORK_BROKER, KIND_OFFER_STATUS,
                    evil_pack(other, &WIRE_OFFER_STATUS, &body)));
}

static const char *say_status(struct stage *stage, const struct offer_status *body)
{
    return tell_status(stage, TARGET,
            evil_sign(stage->evil, KIND_OFFER_STATUS, &WIRE_OFFER_STATUS, body));
}

static const char *status_of_the_past(struct stage *stage)
{
    struct offer_status body = status_now();

    body.version = 1;
    return say_status(stage, &body);
}

static const char *status_of_another_referral(struct stage *stage)
{
    struct offer_status body = status_now();

    body.referral_id.b[0] ^= 1;
    return say_status(stage, &body);
}

/* It has moved on, and says where a hold that there is not would lead back to. */
static const char *status_of_no_hold(struct stage *stage)
{
    struct offer_status body = status_now();

    body.before_hold = OFFER_STATE_ACCEPTED;
    return say_status(stage, &body);
}

static const char *status_of_nothing(struct stage *stage)
{
    struct offer_status body = status_now();

    body.state = OFFER_STATE_NONE;
    return say_status(stage, &body);
}

static const char *status_of_an_unknown_offer(struct stage *stage)
{
    struct offer_status body = status_now();

    body.offer_id.b[0] ^= 1;
    return say_status(stage, &body);
}

static const char *status_between_others(struct stage *stage)
{
    struct offer_status body = status_now();

    body.sender = REPORT;
    body.target = ACCOMPLICE;
    return say_status(stage, &body);
}

static const char *status_of_another_version(struct stage *stage)
{
    const struct offer_status body = status_now();
    struct span packed = evil_pack(stage->evil, &WIRE_OFFER_STATUS, &body);

    return tell_status(stage, TARGET,
            evil_sign_bytes(stage->evil, KIND_OFFER_STATUS,
                    evil_version(stage->evil, packed)));
}

/* One history for HOME and another one for TARGET; then each hears the other's. */
static const char *two_histories(struct stage *stage)
{
    struct offer_status body = status_now();
    struct span over =
            evil_sign(stage->evil, KIND_OFFER_STATUS, &WIRE_OFFER_STATUS, &body);

    body.state = OFFER_STATE_SEEN;
    body.event = OFFER_EVENT_SEEN;
    struct span seen =
            evil_sign(stage->evil, KIND_OFFER_STATUS, &WIRE_OFFER_STATUS, &body);
    (void)tell_status(stage, HOME, seen);
    (void)tell_status(stage, TARGET, over);
    hostile_mark();
    (void)tell_status(stage, HOME, over);
    return tell_status(stage, TARGET, seen);
}

/* ------------------------------------------------------------ receipts */

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

static const char *tell_receipt(struct stage *stage, struct span receipt)
{
    struct mail mail = {.receipt = receipt};

    evil_toward(stage->evil, HOME);
    return hostile_deliver(stage, &mail);
}

static const char *receipt_by_the_broker(struct stage *stage)
{
    const struct receipt body = receipt_now();

    return tell_receipt(stage,
            evil_sign(stage->evil, KIND_RECEIPT, &WIRE_RECEIPT, &body));
}

static const char *receipt_as_the_reader(struct stage *stage)
{
    const struct receipt body = receipt_now();

    return tell_receipt(stage, evil_sign_as(stage->evil, TARGET, KIND_RECEIPT,
                                       evil_pack(stage->evil, &WIRE_RECEIPT, &body)));
}

static const char *receipt_by_a_third(struct stage *stage)
{
    const struct receipt body = receipt_now();

    return tell_receipt(stage,
            evil_sign(hostile_other(stage), KIND_RECEIPT, &WIRE_RECEIPT, &body));
}

static const char *end_by_a_third(struct stage *stage)
{
    struct receipt body = receipt_now();

    body.state = RECEIPT_STATE_RECALLED;
    return tell_receipt(stage,
            evil_sign(hostile_other(stage), KIND_RECEIPT, &WIRE_RECEIPT, &body));
}

static const char *receipt_of_another_core(struct stage *stage)
{
    struct receipt body = receipt_now();

    body.state = RECEIPT_STATE_RECALLED;
    body.core_hash.b[0] ^= 1;
    return tell_receipt(stage,
            evil_sign(stage->evil, KIND_RECEIPT, &WIRE_RECEIPT, &body));
}

static const char *receipt_of_another_sender(struct stage *stage)
{
    struct receipt body = receipt_now();

    body.state = RECEIPT_STATE_RECALLED;
    body.sender = TARGET;
    return tell_receipt(stage,
            evil_sign(stage->evil, KIND_RECEIPT, &WIRE_RECEIPT, &body));
}

/* ------------------------------------------------------------ withdrawals */

static const char LIVE_CASE[] = "SELECT c.consent_id FROM case_file c JOIN offer o ON"
                                " o.case_number = c.number WHERE o.state = 6";

static const char *recall_at(struct stage *stage, struct evil *by, const char *name,
        uint64_t log_leaf)
{
    const struct withdrawal body = {.v = 1,
            .consent_id = hostile_id_of(TARGET, LIVE_CASE),
            .at_ms = (uint64_t)sim_now(),
            .by = name,
            .reason = WITHDRAWAL_REASON_PERSON_ASKED};
    struct mail mail = {.withdrawal = evil_sign_as(by, name, KIND_WITHDRAWAL,
                                evil_pack(by, &WIRE_WITHDRAWAL, &body)),
            .log_leaf = log_leaf};

    evil_toward(stage->evil, TARGET);
    return hostile_deliver(stage, &mail);
}

static const char *recall(struct stage *stage, struct evil *by, const char *name)
{
    return recall_at(stage, by, name, 0);
}

static const char *recall_by_the_broker(struct stage *stage)
{
    return recall(stage, stage->evil, NETWORK_BROKER);
}

static const char *recall_as_the_collector(struct stage *stage)
{
    return recall(stage, stage->evil, HOME);
}

static const char *recall_by_a_third(struct stage *stage)
{
    return recall(stage, hostile_other(stage), ACCOMPLICE);
}

/* That it stands in the log makes no party of who signed it. */
static const char *logged_by_a_third(struct stage *stage)
{
    return recall_at(stage, hostile_other(stage), ACCOMPLICE, 1);
}

static const char *logged_as_the_collector(struct stage *stage)
{
    return recall_at(stage, hostile_other(stage), HOME, 1);
}

static const char *recall_for_another(struct stage *stage)
{
    const struct withdrawal body = {.v = 1,
            .consent_id = hostile_id_of(TARGET, LIVE_CASE),
            .at_ms = (uint64_t)sim_now(),
            .by = HOME,
            .reason = WITHDRAWAL_REASON_PERSON_ASKED};
    struct mail mail = {.withdrawal = evil_sign(hostile_other(stage), KIND_WITHDRAWAL,
                                &WIRE_WITHDRAWAL, &body)};

    evil_toward(stage->evil, TARGET);
    return hostile_deliver(stage, &mail);
}

/* ------------------------------------------------------------ reseal */

static const char *ask_for(struct stage *stage, const char *reader)
{
    struct mail mail = {.ask = hostile_id_of(HOME, "SELECT msg_id FROM sent WHERE type"
                                                   " = 2 AND terminal = 0 LIMIT 1"),
            .ask_sender = HOME};

    evil_toward(stage->evil, reader);
    return hostile_deliver(stage, &mail);
}

/* The content that waits for the accept: TARGET never had it, nor did REPORT, and HOME
 * is its sender. */
static const char *asks_for_what_never_came(struct stage *stage)
{
    return ask_for(stage, TARGET);
}

static const char *asks_somebody_else(struct stage *stage)
{
    return ask_for(stage, REPORT);
}

static const char *asks_its_sender(struct stage *stage)
{
    return ask_for(stage, HOME);
}

/* Each hello is refused, hundreds of times without one, and the next one is welcome
 * again. */
static const char *refused_without_end(struct stage *stage)
{
    const struct welcome no = {.store_id = stage->evil->store_id,
            .program = "evil",
            .code = "E_AUTH"};

    evil_toward(stage->evil, HOME);
    for (int i = 0; i < 500; i++)
        evil_say(stage->evil, &(struct frame){.v = 1, .welcome = &no});
    (void)sim_settle(EVIL_WAIT_MS);
    return hostile_silence(stage);
}

/* A store that was lost, each second: HOME brings all it has, and loses nothing. */
static const char *another_store_each_time(struct stage *stage)
{
    struct welcome other = {.program = "evil", .code = ""};

    evil_toward(stage->evil, HOME);
    for (uint8_t i = 1; i <= 50; i++) {
        other.store_id.b[0] = i;
        other.clock_ms = (uint64_t)sim_now();
        evil_say(stage->evil, &(struct frame){.v = 1, .welcome = &other});
        (void)sim_settle(1000);
    }
    return hostile_silence(stage);
}

static const char *reseal_of_another(struct stage *stage)
{
    struct mail mail = {
            .reseal = hostile_id_of(HOME, "SELECT msg_id FROM sent WHERE type = 2"
                                          " AND terminal = 0 LIMIT 1")};

    evil_toward(stage->evil, TARGET);
    return hostile_deliver(stage, &mail);
}

static const char *reseal_of_what_has_ended(struct stage *stage)
{
    struct mail mail = {.reseal = hostile_id_of(HOME, "SELECT msg_id FROM sent WHERE"
                                                      " state = 4 LIMIT 1")};

    evil_toward(stage->evil, HOME);
    return hostile_deliver(stage, &mail);
}

/* Nobody seals the same letter again without an end, as often as a broker likes. */
static const char *reseal_without_end(struct stage *stage)
{
    evil_toward(stage->evil, HOME);
    for (int i = 0; i < 40; i++) {
        struct mail mail = {.reseal = hostile_id_of(HOME,
                                    "SELECT msg_id FROM sent WHERE type = 2 AND"
                                    " terminal = 0 ORDER BY number DESC LIMIT 1")};
        evil_deliver_all(stage->evil, &mail, 1);
    }
    int64_t n = peek_number(peek_of(HOME), "SELECT count(*) FROM sent WHERE type = 2"
                                           " AND terminal = 0");
    return n < 20 ? SILENCE : "forty letters";
}

/* ------------------------------------------------------------ the table */

/* clang-format off */
static const struct hostile ROWS[] = {
    {"a status by a member",           "tells a status that a member has signed",             SILENCE, ANY_HARM, status_by_a_member, NULL, NULL},
    {"a status in its name",           "tells a status that a member signed as the broker",   SILENCE, ANY_HARM, status_in_its_name, NULL, NULL},
    {"a status of the past",           "tells another state at a version that was told",      SILENCE, ANY_HARM, status_of_the_past, NULL, NULL},
    {"a status of another referral",   "tells of the offer under another referral",           SILENCE, ANY_HARM, status_of_another_referral, NULL, NULL},
    {"a status of no hold",            "ends an offer, and says what it was before a hold",   SILENCE, ANY_HARM, status_of_no_hold, NULL, NULL},
    {"a status of nothing",            "says that the offer stands nowhere",                  SILENCE, ANY_HARM, status_of_nothing, NULL, NULL},
    {"a status of an unknown offer",   "tells of an offer that TARGET never had",             SILENCE, ANY_HARM, status_of_an_unknown_offer, NULL, NULL},
    {"a status between others",        "tells of the offer as if it lay between two others",  SILENCE, ANY_HARM, status_between_others, NULL, NULL},
    {"an unknown status",              "tells a status of version 2",                         SILENCE, ANY_HARM, status_of_another_version, NULL, NULL},
    {"a receipt by the broker",        "says that the reader has read it",                    SILENCE, ANY_HARM, receipt_by_the_broker, NULL, NULL},
    {"a receipt in the reader's name", "signs as the reader",                                 SILENCE, ANY_HARM, receipt_as_the_reader, NULL, NULL},
    {"a receipt by a third",           "tells that a third member has read it",               SILENCE, ANY_HARM, receipt_by_a_third, NULL, NULL},
    {"an end by a third",              "tells that a third member has recalled it",           SILENCE, ANY_HARM, end_by_a_third, NULL, NULL},
    {"a receipt of another core",      "ends another letter under this id",                   SILENCE, ANY_HARM, receipt_of_another_core, NULL, NULL},
    {"a receipt of another sender",    "ends the letter of another sender",                   SILENCE, ANY_HARM, receipt_of_another_sender, NULL, NULL},
    {"a recall by the broker",         "takes a consent back by itself",                      SILENCE, ANY_HARM, recall_by_the_broker, NULL, NULL},
    {"a recall in another's name",     "takes a consent back in the collector's name",        SILENCE, ANY_HARM, recall_as_the_collector, NULL, NULL},
    {"a recall by a third",            "tells the withdrawal of who has no part in it",       SILENCE, ANY_HARM, recall_by_a_third, NULL, NULL},
    {"a logged recall by a third",     "says that such a withdrawal stands in its log",       SILENCE, ANY_HARM, logged_by_a_third, NULL, NULL},
    {"a logged recall in another's name", "says so of one in the collector's name",           SILENCE, ANY_HARM, logged_as_the_collector, NULL, NULL},
    {"a recall for another",           "tells a withdrawal that a third signed for HOME",     SILENCE, ANY_HARM, recall_for_another, NULL, NULL},
    {"a seal of another's letter",     "asks TARGET to seal a letter of HOME again",          SILENCE, ANY_HARM, reseal_of_another, NULL, NULL},
    {"a seal of what has ended",       "asks for a letter that has ended long ago",           SILENCE, ANY_HARM, reseal_of_what_has_ended, NULL, NULL},
    {"seals without end",              "asks for the same letter again and again",            SILENCE, ANY_HARM & ~DONE, reseal_without_end, NULL, NULL},
    {"a question about what never came", "asks TARGET for the receipt of a letter that it kept back", SILENCE, ANY_HARM, asks_for_what_never_came, NULL, NULL},
    {"a question to somebody else",    "asks who has no part in a letter for its receipt",    SILENCE, ANY_HARM, asks_somebody_else, NULL, NULL},
    {"a question to its sender",       "asks HOME for the receipt of its own letter",         SILENCE, ANY_HARM, asks_its_sender, NULL, NULL},
    {"refused without end",            "refuses hellos that nobody said",                     SILENCE, ANY_HARM, refused_without_end, NULL, NULL},
    {"another store each time",        "says each second that it has lost its store",         SILENCE, ANY_HARM, another_store_each_time, NULL, NULL},
    {"two histories",                  "tells two members two ends, and then each the other", SILENCE, ANY_HARM, two_histories, NULL, NULL},
};
/* clang-format on */

int main(void)
{
    return hostile_run("a broker that lies", true, ROWS, COUNT_OF(ROWS));
}
