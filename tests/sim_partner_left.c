/* sim_partner_left.c - a membership ends or is revoked: nothing stays waiting on
 * somebody who is gone, the other side hears of it, and who coordinates there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "tests/coordinated.h"
#include "tests/older_copy.h"
#include "tests/peek.h"

#define PERSON "Rosa Voorbeeld"

/* ------------------------------------------------------------ who leaves */

static void leave(const char *id)
{
    world_revoke(id, NETWORK_BROKER);
    /* It never becomes quiet: who was put out tries to come back. */
    world_pass(TIME_MINUTE_MS);
}

static uint64_t refer(const char *const *to, size_t n_to, enum mode mode)
{
    const struct world_consent wish = {
            .recipients = {TARGET, OTHER, REGIE}
    };
    const struct world_referral referral = {.consent = world_consent(HOME, &wish),
            .candidates = to,
            .n_candidates = n_to,
            .secret = PERSON,
            .mode = mode};
    const struct reply *reply = world_refer_as(HOME, &referral);

    assert_string_equal(reply->code, "");
    uint64_t number = reply->made->case_number;
    world_quiet();
    return number;
}

static const char *const BOTH[] = {TARGET, OTHER};

/* The one thing that REGIE looks after; cause 0: there is none. */
static struct escalation_line told(uint16_t cause)
{
    const struct escalation_list *list = coordinated_list(false, false);
    static const struct escalation_line none;

    assert_int_equal(list->n_escalations, cause != 0);
    if (cause == 0)
        return none;
    assert_int_equal(list->escalations[0].cause, cause);
    return list->escalations[0];
}

static size_t traced(const char *id, uint64_t number, const char *what)
{
    const struct trace_case ask = {.number = number};
    struct request request = {.trace = &ask};
    const struct reply *reply = world_must(id, &request, "");
    size_t n = 0;

    for (size_t i = 0; i < reply->trace->n_lines; i++)
        n += strcmp(reply->trace->lines[i].what, what) == 0;
    return n;
}

/* ------------------------------------------------------------ who was asked */

static void the_next_candidate_is_asked(void **state)
{
    (void)state;
    coordinated_fresh(901);
    uint64_t number = refer(BOTH, 2, MODE_SEQUENTIAL);
    leave(TARGET);
    const struct case_detail *file = world_show(HOME, number);
    assert_int_equal(file->offers[0].state, OFFER_STATE_EXPIRED);
    assert_string_equal(file->offers[0].code, "E_LEFT");
    assert_int_equal(file->offers[1].state, OFFER_STATE_REQUESTED);
    (void)told(0);
    assert_string_equal(world_act(OTHER, world_newest(OTHER, CASE_BOX_TO_DECIDE),
                                OFFER_EVENT_ACCEPT)
                                ->code,
            "");
    world_pass(TIME_MINUTE_MS);
    assert_non_null(world_show(OTHER, 1)->referral);
    world_end();
}

/* Nobody else is there: who coordinates hears who has left, and sees the preview that
 * the consent names it for; it is over when somebody else is asked. */
static void the_only_one_leaves(void **state)
{
    (void)state;
    coordinated_fresh(902);
    uint64_t number = refer(BOTH, 1, MODE_DIRECT);
    leave(TARGET);
    assert_int_equal(world_state(HOME, number), OFFER_STATE_EXPIRED);
    assert_true(world_show(HOME, number)->line->unread);
    struct escalation_line line = told(ESCALATION_CAUSE_PARTNER_LEFT);
    assert_string_equal(line.target, TARGET);
    assert_string_equal(line.sender, HOME);
    const struct escalation_list *list = coordinated_list(false, true);
    assert_int_equal(list->n_escalations, 1);
    assert_non_null(list->escalations[0].preview);
    const char *const other[] = {OTHER};
    const struct world_consent wish = {.recipients = {OTHER}};
    const struct world_referral again = {.consent = world_consent(HOME, &wish),
            .candidates = other,
            .n_candidates = 1,
            .secret = PERSON,
            .reopens = number};
    assert_string_equal(world_refer_as(HOME, &again)->code, "");
    world_pass(TIME_MINUTE_MS);
    (void)told(0);
    world_end();
}

static void work_that_was_accepted_ends(void **state)
{
    (void)state;
    coordinated_fresh(903);
    uint64_t number = refer(BOTH, 2, MODE_SEQUENTIAL);
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    world_do(TARGET, 1, OFFER_EVENT_START);
    leave(TARGET);
    assert_string_equal(world_show(HOME, number)->offers[0].code, "E_LEFT");
    assert_string_equal(world_show(HOME, number)->line->referral_state, "unplaced");
    assert_string_equal(told(ESCALATION_CAUSE_PARTNER_LEFT).target, TARGET);
    /* What it holds is its own to destroy: people hear that no word of it comes. */
    world_pass((int64_t)2 * TIME_DAY_MS);
    assert_true(world_show(HOME, number)->line->erase_missing);
    world_end();
}

/* ------------------------------------------------------------ who asked */

static void who_referred_leaves_before_a_decision(void **state)
{
    (void)state;
    coordinated_fresh(904);
    (void)refer(BOTH, 2, MODE_SEQUENTIAL);
    leave(HOME);
    world_pass(TIME_MINUTE_MS);
    assert_int_equal(world_state(TARGET, 1), OFFER_STATE_EXPIRED);
    assert_null(world_show(TARGET, 1)->preview);
    assert_string_equal(world_show(TARGET, 1)->offers[0].code, "E_LEFT");
    /* Nobody else is asked for somebody who is gone. */
    assert_int_equal(world_newest(OTHER, CASE_BOX_NONE), 0);
    assert_int_equal(peek_number(peek_of(NETWORK_BROKER),
                             "SELECT count(*) FROM offer WHERE state BETWEEN 1 AND 7 "
                             "OR state = 15"),
            0);
    assert_string_equal(told(ESCALATION_CAUSE_PARTNER_LEFT).sender, HOME);
    world_end();
}

/* The person is being helped, and goes on being so: what was handed over stays, as it
 * does after an outcome; only the referral is over. */
static void who_referred_leaves_after_it(void **state)
{
    (void)state;
    coordinated_fresh(905);
    (void)refer(BOTH, 1, MODE_DIRECT);
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    leave(HOME);
    const struct case_detail *file = world_show(TARGET, 1);
    assert_int_equal(file->line->state, OFFER_STATE_EXPIRED);
    assert_string_equal(file->referral->person->name, PERSON);
    assert_true(file->line->unread);
    assert_int_equal(traced(TARGET, 1, "sender_left"), 1);
    assert_string_equal(told(ESCALATION_CAUSE_PARTNER_LEFT).target, TARGET);
    world_pass(TIME_DAY_MS);
    assert_int_equal(traced(TARGET, 1, "erased"), 0);
    world_end();
}

/* Who left, and comes back, has nothing to keep: its own work was given to others. */
static void who_comes_back_erases(void **state)
{
    (void)state;
    coordinated_fresh(910);
    uint64_t number = refer(BOTH, 1, MODE_DIRECT);
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    leave(TARGET);
    network_rotate(world_network(), TARGET, NULL, sim_now());
    world_publish(NETWORK_BROKER);
    world_pass(10 * TIME_MINUTE_MS);
    assert_int_equal(world_state(TARGET, 1), OFFER_STATE_EXPIRED);
    assert_null(world_show(TARGET, 1)->referral);
    assert_int_equal(traced(HOME, number, "erased"), 2);
    world_end();
}

/* It said yes, and what it said yes to never comes. */
static void who_referred_leaves_before_the_content_does(void **state)
{
    (void)state;
    coordinated_fresh(906);
    (void)refer(BOTH, 1, MODE_DIRECT);
    sim_hold(true);
    assert_string_equal(world_act(TARGET, 1, OFFER_EVENT_ACCEPT)->code, "");
    assert_true(sim_let(TARGET, NETWORK_BROKER));
    sim_unplug(TARGET, true);
    sim_hold(false);
    world_pass(TIME_MINUTE_MS);
    leave(HOME);
    sim_unplug(TARGET, false);
    world_pass(2 * TIME_MINUTE_MS);
    assert_int_equal(world_state(TARGET, 1), OFFER_STATE_EXPIRED);
    assert_null(world_show(TARGET, 1)->referral);
    assert_string_equal(told(ESCALATION_CAUSE_PARTNER_LEFT).sender, HOME);
    world_end();
}

/* ------------------------------------------------------------ who coordinates */

static uint64_t gaps(void)
{
    const struct list_gaps list = {.area = ""};
    struct request request = {.gaps = &list};

    return world_must(NETWORK_BROKER, &request, "")->gaps->n_gaps;
}

/* The last coordinator of the area leaves: what it looked after is on the list of the
 * broker's administrator at once. */
static void who_coordinates_leaves(void **state)
{
    (void)state;
    coordinated_fresh(911);
    (void)refer(BOTH, 1, MODE_DIRECT);
    world_do(TARGET, 1, OFFER_EVENT_DECLINE);
    (void)told(ESCALATION_CAUSE_UNPLACED);
    leave(REGIE_TWO);
    assert_int_equal(gaps(), 0);
    leave(REGIE);
    assert_int_equal(gaps(), 1);
    world_end();
}

/* ------------------------------------------------------------ how it leaves */

static void a_membership_ends_by_itself(void **state)
{
    (void)state;
    coordinated_fresh(907);
    network_until(world_network(), TARGET, sim_now() + (int64_t)2 * TIME_HOUR_MS,
            sim_now());
    world_publish(NETWORK_BROKER);
    world_pass(TIME_MINUTE_MS);
    uint64_t number = refer(BOTH, 2, MODE_SEQUENTIAL);
    world_pass(TIME_HOUR_MS);
    assert_int_equal(world_show(HOME, number)->offers[0].state, OFFER_STATE_REQUESTED);
    world_pass(TIME_HOUR_MS);
    const struct case_detail *file = world_show(HOME, number);
    assert_string_equal(file->offers[0].code, "E_LEFT");
    assert_int_equal(file->offers[1].state, OFFER_STATE_REQUESTED);
    world_end();
}

/* A broker whose clock ran ahead took it for gone already; when it really goes, that is
 * seen again. */
static void a_membership_ends_after_a_clock_ran_ahead(void **state)
{
    (void)state;
    coordinated_fresh(912);
    network_until(world_network(), TARGET, sim_now() + (int64_t)6 * TIME_HOUR_MS,
            sim_now());
    world_publish(NETWORK_BROKER);
    world_pass(TIME_MINUTE_MS);
    sim_set_clock(NETWORK_BROKER, (int64_t)7 * TIME_HOUR_MS);
    world_pass(TIME_MINUTE_MS);
    sim_set_clock(NETWORK_BROKER, 0);
    world_pass((int64_t)2 * TIME_HOUR_MS);
    uint64_t number = refer(BOTH, 2, MODE_SEQUENTIAL);
    assert_int_equal(world_show(HOME, number)->offers[0].state, OFFER_STATE_REQUESTED);
    world_pass((int64_t)4 * TIME_HOUR_MS);
    const struct case_detail *file = world_show(HOME, number);
    assert_string_equal(file->offers[0].code, "E_LEFT");
    assert_int_equal(file->offers[1].state, OFFER_STATE_REQUESTED);
    world_end();
}

/* Who is suspended may be back tomorrow: all of it waits. */
static void who_is_suspended_has_not_left(void **state)
{
    static const struct suspend order = {.partner = TARGET, .reason = "a test"};
    struct request request = {.suspend = &order};

    (void)state;
    coordinated_fresh(908);
    uint64_t number = refer(BOTH, 2, MODE_SEQUENTIAL);
    world_must(NETWORK_BROKER, &request, "");
    world_pass(TIME_HOUR_MS);
    assert_int_equal(world_show(HOME, number)->offers[0].state, OFFER_STATE_REQUESTED);
    /* Also when the broker looks again at who is there. */
    world_revoke(REGIE_TWO, NETWORK_BROKER);
    world_pass(TIME_HOUR_MS);
    assert_int_equal(world_show(HOME, number)->offers[0].state, OFFER_STATE_REQUESTED);
    world_end();
}

/* The broker falls when it has heard of it and has done nothing yet. */
static void the_broker_falls(void **state)
{
    (void)state;
    coordinated_fresh(909);
    uint64_t number = refer(BOTH, 2, MODE_SEQUENTIAL);
    world_revoke(TARGET, NETWORK_BROKER);
    world_crash(NETWORK_BROKER);
    world_start(NETWORK_BROKER);
    world_pass(2 * TIME_MINUTE_MS);
    assert_int_equal(world_show(HOME, number)->offers[1].state, OFFER_STATE_REQUESTED);
    world_end();
}

/* In a store that was put back the partner put it on its waiting list and left; who
 * referred comes back with another step of the same version, from the life before. What
 * stands then does not wait for that list. */
static void two_lives_of_the_store_meet_after_it_left(void **state)
{
    (void)state;
    coordinated_fresh(913);
    uint64_t number = refer(BOTH, 1, MODE_DIRECT);
    world_do(TARGET, 1, OFFER_EVENT_INFO_REQUEST);
    make_backup_of_broker();
    sim_unplug(TARGET, true);
    assert_string_equal(world_act(HOME, number, OFFER_EVENT_INFO_REPLY)->code, "");
    world_pass(TIME_MINUTE_MS);
    assert_int_equal(world_state(HOME, number), OFFER_STATE_SEEN);
    sim_unplug(HOME, true);
    put_backup_back();
    sim_unplug(TARGET, false);
    world_pass(TIME_MINUTE_MS);
    assert_string_equal(world_act(TARGET, 1, OFFER_EVENT_WAITLIST)->code, "");
    world_pass(TIME_MINUTE_MS);
    leave(TARGET);
    sim_unplug(HOME, false);
    world_pass(TIME_MINUTE_MS);
    assert_int_equal(world_state(HOME, number), OFFER_STATE_WAITLISTED);
    world_pass((int64_t)2 * TIME_HOUR_MS);
    assert_int_equal(world_state(HOME, number), OFFER_STATE_EXPIRED);
    assert_string_equal(world_show(HOME, number)->offers[0].code, "E_LEFT");
    assert_string_equal(told(ESCALATION_CAUSE_PARTNER_LEFT).target, TARGET);
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(the_next_candidate_is_asked),
            cmocka_unit_test(the_only_one_leaves),
            cmocka_unit_test(work_that_was_accepted_ends),
            cmocka_unit_test(who_referred_leaves_before_a_decision),
            cmocka_unit_test(who_referred_leaves_after_it),
            cmocka_unit_test(who_comes_back_erases),
            cmocka_unit_test(who_referred_leaves_before_the_content_does),
            cmocka_unit_test(who_coordinates_leaves),
            cmocka_unit_test(a_membership_ends_by_itself),
            cmocka_unit_test(a_membership_ends_after_a_clock_ran_ahead),
            cmocka_unit_test(who_is_suspended_has_not_left),
            cmocka_unit_test(the_broker_falls),
            cmocka_unit_test(two_lives_of_the_store_meet_after_it_left),
    };
    return cmocka_run_group_tests(tests, coordinated_setup, coordinated_teardown);
}
