/* race.c - the steps of a race, and what must be true when it is over. */
#include "tests/race_inner.h"

#include <string.h>

#include "core/hash.h"
#include "core/ids.h"
#include "core/lifecycle.h"
#include "core/time.h"
#include "core/vocab.h"
#include "core/wire.h"
#include "tests/evil.h"
#include "tests/peek.h"
#include "tests/watch.h"
#include "tests/world.h"

enum {
    FOUNDING_SEED = 2000001,
    REPEAT_OF_10000 = 500,
    ARENA_BYTES = 4 * 1024 * 1024,
};

static struct {
    struct test_network network;
    struct arena arena;
    enum race_ground ground;
    unsigned faults;
    bool done[RACE_N_STEPS];
    struct race_facts facts;
    struct race_counts counts;
} the;

/* clang-format off */
static const struct {
    const char *name;
    uint32_t staff; /* one bit for each step */
} GROUNDS[] = {
#define MAY(step) (UINT32_C(1) << RACE_##step)
    [RACE_ON_PUT]     = {"the referral is on its way", MAY(SENDER_WITHDRAWS) | MAY(TARGET_ACCEPTS)},
    [RACE_ON_ACCEPT]  = {"the preview is read", MAY(SENDER_WITHDRAWS) | MAY(TARGET_ACCEPTS)},
    [RACE_ON_REPLY]   = {"a question is open", MAY(SENDER_WITHDRAWS) | MAY(SENDER_REPLIES) | MAY(TARGET_ACCEPTS)},
    [RACE_ON_LETTERS] = {"the offer is accepted", MAY(SENDER_WITHDRAWS) | MAY(SENDER_WRITES) | MAY(TARGET_WRITES)},
    [RACE_ON_TARGET]  = {"the target tells of it too", MAY(SENDER_WITHDRAWS) | MAY(TARGET_WITHDRAWS) | MAY(TARGET_ACCEPTS) | MAY(SENDER_CANCELS)},
#undef MAY
};
/* clang-format on */

static const char *const STEP_NAMES[] = {
#define RACE_NAME(name, words) words,
        RACE_STEPS(RACE_NAME)
#undef RACE_NAME
};

const char *race_step_name(enum race_step step)
{
    return STEP_NAMES[step];
}

const char *race_ground_name(enum race_ground ground)
{
    return GROUNDS[ground].name;
}

enum race_step race_step_of(const char *name)
{
    unsigned step = 0;

    while (step < RACE_N_STEPS && strcmp(STEP_NAMES[step], name) != 0)
        step++;
    return (enum race_step)step;
}

struct race_counts race_counts(void)
{
    return the.counts;
}

/* ------------------------------------------------------------ what leaves */

static int64_t withdrawn_at_broker(void)
{
    return peek_number(peek_of(RACE_BROKER),
            "SELECT withdrawn FROM consent WHERE consent_id = x'%s'",
            the.facts.consent_hex);
}

/* A frame leaves after the commit of its turn: what the ledger says now was so when it
 * was decided that this letter goes. */
static void letter_leaves(struct span bytes, const char *to)
{
    struct letter letter;
    struct letter_body body;
    struct letter_core core;
    struct err err;
    char hex[RACE_HEX_BYTES];

    if (!wire_get(&WIRE_LETTER, bytes, &the.arena, &letter, &err) ||
            !evil_read(&the.arena, letter.signed_, &WIRE_LETTER_BODY, &body) ||
            !wire_get(&WIRE_LETTER_CORE, body.core, &the.arena, &core, &err))
        watch_broken("a letter of the broker's cannot be read: %s", err.msg);
    if (core.class_ != LETTER_CLASS_PERSONAL ||
            !id_equal(&core.consent_id, &the.facts.consent_id))
        return;
    ids_hex((struct span){core.msg_id.b, sizeof core.msg_id.b}, hex);
    if (withdrawn_at_broker() != 0)
        watch_broken("a letter of type %d leaves for %s after the withdrawal: %s",
                (int)core.type, to, hex);
    if (race_has_left(&the.facts, &core.msg_id))
        return;
    if (the.facts.n_left == RACE_LEFT_MAX)
        watch_broken("more letters leave than this test can hold");
    the.facts.left[the.facts.n_left++] = core.msg_id;
    the.facts.target_heard |= strcmp(to, RACE_TARGET) == 0;
    the.counts.left++;
}

/* Nothing is said over the network in the middle of a transaction. */
static void check_committed(const char *from)
{
    static const char *const programs[] = {RACE_BROKER, RACE_SENDER, RACE_TARGET};

    for (size_t i = 0; i < COUNT_OF(programs); i++) {
        if (strcmp(programs[i], from) != 0)
            continue;
        struct sqlite3 *db = peek_of(from);
        if (db != NULL && !sqlite3_get_autocommit(db))
            watch_broken("%s speaks before it has committed", from);
    }
}

static void on_send(void *self, const char *from, const char *to, struct span bytes)
{
    struct frame frame;
    struct err err;

    (void)self;
    check_committed(from);
    if (strcmp(from, RACE_BROKER) != 0 || the.facts.consent == 0)
        return;
    arena_reset(&the.arena, 0);
    if (!wire_get(&WIRE_FRAME, bytes, &the.arena, &frame, &err))
        return; /* the words of a local socket */
    if (frame.answer != NULL && id_equal(&frame.answer->id, &the.facts.consent_id) &&
            frame.answer->code[0] == '\0') {
        if (withdrawn_at_broker() == 0)
            watch_broken("a withdrawal is answered before it is committed");
        race_check_list(&the.facts, "the answer", frame.answer);
    }
    for (size_t i = 0; frame.deliver != NULL && i < frame.deliver->n_mail; i++)
        if (frame.deliver->mail[i].letter.len > 0)
            letter_leaves(frame.deliver->mail[i].letter, to);
}

/* ------------------------------------------------------------ a world, a referral */

void race_found(void)
{
    static const struct network_partner partners[] = {
            {RACE_SENDER, PARTNER_TYPE_HOMECARE},
            {RACE_TARGET, PARTNER_TYPE_LDC     },
    };
    static const char *const hubs[] = {RACE_SENDER};
    int64_t start_ms = (int64_t)WORLD_START_MS_DAY * TIME_DAY_MS + 9 * TIME_HOUR_MS;
    struct err err = {.code = CODE_OK};

    peek_begin();
    sim_begin(FOUNDING_SEED, start_ms);
    network_must(hash_start(&err), "start the cryptographic library", &err);
    network_found(&the.network, "tcp://127.0.0.1:40000", partners, COUNT_OF(partners),
            NULL, start_ms);
    sim_end();
    world_settle(&the.network, hubs, COUNT_OF(hubs));
    the.arena = arena_new(ARENA_BYTES);
}

void race_forget(void)
{
    network_forget(&the.network);
    arena_free(&the.arena);
}

void race_world(uint64_t seed, bool repeats)
{
    const struct sim_faults faults = {.latency_min_ms = 1,
            .latency_max_ms = 5,
            .repeat = repeats ? REPEAT_OF_10000 : 0,
            .reconnect_max_ms = 1000};

    the.facts.consent = 0;
    world_begin(seed, &the.network, NULL);
    watch_begin(seed);
    struct sim_watch watch = sim_watched();
    watch.on_send = on_send;
    sim_watch(&watch);
    sim_set_faults(&faults);
}

void race_world_end(void)
{
    world_end();
}

static uint64_t target_case(void)
{
    return race_target_case(&the.facts);
}

static void read_hex(sqlite3 *db, const char *column, char hex[RACE_HEX_BYTES])
{
    struct id id;
    char *sql = sqlite3_mprintf("SELECT %s FROM case_file WHERE number = %lld", column,
            (long long)the.facts.sent_case);
    sqlite3_stmt *stmt = NULL;

    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK ||
            sqlite3_step(stmt) != SQLITE_ROW ||
            sqlite3_column_bytes(stmt, 0) != sizeof id.b)
        watch_broken("the sender has no %s of case %llu", column,
                (unsigned long long)the.facts.sent_case);
    memcpy(id.b, sqlite3_column_blob(stmt, 0), sizeof id.b);
    sqlite3_finalize(stmt);
    sqlite3_free(sql);
    ids_hex((struct span){id.b, sizeof id.b}, hex);
    if (strcmp(column, "consent_id") == 0)
        the.facts.consent_id = id;
}

void race_begin(enum race_ground ground, unsigned faults)
{
    const struct world_consent wish = {.recipients = {RACE_TARGET}};

    the.ground = ground;
    the.faults = faults;
    the.facts = (struct race_facts){.n_left = 0};
    memset(the.done, 0, sizeof the.done);
    the.facts.consent = world_consent(RACE_SENDER, &wish);
    /* The referral's letters must not run ahead of their names. */
    sim_hold(true);
    const struct reply *reply =
            world_refer(RACE_SENDER, the.facts.consent, RACE_TARGET, "Rosa Voorbeeld");
    if (reply->code[0] != '\0')
        watch_broken("no referral: %s", reply->code);
    the.facts.sent_case = reply->made->case_number;
    read_hex(peek_of(RACE_SENDER), "consent_id", the.facts.consent_hex);
    read_hex(peek_of(RACE_SENDER), "referral_id", the.facts.referral_hex);
    if (ground == RACE_ON_PUT)
        return;
    sim_hold(false);
    world_quiet();
    world_do(RACE_TARGET, target_case(), OFFER_EVENT_SEEN);
    if (ground == RACE_ON_REPLY)
        world_do(RACE_TARGET, target_case(), OFFER_EVENT_INFO_REQUEST);
    if (ground == RACE_ON_LETTERS)
        world_do(RACE_TARGET, target_case(), OFFER_EVENT_ACCEPT);
    sim_hold(true);
}

/* ------------------------------------------------------------ steps */

static bool can_arrive(enum race_step step)
{
    bool from_sender = sim_held(RACE_SENDER, RACE_BROKER) > 0;
    bool from_target = sim_held(RACE_TARGET, RACE_BROKER) > 0;

    switch ((int)step) {
    case RACE_TO_BROKER_FROM_SENDER: return from_sender;
    case RACE_TO_BROKER_FROM_TARGET: return from_target;
    case RACE_TO_BROKER_SENDER_FIRST:
    case RACE_TO_BROKER_TARGET_FIRST: return from_sender && from_target;
    case RACE_TO_SENDER: return sim_held(RACE_BROKER, RACE_SENDER) > 0;
    case RACE_TO_TARGET: return sim_held(RACE_BROKER, RACE_TARGET) > 0;
    default: return false;
    }
}

static bool can_do(enum race_step step)
{
    bool of_target = step == RACE_TARGET_ACCEPTS || step == RACE_TARGET_WRITES ||
                     step == RACE_TARGET_WITHDRAWS;

    if (step >= RACE_CUT_SENDER)
        return the.faults > 0;
    if (step >= RACE_TO_BROKER_FROM_SENDER)
        return can_arrive(step);
    if ((GROUNDS[the.ground].staff & UINT32_C(1) << step) == 0 || the.done[step])
        return false;
    return !of_target || target_case() != 0;
}

size_t race_enabled(enum race_step steps[RACE_N_STEPS])
{
    size_t n = 0;

    for (unsigned step = 0; step < RACE_N_STEPS; step++)
        if (can_do((enum race_step)step))
            steps[n++] = (enum race_step)step;
    return n;
}

static void withdraw(const char *id, uint64_t number, uint64_t case_number)
{
    const struct consent_withdraw withdraw = {.number = number,
            .case_number = case_number,
            .reason = WITHDRAWAL_REASON_PERSON_ASKED};
    struct request request = {.consent_withdraw = &withdraw};
    const struct reply *reply = world_try(id, &request);

    if (reply == NULL || reply->code[0] != '\0')
        watch_broken("%s cannot withdraw: %s", id,
                reply != NULL ? reply->code : world_why());
}

/* A refusal is an answer: the case may have moved on. */
static void write_text(const char *id, uint64_t case_number)
{
    static const struct text text = {.text = "one more thing", .language = "en"};
    const struct act act = {.case_number = case_number, .text = &text};
    struct request request = {.act = &act};

    if (world_try(id, &request) == NULL)
        watch_broken("%s does not answer: %s", id, world_why());
}

static void staff_does(enum race_step step)
{
    the.done[step] = true;
    switch ((int)step) {
    case RACE_SENDER_WITHDRAWS: withdraw(RACE_SENDER, the.facts.consent, 0); break;
    case RACE_TARGET_WITHDRAWS: withdraw(RACE_TARGET, 0, target_case()); break;
    case RACE_TARGET_ACCEPTS:
        (void)world_act(RACE_TARGET, target_case(), OFFER_EVENT_ACCEPT);
        break;
    case RACE_SENDER_REPLIES:
        (void)world_act(RACE_SENDER, the.facts.sent_case, OFFER_EVENT_INFO_REPLY);
        break;
    case RACE_SENDER_CANCELS:
        (void)world_act(RACE_SENDER, the.facts.sent_case, OFFER_EVENT_CANCEL);
        break;
    case RACE_SENDER_WRITES: write_text(RACE_SENDER, the.facts.sent_case); break;
    case RACE_TARGET_WRITES: write_text(RACE_TARGET, target_case()); break;
    default: break;
    }
}

static void fault(enum race_step step)
{
    static const char *const who[] = {[RACE_CUT_SENDER] = RACE_SENDER,
            [RACE_CUT_TARGET] = RACE_TARGET,
            [RACE_CRASH_SENDER] = RACE_SENDER,
            [RACE_CRASH_TARGET] = RACE_TARGET,
            [RACE_CRASH_BROKER] = RACE_BROKER};

    the.faults--;
    if (step == RACE_CUT_SENDER || step == RACE_CUT_TARGET) {
        sim_unplug(who[step], true);
        sim_unplug(who[step], false);
    } else {
        world_crash(who[step]);
        world_start(who[step]);
    }
}

uint32_t race_concerns(enum race_step step)
{
    enum { AT_SENDER = 1, AT_TARGET = 2, AT_BROKER = 4 };

    switch (step) {
    case RACE_SENDER_WITHDRAWS:
    case RACE_SENDER_REPLIES:
    case RACE_SENDER_WRITES:
    case RACE_SENDER_CANCELS:
    case RACE_TO_SENDER: return AT_SENDER;
    case RACE_TARGET_WITHDRAWS:
    case RACE_TARGET_ACCEPTS:
    case RACE_TARGET_WRITES:
    case RACE_TO_TARGET: return AT_TARGET;
    case RACE_TO_BROKER_FROM_SENDER:
    case RACE_TO_BROKER_FROM_TARGET:
    case RACE_TO_BROKER_SENDER_FIRST:
    case RACE_TO_BROKER_TARGET_FIRST: return AT_BROKER;
    case RACE_CUT_SENDER:
    case RACE_CRASH_SENDER: return AT_SENDER | AT_BROKER;
    case RACE_CUT_TARGET:
    case RACE_CRASH_TARGET: return AT_TARGET | AT_BROKER;
    case RACE_CRASH_BROKER:
    case RACE_N_STEPS: break;
    }
    return AT_SENDER | AT_TARGET | AT_BROKER;
}

void race_do(enum race_step step)
{
    switch ((int)step) {
    case RACE_TO_BROKER_FROM_SENDER: (void)sim_let(RACE_SENDER, RACE_BROKER); break;
    case RACE_TO_BROKER_FROM_TARGET: (void)sim_let(RACE_TARGET, RACE_BROKER); break;
    case RACE_TO_SENDER: (void)sim_let(RACE_BROKER, RACE_SENDER); break;
    case RACE_TO_TARGET: (void)sim_let(RACE_BROKER, RACE_TARGET); break;
    case RACE_TO_BROKER_SENDER_FIRST:
        (void)sim_let(RACE_SENDER, RACE_BROKER);
        (void)sim_let(RACE_TARGET, RACE_BROKER);
        break;
    case RACE_TO_BROKER_TARGET_FIRST:
        (void)sim_let(RACE_TARGET, RACE_BROKER);
        (void)sim_let(RACE_SENDER, RACE_BROKER);
        break;
    default:
        if (step < RACE_TO_BROKER_FROM_SENDER)
            staff_does(step);
        else
            fault(step);
        break;
    }
    world_quiet();
    if (world_died())
        watch_broken("a program stopped by itself");
}

void race_end(void)
{
    sim_hold(false);
    world_quiet();
    if (!the.done[RACE_SENDER_WITHDRAWS])
        staff_does(RACE_SENDER_WITHDRAWS);
    world_quiet();
    world_pass(TIME_MINUTE_MS);
    world_quiet();
    race_check(&the.facts, &the.counts);
    the.counts.races++;
    the.facts.consent = 0;
}
