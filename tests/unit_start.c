/* unit_start.c - the command line of programs that serve, their settings, what their
 * log says at the start, and what they end with. */
#include <fcntl.h>
#include <getopt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/home.h"
#include "core/start.h"
#include "nodes/node.h"
#include "tests/temp.h"

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

/* Else the log of a node goes into the first thing that it opens, and the node ends. */
static void a_program_without_streams_opens_nothing_in_their_place(void **state)
{
    int kept[STDERR_FILENO + 1], fault = 0;
    (void)state;
    fflush(NULL);
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        kept[fd] = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        close(fd);
    start_streams();
    int next = open("/dev/null", O_RDONLY | O_CLOEXEC);
    ssize_t written = write(STDOUT_FILENO, "x", 1);
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        fault |= kept[fd] >= 0 && dup2(kept[fd], fd) < 0;
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        close(kept[fd]);
    assert_int_equal(fault, 0);
    assert_true(next > STDERR_FILENO);
    close(next);
    assert_int_equal(written, -1);
    /* Who has them keeps them, and no other descriptor is taken. */
    start_streams();
    int free_one = open("/dev/null", O_RDONLY | O_CLOEXEC);
    start_streams();
    int same = fcntl(free_one, F_DUPFD_CLOEXEC, 0);
    assert_int_equal(same, free_one + 1);
    close(same);
    close(free_one);
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

/* --- a home --- */

static void home_of(enum role role, struct temp *temp, char path[TEMP_PATH_BYTES])
{
    struct err err = {.code = CODE_OK};
    const struct home_wish wish = {.role = role,
            .partner = "a-house",
            .name = "A house",
            .partner_type = role == ROLE_NODE ? PARTNER_TYPE_LDC : 0,
            .address = role == ROLE_BROKER ? "tcp://127.0.0.1:17171" : NULL,
            .now_ms = 1790000000000};
    temp_init(temp);
    temp_path(temp, "h", path);
    assert_true(hash_start(&err));
    if (!home_init(path, &wish, &err))
        fail_msg("%s", err.msg);
}

static void write_conf(const char *home, const char *name, const char *words)
{
    char path[2 * TEMP_PATH_BYTES];
    snprintf(path, sizeof path, "%s/%s", home, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(words, file);
    assert_int_equal(fclose(file), 0);
}

/* A wrong setting is refused at the start with its name, and never taken for another:
 * the library would listen at 34463 when it is asked for 99999. */
static void a_setting_that_cannot_be_is_named(void **state)
{
    static const struct {
        enum role role;
        const char *words, *piece; /* NULL: it is right */
    } rows[] = {
            {ROLE_BROKER, "listen = \"tcp://*:0\"\n",                  NULL                    },
            {ROLE_BROKER, "listen = \"tcp://[::1]:65535\"\n",          NULL                    },
            {ROLE_BROKER, "listen = \"tcp://127.0.0.1:99999\"\n",
             "broker.conf: listen: 't"                                                         },
            {ROLE_BROKER, "listen = \"udp://127.0.0.1:1\"\n",          "at most 65535"         },
            {ROLE_NODE,   "broker_address = \"\"\n",                   NULL                    },
            {ROLE_NODE,   "broker_address = \"tcp://bus.be:17171\"\n", NULL                    },
            {ROLE_NODE,   "broker_address = \"bus.be:17171\"\n",
             "broker_address: 'bus.be"                                                         },
            {ROLE_NODE,   "broker_address = \"tcp://bus.be:65536\"\n", "from 1 to 65535"       },
            {ROLE_NODE,   "broker_address = \"tcp://bus.be:0\"\n",     "from 1 to 65535"       },
            {ROLE_NODE,   "language = \"fr\"\n",                       NULL                    },
            {ROLE_NODE,   "language = \"de\"\n",                       "nl, fr or en, not 'de'"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct temp temp;
        struct err err = {.code = CODE_OK};
        struct broker_conf broker;
        struct node_conf node;
        char home[TEMP_PATH_BYTES];
        bool is_broker = rows[i].role == ROLE_BROKER;
        home_of(rows[i].role, &temp, home);
        write_conf(home, is_broker ? "broker.conf" : "node.conf", rows[i].words);
        bool ok = is_broker ? home_broker_conf(home, &broker, &err)
                            : home_node_conf(home, &node, &err);
        assert_int_equal(ok, rows[i].piece == NULL);
        if (!ok) {
            assert_int_equal(err.code, ERR_CONFIG);
            assert_non_null(strstr(err.msg, rows[i].piece));
        }
        temp_done(&temp);
    }
}

/* A node serves its own staff before it belongs to a network: its log says that it
 * runs, and what is left to do. */
static void a_node_that_has_not_joined_says_so(void **state)
{
    struct temp temp;
    struct err err = {.code = CODE_OK};
    struct node_conf conf;
    char home[TEMP_PATH_BYTES], path[TEMP_PATH_BYTES];
    size_t len = 0;
    (void)state;
    home_of(ROLE_NODE, &temp, home);
    temp_path(&temp, "said", path);
    int kept = dup(STDERR_FILENO);
    int said = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(kept >= 0 && said >= 0);
    assert_true(home_node_conf(home, &conf, &err));
    struct log *log = start_log(&MUST, "info", &err);
    dup2(said, STDERR_FILENO);
    struct node *node = node_new(&conf, log, &err);
    dup2(kept, STDERR_FILENO);
    close(said);
    close(kept);
    assert_non_null(node);
    node_free(node);
    log_free(log);
    char *words = (char *)temp_read(path, &len);
    assert_non_null(words);
    words[len] = '\0';
    assert_non_null(strstr(words, "info started home="));
    assert_non_null(strstr(words, "warn not_joined do=\"have the steward admit "));
    free(words);
    temp_done(&temp);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(a_command_line_gives_a_home_or_an_end),
            cmocka_unit_test(a_program_without_streams_opens_nothing_in_their_place),
            cmocka_unit_test(a_level_is_one_of_four),
            cmocka_unit_test(a_setting_that_cannot_be_is_named),
            cmocka_unit_test(a_node_that_has_not_joined_says_so),
            cmocka_unit_test(what_fails_ends_with_a_status),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
