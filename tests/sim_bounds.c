/* sim_bounds.c - what one member, partner or broker can make grow on another's disk,
 * and one past each bound: refused with its code, nothing lost, nobody else harmed. */
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
#include "tests/evil_broker.h"
#include "tests/forge.h"
#include "tests/peek.h"
#include "tests/world.h"

#define HOME   "thuiszorg"
#define TARGET "aksant"
#define OTHER  "noord"

enum {
    FEW = 3,
    REFUSALS_A_DAY = 1000,
    LATE_ERASED_A_DAY = 200,
    DAYS_KEPT = 30,
    CONSENTS_EARLY_MAX = 10000,
    OFFERS_OF_A_CASE = 20,
    REFERRAL_OFFERS = 40,
    CONSENT_OFFERS = 1000,
    RECALLED_AT_A_TIME = 400,
    RESTARTS = 8
};

/* A world whose broker has been started with this setting. */
static struct evil *begin_with(uint64_t seed, const char *key, const char *value)
{
    world_fresh(seed);
    world_stop(NETWORK_BROKER);
    network_set(world_network(), NETWORK_BROKER, key, value);
    world_start(NETWORK_BROKER);
    struct evil *evil = evil_new(OTHER);
    evil_connect(evil);
    return evil;
}

static struct evil *come_again(struct evil *evil)
{
    evil_free(evil);
    evil = evil_new(OTHER);
    evil_connect(evil);
    return evil;
}

static int64_t rows(const char *sql)
{
    return peek_number(peek_of(NETWORK_BROKER), sql);
}

/* Whatever the evil one did: a member that keeps the rules is served. */
static void others_are_served(void)
{
    const struct world_consent wish = {.recipients = {TARGET}};
    size_t before = (size_t)world_newest(TARGET, CASE_BOX_NONE);

    assert_string_equal(world_refer(HOME, world_consent(HOME, &wish), TARGET,
                                "Rosa Voorbeeld")
                                ->code,
            "");
    world_pass(TIME_MINUTE_MS);
    assert_true((size_t)world_newest(TARGET, CASE_BOX_NONE) > before);
}

/* ------------------------------------------------------------ refused letters */

/* One more preview with its content, without a consent. */
static const char *put_refused(struct evil *evil, struct forged *forged)
{
    forge_referral(evil, TARGET, forged);
    forged->with_capsule = false;
    return forge_put(evil, forged);
}

static int64_t n_refused(void)
{
    return rows("SELECT count(*) FROM letter WHERE state = 5");
}

static void refused_letters_are_counted(void **state)
{
    struct forged forged;

    (void)state;
    struct evil *evil = begin_with(71, "refused_letters", "6");
    for (int i = 0; i < FEW - 1; i++)
        assert_string_equal(put_refused(evil, &forged), "E_CONSENT_NONE");
    forge_referral(evil, TARGET, &forged);
    const struct span pair[] = {forge_preview(evil, &forged),
            forge_content(evil, &forged)};
    evil_put(evil, NULL, 0, pair, COUNT_OF(pair), MODE_DIRECT);
    assert_string_equal(evil_code(evil), "E_CONSENT_NONE");
    /* One past: no for now, without a receipt, and not remembered. */
    assert_string_equal(put_refused(evil, &forged), "E_BUSY");
    assert_int_equal(evil->answer.n_receipts, 0);
    assert_int_equal(n_refused(), 2 * FEW);
    /* What was refused before keeps its answer, and counts no more. */
    evil_put(evil, NULL, 0, pair, COUNT_OF(pair), MODE_DIRECT);
    assert_string_equal(evil_code(evil), "E_CONSENT_NONE");
    others_are_served();
    evil_free(evil);
    world_end();
}

/* Counted on disk: a new start forgets nothing, and time does. */
static void refused_letters_are_counted_over_a_restart(void **state)
{
    struct forged forged;

    (void)state;
    struct evil *evil = begin_with(72, "refused_letters", "6");
    for (int i = 0; i < FEW; i++)
        assert_string_equal(put_refused(evil, &forged), "E_CONSENT_NONE");
    world_crash(NETWORK_BROKER);
    world_start(NETWORK_BROKER);
    evil = come_again(evil);
    assert_string_equal(put_refused(evil, &forged), "E_BUSY");
    for (int day = 0; day < DAYS_KEPT + 1; day++)
        world_pass(TIME_DAY_MS);
    assert_int_equal(n_refused(), 0);
    evil = come_again(evil);
    assert_string_not_equal(put_refused(evil, &forged), "E_BUSY");
    assert_int_equal(n_refused(), 2);
    evil_free(evil);
    world_end();
}

/* ------------------------------------------------------------ offers */

/* One more candidate of the same referral, under the same consent. */
static const char *offer_again(struct evil *evil, struct forged *forged)
{
    evil_forget(evil);
    hash_random(&forged->preview.offer_id, sizeof forged->preview.offer_id);
    forged->content.offer_id = forged->preview.offer_id;
    forged->preview.msg_id = forged->content.msg_id = (struct id){{0}};
    return forge_put(evil, forged);
}

static const char *cancel(struct evil *evil, struct forged *forged)
{
    struct letter_core step = forge_step(&forged->preview, TARGET, LETTER_TYPE_EVENT,
            OFFER_EVENT_CANCEL, 1);
    return forge_put_step(evil, &step);
}

/* Asked and cancelled without end: what a step means for the others of a referral is
 * looked for in all of its offers. */
static void a_referral_is_offered_so_often(void **state)
{
    struct forged forged;

    (void)state;
    world_fresh(79);
    struct evil *evil = evil_new(HOME);
    evil_connect(evil);
    forge_referral(evil, TARGET, &forged);
    for (int i = 0; i < REFERRAL_OFFERS; i++) {
        assert_string_equal(offer_again(evil, &forged), "");
        assert_string_equal(cancel(evil, &forged), "");
    }
    assert_string_equal(offer_again(evil, &forged), "E_SIZE");
    assert_int_equal(rows("SELECT count(*) FROM offer"), REFERRAL_OFFERS);
    /* Another referral under the same consent goes on. */
    hash_random(&forged.preview.referral_id, sizeof forged.preview.referral_id);
    forged.content.referral_id = forged.preview.referral_id;
    assert_string_equal(offer_again(evil, &forged), "");
    evil_free(evil);
    world_end();
}

/* The same of a consent, by one referral after the other. */
static void a_consent_is_offered_so_often(void **state)
{
    struct forged forged;

    (void)state;
    world_fresh(80);
    struct evil *evil = evil_new(HOME);
    evil_connect(evil);
    forge_referral(evil, TARGET, &forged);
    assert_string_equal(offer_again(evil, &forged), "");
    assert_string_equal(cancel(evil, &forged), "");
    rows("WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 999)"
         " INSERT INTO offer SELECT NULL, randomblob(16), referral, place, sender, target,"
         " consent, state, before_hold, version, info_rounds, urgency, depth, restored,"
         " event, msg_id, at_ms, due_ms, limit_ms, life_ms, area, core, log_leaf"
         " FROM offer, n RETURNING 0");
    assert_int_equal(rows("SELECT count(*) FROM offer"), CONSENT_OFFERS - 1);
    for (int i = 0; i < 2; i++) {
        hash_random(&forged.preview.referral_id, sizeof forged.preview.referral_id);
        forged.content.referral_id = forged.preview.referral_id;
        assert_string_equal(offer_again(evil, &forged), i == 0 ? "" : "E_SIZE");
    }
    assert_int_equal(rows("SELECT count(*) FROM offer"), CONSENT_OFFERS);
    evil_free(evil);
    world_end();
}

/* ------------------------------------------------------------ consents */

static int64_t n_early(void)
{
    return rows("SELECT count(*) FROM consent WHERE bytes IS NULL");
}

static void withdrawals_of_unknown_consents_are_counted(void **state)
{
    struct forged forged, last;

    (void)state;
    struct evil *evil = begin_with(73, "early_withdrawals", "3");
    for (int i = 0; i < FEW; i++) {
        forge_referral(evil, TARGET, &forged);
        assert_string_equal(forge_withdraw(evil, &forged), "");
    }
    forge_referral(evil, TARGET, &last);
    assert_string_equal(forge_withdraw(evil, &last), "E_BUSY");
    assert_int_equal(n_early(), FEW);
    /* The same once more is no more, and final all the same. */
    assert_string_equal(forge_withdraw(evil, &forged), "");
    world_crash(NETWORK_BROKER);
    world_start(NETWORK_BROKER);
    evil = come_again(evil);
    assert_string_equal(forge_withdraw(evil, &last), "E_BUSY");
    others_are_served();
    evil_free(evil);
    world_end();
}

/* A capsule that comes makes its withdrawal a known one: it is over, and the place is
 * free. A frame that is undone frees nothing. */
static void a_consent_that_comes_frees_a_place(void **state)
{
    struct forged forged, more;

    (void)state;
    struct evil *evil = begin_with(74, "early_withdrawals", "1");
    forge_referral(evil, TARGET, &forged);
    assert_string_equal(forge_withdraw(evil, &forged), "");
    assert_string_equal(forge_put(evil, &forged), "E_CONSENT_WITHDRAWN");
    assert_int_equal(n_early(), 1);
    forge_referral(evil, TARGET, &more);
    assert_string_equal(forge_withdraw(evil, &more), "E_BUSY");
    assert_string_equal(evil_publish(evil, &forged.signed_capsule, 1), "");
    assert_int_equal(n_early(), 0);
    assert_string_equal(forge_withdraw(evil, &more), "");
    assert_int_equal(n_early(), 1);
    evil_free(evil);
    world_end();
}

static void consents_without_a_letter_are_counted(void **state)
{
    struct forged forged;

    (void)state;
    struct evil *evil = begin_with(75, "brought_consents", "3");
    for (int i = 0; i < FEW; i++) {
        forge_referral(evil, TARGET, &forged);
        forge_sign(evil, &forged);
        assert_string_equal(evil_publish(evil, &forged.signed_capsule, 1), "");
        /* The same again is nothing new. */
        assert_string_equal(evil_publish(evil, &forged.signed_capsule, 1),
                i < FEW - 1 ? "" : "E_BUSY");
    }
    forge_referral(evil, TARGET, &forged);
    forge_sign(evil, &forged);
    assert_string_equal(evil_publish(evil, &forged.signed_capsule, 1), "E_BUSY");
    assert_int_equal(rows("SELECT count(*) FROM consent"), FEW);
    /* Nor does a submission without a letter bring any. */
    evil_put(evil, &forged.signed_capsule, 1, NULL, 0, MODE_DIRECT);
    assert_string_equal(evil_code(evil), "E_FIELD");
    assert_int_equal(rows("SELECT count(*) FROM consent"), FEW);
    /* With its letters it comes as ever; and tomorrow is another day. */
    world_pass(TIME_DAY_MS);
    evil = come_again(evil);
    forge_referral(evil, TARGET, &forged);
    forge_sign(evil, &forged);
    assert_string_equal(evil_publish(evil, &forged.signed_capsule, 1), "");
    others_are_served();
    evil_free(evil);
    world_end();
}

static int64_t n_early_at(const char *id)
{
    return peek_number(peek_of(id),
            "SELECT count(*) FROM withdrawal WHERE own = 0 AND consent_id NOT IN"
            " (SELECT consent_id FROM capsule)");
}

/* Whoever was handed something hears of the withdrawal, however many they are. */
static void many_partners_hear_of_a_withdrawal(void **state)
{
    struct forged forged;

    (void)state;
    world_fresh(80);
    struct evil *evil = evil_new(HOME);
    evil_connect(evil);
    forge_referral(evil, TARGET, &forged);
    assert_string_equal(forge_put(evil, &forged), "");
    world_pass(TIME_MINUTE_MS);
    /* Partners that have left since, and one that is there. */
    peek_number(peek_of(NETWORK_BROKER),
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE"
            " i < %d) INSERT INTO handed_over SELECT (SELECT max(no) FROM consent),"
            " CAST(printf('%%016d', i) AS BLOB), 1000 + i, 1, 1 FROM n RETURNING 0",
            2 * RECALLED_AT_A_TIME + FEW);
    peek_number(peek_of(NETWORK_BROKER),
            "INSERT INTO handed_over SELECT (SELECT max(no) FROM consent),"
            " CAST('zzzzzzzzzzzzzzzz' AS BLOB), no, 1, 1 FROM partner WHERE name = '" OTHER
            "' RETURNING 0");
    assert_string_equal(forge_withdraw(evil, &forged), "");
    world_pass(TIME_MINUTE_MS);
    assert_int_equal(n_early_at(OTHER), 1);
    assert_int_equal(
            rows("SELECT count(DISTINCT partner) FROM mail WHERE partner > 1000"),
            2 * RECALLED_AT_A_TIME + FEW);
    evil_free(evil);
    world_end();
}

/* ------------------------------------------------------------ the audit log */

/* Refused every minute, all day long. */
static void refusals_cannot_fill_the_audit_log(void **state)
{
    struct forged forged;

    (void)state;
    world_fresh(76);
    for (size_t i = 0; i < world_network()->n_partners; i++)
        world_stop(world_network()->partners[i].id);
    world_pass(TIME_DAY_MS - sim_now() % TIME_DAY_MS);
    struct evil *evil = evil_new(OTHER);
    evil_connect(evil);
    forge_referral(evil, TARGET, &forged);
    const struct span no_statement = forge_preview(evil, &forged);
    int64_t before = rows("SELECT log_size FROM store");
    for (int i = 0; i < REFUSALS_A_DAY + FEW; i++) {
        assert_string_not_equal(evil_publish(evil, &no_statement, 1), "");
        world_pass(TIME_MINUTE_MS);
    }
    int64_t n = rows("SELECT log_size FROM store") - before;
    assert_int_equal(n, REFUSALS_A_DAY);
    evil_free(evil);
    world_end();
}

/* Of letters that nobody here knows, and may never have been. */
static void erase_receipts_without_a_letter_are_bounded(void **state)
{
    enum { AT_ONCE = 50 };
    struct span receipts[AT_ONCE];

    (void)state;
    world_fresh(77);
    struct evil *evil = evil_new(OTHER);
    evil_connect(evil);
    for (size_t n = 0; n < LATE_ERASED_A_DAY + AT_ONCE; n += AT_ONCE) {
        for (size_t i = 0; i < AT_ONCE; i++) {
            struct receipt body = {.v = 1,
                    .msg_id = {{1, (uint8_t)n, (uint8_t)(n >> 8), (uint8_t)i}},
                    .sender = TARGET,
                    .recipient = OTHER,
                    .state = RECEIPT_STATE_ERASED,
                    .code = "",
                    .at_ms = (uint64_t)sim_now(),
                    .core_hash = {{1}}};
            receipts[i] = evil_sign(evil, KIND_RECEIPT, &WIRE_RECEIPT, &body);
        }
        const struct ack ack = {.receipts = receipts, .n_receipts = AT_ONCE};
        evil_say(evil, &(struct frame){.v = 1, .ack = &ack});
        (void)sim_settle(EVIL_WAIT_MS);
    }
    assert_int_equal(rows("SELECT count(*) FROM late_erased"), LATE_ERASED_A_DAY);
    world_pass(TIME_MINUTE_MS);
    /* They mean nothing to whom they name, who goes on working. */
    assert_true(world_status(TARGET)->connected);
    assert_int_equal(rows("SELECT count(*) FROM mail"), 0);
    evil_free(evil);
    world_end();
}

/* ------------------------------------------------------------ a session */

/* From the start, once more than it may: cut, and it comes back. */
static void a_member_asks_for_the_directory_so_often(void **state)
{
    const struct sync start = {.since = 0}, later = {.since = 1};
    const struct frame from_start = {.v = 1, .sync = &start};
    const struct frame from_later = {.v = 1, .sync = &later};

    (void)state;
    world_fresh(79);
    struct evil *evil = evil_new(OTHER);
    evil_connect(evil);
    for (int i = 0; i < RESTARTS; i++) {
        evil_say(evil, &from_later);
        evil_say(evil, &from_start);
    }
    world_pass(TIME_SECOND_MS);
    assert_int_equal(evil->n_downs, 0);
    evil_say(evil, &from_later);
    evil_say(evil, &from_start);
    world_pass(TIME_SECOND_MS);
    assert_int_equal(evil->n_downs, 1);
    evil = come_again(evil);
    assert_true(evil->welcomed);
    others_are_served();
    evil_free(evil);
    world_end();
}

/* ------------------------------------------------------------ at a node */

/* Declined and asked elsewhere, again and again. */
static void a_case_is_offered_twenty_times(void **state)
{
    const struct world_consent wish = {.recipients = {TARGET}};
    struct world_referral again = {.candidate = TARGET, .secret = "Rosa Voorbeeld"};

    (void)state;
    world_fresh(78);
    world_stop(OTHER);
    again.consent = world_consent(HOME, &wish);
    const struct reply *reply =
            world_refer(HOME, again.consent, TARGET, "Rosa Voorbeeld");
    assert_string_equal(reply->code, "");
    again.reopens = reply->made->case_number;
    for (int i = 1; i <= OFFERS_OF_A_CASE; i++) {
        world_quiet();
        world_do(TARGET, world_newest(TARGET, CASE_BOX_TO_DECIDE), OFFER_EVENT_DECLINE);
        assert_int_equal(world_show(HOME, again.reopens)->n_offers, i);
        assert_string_equal(world_refer_as(HOME, &again)->code,
                i < OFFERS_OF_A_CASE ? "" : "E_SIZE");
    }
    /* The case as it is stays whole. */
    assert_int_equal(world_show(HOME, again.reopens)->n_offers, OFFERS_OF_A_CASE);
    others_are_served();
    world_end();
}

/* A member signs them, and a broker that has gone bad sends them on. */
static void a_broker_cannot_fill_a_node_with_withdrawals(void **state)
{
    struct forged forged;

    (void)state;
    world_fresh(77);
    struct evil *other = evil_new(OTHER);
    struct evil *broker = evil_new(NETWORK_BROKER);
    evil_serve(broker, TARGET);
    peek_number(peek_of(TARGET),
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE"
            " i < %d) INSERT INTO withdrawal SELECT randomblob(16), 0, 1, 1, x'00', NULL"
            " FROM n RETURNING 0",
            CONSENTS_EARLY_MAX - 1);
    for (int i = 0; i < FEW; i++) {
        forge_referral(other, TARGET, &forged);
        struct mail mail = {.withdrawal = forge_withdrawal(other, &forged)};
        (void)evil_deliver(broker, &mail);
        assert_int_equal(n_early_at(TARGET), CONSENTS_EARLY_MAX);
    }
    assert_true(world_is_up(TARGET));
    evil_free(other);
    evil_free(broker);
    world_end();
}

/* A consent of its own that it has taken back, brought again without end: each time it
 * is told of its end, as far as its mailbox reaches. */
static void a_consent_that_was_taken_back_is_brought_again(void **state)
{
    struct forged forged;

    (void)state;
    struct evil *evil = begin_with(88, "mailbox_letters", "100");
    forge_referral(evil, TARGET, &forged);
    forge_sign(evil, &forged);
    assert_string_equal(evil_publish(evil, &forged.signed_capsule, 1), "");
    assert_string_equal(forge_withdraw(evil, &forged), "");
    for (int i = 0; i < 150; i++)
        assert_string_equal(evil_publish(evil, &forged.signed_capsule, 1), "");
    assert_int_equal(rows("SELECT count(*) FROM mail m JOIN partner p ON p.no ="
                          " m.partner WHERE p.name = '" OTHER "'"),
            100);
    others_are_served();
    evil_free(evil);
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(refused_letters_are_counted),
            cmocka_unit_test(refused_letters_are_counted_over_a_restart),
            cmocka_unit_test(a_referral_is_offered_so_often),
            cmocka_unit_test(a_consent_is_offered_so_often),
            cmocka_unit_test(withdrawals_of_unknown_consents_are_counted),
            cmocka_unit_test(a_consent_that_comes_frees_a_place),
            cmocka_unit_test(consents_without_a_letter_are_counted),
            cmocka_unit_test(many_partners_hear_of_a_withdrawal),
            cmocka_unit_test(refusals_cannot_fill_the_audit_log),
            cmocka_unit_test(erase_receipts_without_a_letter_are_bounded),
            cmocka_unit_test(a_case_is_offered_twenty_times),
            cmocka_unit_test(a_member_asks_for_the_directory_so_often),
            cmocka_unit_test(a_broker_cannot_fill_a_node_with_withdrawals),
            cmocka_unit_test(a_consent_that_was_taken_back_is_brought_again),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
