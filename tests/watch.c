/* watch.c - invariants over the open databases of broker and nodes. */
#include "tests/watch.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "broker/broker.h"
#include "core/ids.h"
#include "core/lifecycle.h"
#include "core/time.h"
#include "core/vocab.h"
#include "tests/peek.h"
#include "tests/sim.h"
#include "tests/world.h"

enum { OFFERS_MAX = 1000, LETTERS_MAX = 8000, VERSIONS_MAX = 100, STEPS_MAX = 6 };

/* Letter states of the ledger. */
enum { LODGED = 1, WAITING = 2, HANDED = 3, DELIVERED = 4, REFUSED = 5, PROCESSED = 6 };

struct offer_seen {
    struct id id;
    enum offer_state state, before_hold;
    uint64_t version;
    bool was_accepted;
    uint8_t at_version[VERSIONS_MAX]; /* state, 0: not seen */
};

/* What is known of each program: its database, and how much was written when it was
 * last looked at. */
struct watched {
    const char *name;
    sqlite3 *db;
    uint64_t generation;
    int changes;
};

static struct {
    uint64_t seed;
    struct offer_seen offers[OFFERS_MAX]; /* by their number at the broker */
    uint8_t letters[LETTERS_MAX];
    struct watched watched[NETWORK_PARTNERS_MAX + 1];
    size_t n_watched;
    int64_t n_withdrawn;
    struct watch_counts counts;
} the;

_Noreturn void watch_broken(const char *format, ...)
{
    char words[512];
    va_list values;

    va_start(values, format);
    vsnprintf(words, sizeof words, format, values);
    va_end(values);
    fprintf(stderr, "not ok - seed %llu at %lld: %s\nmake sim SEED=%llu\n",
            (unsigned long long)the.seed, (long long)sim_now(), words,
            (unsigned long long)the.seed);
    exit(1);
}

/* ------------------------------------------------------------ offers at the broker */

/* Can the offer machine go from here to there in so many steps? Guards aside. */
static bool reachable(enum offer_state from, enum offer_state before_hold,
        enum offer_state to, uint64_t steps)
{
    if (steps == 0)
        return from == to;
    if (steps > STEPS_MAX)
        return true;
    for (int event = OFFER_EVENT_OFFER; event <= OFFER_EVENT_CONFIRM; event++)
        for (int role = 0; role < N_LIFECYCLE_ROLES; role++) {
            const struct lifecycle_offer offer = {.state = from,
                    .before_hold = before_hold,
                    .urgency = URGENCY_ROUTINE};
            const struct lifecycle_event step = {.event = (enum offer_event)event,
                    .role = (enum lifecycle_role)role,
                    .due_ms = sim_now() + TIME_DAY_MS,
                    .now_ms = sim_now()};
            struct lifecycle_result result = lifecycle_step(&offer, &step);
            if (result.code == CODE_OK &&
                    reachable(result.to, result.before_hold, to, steps - 1))
                return true;
        }
    return false;
}

static bool is_placed(enum offer_state state)
{
    return state == OFFER_STATE_ACCEPTED || state == OFFER_STATE_IN_PROGRESS ||
           state == OFFER_STATE_ON_HOLD || state == OFFER_STATE_COMPLETED ||
           state == OFFER_STATE_FAILED;
}

static void on_offer(void *self, sqlite3_stmt *row)
{
    int64_t no = sqlite3_column_int64(row, 0);
    enum offer_state state = (enum offer_state)sqlite3_column_int(row, 2);
    uint64_t version = (uint64_t)sqlite3_column_int64(row, 4);

    (void)self;
    if (no >= OFFERS_MAX || version >= VERSIONS_MAX)
        watch_broken("more offers or versions than this test can hold");
    struct offer_seen *seen = &the.offers[no];
    if (seen->version == 0) {
        memcpy(seen->id.b, sqlite3_column_blob(row, 1), sizeof seen->id.b);
        the.counts.offers++;
    }
    if (version < seen->version)
        watch_broken("offer %lld goes back from version %llu to %llu", (long long)no,
                (unsigned long long)seen->version, (unsigned long long)version);
    if (!reachable(seen->state, seen->before_hold, state, version - seen->version))
        watch_broken("offer %lld goes from %s (%llu) to %s (%llu)", (long long)no,
                offer_state_name(seen->state), (unsigned long long)seen->version,
                offer_state_name(state), (unsigned long long)version);
    the.counts.steps += version - seen->version;
    the.counts.accepted += is_placed(state) && !seen->was_accepted;
    seen->state = state;
    seen->before_hold = (enum offer_state)sqlite3_column_int(row, 3);
    seen->version = version;
    seen->was_accepted = seen->was_accepted || is_placed(state);
    seen->at_version[version] = (uint8_t)state;
}

/* ------------------------------------------------------------ letters at the broker */

static void on_letter(void *self, sqlite3_stmt *row)
{
    int64_t no = sqlite3_column_int64(row, 0), offer = sqlite3_column_int64(row, 3);
    int state = sqlite3_column_int(row, 1), type = sqlite3_column_int(row, 2);

    (void)self;
    if (no >= LETTERS_MAX)
        watch_broken("more letters than this test can hold");
    int before = the.letters[no];
    if (before == state)
        return;
    the.counts.letters += before == 0;
    the.counts.refused += state == REFUSED;
    if (before > DELIVERED || (before != 0 && state < before) ||
            (before != 0 && state == REFUSED))
        watch_broken("letter %lld goes from state %d to %d", (long long)no, before,
                state);
    bool handed = state == WAITING || state == HANDED || state == DELIVERED ||
                  state == PROCESSED;
    if (type == LETTER_TYPE_CONTENT && handed && !the.offers[offer].was_accepted)
        watch_broken("content %lld leaves before offer %lld is accepted", (long long)no,
                (long long)offer);
    the.letters[no] = (uint8_t)state;
}

static void check_broker(sqlite3 *db)
{
    int64_t faults = 0;
    struct err err = {.code = CODE_OK};

    if (!broker_conserved(world_broker(), &faults, &err))
        watch_broken("the ledger cannot be read: %s", err.msg);
    if (faults != 0)
        watch_broken("%lld rows contradict that each letter is in one state",
                (long long)faults);
    peek_each(db, "SELECT no, offer_id, state, before_hold, version FROM offer",
            on_offer, NULL);
    peek_each(db, "SELECT no, state, type, offer FROM letter", on_letter, NULL);
    if (peek_number(db,
                "SELECT count(*) FROM letter l JOIN consent c ON c.no = l.consent"
                " WHERE c.withdrawn > 0 AND l.state IN (1, 2)") != 0)
        watch_broken("a letter waits under a consent that was withdrawn");
    if (peek_number(db,
                "SELECT count(*) FROM (SELECT 1 FROM offer WHERE state IN (5, 6, 7)"
                " GROUP BY referral HAVING count(*) > 1)") != 0)
        watch_broken("two candidates have one referral");
    int64_t n = peek_number(db, "SELECT count(*) FROM consent WHERE withdrawn > 0");
    if (n < the.n_withdrawn)
        watch_broken("a withdrawal was forgotten");
    the.counts.withdrawn += (uint64_t)(n - the.n_withdrawn);
    the.n_withdrawn = n;
}

/* ------------------------------------------------------------ nodes */

static struct offer_seen *seen_by_id(const struct id *id)
{
    for (size_t i = 1; i < OFFERS_MAX; i++)
        if (the.offers[i].version > 0 && id_equal(&the.offers[i].id, id))
            return &the.offers[i];
    return NULL;
}

/* What a node believes of an offer is what the broker committed under that version. */
static void on_node_offer(void *self, sqlite3_stmt *row)
{
    const char *name = self;
    struct id id;
    int state = sqlite3_column_int(row, 1);
    int64_t version = sqlite3_column_int64(row, 2);

    memcpy(id.b, sqlite3_column_blob(row, 0), sizeof id.b);
    const struct offer_seen *seen = seen_by_id(&id);
    if (seen == NULL) {
        if (version > 0)
            watch_broken("%s knows version %lld of an offer that the broker never had",
                    name, (long long)version);
        return;
    }
    if (version > (int64_t)seen->version)
        watch_broken("%s is ahead of the broker: version %lld", name,
                (long long)version);
    if (version > 0 && seen->at_version[version] != 0 &&
            seen->at_version[version] != state)
        watch_broken("%s says %s of version %lld, the broker said %s", name,
                offer_state_name((enum offer_state)state), (long long)version,
                offer_state_name((enum offer_state)seen->at_version[version]));
}

static void check_node(const char *name, sqlite3 *db)
{
    char copy[PARTNER_BYTES];

    snprintf(copy, sizeof copy, "%s", name);
    peek_each(db, "SELECT offer_id, state, version FROM offer", on_node_offer, copy);
    if (peek_number(db,
                "SELECT count(*) FROM case_file f JOIN offer o ON o.offer_id = f.offer_id"
                " WHERE f.kind = %d AND f.content <> 0 AND o.state BETWEEN 1 AND 4"
                " AND o.pending <> %d",
                CASE_KIND_REFERRAL_IN, OFFER_EVENT_ACCEPT) != 0)
        watch_broken("%s has a content before its accept", name);
    if (peek_number(db,
                "SELECT count(*) FROM (SELECT 1 FROM case_file WHERE kind IN (%d, %d)"
                " GROUP BY other, referral_id, offer_id HAVING count(*) > 1)",
                CASE_KIND_REFERRAL_IN, CASE_KIND_SIGNAL_IN) != 0)
        watch_broken("%s has made two cases of one letter", name);
    if (peek_number(db,
                "SELECT count(*) FROM sent WHERE terminal = 1 AND receipt IS NULL"
                " AND state <> %d AND state <> %d",
                RECEIPT_STATE_RECALLED, RECEIPT_STATE_REFUSED) != 0)
        watch_broken("%s holds a letter for ended without a receipt", name);
}

/* ------------------------------------------------------------ after each turn */

static struct watched *watched_of(const char *name)
{
    for (size_t i = 0; i < the.n_watched; i++)
        if (strcmp(the.watched[i].name, name) == 0)
            return &the.watched[i];
    return NULL;
}

static void on_turn(void *self, const char *name)
{
    struct watched *watched = watched_of(name);

    (void)self;
    /* Who is dead says nothing any more, whatever its database looks like. */
    if (watched == NULL || !world_is_up(name))
        return;
    if (watched->generation != peek_generation()) {
        /* A new connection may well lie where the old one was. */
        watched->db = peek_of(name);
        watched->changes = -1;
        watched->generation = peek_generation();
    }
    /* In the middle of a transaction nothing is said yet, so nothing needs to be true.
     */
    sqlite3 *db = watched->db;
    if (db == NULL || !sqlite3_get_autocommit(db) ||
            sqlite3_total_changes(db) == watched->changes)
        return;
    the.counts.checks++;
    disk_pause(world_disk(name), true);
    if (strcmp(name, NETWORK_BROKER) == 0)
        check_broker(db);
    else
        check_node(name, db);
    disk_pause(world_disk(name), false);
    watched->changes = sqlite3_total_changes(db);
}

static void watch_program(const char *name)
{
    the.watched[the.n_watched++] = (struct watched){.name = name, .changes = -1};
}

void watch_begin(uint64_t seed)
{
    static const struct sim_watch watch = {.on_turn = on_turn};
    struct watch_counts counts = the.counts;

    memset(&the, 0, sizeof the);
    the.seed = seed;
    the.counts = counts;
    watch_program(NETWORK_BROKER);
    for (size_t i = 0; i < world_network()->n_partners; i++)
        watch_program(world_network()->partners[i].id);
    sim_watch(&watch);
}

struct watch_counts watch_counts(void)
{
    return the.counts;
}

/* ------------------------------------------------------------ when all is over */

static void on_agreed(void *self, sqlite3_stmt *row)
{
    const char *name = self;
    struct id id;
    int state = sqlite3_column_int(row, 1);
    int64_t version = sqlite3_column_int64(row, 2);

    memcpy(id.b, sqlite3_column_blob(row, 0), sizeof id.b);
    const struct offer_seen *seen = seen_by_id(&id);
    if (seen == NULL) {
        /* It never got to the broker, and the node knows. */
        if (state == OFFER_STATE_REQUESTED && version == 0)
            watch_broken("%s still waits for an offer that was never taken", name);
        return;
    }
    if (seen->state != (enum offer_state)state || (int64_t)seen->version != version)
        watch_broken("%s says %s (%lld) of an offer that is %s (%llu)", name,
                offer_state_name((enum offer_state)state), (long long)version,
                offer_state_name(seen->state), (unsigned long long)seen->version);
}

void watch_agreed(void)
{
    const struct test_network *network = world_network();

    for (size_t i = 0; i < network->n_partners; i++) {
        char name[PARTNER_BYTES];
        snprintf(name, sizeof name, "%s", network->partners[i].id);
        peek_each(peek_of(name),
                "SELECT o.offer_id, o.state, o.version FROM offer o"
                " WHERE o.pending = 0",
                on_agreed, name);
        if (peek_number(peek_of(name),
                    "SELECT count(*) FROM offer WHERE pending <> 0") != 0)
            watch_broken("%s still waits for an answer", name);
        if (peek_number(peek_of(name),
                    "SELECT count(*) FROM submission WHERE answered = 0") != 0)
            watch_broken("%s has said something that was never answered", name);
        if (peek_number(peek_of(name),
                    "SELECT count(*) FROM withdrawal WHERE own = 1 AND registered_ms = 0") !=
                0)
            watch_broken("a withdrawal of %s was never registered", name);
    }
}

/* The receipt that a letter's sender holds says how the letter ended at the broker. */
static void on_sent(void *self, sqlite3_stmt *row)
{
    static const uint8_t ENDS[] = {[RECEIPT_STATE_REFUSED] = 5,
            [RECEIPT_STATE_PROCESSED] = 6,
            [RECEIPT_STATE_FAILED] = 7,
            [RECEIPT_STATE_EXPIRED] = 8,
            [RECEIPT_STATE_RECALLED] = 9,
            [RECEIPT_STATE_ERASED] = 0};
    const char *name = self;
    int state = sqlite3_column_int(row, 1), terminal = sqlite3_column_int(row, 2);
    char hex[2 * sizeof(struct id) + 1];
    struct span id = {sqlite3_column_blob(row, 0), sizeof(struct id)};

    ids_hex(id, hex);
    if (terminal == 0)
        watch_broken("letter %s of %s has no end (%s)", hex, name,
                receipt_state_name((enum receipt_state)state));
    int64_t at_broker = peek_number(peek_of(NETWORK_BROKER),
            "SELECT l.state FROM letter l JOIN partner p ON p.no = l.sender"
            " WHERE l.msg_id = x'%s' AND p.name = %Q",
            hex, name);
    /* Refused in an answer that was lost, and then stopped by a withdrawal: nobody took
     * it, and nobody need say so. */
    if (at_broker == REFUSED && sqlite3_column_int(row, 3) == 0)
        return;
    if (at_broker != 0 && (size_t)state < sizeof ENDS && ENDS[state] != 0 &&
            ENDS[state] != at_broker)
        watch_broken("letter %s of %s ended as %s, at the broker as %lld", hex, name,
                receipt_state_name((enum receipt_state)state), (long long)at_broker);
}

void watch_ended(void)
{
    const struct test_network *network = world_network();
    sqlite3 *broker = peek_of(NETWORK_BROKER);

    watch_agreed();
    if (peek_number(broker, "SELECT count(*) FROM letter WHERE state <= 4") != 0)
        watch_broken("a letter of type %lld stays in state %lld",
                (long long)peek_number(broker,
                        "SELECT type FROM letter WHERE state <= 4"),
                (long long)peek_number(broker,
                        "SELECT state FROM letter WHERE state <= 4"));
    if (peek_number(broker, "SELECT count(*) FROM sealed") != 0)
        watch_broken("the broker keeps the bytes of a letter that has ended");
    if (peek_number(broker, "SELECT count(*) FROM offer WHERE state BETWEEN 1 AND 7") !=
            0)
        watch_broken("an offer has not ended");
    for (size_t i = 0; i < network->n_partners; i++) {
        char name[PARTNER_BYTES];
        snprintf(name, sizeof name, "%s", network->partners[i].id);
        peek_each(peek_of(name),
                "SELECT msg_id, state, terminal, receipt IS NOT NULL FROM sent",
                on_sent, name);
    }
}
