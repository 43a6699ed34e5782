/* watch_rows.c - the checks of a node's doctor, asked between two steps of a life. */
#include "tests/watch_rows.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/ids.h"
#include "nodes/selfcheck.h"
#include "tests/evil.h"
#include "tests/peek.h"
#include "tests/watch.h"
#include "tests/world.h"

enum { READING_BYTES = 1024 * 1024 };

void watch_rows(const char *name)
{
    sqlite3 *db = peek_of(name);
    struct err err = {.code = CODE_OK};

    if (db == NULL || !sqlite3_get_autocommit(db))
        return;
    for (int check = 0; check < SPOOL_N_CHECKS; check++) {
        uint64_t n = 0;
        if (!spool_check(world_node(name)->db, (enum spool_check)check, &n, &err))
            watch_broken("the store of %s cannot be read: %s", name, err.msg);
        if (n != 0)
            watch_broken("%s has %llu rows against: %s", name, (unsigned long long)n,
                    selfcheck_name((enum spool_check)check));
    }
}

/* What was told, and was taken: who cannot be reached hears nothing, and the trace of
 * the reader says so. */
#define TOLD                                                                           \
    "SELECT c.other, c.referral_id, s.told FROM signal s JOIN case_file c"             \
    " ON c.number = s.case_number WHERE c.kind = 4 AND s.told <> 0 AND NOT EXISTS"     \
    " (SELECT 1 FROM sent l WHERE l.case_number = c.number AND l.type = 16"            \
    "  AND l.state <> 4)"
static_assert(CASE_KIND_SIGNAL_IN == 4 && CASE_KIND_SIGNAL_OUT == 3 &&
                      LETTER_TYPE_SIGNAL_ANSWER == 16 && RECEIPT_STATE_PROCESSED == 4,
        "the kinds, types and states of TOLD");

struct deciding {
    const char *reader;
    bool (*trusted)(const char *name);
};

static void on_decided(void *self, sqlite3_stmt *row)
{
    const struct deciding *deciding = self;
    const char *reporter = (const char *)sqlite3_column_text(row, 0);
    char hex[2 * sizeof(struct id) + 1];
    sqlite3 *db = deciding->trusted(reporter) ? peek_of(reporter) : NULL;

    if (db == NULL)
        return;
    ids_hex((struct span){sqlite3_column_blob(row, 1), sizeof(struct id)}, hex);
    int64_t heard = peek_number(db,
            "SELECT s.told FROM signal s JOIN case_file c ON c.number = s.case_number"
            " WHERE c.kind = 3 AND c.other = %Q AND c.referral_id = x'%s'",
            deciding->reader, hex);
    if (heard != sqlite3_column_int64(row, 2))
        watch_broken("%s was told %lld of its signal by %s, and heard %lld", reporter,
                (long long)sqlite3_column_int64(row, 2), deciding->reader,
                (long long)heard);
}

void watch_signals(const char *name, bool (*trusted)(const char *name))
{
    struct deciding deciding = {name, trusted};

    if (trusted(name))
        peek_each(peek_of(name), TOLD, on_decided, &deciding);
}

/* All that the members and the steward have said. */
#define DIRECTORY "SELECT bytes FROM thing WHERE kind IN (2, 3, 6, 18)"
static_assert(KIND_MEMBERSHIP == 2 && KIND_REVOCATION == 3 && KIND_STATEMENT == 6 &&
                      KIND_AREA == 18,
        "the kinds of DIRECTORY");

/* One reads what the other may not have. */
struct reading {
    const char *name;
    sqlite3 *other;
    const char *only_by; /* NULL: whoever said it */
    bool wiped;          /* the broker has lost what its author may have lost as well */
    bool (*trusted)(const char *name);
    struct arena arena;
    uint64_t kept; /* version of the statement that stands in the place of one */
};

/* What counts no more when it comes at last is kept by nobody but its author. */
static bool is_over(struct reading *reading, struct span bytes)
{
    struct statement said;

    return evil_read(&reading->arena, bytes, &WIRE_STATEMENT, &said) &&
           (int64_t)said.until_ms <= sim_now();
}

/* What somebody said who is put out counts for nobody, whoever has it. */
static bool is_revoked(const char *signer)
{
    return peek_number(peek_of(NETWORK_BROKER),
                   "SELECT count(*) FROM thing WHERE key = 'revocation/%q'",
                   signer) != 0;
}

static void on_kept(void *self, sqlite3_stmt *row)
{
    struct reading *reading = self;
    const struct span bytes = {sqlite3_column_blob(row, 0),
            (size_t)sqlite3_column_bytes(row, 0)};
    struct statement kept;

    if (evil_read(&reading->arena, bytes, &WIRE_STATEMENT, &kept))
        reading->kept = kept.version;
}

/* What took the place of this was lost by its author, who was put back, and by the
 * broker: only who heard it has it, until the author says it anew. */
static bool is_older(struct reading *reading, const struct signed_ *thing,
        struct span bytes)
{
    struct statement said;

    if (!reading->wiped || thing->kind != KIND_STATEMENT ||
            reading->trusted(thing->signer) ||
            !evil_read(&reading->arena, bytes, &WIRE_STATEMENT, &said))
        return false;
    char *sql = sqlite3_mprintf("SELECT bytes FROM thing WHERE slot = 't/%q/%q/%q'",
            said.author, statement_kind_name(said.kind), said.subject);
    reading->kept = 0;
    peek_each(reading->other, sql, on_kept, reading);
    sqlite3_free(sql);
    return reading->kept > said.version;
}

static void on_thing(void *self, sqlite3_stmt *row)
{
    struct reading *reading = self;
    const struct span bytes = {sqlite3_column_blob(row, 0),
            (size_t)sqlite3_column_bytes(row, 0)};
    char *hex = calloc(2, bytes.len + 1);
    struct signed_ thing;
    struct err err = {.code = CODE_OK};

    if (hex == NULL)
        abort();
    ids_hex(bytes, hex);
    bool there = peek_number(reading->other,
                         "SELECT count(*) FROM thing WHERE bytes = x'%s'", hex) != 0;
    free(hex);
    arena_reset(&reading->arena, 0);
    if (there || is_over(reading, bytes) ||
            !wire_get(&WIRE_SIGNED, bytes, &reading->arena, &thing, &err) ||
            (reading->only_by != NULL && strcmp(thing.signer, reading->only_by) != 0) ||
            is_revoked(thing.signer) || is_older(reading, &thing, bytes))
        return;
    watch_broken("%s: a %s of %s is not read by all", reading->name,
            kind_name(thing.kind), thing.signer);
}

void watch_directory(const char *name, bool wiped, bool (*trusted)(const char *name))
{
    sqlite3 *node = peek_of(name), *broker = peek_of(NETWORK_BROKER);
    const struct key32 ours = peek_sum(node, DIRECTORY);
    const struct key32 theirs = peek_sum(broker, DIRECTORY);
    struct reading reading = {.name = name, .arena = arena_new(READING_BYTES)};

    if (!key32_equal(&ours, &theirs)) {
        reading.other = node;
        reading.wiped = wiped;
        reading.trusted = trusted;
        peek_each(broker, DIRECTORY, on_thing, &reading);
        reading.other = broker;
        reading.wiped = false;
        reading.only_by = wiped ? name : NULL;
        peek_each(node, DIRECTORY, on_thing, &reading);
    }
    arena_free(&reading.arena);
}
