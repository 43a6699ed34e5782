/* unit_loop_local.c - the local socket: who may come in, where it lies, and that nobody
 * takes it from a server that lives. */
#include <errno.h>
#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "tests/loop_world.h"

struct place {
    struct world world;
    char root[80];
    char directory[90];
    char path[100];
};

static int place_new(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    *state = place;
    snprintf(place->root, sizeof place->root, P_tmpdir "/loop-XXXXXX");
    if (mkdtemp(place->root) == NULL)
        return -1;
    snprintf(place->directory, sizeof place->directory, "%s/run", place->root);
    snprintf(place->path, sizeof place->path, "%s/sock", place->directory);
    return 0;
}

static int place_end(void **state)
{
    struct place *place = *state;
    while (place->world.n > 0)
        side_end(place->world.side[--place->world.n]);
    unlink(place->path);
    rmdir(place->directory);
    rmdir(place->root);
    free(place);
    return 0;
}

static struct side *serve(struct place *place, struct err *err)
{
    struct side *side = side_new(&place->world);
    side->link = loop_serve_local(side->loop, place->path, err);
    return side;
}

static struct side *serve_well(struct place *place)
{
    struct err err = {CODE_OK, ""};
    struct side *side = serve(place, &err);
    if (side->link == NULL)
        fail_msg("%s", err.msg);
    return side;
}

static struct side *join(struct place *place)
{
    struct side *side = side_new(&place->world);
    struct err err = {CODE_OK, ""};
    side->link = loop_connect_local(side->loop, place->path, &err);
    assert_non_null(side->link);
    side->link->retry_base_ms = 10;
    return side;
}

static void test_a_local_frame_goes_there_and_back(void **state)
{
    struct place *place = *state;
    struct side *server = serve_well(place);
    server->echo = true;
    struct side *client = join(place);
    WORLD_UNTIL(&place->world, client->n_up == 1);
    assert_int_equal(say(client, 1, "inbox"), SENT_OK);
    WORLD_UNTIL(&place->world, client->n_frames == 1);
    assert_int_equal(server->peer.uid, getuid());
    assert_string_equal(server->peer.user, "");
    assert_int_equal(report_of(server).connections, 1);
    link_cut(server->link, server->peer.conn);
    WORLD_UNTIL(&place->world, server->n_down == 1 && client->n_up == 2);
}

/* One more than it takes is hung up on; who was in stays in. */
static void test_a_crowd_at_a_local_socket_is_bounded(void **state)
{
    struct place *place = *state;
    struct side *server = serve_well(place);
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    int fd[LOOP_LOCAL_CONNS_MAX + 1];

    snprintf(to.sun_path, sizeof to.sun_path, "%s", place->path);
    for (size_t i = 0; i < COUNT_OF(fd); i++) {
        fd[i] = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        assert_int_equal(connect(fd[i], (const struct sockaddr *)&to, sizeof to), 0);
        WORLD_UNTIL(&place->world,
                server->link->n_conns == i + 1 || report_of(server).cut > 0);
    }
    assert_int_equal(report_of(server).cut, 1);
    WORLD_UNTIL(&place->world, server->link->n_conns == LOOP_LOCAL_CONNS_MAX);
    for (size_t i = 0; i < COUNT_OF(fd); i++)
        close(fd[i]);
    WORLD_UNTIL(&place->world, server->link->n_conns == 0);
    struct side *client = join(place);
    WORLD_UNTIL(&place->world, client->n_up == 1);
}

/* libzmq says "look" once and forgets it: a loop that trusts it stands still. Here, and
 * not on a bus, because a bus has other reasons to wake up. */
static void test_a_loop_without_an_alarm_misses_nothing(void **state)
{
    enum { N = 500, LATER_MS = 5000 };
    struct place *place = *state;
    struct side *server = serve_well(place);
    void *zmq = zmq_ctx_new();
    void *raw = zmq_socket(zmq, ZMQ_DEALER);
    assert_int_equal(zmq_connect(raw, link_address(server->link)), 0);
    for (int i = 0; i < N; i++)
        assert_int_equal(zmq_send(raw, "x", 1, 0), 1);
    while (server->n_frames < N && server->n_wakes == 0) {
        loop_wake_at(server->loop, loop_now(server->loop) + LATER_MS);
        assert_true(loop_run(server->loop, NULL));
    }
    int none = 0;
    zmq_setsockopt(raw, ZMQ_LINGER, &none, sizeof none);
    zmq_close(raw);
    zmq_ctx_term(zmq);
    while (server->n_down == 0 && server->n_wakes == 0) {
        loop_wake_at(server->loop, loop_now(server->loop) + LATER_MS);
        assert_true(loop_run(server->loop, NULL));
    }
    assert_int_equal(server->n_wakes, 0);
    assert_int_equal(server->n_frames, N);
}

static void test_a_client_waits_for_a_server_that_starts_later(void **state)
{
    struct place *place = *state;
    struct side *client = join(place);
    WORLD_UNTIL(&place->world, client->link->n_pauses > 0);
    assert_int_equal(report_of(client).failed_handshakes, 0);
    serve_well(place);
    WORLD_UNTIL(&place->world, client->n_up == 1);
}

static void test_a_second_server_does_not_take_the_socket(void **state)
{
    struct place *place = *state;
    struct side *first = serve_well(place);
    struct err err = {CODE_OK, ""};
    struct side *second = serve(place, &err);
    assert_null(second->link);
    assert_int_equal(err.code, ERR_LOCKED);
    /* The first still has its clients. */
    struct side *client = join(place);
    WORLD_UNTIL(&place->world, client->n_up == 1);
    assert_int_equal(say(client, 1, "who is there?"), SENT_OK);
    WORLD_UNTIL(&place->world, first->n_frames == 1);
}

static void test_a_socket_left_behind_is_replaced(void **state)
{
    struct place *place = *state;
    assert_int_equal(mkdir(place->directory, 0750), 0);
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    snprintf(name.sun_path, sizeof name.sun_path, "%s", place->path);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&name, sizeof name), 0);
    assert_int_equal(listen(fd, 1), 0);
    close(fd); /* as a kill leaves it: the file stays */
    serve_well(place);
    struct side *client = join(place);
    WORLD_UNTIL(&place->world, client->n_up == 1);
}

static void test_a_file_that_is_no_socket_is_left_alone(void **state)
{
    struct place *place = *state;
    assert_int_equal(mkdir(place->directory, 0750), 0);
    FILE *file = fopen(place->path, "w");
    assert_non_null(file);
    fclose(file);
    struct err err = {CODE_OK, ""};
    assert_null(serve(place, &err)->link);
    assert_int_equal(err.code, ERR_CONFIG);
    assert_int_equal(access(place->path, F_OK), 0);
}

static void test_the_socket_is_ours_and_our_groups(void **state)
{
    struct place *place = *state;
    mode_t before = umask(0777);
    struct side *server = serve_well(place);
    umask(before);
    struct stat st;
    assert_int_equal(stat(place->directory, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0750);
    assert_int_equal(stat(place->path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0660);
    /* It goes with its server. */
    link_close(server->link);
    WORLD_UNTIL(&place->world, access(place->path, F_OK) != 0);
}

static void test_an_open_directory_is_refused(void **state)
{
    static const mode_t OPEN[] = {0755, 0770, 0777, 0751, 0752, 01777};
    struct place *place = *state;
    assert_int_equal(mkdir(place->directory, 0750), 0);
    for (size_t i = 0; i < COUNT_OF(OPEN); i++) {
        assert_int_equal(chmod(place->directory, OPEN[i]), 0);
        struct side *side = side_new(&place->world);
        struct err err = {CODE_OK, ""};
        assert_null(loop_serve_local(side->loop, place->path, &err));
        assert_int_equal(err.code, ERR_CONFIG);
        assert_non_null(strstr(err.msg, "0750"));
        side_end(side);
        place->world.n--;
    }
}

static void test_wrong_paths_are_refused_in_words(void **state)
{
    struct place *place = *state;
    char longest[200];
    memset(longest, 'x', sizeof longest - 1);
    longest[0] = '/';
    longest[20] = '/';
    longest[sizeof longest - 1] = '\0';
    const char *const wrong[] = {"", "sock", "/sock", longest,
            "/no/such/directory/sock", "/dev/null/sock"};
    struct side *side = side_new(&place->world);
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        struct err err = {CODE_OK, ""};
        assert_null(loop_serve_local(side->loop, wrong[i], &err));
        assert_true(err.code == ERR_CONFIG || err.code == ERR_IO);
        assert_true(err.msg[0] != '\0');
    }
}

/* --- other users; only root can play them --- */

enum { STRANGER = 65533, GROUP = 65532 };

/* In a child that has become another user: connect, say hello, wait for the answer. 0:
 * served, 1: hung up on, else could not try. */
static pid_t other_user(struct place *place, gid_t gid, gid_t more)
{
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    if (setgroups(more != 0, &more) != 0 || setgid(gid) != 0 || setuid(STRANGER) != 0)
        _exit(10);
    char address[160];
    snprintf(address, sizeof address, "ipc://%s", place->path);
    void *zmq = zmq_ctx_new();
    void *socket = zmq_socket(zmq, ZMQ_DEALER);
    int none = 0, never = -1;
    zmq_setsockopt(socket, ZMQ_LINGER, &none, sizeof none);
    zmq_setsockopt(socket, ZMQ_RECONNECT_IVL, &never, sizeof never);
    zmq_socket_monitor(socket, "inproc://events", ZMQ_EVENT_DISCONNECTED);
    void *monitor = zmq_socket(zmq, ZMQ_PAIR);
    zmq_connect(monitor, "inproc://events");
    zmq_connect(socket, address);
    /* Who was hung up on already cannot send any more. */
    zmq_send(socket, "hello", 5, ZMQ_DONTWAIT);
    zmq_pollitem_t items[] = {
            {socket,  0, ZMQ_POLLIN, 0},
            {monitor, 0, ZMQ_POLLIN, 0}
    };
    if (zmq_poll(items, 2, WORLD_PATIENCE_S * 1000) <= 0)
        _exit(11);
    bool served = (items[0].revents & ZMQ_POLLIN) != 0;
    zmq_close(monitor);
    zmq_close(socket);
    zmq_ctx_term(zmq);
    _exit(served ? 0 : 1);
}

static int fate_of(struct place *place, pid_t pid)
{
    int status = 0;
    WORLD_UNTIL(&place->world, waitpid(pid, &status, WNOHANG) == pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void test_other_users_are_judged_by_their_groups(void **state)
{
    struct place *place = *state;
    if (getuid() != 0)
        skip();
    assert_int_equal(chmod(place->root, 0755), 0);
    assert_int_equal(mkdir(place->directory, 0750), 0);
    assert_int_equal(chown(place->directory, 0, GROUP), 0);
    struct side *server = serve_well(place);
    server->echo = true;
    assert_int_equal(fate_of(place, other_user(place, GROUP, 0)), 0);
    assert_int_equal(server->peer.uid, STRANGER);
    assert_int_equal(fate_of(place, other_user(place, STRANGER, GROUP)), 0);
    assert_int_equal(server->n_frames, 2);
    assert_int_equal(report_of(server).cut, 0);
    /* Even when somebody opens the directory later, a stranger is hung up on. */
    assert_int_equal(chmod(place->directory, 0755), 0);
    assert_int_equal(chmod(place->path, 0666), 0);
    assert_int_equal(fate_of(place, other_user(place, STRANGER, 0)), 1);
    assert_int_equal(server->n_frames, 2);
    assert_int_equal(report_of(server).cut, 1);
}

static void test_a_directory_of_another_user_is_refused(void **state)
{
    struct place *place = *state;
    if (getuid() != 0)
        skip();
    assert_int_equal(mkdir(place->directory, 0750), 0);
    assert_int_equal(chown(place->directory, STRANGER, 0), 0);
    struct err err = {CODE_OK, ""};
    assert_null(serve(place, &err)->link);
    assert_int_equal(err.code, ERR_CONFIG);
    assert_non_null(strstr(err.msg, "another user"));
}

/* libzmq's own note of the peer must agree with what the kernel said. */
static void test_a_peer_with_two_names_is_cut(void **state)
{
    static const struct {
        const char *note;
        bool passes;
    } ROWS[] = {
            {":4242:1:77", true },
            {":4243:1:77", false},
            {"127.0.0.1",  false},
            {"",           false},
            {NULL,         false}
    };
    struct place *place = *state;
    struct side *server = serve_well(place);
    struct conn conn = {.fd = 99, .peer.uid = 4242};
    for (size_t i = 0; i < COUNT_OF(ROWS); i++)
        assert_int_equal(local_names(server->link, &conn, ROWS[i].note),
                ROWS[i].passes);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, place_new, place_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(test_a_local_frame_goes_there_and_back),
            TEST(test_a_crowd_at_a_local_socket_is_bounded),
            TEST(test_a_loop_without_an_alarm_misses_nothing),
            TEST(test_a_client_waits_for_a_server_that_starts_later),
            TEST(test_a_second_server_does_not_take_the_socket),
            TEST(test_a_socket_left_behind_is_replaced),
            TEST(test_a_file_that_is_no_socket_is_left_alone),
            TEST(test_the_socket_is_ours_and_our_groups),
            TEST(test_an_open_directory_is_refused),
            TEST(test_wrong_paths_are_refused_in_words),
            TEST(test_other_users_are_judged_by_their_groups),
            TEST(test_a_directory_of_another_user_is_refused),
            TEST(test_a_peer_with_two_names_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
