/* sim_selfcheck.c - the check of all rows: nothing wrong after a busy day, each broken
 * row named, and a nightly look that status tells of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "tests/peek.h"
#include "tests/world.h"

#define HOME   "thuiszorg"
#define TARGET "aksant"
#define OTHER  "chambry"

/* The checks of rows; doctor has others beside them. */
static const char *const NAMES[] = {"conservation", "next_dates", "owners",
        "kept_contents", "escalations", "steps", "waiting_letters", "cases_consents"};

static bool is_of_rows(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(NAMES); i++)
        if (strcmp(NAMES[i], name) == 0)
            return true;
    return false;
}

/* Doctor finds these wrong and nothing else of the rows: "next_dates steps ". */
static void assert_wrong(const char *id, const char *expected)
{
    const struct get_doctor get = {.full = false};
    struct request request = {.doctor = &get};
    char wrong[200] = "";
    size_t n_rows = 0;
    const struct doctor *doctor = world_must(id, &request, "")->doctor;

    for (size_t i = 0; i < doctor->n_checks; i++) {
        const struct check *check = &doctor->checks[i];
        size_t len = strlen(wrong);
        if (!is_of_rows(check->name))
            continue;
        n_rows++;
        assert_true(check->words[0] != '\0');
        if (!check->ok)
            snprintf(wrong + len, sizeof wrong - len, "%s ", check->name);
    }
    assert_true(n_rows >= 4);
    assert_string_equal(wrong, expected);
}

static void run(const char *id, const char *sql)
{
    char *why = NULL;

    if (sqlite3_exec(peek_of(id), sql, NULL, NULL, &why) != SQLITE_OK)
        fail_msg("%s: %s (%s)", id, sql, why);
}

static uint64_t refer(const char *secret)
{
    const struct world_consent wish = {
            .recipients = {TARGET, OTHER},
            .onward = 1
    };
    const struct reply *reply =
            world_refer(HOME, world_consent(HOME, &wish), TARGET, secret);

    assert_string_equal(reply->code, "");
    return reply->made->case_number;
}

/* One referral in each of the states in which something waits. */
static void a_busy_day(void)
{
    static const enum offer_event walks[][3] = {
            {0                   },
            { OFFER_EVENT_SEEN,     0, 0},
            {                   OFFER_EVENT_SEEN,     OFFER_EVENT_INFO_REQUEST, 0},
            {                   OFFER_EVENT_WAITLIST, 0, 0},
            {                   OFFER_EVENT_ACCEPT,   0, 0},
            {                   OFFER_EVENT_ACCEPT,   OFFER_EVENT_START, 0},
            {                   OFFER_EVENT_ACCEPT,   OFFER_EVENT_HOLD, 0},
            {                   OFFER_EVENT_ACCEPT,   OFFER_EVENT_START, OFFER_EVENT_OUTCOME},
            { OFFER_EVENT_DECLINE,  0, 0},
    };

    for (size_t i = 0; i < COUNT_OF(walks); i++) {
        (void)refer("Rosa Voorbeeld");
        world_quiet();
        uint64_t number = world_newest(TARGET, CASE_BOX_NONE);
        for (size_t k = 0; k < 3 && walks[i][k] != 0; k++)
            world_do(TARGET, number, walks[i][k]);
    }
}

static void nothing_is_wrong_after_a_busy_day(void **state)
{
    static const char *const who[] = {NETWORK_BROKER, HOME, TARGET};

    (void)state;
    world_fresh(61);
    a_busy_day();
    for (size_t i = 0; i < COUNT_OF(who); i++)
        assert_wrong(who[i], "");
    /* Also while steps are under way, and a month later, when limits have passed. */
    sim_unplug(TARGET, true);
    assert_string_equal(world_act(TARGET, 1, OFFER_EVENT_ACCEPT)->code, "");
    assert_wrong(TARGET, "");
    sim_unplug(TARGET, false);
    world_pass((int64_t)30 * TIME_DAY_MS);
    for (size_t i = 0; i < COUNT_OF(who); i++)
        assert_wrong(who[i], "");
    world_end();
}

/* What breaks a row, what mends it, and what doctor calls it. */
static const struct fault {
    const char *who, *broken, *mended, *name;
} FAULTS[] = {
        {NETWORK_BROKER, "UPDATE offer SET due_ms = 0 WHERE state = 5",
         "UPDATE offer SET due_ms = limit_ms WHERE state = 5",                                                                                 "next_dates "     },
        {NETWORK_BROKER, "UPDATE referral SET winner = 999 WHERE no = 1",
         "UPDATE referral SET winner = 0 WHERE no = 1",                                                                                        "owners "         },
        {NETWORK_BROKER, "UPDATE referral SET winner = -winner WHERE winner > 0",
         "UPDATE referral SET winner = -winner WHERE winner < 0",                                                                              "owners "         },
        {NETWORK_BROKER, "UPDATE offer SET referral = 2 WHERE no = 1",
         "UPDATE offer SET referral = 1 WHERE no = 1",                                                                                         "owners "         },
        {NETWORK_BROKER, "UPDATE referral SET closed = 3 WHERE no = 1",
         "UPDATE referral SET closed = 0 WHERE no = 1",                                                                                        "owners "         },
        {NETWORK_BROKER,
         "UPDATE letter SET offer = 999 WHERE live = 1 AND state = 1 AND offer = 1",          "UPDATE letter SET offer = 1 WHERE offer = 999", "kept_contents "  },
        {NETWORK_BROKER, "INSERT INTO sealed VALUES (99999, x'00')",
         "DELETE FROM sealed WHERE letter = 99999",                                                                                            "conservation "   },
        {NETWORK_BROKER, "UPDATE escalation SET look_ms = -look_ms",
         "UPDATE escalation SET look_ms = -look_ms",                                                                                           "escalations "    },
        {NETWORK_BROKER, "UPDATE escalation SET gap = 0",
         "UPDATE escalation SET gap = 1",                                                                                                      "escalations "    },
        {NETWORK_BROKER,
         "UPDATE referral SET closed = 2 WHERE no IN (SELECT referral FROM escalation)",      "UPDATE referral SET closed = 0",                "escalations "    },
        {HOME,           "UPDATE offer SET due_ms = 0 WHERE state = 5",
         "UPDATE offer SET due_ms = 1 WHERE state = 5",                                                                                        "next_dates "     },
        {HOME,           "UPDATE offer SET case_number = case_number + 1000 WHERE state = 5",
         "UPDATE offer SET case_number = case_number - 1000 WHERE state = 5",                                                                  "owners "         },
        {TARGET,         "UPDATE offer SET pending = 10 WHERE state = 5",
         "UPDATE offer SET pending = 0",                                                                                                       "steps "          },
        {HOME,           "UPDATE sent SET terminal = 0 WHERE number = 1",
         "UPDATE sent SET terminal = 1 WHERE number = 1",                                                                                      "waiting_letters "},
        {HOME,           "DELETE FROM capsule",                                               "SELECT 1",                                      "cases_consents " },
};

static void each_broken_row_is_named(void **state)
{
    (void)state;
    world_fresh(62);
    a_busy_day();
    for (size_t i = 0; i < COUNT_OF(FAULTS); i++) {
        const struct fault *fault = &FAULTS[i];
        run(fault->who, fault->broken);
        assert_wrong(fault->who, fault->name);
        run(fault->who, fault->mended);
        if (i + 1 < COUNT_OF(FAULTS))
            assert_wrong(fault->who, "");
    }
    world_end();
}

static void status_tells_of_it_after_a_night(void **state)
{
    static const char *const who[] = {NETWORK_BROKER, HOME};

    (void)state;
    world_fresh(63);
    a_busy_day();
    world_pass(TIME_DAY_MS + TIME_HOUR_MS);
    for (size_t i = 0; i < COUNT_OF(who); i++) {
        const struct status *status = world_status(who[i]);
        assert_true(status->checked_ms > 0);
        assert_int_equal(status->faults, 0);
        run(who[i], "UPDATE offer SET due_ms = 0 WHERE state = 5");
        assert_int_equal(world_status(who[i])->faults, 0);
    }
    world_pass(TIME_DAY_MS + TIME_HOUR_MS);
    for (size_t i = 0; i < COUNT_OF(who); i++)
        assert_true(world_status(who[i])->faults > 0);
    world_end();
}

int main(void)
{
    peek_begin();
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(nothing_is_wrong_after_a_busy_day),
            cmocka_unit_test(each_broken_row_is_named),
            cmocka_unit_test(status_tells_of_it_after_a_night),
    };
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
