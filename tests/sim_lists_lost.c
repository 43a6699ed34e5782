/* sim_lists_lost.c - a list of candidates whose broker loses its store on the way: it
 * is built again from what its parties know, goes on where it was, and nobody is asked
 * who should not be. */
#include "broker/broker.h"
#include "tests/candidates.h"
#include "tests/peek.h"

static void lose_the_store(void)
{
    world_stop(NETWORK_BROKER);
    world_remove_store(NETWORK_BROKER);
    world_start(NETWORK_BROKER);
    world_pass(5 * TIME_MINUTE_MS);
    world_quiet();
}

static void end(void)
{
    struct err err = {.code = CODE_OK};
    int64_t faults = -1;

    assert_true(broker_conserved(world_broker(), &faults, &err));
    assert_int_equal(faults, 0);
    world_end();
}

static void act(const char *id, enum offer_event event)
{
    assert_string_equal(world_act(id, world_newest(id, CASE_BOX_NONE), event)->code,
            "");
    world_pass(TIME_MINUTE_MS);
}

static void a_list_goes_on_where_it_was(void **state)
{
    (void)state;
    world_fresh(8201);
    uint64_t number = refer_to_three(MODE_SEQUENTIAL);
    lose_the_store();
    assert_list(number, "aksant:requested chambry:queued noord:queued");
    assert_knows_nothing("chambry");
    do_newest("aksant", OFFER_EVENT_DECLINE);
    world_pass(TIME_MINUTE_MS);
    assert_list(number, "aksant:declined chambry:requested noord:queued");
    lose_the_store();
    do_newest("chambry", OFFER_EVENT_ACCEPT);
    world_pass(TIME_MINUTE_MS);
    assert_list(number, "aksant:declined chambry:accepted noord:not_selected");
    assert_non_null(
            world_show("chambry", world_newest("chambry", CASE_BOX_NONE))->referral);
    assert_knows_nothing("noord");
    end();
}

/* What only the one who declined knows, it brings; and while the sender is away nobody
 * else is asked. */
static void a_decline_that_the_sender_missed(void **state)
{
    (void)state;
    world_fresh(8202);
    uint64_t number = refer_to_three(MODE_SEQUENTIAL);
    sim_unplug(HOME, true);
    sim_unplug("chambry", true);
    act("aksant", OFFER_EVENT_DECLINE);
    world_stop(NETWORK_BROKER);
    world_remove_store(NETWORK_BROKER);
    world_start(NETWORK_BROKER);
    sim_unplug("chambry", false);
    world_pass(TIME_HOUR_MS);
    assert_knows_nothing("chambry");
    sim_unplug(HOME, false);
    world_pass(5 * TIME_MINUTE_MS);
    world_quiet();
    assert_list(number, "aksant:declined chambry:requested noord:queued");
    do_newest("chambry", OFFER_EVENT_ACCEPT);
    world_pass(TIME_MINUTE_MS);
    assert_list(number, "aksant:declined chambry:accepted noord:not_selected");
    end();
}

/* The accept is known to the winner alone: nobody else gets it. */
static void an_accept_that_the_sender_missed(void **state)
{
    static const enum mode modes[] = {MODE_SEQUENTIAL, MODE_FIRST_CLAIM};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(modes); i++) {
        bool race = modes[i] == MODE_FIRST_CLAIM;
        world_fresh(8203 + i);
        uint64_t number = refer_to_three(modes[i]);
        sim_unplug(HOME, true);
        sim_unplug("chambry", true);
        act("aksant", OFFER_EVENT_ACCEPT);
        world_stop(NETWORK_BROKER);
        world_remove_store(NETWORK_BROKER);
        world_start(NETWORK_BROKER);
        /* The winner comes last. */
        sim_unplug("aksant", true);
        sim_unplug(HOME, false);
        sim_unplug("chambry", false);
        world_pass(5 * TIME_MINUTE_MS);
        sim_unplug("aksant", false);
        world_pass(5 * TIME_MINUTE_MS);
        world_quiet();
        assert_list(number, "aksant:accepted chambry:not_selected noord:not_selected");
        if (!race)
            assert_knows_nothing("chambry");
        assert_string_equal(peek_number(peek_of(NETWORK_BROKER),
                                    "SELECT count(*) FROM offer WHERE state = 5") == 1
                                    ? "one"
                                    : "not one",
                "one");
        end();
    }
}

/* A list that was used up is stuck again after the loss: under the same name. */
static void what_is_stuck_is_found_again(void **state)
{
    char before[64] = "", after[64] = "";

    (void)state;
    world_fresh(8206);
    uint64_t number = refer_to_three(MODE_SEQUENTIAL);
    for (size_t i = 0; i < COUNT_OF(THREE); i++)
        act(THREE[i], OFFER_EVENT_DECLINE);
    assert_list(number, "aksant:declined chambry:declined noord:declined");
    peek_text(peek_of(NETWORK_BROKER), before, sizeof before,
            "SELECT hex(escalation_id) || area FROM escalation WHERE closed = 0");
    assert_int_equal(strlen(before), 32 + 5);
    lose_the_store();
    world_pass(5 * TIME_MINUTE_MS);
    peek_text(peek_of(NETWORK_BROKER), after, sizeof after,
            "SELECT hex(escalation_id) || area FROM escalation WHERE closed = 0");
    assert_string_equal(after, before);
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(a_list_goes_on_where_it_was),
            cmocka_unit_test(a_decline_that_the_sender_missed),
            cmocka_unit_test(an_accept_that_the_sender_missed),
            cmocka_unit_test(what_is_stuck_is_found_again),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
