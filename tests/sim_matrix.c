/* sim_matrix.c - what must be durable before what, step by step: each program on a
 * letter's way loses its power exactly at the commit of each step, before anything of
 * it is written, in the middle, and when it is on the disk and nothing was said yet. It
 * comes back, and the story ends as if nothing had happened: nothing lost, nothing
 * twice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/arena.h"
#include "core/time.h"
#include "core/wire.h"
#include "tests/errand.h"
#include "tests/peek.h"
#include "tests/promise.h"
#include "tests/watch.h"
#include "tests/world.h"

#define SENDER    ERRAND_SENDER
#define RECIPIENT ERRAND_RECIPIENT
#define ADAPTER   "adapter"

enum { ARENA_BYTES = 16 * 1024 * 1024 };

/* ------------------------------------------------------------ the steps */

/* What a program takes, that it then commits. */
enum taken {
    TAKEN_REQUEST_REFER,
    TAKEN_REQUEST_ACT,
    TAKEN_REQUEST_WITHDRAW,
    TAKEN_PUT,
    TAKEN_PUT_EVENT,
    TAKEN_ANSWER,
    TAKEN_CREDIT,
    TAKEN_LETTER,
    TAKEN_CONTENT,
    TAKEN_RECEIPT,
    TAKEN_ACK,
    TAKEN_WITHDRAW,
    TAKEN_RECALL,
};

/* One row a step: who takes what from whom, and how its disk tells that it was done
 * (the number is what the query gives then; before, it gives less). */
#define STEPS(X)                                                                       \
    X("the sender's node takes a referral", SENDER, ADAPTER, TAKEN_REQUEST_REFER, 1,   \
            "SELECT count(*) FROM case_file JOIN submission")                          \
    X("the broker takes the submission", NETWORK_BROKER, SENDER, TAKEN_PUT, 2,         \
            "SELECT count(*) FROM letter JOIN offer")                                  \
    X("the sender's node hears that it was taken", SENDER, NETWORK_BROKER,             \
            TAKEN_ANSWER, 1, "SELECT count(*) FROM submission WHERE answered = 1")     \
    X("the broker hands the preview over", NETWORK_BROKER, RECIPIENT, TAKEN_CREDIT, 1, \
            "SELECT count(*) FROM letter JOIN handed_over WHERE state >= 3")           \
    X("the recipient's node takes and opens the preview", RECIPIENT, NETWORK_BROKER,   \
            TAKEN_LETTER, 1, "SELECT count(*) FROM received JOIN case_file")           \
    X("the broker takes the receipt, and destroys the preview", NETWORK_BROKER,        \
            RECIPIENT, TAKEN_ACK, 1,                                                   \
            "SELECT (SELECT count(*) FROM letter WHERE state = 6)"                     \
            " - (SELECT count(*) FROM sealed JOIN letter ON no = letter"               \
            "    WHERE type = 1)")                                                     \
    X("the sender's node takes the terminal receipt", SENDER, NETWORK_BROKER,          \
            TAKEN_RECEIPT, 1, "SELECT count(*) FROM sent WHERE terminal = 1")          \
    X("the recipient's node takes an accept", RECIPIENT, ADAPTER, TAKEN_REQUEST_ACT,   \
            1, "SELECT count(*) FROM sent JOIN submission")                            \
    X("the broker takes the event", NETWORK_BROKER, RECIPIENT, TAKEN_PUT_EVENT, 1,     \
            "SELECT count(*) FROM offer WHERE state = 5")                              \
    X("the recipient's node hears that it was committed", RECIPIENT, NETWORK_BROKER,   \
            TAKEN_ANSWER, 1,                                                           \
            "SELECT count(*) FROM offer WHERE state = 5 AND pending = 0")              \
    X("the recipient's node takes and opens the content", RECIPIENT, NETWORK_BROKER,   \
            TAKEN_CONTENT, 1, "SELECT count(*) FROM case_file WHERE content <> 0")     \
    X("the sender's node takes the event", SENDER, NETWORK_BROKER, TAKEN_LETTER, 1,    \
            "SELECT count(*) FROM received")                                           \
    X("the sender's node takes a withdrawal", SENDER, ADAPTER, TAKEN_REQUEST_WITHDRAW, \
            1, "SELECT count(*) FROM withdrawal")                                      \
    X("the broker takes the withdrawal", NETWORK_BROKER, SENDER, TAKEN_WITHDRAW, 1,    \
            "SELECT count(*) FROM consent JOIN store"                                  \
            " WHERE withdrawn > 0 AND register_version > 0")                           \
    X("the recipient's node takes the recall", RECIPIENT, NETWORK_BROKER,              \
            TAKEN_RECALL, 1, "SELECT count(*) FROM withdrawal")

static const struct step {
    const char *words, *by, *from;
    enum taken taken;
    int64_t done;
    const char *sql;
} steps[] = {
#define STEP_ROW(words, by, from, taken, done, sql) {words, by, from, taken, done, sql},
        STEPS(STEP_ROW)
#undef STEP_ROW
};

/* When, seen from the commit. */
enum instant { NOTHING_WRITTEN, NOT_SYNCED, NOT_SAID, N_INSTANTS };
static const char *const instant_words[N_INSTANTS] = {"before", "in the middle of",
        "after"};

struct cell {
    const struct step *step; /* NULL: no power cut at all */
    enum instant instant;
    char name[128];
};

static struct {
    struct arena arena;
    const struct cell *cell;
    bool armed; /* the step's frame has come */
    bool came_back;
    char as_usual[ERRAND_TEXT_BYTES]; /* how the story ends without a cut */
} the;

/* ------------------------------------------------------------ at the step */

static enum letter_type type_of(struct span bytes)
{
    struct letter letter;
    struct signed_ thing;
    struct letter_body body;
    struct letter_core core;
    struct err err;
    bool read = wire_get(&WIRE_LETTER, bytes, &the.arena, &letter, &err) &&
                wire_get(&WIRE_SIGNED, letter.signed_, &the.arena, &thing, &err) &&
                wire_get(&WIRE_LETTER_BODY, thing.body, &the.arena, &body, &err) &&
                wire_get(&WIRE_LETTER_CORE, body.core, &the.arena, &core, &err);

    return read ? core.type : LETTER_TYPE_NONE;
}

static bool has_mail(const struct frame *frame, enum taken taken)
{
    for (size_t i = 0; frame->deliver != NULL && i < frame->deliver->n_mail; i++) {
        const struct mail *mail = &frame->deliver->mail[i];
        if ((taken == TAKEN_LETTER && mail->letter.len > 0) ||
                (taken == TAKEN_CONTENT &&
                        type_of(mail->letter) == LETTER_TYPE_CONTENT) ||
                (taken == TAKEN_RECEIPT && mail->receipt.len > 0) ||
                (taken == TAKEN_RECALL && mail->withdrawal.len > 0))
            return true;
    }
    return false;
}

static bool is_taken(enum taken taken, struct span bytes)
{
    struct request request = {0};
    struct frame frame = {0};
    struct err err;

    arena_reset(&the.arena, 0);
    if (!wire_get(&WIRE_FRAME, bytes, &the.arena, &frame, &err) &&
            !wire_get(&WIRE_REQUEST, bytes, &the.arena, &request, &err))
        return false;
    switch (taken) {
    case TAKEN_REQUEST_REFER: return request.refer != NULL;
    case TAKEN_REQUEST_ACT: return request.act != NULL;
    case TAKEN_REQUEST_WITHDRAW: return request.consent_withdraw != NULL;
    case TAKEN_PUT: return frame.put != NULL;
    case TAKEN_PUT_EVENT:
        return frame.put != NULL && frame.put->n_letters > 0 &&
               type_of(frame.put->letters[0]) == LETTER_TYPE_EVENT;
    case TAKEN_ANSWER: return frame.answer != NULL && frame.answer->n_receipts > 0;
    case TAKEN_CREDIT: return frame.credit != NULL;
    case TAKEN_ACK: return frame.ack != NULL && frame.ack->n_receipts > 0;
    case TAKEN_WITHDRAW: return frame.withdraw != NULL;
    case TAKEN_LETTER:
    case TAKEN_CONTENT:
    case TAKEN_RECEIPT:
    case TAKEN_RECALL: return has_mail(&frame, taken);
    }
    return false;
}

/* The frame of the step is about to be taken: its commit is the next one. */
static void on_frame(void *self, const char *from, const char *to, struct span bytes)
{
    const struct step *step = the.cell->step;

    (void)self;
    if (the.armed || step == NULL || strcmp(to, step->by) != 0 ||
            strcmp(from, step->from) != 0 || !is_taken(step->taken, bytes))
        return;
    the.armed = true;
    disk_plan(world_disk(to),
            the.cell->instant == NOTHING_WRITTEN ? DISK_WRITE : DISK_SYNC, 1,
            the.cell->instant == NOT_SAID ? DISK_CUT_AFTER : DISK_CUT_BEFORE);
}

/* Whose power went comes back, and has done the step or not. */
static void bring_back(void)
{
    const struct step *step = the.cell->step;

    if (step == NULL || !disk_is_off(world_disk(step->by)))
        return;
    world_stop(step->by);
    disk_power(world_disk(step->by));
    world_start(step->by);
    int64_t done = peek_number(peek_of(step->by), step->sql);
    if (the.cell->instant == NOTHING_WRITTEN && done >= step->done)
        watch_broken("%s: done before it was committed", the.cell->name);
    if (the.cell->instant == NOT_SAID && done < step->done)
        watch_broken("%s: committed, and lost", the.cell->name);
    promise_check(step->by);
    the.came_back = true;
}

/* ------------------------------------------------------------ the cells */

static void one_cell(void **state)
{
    char ended[ERRAND_TEXT_BYTES];

    the.cell = *state;
    the.armed = the.came_back = false;
    errand_begin();
    struct sim_watch watch = sim_watched();
    watch.on_frame = on_frame;
    sim_watch(&watch);
    errand_live(bring_back);
    assert_true(the.cell->step == NULL || the.came_back);
    errand_end(ended);
    if (the.cell->step == NULL)
        memcpy(the.as_usual, ended, sizeof ended);
    if (strcmp(ended, the.as_usual) != 0)
        print_error("as usual:\n%s\nhere:\n%s", the.as_usual, ended);
    assert_string_equal(ended, the.as_usual);
}

static int setup(void **state)
{
    the.arena = arena_new(ARENA_BYTES);
    return errand_setup(state);
}

static int teardown(void **state)
{
    arena_free(&the.arena);
    return errand_teardown(state);
}

int main(void)
{
    static struct cell cells[1 + COUNT_OF(steps) * N_INSTANTS] = {
            {.name = "nobody falls"}};
    struct CMUnitTest tests[COUNT_OF(cells)];

    for (size_t i = 1; i < COUNT_OF(cells); i++) {
        struct cell *cell = &cells[i];
        cell->step = &steps[(i - 1) / N_INSTANTS];
        cell->instant = (enum instant)((i - 1) % N_INSTANTS);
        snprintf(cell->name, sizeof cell->name, "%s: %s the commit", cell->step->words,
                instant_words[cell->instant]);
    }
    for (size_t i = 0; i < COUNT_OF(cells); i++)
        tests[i] = (struct CMUnitTest){.name = cells[i].name,
                .test_func = one_cell,
                .initial_state = &cells[i]};
    peek_begin();
    return cmocka_run_group_tests(tests, setup, teardown);
}
