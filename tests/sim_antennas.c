/* sim_antennas.c - an antenna whose volunteers are at their limit is never asked, by
 * whomever and in whatever mode, while the partner that supports it says now this and
 * now that.
 *
 * In each round a referral goes to the antenna alone, or to it among others in any
 * order; its sender is a real node, or one that asks whatever it has heard. The
 * supporter changes the antenna's intake before and meanwhile, candidates decide, time
 * passes, the sender cancels; in the rounds of the real node every frame waits until
 * chance lets it come. After each turn of the broker: whom it asked now was not closed
 * before that turn and after it.
 *
 *   ANTENNAS=n  at least so many rounds */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/lifecycle.h"
#include "core/time.h"
#include "core/vocab.h"
#include "core/wire.h"
#include "tests/listed.h"
#include "tests/peek.h"
#include "tests/world.h"

#define HOME    "thuiszorg"
#define EVIL    "chambry" /* asks without looking */
#define HELPER  "noord"   /* supports ANTENNA, and is never asked itself */
#define ANTENNA "antenne"

static const char *const CANDIDATES[] = {ANTENNA, "aksant", "meldpunt"};

enum {
    ROUNDS_DEFAULT = 60,
    IN_ONE_WORLD = 12,
    STEPS_FEWEST = 3,
    STEPS_MORE = 12,
    CHANGES_MAX = 36, /* of the intake in one world: nobody says more than fifty things
                         a day */
    OFFERS_MAX = 64,
    MOMENT_MS = 90 * TIME_SECOND_MS,
    SOON_MS = 20 * TIME_SECOND_MS,
};

static struct {
    struct test_network network;
    struct evil *evil;
    struct arena arena;
    uint64_t seed, consent;
    size_t n_changes;
    /* As it was after the last turn of the broker. */
    int states[OFFERS_MAX]; /* of offers to the antenna, by their number */
    bool closed;
    size_t n_rounds, n_asked, n_skipped, n_refused_at_node, n_refused;
} the;

/* ------------------------------------------------------------ what the broker does */

static void on_statement(void *self, sqlite3_stmt *row)
{
    const struct span bytes = {sqlite3_column_blob(row, 0),
            (size_t)sqlite3_column_bytes(row, 0)};
    struct statement said;

    arena_reset(&the.arena, 0);
    assert_true(evil_read(&the.arena, bytes, &WIRE_STATEMENT, &said));
    assert_non_null(said.intake);
    *(bool *)self = said.intake->state != INTAKE_STATE_OPEN;
}

/* As the newest words about it stand in the broker's store. */
static bool is_closed(void)
{
    bool closed = false;

    peek_each(peek_of(NETWORK_BROKER),
            "SELECT bytes FROM thing WHERE key = 'statement/" HELPER "/intake/" ANTENNA
            ":'",
            on_statement, &closed);
    return closed;
}

static void on_offer(void *self, sqlite3_stmt *row)
{
    const bool *closed = self;
    int64_t no = sqlite3_column_int64(row, 0);
    int state = sqlite3_column_int(row, 1);

    assert_true(no < OFFERS_MAX);
    int before = the.states[no];
    the.states[no] = state;
    bool waited = before == OFFER_STATE_NONE || before == OFFER_STATE_QUEUED;
    if (!waited || before == state)
        return;
    the.n_skipped += state == OFFER_STATE_SKIPPED;
    if (state != OFFER_STATE_REQUESTED)
        return;
    the.n_asked++;
    if (the.closed && *closed)
        fail_msg("seed %llu: an antenna at its limit is asked",
                (unsigned long long)the.seed);
}

static void on_turn(void *self, const char *name)
{
    (void)self;
    if (strcmp(name, NETWORK_BROKER) != 0)
        return;
    bool closed = is_closed();
    peek_each(peek_of(NETWORK_BROKER),
            "SELECT o.no, o.state FROM offer o JOIN partner p ON p.no = o.target"
            " WHERE p.name = '" HELPER "'",
            on_offer, &closed);
    the.closed = closed;
}

/* ------------------------------------------------------------ what people do */

static void change_intake(void)
{
    static const uint16_t OFTEN[] = {INTAKE_STATE_OPEN, INTAKE_STATE_OPEN,
            INTAKE_STATE_VOLUNTEERS_AT_LIMIT, INTAKE_STATE_VOLUNTEERS_AT_LIMIT,
            INTAKE_STATE_FULL};
    const struct set_intake intake = {.state = OFTEN[sim_below(COUNT_OF(OFTEN))],
            .antenna = ANTENNA};
    struct request request = {.intake = &intake};

    if (the.n_changes++ < CHANGES_MAX)
        (void)world_must(HELPER, &request, "");
}

/* Whoever it is, it decides on the newest thing that waits for it. */
static void candidate_decides(void)
{
    static const char *const NODES[] = {HELPER, "aksant", "meldpunt"};
    const char *id = NODES[sim_below(COUNT_OF(NODES))];
    uint64_t number = world_newest(id, CASE_BOX_TO_DECIDE);

    if (number != 0)
        (void)world_act(id, number,
                sim_below(4) == 0 ? OFFER_EVENT_ACCEPT : OFFER_EVENT_DECLINE);
}

static void frame_comes(void)
{
    static const char *const NODES[] = {HOME, HELPER, "aksant", "meldpunt"};
    size_t first = sim_below(2 * COUNT_OF(NODES));

    for (size_t i = 0; i < 2 * COUNT_OF(NODES); i++) {
        size_t at = (first + i) % (2 * COUNT_OF(NODES));
        const char *id = NODES[at / 2];
        if (at % 2 == 0 ? sim_let(id, NETWORK_BROKER) : sim_let(NETWORK_BROKER, id))
            return;
    }
}

static void step(void)
{
    uint32_t what = sim_below(100);

    if (what < 30)
        change_intake();
    else if (what < 55)
        candidate_decides();
    else if (what < 65)
        sim_run_until(sim_now() + sim_below(MOMENT_MS));
    else
        frame_comes();
    world_quiet();
}

/* ------------------------------------------------------------ rounds */

/* The antenna, alone or with others, in any order: how many. */
static size_t choose(const char *names[COUNT_OF(CANDIDATES)], enum mode *mode)
{
    static const enum mode MODES[] = {MODE_DIRECT, MODE_SEQUENTIAL, MODE_SEQUENTIAL,
            MODE_FIRST_CLAIM};
    size_t first = sim_below(COUNT_OF(CANDIDATES));

    *mode = MODES[sim_below(COUNT_OF(MODES))];
    names[0] = ANTENNA;
    if (*mode == MODE_DIRECT)
        return 1;
    for (size_t i = 0; i < COUNT_OF(CANDIDATES); i++)
        names[i] = CANDIDATES[(first + i) % COUNT_OF(CANDIDATES)];
    return COUNT_OF(CANDIDATES);
}

/* A node asks as people do, and all crosses. */
static void round_of_node(void)
{
    const char *names[COUNT_OF(CANDIDATES)];
    struct world_referral wish = {.consent = the.consent,
            .candidates = names,
            .secret = "Rosa Voorbeeld"};

    wish.n_candidates = choose(names, &wish.mode);
    sim_hold(true);
    change_intake();
    const struct reply *reply = world_refer_as(HOME, &wish);
    bool sent = reply->code[0] == '\0';
    uint64_t number = sent ? reply->made->case_number : 0;
    the.n_refused_at_node += !sent;
    for (size_t n = STEPS_FEWEST + sim_below(STEPS_MORE); n > 0; n--)
        step();
    sim_hold(false);
    world_quiet();
    world_pass(SOON_MS);
    if (sent)
        (void)world_act(HOME, number, OFFER_EVENT_CANCEL);
    world_quiet();
}

static void behalf(struct listed *list, const char *const *names)
{
    for (size_t i = 0; i < list->n; i++)
        if (strcmp(names[i], ANTENNA) == 0)
            list->each[i].preview.on_behalf_of = list->each[i].content.on_behalf_of =
                    ANTENNA;
    list->recipients[list->n] = ANTENNA;
    list->each[0].capsule.n_recipients = list->n + 1;
}

/* Another one asks whatever it has heard: the broker knows. */
static void round_of_evil(void)
{
    static struct listed list;
    const char *names[COUNT_OF(CANDIDATES)], *readers[COUNT_OF(CANDIDATES)];
    enum mode mode;
    size_t n = choose(names, &mode);

    for (size_t i = 0; i < n; i++)
        readers[i] = strcmp(names[i], ANTENNA) == 0 ? HELPER : names[i];
    change_intake();
    world_quiet();
    evil_forget(the.evil);
    listed_make(the.evil, mode, readers, n, &list);
    behalf(&list, names);
    const char *code = listed_put(&list);
    bool no = mode == MODE_DIRECT && the.closed;
    the.n_refused += no;
    assert_string_equal(code, no ? "E_BUSY" : "");
    if (no)
        return;
    for (size_t k = STEPS_FEWEST + sim_below(STEPS_MORE); k > 0; k--)
        step();
    world_pass(SOON_MS);
    for (size_t i = 0; i < n; i++)
        if (!lifecycle_is_terminal(listed_state(&list, i)))
            (void)listed_say(&list, i, OFFER_EVENT_CANCEL);
    world_quiet();
}

static void play_world(uint64_t seed)
{
    const struct world_consent wish = {
            .recipients = {HELPER, ANTENNA, "aksant", "meldpunt"}
    };
    const struct sim_watch watch = {.on_turn = on_turn};

    the.seed = seed;
    the.n_changes = 0;
    the.closed = false;
    memset(the.states, 0, sizeof the.states);
    world_begin(seed, &the.network, NULL);
    the.evil = evil_new(EVIL);
    evil_connect(the.evil);
    the.consent = world_consent(HOME, &wish);
    sim_watch(&watch);
    for (uint64_t i = 0; i < IN_ONE_WORLD; i++, the.n_rounds++) {
        sim_choose_from(i);
        if (i % 2 == 0)
            round_of_node();
        else
            round_of_evil();
    }
    evil_free(the.evil);
    world_end();
}

static void who_is_at_the_limit_is_never_asked(void **state)
{
    const char *text = getenv("ANTENNAS");
    uint64_t n =
            text != NULL && text[0] != '\0' ? strtoull(text, NULL, 10) : ROUNDS_DEFAULT;

    (void)state;
    for (uint64_t seed = 1; the.n_rounds < n; seed++)
        play_world(seed);
    print_message(
            "# %zu rounds: asked %zu times, skipped %zu, refused by the node %zu, "
            "by the broker %zu\n",
            the.n_rounds, the.n_asked, the.n_skipped, the.n_refused_at_node,
            the.n_refused);
    if (n < ROUNDS_DEFAULT) /* too few for all of it to happen */
        return;
    assert_true(the.n_asked > 0 && the.n_skipped > 0);
    assert_true(the.n_refused_at_node > 0 && the.n_refused > 0);
}

static int setup(void **state)
{
    static const char *const hubs[] = {HOME, EVIL};

    (void)state;
    peek_begin();
    world_found(&the.network);
    world_settle(&the.network, hubs, COUNT_OF(hubs));
    the.arena = arena_new(1024 * 1024);
    return the.arena.at == NULL;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&the.arena);
    network_forget(&the.network);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(who_is_at_the_limit_is_never_asked),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
