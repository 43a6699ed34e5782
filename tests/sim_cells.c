/* sim_cells.c - every event in every state, said by everybody, at the real broker:
 * exactly the cells of the table "Offer transitions" of docs/referrals.md are taken,
 * and what is refused leaves nothing. What the broker does by itself is in the table
 * too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/time.h"
#include "tests/cells.h"
#include "tests/listed.h"
#include "tests/peek.h"
#include "tests/world.h"

/* Nobody here follows a rule: the parties of an offer, and one that is neither, but
 * another candidate where there is a list. */
enum who { SENDER, TARGET, RIVAL, N_WHO };
static const char *const NAMES[] = {"thuiszorg", "aksant", "chambry"};

enum { SOON_MS = 20 * TIME_SECOND_MS, STEPS = 3, OFFERS_MAX = 64 };

static struct evil *peers[N_WHO];

/* The broker comes back with these settings more. */
static void set_limits(const char *sections)
{
    char path[NETWORK_PATH_BYTES + 32], home[NETWORK_PATH_BYTES];

    world_stop(NETWORK_BROKER);
    network_home(world_network(), NETWORK_BROKER, home);
    snprintf(path, sizeof path, "%s/broker.conf", home);
    FILE *file = fopen(path, "ab");
    if (file == NULL)
        fail_msg("%s cannot be opened", path);
    else {
        fputs(sections, file);
        assert_int_equal(fclose(file), 0);
    }
    world_start(NETWORK_BROKER);
    world_quiet();
}

static void begin_with(uint64_t seed, const char *sections)
{
    world_fresh(seed);
    if (sections[0] != '\0')
        set_limits(sections);
    world_stop("noord");
    world_stop("meldpunt");
    for (size_t i = 0; i < N_WHO; i++) {
        peers[i] = evil_new(NAMES[i]);
        evil_connect(peers[i]);
    }
}

static void begin(uint64_t seed)
{
    begin_with(seed, "");
}

static void end(void)
{
    for (size_t i = 0; i < N_WHO; i++)
        evil_free(peers[i]);
    world_end();
}

/* ------------------------------------------------------------ to each state */

/* How an offer gets there: by these steps of its own parties, or beside a rival. */
struct way {
    enum mode mode; /* but for MODE_DIRECT the rival stands before the target */
    enum offer_event steps[STEPS];
    enum offer_event rival;
    uint16_t urgency;   /* 0: routine */
    int64_t preview_ms; /* its preview is over then; 0: never */
    int64_t wait_ms;    /* before the rival's step */
};
/* clang-format off */
static const struct way WAYS[N_STATES] = {
    [OFFER_STATE_REQUESTED] =      {MODE_DIRECT, .rival = OFFER_EVENT_NONE},
    [OFFER_STATE_SEEN] =           {MODE_DIRECT, .steps = {OFFER_EVENT_SEEN}},
    [OFFER_STATE_INFO_REQUESTED] = {MODE_DIRECT, .steps = {OFFER_EVENT_INFO_REQUEST}},
    [OFFER_STATE_WAITLISTED] =     {MODE_DIRECT, .steps = {OFFER_EVENT_WAITLIST}},
    [OFFER_STATE_ACCEPTED] =       {MODE_DIRECT, .steps = {OFFER_EVENT_ACCEPT}},
    [OFFER_STATE_IN_PROGRESS] =    {MODE_DIRECT, .steps = {OFFER_EVENT_ACCEPT, OFFER_EVENT_START}},
    [OFFER_STATE_ON_HOLD] =        {MODE_DIRECT, .steps = {OFFER_EVENT_ACCEPT, OFFER_EVENT_HOLD}},
    [OFFER_STATE_COMPLETED] =      {MODE_DIRECT, .steps = {OFFER_EVENT_ACCEPT, OFFER_EVENT_START, OFFER_EVENT_OUTCOME}},
    [OFFER_STATE_FAILED] =         {MODE_DIRECT, .steps = {OFFER_EVENT_ACCEPT, OFFER_EVENT_FAIL}},
    [OFFER_STATE_DECLINED] =       {MODE_DIRECT, .steps = {OFFER_EVENT_DECLINE}},
    [OFFER_STATE_NOT_SELECTED] =   {MODE_FIRST_CLAIM, .rival = OFFER_EVENT_ACCEPT},
    [OFFER_STATE_EXPIRED] =        {MODE_DIRECT, .urgency = URGENCY_CRISIS, .wait_ms = 3 * TIME_HOUR_MS},
    [OFFER_STATE_CANCELLED] =      {MODE_DIRECT, .steps = {OFFER_EVENT_CANCEL}},
    [OFFER_STATE_IN_ERROR] =       {MODE_DIRECT, .steps = {OFFER_EVENT_IN_ERROR}},
    [OFFER_STATE_QUEUED] =         {MODE_SEQUENTIAL, .rival = OFFER_EVENT_NONE},
    [OFFER_STATE_SKIPPED] =        {MODE_SEQUENTIAL, .rival = OFFER_EVENT_DECLINE,
                                    .preview_ms = TIME_MINUTE_MS, .wait_ms = 2 * TIME_MINUTE_MS},
};
/* clang-format on */

struct asked {
    struct listed list;
    size_t at; /* of the target */
};

static enum letter_type carrier(enum offer_event event)
{
    switch ((int)event) {
    case OFFER_EVENT_OFFER: return LETTER_TYPE_PREVIEW;
    case OFFER_EVENT_INFO_REQUEST: return LETTER_TYPE_INFO_REQUEST;
    case OFFER_EVENT_INFO_REPLY: return LETTER_TYPE_INFO_REPLY;
    default: return LETTER_TYPE_EVENT;
    }
}

/* One says to the other that this happens to the offer at that place of the list. */
static const char *say_at(enum who who, const struct asked *offer, size_t at,
        enum letter_type type, enum offer_event event)
{
    const struct letter_core *preview = &offer->list.each[at].preview;
    const char *to = who == SENDER ? preview->recipient : NAMES[SENDER];
    struct letter_core core =
            forge_step(preview, to, type, event, listed_version(&offer->list, at));

    if (event == OFFER_EVENT_WAITLIST || event == OFFER_EVENT_HOLD)
        core.due_ms = (uint64_t)(sim_now() + TIME_DAY_MS);
    return forge_put_step(peers[who], &core);
}

static const char *say(enum who who, const struct asked *offer, enum offer_event event)
{
    return say_at(who, offer, offer->at, carrier(event), event);
}

/* Whose event it is by the table; RIVAL: the broker's. */
static enum who who_says(enum offer_event event)
{
    for (size_t i = 0; i < N_CELLS; i++)
        if (CELLS[i].event == event)
            return CELLS[i].role == LIFECYCLE_SENDER   ? SENDER
                   : CELLS[i].role == LIFECYCLE_TARGET ? TARGET
                                                       : RIVAL;
    return RIVAL;
}

static void rival_says(const struct asked *offer, enum offer_event event)
{
    assert_string_equal(say_at(RIVAL, offer, 0, carrier(event), event), "");
    world_pass(SOON_MS);
}

static enum offer_state state_of(const struct asked *offer)
{
    return listed_state(&offer->list, offer->at);
}

/* In a crisis all limits are short; but then nobody is put on a waiting list. */
static uint16_t hurry;

static void make(const struct way *way, struct asked *offer)
{
    bool alone = way->mode == MODE_DIRECT;
    const char *const names[] = {NAMES[RIVAL], NAMES[TARGET]};

    for (size_t i = 0; i < N_WHO; i++)
        evil_forget(peers[i]);
    listed_make(peers[SENDER], way->mode, names + alone, 2 - alone, &offer->list);
    offer->at = !alone;
    offer->list.each[0].capsule.onward_depth = 1;
    for (size_t i = 0; i < offer->list.n; i++) {
        struct forged *one = &offer->list.each[i];
        uint16_t urgency = way->urgency != 0 ? way->urgency : hurry;
        if (urgency != 0)
            one->preview.urgency = one->content.urgency = urgency;
    }
    if (way->preview_ms > 0)
        offer->list.each[offer->at].preview.expires_ms =
                (uint64_t)(sim_now() + way->preview_ms);
}

/* An offer in this state (none: of which nobody has heard). */
static void prepare(enum offer_state state, struct asked *offer)
{
    const struct way *way = &WAYS[state];

    make(state == OFFER_STATE_NONE ? &WAYS[OFFER_STATE_REQUESTED] : way, offer);
    if (state == OFFER_STATE_NONE)
        return;
    assert_string_equal(listed_put(&offer->list), "");
    for (size_t i = 0; i < STEPS && way->steps[i] != OFFER_EVENT_NONE; i++)
        assert_string_equal(say(who_says(way->steps[i]), offer, way->steps[i]), "");
    if (way->mode != MODE_DIRECT || way->wait_ms > 0)
        world_pass(way->wait_ms + SOON_MS);
    if (way->rival != OFFER_EVENT_NONE)
        rival_says(offer, way->rival);
    assert_string_equal(offer_state_name(state_of(offer)), offer_state_name(state));
}

/* ------------------------------------------------------------ what is there */

static const char *const LOOKS[] = {
        ("SELECT hex(offer_id), state, before_hold, version, info_rounds, event,"
         " hex(msg_id), due_ms, limit_ms, life_ms, place, target, consent FROM offer"),
        "SELECT hex(referral_id), mode, winner, closed, ended_ms FROM referral",
        "SELECT hex(msg_id), state, live, code FROM letter WHERE size > 0",
        "SELECT letter, length(bytes) FROM sealed",
        "SELECT partner, kind, ref, mail_id FROM mail",
        "SELECT hex(consent_id), conflict, withdrawn FROM consent",
        "SELECT consent, hex(msg_id) FROM handed_over",
        "SELECT hex(escalation_id), closed FROM escalation",
};
static struct key32 before[COUNT_OF(LOOKS)];

static void mark(void)
{
    for (size_t i = 0; i < COUNT_OF(LOOKS); i++)
        before[i] = peek_sum(peek_of(NETWORK_BROKER), LOOKS[i]);
}

/* What changed since then; NULL: nothing. */
static const char *changed(void)
{
    for (size_t i = 0; i < COUNT_OF(LOOKS); i++) {
        struct key32 now = peek_sum(peek_of(NETWORK_BROKER), LOOKS[i]);
        if (!key32_equal(&now, &before[i]))
            return LOOKS[i];
    }
    return NULL;
}

/* ------------------------------------------------------------ what somebody says */

static bool is_asked(int state)
{
    return state != OFFER_STATE_NONE && state != OFFER_STATE_QUEUED &&
           state != OFFER_STATE_SKIPPED;
}

/* A preview of what has not been decided is no step: it was sealed again. */
static bool is_again(int state, int event, enum who who)
{
    return event == OFFER_EVENT_OFFER && who == SENDER &&
           (state == OFFER_STATE_QUEUED ||
                   (state >= OFFER_STATE_REQUESTED && state <= OFFER_STATE_WAITLISTED));
}

/* What docs/protocol.md says is answered: who has no part in an offer, or was never
 * asked, does not learn that it is there. */
static const char *answer_to(int state, int event, enum who who)
{
    if (who_says((enum offer_event)event) == RIVAL)
        return "E_TRANSITION";
    if (state == OFFER_STATE_NONE && event == OFFER_EVENT_OFFER)
        return "";
    if (state == OFFER_STATE_NONE || who == RIVAL ||
            (who == TARGET && !is_asked(state)))
        return "E_NOT_FOUND";
    int role = who == SENDER ? LIFECYCLE_SENDER : LIFECYCLE_TARGET;
    if (cells_lead(state, event, role) >= 0 || is_again(state, event, who))
        return "";
    return "E_TRANSITION";
}

static void fail_cell(int state, int event, enum who who, const char *what)
{
    fail_msg("%s by %s while %s: %s", offer_event_name((enum offer_event)event),
            NAMES[who], offer_state_name((enum offer_state)state), what);
}

/* One cell; true: it was taken, and the offer stands elsewhere. */
static bool try_cell(struct asked *offer, int state, int event, enum who who)
{
    const char *wanted = answer_to(state, event, who);
    uint64_t version = listed_version(&offer->list, offer->at);
    bool first = state == OFFER_STATE_NONE && event == OFFER_EVENT_OFFER;
    const char *code =
            first ? listed_put(&offer->list) : say(who, offer, (enum offer_event)event);

    if (strcmp(code, wanted) != 0)
        fail_cell(state, event, who, code);
    if (code[0] != '\0') {
        if (changed() != NULL)
            fail_cell(state, event, who, changed());
        return false;
    }
    int role = who == SENDER ? LIFECYCLE_SENDER : LIFECYCLE_TARGET;
    int to = is_again(state, event, who) ? state : cells_lead(state, event, role);
    if ((int)state_of(offer) != to)
        fail_cell(state, event, who, offer_state_name(state_of(offer)));
    if (is_again(state, event, who) &&
            listed_version(&offer->list, offer->at) != version)
        fail_cell(state, event, who, "has another version");
    return true;
}

static void exactly_the_cells_of_the_table_are_taken(void **state)
{
    static struct asked offer;
    size_t n_taken = 0, n_refused = 0;

    (void)state;
    begin(61);
    for (int from = 0; from < N_STATES; from++) {
        prepare((enum offer_state)from, &offer);
        mark();
        for (int event = 0; event < N_EVENTS; event++)
            for (enum who who = SENDER; who < N_WHO; who++) {
                bool begins = from == OFFER_STATE_NONE && event == OFFER_EVENT_OFFER;
                if (begins && who != SENDER) /* it would be its own offer */
                    continue;
                if (!try_cell(&offer, from, event, who)) {
                    n_refused++;
                    continue;
                }
                n_taken += !is_again(from, event, who);
                prepare((enum offer_state)from, &offer);
                mark();
            }
    }
    print_message("# %zu cells taken, %zu refused\n", n_taken, n_refused);
    assert_int_equal(n_taken, 48);
    end();
}

/* Nor does another type of letter carry an event past the table. */
static void an_event_in_another_letter_is_refused(void **state)
{
    static struct asked offer;
    static const enum offer_state FROM[] = {OFFER_STATE_REQUESTED, OFFER_STATE_QUEUED};

    (void)state;
    begin(62);
    for (size_t i = 0; i < COUNT_OF(FROM); i++) {
        prepare(FROM[i], &offer);
        mark();
        for (enum letter_type type = LETTER_TYPE_PREVIEW; type <= LETTER_TYPE_VISIT;
                type++)
            for (int event = 1; event < N_EVENTS; event++) {
                if (carrier((enum offer_event)event) == type)
                    continue;
                const char *code =
                        say_at(SENDER, &offer, offer.at, type, (enum offer_event)event);
                assert_string_equal(code, "E_TRANSITION");
                assert_null(changed());
            }
    }
    end();
}

/* ------------------------------------------------------------ what the broker does */

static struct {
    struct {
        int state;
        int64_t version;
    } rows[OFFERS_MAX]; /* by the number of the offer */
    bool seen[N_STATES][N_EVENTS];
} moves;

static void on_row(void *self, sqlite3_stmt *row)
{
    int64_t no = sqlite3_column_int64(row, 0), version = sqlite3_column_int64(row, 2);
    int state = sqlite3_column_int(row, 1), event = sqlite3_column_int(row, 3);

    (void)self;
    assert_true(no < OFFERS_MAX && event < N_EVENTS && state < N_STATES);
    int from = moves.rows[no].state;
    int64_t steps = version - moves.rows[no].version;
    moves.rows[no].state = state;
    moves.rows[no].version = version;
    if (steps == 0)
        assert_int_equal(state, from);
    if (steps == 0 || who_says((enum offer_event)event) != RIVAL)
        return;
    assert_int_equal(steps, 1);
    int to = cells_lead(from, event, LIFECYCLE_BROKER);
    if (to != state)
        fail_cell(from, event, RIVAL, offer_state_name((enum offer_state)state));
    moves.seen[from][event] = true;
}

static void on_turn(void *self, const char *name)
{
    (void)self;
    if (strcmp(name, NETWORK_BROKER) == 0)
        peek_each(peek_of(NETWORK_BROKER),
                "SELECT no, state, version, event FROM offer", on_row, NULL);
}

static void watch_moves(void)
{
    const struct sim_watch watch = {.on_turn = on_turn};

    memset(&moves.rows, 0, sizeof moves.rows);
    sim_watch(&watch);
}

/* From each state: the consent is withdrawn. */
static void withdraw_from_all(void)
{
    static struct asked offer;

    begin(63);
    watch_moves();
    for (int from = 1; from < N_STATES; from++) {
        prepare((enum offer_state)from, &offer);
        bool ended = lifecycle_is_terminal((enum offer_state)from);
        assert_string_equal(forge_withdraw(peers[SENDER], &offer.list.each[0]), "");
        world_pass(SOON_MS);
        assert_string_equal(offer_state_name(state_of(&offer)),
                offer_state_name(
                        ended ? (enum offer_state)from : OFFER_STATE_CANCELLED));
    }
    end();
}

/* From each state that is not decided: another one has accepted. */
static void lose_from_all(void)
{
    static struct asked offer;
    const struct way beside = {MODE_FIRST_CLAIM, .rival = OFFER_EVENT_ACCEPT};

    begin(64);
    watch_moves();
    for (int from = 1; from <= OFFER_STATE_WAITLISTED; from++) {
        make(&beside, &offer);
        assert_string_equal(listed_put(&offer.list), "");
        world_pass(SOON_MS);
        enum offer_event step = WAYS[from].steps[0];
        if (step != OFFER_EVENT_NONE)
            assert_string_equal(say(TARGET, &offer, step), "");
        rival_says(&offer, OFFER_EVENT_ACCEPT);
        assert_int_equal(state_of(&offer), OFFER_STATE_NOT_SELECTED);
    }
    prepare(OFFER_STATE_QUEUED, &offer);
    rival_says(&offer, OFFER_EVENT_ACCEPT);
    assert_int_equal(state_of(&offer), OFFER_STATE_NOT_SELECTED);
    end();
}

/* From each state: nobody does anything any more. */
static void leave_all_alone(void)
{
    static struct asked offer;

    begin(65);
    watch_moves();
    for (int from = 1; from < N_STATES; from++) {
        hurry = from == OFFER_STATE_WAITLISTED ? URGENCY_URGENT : URGENCY_CRISIS;
        prepare((enum offer_state)from, &offer);
    }
    hurry = 0;
    world_pass(32 * (int64_t)TIME_DAY_MS);
    for (int no = 1; no < OFFERS_MAX; no++)
        assert_true(moves.rows[no].state == OFFER_STATE_NONE ||
                    lifecycle_is_terminal((enum offer_state)moves.rows[no].state));
    end();
}

/* By the usual limits a question goes back before its offer could end; in an area where
 * an offer does not live long it ends first. */
static void ask_at_the_end(void)
{
    static struct asked offer;

    begin_with(66, "timers \"*\" {\n    outer_life_routine = 10h\n}\n");
    watch_moves();
    prepare(OFFER_STATE_INFO_REQUESTED, &offer);
    world_pass((int64_t)9 * TIME_HOUR_MS);
    assert_int_equal(state_of(&offer), OFFER_STATE_INFO_REQUESTED);
    world_pass((int64_t)2 * TIME_HOUR_MS);
    assert_int_equal(state_of(&offer), OFFER_STATE_EXPIRED);
    end();
}

static void the_broker_does_all_that_is_its_own_and_nothing_else(void **state)
{
    (void)state;
    memset(&moves, 0, sizeof moves);
    withdraw_from_all();
    lose_from_all();
    leave_all_alone();
    ask_at_the_end();
    for (int from = 0; from < N_STATES; from++)
        for (int event = 0; event < N_EVENTS; event++) {
            bool own = cells_lead(from, event, LIFECYCLE_BROKER) >= 0;
            if (own && !moves.seen[from][event])
                fail_cell(from, event, RIVAL, "never happened");
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(exactly_the_cells_of_the_table_are_taken),
            cmocka_unit_test(an_event_in_another_letter_is_refused),
            cmocka_unit_test(the_broker_does_all_that_is_its_own_and_nothing_else),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
