/* real_files.c - no file descriptor left: a broker full of strangers, a local socket
 * that is flooded, a file that cannot be opened. No program spins, who was in is served
 * on, and when there are descriptors again all is as before. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/fleet_case.h"
#include "tests/peer.h"

enum {
    FLOOD = 8000,       /* more than a broker with LOOP_FILES_MIN takes */
    FLOOD_FILES = 9000, /* what this test itself needs */
    LOCAL_FLOOD = 6000,
    NODE_FILES = 4096, /* the least that a node starts with */
    NO_FILES = 3,
    LOCAL_MAX = 256, /* connections to one local socket */
    ANSWER_MS = 20,  /* the kernel knocks again by itself */
    LOOK_EVERY = 200,
    CALM_MS = 2000,
    BUSY_PERCENT = 60, /* a program that spins takes 100 */
    STRANGER_KIB = 40, /* of the broker's memory */
};

static const char SENDER[] = "thuiszorg";
static const char READER[] = "aksant";

struct work {
    struct fleet fleet;
    uint64_t consent;
    size_t n_cases;
    int fds[FLOOD];
    size_t n_fds;
};

/* ------------------------------------------------------------ looking */

/* The share of one processor that a program takes just now. */
static unsigned busy_percent(struct work *work, const char *id)
{
    int64_t ticks = fleet_cpu_ticks(&work->fleet, id);
    int64_t end_ms = fleet_clock_ms() + CALM_MS;

    while (fleet_clock_ms() < end_ms)
        fleet_breathe();
    ticks = fleet_cpu_ticks(&work->fleet, id) - ticks;
    return (unsigned)(ticks * 1000 * 100 / (CALM_MS * sysconf(_SC_CLK_TCK)));
}

static size_t count_files(struct work *work, const char *id)
{
    char path[64];
    size_t n = 0;

    snprintf(path, sizeof path, "/proc/%d/fd",
            (int)fleet_program(&work->fleet, id)->pid);
    DIR *directory = opendir(path);
    assert_non_null(directory);
    while (readdir(directory) != NULL)
        n++;
    closedir(directory);
    return n;
}

/* Nothing that this program opens from now on can be opened; NODE_FILES or more: again
 * it can. */
static void allow_files(struct work *work, const char *id, rlim_t n)
{
    pid_t pid = fleet_program(&work->fleet, id)->pid;
    struct rlimit limit;

    assert_int_equal(prlimit(pid, RLIMIT_NOFILE, NULL, &limit), 0);
    limit.rlim_cur = n < limit.rlim_max ? n : limit.rlim_max;
    assert_int_equal(prlimit(pid, RLIMIT_NOFILE, &limit, NULL), 0);
}

static void one_goes_through(struct work *work)
{
    fleet_refer(&work->fleet, SENDER, work->consent, READER, "Mevrouw Voorbeeld");
    work->n_cases++;
    FLEET_UNTIL(&work->fleet,
            fleet_count_cases(&work->fleet, READER, CASE_BOX_NONE) == work->n_cases);
}

/* ------------------------------------------------------------ floods */

static void hang_up_all(struct work *work)
{
    while (work->n_fds > 0)
        close(work->fds[--work->n_fds]);
}

/* One more connection, if somebody takes it. */
static bool knock(struct work *work, const struct sockaddr *to, socklen_t len)
{
    int fd = socket(to->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    assert_true(fd >= 0);
    work->fds[work->n_fds++] = fd;
    if (connect(fd, to, len) == 0)
        return true;
    struct pollfd item = {.fd = fd, .events = POLLOUT};
    return errno == EINPROGRESS && poll(&item, 1, ANSWER_MS) > 0;
}

/* The most files that the broker had open while so many knocked. */
static size_t flood_broker(struct work *work)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    unsigned port = 0;
    size_t most = 0, n;

    sscanf(work->fleet.network.address, "tcp://127.0.0.1:%u", &port);
    to.sin_port = htons((uint16_t)port);
    while (work->n_fds < FLOOD) {
        (void)knock(work, (const struct sockaddr *)&to, sizeof to);
        if (work->n_fds % LOOK_EVERY != 0)
            continue;
        n = count_files(work, NETWORK_BROKER);
        most = n > most ? n : most;
    }
    return most;
}

static void test_a_broker_full_of_strangers_does_not_spin(void **state)
{
    struct work *work = *state;
    struct rlimit limit = {FLOOD_FILES, FLOOD_FILES};

    if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
        skip();
    int64_t before_kib = fleet_memory_kib(&work->fleet, NETWORK_BROKER);
    int64_t begin_ms = fleet_clock_ms();
    size_t most = flood_broker(work);
    printf("# at most %zu files open, in %lld ms\n", most,
            (long long)(fleet_clock_ms() - begin_ms));
    /* It shuts its door before the table is full. */
    assert_true(most < LOOP_FILES_MIN);
    int64_t grown_kib = fleet_memory_kib(&work->fleet, NETWORK_BROKER) - before_kib;
    assert_true(grown_kib < (int64_t)FLOOD * STRANGER_KIB);
    unsigned percent = busy_percent(work, NETWORK_BROKER);
    printf("# %u %% of a processor while full, %lld KiB more\n", percent,
            (long long)grown_kib);
    assert_true(percent < BUSY_PERCENT);
    one_goes_through(work);
    hang_up_all(work);
    /* And the door opens again. */
    fleet_kill(&work->fleet, READER);
    fleet_start_ready(&work->fleet, READER);
    fleet_wait_connected(&work->fleet, READER);
    one_goes_through(work);
}

static void test_a_flooded_local_socket_does_not_spin(void **state)
{
    struct work *work = *state;
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    char path[FLEET_PATH_BYTES];
    size_t n_refused = 0;

    fleet_path(&work->fleet, READER, "run/node.sock", path);
    assert_true(strlen(path) < sizeof to.sun_path);
    strcpy(to.sun_path, path);
    size_t before = count_files(work, READER);
    while (work->n_fds < LOCAL_FLOOD)
        n_refused += !knock(work, (const struct sockaddr *)&to, sizeof to);
    /* It takes so many at once, and hangs up on the others. */
    FLEET_UNTIL(&work->fleet, count_files(work, READER) <= before + LOCAL_MAX);
    unsigned percent = busy_percent(work, READER);
    printf("# %zu files open, %zu not taken, %u %% of a processor\n",
            count_files(work, READER), n_refused, percent);
    assert_true(percent < BUSY_PERCENT);
    one_goes_through(work);
    hang_up_all(work);
    FLEET_UNTIL(&work->fleet, count_files(work, READER) <= before + 1);
    fleet_kill(&work->fleet, READER);
    fleet_start_ready(&work->fleet, READER);
    one_goes_through(work);
}

/* ------------------------------------------------------------ files */

static const char *back_up(struct work *work, const char *id, const char *name)
{
    char path[FLEET_PATH_BYTES];
    struct make_backup backup = {.path = path, .passphrase = NETWORK_PASSPHRASE};
    const struct request request = {.backup = &backup};

    snprintf(path, sizeof path, "%s/%s-%s", work->fleet.network.folder, id, name);
    /* Asked once, on the connection that is open: it may take its time. */
    if (!fleet_try(&work->fleet, id, &request, FLEET_PATIENCE_MS))
        fleet_fail(&work->fleet, "%s says nothing to a backup", id);
    return work->fleet.reply.code;
}

static void test_a_backup_that_cannot_be_opened_harms_nothing(void **state)
{
    static const char *const programs[] = {NETWORK_BROKER, READER};
    struct work *work = *state;

    for (size_t i = 0; i < COUNT_OF(programs); i++) {
        const char *id = programs[i];
        (void)fleet_status(&work->fleet, id); /* this connection is open */
        allow_files(work, id, NO_FILES);
        assert_string_not_equal(back_up(work, id, "none"), "");
        one_goes_through(work);
        unsigned percent = busy_percent(work, id);
        printf("# %s: %u %% of a processor without a free descriptor\n", id, percent);
        assert_true(percent < BUSY_PERCENT);
        allow_files(work, id, LOOP_FILES_MIN);
        assert_string_equal(back_up(work, id, "good"), "");
        one_goes_through(work);
    }
}

/* The link breaks and there is no descriptor for another one. libzmq may end the
 * process over this, which is then started again as its service would; nothing is
 * lost. */
static void test_a_node_without_descriptors_loses_nothing(void **state)
{
    struct work *work = *state;

    (void)fleet_status(&work->fleet, READER);
    allow_files(work, READER, NO_FILES);
    fleet_refer(&work->fleet, SENDER, work->consent, READER, "Mevrouw Voorbeeld");
    work->n_cases++;
    fleet_kill(&work->fleet, NETWORK_BROKER);
    fleet_start_ready(&work->fleet, NETWORK_BROKER);
    if (fleet_runs(&work->fleet, READER)) {
        assert_true(busy_percent(work, READER) < BUSY_PERCENT);
        allow_files(work, READER, LOOP_FILES_MIN);
    }
    if (!fleet_runs(&work->fleet, READER))
        fleet_start_ready(&work->fleet, READER);
    fleet_wait_connected(&work->fleet, READER);
    fleet_wait_connected(&work->fleet, SENDER);
    FLEET_UNTIL(&work->fleet,
            fleet_count_cases(&work->fleet, READER, CASE_BOX_NONE) == work->n_cases);
    one_goes_through(work);
    assert_int_equal(fleet_stop(&work->fleet, READER), 0);
    assert_int_equal(fleet_stop(&work->fleet, NETWORK_BROKER), 0);
}

/* ------------------------------------------------------------ */

static int begin(void **state)
{
    struct work *work = calloc(1, sizeof *work);

    assert_non_null(work);
    *state = work;
    fleet_begin_two(&work->fleet, SENDER, READER);
    work->fleet.files = LOOP_FILES_MIN;
    fleet_start_ready(&work->fleet, NETWORK_BROKER);
    work->fleet.files = NODE_FILES;
    fleet_start_ready(&work->fleet, SENDER);
    fleet_start_ready(&work->fleet, READER);
    work->fleet.files = LOOP_FILES_MIN; /* for who is started again */
    fleet_wait_connected(&work->fleet, SENDER);
    fleet_wait_connected(&work->fleet, READER);
    fleet_agree(&work->fleet, SENDER, READER);
    work->consent = fleet_consent(&work->fleet, SENDER, "Mevrouw Voorbeeld", READER);
    return 0;
}

static int end(void **state)
{
    struct work *work = *state;

    hang_up_all(work);
    fleet_end(&work->fleet);
    free(work);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(test_a_broker_full_of_strangers_does_not_spin),
            cmocka_unit_test(test_a_flooded_local_socket_does_not_spin),
            cmocka_unit_test(test_a_backup_that_cannot_be_opened_harms_nothing),
            cmocka_unit_test(test_a_node_without_descriptors_loses_nothing),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
