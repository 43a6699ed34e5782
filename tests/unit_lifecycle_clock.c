/* unit_lifecycle_clock.c - what time does to an offer, state by state: from Christmas
 * Eve on, over holidays, as a table of moments. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/lifecycle_clock.h"

enum { WALK_BYTES = 2000, STEPS_MAX = 20 };

static const char *const DEEDS[N_LIFECYCLE_DEEDS] = {
        [DEED_NONE] = "nothing",
        [DEED_WARN_SENDER] = "warn",
        [DEED_OVERDUE] = "overdue",
        [DEED_ASK_SENDER] = "ask",
        [DEED_REMIND_TARGET] = "target",
        [DEED_REMIND_BOTH] = "both",
        [DEED_REMIND_SENDER] = "sender",
        [DEED_REVIEW] = "review",
        [DEED_BACK] = "back",
        [DEED_EXPIRE] = "expire",
        [DEED_CLOSE] = "close",
};

static int64_t instant(const char *date, int hour)
{
    int32_t day;
    assert_true(time_day_parse(date, &day));
    return (int64_t)day * TIME_DAY_MS + hour * (int64_t)TIME_HOUR_MS;
}

/* All that happens until something ends: "12-24T14:05 warn, ...", with the cause that
 * a coordinator hears. */
static void walk(const struct lifecycle_limits *limits,
        const struct lifecycle_clock *clock, char text[WALK_BYTES])
{
    size_t len = 0;
    int64_t at_ms = clock->at_ms;

    text[0] = '\0';
    for (int i = 0; i < STEPS_MAX; i++) {
        int64_t next_ms = lifecycle_clock_next(limits, clock, at_ms);
        if (next_ms == 0)
            return;
        assert_true(next_ms > at_ms);
        /* Nothing a moment before. */
        struct lifecycle_stage before = lifecycle_clock_now(limits, clock, next_ms - 1);
        assert_true(before.at_ms <= at_ms);
        struct lifecycle_stage stage = lifecycle_clock_now(limits, clock, next_ms);
        char when[TIME_TEXT_BYTES];
        assert_int_equal(stage.at_ms, next_ms);
        time_text(next_ms, when);
        when[16] = '\0';
        len += (size_t)snprintf(text + len, WALK_BYTES - len, "%s%s %s%s%s",
                i == 0 ? "" : ", ", when + 2, DEEDS[stage.deed],
                stage.cause != 0 ? " " : "",
                vocab_code(VOCAB_ESCALATION_CAUSE, stage.cause));
        assert_true(len < WALK_BYTES);
        if (stage.deed >= DEED_BACK)
            return;
        at_ms = next_ms;
    }
    fail_msg("it never ends: %s", text);
}

static const uint16_t URGENCIES[] = {URGENCY_CRISIS, URGENCY_URGENT, URGENCY_ROUTINE};

/* A state that is entered on Christmas Eve, a Thursday, at 15:00 in Brussels; waiting
 * lists and holds until a date 20 days later. */
/* clang-format off */
static const struct {
    enum offer_state state;
    const char *walk[3];
} ROWS[] = {
    {OFFER_STATE_REQUESTED, {
            "26-12-24T14:05 warn, "
            "26-12-24T15:00 overdue not_seen, "
            "26-12-24T16:00 expire",
            "26-12-24T18:00 warn, "
            "26-12-28T14:00 overdue not_seen, "
            "26-12-29T14:00 expire",
            "26-12-28T14:00 warn, "
            "26-12-30T14:00 overdue, "
            "27-01-05T14:00 expire",
    }},
    {OFFER_STATE_SEEN, {
            "26-12-24T16:00 expire",
            "26-12-29T14:00 expire",
            "27-01-11T14:00 expire",
    }},
    {OFFER_STATE_INFO_REQUESTED, {
            "26-12-24T15:00 back",
            "26-12-28T14:00 back",
            "27-01-04T14:00 back",
    }},
    {OFFER_STATE_WAITLISTED, {
            "27-01-03T14:00 ask, "
            "27-01-13T14:00 expire",
            "27-01-03T14:00 ask, "
            "27-01-13T14:00 expire",
            "27-01-03T14:00 ask, "
            "27-01-13T14:00 expire",
    }},
    {OFFER_STATE_ACCEPTED, {
            "26-12-25T14:00 target, "
            "26-12-26T14:00 both no_first_contact, "
            "27-01-20T14:00 review too_long, "
            "27-01-23T14:00 expire",
            "26-12-30T14:00 target, "
            "27-01-05T14:00 both no_first_contact, "
            "27-06-04T14:00 review too_long, "
            "27-06-22T14:00 expire",
            "27-01-07T14:00 target, "
            "27-01-21T14:00 both no_first_contact, "
            "27-11-18T02:00 review too_long, "
            "27-12-24T14:00 expire",
    }},
    {OFFER_STATE_IN_PROGRESS, {
            "26-12-25T14:00 target, "
            "26-12-26T14:00 both no_progress, "
            "27-01-20T14:00 review too_long, "
            "27-01-23T14:00 expire",
            "27-01-07T14:00 target, "
            "27-01-21T14:00 both no_progress, "
            "27-06-04T14:00 review too_long, "
            "27-06-22T14:00 expire",
            "27-01-23T14:00 target, "
            "27-02-22T14:00 both no_progress, "
            "27-11-18T02:00 review too_long, "
            "27-12-24T14:00 expire",
    }},
    {OFFER_STATE_ON_HOLD, {
            "26-12-27T14:00 both, "
            "26-12-28T14:00 both hold_over, "
            "27-01-20T14:00 review too_long, "
            "27-01-23T14:00 expire",
            "27-01-13T14:00 both, "
            "27-01-27T14:00 both hold_over, "
            "27-06-04T14:00 review too_long, "
            "27-06-22T14:00 expire",
            "27-01-13T14:00 both, "
            "27-02-12T14:00 both hold_over, "
            "27-11-18T02:00 review too_long, "
            "27-12-24T14:00 expire",
    }},
    {OFFER_STATE_COMPLETED, {
            "26-12-26T14:00 sender, "
            "26-12-28T14:00 close",
            "26-12-30T02:00 sender, "
            "27-01-04T14:00 close",
            "26-12-31T14:00 sender, "
            "27-01-07T14:00 close",
    }},
    {OFFER_STATE_FAILED, {
            "26-12-26T14:00 sender, "
            "26-12-28T14:00 close",
            "26-12-30T02:00 sender, "
            "27-01-04T14:00 close",
            "26-12-31T14:00 sender, "
            "27-01-07T14:00 close",
    }},
    {OFFER_STATE_NONE, {"", "", ""}},
    {OFFER_STATE_QUEUED, {"", "", ""}},
    {OFFER_STATE_SKIPPED, {"", "", ""}},
    {OFFER_STATE_DECLINED, {"", "", ""}},
    {OFFER_STATE_NOT_SELECTED, {"", "", ""}},
    {OFFER_STATE_EXPIRED, {"", "", ""}},
    {OFFER_STATE_CANCELLED, {"", "", ""}},
    {OFFER_STATE_IN_ERROR, {"", "", ""}},
};
/* clang-format on */

static void time_does_what_the_table_says(void **state)
{
    (void)state;
    char text[WALK_BYTES];
    for (size_t i = 0; i < COUNT_OF(ROWS); i++)
        for (size_t k = 0; k < COUNT_OF(URGENCIES); k++) {
            struct lifecycle_clock clock = {.state = ROWS[i].state,
                    .urgency = URGENCIES[k],
                    .at_ms = instant("2026-12-24", 14)};
            lifecycle_clock_step(&LIFECYCLE_DEFAULTS, &clock, OFFER_STATE_NONE,
                    clock.at_ms + (int64_t)20 * TIME_DAY_MS);
            walk(&LIFECYCLE_DEFAULTS, &clock, text);
            if (ROWS[i].walk[k] == NULL || strcmp(text, ROWS[i].walk[k]) != 0)
                fail_msg("%s %zu: \"%s\"", offer_state_name(ROWS[i].state), k, text);
        }
}

/* ------------------------------------------------------------ from state to state */

static struct lifecycle_clock offered(uint16_t urgency)
{
    struct lifecycle_clock clock = {.state = OFFER_STATE_REQUESTED,
            .urgency = urgency,
            .at_ms = instant("2026-06-01", 10)};
    lifecycle_clock_step(&LIFECYCLE_DEFAULTS, &clock, OFFER_STATE_NONE, 0);
    return clock;
}

static void step(struct lifecycle_clock *clock, enum offer_state to, int64_t at_ms,
        int64_t date_ms)
{
    enum offer_state from = clock->state;
    clock->state = to;
    clock->at_ms = at_ms;
    lifecycle_clock_step(&LIFECYCLE_DEFAULTS, clock, from, date_ms);
}

static int64_t next(const struct lifecycle_clock *clock, int64_t now_ms)
{
    return lifecycle_clock_next(&LIFECYCLE_DEFAULTS, clock, now_ms);
}

static enum lifecycle_deed deed(const struct lifecycle_clock *clock, int64_t now_ms)
{
    return lifecycle_clock_now(&LIFECYCLE_DEFAULTS, clock, now_ms).deed;
}

/* The time to decide runs from the offer, whenever it is opened; a question stops it,
 * and after the reply it begins anew. */
static void opening_gives_no_more_time_to_decide(void **state)
{
    (void)state;
    struct lifecycle_clock clock = offered(URGENCY_URGENT);
    int64_t limit_ms = clock.limit_ms, life_ms = clock.life_ms;
    assert_int_equal(limit_ms, instant("2026-06-03", 10));
    step(&clock, OFFER_STATE_SEEN, instant("2026-06-02", 9), 0);
    assert_int_equal(clock.limit_ms, limit_ms);
    step(&clock, OFFER_STATE_INFO_REQUESTED, instant("2026-06-02", 10), 0);
    assert_int_equal(clock.limit_ms, instant("2026-06-03", 10));
    step(&clock, OFFER_STATE_SEEN, instant("2026-06-02", 12), 0);
    assert_int_equal(clock.limit_ms, instant("2026-06-04", 12));
    assert_int_equal(clock.life_ms, life_ms);
}

static void what_is_accepted_lives_on_when_it_is_reviewed(void **state)
{
    (void)state;
    struct lifecycle_clock clock = offered(URGENCY_CRISIS);
    int64_t life_ms = clock.life_ms;
    int64_t warning_ms = life_ms - (int64_t)3 * TIME_DAY_MS;
    assert_int_equal(life_ms, instant("2026-07-01", 10));
    step(&clock, OFFER_STATE_ACCEPTED, instant("2026-06-01", 11), 0);
    step(&clock, OFFER_STATE_IN_PROGRESS, instant("2026-06-02", 11), 0);
    step(&clock, OFFER_STATE_IN_PROGRESS, warning_ms - 1, 0);
    assert_int_equal(clock.life_ms, life_ms);
    step(&clock, OFFER_STATE_IN_PROGRESS, warning_ms, 0);
    assert_int_equal(clock.life_ms, warning_ms + (int64_t)30 * TIME_DAY_MS);
}

static void what_nobody_has_accepted_does_not(void **state)
{
    (void)state;
    struct lifecycle_clock clock = offered(URGENCY_URGENT);
    int64_t life_ms = clock.life_ms;
    step(&clock, OFFER_STATE_WAITLISTED, life_ms - TIME_DAY_MS,
            life_ms + (int64_t)100 * TIME_DAY_MS);
    assert_int_equal(clock.life_ms, life_ms);
    assert_int_equal(next(&clock, clock.at_ms), life_ms);
    assert_int_equal(deed(&clock, life_ms), DEED_EXPIRE);
}

/* Half-way is too late where the table says sooner. */
static void who_waits_half_a_year_is_asked_after_a_month(void **state)
{
    (void)state;
    struct lifecycle_clock clock = offered(URGENCY_URGENT);
    int64_t day_ms = TIME_DAY_MS;
    step(&clock, OFFER_STATE_WAITLISTED, clock.at_ms, clock.at_ms + 170 * day_ms);
    assert_int_equal(next(&clock, clock.at_ms), clock.at_ms + 30 * day_ms);
    clock = offered(URGENCY_ROUTINE);
    step(&clock, OFFER_STATE_WAITLISTED, clock.at_ms, clock.at_ms + 170 * day_ms);
    assert_int_equal(next(&clock, clock.at_ms), clock.at_ms + 85 * day_ms);
}

/* A broker that stood still ends first what has to end, and of reminders gives the
 * newest alone. */
static void what_was_missed_ends_first(void **state)
{
    (void)state;
    const int64_t late_ms = instant("2026-06-20", 10);
    struct lifecycle_clock clock = offered(URGENCY_URGENT);
    assert_int_equal(deed(&clock, late_ms), DEED_EXPIRE);
    /* It stays due until it is done. */
    assert_int_equal(next(&clock, late_ms), instant("2026-06-03", 10));
    step(&clock, OFFER_STATE_INFO_REQUESTED, clock.at_ms, 0);
    assert_int_equal(deed(&clock, clock.life_ms - 1), DEED_BACK);
    step(&clock, OFFER_STATE_ACCEPTED, clock.at_ms, 0);
    assert_int_equal(deed(&clock, late_ms), DEED_REMIND_BOTH);
    assert_int_equal(deed(&clock, clock.at_ms), DEED_NONE);
}

static void what_is_confirmed_waits_for_nothing(void **state)
{
    (void)state;
    struct lifecycle_clock clock = offered(URGENCY_ROUTINE);
    clock.state = OFFER_STATE_IN_PROGRESS;
    step(&clock, OFFER_STATE_COMPLETED, clock.at_ms, 0);
    assert_int_not_equal(clock.limit_ms, 0);
    clock.closed = true;
    assert_int_equal(next(&clock, clock.at_ms), 0);
    assert_int_equal(deed(&clock, clock.limit_ms), DEED_NONE);
    step(&clock, OFFER_STATE_COMPLETED, clock.at_ms, 0);
    assert_int_equal(clock.limit_ms, 0);
    /* Another offer of that referral, opened again, still has its own time. */
    clock.state = OFFER_STATE_ACCEPTED;
    assert_int_not_equal(next(&clock, clock.at_ms), 0);
}

/* Every live state has a next date, whatever an area has set. */
static void every_live_state_comes_to_an_end(void **state)
{
    (void)state;
    struct lifecycle_limits seconds = LIFECYCLE_DEFAULTS;
    const struct lifecycle_limits *const limits[] = {&LIFECYCLE_DEFAULTS, &seconds};
    char text[WALK_BYTES];
    for (int timer = 0; timer < N_LIFECYCLE_TIMERS; timer++)
        for (size_t k = 0; k < COUNT_OF(URGENCIES); k++)
            seconds.of[timer][URGENCIES[k]] = (struct time_length){1, TIME_IN_s};
    for (int s = OFFER_STATE_REQUESTED; s <= OFFER_STATE_FAILED; s++)
        for (size_t k = 0; k < 2 * COUNT_OF(URGENCIES); k++) {
            struct lifecycle_clock clock = {.state = (enum offer_state)s,
                    .urgency = URGENCIES[k / 2],
                    .at_ms = instant("2026-10-24", 23)};
            lifecycle_clock_step(limits[k % 2], &clock, OFFER_STATE_NONE,
                    clock.at_ms + 500);
            walk(limits[k % 2], &clock, text);
            assert_true(strstr(text, "expire") != NULL ||
                        strstr(text, "back") != NULL || strstr(text, "close") != NULL);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(time_does_what_the_table_says),
            cmocka_unit_test(opening_gives_no_more_time_to_decide),
            cmocka_unit_test(what_is_accepted_lives_on_when_it_is_reviewed),
            cmocka_unit_test(what_nobody_has_accepted_does_not),
            cmocka_unit_test(who_waits_half_a_year_is_asked_after_a_month),
            cmocka_unit_test(what_was_missed_ends_first),
            cmocka_unit_test(what_is_confirmed_waits_for_nothing),
            cmocka_unit_test(every_live_state_comes_to_an_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
