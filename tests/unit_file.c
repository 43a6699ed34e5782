/* unit_file.c - a file that somebody hands over: what is read of it, and what is not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/file.h"
#include "tests/temp.h"

enum { MOST = 8 };

static void a_file_is_read_whole_or_not_at_all(void **state)
{
    static const struct {
        const char *name, *holds; /* NULL: made otherwise, or not at all */
        enum code code;
    } rows[] = {
            {"one",     "1",         CODE_OK},
            {"most",    "12345678",  CODE_OK},
            {"longer",  "123456789", E_SIZE },
            {"empty",   "",          E_SIZE },
            {"folder",  NULL,        E_SIZE },
            {"pipe",    NULL,        E_SIZE },
            {"nothing", NULL,        ERR_IO },
    };
    struct arena arena = arena_new(MOST);
    struct temp temp;
    char path[TEMP_PATH_BYTES];

    (void)state;
    temp_init(&temp);
    temp_path(&temp, "folder", path);
    assert_int_equal(mkdir(path, 0700), 0);
    temp_path(&temp, "pipe", path);
    assert_int_equal(mkfifo(path, 0600), 0);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct span wanted = span_text(rows[i].holds == NULL ? "" : rows[i].holds);
        struct span bytes = {NULL, 0};
        struct err err = {.code = CODE_OK};

        temp_path(&temp, rows[i].name, path);
        if (rows[i].holds != NULL)
            temp_write(path, wanted.at, wanted.len);
        arena_reset(&arena, 0);
        assert_int_equal(file_read(path, MOST, &arena, &bytes, &err),
                rows[i].code == CODE_OK);
        assert_int_equal(err.code, rows[i].code);
        if (rows[i].code == CODE_OK)
            assert_true(span_equal(bytes, wanted));
        else
            assert_null(bytes.at);
    }
    temp_done(&temp);
    arena_free(&arena);
}

static void a_file_needs_room(void **state)
{
    struct arena arena = arena_new(MOST);
    struct err err = {.code = CODE_OK};
    struct temp temp;
    struct span bytes;
    char path[TEMP_PATH_BYTES];

    (void)state;
    temp_init(&temp);
    temp_path(&temp, "large", path);
    temp_write(path, "123456789", MOST + 1);
    assert_false(file_read(path, MOST + 1, &arena, &bytes, &err));
    assert_int_equal(err.code, ERR_NOMEM);
    temp_done(&temp);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(a_file_is_read_whole_or_not_at_all),
            cmocka_unit_test(a_file_needs_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
