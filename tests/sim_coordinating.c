/* sim_coordinating.c - what stands at the edges of coordinating: previews that go with
 * the mandate or never come, who is asked and who is not, what soon counts no more, and
 * the consent of a case, asked anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "tests/coordinated.h"

static uint64_t consent(void)
{
    const struct world_consent wish = {
            .recipients = {TARGET, OTHER, REGIE}
    };

    return world_consent(HOME, &wish);
}

/* A referral that nobody took. */
static uint64_t unplaced(void)
{
    const struct reply *reply = world_refer(HOME, consent(), TARGET, "Rosa Voorbeeld");

    assert_string_equal(reply->code, "");
    uint64_t number = reply->made->case_number;
    world_quiet();
    world_do(TARGET, 1, OFFER_EVENT_DECLINE);
    return number;
}

static const struct preview *shown(void)
{
    const struct escalation_list *list = coordinated_list(false, true);

    assert_int_equal(list->n_escalations, 1);
    return list->escalations[0].preview;
}

/* ------------------------------------------------------------ previews */

static void a_preview_goes_with_the_mandate(void **state)
{
    const struct set_mandate ended = {.text = "", .end = true};
    struct request request = {.mandate = &ended};

    (void)state;
    coordinated_fresh(931);
    uint64_t number = unplaced();
    assert_non_null(shown());
    uint64_t there = coordinated_list(false, true)->escalations[0].number;
    world_must(REGIE, &request, "");
    world_pass((int64_t)2 * TIME_HOUR_MS);
    assert_null(world_show(REGIE, there)->preview);
    /* Who sealed it hears that it is gone. */
    const struct trace_case ask = {.number = number};
    struct request trace = {.trace = &ask};
    const struct reply *reply = world_must(HOME, &trace, "");
    size_t n_erased = 0;
    for (size_t i = 0; i < reply->trace->n_lines; i++)
        n_erased += strcmp(reply->trace->lines[i].what, "erased") == 0 &&
                    strcmp(reply->trace->lines[i].who, REGIE) == 0;
    assert_int_equal(n_erased, 1);
    world_end();
}

static void a_node_shows_none(void **state)
{
    (void)state;
    coordinated_fresh(932);
    world_stop(HOME);
    network_set(world_network(), HOME, "overviews", "0");
    world_start(HOME);
    world_quiet();
    (void)unplaced();
    world_pass(TIME_HOUR_MS);
    assert_null(shown());
    world_end();
}

/* ------------------------------------------------------------ who is asked */

static void who_coordinates_is_not_asked(void **state)
{
    static const uint16_t needs[] = {NEED_CATEGORY_LONELINESS_ISOLATION};

    (void)state;
    coordinated_fresh(933);
    uint64_t number = consent();
    struct find find = {.needs = needs,
            .n_needs = 1,
            .place = COORDINATED_AREA,
            .language = "",
            .consent_number = number};
    struct request request = {.find = &find};
    const struct candidate_list *found = world_must(HOME, &request, "")->found;
    for (size_t i = 0; i < found->n_candidates; i++)
        if (strcmp(found->candidates[i].partner, REGIE) == 0)
            assert_false(found->candidates[i].askable);
    assert_string_equal(world_refer(HOME, number, REGIE, "Rosa Voorbeeld")->code,
            "E_FIELD");
    world_end();
}

/* ------------------------------------------------------------ what ends soon */

static void what_counts_no_more_soon(void **state)
{
    struct set_capacity capacity = {.need = NEED_CATEGORY_LONELINESS_ISOLATION,
            .area = "",
            .language = "",
            .antenna = "",
            .state = CAPACITY_STATE_OPEN};
    struct request request = {.capacity = &capacity};

    (void)state;
    coordinated_fresh(934);
    capacity.until_ms = (uint64_t)(sim_now() + (int64_t)84 * TIME_HOUR_MS);
    world_must(TARGET, &request, "");
    world_quiet();
    assert_int_equal(world_status(TARGET)->supply_ends, 0);
    world_pass(TIME_DAY_MS);
    assert_int_equal(world_status(TARGET)->supply_ends, 1);
    world_end();
}

/* ------------------------------------------------------------ a case, asked anew */

static const struct judgement *check(uint64_t number, const char *const *to)
{
    struct consent_check wish = {.case_number = number,
            .area = "",
            .candidates = to,
            .n_candidates = to != NULL};
    struct request request = {.consent_check = &wish};
    const struct reply *reply = world_ask(HOME, &request);

    assert_string_equal(reply->code, "");
    assert_int_equal(reply->explanation->n_judgements, 1);
    return &reply->explanation->judgements[0];
}

static void the_consent_of_a_case(void **state)
{
    static const char *const other[] = {OTHER};
    static const char *const stranger[] = {REGIE_TWO};
    struct consent_check nothing = {.case_number = 77, .area = ""};
    struct request request = {.consent_check = &nothing};

    (void)state;
    coordinated_fresh(935);
    uint64_t number = unplaced();
    assert_string_equal(check(number, NULL)->recipient, TARGET);
    assert_string_equal(check(number, NULL)->code, "");
    assert_string_equal(check(number, other)->code, "");
    assert_string_equal(check(number, stranger)->code, "E_CONSENT_RECIPIENT");
    assert_string_equal(world_ask(HOME, &request)->code, "E_NOT_FOUND");
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(a_preview_goes_with_the_mandate),
            cmocka_unit_test(a_node_shows_none),
            cmocka_unit_test(who_coordinates_is_not_asked),
            cmocka_unit_test(what_counts_no_more_soon),
            cmocka_unit_test(the_consent_of_a_case),
    };
    return cmocka_run_group_tests(tests, coordinated_setup, coordinated_teardown);
}
