/* sim_resync.c - the broker loses its disk: what the nodes bring back ends every story
 * all the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "broker/ledger.h"
#include "core/time.h"
#include "tests/resync_world.h"

/* The disk of the broker is gone: a fresh one takes its place. */
static void lose_store(void)
{
    world_stop(NETWORK_BROKER);
    world_remove_store(NETWORK_BROKER);
    world_start(NETWORK_BROKER);
    world_pass(5 * TIME_MINUTE_MS);
}

static int64_t at_broker(const char *column)
{
    return peek_number(peek_of(NETWORK_BROKER), "SELECT %s FROM offer", column);
}

static void a_lost_store_before_the_accept_with(uint64_t seed)
{
    world_fresh(seed);
    uint64_t sent = refer(consent_for_target());
    world_quiet();
    world_do(TARGET, 1, OFFER_EVENT_SEEN);
    lose_store();
    /* The content is lodged again, and goes to its reader after the accept. */
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    assert_both(sent, 1, OFFER_STATE_ACCEPTED);
    assert_string_equal(world_show(TARGET, 1)->referral->person->name,
            "Rosa Voorbeeld");
    world_do(TARGET, 1, OFFER_EVENT_START);
    world_do(TARGET, 1, OFFER_EVENT_OUTCOME);
    world_do(HOME, sent, OFFER_EVENT_CONFIRM);
    assert_int_equal(world_status(HOME)->outbox, 0);
    assert_int_equal(world_status(TARGET)->outbox, 0);
    assert_int_equal(world_faults(), 0);
    world_end();
}

/* What the steps before the loss have left behind is not lost with the store. */
static void a_lost_store_goes_on_from_a_hold_with(uint64_t seed)
{
    world_fresh(seed);
    uint64_t sent = refer(consent_for_target());
    world_quiet();
    world_do(TARGET, 1, OFFER_EVENT_SEEN);
    for (int round = 0; round < 2; round++) {
        world_do(TARGET, 1, OFFER_EVENT_INFO_REQUEST);
        world_do(HOME, sent, OFFER_EVENT_INFO_REPLY);
    }
    lose_store();
    assert_int_equal(at_broker("info_rounds"), 2);
    assert_int_equal(at_broker("urgency = 'routine'"), 1);
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    if (seed % 2 == 0)
        world_do(TARGET, 1, OFFER_EVENT_START);
    world_do(TARGET, 1, OFFER_EVENT_HOLD);
    lose_store();
    world_do(TARGET, 1, OFFER_EVENT_RESUME);
    assert_both(sent, 1,
            seed % 2 == 0 ? OFFER_STATE_IN_PROGRESS : OFFER_STATE_ACCEPTED);
    assert_int_equal(world_faults(), 0);
    world_end();
}

/* A referral that was confirmed is not open again. */
static void a_lost_store_keeps_what_was_confirmed_with(uint64_t seed)
{
    world_fresh(seed);
    uint64_t sent = refer(consent_for_target());
    world_quiet();
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    world_do(TARGET, 1, OFFER_EVENT_FAIL);
    world_do(HOME, sent, OFFER_EVENT_CONFIRM);
    lose_store();
    assert_int_equal(peek_number(peek_of(NETWORK_BROKER),
                             "SELECT closed FROM referral"),
            1);
    world_end();
}

static void a_lost_store_with_the_target_away_with(uint64_t seed)
{
    world_fresh(seed);
    sim_unplug(TARGET, true);
    uint64_t sent = refer(consent_for_target());
    world_quiet();
    lose_store();
    sim_unplug(TARGET, false);
    world_pass(5 * TIME_MINUTE_MS);
    assert_both(sent, 1, OFFER_STATE_REQUESTED);
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    assert_both(sent, 1, OFFER_STATE_ACCEPTED);
    assert_non_null(world_show(TARGET, 1)->referral);
    assert_int_equal(world_status(HOME)->outbox, 0);
    assert_int_equal(world_faults(), 0);
    world_end();
}

/* What was withdrawn stays withdrawn in a store that never heard of it. */
static void a_lost_store_keeps_withdrawals_with(uint64_t seed)
{
    world_fresh(seed);
    uint64_t consent = consent_for_target();
    uint64_t sent = refer(consent);
    world_quiet();
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    world_withdraw(HOME, consent);
    world_quiet();
    lose_store();
    assert_string_equal(offer_state_name(world_state(HOME, sent)), "cancelled");
    assert_int_equal(peek_number(peek_of(NETWORK_BROKER),
                             "SELECT count(*) FROM consent WHERE withdrawn > 0"),
            1);
    assert_null(world_show(TARGET, 1)->referral);
    assert_int_equal(world_faults(), 0);
    world_end();
}

/* Its collector brings back what somebody else had signed, who is away. */
static void a_lost_store_keeps_what_others_withdrew_with(uint64_t seed)
{
    world_fresh(seed);
    uint64_t sent = refer(consent_for_target());
    world_quiet();
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    withdraw_case(TARGET, 1);
    sim_unplug(TARGET, true);
    lose_store();
    assert_string_equal(offer_state_name(world_state(HOME, sent)), "cancelled");
    assert_int_equal(withdrawn_at_broker(), 1);
    sim_unplug(TARGET, false);
    world_pass(5 * TIME_MINUTE_MS);
    assert_int_equal(withdrawn_at_broker(), 1);
    assert_int_equal(world_faults(), 0);
    world_end();
}

/* A withdrawal after the loss reaches who was handed something before it, also when not
 * one letter has gone between the two since. */
static void a_lost_store_still_recalls_with(uint64_t seed)
{
    world_fresh(seed);
    uint64_t consent = consent_for_target();
    uint64_t sent = refer(consent);
    world_quiet();
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    lose_store();
    world_withdraw(HOME, consent);
    world_quiet();
    assert_both(sent, 1, OFFER_STATE_CANCELLED);
    assert_true(world_show(TARGET, 1)->line->stop_contact);
    assert_null(world_show(TARGET, 1)->referral);
    assert_int_equal(peek_number(peek_of(TARGET), "SELECT count(*) FROM withdrawal"),
            1);
    assert_int_equal(world_faults(), 0);
    world_end();
}

enum ending { WITHDRAWN, CANCELLED, RUN_OUT, N_ENDINGS };

/* The end that only one party has heard of is brought back by it, and told to the
 * other, whoever comes first. */
static void a_lost_store_hears_of_the_end_with(uint64_t seed)
{
    enum ending ending = (enum ending)(seed % N_ENDINGS);

    world_fresh(seed);
    uint64_t consent = consent_for_target();
    uint64_t sent = refer(consent);
    world_quiet();
    if (ending != RUN_OUT)
        world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    sim_unplug(TARGET, true);
    if (ending == WITHDRAWN)
        world_withdraw(HOME, consent);
    else if (ending == CANCELLED)
        assert_string_equal(world_act(HOME, sent, OFFER_EVENT_CANCEL)->code, "");
    else
        world_pass((int64_t)20 * TIME_DAY_MS);
    world_pass(TIME_MINUTE_MS);
    enum offer_state end = world_state(HOME, sent);
    assert_true(end == OFFER_STATE_CANCELLED || end == OFFER_STATE_EXPIRED);
    sim_unplug(HOME, seed % 2 == 0);
    sim_unplug(TARGET, seed % 2 != 0);
    lose_store();
    sim_unplug(HOME, false);
    sim_unplug(TARGET, false);
    world_pass(5 * TIME_MINUTE_MS);
    world_quiet();
    assert_both(sent, 1, end);
    assert_int_equal(world_show(TARGET, 1)->line->stop_contact, ending == WITHDRAWN);
    assert_null(world_show(TARGET, 1)->preview);
    assert_null(world_show(TARGET, 1)->referral);
    assert_int_equal(world_faults(), 0);
    world_end();
}

/* ---- what is refused for now ---- */

enum { BROUGHT = 6, A_DAY = 2 };

static int64_t capsules_at_broker(void)
{
    return peek_number(peek_of(NETWORK_BROKER),
            "SELECT count(*) FROM consent WHERE length(bytes) > 0");
}

static int64_t marks_at_home(void)
{
    return peek_number(peek_of(HOME), "SELECT count(*) FROM capsule WHERE resend = 1");
}

static void act(const char *id, uint64_t number, enum offer_event event)
{
    assert_string_equal(world_act(id, number, event)->code, "");
}

/* So many referrals whose letters have all been read, each under a consent of its own,
 * of which the first to be brought may be spoiled on the disk of HOME. Two minutes
 * before midnight the broker has lost its store, and takes no more than some of them on
 * one day. */
static void lose_before_midnight(uint64_t seed, bool spoiled)
{
    world_fresh(seed);
    for (uint64_t number = 1; number <= BROUGHT; number++) {
        assert_int_equal(refer(consent_for_target()), number);
        world_quiet();
        world_do(TARGET, number, OFFER_EVENT_ACCEPT);
    }
    assert_int_equal(peek_number(peek_of(HOME), "SELECT count(*) FROM capsule"),
            BROUGHT);
    if (spoiled)
        peek_number(peek_of(HOME),
                "UPDATE capsule SET bytes = x'ff' WHERE consent_id ="
                " (SELECT min(consent_id) FROM capsule) RETURNING 0");
    world_pass(TIME_DAY_MS - sim_now() % TIME_DAY_MS - 7 * TIME_MINUTE_MS);
    network_set(world_network(), NETWORK_BROKER, "brought_consents", "2");
    lose_store();
}

/* What is refused for good beside it does not hide that something may come later. */
static void what_is_refused_for_now_is_brought_later_with(uint64_t seed)
{
    bool spoiled = seed % 2 == 0;

    lose_before_midnight(seed, spoiled);
    for (int day = 1; day < BROUGHT / A_DAY; day++) {
        assert_int_equal(capsules_at_broker(), day * A_DAY);
        /* It is tried again with each round of upkeep. */
        world_pass(TIME_DAY_MS - sim_now() % TIME_DAY_MS + TIME_MINUTE_MS +
                   5 * TIME_SECOND_MS);
    }
    assert_int_equal(capsules_at_broker(), BROUGHT - spoiled);
    assert_int_equal(marks_at_home(), 0);
    assert_int_equal(world_faults(), 0);
    world_end();
}

/* No letter waits for consents that the broker does not take today, of whoever it is,
 * and none is refused because its own is not there yet. */
static void letters_do_not_wait_for_a_busy_broker_with(uint64_t seed)
{
    lose_before_midnight(seed, false);
    assert_int_equal(capsules_at_broker(), A_DAY);
    for (uint64_t number = 1; number <= BROUGHT; number++)
        act(number % 2 == 0 ? HOME : TARGET, number,
                number % 2 == 0 ? OFFER_EVENT_CANCEL : OFFER_EVENT_START);
    uint64_t sent = refer(consent_for_target());
    sim_run_until(sim_now() + 10 * TIME_SECOND_MS);
    for (uint64_t number = 1; number <= BROUGHT; number++) {
        enum offer_state state =
                number % 2 == 0 ? OFFER_STATE_CANCELLED : OFFER_STATE_IN_PROGRESS;
        assert_int_equal(world_state(HOME, number), state);
        assert_int_equal(world_state(TARGET, number), state);
    }
    world_do(TARGET, BROUGHT + 1, OFFER_EVENT_ACCEPT);
    assert_int_equal(world_state(HOME, sent), OFFER_STATE_ACCEPTED);
    assert_true(marks_at_home() > 0);
    /* What is taken back meanwhile, by either, stays so when its consent comes. */
    for (uint64_t number = 1; number <= BROUGHT; number++)
        withdraw_case(number % 3 == 0 ? HOME : TARGET, number);
    assert_int_equal(withdrawn_at_broker(), BROUGHT);
    world_pass(3 * (int64_t)TIME_DAY_MS);
    assert_int_equal(marks_at_home(), 0);
    assert_int_equal(withdrawn_at_broker(), BROUGHT);
    for (uint64_t number = 1; number <= BROUGHT; number++) {
        assert_int_equal(world_state(HOME, number), OFFER_STATE_CANCELLED);
        assert_int_equal(world_state(TARGET, number), OFFER_STATE_CANCELLED);
    }
    assert_int_equal(world_faults(), 0);
    world_end();
}

/* ---- between a message and its answer ---- */

enum { IN_ONE = 25, MANY = IN_ONE + 3 };
enum meanwhile { CRASHED, TAKEN_BACK, REFERRED, N_MEANWHILE };

/* More than goes into one message. As soon as the first is answered the next is under
 * way: whatever happens then, each consent is brought. */
static void nothing_is_left_out_meanwhile_with(uint64_t seed)
{
    enum meanwhile meanwhile = (enum meanwhile)(seed % N_MEANWHILE);
    uint64_t consents[MANY];

    world_fresh(seed);
    world_only(HOME, TARGET);
    for (uint64_t i = 0; i < MANY; i++) {
        consents[i] = consent_for_target();
        assert_int_equal(refer(consents[i]), i + 1);
        world_quiet();
        world_do(TARGET, i + 1, OFFER_EVENT_ACCEPT);
    }
    world_stop(NETWORK_BROKER);
    world_remove_store(NETWORK_BROKER);
    world_start(NETWORK_BROKER);
    while (marks_at_home() != MANY - IN_ONE)
        sim_run_until(sim_now() + 1);
    assert_int_equal(capsules_at_broker(), IN_ONE);
    switch (meanwhile) {
    case CRASHED:
        world_crash(HOME);
        world_start(HOME);
        break;
    case TAKEN_BACK:
        for (uint64_t i = 0; i < MANY; i++)
            world_withdraw(HOME, consents[i]);
        break;
    case REFERRED:
    case N_MEANWHILE: (void)refer(consent_for_target());
    }
    world_pass(5 * TIME_MINUTE_MS);
    assert_int_equal(capsules_at_broker(), MANY + (meanwhile == REFERRED));
    assert_int_equal(withdrawn_at_broker(), meanwhile == TAKEN_BACK ? MANY : 0);
    assert_int_equal(peek_number(peek_of(NETWORK_BROKER), "SELECT count(*) FROM offer"),
            MANY + (meanwhile == REFERRED));
    assert_int_equal(marks_at_home(), 0);
    assert_int_equal(world_faults(), 0);
    world_end();
}

EACH_SEED(a_lost_store_before_the_accept)
EACH_SEED(a_lost_store_goes_on_from_a_hold)
EACH_SEED(a_lost_store_keeps_what_was_confirmed)
EACH_SEED(a_lost_store_with_the_target_away)
EACH_SEED(a_lost_store_keeps_withdrawals)
EACH_SEED(a_lost_store_keeps_what_others_withdrew)
EACH_SEED(a_lost_store_still_recalls)
EACH_SEED(a_lost_store_hears_of_the_end)
EACH_SEED(what_is_refused_for_now_is_brought_later)
EACH_SEED(letters_do_not_wait_for_a_busy_broker)

static void nothing_is_left_out_meanwhile(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < N_MEANWHILE; seed++)
        nothing_is_left_out_meanwhile_with(seed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(a_lost_store_before_the_accept),
            cmocka_unit_test(a_lost_store_goes_on_from_a_hold),
            cmocka_unit_test(a_lost_store_keeps_what_was_confirmed),
            cmocka_unit_test(a_lost_store_with_the_target_away),
            cmocka_unit_test(a_lost_store_keeps_withdrawals),
            cmocka_unit_test(a_lost_store_keeps_what_others_withdrew),
            cmocka_unit_test(a_lost_store_still_recalls),
            cmocka_unit_test(a_lost_store_hears_of_the_end),
            cmocka_unit_test(what_is_refused_for_now_is_brought_later),
            cmocka_unit_test(letters_do_not_wait_for_a_busy_broker),
            cmocka_unit_test(nothing_is_left_out_meanwhile),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
