/* sim_withdrawal.c - a person takes a consent back: in each state, told by each party,
 * what either side sees and what is destroyed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "tests/peek.h"
#include "tests/world.h"

#define HOME    "thuiszorg"
#define TARGET  "aksant"
#define SERVER  "noord" /* supports the antenna */
#define ANTENNA "antenne"

/* Who brings the person's word: the collector, by its record; or who was handed a
 * letter, by its case. */
enum party { COLLECTOR, READER };

/* What a side still has of what was said. */
enum left { NO_CASE, NOTHING, CONTENT };

struct row {
    const char *name;
    enum offer_event steps[5]; /* of the target */
    enum offer_state before, after;
    enum left left;  /* at the target */
    bool waiting;    /* the target is away: it was handed nothing */
    bool basis;      /* the target has named a ground for its own record */
    uint64_t erased; /* erase receipts that come to the sender */
};

#define S(name) OFFER_STATE_##name
#define E(name) OFFER_EVENT_##name

/* clang-format off */
static const struct row ROWS[] = {
    {"waiting",            {0},                               S(REQUESTED),      S(CANCELLED), NO_CASE, true,  false, 0},
    {"requested",          {0},                               S(REQUESTED),      S(CANCELLED), NOTHING, false, false, 1},
    {"seen",               {E(SEEN)},                         S(SEEN),           S(CANCELLED), NOTHING, false, false, 1},
    {"questions",          {E(INFO_REQUEST)},                 S(INFO_REQUESTED), S(CANCELLED), NOTHING, false, false, 1},
    {"waitlisted",         {E(WAITLIST)},                     S(WAITLISTED),     S(CANCELLED), NOTHING, false, false, 1},
    {"accepted",           {E(ACCEPT)},                       S(ACCEPTED),       S(CANCELLED), NOTHING, false, false, 2},
    {"accepted, a ground", {E(ACCEPT)},                       S(ACCEPTED),       S(CANCELLED), NOTHING, false, true,  2},
    {"at work",            {E(ACCEPT), E(START)},             S(IN_PROGRESS),    S(CANCELLED), NOTHING, false, false, 2},
    {"at work, a ground",  {E(ACCEPT), E(START)},             S(IN_PROGRESS),    S(CANCELLED), CONTENT, false, true,  0},
    {"on hold",            {E(ACCEPT), E(START), E(HOLD)},    S(ON_HOLD),        S(CANCELLED), NOTHING, false, false, 2},
    {"on hold, a ground",  {E(ACCEPT), E(START), E(HOLD)},    S(ON_HOLD),        S(CANCELLED), CONTENT, false, true,  0},
    {"completed",          {E(ACCEPT), E(START), E(OUTCOME)}, S(COMPLETED),      S(COMPLETED), CONTENT, false, false, 0},
    {"failed",             {E(ACCEPT), E(FAIL)},              S(FAILED),         S(FAILED),    CONTENT, false, false, 0},
    {"declined before",    {E(DECLINE)},                      S(DECLINED),       S(DECLINED),  NOTHING, false, false, 1},
};
/* clang-format on */

static int64_t count(const char *id, const char *what)
{
    return peek_number(peek_of(id), "SELECT count(*) FROM %s", what);
}

static int64_t traced(const char *id, const char *what)
{
    return peek_number(peek_of(id), "SELECT count(*) FROM trace WHERE what = %Q", what);
}

static uint64_t consent_for(const char *partner, const char *antenna)
{
    const struct world_consent wish = {
            .recipients = {partner, antenna}
    };

    return world_consent(HOME, &wish);
}

static void take_back(enum party party, uint64_t consent, const char *reader,
        const char *code)
{
    const struct consent_withdraw wish = {.number = party == COLLECTOR ? consent : 0,
            .case_number = party == READER,
            .reason = WITHDRAWAL_REASON_PERSON_ASKED};
    struct request request = {.consent_withdraw = &wish};

    world_must(party == COLLECTOR ? HOME : reader, &request, code);
}

static void name_ground(const char *id)
{
    const struct act act = {.case_number = 1,
            .retention = RETENTION_BASIS_PATIENT_RECORD};
    struct request request = {.act = &act};

    world_must(id, &request, "");
}

/* How long the broker took to say that it is registered. */
static void assert_registered_in_time(const char *id)
{
    assert_int_equal(count(id, "withdrawal WHERE own = 1"), 1);
    int64_t took_ms = peek_number(peek_of(id),
            "SELECT max(registered_ms - at_ms) FROM withdrawal WHERE own = 1");
    assert_in_range(took_ms, 0, TIME_SECOND_MS);
    assert_int_equal(count(id, "withdrawal WHERE registered_ms = 0"), 0);
}

static void assert_broker_has_nothing(void)
{
    /* Bytes of letters that may still leave: none. */
    assert_int_equal(count(NETWORK_BROKER, "consent WHERE withdrawn > 0"), 1);
    assert_int_equal(count(NETWORK_BROKER, "sealed"), 0);
}

static void assert_target(const char *id, const struct row *row)
{
    if (row->left == NO_CASE) {
        assert_int_equal(count(id, "case_file"), 0);
        assert_int_equal(count(id, "withdrawal"), 0);
        return;
    }
    const struct case_detail *file = world_show(id, 1);
    assert_int_equal(file->line->state, row->after);
    assert_string_equal(file->line->consent_state, "withdrawn");
    assert_true(file->line->stop_contact && file->line->unread);
    assert_int_equal(file->referral != NULL, row->left == CONTENT);
    if (row->left == NOTHING) {
        assert_null(file->preview);
        assert_string_equal(file->line->person, "");
        assert_int_equal(count(id, "moment WHERE length(content) > 0"), 0);
    }
}

static void assert_sender(uint64_t sent, const struct row *row)
{
    const struct case_line *line = world_show(HOME, sent)->line;

    assert_int_equal(line->state, row->after);
    assert_string_equal(line->consent_state, "withdrawn");
    assert_false(line->erase_missing);
    assert_int_equal(traced(HOME, "erased"), row->erased);
    assert_int_equal(traced(HOME, "kept") > 0, row->basis && row->erased == 0);
    /* The letters that waited came back; none is still on its way. */
    assert_int_equal(world_status(HOME)->outbox, 0);
}

/* Nothing personal passes under it any more, either way. */
static void assert_nothing_passes(uint64_t sent, uint64_t consent, const char *reader,
        const struct row *row)
{
    static const struct text text = {.text = "one more thing", .language = "en"};
    const struct act ours = {.case_number = sent, .text = &text};
    const struct act theirs = {.case_number = 1, .text = &text};
    struct request from_home = {.act = &ours}, from_reader = {.act = &theirs};

    assert_string_not_equal(world_ask(HOME, &from_home)->code, "");
    if (row->left != NO_CASE)
        assert_string_not_equal(world_ask(reader, &from_reader)->code, "");
    assert_string_equal(world_refer(HOME, consent, reader, "Rosa Voorbeeld")->code,
            "E_CONSENT_WITHDRAWN");
}

static void check_row(const struct row *row, enum party party, const char *candidate,
        uint64_t seed)
{
    const char *reader = strcmp(candidate, ANTENNA) == 0 ? SERVER : candidate;

    print_message("# %s, by %s, %s\n", row->name,
            party == COLLECTOR ? "the collector" : "its reader", candidate);
    world_fresh(seed);
    if (row->waiting)
        sim_unplug(reader, true);
    uint64_t consent = consent_for(reader, reader == candidate ? NULL : candidate);
    const struct reply *reply = world_refer(HOME, consent, candidate, "Rosa Voorbeeld");
    assert_string_equal(reply->code, "");
    uint64_t sent = reply->made->case_number;
    world_pass(5 * TIME_SECOND_MS);
    for (size_t i = 0; i < COUNT_OF(row->steps) && row->steps[i] != 0; i++)
        world_do(reader, 1, row->steps[i]);
    assert_int_equal(world_state(HOME, sent), row->before);
    if (row->basis)
        name_ground(reader);
    take_back(party, consent, reader, "");
    world_pass(5 * TIME_SECOND_MS);
    sim_unplug(reader, false);
    world_pass(90 * TIME_SECOND_MS);
    assert_registered_in_time(party == COLLECTOR ? HOME : reader);
    assert_broker_has_nothing();
    assert_target(reader, row);
    assert_sender(sent, row);
    /* Once more is no more. */
    take_back(party, consent, reader, "");
    world_quiet();
    assert_int_equal(world_state(HOME, sent), row->after);
    if (party == COLLECTOR)
        assert_nothing_passes(sent, consent, reader, row);
    world_end();
}

static void told_by_the_collector(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ROWS); i++)
        check_row(&ROWS[i], COLLECTOR, TARGET, 201 + i);
}

static void told_by_its_reader(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ROWS); i++)
        if (!ROWS[i].waiting)
            check_row(&ROWS[i], READER, TARGET, 221 + i);
}

/* An antenna has no node: who supports it destroys, and may bring the word. */
static void about_an_antenna(void **state)
{
    static const size_t rows[] = {1, 5, 8};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        for (int party = COLLECTOR; party <= READER; party++)
            check_row(&ROWS[rows[i]], (enum party)party, ANTENNA, 241 + i);
}

/* ------------------------------------------------------------ a part of a record */

static const struct consent_line *record_of(uint64_t consent)
{
    const struct consent_show show = {.number = consent};
    struct request request = {.consent_show = &show};

    return &world_must(HOME, &request, "")->consent->consents[0];
}

static uint64_t accepted_by(const char *id, uint64_t consent)
{
    const struct reply *reply = world_refer(HOME, consent, id, "Rosa Voorbeeld");

    assert_string_equal(reply->code, "");
    uint64_t sent = reply->made->case_number;
    world_quiet();
    world_do(id, 1, E(ACCEPT));
    return sent;
}

/* The person says so to one of two partners that have something under one record: what
 * went to the other goes on, and who asked the person is told to ask again. */
static void the_rest_waits_for_the_persons_word(void **state)
{
    (void)state;
    world_fresh(259);
    uint64_t consent = consent_for(TARGET, SERVER);
    uint64_t ended = accepted_by(TARGET, consent),
             goes_on = accepted_by(SERVER, consent);
    assert_int_equal(world_show(HOME, ended)->line->consent_rest, 0);
    take_back(READER, consent, TARGET, "");
    world_pass(90 * TIME_SECOND_MS);
    world_quiet();
    assert_int_equal(world_state(HOME, ended), S(CANCELLED));
    const struct case_line *line = world_show(HOME, ended)->line;
    assert_true(line->unread && line->stop_contact);
    assert_int_equal(line->consent_rest, consent);
    assert_int_equal(peek_number(peek_of(HOME),
                             "SELECT count(*) FROM trace WHERE case_number = %llu AND "
                             "what = 'withdrawn_there' AND who = %Q",
                             (unsigned long long)ended, TARGET),
            1);
    assert_int_equal(world_state(HOME, goes_on), S(ACCEPTED));
    assert_int_equal(world_show(HOME, goes_on)->line->consent_rest, 0);
    assert_non_null(world_show(SERVER, 1)->referral);
    const struct consent_line *record = record_of(consent);
    assert_string_equal(record->state, "active");
    assert_int_equal(record->live_cases, 1);
    assert_int_equal(record->n_uses, 2);
    for (size_t i = 0; i < record->n_uses; i++)
        assert_int_equal(record->uses[i].withdrawal_registered,
                record->uses[i].case_number == ended);
    /* The person meant all of it. */
    take_back(COLLECTOR, consent, NULL, "");
    world_quiet();
    assert_int_equal(world_state(HOME, goes_on), S(CANCELLED));
    assert_int_equal(world_show(HOME, ended)->line->consent_rest, 0);
    assert_int_equal(traced(HOME, "withdrawn_there"), 1);
    /* Who only received it has no record that goes on. */
    assert_int_equal(traced(TARGET, "withdrawn_there"), 0);
    assert_int_equal(traced(SERVER, "withdrawn_there"), 0);
    world_end();
}

/* ------------------------------------------------------------ signals */

static uint64_t signalled(uint64_t consent)
{
    static const uint16_t needs[] = {NEED_CATEGORY_LONELINESS_ISOLATION};
    static const struct signal signal = {.needs = needs,
            .n_needs = 1,
            .person = "Rosa Voorbeeld, third floor",
            .language = "nl"};
    const struct raise_signal wish = {.recipient = TARGET,
            .consent_number = consent,
            .urgency = URGENCY_URGENT,
            .area = "21004",
            .signal = &signal};
    struct request request = {.signal = &wish};
    uint64_t sent = world_must(HOME, &request, "")->made->case_number;

    world_quiet();
    return sent;
}

static void a_signal(void **state)
{
    (void)state;
    for (int party = COLLECTOR; party <= READER; party++) {
        world_fresh(251 + (uint64_t)party);
        uint64_t consent = consent_for(TARGET, NULL);
        uint64_t sent = signalled(consent);
        assert_non_null(world_show(TARGET, 1)->signal);
        take_back((enum party)party, consent, TARGET, "");
        world_pass(90 * TIME_SECOND_MS);
        assert_registered_in_time(party == COLLECTOR ? HOME : TARGET);
        const struct case_detail *file = world_show(TARGET, 1);
        assert_null(file->signal);
        assert_true(file->line->stop_contact);
        assert_string_equal(world_show(HOME, sent)->line->consent_state, "withdrawn");
        assert_int_equal(traced(HOME, "erased"), 1);
        world_end();
    }
}

/* Who signed it has left the network before its reader comes: what was registered
 * counts all the same. A signal has no status that would say so instead. */
static void who_signed_it_has_left(void **state)
{
    (void)state;
    world_fresh(253);
    uint64_t consent = consent_for(TARGET, NULL);
    (void)signalled(consent);
    assert_non_null(world_show(TARGET, 1)->signal);
    sim_unplug(TARGET, true);
    take_back(COLLECTOR, consent, TARGET, "");
    world_pass(90 * TIME_SECOND_MS);
    assert_registered_in_time(HOME);
    world_revoke(HOME, NETWORK_BROKER);
    world_pass(TIME_MINUTE_MS);
    sim_unplug(TARGET, false);
    world_pass(90 * TIME_SECOND_MS);
    const struct case_detail *file = world_show(TARGET, 1);
    assert_null(file->signal);
    assert_true(file->line->stop_contact);
    world_end();
}

/* A case that nobody was handed a letter of cannot be withdrawn by its number
 * elsewhere, and an unknown one nowhere. */
static void what_is_not_there(void **state)
{
    (void)state;
    world_fresh(255);
    take_back(READER, 0, "chambry", "E_NOT_FOUND");
    take_back(COLLECTOR, 77, TARGET, "E_NOT_FOUND");
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(told_by_the_collector),
            cmocka_unit_test(told_by_its_reader),
            cmocka_unit_test(about_an_antenna),
            cmocka_unit_test(the_rest_waits_for_the_persons_word),
            cmocka_unit_test(a_signal),
            cmocka_unit_test(who_signed_it_has_left),
            cmocka_unit_test(what_is_not_there),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
