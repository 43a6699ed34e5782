/* sim_quarantine.c - a letter that holds more than it says passes the broker, which
 * cannot look inside; its reader finds out, shows it to nobody, keeps nothing of it,
 * and both sides are told. */
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
#include "tests/temp.h"
#include "tests/world.h"

#define HOME "thuiszorg"
#define EVIL "noord"

/* Stands nowhere else in the world. */
#define CANARY "zqwxkanariezqwx"

static const struct check *check_of(const char *id, const char *name)
{
    const struct get_doctor doctor = {.full = false};
    struct request request = {.doctor = &doctor};
    const struct reply *reply = world_must(id, &request, "");

    for (size_t i = 0; i < reply->doctor->n_checks; i++)
        if (strcmp(reply->doctor->checks[i].name, name) == 0)
            return &reply->doctor->checks[i];
    fail_msg("no check \"%s\"", name);
    return NULL;
}

static void assert_no_canary(const char *id)
{
    char path[WORLD_PATH_BYTES];
    size_t len = 0;
    world_db(id, path);
    uint8_t *bytes = temp_read(path, &len);
    assert_non_null(bytes);
    assert_null(memmem(bytes, len, CANARY, strlen(CANARY)));
    free(bytes);
}

/* ------------------------------------------------------------ the letters */

static const uint16_t VIOLENCE[] = {NEED_CATEGORY_DOMESTIC_VIOLENCE};

static void more_in_preview(struct forged *forged)
{
    forged->shown.strengths = CANARY;
}

static void secret_need(struct forged *forged)
{
    forged->shown.needs = VIOLENCE;
}

static void number_in_preview(struct forged *forged)
{
    forged->shown.own_goal = CANARY " 85.07.30-033.28";
}

static void more_in_content(struct forged *forged)
{
    forged->told.network = CANARY;
}

static void birth_date_in_content(struct forged *forged)
{
    forged->person.birth_date = "1942-03-01";
    forged->told.reason = CANARY;
}

static void number_in_content(struct forged *forged)
{
    forged->told.reason = CANARY " 85 07 30 033 28";
}

static void number_not_named(struct forged *forged)
{
    forged->person.niss = "85073003329";
    forged->told.reason = CANARY;
}

static void secret_content(struct forged *forged)
{
    forged->told.needs = VIOLENCE;
    forged->told.reason = CANARY;
}

static const struct row {
    const char *name;
    void (*change)(struct forged *forged);
    bool content; /* it is in the content, which comes after the accept */
    const char *code;
} ROWS[] = {
        {"more data in the preview",            more_in_preview,       false, "E_CONSENT_DATA"},
        {"a need above the level",              secret_need,           false, "E_CONSENT_DATA"},
        {"a national number in the preview",    number_in_preview,     false, "E_NISS"        },
        {"more data in the content",            more_in_content,       true,  "E_CONSENT_DATA"},
        {"a birth date that is not named",      birth_date_in_content, true,
         "E_CONSENT_DATA"                                                                     },
        {"a national number in a text",         number_in_content,     true,  "E_NISS"        },
        {"a national number that is not named", number_not_named,      true,
         "E_CONSENT_DATA"                                                                     },
        {"a content above the level",           secret_content,        true,  "E_CONSENT_DATA"},
};

/* What the broker passes on of its reader's word. */
static bool heard(struct evil *evil, const struct id *msg_id, const char *code)
{
    for (size_t i = 0; i < evil->n_mails; i++) {
        struct receipt receipt;
        if (evil->mails[i].receipt.len > 0 &&
                evil_read(&evil->arena, evil->mails[i].receipt, &WIRE_RECEIPT,
                        &receipt) &&
                id_equal(&receipt.msg_id, msg_id) &&
                receipt.state == RECEIPT_STATE_FAILED)
            return strcmp(receipt.code, code) == 0;
    }
    return false;
}

static void is_held_back(struct evil *evil, const struct row *row, uint64_t n_before)
{
    struct forged forged;
    uint64_t newest = world_newest(HOME, CASE_BOX_NONE);

    print_message("# %s\n", row->name);
    evil_forget(evil);
    forge_referral(evil, HOME, &forged);
    row->change(&forged);
    /* The broker takes it: the core is as the consent allows. */
    assert_string_equal(forge_put(evil, &forged), "");
    world_pass(TIME_MINUTE_MS);
    uint64_t number = world_newest(HOME, CASE_BOX_NONE);
    if (row->content) {
        assert_int_equal(number, newest + 1);
        world_do(HOME, number, OFFER_EVENT_ACCEPT);
        assert_null(world_show(HOME, number)->referral);
        assert_string_equal(world_show(HOME, number)->line->person, "");
    } else {
        assert_int_equal(number, newest);
    }
    evil_take_mail(evil);
    assert_true(heard(evil,
            row->content ? &forged.content.msg_id : &forged.preview.msg_id, row->code));
    assert_int_equal(world_status(HOME)->quarantined, n_before + 1);
    assert_int_equal(world_status(HOME)->violations, 0);
    const struct check *check = check_of(HOME, "quarantine");
    assert_false(check->ok);
    assert_non_null(strstr(check->words, EVIL " ("));
    assert_int_equal(
            peek_number(peek_of(HOME),
                    "SELECT count(*) FROM violation WHERE ours = 0 AND other = %Q "
                    "AND code = %Q AND case_number = %d AND number = %d",
                    EVIL, row->code, row->content ? (int)number : 0, (int)n_before + 1),
            1);
    assert_no_canary(HOME);
}

static void what_holds_more_than_it_says_is_held_back(void **state)
{
    (void)state;
    world_fresh(300);
    struct evil *evil = evil_new(EVIL);
    evil_connect(evil);
    for (size_t i = 0; i < COUNT_OF(ROWS); i++)
        is_held_back(evil, &ROWS[i], i);
    evil_free(evil);
    world_end();
}

/* The same letter again gets the same receipt, and is counted once; after a month
 * doctor speaks of it no more. */
static void it_is_counted_once(void **state)
{
    struct forged forged;

    (void)state;
    world_fresh(320);
    struct evil *evil = evil_new(EVIL);
    evil_connect(evil);
    forge_referral(evil, HOME, &forged);
    more_in_preview(&forged);
    assert_string_equal(forge_put(evil, &forged), "");
    world_pass(TIME_MINUTE_MS);
    world_crash(HOME);
    world_start(HOME);
    world_pass(TIME_MINUTE_MS);
    assert_int_equal(world_status(HOME)->quarantined, 1);
    peek_number(peek_of(HOME), "UPDATE violation SET at_ms = at_ms - %lld",
            (long long)31 * TIME_DAY_MS);
    assert_int_equal(world_status(HOME)->quarantined, 0);
    assert_true(check_of(HOME, "quarantine")->ok);
    evil_free(evil);
    world_end();
}

/* ------------------------------------------------------------ before it leaves */

static bool among(const uint16_t *rows, size_t n, uint16_t row)
{
    for (size_t i = 0; i < n; i++)
        if (rows[i] == row)
            return true;
    return false;
}

/* Who refers sees which data leave, and what the consent allows beyond that. */
static void the_answer_says_what_is_shared_and_what_was_not_needed(void **state)
{
    static const struct world_consent wish = {.recipients = {EVIL}};

    (void)state;
    world_fresh(350);
    uint64_t consent = world_consent(HOME, &wish);
    const struct reply *reply = world_refer(HOME, consent, EVIL, "Rosa Voorbeeld");
    const struct made *made = reply->made;
    assert_string_equal(reply->code, "");
    assert_true(among(made->shared, made->n_shared, DATA_CATEGORY_CONTACT));
    assert_true(among(made->shared, made->n_shared, DATA_CATEGORY_NEEDS));
    assert_true(made->n_not_used > 0);
    for (size_t i = 0; i < made->n_not_used; i++)
        assert_false(among(made->shared, made->n_shared, made->not_used[i]));
    assert_false(among(made->not_used, made->n_not_used, DATA_CATEGORY_AREA));
    world_end();
}

/* ------------------------------------------------------------ the other side */

/* A reader that says so of a letter of ours. */
static void say_failed(struct evil *evil, const char *code)
{
    struct letter letter;
    struct letter_body body;
    struct letter_core core;
    struct err err;

    evil_take_mail(evil);
    assert_true(evil->n_mails > 0);
    const struct mail *mail = &evil->mails[evil->n_mails - 1];
    assert_true(wire_get(&WIRE_LETTER, mail->letter, &evil->arena, &letter, &err));
    assert_true(evil_read(&evil->arena, letter.signed_, &WIRE_LETTER_BODY, &body));
    assert_true(wire_get(&WIRE_LETTER_CORE, body.core, &evil->arena, &core, &err));
    const struct receipt failed = {.v = 1,
            .msg_id = core.msg_id,
            .sender = HOME,
            .recipient = EVIL,
            .state = RECEIPT_STATE_FAILED,
            .code = code,
            .at_ms = (uint64_t)sim_now(),
            .core_hash = hash_sha256_one(body.core)};
    const struct span receipt = evil_sign(evil, KIND_RECEIPT, &WIRE_RECEIPT, &failed);
    const struct ack ack = {.mail_ids = &mail->mail_id,
            .n_mail_ids = 1,
            .receipts = &receipt,
            .n_receipts = 1};
    evil_say(evil, &(struct frame){.v = 1, .ack = &ack});
    world_pass(TIME_MINUTE_MS);
}

static void the_sender_is_told(const char *code, uint64_t n_wanted, uint64_t seed)
{
    const struct world_consent wish = {.recipients = {EVIL}};

    world_fresh(seed);
    uint64_t consent = world_consent(HOME, &wish);
    struct evil *evil = evil_new(EVIL);
    evil_connect(evil);
    assert_string_equal(world_refer(HOME, consent, EVIL, "Rosa Voorbeeld")->code, "");
    world_pass(TIME_SECOND_MS);
    say_failed(evil, code);
    assert_int_equal(world_status(HOME)->violations, n_wanted);
    assert_int_equal(world_show(HOME, 1)->line->unread, n_wanted == 1);
    assert_int_equal(peek_number(peek_of(HOME),
                             "SELECT count(*) FROM trace WHERE case_number = 1 AND "
                             "what = 'consent_violation' AND code = %Q",
                             code),
            (int64_t)n_wanted);
    const struct check *check = check_of(HOME, "violations");
    assert_int_equal(check->ok, n_wanted == 0);
    assert_int_equal(strstr(check->words, EVIL " (1)") != NULL, n_wanted == 1);
    evil_free(evil);
    world_end();
}

static void the_sender_hears_it_and_what_to_do(void **state)
{
    (void)state;
    the_sender_is_told("E_CONSENT_DATA", 1, 330);
    the_sender_is_told("E_NISS", 1, 331);
    /* What is no violation is told as before. */
    the_sender_is_told("E_KEY", 0, 332);
}

/* However many there are, the register keeps the newest. */
static void the_register_is_bounded(void **state)
{
    (void)state;
    world_fresh(340);
    struct evil *evil = evil_new(EVIL);
    evil_connect(evil);
    enum { KEPT = 1000 };
    world_stop(HOME);
    world_start(HOME);
    struct sqlite3 *db = peek_of(HOME);
    peek_number(db, "INSERT INTO violation (number, at_ms, ours, other, msg_id, type, "
                    "code, case_number) VALUES (1, 1, 0, 'x', x'00', 1, '', 0)");
    peek_number(db, "UPDATE sqlite_sequence SET seq = %d WHERE name = 'violation'",
            KEPT);
    struct forged forged;
    forge_referral(evil, HOME, &forged);
    more_in_preview(&forged);
    assert_string_equal(forge_put(evil, &forged), "");
    world_pass(TIME_MINUTE_MS);
    assert_int_equal(peek_number(db, "SELECT count(*) FROM violation"), 1);
    assert_int_equal(peek_number(db, "SELECT number FROM violation"), KEPT + 1);
    evil_free(evil);
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(what_holds_more_than_it_says_is_held_back),
            cmocka_unit_test(it_is_counted_once),
            cmocka_unit_test(the_answer_says_what_is_shared_and_what_was_not_needed),
            cmocka_unit_test(the_sender_hears_it_and_what_to_do),
            cmocka_unit_test(the_register_is_bounded),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
