/* sim_rights_no.c - what staff is told no about when a person asks for access, a
 * correction, or to be erased: nobody was handed anything, the answer does not fit what
 * is held, the other is no member any more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "tests/peek.h"
#include "tests/world.h"

#define HOME   "thuiszorg"
#define TARGET "aksant"
#define OTHER  "chambry"

static const struct referral GOAL = {.own_goal = "weer naar de markt"};

static const struct reply *ask(enum letter_type right, uint64_t number)
{
    const struct rights_ask wish = {.case_number = number,
            .right = right,
            .corrected = right == LETTER_TYPE_RECTIFY ? &GOAL : NULL};
    struct request request = {.rights_ask = &wish};
    return world_ask(HOME, &request);
}

static const struct reply *answer(const char *id, uint64_t number, uint16_t with)
{
    const struct rights_answer wish = {.number = number, .answer = with};
    struct request request = {.rights_answer = &wish};
    return world_ask(id, &request);
}

/* The register of somebody, as long as its world. */
static const struct rights *list(const char *id)
{
    static const struct rights_list all = {.open = false};
    struct request request = {.rights_list = &all};
    return world_must(id, &request, "")->rights;
}

static void assert_says(const struct reply *reply, const char *code, const char *field)
{
    assert_string_equal(reply->code, code);
    assert_true(reply->sentence[0] != '\0');
    if (field == NULL) {
        assert_int_equal(reply->n_issues, 0);
        return;
    }
    assert_int_equal(reply->n_issues, 1);
    assert_string_equal(reply->issues[0].field, field);
    assert_true(reply->issues[0].words[0] != '\0');
}

static uint64_t consent_for_both(void)
{
    static const struct world_consent wish = {
            .recipients = {TARGET, OTHER}
    };
    return world_consent(HOME, &wish);
}

static uint64_t refer_to(const char *candidate, uint64_t consent)
{
    const struct reply *reply = world_refer(HOME, consent, candidate, "Rosa Voorbeeld");
    assert_string_equal(reply->code, "");
    uint64_t number = reply->made->case_number;
    world_quiet();
    return number;
}

/* A signal has no offer: there is nobody to ask by letter. */
static void nobody_is_asked_about_a_signal(void **state)
{
    static const uint16_t needs[] = {NEED_CATEGORY_SELF_NEGLECT};
    static const struct signal signal = {.needs = needs,
            .n_needs = 1,
            .person = "Rosa Voorbeeld",
            .language = "nl",
            .text = "the shutters stay down",
            .reporter = "the grocer"};
    static const struct raise_signal wish = {.recipient = "meldpunt",
            .urgency = URGENCY_URGENT,
            .area = "21004",
            .signal = &signal};
    struct request request = {.signal = &wish};
    (void)state;
    world_fresh(420);
    uint64_t number = world_must(HOME, &request, "")->made->case_number;
    world_quiet();
    assert_says(ask(LETTER_TYPE_ERASE, number), "E_NOT_FOUND", "case_number");
    assert_says(ask(LETTER_TYPE_RECTIFY, number), "E_NOT_FOUND", "case_number");
    /* What is held here is told all the same. */
    const struct reply *reply = ask(LETTER_TYPE_ACCESS, number);
    assert_string_equal(reply->code, "");
    assert_int_equal(reply->rights->n_lines, 0);
    assert_non_null(reply->rights->own->signal);
    assert_int_equal(list(HOME)->n_lines, 0);
    world_end();
}

/* Before the accept there is only a preview: that can be corrected, and is not nothing.
 */
static void an_answer_fits_what_is_held(void **state)
{
    static const enum letter_type rights[] = {LETTER_TYPE_ACCESS, LETTER_TYPE_RECTIFY,
            LETTER_TYPE_ERASE};
    static const struct {
        uint64_t number;
        uint16_t with;
        const char *code, *field;
    } rows[] = {
            {1, RIGHTS_ANSWER_NOTHING_HELD, "E_FIELD",      "answer"},
            {2, RIGHTS_ANSWER_NOTHING_HELD, "E_FIELD",      "answer"},
            {2, RIGHTS_ANSWER_GIVEN,        "E_FIELD",      "answer"},
            {3, RIGHTS_ANSWER_NOTHING_HELD, "E_FIELD",      "answer"},
            {3, RIGHTS_ANSWER_GIVEN,        "E_FIELD",      "answer"},
            {3, RIGHTS_ANSWER_DONE,         "E_TRANSITION", "number"},
            {1, RIGHTS_ANSWER_REFUSED,      "E_FIELD",      "reason"},
            {4, RIGHTS_ANSWER_GIVEN,        "E_NOT_FOUND",  "number"},
            {0, RIGHTS_ANSWER_GIVEN,        "E_NOT_FOUND",  "number"},
    };
    (void)state;
    world_fresh(421);
    uint64_t number = refer_to(TARGET, consent_for_both());
    for (size_t i = 0; i < COUNT_OF(rights); i++)
        assert_string_equal(ask(rights[i], number)->code, "");
    world_quiet();
    assert_int_equal(list(TARGET)->n_lines, COUNT_OF(rights));
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_says(answer(TARGET, rows[i].number, rows[i].with), rows[i].code,
                rows[i].field);
    /* A no leaves everything as it was. */
    for (size_t i = 0; i < COUNT_OF(rights); i++)
        assert_string_equal(list(TARGET)->lines[i].state, "open");
    world_quiet();
    assert_string_equal(list(HOME)->lines[0].state, "open");
    assert_string_equal(answer(TARGET, 2, RIGHTS_ANSWER_DONE)->code, "");
    assert_string_equal(world_show(TARGET, 1)->preview->own_goal, GOAL.own_goal);
    assert_null(world_show(TARGET, 1)->referral);
    world_end();
}

/* The store of the one that is asked has lost what the request is about. */
static void a_request_whose_case_is_lost(void **state)
{
    (void)state;
    world_fresh(422);
    uint64_t number = refer_to(TARGET, consent_for_both());
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    assert_string_equal(ask(LETTER_TYPE_RECTIFY, number)->code, "");
    assert_string_equal(ask(LETTER_TYPE_ACCESS, number)->code, "");
    assert_string_equal(ask(LETTER_TYPE_ERASE, number)->code, "");
    world_quiet();
    peek_number(peek_of(TARGET),
            "UPDATE rights SET request_id = randomblob(16) WHERE number = 1");
    peek_number(peek_of(TARGET),
            "UPDATE rights SET case_number = 999 WHERE number = 2");
    peek_number(peek_of(TARGET),
            "UPDATE rights SET offer_id = randomblob(16) WHERE number = 3");
    assert_says(answer(TARGET, 1, RIGHTS_ANSWER_DONE), "E_FIELD", "answer");
    assert_says(answer(TARGET, 2, RIGHTS_ANSWER_GIVEN), "E_NOT_FOUND", "number");
    assert_says(answer(TARGET, 3, RIGHTS_ANSWER_DONE), "E_NOT_FOUND", "number");
    assert_string_equal(world_show(TARGET, 1)->referral->person->name,
            "Rosa Voorbeeld");
    world_end();
}

static void put_out(const char *id)
{
    world_revoke(id, TARGET);
    world_pass(TIME_MINUTE_MS);
}

/* Who has left is asked on paper, and the others are asked all the same. */
static void who_has_left_is_asked_on_paper(void **state)
{
    (void)state;
    world_fresh(423);
    uint64_t consent = consent_for_both();
    uint64_t number = refer_to(TARGET, consent);
    (void)refer_to(OTHER, consent);
    put_out(OTHER);
    const struct reply *reply = ask(LETTER_TYPE_ACCESS, number);
    assert_string_equal(reply->code, "");
    assert_int_equal(reply->rights->n_lines, 2);
    assert_string_equal(reply->rights->lines[0].state, "open");
    assert_string_equal(reply->rights->lines[1].other, OTHER);
    assert_string_equal(reply->rights->lines[1].state, "unreachable");
    /* No letter left for it, so the register waits for none. */
    assert_int_equal(list(HOME)->n_lines, 1);
    assert_string_equal(list(HOME)->lines[0].other, TARGET);
    world_end();
}

/* Who asked has left: the answer goes to nobody, and the request stays open. */
static void who_asked_has_left(void **state)
{
    (void)state;
    world_fresh(424);
    uint64_t number = refer_to(TARGET, consent_for_both());
    /* Who has begun to help keeps its record when who referred leaves. */
    world_do(TARGET, world_newest(TARGET, CASE_BOX_TO_DECIDE), OFFER_EVENT_ACCEPT);
    assert_string_equal(ask(LETTER_TYPE_ACCESS, number)->code, "");
    world_quiet();
    put_out(HOME);
    assert_says(answer(TARGET, 1, RIGHTS_ANSWER_GIVEN), "E_UNREACHABLE", NULL);
    assert_string_equal(list(TARGET)->lines[0].state, "open");
    assert_int_equal(list(TARGET)->lines[0].answer, 0);
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(nobody_is_asked_about_a_signal),
            cmocka_unit_test(an_answer_fits_what_is_held),
            cmocka_unit_test(a_request_whose_case_is_lost),
            cmocka_unit_test(who_has_left_is_asked_on_paper),
            cmocka_unit_test(who_asked_has_left),
    };
    peek_begin();
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
