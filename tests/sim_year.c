/* sim_year.c - a year of virtual time: every timer of an offer comes within a second of
 * its moment, for each urgency, over weekends, the public holidays of a year and both
 * clock changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/lifecycle_limits.h"
#include "core/time.h"
#include "core/vocab.h"
#include "tests/peek.h"
#include "tests/world.h"

#define HOME   "thuiszorg"
#define TARGET "aksant"
#define AWAY   "noord" /* its computer is off nearly all year */

enum {
    SENDER_HEARS = 1,
    TARGET_HEARS = 2,
    BOTH_HEAR = SENDER_HEARS | TARGET_HEARS,
    /* A coordinator has to hear of it. There is none here, and so the sender is told.
     */
    LOOKED_AT = 4,
    LOOKED_AT_SOON = 8, /* when it is urgent or a crisis */
    WAIT_DAYS = 20,     /* of world_act, for waiting lists and holds */
    WALKS_MAX = 400,
    HEARD_MAX = 12,
    DOZE_MS = 2 * TIME_HOUR_MS,
};

/* --- what may happen to a referral, and then nothing more --- */

enum path { UNREACHED, UNSEEN, SEEN, ASKED, LISTED, TAKEN, BUSY, HELD, DONE, FAILED };
/* clang-format off */
static const enum offer_event STEPS[][4] = {
        [UNREACHED] = {0},
        [UNSEEN] = {0},
        [SEEN] = {OFFER_EVENT_SEEN},
        [ASKED] = {OFFER_EVENT_INFO_REQUEST},
        [LISTED] = {OFFER_EVENT_WAITLIST},
        [TAKEN] = {OFFER_EVENT_ACCEPT},
        [BUSY] = {OFFER_EVENT_ACCEPT, OFFER_EVENT_START},
        [HELD] = {OFFER_EVENT_ACCEPT, OFFER_EVENT_HOLD},
        [DONE] = {OFFER_EVENT_ACCEPT, OFFER_EVENT_START, OFFER_EVENT_OUTCOME},
        [FAILED] = {OFFER_EVENT_ACCEPT, OFFER_EVENT_FAIL},
};
/* clang-format on */

/* The table "Timers" of docs/referrals.md, as what people hear and when. */
enum when {
    ONCE,
    TWICE,
    HALF_WAY,
    HALF_DATE,
    ON_DATE,
    SOONER,
    AFTER_SOONER,
    LATE_LIFE,
    LIFE
};
static const struct {
    enum path path;
    const char *what;
    unsigned who;
    enum when when;
    enum lifecycle_timer timer;
} HEARD[] = {
        {UNREACHED, "not_reached",   SENDER_HEARS,                  ONCE,         TIMER_ON_DEVICE    },
        {UNREACHED, "overdue",       SENDER_HEARS | LOOKED_AT_SOON, ONCE,         TIMER_SEEN         },
        {UNREACHED, "expire",        SENDER_HEARS | LOOKED_AT,      TWICE,        TIMER_SEEN         },
        {UNSEEN,    "overdue",       BOTH_HEAR | LOOKED_AT_SOON,    ONCE,         TIMER_SEEN         },
        {UNSEEN,    "expire",        BOTH_HEAR | LOOKED_AT,         TWICE,        TIMER_SEEN         },
        {SEEN,      "expire",        BOTH_HEAR | LOOKED_AT,         ONCE,         TIMER_DECISION     },
        {ASKED,     "info_timeout",  BOTH_HEAR,                     ONCE,         TIMER_INFO         },
        {LISTED,    "waits_long",    SENDER_HEARS,                  HALF_DATE,    TIMER_WAITLIST     },
        {LISTED,    "expire",        BOTH_HEAR | LOOKED_AT,         ON_DATE,      TIMER_WAITLIST     },
        {TAKEN,     "reminder",      TARGET_HEARS,                  ONCE,         TIMER_FIRST_CONTACT},
        {TAKEN,     "reminder",      BOTH_HEAR | LOOKED_AT,         TWICE,        TIMER_FIRST_CONTACT},
        {BUSY,      "reminder",      TARGET_HEARS,                  ONCE,         TIMER_PROGRESS     },
        {BUSY,      "reminder",      BOTH_HEAR | LOOKED_AT,         TWICE,        TIMER_PROGRESS     },
        {HELD,      "reminder",      BOTH_HEAR,                     SOONER,       TIMER_HOLD         },
        {HELD,      "reminder",      BOTH_HEAR | LOOKED_AT,         AFTER_SOONER, TIMER_HOLD         },
        {TAKEN,     "ends_soon",     BOTH_HEAR | LOOKED_AT,         LATE_LIFE,    TIMER_OUTER_LIFE   },
        {BUSY,      "ends_soon",     BOTH_HEAR | LOOKED_AT,         LATE_LIFE,    TIMER_OUTER_LIFE   },
        {HELD,      "ends_soon",     BOTH_HEAR | LOOKED_AT,         LATE_LIFE,    TIMER_OUTER_LIFE   },
        {TAKEN,     "expire",        BOTH_HEAR,                     LIFE,         TIMER_OUTER_LIFE   },
        {BUSY,      "expire",        BOTH_HEAR,                     LIFE,         TIMER_OUTER_LIFE   },
        {HELD,      "expire",        BOTH_HEAR,                     LIFE,         TIMER_OUTER_LIFE   },
        {DONE,      "confirm_it",    SENDER_HEARS,                  HALF_WAY,     TIMER_CONFIRM      },
        {DONE,      "not_confirmed", SENDER_HEARS,                  ONCE,         TIMER_CONFIRM      },
        {FAILED,    "confirm_it",    SENDER_HEARS,                  HALF_WAY,     TIMER_CONFIRM      },
        {FAILED,    "not_confirmed", SENDER_HEARS,                  ONCE,         TIMER_CONFIRM      },
};

/* --- the walks --- */

/* One referral, and when its steps were taken, by the broker's clock. */
static struct walk {
    enum path path;
    uint16_t urgency;
    uint64_t sent, got; /* case numbers; got 0: at nobody */
    int64_t offered_ms, step_ms, date_ms;
} walks[WALKS_MAX];
static size_t n_walks;

static int64_t due(enum lifecycle_timer timer, const struct walk *walk, int64_t from_ms)
{
    return lifecycle_due(&LIFECYCLE_DEFAULTS, timer, walk->urgency, from_ms);
}

static int64_t moment(const struct walk *walk, enum when when,
        enum lifecycle_timer timer)
{
    /* Who has opened it has no more time than who has not. */
    int64_t from_ms = walk->path == SEEN ? walk->offered_ms : walk->step_ms;
    int64_t end_ms = due(timer, walk, from_ms);
    int64_t sooner_ms = end_ms < walk->date_ms ? end_ms : walk->date_ms;
    int64_t life_ms = due(timer, walk, walk->offered_ms);

    switch (when) {
    case ONCE: return end_ms;
    case TWICE: return due(timer, walk, end_ms);
    case HALF_WAY: return from_ms + (end_ms - from_ms) / 2;
    case HALF_DATE: return from_ms + (walk->date_ms - from_ms) / 2;
    case ON_DATE: return walk->date_ms;
    case SOONER: return sooner_ms;
    case AFTER_SOONER: return due(TIMER_PROGRESS, walk, sooner_ms);
    case LATE_LIFE: return life_ms - (life_ms - walk->offered_ms) / 10;
    case LIFE: return life_ms;
    }
    return 0;
}

static int64_t newest_step(void)
{
    return peek_number(peek_of(NETWORK_BROKER),
            "SELECT at_ms FROM offer ORDER BY no DESC LIMIT 1");
}

static void begin_walk(enum path path, uint16_t urgency, uint64_t consent)
{
    struct walk *walk = &walks[n_walks++];
    const struct world_referral referral = {.consent = consent,
            .candidate = path == UNREACHED ? AWAY : TARGET,
            .secret = "Rosa Voorbeeld",
            .urgency = urgency};

    assert_true(n_walks <= WALKS_MAX);
    *walk = (struct walk){.path = path, .urgency = urgency};
    const struct reply *reply = world_refer_as(HOME, &referral);
    assert_string_equal(reply->code, "");
    walk->sent = reply->made->case_number;
    world_quiet();
    walk->offered_ms = walk->step_ms = newest_step();
    if (path == UNREACHED)
        return;
    walk->got =
            (uint64_t)peek_number(peek_of(TARGET), "SELECT max(number) FROM case_file");
    for (size_t i = 0; i < 4 && STEPS[path][i] != 0; i++) {
        walk->date_ms = sim_now() + (int64_t)WAIT_DAYS * TIME_DAY_MS;
        world_do(TARGET, walk->got, STEPS[path][i]);
    }
    walk->step_ms = newest_step();
}

/* The steward says each time who is a member: nobody relies on an old list. */
static void publish_members(void)
{
    network_rotate(world_network(), AWAY, NULL, sim_now());
    world_publish(NETWORK_BROKER);
    /* Who is away was here for a moment: its keys are known. */
    world_start(AWAY);
    world_quiet();
    world_stop(AWAY);
}

static void begin_all(void)
{
    static const uint16_t URGENCIES[] = {URGENCY_CRISIS, URGENCY_URGENT,
            URGENCY_ROUTINE};
    const struct world_consent wish = {
            .recipients = {TARGET, AWAY},
            .until_day = (uint32_t)time_brussels_day(sim_now()) + 360
    };
    uint64_t consent = world_consent(HOME, &wish);

    for (size_t k = 0; k < COUNT_OF(URGENCIES); k++)
        for (int path = UNREACHED; path <= FAILED; path++)
            if (path != LISTED || URGENCIES[k] != URGENCY_CRISIS)
                begin_walk((enum path)path, URGENCIES[k], consent);
}

/* --- time goes by --- */

/* Until then. When nothing is due for long, the nodes' computers sleep: what they do by
 * themselves each minute is not the subject here. */
static void pass_until(int64_t until_ms)
{
    while (sim_now() < until_ms) {
        int64_t due_ms = peek_number(peek_of(NETWORK_BROKER),
                "SELECT min(due_ms) FROM offer WHERE due_ms > 0");
        int64_t next_ms = due_ms > 0 && due_ms < until_ms ? due_ms : until_ms;
        int64_t doze_ms = next_ms - sim_now() - 5 * TIME_MINUTE_MS;
        if (doze_ms > DOZE_MS) {
            sim_freeze(HOME, doze_ms);
            sim_freeze(TARGET, doze_ms);
        }
        sim_run_until(next_ms + 2 * TIME_SECOND_MS);
    }
}

/* --- what was heard --- */

struct heard {
    int64_t at_ms[HEARD_MAX];
    char what[HEARD_MAX][24];
    size_t n;
};

static void on_trace(void *self, struct sqlite3_stmt *row)
{
    struct heard *heard = self;

    assert_true(heard->n < HEARD_MAX);
    heard->at_ms[heard->n] = sqlite3_column_int64(row, 0);
    snprintf(heard->what[heard->n], sizeof heard->what[0], "%s",
            (const char *)sqlite3_column_text(row, 1));
    heard->n++;
}

static void expect_one(struct heard *heard, int64_t at_ms, const char *what)
{
    size_t at = heard->n++;

    assert_true(heard->n <= HEARD_MAX);
    for (; at > 0 && heard->at_ms[at - 1] > at_ms; at--) {
        heard->at_ms[at] = heard->at_ms[at - 1];
        memcpy(heard->what[at], heard->what[at - 1], sizeof heard->what[0]);
    }
    heard->at_ms[at] = at_ms;
    snprintf(heard->what[at], sizeof heard->what[0], "%s", what);
}

/* What should have come by now. */
static void expect(struct heard *heard, int64_t at_ms, const char *what, bool looked_at)
{
    if (at_ms >= sim_now())
        return;
    expect_one(heard, at_ms, what);
    if (looked_at)
        expect_one(heard, at_ms, "no_coordinator");
}

/* Do coordinators look at it from then on? */
static bool is_looked_at(const struct walk *walk, unsigned who)
{
    bool soon = (who & LOOKED_AT_SOON) != 0 && walk->urgency != URGENCY_ROUTINE;

    return soon || (who & LOOKED_AT) != 0;
}

static void expect_all(const struct walk *walk, unsigned who, struct heard *wanted)
{
    for (size_t i = 0; i < COUNT_OF(HEARD); i++) {
        if (HEARD[i].path != walk->path || (HEARD[i].who & who) == 0)
            continue;
        int64_t at_ms = moment(walk, HEARD[i].when, HEARD[i].timer);
        bool looked_at = who == SENDER_HEARS && is_looked_at(walk, HEARD[i].who);
        expect(wanted, at_ms, HEARD[i].what, looked_at);
        /* Back at the target, which has its time to decide anew. */
        if (walk->path == ASKED)
            expect(wanted, due(TIMER_DECISION, walk, at_ms), "expire",
                    who == SENDER_HEARS);
    }
}

static void must_hear(const struct walk *walk, const char *id, uint64_t number,
        unsigned who)
{
    struct heard wanted = {.n = 0}, heard = {.n = 0};
    char sql[200], at[TIME_TEXT_BYTES];

    expect_all(walk, who, &wanted);
    snprintf(sql, sizeof sql,
            "SELECT at_ms, what FROM trace WHERE case_number = %llu AND who = 'broker' "
            "ORDER BY number",
            (unsigned long long)number);
    peek_each(peek_of(id), sql, on_trace, &heard);
    for (size_t i = 0; i < wanted.n; i++) {
        time_text(wanted.at_ms[i], at);
        int64_t late_ms = i < heard.n ? heard.at_ms[i] - wanted.at_ms[i] : 0;
        if (i >= heard.n || strcmp(heard.what[i], wanted.what[i]) != 0 || late_ms < 0 ||
                late_ms > TIME_SECOND_MS)
            fail_msg(
                    "%s, path %d, urgency %d: wants %s at %s, hears %s, late by %lld ms",
                    id, walk->path, walk->urgency, wanted.what[i], at,
                    i < heard.n ? heard.what[i] : "nothing", (long long)late_ms);
    }
    if (heard.n != wanted.n)
        fail_msg("%s, path %d, urgency %d: hears %s as well", id, walk->path,
                walk->urgency, heard.what[wanted.n]);
}

/* --- the year --- */

/* Fridays and eves: what is due next lies behind a weekend, a holiday or a change of
 * the clocks. */
static const struct {
    const char *day;
    int hour; /* UTC */
} BEGINS[] = {
        {"2026-05-29", 9 }, /* a Friday: a year later all its lives have ended */
        {"2026-07-17", 14}, /* National Day on Tuesday */
        {"2026-08-14", 21}, /* Assumption, a Saturday */
        {"2026-10-23", 22}, /* after midnight in Brussels; winter time on Sunday */
        {"2026-10-30", 15}, /* All Saints, a Sunday */
        {"2026-11-10", 8 }, /* Armistice */
        {"2026-12-24", 14}, /* Christmas, New Year */
        {"2027-03-26", 16}, /* summer time on Easter Sunday, Easter Monday */
        {"2027-04-30", 12}, /* Labour Day, a Saturday; Ascension */
        {"2027-05-14", 10}, /* Whit Monday */
};
static const char LAST_DAY[] = "2027-06-01";

static int64_t instant(const char *text, int hour)
{
    int32_t day;

    assert_true(time_day_parse(text, &day));
    return (int64_t)day * TIME_DAY_MS + hour * (int64_t)TIME_HOUR_MS;
}

static void every_timer_comes_in_time(void **state)
{
    (void)state;
    world_fresh(111);
    world_stop(AWAY);
    world_stop("chambry");
    world_stop("meldpunt");
    for (size_t i = 0; i < COUNT_OF(BEGINS); i++) {
        pass_until(instant(BEGINS[i].day, BEGINS[i].hour));
        publish_members();
        begin_all();
    }
    pass_until(instant(LAST_DAY, 12));
    for (size_t i = 0; i < n_walks; i++) {
        must_hear(&walks[i], HOME, walks[i].sent, SENDER_HEARS);
        if (walks[i].got != 0)
            must_hear(&walks[i], TARGET, walks[i].got, TARGET_HEARS);
    }
    /* No live offer without a next date, none that is past it. */
    assert_int_equal(peek_number(peek_of(NETWORK_BROKER),
                             "SELECT count(*) FROM offer WHERE state BETWEEN 1 AND 7 "
                             "AND due_ms <= %lld",
                             (long long)sim_now()),
            0);
    assert_true(n_walks == COUNT_OF(BEGINS) * 29);
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(every_timer_comes_in_time),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
