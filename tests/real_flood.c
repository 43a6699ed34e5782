/* real_flood.c - members and strangers that send too much, send what cannot be read, or
 * never read, against a broker that runs: each is bounded or cut, and all the while an
 * honest member is served. (What the loop alone must withstand is in unit_loop_*.c.) */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zmq.h>

#include "core/hash.h"
#include "tests/fleet_ledger.h"
#include "tests/honest.h"

enum {
    GARBAGE_FRAMES = 16, /* frames that cannot be read, before a member is cut */
    PARTS = 600,         /* of 1 MiB each */
    PART_BYTES = 1024 * 1024,
    DEAF_LETTERS = 1500,
    DEAF_LETTER_BYTES = 60000,
    DEAF_QUESTIONS = 3000,
    STORM_CONNECTIONS = 1500,
    STORM_STRANGERS = 100,
    SILENT_CONNECTIONS = 50,
};

#define EVIL "vals"
#define DEAF "doof"

struct work {
    struct fleet fleet;
    struct honest honest;
};

/* ------------------------------------------------------------- too much, or not
 * readable */

/* A member that comes in through a relay, so that anything can stand in its stream. */
static void come_in_by(struct relay *relay, struct bus_peer *peer, struct work *work)
{
    peer_begin(peer, &work->fleet, EVIL);
    relay_begin(relay, peer);
    peer_open(peer);
    peer_connect(peer);
    while (!peer_saw(peer, ZMQ_EVENT_HANDSHAKE_SUCCEEDED))
        relay_turn(relay);
}

static void test_a_frame_of_1_gib_is_cut_at_its_head(void **state)
{
    /* ZMTP 3.1: a long message, and its length in eight bytes. */
    static const uint8_t head[] = {0x02, 0, 0, 0, 0, 0x40, 0, 0, 0};
    static const uint8_t zeros[65536];
    struct work *work = *state;
    struct bus_peer peer;
    struct relay relay;

    come_in_by(&relay, &peer, work);
    bool open = relay_pour(&relay, SPAN_OF(head), sizeof head) &&
                relay_pour(&relay, SPAN_OF(zeros), (uint64_t)1 << 30);
    assert_false(open);
    /* What the kernel's buffers took, and no more. */
    assert_true(relay.n_sent < (uint64_t)1 << 26);
    honest_is_bounded(&work->honest);
    relay_end(&relay);
    peer_end(&peer);
    honest_still_served(&work->honest);
}

static void test_noise_in_the_stream_is_cut(void **state)
{
    struct work *work = *state;
    uint8_t noise[4096];
    struct bus_peer peer;
    struct relay relay;

    come_in_by(&relay, &peer, work);
    hash_random(noise, sizeof noise);
    noise[0] = 0x00; /* a short message of 16 bytes, which no box opens */
    noise[1] = 16;
    assert_false(relay_pour(&relay, SPAN_OF(noise), (uint64_t)1 << 24));
    relay_end(&relay);
    peer_end(&peer);
    honest_still_served(&work->honest);
}

static void keep(void *data, void *hint)
{
    (void)data;
    (void)hint;
}

/* The parts of a message lie in the memory of who takes it until the last one is there;
 * so this one has parts without end. They share their bytes, so that only the broker's
 * memory is at stake. */
static void test_a_flood_of_parts_is_cut(void **state)
{
    static uint8_t bytes[PART_BYTES];
    struct work *work = *state;
    struct bus_peer peer;
    zmq_msg_t part;

    peer_begin(&peer, &work->fleet, EVIL);
    peer_open(&peer);
    peer_option(&peer, ZMQ_SNDHWM, 0);
    peer_connect(&peer);
    peer_hello(&peer, EVIL, 30, 0);
    assert_string_equal(peer_welcome(&peer)->code, "");
    for (int i = 0; i < PARTS; i++) {
        assert_int_equal(zmq_msg_init_data(&part, bytes, sizeof bytes, keep, NULL), 0);
        assert_true(
                zmq_msg_send(&part, peer.socket, i < PARTS - 1 ? ZMQ_SNDMORE : 0) >= 0);
    }
    peer_wait_cut(&peer);
    honest_is_bounded(&work->honest);
    peer_end(&peer);
    honest_still_served(&work->honest);
}

static void test_frames_that_cannot_be_read_end_in_a_cut(void **state)
{
    struct work *work = *state;
    uint8_t noise[100];
    size_t before = 0, after = 0;
    struct bus_peer peer;

    free(fleet_log(&work->fleet, NETWORK_BROKER, &before));
    peer_begin(&peer, &work->fleet, EVIL);
    peer_join(&peer, 40);
    for (int i = 0; i < GARBAGE_FRAMES - 1; i++) {
        hash_random(noise, sizeof noise);
        peer_say_bytes(&peer, SPAN_OF(noise));
    }
    assert_true(honest_probe(&peer));
    peer_say_bytes(&peer, SPAN_OF(noise));
    peer_wait_cut(&peer);
    peer_end(&peer);
    honest_still_served(&work->honest);
    free(fleet_log(&work->fleet, NETWORK_BROKER, &after));
    assert_true(after - before < GARBAGE_FRAMES / 2);
}

/* ------------------------------------------------------------- who does not read */

static void test_a_peer_that_never_reads_is_bounded(void **state)
{
    struct work *work = *state;
    const struct credit credit = {.letters = UINT32_MAX, .bytes = INT64_MAX};
    const struct sync sync = {.since = 0};
    struct bus_peer peer;

    peer_begin(&peer, &work->fleet, DEAF);
    peer_open(&peer);
    peer_option(&peer, ZMQ_RCVHWM, 1);
    peer_option(&peer, ZMQ_RCVBUF, 4096);
    peer_option(&peer, ZMQ_SNDHWM, 0);
    peer_connect(&peer);
    peer_hello(&peer, DEAF, 1, 0);
    /* All that waits for it, and questions without end. */
    for (int i = 0; i < DEAF_QUESTIONS && !peer_saw(&peer, ZMQ_EVENT_DISCONNECTED);
            i++) {
        peer_say(&peer, &(struct frame){.v = 1, .credit = &credit});
        peer_say(&peer, &(struct frame){.v = 1, .sync = &sync});
    }
    honest_still_served(&work->honest);
    honest_is_bounded(&work->honest);
    /* Nothing of its mail is lost by that: what was not acknowledged waits on. */
    assert_true(fleet_status(&work->fleet, NETWORK_BROKER)->letters_waiting >=
                DEAF_LETTERS);
    peer_end(&peer);
    honest_still_served(&work->honest);
}

/* ------------------------------------------------------------- storms */

static int dial(const struct work *work)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    unsigned port = 0;

    sscanf(work->fleet.network.address, "tcp://127.0.0.1:%u", &port);
    to.sin_port = htons((uint16_t)port);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

/* Has the other side hung up? What it says first is read and forgotten. */
static bool has_hung_up(int fd)
{
    uint8_t bytes[256];
    ssize_t n = 1;

    while (n > 0)
        n = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
    return n == 0 || errno != EAGAIN;
}

static void test_a_storm_of_handshakes_is_weathered(void **state)
{
    static const uint8_t greeting[] = {0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 1};
    struct work *work = *state;
    struct bus_peer strangers[STORM_STRANGERS], member;

    for (size_t i = 0; i < COUNT_OF(strangers); i++) {
        peer_begin(&strangers[i], &work->fleet, NULL);
        peer_open(&strangers[i]);
        peer_connect(&strangers[i]);
    }
    for (int i = 0; i < STORM_CONNECTIONS; i++) {
        int fd = dial(work);
        send(fd, greeting, sizeof greeting, MSG_NOSIGNAL);
        close(fd);
    }
    peer_begin(&member, &work->fleet, EVIL);
    peer_join(&member, 50);
    peer_end(&member);
    for (size_t i = 0; i < COUNT_OF(strangers); i++) {
        FLEET_UNTIL(&work->fleet,
                peer_saw(&strangers[i],
                        ZMQ_EVENT_HANDSHAKE_FAILED_AUTH | ZMQ_EVENT_DISCONNECTED));
        peer_end(&strangers[i]);
    }
    honest_is_bounded(&work->honest);
    honest_still_served(&work->honest);
}

static void test_connections_that_say_nothing_are_closed(void **state)
{
    struct work *work = *state;
    int fds[SILENT_CONNECTIONS];

    for (size_t i = 0; i < COUNT_OF(fds); i++)
        fds[i] = dial(work);
    honest_still_served(&work->honest);
    for (size_t i = 0; i < COUNT_OF(fds); i++) {
        FLEET_UNTIL(&work->fleet, has_hung_up(fds[i]));
        close(fds[i]);
    }
    honest_still_served(&work->honest);
}

static int begin(void **state)
{
    static const struct network_partner partners[] = {
            {HONEST, PARTNER_TYPE_HOMECARE},
            {EVIL,   PARTNER_TYPE_LDC     },
            {DEAF,   PARTNER_TYPE_LDC     },
    };
    struct work *work = calloc(1, sizeof *work);

    assert_non_null(work);
    *state = work;
    fleet_begin(&work->fleet, partners, COUNT_OF(partners));
    fleet_fill_mailbox(&work->fleet, EVIL, DEAF, DEAF_LETTERS, DEAF_LETTER_BYTES);
    fleet_start_ready(&work->fleet, NETWORK_BROKER);
    honest_begin(&work->honest, &work->fleet);
    return 0;
}

static int end(void **state)
{
    struct work *work = *state;

    fleet_end(&work->fleet);
    free(work);
    return 0;
}

/* The last test: the honest member noticed nothing of all this. */
static void test_an_honest_member_was_served_all_the_while(void **state)
{
    struct work *work = *state;

    honest_end(&work->honest);
    assert_int_equal(fleet_stop(&work->fleet, NETWORK_BROKER), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(test_a_frame_of_1_gib_is_cut_at_its_head),
            cmocka_unit_test(test_noise_in_the_stream_is_cut),
            cmocka_unit_test(test_a_flood_of_parts_is_cut),
            cmocka_unit_test(test_frames_that_cannot_be_read_end_in_a_cut),
            cmocka_unit_test(test_a_peer_that_never_reads_is_bounded),
            cmocka_unit_test(test_a_storm_of_handshakes_is_weathered),
            cmocka_unit_test(test_connections_that_say_nothing_are_closed),
            cmocka_unit_test(test_an_honest_member_was_served_all_the_while),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
