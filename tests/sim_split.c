/* sim_split.c - a broker that shows two nodes two audit logs is found out by the first
 * letter between them, and so is a partner that says to have seen another log. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/time.h"
#include "nodes/spool.h"
#include "tests/evil_log.h"
#include "tests/peek.h"
#include "tests/world.h"

static const char HOME[] = "thuiszorg";
static const char OTHER[] = "aksant";

static void refer(void)
{
    const struct world_consent wish = {.recipients = {OTHER}};
    const struct reply *reply =
            world_refer(HOME, world_consent(HOME, &wish), OTHER, "Rosa Voorbeeld");
    assert_string_equal(reply->code, "");
    world_quiet();
}

/* Both have checked the same log. */
static void begin(void)
{
    world_fresh(63);
    refer();
    world_pass(TIME_MINUTE_MS);
    assert_true(peek_number(peek_of(HOME), "SELECT size FROM audit_log") > 0);
}

static int64_t splits(const char *id)
{
    return peek_number(peek_of(id),
            "SELECT count(*) FROM finding WHERE code = 'E_LOG_SPLIT'");
}

static int64_t claims(const char *id)
{
    return peek_number(peek_of(id), "SELECT count(*) FROM log_claim");
}

/* What the finding holds: whose letter it was, and both heads. */
static void assert_split(void)
{
    assert_int_equal(splits(OTHER), 1);
    assert_int_equal(peek_number(peek_of(OTHER),
                             "SELECT count(*) FROM finding f JOIN received r ON "
                             "r.msg_id = f.msg_id WHERE f.partner = 'thuiszorg' AND "
                             "length(f.held) > 48 AND length(f.shown) > 64"),
            1);
    assert_int_equal(claims(OTHER), 0);
    assert_false(world_died());
}

/* Change the node's own view while it is stopped: what it says of it is then wrong. */
static void see_otherwise(const char *sql)
{
    char path[WORLD_PATH_BYTES];
    sqlite3 *db = NULL;
    world_stop(HOME);
    world_db(HOME, path);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    world_start(HOME);
    world_quiet();
}

static void two_nodes_that_see_one_log_find_nothing(void **state)
{
    (void)state;
    begin();
    for (size_t i = 0; i < 3; i++) {
        refer();
        assert_int_equal(claims(OTHER), 1);
        world_pass(TIME_MINUTE_MS);
        assert_int_equal(claims(OTHER), 0);
    }
    assert_int_equal(peek_number(peek_of(OTHER), "SELECT count(*) FROM finding"), 0);
    assert_int_equal(peek_number(peek_of(HOME), "SELECT count(*) FROM finding"), 0);
    world_end();
}

/* One of them is shown a line more, and nothing that contradicts what it knows. */
static void two_logs_are_found_by_the_first_letter(void **state)
{
    static struct evil_log log;
    (void)state;
    begin();
    struct evil *evil = evil_new(NETWORK_BROKER);
    evil_log_read(evil, &log);
    evil_log_insert(&log, log.n, log.leaves[0]);
    evil_serve(evil, HOME);
    world_pass(6 * TIME_MINUTE_MS);
    assert_int_equal(peek_number(peek_of(HOME), "SELECT size FROM audit_log"), log.n);
    assert_int_equal(peek_number(peek_of(HOME), "SELECT count(*) FROM finding"), 0);
    evil_free(evil);
    world_start(NETWORK_BROKER);
    world_quiet();
    refer();
    world_pass(2 * TIME_MINUTE_MS);
    assert_split();
    world_end();
}

static void a_wrong_root_is_found(void **state)
{
    (void)state;
    begin();
    see_otherwise("UPDATE audit_log SET root = randomblob(32)");
    refer();
    world_pass(2 * TIME_MINUTE_MS);
    assert_split();
    /* Once, however often it is said. */
    refer();
    world_pass(2 * TIME_MINUTE_MS);
    assert_split();
    world_end();
}

/* The log may still grow that far for a moment; not for longer. */
static void a_log_that_never_grew_that_far_is_found(void **state)
{
    (void)state;
    begin();
    see_otherwise("UPDATE audit_log SET size = 1000000");
    refer();
    world_pass(30 * TIME_SECOND_MS);
    assert_int_equal(splits(OTHER), 0);
    assert_int_equal(claims(OTHER), 1);
    world_pass(2 * TIME_MINUTE_MS);
    assert_split();
    world_end();
}

static void another_log_or_none_says_nothing(void **state)
{
    static const char *const WAYS[] = {
            "UPDATE audit_log SET size = 0",
            "UPDATE audit_log SET store_id = randomblob(16)",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(WAYS); i++) {
        begin();
        see_otherwise(WAYS[i]);
        refer();
        world_pass(2 * TIME_MINUTE_MS);
        assert_int_equal(splits(OTHER), 0);
        world_end();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(two_nodes_that_see_one_log_find_nothing),
            cmocka_unit_test(two_logs_are_found_by_the_first_letter),
            cmocka_unit_test(a_wrong_root_is_found),
            cmocka_unit_test(a_log_that_never_grew_that_far_is_found),
            cmocka_unit_test(another_log_or_none_says_nothing),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
