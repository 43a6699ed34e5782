/* real_local.c - the sockets of running programs: wrong tokens, a second process on the
 * same home, other users. */
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/fleet_case.h"
#include "tests/temp.h"

enum { NOBODY = 65534, REFUSED_WAIT_MS = 500, EXIT_ANSWERED = 7, COULD_NOT_RUN = 3 };

static const char NODE[] = "thuiszorg";
static const char *const PROGRAMS[] = {NETWORK_BROKER, NODE};

static const struct get_status GET = {.quiet = true};

static int begin(void **state)
{
    static const struct network_partner partners[] = {
            {NODE, PARTNER_TYPE_HOMECARE},
    };
    struct fleet *fleet = calloc(1, sizeof *fleet);

    assert_non_null(fleet);
    *state = fleet;
    fleet_begin(fleet, partners, COUNT_OF(partners));
    fleet_start_all(fleet);
    return 0;
}

static void test_a_wrong_token_is_refused(void **state)
{
    static const char wrong[] =
            "00000000000000000000000000000000000000000000000000000000000000ff";
    struct fleet *fleet = *state;

    for (size_t i = 0; i < COUNT_OF(PROGRAMS); i++) {
        struct request request = {.status = &GET, .token = wrong};
        fleet_must(fleet, PROGRAMS[i], &request, "E_AUTH");
        request.token = "";
        fleet_must(fleet, PROGRAMS[i], &request, "E_AUTH");
        /* The token of another program is as wrong. */
        request.token = fleet_program(fleet, PROGRAMS[1 - i])->token;
        fleet_must(fleet, PROGRAMS[i], &request, "E_AUTH");
        request.token = NULL;
        fleet_must(fleet, PROGRAMS[i], &request, "");
    }
}

/* libzmq would let a second bind on the same path steal the socket without a word; the
 * lock of the database comes first. */
static void test_a_second_process_steals_nothing(void **state)
{
    static const char *const binaries[] = {"buurtbus-broker", "buurtbus-node"};
    struct fleet *fleet = *state;
    char home[NETWORK_PATH_BYTES], said[FLEET_PATH_BYTES];
    struct stat before, after;
    size_t len = 0;

    for (size_t i = 0; i < COUNT_OF(PROGRAMS); i++) {
        char path[FLEET_PATH_BYTES];
        network_home(&fleet->network, PROGRAMS[i], home);
        fleet_path(fleet, PROGRAMS[i], i == 0 ? "run/broker.sock" : "run/node.sock",
                path);
        assert_int_equal(stat(path, &before), 0);
        const char *const arguments[] = {"--home", home, NULL};
        assert_int_equal(fleet_run(fleet, binaries[i], arguments), COULD_NOT_RUN);
        snprintf(said, sizeof said, "%s/said", fleet->network.folder);
        char *words = (char *)temp_read(said, &len);
        assert_non_null(strstr(words, home));
        assert_non_null(strstr(words, "in use by another process"));
        free(words);
        assert_int_equal(stat(path, &after), 0);
        assert_int_equal(before.st_ino, after.st_ino);
        fleet_wait_ready(fleet, PROGRAMS[i]);
        assert_true(fleet_runs(fleet, PROGRAMS[i]));
    }
}

/* In a child that becomes another user, or does not: a question with the right token.
 */
static int ask_as(struct fleet *fleet, const char *id, bool nobody)
{
    const struct request request = {.status = &GET};
    int how = 0;

    pid_t pid = fleet_fork(fleet);
    if (pid == 0) {
        if (nobody &&
                (setgroups(0, NULL) != 0 || setgid(NOBODY) != 0 || setuid(NOBODY) != 0))
            _exit(1);
        _exit(fleet_try(fleet, id, &request, REFUSED_WAIT_MS) ? EXIT_ANSWERED : 0);
    }
    waitpid(pid, &how, 0);
    return WIFEXITED(how) ? WEXITSTATUS(how) : -1;
}

/* Even when somebody has opened every directory on the way, and knows the token. */
static void test_another_user_gets_no_answer(void **state)
{
    struct fleet *fleet = *state;
    char home[NETWORK_PATH_BYTES], run[FLEET_PATH_BYTES], path[FLEET_PATH_BYTES];

    if (getuid() != 0)
        skip();
    assert_int_equal(chmod(fleet->network.folder, 0755), 0);
    for (size_t i = 0; i < COUNT_OF(PROGRAMS); i++) {
        network_home(&fleet->network, PROGRAMS[i], home);
        fleet_path(fleet, PROGRAMS[i], "run", run);
        fleet_path(fleet, PROGRAMS[i], i == 0 ? "run/broker.sock" : "run/node.sock",
                path);
        assert_int_equal(chmod(home, 0755), 0);
        assert_int_equal(ask_as(fleet, PROGRAMS[i], false), EXIT_ANSWERED);
        /* The directory alone keeps others out ... */
        assert_int_equal(ask_as(fleet, PROGRAMS[i], true), 0);
        /* ... and so does the program behind it. */
        assert_int_equal(chmod(run, 0777), 0);
        assert_int_equal(chmod(path, 0777), 0);
        assert_int_equal(ask_as(fleet, PROGRAMS[i], true), 0);
        fleet_wait_ready(fleet, PROGRAMS[i]);
        assert_int_equal(chmod(run, 0750), 0);
        assert_int_equal(chmod(home, 0750), 0);
    }
    assert_int_equal(chmod(fleet->network.folder, 0700), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(test_a_wrong_token_is_refused),
            cmocka_unit_test(test_a_second_process_steals_nothing),
            cmocka_unit_test(test_another_user_gets_no_answer),
    };

    return cmocka_run_group_tests(tests, begin, fleet_end_state);
}
