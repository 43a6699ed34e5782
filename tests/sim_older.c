/* sim_older.c - the broker is put back to a backup, after things have gone on without
 * it: what was known before stands, and nothing that has ended begins again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/time.h"
#include "tests/older_copy.h"
#include "tests/resync_world.h"

/* The file itself, as an administrator may copy it while nothing runs: it does not know
 * that it is a copy. */
static void copy_of_broker(bool back)
{
    char path[WORLD_PATH_BYTES], copy[WORLD_PATH_BYTES + 8];
    char file[WORLD_PATH_BYTES + 8];

    world_stop(NETWORK_BROKER);
    world_db(NETWORK_BROKER, path);
    snprintf(copy, sizeof copy, "%s.copy", path);
    copy_file(back ? copy : path, back ? path : copy);
    snprintf(file, sizeof file, "%s-wal", path);
    (void)unlink(file);
    world_start(NETWORK_BROKER);
    world_pass(5 * TIME_MINUTE_MS);
}

static struct audit_report how_the_log_stands(void)
{
    const struct audit_verify verify = {.fresh = true};
    struct request request = {.audit_verify = &verify};
    return *world_must(HOME, &request, "")->audit_report;
}

/* The store that comes back does not even know that the signer was handed anything. */
static void an_older_store_hears_what_others_withdrew_with(uint64_t seed)
{
    world_fresh(seed);
    sim_unplug(TARGET, true);
    uint64_t sent = refer(consent_for_target());
    world_quiet();
    make_backup_of_broker();
    sim_unplug(TARGET, false);
    world_quiet();
    withdraw_case(TARGET, 1);
    sim_unplug(TARGET, true);
    put_backup_back();
    assert_int_equal(withdrawn_at_broker(), 1);
    assert_string_equal(offer_state_name(world_state(HOME, sent)), "cancelled");
    sim_unplug(TARGET, false);
    world_pass(5 * TIME_MINUTE_MS);
    assert_both(sent, 1, OFFER_STATE_CANCELLED);
    assert_int_equal(world_faults(), 0);
    world_end();
}

/* The same when the signer says so only now, and nobody else is there. */
static void an_older_store_hears_a_reader_withdraw_with(uint64_t seed)
{
    world_fresh(seed);
    sim_unplug(TARGET, true);
    uint64_t sent = refer(consent_for_target());
    world_quiet();
    make_backup_of_broker();
    sim_unplug(TARGET, false);
    world_quiet();
    sim_unplug(TARGET, true);
    sim_unplug(HOME, true);
    withdraw_case(TARGET, 1);
    put_backup_back();
    assert_int_equal(withdrawn_at_broker(), 0);
    sim_unplug(TARGET, false);
    world_pass(5 * TIME_MINUTE_MS);
    assert_int_equal(withdrawn_at_broker(), 1);
    sim_unplug(HOME, false);
    world_pass(5 * TIME_MINUTE_MS);
    assert_both(sent, 1, OFFER_STATE_CANCELLED);
    assert_int_equal(world_faults(), 0);
    world_end();
}

/* The sender was away when its reader took the consent back. In a crisis it hears how
 * its letters ended first, then of the withdrawal, and both before it puts again what
 * the broker may have lost: of that nothing is left to put, or to be answered. */
static void an_older_store_recalls_what_is_put_again_with(uint64_t seed)
{
    const struct get_health ask = {.quiet = true};
    struct request request = {.health = &ask};

    world_fresh(seed);
    const struct world_referral wish = {.consent = consent_for_target(),
            .candidate = TARGET,
            .secret = "Rosa Voorbeeld",
            .urgency = URGENCY_CRISIS};
    const struct reply *reply = world_refer_as(HOME, &wish);
    assert_string_equal(reply->code, "");
    uint64_t sent = reply->made->case_number;
    world_quiet();
    sim_unplug(HOME, true);
    withdraw_case(TARGET, 1);
    make_backup_of_broker();
    put_backup_back();
    sim_unplug(HOME, false);
    world_pass(5 * TIME_MINUTE_MS);
    assert_both(sent, 1, OFFER_STATE_CANCELLED);
    assert_int_equal(world_must(HOME, &request, "")->health->waiting, 0);
    assert_int_equal(world_faults(), 0);
    world_end();
}

/* A backup is put back after things have gone on without it. */
static void an_older_store_comes_back_with(uint64_t seed)
{
    world_fresh(seed);
    uint64_t sent = refer(consent_for_target());
    world_quiet();
    make_backup_of_broker();
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    assert_both(sent, 1, OFFER_STATE_ACCEPTED);
    put_backup_back();
    assert_both(sent, 1, OFFER_STATE_ACCEPTED);
    world_do(TARGET, 1, OFFER_EVENT_START);
    assert_both(sent, 1, OFFER_STATE_IN_PROGRESS);
    assert_int_equal(world_status(HOME)->outbox, 0);
    assert_int_equal(world_status(TARGET)->outbox, 0);
    assert_int_equal(world_faults(), 0);
    world_end();
}

/* The log goes on under the name of the new store: no alarm, but what was lost is said.
 */
static void an_older_store_goes_on_with_its_log_with(uint64_t seed)
{
    world_fresh(seed);
    (void)refer(consent_for_target());
    world_quiet();
    world_pass(TIME_MINUTE_MS);
    struct audit_report before = how_the_log_stands();
    assert_true(before.proved > 0 && before.waiting == 0 && before.put_back_ms == 0);
    make_backup_of_broker();
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    world_pass(TIME_MINUTE_MS);
    put_backup_back();
    struct audit_report after = how_the_log_stands();
    assert_int_equal(after.n_findings, 0);
    assert_true(after.put_back_ms > 0 && after.not_in_log > 0);
    assert_int_equal(after.waiting + after.wrong + after.bad, 0);
    assert_true(after.proved > before.proved);
    world_do(TARGET, 1, OFFER_EVENT_START);
    world_pass(TIME_MINUTE_MS);
    assert_int_equal(how_the_log_stands().waiting, 0);
    assert_int_equal(how_the_log_stands().n_findings, 0);
    world_end();
}

/* What waited for its proof, and is in no copy, is lost with the store. */
static void what_waited_is_lost_with_the_store_with(uint64_t seed)
{
    world_fresh(seed);
    make_backup_of_broker();
    (void)refer(consent_for_target());
    world_quiet();
    assert_true(how_the_log_stands().waiting > 0);
    put_backup_back();
    struct audit_report after = how_the_log_stands();
    assert_true(after.lost > 0 && after.waiting == 0);
    assert_int_equal(after.n_findings, 0);
    world_end();
}

/* Put back without saying so: each node sees that the log has become shorter. */
static void a_secret_copy_is_named_with(uint64_t seed)
{
    world_fresh(seed);
    (void)refer(consent_for_target());
    world_quiet();
    copy_of_broker(false);
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    world_pass(TIME_MINUTE_MS);
    assert_int_equal(how_the_log_stands().n_findings, 0);
    copy_of_broker(true);
    struct audit_report after = how_the_log_stands();
    assert_true(after.n_findings > 0);
    assert_string_equal(after.findings[0].code, "E_LOG_SHORTER");
    assert_true(after.findings[0].held.len > 0 && after.findings[0].shown.len > 0);
    world_end();
}

/* Each party has made a step of its own, in another life of the store: the end stands,
 * and both hear it. */
static void an_older_store_settles_two_steps_with(uint64_t seed)
{
    world_fresh(seed);
    uint64_t sent = refer(consent_for_target());
    world_quiet();
    make_backup_of_broker();
    sim_unplug(HOME, true);
    assert_string_equal(world_act(TARGET, 1, OFFER_EVENT_ACCEPT)->code, "");
    world_pass(TIME_MINUTE_MS);
    sim_unplug(TARGET, true);
    put_backup_back();
    sim_unplug(HOME, false);
    world_pass(TIME_MINUTE_MS);
    assert_string_equal(world_act(HOME, sent, OFFER_EVENT_CANCEL)->code, "");
    world_pass(TIME_MINUTE_MS);
    sim_unplug(TARGET, false);
    world_pass(5 * TIME_MINUTE_MS);
    assert_both(sent, 1, OFFER_STATE_CANCELLED);
    assert_null(world_show(TARGET, 1)->referral);
    assert_int_equal(world_faults(), 0);
    world_end();
}

/* While the broker was away a limit has passed; and what is not known there any more is
 * that the offer was accepted before it did. Nobody is there when it comes back. */
static void an_older_store_ends_no_offer_that_was_accepted_with(uint64_t seed)
{
    bool accepted = seed % 2 == 0;

    world_fresh(seed);
    uint64_t sent = refer(consent_for_target());
    world_quiet();
    make_backup_of_broker();
    if (accepted)
        world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    sim_unplug(HOME, true);
    sim_unplug(TARGET, true);
    world_stop(NETWORK_BROKER);
    world_pass(20 * TIME_DAY_MS);
    world_start(NETWORK_BROKER);
    put_backup_back();
    assert_int_equal(peek_number(peek_of(NETWORK_BROKER), "SELECT state FROM offer"),
            OFFER_STATE_REQUESTED);
    /* Who stays away does not keep it open for ever. */
    if (!accepted)
        world_pass(25 * TIME_HOUR_MS);
    sim_unplug(HOME, false);
    world_pass(5 * TIME_MINUTE_MS);
    sim_unplug(TARGET, false);
    world_pass(5 * TIME_MINUTE_MS);
    assert_both(sent, 1, accepted ? OFFER_STATE_ACCEPTED : OFFER_STATE_EXPIRED);
    assert_int_equal(world_faults(), 0);
    world_end();
}

EACH_SEED(an_older_store_hears_what_others_withdrew)
EACH_SEED(an_older_store_hears_a_reader_withdraw)
EACH_SEED(an_older_store_recalls_what_is_put_again)
EACH_SEED(an_older_store_comes_back)
EACH_SEED(an_older_store_goes_on_with_its_log)
EACH_SEED(what_waited_is_lost_with_the_store)
EACH_SEED(a_secret_copy_is_named)
EACH_SEED(an_older_store_settles_two_steps)
EACH_SEED(an_older_store_ends_no_offer_that_was_accepted)

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(an_older_store_hears_what_others_withdrew),
            cmocka_unit_test(an_older_store_hears_a_reader_withdraw),
            cmocka_unit_test(an_older_store_recalls_what_is_put_again),
            cmocka_unit_test(an_older_store_comes_back),
            cmocka_unit_test(an_older_store_goes_on_with_its_log),
            cmocka_unit_test(what_waited_is_lost_with_the_store),
            cmocka_unit_test(a_secret_copy_is_named),
            cmocka_unit_test(an_older_store_settles_two_steps),
            cmocka_unit_test(an_older_store_ends_no_offer_that_was_accepted),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
