/* unit_lifecycle_referral.c - timers of an offer, and what a referral is by its offers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "core/lifecycle.h"
#include "core/time.h"
#include "core/vocab.h"
#include "tests/stops.h"

/* One letter a state, in the order of enum offer_state: none, Requested, Seen, Info
 * requested, Waitlisted, Accepted, in Progress, on Hold, Completed, Failed, Declined,
 * Not selected, eXpired, cancelLed, in Error. */
static const char LETTERS[] = "-RSIWAPHCFDNXLEQK";
enum { N_STATES = 17 };

/* --- timers --- */

/* From Christmas Eve 2026, a Thursday, 15:00 in Brussels; the 25th and 1 January are
 * holidays. */
static void timers_end_when_the_table_says(void **state)
{
    (void)state;
    static const char *const DUE[N_LIFECYCLE_TIMERS][3] = {
            [TIMER_ON_DEVICE] = {"2026-12-24T14:05", "2026-12-24T18:00",
                                 "2026-12-28T14:00"                                        },
            [TIMER_SEEN] = {"2026-12-24T15:00", "2026-12-28T14:00", "2026-12-30T14:00"},
            [TIMER_DECISION] = {"2026-12-24T16:00", "2026-12-29T14:00",
                                 "2027-01-11T14:00"                                        },
            [TIMER_INFO] = {"2026-12-24T15:00", "2026-12-28T14:00", "2027-01-04T14:00"},
            [TIMER_FIRST_CONTACT] = {"2026-12-25T14:00", "2026-12-30T14:00",
                                 "2027-01-07T14:00"                                        },
            [TIMER_PROGRESS] = {"2026-12-25T14:00", "2027-01-07T14:00",
                                 "2027-01-23T14:00"                                        },
            [TIMER_HOLD] = {"2026-12-27T14:00", "2027-01-23T14:00", "2027-02-22T14:00"},
            [TIMER_WAITLIST] = {NULL,               "2027-01-23T14:00", "2027-06-22T14:00"},
            [TIMER_UNPLACED] = {"2026-12-24T15:00", "2026-12-28T14:00",
                                 "2027-01-04T14:00"                                        },
            [TIMER_ERASE] = {"2026-12-24T18:00", "2026-12-25T14:00",
                                 "2026-12-25T14:00"                                        },
            [TIMER_CONFIRM] = {"2026-12-28T14:00", "2027-01-04T14:00",
                                 "2027-01-07T14:00"                                        },
            [TIMER_OUTER_LIFE] = {"2027-01-23T14:00", "2027-06-22T14:00",
                                 "2027-12-24T14:00"                                        },
    };
    static const uint16_t URGENCIES[3] = {URGENCY_CRISIS, URGENCY_URGENT,
            URGENCY_ROUTINE};
    int32_t day;
    assert_true(time_day_parse("2026-12-24", &day));
    int64_t now_ms = (int64_t)day * TIME_DAY_MS + 14 * TIME_HOUR_MS;

    for (int timer = 0; timer < N_LIFECYCLE_TIMERS; timer++) {
        for (size_t i = 0; i < 3; i++) {
            int64_t due_ms = lifecycle_due(&LIFECYCLE_DEFAULTS,
                    (enum lifecycle_timer)timer, URGENCIES[i], now_ms);
            char text[TIME_TEXT_BYTES];
            if (DUE[timer][i] == NULL) {
                assert_int_equal(due_ms, 0);
                continue;
            }
            time_text(due_ms, text);
            text[16] = '\0';
            assert_string_equal(text, DUE[timer][i]);
        }
        assert_int_equal(lifecycle_due(&LIFECYCLE_DEFAULTS, (enum lifecycle_timer)timer,
                                 0, now_ms),
                0);
        assert_int_equal(lifecycle_due(&LIFECYCLE_DEFAULTS, (enum lifecycle_timer)timer,
                                 N_URGENCY, now_ms),
                0);
    }
}

/* --- the referral --- */

static enum referral_state derive(const char *offers, bool closed)
{
    enum offer_state states[4];
    size_t n = strlen(offers);
    for (size_t i = 0; i < n; i++)
        states[i] = (enum offer_state)(strchr(LETTERS, offers[i]) - LETTERS);
    return lifecycle_referral(states, n, closed);
}

static void a_referral_is_what_its_offers_make_it(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *offers;
        const char *none_left; /* nobody is left to ask */
        const char *left;      /* one more of a list is still to be asked */
    } ROWS[] = {
        {"", "draft", "open"},          {"-", "draft", "open"},          {"--", "draft", "open"},
        {"R", "open", "open"},          {"S", "open", "open"},           {"I", "open", "open"},
        {"W", "placed", "placed"},      {"A", "placed", "placed"},       {"P", "placed", "placed"},
        {"H", "placed", "placed"},      {"C", "outcome_reported", "open"},
        {"F", "outcome_reported", "open"},
        {"D", "unplaced", "open"},      {"N", "unplaced", "open"},       {"X", "expired", "open"},
        {"L", "revoked", "open"},    {"E", "in_error", "open"},
        /* A list, one after the other. */
        {"DR", "open", "open"},         {"DA", "placed", "placed"},      {"DD", "unplaced", "open"},
        {"DX", "unplaced", "open"},     {"XX", "unplaced", "open"},      {"X-", "expired", "open"},
        {"DL", "revoked", "open"},   {"DE", "in_error", "open"},  {"LR", "open", "open"},
        {"DC", "outcome_reported", "open"},
        {"EA", "placed", "placed"},     {"LE", "in_error", "open"},
        /* Several at once. */
        {"RSI", "open", "open"},        {"WRD", "open", "open"},         {"WDD", "placed", "placed"},
        {"ANN", "placed", "placed"},    {"LNN", "revoked", "open"},   {"LLD", "revoked", "open"},
        {"CNN", "outcome_reported", "open"},                 {"DDX", "unplaced", "open"},
        /* Opened again. */
        {"CR", "open", "open"},         {"FA", "placed", "placed"},      {"CW", "placed", "placed"},
        {"CD", "outcome_reported", "open"},
        {"FL", "outcome_reported", "open"},
    };
    /* clang-format on */
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        bool made = strspn(ROWS[i].offers, "-") < strlen(ROWS[i].offers);
        const char *offers = ROWS[i].offers;
        /* What somebody ended is confirmed, what nobody took is given up. */
        bool ended = strpbrk(offers, "CF") != NULL;
        const char *closed = !made ? "draft" : ended ? "closed" : "revoked";
        /* The same list with somebody who was not asked yet. */
        char longer[8];
        snprintf(longer, sizeof longer, "%sQ", offers);
        assert_string_equal(referral_state_name(derive(offers, false)),
                ROWS[i].none_left);
        assert_string_equal(referral_state_name(derive(longer, false)), ROWS[i].left);
        assert_string_equal(referral_state_name(derive(offers, true)), closed);
        assert_string_equal(referral_state_name(derive(longer, true)),
                ended ? "closed" : "revoked");
    }
    assert_string_equal(referral_state_name(N_REFERRAL_STATES), "unknown");
}

/* Any three offers: somebody at work means placed, whatever else there is; the order
 * says nothing. */
static void any_three_offers_make_one_state(void **state)
{
    (void)state;
    for (int n = 0; n < N_STATES * N_STATES * N_STATES; n++) {
        char abc[] = {LETTERS[n % N_STATES], LETTERS[n / N_STATES % N_STATES],
                LETTERS[n / (N_STATES * N_STATES)], '\0'};
        char cab[] = {abc[2], abc[0], abc[1], '\0'};
        enum referral_state is = derive(abc, false);
        assert_int_equal(derive(cab, false), is);
        assert_int_equal(is == REFERRAL_DRAFT, strspn(abc, "-") == 3);
        if (strpbrk(abc, "APH") != NULL)
            assert_int_equal(is, REFERRAL_PLACED);
        if (strpbrk(abc, "RSIWAPHQ") == NULL) {
            assert_int_not_equal(is, REFERRAL_OPEN);
            assert_int_not_equal(is, REFERRAL_PLACED);
        }
    }
}

/* A timer or a state that is none was written by a bug of ours. */
static void what_cannot_be_stops_the_program(void **state)
{
    (void)state;
    const enum offer_state wild = (enum offer_state)32;
    assert_stops(
            lifecycle_due(&LIFECYCLE_DEFAULTS, N_LIFECYCLE_TIMERS, URGENCY_URGENT, 0));
    assert_stops(lifecycle_referral(&wild, 1, false));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(timers_end_when_the_table_says),
            cmocka_unit_test(a_referral_is_what_its_offers_make_it),
            cmocka_unit_test(any_three_offers_make_one_state),
            cmocka_unit_test(what_cannot_be_stops_the_program),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
