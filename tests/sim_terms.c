/* sim_terms.c - nothing stays longer than its term: each kind of row at its last day
 * and past it, grounds that keep a case longer, what is erased and gone from the disk,
 * and the report with no overdue rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/home_conf.h"
#include "core/time.h"
#include "core/vocab.h"
#include "nodes/retention.h"
#include "tests/peek.h"
#include "tests/world.h"

#define HOME   "thuiszorg"
#define TARGET "aksant"
#define REPORT "meldpunt"

#define DAY ((long long)TIME_DAY_MS)

static const struct retention *ask(const char *id, bool run)
{
    const struct retention_ask wish = {.run = run};
    struct request request = {.retention = &wish};
    return world_must(id, &request, "")->retention;
}

static const struct retention_line *line_of(const struct retention *retention,
        const char *kind)
{
    for (size_t i = 0; i < retention->n_lines; i++)
        if (strcmp(retention->lines[i].kind, kind) == 0)
            return &retention->lines[i];
    fail_msg("no line \"%s\"", kind);
    return NULL;
}

static uint64_t overdue(const struct retention *retention)
{
    uint64_t n = 0;
    for (size_t i = 0; i < retention->n_lines; i++)
        n += retention->lines[i].overdue;
    return n;
}

/* A referral that TARGET has declined or worked through, and HOME has closed. */
static uint64_t closed_case(uint16_t basis)
{
    const struct world_consent wish = {.recipients = {TARGET}};
    uint64_t consent = world_consent(HOME, &wish);
    const struct reply *reply = world_refer(HOME, consent, TARGET, "Rosa Voorbeeld");
    assert_string_equal(reply->code, "");
    uint64_t sent = reply->made->case_number;
    world_quiet();
    uint64_t got = world_newest(TARGET, CASE_BOX_NONE);
    world_do(TARGET, got, OFFER_EVENT_ACCEPT);
    if (basis != 0) {
        const struct act act = {.case_number = got, .retention = basis};
        struct request request = {.act = &act};
        world_must(TARGET, &request, "");
    }
    world_do(TARGET, got, OFFER_EVENT_START);
    world_do(TARGET, got, OFFER_EVENT_OUTCOME);
    world_do(HOME, sent, OFFER_EVENT_CONFIRM);
    return got;
}

/* Make every row of these tables this much older. */
static void age(const char *id, long long days)
{
    struct sqlite3 *db = peek_of(id);
    peek_number(db,
            "UPDATE case_file SET created_ms = created_ms - %lld, "
            "updated_ms = updated_ms - %lld",
            days * DAY, days * DAY);
}

static int64_t living(const char *id)
{
    return peek_number(peek_of(id),
            "SELECT count(*) FROM case_file WHERE wrapped_key IS NOT NULL");
}

/* ------------------------------------------------------------ referrals */

static const struct row {
    uint16_t basis;
    long long days;
} ROWS[] = {
        {0,                              730  },
        {RETENTION_BASIS_LEGAL_DUTY,     3650 },
        {RETENTION_BASIS_PATIENT_RECORD, 10958},
        {RETENTION_BASIS_SOCIAL_FILE,    3650 },
        {RETENTION_BASIS_LEGAL_CLAIM,    3650 },
        {RETENTION_BASIS_VITAL_INTEREST, 730  },
        {RETENTION_BASIS_OWN_CONSENT,    730  },
};

static void a_case_stays_for_its_term(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        world_fresh(430 + i);
        (void)closed_case(ROWS[i].basis);
        age(TARGET, ROWS[i].days - 1);
        const struct retention *report = ask(TARGET, true);
        assert_int_equal(living(TARGET), 1);
        assert_int_equal(line_of(report, "cases")->rows, 1);
        assert_int_equal(line_of(report, "cases")->overdue, 0);
        assert_int_equal(report->n_kept, ROWS[i].basis != 0);
        if (ROWS[i].basis != 0)
            assert_int_equal(report->kept[0].basis, ROWS[i].basis);
        age(TARGET, 2);
        assert_int_equal(line_of(ask(TARGET, false), "cases")->overdue, 1);
        report = ask(TARGET, true);
        assert_int_equal(line_of(report, "cases")->destroyed, 1);
        assert_int_equal(overdue(report), 0);
        assert_int_equal(living(TARGET), 0);
        assert_null(world_show(TARGET, 1)->referral);
        world_end();
    }
}

/* A node may let go sooner; another one keeps to its own terms. */
static void a_node_sets_its_own_terms(void **state)
{
    static const char *const SETTINGS[][2] = {
            {"keep_cases_days",     "60"  },
            {"keep_records_days",   "400" },
            {"keep_registers_days", "500" },
            {"keep_signals_days",   "20"  },
            {"open_signals_days",   "40"  },
            {"keep_consents_days",  "600" },
            {"keep_proofs_days",    "2000"},
    };
    static const char *const KINDS[] = {"cases", "signals", "consents", "rights",
            "violations", "receipts", "replies", "evidence", "openings"};
    static const uint32_t DAYS[] = {60, 20, 600, 500, 500, 36, 30, 2000, 2000};
    (void)state;
    world_fresh(460);
    world_stop(TARGET);
    for (size_t i = 0; i < COUNT_OF(SETTINGS); i++)
        network_set(world_network(), TARGET, SETTINGS[i][0], SETTINGS[i][1]);
    world_start(TARGET);
    world_quiet();
    (void)closed_case(0);
    (void)closed_case(RETENTION_BASIS_LEGAL_DUTY);
    for (size_t i = 0; i < COUNT_OF(KINDS); i++)
        assert_int_equal(line_of(ask(TARGET, false), KINDS[i])->term_days, DAYS[i]);
    assert_int_equal(line_of(ask(HOME, false), "cases")->term_days, 730);
    age(TARGET, 59);
    (void)ask(TARGET, true);
    assert_int_equal(living(TARGET), 2);
    age(TARGET, 2);
    (void)ask(TARGET, true);
    assert_int_equal(living(TARGET), 1);
    age(TARGET, 400 - 61 - 1);
    (void)ask(TARGET, true);
    assert_int_equal(living(TARGET), 1);
    age(TARGET, 2);
    (void)ask(TARGET, true);
    assert_int_equal(living(TARGET), 0);
    assert_int_equal(living(HOME), 2);
    /* What a person is told of a new consent is the setting too. */
    const struct world_consent wish = {.recipients = {HOME}};
    (void)world_consent(TARGET, &wish);
    assert_int_equal(peek_number(peek_of(TARGET), "SELECT max(keep_days) FROM consent"),
            600);
    world_end();
}

/* Below the least, above the most, and just within. */
static void a_term_has_its_bounds(void **state)
{
    static const struct {
        const char *key;
        long long least, most;
    } BOUNDS[] = {
            {"keep_cases_days",     30,    1825 },
            {"keep_records_days",   365,   3653 },
            {"keep_patient_days",   10958, 18263},
            {"keep_signals_days",   7,     365  },
            {"open_signals_days",   30,    365  },
            {"keep_consents_days",  365,   3650 },
            {"keep_registers_days", 365,   3653 },
            {"keep_proofs_days",    1825,  3653 },
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(BOUNDS); i++) {
        const long long values[] = {BOUNDS[i].least - 1, BOUNDS[i].least,
                BOUNDS[i].most, BOUNDS[i].most + 1};
        for (size_t k = 0; k < COUNT_OF(values); k++) {
            struct node_conf conf;
            struct err err = {.code = CODE_OK};
            char line[64];
            snprintf(line, sizeof line, "%s = %lld\n", BOUNDS[i].key, values[k]);
            bool ok = conf_parse(span_text(line), "node.conf", NODE_KEYS, N_NODE_KEYS,
                    &conf, &err);
            assert_int_equal(ok, k == 1 || k == 2);
            assert_int_equal(err.code, ok ? CODE_OK : ERR_CONFIG);
        }
    }
}

/* What is not closed has no term of this kind: its offer has. */
static void what_runs_stays(void **state)
{
    const struct world_consent wish = {.recipients = {TARGET}};
    (void)state;
    world_fresh(440);
    uint64_t consent = world_consent(HOME, &wish);
    assert_string_equal(world_refer(HOME, consent, TARGET, "Rosa Voorbeeld")->code, "");
    world_quiet();
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    age(TARGET, 5000);
    age(HOME, 5000);
    assert_int_equal(line_of(ask(TARGET, true), "cases")->rows, 0);
    assert_int_equal(line_of(ask(HOME, true), "cases")->rows, 0);
    assert_int_equal(living(TARGET) + living(HOME), 2);
    world_end();
}

/* ------------------------------------------------------------ signals */

static void raise_signal_to_report(void)
{
    static const uint16_t needs[] = {NEED_CATEGORY_LONELINESS_ISOLATION};
    static const struct signal signal = {.needs = needs,
            .n_needs = 1,
            .person = "de buur"};
    static const struct raise_signal raise = {.recipient = REPORT,
            .urgency = URGENCY_URGENT,
            .area = "21004",
            .signal = &signal};
    struct request request = {.signal = &raise};
    world_must(HOME, &request, "");
}

/* Make signals this much older too, with what was said of them. */
static void age_signals(const char *id, long long days)
{
    age(id, days);
    peek_number(peek_of(id),
            "UPDATE signal SET raised_ms = raised_ms - %lld, closed_ms = "
            "iif(closed_ms > 0, closed_ms - %lld, 0), decided_ms = "
            "iif(decided_ms > 0, decided_ms - %lld, 0)",
            days * DAY, days * DAY, days * DAY);
    world_pass(2 * TIME_MINUTE_MS);
}

static int64_t signal_state(uint64_t number)
{
    return peek_number(peek_of(REPORT),
            "SELECT state FROM signal WHERE case_number = %lld", (long long)number);
}

static void end_signal(uint64_t number)
{
    const struct triage_signal triage = {.case_number = number};
    const struct end_signal no_action = {.case_number = number,
            .end = SIGNAL_END_NO_ACTION,
            .reason = NO_ACTION_REASON_UNFOUNDED};
    const struct end_signal close = {.case_number = number, .end = SIGNAL_END_CLOSE};
    struct request request = {.triage = &triage};
    world_must(REPORT, &request, "");
    request = (struct request){.signal_end = &no_action};
    world_must(REPORT, &request, "");
    request = (struct request){.signal_end = &close};
    world_must(REPORT, &request, "");
    world_quiet();
}

/* After its end; what was reported is erased on the same day at who reported it. */
static void signals_go_half_a_year_after_their_end(void **state)
{
    (void)state;
    world_fresh(441);
    raise_signal_to_report();
    world_quiet();
    end_signal(1);
    age_signals(REPORT, 179);
    age_signals(HOME, 179);
    (void)ask(REPORT, true);
    (void)ask(HOME, true);
    assert_int_equal(living(REPORT), 1);
    assert_int_equal(living(HOME), 1);
    age_signals(REPORT, 1);
    age_signals(HOME, 1);
    const struct retention *report = ask(REPORT, true);
    assert_int_equal(overdue(report), 0);
    assert_int_equal(living(REPORT), 0);
    (void)ask(HOME, true);
    assert_int_equal(living(HOME), 0);
    assert_int_equal(signal_state(1), SIGNAL_STATE_ERASED);
    world_end();
}

/* Nobody decides: after a year it is closed all the same, and its reporter hears that.
 */
static void no_signal_stays_open_for_over_a_year(void **state)
{
    (void)state;
    world_fresh(442);
    raise_signal_to_report();
    world_quiet();
    age_signals(REPORT, 364);
    assert_int_equal(signal_state(1), SIGNAL_STATE_RAISED);
    age_signals(REPORT, 1);
    world_quiet();
    assert_int_equal(signal_state(1), SIGNAL_STATE_CLOSED);
    assert_int_equal(peek_number(peek_of(REPORT), "SELECT reason FROM signal"),
            NO_ACTION_REASON_TERM_OVER);
    assert_int_equal(peek_number(peek_of(HOME), "SELECT told FROM signal"),
            SIGNAL_ANSWER_TOO_LONG);
    (void)ask(REPORT, true);
    assert_int_equal(living(REPORT), 1);
    age_signals(REPORT, 180);
    (void)ask(REPORT, true);
    assert_int_equal(living(REPORT), 0);
    world_end();
}

/* ------------------------------------------------------------ consents, registers */

/* The person was told how long: each record has its own term, to the day. */
static void a_consent_stays_as_long_as_the_person_was_told(void **state)
{
    (void)state;
    world_fresh(41);
    const struct world_consent wish = {.recipients = {TARGET}};
    world_consent(HOME, &wish);
    world_consent(HOME, &wish);
    struct sqlite3 *db = peek_of(HOME);
    peek_number(db, "UPDATE consent SET until_day = until_day - 1000");
    peek_number(db, "UPDATE consent SET keep_days = 90 WHERE number = 1");
    world_pass(TIME_DAY_MS);
    assert_int_equal(peek_number(db, "SELECT count(*) FROM consent"), 1);
    assert_int_equal(peek_number(db, "SELECT number FROM consent"), 2);
    world_end();
}

static void consents_go_after_their_cases(void **state)
{
    (void)state;
    world_fresh(442);
    (void)closed_case(0);
    struct sqlite3 *db = peek_of(HOME);
    peek_number(db, "UPDATE consent SET until_day = until_day - 4000");
    /* A case under it is still there. */
    const struct retention *report = ask(HOME, true);
    assert_int_equal(line_of(report, "consents")->rows, 1);
    assert_int_equal(line_of(report, "consents")->overdue, 0);
    age(HOME, 800);
    (void)ask(HOME, true);
    report = ask(HOME, true);
    assert_int_equal(line_of(report, "consents")->rows, 0);
    assert_int_equal(overdue(report), 0);
    assert_int_equal(peek_number(db, "SELECT count(*) FROM capsule WHERE consent IS "
                                     "NULL"),
            1);
    world_pass(TIME_HOUR_MS);
    assert_int_equal(overdue(ask(HOME, false)), 0);
    world_end();
}

static void registers_go_after_five_years(void **state)
{
    (void)state;
    world_fresh(443);
    struct sqlite3 *db = peek_of(HOME);
    long long now = (long long)sim_now();
    static const long long days[] = {1824, 1826};
    for (size_t i = 0; i < COUNT_OF(days); i++) {
        peek_number(db,
                "INSERT INTO violation (at_ms, ours, other, msg_id, type, code, "
                "case_number) VALUES (%lld, 0, 'x', x'00', 1, '', 0)",
                now - days[i] * DAY);
        peek_number(db,
                "INSERT INTO rights (ours, type, request_id, case_number, "
                "offer_id, other, asked_ms, due_ms, extended, answer, reason, "
                "retention, answered_ms) VALUES (1, 9, randomblob(16), 1, "
                "randomblob(16), 'x', 1, 2, 0, 1, 0, 0, %lld)",
                now - days[i] * DAY);
    }
    /* One that nobody has answered stays, however old. */
    peek_number(db,
            "INSERT INTO rights (ours, type, request_id, case_number, offer_id, "
            "other, asked_ms, due_ms, extended, answer, reason, retention, "
            "answered_ms) VALUES (1, 9, randomblob(16), 1, randomblob(16), 'x', "
            "1, 2, 0, 0, 0, 0, 0)");
    assert_int_equal(overdue(ask(HOME, false)), 2);
    const struct retention *report = ask(HOME, true);
    assert_int_equal(overdue(report), 0);
    assert_int_equal(line_of(report, "violations")->rows, 1);
    assert_int_equal(line_of(report, "rights")->rows, 2);
    world_end();
}

/* ------------------------------------------------------------ the round */

/* By itself, every hour, a bounded piece at a time. */
static void a_round_is_bounded(void **state)
{
    enum { MORE = 3 };
    (void)state;
    world_fresh(444);
    for (size_t i = 0; i < RETENTION_A_TURN + MORE; i++)
        raise_signal_to_report();
    world_quiet();
    assert_int_equal(living(REPORT), RETENTION_A_TURN + MORE);
    peek_number(peek_of(REPORT), "UPDATE signal SET state = %d, closed_ms = raised_ms",
            SIGNAL_STATE_CLOSED);
    age(REPORT, 181);
    peek_number(peek_of(REPORT), "UPDATE signal SET closed_ms = closed_ms - %lld",
            181 * DAY);
    /* One round, and not yet all of them. */
    for (int i = 0; i < 130 && living(REPORT) > RETENTION_A_TURN; i++)
        world_pass(TIME_MINUTE_MS);
    assert_int_equal(living(REPORT), MORE);
    world_pass(TIME_HOUR_MS + 2 * TIME_MINUTE_MS);
    assert_int_equal(living(REPORT), 0);
    assert_int_equal(overdue(ask(REPORT, false)), 0);
    assert_int_equal(peek_number(peek_of(REPORT),
                             "SELECT count(*) FROM trace WHERE what = 'term_over'"),
            RETENTION_A_TURN + MORE);
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(a_case_stays_for_its_term),
            cmocka_unit_test(a_node_sets_its_own_terms),
            cmocka_unit_test(a_term_has_its_bounds),
            cmocka_unit_test(what_runs_stays),
            cmocka_unit_test(signals_go_half_a_year_after_their_end),
            cmocka_unit_test(no_signal_stays_open_for_over_a_year),
            cmocka_unit_test(a_consent_stays_as_long_as_the_person_was_told),
            cmocka_unit_test(consents_go_after_their_cases),
            cmocka_unit_test(registers_go_after_five_years),
            cmocka_unit_test(a_round_is_bounded),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
