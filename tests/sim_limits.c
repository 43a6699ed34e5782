/* sim_limits.c - limits of an area hold in a running network; and what comes at the end
 * of an outer life. */
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

static int64_t told_of(const char *id, const char *what, const char *code)
{
    return peek_number(peek_of(id),
            "SELECT count(*) FROM trace WHERE what = %Q AND code = %Q", what, code);
}

static uint64_t refer(uint16_t urgency)
{
    const struct world_consent wish = {.recipients = {TARGET},
            .until_day = (uint32_t)time_brussels_day(sim_now()) + 360};
    const struct world_referral referral = {.consent = world_consent(HOME, &wish),
            .candidate = TARGET,
            .secret = "Rosa Voorbeeld",
            .urgency = urgency};
    const struct reply *reply = world_refer_as(HOME, &referral);

    assert_string_equal(reply->code, "");
    world_quiet();
    return reply->made->case_number;
}

/* The broker comes back with more settings. */
static void set_limits(const char *sections)
{
    char path[NETWORK_PATH_BYTES + 32], home[NETWORK_PATH_BYTES];

    world_stop(NETWORK_BROKER);
    network_home(world_network(), NETWORK_BROKER, home);
    snprintf(path, sizeof path, "%s/broker.conf", home);
    FILE *file = fopen(path, "ab");
    if (file == NULL) {
        fail();
        return;
    }
    fputs(sections, file);
    fclose(file);
    world_start(NETWORK_BROKER);
    world_quiet();
}

/* ------------------------------------------------------------ limits of an area */

/* The referrals of the world are of area 21004. */
static const struct {
    const char *name, *sections;
    int64_t overdue_ms; /* routine: seen; 0: as in the table */
} AREAS[] = {
        {"its own",       "timers \"21004\" {\n    seen_routine = 90s\n}\n",
         90 * TIME_SECOND_MS                                                                   },
        {"of all",        "timers \"*\" {\n    seen_routine = 2h\n}\n",      2 * TIME_HOUR_MS  },
        {"its own first",
         "timers \"*\" {\n    seen_routine = 2h\n}\n"
                "timers \"21004\" {\n    seen_routine = 3min\n}\n",          3 * TIME_MINUTE_MS},
        {"of others",     "timers \"21001\" {\n    seen_routine = 1s\n}\n",  0                 },
};

static void an_area_has_its_own_limits(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(AREAS); i++) {
        print_message("# %s\n", AREAS[i].name);
        world_fresh(131);
        set_limits(AREAS[i].sections);
        uint64_t sent = refer(URGENCY_ROUTINE);
        if (AREAS[i].overdue_ms == 0) {
            world_pass(2 * TIME_DAY_MS);
            assert_int_equal(told(HOME, "overdue"), 0);
            world_end();
            continue;
        }
        world_pass(AREAS[i].overdue_ms - TIME_MINUTE_MS);
        assert_int_equal(told(HOME, "overdue"), 0);
        world_pass(TIME_MINUTE_MS + TIME_SECOND_MS);
        assert_int_equal(told(HOME, "overdue"), 1);
        assert_int_equal(told(TARGET, "overdue"), 1);
        world_pass(AREAS[i].overdue_ms);
        assert_int_equal(world_state(HOME, sent), OFFER_STATE_EXPIRED);
        assert_null(world_show(TARGET, 1)->preview);
        world_end();
    }
}

/* Limits of seconds, as a demonstration has them: from the request to the close. */
static void a_whole_life_in_seconds(void **state)
{
    (void)state;
    world_fresh(132);
    set_limits("timers \"21004\" {\n"
               "    first_contact_routine = 5s\n"
               "    progress_routine = 5s\n"
               "    confirm_routine = 4s\n"
               "}\n");
    uint64_t sent = refer(URGENCY_ROUTINE);
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    world_pass(6 * TIME_SECOND_MS);
    assert_int_equal(told(TARGET, "reminder"), 1);
    assert_int_equal(told(HOME, "reminder"), 0);
    world_pass(5 * TIME_SECOND_MS);
    assert_int_equal(told(HOME, "reminder"), 1);
    world_do(TARGET, 1, OFFER_EVENT_START);
    world_do(TARGET, 1, OFFER_EVENT_OUTCOME);
    world_pass(3 * TIME_SECOND_MS);
    assert_int_equal(told(HOME, "confirm_it"), 1);
    assert_int_equal(told(HOME, "not_confirmed"), 0);
    world_pass(2 * TIME_SECOND_MS);
    assert_int_equal(told(HOME, "not_confirmed"), 1);
    assert_string_equal(world_show(HOME, sent)->line->referral_state, "closed");
    world_end();
}

/* What runs when the settings change follows them from its next step on. */
static void new_settings_hold_from_the_next_step_on(void **state)
{
    (void)state;
    world_fresh(133);
    refer(URGENCY_ROUTINE);
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    set_limits("timers \"21004\" {\n"
               "    first_contact_routine = 1h\n"
               "    progress_routine = 1h\n"
               "}\n");
    world_pass(2 * TIME_HOUR_MS);
    assert_int_equal(told(TARGET, "reminder"), 0);
    world_do(TARGET, 1, OFFER_EVENT_START);
    world_pass(TIME_HOUR_MS + TIME_SECOND_MS);
    assert_int_equal(told(TARGET, "reminder"), 1);
    world_end();
}

/* A broker that has lost its store learns from the statuses that come back how long
 * things may last. */
static void time_goes_on_after_the_loss_of_a_store(void **state)
{
    (void)state;
    world_fresh(137);
    uint64_t waits = refer(URGENCY_ROUTINE), runs = refer(URGENCY_ROUTINE);
    world_do(TARGET, 1, OFFER_EVENT_WAITLIST);
    world_do(TARGET, 2, OFFER_EVENT_ACCEPT);
    world_pass((int64_t)3 * TIME_DAY_MS);
    world_stop(NETWORK_BROKER);
    world_remove_store(NETWORK_BROKER);
    world_start(NETWORK_BROKER);
    world_pass(TIME_HOUR_MS);
    world_pass((int64_t)8 * TIME_DAY_MS);
    assert_int_equal(told(HOME, "waits_long"), 1);
    world_pass((int64_t)4 * TIME_DAY_MS);
    assert_int_equal(told(TARGET, "reminder"), 1);
    assert_int_equal(world_state(HOME, waits), OFFER_STATE_WAITLISTED);
    world_pass((int64_t)5 * TIME_DAY_MS);
    assert_int_equal(world_state(HOME, waits), OFFER_STATE_EXPIRED);
    assert_int_equal(world_state(HOME, runs), OFFER_STATE_ACCEPTED);
    assert_int_equal(peek_number(peek_of(NETWORK_BROKER),
                             "SELECT count(*) FROM offer WHERE state BETWEEN 1 AND 7 "
                             "AND (due_ms = 0 OR life_ms = 0 OR area <> '21004')"),
            0);
    world_end();
}

/* ------------------------------------------------------------ the outer life */

static const char SHORT_LIFE[] =
        "timers \"21004\" {\n    outer_life_routine = 10h\n}\n";

static const struct end {
    const char *name;
    enum offer_event step; /* after the accept */
    bool named, stays;
} ENDS[] = {
        {"accepted",           OFFER_EVENT_NONE,  false, false},
        {"at work",            OFFER_EVENT_START, false, false},
        {"on hold",            OFFER_EVENT_HOLD,  false, false},
        {"accepted, a ground", OFFER_EVENT_NONE,  true,  true },
        {"at work, a ground",  OFFER_EVENT_START, true,  true },
};

static void name_basis(uint16_t basis)
{
    const struct act act = {.case_number = 1, .retention = basis};
    struct request request = {.act = &act};

    world_must(TARGET, &request, "");
    world_quiet();
}

static void what_was_accepted_ends_as_if_cancelled(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ENDS); i++) {
        const struct end *row = &ENDS[i];
        print_message("# %s\n", row->name);
        world_fresh(134);
        set_limits(SHORT_LIFE);
        uint64_t sent = refer(URGENCY_ROUTINE);
        world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
        if (row->named)
            name_basis(RETENTION_BASIS_LEGAL_DUTY);
        if (row->step != OFFER_EVENT_NONE)
            world_do(TARGET, 1, row->step);
        world_pass(8 * TIME_HOUR_MS);
        assert_int_equal(told(HOME, "ends_soon") + told(TARGET, "ends_soon"), 0);
        world_pass(TIME_HOUR_MS + TIME_MINUTE_MS);
        assert_int_equal(told(HOME, "ends_soon"), 1);
        assert_int_equal(told(TARGET, "ends_soon"), 1);
        assert_true(world_show(TARGET, 1)->line->unread);
        /* They are told when. */
        int64_t end_ms = (int64_t)world_show(TARGET, 1)->line->due_ms;
        assert_true(end_ms > sim_now() && end_ms < sim_now() + TIME_HOUR_MS);
        world_pass(TIME_HOUR_MS);
        assert_int_equal(world_state(HOME, sent), OFFER_STATE_EXPIRED);
        assert_int_equal(world_state(TARGET, 1), OFFER_STATE_EXPIRED);
        assert_int_equal(world_show(TARGET, 1)->referral != NULL, row->stays);
        assert_int_equal(told_of(HOME, "erased", ""), row->stays ? 0 : 2);
        assert_int_equal(told_of(HOME, "kept", "legal_duty"), row->stays ? 2 : 0);
        if (row->stays) {
            /* It can be let go later. */
            name_basis(RETENTION_BASIS_NONE);
            world_pass(TIME_HOUR_MS);
            assert_null(world_show(TARGET, 1)->referral);
            assert_int_equal(told_of(HOME, "erased", ""), 2);
        }
        world_end();
    }
}

/* A step after the warning: somebody has looked at it, and it goes on. One before it
 * does not count. */
static void a_step_after_the_warning_is_a_review(void **state)
{
    (void)state;
    world_fresh(135);
    set_limits(SHORT_LIFE);
    uint64_t sent = refer(URGENCY_ROUTINE);
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    world_do(TARGET, 1, OFFER_EVENT_START);
    for (int life = 1; life <= 3; life++) {
        world_pass(9 * TIME_HOUR_MS + 2 * TIME_MINUTE_MS);
        assert_int_equal(told(TARGET, "ends_soon"), life);
        world_do(TARGET, 1, OFFER_EVENT_PROGRESS);
    }
    assert_int_equal(world_state(HOME, sent), OFFER_STATE_IN_PROGRESS);
    world_pass(8 * TIME_HOUR_MS);
    world_do(TARGET, 1, OFFER_EVENT_PROGRESS);
    world_pass(3 * TIME_HOUR_MS);
    assert_int_equal(world_state(HOME, sent), OFFER_STATE_EXPIRED);
    world_end();
}

/* What nobody has accepted does not live on by what happens to it. */
static void a_waiting_list_ends_with_its_outer_life(void **state)
{
    (void)state;
    world_fresh(136);
    set_limits(SHORT_LIFE);
    uint64_t sent = refer(URGENCY_ROUTINE);
    world_do(TARGET, 1, OFFER_EVENT_WAITLIST);
    world_pass(11 * TIME_HOUR_MS);
    assert_int_equal(world_state(HOME, sent), OFFER_STATE_EXPIRED);
    assert_int_equal(told(HOME, "ends_soon"), 1);
    assert_null(world_show(TARGET, 1)->preview);
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(an_area_has_its_own_limits),
            cmocka_unit_test(a_whole_life_in_seconds),
            cmocka_unit_test(new_settings_hold_from_the_next_step_on),
            cmocka_unit_test(time_goes_on_after_the_loss_of_a_store),
            cmocka_unit_test(what_was_accepted_ends_as_if_cancelled),
            cmocka_unit_test(a_step_after_the_warning_is_a_review),
            cmocka_unit_test(a_waiting_list_ends_with_its_outer_life),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
