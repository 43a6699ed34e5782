/* unit_loop_bounds.c - how much a peer can make the loop hold: unseen parts, silent
 * connections, strangers, descriptors. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "tests/loop_world.h"

static const uint8_t ZEROS[WIRE_FRAME_MAX];

static void keep(void *data, void *hint)
{
    (void)data;
    (void)hint;
}

/* Send the same bytes without a copy for each part. */
static void send_part(struct raw *raw, int flags)
{
    zmq_msg_t part;
    union {
        const uint8_t *from;
        void *to;
    } bytes = {.from = ZEROS};
    assert_int_equal(zmq_msg_init_data(&part, bytes.to, WIRE_FRAME_MAX, keep, NULL), 0);
    assert_true(zmq_msg_send(&part, raw->socket, flags) >= 0);
}

static struct raw known_peer(struct world *world, struct side *bus)
{
    struct raw raw = raw_new(bus);
    int none = 0;
    zmq_setsockopt(raw.socket, ZMQ_SNDHWM, &none, sizeof none);
    bus_knows(bus, &raw.public_key);
    raw_connect(&raw, bus);
    raw_say(&raw, "hello", 0);
    WORLD_UNTIL(world, bus->n_frames == 1);
    return raw;
}

static void test_parts_that_are_never_seen_are_bounded(void **state)
{
    enum { PARTS = 600 };
    struct world *world = *state;
    struct side *bus = bus_new(world);
    struct raw raw = known_peer(world, bus);
    uint64_t taken = bus->link->taken;
    uint64_t most = 0;
    for (int i = 0; i < PARTS; i++)
        send_part(&raw, i < PARTS - 1 ? ZMQ_SNDMORE : 0);
    int64_t start_s = world_now_s();
    while (bus->n_down == 0) {
        world_patience(start_s);
        world_turns(world, 1);
        for (size_t fd = 0; fd < bus->link->n_by_fd; fd++) {
            const struct conn *conn = bus->link->by_fd[fd];
            if (conn != NULL && conn->measured > most)
                most = conn->measured;
        }
    }
    /* Cut while the message was still coming: it was never there to be taken. */
    assert_true(bus->link->taken == taken);
    assert_int_equal(report_of(bus).cut, 1);
    assert_true(most < (uint64_t)PARTS * WIRE_FRAME_MAX / 4);
    WORLD_UNTIL(world, raw_saw(&raw, ZMQ_EVENT_DISCONNECTED));
    raw_end(&raw);
}

static void test_an_honest_peer_may_send_much_at_once(void **state)
{
    enum { FRAMES = 100 };
    struct world *world = *state;
    struct side *bus = bus_new(world);
    struct raw raw = known_peer(world, bus);
    for (int i = 0; i < FRAMES; i++)
        send_part(&raw, 0);
    WORLD_UNTIL(world, bus->n_frames == 1 + FRAMES);
    assert_int_equal(report_of(bus).cut, 0);
    raw_end(&raw);
}

static void test_an_honest_peer_is_not_cut_while_we_are_busy(void **state)
{
    enum { FRAMES = 2 * LOOP_RECV_QUEUE };
    struct world *world = *state;
    struct side *bus = bus_new(world);
    struct raw raw = known_peer(world, bus);
    for (int i = 0; i < FRAMES; i++)
        send_part(&raw, 0);
    /* The queue in front of us has filled up; then we look, before we take. */
    bus->link->canary.proven = false;
    bus->link->canary.due_ms = 0;
    const struct conn *conn = conn_of_number(bus->link, bus->peer.conn);
    assert_non_null(conn);
    enum { BEHIND = LOOP_RECV_QUEUE * 3 / 4 };
    WORLD_UNTIL(world, conn->measured > (uint64_t)BEHIND * WIRE_FRAME_MAX);
    world_turns(world, 20);
    bus->link->canary.proven = true;
    WORLD_UNTIL(world, bus->n_frames == 1 + FRAMES);
    assert_int_equal(report_of(bus).cut, 0);
    raw_end(&raw);
}

static void test_heartbeats_are_no_unseen_bytes(void **state)
{
    struct world *world = *state;
    struct side *bus = bus_new(world);
    enum { FRAMES = 10, TEN_DAYS_S = 10 * 86400, BYTES_A_SECOND = 9 };
    struct raw raw = known_peer(world, bus);
    for (int i = 0; i < FRAMES; i++)
        send_part(&raw, 0);
    WORLD_UNTIL(world, bus->n_frames == 1 + FRAMES && bus->link->bounds.n_busy == 0);
    struct conn *conn = conn_of_number(bus->link, bus->peer.conn);
    assert_non_null(conn);
    /* Ten days on: the clock has moved, and of the bytes received many were pings. */
    assert_true(conn->accounted > TEN_DAYS_S * BYTES_A_SECOND);
    conn->accounted -= TEN_DAYS_S * BYTES_A_SECOND;
    conn->since_ms -= TEN_DAYS_S * UINT64_C(1000);
    bus->link->bounds.sweep_ms = bus->loop->mono_ms;
    world_turns(world, 5);
    assert_false(conn->cut);
    /* The next frame settles the account. */
    raw_say(&raw, "again", 0);
    WORLD_UNTIL(world, bus->n_frames == 2 + FRAMES);
    assert_true(conn->accounted >= conn->measured);
    raw_end(&raw);
}

static void test_a_crowd_of_strangers_shares_a_bound(void **state)
{
    /* The greeting of ZMTP 3.1, then a frame that is announced with 1 MiB. */
    static const uint8_t HEAD[64 + 9] = {0xff, [9] = 0x7f, 3, 1, 'C', 'U', 'R', 'V',
            'E', [64] = 0x06, 0, 0, 0, 0, 0, 0x10, 0, 0};
    enum { STRANGERS = 60, BYTES = 1000000, A_TURN = 10000 };
    struct world *world = *state;
    struct side *bus = bus_new(world);
    WORLD_UNTIL(world, bus->link->canary.proven);
    int fd[STRANGERS];
    size_t sent[STRANGERS] = {0};
    for (int i = 0; i < STRANGERS; i++) {
        fd[i] = plain_connect(bus);
        assert_int_equal(write(fd[i], HEAD, sizeof HEAD), sizeof HEAD);
    }
    uint64_t most = 0;
    /* Each alone is within its rights; together they are too much. */
    int64_t start_s = world_now_s();
    while (report_of(bus).cut == 0) {
        world_patience(start_s);
        for (int i = 0; i < STRANGERS; i++) {
            size_t some = BYTES - sent[i] < A_TURN ? BYTES - sent[i] : A_TURN;
            ssize_t n = send(fd[i], ZEROS, some, MSG_DONTWAIT | MSG_NOSIGNAL);
            sent[i] += n > 0 ? (size_t)n : 0;
        }
        world_turns(world, 1);
        if (bus->link->bounds.unseen > most)
            most = bus->link->bounds.unseen;
    }
    assert_true(most < STRANGERS * (uint64_t)BYTES);
    for (int i = 0; i < STRANGERS; i++)
        close(fd[i]);
    WORLD_UNTIL(world, bus->link->n_conns == 0);
    assert_true(bus->link->bounds.unseen == 0);
    assert_true(bus->link->bounds.n_busy == 0);
}

static void test_a_connection_that_shakes_no_hands_is_closed(void **state)
{
    struct world *world = *state;
    struct side *bus = bus_new(world);
    int fd = plain_connect(bus);
    int64_t start_s = world_now_s();
    WORLD_UNTIL(world, is_closed(fd));
    /* Not at once; how soon after its time is a matter of how busy the machine is. */
    assert_true(world_now_s() - start_s >= LOOP_HANDSHAKE_MS / 1000 - 1);
    close(fd);
}

static void test_a_member_that_says_nothing_is_cut(void **state)
{
    struct world *world = *state;
    struct side *bus = bus_new(world);
    struct raw raw = raw_new(bus);
    bus_knows(bus, &raw.public_key);
    raw_connect(&raw, bus);
    WORLD_UNTIL(world, raw_saw(&raw, ZMQ_EVENT_HANDSHAKE_SUCCEEDED));
    WORLD_UNTIL(world, bus->link->canary.proven && bus->link->n_conns == 1);
    for (size_t fd = 0; fd < bus->link->n_by_fd; fd++) {
        if (bus->link->by_fd[fd] != NULL)
            bus->link->by_fd[fd]->since_ms -= LOOP_FIRST_FRAME_MS;
    }
    bus->link->bounds.sweep_ms = bus->loop->mono_ms;
    WORLD_UNTIL(world, raw_saw(&raw, ZMQ_EVENT_DISCONNECTED));
    assert_int_equal(bus->n_down, 0); /* the program never knew of it */
    raw_end(&raw);
}

static void test_every_socket_has_its_limits(void **state)
{
    static const struct {
        int option, value;
    } LIMITS[] = {
            {ZMQ_SNDHWM,            LOOP_SEND_QUEUE       },
            {ZMQ_HANDSHAKE_IVL,     LOOP_HANDSHAKE_MS     },
            {ZMQ_HEARTBEAT_IVL,     LOOP_HEARTBEAT_MS     },
            {ZMQ_HEARTBEAT_TIMEOUT, LOOP_HEARTBEAT_DEAD_MS},
            {ZMQ_LINGER,            0                     },
    };
    struct world *world = *state;
    struct side *bus = bus_new(world);
    struct side *client = client_new(world, bus);
    void *const sockets[] = {bus->link->tap->socket, client->link->tap->socket};
    for (size_t s = 0; s < COUNT_OF(sockets); s++) {
        for (size_t i = 0; i < COUNT_OF(LIMITS); i++) {
            int value = -1;
            size_t size = sizeof value;
            zmq_getsockopt(sockets[s], LIMITS[i].option, &value, &size);
            assert_int_equal(value, LIMITS[i].value);
        }
        int64_t most = 0;
        size_t size = sizeof most;
        zmq_getsockopt(sockets[s], ZMQ_MAXMSGSIZE, &most, &size);
        assert_int_equal(most, WIRE_FRAME_MAX + LOOP_WIRE_EXTRA);
    }
    int enforced = 0;
    size_t size = sizeof enforced;
    zmq_getsockopt(sockets[0], ZMQ_ZAP_ENFORCE_DOMAIN, &enforced, &size);
    assert_int_equal(enforced, 1);
}

/* --- descriptors --- */

static void test_a_full_table_shuts_the_door_for_a_while(void **state)
{
    enum { ROOM = 20 };
    struct world *world = *state;
    struct side *bus = bus_new(world);
    struct raw raw = known_peer(world, bus);
    WORLD_UNTIL(world, bus->link->canary.proven);
    WORLD_UNTIL(world, bus->link->n_conns == 1);
    int lowest = dup(STDERR_FILENO);
    close(lowest);
    bus->link->bounds.fd_max = lowest + ROOM;
    int fd[ROOM];
    int n = 0;
    while (bus->link->bounds.open_ms == 0 && n < ROOM) {
        fd[n++] = plain_connect(bus);
        size_t before = bus->link->n_conns;
        WORLD_UNTIL(world, bus->link->n_conns != before || report_of(bus).cut > 0);
    }
    assert_true(n > 1);
    WORLD_UNTIL(world, is_closed(fd[n - 1]));
    assert_true(bus->link->bounds.open_ms > 0);
    assert_int_equal(report_of(bus).cut, 1);
    assert_false(is_closed(fd[0]));
    assert_false(raw_saw(&raw, ZMQ_EVENT_DISCONNECTED)); /* who was in stays in */
    /* The kernel does not answer now: a connect must wait. */
    int knock = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    struct sockaddr_in to = {.sin_family = AF_INET};
    to.sin_port = htons((uint16_t)atoi(strrchr(link_address(bus->link), ':') + 1));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(connect(knock, (const struct sockaddr *)&to, sizeof to), -1);
    assert_int_equal(errno, EINPROGRESS);
    assert_int_equal(connect(knock, (const struct sockaddr *)&to, sizeof to), -1);
    assert_int_equal(errno, EALREADY);
    close(knock);
    while (n > 0)
        close(fd[--n]);
    WORLD_UNTIL(world, bus->link->bounds.open_ms == 0);
    bus->link->bounds.fd_max = LOOP_FILES_MIN;
    struct side *client = client_new(world, bus);
    bus_knows(bus, box_key_public(client->key));
    WORLD_UNTIL(world, client->n_up == 1);
    raw_end(&raw);
}

/* Run in a child of its own, because a limit once lowered stays low. */
static int in_child(int (*run)(void))
{
    pid_t pid = fork();
    if (pid == 0)
        _exit(run());
    int status = -1;
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

enum { CANNOT_TRY = 10 }; /* under valgrind, limits are not ours to set */

static int serve_with(rlim_t soft, rlim_t hard)
{
    struct rlimit limit = {soft, hard};
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
        return CANNOT_TRY;
    struct err err = {CODE_OK, ""};
    if (!hash_start(&err))
        return 11;
    struct loop *loop = loop_new(&(struct loop_app){0}, &err);
    struct box_key *key = box_key_new(&err);
    struct link *link = loop_serve_bus(loop, "tcp://127.0.0.1:*", key, &err);
    int result = link != NULL ? 0 : err.code == ERR_CONFIG ? 1 : 12;
    if (result == 1 && strstr(err.msg, "files") == NULL)
        result = 13;
    if (result == 0 &&
            (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur != hard))
        result = 14;
    loop_free(loop);
    box_key_free(key);
    return result;
}

static int serve_with_too_few(void)
{
    return serve_with(LOOP_FILES_MIN - 1, LOOP_FILES_MIN - 1);
}

static int serve_with_a_low_soft_limit(void)
{
    return serve_with(256, LOOP_FILES_MIN);
}

static void test_a_bus_with_too_few_files_does_not_start(void **state)
{
    (void)state;
    int result = in_child(serve_with_too_few);
    if (result == CANNOT_TRY)
        skip();
    assert_int_equal(result, 1);
    assert_int_equal(in_child(serve_with_a_low_soft_limit), 0);
}

/* libzmq would end the process; so it is not even asked. */
static int dial_without_files(void)
{
    struct err err = {CODE_OK, ""};
    struct loop *loop = loop_new(&(struct loop_app){0}, &err);
    int lowest = dup(STDERR_FILENO);
    struct rlimit before, few;

    if (loop == NULL || getrlimit(RLIMIT_NOFILE, &before) != 0)
        return CANNOT_TRY;
    /* The loop itself is made by now: what is open stays open. */
    few = before;
    few.rlim_cur = (rlim_t)lowest + LOOP_DIAL_FILES;
    if (setrlimit(RLIMIT_NOFILE, &few) != 0)
        return CANNOT_TRY;
    struct link *link = loop_connect_local(loop, "/run/nobody/listens", &err);
    int result = link == NULL && err.code == ERR_IO ? 1 : 12;
    if (setrlimit(RLIMIT_NOFILE, &before) != 0)
        result = 13;
    close(lowest);
    loop_free(loop);
    return result;
}

static int serve_locally_with_too_few(void)
{
    const rlim_t few = LOOP_LOCAL_FILES_MIN - 1;
    struct rlimit limit = {few, few};
    struct err err = {CODE_OK, ""};

    if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
        return CANNOT_TRY;
    struct loop *loop = loop_new(&(struct loop_app){0}, &err);
    struct link *link = loop_serve_local(loop, "/run/nobody/listens", &err);
    int result = link == NULL && err.code == ERR_CONFIG ? 1 : 12;
    loop_free(loop);
    return result;
}

static void test_nothing_is_dialled_without_files(void **state)
{
    (void)state;
    int dialled = in_child(dial_without_files);
    int served = in_child(serve_locally_with_too_few);
    if (dialled == CANNOT_TRY || served == CANNOT_TRY)
        skip();
    assert_int_equal(dialled, 1);
    assert_int_equal(served, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_new, world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(test_parts_that_are_never_seen_are_bounded),
            TEST(test_an_honest_peer_may_send_much_at_once),
            TEST(test_an_honest_peer_is_not_cut_while_we_are_busy),
            TEST(test_heartbeats_are_no_unseen_bytes),
            TEST(test_a_crowd_of_strangers_shares_a_bound),
            TEST(test_a_connection_that_shakes_no_hands_is_closed),
            TEST(test_a_member_that_says_nothing_is_cut),
            TEST(test_every_socket_has_its_limits),
            TEST(test_a_full_table_shuts_the_door_for_a_while),
            cmocka_unit_test(test_a_bus_with_too_few_files_does_not_start),
            cmocka_unit_test(test_nothing_is_dialled_without_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
