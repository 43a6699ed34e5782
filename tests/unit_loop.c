/* unit_loop.c - the turn, the alarm, the ends of a loop, and frames there and back. */
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "tests/loop_world.h"

/* A bus that echoes, and a client that is up. */
static void begin(struct world *world, struct side **bus, struct side **client)
{
    *bus = bus_new(world);
    *client = client_new(world, *bus);
    bus_knows(*bus, box_key_public((*client)->key));
    WORLD_UNTIL(world, (*client)->n_up == 1);
}

static void test_a_frame_goes_there_and_back(void **state)
{
    struct world *world = *state;
    struct side *bus, *client;
    begin(world, &bus, &client);
    bus->echo = true;
    assert_true(report_of(client).up);
    assert_int_equal(client->n_frames, 0);
    assert_int_equal(say(client, 1, "good morning"), SENT_OK);
    WORLD_UNTIL(world, client->n_frames == 1);
    assert_string_equal(bus->text, "good morning");
    assert_string_equal(bus->peer.user, "partner-0");
    assert_int_equal(client->peer.conn, 1);
    assert_int_equal(client->bytes, strlen("good morning"));
    struct link_report report = report_of(bus);
    assert_int_equal(report.connections, 1);
    assert_int_equal(report.frames_in, 1);
    assert_int_equal(report.frames_out, 1);
    assert_int_equal(report.cut, 0);
}

static void test_frames_of_every_size_pass(void **state)
{
    static const uint8_t zeros[WIRE_FRAME_MAX];
    static const size_t SIZES[] = {0, 1, 4096, 65536, 1 << 20, WIRE_FRAME_MAX};
    struct world *world = *state;
    struct side *bus, *client;
    begin(world, &bus, &client);
    bus->echo = true;
    size_t sum = 0;
    for (size_t i = 0; i < COUNT_OF(SIZES); i++) {
        sum += SIZES[i];
        struct span frame = {zeros, SIZES[i]};
        assert_int_equal(link_send(client->link, 1, frame), SENT_OK);
        WORLD_UNTIL(world, client->n_frames == i + 1);
        assert_int_equal(client->bytes, sum);
    }
    assert_int_equal(report_of(bus).cut, 0);
}

/* Bytes that a link's connections have received. */
static uint64_t bytes_waiting(const struct link *link)
{
    uint64_t sum = 0;
    for (size_t fd = 0; fd < link->n_by_fd; fd++)
        sum += link->by_fd[fd] == NULL ? 0 : link->by_fd[fd]->measured;
    return sum;
}

enum { MANY = LOOP_RECV_QUEUE, MANY_BYTES = 2000 };

/* Two clients fill their queues before the first of their frames is taken; each of them
 * costs so much. */
static struct side *take_many(struct world *world, uint64_t frame_us)
{
    static const uint8_t zeros[MANY_BYTES];
    struct side *bus, *one;
    begin(world, &bus, &one);
    struct side *two = client_new(world, bus);
    bus_knows(bus, box_key_public(two->key));
    WORLD_UNTIL(world, two->n_up == 1 && bus->link->canary.proven);
    /* The link is shut until more waits than one turn may take. */
    bus->link->canary.proven = false;
    for (int i = 0; i < MANY; i++) {
        struct span frame = {zeros, MANY_BYTES};
        assert_int_equal(link_send(one->link, 1, frame), SENT_OK);
        assert_int_equal(link_send(two->link, 1, frame), SENT_OK);
    }
    WORLD_UNTIL(world, bytes_waiting(bus->link) > (uint64_t)2 * MANY * MANY_BYTES);
    assert_int_equal(bus->n_frames, 0);
    assert_false(bus->backlog);
    bus->frame_us = frame_us;
    bus->link->canary.proven = true;
    WORLD_UNTIL(world, bus->n_frames == (size_t)2 * MANY);
    assert_true(bus->backlog);
    assert_false(loop_backlog(bus->loop));
    return bus;
}

static void test_a_turn_takes_a_bounded_number_of_frames(void **state)
{
    const struct side *bus = take_many(*state, 0);
    /* Unless this process itself was held up. */
    assert_true(bus->most_frames_a_turn == LOOP_FRAMES_A_TURN || bus->held_up);
    assert_true(bus->most_frames_a_turn <= LOOP_FRAMES_A_TURN);
}

static void test_a_turn_of_frames_that_cost_much_ends_soon(void **state)
{
    enum { FEW = 4 };
    const struct side *bus = take_many(*state, LOOP_TAKE_US / FEW);
    assert_in_range(bus->most_frames_a_turn, 1, FEW);
}

static void test_the_alarm_rings_when_due_and_not_before(void **state)
{
    enum { WAIT_MS = 20, US_A_MS = 1000 };
    struct world *world = *state;
    struct side *side = side_new(world);
    int64_t due = loop_now(side->loop) + WAIT_MS;
    uint64_t begun_us = loop_monotonic_us(side->loop);
    loop_wake_at(side->loop, due);
    assert_true(loop_run(side->loop, NULL));
    assert_int_equal(side->n_wakes, 1);
    /* The machine's clock may have been put back or forward meanwhile: then the other
     * clock says that the time has passed, or the machine's own that it is due. */
    uint64_t waited_us = loop_monotonic_us(side->loop) - begun_us;
    bool waited = waited_us >= (uint64_t)WAIT_MS * US_A_MS;
    assert_true(loop_now(side->loop) >= due || waited);
    assert_int_equal(side->n_turns, 1);
    /* A later call replaces an earlier one, and 0 switches it off. */
    loop_wake_at(side->loop, loop_now(side->loop) + 10);
    loop_wake_at(side->loop, 0);
    assert_int_equal(side->loop->alarm_ms, 0);
    loop_wake_at(side->loop, loop_now(side->loop) + 3600000);
    loop_wake_at(side->loop, loop_now(side->loop));
    assert_true(loop_run(side->loop, NULL));
    assert_int_equal(side->n_wakes, 2);
}

static void test_a_signal_ends_the_run(void **state)
{
    static const int SIGNALS[] = {SIGTERM, SIGINT};
    struct side *side = side_new(*state);
    for (size_t i = 0; i < COUNT_OF(SIGNALS); i++) {
        raise(SIGNALS[i]);
        assert_true(loop_run(side->loop, NULL));
    }
    /* A peer that hangs up must not end the process. */
    raise(SIGPIPE);
}

static void test_stop_before_the_run_ends_it_at_once(void **state)
{
    struct side *side = side_new(*state);
    loop_stop(side->loop);
    assert_true(loop_run(side->loop, NULL));
    assert_int_equal(side->n_turns, 0);
}

static void test_a_dead_loop_sends_nothing_and_says_why(void **state)
{
    struct world *world = *state;
    struct side *bus, *client;
    begin(world, &bus, &client);
    bus->echo = bus->die = true;
    size_t turns = bus->n_turns;
    assert_int_equal(say(client, 1, "one"), SENT_OK);
    WORLD_UNTIL(world, bus->dead);
    assert_int_equal(bus->err.code, ERR_IO);
    assert_string_equal(bus->err.msg, "the disk is gone");
    assert_int_equal(say(bus, bus->peer.conn, "never"), SENT_GONE);
    assert_int_equal(report_of(bus).frames_out, 0);
    assert_true(bus->n_turns == turns || bus->n_frames == 1);
    assert_int_equal(bus->n_todo, 1); /* its turn had no end */
    assert_false(loop_run(bus->loop, &bus->err));
    world_turns(world, 5);
    assert_int_equal(client->n_frames, 0);
}

static void test_the_end_of_a_connection_is_told_once(void **state)
{
    struct world *world = *state;
    struct side *bus, *client;
    begin(world, &bus, &client);
    assert_int_equal(say(client, 1, "last words"), SENT_OK);
    WORLD_UNTIL(world, bus->n_frames == 1);
    uint64_t conn = bus->peer.conn;
    assert_int_equal(say(bus, conn, "heard"), SENT_OK);
    WORLD_UNTIL(world, client->n_frames == 1);
    side_end(client);
    world->n--;
    WORLD_UNTIL(world, bus->n_down == 1);
    assert_true(bus->down == conn);
    assert_int_equal(say(bus, conn, "too late"), SENT_GONE);
    assert_int_equal(report_of(bus).connections, 0);
    world_turns(world, 5);
    assert_int_equal(bus->n_down, 1);
}

static void test_frames_of_a_peer_that_left_are_still_taken(void **state)
{
    struct world *world = *state;
    struct side *bus = bus_new(world);
    struct raw raw = raw_new(bus);
    bus_knows(bus, &raw.public_key);
    raw_connect(&raw, bus);
    WORLD_UNTIL(world, raw_saw(&raw, ZMQ_EVENT_HANDSHAKE_SUCCEEDED));
    int wait = -1;
    zmq_setsockopt(raw.socket, ZMQ_LINGER, &wait, sizeof wait);
    for (int i = 0; i < 3; i++)
        raw_say(&raw, "bye", 0);
    /* Returns when all is written and the connection closed; the bus has not looked. */
    raw_end(&raw);
    WORLD_UNTIL(world, bus->n_down == 1);
    assert_int_equal(bus->n_frames, 3);
    assert_string_equal(bus->peer.user, "partner-0");
}

static void test_a_client_comes_back_by_itself(void **state)
{
    struct world *world = *state;
    struct side *bus, *client;
    begin(world, &bus, &client);
    assert_int_equal(say(client, 1, "one"), SENT_OK);
    WORLD_UNTIL(world, bus->n_frames == 1);
    uint64_t first = bus->peer.conn;
    link_cut(bus->link, first);
    assert_int_equal(say(bus, first, "gone"), SENT_GONE);
    WORLD_UNTIL(world, client->n_up == 2);
    assert_int_equal(client->n_down, 1);
    assert_int_equal(bus->n_down, 1);
    assert_int_equal(say(client, 1, "two"), SENT_OK);
    WORLD_UNTIL(world, bus->n_frames == 2);
    assert_true(bus->peer.conn != first);
    assert_int_equal(report_of(bus).cut, 0); /* our own wish, no broken rule */
}

static void test_a_client_finds_a_bus_that_started_again(void **state)
{
    struct world *world = *state;
    struct side *bus, *client;
    begin(world, &bus, &client);
    char address[LOOP_ADDRESS_BYTES];
    snprintf(address, sizeof address, "%s", link_address(bus->link));
    assert_int_equal(strncmp(address, "tcp://127.0.0.1:", 16), 0);
    loop_free(bus->loop);
    bus->loop = NULL;
    world->side[0] = client;
    world->n = 1;
    WORLD_UNTIL(world, client->n_down == 1);
    assert_int_equal(say(client, 1, "anybody there?"), SENT_GONE);
    struct side *again = side_new(world);
    bus_knows(again, box_key_public(client->key));
    struct err err;
    again->link = loop_serve_bus(again->loop, address, bus->key, &err);
    assert_non_null(again->link);
    WORLD_UNTIL(world, client->n_up == 2);
    side_end(bus);
}

static void test_a_link_can_be_closed_inside_a_handler(void **state)
{
    struct world *world = *state;
    struct side *bus, *client;
    begin(world, &bus, &client);
    client->close_link = bus->echo = true;
    for (int i = 0; i < 5; i++)
        assert_int_equal(say(client, 1, "x"), SENT_OK);
    WORLD_UNTIL(world, bus->n_down == 1);
    assert_int_equal(client->n_frames, 1);
    assert_null(client->loop->links);
}

static void test_two_connections_of_one_partner_are_told_apart(void **state)
{
    struct world *world = *state;
    struct side *bus, *one;
    begin(world, &bus, &one);
    struct side *two = side_new(world);
    struct err err;
    two->link = loop_connect_bus(two->loop, link_address(bus->link),
            box_key_public(bus->key), one->key, &err);
    assert_non_null(two->link);
    WORLD_UNTIL(world, two->n_up == 1);
    assert_int_equal(say(one, 1, "one"), SENT_OK);
    WORLD_UNTIL(world, bus->n_frames == 1);
    uint64_t first = bus->peer.conn;
    assert_string_equal(bus->peer.user, "partner-0");
    assert_int_equal(say(two, 1, "two"), SENT_OK);
    WORLD_UNTIL(world, bus->n_frames == 2);
    assert_string_equal(bus->peer.user, "partner-0");
    assert_true(bus->peer.conn != first);
    assert_int_equal(say(bus, first, "to one"), SENT_OK);
    assert_int_equal(say(bus, bus->peer.conn, "to two"), SENT_OK);
    WORLD_UNTIL(world, one->n_frames == 1 && two->n_frames == 1);
    assert_string_equal(one->text, "to one");
    assert_string_equal(two->text, "to two");
}

static void test_wrong_addresses_are_refused_in_words(void **state)
{
    static const char *const WRONG[] = {"", "tcp://", "tcp://127.0.0.1:notaport",
            "http://127.0.0.1:1", "tcp://192.0.2.1:1", "nonsense"};
    struct side *side = side_new(*state);
    for (size_t i = 0; i < COUNT_OF(WRONG); i++) {
        struct err err = {CODE_OK, ""};
        assert_null(loop_serve_bus(side->loop, WRONG[i], side->key, &err));
        assert_int_equal(err.code, ERR_CONFIG);
        assert_true(err.msg[0] != '\0');
    }
    struct err err = {CODE_OK, ""};
    char longest[LOOP_ADDRESS_BYTES + 1];
    memset(longest, 'x', sizeof longest);
    longest[LOOP_ADDRESS_BYTES] = '\0';
    struct link *link = loop_connect_bus(side->loop, longest, box_key_public(side->key),
            side->key, &err);
    assert_null(link);
    assert_int_equal(err.code, ERR_CONFIG);
}

static void test_an_address_in_use_is_refused(void **state)
{
    struct world *world = *state;
    struct side *bus = bus_new(world);
    struct side *other = side_new(world);
    struct err err = {CODE_OK, ""};
    assert_null(loop_serve_bus(other->loop, link_address(bus->link), other->key, &err));
    assert_int_equal(err.code, ERR_LOCKED);
}

static void test_systemd_hears_that_the_loop_lives(void **state)
{
    struct side *side = side_new(*state);
    char directory[] = P_tmpdir "/loop-XXXXXX";
    assert_non_null(mkdtemp(directory));
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    snprintf(name.sun_path, sizeof name.sun_path, "%s/notify", directory);
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&name, sizeof name), 0);
    setenv("NOTIFY_SOCKET", name.sun_path, 1);
    setenv("WATCHDOG_USEC", "60000", 1);
    loop_ready(side->loop);
    static const char *const WORDS[] = {"READY=1", "WATCHDOG=1", "STOPPING=1"};
    size_t heard[COUNT_OF(WORDS)] = {0};
    int64_t start_s = world_now_s();
    while (heard[1] < 2) {
        world_patience(start_s);
        loop_wake_at(side->loop, loop_now(side->loop) + 40);
        assert_true(loop_run(side->loop, NULL));
        char word[WORLD_LOG_BYTES] = "";
        while (recv(fd, word, sizeof word - 1, MSG_DONTWAIT) > 0) {
            size_t i = 0;
            while (strncmp(word, WORDS[i], strlen(WORDS[i])) != 0)
                assert_true(++i < COUNT_OF(WORDS));
            heard[i]++;
        }
    }
    assert_int_equal(heard[0], 1);
    assert_true(heard[2] > 0);
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
    close(fd);
    unlink(name.sun_path);
    rmdir(directory);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_new, world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(test_a_frame_goes_there_and_back),
            TEST(test_frames_of_every_size_pass),
            TEST(test_a_turn_takes_a_bounded_number_of_frames),
            TEST(test_a_turn_of_frames_that_cost_much_ends_soon),
            TEST(test_the_alarm_rings_when_due_and_not_before),
            TEST(test_a_signal_ends_the_run),
            TEST(test_stop_before_the_run_ends_it_at_once),
            TEST(test_a_dead_loop_sends_nothing_and_says_why),
            TEST(test_the_end_of_a_connection_is_told_once),
            TEST(test_frames_of_a_peer_that_left_are_still_taken),
            TEST(test_a_client_comes_back_by_itself),
            TEST(test_a_client_finds_a_bus_that_started_again),
            TEST(test_a_link_can_be_closed_inside_a_handler),
            TEST(test_two_connections_of_one_partner_are_told_apart),
            TEST(test_wrong_addresses_are_refused_in_words),
            TEST(test_an_address_in_use_is_refused),
            TEST(test_systemd_hears_that_the_loop_lives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
