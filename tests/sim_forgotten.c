/* sim_forgotten.c - the broker forgets a withdrawn consent when its capsule could be
 * shown to nobody any more for long, and never by a clock that is wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/time.h"
#include "tests/peek.h"
#include "tests/world.h"

#define HOME   "thuiszorg"
#define TARGET "meldpunt"

enum { VALID_DAYS = 3, KEPT_DAYS = 430 };

static int64_t n_withdrawn(void)
{
    return peek_number(peek_of(NETWORK_BROKER),
            "SELECT count(*) FROM consent WHERE withdrawn > 0");
}

/* Of a signal: no offer stands under it. */
static void begin(uint64_t seed)
{
    static const uint16_t needs[] = {NEED_CATEGORY_LONELINESS_ISOLATION};
    static const struct signal signal = {.needs = needs,
            .n_needs = 1,
            .person = "Rosa Voorbeeld",
            .language = "nl"};

    world_fresh(seed);
    const struct world_consent consent = {.recipients = {TARGET},
            .until_day = (uint32_t)time_brussels_day(sim_now()) + VALID_DAYS};
    const struct raise_signal wish = {.recipient = TARGET,
            .consent_number = world_consent(HOME, &consent),
            .urgency = URGENCY_URGENT,
            .area = "21004",
            .signal = &signal};
    struct request request = {.signal = &wish};
    world_must(HOME, &request, "");
    world_quiet();
    world_withdraw(HOME, wish.consent_number);
    world_pass(TIME_MINUTE_MS);
    assert_int_equal(n_withdrawn(), 1);
}

/* Who is away asks nothing, and a year goes by quickly. */
static void stop_all(void)
{
    for (size_t i = 0; i < world_network()->n_partners; i++)
        if (world_is_up(world_network()->partners[i].id))
            world_stop(world_network()->partners[i].id);
}

static void in_its_time(void **state)
{
    (void)state;
    begin(95);
    int64_t last_ms =
            peek_number(peek_of(NETWORK_BROKER), "SELECT max(until_ms) FROM consent");
    stop_all();
    sim_run_until(last_ms + KEPT_DAYS * (int64_t)TIME_DAY_MS - TIME_HOUR_MS);
    world_start(HOME);
    world_pass(TIME_MINUTE_MS);
    assert_int_equal(n_withdrawn(), 1);
    world_pass(3 * TIME_HOUR_MS);
    assert_int_equal(n_withdrawn(), 0);
    world_end();
}

static void not_by_a_wrong_clock(void **state)
{
    (void)state;
    begin(96);
    sim_set_clock(NETWORK_BROKER, 2 * KEPT_DAYS * (int64_t)TIME_DAY_MS);
    world_pass(3 * TIME_HOUR_MS);
    sim_set_clock(NETWORK_BROKER, 0);
    world_pass(3 * TIME_HOUR_MS);
    assert_int_equal(n_withdrawn(), 1);
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(in_its_time),
            cmocka_unit_test(not_by_a_wrong_clock),
    };

    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
