/* sim_large_withdrawal.c - more goes on under one consent than one turn of the broker
 * can end: all of it ends all the same, also over a crash, and nothing leaves
 * meanwhile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/time.h"
#include "tests/evil_node.h"
#include "tests/forge.h"
#include "tests/peek.h"
#include "tests/world.h"

#define HOME "thuiszorg"

/* As many as the mailboxes of three partners hold. */
enum { OFFERS = 270 };

static const char *const TARGETS[] = {"aksant", "chambry", "noord"};

static int64_t count(const char *what)
{
    return peek_number(peek_of(NETWORK_BROKER), "SELECT count(*) FROM %s", what);
}

static void unplug_targets(bool out)
{
    for (size_t i = 0; i < COUNT_OF(TARGETS); i++)
        sim_unplug(TARGETS[i], out);
}

/* Offers to all targets under one capsule. */
static struct evil *make_offers(uint64_t seed, struct forged *forged)
{
    world_fresh(seed);
    unplug_targets(true);
    struct evil *evil = evil_new(HOME);
    evil_connect(evil);
    forge_referral(evil, TARGETS[0], forged);
    forged->capsule.recipients = TARGETS;
    forged->capsule.n_recipients = COUNT_OF(TARGETS);
    for (size_t i = 0; i < OFFERS; i++) {
        forged->recipient = TARGETS[i % COUNT_OF(TARGETS)];
        hash_random(&forged->preview.referral_id, sizeof forged->preview.referral_id);
        hash_random(&forged->preview.offer_id, sizeof forged->preview.offer_id);
        forged->preview.recipient = forged->content.recipient = forged->recipient;
        forged->content.referral_id = forged->preview.referral_id;
        forged->content.offer_id = forged->preview.offer_id;
        forged->preview.msg_id = forged->content.msg_id = (struct id){{0}};
        assert_string_equal(forge_put(evil, forged), "");
    }
    assert_int_equal(count("offer WHERE state = 1"), OFFERS);
    return evil;
}

static void all_has_ended(struct evil *evil)
{
    world_pass(TIME_MINUTE_MS);
    assert_int_equal(count("offer WHERE state <> 13"), 0);
    assert_int_equal(count("letter WHERE state <> 9"), 0);
    assert_int_equal(count("offer WHERE due_ms > 0"), 0);
    assert_int_equal(world_faults(), 0);
    for (size_t i = 0; i < COUNT_OF(TARGETS); i++)
        assert_int_equal(peek_number(peek_of(TARGETS[i]),
                                 "SELECT count(*) FROM received"),
                0);
    evil_free(evil);
    world_end();
}

static void withdraw_until_registered(struct evil *evil, struct forged *forged)
{
    const struct withdraw withdraw = {forge_withdrawal(evil, forged)};

    evil_say(evil, &(struct frame){.v = 1, .withdraw = &withdraw});
    while (count("consent WHERE withdrawn > 0") == 0 ||
            !sqlite3_get_autocommit(peek_of(NETWORK_BROKER)))
        assert_true(sim_step(sim_now() + TIME_MINUTE_MS));
    /* Else this world is too small to show anything. */
    assert_true(count("offer WHERE state = 1") > 0);
}

static void more_offers_than_a_turn_ends(void **state)
{
    struct forged forged;

    (void)state;
    struct evil *evil = make_offers(71, &forged);
    withdraw_until_registered(evil, &forged);
    unplug_targets(false);
    all_has_ended(evil);
}

static void a_crash_in_between(void **state)
{
    struct forged forged;

    (void)state;
    struct evil *evil = make_offers(72, &forged);
    withdraw_until_registered(evil, &forged);
    world_crash(NETWORK_BROKER);
    world_start(NETWORK_BROKER);
    unplug_targets(false);
    all_has_ended(evil);
}

/* The settings allow that more waits under one offer than one turn signs. */
enum { TEXTS = 1100 };

static void more_letters_than_a_turn_ends(void **state)
{
    struct forged forged;

    (void)state;
    world_fresh(73);
    world_stop(NETWORK_BROKER);
    network_set(world_network(), NETWORK_BROKER, "pending_letters", "2000");
    world_start(NETWORK_BROKER);
    struct evil *evil = evil_new(HOME);
    evil_connect(evil);
    forge_referral(evil, TARGETS[0], &forged);
    assert_string_equal(forge_put(evil, &forged), "");
    (void)sim_settle(EVIL_WAIT_MS);
    world_do(TARGETS[0], 1, OFFER_EVENT_ACCEPT);
    sim_unplug(TARGETS[0], true);
    world_pass(TIME_MINUTE_MS);
    for (size_t i = 0; i < TEXTS; i++) {
        struct letter_core core = forge_step(&forged.preview, TARGETS[0],
                LETTER_TYPE_TEXT, OFFER_EVENT_NONE, 0);
        assert_string_equal(forge_put_step(evil, &core), "");
        evil_forget(evil);
    }
    assert_string_equal(forge_withdraw(evil, &forged), "");
    world_pass(TIME_MINUTE_MS);
    assert_int_equal(count("letter WHERE type = 5 AND state = 9"), TEXTS);
    assert_int_equal(count("offer WHERE state <> 13"), 0);
    sim_unplug(TARGETS[0], false);
    world_pass(TIME_MINUTE_MS);
    assert_int_equal(peek_number(peek_of(TARGETS[0]),
                             "SELECT count(*) FROM received WHERE type = 5"),
            0);
    evil_free(evil);
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(more_offers_than_a_turn_ends),
            cmocka_unit_test(a_crash_in_between),
            cmocka_unit_test(more_letters_than_a_turn_ends),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
