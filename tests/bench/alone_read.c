/* alone_read.c - the scripted recipient: every letter becomes a row, one commit a turn,
 * and a signed receipt after it. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/db.h"
#include "core/hash.h"
#include "core/signed.h"
#include "core/wire.h"
#include "tests/bench/alone.h"
#include "tests/bench/talk.h"

enum {
    STORE_ID = 0x42424E43,
    CREDIT_LETTERS = 1000,
    CREDIT_BYTES = 8 * 1024 * 1024,
    ACKS_MAX = SIGNED_BATCH_MAX,
    ACK_MAIL = 64,
};

enum store_statement { LETTER_ADD, N_STORE_STATEMENTS };
static const char *const MIGRATIONS[] = {
        "CREATE TABLE letter (msg_id BLOB PRIMARY KEY, bytes BLOB NOT NULL) STRICT;",
};
static const char *const STATEMENTS[N_STORE_STATEMENTS] = {
        [LETTER_ADD] = "INSERT OR IGNORE INTO letter VALUES (?1, ?2)",
};
static const struct db_plan PLAN = {
        .application_id = STORE_ID,
        .what = "the scripted recipient's store",
        .migrations = MIGRATIONS,
        .n_migrations = COUNT_OF(MIGRATIONS),
        .statements = STATEMENTS,
        .n_statements = N_STORE_STATEMENTS,
};

struct recipient {
    struct stage *stage;
    struct alone_share *share;
    struct talk talk;
    struct db *db;
    struct signer *signer;
    /* of this turn */
    uint64_t mail_ids[ACKS_MAX];
    bool signed_[ACKS_MAX]; /* mail with a receipt; the rest is only acknowledged */
    uint32_t tickets[ACKS_MAX];
    size_t n_acks;
    uint64_t bytes;
    int window; /* whose processor time is counted */
    double cpu_us;
};

static void must(bool ok, const char *what, const struct err *err)
{
    network_must(ok, what, err);
}

/* The letter's row, and its receipt for the turn's signature. */
static void take_letter(struct recipient *recipient, struct span bytes, size_t at)
{
    struct err err = {.code = CODE_OK};
    struct arena *arena = &recipient->talk.arena;
    struct letter letter;
    struct signed_ thing;
    struct letter_body body;
    struct letter_core core;
    struct span packed;

    must(wire_get(&WIRE_LETTER, bytes, arena, &letter, &err) &&
                    wire_get(&WIRE_SIGNED, letter.signed_, arena, &thing, &err) &&
                    wire_get(&WIRE_LETTER_BODY, thing.body, arena, &body, &err) &&
                    wire_get(&WIRE_LETTER_CORE, body.core, arena, &core, &err),
            "read a letter", &err);
    const struct receipt receipt = {.v = 1,
            .msg_id = core.msg_id,
            .sender = core.sender,
            .recipient = core.recipient,
            .state = RECEIPT_STATE_PROCESSED,
            .code = "",
            .at_ms = (uint64_t)loop_now(recipient->talk.loop),
            .core_hash = hash_sha256_one(body.core)};
    must(db_begin(recipient->db, &err), "begin", &err);
    struct sqlite3_stmt *stmt = db_use(recipient->db, LETTER_ADD);
    db_bind_id(stmt, 1, &core.msg_id);
    db_bind_blob(stmt, 2, bytes);
    must(db_do(recipient->db, stmt, NULL, &err) &&
                    wire_put_arena(&WIRE_RECEIPT, &receipt, arena, &packed, &err) &&
                    signer_add(recipient->signer, KIND_RECEIPT, packed,
                            &recipient->tickets[at], &err),
            "store a letter", &err);
}

static void take_mail(struct recipient *recipient, const struct deliver *deliver,
        size_t len)
{
    for (size_t i = 0; i < deliver->n_mail; i++) {
        const struct mail *mail = &deliver->mail[i];
        size_t at = recipient->n_acks;
        must(at < ACKS_MAX, "room for acknowledgements", NULL);
        recipient->signed_[at] = mail->letter.len > 0;
        if (recipient->signed_[at])
            take_letter(recipient, mail->letter, at);
        recipient->mail_ids[at] = mail->mail_id;
        recipient->n_acks++;
    }
    recipient->bytes += len;
}

/* ------------------------------------------------------------- turns */

static void acknowledge(struct recipient *recipient)
{
    struct err err = {.code = CODE_OK};
    struct span receipts[ACK_MAIL];

    for (size_t at = 0; at < recipient->n_acks;) {
        struct ack ack = {.mail_ids = recipient->mail_ids + at, .receipts = receipts};
        for (; ack.n_mail_ids < ACK_MAIL && at < recipient->n_acks; at++) {
            ack.n_mail_ids++;
            if (!recipient->signed_[at])
                continue;
            must(signer_take(recipient->signer, recipient->tickets[at],
                         &recipient->talk.arena, &receipts[ack.n_receipts++], &err),
                    "take a receipt", &err);
        }
        must(talk_say(&recipient->talk, &(struct frame){.v = 1, .ack = &ack}),
                "acknowledge", NULL);
    }
    const struct credit credit = {.letters = (uint32_t)recipient->n_acks,
            .bytes = recipient->bytes};
    must(talk_say(&recipient->talk, &(struct frame){.v = 1, .credit = &credit}),
            "give credit", NULL);
}

/* What the window that has just ended took of the processor. */
static void count_cpu(struct recipient *recipient)
{
    struct alone_share *share = recipient->share;
    int go = atomic_load(&share->go);
    double now_us = usage_cpu_us(0);

    if (go > recipient->window)
        recipient->window = go, recipient->cpu_us = now_us;
    if (go > 0 && atomic_load(&share->done) >= go)
        share->results[go - 1].cpu_reader_us = now_us - recipient->cpu_us;
}

static void on_turn_end(void *self)
{
    struct recipient *recipient = self;
    struct err err = {.code = CODE_OK};
    struct loop *loop = recipient->talk.loop;

    if (recipient->n_acks > 0) {
        must(db_commit(recipient->db, &err) && signer_sign(recipient->signer, &err),
                "commit", &err);
        acknowledge(recipient);
        signer_clear(recipient->signer);
        recipient->n_acks = 0;
        recipient->bytes = 0;
    }
    arena_reset(&recipient->talk.arena, 0);
    count_cpu(recipient);
    if (atomic_load(&recipient->share->end))
        loop_stop(loop);
    loop_wake_at(loop, loop_now(loop) + 1);
}

static void on_wake(void *self)
{
    (void)self; /* the turn's end does the work */
}

static void on_up(void *self, struct link *link)
{
    struct recipient *recipient = self;

    (void)link;
    talk_hello(&recipient->talk);
}

static void on_frame(void *self, struct link *link, const struct peer *peer,
        struct span bytes)
{
    struct recipient *recipient = self;
    const struct credit credit = {.letters = CREDIT_LETTERS, .bytes = CREDIT_BYTES};

    (void)link;
    (void)peer;
    const struct frame frame = talk_hear(&recipient->talk, bytes);
    if (frame.welcome != NULL) {
        must(talk_say(&recipient->talk, &(struct frame){.v = 1, .credit = &credit}),
                "give credit", NULL);
        atomic_store(&recipient->share->reader_ready, true);
    }
    if (frame.deliver != NULL)
        take_mail(recipient, frame.deliver, bytes.len);
}

static void on_down(void *self, struct link *link, uint64_t conn)
{
    (void)self;
    (void)link;
    (void)conn;
    must(false, "keep the recipient's connection", NULL);
}

void alone_read(struct stage *stage, struct alone_share *share)
{
    struct err err = {.code = CODE_OK};
    struct recipient recipient = {.stage = stage, .share = share};
    char path[FLEET_PATH_BYTES];
    const struct loop_app app = {.self = &recipient,
            .on_up = on_up,
            .on_frame = on_frame,
            .on_down = on_down,
            .on_wake = on_wake,
            .on_turn_end = on_turn_end};

    fleet_path(&stage->fleet, stage->alone.reader, "bench.db", path);
    recipient.db = db_open(path, &PLAN, NULL, &err);
    must(recipient.db != NULL, "the recipient's store", &err);
    talk_open(&recipient.talk, stage, stage->alone.reader, &app);
    recipient.signer =
            signer_new(stage->alone.reader, recipient.talk.home.identity, &err);
    must(recipient.signer != NULL, "a signer", &err);
    must(loop_run(recipient.talk.loop, &err), "the recipient's loop", &err);
}
