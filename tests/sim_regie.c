/* sim_regie.c - a coordinator with the real broker and real nodes: what finds no place
 * reaches it, with the preview that the consent allows and no more; what it proposes is
 * asked by who referred; and all of it ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "tests/coordinated.h"
#include "tests/peek.h"
#include "tests/reported.h"

#define DAY TIME_DAY_MS

static uint64_t refer_under(const struct world_consent *wish, uint64_t *consent)
{
    *consent = world_consent(HOME, wish);
    const struct reply *reply = world_refer(HOME, *consent, TARGET, "Rosa Voorbeeld");

    assert_string_equal(reply->code, "");
    uint64_t number = reply->made->case_number;
    world_quiet();
    return number;
}

/* TARGET declines what it is offered. */
static uint64_t unplaced_under(const struct world_consent *wish, uint64_t *consent)
{
    uint64_t number = refer_under(wish, consent);

    world_do(TARGET, world_newest(TARGET, CASE_BOX_TO_DECIDE), OFFER_EVENT_DECLINE);
    world_pass(TIME_MINUTE_MS);
    return number;
}

static uint64_t unplaced(uint64_t *consent)
{
    static const struct world_consent wish = {
            .recipients = {TARGET, OTHER, REGIE}
    };

    return unplaced_under(&wish, consent);
}

/* What got stuck is referred once more, to OTHER, which does this. */
static void again(uint64_t consent, uint64_t number, enum offer_event event)
{
    const struct world_referral refer = {.consent = consent,
            .candidate = OTHER,
            .secret = "Rosa Voorbeeld",
            .reopens = number};

    assert_string_equal(world_refer_as(HOME, &refer)->code, "");
    world_quiet();
    world_do(OTHER, 1, event);
    world_pass(TIME_MINUTE_MS);
}

/* What is open at a coordinator. */
static const struct escalation_list *open_at(const char *id)
{
    const struct list_escalations list = {.unplaced = false};
    struct request request = {.escalations = &list};

    return world_must(id, &request, "")->escalations;
}

static int64_t letters(const char *id, const char *state)
{
    return peek_number(peek_of(id),
            "SELECT count(*) FROM trace WHERE what = %Q AND words LIKE 'overview%%'",
            state);
}

/* Nobody has found the broker's log wrong: each word has the leaf that it names. */
static void assert_proved(void)
{
    static const char *const all[] = {HOME, TARGET, OTHER, REGIE, REGIE_TWO};

    world_pass((int64_t)2 * TIME_MINUTE_MS);
    for (size_t i = 0; i < COUNT_OF(all); i++)
        assert_string_equal(world_status(all[i])->audit_code, "");
    assert_int_equal(
            peek_number(peek_of(REGIE),
                    "SELECT count(*) FROM proof WHERE kind = 17 AND state = 1"),
            peek_number(peek_of(REGIE), "SELECT count(*) FROM proof WHERE kind = 17"));
}

static void propose(const char *partner)
{
    const struct assign wish = {.number = open_at(REGIE)->escalations[0].number,
            .candidates = &partner,
            .n_candidates = 1};
    struct request request = {.assign = &wish};

    (void)world_must(REGIE, &request, "");
    world_quiet();
}

/* ------------------------------------------------------------ from end to end */

static void what_nobody_takes_is_proposed_to_somebody_and_taken(void **state)
{
    uint64_t consent;

    (void)state;
    coordinated_fresh(61);
    uint64_t number = unplaced(&consent);
    assert_string_equal(world_show(HOME, number)->line->referral_state, "unplaced");
    const struct escalation_list *list = coordinated_list(false, true);
    assert_int_equal(list->n_escalations, 1);
    assert_int_equal(list->escalations[0].cause, ESCALATION_CAUSE_UNPLACED);
    assert_string_equal(list->escalations[0].sender, HOME);
    assert_non_null(list->escalations[0].preview);
    assert_string_equal(list->escalations[0].preview->strengths, "tells stories");
    /* Who is not named knows that there is something, and nothing of it. */
    assert_int_equal(open_at(REGIE_TWO)->n_escalations, 1);
    assert_null(world_show(REGIE_TWO, 1)->preview);
    assert_int_equal(letters(HOME, "processed"), 1);
    propose(OTHER);
    const struct case_detail *detail = world_show(HOME, number);
    assert_true(detail->line->unread);
    assert_string_equal(detail->proposal->by, REGIE);
    assert_string_equal(detail->proposal->partners[0].state, "ready");
    /* Who referred asks it, and it takes it. */
    again(consent, number, OFFER_EVENT_ACCEPT);
    assert_int_equal(open_at(REGIE)->n_escalations, 0);
    assert_int_equal(open_at(REGIE_TWO)->n_escalations, 0);
    assert_null(world_show(REGIE, 1)->preview);
    assert_int_equal(letters(HOME, "erased"), 1);
    /* It has said so in time: nobody is missed. */
    assert_proved();
    world_stop(TARGET);
    world_stop(OTHER);
    world_pass(25 * TIME_HOUR_MS);
    assert_int_equal(world_status(HOME)->n_erase_missing, 0);
    world_end();
}

/* Its own report, of the month in which the world begins. */
static const struct report_table *stuck_in(const char *place)
{
    return table_of(report_of(REGIE, REPORT_KIND_ESCALATIONS, "2026-05", place, false),
            REPORT_WORD_ESCALATIONS);
}

static void what_got_stuck_is_counted_and_how_long_it_took(void **state)
{
    static const char *const OPEN[] = {"unplaced", "routine", "1", "1", "0", "0", ""};
    static const char *const OVER[] = {"unplaced", "routine", "1", "0", "0", "1"};
    uint64_t consent;

    (void)state;
    coordinated_fresh(69);
    assert_int_equal(stuck_in("")->n_rows, 0);
    uint64_t number = unplaced(&consent);
    assert_int_equal(stuck_in(COORDINATED_AREA)->n_rows, 1);
    for (size_t i = 0; i < COUNT_OF(OPEN); i++)
        assert_string_equal(stuck_in("")->rows[0].cells[i], OPEN[i]);
    assert_int_equal(stuck_in("11002")->n_rows, 0);
    world_pass(2 * TIME_HOUR_MS);
    again(consent, number, OFFER_EVENT_ACCEPT);
    for (size_t i = 0; i < COUNT_OF(OVER); i++)
        assert_string_equal(stuck_in("")->rows[0].cells[i], OVER[i]);
    assert_in_range(number_at(stuck_in(""), OVER[0], OVER[1], 6), 2 * TIME_HOUR_MS,
            2 * TIME_HOUR_MS + 10 * TIME_MINUTE_MS);
    world_end();
}

static void what_finds_no_place_again_is_shown_again(void **state)
{
    uint64_t consent;

    (void)state;
    coordinated_fresh(62);
    uint64_t number = unplaced(&consent);
    again(consent, number, OFFER_EVENT_DECLINE);
    const struct escalation_list *list = coordinated_list(true, true);
    assert_int_equal(list->n_escalations, 1);
    assert_int_equal(list->escalations[0].closed_ms, 0);
    assert_non_null(list->escalations[0].preview);
    assert_int_equal(letters(HOME, "processed"), 2);
    assert_proved();
    world_end();
}

static void who_is_not_named_is_shown_nothing(void **state)
{
    static const struct world_consent wish = {
            .recipients = {TARGET, OTHER}
    };
    uint64_t consent;

    (void)state;
    coordinated_fresh(63);
    uint64_t number = unplaced_under(&wish, &consent);
    assert_int_equal(open_at(REGIE)->n_escalations, 1);
    assert_null(coordinated_list(false, true)->escalations[0].preview);
    assert_int_equal(letters(HOME, "sent"), 0);
    const struct case_detail *detail = world_show(HOME, number);
    assert_int_equal(detail->n_coordinators, 2);
    for (size_t i = 0; i < 2; i++)
        assert_string_equal(detail->coordinators[i].code, "E_CONSENT_RECIPIENT");
    world_end();
}

static void what_the_person_takes_back_ends_it_all(void **state)
{
    uint64_t consent;

    (void)state;
    coordinated_fresh(64);
    (void)unplaced(&consent);
    assert_non_null(world_show(REGIE, 1)->preview);
    world_withdraw(HOME, consent);
    world_pass(TIME_MINUTE_MS);
    assert_null(world_show(REGIE, 1)->preview);
    assert_int_equal(letters(HOME, "erased"), 1);
    assert_int_equal(open_at(REGIE)->n_escalations, 0);
    assert_proved();
    world_end();
}

/* A coordinator that is away destroys it late: people hear of that, as of any reader.
 */
static void a_coordinator_that_does_not_erase_is_named(void **state)
{
    uint64_t consent;

    (void)state;
    coordinated_fresh(65);
    (void)unplaced(&consent);
    world_stop(TARGET);
    world_stop(OTHER);
    sim_unplug(REGIE, true);
    world_withdraw(HOME, consent);
    world_pass(25 * TIME_HOUR_MS);
    assert_int_equal(world_status(HOME)->n_erase_missing, 1);
    assert_string_equal(world_status(HOME)->erase_missing[0].partner, REGIE);
    /* The other coordinator is told, and that one is not told about itself. */
    const struct escalation_list *list = open_at(REGIE_TWO);
    assert_int_equal(list->n_escalations, 1);
    assert_int_equal(list->escalations[0].cause, ESCALATION_CAUSE_ERASE_MISSING);
    assert_string_equal(list->escalations[0].target, REGIE);
    sim_unplug(REGIE, false);
    world_pass(10 * TIME_MINUTE_MS);
    assert_int_equal(world_status(HOME)->n_erase_missing, 0);
    assert_int_equal(open_at(REGIE_TWO)->n_escalations, 0);
    assert_int_equal(open_at(REGIE)->n_escalations, 0);
    world_end();
}

/* ------------------------------------------------------------ timer T9 */

static void a_missing_erase_receipt_reaches_the_coordinators_once(void **state)
{
    static const struct world_consent wish = {.recipients = {TARGET}};
    uint64_t consent;

    (void)state;
    coordinated_fresh(66);
    uint64_t number = refer_under(&wish, &consent);
    world_stop(OTHER);
    sim_unplug(TARGET, true);
    assert_string_equal(world_act(HOME, number, OFFER_EVENT_CANCEL)->code, "");
    world_pass(23 * TIME_HOUR_MS);
    assert_int_equal(open_at(REGIE)->n_escalations, 0);
    world_pass(2 * TIME_HOUR_MS);
    const struct escalation_list *list = open_at(REGIE);
    assert_int_equal(list->n_escalations, 1);
    assert_int_equal(list->escalations[0].cause, ESCALATION_CAUSE_ERASE_MISSING);
    assert_string_equal(list->escalations[0].told_by, HOME);
    assert_string_equal(list->escalations[0].target, TARGET);
    assert_int_equal(open_at(REGIE_TWO)->n_escalations, 1);
    /* After 72 hours it is for the data-protection contact, and not said again here. */
    world_pass(3 * DAY);
    assert_true(world_status(HOME)->erase_missing[0].guard);
    assert_int_equal(open_at(REGIE)->n_escalations, 1);
    sim_unplug(TARGET, false);
    world_pass(10 * TIME_MINUTE_MS);
    assert_int_equal(open_at(REGIE)->n_escalations, 0);
    assert_int_equal(open_at(REGIE_TWO)->n_escalations, 0);
    world_end();
}

/* ------------------------------------------------------------ handing over */

static void one_coordinator_hands_it_to_the_other(void **state)
{
    uint64_t consent;

    (void)state;
    coordinated_fresh(67);
    uint64_t number = unplaced(&consent);
    world_stop(TARGET);
    world_stop(OTHER);
    const struct hand_on wish = {.number = 1, .partner = REGIE_TWO};
    struct request request = {.hand_on = &wish};
    (void)world_must(REGIE, &request, "");
    world_quiet();
    assert_string_equal(open_at(REGIE)->escalations[0].handed_to, REGIE_TWO);
    const struct escalation_list *list = open_at(REGIE_TWO);
    assert_int_equal(list->n_escalations, 1);
    assert_string_equal(list->escalations[0].handed_by, REGIE);
    assert_true(list->escalations[0].unread);
    /* It is late for one of them only. */
    world_pass((int64_t)8 * DAY);
    assert_int_equal(world_status(REGIE)->escalations_late, 0);
    assert_int_equal(world_status(REGIE_TWO)->escalations_late, 1);
    assert_string_equal(world_act(HOME, number, OFFER_EVENT_CONFIRM)->code,
            "E_TRANSITION");
    world_withdraw(HOME, consent);
    world_pass(TIME_MINUTE_MS);
    assert_int_equal(open_at(REGIE)->n_escalations, 0);
    assert_int_equal(open_at(REGIE_TWO)->n_escalations, 0);
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(what_nobody_takes_is_proposed_to_somebody_and_taken),
            cmocka_unit_test(what_got_stuck_is_counted_and_how_long_it_took),
            cmocka_unit_test(what_finds_no_place_again_is_shown_again),
            cmocka_unit_test(who_is_not_named_is_shown_nothing),
            cmocka_unit_test(what_the_person_takes_back_ends_it_all),
            cmocka_unit_test(a_coordinator_that_does_not_erase_is_named),
            cmocka_unit_test(a_missing_erase_receipt_reaches_the_coordinators_once),
            cmocka_unit_test(one_coordinator_hands_it_to_the_other),
    };
    return cmocka_run_group_tests_name("regie", tests, coordinated_setup,
            coordinated_teardown);
}
