/* sim_clock.c - a clock that was wrong for a while: once it is right, everything goes
 * on by itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/time.h"
#include "tests/peek.h"
#include "tests/world.h"

#define HOME   "thuiszorg"
#define TARGET "aksant"

static void connect_again(const char *id)
{
    sim_unplug(id, true);
    world_pass(TIME_MINUTE_MS);
    sim_unplug(id, false);
    world_pass(TIME_MINUTE_MS);
}

/* Refused for its clock, a node asks again, on the same connection. */
static void a_wrong_clock_with(const char *wrong, int64_t ahead_ms)
{
    const struct world_consent wish = {.recipients = {TARGET}};

    world_fresh(91);
    sim_set_clock(wrong, ahead_ms);
    world_pass(2 * TIME_MINUTE_MS);
    connect_again(HOME);
    assert_false(world_status(HOME)->connected);
    sim_set_clock(wrong, 0);
    world_pass(2 * TIME_MINUTE_MS);
    assert_true(world_status(HOME)->connected);
    assert_string_equal(world_refer(HOME, world_consent(HOME, &wish), TARGET,
                                "Rosa Voorbeeld")
                                ->code,
            "");
    world_quiet();
    assert_int_equal(world_newest(TARGET, CASE_BOX_NONE), 1);
    world_end();
}

/* Started by a clock by which nobody is a member, a node says where to look, and goes
 * on without another start once it is right. */
static void a_start_by_a_wrong_clock(int64_t ahead_ms)
{
    const struct world_consent wish = {.recipients = {TARGET}};

    world_fresh(94);
    world_stop(HOME);
    sim_start_clock(ahead_ms);
    world_start(HOME);
    sim_start_clock(0);
    world_pass(2 * TIME_MINUTE_MS);
    assert_false(world_status(HOME)->connected);
    assert_non_null(strstr(world_status(HOME)->link_words, "clock"));
    sim_set_clock(HOME, 0);
    world_pass(2 * TIME_MINUTE_MS);
    assert_true(world_status(HOME)->connected);
    assert_string_equal(world_refer(HOME, world_consent(HOME, &wish), TARGET,
                                "Rosa Voorbeeld")
                                ->code,
            "");
    world_quiet();
    assert_int_equal(world_newest(TARGET, CASE_BOX_NONE), 1);
    world_end();
}

static void a_start_years_behind(void **state)
{
    (void)state;
    a_start_by_a_wrong_clock(INT64_C(-400) * TIME_DAY_MS);
}

static void a_start_years_ahead(void **state)
{
    (void)state;
    a_start_by_a_wrong_clock(INT64_C(4000) * TIME_DAY_MS);
}

static void a_node_ahead(void **state)
{
    (void)state;
    a_wrong_clock_with(HOME, TIME_HOUR_MS);
}

/* Nothing that was put off in the meantime waits until that day comes. */
static void a_node_days_ahead(void **state)
{
    (void)state;
    a_wrong_clock_with(HOME, 3 * TIME_DAY_MS);
}

static void a_node_behind(void **state)
{
    (void)state;
    a_wrong_clock_with(HOME, -3 * TIME_DAY_MS);
}

static void a_broker_ahead(void **state)
{
    (void)state;
    a_wrong_clock_with(NETWORK_BROKER, TIME_HOUR_MS);
}

static void a_broker_behind(void **state)
{
    (void)state;
    a_wrong_clock_with(NETWORK_BROKER, -TIME_HOUR_MS);
}

/* Set in the middle of a conversation: neither side goes on by it. What comes meanwhile
 * waits, for a node that does not know a key yet would refuse it for good. */
static void a_clock_is_set(const char *wrong, int64_t ahead_ms)
{
    const struct world_consent wish = {.recipients = {TARGET}};

    world_fresh(92);
    assert_string_equal(world_refer(HOME, world_consent(HOME, &wish), TARGET,
                                "Rosa Voorbeeld")
                                ->code,
            "");
    world_quiet();
    assert_int_equal(world_state(TARGET, 1), OFFER_STATE_REQUESTED);
    sim_set_clock(wrong, ahead_ms);
    assert_string_equal(world_act(HOME, 1, OFFER_EVENT_IN_ERROR)->code, "");
    world_pass(2 * TIME_MINUTE_MS);
    assert_false(world_status(TARGET)->connected);
    assert_int_equal(world_state(TARGET, 1), OFFER_STATE_REQUESTED);
    sim_set_clock(wrong, 0);
    world_pass(3 * TIME_MINUTE_MS);
    assert_true(world_status(HOME)->connected);
    assert_true(world_status(TARGET)->connected);
    assert_int_equal(world_state(HOME, 1), OFFER_STATE_IN_ERROR);
    assert_int_equal(world_state(TARGET, 1), OFFER_STATE_IN_ERROR);
    world_end();
}

static void a_node_is_set_back(void **state)
{
    (void)state;
    a_clock_is_set(TARGET, -3 * TIME_DAY_MS);
}

static void a_node_is_put_forward(void **state)
{
    (void)state;
    a_clock_is_set(TARGET, 3 * TIME_DAY_MS);
}

static void a_broker_is_set_back(void **state)
{
    (void)state;
    a_clock_is_set(NETWORK_BROKER, -3 * TIME_DAY_MS);
}

static void a_broker_is_put_forward(void **state)
{
    (void)state;
    a_clock_is_set(NETWORK_BROKER, 3 * TIME_DAY_MS);
}

/* A little is no reason to begin again. */
static void five_minutes_are_nothing(void **state)
{
    (void)state;
    world_fresh(93);
    /* So long that their keys counted already by a clock that is behind. */
    world_pass(10 * TIME_MINUTE_MS);
    uint64_t cuts = sim_counts().cuts;
    sim_set_clock(TARGET, 5 * TIME_MINUTE_MS);
    sim_set_clock(NETWORK_BROKER, -5 * TIME_MINUTE_MS);
    world_pass(30 * TIME_MINUTE_MS);
    assert_int_equal(sim_counts().cuts, cuts);
    assert_true(world_status(TARGET)->connected);
    world_end();
}

/* What a partner says of itself, and who has read it. */
static void say_full(const char *who)
{
    const struct set_intake intake = {.state = INTAKE_STATE_FULL};
    struct request request = {.intake = &intake};

    world_must(who, &request, "");
}

static bool has_read(const char *reader, const char *author)
{
    return peek_number(peek_of(reader),
                   "SELECT count(*) FROM thing WHERE slot = 't/%q/intake/'",
                   author) != 0;
}

static const int64_t BEHIND_MS = 4 * (int64_t)TIME_MINUTE_MS;

/* Said by a clock two days ahead, it counts a day before that moment: at the broker
 * first, and then at a node that is a little behind, also when that has heard others
 * and begun anew meanwhile. */
static void what_is_said_too_early_is_read_in_time(void **state)
{
    (void)state;
    world_fresh(98);
    sim_set_clock(HOME, 2 * (int64_t)TIME_DAY_MS);
    say_full(HOME);
    world_pass(TIME_MINUTE_MS);
    sim_set_clock(HOME, 0);
    sim_set_clock(TARGET, -BEHIND_MS);
    for (int i = 0; i < 25 * 60 && !has_read("noord", HOME); i++)
        world_pass(TIME_MINUTE_MS);
    assert_true(has_read("noord", HOME));
    assert_false(has_read(TARGET, HOME));
    say_full("noord");
    world_pass(TIME_SECOND_MS);
    assert_true(has_read(TARGET, "noord"));
    assert_false(has_read(TARGET, HOME));
    world_crash(TARGET);
    world_start(TARGET);
    sim_set_clock(TARGET, -BEHIND_MS);
    world_pass(TIME_SECOND_MS);
    assert_true(world_status(TARGET)->connected);
    assert_false(has_read(TARGET, HOME));
    world_pass(2 * (int64_t)TIME_HOUR_MS);
    assert_true(has_read(TARGET, HOME));
    /* Once, and not again and again. */
    uint64_t cuts = sim_counts().cuts;
    world_pass(3 * (int64_t)TIME_HOUR_MS);
    assert_int_equal(sim_counts().cuts, cuts);
    world_end();
}

/* The first words of a newcomer, heard by who is a little behind: by that clock it is
 * no member yet. */
static void a_newcomer_is_read_in_time(void **state)
{
    (void)state;
    world_fresh(99);
    sim_set_clock(TARGET, -BEHIND_MS);
    say_full(HOME);
    world_pass(TIME_SECOND_MS);
    assert_true(has_read("noord", HOME));
    assert_false(has_read(TARGET, HOME));
    world_pass(2 * (int64_t)TIME_HOUR_MS);
    assert_true(has_read(TARGET, HOME));
    world_end();
}

/* A case that is closed, and the content of which both still have. */
static void begin_closed(uint64_t seed)
{
    const struct world_consent wish = {.recipients = {TARGET}};

    world_fresh(seed);
    assert_string_equal(world_refer(HOME, world_consent(HOME, &wish), TARGET,
                                "Rosa Voorbeeld")
                                ->code,
            "");
    world_quiet();
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    world_do(TARGET, 1, OFFER_EVENT_START);
    world_do(TARGET, 1, OFFER_EVENT_OUTCOME);
    world_do(HOME, 1, OFFER_EVENT_CONFIRM);
}

static const int64_t YEARS_AHEAD_MS = 3 * 365 * (int64_t)TIME_DAY_MS;

/* What a clock seems to say is past its term is not destroyed by it, connected or not:
 * it would not come back when the clock is right. */
static void nothing_is_let_go_years_ahead(void **state)
{
    (void)state;
    begin_closed(94);
    sim_set_clock(TARGET, YEARS_AHEAD_MS);
    world_pass(2 * (int64_t)TIME_HOUR_MS);
    sim_set_clock(TARGET, 0);
    world_pass(5 * TIME_MINUTE_MS);
    assert_true(world_status(TARGET)->connected);
    assert_non_null(world_show(TARGET, 1)->referral);
    assert_non_null(world_show(HOME, 1)->referral);
    world_end();
}

/* Who is away asks nothing, and years go by quickly. */
static void pass_stopped(int64_t ms)
{
    for (size_t i = 0; i < world_network()->n_partners; i++)
        if (world_is_up(world_network()->partners[i].id))
            world_stop(world_network()->partners[i].id);
    sim_run_until(sim_now() + ms);
}

/* Letters that a node remembers for a month. */
static int64_t remembered(void)
{
    return peek_number(peek_of(TARGET),
            "SELECT count(*) FROM received WHERE type NOT IN (1, 2, 7, 13)");
}

/* Nor when it was so from the start, as long as the broker says that it is wrong; when
 * nobody says anything for a day, it is believed. */
static void a_clock_that_is_called_wrong(void **state)
{
    const int64_t ahead_ms = 60 * (int64_t)TIME_DAY_MS;

    (void)state;
    begin_closed(96);
    pass_stopped(ahead_ms);
    sim_set_clock(NETWORK_BROKER, -ahead_ms);
    world_start(TARGET);
    world_pass(26 * (int64_t)TIME_HOUR_MS);
    assert_true(remembered() > 0);
    world_stop(NETWORK_BROKER);
    world_stop(TARGET);
    world_start(TARGET);
    world_pass(26 * (int64_t)TIME_HOUR_MS);
    assert_int_equal(remembered(), 0);
    world_end();
}

/* By a clock so far ahead nobody is a member any more, and there is nobody to ask. */
static void when_nobody_is_a_member_any_more(void **state)
{
    (void)state;
    begin_closed(97);
    world_stop(NETWORK_BROKER);
    pass_stopped(YEARS_AHEAD_MS);
    world_start(TARGET);
    world_pass(26 * (int64_t)TIME_HOUR_MS);
    assert_non_null(world_show(TARGET, 1)->referral);
    world_end();
}

/* Nor does a broker forget who was handed what, and would have to hear of a withdrawal.
 */
static void a_broker_years_ahead_forgets_nobody(void **state)
{
    static const char HANDED[] = "SELECT count(*) FROM handed_over";
    static const char LETTERS[] = "SELECT count(*) FROM letter";

    (void)state;
    begin_closed(95);
    int64_t n_handed = peek_number(peek_of(NETWORK_BROKER), HANDED);
    int64_t n_letters = peek_number(peek_of(NETWORK_BROKER), LETTERS);
    assert_true(n_handed > 0);
    sim_set_clock(NETWORK_BROKER, YEARS_AHEAD_MS);
    world_pass(2 * (int64_t)TIME_HOUR_MS);
    assert_int_equal(peek_number(peek_of(NETWORK_BROKER), HANDED), n_handed);
    assert_int_equal(peek_number(peek_of(NETWORK_BROKER), LETTERS), n_letters);
    world_end();
}

static struct key32 snapshot_of_broker(void)
{
    return peek_sum(peek_of(NETWORK_BROKER),
            "SELECT bytes FROM thing WHERE key = 'snapshot'");
}

/* Its clock is wrong when it starts, and right again before anybody asks anything of
 * it: what was said and published before, it knows as before. */
static void a_broker_begins_with(uint64_t seed, int64_t ahead_ms)
{
    const struct world_consent wish = {.recipients = {TARGET}};

    world_fresh(seed);
    world_pass(5 * (int64_t)TIME_DAY_MS);
    world_agree("noord", TARGET);
    network_until(world_network(), "chambry", sim_now() + 300 * (int64_t)TIME_DAY_MS,
            sim_now());
    world_publish(HOME);
    world_quiet();
    const struct key32 snapshot = snapshot_of_broker();
    world_stop(NETWORK_BROKER);
    sim_start_clock(ahead_ms);
    world_start(NETWORK_BROKER);
    sim_start_clock(0);
    world_pass(TIME_MINUTE_MS);
    sim_set_clock(NETWORK_BROKER, 0);
    world_pass(3 * TIME_MINUTE_MS);
    assert_string_equal(world_refer("noord", world_consent("noord", &wish), TARGET,
                                "Rosa Voorbeeld")
                                ->code,
            "");
    world_quiet();
    assert_int_equal(world_newest(TARGET, CASE_BOX_NONE), 1);
    const struct key32 after = snapshot_of_broker();
    assert_true(key32_equal(&after, &snapshot));
    world_end();
}

static void a_broker_begins_days_behind(void **state)
{
    (void)state;
    a_broker_begins_with(100, -3 * (int64_t)TIME_DAY_MS);
}

static void a_broker_begins_months_ahead(void **state)
{
    (void)state;
    a_broker_begins_with(101, 100 * (int64_t)TIME_DAY_MS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(a_start_years_behind),
            cmocka_unit_test(a_start_years_ahead),
            cmocka_unit_test(a_node_ahead),
            cmocka_unit_test(a_node_days_ahead),
            cmocka_unit_test(a_node_behind),
            cmocka_unit_test(a_broker_ahead),
            cmocka_unit_test(a_broker_behind),
            cmocka_unit_test(a_node_is_set_back),
            cmocka_unit_test(a_node_is_put_forward),
            cmocka_unit_test(a_broker_is_set_back),
            cmocka_unit_test(a_broker_is_put_forward),
            cmocka_unit_test(five_minutes_are_nothing),
            cmocka_unit_test(what_is_said_too_early_is_read_in_time),
            cmocka_unit_test(a_newcomer_is_read_in_time),
            cmocka_unit_test(nothing_is_let_go_years_ahead),
            cmocka_unit_test(a_clock_that_is_called_wrong),
            cmocka_unit_test(when_nobody_is_a_member_any_more),
            cmocka_unit_test(a_broker_years_ahead_forgets_nobody),
            cmocka_unit_test(a_broker_begins_days_behind),
            cmocka_unit_test(a_broker_begins_months_ahead),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
