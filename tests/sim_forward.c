/* sim_forward.c - an accepted referral is handed on: who sees what, how far, what is
 * refused, and that a withdrawal reaches every hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "tests/chain.h"

static const char *const TO_THIRD[] = {THIRD};

/* ------------------------------------------------------------ what happens */

static void handed_on_under_the_same_consent(void **state)
{
    struct begun begun = begin(31, 1);
    uint64_t third;

    (void)state;
    const struct reply *reply = forward(SECOND, begun.got, THIRD);
    assert_string_equal(reply->code, "");
    uint64_t made = reply->made->case_number;
    world_quiet();
    /* Who sent it is told, and to whom; its own offer stands as it did. */
    assert_string_equal(handed_on_to(FIRST, begun.sent), THIRD);
    assert_int_equal(world_state(FIRST, begun.sent), OFFER_STATE_ACCEPTED);
    assert_int_equal(world_state(SECOND, begun.got), OFFER_STATE_ACCEPTED);
    /* The next one sees no name before it accepts. */
    uint64_t came = third = world_newest(THIRD, CASE_BOX_TO_DECIDE);
    assert_null(world_show(THIRD, came)->referral);
    world_do(THIRD, third, OFFER_EVENT_ACCEPT);
    const struct case_detail *file = world_show(THIRD, third);
    assert_string_equal(file->referral->person->name, PERSON);
    assert_string_equal(file->line->other, SECOND);
    assert_string_equal(file->line->consent_state, "active");
    /* The two cases of the middle one name each other. */
    file = world_show(SECOND, begun.got);
    assert_int_equal(file->n_handed_on_as, 1);
    assert_int_equal(file->handed_on_as[0], made);
    assert_int_equal(world_show(SECOND, made)->handed_on_from, begun.got);
    assert_int_equal(world_show(FIRST, begun.sent)->n_handed_on_as, 0);
    /* Each of them goes its own way to its end. */
    world_do(THIRD, third, OFFER_EVENT_START);
    world_do(THIRD, third, OFFER_EVENT_OUTCOME);
    world_do(SECOND, made, OFFER_EVENT_CONFIRM);
    assert_int_equal(world_state(FIRST, begun.sent), OFFER_STATE_ACCEPTED);
    world_do(SECOND, begun.got, OFFER_EVENT_START);
    world_do(SECOND, begun.got, OFFER_EVENT_OUTCOME);
    world_do(FIRST, begun.sent, OFFER_EVENT_CONFIRM);
    world_end();
}

static void less_than_was_given(void **state)
{
    static const uint16_t out[] = {DATA_CATEGORY_HOUSEHOLD, DATA_CATEGORY_STRENGTHS};
    static const uint16_t other[] = {NEED_CATEGORY_ADMIN_HELP};
    static const uint16_t contact[] = {DATA_CATEGORY_CONTACT};
    struct begun begun = begin(32, 1);
    struct forward_case asked = {.case_number = begun.got,
            .candidates = TO_THIRD,
            .n_candidates = 1,
            .leave_out = out,
            .n_leave_out = COUNT_OF(out),
            .reason = "closer to home [vertrouwelijk]her son drinks[/vertrouwelijk]",
            .referrer_name = "Sam",
            .referrer_phone = ""};

    (void)state;
    asked.needs = other;
    asked.n_needs = 1;
    assert_string_equal(forward_as(SECOND, &asked)->code, "E_FIELD");
    asked.n_needs = 0;
    asked.leave_out = contact;
    asked.n_leave_out = 1;
    assert_string_equal(forward_as(SECOND, &asked)->code, "E_FIELD");
    asked.leave_out = out;
    asked.n_leave_out = COUNT_OF(out);
    const struct reply *reply = forward_as(SECOND, &asked);
    assert_string_equal(reply->code, "");
    uint64_t made = reply->made->case_number;
    world_quiet();
    uint64_t third = world_newest(THIRD, CASE_BOX_TO_DECIDE);
    assert_string_equal(world_show(THIRD, third)->preview->strengths, "");
    world_do(THIRD, third, OFFER_EVENT_ACCEPT);
    const struct referral *referral = world_show(THIRD, third)->referral;
    assert_int_equal(referral->person->household, 0);
    assert_string_equal(referral->strengths, "");
    assert_string_equal(referral->reason, "closer to home");
    assert_string_equal(referral->referrer_name, "Sam");
    assert_string_equal(referral->person->phone, "02 000 00 00");
    assert_int_equal(world_show(SECOND, made)->n_confidence, 1);
    world_end();
}

/* ------------------------------------------------------------ what is refused */

static void only_what_is_accepted_and_runs(void **state)
{
    (void)state;
    world_fresh(33);
    world_agree(SECOND, THIRD);
    uint64_t sent =
            world_refer(FIRST, consent_to(1), SECOND, PERSON)->made->case_number;
    world_quiet();
    uint64_t got = world_newest(SECOND, CASE_BOX_NONE);
    assert_string_equal(forward(SECOND, got, THIRD)->code, "E_TRANSITION");
    assert_string_equal(forward(SECOND, got + 1, THIRD)->code, "E_NOT_FOUND");
    assert_string_equal(forward(FIRST, sent, THIRD)->code, "E_TRANSITION");
    world_do(SECOND, got, OFFER_EVENT_SEEN);
    assert_string_equal(forward(SECOND, got, THIRD)->code, "E_TRANSITION");
    world_do(SECOND, got, OFFER_EVENT_ACCEPT);
    world_do(SECOND, got, OFFER_EVENT_HOLD);
    assert_string_equal(forward(SECOND, got, THIRD)->code, "E_TRANSITION");
    world_do(SECOND, got, OFFER_EVENT_RESUME);
    const struct forward_case older = {.case_number = got,
            .candidates = TO_THIRD,
            .n_candidates = 1,
            .reason = "",
            .referrer_name = "",
            .referrer_phone = "",
            .expected_version = 1};
    assert_string_equal(forward_as(SECOND, &older)->code, "E_CONFLICT");
    world_do(SECOND, got, OFFER_EVENT_START);
    /* The answer to the first cannot have come yet. */
    sim_unplug(SECOND, true);
    assert_string_equal(forward(SECOND, got, THIRD)->code, "");
    assert_string_equal(forward(SECOND, got, FOURTH)->code, "E_PENDING");
    sim_unplug(SECOND, false);
    world_pass(5 * TIME_MINUTE_MS);
    world_quiet();
    world_do(SECOND, got, OFFER_EVENT_OUTCOME);
    assert_string_equal(forward(SECOND, got, FOURTH)->code, "E_TRANSITION");
    world_end();
}

static void no_further_than_the_person_agreed(void **state)
{
    struct begun begun = begin(34, 0);
    uint64_t third, fourth;

    (void)state;
    assert_string_equal(forward(SECOND, begun.got, THIRD)->code, "E_CONSENT_ONWARD");
    world_end();

    begun = begin(35, 1);
    (void)hand_on(SECOND, begun.got, THIRD, &third);
    assert_string_equal(forward(THIRD, third, FOURTH)->code, "E_CONSENT_ONWARD");
    world_end();

    begun = begin(36, 2);
    (void)hand_on(SECOND, begun.got, THIRD, &third);
    (void)hand_on(THIRD, third, FOURTH, &fourth);
    assert_string_equal(world_show(FOURTH, fourth)->referral->person->name, PERSON);
    assert_string_equal(handed_on_to(SECOND, world_newest(SECOND, CASE_BOX_SENT)),
            FOURTH);
    world_end();
}

static void only_to_whom_the_consent_names(void **state)
{
    struct begun begun = begin(37, 3);

    (void)state;
    assert_string_equal(forward(SECOND, begun.got, "meldpunt")->code,
            "E_CONSENT_RECIPIENT");
    assert_string_equal(forward(SECOND, begun.got, SECOND)->code, "E_FIELD");
    assert_string_equal(forward(SECOND, begun.got, "nobody")->code, "E_NOT_FOUND");
    assert_string_equal(handed_on_to(SECOND, begun.got) == NULL ? "" : "yes", "");
    world_end();

    /* Named, but the two do not work together. */
    world_fresh(38);
    uint64_t consent = consent_to(1);
    assert_string_equal(world_refer(FIRST, consent, SECOND, PERSON)->code, "");
    world_quiet();
    world_do(SECOND, 1, OFFER_EVENT_ACCEPT);
    assert_string_equal(forward(SECOND, 1, THIRD)->code, "E_PARTNERSHIP");
    world_end();
}

static void not_back_to_who_had_it(void **state)
{
    struct begun begun = begin(39, 3);
    uint64_t third, fourth;

    (void)state;
    assert_string_equal(forward(SECOND, begun.got, FIRST)->code, "E_LOOP");
    assert_string_equal(forward(SECOND, begun.got, THIRD)->code, "");
    world_quiet();
    world_do(THIRD, 1, OFFER_EVENT_DECLINE);
    /* It has said no. */
    assert_string_equal(forward(SECOND, begun.got, THIRD)->code, "E_LOOP");
    world_end();

    begun = begin(40, 3);
    (void)hand_on(SECOND, begun.got, THIRD, &third);
    assert_string_equal(forward(THIRD, third, SECOND)->code, "E_LOOP");
    (void)hand_on(THIRD, third, FOURTH, &fourth);
    /* The fourth does not know of the second; the broker does, and takes nothing of it:
     * nobody is told of a step that was not taken. */
    const struct reply *reply = forward(FOURTH, fourth, SECOND);
    assert_string_equal(reply->code, "");
    uint64_t made = reply->made->case_number;
    world_quiet();
    assert_string_equal(world_show(FOURTH, made)->line->referral_state, "refused");
    assert_string_equal(world_show(FOURTH, made)->line->code, "E_LOOP");
    assert_int_equal(world_state(FOURTH, fourth), OFFER_STATE_ACCEPTED);
    assert_null(handed_on_to(THIRD, world_newest(THIRD, CASE_BOX_SENT)));
    assert_int_equal(world_newest(SECOND, CASE_BOX_TO_DECIDE), 0);
    assert_int_equal(world_status(FOURTH)->outbox, 0);
    /* It goes on as if nothing had been. */
    world_do(FOURTH, fourth, OFFER_EVENT_START);
    world_end();
}

/* The own work is done and its record stays; what somebody else was asked is not. */
static void what_was_handed_on_goes_though_the_own_work_is_done(void **state)
{
    struct begun begun = begin(45, 1);
    const struct reply *reply = forward(SECOND, begun.got, THIRD);

    (void)state;
    assert_string_equal(reply->code, "");
    uint64_t made = reply->made->case_number;
    world_quiet();
    world_do(SECOND, begun.got, OFFER_EVENT_START);
    world_do(SECOND, begun.got, OFFER_EVENT_OUTCOME);
    world_do(FIRST, begun.sent, OFFER_EVENT_CONFIRM);
    world_withdraw(FIRST, begun.consent);
    world_quiet();
    assert_non_null(world_show(SECOND, begun.got)->referral);
    const struct case_detail *file = world_show(SECOND, made);
    assert_int_equal(file->line->state, OFFER_STATE_CANCELLED);
    assert_null(file->referral);
    assert_null(file->preview);
    world_end();
}

/* ------------------------------------------------------------ taken back */

static void a_withdrawal_reaches_every_hand(void **state)
{
    struct begun begun = begin(41, 2);
    uint64_t third, fourth;

    (void)state;
    uint64_t second_made = hand_on(SECOND, begun.got, THIRD, &third);
    uint64_t third_made = hand_on(THIRD, third, FOURTH, &fourth);
    world_withdraw(FIRST, begun.consent);
    world_quiet();
    world_pass((int64_t)2 * TIME_DAY_MS);
    const struct {
        const char *who;
        uint64_t number;
    } cases[] = {
            {SECOND, begun.got  },
            {SECOND, second_made},
            {THIRD,  third      },
            {THIRD,  third_made },
            {FOURTH, fourth     },
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct case_detail *file = world_show(cases[i].who, cases[i].number);
        assert_int_equal(file->line->state, OFFER_STATE_CANCELLED);
        assert_true(file->line->stop_contact);
        assert_null(file->referral);
        assert_null(file->preview);
        assert_false(file->line->erase_missing);
    }
    assert_string_equal(forward(SECOND, begun.got, FOURTH)->code, "E_TRANSITION");
    world_end();
}

/* The sender gives up in the same moment: the broker takes the one that comes first,
 * and of the other nothing. */
static void cancelled_while_it_leaves(void **state)
{
    struct begun begun = begin(42, 1);

    (void)state;
    sim_unplug(SECOND, true);
    const struct reply *reply = forward(SECOND, begun.got, THIRD);
    assert_string_equal(reply->code, "");
    uint64_t made = reply->made->case_number;
    world_do(FIRST, begun.sent, OFFER_EVENT_CANCEL);
    sim_unplug(SECOND, false);
    world_pass(TIME_MINUTE_MS);
    assert_string_equal(world_show(SECOND, made)->line->referral_state, "refused");
    assert_int_not_equal(world_show(SECOND, made)->erased_ms, 0);
    assert_int_equal(world_newest(THIRD, CASE_BOX_NONE), 0);
    assert_null(handed_on_to(FIRST, begun.sent));
    assert_int_equal(world_status(SECOND)->outbox, 0);
    world_end();
}

/* A broker that lost all it knew still ends what was handed on. */
static void the_broker_loses_its_store(void **state)
{
    struct begun begun = begin(43, 2);
    uint64_t fourth;

    (void)state;
    assert_string_equal(forward(SECOND, begun.got, THIRD)->code, "");
    world_quiet();
    uint64_t third = world_newest(THIRD, CASE_BOX_TO_DECIDE);
    world_stop(NETWORK_BROKER);
    world_remove_store(NETWORK_BROKER);
    world_start(NETWORK_BROKER);
    world_pass(TIME_HOUR_MS);
    world_do(THIRD, third, OFFER_EVENT_ACCEPT);
    assert_string_equal(world_show(THIRD, third)->referral->person->name, PERSON);
    /* It still knows how many hands there were. */
    (void)hand_on(THIRD, third, FOURTH, &fourth);
    assert_string_equal(forward(FOURTH, fourth, SECOND)->code, "E_CONSENT_ONWARD");
    world_withdraw(FIRST, begun.consent);
    world_quiet();
    assert_null(world_show(FOURTH, fourth)->referral);
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(handed_on_under_the_same_consent),
            cmocka_unit_test(less_than_was_given),
            cmocka_unit_test(only_what_is_accepted_and_runs),
            cmocka_unit_test(no_further_than_the_person_agreed),
            cmocka_unit_test(only_to_whom_the_consent_names),
            cmocka_unit_test(not_back_to_who_had_it),
            cmocka_unit_test(a_withdrawal_reaches_every_hand),
            cmocka_unit_test(what_was_handed_on_goes_though_the_own_work_is_done),
            cmocka_unit_test(cancelled_while_it_leaves),
            cmocka_unit_test(the_broker_loses_its_store),
    };
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
