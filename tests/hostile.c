/* hostile.c - the world around a table of hostile cases, and what was there before and
 * after each. */
#include "tests/hostile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/time.h"
#include "core/vocab.h"
#include "tests/peek.h"
#include "tests/tape.h"

enum { ROWS_MAX = 80, SEED = 71 };

/* What is looked at: in whose store, and which harm it is when it has changed. Letters
 * that were refused are no harm, and neither is what is new and points to them. */
enum whose { OF_BROKER, OF_MEMBER };
static const struct look {
    enum hostile_harm harm;
    enum whose whose;
    const char *sql;
} LOOKS[] = {
        {TAKEN,   OF_BROKER,
         "SELECT hex(msg_id), state, code FROM letter WHERE state <> 5"                 },
        {MAILED,  OF_BROKER, "SELECT partner, kind, ref, mail_id FROM mail"             },
        {MOVED,   OF_BROKER, "SELECT hex(offer_id), state, version, consent FROM offer" },
        {MOVED,   OF_BROKER, "SELECT hex(referral_id), winner, closed FROM referral"    },
        {ALLOWED, OF_BROKER,
         "SELECT hex(consent_id), hex(hash), conflict, withdrawn FROM consent"          },
        {ALLOWED, OF_BROKER, "SELECT register_version FROM store"                       },
        {LEARNT,  OF_BROKER, "SELECT key, seq, length(bytes) FROM thing"                },
        {SHOWN,   OF_MEMBER,
         "SELECT number, kind, preview, content, stop_contact, confirmed,"
                " wrapped_key IS NULL FROM case_file"                                   },
        {SHOWN,   OF_MEMBER, "SELECT number, case_number, event, type FROM moment"      },
        {SHOWN,   OF_MEMBER, "SELECT hex(msg_id), sender FROM received WHERE state <> 5"},
        {MOVED,   OF_MEMBER, "SELECT hex(offer_id), state, version FROM offer"          },
        {ALLOWED, OF_MEMBER, "SELECT hex(consent_id) FROM withdrawal"                   },
        {ALLOWED, OF_MEMBER, "SELECT hex(consent_id), conflict FROM capsule"            },
        {LEARNT,  OF_MEMBER, "SELECT slot, clash, hex(bytes) FROM thing"                },
        {DONE,    OF_MEMBER, "SELECT hex(msg_id), state, terminal FROM sent"            },
};
static const char *const WORDS[] = {"a letter was taken, handed over or ended",
        "an offer has moved", "a consent counts otherwise", "the directory has changed",
        "staff see something", "a letter of an honest member has ended",
        "an honest member was cut", "mail was made"};
static const char *const HONEST[] = {HOME, TARGET, REPORT};

static struct {
    struct stage stage;
    struct key32 before[COUNT_OF(LOOKS)][COUNT_OF(HONEST)];
} the;

/* ------------------------------------------------------------ before and after */

static struct key32 look(const struct look *at, size_t honest)
{
    bool broker = at->whose == OF_BROKER;
    sqlite3 *db = NULL;

    if (broker ? honest == 0 && !the.stage.by_broker : world_is_up(HONEST[honest]))
        db = peek_of(broker ? NETWORK_BROKER : HONEST[honest]);
    return db != NULL ? peek_sum(db, at->sql) : (struct key32){{0}};
}

void hostile_mark(void)
{
    (void)sim_settle(EVIL_WAIT_MS);
    for (size_t i = 0; i < COUNT_OF(LOOKS); i++)
        for (size_t k = 0; k < COUNT_OF(HONEST); k++)
            the.before[i][k] = look(&LOOKS[i], k);
}

static const char *words_of(uint32_t harm)
{
    size_t i = 0;

    while (harm >> (i + 1) != 0)
        i++;
    return WORDS[i];
}

static void check_harm(const struct hostile *row)
{
    (void)sim_settle(EVIL_WAIT_MS);
    for (size_t i = 0; i < COUNT_OF(LOOKS); i++)
        for (size_t k = 0; k < COUNT_OF(HONEST); k++) {
            struct key32 after = look(&LOOKS[i], k);
            if ((row->never & LOOKS[i].harm) != 0 &&
                    !key32_equal(&after, &the.before[i][k]))
                fail_msg("%s: %s, and %s (%s: %s)", row->name, row->does,
                        words_of(LOOKS[i].harm),
                        LOOKS[i].whose == OF_BROKER ? "broker" : HONEST[k],
                        LOOKS[i].sql);
        }
    for (size_t k = 0; k < COUNT_OF(HONEST); k++)
        if ((row->never & CUT) != 0 && world_is_up(HONEST[k]) &&
                !sim_connected(HONEST[k]))
            fail_msg("%s: %s was cut", row->name, HONEST[k]);
    assert_true(the.stage.by_broker || world_is_up(NETWORK_BROKER));
    assert_false(world_died());
}

const char *hostile_silence(struct stage *stage)
{
    (void)sim_settle(EVIL_WAIT_MS);
    return stage->evil->n_downs > stage->n_downs ? CUT_OFF : SILENCE;
}

struct evil *hostile_other(struct stage *stage)
{
    if (stage->other == NULL) {
        stage->other = evil_new(ACCOMPLICE);
        if (!stage->by_broker)
            evil_connect(stage->other);
    }
    return stage->other;
}

const char *hostile_deliver(struct stage *stage, struct mail *mail)
{
    const struct receipt *receipt = evil_deliver(stage->evil, mail);

    return receipt != NULL ? receipt->code : hostile_silence(stage);
}

const char *hostile_done(struct evil *evil, const char *id, const char *answer)
{
    check_harm(the.stage.row);
    evil_free(evil);
    world_start(id);
    world_pass(2 * TIME_MINUTE_MS);
    hostile_mark();
    return answer;
}

int64_t hostile_number(const char *sql)
{
    return peek_number(peek_of(NETWORK_BROKER), "%s", sql);
}

static void on_bytes(void *self, sqlite3_stmt *row)
{
    struct span *bytes = self;
    size_t len = (size_t)sqlite3_column_bytes(row, 0);
    uint8_t *copy = arena_take(&the.stage.evil->arena, len);

    assert_non_null(copy);
    memcpy(copy, sqlite3_column_blob(row, 0), len);
    *bytes = (struct span){copy, len};
}

struct span hostile_bytes_of(const char *id, const char *sql)
{
    struct span bytes = {NULL, 0};

    peek_each(peek_of(id), sql, on_bytes, &bytes);
    assert_true(bytes.len > 0);
    return bytes;
}

struct id hostile_id_of(const char *id, const char *sql)
{
    struct span bytes = hostile_bytes_of(id, sql);
    struct id out;

    assert_int_equal(bytes.len, sizeof out);
    memcpy(&out, bytes.at, sizeof out);
    return out;
}

struct id hostile_id(const char *sql)
{
    return hostile_id_of(NETWORK_BROKER, sql);
}

struct span hostile_bytes(const char *sql)
{
    return hostile_bytes_of(NETWORK_BROKER, sql);
}

/* ------------------------------------------------------------ a row */

static const char *put_changed(struct stage *stage)
{
    struct forged forged;

    forge_referral(stage->evil, HOME, &forged);
    stage->row->change(stage, &forged);
    return forge_put(stage->evil, &forged);
}

static void run_row(void **state)
{
    const struct hostile *row = *state;
    struct stage *stage = &the.stage;

    stage->row = row;
    evil_forget(stage->evil);
    if (stage->other != NULL)
        evil_forget(stage->other);
    if (!stage->by_broker)
        evil_come_back(stage->evil);
    hostile_mark();
    stage->n_downs = stage->evil->n_downs;
    const char *answer = row->act != NULL ? row->act(stage) : put_changed(stage);
    if (strcmp(answer, row->answer) != 0)
        fail_msg("%s: %s, and is answered \"%s\" instead of \"%s\"", row->name,
                row->does, answer, row->answer);
    check_harm(row);
}

/* ------------------------------------------------------------ the world */

/* Honest work: an offer in progress, one that is declined, one withdrawn, and one that
 * waits for a member who is away, with its content. */
static void live_a_little(void)
{
    const struct world_consent wish = {
            .recipients = {TARGET, REPORT}
    };
    uint64_t consent = world_consent(HOME, &wish), other = world_consent(HOME, &wish);

    assert_string_equal(world_refer(HOME, consent, TARGET, "Rosa Voorbeeld")->code, "");
    world_quiet();
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    world_do(TARGET, 1, OFFER_EVENT_START);
    assert_string_equal(world_refer(HOME, consent, TARGET, "Jan Voorbeeld")->code, "");
    assert_string_equal(world_refer(HOME, other, TARGET, "Mia Voorbeeld")->code, "");
    world_quiet();
    world_withdraw(HOME, other);
    world_quiet();
}

static int begin(void **state)
{
    struct stage *stage = &the.stage;

    (void)state;
    world_setup(NULL);
    world_fresh(SEED);
    tape_begin();
    live_a_little();
    tape_stop();
    if (stage->by_broker) {
        stage->evil = evil_new(NETWORK_BROKER);
        for (size_t i = 0; i < COUNT_OF(HONEST); i++)
            evil_admit(stage->evil, HONEST[i]);
        for (size_t i = 0; i < COUNT_OF(HONEST); i++)
            evil_serve(stage->evil, HONEST[i]);
        return 0;
    }
    stage->evil = evil_new(EVIL);
    evil_connect(stage->evil);
    return 0;
}

static int end(void **state)
{
    evil_free(the.stage.evil);
    evil_free(the.stage.other);
    tape_forget();
    world_end();
    return world_teardown(state);
}

/* After all of that: an honest referral passes from one honest member to the other. */
static void honest_members_are_served(void **state)
{
    const struct world_consent wish = {.recipients = {TARGET}};

    (void)state;
    if (the.stage.by_broker) {
        evil_free(the.stage.evil);
        the.stage.evil = NULL;
        world_start(NETWORK_BROKER);
        world_pass(2 * TIME_MINUTE_MS);
    }
    uint64_t before = world_newest(TARGET, CASE_BOX_NONE);
    uint64_t consent = world_consent(HOME, &wish);
    assert_string_equal(world_refer(HOME, consent, TARGET, "Rosa Voorbeeld")->code, "");
    world_quiet();
    uint64_t newest = world_newest(TARGET, CASE_BOX_NONE);
    assert_int_equal(newest, before + 1);
    world_do(TARGET, newest, OFFER_EVENT_ACCEPT);
    assert_string_equal(world_show(TARGET, newest)->referral->person->name,
            "Rosa Voorbeeld");
}

int hostile_run(const char *title, bool by_broker, const struct hostile *rows,
        size_t n_rows)
{
    static bool peeking;
    struct CMUnitTest tests[ROWS_MAX + 1];

    if (!peeking)
        peek_begin();
    peeking = true;
    if (n_rows > ROWS_MAX)
        return 1;
    the.stage = (struct stage){.by_broker = by_broker};
    for (size_t i = 0; i < n_rows; i++)
        tests[i] = (struct CMUnitTest){.name = rows[i].name,
                .test_func = run_row,
                .initial_state = (void *)(uintptr_t)&rows[i]};
    tests[n_rows] = (struct CMUnitTest){.name = "the honest members are served",
            .test_func = honest_members_are_served};
    return _cmocka_run_group_tests(title, tests, n_rows + 1, begin, end);
}
