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

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(the_end_of_an_offer_does_not_overtake_the_offer),
    };

    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
