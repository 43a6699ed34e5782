/* sim_reminders.c - limits that change nothing but are told to people: on no device of
 * the target, no first contact, no sign of progress, a hold that is over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "tests/peek.h"
#include "tests/world.h"

#define HOME   "thuiszorg"
#define TARGET "aksant"

static int64_t told(const char *id, const char *what)
{
    return peek_number(peek_of(id), "SELECT count(*) FROM trace WHERE what = %Q", what);
}

static uint64_t refer(uint16_t urgency)
{
    const struct world_consent wish = {.recipients = {TARGET}};
    const struct world_referral referral = {.consent = world_consent(HOME, &wish),
            .candidate = TARGET,
            .secret = "Rosa Voorbeeld",
            .urgency = urgency};
    const struct reply *reply = world_refer_as(HOME, &referral);

    assert_string_equal(reply->code, "");
    uint64_t number = reply->made->case_number;
    world_only(HOME, TARGET);
    return number;
}

/* ------------------------------------------------------------ on no device */

static const struct device_row {
    const char *name;
    uint16_t urgency;
    int64_t before_ms, after_ms;
} DEVICES[] = {
        {"crisis",  URGENCY_CRISIS,  4 * TIME_MINUTE_MS,         2 * TIME_MINUTE_MS},
        {"urgent",  URGENCY_URGENT,  (int64_t)3 * TIME_HOUR_MS,
         (int64_t)2 * TIME_HOUR_MS                                                 },
        {"routine", URGENCY_ROUTINE, (int64_t)20 * TIME_HOUR_MS,
         (int64_t)5 * TIME_HOUR_MS                                                 },
};

static void the_sender_is_warned_of_a_silent_target(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(DEVICES); i++) {
        const struct device_row *row = &DEVICES[i];
        print_message("# %s\n", row->name);
        world_fresh(101);
        sim_unplug(TARGET, true);
        uint64_t sent = refer(row->urgency);
        world_pass(row->before_ms);
        assert_int_equal(told(HOME, "not_reached"), 0);
        world_pass(row->after_ms);
        assert_int_equal(told(HOME, "not_reached"), 1);
        assert_true(world_show(HOME, sent)->line->unread);
        assert_int_equal(world_state(HOME, sent), OFFER_STATE_REQUESTED);
        /* It changes nothing: who comes back can take it. */
        sim_unplug(TARGET, false);
        world_pass(5 * TIME_MINUTE_MS);
        assert_int_equal(told(TARGET, "not_reached"), 0);
        world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
        assert_int_equal(world_state(HOME, sent), OFFER_STATE_ACCEPTED);
        world_end();
    }
}

static void a_target_that_has_it_is_not_called_silent(void **state)
{
    (void)state;
    world_fresh(102);
    refer(URGENCY_URGENT);
    world_pass((int64_t)6 * TIME_HOUR_MS);
    assert_int_equal(told(HOME, "not_reached"), 0);
    world_end();
}

/* ------------------------------------------------------------ the next step */

static const struct step_row {
    const char *name;
    uint16_t urgency;
    enum offer_event step; /* after the accept */
    int64_t first_ms, again_ms;
} STEPS[] = {
        {"no contact, crisis",   URGENCY_CRISIS,  OFFER_EVENT_NONE,
         (int64_t)24 * TIME_HOUR_MS, (int64_t)24 * TIME_HOUR_MS},
        {"no contact, routine",  URGENCY_ROUTINE, OFFER_EVENT_NONE,
         (int64_t)14 * TIME_DAY_MS,  (int64_t)14 * TIME_DAY_MS },
        {"no progress, crisis",  URGENCY_CRISIS,  OFFER_EVENT_START,
         (int64_t)1 * TIME_DAY_MS,   (int64_t)1 * TIME_DAY_MS  },
        {"no progress, urgent",  URGENCY_URGENT,  OFFER_EVENT_START,
         (int64_t)14 * TIME_DAY_MS,  (int64_t)14 * TIME_DAY_MS },
        {"no progress, routine", URGENCY_ROUTINE, OFFER_EVENT_START,
         (int64_t)30 * TIME_DAY_MS,  (int64_t)30 * TIME_DAY_MS },
};

static void first_the_target_then_the_sender(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(STEPS); i++) {
        const struct step_row *row = &STEPS[i];
        print_message("# %s\n", row->name);
        world_fresh(103);
        uint64_t sent = refer(row->urgency);
        world_quiet();
        world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
        if (row->step != OFFER_EVENT_NONE)
            world_do(TARGET, 1, row->step);
        enum offer_state stands = world_state(TARGET, 1);
        world_pass(row->first_ms - TIME_HOUR_MS);
        assert_int_equal(told(TARGET, "reminder"), 0);
        world_pass(2 * TIME_HOUR_MS);
        assert_int_equal(told(TARGET, "reminder"), 1);
        assert_int_equal(told(HOME, "reminder"), 0);
        assert_true(world_show(TARGET, 1)->line->unread);
        world_pass(row->again_ms);
        assert_int_equal(told(TARGET, "reminder"), 2);
        assert_int_equal(told(HOME, "reminder"), 1);
        assert_true(world_show(HOME, sent)->line->unread);
        /* It nags no further, and changes nothing. */
        world_pass(row->again_ms);
        assert_int_equal(told(TARGET, "reminder"), 2);
        assert_int_equal(told(HOME, "reminder"), 1);
        assert_int_equal(world_state(TARGET, 1), stands);
        assert_int_equal(world_state(HOME, sent), stands);
        world_end();
    }
}

/* A sign of progress begins the time anew, also after a reminder. */
static void a_step_begins_the_time_anew(void **state)
{
    (void)state;
    world_fresh(104);
    refer(URGENCY_URGENT);
    world_quiet();
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    world_do(TARGET, 1, OFFER_EVENT_START);
    for (int round = 1; round <= 2; round++) {
        world_pass((int64_t)14 * TIME_DAY_MS + TIME_HOUR_MS);
        assert_int_equal(told(TARGET, "reminder"), round);
        world_do(TARGET, 1, OFFER_EVENT_PROGRESS);
    }
    assert_int_equal(told(HOME, "reminder"), 0);
    world_end();
}

static void a_hold_that_is_over(void **state)
{
    (void)state;
    world_fresh(105);
    uint64_t sent = refer(URGENCY_ROUTINE);
    world_quiet();
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    world_do(TARGET, 1, OFFER_EVENT_HOLD);
    int64_t until_ms = (int64_t)world_show(TARGET, 1)->line->due_ms;
    world_pass(until_ms - sim_now() - TIME_HOUR_MS);
    assert_int_equal(told(TARGET, "reminder"), 0);
    world_pass(2 * TIME_HOUR_MS);
    assert_int_equal(told(TARGET, "reminder"), 1);
    assert_int_equal(told(HOME, "reminder"), 1);
    assert_int_equal(world_state(HOME, sent), OFFER_STATE_ON_HOLD);
    world_do(TARGET, 1, OFFER_EVENT_RESUME);
    assert_int_equal(world_state(HOME, sent), OFFER_STATE_ACCEPTED);
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(the_sender_is_warned_of_a_silent_target),
            cmocka_unit_test(a_target_that_has_it_is_not_called_silent),
            cmocka_unit_test(first_the_target_then_the_sender),
            cmocka_unit_test(a_step_begins_the_time_anew),
            cmocka_unit_test(a_hold_that_is_over),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
