/* sim_backup.c - a broker's backup that ends half-way: what bears the name of a backup
 * is whole, and whoever opens it knows that it is a copy. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "tests/files.h"
#include "tests/peek.h"
#include "tests/world.h"

enum { CALLS_MAX = 200, PATH_BYTES = WORLD_PATH_BYTES + 64 };

static bool is_copy(const char *path)
{
    sqlite3 *db = NULL;

    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL),
            SQLITE_OK);
    bool marked = peek_number(db, "SELECT is_copy FROM store") == 1;
    sqlite3_close(db);
    return marked;
}

/* The at-th call of the system is the last one that this backup can make; false: it
 * makes fewer. */
static bool end_at(uint64_t at)
{
    char folder[PATH_BYTES], db[2 * PATH_BYTES], bundle[2 * PATH_BYTES];

    world_fresh(1);
    snprintf(folder, sizeof folder, "%s/backup", world_network()->folder);
    snprintf(db, sizeof db, "%s/broker.db", folder);
    snprintf(bundle, sizeof bundle, "%s/network.bundle", folder);
    const struct make_backup wish = {.path = folder};
    struct request request = {.backup = &wish};

    files_begin(folder, at);
    files_plan(at, FILES_FAIL_EVER);
    const struct reply *reply = world_ask(NETWORK_BROKER, &request);
    bool done = reply->code[0] == '\0', happened = files_planned_happened();
    files_end();
    assert_true(world_is_up(NETWORK_BROKER));
    assert_true(done || reply->sentence[0] != '\0');
    if (done)
        assert_int_equal(access(db, F_OK), 0);
    if (access(db, F_OK) == 0) {
        assert_true(is_copy(db));
        assert_int_equal(access(bundle, F_OK), 0);
    }
    world_end();
    return happened;
}

static void what_is_called_a_backup_is_one(void **state)
{
    uint64_t at = 1;

    (void)state;
    while (at < CALLS_MAX && end_at(at))
        at++;
    assert_in_range(at, 8, CALLS_MAX - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(what_is_called_a_backup_is_one),
    };

    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
