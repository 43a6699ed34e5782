/* unit_signals_life.c - the life of a signal: every state with every step, and each
 * guard; when people must have acted; who is left in peace. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "nodes/quiet.h"
#include "nodes/signals_life.h"

#define STATE(name) SIGNAL_STATE_##name

static const struct signals_asked WILLING = {
        .named = true,
        .consent = true,
        .reason = NO_ACTION_REASON_UNFOUNDED,
        .call = CRISIS_CALL_EMERGENCY_112,
};

static struct signals_result take(uint16_t state, enum signals_step step)
{
    struct signals_life life = {.state = state, .urgency = URGENCY_ROUTINE};
    struct signals_asked asked = WILLING;
    asked.step = step;
    return signals_step(&life, &asked);
}

/* Written by hand from docs/signals.md: where each step leads from each state, in the
 * order of the vocabulary; 0: it cannot be done there. */
/* clang-format off */
static const uint16_t LEADS_TO[N_SIGNALS_STEPS][N_SIGNAL_STATE] = {
        [SIGNALS_TRIAGE] = {0, STATE(TRIAGED)},
        [SIGNALS_ATTEMPT] = {0, 0, STATE(VERIFYING), STATE(VERIFYING), STATE(LINKED)},
        [SIGNALS_LINK] = {0, 0, STATE(LINKED), STATE(LINKED), STATE(LINKED)},
        [SIGNALS_CONVERT] = {0, 0, STATE(CONVERTED), STATE(CONVERTED),
                STATE(CONVERTED)},
        [SIGNALS_COME_BACK] = {0, 0, 0, 0, 0, STATE(TRIAGED)},
        [SIGNALS_CRISIS] = {0, 0, STATE(HANDED_TO_CRISIS), STATE(HANDED_TO_CRISIS),
                STATE(HANDED_TO_CRISIS)},
        [SIGNALS_DECLINED] = {0, 0, STATE(PERSON_DECLINED), STATE(PERSON_DECLINED),
                STATE(PERSON_DECLINED)},
        [SIGNALS_NO_ACTION] = {0, 0, STATE(NO_ACTION), STATE(NO_ACTION),
                STATE(NO_ACTION)},
        [SIGNALS_CLOSE] = {0, 0, 0, 0, 0, STATE(CLOSED), STATE(CLOSED), STATE(CLOSED),
                STATE(CLOSED)},
        [SIGNALS_TERM_OVER] = {0, STATE(CLOSED), STATE(CLOSED), STATE(CLOSED),
                STATE(CLOSED), STATE(CLOSED), STATE(CLOSED), STATE(CLOSED),
                STATE(CLOSED)},
        [SIGNALS_ERASE] = {0, 0, 0, 0, 0, 0, 0, 0, 0, STATE(ERASED)},
};
/* clang-format on */

static void test_only_the_table_passes(void **state)
{
    (void)state;
    for (uint16_t from = 0; from <= N_SIGNAL_STATE; from++)
        for (int step = 0; step < N_SIGNALS_STEPS; step++) {
            uint16_t to = from < N_SIGNAL_STATE ? LEADS_TO[step][from] : 0;
            struct signals_result got = take(from, (enum signals_step)step);
            if (got.code != (to != 0 ? CODE_OK : E_TRANSITION) ||
                    got.to != (to != 0 ? to : from))
                fail_msg("%s from %s leads to %s (%s)",
                        signals_step_name((enum signals_step)step),
                        vocab_code(VOCAB_SIGNAL_STATE, from),
                        vocab_code(VOCAB_SIGNAL_STATE, got.to), code_name(got.code));
            assert_int_equal(signals_allows(from, (enum signals_step)step), to != 0);
        }
    assert_string_equal(signals_step_name(N_SIGNALS_STEPS), "");
}

static void test_each_step_of_people_has_a_name_under_it(void **state)
{
    (void)state;
    for (int step = 0; step < N_SIGNALS_STEPS; step++) {
        bool by_time = step == SIGNALS_CLOSE || step == SIGNALS_TERM_OVER ||
                       step == SIGNALS_ERASE || step == SIGNALS_COME_BACK;
        uint16_t from = step == SIGNALS_TRIAGE      ? STATE(RAISED)
                        : step == SIGNALS_COME_BACK ? STATE(CONVERTED)
                        : step == SIGNALS_CLOSE     ? STATE(NO_ACTION)
                        : step == SIGNALS_ERASE     ? STATE(CLOSED)
                                                    : STATE(TRIAGED);
        struct signals_life life = {.state = from, .urgency = URGENCY_ROUTINE};
        struct signals_asked asked = WILLING;
        asked.step = (enum signals_step)step;
        asked.named = false;
        struct signals_result got = signals_step(&life, &asked);
        assert_int_equal(got.code, by_time ? CODE_OK : E_FIELD);
        assert_string_equal(got.field, by_time ? "" : "actor");
    }
}

static void test_urgency_is_only_raised(void **state)
{
    static const struct {
        uint16_t was, said;
        enum code code;
        uint16_t is;
    } rows[] = {
            {URGENCY_ROUTINE, 0,               CODE_OK, URGENCY_ROUTINE},
            {URGENCY_ROUTINE, URGENCY_ROUTINE, CODE_OK, URGENCY_ROUTINE},
            {URGENCY_ROUTINE, URGENCY_URGENT,  CODE_OK, URGENCY_URGENT },
            {URGENCY_ROUTINE, URGENCY_CRISIS,  CODE_OK, URGENCY_CRISIS },
            {URGENCY_URGENT,  URGENCY_ROUTINE, E_FIELD, URGENCY_URGENT },
            {URGENCY_CRISIS,  URGENCY_URGENT,  E_FIELD, URGENCY_CRISIS },
            {URGENCY_ROUTINE, N_URGENCY,       E_FIELD, URGENCY_ROUTINE},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct signals_life life = {.state = STATE(RAISED), .urgency = rows[i].was};
        struct signals_asked asked = {
                .step = SIGNALS_TRIAGE,
                .named = true,
                .urgency = rows[i].said,
        };
        struct signals_result got = signals_step(&life, &asked);
        assert_int_equal(got.code, rows[i].code);
        assert_int_equal(got.urgency, rows[i].is);
    }
}

static void test_there_are_three_attempts(void **state)
{
    (void)state;
    for (size_t n = 0; n <= SIGNALS_ATTEMPTS_MAX; n++) {
        struct signals_life life = {
                .state = STATE(VERIFYING),
                .urgency = URGENCY_ROUTINE,
                .n_attempts = n,
        };
        struct signals_asked asked = {.step = SIGNALS_ATTEMPT, .named = true};
        assert_int_equal(signals_step(&life, &asked).code,
                n < SIGNALS_ATTEMPTS_MAX ? CODE_OK : E_ATTEMPTS);
    }
}

static void test_no_referral_without_consent_and_no_end_without_a_reason(void **state)
{
    /* clang-format off */
    static const struct {
        enum signals_step step;
        struct signals_asked asked;
        enum code code;
    } rows[] = {
            {SIGNALS_CONVERT,   {.consent = false},                                 E_CONSENT_NONE},
            {SIGNALS_CONVERT,   {.consent = true},                                  CODE_OK       },
            {SIGNALS_CRISIS,    {.call = 0},                                        E_FIELD       },
            {SIGNALS_CRISIS,    {.call = N_CRISIS_CALL},                            E_FIELD       },
            {SIGNALS_CRISIS,    {.call = CRISIS_CALL_POLICE},                       CODE_OK       },
            {SIGNALS_NO_ACTION, {.reason = 0},                                      E_FIELD       },
            {SIGNALS_NO_ACTION, {.reason = N_NO_ACTION_REASON},                     E_FIELD       },
            {SIGNALS_NO_ACTION, {.reason = NO_ACTION_REASON_TERM_OVER},             E_FIELD       },
            {SIGNALS_NO_ACTION, {.reason = NO_ACTION_REASON_CONSENT_WITHDRAWN},     E_FIELD       },
            {SIGNALS_NO_ACTION, {.reason = NO_ACTION_REASON_NOT_FOUND},             CODE_OK       },
    };
    /* clang-format on */
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct signals_life life = {.state = STATE(TRIAGED), .urgency = URGENCY_URGENT};
        struct signals_asked asked = rows[i].asked;
        asked.step = rows[i].step;
        asked.named = true;
        assert_int_equal(signals_step(&life, &asked).code, rows[i].code);
    }
}

static void test_what_was_decided_is_remembered(void **state)
{
    (void)state;
    struct signals_asked close = {.step = SIGNALS_CLOSE};
    for (uint16_t from = STATE(CONVERTED); from <= STATE(NO_ACTION); from++) {
        struct signals_life life = {.state = from, .outcome = from};
        struct signals_result got = signals_step(&life, &close);
        assert_int_equal(got.to, STATE(CLOSED));
        assert_int_equal(got.outcome, from);
        assert_true(signals_is_decided(from));
        assert_false(signals_is_open(from));
    }
    /* Nobody decided for a year: that is no action. */
    struct signals_result got = take(STATE(LINKED), SIGNALS_TERM_OVER);
    assert_int_equal(got.outcome, STATE(NO_ACTION));
    assert_int_equal(take(STATE(TRIAGED), SIGNALS_DECLINED).outcome,
            STATE(PERSON_DECLINED));
    struct signals_life converted = {.state = STATE(CONVERTED),
            .outcome = STATE(CONVERTED)};
    struct signals_asked over = {.step = SIGNALS_TERM_OVER};
    assert_int_equal(signals_step(&converted, &over).outcome, STATE(CONVERTED));
    assert_true(signals_is_open(STATE(RAISED)));
    assert_false(signals_is_open(STATE(CLOSED)));
    assert_false(signals_is_open(N_SIGNAL_STATE));
    assert_false(signals_is_decided(N_SIGNAL_STATE));
}

/* ------------------------------------------------------------- time */

static int64_t at(const char *date, int hour)
{
    int32_t day;
    assert_true(time_day_parse(date, &day));
    return time_day_start(day) + hour * (int64_t)TIME_HOUR_MS;
}

static void test_limits_count_working_days(void **state)
{
    (void)state;
    /* Friday afternoon before a weekend; 1 and 11 November 2027 are holidays. */
    int64_t friday = at("2027-10-29", 15);
    assert_int_equal(signals_triage_due(URGENCY_CRISIS, friday), at("2027-10-29", 17));
    assert_int_equal(signals_triage_due(URGENCY_URGENT, friday), at("2027-11-02", 15));
    assert_int_equal(signals_triage_due(URGENCY_ROUTINE, friday), at("2027-11-08", 15));
    assert_int_equal(signals_answer_due(friday), at("2027-11-16", 15));
    assert_int_equal(signals_triage_due(N_URGENCY, friday), 0);
    assert_int_equal(signals_triage_due(0, friday), 0);
}

/* ------------------------------------------------------------- what is said at the end
 */

static void test_the_last_answer_does_not_tell_who_said_no(void **state)
{
    static const struct {
        uint16_t outcome, reason;
        bool helped;
        uint16_t answer;
    } rows[] = {
            {STATE(CONVERTED),        0,                            true,  SIGNAL_ANSWER_HELPED      },
            {STATE(CONVERTED),        0,                            false, SIGNAL_ANSWER_PASSED_ON   },
            {STATE(HANDED_TO_CRISIS), 0,                            false, SIGNAL_ANSWER_PASSED_ON   },
            {STATE(PERSON_DECLINED),  0,                            false, SIGNAL_ANSWER_NOT_POSSIBLE},
            {STATE(NO_ACTION),        NO_ACTION_REASON_NOT_REACHED, false,
             SIGNAL_ANSWER_NOT_POSSIBLE                                                              },
            {STATE(NO_ACTION),        NO_ACTION_REASON_SOLVED,      false,
             SIGNAL_ANSWER_NOT_NEEDED                                                                },
            {STATE(NO_ACTION),        NO_ACTION_REASON_REPEATED,    false,
             SIGNAL_ANSWER_PASSED_ON                                                                 },
            {STATE(NO_ACTION),        NO_ACTION_REASON_TERM_OVER,   false,
             SIGNAL_ANSWER_TOO_LONG                                                                  },
            {STATE(NO_ACTION),        N_NO_ACTION_REASON,           false, SIGNAL_ANSWER_NOT_POSSIBLE},
            {0,                       0,                            false, SIGNAL_ANSWER_NOT_POSSIBLE},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_int_equal(signals_last_answer(rows[i].outcome, rows[i].reason,
                                 rows[i].helped),
                rows[i].answer);
}

/* ------------------------------------------------------------- in peace */

static void test_who_said_no_is_left_in_peace(void **state)
{
    int64_t no_ms = at("2027-03-01", 10);
    int64_t until = quiet_until(no_ms);
    /* clang-format off */
    const struct {
        struct quiet_ask ask;
        enum code code;
    } rows[] = {
            {{.until_ms = 0, .now_ms = no_ms},                                       CODE_OK},
            {{.until_ms = until, .now_ms = no_ms},                                   E_QUIET},
            {{.until_ms = until, .now_ms = until - 1},                               E_QUIET},
            {{.until_ms = until, .now_ms = until},                                   CODE_OK},
            {{.until_ms = until, .now_ms = no_ms, .asked_for = true},                CODE_OK},
            {{.until_ms = until, .now_ms = no_ms, .why = "seen through the window"}, E_FIELD},
            {{.until_ms = until, .now_ms = no_ms,
                     .safety_basis = SAFETY_BASIS_NO_SIGN_OF_LIFE},                  E_FIELD},
            {{.until_ms = until, .now_ms = no_ms,
                     .safety_basis = SAFETY_BASIS_NO_SIGN_OF_LIFE,
                     .why = "seen through the window"},                              CODE_OK},
            {{.until_ms = until, .now_ms = no_ms, .safety_basis = N_SAFETY_BASIS,
                     .why = "a ground that does not exist"},                         E_FIELD},
            {{.until_ms = until, .now_ms = no_ms,
                     .safety_basis = SAFETY_BASIS_NO_SIGN_OF_LIFE, .why = ""},       E_FIELD},
    };
    /* clang-format on */
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_int_equal(quiet_judge(&rows[i].ask), rows[i].code);
    assert_int_equal((until - no_ms) / TIME_DAY_MS, QUIET_DAYS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(test_only_the_table_passes),
            cmocka_unit_test(test_each_step_of_people_has_a_name_under_it),
            cmocka_unit_test(test_urgency_is_only_raised),
            cmocka_unit_test(test_there_are_three_attempts),
            cmocka_unit_test(
                    test_no_referral_without_consent_and_no_end_without_a_reason),
            cmocka_unit_test(test_what_was_decided_is_remembered),
            cmocka_unit_test(test_limits_count_working_days),
            cmocka_unit_test(test_the_last_answer_does_not_tell_who_said_no),
            cmocka_unit_test(test_who_said_no_is_left_in_peace),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
