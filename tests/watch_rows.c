/* watch_rows.c - the checks of a node's doctor, asked between two steps of a life. */
#include "tests/watch_rows.h"

#include <assert.h>
#include <stdio.h>

#include "nodes/selfcheck.h"
#include "tests/peek.h"
#include "tests/watch.h"
#include "tests/world.h"

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

/* All that the members and the steward have said. */
#define DIRECTORY "SELECT hex(bytes) FROM thing WHERE kind IN (2, 3, 6, 18)"
static_assert(KIND_MEMBERSHIP == 2 && KIND_REVOCATION == 3 && KIND_STATEMENT == 6 &&
                      KIND_AREA == 18,
        "the kinds of DIRECTORY");

static void on_thing(void *self, sqlite3_stmt *row)
{
    const char *name = self;

    if (peek_number(peek_of(name), "SELECT count(*) FROM thing WHERE bytes = x'%s'",
                (const char *)sqlite3_column_text(row, 0)) == 0)
        watch_broken("%s has never heard what all others read", name);
}

void watch_directory(const char *name, bool wiped)
{
    char reader[PARTNER_BYTES];
    struct key32 ours, theirs;

    snprintf(reader, sizeof reader, "%s", name);
    if (wiped) {
        peek_each(peek_of(NETWORK_BROKER), DIRECTORY, on_thing, reader);
        return;
    }
    ours = peek_sum(peek_of(name), DIRECTORY);
    theirs = peek_sum(peek_of(NETWORK_BROKER), DIRECTORY);
    if (!key32_equal(&ours, &theirs))
        watch_broken("%s reads another directory than the broker", name);
}
