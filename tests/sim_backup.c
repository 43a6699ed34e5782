/* sim_backup.c - a backup that ends half-way: what bears the name of a broker's backup
 * is whole, and whoever opens it knows that it is a copy; what a node can be restored
 * from has all that was in its home; and what was said to be made outlives the power.
 * And other work does not end one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "nodes/node_inner.h"
#include "nodes/restore.h"
#include "nodes/words.h"
#include "tests/files.h"
#include "tests/peek.h"
#include "tests/world.h"

enum { CALLS_MAX = 200, SEEDS = 6, PATH_BYTES = WORLD_PATH_BYTES + 64 };

static bool is_copy(const char *path)
{
    sqlite3 *db = NULL;

    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL),
            SQLITE_OK);
    bool marked = peek_number(db, "SELECT is_copy FROM store") == 1;
    sqlite3_close(db);
    return marked;
}

/* It would only keep the next backup from having its name. */
static void assert_no_empty_folder(const char *folder)
{
    assert_int_not_equal(rmdir(folder), 0);
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
    assert_no_empty_folder(folder);
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

static bool node_ends_at(uint64_t at)
{
    static const char PASSPHRASE[] = "a passphrase of the test";
    char folder[PATH_BYTES], home[PATH_BYTES], bundle[2 * PATH_BYTES];
    struct err err = {.code = CODE_OK};

    world_fresh(1);
    snprintf(folder, sizeof folder, "%s/backup", world_network()->folder);
    snprintf(home, sizeof home, "%s/again", world_network()->folder);
    snprintf(bundle, sizeof bundle, "%s/network.bundle", home);
    const struct make_backup wish = {.path = folder, .passphrase = PASSPHRASE};
    struct request request = {.backup = &wish};

    files_begin(folder, at);
    files_plan(at, FILES_FAIL_EVER);
    const struct reply *reply = world_ask("aksant", &request);
    bool done = reply->code[0] == '\0', happened = files_planned_happened();
    files_end();
    assert_true(world_is_up("aksant"));
    assert_true(done || reply->n_issues == 1);
    bool restored = node_restore(folder, home, PASSPHRASE, sim_now(), &err);
    assert_true(restored || !done);
    assert_no_empty_folder(folder);
    if (restored)
        assert_int_equal(access(bundle, F_OK), 0);
    world_end();
    return happened;
}

static void what_a_node_is_restored_from_has_all_of_it(void **state)
{
    uint64_t at = 1;

    (void)state;
    while (at < CALLS_MAX && node_ends_at(at))
        at++;
    assert_in_range(at, 8, CALLS_MAX - 1);
}

/* The power goes right after its maker was told that it is made. */
static void cut_after_backup(const char *who, const char *const *files, uint64_t seed)
{
    char above[PATH_BYTES], folder[2 * PATH_BYTES], file[3 * PATH_BYTES];

    world_fresh(1);
    snprintf(above, sizeof above, "%s/backups", world_network()->folder);
    snprintf(folder, sizeof folder, "%s/today", above);
    assert_int_equal(mkdir(above, 0700), 0);
    const struct make_backup wish = {.path = folder,
            .passphrase = "a passphrase of the test"};
    struct request request = {.backup = &wish};

    files_begin(above, seed);
    world_must(who, &request, "");
    files_cut();
    files_power();
    files_end();
    for (size_t i = 0; files[i] != NULL; i++) {
        snprintf(file, sizeof file, "%s/%s", folder, files[i]);
        if (access(file, F_OK) != 0)
            fail_msg("seed %llu: %s is gone", (unsigned long long)seed, file);
    }
    world_end();
}

static void what_was_said_to_be_made_outlives_the_power(void **state)
{
    static const char *const of_node[] = {"node.db", "node.request", "MANIFEST", NULL};
    static const char *const of_broker[] = {"broker.db", "network.bundle", NULL};

    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        cut_after_backup("aksant", of_node, seed);
        cut_after_backup(NETWORK_BROKER, of_broker, seed);
    }
}

/* The code says that it failed, and the words what is to be done. */
static void a_backup_that_is_refused_says_what_to_do(void **state)
{
    static const struct {
        const char *name, *code;
        enum words words;
    } rows[] = {
            {"",             "E_DUPLICATE", WORDS_BACKUP_THERE },
            {"nowhere/near", "ERR_IO",      WORDS_BACKUP_FOLDER},
    };
    char folder[PATH_BYTES];

    (void)state;
    world_fresh(1);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct make_backup wish = {.path = folder,
                .passphrase = "a passphrase of the test"};
        struct request request = {.backup = &wish, .lang = "en"};
        snprintf(folder, sizeof folder, "%s/%s", world_network()->folder, rows[i].name);
        const struct reply *reply = world_ask("aksant", &request);
        assert_string_equal(reply->code, rows[i].code);
        assert_int_equal(reply->n_issues, 1);
        assert_string_equal(reply->issues[0].field, "path");
        assert_string_equal(reply->issues[0].words, words_text(rows[i].words, LANG_EN));
    }
    world_end();
}

/* Each minute a node has something to do of its own, and at any time somebody asks it
 * something: its backup goes on all the same. */
static void other_work_ends_no_backup(void **state)
{
    char folder[PATH_BYTES];

    (void)state;
    world_fresh(1);
    struct node *node = world_node("aksant");
    snprintf(folder, sizeof folder, "%s/backup", world_network()->folder);
    const struct make_backup wish = {.path = folder,
            .passphrase = "a passphrase of the test"};
    struct request request = {.backup = &wish};

    /* The minute ends with the first pages. */
    node->upkeep_ms = node_now(node);
    world_must("aksant", &request, "");
    assert_true(node->upkeep_ms > node_now(node));
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(what_is_called_a_backup_is_one),
            cmocka_unit_test(what_a_node_is_restored_from_has_all_of_it),
            cmocka_unit_test(what_was_said_to_be_made_outlives_the_power),
            cmocka_unit_test(a_backup_that_is_refused_says_what_to_do),
            cmocka_unit_test(other_work_ends_no_backup),
    };

    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
