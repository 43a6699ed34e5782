/* unit_start.c - the command line of programs that serve, the level of their log, and
 * what they end with. */
#include <getopt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/start.h"

static const struct start MUST = {"bus", "bus 1", "# usage\n", NULL};
static const struct start MAY = {"bus", "bus 1", "# usage\n", "/home"};

static void a_command_line_gives_a_home_or_an_end(void **state)
{
    static const struct {
        const struct start *start;
        const char *words[4];
        const char *home; /* NULL: it ends, with: */
        int status;
    } rows[] = {
            {&MUST, {"--home", "/a"},                 "/a",    0},
            {&MAY,  {"--home", "/a"},                 "/a",    0},
            {&MAY,  {"--home=/a"},                    "/a",    0},
            {&MAY,  {NULL},                           "/home", 0},
            {&MUST, {NULL},                           NULL,    2},
            {&MUST, {"--version"},                    NULL,    0},
            {&MUST, {"--help"},                       NULL,    0},
            {&MUST, {"--home"},                       NULL,    2},
            {&MUST, {"--home", "/a", "b"},            NULL,    2},
            {&MUST, {"/a"},                           NULL,    2},
            {&MAY,  {"--nothing"},                    NULL,    2},
            {&MAY,  {"--home", "/a", "--home", "/b"}, "/b",    0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char *argv[COUNT_OF(rows[i].words) + 2] = {strdup("bus")};
        const char *home = NULL;
        int argc = 1, status = -1;
        while ((size_t)argc <= COUNT_OF(rows[i].words) &&
                rows[i].words[argc - 1] != NULL) {
            argv[argc] = strdup(rows[i].words[argc - 1]);
            argc++;
        }
        optind = 0;
        bool runs = start_options(rows[i].start, argc, argv, &home, &status);
        assert_int_equal(runs, rows[i].home != NULL);
        assert_int_equal(status, rows[i].status);
        if (runs)
            assert_string_equal(home, rows[i].home);
        while (argc > 0)
            free(argv[--argc]);
    }
}

static void a_level_is_one_of_four(void **state)
{
    static const char *const good[] = {"error", "warn", "info", "debug"};
    static const char *const bad[] = {"", "verbose", "Info", "infos"};
    struct err err = {.code = CODE_OK};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        struct log *log = start_log(&MUST, good[i], &err);
        assert_non_null(log);
        log_free(log);
    }
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        err = (struct err){.code = CODE_OK};
        assert_null(start_log(&MUST, bad[i], &err));
        assert_int_equal(err.code, ERR_CONFIG);
        assert_non_null(strstr(err.msg, "error, warn, info or debug"));
    }
}

/* Whatever it was: a supervisor sees 2 or 3, and never that all went well. */
static void what_fails_ends_with_a_status(void **state)
{
    static const struct {
        enum code code;
        int status;
    } rows[] = {
            {ERR_USAGE,  2},
            {ERR_CONFIG, 3},
            {ERR_LOCKED, 3},
            {E_AUTH,     3},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct err err = {rows[i].code, "# why"};
        assert_int_equal(start_fail(&MUST, &err), rows[i].status);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(a_command_line_gives_a_home_or_an_end),
            cmocka_unit_test(a_level_is_one_of_four),
            cmocka_unit_test(what_fails_ends_with_a_status),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
