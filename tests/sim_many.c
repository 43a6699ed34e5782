/* sim_many.c - a member that does one thing very often: nothing of it stands in the way
 * of a withdrawal, and no mailbox fills by it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/time.h"
#include "core/vocab.h"
#include "core/wire.h"
#include "tests/forge.h"
#include "tests/peek.h"
#include "tests/world.h"

#define HOME   "thuiszorg"
#define TARGET "aksant"

static const char *const READERS[] = {TARGET, "chambry", "noord"};

enum { EACH = 190 }; /* letters for one reader: fewer than wait for one at most */

static int64_t at_broker(const char *sql)
{
    return peek_number(peek_of(NETWORK_BROKER), sql);
}

/* A letter that needs no offer, under the capsule of the referral. */
static const char *put_signal(struct evil *evil, struct forged *forged,
        const char *recipient)
{
    static const uint16_t needs[] = {DATA_CATEGORY_NEEDS};
    struct letter_core core = forged->preview;
    struct signal told = {.needs = NULL};
    struct content content = {.signal = &told};
    size_t used = evil->arena.used;

    core.msg_id = core.offer_id = (struct id){{0}};
    core.type = LETTER_TYPE_SIGNAL;
    core.class_ = LETTER_CLASS_PERSONAL;
    core.event = OFFER_EVENT_NONE;
    core.recipient = recipient;
    core.data_categories = needs;
    core.n_data_categories = COUNT_OF(needs);
    struct span letter = evil_letter(evil, &core, &content);
    (void)evil_put(evil, &forged->signed_capsule, 1, &letter, 1, MODE_DIRECT);
    const char *code = evil_code(evil);
    evil->arena.used = used;
    return code;
}

/* More letters wait under one consent than a turn can end. */
static void a_withdrawal_with_very_much_under_way(void **state)
{
    struct forged forged;

    (void)state;
    world_fresh(81);
    for (size_t i = 0; i < COUNT_OF(READERS); i++)
        sim_unplug(READERS[i], true);
    struct evil *evil = evil_new(HOME);
    evil_connect(evil);
    forge_referral(evil, TARGET, &forged);
    forged.capsule.recipients = READERS;
    forged.capsule.n_recipients = COUNT_OF(READERS);
    forge_sign(evil, &forged);
    for (size_t i = 0; i < COUNT_OF(READERS) * EACH; i++)
        assert_string_equal(put_signal(evil, &forged, READERS[i % COUNT_OF(READERS)]),
                "");
    assert_string_equal(forge_withdraw(evil, &forged), "");
    assert_int_equal(at_broker("SELECT count(*) FROM consent WHERE withdrawn > 0"), 1);
    for (size_t i = 0; i < COUNT_OF(READERS); i++)
        sim_unplug(READERS[i], false);
    world_pass(2 * TIME_MINUTE_MS);
    assert_int_equal(at_broker("SELECT count(*) FROM handed_over"), 0);
    assert_int_equal(at_broker("SELECT count(*) FROM letter WHERE state IN (1, 2, 3)"),
            0);
    for (size_t i = 0; i < COUNT_OF(READERS); i++)
        assert_int_equal(world_newest(READERS[i], CASE_BOX_NONE), 0);
    evil_free(evil);
    world_end();
}

/* Letters that have ended, put again and again. */
static void an_end_is_told_once_while_nobody_reads_it(void **state)
{
    struct forged forged;

    (void)state;
    world_fresh(82);
    sim_unplug(TARGET, true);
    struct evil *evil = evil_new(HOME);
    evil_connect(evil);
    forge_referral(evil, TARGET, &forged);
    forge_sign(evil, &forged);
    const struct span letters[] = {forge_preview(evil, &forged),
            forge_content(evil, &forged)};
    (void)evil_put(evil, &forged.signed_capsule, 1, letters, COUNT_OF(letters),
            MODE_DIRECT);
    assert_string_equal(evil_code(evil), "");
    assert_string_equal(forge_withdraw(evil, &forged), "");
    for (int i = 0; i < 20; i++) {
        (void)evil_put(evil, &forged.signed_capsule, 1, letters, COUNT_OF(letters),
                MODE_DIRECT);
        assert_string_equal(evil_code(evil), "");
    }
    /* Each end as it happened, and once more for who seems to have lost it. */
    assert_in_range(at_broker("SELECT count(*) FROM mail WHERE kind = 2"), 2, 4);
    evil_free(evil);
    world_end();
}

/* A reader that says again and again that it has erased a letter. */
static void an_erasure_is_passed_on_once(void **state)
{
    const struct world_consent wish = {.recipients = {TARGET}};
    struct id msg_id;

    (void)state;
    world_fresh(83);
    assert_string_equal(world_refer(HOME, world_consent(HOME, &wish), TARGET,
                                "Rosa Voorbeeld")
                                ->code,
            "");
    world_quiet();
    struct sqlite3 *db = peek_of(NETWORK_BROKER);
    struct receipt receipt = {.v = 1,
            .sender = HOME,
            .recipient = TARGET,
            .state = RECEIPT_STATE_ERASED,
            .code = "",
            .at_ms = (uint64_t)sim_now()};
    for (size_t i = 0; i < sizeof msg_id.b; i++)
        msg_id.b[i] = (uint8_t)peek_number(db,
                "SELECT instr('0123456789abcdef', lower(substr(hex(msg_id), %d, 1))) * "
                "16 - 17 + instr('0123456789abcdef', lower(substr(hex(msg_id), %d, 1)))"
                " FROM letter WHERE type = 1",
                (int)(2 * i + 1), (int)(2 * i + 2));
    receipt.msg_id = msg_id;
    for (size_t i = 0; i < sizeof receipt.core_hash.b; i++)
        receipt.core_hash.b[i] = (uint8_t)peek_number(db,
                "SELECT instr('0123456789abcdef', lower(substr(hex(core_hash), %d, 1)))"
                " * 16 - 17 + "
                "instr('0123456789abcdef', lower(substr(hex(core_hash), %d, 1)))"
                " FROM letter WHERE type = 1",
                (int)(2 * i + 1), (int)(2 * i + 2));
    sim_unplug(HOME, true);
    struct evil *evil = evil_new(TARGET);
    evil_connect(evil);
    int64_t before = at_broker("SELECT count(*) FROM mail");
    for (int i = 0; i < 20; i++) {
        const struct span bytes =
                evil_sign(evil, KIND_RECEIPT, &WIRE_RECEIPT, &receipt);
        const struct ack ack = {.receipts = &bytes, .n_receipts = 1};
        const struct frame frame = {.v = 1, .ack = &ack};
        evil_say(evil, &frame);
        world_pass(TIME_SECOND_MS);
    }
    assert_int_equal(at_broker("SELECT count(*) FROM mail"), before + 1);
    evil_free(evil);
    world_end();
}

/* The file of the broker was put back to an older state; the collector knows of more
 * withdrawals than it does, and has not said which. */
static void an_older_register_waits_for_its_collector(void **state)
{
    struct forged forged;

    (void)state;
    world_fresh(84);
    sim_unplug(TARGET, true);
    struct evil *evil = evil_new(HOME);
    evil_connect(evil);
    forge_referral(evil, TARGET, &forged);
    assert_string_equal(forge_put(evil, &forged), "");
    struct hello_body body = {.v = 1,
            .partner = HOME,
            .incarnation = (uint64_t)sim_now() + 1,
            .store_id = evil->store_id,
            .register_version = 99,
            .clock_ms = (uint64_t)sim_now(),
            .program = "evil"};
    sqlite3_stmt *row = NULL;
    assert_int_equal(sqlite3_prepare_v2(peek_of(NETWORK_BROKER),
                             "SELECT store_id FROM store", -1, &row, NULL),
            SQLITE_OK);
    assert_int_equal(sqlite3_step(row), SQLITE_ROW);
    memcpy(body.broker_store_id.b, sqlite3_column_blob(row, 0),
            sizeof body.broker_store_id.b);
    sqlite3_finalize(row);
    const struct hello hello = {evil_sign(evil, KIND_HELLO, &WIRE_HELLO_BODY, &body)};
    const struct frame frame = {.v = 1, .hello = &hello};
    evil_say(evil, &frame);
    world_pass(TIME_SECOND_MS);
    sim_unplug(TARGET, false);
    world_pass(2 * TIME_MINUTE_MS);
    assert_int_equal(world_newest(TARGET, CASE_BOX_NONE), 0);
    /* It has nothing to bring but the capsule itself, and is believed again. */
    const struct publish publish = {.submission_id = forged.preview.msg_id,
            .things = &forged.signed_capsule,
            .n_things = 1};
    const struct frame again = {.v = 1, .publish = &publish};
    assert_string_equal(evil_ask(evil, &again), "");
    world_pass(2 * TIME_MINUTE_MS);
    assert_int_equal(world_newest(TARGET, CASE_BOX_NONE), 1);
    evil_free(evil);
    world_end();
}

/* The core inside a letter that came. */
static void read_core(struct evil *evil, struct span bytes, struct letter_core *core,
        struct key32 *core_hash)
{
    struct letter letter;
    struct letter_body body;
    struct err err = {.code = CODE_OK};

    assert_true(wire_get(&WIRE_LETTER, bytes, &evil->arena, &letter, &err));
    assert_true(evil_read(&evil->arena, letter.signed_, &WIRE_LETTER_BODY, &body));
    assert_true(wire_get(&WIRE_LETTER_CORE, body.core, &evil->arena, core, &err));
    *core_hash = hash_sha256_one(body.core);
}

static void say_no_key(struct evil *evil, const struct mail *mail)
{
    struct letter_core core;
    struct receipt receipt = {.v = 1,
            .recipient = TARGET,
            .state = RECEIPT_STATE_FAILED,
            .code = "E_KEY",
            .at_ms = (uint64_t)sim_now()};

    read_core(evil, mail->letter, &core, &receipt.core_hash);
    receipt.sender = core.sender;
    receipt.msg_id = core.msg_id;
    const struct span bytes = evil_sign(evil, KIND_RECEIPT, &WIRE_RECEIPT, &receipt);
    const struct ack ack = {.mail_ids = &mail->mail_id,
            .n_mail_ids = 1,
            .receipts = &bytes,
            .n_receipts = 1};
    const struct frame frame = {.v = 1, .ack = &ack};
    evil_say(evil, &frame);
}

/* A reader that says of everything that it cannot open it. */
static void a_letter_is_not_sealed_without_end(void **state)
{
    static const struct credit all = {.letters = 64, .bytes = 8 * 1024 * 1024};
    const struct frame credit = {.v = 1, .credit = &all};
    const struct world_consent wish = {.recipients = {TARGET}};
    size_t seen = 0;

    (void)state;
    world_fresh(85);
    struct evil *evil = evil_new(TARGET);
    evil_connect(evil);
    evil_say(evil, &credit);
    assert_string_equal(world_refer(HOME, world_consent(HOME, &wish), TARGET,
                                "Rosa Voorbeeld")
                                ->code,
            "");
    for (int i = 0; i < 40; i++) {
        world_pass(TIME_SECOND_MS);
        for (; seen < evil->n_mails; seen++)
            if (evil->mails[seen].letter.len > 0)
                say_no_key(evil, &evil->mails[seen]);
    }
    assert_in_range(peek_number(peek_of(HOME), "SELECT count(*) FROM sent"), 3, 10);
    evil_free(evil);
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(a_withdrawal_with_very_much_under_way),
            cmocka_unit_test(an_end_is_told_once_while_nobody_reads_it),
            cmocka_unit_test(an_erasure_is_passed_on_once),
            cmocka_unit_test(an_older_register_waits_for_its_collector),
            cmocka_unit_test(a_letter_is_not_sealed_without_end),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
