/* unit_loop_traps.c - what libzmq lets happen and our loop does not: strangers, stolen
 * names, frames lost in silence, messages in parts, revoked partners, a wrong bus key.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "tests/loop_world.h"

/* A raw peer that is let in and has said something. */
static struct raw known_peer(struct world *world, struct side *bus)
{
    struct raw raw = raw_new(bus);
    bus_knows(bus, &raw.public_key);
    raw_connect(&raw, bus);
    raw_say(&raw, "hello", 0);
    size_t frames = bus->n_frames;
    WORLD_UNTIL(world, bus->n_frames == frames + 1);
    return raw;
}

/* --- trap 1: a server without a working ZAP handler accepts unknown keys --- */

static void test_an_unknown_key_is_refused(void **state)
{
    struct world *world = *state;
    struct side *bus = bus_new(world);
    struct raw raw = raw_new(bus);
    raw_connect(&raw, bus);
    WORLD_UNTIL(world, raw_saw(&raw, ZMQ_EVENT_HANDSHAKE_FAILED_AUTH));
    assert_false(raw_saw(&raw, ZMQ_EVENT_HANDSHAKE_SUCCEEDED));
    WORLD_UNTIL(world, bus->link->canary.proven);
    assert_int_equal(report_of(bus).refused_keys, 1); /* the canary does not count */
    raw_end(&raw);
}

static void test_nobody_comes_in_when_the_zap_handler_is_gone(void **state)
{
    struct world *world = *state;
    struct side *bus = bus_new(world);
    WORLD_UNTIL(world, bus->link->canary.proven);
    tap_free(bus->loop->zap);
    bus->loop->zap = NULL;
    struct raw raw = raw_new(bus);
    bus_knows(bus, &raw.public_key);
    raw_connect(&raw, bus);
    WORLD_UNTIL(world, raw_saw(&raw, ZMQ_EVENT_DISCONNECTED));
    assert_false(raw_saw(&raw, ZMQ_EVENT_HANDSHAKE_SUCCEEDED));
    raw_end(&raw);
}

static void test_a_bus_that_admits_the_canary_dies(void **state)
{
    struct world *world = *state;
    struct side *bus = bus_new(world);
    bus->admit_all = true;
    WORLD_UNTIL(world, bus->dead);
    assert_non_null(strstr(bus->err.msg, "nobody knows"));
    assert_int_equal(bus->err.code, ERR_INTERNAL);
}

static void test_a_later_canary_finds_a_bus_that_went_wrong(void **state)
{
    struct world *world = *state;
    struct side *bus = bus_new(world);
    WORLD_UNTIL(world, bus->link->canary.proven);
    uint64_t due = bus->link->canary.due_ms;
    assert_true(due > bus->loop->mono_ms);
    assert_true(due <= bus->loop->mono_ms + LOOP_CANARY_EVERY_MS);
    bus->admit_all = true;
    bus->link->canary.due_ms = bus->loop->mono_ms; /* the minute is over */
    WORLD_UNTIL(world, bus->dead);
    assert_non_null(strstr(bus->err.msg, "nobody knows"));
}

static void test_no_frame_is_taken_before_the_canary_was_refused(void **state)
{
    struct world *world = *state;
    struct side *bus = bus_new(world);
    bus->link->canary.due_ms = 0; /* it does not fly yet */
    struct raw raw = raw_new(bus);
    bus_knows(bus, &raw.public_key);
    raw_connect(&raw, bus);
    WORLD_UNTIL(world, raw_saw(&raw, ZMQ_EVENT_HANDSHAKE_SUCCEEDED));
    raw_say(&raw, "hello", 0);
    WORLD_UNTIL(world, tap_readable(bus->link->tap));
    world_turns(world, 5);
    assert_int_equal(bus->n_frames, 0);
    bus->link->canary.due_ms = bus->loop->mono_ms;
    WORLD_UNTIL(world, bus->n_frames == 1);
    raw_end(&raw);
}

static void test_a_bus_that_cannot_prove_itself_dies(void **state)
{
    struct world *world = *state;
    struct side *bus = bus_new(world);
    bus->link->canary.due_ms = 0;
    bus->link->canary.give_up_ms = bus->loop->mono_ms; /* its time is over */
    WORLD_UNTIL(world, bus->dead);
    assert_non_null(strstr(bus->err.msg, "check of keys"));
}

static void test_a_frame_without_a_user_is_not_handed_on(void **state)
{
    static const uint8_t ROUTE[LOOP_ROUTE_BYTES] = {0, 1, 2, 3, 4};
    struct world *world = *state;
    struct side *bus = bus_new(world);
    zmq_msg_t bare;
    zmq_msg_init_size(&bare, 5);
    struct span route = {ROUTE, sizeof ROUTE};
    struct conn *conn = conn_of_frame(bus->link, route, &bare);
    assert_non_null(conn);
    assert_true(conn->cut);
    assert_int_equal(report_of(bus).cut, 1);
    zmq_msg_close(&bare);
}

static void test_who_has_no_name_is_refused(void **state)
{
    struct world *world = *state;
    struct side *bus = bus_new(world);
    bus->admit_all = bus->nameless = true;
    struct raw raw = raw_new(bus);
    raw_connect(&raw, bus);
    WORLD_UNTIL(world, raw_saw(&raw, ZMQ_EVENT_HANDSHAKE_FAILED_AUTH));
    assert_false(raw_saw(&raw, ZMQ_EVENT_HANDSHAKE_SUCCEEDED));
    raw_end(&raw);
}

/* --- trap 2: routing ids of a peer's own choice, and stolen ones --- */

static void test_a_chosen_routing_id_is_cut(void **state)
{
    static const char *const IDS[] = {"partner-1", "x", "12345"};
    struct world *world = *state;
    struct side *bus = bus_new(world);
    for (size_t i = 0; i < COUNT_OF(IDS); i++) {
        struct raw raw = raw_new(bus);
        bus->n_known = 0;
        bus_knows(bus, &raw.public_key);
        zmq_setsockopt(raw.socket, ZMQ_ROUTING_ID, IDS[i], strlen(IDS[i]));
        raw_connect(&raw, bus);
        raw_say(&raw, "I am another", 0);
        WORLD_UNTIL(world, raw_saw(&raw, ZMQ_EVENT_DISCONNECTED));
        assert_int_equal(bus->n_frames, 0);
        assert_int_equal(report_of(bus).cut, i + 1);
        raw_end(&raw);
    }
}

static void test_handover_is_off(void **state)
{
    struct world *world = *state;
    struct side *bus = bus_new(world);
    struct raw raw[2];
    for (int i = 0; i < 2; i++) {
        raw[i] = raw_new(bus);
        bus_knows(bus, &raw[i].public_key);
        zmq_setsockopt(raw[i].socket, ZMQ_ROUTING_ID, "same", 4);
    }
    raw_connect(&raw[0], bus);
    WORLD_UNTIL(world, raw_saw(&raw[0], ZMQ_EVENT_HANDSHAKE_SUCCEEDED));
    WORLD_UNTIL(world, bus->link->canary.proven);
    raw_connect(&raw[1], bus);
    WORLD_UNTIL(world, raw_saw(&raw[1], ZMQ_EVENT_HANDSHAKE_SUCCEEDED));
    world_turns(world, 10);
    /* The second took nothing from the first: what the first says still comes here, and
     * is cut for its name. */
    raw_say(&raw[0], "hello", 0);
    WORLD_UNTIL(world, raw_saw(&raw[0], ZMQ_EVENT_DISCONNECTED));
    assert_int_equal(report_of(bus).cut, 1);
    raw_end(&raw[0]);
    raw_end(&raw[1]);
}

/* --- trap 3: after polling, the id frame carries no user --- */

static void test_the_user_is_known_after_polling(void **state)
{
    struct world *world = *state;
    struct side *bus = bus_new(world);
    struct raw raw = known_peer(world, bus);
    raw_say(&raw, "again", 0);
    /* Polling fetches the message and makes its id frame afresh. */
    WORLD_UNTIL(world, tap_readable(bus->link->tap) || bus->n_frames == 2);
    WORLD_UNTIL(world, bus->n_frames == 2);
    assert_string_equal(bus->peer.user, "partner-0");
    raw_end(&raw);
}

/* --- trap 4: frames dropped in silence --- */

static void test_a_peer_that_does_not_read_fills_up_and_loses_nothing(void **state)
{
    enum { LEN = 60000, IN_TCP = 1000 };
    static const uint8_t zeros[LEN];
    struct world *world = *state;
    struct side *bus = bus_new(world);
    struct raw raw = raw_new(bus);
    bus_knows(bus, &raw.public_key);
    int one = 1;
    zmq_setsockopt(raw.socket, ZMQ_RCVHWM, &one, sizeof one);
    raw_connect(&raw, bus);
    raw_say(&raw, "hello", 0);
    WORLD_UNTIL(world, bus->n_frames == 1);
    struct span frame = {zeros, LEN};
    size_t n = 0;
    while (n <= LOOP_SEND_QUEUE + IN_TCP &&
            link_send(bus->link, bus->peer.conn, frame) == SENT_OK)
        n++;
    assert_true(n >= LOOP_SEND_QUEUE);
    assert_true(n < LOOP_SEND_QUEUE + IN_TCP);
    assert_int_equal(link_send(bus->link, bus->peer.conn, frame), SENT_FULL);
    assert_int_equal(report_of(bus).frames_out, n);
    int wait = 20000;
    zmq_setsockopt(raw.socket, ZMQ_RCVTIMEO, &wait, sizeof wait);
    static uint8_t got[LEN];
    for (size_t i = 0; i < n; i++)
        assert_int_equal(zmq_recv(raw.socket, got, LEN, 0), LEN);
    raw_end(&raw);
}

static void test_a_client_queues_nothing_while_it_is_down(void **state)
{
    struct world *world = *state;
    struct side *bus = bus_new(world);
    struct side *client = client_new(world, bus);
    assert_int_equal(say(client, 1, "too early"), SENT_GONE);
    bus_knows(bus, box_key_public(client->key));
    WORLD_UNTIL(world, client->n_up == 1);
    assert_int_equal(say(client, 1, "in time"), SENT_OK);
    WORLD_UNTIL(world, bus->n_frames == 1);
    assert_string_equal(bus->text, "in time");
}

static void test_sending_to_nobody_is_told(void **state)
{
    struct side *bus = bus_new(*state);
    assert_int_equal(say(bus, 1, "x"), SENT_GONE);
    assert_int_equal(say(bus, UINT64_MAX, "x"), SENT_GONE);
    assert_int_equal(say(bus, 0, "x"), SENT_GONE);
}

/* --- trap 5: size and parts (unseen ones are in unit_loop_bounds.c) --- */

static void test_a_frame_over_the_limit_is_cut(void **state)
{
    static const uint8_t zeros[4 * WIRE_FRAME_MAX];
    static const size_t SIZES[] = {WIRE_FRAME_MAX + 1, sizeof zeros};
    struct world *world = *state;
    struct side *bus = bus_new(world);
    for (size_t i = 0; i < COUNT_OF(SIZES); i++) {
        bus->n_known = 0;
        struct raw raw = known_peer(world, bus);
        size_t frames = bus->n_frames;
        zmq_send(raw.socket, zeros, SIZES[i], 0);
        WORLD_UNTIL(world, raw_saw(&raw, ZMQ_EVENT_DISCONNECTED));
        WORLD_UNTIL(world, bus->n_down == i + 1);
        assert_int_equal(bus->n_frames, frames);
        raw_end(&raw);
    }
}

/* What ZMTP 3.1 says first, then a frame that is announced with 1 GiB. */
static void test_a_stranger_cannot_announce_a_huge_frame(void **state)
{
    static const uint8_t HUGE_FRAME[64 + 9] = {0xff, [9] = 0x7f, 3, 1, 'C', 'U', 'R',
            'V', 'E', [64] = 0x06, 0, 0, 0, 0, 0x40, 0, 0, 0};
    struct world *world = *state;
    struct side *bus = bus_new(world);
    int silent = plain_connect(bus);
    int fd = plain_connect(bus);
    assert_int_equal(write(fd, HUGE_FRAME, sizeof HUGE_FRAME), sizeof HUGE_FRAME);
    /* The server hangs up before the handshake's time is over: that of who came before
     * and says nothing still runs. */
    WORLD_UNTIL(world, is_closed(fd) || is_closed(silent));
    assert_true(is_closed(fd));
    assert_false(is_closed(silent));
    close(silent);
    close(fd);
    WORLD_UNTIL(world, bus->link->canary.proven);
}

static void test_a_message_in_parts_is_cut(void **state)
{
    struct world *world = *state;
    struct side *bus = bus_new(world);
    struct raw raw = known_peer(world, bus);
    raw_say(&raw, "one", ZMQ_SNDMORE);
    raw_say(&raw, "two", ZMQ_SNDMORE);
    raw_say(&raw, "three", 0);
    raw_say(&raw, "after that", 0);
    WORLD_UNTIL(world, bus->n_down == 1);
    assert_int_equal(bus->n_frames, 1);
    assert_int_equal(report_of(bus).cut, 1);
    WORLD_UNTIL(world, raw_saw(&raw, ZMQ_EVENT_DISCONNECTED));
    raw_end(&raw);
}

/* A bus gone bad may not fill its clients' memory either. */
static void test_a_bus_that_sends_parts_is_cut_by_its_client(void **state)
{
    struct world *world = *state;
    struct side *client = side_new(world);
    void *zmq = zmq_ctx_new();
    void *bus = zmq_socket(zmq, ZMQ_ROUTER);
    int on = 1, none = 0;
    zmq_setsockopt(bus, ZMQ_LINGER, &none, sizeof none);
    zmq_setsockopt(bus, ZMQ_CURVE_SERVER, &on, sizeof on);
    zmq_setsockopt(bus, ZMQ_CURVE_SECRETKEY, box_key_secret(client->key)->b, 32);
    assert_int_equal(zmq_bind(bus, "tcp://127.0.0.1:*"), 0);
    char address[LOOP_ADDRESS_BYTES];
    size_t size = sizeof address;
    zmq_getsockopt(bus, ZMQ_LAST_ENDPOINT, address, &size);
    struct err err;
    client->link = loop_connect_bus(client->loop, address, box_key_public(client->key),
            client->key, &err);
    assert_non_null(client->link);
    client->link->retry_base_ms = 10;
    WORLD_UNTIL(world, client->n_up == 1);
    assert_int_equal(say(client, 1, "hello"), SENT_OK);
    uint8_t route[LOOP_ROUTE_BYTES], text[5];
    assert_int_equal(zmq_recv(bus, route, sizeof route, 0), sizeof route);
    assert_int_equal(zmq_recv(bus, text, sizeof text, 0), sizeof text);
    zmq_send(bus, route, sizeof route, ZMQ_SNDMORE);
    zmq_send(bus, "one", 3, ZMQ_SNDMORE);
    zmq_send(bus, "two", 3, 0);
    WORLD_UNTIL(world, client->n_down == 1);
    assert_int_equal(client->n_frames, 0);
    WORLD_UNTIL(world, client->n_up == 2); /* and tries again */
    zmq_close(bus);
    zmq_ctx_term(zmq);
}

/* --- trap 7: ZAP is asked only at the handshake --- */

static void test_cutting_a_user_ends_its_live_connection(void **state)
{
    struct world *world = *state;
    struct side *bus = bus_new(world);
    struct raw raw = known_peer(world, bus);
    struct raw other = known_peer(world, bus);
    bus->n_known = 0; /* revoked: who comes now is not let in */
    for (int i = 0; i < 20; i++)
        raw_say(&raw, "still there", 0);
    int64_t start_s = world_now_s();
    assert_int_equal(link_cut_user(bus->link, "partner-0"), 1);
    WORLD_UNTIL(world, raw_saw(&raw, ZMQ_EVENT_DISCONNECTED));
    /* Cut, and not found to be silent. */
    assert_true(world_now_s() - start_s < LOOP_HEARTBEAT_DEAD_MS / 1000 - 1);
    WORLD_UNTIL(world, bus->n_down == 1);
    assert_int_equal(bus->n_frames, 2); /* what waited was not handed on */
    assert_false(raw_saw(&other, ZMQ_EVENT_DISCONNECTED));
    assert_int_equal(link_cut_user(bus->link, "partner-0"), 0);
    raw_end(&raw);
    raw_end(&other);
}

static void test_cutting_a_user_ends_a_connection_that_said_nothing(void **state)
{
    struct world *world = *state;
    struct side *bus = bus_new(world);
    struct raw raw = raw_new(bus);
    bus_knows(bus, &raw.public_key);
    raw_connect(&raw, bus);
    WORLD_UNTIL(world, raw_saw(&raw, ZMQ_EVENT_HANDSHAKE_SUCCEEDED));
    WORLD_UNTIL(world, bus->link->canary.proven);
    bus->n_known = 0;
    link_cut_user(bus->link, "partner-0");
    WORLD_UNTIL(world, raw_saw(&raw, ZMQ_EVENT_DISCONNECTED));
    raw_end(&raw);
}

/* What it said waits in the queue, and is not handed on after the cut. */
static void test_the_first_frame_of_who_was_cut_is_not_handed_on(void **state)
{
    struct world *world = *state;
    struct side *bus = bus_new(world);
    WORLD_UNTIL(world, bus->link->canary.proven && bus->link->n_conns == 0);
    bus->link->canary.proven = false; /* nothing is taken for now */
    struct raw raw = raw_new(bus);
    bus_knows(bus, &raw.public_key);
    raw_connect(&raw, bus);
    raw_say(&raw, "hello", 0);
    WORLD_UNTIL(world, tap_readable(bus->link->tap));
    link_cut_user(bus->link, "partner-0");
    WORLD_UNTIL(world, raw_saw(&raw, ZMQ_EVENT_DISCONNECTED));
    bus->link->canary.proven = true;
    WORLD_UNTIL(world, bus->link->taken == 1);
    world_turns(world, 5);
    assert_int_equal(bus->n_frames, 0);
    raw_end(&raw);
}

static void test_a_cut_at_the_start_does_not_end_the_canary(void **state)
{
    struct world *world = *state;
    struct side *bus = bus_new(world);
    WORLD_UNTIL(world, bus->link->n_conns > 0); /* the canary is on its way */
    link_cut_user(bus->link, "partner-0");
    WORLD_UNTIL(world, bus->link->canary.proven);
    assert_false(bus->dead);
}

/* Its descriptor may be somebody else's by now. */
static void test_a_cut_does_not_hit_who_came_after(void **state)
{
    struct world *world = *state;
    struct side *bus = bus_new(world);
    struct raw raw = known_peer(world, bus);
    struct conn *conn = conn_of_number(bus->link, bus->peer.conn);
    assert_non_null(conn);
    conn->inode++;
    link_cut(bus->link, bus->peer.conn);
    world_turns(world, 20);
    assert_false(raw_saw(&raw, ZMQ_EVENT_DISCONNECTED));
    raw_end(&raw);
}

static void test_nothing_of_a_sender_that_was_cut_is_handed_on(void **state)
{
    struct world *world = *state;
    struct side *bus = bus_new(world);
    struct raw raw = known_peer(world, bus);
    bus->cut_sender = true;
    for (int i = 0; i < 50; i++)
        raw_say(&raw, "more", 0);
    WORLD_UNTIL(world, bus->n_down == 1);
    assert_int_equal(bus->n_frames, 2);
    assert_int_equal(report_of(bus).cut, 0);
    raw_end(&raw);
}

/* --- trap 8: a wrong bus key looks like silence --- */

static void test_a_wrong_bus_key_is_counted(void **state)
{
    struct world *world = *state;
    struct side *bus = bus_new(world);
    struct side *other = side_new(world);
    struct side *client = side_new(world);
    bus_knows(bus, box_key_public(client->key));
    struct err err;
    client->link = loop_connect_bus(client->loop, link_address(bus->link),
            box_key_public(other->key), client->key, &err);
    assert_non_null(client->link);
    client->link->retry_base_ms = 10;
    WORLD_UNTIL(world, report_of(client).failed_handshakes >= 3);
    assert_false(report_of(client).up);
    assert_false(report_of(client).refused);
    assert_int_equal(client->n_up, 0);
    client->link->server_pk = *box_key_public(bus->key);
    WORLD_UNTIL(world, client->n_up == 1);
    assert_int_equal(report_of(client).failed_handshakes, 0);
}

static void test_a_client_that_is_not_known_tries_on_and_says_so(void **state)
{
    struct world *world = *state;
    struct side *bus = bus_new(world);
    struct side *client = client_new(world, bus);
    WORLD_UNTIL(world, report_of(client).failed_handshakes >= 2);
    assert_true(report_of(client).refused);
    /* libzmq alone would never come back after a refusal. */
    bus_knows(bus, box_key_public(client->key));
    WORLD_UNTIL(world, client->n_up == 1);
    assert_false(report_of(client).refused);
}

static void test_a_bus_that_is_away_is_no_failed_handshake(void **state)
{
    struct world *world = *state;
    struct side *bus = bus_new(world);
    struct side *client = client_new(world, bus);
    loop_free(bus->loop);
    bus->loop = NULL;
    bus->dead = true;
    WORLD_UNTIL(world, client->link->n_pauses >= 3);
    assert_true(report_of(client).failed_handshakes <= 1);
}

static void test_a_bus_that_stands_still_is_no_failed_handshake(void **state)
{
    struct world *world = *state;
    struct side *client = side_new(world);
    struct sockaddr_in at = {.sin_family = AF_INET};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    socklen_t size = sizeof at;
    assert_int_equal(bind(listener, (const struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(listener, 1), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&at, &size), 0);
    char address[LOOP_ADDRESS_BYTES];
    snprintf(address, sizeof address, "tcp://127.0.0.1:%u", ntohs(at.sin_port));
    struct err err;
    client->link = loop_connect_bus(client->loop, address, box_key_public(client->key),
            client->key, &err);
    assert_non_null(client->link);
    client->link->retry_base_ms = 10;
    static const struct {
        uint64_t silent_ms, failed;
    } ROWS[] = {
            {0,                 1},
            {LOOP_HANDSHAKE_MS, 1},
            {0,                 2}
    };
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        WORLD_UNTIL(world, client->link->only != NULL && client->link->only->fd >= 0);
        client->link->only->since_ms -= ROWS[i].silent_ms;
        int fd = accept(listener, NULL, NULL);
        assert_true(fd >= 0);
        close(fd);
        WORLD_UNTIL(world, client->link->only == NULL || client->link->only->fd < 0);
        assert_int_equal(report_of(client).failed_handshakes, ROWS[i].failed);
    }
    close(listener);
}

static void test_pauses_grow_to_a_minute_and_not_further(void **state)
{
    struct world *world = *state;
    struct side *bus = bus_new(world);
    struct side *client = client_new(world, bus);
    link_close(bus->link);
    world_turns(world, 3);
    client->link->retry_base_ms = LOOP_RECONNECT_MIN_MS;
    client->link->n_pauses = 0;
    uint64_t before = 0;
    for (int i = 0; i < 10; i++) {
        client->link->retry_ms = client->loop->mono_ms;
        WORLD_UNTIL(world, client->link->retry_ms > client->loop->mono_ms);
        uint64_t pause = client->link->retry_ms - client->loop->mono_ms;
        assert_true(pause <= LOOP_RECONNECT_MAX_MS);
        assert_true(
                i == 0 || before >= LOOP_RECONNECT_MAX_MS * 3 / 4 || pause > before);
        before = pause;
    }
    assert_true(before >= LOOP_RECONNECT_MAX_MS * 3 / 4 - 1000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_new, world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(test_an_unknown_key_is_refused),
            TEST(test_nobody_comes_in_when_the_zap_handler_is_gone),
            TEST(test_a_bus_that_admits_the_canary_dies),
            TEST(test_a_later_canary_finds_a_bus_that_went_wrong),
            TEST(test_no_frame_is_taken_before_the_canary_was_refused),
            TEST(test_a_bus_that_cannot_prove_itself_dies),
            TEST(test_a_frame_without_a_user_is_not_handed_on),
            TEST(test_who_has_no_name_is_refused),
            TEST(test_a_chosen_routing_id_is_cut),
            TEST(test_handover_is_off),
            TEST(test_the_user_is_known_after_polling),
            TEST(test_a_peer_that_does_not_read_fills_up_and_loses_nothing),
            TEST(test_a_client_queues_nothing_while_it_is_down),
            TEST(test_sending_to_nobody_is_told),
            TEST(test_a_frame_over_the_limit_is_cut),
            TEST(test_a_stranger_cannot_announce_a_huge_frame),
            TEST(test_a_message_in_parts_is_cut),
            TEST(test_a_bus_that_sends_parts_is_cut_by_its_client),
            TEST(test_cutting_a_user_ends_its_live_connection),
            TEST(test_cutting_a_user_ends_a_connection_that_said_nothing),
            TEST(test_the_first_frame_of_who_was_cut_is_not_handed_on),
            TEST(test_a_cut_at_the_start_does_not_end_the_canary),
            TEST(test_a_cut_does_not_hit_who_came_after),
            TEST(test_nothing_of_a_sender_that_was_cut_is_handed_on),
            TEST(test_a_wrong_bus_key_is_counted),
            TEST(test_a_client_that_is_not_known_tries_on_and_says_so),
            TEST(test_a_bus_that_is_away_is_no_failed_handshake),
            TEST(test_a_bus_that_stands_still_is_no_failed_handshake),
            TEST(test_pauses_grow_to_a_minute_and_not_further),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
