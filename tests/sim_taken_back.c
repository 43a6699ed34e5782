/* sim_taken_back.c - whoever referred cancels, or says that it was an error: what was
 * handed on ends by itself, hand by hand, and each says that it has erased; whoever is
 * away, steps aside or loses power on the way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "core/wire.h"
#include "tests/chain.h"

/* Three hands, of which the last has accepted. */
struct row {
    struct begun begun;
    uint64_t second_made, third_got, third_made, fourth_got;
};
static struct row three_hands(uint64_t seed)
{
    struct row row = {.begun = begin(seed, 2)};

    row.second_made = hand_on(SECOND, row.begun.got, THIRD, &row.third_got);
    row.third_made = hand_on(THIRD, row.third_got, FOURTH, &row.fourth_got);
    return row;
}

/* The reason that a case was given for its end. */
static struct event_content said(const char *id, uint64_t number,
        enum offer_event event)
{
    static uint8_t room[64 * 1024];
    const struct case_detail *file = world_show(id, number);
    struct arena arena = {.at = room, .size = sizeof room};
    struct event_content none = {.note = ""};

    for (size_t i = 0; i < file->n_moments; i++) {
        struct content content;
        struct err err;
        if (file->moments[i].event == event && file->moments[i].content.len > 0 &&
                wire_get(&WIRE_CONTENT, file->moments[i].content, &arena, &content,
                        &err))
            return *content.event;
    }
    return none;
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

/* Everything has ended so, nobody has anything left, and each has said so. */
static void all_ended(const struct row *row, enum offer_state state)
{
    const struct {
        const char *who;
        uint64_t number;
        bool sender, key_there;
    } cases[] = {
            {FIRST,  row->begun.sent,  true,  true },
            {SECOND, row->begun.got,   false, false},
            {SECOND, row->second_made, true,  false},
            {THIRD,  row->third_got,   false, false},
            {THIRD,  row->third_made,  true,  false},
            {FOURTH, row->fourth_got,  false, false},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct case_detail *file = world_show(cases[i].who, cases[i].number);
        assert_int_equal(file->line->state, state);
        assert_int_equal(file->referral != NULL, cases[i].key_there);
        assert_false(file->line->erase_missing);
        if (cases[i].sender)
            assert_int_equal(traced(cases[i].who, cases[i].number, "erased"), 2);
    }
}

/* ------------------------------------------------------------ down the hands */

static void a_cancel_goes_down_every_hand(void **state)
{
    struct row row = three_hands(61);

    (void)state;
    world_do(FIRST, row.begun.sent, OFFER_EVENT_CANCEL);
    assert_int_equal(world_state(FOURTH, row.fourth_got), OFFER_STATE_CANCELLED);
    /* Staff of each see it, and why. */
    assert_true(world_show(FOURTH, row.fourth_got)->line->unread);
    assert_true(world_show(SECOND, row.second_made)->line->unread);
    assert_int_equal(traced(SECOND, row.second_made, "source_taken_back"), 1);
    assert_int_equal(traced(SECOND, row.second_made, "source_ended"), 0);
    world_pass((int64_t)2 * TIME_DAY_MS);
    all_ended(&row, OFFER_STATE_CANCELLED);
    world_end();
}

static void an_error_goes_down_every_hand(void **state)
{
    struct row row = three_hands(62);

    (void)state;
    world_do(FIRST, row.begun.sent, OFFER_EVENT_IN_ERROR);
    assert_int_equal(world_state(FOURTH, row.fourth_got), OFFER_STATE_IN_ERROR);
    world_pass((int64_t)2 * TIME_DAY_MS);
    all_ended(&row, OFFER_STATE_IN_ERROR);
    world_end();
}

/* Who keeps a record of its own, on a ground that it named, says why the case ends. */
static void the_reason_is_said(void **state)
{
    static const struct act keep = {.retention = RETENTION_BASIS_PATIENT_RECORD};
    struct row row = three_hands(63);

    (void)state;
    world_do(FOURTH, row.fourth_got, OFFER_EVENT_START);
    struct act act = keep;
    act.case_number = row.fourth_got;
    struct request request = {.act = &act};
    world_must(FOURTH, &request, "");
    world_do(FIRST, row.begun.sent, OFFER_EVENT_CANCEL);
    assert_int_equal(said(FOURTH, row.fourth_got, OFFER_EVENT_CANCEL).cancel_reason,
            CANCEL_REASON_SOURCE_CANCELLED);
    assert_non_null(world_show(FOURTH, row.fourth_got)->referral);
    assert_null(world_show(THIRD, row.third_got)->referral);
    world_end();
}

/* The middle one keeps its record; what it handed on ends all the same. */
static void a_record_of_ones_own_holds_nothing_up(void **state)
{
    struct act keep = {.retention = RETENTION_BASIS_PATIENT_RECORD};
    struct row row = three_hands(64);

    (void)state;
    world_do(SECOND, row.begun.got, OFFER_EVENT_START);
    keep.case_number = row.begun.got;
    struct request request = {.act = &keep};
    world_must(SECOND, &request, "");
    world_do(FIRST, row.begun.sent, OFFER_EVENT_CANCEL);
    assert_non_null(world_show(SECOND, row.begun.got)->referral);
    assert_int_equal(world_state(SECOND, row.second_made), OFFER_STATE_CANCELLED);
    assert_int_equal(world_state(FOURTH, row.fourth_got), OFFER_STATE_CANCELLED);
    assert_null(world_show(FOURTH, row.fourth_got)->referral);
    world_end();
}

/* ------------------------------------------------------------ on the way */

static void who_was_away_does_it_when_it_is_back(void **state)
{
    struct row row = three_hands(65);

    (void)state;
    world_stop(SECOND);
    sim_unplug(THIRD, true);
    world_do(FIRST, row.begun.sent, OFFER_EVENT_CANCEL);
    assert_int_equal(world_state(FOURTH, row.fourth_got), OFFER_STATE_ACCEPTED);
    world_start(SECOND);
    world_quiet();
    assert_int_equal(world_state(SECOND, row.second_made), OFFER_STATE_CANCELLED);
    assert_int_equal(world_state(THIRD, row.third_got), OFFER_STATE_ACCEPTED);
    sim_unplug(THIRD, false);
    world_pass(TIME_MINUTE_MS);
    world_pass((int64_t)2 * TIME_DAY_MS);
    all_ended(&row, OFFER_STATE_CANCELLED);
    world_end();
}

/* The next one takes a step in the same moment: what is said on an older picture is
 * said again. */
static void a_step_crosses_it(void **state)
{
    struct row row = three_hands(66);

    (void)state;
    sim_unplug(SECOND, true);
    world_do(FIRST, row.begun.sent, OFFER_EVENT_CANCEL);
    world_do(THIRD, row.third_got, OFFER_EVENT_START);
    world_do(THIRD, row.third_got, OFFER_EVENT_PROGRESS);
    sim_unplug(SECOND, false);
    world_pass((int64_t)3 * TIME_MINUTE_MS);
    world_pass((int64_t)2 * TIME_DAY_MS);
    all_ended(&row, OFFER_STATE_CANCELLED);
    world_end();
}

/* It was handed on, and the answer to that comes after the cancel. */
static void the_answer_comes_after_it(void **state)
{
    struct begun begun = begin(67, 2);

    (void)state;
    assert_string_equal(forward(SECOND, begun.got, THIRD)->code, "");
    world_quiet();
    uint64_t made = world_newest(SECOND, CASE_BOX_SENT);
    /* Whoever decides on it has not. */
    world_do(FIRST, begun.sent, OFFER_EVENT_CANCEL);
    assert_int_equal(world_state(SECOND, made), OFFER_STATE_CANCELLED);
    assert_int_equal(world_newest(THIRD, CASE_BOX_TO_DECIDE), 0);
    world_end();
}

/* Done is done: a report is not taken back, and its record stays. */
static void what_is_done_stays(void **state)
{
    struct begun begun = begin(68, 2);
    uint64_t third;

    (void)state;
    uint64_t made = hand_on(SECOND, begun.got, THIRD, &third);
    world_do(THIRD, third, OFFER_EVENT_START);
    world_do(THIRD, third, OFFER_EVENT_OUTCOME);
    world_do(FIRST, begun.sent, OFFER_EVENT_CANCEL);
    world_pass(TIME_HOUR_MS);
    assert_int_equal(world_state(SECOND, made), OFFER_STATE_COMPLETED);
    assert_int_equal(world_state(THIRD, third), OFFER_STATE_COMPLETED);
    assert_non_null(world_show(THIRD, third)->referral);
    world_end();
}

/* ------------------------------------------------------------ power */

static void bring_back(const char *id)
{
    if (!disk_is_off(world_disk(id)))
        return;
    world_stop(id);
    disk_power(world_disk(id));
    world_start(id);
}

/* Power goes at a commit of each program that it passes through: before anything of it
 * is written, and when nothing was said of it yet. */
static void power_goes_on_the_way(void **state)
{
    static const struct cut {
        const char *who;
        enum disk_op op;
        enum disk_effect effect;
        uint64_t at;
    } cuts[] = {
            {SECOND,         DISK_WRITE, DISK_CUT_BEFORE, 1},
            {SECOND,         DISK_SYNC,  DISK_CUT_BEFORE, 1},
            {SECOND,         DISK_SYNC,  DISK_CUT_AFTER,  1},
            {SECOND,         DISK_SYNC,  DISK_CUT_AFTER,  2},
            {NETWORK_BROKER, DISK_WRITE, DISK_CUT_BEFORE, 1},
            {NETWORK_BROKER, DISK_SYNC,  DISK_CUT_BEFORE, 3},
            {NETWORK_BROKER, DISK_SYNC,  DISK_CUT_AFTER,  2},
            {THIRD,          DISK_WRITE, DISK_CUT_BEFORE, 1},
            {THIRD,          DISK_SYNC,  DISK_CUT_AFTER,  1},
            {FOURTH,         DISK_SYNC,  DISK_CUT_AFTER,  1},
    };

    (void)state;
    world_on_disks(true);
    for (size_t i = 0; i < COUNT_OF(cuts); i++) {
        const struct cut *cut = &cuts[i];
        struct row row = three_hands(100 + i);
        disk_plan(world_disk(cut->who), cut->op, cut->at, cut->effect);
        assert_string_equal(world_act(FIRST, row.begun.sent, OFFER_EVENT_CANCEL)->code,
                "");
        for (size_t k = 0; k < 20; k++) {
            world_pass(TIME_SECOND_MS);
            bring_back(cut->who);
        }
        assert_true(disk_planned_happened(world_disk(cut->who)));
        world_pass((int64_t)10 * TIME_MINUTE_MS);
        all_ended(&row, OFFER_STATE_CANCELLED);
        world_end();
    }
    world_on_disks(false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(a_cancel_goes_down_every_hand),
            cmocka_unit_test(an_error_goes_down_every_hand),
            cmocka_unit_test(the_reason_is_said),
            cmocka_unit_test(a_record_of_ones_own_holds_nothing_up),
            cmocka_unit_test(who_was_away_does_it_when_it_is_back),
            cmocka_unit_test(a_step_crosses_it),
            cmocka_unit_test(the_answer_comes_after_it),
            cmocka_unit_test(what_is_done_stays),
            cmocka_unit_test(power_goes_on_the_way),
    };
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
