/* sim_candidates_stop.c - a referral to several candidates that is stopped, taken up
 * again elsewhere, or goes on over crashes and weeks. */
#include "tests/candidates.h"

#include <stdlib.h>

#include "tests/peek.h"

static void a_cancel_stops_the_whole_list(void **state)
{
    static const struct {
        enum mode mode;
        enum offer_event event;
        const char *list;
        bool all_asked;
    } rows[] = {
            {MODE_SEQUENTIAL,  OFFER_EVENT_CANCEL,
             "aksant:declined chambry:cancelled noord:cancelled", false},
            {MODE_SEQUENTIAL,  OFFER_EVENT_IN_ERROR,
             "aksant:declined chambry:in_error noord:cancelled",  false},
            {MODE_FIRST_CLAIM, OFFER_EVENT_CANCEL,
             "aksant:declined chambry:cancelled noord:cancelled", true },
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        world_fresh(8110 + i);
        uint64_t number = refer_to_three(rows[i].mode);
        do_newest("aksant", OFFER_EVENT_DECLINE);
        world_do(HOME, number, rows[i].event);
        assert_list(number, rows[i].list);
        assert_false(world_show(HOME, number)->line->unread);
        assert_null(
                world_show("chambry", world_newest("chambry", CASE_BOX_NONE))->preview);
        if (!rows[i].all_asked)
            assert_knows_nothing("noord");
        else
            assert_null(
                    world_show("noord", world_newest("noord", CASE_BOX_NONE))->preview);
        assert_all_erased();
        world_end();
    }
}

static void revoke(const char *id)
{
    world_revoke(id, NETWORK_BROKER);
    world_pass(TIME_MINUTE_MS);
}

/* Who is asked is no member any more: the list can be stopped all the same, and who was
 * not asked hears nothing of that. */
static void a_list_is_stopped_without_who_has_left(void **state)
{
    static const struct {
        enum mode mode;
        enum offer_event event;
        const char *list;
    } rows[] = {
            {MODE_SEQUENTIAL,  OFFER_EVENT_CANCEL,
             "aksant:expired chambry:cancelled noord:cancelled"},
            {MODE_SEQUENTIAL,  OFFER_EVENT_IN_ERROR,
             "aksant:expired chambry:in_error noord:cancelled" },
            {MODE_FIRST_CLAIM, OFFER_EVENT_CANCEL,
             "aksant:expired chambry:cancelled noord:cancelled"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        world_fresh(8140 + i);
        uint64_t number = refer_to_three(rows[i].mode);
        revoke("aksant");
        assert_string_equal(world_act(HOME, number, rows[i].event)->code, "");
        world_pass(TIME_MINUTE_MS);
        assert_list(number, rows[i].list);
        if (rows[i].mode == MODE_SEQUENTIAL)
            assert_knows_nothing("noord");
        assert_int_equal(peek_number(peek_of(NETWORK_BROKER),
                                 "SELECT count(*) FROM letter WHERE live = 1 AND"
                                 " type IN (%d, %d)",
                                 LETTER_TYPE_PREVIEW, LETTER_TYPE_CONTENT),
                0);
        world_end();
    }
}

/* No key is left of who was asked, as of one who has been away for too long: the next
 * one is told that the list ends, and the broker does the rest. */
static void a_list_is_stopped_without_who_has_no_key(void **state)
{
    (void)state;
    world_fresh(8145);
    uint64_t number = refer_to_three(MODE_SEQUENTIAL);
    peek_number(peek_of(HOME),
            "DELETE FROM thing WHERE slot LIKE 't/aksant/epoch_keys/%%'");
    world_stop(HOME);
    world_start(HOME);
    world_quiet();
    assert_string_equal(world_act(HOME, number, OFFER_EVENT_CANCEL)->code, "");
    world_pass(TIME_MINUTE_MS);
    assert_list(number, "aksant:cancelled chambry:cancelled noord:cancelled");
    assert_knows_nothing("noord");
    world_end();
}

/* What one alone was asked ends as that one leaves: all that is left is to look no
 * further. */
static void who_was_asked_alone_and_has_left_ends_it(void **state)
{
    (void)state;
    world_fresh(8144);
    uint64_t number = refer_to(consent_for_all(LEVEL_S1), THREE, 1, MODE_DIRECT);
    revoke("aksant");
    assert_list(number, "aksant:expired");
    assert_string_equal(world_act(HOME, number, OFFER_EVENT_IN_ERROR)->code,
            "E_TRANSITION");
    assert_string_equal(world_act(HOME, number, OFFER_EVENT_CANCEL)->code, "");
    world_pass(TIME_MINUTE_MS);
    assert_list(number, "aksant:expired");
    assert_string_equal(world_show(HOME, number)->line->referral_state, "revoked");
    world_end();
}

/* The list has gone on meanwhile: who cancelled it sees that it was not taken, and does
 * so again when that is still meant. */
static void a_cancel_that_comes_too_late_is_told(void **state)
{
    (void)state;
    world_fresh(8113);
    uint64_t number = refer_to_three(MODE_SEQUENTIAL);
    sim_hold(true);
    assert_string_equal(world_act("aksant", world_newest("aksant", CASE_BOX_NONE),
                                OFFER_EVENT_DECLINE)
                                ->code,
            "");
    assert_string_equal(world_act(HOME, number, OFFER_EVENT_CANCEL)->code, "");
    world_pass(TIME_SECOND_MS);
    assert_false(world_show(HOME, number)->line->unread);
    while (sim_let("aksant", NETWORK_BROKER))
        continue;
    sim_hold(false);
    world_quiet();
    assert_list(number, "aksant:declined chambry:requested noord:queued");
    assert_true(world_show(HOME, number)->line->unread);
    world_do(HOME, number, OFFER_EVENT_CANCEL);
    assert_list(number, "aksant:declined chambry:cancelled noord:cancelled");
    assert_false(world_show(HOME, number)->line->unread);
    world_end();
}

/* The broker took a question, and its answer was lost. Who comes back when the question
 * has been replied to goes on from there. */
static void a_question_whose_answer_was_lost_keeps_nobody_waiting(void **state)
{
    (void)state;
    world_fresh(8114);
    uint64_t number = refer_to_three(MODE_SEQUENTIAL);
    uint64_t theirs = world_newest("aksant", CASE_BOX_NONE);
    sim_hold(true);
    assert_string_equal(world_act("aksant", theirs, OFFER_EVENT_INFO_REQUEST)->code,
            "");
    while (sim_let("aksant", NETWORK_BROKER))
        continue;
    world_quiet();
    sim_unplug("aksant", true);
    sim_hold(false);
    world_quiet();
    assert_list(number, "aksant:info_requested chambry:queued noord:queued");
    world_do(HOME, number, OFFER_EVENT_INFO_REPLY);
    sim_unplug("aksant", false);
    world_pass(5 * TIME_MINUTE_MS);
    world_quiet();
    world_do("aksant", theirs, OFFER_EVENT_ACCEPT);
    assert_list(number, "aksant:accepted chambry:not_selected noord:not_selected");
    world_end();
}

static void a_withdrawal_stops_the_whole_list(void **state)
{
    (void)state;
    world_fresh(8107);
    uint64_t consent = consent_for_all(LEVEL_S1);
    uint64_t number = refer_to(consent, THREE, COUNT_OF(THREE), MODE_SEQUENTIAL);
    do_newest("aksant", OFFER_EVENT_DECLINE);
    world_withdraw(HOME, consent);
    world_quiet();
    assert_list(number, "aksant:declined chambry:cancelled noord:cancelled");
    assert_true(world_show("chambry", world_newest("chambry", CASE_BOX_NONE))
                        ->line->stop_contact);
    assert_knows_nothing("noord");
    assert_all_erased();
    assert_knows_nothing("noord");
    world_end();
}

/* Whoever dies comes back to a list that has gone on, or goes on. */
static void a_list_goes_on_over_crashes(void **state)
{
    static const char *const dies[] = {HOME, "aksant", "chambry", NETWORK_BROKER};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(dies); i++) {
        world_fresh(8120 + i);
        const struct world_referral wish = {
                .consent = consent_for_all(LEVEL_S1),
                .candidates = THREE,
                .n_candidates = COUNT_OF(THREE),
                .secret = "Rosa Voorbeeld",
        };
        uint64_t number = world_refer_as(HOME, &wish)->made->case_number;
        /* What the reply said is safe, whatever has left by now. */
        world_crash(dies[i]);
        world_pass(TIME_MINUTE_MS);
        world_start(dies[i]);
        world_pass(5 * TIME_MINUTE_MS);
        world_quiet();
        assert_list(number, "aksant:requested chambry:queued noord:queued");
        assert_string_equal(world_act("aksant", world_newest("aksant", CASE_BOX_NONE),
                                    OFFER_EVENT_DECLINE)
                                    ->code,
                "");
        world_crash(dies[i]);
        world_pass(TIME_MINUTE_MS);
        world_start(dies[i]);
        world_pass(5 * TIME_MINUTE_MS);
        world_quiet();
        assert_list(number, "aksant:declined chambry:requested noord:queued");
        do_newest("chambry", OFFER_EVENT_ACCEPT);
        assert_list(number, "aksant:declined chambry:accepted noord:not_selected");
        world_end();
    }
}

/* A list that is used up goes to others, under another consent when the first does not
 * name them. */
static void others_are_asked_under_another_consent(void **state)
{
    const struct world_consent narrow = {.recipients = {"aksant"}};
    (void)state;
    world_fresh(8108);
    uint64_t first = world_consent(HOME, &narrow);
    uint64_t number = refer_to(first, THREE, 1, MODE_SEQUENTIAL);
    do_newest("aksant", OFFER_EVENT_DECLINE);
    struct world_referral again = {
            .consent = first,
            .candidates = THREE + 1,
            .n_candidates = 2,
            .secret = "Rosa Voorbeeld",
            .reopens = number,
    };
    assert_string_equal(world_refer_as(HOME, &again)->code, "E_CONSENT_RECIPIENT");
    again.consent = consent_for_all(LEVEL_S1);
    assert_string_equal(world_refer_as(HOME, &again)->code, "");
    world_quiet();
    assert_list(number, "aksant:declined chambry:requested noord:queued");
    /* Who takes everything back takes both back, and sees both uses. */
    const struct consent_reach ask = {.case_number = number};
    struct request reach = {.consent_reach = &ask};
    const struct consent_record *record = world_must(HOME, &reach, "")->consent;
    assert_int_equal(record->n_consents, 2);
    const struct consent_show show = {.number = first};
    struct request look = {.consent_show = &show};
    record = world_must(HOME, &look, "")->consent;
    assert_int_equal(record->consents[0].n_uses, 1);
    assert_int_equal(record->consents[0].uses[0].case_number, number);
    /* The first consent is nothing to these. */
    world_withdraw(HOME, first);
    world_quiet();
    do_newest("chambry", OFFER_EVENT_ACCEPT);
    assert_list(number, "aksant:declined chambry:accepted noord:not_selected");
    world_end();
}

/* Keys change every week: what waits longer is sealed again, and stays where it is. */
static void who_waits_for_weeks_is_asked_all_the_same(void **state)
{
    (void)state;
    world_fresh(8131);
    uint64_t number = refer_to_three(MODE_SEQUENTIAL);
    do_newest("aksant", OFFER_EVENT_WAITLIST);
    world_stop("meldpunt");
    world_stop("noord");
    world_pass((int64_t)15 * TIME_DAY_MS);
    assert_knows_nothing("chambry");
    /* Preview and content of each that waits. */
    assert_true(peek_number(peek_of(HOME), "SELECT count(*) FROM trace"
                                           " WHERE what = 'sealed_again'") >= 4);
    do_newest("aksant", OFFER_EVENT_DECLINE);
    assert_list(number, "aksant:declined chambry:requested noord:queued");
    do_newest("chambry", OFFER_EVENT_ACCEPT);
    const struct case_detail *got =
            world_show("chambry", world_newest("chambry", CASE_BOX_RUNNING));
    assert_string_equal(got->referral->person->name, "Rosa Voorbeeld");
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(a_cancel_stops_the_whole_list),
            cmocka_unit_test(a_list_is_stopped_without_who_has_left),
            cmocka_unit_test(a_list_is_stopped_without_who_has_no_key),
            cmocka_unit_test(who_was_asked_alone_and_has_left_ends_it),
            cmocka_unit_test(a_cancel_that_comes_too_late_is_told),
            cmocka_unit_test(a_question_whose_answer_was_lost_keeps_nobody_waiting),
            cmocka_unit_test(a_withdrawal_stops_the_whole_list),
            cmocka_unit_test(a_list_goes_on_over_crashes),
            cmocka_unit_test(others_are_asked_under_another_consent),
            cmocka_unit_test(who_waits_for_weeks_is_asked_all_the_same),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
