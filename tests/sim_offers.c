/* sim_offers.c - what may become of an offer, step by step on both sides, and what each
 * side holds of the person on the way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "tests/story.h"
#include "tests/world.h"

#define HOME   "thuiszorg"
#define TARGET "aksant"

enum { STEPS_MAX = 8 };

struct step {
    const char *who;
    enum offer_event event;
    const char *code; /* of the reply */
    enum offer_state state;
};

static uint64_t usual_consent(void)
{
    const struct world_consent wish = {.recipients = {TARGET}};

    return world_consent(HOME, &wish);
}

static uint64_t refer(uint64_t consent)
{
    const struct reply *reply = world_refer(HOME, consent, TARGET, "Rosa Voorbeeld");

    assert_string_equal(reply->code, "");
    return reply->made->case_number;
}

static void assert_both(uint64_t sent, uint64_t got, enum offer_state state)
{
    assert_string_equal(offer_state_name(world_state(HOME, sent)),
            offer_state_name(state));
    assert_string_equal(offer_state_name(world_state(TARGET, got)),
            offer_state_name(state));
}

/* Do the steps; after each both sides say the same. */
static void walk(const struct step *steps, uint64_t *sent, uint64_t *got)
{
    *sent = refer(usual_consent());
    world_quiet();
    *got = world_newest(TARGET, CASE_BOX_NONE);
    for (size_t i = 0; i < STEPS_MAX && steps[i].who != NULL; i++) {
        bool home = strcmp(steps[i].who, HOME) == 0;
        const struct reply *reply =
                world_act(steps[i].who, home ? *sent : *got, steps[i].event);
        if (strcmp(reply->code, steps[i].code) != 0)
            print_error("step %zu, %s: %s\n", i + 1, offer_event_name(steps[i].event),
                    reply->sentence);
        assert_string_equal(reply->code, steps[i].code);
        world_quiet();
        assert_both(*sent, *got, steps[i].state);
    }
}

#define H(event, state)                                                                \
    {                                                                                  \
        HOME, OFFER_EVENT_##event, "", OFFER_STATE_##state                             \
    }
#define T(event, state)                                                                \
    {                                                                                  \
        TARGET, OFFER_EVENT_##event, "", OFFER_STATE_##state                           \
    }

static void questions_are_asked_and_answered(void **state)
{
    static const struct step steps[STEPS_MAX] = {
            T(SEEN, SEEN),
            T(INFO_REQUEST, INFO_REQUESTED),
            H(INFO_REPLY, SEEN),
            T(INFO_REQUEST, INFO_REQUESTED),
            H(INFO_REPLY, SEEN),
            {TARGET, OFFER_EVENT_INFO_REQUEST, "E_TRANSITION", OFFER_STATE_SEEN},
            T(ACCEPT, ACCEPTED),
    };
    uint64_t sent, got;

    (void)state;
    world_fresh(11);
    walk(steps, &sent, &got);
    /* Both have what was asked and said. */
    const struct case_detail *file = world_show(HOME, sent);
    size_t asked = 0;
    for (size_t i = 0; i < file->n_moments; i++)
        asked += file->moments[i].event == OFFER_EVENT_INFO_REQUEST &&
                 file->moments[i].content.len > 0;
    assert_int_equal(asked, 2);
    world_end();
}

static void held_and_taken_up_again(void **state)
{
    static const struct step steps[STEPS_MAX] = {
            T(ACCEPT, ACCEPTED),
            T(HOLD, ON_HOLD),
            T(RESUME, ACCEPTED),
            T(START, IN_PROGRESS),
            T(HOLD, ON_HOLD),
            {TARGET, OFFER_EVENT_OUTCOME, "E_TRANSITION", OFFER_STATE_ON_HOLD},
            T(RESUME, IN_PROGRESS),
            T(OUTCOME, COMPLETED),
    };
    uint64_t sent, got;

    (void)state;
    world_fresh(12);
    walk(steps, &sent, &got);
    world_end();
}

static void failed_and_opened_again(void **state)
{
    static const struct step steps[STEPS_MAX] = {
            T(ACCEPT, ACCEPTED),
            T(START, IN_PROGRESS),
            T(FAIL, FAILED),
    };
    uint64_t sent, got;

    (void)state;
    world_fresh(13);
    walk(steps, &sent, &got);
    assert_string_equal(world_show(HOME, sent)->line->referral_state,
            "outcome_reported");
    const struct world_referral again = {.candidate = TARGET,
            .secret = "Rosa Voorbeeld",
            .consent = 1,
            .reopens = sent};
    const struct reply *reply = world_refer_as(HOME, &again);
    assert_string_equal(reply->code, "");
    world_quiet();
    const struct case_detail *file = world_show(HOME, sent);
    assert_int_equal(file->n_offers, 2);
    assert_int_equal(file->line->state, OFFER_STATE_REQUESTED);
    assert_string_equal(file->line->referral_state, "open");
    /* The old offer stays as it ended, and the new one goes its own way. */
    assert_int_equal(file->offers[0].state, OFFER_STATE_FAILED);
    uint64_t anew = world_newest(TARGET, CASE_BOX_NONE);
    world_do(TARGET, anew, OFFER_EVENT_ACCEPT);
    assert_both(sent, anew, OFFER_STATE_ACCEPTED);
    world_end();
}

static void opened_again_too_late(void **state)
{
    static const struct step steps[STEPS_MAX] = {
            T(ACCEPT, ACCEPTED),
            T(START, IN_PROGRESS),
            T(OUTCOME, COMPLETED),
    };
    uint64_t sent, got;

    (void)state;
    world_fresh(14);
    walk(steps, &sent, &got);
    world_pass((int64_t)15 * TIME_DAY_MS);
    const struct world_referral again = {.candidate = TARGET,
            .secret = "Rosa Voorbeeld",
            .consent = 1,
            .reopens = sent};
    /* Nobody confirmed within 14 days: the broker has closed it. */
    assert_string_equal(world_show(HOME, sent)->line->referral_state, "closed");
    assert_string_equal(world_refer_as(HOME, &again)->code, "E_TRANSITION");
    world_end();
}

static void cancelled_before_and_after(void **state)
{
    static const struct step before[STEPS_MAX] = {
            T(SEEN, SEEN),
            H(CANCEL, CANCELLED),
            {TARGET, OFFER_EVENT_ACCEPT, "E_TRANSITION", OFFER_STATE_CANCELLED},
    };
    static const struct step after[STEPS_MAX] = {
            T(ACCEPT, ACCEPTED),
            T(START, IN_PROGRESS),
            H(CANCEL, CANCELLED),
    };
    uint64_t sent, got;

    (void)state;
    world_fresh(15);
    walk(before, &sent, &got);
    assert_null(world_show(TARGET, got)->preview);
    walk(after, &sent, &got);
    assert_null(world_show(TARGET, got)->referral);
    world_end();
}

static void sent_in_error(void **state)
{
    static const struct step steps[STEPS_MAX] = {
            T(ACCEPT, ACCEPTED),
            H(IN_ERROR, IN_ERROR),
            {TARGET, OFFER_EVENT_START, "E_TRANSITION", OFFER_STATE_IN_ERROR},
    };
    uint64_t sent, got;

    (void)state;
    world_fresh(16);
    walk(steps, &sent, &got);
    assert_null(world_show(TARGET, got)->referral);
    assert_null(world_show(TARGET, got)->preview);
    assert_string_equal(world_show(TARGET, got)->line->person, "");
    world_end();
}

static void confirmed_once_and_for_all(void **state)
{
    static const struct step steps[STEPS_MAX] = {
            {HOME, OFFER_EVENT_CONFIRM, "E_TRANSITION", OFFER_STATE_REQUESTED},
            T(ACCEPT, ACCEPTED),
            T(START, IN_PROGRESS),
            T(OUTCOME, COMPLETED),
            H(CONFIRM, COMPLETED),
            {HOME, OFFER_EVENT_CONFIRM, "E_TRANSITION", OFFER_STATE_COMPLETED},
    };
    uint64_t sent, got;

    (void)state;
    world_fresh(17);
    walk(steps, &sent, &got);
    assert_string_equal(world_show(HOME, sent)->line->referral_state, "closed");
    assert_string_equal(world_show(TARGET, got)->line->referral_state, "closed");
    world_end();
}

/* Two decide in the same moment: one of them is told where it stands now. */
static void accepted_and_cancelled_at_once(void **state)
{
    uint64_t sent;

    (void)state;
    world_fresh(18);
    sent = refer(usual_consent());
    world_quiet();
    sim_unplug(TARGET, true);
    assert_string_equal(world_act(TARGET, 1, OFFER_EVENT_ACCEPT)->code, "");
    world_do(HOME, sent, OFFER_EVENT_CANCEL);
    sim_unplug(TARGET, false);
    world_pass(TIME_MINUTE_MS);
    assert_both(sent, 1, OFFER_STATE_CANCELLED);
    assert_null(world_show(TARGET, 1)->referral);
    assert_int_equal(world_status(TARGET)->outbox, 0);
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(questions_are_asked_and_answered),
            cmocka_unit_test(held_and_taken_up_again),
            cmocka_unit_test(failed_and_opened_again),
            cmocka_unit_test(opened_again_too_late),
            cmocka_unit_test(cancelled_before_and_after),
            cmocka_unit_test(sent_in_error),
            cmocka_unit_test(confirmed_once_and_for_all),
            cmocka_unit_test(accepted_and_cancelled_at_once),
    };
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
