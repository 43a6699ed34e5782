/* sim_escalations_lost.c - a broker that lost its store comes to the same escalations
 * from what the nodes bring: what was told before the loss is over when its cause is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "tests/coordinated.h"
#include "tests/peek.h"

static void refer(uint16_t urgency)
{
    const struct world_consent wish = {.recipients = {TARGET}};
    const struct world_referral referral = {.consent = world_consent(HOME, &wish),
            .candidate = TARGET,
            .secret = "Rosa Voorbeeld",
            .urgency = urgency};
    const struct reply *reply = world_refer_as(HOME, &referral);

    assert_string_equal(reply->code, "");
    world_quiet();
}

/* What REGIE looks after; 0: nothing. */
static uint16_t told(void)
{
    const struct escalation_list *list = coordinated_list(false, false);

    assert_true(list->n_escalations <= 1);
    return list->n_escalations == 0 ? 0 : list->escalations[0].cause;
}

static void lose_store(void)
{
    world_stop(NETWORK_BROKER);
    world_remove_store(NETWORK_BROKER);
    world_start(NETWORK_BROKER);
    world_pass(TIME_HOUR_MS);
}

/* Until REGIE hears of something, in steps of six hours. */
static void until_told(uint16_t cause)
{
    for (size_t i = 0; i < 60 && told() == 0; i++)
        world_pass((int64_t)6 * TIME_HOUR_MS);
    assert_int_equal(told(), cause);
}

static void what_nobody_has_seen(void **state)
{
    (void)state;
    coordinated_fresh(921);
    refer(URGENCY_URGENT);
    until_told(ESCALATION_CAUSE_NOT_SEEN);
    lose_store();
    assert_int_equal(told(), ESCALATION_CAUSE_NOT_SEEN);
    world_do(TARGET, 1, OFFER_EVENT_SEEN);
    assert_int_equal(told(), 0);
    world_end();
}

static void what_makes_no_headway(void **state)
{
    (void)state;
    coordinated_fresh(922);
    refer(URGENCY_CRISIS);
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    until_told(ESCALATION_CAUSE_NO_FIRST_CONTACT);
    lose_store();
    assert_int_equal(told(), ESCALATION_CAUSE_NO_FIRST_CONTACT);
    world_do(TARGET, 1, OFFER_EVENT_START);
    assert_int_equal(told(), 0);
    world_end();
}

/* REGIE had been shown the preview, and what it was told is over by now. Only the
 * offer was brought back, and who has read the preview may still take the consent back:
 * for nobody else knows that it has. */
static void who_was_shown_a_preview_takes_the_consent_back(void **state)
{
    const struct world_consent consent = {
            .recipients = {TARGET, REGIE}
    };
    struct consent_withdraw wish = {.reason = WITHDRAWAL_REASON_PERSON_ASKED};
    struct request request = {.consent_withdraw = &wish};

    (void)state;
    coordinated_fresh(923);
    uint64_t number = world_consent(HOME, &consent);
    const struct reply *reply = world_refer(HOME, number, TARGET, "Rosa Voorbeeld");
    assert_string_equal(reply->code, "");
    uint64_t sent = reply->made->case_number;
    world_quiet();
    world_do(TARGET, 1, OFFER_EVENT_DECLINE);
    const struct escalation_list *list = coordinated_list(false, true);
    assert_int_equal(list->n_escalations, 1);
    assert_non_null(list->escalations[0].preview);
    wish.case_number = list->escalations[0].number;
    world_do(HOME, sent, OFFER_EVENT_CANCEL);
    lose_store();
    assert_int_equal(told(), 0);
    world_must(REGIE, &request, "");
    world_pass(TIME_MINUTE_MS);
    assert_int_equal(peek_number(peek_of(NETWORK_BROKER),
                             "SELECT count(*) FROM consent WHERE withdrawn > 0"),
            1);
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(what_nobody_has_seen),
            cmocka_unit_test(what_makes_no_headway),
            cmocka_unit_test(who_was_shown_a_preview_takes_the_consent_back),
    };
    return cmocka_run_group_tests(tests, coordinated_setup, coordinated_teardown);
}
