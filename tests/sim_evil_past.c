/* sim_evil_past.c - what was signed in another time: by who is no member any more, by a
 * key that was given up, under a directory that is too old. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/keys.h"
#include "core/time.h"
#include "tests/evil_node.h"
#include "tests/forge.h"
#include "tests/resync_world.h"

#define THIRD "chambry"

static void load_bundle(void)
{
    world_publish(NETWORK_BROKER);
    world_pass(TIME_MINUTE_MS);
}

static void wipe_broker(void)
{
    char path[WORLD_PATH_BYTES], wal[WORLD_PATH_BYTES + 8];

    world_stop(NETWORK_BROKER);
    world_db(NETWORK_BROKER, path);
    snprintf(wal, sizeof wal, "%s-wal", path);
    (void)unlink(path);
    (void)unlink(wal);
    world_start(NETWORK_BROKER);
    world_pass(5 * TIME_MINUTE_MS);
}

/* Who took it back has left since, and the broker has lost what it knew: it stays taken
 * back, whoever is asked. */
static void what_a_member_took_back_stays_so_after_it_left(void **state)
{
    const struct world_consent wish = {
            .recipients = {TARGET, THIRD}
    };

    (void)state;
    world_fresh(91);
    (void)refer(world_consent(HOME, &wish));
    world_quiet();
    withdraw_case(TARGET, 1);
    assert_int_equal(withdrawn_at_broker(), 1);
    network_revoke(world_network(), TARGET, sim_now());
    load_bundle();
    wipe_broker();
    assert_int_equal(withdrawn_at_broker(), 1);
    assert_int_equal(world_status(HOME)->outbox, 0);
    world_end();
}

/* ------------------------------------------------------------ a key that was given up
 */

/* Signed before the key was changed, for a day after that: nobody can tell it from one
 * that was signed with the old key since, so it counts for nothing, on no day. */
static void a_consent_of_the_future_is_of_the_key_of_then(void **state)
{
    enum { AHEAD_DAYS = 5 };
    struct err err = {.code = CODE_OK};
    struct forged forged;

    (void)state;
    world_fresh(92);
    struct evil *evil = evil_new(HOME);
    struct sign_key *before = evil->home.identity, *after = sign_key_new(&err);
    assert_non_null(after);
    forge_referral(evil, TARGET, &forged);
    forged.capsule.from_day += AHEAD_DAYS;
    forge_sign(evil, &forged);
    world_pass(TIME_DAY_MS);
    network_rotate(world_network(), HOME, sign_key_public(after), sim_now());
    load_bundle();
    evil->home.identity = after;
    evil_connect(evil);
    for (int day = 0; day <= AHEAD_DAYS; day++) {
        struct forged again;
        forge_referral(evil, TARGET, &again);
        again.preview.consent_id = again.content.consent_id = forged.capsule.consent_id;
        const struct span letters[] = {forge_preview(evil, &again),
                forge_content(evil, &again)};
        (void)evil_put(evil, &forged.signed_capsule, 1, letters, COUNT_OF(letters),
                MODE_DIRECT);
        assert_string_equal(evil_code(evil), "E_AUTH");
        world_pass(TIME_DAY_MS);
        evil_come_back(evil);
    }
    assert_int_equal(peek_number(peek_of(NETWORK_BROKER),
                             "SELECT count(*) FROM consent"),
            0);
    evil->home.identity = before;
    sign_key_free(after);
    evil_free(evil);
    world_end();
}

/* ------------------------------------------------------------ an old directory */

/* Nobody runs meanwhile: that would only take time. */
static void sleep_for(int64_t ms)
{
    const struct test_network *network = world_network();

    world_stop(NETWORK_BROKER);
    for (size_t i = 0; i < network->n_partners; i++)
        world_stop(network->partners[i].id);
    world_pass(ms);
    world_start(NETWORK_BROKER);
    for (size_t i = 0; i < network->n_partners; i++)
        world_start(network->partners[i].id);
    world_pass(5 * TIME_MINUTE_MS);
}

/* Sixty days without a word of the steward: nothing new begins, and what runs goes on
 * to its end, also by taking it back. */
static void under_an_old_directory_nothing_new_begins(void **state)
{
    struct forged forged;

    (void)state;
    world_fresh(93);
    uint64_t consent = consent_for_target();
    uint64_t first = refer(consent);
    world_quiet();
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    world_do(TARGET, 1, OFFER_EVENT_START);
    uint64_t second = refer(consent);
    world_quiet();
    world_do(TARGET, 2, OFFER_EVENT_ACCEPT);
    world_do(TARGET, 2, OFFER_EVENT_START);
    sleep_for((int64_t)60 * TIME_DAY_MS);
    assert_string_equal(world_refer(HOME, consent, TARGET, "Lea Voorbeeld")->code,
            "E_DIRECTORY");
    /* Nor does a node that does not ask itself get past the broker. */
    struct evil *evil = evil_new(THIRD);
    evil_connect(evil);
    forge_referral(evil, TARGET, &forged);
    assert_string_equal(forge_put(evil, &forged), "E_DIRECTORY");
    assert_int_equal(peek_number(peek_of(NETWORK_BROKER), "SELECT count(*) FROM offer"),
            2);
    evil_free(evil);
    world_do(TARGET, 1, OFFER_EVENT_OUTCOME);
    assert_string_equal(offer_state_name(world_state(HOME, first)), "completed");
    withdraw_case(HOME, second);
    assert_string_equal(offer_state_name(world_state(TARGET, 2)), "cancelled");
    world_end();
}

/* What was asked before that, and could not leave then, waits: it is neither refused
 * nor lost, and leaves by itself once the steward has spoken. */
static void what_was_asked_before_waits_for_the_steward(void **state)
{
    static const char WAITING[] = "SELECT count(*) FROM submission WHERE answered = 0";

    (void)state;
    world_fresh(96);
    uint64_t consent = consent_for_target();
    sleep_for((int64_t)59 * TIME_DAY_MS);
    world_stop(NETWORK_BROKER);
    uint64_t number = refer(consent);
    sleep_for(TIME_DAY_MS);
    assert_int_equal(peek_number(peek_of(HOME), WAITING), 1);
    assert_int_equal(peek_number(peek_of(NETWORK_BROKER), "SELECT count(*) FROM offer"),
            0);
    assert_string_equal(offer_state_name(world_state(HOME, number)), "none");
    network_publish(world_network(), sim_now());
    load_bundle();
    assert_int_equal(peek_number(peek_of(HOME), WAITING), 0);
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    assert_string_equal(offer_state_name(world_state(HOME, number)), "accepted");
    world_end();
}

/* ------------------------------------------------------------ a store that was lost */

static struct id consent_of_home(void)
{
    char hex[40] = "";
    struct id id;

    peek_text(peek_of(HOME), hex, sizeof hex, "SELECT hex(consent_id) FROM case_file");
    for (size_t i = 0; i < sizeof id.b; i++)
        id.b[i] = (uint8_t)strtoul((char[3]){hex[2 * i], hex[2 * i + 1], 0}, NULL, 16);
    return id;
}

/* Who knows the id of another's consent shows one of its own under it, before the
 * collector is back. What the person takes back of the collector is taken back all the
 * same, also when that was said before anything else: whoever has it hears STOP. */
static void a_stolen_id_keeps_no_consent_alive(void **state)
{
    struct forged forged;

    (void)state;
    for (int early = 0; early <= 1; early++) {
        world_fresh(94 + (uint64_t)early);
        uint64_t first = refer(consent_for_target());
        world_quiet();
        world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
        struct evil *evil = evil_new(THIRD);
        forge_referral(evil, TARGET, &forged);
        forged.capsule.consent_id = consent_of_home();
        forge_sign(evil, &forged);
        sim_unplug(HOME, true);
        /* Else it is TARGET that brings the offer back. */
        sim_unplug(TARGET, early);
        wipe_broker();
        evil_connect(evil);
        assert_string_equal(evil_publish(evil, &forged.signed_capsule, 1), "");
        if (early)
            withdraw_case(HOME, first);
        sim_unplug(HOME, false);
        world_pass(TIME_HOUR_MS);
        sim_unplug(TARGET, false);
        if (!early)
            withdraw_case(HOME, first);
        world_pass(2 * TIME_HOUR_MS);
        assert_int_equal(withdrawn_at_broker(), 1);
        assert_int_equal(world_state(HOME, first), OFFER_STATE_CANCELLED);
        assert_int_equal(world_state(TARGET, 1), OFFER_STATE_CANCELLED);
        assert_true(world_show(TARGET, 1)->line->stop_contact);
        evil_free(evil);
        world_end();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(what_a_member_took_back_stays_so_after_it_left),
            cmocka_unit_test(a_consent_of_the_future_is_of_the_key_of_then),
            cmocka_unit_test(under_an_old_directory_nothing_new_begins),
            cmocka_unit_test(what_was_asked_before_waits_for_the_steward),
            cmocka_unit_test(a_stolen_id_keeps_no_consent_alive),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
