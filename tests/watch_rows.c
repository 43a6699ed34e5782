/* watch_rows.c - the checks of a node's doctor, asked between two steps of a life. */
#include "tests/watch_rows.h"

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
