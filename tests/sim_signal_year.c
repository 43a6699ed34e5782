/* sim_signal_year.c - a year of needs-signals in a network: raised by many, looked at
 * by few, some forgotten; at its end each is closed or open within its limit, each
 * reporter has heard in time, and nothing is kept past its day.
 *
 * SIGNALS=n raises so many, from 2000 on in a network of forty. Staff works one short
 * while each day, then all computers sleep. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "tests/peek.h"
#include "tests/world.h"

enum {
    SIGNALS_USUAL = 60,
    SIGNALS_MANY = 2000, /* from here on the network is large */
    DAYS = 365,
    AFTER_DAYS = 45,    /* in which nobody raises any more; staff goes on */
    BUNDLE_DAYS = 18,   /* the steward publishes in time */
    CONSENT_DAYS = 150, /* and consents are asked anew */
    AWAKE_MS = 3 * TIME_MINUTE_MS,
    TARGETS = 2,
    NAME_BYTES = 32,
    ROWS_MOST = 4000,
    TERM_DAYS = 180, /* after its end a signal is erased; the node's own setting */
    OPEN_DAYS = 365, /* and so long it may be open */
    SLACK_DAYS = 2,  /* computers sleep; what falls due then is done the next day */
};

static struct year {
    struct test_network network;
    size_t n_partners, n_points; /* the reporting points come first */
    size_t n_signals, n_raised;
    char names[NETWORK_PARTNERS_MAX][NAME_BYTES];
    uint64_t consents[NETWORK_PARTNERS_MAX];
} the;

static const uint16_t NEEDS[] = {NEED_CATEGORY_LONELINESS_ISOLATION, NEED_CATEGORY_DEBT,
        NEED_CATEGORY_SOCIAL_CONTACT_VISIT, NEED_CATEGORY_MEALS_FOOD};

static const char *name(size_t at)
{
    return the.names[at];
}
static bool is_point(size_t at)
{
    return at < the.n_points;
}
static bool is_target(size_t at)
{
    return at >= the.n_points && at < the.n_points + TARGETS;
}
/* The reporting point that a partner turns to. */
static size_t point_of(size_t at)
{
    return at % the.n_points;
}
static bool chance(uint32_t percent)
{
    return sim_below(100) < percent;
}

/* --- the network --- */

static uint16_t type_of(size_t at)
{
    static const uint16_t reporters[] = {PARTNER_TYPE_HOMECARE,
            PARTNER_TYPE_NEIGHBOURHOUSE, PARTNER_TYPE_LDC};
    return is_point(at)    ? PARTNER_TYPE_MELDPUNT
           : is_target(at) ? (at % 2 == 0 ? PARTNER_TYPE_OCMW : PARTNER_TYPE_CAW)
                           : reporters[at % COUNT_OF(reporters)];
}

static void found(void)
{
    struct network_partner partners[NETWORK_PARTNERS_MAX];
    const char *many = getenv("SIGNALS");
    the.n_signals =
            many != NULL && many[0] != '\0' ? strtoul(many, NULL, 10) : SIGNALS_USUAL;
    bool large = the.n_signals >= SIGNALS_MANY;
    the.n_partners = large ? NETWORK_PARTNERS_MAX : 6;
    the.n_points = large ? 3 : 1;
    for (size_t i = 0; i < the.n_partners; i++) {
        snprintf(the.names[i], sizeof the.names[i], "%s-%zu",
                is_point(i)    ? "meldpunt"
                : is_target(i) ? "hulp"
                               : "partner",
                i);
        partners[i] = (struct network_partner){the.names[i], type_of(i)};
    }
    world_found_with(&the.network, partners, the.n_partners);
    world_begin(2600, &the.network, NULL);
    for (size_t i = the.n_points; i < the.n_partners; i++)
        for (size_t point = 0; point < the.n_points; point++)
            if (is_target(i) || point == point_of(i))
                world_agree(name(point), name(i));
    world_quiet();
}

/* One consent record a partner, as wide as needed: whose it is is no matter here. */
static void record_consents(void)
{
    for (size_t i = 0; i < the.n_partners; i++) {
        struct world_consent wish = {.until_day =
                                             (uint32_t)time_brussels_day(sim_now()) +
                                             360,
                .person = "Rosa"};
        if (is_point(i)) {
            wish.recipients[0] = name(the.n_points);
            wish.recipients[1] = name(the.n_points + 1);
        } else {
            wish.recipients[0] = name(point_of(i));
        }
        the.consents[i] = world_consent(name(i), &wish);
    }
}

static void publish_members(void)
{
    network_rotate(world_network(), name(the.n_partners - 1), NULL, sim_now());
    world_publish(NETWORK_BROKER);
    world_quiet();
}

/* All computers sleep until then, and wake. */
static void sleep_until(int64_t until_ms)
{
    int64_t ms = until_ms - sim_now();
    sim_freeze(NETWORK_BROKER, ms);
    for (size_t i = 0; i < the.n_partners; i++)
        sim_freeze(name(i), ms);
    sim_run_until(until_ms + AWAKE_MS);
    world_quiet();
}

/* --- rows of a node's store, read before anything is done with them --- */

struct row {
    uint64_t number;
    int64_t state, more;
};
static struct rows {
    struct row at[ROWS_MOST];
    size_t n;
} rows;

static void on_row(void *self, struct sqlite3_stmt *stmt)
{
    struct rows *into = self;
    if (into->n < ROWS_MOST)
        into->at[into->n++] = (struct row){(uint64_t)sqlite3_column_int64(stmt, 0),
                sqlite3_column_int64(stmt, 1), sqlite3_column_int64(stmt, 2)};
}

static const struct rows *read_rows(const char *id, const char *sql)
{
    rows.n = 0;
    peek_each(peek_of(id), sql, on_row, &rows);
    return &rows;
}

/* Ask; what is not possible now (the network may have moved on) is tried another day.
 */
static bool ask(const char *id, struct request *request)
{
    request->actor = "els";
    const struct reply *reply = world_ask(id, request);
    return reply->code[0] == '\0';
}

/* --- what people do --- */

/* A family name for each, of their number. */
static void put_name(size_t number, char text[64])
{
    static const char letters[] = "bdfglmnprt";
    size_t len = (size_t)snprintf(text, 64, "Rosa ");
    do {
        text[len++] = letters[number % 10];
        text[len++] = 'a';
        number /= 10;
    } while (number > 0);
    snprintf(text + len, 64 - len, "n, Straat %u", sim_below(4000));
}

static void raise(size_t at)
{
    static const char *const areas[] = {"21004", "21015", "21001"};
    uint16_t need = NEEDS[sim_below(COUNT_OF(NEEDS))];
    uint32_t urgent = sim_below(100);
    char person[64];
    put_name(the.n_raised, person);
    const struct signal content = {.needs = &need,
            .n_needs = 1,
            .person = person,
            .language = "nl",
            .text = "Ziet niemand meer"};
    const struct raise_signal raise = {.recipient = name(point_of(at)),
            .consent_number = chance(60) ? the.consents[at] : 0,
            .urgency = urgent < 2    ? URGENCY_CRISIS
                       : urgent < 15 ? URGENCY_URGENT
                                     : URGENCY_ROUTINE,
            .area = areas[sim_below(COUNT_OF(areas))],
            .signal = &content};
    struct request request = {.signal = &raise};
    world_must(name(at), &request, "");
    the.n_raised++;
}

static void raise_some(size_t so_far)
{
    while (the.n_raised < so_far) {
        size_t first = the.n_points + TARGETS;
        raise(first + sim_below((uint32_t)(the.n_partners - first)));
    }
}

static bool triage(const char *id, uint64_t number)
{
    const struct triage_signal triage = {.case_number = number};
    struct request request = {.triage = &triage};
    return ask(id, &request);
}

static bool end(const char *id, uint64_t number, enum signal_end how)
{
    const struct end_signal end = {.case_number = number,
            .end = how,
            .call = how == SIGNAL_END_CRISIS ? 1 : 0,
            .reason = how == SIGNAL_END_NO_ACTION ? NO_ACTION_REASON_SOLVED : 0};
    struct request request = {.signal_end = &end};
    return ask(id, &request);
}

static bool convert(size_t point, uint64_t number)
{
    const char *candidates[] = {name(the.n_points + sim_below(TARGETS))};
    const struct refer refer = {.consent_number = the.consents[point],
            .candidates = candidates,
            .n_candidates = 1,
            .mode = MODE_DIRECT};
    const struct convert_signal convert = {.case_number = number, .refer = &refer};
    struct request request = {.convert = &convert};
    return ask(name(point), &request);
}

static bool try_to_reach(const char *id, uint64_t number, uint16_t result)
{
    const struct try_to_reach attempt = {.case_number = number,
            .kind = ATTEMPT_KIND_PHONE,
            .result = result};
    struct request request = {.attempt = &attempt};
    return ask(id, &request);
}

/* One in a hundred is overlooked, for ever. */
static bool forgotten(uint64_t number)
{
    return number % 97 == 13;
}

static void look_after(size_t point, const struct row *row)
{
    const char *id = name(point);
    uint64_t number = row->number;
    uint32_t dice = sim_below(100);
    if (forgotten(number))
        return;
    if (row->state == SIGNAL_STATE_RAISED) {
        triage(id, number);
    } else if (row->state == SIGNAL_STATE_TRIAGED ||
               row->state == SIGNAL_STATE_VERIFYING) {
        if (dice < 20)
            try_to_reach(id, number,
                    chance(60) ? VISIT_RESULT_MET : VISIT_RESULT_NOT_NOW);
        else if (dice < 45)
            convert(point, number);
        else if (dice < 55)
            end(id, number, SIGNAL_END_NO_ACTION);
        else if (dice < 60)
            end(id, number, SIGNAL_END_DECLINED);
        else if (dice < 62)
            end(id, number, SIGNAL_END_CRISIS);
    } else if (row->state != SIGNAL_STATE_CONVERTED && dice < 10) {
        end(id, number, SIGNAL_END_CLOSE);
    }
}

#define OFFERS(kind)                                                                   \
    "SELECT c.number, o.state, 0 FROM case_file c JOIN offer o ON o.offer_id = "       \
    "c.offer_id WHERE c.kind = " kind " AND c.confirmed = 0 AND o.pending = 0 AND "

/* An outcome for whatever was needed. */
static void finish(const char *id, uint64_t number)
{
    struct need_outcome outcomes[COUNT_OF(NEEDS)];
    for (size_t i = 0; i < COUNT_OF(NEEDS); i++)
        outcomes[i] = (struct need_outcome){NEEDS[i], OUTCOME_HELP_STARTED};
    const struct event_content said = {.outcomes = outcomes,
            .n_outcomes = COUNT_OF(NEEDS),
            .note = ""};
    const struct act act = {.case_number = number,
            .event = OFFER_EVENT_OUTCOME,
            .said = &said};
    struct request request = {.act = &act};
    (void)ask(id, &request);
}

/* Nobody took it: somebody else is asked. */
static void ask_again(size_t point)
{
    static struct rows found;
    found = *read_rows(name(point), OFFERS("1") "o.state IN (10, 11, 12)");
    for (size_t i = 0; i < found.n; i++) {
        const struct world_referral wish = {.consent = the.consents[point],
                .candidate = name(the.n_points + sim_below(TARGETS)),
                .secret = "Rosa Voorbeeld",
                .reopens = found.at[i].number};
        (void)world_refer_as(name(point), &wish);
    }
}

/* Referrals move on by the next step that each side can take. */
static void work_on(const char *id, const char *sql)
{
    static const enum offer_event next[] = {
            [OFFER_STATE_REQUESTED] = OFFER_EVENT_ACCEPT,
            [OFFER_STATE_SEEN] = OFFER_EVENT_ACCEPT,
            [OFFER_STATE_ACCEPTED] = OFFER_EVENT_START,
            [OFFER_STATE_IN_PROGRESS] = OFFER_EVENT_OUTCOME,
            [OFFER_STATE_COMPLETED] = OFFER_EVENT_CONFIRM,
    };
    static struct rows found;
    found = *read_rows(id, sql);
    for (size_t i = 0; i < found.n; i++) {
        enum offer_event event = next[found.at[i].state];
        if (event == OFFER_EVENT_ACCEPT && chance(10))
            event = OFFER_EVENT_DECLINE;
        if (chance(50))
            continue;
        if (event == OFFER_EVENT_OUTCOME)
            finish(id, found.at[i].number);
        else
            (void)world_act(id, found.at[i].number, event);
    }
}

static void work_a_day(void)
{
    static struct rows open;
    for (size_t point = 0; point < the.n_points; point++) {
        open = *read_rows(name(point), "SELECT case_number, state, 0 FROM "
                                       "signal WHERE ours = 0 AND closed_ms = 0");
        for (size_t i = 0; i < open.n; i++)
            look_after(point, &open.at[i]);
        work_on(name(point), OFFERS("1") "o.state = 8");
        ask_again(point);
    }
    for (size_t i = the.n_points; i < the.n_points + TARGETS; i++)
        work_on(name(i), OFFERS("2") "o.state IN (1, 2, 5, 6)");
    world_quiet();
}

/* --- what must hold on every day --- */

static int64_t count(const char *id, const char *sql, int64_t days)
{
    return peek_number(peek_of(id), sql, (long long)(sim_now() - days * TIME_DAY_MS));
}

static void nothing_is_overdue(void)
{
    static const struct {
        const char *what, *sql;
        int64_t days;
    } checks[] = {
            {"kept past its day",
             "SELECT count(*) FROM signal s JOIN case_file c ON c.number = s.case_number WHERE s.closed_ms > 0 AND s.closed_ms < %lld AND c.wrapped_key IS NOT NULL",
             TERM_DAYS + SLACK_DAYS},
            {"erased before its day",
             "SELECT count(*) FROM signal s JOIN case_file c ON c.number = s.case_number WHERE s.ours = 0 AND c.wrapped_key IS NULL AND (s.closed_ms = 0 OR s.closed_ms > %lld)",
             TERM_DAYS             },
            {"open for more than a year",
             "SELECT count(*) FROM signal WHERE closed_ms = 0 AND ours = 0 AND raised_ms < %lld",
             OPEN_DAYS + SLACK_DAYS},
            {"its reporter has not heard",
             "SELECT count(*) FROM signal WHERE ours = 0 AND told = 0 AND raised_ms < %lld",
             10 + 8 + SLACK_DAYS   },
            {"nobody looked, and nobody was told",
             "SELECT count(*) FROM signal WHERE ours = 0 AND state = 1 AND late = 0 AND raised_ms < %lld",
             5 + 6 + SLACK_DAYS    },
    };
    for (size_t i = 0; i < the.n_partners; i++)
        for (size_t k = 0; k < COUNT_OF(checks); k++) {
            int64_t n = count(name(i), checks[k].sql, checks[k].days);
            if (n > 0)
                fail_msg("%s: %lld signals: %s", name(i), (long long)n, checks[k].what);
        }
}

/* Each node says the same of itself. */
static void retention_is_in_order(void)
{
    const struct retention_ask ask = {0};
    for (size_t i = 0; i < the.n_partners; i++) {
        struct request request = {.retention = &ask};
        const struct retention *retention =
                world_must(name(i), &request, "")->retention;
        for (size_t k = 0; k < retention->n_lines; k++)
            assert_int_equal(retention->lines[k].overdue, 0);
    }
}

/* --- the year --- */

static int64_t all_of(const char *sql)
{
    int64_t n = 0;
    for (size_t i = 0; i < the.n_partners; i++)
        n += peek_number(peek_of(name(i)), sql);
    return n;
}

/* How many are open in each state, and the oldest of them in days. */
static void on_state(void *self, struct sqlite3_stmt *stmt)
{
    (void)self;
    print_message("#   %s: %lld open, the oldest %lld days\n",
            vocab_code(VOCAB_SIGNAL_STATE, (uint16_t)sqlite3_column_int(stmt, 0)),
            (long long)sqlite3_column_int64(stmt, 1),
            (long long)((sim_now() - sqlite3_column_int64(stmt, 2)) / TIME_DAY_MS));
}

static void tell(const char *when)
{
    for (size_t i = 0; i < the.n_points; i++)
        peek_each(peek_of(name(i)),
                "SELECT state, count(*), min(raised_ms) FROM signal WHERE ours = 0 AND "
                "closed_ms = 0 GROUP BY state ORDER BY state",
                on_state, NULL);
    print_message("# %s: %zu raised, %lld closed, %lld erased, %lld became referrals\n",
            when, the.n_raised,
            (long long)all_of(
                    "SELECT count(*) FROM signal WHERE ours = 0 AND closed_ms > 0"),
            (long long)all_of("SELECT count(*) FROM signal_fact"),
            (long long)all_of("SELECT count(*) FROM case_file WHERE kind = 1"));
}

static void a_year_of_signals(void **state)
{
    (void)state;
    found();
    record_consents();
    for (int32_t day = 1; day <= DAYS + AFTER_DAYS; day++) {
        int32_t today = WORLD_START_MS_DAY + day;
        sleep_until(time_day_start(today) + 9 * TIME_HOUR_MS);
        if (day % BUNDLE_DAYS == 0)
            publish_members();
        if (day % CONSENT_DAYS == 0)
            record_consents();
        if (day <= DAYS)
            raise_some(the.n_signals * (size_t)day / DAYS);
        if (time_is_working_day(today))
            work_a_day();
        if (day % 30 == 0)
            nothing_is_overdue();
    }
    sleep_until(sim_now() + TIME_DAY_MS);
    nothing_is_overdue();
    retention_is_in_order();
    tell("the end");
    /* None is lost: each that was raised is there, or is counted as erased. */
    assert_int_equal(the.n_raised, the.n_signals);
    assert_int_equal(all_of("SELECT count(*) FROM signal WHERE ours = 0"),
            the.n_signals);
    assert_true(all_of("SELECT count(*) FROM signal_fact") > 0);
    assert_int_equal(all_of("SELECT count(*) FROM sent WHERE terminal = 0"), 0);
    world_end();
    network_forget(&the.network);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(a_year_of_signals),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
