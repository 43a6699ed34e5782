/* sim_vault.c - what lies in a node's store opens with its own key only, and what was
 * destroyed with no key that is left. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <unistd.h>

#include "core/keys.h"
#include "core/time.h"
#include "nodes/spool.h"
#include "tests/peek.h"
#include "tests/temp.h"
#include "tests/world.h"

#define HOME   "thuiszorg"
#define TARGET "aksant"

enum { PIECE = 16 }; /* bytes of a key that are looked for */

static void key_path(const char *suffix, char path[WORLD_PATH_BYTES])
{
    char home[NETWORK_PATH_BYTES];

    network_home(world_network(), TARGET, home);
    snprintf(path, WORLD_PATH_BYTES, "%s/keys/generation.key%s", home, suffix);
}

static uint64_t refer(void)
{
    const struct world_consent wish = {.recipients = {TARGET}};
    const struct reply *reply =
            world_refer(HOME, world_consent(HOME, &wish), TARGET, "Rosa Voorbeeld");

    assert_string_equal(reply->code, "");
    world_quiet();
    return world_newest(TARGET, CASE_BOX_NONE);
}

static void on_wrapped(void *self, sqlite3_stmt *row)
{
    assert_int_equal(sqlite3_column_bytes(row, 0), SPOOL_WRAPPED_BYTES);
    memcpy(self, sqlite3_column_blob(row, 0), SPOOL_WRAPPED_BYTES);
}

static struct key32 key_of(uint64_t number)
{
    uint8_t wrapped[SPOOL_WRAPPED_BYTES] = {0};
    char path[WORLD_PATH_BYTES], sql[128];
    struct spool_binding owner = spool_bind(SPOOL_OWNER_CASE, number);
    struct err err = {.code = CODE_OK};
    struct key32 secret;

    snprintf(sql, sizeof sql, "SELECT wrapped_key FROM case_file WHERE number = %llu",
            (unsigned long long)number);
    peek_each(peek_of(TARGET), sql, on_wrapped, wrapped);
    key_path("", path);
    struct wrap_key *generation = wrap_key_load(path, &err);
    network_must(generation != NULL, "load the generation key", &err);
    assert_true(wrap_key_unwrap(generation, SPAN_OF(owner.bytes), SPAN_OF(wrapped),
            secret.b));
    wrap_key_free(generation);
    return secret;
}

/* Else who holds the key of one case could read all others, and what was destroyed. */
static void each_case_has_a_key_of_its_own(void **state)
{
    (void)state;
    world_fresh(71);
    uint64_t first = refer(), second = refer();
    assert_true(first != second);
    struct key32 a = key_of(first), b = key_of(second);
    assert_false(key32_equal(&a, &b));
    world_end();
}

/* One name for the key in force; of the keys before it there is none. */
static void the_key_before_is_gone(void **state)
{
    char path[WORLD_PATH_BYTES];
    size_t len, later;

    (void)state;
    world_fresh(72);
    uint64_t number = refer();
    key_path("", path);
    uint8_t *before = temp_read(path, &len);
    world_do(TARGET, number, OFFER_EVENT_DECLINE);
    world_pass(TIME_DAY_MS);
    uint8_t *after = temp_read(path, &later);
    assert_int_equal(len, later);
    assert_memory_not_equal(before, after, len);
    free(before);
    free(after);
    key_path(".old", path);
    assert_int_not_equal(access(path, F_OK), 0);
    key_path(".new", path);
    assert_int_not_equal(access(path, F_OK), 0);
    world_end();
}

/* Is there a piece of the key of before, which is no piece of the one of now, in these
 * bytes? */
static bool holds_piece(const uint8_t *bytes, size_t len, const uint8_t *before,
        const uint8_t *after, size_t key_len)
{
    for (size_t at = 0; at + PIECE <= key_len; at++)
        if (memmem(after, key_len, before + at, PIECE) == NULL &&
                memmem(bytes, len, before + at, PIECE) != NULL)
            return true;
    return false;
}

/* An image of the whole disk: no file holds the key that what was erased would need,
 * nor a word of it. */
static void no_file_opens_what_was_erased(void **state)
{
    static const char *const files[] = {"", "-wal", "-shm"};
    char path[WORLD_PATH_BYTES], file[WORLD_PATH_BYTES + 8];
    size_t key_len, later;

    (void)state;
    world_fresh(73);
    uint64_t number = refer();
    key_path("", path);
    uint8_t *before = temp_read(path, &key_len);
    world_do(TARGET, number, OFFER_EVENT_DECLINE);
    world_pass(TIME_DAY_MS);
    uint8_t *after = temp_read(path, &later);
    assert_int_equal(key_len, later);
    assert_true(holds_piece(before, key_len, before, after, key_len));
    assert_false(holds_piece(after, later, before, after, key_len));
    world_db(TARGET, path);
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        size_t len = 0;
        snprintf(file, sizeof file, "%s%s", path, files[i]);
        uint8_t *bytes = temp_read(file, &len);
        if (bytes == NULL)
            continue;
        assert_false(holds_piece(bytes, len, before, after, key_len));
        assert_null(memmem(bytes, len, "Rosa Voorbeeld", strlen("Rosa Voorbeeld")));
        free(bytes);
    }
    free(before);
    free(after);
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(each_case_has_a_key_of_its_own),
            cmocka_unit_test(the_key_before_is_gone),
            cmocka_unit_test(no_file_opens_what_was_erased),
    };

    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
