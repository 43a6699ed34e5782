/* sim_order.c - what belongs together comes in its order, also when a part of it must
 * wait. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "tests/peek.h"
#include "tests/world.h"

static void suspend(const char *partner, bool lift)
{
    const struct suspend wish = {.partner = partner, .lift = lift, .reason = "a test"};
    struct request request = {.suspend = &wish};

    world_must(NETWORK_BROKER, &request, "");
}

/* A preview left for its reader and was lost on the way; then its sender was suspended,
 * and the offer expired. The reader hears of the offer first, and of its end after. */
static void the_end_of_an_offer_does_not_overtake_the_offer(void **state)
{
    (void)state;
    world_fresh(1);
    uint64_t consent = world_consent("thuiszorg",
            &(struct world_consent){.recipients = {"chambry"}});
    const struct world_referral wish = {.consent = consent,
            .candidate = "chambry",
            .secret = "Rosa Voorbeeld",
            .urgency = URGENCY_CRISIS};
    uint64_t number = world_refer_as("thuiszorg", &wish)->made->case_number;
    while (peek_number(peek_of(NETWORK_BROKER),
                   "SELECT count(*) FROM letter WHERE state = 3") == 0)
        assert_true(sim_step(sim_now() + TIME_MINUTE_MS));
    sim_unplug("chambry", true);
    suspend("thuiszorg", false);
    world_pass(10 * TIME_DAY_MS);
    assert_int_equal(peek_number(peek_of(NETWORK_BROKER),
                             "SELECT state FROM offer WHERE version = 2"),
            OFFER_STATE_EXPIRED);

    sim_unplug("chambry", false);
    world_pass(10 * TIME_MINUTE_MS);
    assert_int_equal(world_newest("chambry", CASE_BOX_NONE), 0);
    suspend("thuiszorg", true);
    world_quiet();
    assert_int_equal(world_state("chambry", world_newest("chambry", CASE_BOX_NONE)),
            OFFER_STATE_EXPIRED);
    assert_int_equal(world_state("thuiszorg", number), OFFER_STATE_EXPIRED);
    assert_int_equal(peek_number(peek_of(NETWORK_BROKER), "SELECT count(*) FROM mail"),
            0);
    world_end();
}

/* It was handed the offer, and the line broke before it said so. */
static uint64_t refer_into_nothing(struct world_referral *wish, uint16_t urgency)
{
    wish->urgency = urgency;
    uint64_t number = world_refer_as("thuiszorg", wish)->made->case_number;
    while (peek_number(peek_of(NETWORK_BROKER),
                   "SELECT count(*) FROM letter WHERE state = 3") == 0)
        assert_true(sim_step(sim_now() + TIME_MINUTE_MS));
    sim_unplug("chambry", true);
    world_pass(TIME_MINUTE_MS);
    return number;
}

static void assert_hears_of_the_end(uint64_t number)
{
    assert_string_equal(world_act("thuiszorg", number, OFFER_EVENT_CANCEL)->code, "");
    world_pass(TIME_MINUTE_MS);
    sim_unplug("chambry", false);
    world_quiet();
    assert_int_equal(world_state("chambry", world_newest("chambry", CASE_BOX_NONE)),
            OFFER_STATE_CANCELLED);
    assert_int_equal(world_state("thuiszorg", number), OFFER_STATE_CANCELLED);
    world_end();
}

/* What is offered again is as urgent as was said then, and so is the end of it. */
static void what_is_offered_again_is_as_urgent_as_was_said(void **state)
{
    (void)state;
    world_fresh(2);
    struct world_referral wish = {
            .consent = world_consent("thuiszorg",
                    &(struct world_consent){.recipients = {"chambry"}}),
            .candidate = "chambry",
            .secret = "Rosa Voorbeeld",
            .urgency = URGENCY_CRISIS,
    };
    uint64_t number = world_refer_as("thuiszorg", &wish)->made->case_number;
    world_quiet();
    assert_string_equal(world_act("thuiszorg", number, OFFER_EVENT_CANCEL)->code, "");
    world_quiet();
    assert_int_equal(world_show("thuiszorg", number)->line->urgency, URGENCY_CRISIS);

    wish.reopens = number;
    assert_int_equal(refer_into_nothing(&wish, URGENCY_ROUTINE), number);
    assert_int_equal(world_show("thuiszorg", number)->line->urgency, URGENCY_ROUTINE);
    assert_hears_of_the_end(number);
}

/* A node may say of a step that it is more urgent than its offer: it stays behind it.
 */
static void a_step_that_is_said_to_be_urgent_does_not_overtake_its_offer(void **state)
{
    (void)state;
    world_fresh(3);
    struct world_referral wish = {
            .consent = world_consent("thuiszorg",
                    &(struct world_consent){.recipients = {"chambry"}}),
            .candidate = "chambry",
            .secret = "Rosa Voorbeeld",
    };
    uint64_t number = refer_into_nothing(&wish, URGENCY_ROUTINE);
    peek_number(peek_of("thuiszorg"), "UPDATE case_file SET urgency = 1");
    assert_hears_of_the_end(number);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(the_end_of_an_offer_does_not_overtake_the_offer),
            cmocka_unit_test(what_is_offered_again_is_as_urgent_as_was_said),
            cmocka_unit_test(
                    a_step_that_is_said_to_be_urgent_does_not_overtake_its_offer),
    };

    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
