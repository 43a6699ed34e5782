/* promise.c - frames that leave, noted as what they promise; and looked up again. */
#include "tests/promise.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/ids.h"
#include "core/time.h"
#include "core/wire.h"
#include "gen/bus.h"
#include "gen/gateway.h"
#include "tests/peek.h"
#include "tests/sim.h"
#include "tests/watch.h"
#include "tests/world.h"

enum {
    PROMISES_MAX = 20000,
    MAILS_MAX = 8192,
    ARENA_BYTES = 16 * 1024 * 1024,
    /* Rows about letters are forgotten after 30 days. */
    FORGOTTEN_DAYS = 25,
};

/* Each kind: who keeps it, in words, and how many rows must be there for it. The id,
 * the other's name and the number are put in. */
#define PROMISES(X)                                                                    \
    X(TAKEN, "a letter that was taken",                                                \
            "SELECT count(*) FROM letter l JOIN partner p ON p.no = l.sender"          \
            " WHERE l.msg_id = x'%s' AND p.name = %Q AND %lld = 0")                    \
    X(LEFT, "a letter that left for its reader",                                       \
            "SELECT count(*) FROM letter l JOIN partner p ON p.no = l.sender"          \
            " WHERE l.msg_id = x'%s' AND p.name = %Q AND l.state >= 3 AND %lld = 0")   \
    X(ENDED, "the end of a letter",                                                    \
            "SELECT count(*) FROM letter l JOIN partner p ON p.no = l.sender"          \
            " WHERE l.msg_id = x'%s' AND p.name = %Q AND l.state > 4 AND %lld = 0")    \
    X(COMMITTED, "an event of an offer",                                               \
            "SELECT count(*) FROM offer WHERE offer_id = x'%s' AND %Q = ''"            \
            " AND version >= %lld")                                                    \
    X(REGISTERED, "a withdrawal that was registered",                                  \
            "SELECT count(*) FROM consent WHERE consent_id = x'%s' AND %Q = ''"        \
            " AND withdrawn > 0 AND %lld = 0")                                         \
    X(RECEIVED, "a letter that was received",                                          \
            "SELECT count(*) FROM received WHERE msg_id = x'%s' AND sender = %Q"       \
            " AND %lld = 0")                                                           \
    X(HEARD, "a terminal receipt that was acknowledged",                               \
            "SELECT count(*) FROM sent WHERE msg_id = x'%s' AND %Q = ''"               \
            " AND terminal = 1 AND %lld = 0")                                          \
    X(SENT, "a letter of its own",                                                     \
            "SELECT count(*) FROM sent WHERE msg_id = x'%s' AND %Q = ''"               \
            " AND %lld = 0")                                                           \
    X(WITHDRAWN, "a withdrawal of its own",                                            \
            "SELECT count(*) FROM withdrawal WHERE consent_id = x'%s' AND %Q = ''"     \
            " AND %lld = 0")                                                           \
    X(CASE_MADE, "a case that an adapter was told of",                                 \
            "SELECT count(*) FROM case_file WHERE '%s' <> '' AND %Q = ''"              \
            " AND number = %lld")                                                      \
    X(CONSENT_MADE, "a consent that an adapter was told of",                           \
            "SELECT count(*) FROM consent WHERE '%s' <> '' AND %Q = ''"                \
            " AND number = %lld")

enum promise_kind {
#define PROMISE_ENUM(name, words, sql) PROMISE_##name,
    PROMISES(PROMISE_ENUM)
#undef PROMISE_ENUM
};

static const struct promised {
    const char *words, *sql;
} promised[] = {
#define PROMISE_ROW(name, words, sql) {words, sql},
        PROMISES(PROMISE_ROW)
#undef PROMISE_ROW
};

struct promise {
    enum promise_kind kind;
    char by[PARTNER_BYTES];
    struct id id; /* of the letter, offer or consent */
    char other[PARTNER_BYTES];
    uint64_t number;
    int64_t at_ms; /* of the oldest row that it is about */
};

/* A receipt on its way to its reader, by the number of the mail. */
struct mailed {
    char to[PARTNER_BYTES];
    uint64_t mail_id;
    struct id msg_id;
};

static struct {
    struct sim_watch before;
    struct arena arena;
    struct promise promises[PROMISES_MAX];
    size_t n_promises;
    struct mailed mails[MAILS_MAX];
    size_t n_mails;
    struct id withdrawing[MAILS_MAX]; /* consents that somebody has asked to withdraw */
    size_t n_withdrawing;
    size_t n_checks;
} the;

static void promise(enum promise_kind kind, const char *by, const struct id *id,
        const char *other, uint64_t number)
{
    static const struct id none;
    if (the.n_promises == PROMISES_MAX)
        watch_broken("more promises than this test can hold");
    struct promise *one = &the.promises[the.n_promises++];
    *one = (struct promise){.kind = kind,
            .id = id != NULL ? *id : none,
            .number = number,
            .at_ms = sim_now()};
    snprintf(one->by, sizeof one->by, "%s", by);
    snprintf(one->other, sizeof one->other, "%s", other);
}

/* The same about a letter: its row is as old as its id says (UUIDv7). */
static void promise_letter(enum promise_kind kind, const char *by,
        const struct id *msg_id, const char *sender)
{
    int64_t made_ms = 0;

    promise(kind, by, msg_id, sender, 0);
    for (size_t i = 0; i < 6; i++)
        made_ms = made_ms * 256 + msg_id->b[i];
    the.promises[the.n_promises - 1].at_ms = made_ms;
}

/* ------------------------------------------------------------ what is in a frame */

/* Our own programs said it: what cannot be read is a fault of theirs. */
static void get(const struct wire_map *map, struct span bytes, void *out)
{
    struct err err = {.code = CODE_OK};

    if (!wire_get(map, bytes, &the.arena, out, &err))
        watch_broken("a frame cannot be read: %s", err.msg);
}

static struct span body_of(struct span bytes)
{
    struct signed_ thing;

    get(&WIRE_SIGNED, bytes, &thing);
    return thing.body;
}

static struct receipt receipt_of(struct span bytes)
{
    struct receipt receipt;

    get(&WIRE_RECEIPT, body_of(bytes), &receipt);
    return receipt;
}

static struct letter_core core_of(struct span bytes)
{
    struct letter letter;
    struct letter_body body;
    struct letter_core core;

    get(&WIRE_LETTER, bytes, &letter);
    get(&WIRE_LETTER_BODY, body_of(letter.signed_), &body);
    get(&WIRE_LETTER_CORE, body.core, &core);
    return core;
}

static void status_of(const char *by, struct span bytes)
{
    struct offer_status status;

    if (bytes.len == 0)
        return;
    get(&WIRE_OFFER_STATUS, body_of(bytes), &status);
    promise(PROMISE_COMMITTED, by, &status.offer_id, "", status.version);
}

static struct id withdrawal_of(struct span bytes)
{
    struct withdrawal withdrawal;

    get(&WIRE_WITHDRAWAL, body_of(bytes), &withdrawal);
    return withdrawal.consent_id;
}

/* ------------------------------------------------------------ what the broker says */

static void hear_answer(const char *from, const struct answer *answer)
{
    for (size_t i = 0; i < answer->n_receipts; i++) {
        struct receipt receipt = receipt_of(answer->receipts[i]);
        promise_letter(PROMISE_TAKEN, from, &receipt.msg_id, receipt.sender);
    }
    for (size_t i = 0; i < answer->n_statuses; i++)
        status_of(from, answer->statuses[i]);
    for (size_t i = 0; i < the.n_withdrawing; i++)
        if (answer->code[0] == '\0' && id_equal(&the.withdrawing[i], &answer->id)) {
            promise(PROMISE_REGISTERED, from, &answer->id, "", 0);
            return;
        }
}

static void hear_mail(const char *from, const char *to, const struct mail *mail)
{
    status_of(from, mail->status);
    if (mail->letter.len > 0) {
        struct letter_core core = core_of(mail->letter);
        promise_letter(PROMISE_LEFT, from, &core.msg_id, core.sender);
    }
    if (mail->withdrawal.len > 0) {
        struct id id = withdrawal_of(mail->withdrawal);
        promise(PROMISE_REGISTERED, from, &id, "", 0);
    }
    if (mail->receipt.len == 0)
        return;
    struct receipt receipt = receipt_of(mail->receipt);
    if (receipt.state == RECEIPT_STATE_ERASED)
        return;
    promise_letter(PROMISE_ENDED, from, &receipt.msg_id, receipt.sender);
    if (the.n_mails == MAILS_MAX)
        watch_broken("more mail than this test can hold");
    struct mailed *mailed = &the.mails[the.n_mails++];
    *mailed = (struct mailed){.mail_id = mail->mail_id, .msg_id = receipt.msg_id};
    snprintf(mailed->to, sizeof mailed->to, "%s", to);
}

/* ------------------------------------------------------------ what a node says */

static void hear_ack(const char *from, const struct ack *ack)
{
    for (size_t i = 0; i < ack->n_receipts; i++) {
        struct receipt receipt = receipt_of(ack->receipts[i]);
        if (receipt.state != RECEIPT_STATE_ERASED)
            promise_letter(PROMISE_RECEIVED, from, &receipt.msg_id, receipt.sender);
    }
    for (size_t i = 0; i < ack->n_mail_ids; i++)
        for (size_t m = 0; m < the.n_mails; m++)
            if (the.mails[m].mail_id == ack->mail_ids[i] &&
                    strcmp(the.mails[m].to, from) == 0)
                promise(PROMISE_HEARD, from, &the.mails[m].msg_id, "", 0);
}

static void hear_put(const char *from, const struct put *put)
{
    for (size_t i = 0; i < put->n_letters; i++) {
        struct letter_core core = core_of(put->letters[i]);
        promise(PROMISE_SENT, from, &core.msg_id, "", 0);
    }
}

static void hear_withdraw(const char *from, const struct withdraw *withdraw)
{
    struct id id = withdrawal_of(withdraw->withdrawal);

    promise(PROMISE_WITHDRAWN, from, &id, "", 0);
    if (the.n_withdrawing == MAILS_MAX)
        watch_broken("more withdrawals than this test can hold");
    the.withdrawing[the.n_withdrawing++] = id;
}

static void hear_reply(const char *from, struct span bytes)
{
    struct reply reply;

    get(&WIRE_REPLY, bytes, &reply);
    if (reply.made == NULL || reply.code[0] != '\0' ||
            strcmp(from, NETWORK_BROKER) == 0)
        return;
    if (reply.made->case_number != 0)
        promise(PROMISE_CASE_MADE, from, NULL, "", reply.made->case_number);
    if (reply.made->consent_number != 0)
        promise(PROMISE_CONSENT_MADE, from, NULL, "", reply.made->consent_number);
}

/* ------------------------------------------------------------ listening */

static void hear_frame(const char *from, const char *to, struct span bytes)
{
    struct frame frame;

    get(&WIRE_FRAME, bytes, &frame);
    if (frame.put != NULL)
        hear_put(from, frame.put);
    if (frame.withdraw != NULL)
        hear_withdraw(from, frame.withdraw);
    if (frame.answer != NULL)
        hear_answer(from, frame.answer);
    if (frame.ack != NULL)
        hear_ack(from, frame.ack);
    for (size_t i = 0; frame.deliver != NULL && i < frame.deliver->n_mail; i++)
        hear_mail(from, to, &frame.deliver->mail[i]);
}

static void on_send(void *self, const char *from, const char *to, struct span bytes)
{
    (void)self;
    if (the.before.on_send != NULL)
        the.before.on_send(the.before.self, from, to, bytes);
    arena_reset(&the.arena, 0);
    if (strcmp(to, "adapter") == 0)
        hear_reply(from, bytes);
    else if (strcmp(from, "adapter") != 0)
        hear_frame(from, to, bytes);
}

void promise_begin(void)
{
    if (the.arena.at == NULL)
        the.arena = arena_new(ARENA_BYTES);
    the.n_promises = the.n_mails = the.n_withdrawing = 0;
    the.before = sim_watched();
    struct sim_watch watch = the.before;
    watch.on_send = on_send;
    sim_watch(&watch);
}

/* ------------------------------------------------------------ looking again */

void promise_check(const char *id)
{
    sqlite3 *db = peek_of(id);

    if (peek_number(db, "SELECT count(*) FROM pragma_integrity_check(1)"
                        " WHERE integrity_check <> 'ok'") != 0 ||
            peek_number(db, "SELECT count(*) FROM pragma_foreign_key_check") != 0)
        watch_broken("the database of %s is damaged", id);
    for (size_t i = 0; i < the.n_promises; i++) {
        const struct promise *one = &the.promises[i];
        char hex[2 * sizeof(struct id) + 1];
        if (strcmp(one->by, id) != 0 ||
                sim_now() - one->at_ms > (int64_t)FORGOTTEN_DAYS * TIME_DAY_MS)
            continue;
        ids_hex(SPAN_OF(one->id), hex);
        the.n_checks++;
        if (peek_number(db, promised[one->kind].sql, hex, one->other,
                    (long long)one->number) != 1)
            watch_broken("%s has told of %s, and has it no more (%s %s %llu)", id,
                    promised[one->kind].words, hex, one->other,
                    (unsigned long long)one->number);
    }
}

size_t promise_checks(void)
{
    return the.n_checks;
}
