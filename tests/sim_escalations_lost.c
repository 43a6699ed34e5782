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
#include "core/wire.h"
#include "tests/coordinated.h"
#include "tests/older_copy.h"
#include "tests/peek.h"

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
    world_quiet();
    return number;
}

/* What REGIE looks after; 0: nothing. */
static uint16_t told(void)
{
    const struct escalation_list *list = coordinated_list(false, false);

    assert_true(list->n_escalations <= 1);
    return list->n_escalations == 0 ? 0 : list->escalations[0].cause;
}

static void lose(void)
{
    world_stop(NETWORK_BROKER);
    world_remove_store(NETWORK_BROKER);
    world_start(NETWORK_BROKER);
}

static void lose_store(void)
{
    lose();
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
    (void)refer(URGENCY_URGENT);
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
    (void)refer(URGENCY_CRISIS);
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

static bool looks_after(uint16_t cause)
{
    const struct escalation_list *list = coordinated_list(false, false);
    bool found = false;

    for (size_t i = 0; i < list->n_escalations; i++)
        found |= list->escalations[i].cause == cause;
    return found;
}

static void assert_over_in_days(void)
{
    world_pass(3 * (int64_t)TIME_DAY_MS);
    assert_false(looks_after(ESCALATION_CAUSE_NOT_SEEN));
}

/* It is seen while REGIE is away, and the store is lost: REGIE looks after it until it
 * has shown it to the broker. */
static void it_ends_unheard(void (*forget)(void))
{
    sim_unplug(REGIE, true);
    world_do(TARGET, 1, OFFER_EVENT_SEEN);
    forget();
    sim_unplug(REGIE, false);
    world_pass(TIME_HOUR_MS);
    assert_true(looks_after(ESCALATION_CAUSE_NOT_SEEN));
    assert_over_in_days();
}

/* Its end was told in mail that went with the store, and nobody brings it back. */
static void what_was_over_before_the_loss(void **state)
{
    (void)state;
    coordinated_fresh(924);
    (void)refer(URGENCY_URGENT);
    until_told(ESCALATION_CAUSE_NOT_SEEN);
    it_ends_unheard(lose_store);
    world_end();
}

/* Somebody looks before the store that is new has told of it again. */
static void what_ends_at_once(void **state)
{
    (void)state;
    coordinated_fresh(925);
    (void)refer(URGENCY_URGENT);
    until_told(ESCALATION_CAUSE_NOT_SEEN);
    lose();
    world_pass(TIME_MINUTE_MS);
    world_do(TARGET, 1, OFFER_EVENT_SEEN);
    assert_over_in_days();
    world_end();
}

/* The same copy twice: in the first of its lives the coordinator hears of it, in the
 * second it ends while that one is away. */
static void a_copy_comes_back_twice(void **state)
{
    (void)state;
    coordinated_fresh(926);
    (void)refer(URGENCY_URGENT);
    make_backup_of_broker();
    until_told(ESCALATION_CAUSE_NOT_SEEN);
    put_backup_back();
    world_pass(TIME_HOUR_MS);
    it_ends_unheard(put_backup_back);
    world_end();
}

/* The parties of what is late stay away for a week after the loss, and nobody else can
 * say how it stands. It is looked after all that time, and then too, for it has not
 * ended. */
static void who_knows_comes_back_late(void **state)
{
    (void)state;
    coordinated_fresh(927);
    (void)refer(URGENCY_URGENT);
    world_do(TARGET, 1, OFFER_EVENT_DECLINE);
    until_told(ESCALATION_CAUSE_UNPLACED);
    world_pass(2 * (int64_t)TIME_DAY_MS);
    sim_unplug(HOME, true);
    sim_unplug(TARGET, true);
    lose_store();
    for (int hour = 0; hour < 10 * 24; hour++) {
        sim_unplug(HOME, hour < 7 * 24);
        sim_unplug(TARGET, hour < 7 * 24);
        world_pass(TIME_HOUR_MS);
        assert_true(looks_after(ESCALATION_CAUSE_UNPLACED));
    }
    world_do(HOME, 1, OFFER_EVENT_CANCEL);
    assert_false(looks_after(ESCALATION_CAUSE_UNPLACED));
    world_end();
}

/* All are back, and the limit that has passed is looked at some minutes later: who asks
 * before that does not hear that it is over. */
static void who_asks_at_once(void **state)
{
    (void)state;
    coordinated_fresh(928);
    (void)refer(URGENCY_CRISIS);
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    until_told(ESCALATION_CAUSE_NO_FIRST_CONTACT);
    world_pass(6 * (int64_t)TIME_HOUR_MS);
    world_stop(REGIE);
    lose();
    world_pass(TIME_MINUTE_MS);
    world_start(REGIE);
    for (int minute = 0; minute < 60; minute++) {
        world_pass(TIME_MINUTE_MS);
        assert_true(looks_after(ESCALATION_CAUSE_NO_FIRST_CONTACT));
    }
    world_end();
}

enum { MANY = 30 }; /* more than are shown at once */

static void many_that_were_over_before_the_loss(void **state)
{
    uint64_t numbers[MANY];

    (void)state;
    coordinated_fresh(929);
    for (size_t i = 0; i < MANY; i++) {
        numbers[i] = refer(URGENCY_URGENT);
        world_do(TARGET, world_newest(TARGET, CASE_BOX_TO_DECIDE), OFFER_EVENT_DECLINE);
    }
    assert_int_equal(coordinated_list(false, false)->n_escalations, MANY);
    world_stop(REGIE);
    for (size_t i = 0; i < MANY; i++)
        world_do(HOME, numbers[i], OFFER_EVENT_CANCEL);
    lose_store();
    world_pass(26 * (int64_t)TIME_HOUR_MS);
    world_start(REGIE);
    world_pass(10 * TIME_MINUTE_MS);
    assert_int_equal(coordinated_list(false, false)->n_escalations, 0);
    assert_int_equal(coordinated_list(true, false)->n_escalations, MANY);
    world_end();
}

static void on_word(void *self, struct sqlite3_stmt *row)
{
    struct evil *evil = self;
    const struct span word = {sqlite3_column_blob(row, 0),
            (size_t)sqlite3_column_bytes(row, 0)};

    assert_string_equal(evil_publish(evil, &word, 1), "E_AUTH");
}

/* What one coordinator was told of is not another one's to ask after, nor what the
 * broker never said. */
static void what_another_one_was_told_of(void **state)
{
    (void)state;
    coordinated_fresh(930);
    (void)refer(URGENCY_URGENT);
    until_told(ESCALATION_CAUSE_NOT_SEEN);
    struct evil *evil = evil_new(REGIE_TWO);
    evil_connect(evil);
    peek_each(peek_of(REGIE), "SELECT bytes FROM proof WHERE kind = 17", on_word, evil);
    const struct escalation said = {.v = 1,
            .escalation_id = {{1}},
            .referral_id = {{1}},
            .cause = ESCALATION_CAUSE_NOT_SEEN,
            .sender = HOME,
            .target = TARGET,
            .area = COORDINATED_AREA,
            .urgency = URGENCY_URGENT,
            .since_ms = (uint64_t)sim_now(),
            .at_ms = (uint64_t)sim_now(),
            .reader = REGIE_TWO};
    const struct span word = evil_sign(evil, KIND_ESCALATION, &WIRE_ESCALATION, &said);
    assert_string_equal(evil_publish(evil, &word, 1), "E_AUTH");
    evil_free(evil);
    world_end();
}

/* In a store that was put back the partner declined while who referred was away, who
 * comes back with another step of the same version, from the life before. The no
 * stands, and now that all are there who knows of it is told: also when that partner
 * has left since. */
static void two_lives_of_the_store_meet_in_a_no(void **state)
{
    static const uint16_t causes[] = {ESCALATION_CAUSE_UNPLACED,
            ESCALATION_CAUSE_PARTNER_LEFT};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(causes); i++) {
        coordinated_fresh(931 + i);
        uint64_t number = refer(URGENCY_ROUTINE);
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
        assert_string_equal(world_act(TARGET, 1, OFFER_EVENT_DECLINE)->code, "");
        world_pass(TIME_MINUTE_MS);
        if (causes[i] == ESCALATION_CAUSE_PARTNER_LEFT)
            world_revoke(TARGET, NETWORK_BROKER);
        world_pass(TIME_MINUTE_MS);
        assert_int_equal(told(), 0);
        sim_unplug(HOME, false);
        world_pass(5 * TIME_MINUTE_MS);
        assert_int_equal(world_state(HOME, number), OFFER_STATE_DECLINED);
        assert_int_equal(told(), causes[i]);
        world_end();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(what_nobody_has_seen),
            cmocka_unit_test(what_makes_no_headway),
            cmocka_unit_test(who_was_shown_a_preview_takes_the_consent_back),
            cmocka_unit_test(what_was_over_before_the_loss),
            cmocka_unit_test(what_ends_at_once),
            cmocka_unit_test(a_copy_comes_back_twice),
            cmocka_unit_test(who_knows_comes_back_late),
            cmocka_unit_test(who_asks_at_once),
            cmocka_unit_test(many_that_were_over_before_the_loss),
            cmocka_unit_test(what_another_one_was_told_of),
            cmocka_unit_test(two_lives_of_the_store_meet_in_a_no),
    };
    return cmocka_run_group_tests(tests, coordinated_setup, coordinated_teardown);
}
