/* watch_owed.c - letters that were acknowledged, until their reader was looked at. */
#include "tests/watch_owed.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "core/arena.h"
#include "core/time.h"
#include "core/wire.h"
#include "nodes/retention.h"
#include "tests/evil.h"
#include "tests/peek.h"
#include "tests/sim.h"
#include "tests/watch.h"
#include "tests/world.h"

enum { OWED_MAX = 2000, ARENA_BYTES = 64 * 1024 };

struct owed {
    struct id msg_id;
    char sender[PARTNER_BYTES], reader[PARTNER_BYTES];
    enum letter_type type;
    int64_t at_ms; /* when it came, by its reader's clock */
};

static struct {
    struct arena arena;
    bool wrong_clocks;
    struct owed owed[OWED_MAX];
    size_t n_owed;
} the;

void watch_owed_begin(const struct plan *plan)
{
    if (the.arena.at == NULL)
        the.arena = arena_new(ARENA_BYTES);
    the.wrong_clocks = plan->faults[PLAN_CLOCK];
    the.n_owed = 0;
}

/* The broker may learn of it long after, or once more: from a copy of its store, or
 * from the sender. What was never signed has come just now. */
static int64_t came_ms(const struct watch_owed *letter)
{
    struct receipt receipt;

    arena_reset(&the.arena, 0);
    if (letter->receipt.len == 0 ||
            !evil_read(&the.arena, letter->receipt, &WIRE_RECEIPT, &receipt) ||
            !id_equal(&receipt.msg_id, &letter->msg_id) ||
            strcmp(receipt.sender, letter->sender) != 0 ||
            strcmp(receipt.recipient, letter->reader) != 0)
        return sim_now();
    return (int64_t)receipt.at_ms;
}

void watch_owed_add(const struct watch_owed *letter)
{
    if (the.n_owed == OWED_MAX)
        watch_broken("more letters at once than this test can hold");
    struct owed *owed = &the.owed[the.n_owed++];
    *owed = (struct owed){.msg_id = letter->msg_id,
            .type = letter->type,
            .at_ms = came_ms(letter)};
    snprintf(owed->sender, sizeof owed->sender, "%s", letter->sender);
    snprintf(owed->reader, sizeof owed->reader, "%s", letter->reader);
}

/* A case began with it, or has its content from it. */
static bool stays_for_ever(enum letter_type type)
{
    return type == LETTER_TYPE_PREVIEW || type == LETTER_TYPE_CONTENT ||
           type == LETTER_TYPE_SIGNAL || type == LETTER_TYPE_OVERVIEW;
}

static bool is_forgotten_in_time(const struct owed *owed)
{
    int64_t ahead_ms =
            the.wrong_clocks ? PLAN_CLOCK_MAX_DAYS * (int64_t)TIME_DAY_MS : 0;
    int64_t last_ms =
            owed->at_ms + (int64_t)RETENTION_RECEIPT_DAYS * TIME_DAY_MS - ahead_ms;

    return !stays_for_ever(owed->type) && last_ms < sim_now();
}

static bool has_it(sqlite3 *db, const struct owed *owed)
{
    char hex[2 * sizeof(struct id) + 1];

    ids_hex(SPAN_OF(owed->msg_id), hex);
    return peek_number(db,
                   "SELECT count(*) FROM received WHERE msg_id = x'%s' AND sender = %Q",
                   hex, owed->sender) != 0;
}

void watch_owed_look(bool (*believed)(const char *reader))
{
    size_t kept = 0;

    for (size_t i = 0; i < the.n_owed; i++) {
        const struct owed owed = the.owed[i];
        if (!believed(owed.reader))
            continue;
        sqlite3 *db = world_is_up(owed.reader) ? peek_of(owed.reader) : NULL;
        if (db == NULL || !sqlite3_get_autocommit(db)) {
            the.owed[kept++] = owed;
            continue;
        }
        if (!has_it(db, &owed) && !is_forgotten_in_time(&owed))
            watch_broken("%s has acknowledged a letter that it does not have",
                    owed.reader);
    }
    the.n_owed = kept;
}
