/* sim_volunteers.c - an antenna at the limit of its volunteers: it is offered nothing,
 * takes on nothing, and is asked again when something is done; in numbers, never names.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "nodes/spool_volunteers.h"
#include "tests/peek.h"
#include "tests/world.h"

#define HOME    "thuiszorg"
#define HOUSE   "chambry"
#define HELPER  "noord" /* supports ANTENNA */
#define ANTENNA "antenne"

static void set(const struct set_volunteers *wish, const char *code)
{
    struct request request = {.volunteers = wish};
    world_must(HELPER, &request, code);
}

static const struct load_list *loads(void)
{
    static const struct get_load wish = {.all = true};
    struct request request = {.load = &wish};
    return world_must(HELPER, &request, "")->load;
}

static const struct load_line *load(void)
{
    const struct load_list *list = loads();
    assert_int_equal(list->n_lines, 1);
    return &list->lines[0];
}

static uint64_t consent(void)
{
    return world_consent(HOME, &(struct world_consent){
                                       .recipients = {HELPER, ANTENNA}
    });
}

/* A referral for the antenna: its case at the partner that supports it. */
static uint64_t offered(const char *secret)
{
    assert_string_equal(world_refer(HOME, consent(), ANTENNA, secret)->code, "");
    world_quiet();
    return world_newest(HELPER, CASE_BOX_TO_DECIDE);
}

static void at_the_limit_nothing_is_offered_and_nothing_taken(void **state)
{
    (void)state;
    world_fresh(1);
    set(&(const struct set_volunteers){.antenna = ANTENNA,
                .band = VOLUNTEER_BAND_3_5,
                .most = 2},
            "");
    uint64_t one = offered("Rosa Een Voorbeeld"), two = offered("Rosa Twee Voorbeeld"),
             three = offered("Rosa Drie Voorbeeld");
    world_do(HELPER, one, OFFER_EVENT_ACCEPT);
    assert_int_equal(load()->referrals, 1);
    assert_int_equal(load()->intake, INTAKE_STATE_OPEN);
    world_do(HELPER, two, OFFER_EVENT_ACCEPT);
    assert_int_equal(load()->referrals, 2);
    assert_int_equal(load()->intake, INTAKE_STATE_VOLUNTEERS_AT_LIMIT);
    /* What was offered before is not taken on, and nothing new is offered. */
    assert_string_equal(world_act(HELPER, three, OFFER_EVENT_ACCEPT)->code, "E_BUSY");
    assert_string_equal(world_refer(HOME, consent(), ANTENNA, "Rosa Vier Voorbeeld")
                                ->code,
            "E_BUSY");
    /* The partner itself has no such limit. */
    assert_string_equal(world_refer(HOME, consent(), HELPER, "Rosa Vijf Voorbeeld")
                                ->code,
            "");
    /* Something is done: there is room. */
    world_do(HELPER, one, OFFER_EVENT_START);
    world_do(HELPER, one, OFFER_EVENT_OUTCOME);
    assert_int_equal(load()->referrals, 1);
    assert_int_equal(load()->intake, INTAKE_STATE_OPEN);
    world_do(HELPER, three, OFFER_EVENT_ACCEPT);
    assert_int_equal(load()->intake, INTAKE_STATE_VOLUNTEERS_AT_LIMIT);
    world_end();
}

/* What neighbours ask is a task too, and who referred may end one: that is seen within
 * the hour. */
static void asks_count_and_what_others_end_counts_no_more(void **state)
{
    (void)state;
    world_fresh(2);
    set(&(const struct set_volunteers){.antenna = ANTENNA, .most = 1}, "");
    const struct post_ask post = {.need = NEED_CATEGORY_ODD_JOBS_HOME,
            .area = "21004",
            .text = "Who can mend a tap?"};
    const struct claim_ask claim = {.ask = "chambry/1", .antenna = ANTENNA};
    const struct claim_ask done = {.ask = "chambry/1", .done = true};
    struct request ask = {.ask_post = &post}, take = {.ask_claim = &claim},
                   end = {.ask_claim = &done};
    world_must(HOUSE, &ask, "");
    world_quiet();
    world_must(HELPER, &take, "");
    world_quiet();
    assert_int_equal(load()->asks, 1);
    assert_int_equal(load()->intake, INTAKE_STATE_VOLUNTEERS_AT_LIMIT);
    world_must(HELPER, &end, "");
    world_quiet();
    assert_int_equal(load()->asks, 0);
    assert_int_equal(load()->intake, INTAKE_STATE_OPEN);
    uint64_t one = offered("Rosa Een Voorbeeld");
    world_do(HELPER, one, OFFER_EVENT_ACCEPT);
    assert_int_equal(load()->intake, INTAKE_STATE_VOLUNTEERS_AT_LIMIT);
    world_do(HOME, world_newest(HOME, CASE_BOX_SENT), OFFER_EVENT_CANCEL);
    world_pass(2 * TIME_HOUR_MS);
    assert_int_equal(load()->referrals, 0);
    assert_int_equal(load()->intake, INTAKE_STATE_OPEN);
    world_end();
}

/* A pause ends by itself; what staff said otherwise stays as it was said. */
static void a_pause_ends_and_staff_have_the_last_word(void **state)
{
    (void)state;
    world_fresh(3);
    uint32_t today = (uint32_t)time_brussels_day(sim_now());
    set(&(const struct set_volunteers){.antenna = ANTENNA,
                .most = 5,
                .pause_day = today},
            "");
    assert_int_equal(load()->intake, INTAKE_STATE_VOLUNTEERS_AT_LIMIT);
    world_pass(TIME_DAY_MS);
    assert_int_equal(load()->intake, INTAKE_STATE_OPEN);
    const struct set_intake full = {.state = INTAKE_STATE_FULL, .antenna = ANTENNA};
    struct request request = {.intake = &full};
    world_must(HELPER, &request, "");
    world_pass(2 * TIME_HOUR_MS);
    assert_int_equal(load()->intake, INTAKE_STATE_FULL);
    world_end();
}

static void what_they_may_take_on_is_a_number(void **state)
{
    (void)state;
    world_fresh(4);
    uint32_t today = (uint32_t)time_brussels_day(sim_now());
    const struct {
        struct set_volunteers wish;
        const char *code;
    } ROWS[] = {
            {{.antenna = ANTENNA, .most = 0},                           "E_FIELD"    },
            {{.antenna = ANTENNA, .most = 1001},                        "E_FIELD"    },
            {{.antenna = ANTENNA, .most = 1000},                        ""           },
            {{.antenna = HOUSE, .most = 1},                             "E_NOT_FOUND"},
            {{.antenna = "nobody", .most = 1},                          "E_NOT_FOUND"},
            {{.antenna = ANTENNA, .most = 1, .pause_day = today - 1},   "E_TTL"      },
            {{.antenna = ANTENNA, .most = 1, .pause_day = today + 366}, "E_TTL"      },
            {{.antenna = ANTENNA, .most = 1, .pause_day = today + 365}, ""           },
            {{.antenna = ANTENNA, .end = true},                         ""           },
            {{.antenna = ANTENNA, .end = true},                         "E_NOT_FOUND"},
    };
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        set(&ROWS[i].wish, ROWS[i].code);
        world_pass(TIME_SECOND_MS);
    }
    world_end();
}

/* It leaves the network by itself; the partner that supported it stays. */
static void an_antenna_that_leaves_is_forgotten(void **state)
{
    (void)state;
    world_fresh(2109);
    set(&(const struct set_volunteers){.antenna = ANTENNA, .most = 2}, "");
    uint64_t waits = offered("Rosa Een Voorbeeld");
    assert_int_equal(loads()->n_lines, 1);
    world_revoke(ANTENNA, NETWORK_BROKER);
    world_pass(TIME_MINUTE_MS);
    assert_int_equal(loads()->n_lines, 0);
    /* What was offered for it is taken on by nobody, and can be declined. */
    (void)world_act(HELPER, waits, OFFER_EVENT_ACCEPT);
    world_pass(TIME_MINUTE_MS);
    assert_int_equal(world_state(HELPER, waits), OFFER_STATE_REQUESTED);
    world_do(HELPER, waits, OFFER_EVENT_DECLINE);
    set(&(const struct set_volunteers){.antenna = ANTENNA, .most = 2}, "E_NOT_FOUND");
    world_end();
}

/* A partner supports a few; a disk holds no more than a hundred. */
static void one_partner_says_it_of_a_hundred_antennas(void **state)
{
    static const struct set_volunteers wish = {.antenna = ANTENNA, .most = 1};
    static const struct get_load all = {.all = true};
    (void)state;
    world_fresh(5);
    peek_number(peek_of(HELPER),
            "INSERT INTO volunteers WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT "
            "i + 1 FROM n WHERE i < %d) SELECT 'of-others-' || i, 1, 1, 0 FROM n",
            SPOOL_VOLUNTEERS_MAX);
    set(&wish, "E_SIZE");
    struct request request = {.load = &all};
    assert_int_equal(world_must(HELPER, &request, "")->load->n_lines,
            SPOOL_VOLUNTEERS_MAX);
    peek_number(peek_of(HELPER),
            "DELETE FROM volunteers WHERE antenna = 'of-others-1'");
    set(&wish, "");
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(at_the_limit_nothing_is_offered_and_nothing_taken),
            cmocka_unit_test(asks_count_and_what_others_end_counts_no_more),
            cmocka_unit_test(a_pause_ends_and_staff_have_the_last_word),
            cmocka_unit_test(what_they_may_take_on_is_a_number),
            cmocka_unit_test(an_antenna_that_leaves_is_forgotten),
            cmocka_unit_test(one_partner_says_it_of_a_hundred_antennas),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
