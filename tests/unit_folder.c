/* unit_folder.c - a home of a node or a broker, and a desk of a steward, are made by
 * one command at a time, in a folder of their own, whose name is seen on the disk. */
#include "core/folder.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/home.h"
#include "core/steward.h"
#include "core/vocab.h"
#include "tests/temp.h"

static const char PASSPHRASE[] = "a passphrase for tests";
static const int64_t NOW_MS = INT64_C(1790000000000);

static struct {
    struct temp temp;
    char home[TEMP_PATH_BYTES];
    char opened[TEMP_PATH_BYTES];   /* the last folder */
    bool (*first)(struct err *err); /* a command that ends before the next lock */
} the;

/* The linker's names of the calls as they are without us. */
int __real_flock(int fd, int operation);
int __real_open(const char *path, int flags, ...);
int __wrap_flock(int fd, int operation);
int __wrap_open(const char *path, int flags, ...);

static void must(bool ok, const struct err *err)
{
    if (!ok)
        fail_msg("%s: %s", code_name(err->code), err->msg);
}

int __wrap_flock(int fd, int operation)
{
    bool (*first)(struct err * err) = the.first;
    struct err err = {.code = CODE_OK};

    the.first = NULL;
    if (first != NULL)
        must(first(&err), &err);
    return __real_flock(fd, operation);
}

int __wrap_open(const char *path, int flags, ...)
{
    mode_t mode = 0;
    va_list values;

    va_start(values, flags);
    if ((flags & O_CREAT) != 0)
        mode = va_arg(values, mode_t);
    va_end(values);
    if ((flags & O_DIRECTORY) != 0)
        snprintf(the.opened, sizeof the.opened, "%s", path);
    return __real_open(path, flags, mode);
}

static int begin(void **state)
{
    (void)state;
    temp_init(&the.temp);
    temp_path(&the.temp, "home", the.home);
    the.first = NULL;
    return 0;
}

static int end(void **state)
{
    (void)state;
    temp_done(&the.temp);
    return 0;
}

/* ------------------------------------------------------------ commands */

static bool make_home(enum role role, struct err *err)
{
    const struct home_wish wish = {.role = role,
            .partner = "a-house",
            .name = "A house",
            .partner_type = role == ROLE_NODE ? PARTNER_TYPE_LDC : 0,
            .address = role == ROLE_BROKER ? "tcp://127.0.0.1:17171" : NULL,
            .now_ms = NOW_MS};

    return home_init(the.home, &wish, err);
}

static bool make_node(struct err *err)
{
    return make_home(ROLE_NODE, err);
}

static bool make_broker(struct err *err)
{
    return make_home(ROLE_BROKER, err);
}

static bool make_desk(struct err *err)
{
    struct steward *steward =
            steward_found(the.home, "test-net", PASSPHRASE, NOW_MS, err);

    steward_free(steward);
    return steward != NULL;
}

static const struct {
    const char *name;
    bool (*make)(struct err *err);
    const char *key; /* the first that it writes */
} commands[] = {
        {"a node",   make_node,   "keys/identity.key"},
        {"a broker", make_broker, "keys/identity.key"},
        {"a desk",   make_desk,   "reserve.key"      },
};

/* The bytes of that key; false: there is none. */
static bool key_of(size_t command, uint8_t bytes[TEMP_PATH_BYTES], size_t *len)
{
    char path[2 * TEMP_PATH_BYTES];
    struct err none;

    snprintf(path, sizeof path, "%s/%s", the.home, commands[command].key);
    return keys_read_file(path, bytes, TEMP_PATH_BYTES, len, &none);
}

/* ------------------------------------------------------------ stories */

/* Else the keys of the one lie beside the request of the other, which the steward has
 * admitted. */
static void of_two_at_once_one_is_refused(void **state)
{
    uint8_t key[TEMP_PATH_BYTES];
    size_t len;

    for (size_t i = 0; i < COUNT_OF(commands); i++) {
        struct err err = {.code = CODE_OK};
        int taken = -1;
        begin(state);
        must(folder_make(the.home, 0700, &err) && folder_take(the.home, &taken, &err),
                &err);
        assert_false(commands[i].make(&err));
        assert_int_equal(err.code, ERR_LOCKED);
        assert_non_null(strstr(err.msg, "another command is at work in "));
        assert_false(key_of(i, key, &len));
        close(taken);
        must(commands[i].make(&err), &err);
        assert_true(key_of(i, key, &len));
        end(state);
    }
}

/* Also when the first has ended just before the second takes the folder. */
static void what_another_has_made_meanwhile_is_kept(void **state)
{
    for (size_t i = 0; i < COUNT_OF(commands); i++) {
        struct err err = {.code = CODE_OK};
        begin(state);
        the.first = commands[i].make;
        assert_false(commands[i].make(&err));
        if (err.code != E_DUPLICATE)
            fail_msg("%s: %s", commands[i].name, code_name(err.code));
        end(state);
    }
}

/* Their keys have the same names: those of the first would be gone for ever. */
static void a_home_is_of_a_node_or_of_a_broker(void **state)
{
    for (size_t i = 0; i < 2; i++) {
        uint8_t before[TEMP_PATH_BYTES], after[TEMP_PATH_BYTES];
        size_t len = 0, n = 0;
        struct err err = {.code = CODE_OK};
        begin(state);
        must(commands[i].make(&err), &err);
        assert_true(key_of(i, before, &len));
        assert_false(commands[1 - i].make(&err));
        assert_int_equal(err.code, E_DUPLICATE);
        assert_non_null(strstr(err.msg, i == 0 ? "a node home" : "a broker home"));
        assert_true(key_of(i, after, &n));
        assert_int_equal(n, len);
        assert_memory_equal(after, before, len);
        end(state);
    }
}

/* Who writes the path of a folder with a slash behind it means that folder, and its
 * name stands in the one above. */
static void the_name_of_a_folder_is_in_the_one_above(void **state)
{
    static const char *const endings[] = {"", "/", "///"};
    char path[2 * TEMP_PATH_BYTES];
    struct err err = {.code = CODE_OK};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(endings); i++) {
        snprintf(path, sizeof path, "%s/h%zu%s", the.temp.folder, i, endings[i]);
        must(folder_make(path, 0700, &err), &err);
        assert_string_equal(the.opened, the.temp.folder);
    }
    assert_true(folder_sync_of("/") && strcmp(the.opened, "/") == 0);
    assert_true(folder_sync_of("//") && strcmp(the.opened, "/") == 0);
    assert_true(folder_sync_of("here") && strcmp(the.opened, ".") == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(of_two_at_once_one_is_refused),
            cmocka_unit_test(what_another_has_made_meanwhile_is_kept),
            cmocka_unit_test(a_home_is_of_a_node_or_of_a_broker),
            cmocka_unit_test_setup_teardown(the_name_of_a_folder_is_in_the_one_above,
                    begin, end),
    };
    struct err err = {.code = CODE_OK};

    if (!hash_start(&err))
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
