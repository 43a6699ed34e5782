/* sim_forward_corrected.c - a person has corrected what was handed on since: who handed
 * it on hears that the next one holds what it said before, and the correction goes from
 * hand to hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/vocab.h"
#include "tests/chain.h"

#define CORRECTED "Roza Voorbeeld"

static const struct rights *correct(const char *id, uint64_t number)
{
    static const struct person person = {.name = CORRECTED};
    static const struct referral corrected = {.person = &person};
    const struct rights_ask wish = {.case_number = number,
            .right = LETTER_TYPE_RECTIFY,
            .corrected = &corrected};
    struct request request = {.rights_ask = &wish};

    return world_must(id, &request, "")->rights;
}

/* It does what it was asked. */
static void correct_as_asked(const char *id)
{
    const struct rights_list open = {.open = true};
    struct request asked = {.rights_list = &open};
    const struct rights *rights = world_must(id, &asked, "")->rights;
    struct rights_answer done = {.answer = RIGHTS_ANSWER_DONE};
    struct request answer = {.rights_answer = &done};

    for (size_t i = 0; i < rights->n_lines; i++)
        if (!rights->lines[i].ours)
            done.number = rights->lines[i].number;
    assert_int_not_equal(done.number, 0);
    world_must(id, &answer, "");
    world_quiet();
}

static bool is_told(const char *id, uint64_t number)
{
    const struct trace_case ask = {.number = number};
    struct request request = {.trace = &ask};
    const struct trace *trace = world_must(id, &request, "")->trace;
    bool told = false;

    for (size_t i = 0; i < trace->n_lines; i++)
        told |= strcmp(trace->lines[i].what, "source_corrected") == 0;
    return told;
}

static bool is_unread(const char *id, uint64_t number)
{
    const struct list_cases all = {.limit = 200};
    struct request request = {.inbox = &all};
    const struct case_list *list = world_must(id, &request, "")->cases;

    for (size_t i = 0; i < list->n_cases; i++)
        if (list->cases[i].number == number)
            return list->cases[i].unread;
    fail_msg("%s has no case %d", id, (int)number);
    return false;
}

static const char *name_at(const char *id, uint64_t number)
{
    return world_show(id, number)->referral->person->name;
}

/* Who corrects what came to it hears that it has handed on the old content, and asks
 * the next one by the same command: hand by hand. */
static void a_correction_goes_from_hand_to_hand(void **state)
{
    struct begun begun = begin(44, 2);
    uint64_t third, fourth;

    (void)state;
    uint64_t second_made = hand_on(SECOND, begun.got, THIRD, &third);
    uint64_t third_made = hand_on(THIRD, third, FOURTH, &fourth);
    (void)correct(FIRST, begun.sent);
    world_quiet();
    assert_false(is_told(SECOND, second_made));
    correct_as_asked(SECOND);
    assert_string_equal(name_at(SECOND, begun.got), CORRECTED);
    assert_string_equal(name_at(SECOND, second_made), PERSON);
    assert_true(is_told(SECOND, second_made));
    assert_false(is_told(SECOND, begun.got));
    const struct rights *rights = correct(SECOND, second_made);
    assert_true(rights->own_corrected);
    assert_int_equal(rights->n_lines, 1);
    assert_string_equal(rights->lines[0].other, THIRD);
    assert_string_equal(rights->lines[0].state, "open");
    world_quiet();
    assert_string_equal(name_at(SECOND, second_made), CORRECTED);
    correct_as_asked(THIRD);
    assert_true(is_told(THIRD, third_made));
    (void)correct(THIRD, third_made);
    world_quiet();
    correct_as_asked(FOURTH);
    assert_string_equal(name_at(FOURTH, fourth), CORRECTED);
    world_end();
}

/* Who has not accepted yet is handed what is right. */
static void a_correction_reaches_who_accepts_later(void **state)
{
    struct begun begun = begin(45, 1);

    (void)state;
    uint64_t made = forward(SECOND, begun.got, THIRD)->made->case_number;
    world_quiet();
    (void)correct(FIRST, begun.sent);
    world_quiet();
    assert_false(is_unread(SECOND, made));
    correct_as_asked(SECOND);
    assert_true(is_unread(SECOND, made));
    assert_true(is_told(SECOND, made));
    assert_string_equal(correct(SECOND, made)->lines[0].state, "preview_only");
    world_quiet();
    uint64_t third = world_newest(THIRD, CASE_BOX_TO_DECIDE);
    world_do(THIRD, third, OFFER_EVENT_ACCEPT);
    assert_string_equal(name_at(THIRD, third), CORRECTED);
    world_end();
}

/* What is destroyed holds nothing old. */
static void nothing_is_left_to_correct(void **state)
{
    struct begun begun = begin(46, 1);
    uint64_t third;

    (void)state;
    uint64_t made = hand_on(SECOND, begun.got, THIRD, &third);
    world_do(SECOND, made, OFFER_EVENT_CANCEL);
    const struct rights_ask erase = {.case_number = made,
            .right = LETTER_TYPE_ERASE,
            .own = true};
    struct request request = {.rights_ask = &erase};
    world_must(SECOND, &request, "");
    world_quiet();
    (void)correct(FIRST, begun.sent);
    world_quiet();
    correct_as_asked(SECOND);
    assert_false(is_told(SECOND, made));
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(a_correction_goes_from_hand_to_hand),
            cmocka_unit_test(a_correction_reaches_who_accepts_later),
            cmocka_unit_test(nothing_is_left_to_correct),
    };
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
