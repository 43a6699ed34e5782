/* sim_given_up.c - who referred looks no further for a referral that nobody took: what
 * ends with it, who hears of it and who never does, and what is refused. */
#include "tests/given_up.h"

#include <stdlib.h>

/* ------------------------------------------------------------ it ends */

static void all_but_the_targets_hear_of_it(void **state)
{
    static const enum mode modes[] = {MODE_SEQUENTIAL, MODE_FIRST_CLAIM};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(modes); i++) {
        coordinated_fresh(1401 + i);
        uint64_t number = used_up(modes[i]);
        /* One coordinator has looked at it, the other one has not. */
        uint64_t there = list_of(REGIE, false)->escalations[0].number;
        assert_non_null(world_show(REGIE, there)->preview);
        struct request seen = {
                .act = &(struct act){.case_number = there, .event = OFFER_EVENT_SEEN}
        };
        world_must(REGIE, &seen, "");
        const struct key32 before[] = {held_by(TARGET), held_by(OTHER)};

        assert_string_equal(give_up(number), "");
        assert_given_up(number);
        assert_string_equal(offer_state_name(world_show(HOME, number)->line->state),
                "declined");
        for (size_t k = 0; k < COUNT_OF(BOTH); k++) {
            struct key32 after = held_by(BOTH[k]);
            assert_true(key32_equal(&after, &before[k]));
        }
        for (size_t k = 0; k < COUNT_OF(COORDINATORS); k++) {
            const struct escalation_list *list = list_of(COORDINATORS[k], true);
            assert_int_equal(list->n_escalations, 1);
            assert_true(list->escalations[0].given_up);
            assert_int_equal(list->escalations[0].unread,
                    strcmp(COORDINATORS[k], REGIE) == 0);
        }
        assert_int_equal(traced(REGIE, there, "given_up", ""), 1);
        assert_null(world_show(REGIE, there)->preview);
        /* Nor is anybody told of it once more, when the broker looks again; or waited
         * for once more, to erase what it has erased. */
        world_stop(NETWORK_BROKER);
        world_start(NETWORK_BROKER);
        world_pass((int64_t)25 * TIME_HOUR_MS);
        assert_int_equal(at_broker("SELECT count(*) FROM escalation WHERE closed = 0"),
                0);
        assert_int_equal(world_status(HOME)->n_erase_missing, 0);
        world_end();
    }
}

/* However it came about that nobody took it. */
static void the_only_candidate_never_answered(void **state)
{
    uint64_t number;

    (void)state;
    coordinated_fresh(1403);
    refer_as(MODE_DIRECT, 1, URGENCY_CRISIS, &number);
    world_pass((int64_t)3 * TIME_HOUR_MS);
    assert_string_equal(world_show(HOME, number)->line->referral_state, "expired");
    assert_int_equal(list_of(REGIE, false)->n_escalations, 1);
    assert_string_equal(give_up(number), "");
    assert_given_up(number);
    world_end();
}

static void the_last_one_was_skipped(void **state)
{
    const struct set_intake full = {.state = INTAKE_STATE_FULL};
    struct request request = {.intake = &full};
    uint64_t number;

    (void)state;
    coordinated_fresh(1404);
    refer_as(MODE_SEQUENTIAL, COUNT_OF(BOTH), 0, &number);
    world_must(OTHER, &request, "");
    decline(TARGET);
    assert_int_equal(world_show(HOME, number)->offers[1].state, OFFER_STATE_SKIPPED);
    assert_string_equal(give_up(number), "");
    assert_given_up(number);
    assert_int_equal(world_newest(OTHER, CASE_BOX_NONE), 0);
    world_end();
}

/* Nobody is there to whom a letter could be sealed. */
static void the_only_candidate_has_left(void **state)
{
    uint64_t number;

    (void)state;
    coordinated_fresh(1405);
    refer_as(MODE_DIRECT, 1, 0, &number);
    world_revoke(TARGET, NETWORK_BROKER);
    world_stop(TARGET);
    world_pass(TIME_MINUTE_MS);
    assert_int_equal(list_of(REGIE, false)->escalations[0].cause,
            ESCALATION_CAUSE_PARTNER_LEFT);
    assert_string_equal(give_up(number), "");
    assert_string_equal(world_show(HOME, number)->line->referral_state, "revoked");
    assert_int_equal(list_of(REGIE, false)->n_escalations, 0);
    world_end();
}

/* Who had it has left, and the others had not been selected then. */
static void who_had_it_has_left(void **state)
{
    uint64_t number;

    (void)state;
    coordinated_fresh(1408);
    refer_as(MODE_SEQUENTIAL, COUNT_OF(BOTH), 0, &number);
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    world_revoke(TARGET, NETWORK_BROKER);
    world_stop(TARGET);
    world_pass(TIME_MINUTE_MS);
    const struct case_detail *file = world_show(HOME, number);
    assert_string_equal(file->line->referral_state, "unplaced");
    assert_int_equal(file->offers[0].state, OFFER_STATE_EXPIRED);
    assert_int_equal(file->offers[1].state, OFFER_STATE_NOT_SELECTED);
    assert_string_equal(give_up(number), "");
    assert_string_equal(world_show(HOME, number)->line->referral_state, "revoked");
    assert_int_equal(list_of(REGIE, false)->n_escalations, 0);
    world_end();
}

/* Where nobody coordinates it is a gap; it is none any more. */
static void a_gap_is_closed(void **state)
{
    struct set_mandate ended = {.text = "", .end = true};
    struct request request = {.mandate = &ended};

    (void)state;
    coordinated_fresh(1406);
    for (size_t i = 0; i < COUNT_OF(COORDINATORS); i++)
        world_must(COORDINATORS[i], &request, "");
    world_quiet();
    uint64_t number = used_up(MODE_SEQUENTIAL);
    assert_int_equal(at_broker("SELECT count(*) FROM escalation WHERE gap = 1"), 1);
    assert_string_equal(give_up(number), "");
    assert_int_equal(at_broker("SELECT count(*) FROM escalation WHERE gap = 1"), 0);
    assert_sound();
    world_end();
}

/* Who leaves in good order leaves nobody looking for what cannot be placed any more. */
static void who_leaves_gives_it_up(void **state)
{
    const struct leave leave = {.confirmed = true};
    struct request request = {.leave = &leave};

    (void)state;
    coordinated_fresh(1407);
    uint64_t number = used_up(MODE_SEQUENTIAL);
    assert_string_equal(world_must(HOME, &request, "")->made->state, "left");
    world_pass(TIME_MINUTE_MS);
    assert_given_up(number);
    assert_string_equal(world_must(HOME, &request, "")->made->state, "left");
    assert_int_equal(world_ask(HOME, &request)->made->count, 0);
    world_end();
}

/* ------------------------------------------------------------ what is refused */

static void once_and_for_all(void **state)
{
    const struct world_consent wish = {.recipients = {OTHER}};

    (void)state;
    coordinated_fresh(1411);
    uint64_t number = used_up(MODE_SEQUENTIAL);
    /* Not by who was asked. */
    assert_string_equal(world_act(TARGET, 1, OFFER_EVENT_CANCEL)->code, "E_TRANSITION");
    assert_string_equal(give_up(number), "");
    assert_string_equal(give_up(number), "E_TRANSITION");
    struct world_referral again = {.consent = world_consent(HOME, &wish),
            .candidate = OTHER,
            .secret = PERSON,
            .reopens = number};
    assert_string_equal(world_refer_as(HOME, &again)->code, "E_TRANSITION");
    assert_given_up(number);
    world_end();
}

/* While the broker has not answered, nothing else is begun. */
static void one_after_the_other(void **state)
{
    const struct world_consent wish = {.recipients = {OTHER}};

    (void)state;
    coordinated_fresh(1412);
    uint64_t number = used_up(MODE_SEQUENTIAL);
    struct world_referral again = {.consent = world_consent(HOME, &wish),
            .candidate = OTHER,
            .secret = PERSON,
            .reopens = number};
    sim_unplug(HOME, true);
    assert_string_equal(give_up(number), "");
    assert_string_equal(world_show(HOME, number)->line->referral_state, "unplaced");
    assert_string_equal(give_up(number), "E_PENDING");
    assert_string_equal(world_refer_as(HOME, &again)->code, "E_PENDING");
    sim_unplug(HOME, false);
    world_pass(TIME_MINUTE_MS);
    assert_given_up(number);
    world_end();
}

/* What still has a candidate is cancelled as ever, and that one hears of it. */
static void who_may_still_decide_is_cancelled(void **state)
{
    uint64_t number;

    (void)state;
    coordinated_fresh(1413);
    refer_as(MODE_SEQUENTIAL, COUNT_OF(BOTH), 0, &number);
    decline(TARGET);
    assert_string_equal(give_up(number), "");
    assert_int_equal(world_show(HOME, number)->offers[0].state, OFFER_STATE_DECLINED);
    assert_int_equal(world_show(HOME, number)->offers[1].state, OFFER_STATE_CANCELLED);
    assert_int_equal(world_state(OTHER, 1), OFFER_STATE_CANCELLED);
    assert_int_equal(at_broker("SELECT closed FROM referral"), 0);
    assert_sound();
    world_end();
}

/* ------------------------------------------------------------ confirmed instead */

/* Somebody took it and failed, the next one declined: a coordinator has it. Its number
 * at home. */
static uint64_t failed_and_declined(uint16_t urgency)
{
    const char *const other[] = {OTHER};
    const struct world_consent wish = {.recipients = {OTHER}};
    uint64_t number;

    refer_as(MODE_DIRECT, 1, urgency, &number);
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    world_do(TARGET, 1, OFFER_EVENT_FAIL);
    const struct world_referral again = {.consent = world_consent(HOME, &wish),
            .candidates = other,
            .n_candidates = 1,
            .secret = PERSON,
            .urgency = urgency,
            .reopens = number};
    assert_string_equal(world_refer_as(HOME, &again)->code, "");
    world_quiet();
    decline(OTHER);
    assert_int_equal(list_of(REGIE, false)->n_escalations, 1);
    return number;
}

/* What somebody had ended before others were asked is confirmed, not given up; and with
 * that, too, nobody looks any more. */
static void what_was_ended_before_is_confirmed(void **state)
{
    (void)state;
    coordinated_fresh(1441);
    const uint64_t number = failed_and_declined(0);
    assert_string_equal(give_up(number), "E_TRANSITION");
    world_do(HOME, number, OFFER_EVENT_CONFIRM);
    assert_string_equal(world_show(HOME, number)->line->referral_state, "closed");
    assert_int_equal(list_of(REGIE, false)->n_escalations, 0);
    assert_sound();
    world_end();
}

/* Also when nobody confirms it, in time. */
static void what_nobody_confirms_is_over_too(void **state)
{
    (void)state;
    coordinated_fresh(1442);
    failed_and_declined(URGENCY_CRISIS);
    world_pass((int64_t)4 * TIME_DAY_MS);
    assert_int_equal(list_of(REGIE, false)->n_escalations, 0);
    assert_sound();
    world_end();
}

/* ------------------------------------------------------------ asked anew, and refused
 */

static void end_with_home(const char *id)
{
    const struct partnership_change change = {.verb = PARTNERSHIP_VERB_END,
            .partner = HOME};
    struct request request = {.partnership = &change};
    world_must(id, &request, "");
}

static const char *ask_other(uint64_t number)
{
    const struct world_consent wish = {
            .recipients = {OTHER, REGIE}
    };
    const struct world_referral again = {.consent = world_consent(HOME, &wish),
            .candidate = OTHER,
            .secret = PERSON,
            .reopens = number};
    return world_refer_as(HOME, &again)->code;
}

/* It is offered to somebody else, who has ended the partnership meanwhile. cancel: and
 * staff look no further before they hear so. */
static void ask_in_vain(uint64_t number, bool cancel)
{
    sim_unplug(HOME, true);
    world_pass(TIME_MINUTE_MS);
    assert_string_equal(ask_other(number), "");
    end_with_home(OTHER);
    if (cancel)
        assert_string_equal(give_up(number), "");
    sim_unplug(HOME, false);
    world_pass(5 * TIME_MINUTE_MS);
    assert_int_not_equal(traced(HOME, number, "refused", "E_PARTNERSHIP"), 0);
    assert_int_equal(world_newest(OTHER, CASE_BOX_NONE), 0);
}

/* The case stands where it stood, for staff to look at. */
static void assert_stands(uint64_t number, enum offer_state state, const char *referral,
        const char *action)
{
    const struct case_detail *file = world_show(HOME, number);
    bool may = false;

    assert_string_equal(offer_state_name(file->line->state), offer_state_name(state));
    assert_string_equal(file->line->referral_state, referral);
    assert_string_equal(file->line->other, TARGET);
    assert_true(file->line->unread);
    for (size_t i = 0; i < file->n_actions; i++)
        may |= strcmp(file->actions[i], action) == 0;
    assert_true(may);
    assert_int_equal(world_newest(HOME, CASE_BOX_TO_DECIDE), number);
}

static uint64_t declined(void)
{
    uint64_t number;

    refer_as(MODE_DIRECT, 1, 0, &number);
    decline(TARGET);
    return number;
}

static void what_is_asked_in_vain_is_still_given_up(void **state)
{
    (void)state;
    coordinated_fresh(1451);
    uint64_t number = declined();
    ask_in_vain(number, false);
    assert_stands(number, OFFER_STATE_DECLINED, "unplaced", "cancel");
    assert_string_equal(world_show(HOME, number)->offers[1].code, "E_PARTNERSHIP");
    assert_int_equal(list_of(REGIE, false)->n_escalations, 1);
    assert_string_equal(give_up(number), "");
    assert_given_up(number);
    world_end();
}

static void what_is_asked_in_vain_is_still_asked_of_others(void **state)
{
    (void)state;
    coordinated_fresh(1452);
    uint64_t number = declined();
    ask_in_vain(number, false);
    world_agree(HOME, OTHER);
    assert_string_equal(ask_other(number), "");
    world_quiet();
    world_do(OTHER, world_newest(OTHER, CASE_BOX_TO_DECIDE), OFFER_EVENT_ACCEPT);
    assert_string_equal(world_show(HOME, number)->line->referral_state, "placed");
    world_end();
}

/* Who looked no further has said so already. */
static void what_is_asked_in_vain_was_given_up_meanwhile(void **state)
{
    (void)state;
    coordinated_fresh(1453);
    uint64_t number = declined();
    ask_in_vain(number, true);
    assert_given_up(number);
    world_end();
}

static void what_is_asked_in_vain_is_still_confirmed(void **state)
{
    uint64_t number;

    (void)state;
    coordinated_fresh(1454);
    refer_as(MODE_DIRECT, 1, 0, &number);
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    world_do(TARGET, 1, OFFER_EVENT_FAIL);
    ask_in_vain(number, false);
    assert_stands(number, OFFER_STATE_FAILED, "outcome_reported", "confirm");
    world_do(HOME, number, OFFER_EVENT_CONFIRM);
    assert_string_equal(world_show(HOME, number)->line->referral_state, "closed");
    assert_sound();
    world_end();
}

/* ------------------------------------------------------------ asked first, and refused
 */

/* Those that are asked have ended the partnership before the broker hears of it. */
static uint64_t first_in_vain(enum mode mode, size_t n_to)
{
    uint64_t number;

    sim_unplug(HOME, true);
    world_pass(TIME_MINUTE_MS);
    refer_as(mode, n_to, 0, &number);
    for (size_t i = 0; i < n_to; i++)
        end_with_home(BOTH[i]);
    sim_unplug(HOME, false);
    world_pass(5 * TIME_MINUTE_MS);
    assert_int_not_equal(traced(HOME, number, "refused", "E_PARTNERSHIP"), 0);
    return number;
}

static void open_it(uint64_t number)
{
    world_act(HOME, number, OFFER_EVENT_SEEN);
    assert_false(world_show(HOME, number)->line->unread);
}

/* Nobody cancelled it: it says so, and why, and lies where people look until they do.
 */
static void what_reaches_nobody_is_no_cancel(void **state)
{
    static const enum mode modes[] = {MODE_DIRECT, MODE_SEQUENTIAL, MODE_FIRST_CLAIM};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(modes); i++) {
        coordinated_fresh(1461 + i);
        uint64_t to_decide = world_status(HOME)->to_decide;
        uint64_t number = first_in_vain(modes[i], modes[i] == MODE_DIRECT ? 1 : 2);
        const struct case_detail *file = world_show(HOME, number);

        assert_string_equal(offer_state_name(file->line->state), "skipped");
        assert_string_equal(file->line->referral_state, "refused");
        assert_string_equal(file->line->code, "E_PARTNERSHIP");
        assert_int_equal(file->n_offers, modes[i] == MODE_DIRECT ? 1 : 2);
        for (size_t k = 0; k < file->n_offers; k++) {
            assert_int_equal(file->offers[k].state, OFFER_STATE_SKIPPED);
            assert_int_equal(file->offers[k].version, 0);
            assert_string_equal(file->offers[k].code, "E_PARTNERSHIP");
        }
        assert_int_equal(file->n_actions, 0);
        assert_true(file->line->unread);
        assert_int_equal(world_newest(HOME, CASE_BOX_TO_DECIDE), number);
        assert_int_equal(world_newest(HOME, CASE_BOX_CLOSED), 0);
        assert_int_equal(world_status(HOME)->to_decide, to_decide + 1);
        open_it(number);
        assert_int_equal(world_newest(HOME, CASE_BOX_TO_DECIDE), 0);
        assert_int_equal(world_newest(HOME, CASE_BOX_CLOSED), number);
        assert_string_equal(world_show(HOME, number)->line->referral_state, "refused");
        assert_sound();
        world_end();
    }
}

/* Asked again, it is a referral like any other, and the offer still says what it was.
 */
static void what_reached_nobody_is_asked_of_others(void **state)
{
    (void)state;
    coordinated_fresh(1464);
    uint64_t number = first_in_vain(MODE_DIRECT, 1);
    assert_string_equal(ask_other(number), "");
    assert_string_equal(world_show(HOME, number)->line->code, "");
    world_quiet();
    const struct case_detail *file = world_show(HOME, number);
    assert_string_equal(file->line->referral_state, "open");
    assert_string_equal(file->line->code, "");
    assert_string_equal(file->offers[0].code, "E_PARTNERSHIP");
    assert_string_equal(file->offers[1].code, "");
    world_do(OTHER, world_newest(OTHER, CASE_BOX_TO_DECIDE), OFFER_EVENT_ACCEPT);
    assert_string_equal(world_show(HOME, number)->line->referral_state, "placed");
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(all_but_the_targets_hear_of_it),
            cmocka_unit_test(the_only_candidate_never_answered),
            cmocka_unit_test(the_last_one_was_skipped),
            cmocka_unit_test(the_only_candidate_has_left),
            cmocka_unit_test(who_had_it_has_left),
            cmocka_unit_test(a_gap_is_closed),
            cmocka_unit_test(who_leaves_gives_it_up),
            cmocka_unit_test(once_and_for_all),
            cmocka_unit_test(one_after_the_other),
            cmocka_unit_test(who_may_still_decide_is_cancelled),
            cmocka_unit_test(what_was_ended_before_is_confirmed),
            cmocka_unit_test(what_nobody_confirms_is_over_too),
            cmocka_unit_test(what_is_asked_in_vain_is_still_given_up),
            cmocka_unit_test(what_is_asked_in_vain_is_still_asked_of_others),
            cmocka_unit_test(what_is_asked_in_vain_was_given_up_meanwhile),
            cmocka_unit_test(what_is_asked_in_vain_is_still_confirmed),
            cmocka_unit_test(what_reaches_nobody_is_no_cancel),
            cmocka_unit_test(what_reached_nobody_is_asked_of_others),
    };
    return cmocka_run_group_tests(tests, coordinated_setup, coordinated_teardown);
}
