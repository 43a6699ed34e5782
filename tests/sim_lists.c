/* sim_lists.c - a list of candidates at the real broker: each asked in its turn, or all
 * at once, with the sender away; one winner, and nobody knows more than it must. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "tests/listed.h"
#include "tests/peek.h"
#include "tests/world.h"

#define SENDER "thuiszorg"
#define ONE    "aksant"
#define TWO    "chambry"
#define THREE  "noord"

static const char *const THREE_OF_THEM[] = {ONE, TWO, THREE};

enum { N = COUNT_OF(THREE_OF_THEM), SOON_MS = 20 * TIME_SECOND_MS };

struct scene {
    struct evil *evil;
    struct listed list;
};

static void begin(struct scene *scene, uint64_t seed, enum mode mode)
{
    world_fresh(seed);
    scene->evil = evil_new(SENDER);
    evil_connect(scene->evil);
    listed_make(scene->evil, mode, THREE_OF_THEM, N, &scene->list);
}

static void end(struct scene *scene)
{
    assert_int_equal(world_faults(), 0);
    evil_free(scene->evil);
    world_end();
}

static void soon(void)
{
    world_pass(SOON_MS);
}

static void assert_states(const struct scene *scene, enum offer_state one,
        enum offer_state two, enum offer_state three)
{
    const enum offer_state states[] = {one, two, three};

    for (size_t i = 0; i < N; i++)
        assert_string_equal(offer_state_name(listed_state(&scene->list, i)),
                offer_state_name(states[i]));
}

/* How many cases staff of that partner can see. */
static int64_t n_cases(const char *id)
{
    return peek_number(peek_of(id), "SELECT count(*) FROM case_file");
}

static void decide_as(const char *id, enum offer_event event)
{
    assert_string_equal(world_act(id, world_newest(id, CASE_BOX_NONE), event)->code,
            "");
    soon();
}

/* What lies ready for that partner. */
static int64_t mail_of(const char *id)
{
    return peek_number(peek_of(NETWORK_BROKER),
            "SELECT count(*) FROM mail m JOIN partner p ON p.no = m.partner"
            " WHERE p.name = %Q",
            id);
}

#define QUEUED       OFFER_STATE_QUEUED
#define REQUESTED    OFFER_STATE_REQUESTED
#define DECLINED     OFFER_STATE_DECLINED
#define ACCEPTED     OFFER_STATE_ACCEPTED
#define SKIPPED      OFFER_STATE_SKIPPED
#define EXPIRED      OFFER_STATE_EXPIRED
#define CANCELLED    OFFER_STATE_CANCELLED
#define NOT_SELECTED OFFER_STATE_NOT_SELECTED

/* ---- one after the other ---- */

/* The sender is gone as soon as it has put the list. */
static void the_next_is_asked_with_the_sender_away(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene, 5101, MODE_SEQUENTIAL);
    assert_string_equal(listed_put(&scene.list), "");
    assert_int_equal(scene.evil->answer.n_receipts, 2 * N);
    assert_int_equal(scene.evil->answer.n_statuses, N);
    for (size_t i = 0; i < N; i++) {
        const struct offer_status status = listed_status(&scene.list, i);
        assert_int_equal(status.state, QUEUED);
        assert_int_equal(status.version, 1);
        assert_int_equal(status.place, i + 1);
        assert_int_equal(status.mode, MODE_SEQUENTIAL);
    }
    sim_unplug("evil", true);
    soon();
    assert_states(&scene, REQUESTED, QUEUED, QUEUED);
    assert_int_equal(n_cases(ONE), 1);
    assert_int_equal(n_cases(TWO), 0);
    decide_as(ONE, OFFER_EVENT_DECLINE);
    assert_states(&scene, DECLINED, REQUESTED, QUEUED);
    decide_as(TWO, OFFER_EVENT_ACCEPT);
    assert_states(&scene, DECLINED, ACCEPTED, NOT_SELECTED);
    /* The content is there, and the one who was never asked knows of nothing. */
    const struct case_detail *shown = world_show(TWO, world_newest(TWO, CASE_BOX_NONE));
    assert_non_null(shown->referral);
    assert_int_equal(n_cases(THREE), 0);
    /* The sender comes back, and hears it all in order. */
    sim_unplug("evil", false);
    scene.evil->welcomed = false;
    evil_come_back(scene.evil);
    evil_take_mail(scene.evil);
    assert_int_equal(listed_heard(&scene.list, 0).state, DECLINED);
    assert_int_equal(listed_heard(&scene.list, 1).state, ACCEPTED);
    assert_int_equal(listed_heard(&scene.list, 1).version, 3);
    assert_int_equal(listed_heard(&scene.list, 2).state, NOT_SELECTED);
    end(&scene);
}

/* Nobody decides: each has its whole time, and then the next has. */
static void who_is_silent_is_passed(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene, 5102, MODE_SEQUENTIAL);
    for (size_t i = 0; i < N; i++)
        scene.list.each[i].preview.urgency = scene.list.each[i].content.urgency =
                URGENCY_URGENT;
    assert_string_equal(listed_put(&scene.list), "");
    world_pass(3 * (int64_t)TIME_DAY_MS);
    assert_states(&scene, EXPIRED, REQUESTED, QUEUED);
    decide_as(TWO, OFFER_EVENT_DECLINE);
    assert_states(&scene, EXPIRED, DECLINED, REQUESTED);
    end(&scene);
}

/* What it would be shown has ended before its turn came, and nobody sealed it again. */
static void who_cannot_be_shown_anything_is_skipped(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene, 5119, MODE_SEQUENTIAL);
    scene.list.each[1].preview.expires_ms = (uint64_t)(sim_now() + TIME_DAY_MS);
    assert_string_equal(listed_put(&scene.list), "");
    world_pass(2 * (int64_t)TIME_DAY_MS);
    assert_states(&scene, REQUESTED, QUEUED, QUEUED);
    decide_as(ONE, OFFER_EVENT_DECLINE);
    assert_states(&scene, DECLINED, SKIPPED, REQUESTED);
    evil_take_mail(scene.evil);
    assert_string_equal(listed_heard(&scene.list, 1).code, "E_TTL");
    end(&scene);
}

/* Why a candidate cannot be asked when its turn has come. */
static void close_intake(const char *id)
{
    const struct set_intake full = {.state = INTAKE_STATE_FULL};

    (void)world_must(id, &(struct request){.intake = &full}, "");
}

static void who_takes_nothing_is_skipped(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene, 5103, MODE_SEQUENTIAL);
    close_intake(ONE);
    soon();
    assert_string_equal(listed_put(&scene.list), "");
    soon();
    assert_states(&scene, SKIPPED, REQUESTED, QUEUED);
    assert_int_equal(n_cases(ONE), 0);
    /* It is asked now whether it takes anything, not when the list was put. */
    close_intake(THREE);
    decide_as(TWO, OFFER_EVENT_DECLINE);
    assert_states(&scene, SKIPPED, DECLINED, SKIPPED);
    assert_int_equal(n_cases(THREE), 0);
    evil_take_mail(scene.evil);
    assert_int_equal(listed_heard(&scene.list, 0).state, SKIPPED);
    assert_string_equal(listed_heard(&scene.list, 0).code, "E_BUSY");
    assert_string_equal(listed_heard(&scene.list, 2).code, "E_BUSY");
    end(&scene);
}

static void who_is_no_member_any_more_is_skipped(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene, 5104, MODE_SEQUENTIAL);
    assert_string_equal(listed_put(&scene.list), "");
    soon();
    const struct suspend out = {.partner = TWO, .reason = "test", .lift = false};
    (void)world_must(NETWORK_BROKER, &(struct request){.suspend = &out}, "");
    decide_as(ONE, OFFER_EVENT_DECLINE);
    assert_states(&scene, DECLINED, SKIPPED, REQUESTED);
    evil_take_mail(scene.evil);
    assert_string_equal(listed_heard(&scene.list, 1).code, "E_UNREACHABLE");
    end(&scene);
}

static void the_sender_stops_the_list(void **state)
{
    static const enum offer_event events[] = {OFFER_EVENT_CANCEL, OFFER_EVENT_IN_ERROR};
    struct scene scene;

    (void)state;
    for (size_t i = 0; i < 2 * COUNT_OF(events); i++) {
        size_t at =
                i % 2 == 0 ? 0 : 2; /* the one that was asked, or one that was not */
        enum offer_event event = events[i / 2];
        enum offer_state to =
                event == OFFER_EVENT_CANCEL ? CANCELLED : OFFER_STATE_IN_ERROR;
        begin(&scene, 5105 + i, MODE_SEQUENTIAL);
        sim_unplug(THREE, true);
        assert_string_equal(listed_put(&scene.list), "");
        soon();
        assert_string_equal(listed_say(&scene.list, at, event), "");
        assert_int_equal(listed_status(&scene.list, at).state, to);
        soon();
        assert_states(&scene, at == 0 ? to : CANCELLED, CANCELLED,
                at == 2 ? to : CANCELLED);
        assert_int_equal(n_cases(TWO) + n_cases(THREE), 0);
        /* Not even its letter goes to one that was not asked. */
        assert_int_equal(mail_of(THREE), 0);
        end(&scene);
    }
}

static void a_withdrawal_ends_the_list(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene, 5110, MODE_SEQUENTIAL);
    assert_string_equal(listed_put(&scene.list), "");
    soon();
    assert_string_equal(forge_withdraw(scene.evil, &scene.list.each[0]), "");
    soon();
    assert_states(&scene, CANCELLED, CANCELLED, CANCELLED);
    assert_int_equal(n_cases(TWO) + n_cases(THREE), 0);
    end(&scene);
}

/* Whoever lay silent when the consent was taken back was handed nothing, and is told
 * nothing. */
static void who_was_handed_nothing_hears_nothing(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene, 5117, MODE_SEQUENTIAL);
    sim_unplug(ONE, true);
    assert_string_equal(listed_put(&scene.list), "");
    soon();
    assert_states(&scene, REQUESTED, QUEUED, QUEUED);
    assert_string_equal(forge_withdraw(scene.evil, &scene.list.each[0]), "");
    soon();
    assert_states(&scene, CANCELLED, CANCELLED, CANCELLED);
    assert_int_equal(mail_of(ONE), 0);
    end(&scene);
}

/* That a partner saw something under a consent before does not tell it of a second list
 * that never came to it. */
static void who_was_asked_once_hears_nothing_of_another_list(void **state)
{
    struct scene scene;
    struct listed again;

    (void)state;
    begin(&scene, 5118, MODE_FIRST_CLAIM);
    assert_string_equal(listed_put(&scene.list), "");
    soon();
    assert_states(&scene, REQUESTED, REQUESTED, REQUESTED);
    assert_string_equal(listed_say(&scene.list, 0, OFFER_EVENT_CANCEL), "");
    soon();
    assert_int_equal(mail_of(THREE), 0);
    sim_unplug(THREE, true);
    listed_make(scene.evil, MODE_SEQUENTIAL, THREE_OF_THEM, N, &again);
    again.each[0].capsule = scene.list.each[0].capsule;
    for (size_t i = 0; i < N; i++)
        again.each[i].preview.consent_id = again.each[i].content.consent_id =
                scene.list.each[0].capsule.consent_id;
    assert_string_equal(listed_put(&again), "");
    soon();
    assert_string_equal(listed_say(&again, 0, OFFER_EVENT_CANCEL), "");
    soon();
    assert_string_equal(offer_state_name(listed_state(&again, 2)),
            offer_state_name(CANCELLED));
    assert_int_equal(mail_of(THREE), 0);
    end(&scene);
}

/* ---- all at once ---- */

static void the_first_one_takes_it(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene, 5111, MODE_FIRST_CLAIM);
    assert_string_equal(listed_put(&scene.list), "");
    soon();
    assert_states(&scene, REQUESTED, REQUESTED, REQUESTED);
    decide_as(THREE, OFFER_EVENT_DECLINE);
    assert_states(&scene, REQUESTED, REQUESTED, DECLINED);
    decide_as(TWO, OFFER_EVENT_ACCEPT);
    assert_states(&scene, NOT_SELECTED, ACCEPTED, DECLINED);
    /* Who lost has erased what it was shown, and said so. */
    assert_int_equal(world_state(ONE, world_newest(ONE, CASE_BOX_NONE)), NOT_SELECTED);
    assert_int_equal(peek_number(peek_of(NETWORK_BROKER),
                             "SELECT count(*) FROM letter WHERE erased = 2"),
            2);
    assert_string_equal(world_act(ONE, world_newest(ONE, CASE_BOX_NONE),
                                OFFER_EVENT_ACCEPT)
                                ->code,
            "E_TRANSITION");
    end(&scene);
}

static void a_race_that_is_stopped(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene, 5112, MODE_FIRST_CLAIM);
    assert_string_equal(listed_put(&scene.list), "");
    soon();
    assert_string_equal(listed_say(&scene.list, 1, OFFER_EVENT_CANCEL), "");
    soon();
    assert_states(&scene, CANCELLED, CANCELLED, CANCELLED);
    assert_int_equal(world_state(ONE, world_newest(ONE, CASE_BOX_NONE)), CANCELLED);
    end(&scene);
}

/* What is most delicate goes to one at a time. */
static void nothing_delicate_goes_to_many(void **state)
{
    static const struct {
        enum mode mode;
        const char *code;
    } rows[] = {
            {MODE_FIRST_CLAIM, "E_SECRECY"},
            {MODE_SEQUENTIAL,  ""         }
    };
    struct scene scene;

    (void)state;
    for (size_t r = 0; r < COUNT_OF(rows); r++) {
        begin(&scene, 5113 + r, rows[r].mode);
        scene.list.each[0].capsule.level_max = LEVEL_S2;
        for (size_t i = 0; i < N; i++)
            scene.list.each[i].content.level = LEVEL_S2;
        assert_string_equal(listed_put(&scene.list), rows[r].code);
        end(&scene);
    }
}

/* ---- what is no list ---- */

static void other_referral(struct listed *list)
{
    list->each[1].preview.referral_id.b[0] ^= 1;
    list->each[1].content.referral_id.b[0] ^= 1;
}

static void other_consent(struct listed *list)
{
    list->each[1].preview.consent_id.b[0] ^= 1;
}

static void one_twice(struct listed *list)
{
    list->each[1].preview.recipient = list->each[1].content.recipient = ONE;
}

static void one_offer_for_two(struct listed *list)
{
    list->each[1].preview.offer_id = list->each[1].content.offer_id =
            list->each[0].preview.offer_id;
}

static void content_for_another(struct listed *list)
{
    list->each[1].content.recipient = THREE;
}

static void to_one_of_them(struct listed *list)
{
    list->mode = MODE_DIRECT;
}

static void in_no_way(struct listed *list)
{
    list->mode = MODE_NONE;
}

static void what_is_no_list_is_not_taken(void **state)
{
    static void (*const changes[])(struct listed *) = {other_referral, other_consent,
            one_twice, one_offer_for_two, content_for_another, to_one_of_them,
            in_no_way};
    struct scene scene;

    (void)state;
    begin(&scene, 5115, MODE_SEQUENTIAL);
    for (size_t i = 0; i < COUNT_OF(changes); i++) {
        listed_make(scene.evil, MODE_SEQUENTIAL, THREE_OF_THEM, N, &scene.list);
        changes[i](&scene.list);
        if (strcmp(listed_put(&scene.list), "E_FIELD") != 0)
            fail_msg("change %zu: %s", i, evil_code(scene.evil));
        assert_int_equal(scene.evil->answer.n_receipts, 2 * N);
        evil_forget(scene.evil);
    }
    assert_int_equal(peek_number(peek_of(NETWORK_BROKER), "SELECT count(*) FROM offer"),
            0);
    end(&scene);
}

/* An eleventh is too many, whoever it is and however small the frame. */
static void eleven_are_too_many(void **state)
{
    const char *names[LISTED_MAX];
    struct scene scene;

    (void)state;
    begin(&scene, 5116, MODE_SEQUENTIAL);
    for (size_t i = 0; i < LISTED_MAX; i++)
        names[i] = THREE_OF_THEM[i % N];
    listed_make(scene.evil, MODE_SEQUENTIAL, names, LISTED_MAX, &scene.list);
    assert_string_equal(listed_put(&scene.list), "E_SIZE");
    assert_int_equal(scene.evil->answer.n_receipts, 0);
    /* Ten are not: then it is asked who they are. */
    scene.list.n = LISTED_MAX - 1;
    scene.list.each[0].capsule.n_recipients = LISTED_MAX - 1;
    evil_forget(scene.evil);
    assert_string_equal(listed_put(&scene.list), "E_FIELD");
    end(&scene);
}

/* ---- said again ---- */

static void a_list_that_is_put_again(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene, 5117, MODE_SEQUENTIAL);
    assert_string_equal(listed_put(&scene.list), "");
    soon();
    decide_as(ONE, OFFER_EVENT_DECLINE);
    (void)evil_put(scene.evil, &scene.list.capsule, 1, scene.list.letters, 2 * N,
            MODE_SEQUENTIAL);
    assert_string_equal(evil_code(scene.evil), "");
    assert_int_equal(scene.evil->answer.n_receipts, 2 * N);
    assert_int_equal(listed_status(&scene.list, 0).state, DECLINED);
    assert_int_equal(listed_status(&scene.list, 1).state, REQUESTED);
    assert_int_equal(listed_status(&scene.list, 2).state, QUEUED);
    /* And on an older picture it cannot be stopped. */
    assert_string_equal(listed_say(&scene.list, 0, OFFER_EVENT_CANCEL), "E_CONFLICT");
    assert_int_equal(listed_status(&scene.list, 0).state, DECLINED);
    soon();
    assert_states(&scene, DECLINED, REQUESTED, QUEUED);
    end(&scene);
}

/* A broker that falls in the middle goes on where it was. */
static void a_fall_loses_no_turn(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene, 5118, MODE_SEQUENTIAL);
    assert_string_equal(listed_put(&scene.list), "");
    world_crash(NETWORK_BROKER);
    world_start(NETWORK_BROKER);
    soon();
    world_pass(TIME_MINUTE_MS);
    assert_states(&scene, REQUESTED, QUEUED, QUEUED);
    end(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(the_next_is_asked_with_the_sender_away),
            cmocka_unit_test(who_is_silent_is_passed),
            cmocka_unit_test(who_cannot_be_shown_anything_is_skipped),
            cmocka_unit_test(who_takes_nothing_is_skipped),
            cmocka_unit_test(who_is_no_member_any_more_is_skipped),
            cmocka_unit_test(the_sender_stops_the_list),
            cmocka_unit_test(a_withdrawal_ends_the_list),
            cmocka_unit_test(who_was_handed_nothing_hears_nothing),
            cmocka_unit_test(who_was_asked_once_hears_nothing_of_another_list),
            cmocka_unit_test(the_first_one_takes_it),
            cmocka_unit_test(a_race_that_is_stopped),
            cmocka_unit_test(nothing_delicate_goes_to_many),
            cmocka_unit_test(what_is_no_list_is_not_taken),
            cmocka_unit_test(eleven_are_too_many),
            cmocka_unit_test(a_list_that_is_put_again),
            cmocka_unit_test(a_fall_loses_no_turn),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
