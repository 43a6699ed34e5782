/* watch.c - invariants over the open databases of broker and nodes. */
#include "tests/watch.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "broker/state.h"
#include "core/ids.h"
#include "core/lifecycle.h"
#include "core/time.h"
#include "core/vocab.h"
#include "tests/peek.h"
#include "tests/sim.h"
#include "tests/watch_bus.h"
#include "tests/watch_owed.h"
#include "tests/watch_rows.h"
#include "tests/world.h"

enum {
    OFFERS_MAX = 1000,
    LETTERS_MAX = 8000,
    VERSIONS_MAX = 100,
    STEPS_MAX = 6,
    RECEIPT_BYTES = 2048,
};

/* Of letters that came a node knows for longer than this, and asks by these steps, so
 * that the question stays the same for long. */
static const int64_t REMEMBERED_MS = 25 * (int64_t)TIME_DAY_MS;

/* Letter states of the ledger. */
enum { LODGED = 1, WAITING = 2, HANDED = 3, DELIVERED = 4, REFUSED = 5, PROCESSED = 6 };

struct offer_seen {
    struct id id;
    enum offer_state state, before_hold;
    uint64_t version;
    bool was_accepted;
    bool given_up; /* its target, whose part had ended, does not hear of that step */
    uint8_t at_version[VERSIONS_MAX]; /* state, 0: not seen */
};

/* A letter by its number at the broker: one that was forgotten leaves its number to
 * another. */
struct letter_seen {
    struct id id;
    uint8_t state; /* 0: not seen */
};

/* What is known of each program: its database, and how much was written when it was
 * last looked at. */
struct watched {
    const char *name;
    bool restored, gone;
    sqlite3 *db;
    uint64_t generation;
    int changes;
};

static struct {
    struct plan plan;
    size_t n_stores;   /* that the broker has lost or got back */
    int64_t n_leaves;  /* of the audit log when it was last looked at */
    int64_t n_effects; /* of this look, each of which needs a leaf */
    struct offer_seen offers[OFFERS_MAX]; /* by their number at the broker */
    struct letter_seen letters[LETTERS_MAX];
    struct watched watched[NETWORK_PARTNERS_MAX + 1];
    size_t n_watched;
    int64_t n_withdrawn;
    struct watch_counts counts;
} the;

static const void **told;

void watch_tell(const void **kind)
{
    told = kind;
}

_Noreturn void watch_broken(const char *format, ...)
{
    char words[512], line[PLAN_TEXT_BYTES];
    va_list values;

    va_start(values, format);
    vsnprintf(words, sizeof words, format, values);
    va_end(values);
    if (told != NULL)
        *told = format;
    plan_line(&the.plan, line);
    fprintf(stderr, "not ok - seed %llu at %lld: %s\n%s\n",
            (unsigned long long)the.plan.seed, (long long)sim_now(), words, line);
    exit(1);
}

/* ------------------------------------------------------------ offers at the broker */

/* Can the offer machine go from here to there in so many steps? Guards aside. */
static bool reachable(enum offer_state from, enum offer_state before_hold,
        enum offer_state to, uint64_t steps, bool listed)
{
    if (steps == 0)
        return from == to;
    if (steps > STEPS_MAX)
        return true;
    for (int event = OFFER_EVENT_OFFER; event <= OFFER_EVENT_SKIP; event++)
        for (int role = 0; role < N_LIFECYCLE_ROLES; role++) {
            const struct lifecycle_offer offer = {.state = from,
                    .before_hold = before_hold,
                    .listed = listed,
                    .urgency = URGENCY_ROUTINE};
            const struct lifecycle_event step = {.event = (enum offer_event)event,
                    .role = (enum lifecycle_role)role,
                    .due_ms = sim_now() + TIME_DAY_MS,
                    .now_ms = sim_now()};
            struct lifecycle_result result = lifecycle_step(&offer, &step);
            if (result.code == CODE_OK &&
                    reachable(result.to, result.before_hold, to, steps - 1, listed))
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
    const void *id = sqlite3_column_blob(row, 1);
    if (memcmp(seen->id.b, id, sizeof seen->id.b) != 0)
        *seen = (struct offer_seen){.version = 0};
    if (seen->version == 0) {
        memcpy(seen->id.b, id, sizeof seen->id.b);
        the.counts.offers++;
        /* In a store that was put back it may have been, before it ended. */
        seen->was_accepted = the.n_stores > 0 && lifecycle_is_terminal(state);
    }
    if (version < seen->version)
        watch_broken("offer %lld goes back from version %llu to %llu", (long long)no,
                (unsigned long long)seen->version, (unsigned long long)version);
    /* A store that was put back may have made steps before its parties came back, who
     * knew of others. */
    bool back = the.n_stores > 0 && sqlite3_column_int(row, 5) != 0;
    bool knew_better = back && version > seen->version;
    bool listed = sqlite3_column_int(row, 6) > MODE_DIRECT;
    uint64_t steps = version - seen->version;
    /* What a copy brings along may have been asked of one alone, before its referral
     * went to a list. */
    bool alone = the.n_stores > 0 && seen->version == 0;
    if (!knew_better &&
            !reachable(seen->state, seen->before_hold, state, steps, listed) &&
            !(alone && reachable(seen->state, seen->before_hold, state, steps, false)))
        watch_broken("offer %lld goes from %s (%llu) to %s (%llu)", (long long)no,
                offer_state_name(seen->state), (unsigned long long)seen->version,
                offer_state_name(state), (unsigned long long)version);
    /* Steps of which a store that was put back heard only the last. */
    if (back && lifecycle_is_terminal(state) && version > 2)
        seen->was_accepted = true;
    the.counts.steps += version - seen->version;
    the.counts.accepted += is_placed(state) && !seen->was_accepted;
    seen->given_up =
            lifecycle_gives_up((enum offer_event)sqlite3_column_int(row, 7), state);
    seen->state = state;
    seen->before_hold = (enum offer_state)sqlite3_column_int(row, 3);
    seen->version = version;
    seen->was_accepted = seen->was_accepted || is_placed(state);
    seen->at_version[version] = (uint8_t)state;
}

/* ------------------------------------------------------------ letters at the broker */

static void owe(sqlite3_stmt *row)
{
    struct watch_owed owed = {
            .sender = (const char *)sqlite3_column_text(row, 10),
            .reader = (const char *)sqlite3_column_text(row, 6),
            .type = (enum letter_type)sqlite3_column_int(row, 2),
            .receipt = {sqlite3_column_blob(row, 11),
                        (size_t)sqlite3_column_bytes(row, 11)}
    };

    memcpy(owed.msg_id.b, sqlite3_column_blob(row, 5), sizeof owed.msg_id.b);
    watch_owed_add(&owed);
}

/* What a copy of a store brings along, it does not do: it left in the life that the
 * copy is of, where it was looked at, and before the withdrawal, as the log tells. */
static bool left_before_the_copy(sqlite3_stmt *row)
{
    int64_t leaf = sqlite3_column_int64(row, 7);

    return leaf <= sqlite3_column_int64(row, 9) && leaf < sqlite3_column_int64(row, 8);
}

static void on_letter(void *self, sqlite3_stmt *row)
{
    int64_t no = sqlite3_column_int64(row, 0), offer = sqlite3_column_int64(row, 3);
    int state = sqlite3_column_int(row, 1), type = sqlite3_column_int(row, 2);

    (void)self;
    if (no >= LETTERS_MAX)
        watch_broken("more letters than this test can hold");
    struct letter_seen *seen = &the.letters[no];
    const void *id = sqlite3_column_blob(row, 5);
    if (memcmp(seen->id.b, id, sizeof seen->id.b) != 0)
        seen->state = 0, memcpy(seen->id.b, id, sizeof seen->id.b);
    int before = seen->state;
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
    bool counted = state != REFUSED && (before == 0 || state >= HANDED);
    the.n_effects += counted;
    if (before != HANDED && state == HANDED && sqlite3_column_int(row, 4) != 0 &&
            (before != 0 || !left_before_the_copy(row)))
        watch_broken("letter %lld leaves after its consent was withdrawn",
                (long long)no);
    if (before < DELIVERED && (state == DELIVERED || state == PROCESSED))
        owe(row);
    seen->state = (uint8_t)state;
}

static void check_log(sqlite3 *db)
{
    int64_t n_leaves = peek_number(db, "SELECT log_size FROM store");

    if (n_leaves < the.n_leaves)
        watch_broken("the audit log has lost leaves");
    if (n_leaves - the.n_leaves < the.n_effects)
        watch_broken("%lld effects with %lld leaves in the audit log",
                (long long)the.n_effects, (long long)(n_leaves - the.n_leaves));
    the.n_leaves = n_leaves;
}

/* A list in turn has one candidate at a time, and none waits once somebody has it. A
 * store that was put back may have asked the next one before. */
static void check_lists(sqlite3 *db)
{
    if (the.n_stores > 0)
        return;
    if (peek_number(db,
                "SELECT count(*) FROM (SELECT 1 FROM offer o JOIN referral r"
                " ON r.no = o.referral WHERE r.mode = %d AND o.state BETWEEN 1 AND 7"
                " GROUP BY r.no HAVING count(*) > 1)",
                MODE_SEQUENTIAL) != 0)
        watch_broken("two candidates of a list are asked at once");
    if (peek_number(db,
                "SELECT count(*) FROM offer q JOIN offer o ON o.referral = q.referral"
                " WHERE q.state = %d AND o.state IN (5, 6, 7)",
                OFFER_STATE_QUEUED) != 0)
        watch_broken("a candidate waits for what another has");
    if (peek_number(db,
                "SELECT count(*) FROM letter l JOIN offer o ON o.no = l.offer"
                " WHERE o.state IN (%d, %d) AND l.state IN (%d, %d, %d)",
                OFFER_STATE_QUEUED, OFFER_STATE_SKIPPED, WAITING, HANDED,
                DELIVERED) != 0)
        watch_broken("a letter is on its way to a candidate that is not asked");
}

/* As its doctor asks: is each letter in one state, and can everything that waits be
 * moved? */
static void check_ledger(void)
{
    struct err err = {.code = CODE_OK};

    for (int check = 0; check < LEDGER_N_CHECKS; check++) {
        int64_t n = 0;
        if (!ledger_check(world_broker()->ledger, (enum ledger_check)check, &n, &err))
            watch_broken("the ledger cannot be read: %s", err.msg);
        if (n != 0)
            watch_broken("the broker has %lld rows against: %s", (long long)n,
                    nightly_name((enum ledger_check)check));
    }
}

static void check_broker(sqlite3 *db)
{
    check_ledger();
    peek_each(db,
            "SELECT o.no, o.offer_id, o.state, o.before_hold, o.version, o.restored,"
            " r.mode, o.event FROM offer o JOIN referral r ON r.no = o.referral",
            on_offer, NULL);
    the.n_effects = 0;
    peek_each(db,
            "SELECT l.no, l.state, l.type, l.offer, c.withdrawn > 0, l.msg_id,"
            " r.name, l.last_leaf, c.withdrawn_leaf, s.log_from, p.name, l.receipt"
            " FROM letter l JOIN partner p ON p.no = l.sender"
            " JOIN partner r ON r.no = l.recipient"
            " LEFT JOIN consent c ON c.no = l.consent JOIN store s",
            on_letter, NULL);
    check_log(db);
    if (peek_number(db,
                "SELECT count(*) FROM letter l JOIN consent c ON c.no = l.consent"
                " WHERE c.withdrawn > 0 AND l.state IN (1, 2)") != 0)
        watch_broken("a letter waits under a consent that was withdrawn");
    if (peek_number(db,
                "SELECT count(*) FROM (SELECT 1 FROM offer WHERE state IN (5, 6, 7)"
                " GROUP BY referral HAVING count(*) > 1)") != 0)
        watch_broken("two candidates have one referral");
    if (peek_number(db,
                "SELECT count(*) FROM referral r WHERE r.closed = 3 AND (EXISTS"
                " (SELECT 1 FROM offer o WHERE o.referral = r.no"
                "   AND (o.state BETWEEN 1 AND 9 OR o.state = 15)) OR EXISTS"
                " (SELECT 1 FROM escalation e WHERE e.referral = r.no AND e.closed = 0))") !=
            0)
        watch_broken("a referral that was given up goes on");
    check_lists(db);
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
    /* A broker that has lost its store hears of it from the nodes. */
    if (the.n_stores > 0)
        return;
    if (seen == NULL) {
        if (version > 0)
            watch_broken("%s knows version %lld of an offer that the broker never had",
                    name, (long long)version);
        return;
    }
    bool unasked =
            seen->state == OFFER_STATE_QUEUED || seen->state == OFFER_STATE_SKIPPED;
    if (unasked && sqlite3_column_int(row, 3) == CASE_KIND_REFERRAL_IN)
        watch_broken("%s knows of an offer that it was not asked", name);
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
    peek_each(db,
            "SELECT o.offer_id, o.state, o.version, f.kind FROM offer o"
            " JOIN case_file f ON f.number = o.case_number",
            on_node_offer, copy);
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
                "SELECT count(*) FROM case_file c WHERE"
                " (SELECT count(*) FROM moment m WHERE m.case_number = c.number"
                "  AND m.who = c.other AND m.content IS NOT NULL AND m.at_ms >= %lld) >"
                " (SELECT count(*) FROM received r WHERE r.case_number = c.number)",
                (long long)(sim_now() / REMEMBERED_MS * REMEMBERED_MS)) != 0)
        watch_broken("%s has more in a case than letters came for it", name);
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

/* After a start: the store is whole, whatever happened to its disk. */
static void check_whole(const char *name, sqlite3 *db)
{
    disk_pause(world_disk(name), true);
    if (peek_number(db, "SELECT count(*) FROM pragma_quick_check"
                        " WHERE quick_check <> 'ok'") != 0)
        watch_broken("the store of %s is damaged", name);
    disk_pause(world_disk(name), false);
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
        if (watched->db != NULL && world_disk(name) != NULL)
            check_whole(name, watched->db);
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
    const struct plan whole = plan_of(seed);

    watch_plan(&whole);
}

void watch_plan(const struct plan *plan)
{
    static const struct sim_watch watch = {.on_turn = on_turn,
            .on_send = watch_bus_leaves,
            .on_frame = watch_bus_frame};
    struct watch_counts counts = the.counts;

    memset(&the, 0, sizeof the);
    the.plan = *plan;
    the.counts = counts;
    watch_program(NETWORK_BROKER);
    for (size_t i = 0; i < world_network()->n_partners; i++)
        watch_program(world_network()->partners[i].id);
    watch_bus_begin();
    watch_owed_begin(plan);
    sim_watch(&watch);
}

void watch_new_broker_store(void)
{
    the.n_stores++;
    the.counts.stores++;
    memset(the.offers, 0, sizeof the.offers);
    memset(the.letters, 0, sizeof the.letters);
    the.n_withdrawn = the.n_leaves = 0;
}

void watch_restored(const char *id)
{
    for (size_t i = 0; i < the.n_watched; i++)
        if (strcmp(the.watched[i].name, id) == 0)
            the.watched[i].restored = true;
    the.counts.stores++;
}

void watch_gone(const char *id)
{
    for (size_t i = 0; i < the.n_watched; i++)
        if (strcmp(the.watched[i].name, id) == 0)
            the.watched[i].gone = true;
}

struct watch_counts watch_counts(void)
{
    return the.counts;
}

/* ------------------------------------------------------------ after each step */

/* Its store has never been an older one. */
static bool is_believed(const char *name)
{
    const struct watched *watched = watched_of(name);

    return watched != NULL && !watched->restored;
}

struct between {
    sqlite3 *broker;
    const char *name;
};

/* The broker may have forgotten what is over since long; never before it is. A clock
 * that was wrong says nothing on how long. */
static bool may_be_forgotten(int64_t made_ms, int64_t expires_ms)
{
    return the.plan.faults[PLAN_CLOCK] ||
           (made_ms + (int64_t)LETTER_KEPT_DAYS * TIME_DAY_MS < sim_now() &&
                   expires_ms < sim_now());
}

/* A sender that was away for so long still gets the end of its letter as mail. */
static void on_answered(void *self, sqlite3_stmt *row)
{
    const struct between *between = self;
    struct watch_letter letter = {.sender = between->name};
    char hex[2 * sizeof(struct id) + 1];

    memcpy(letter.msg_id.b, sqlite3_column_blob(row, 0), sizeof letter.msg_id.b);
    memcpy(letter.core_hash.b, sqlite3_column_blob(row, 1), sizeof letter.core_hash.b);
    ids_hex(SPAN_OF(letter.msg_id), hex);
    if (peek_number(between->broker,
                "SELECT count(*) FROM letter l JOIN partner p ON p.no = l.sender"
                " WHERE l.msg_id = x'%s' AND p.name = %Q",
                hex, between->name) != 0)
        return;
    if (!may_be_forgotten(sqlite3_column_int64(row, 3), sqlite3_column_int64(row, 2)) ||
            !watch_end_waits(between->broker, &letter))
        watch_broken("letter %s of %s was answered, and is not in the store", hex,
                between->name);
}

static void on_registered(void *self, sqlite3_stmt *row)
{
    const struct between *between = self;
    char hex[2 * sizeof(struct id) + 1];

    ids_hex((struct span){sqlite3_column_blob(row, 0), sizeof(struct id)}, hex);
    if (peek_number(between->broker,
                "SELECT count(*) FROM consent WHERE consent_id = x'%s' AND withdrawn > 0",
                hex) == 0)
        watch_broken("a withdrawal of %s was registered, and is not in the store",
                between->name);
}

/* What a node has an answer to is in the store of the broker that it knows. */
static void check_between(const struct watched *watched, sqlite3 *broker)
{
    struct between between = {broker, watched->name};
    char store[2 * sizeof(struct id) + 1] = "";
    sqlite3 *db = peek_of(watched->name);

    peek_text(broker, store, sizeof store, "SELECT hex(store_id) FROM store");
    if (watched->gone || db == NULL || !sqlite3_get_autocommit(db) ||
            peek_number(db,
                    "SELECT count(*) FROM setting WHERE name = 'broker_store_id'"
                    " AND bytes = x'%s'",
                    store) == 0)
        return;
    peek_each(db,
            "SELECT s.msg_id, s.core_hash, s.expires_ms, b.at_ms FROM sent s"
            " JOIN submission b ON b.seq = s.submission"
            " WHERE s.terminal = 0 AND b.answered = 1",
            on_answered, &between);
    peek_each(db,
            "SELECT consent_id FROM withdrawal WHERE own = 1 AND registered_ms > 0",
            on_registered, &between);
}

static void pause_disks(bool pause)
{
    for (size_t i = 0; i < the.n_watched; i++)
        disk_pause(world_disk(the.watched[i].name), pause);
}

void watch_step(void)
{
    sqlite3 *broker = world_is_up(NETWORK_BROKER) ? peek_of(NETWORK_BROKER) : NULL;

    if (broker == NULL || !sqlite3_get_autocommit(broker))
        return;
    pause_disks(true);
    watch_owed_look(is_believed);
    for (size_t i = 1; i < the.n_watched; i++)
        if (world_is_up(the.watched[i].name)) {
            check_between(&the.watched[i], broker);
            if (!the.watched[i].gone)
                watch_rows(the.watched[i].name);
        }
    pause_disks(false);
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
    bool unheard = seen->given_up &&
                   sqlite3_column_int(row, 3) == CASE_KIND_REFERRAL_IN &&
                   version + 1 == (int64_t)seen->version;
    if (seen->state != (enum offer_state)state ||
            ((int64_t)seen->version != version && !unheard))
        watch_broken("%s says %s (%lld) of an offer that is %s (%llu)", name,
                offer_state_name((enum offer_state)state), (long long)version,
                offer_state_name(seen->state), (unsigned long long)seen->version);
}

void watch_agreed(void)
{
    for (size_t i = 1; i < the.n_watched; i++) {
        char name[PARTNER_BYTES];
        if (the.watched[i].gone)
            continue;
        snprintf(name, sizeof name, "%s", the.watched[i].name);
        peek_each(peek_of(name),
                "SELECT o.offer_id, o.state, o.version, c.kind FROM offer o"
                " JOIN case_file c ON c.number = o.case_number WHERE o.pending = 0",
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

static bool is_gone(const char *id)
{
    const struct watched *watched = watched_of(id);

    return watched != NULL && watched->gone;
}

/* Of partners in a statement: those who were not revoked. */
static const char *not_gone(const char *table)
{
    static char words[2][PARTNER_BYTES + 32];
    char *these = words[table[0] == 'q'];

    snprintf(these, sizeof words[0], "1");
    for (size_t i = 1; i < the.n_watched; i++)
        if (the.watched[i].gone)
            snprintf(these, sizeof words[0], "%s.name <> '%s'", table,
                    the.watched[i].name);
    return these;
}

/* Does the broker keep the very receipt that this node has of its letter? */
static bool same_receipt(const char *name, const char *msg_id)
{
    static const char ROW[] = "SELECT hex(%s.receipt) FROM %s WHERE msg_id = x'%s'";
    static char ours[2 * RECEIPT_BYTES + 1], theirs[sizeof ours];

    ours[0] = theirs[0] = '\0';
    peek_text(peek_of(name), ours, sizeof ours, ROW, "sent", "sent", msg_id);
    peek_text(peek_of(NETWORK_BROKER), theirs, sizeof theirs, ROW, "letter", "letter",
            msg_id);
    return ours[0] != '\0' && strcmp(ours, theirs) == 0;
}

/* The receipt that a letter's sender holds says how the letter ended at the broker, or
 * is kept there beside that end: its reader had read it all the same. */
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
    if (terminal == 0 && is_gone((const char *)sqlite3_column_text(row, 4)))
        return;
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
    /* Stopped by a withdrawal here, and its reader was revoked before its word came:
     * nothing that it signed counts any more. */
    if (at_broker == PROCESSED && state == RECEIPT_STATE_RECALLED &&
            sqlite3_column_int(row, 3) == 0 &&
            is_gone((const char *)sqlite3_column_text(row, 4)))
        return;
    if (at_broker != 0 && (size_t)state < sizeof ENDS && ENDS[state] != 0 &&
            ENDS[state] != at_broker && !same_receipt(name, hex))
        watch_broken("letter %s of %s ended as %s, at the broker as %lld", hex, name,
                receipt_state_name((enum receipt_state)state), (long long)at_broker);
}

/* And it is still a member. */
static bool is_trusted(const char *name)
{
    return is_believed(name) && !is_gone(name);
}

static void on_undecided(void *self, sqlite3_stmt *row)
{
    const char *sender = (const char *)sqlite3_column_text(row, 1);
    char hex[2 * sizeof(struct id) + 1];

    (void)self;
    ids_hex((struct span){sqlite3_column_blob(row, 0), sizeof(struct id)}, hex);
    if (peek_number(peek_of(sender),
                "SELECT count(*) FROM offer WHERE offer_id = x'%s'", hex) != 0)
        watch_broken("%s has cancelled all, and an offer of it is not decided", sender);
}

void watch_decided(void)
{
    char sql[512];

    snprintf(sql, sizeof sql,
            "SELECT o.offer_id, p.name FROM offer o JOIN partner p ON p.no = o.sender"
            " JOIN partner q ON q.no = o.target WHERE"
            " (o.state BETWEEN 1 AND 4 OR o.state = %d) AND %s AND %s",
            OFFER_STATE_QUEUED, not_gone("p"), not_gone("q"));
    peek_each(peek_of(NETWORK_BROKER), sql, on_undecided, NULL);
}

void watch_ended(void)
{
    sqlite3 *broker = peek_of(NETWORK_BROKER);

    watch_agreed();
    int64_t type = peek_number(broker,
            "SELECT l.type FROM letter l JOIN partner p ON p.no = l.sender"
            " JOIN partner q ON q.no = l.recipient WHERE l.state <= 4 AND %s AND %s",
            not_gone("p"), not_gone("q"));
    if (type != 0)
        watch_broken("a letter of type %lld has not ended", (long long)type);
    if (peek_number(broker,
                "SELECT count(*) FROM sealed s JOIN letter l ON l.no = s.letter"
                " WHERE l.live = 0") != 0)
        watch_broken("the broker keeps the bytes of a letter that has ended");
    if (peek_number(broker,
                "SELECT count(*) FROM offer o JOIN partner p ON p.no = o.sender"
                " JOIN partner q ON q.no = o.target WHERE"
                " (o.state BETWEEN 1 AND 7 OR o.state = 15) AND %s AND %s",
                not_gone("p"), not_gone("q")) != 0)
        watch_broken("an offer has not ended");
    if (peek_number(broker,
                "SELECT count(*) FROM mail m JOIN partner p"
                " ON p.no = m.partner WHERE %s",
                not_gone("p")) != 0)
        watch_broken("mail lies in a mailbox that nobody empties");
    watch_log_is_whole(broker);
    watch_step();
    for (size_t i = 1; i < the.n_watched; i++) {
        char name[PARTNER_BYTES];
        if (the.watched[i].gone)
            continue;
        snprintf(name, sizeof name, "%s", the.watched[i].name);
        watch_signals(name, is_trusted);
        watch_directory(name, the.n_stores > 0, is_believed);
        peek_each(peek_of(name),
                "SELECT msg_id, state, terminal, receipt IS NOT NULL, recipient FROM sent",
                on_sent, name);
    }
}
