/* alone_send.c - the scripted publisher: a window of sealed letters under way, the time
 * of each until the broker's answer and until the recipient's receipt. */
#include <stdio.h>
#include <stdlib.h>

#include "core/wire.h"
#include "tests/bench/alone.h"
#include "tests/bench/reference.h"
#include "tests/bench/sealed.h"
#include "tests/bench/talk.h"

enum {
    CREDIT_LETTERS = 1000,
    CREDIT_BYTES = 8 * 1024 * 1024,
    PATIENCE_S = 30,
};

/* Letters of each window; fewer where they take long. */
static const size_t LETTERS_OF[WINDOWS] = {400, 6000, ALONE_LETTERS_MAX};

struct publisher {
    struct stage *stage;
    struct alone_share *share;
    struct talk talk;
    struct epoch_key reader_key;
    bool has_key;
    struct sealed_letters letters;
    int window; /* index of the one that runs; WINDOWS: none is left */
    bool running;
    size_t n_sent, n_answered, n_done, n_letters;
    double begin, heard;
    double cpu_us;
    double *sent_at, *confirm_ms, *took_ms;
    uint32_t used_letters;
    uint64_t used_bytes;
};

/* ------------------------------------------------------------- before */

static void take_directory(struct publisher *publisher,
        const struct directory_rows *rows)
{
    struct err err = {.code = CODE_OK};
    uint64_t now_ms = (uint64_t)fleet_now_ms();
    struct signed_ thing;
    struct statement statement;

    for (size_t i = 0; i < rows->n_things; i++) {
        network_must(wire_get(&WIRE_SIGNED, rows->things[i], &publisher->talk.arena,
                             &thing, &err),
                "read a thing", &err);
        if (thing.kind != KIND_STATEMENT ||
                strcmp(thing.signer, publisher->stage->alone.reader) != 0)
            continue;
        network_must(wire_get(&WIRE_STATEMENT, thing.body, &publisher->talk.arena,
                             &statement, &err),
                "read a statement", &err);
        for (size_t k = 0;
                statement.epoch_keys != NULL && k < statement.epoch_keys->n_keys; k++) {
            const struct epoch_key *key = &statement.epoch_keys->keys[k];
            if (key->from_ms > now_ms || now_ms >= key->until_ms)
                continue;
            publisher->reader_key = *key;
            publisher->has_key = true;
        }
    }
    if (rows->more && !talk_say(&publisher->talk,
                              &(struct frame){.v = 1,
                                      .sync = &(struct sync){.since = rows->upto}}))
        network_must(false, "ask for the directory", NULL);
    if (rows->more)
        return;
    network_must(publisher->has_key, "the recipient's key", NULL);
}

static void prepare(struct publisher *publisher)
{
    size_t n = 0;

    for (size_t i = 0; i < WINDOWS; i++)
        n += LETTERS_OF[i];
    sealed_make(publisher->stage, &publisher->stage->alone,
            publisher->talk.home.identity, &publisher->reader_key, n, false,
            &publisher->letters);
    atomic_store(&publisher->share->sender_ready, true);
}

/* ------------------------------------------------------------- one window */

static size_t first_of(int window)
{
    size_t first = 0;

    for (int i = 0; i < window; i++)
        first += LETTERS_OF[i];
    return first;
}

static void begin_window(struct publisher *publisher)
{
    publisher->n_letters = LETTERS_OF[publisher->window];
    publisher->n_sent = publisher->n_answered = publisher->n_done = 0;
    publisher->running = true;
    publisher->begin = publisher->heard = reference_clock();
    publisher->cpu_us = usage_cpu_us(0);
}

static void end_window(struct publisher *publisher)
{
    struct alone_result *result = &publisher->share->results[publisher->window];
    size_t n = publisher->n_letters;

    *result = (struct alone_result){
            .n_letters = n,
            .seconds = publisher->heard - publisher->begin,
            .confirm_ms = figures_percentile(publisher->confirm_ms, n, 0.50),
            .p50_ms = figures_percentile(publisher->took_ms, n, 0.50),
            .p99_ms = figures_percentile(publisher->took_ms, n, 0.99),
            .cpu_sender_us = usage_cpu_us(0) - publisher->cpu_us,
    };
    publisher->running = false;
    publisher->window++;
    atomic_fetch_add(&publisher->share->done, 1);
}

static void send_due(struct publisher *publisher)
{
    size_t window = WINDOW_OF[publisher->window];
    size_t first = first_of(publisher->window);

    while (publisher->n_sent < publisher->n_letters &&
            publisher->n_sent - publisher->n_done < window) {
        struct span frame = publisher->letters.frames[first + publisher->n_sent];
        if (link_send(publisher->talk.link, 1, frame) != SENT_OK)
            return;
        publisher->sent_at[publisher->n_sent++] = reference_clock();
    }
}

/* ------------------------------------------------------------- what comes */

static void wrong(const char *what, const char *code, const char *words)
{
    fprintf(stderr, "the broker alone: %s %s %s\n", what, code, words);
    exit(1);
}

/* Index of a letter of this window by the number in an id. */
static size_t index_of(const struct publisher *publisher, const struct id *id)
{
    size_t at = sealed_number(id) - first_of(publisher->window);

    if (!publisher->running || at >= publisher->n_sent)
        wrong("an answer for", "nothing", "that was sent");
    return at;
}

static void take_answer(struct publisher *publisher, const struct answer *answer)
{
    if (answer->code[0] != '\0')
        wrong("a letter was refused:", answer->code, answer->words);
    size_t at = index_of(publisher, &answer->id);
    publisher->confirm_ms[at] = (reference_clock() - publisher->sent_at[at]) * 1e3;
    publisher->n_answered++;
}

static void take_receipt(struct publisher *publisher, struct span bytes)
{
    struct err err = {.code = CODE_OK};
    struct arena *arena = &publisher->talk.arena;
    struct signed_ thing;
    struct receipt receipt;

    network_must(wire_get(&WIRE_SIGNED, bytes, arena, &thing, &err) &&
                         wire_get(&WIRE_RECEIPT, thing.body, arena, &receipt, &err),
            "read a receipt", &err);
    if (receipt.state != RECEIPT_STATE_PROCESSED)
        wrong("a letter ended otherwise:", receipt_state_name(receipt.state),
                receipt.code);
    size_t at = index_of(publisher, &receipt.msg_id);
    publisher->heard = reference_clock();
    publisher->took_ms[at] = (publisher->heard - publisher->sent_at[at]) * 1e3;
    publisher->n_done++;
}

static void take_mail(struct publisher *publisher, const struct deliver *deliver,
        size_t bytes)
{
    uint64_t mail_ids[64];
    struct ack ack = {.mail_ids = mail_ids};

    for (size_t i = 0; i < deliver->n_mail; i++) {
        mail_ids[ack.n_mail_ids++] = deliver->mail[i].mail_id;
        if (deliver->mail[i].receipt.len > 0)
            take_receipt(publisher, deliver->mail[i].receipt);
    }
    const struct credit credit = {.letters = (uint32_t)deliver->n_mail, .bytes = bytes};
    if (!talk_say(&publisher->talk, &(struct frame){.v = 1, .ack = &ack}) ||
            !talk_say(&publisher->talk, &(struct frame){.v = 1, .credit = &credit}))
        wrong("the link", "", "is full");
}

static void welcome(struct publisher *publisher)
{
    const struct credit credit = {.letters = CREDIT_LETTERS, .bytes = CREDIT_BYTES};
    const struct sync sync = {.since = 0};

    if (!talk_say(&publisher->talk, &(struct frame){.v = 1, .credit = &credit}) ||
            !talk_say(&publisher->talk, &(struct frame){.v = 1, .sync = &sync}))
        wrong("the link", "", "is full");
}

static void on_frame(void *self, struct link *link, const struct peer *peer,
        struct span bytes)
{
    struct publisher *publisher = self;

    (void)link;
    (void)peer;
    arena_reset(&publisher->talk.arena, 0);
    const struct frame frame = talk_hear(&publisher->talk, bytes);
    if (frame.welcome != NULL)
        welcome(publisher);
    if (frame.directory != NULL && !publisher->has_key) {
        take_directory(publisher, frame.directory);
        if (publisher->has_key && !frame.directory->more)
            prepare(publisher);
    }
    if (frame.answer != NULL)
        take_answer(publisher, frame.answer);
    if (frame.deliver != NULL)
        take_mail(publisher, frame.deliver, bytes.len);
}

/* ------------------------------------------------------------- turns */

static void on_up(void *self, struct link *link)
{
    struct publisher *publisher = self;

    (void)link;
    talk_hello(&publisher->talk);
}

static void on_down(void *self, struct link *link, uint64_t conn)
{
    (void)self;
    (void)link;
    (void)conn;
    wrong("the connection", "", "was cut");
}

static void on_turn_end(void *self)
{
    struct publisher *publisher = self;
    struct loop *loop = publisher->talk.loop;

    if (publisher->running && publisher->n_done == publisher->n_letters &&
            publisher->n_answered == publisher->n_letters)
        end_window(publisher);
    if (!publisher->running && publisher->window < WINDOWS &&
            atomic_load(&publisher->share->go) > publisher->window)
        begin_window(publisher);
    if (publisher->running)
        send_due(publisher);
    if (publisher->running && reference_clock() - publisher->heard > PATIENCE_S)
        wrong("some letters", "", "have no receipt");
    if (atomic_load(&publisher->share->end))
        loop_stop(loop);
    loop_wake_at(loop, loop_now(loop) + 1);
}

static void on_wake(void *self)
{
    (void)self; /* the turn's end does the work */
}

void alone_send(struct stage *stage, struct alone_share *share)
{
    struct err err = {.code = CODE_OK};
    struct publisher publisher = {.stage = stage,
            .share = share,
            .sent_at = calloc(ALONE_LETTERS_MAX, sizeof(double)),
            .confirm_ms = calloc(ALONE_LETTERS_MAX, sizeof(double)),
            .took_ms = calloc(ALONE_LETTERS_MAX, sizeof(double))};
    const struct loop_app app = {.self = &publisher,
            .on_up = on_up,
            .on_frame = on_frame,
            .on_down = on_down,
            .on_wake = on_wake,
            .on_turn_end = on_turn_end};

    network_must(publisher.sent_at != NULL && publisher.confirm_ms != NULL &&
                         publisher.took_ms != NULL,
            "memory", NULL);
    talk_open(&publisher.talk, stage, stage->alone.sender, &app);
    network_must(loop_run(publisher.talk.loop, &err), "the publisher's loop", &err);
}
