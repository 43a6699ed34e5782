/* sim_forward_lists.c - a case is handed on to several candidates, and once more when
 * nobody took it; each by the one who holds it, and no further than the person agreed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "core/wire.h"
#include "tests/chain.h"
#include "tests/peek.h"

static const struct reply *forward_list(uint64_t number, const char *const *to,
        size_t n_to, enum mode mode)
{
    const struct forward_case asked = {.case_number = number,
            .candidates = to,
            .n_candidates = n_to,
            .mode = mode,
            .reason = "",
            .referrer_name = "",
            .referrer_phone = ""};

    return forward_as(SECOND, &asked);
}

static const char *const BOTH[] = {THIRD, FOURTH};

/* Handed on to both; the case that leaves. */
static uint64_t to_both(const struct begun *begun, enum mode mode)
{
    const struct reply *reply = forward_list(begun->got, BOTH, COUNT_OF(BOTH), mode);

    assert_string_equal(reply->code, "");
    uint64_t made = reply->made->case_number;
    world_quiet();
    return made;
}

static void full(const char *id, uint16_t state)
{
    const struct set_intake intake = {.state = state, .antenna = ""};
    struct request request = {.intake = &intake};

    world_must(id, &request, "");
    world_quiet();
}

/* ------------------------------------------------------------ one after the other */

static void the_next_is_asked(void **state)
{
    struct begun begun = begin(71, 1);
    uint64_t made = to_both(&begun, MODE_NONE);

    (void)state;
    assert_int_equal(world_newest(FOURTH, CASE_BOX_NONE), 0);
    world_do(THIRD, world_newest(THIRD, CASE_BOX_TO_DECIDE), OFFER_EVENT_DECLINE);
    uint64_t fourth = world_newest(FOURTH, CASE_BOX_TO_DECIDE);
    world_do(FOURTH, fourth, OFFER_EVENT_ACCEPT);
    assert_string_equal(world_show(FOURTH, fourth)->referral->person->name, PERSON);
    assert_string_equal(world_show(SECOND, made)->line->other, FOURTH);
    /* Who collected the consent can tell the person who was asked. */
    assert_string_equal(handed_on_to(FIRST, begun.sent), THIRD);
    /* Each of the list is one hand away. */
    assert_string_equal(forward(FOURTH, fourth, THIRD)->code, "E_CONSENT_ONWARD");
    world_end();
}

static void all_at_once(void **state)
{
    struct begun begun = begin(72, 1);
    uint64_t made = to_both(&begun, MODE_FIRST_CLAIM);

    (void)state;
    uint64_t third = world_newest(THIRD, CASE_BOX_TO_DECIDE);
    uint64_t fourth = world_newest(FOURTH, CASE_BOX_TO_DECIDE);
    world_do(FOURTH, fourth, OFFER_EVENT_ACCEPT);
    assert_int_equal(world_state(THIRD, third), OFFER_STATE_NOT_SELECTED);
    assert_int_equal(world_state(SECOND, made), OFFER_STATE_ACCEPTED);
    world_end();
}

/* A partner and the antenna that it reads for are two, of which each can be asked. */
static void two_names_at_one_partner(void **state)
{
    static const char *const names[] = {ANTENNA, FOURTH};
    struct begun begun = begin(79, 1);

    (void)state;
    assert_string_equal(forward_list(begun.got, names, 2, MODE_SEQUENTIAL)->code, "");
    world_quiet();
    world_do(FOURTH, world_newest(FOURTH, CASE_BOX_TO_DECIDE), OFFER_EVENT_DECLINE);
    uint64_t fourth = world_newest(FOURTH, CASE_BOX_TO_DECIDE);
    assert_string_equal(world_show(FOURTH, fourth)->line->on_behalf_of, "");
    world_do(FOURTH, fourth, OFFER_EVENT_ACCEPT);
    world_end();
}

/* One that is wrong refuses the whole, and is named. */
static void the_whole_is_refused(void **state)
{
    static const struct {
        const char *to[2], *code;
    } rows[] = {
            {{THIRD, FIRST},      "E_LOOP"             },
            {{THIRD, THIRD},      "E_FIELD"            },
            {{THIRD, "nobody"},   "E_NOT_FOUND"        },
            {{THIRD, "meldpunt"}, "E_CONSENT_RECIPIENT"},
    };
    struct begun begun = begin(73, 1);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct reply *reply = forward_list(begun.got, rows[i].to, 2, MODE_NONE);
        assert_string_equal(reply->code, rows[i].code);
    }
    assert_string_equal(forward_list(begun.got, BOTH, 0, MODE_NONE)->code, "E_FIELD");
    assert_string_equal(forward_list(begun.got, BOTH, 2, MODE_DIRECT)->code, "E_FIELD");
    world_quiet();
    assert_null(handed_on_to(FIRST, begun.sent));
    world_end();
}

/* Whoever referred takes it back: who was asked is told, and who was not never knew. */
static void the_list_is_taken_back(void **state)
{
    struct begun begun = begin(74, 1);
    uint64_t made = to_both(&begun, MODE_SEQUENTIAL);

    (void)state;
    world_do(FIRST, begun.sent, OFFER_EVENT_CANCEL);
    assert_int_equal(world_state(SECOND, made), OFFER_STATE_CANCELLED);
    assert_int_equal(world_newest(THIRD, CASE_BOX_TO_DECIDE), 0);
    assert_int_equal(world_newest(FOURTH, CASE_BOX_NONE), 0);
    assert_int_equal(peek_number(peek_of(NETWORK_BROKER),
                             "SELECT count(*) FROM offer WHERE state NOT IN (13)"),
            0);
    world_end();
}

/* ------------------------------------------------------------ once more */

static void who_holds_it_asks_another(void **state)
{
    struct begun begun = begin(75, 1);
    uint64_t third;

    (void)state;
    const struct reply *reply = forward(SECOND, begun.got, THIRD);
    assert_string_equal(reply->code, "");
    uint64_t made = reply->made->case_number;
    world_quiet();
    /* Not as long as somebody decides. */
    assert_string_equal(forward(SECOND, made, FOURTH)->code, "E_TRANSITION");
    third = world_newest(THIRD, CASE_BOX_TO_DECIDE);
    world_do(THIRD, third, OFFER_EVENT_DECLINE);
    assert_string_equal(forward(SECOND, made, THIRD)->code, "E_LOOP");
    reply = forward(SECOND, made, FOURTH);
    assert_string_equal(reply->code, "");
    assert_int_equal(reply->made->case_number, made);
    world_quiet();
    uint64_t fourth = world_newest(FOURTH, CASE_BOX_TO_DECIDE);
    world_do(FOURTH, fourth, OFFER_EVENT_ACCEPT);
    const struct case_detail *file = world_show(SECOND, made);
    assert_int_equal(file->line->state, OFFER_STATE_ACCEPTED);
    assert_int_equal(file->n_offers, 2);
    assert_string_equal(file->offers[1].target, FOURTH);
    /* Both were told to who had sent it. */
    assert_int_equal(peek_number(peek_of(FIRST),
                             "SELECT count(*) FROM moment WHERE "
                             "event = %d",
                             OFFER_EVENT_FORWARD),
            2);
    /* It goes on to its end, and is not handed on any further. */
    assert_string_equal(forward(FOURTH, fourth, THIRD)->code, "E_CONSENT_ONWARD");
    world_do(FIRST, begun.sent, OFFER_EVENT_CANCEL);
    assert_int_equal(world_state(FOURTH, fourth), OFFER_STATE_CANCELLED);
    assert_null(world_show(FOURTH, fourth)->referral);
    /* And then there is nothing left to hand on. */
    assert_string_equal(forward(SECOND, made, FOURTH)->code, "E_TRANSITION");
    world_end();
}

/* Who was skipped was not asked, and can be. */
static void the_skipped_one_can_be_asked(void **state)
{
    struct begun begun = begin(76, 1);

    (void)state;
    full(THIRD, INTAKE_STATE_FULL);
    uint64_t made = to_both(&begun, MODE_SEQUENTIAL);
    world_do(FOURTH, world_newest(FOURTH, CASE_BOX_TO_DECIDE), OFFER_EVENT_DECLINE);
    assert_int_equal(world_newest(THIRD, CASE_BOX_NONE), 0);
    assert_string_equal(forward(SECOND, made, FOURTH)->code, "E_LOOP");
    full(THIRD, INTAKE_STATE_OPEN);
    assert_string_equal(forward(SECOND, made, THIRD)->code, "");
    world_quiet();
    world_do(THIRD, world_newest(THIRD, CASE_BOX_TO_DECIDE), OFFER_EVENT_ACCEPT);
    assert_int_equal(world_state(SECOND, made), OFFER_STATE_ACCEPTED);
    world_end();
}

static void not_after_two_weeks(void **state)
{
    struct begun begun = begin(77, 1);

    (void)state;
    uint64_t made = forward(SECOND, begun.got, THIRD)->made->case_number;
    world_quiet();
    world_do(SECOND, begun.got, OFFER_EVENT_START);
    world_do(THIRD, world_newest(THIRD, CASE_BOX_TO_DECIDE), OFFER_EVENT_DECLINE);
    world_pass((int64_t)15 * TIME_DAY_MS);
    assert_string_equal(forward(SECOND, made, FOURTH)->code, "E_TTL");
    /* The case that came is handed on anew, as another referral. */
    const struct reply *reply = forward(SECOND, begun.got, FOURTH);
    assert_string_equal(reply->code, "");
    assert_int_not_equal(reply->made->case_number, made);
    world_end();
}

/* ------------------------------------------------------------ as many as there may be
 */

#define TEN(X)                                                                         \
    X("p01")                                                                           \
    X("p02") X("p03") X("p04") X("p05") X("p06") X("p07") X("p08") X("p09") X("p10")

static struct test_network many;

static void ten_candidates_and_the_step(void **state)
{
#define NAME(id) id,
    static const char *const ten[] = {TEN(NAME)};
#undef NAME
    struct world_consent wish = {.recipients = {SECOND}, .onward = 1};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(ten); i++)
        wish.recipients[i + 1] = ten[i];
    world_begin(78, &many, FIRST);
    for (size_t i = 0; i < COUNT_OF(ten); i++)
        world_agree(SECOND, ten[i]);
    assert_string_equal(world_refer(FIRST, world_consent(FIRST, &wish), SECOND, PERSON)
                                ->code,
            "");
    world_quiet();
    world_do(SECOND, 1, OFFER_EVENT_ACCEPT);
    assert_string_equal(forward_list(1, ten, COUNT_OF(ten), MODE_FIRST_CLAIM)->code,
            "");
    world_quiet();
    for (size_t i = 0; i < COUNT_OF(ten); i++)
        assert_int_not_equal(world_newest(ten[i], CASE_BOX_TO_DECIDE), 0);
    world_end();
}

static int found_all(void **state)
{
#define PARTNER(name) {.id = name, .type = PARTNER_TYPE_LDC},
    static const struct network_partner partners[] = {
            {.id = FIRST,  .type = PARTNER_TYPE_HOMECARE},
            {.id = SECOND, .type = PARTNER_TYPE_LDC     },
            TEN(PARTNER)
    };
#undef PARTNER
    world_found_with(&many, partners, COUNT_OF(partners));
    peek_begin();
    return world_setup(state);
}

static int forget_all(void **state)
{
    network_forget(&many);
    return world_teardown(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(the_next_is_asked),
            cmocka_unit_test(all_at_once),
            cmocka_unit_test(two_names_at_one_partner),
            cmocka_unit_test(the_whole_is_refused),
            cmocka_unit_test(the_list_is_taken_back),
            cmocka_unit_test(who_holds_it_asks_another),
            cmocka_unit_test(the_skipped_one_can_be_asked),
            cmocka_unit_test(not_after_two_weeks),
            cmocka_unit_test(ten_candidates_and_the_step),
    };
    return cmocka_run_group_tests(tests, found_all, forget_all);
}
