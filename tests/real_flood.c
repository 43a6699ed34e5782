/* real_flood.c - members and strangers that send too much, send what cannot be read, or
 * never read, against a broker that runs: each is bounded or cut. (What the loop alone
 * must withstand is in unit_loop_*.c.) */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zmq.h>

#include "core/hash.h"
#include "core/signed.h"
#include "core/time.h"
#include "core/vocab.h"
#include "core/wire.h"
#include "tests/fleet_ledger.h"
#include "tests/siege.h"

enum {
    GARBAGE_FRAMES = 16, /* frames that cannot be read, before a member is cut */
    PARTS = 600,         /* of 1 MiB each */
    PART_BYTES = 1024 * 1024,
    DEAF_LETTERS = 1500,
    DEAF_LETTER_BYTES = 60000,
    DEAF_QUESTIONS = 3000,
    STORM_CONNECTIONS = 1500,
    STORM_STRANGERS = 100,
    STORM_VISITS = 60,
    STORM_WORDS = 1500,
    STORM_LINES = 100, /* of the log that all these may cost */
    STORM_PAUSE = 100, /* answers that are read at once */
    SILENT_CONNECTIONS = 50,
};

#define EVIL "vals"
#define DEAF "doof"

/* ------------------------------------------------------------- not readable */

/* A member that comes in through a relay, so that anything can stand in its stream. */
static void come_in_by(struct relay *relay, struct bus_peer *peer, struct siege *siege)
{
    peer_begin(peer, &siege->fleet, EVIL);
    relay_begin(relay, peer);
    peer_open(peer);
    peer_connect(peer);
    while (!peer_saw(peer, ZMQ_EVENT_HANDSHAKE_SUCCEEDED))
        relay_turn(relay);
}

static const char *a_frame_of_1_gib(struct siege *siege)
{
    /* ZMTP 3.1: a long message, and its length in eight bytes. */
    static const uint8_t head[] = {0x02, 0, 0, 0, 0, 0x40, 0, 0, 0};
    static const uint8_t zeros[65536];
    struct bus_peer peer;
    struct relay relay;

    come_in_by(&relay, &peer, siege);
    bool open = relay_pour(&relay, SPAN_OF(head), sizeof head) &&
                relay_pour(&relay, SPAN_OF(zeros), (uint64_t)1 << 30);
    /* What the kernel's buffers took, and no more. */
    bool little = relay.n_sent < (uint64_t)1 << 26;
    honest_is_bounded(&siege->honest);
    relay_end(&relay);
    peer_end(&peer);
    return !open && little ? CUT_OFF : "let through";
}

static const char *noise_in_the_stream(struct siege *siege)
{
    uint8_t noise[4096];
    struct bus_peer peer;
    struct relay relay;

    come_in_by(&relay, &peer, siege);
    hash_random(noise, sizeof noise);
    noise[0] = 0x00; /* a short message of 16 bytes, which no box opens */
    noise[1] = 16;
    bool open = relay_pour(&relay, SPAN_OF(noise), (uint64_t)1 << 24);
    relay_end(&relay);
    peer_end(&peer);
    return open ? "let through" : CUT_OFF;
}

static void keep(void *data, void *hint)
{
    (void)data;
    (void)hint;
}

/* The parts of a message lie in the memory of who takes it until the last one is there;
 * so this one has parts without end. They share their bytes, so that only the broker's
 * memory is at stake. */
static const char *a_flood_of_parts(struct siege *siege)
{
    static uint8_t bytes[PART_BYTES];
    struct bus_peer peer;
    zmq_msg_t part;

    peer_begin(&peer, &siege->fleet, EVIL);
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
    honest_is_bounded(&siege->honest);
    peer_end(&peer);
    return CUT_OFF;
}

/* One frame of random bytes. */
static void say_noise(struct bus_peer *peer, size_t len)
{
    uint8_t *noise = malloc(len);

    assert_non_null(noise);
    hash_random(noise, len);
    peer_say_bytes(peer, (struct span){noise, len});
    free(noise);
}

static const char *a_frame_too_long(struct siege *siege)
{
    struct bus_peer peer;

    peer_begin(&peer, &siege->fleet, EVIL);
    peer_join(&peer, 31);
    say_noise(&peer, WIRE_FRAME_MAX + 1);
    peer_wait_cut(&peer);
    peer_end(&peer);
    return CUT_OFF;
}

static const char *a_frame_as_long_as_may_be(struct siege *siege)
{
    struct bus_peer peer;

    peer_begin(&peer, &siege->fleet, EVIL);
    peer_join(&peer, 32);
    say_noise(&peer, WIRE_FRAME_MAX);
    bool served = honest_probe(&peer);
    peer_end(&peer);
    return served ? SERVED : CUT_OFF;
}

static const char *unreadable_frames(struct siege *siege)
{
    size_t before = 0, after = 0;
    struct bus_peer peer;

    free(fleet_log(&siege->fleet, NETWORK_BROKER, &before));
    peer_begin(&peer, &siege->fleet, EVIL);
    peer_join(&peer, 40);
    for (int i = 0; i < GARBAGE_FRAMES - 1; i++)
        say_noise(&peer, 100);
    assert_true(honest_probe(&peer));
    say_noise(&peer, 100);
    peer_wait_cut(&peer);
    peer_end(&peer);
    free(fleet_log(&siege->fleet, NETWORK_BROKER, &after));
    return after - before < GARBAGE_FRAMES / 2 ? CUT_OFF : "a full log";
}

/* ------------------------------------------------------------- who does not read */

static const char *never_reads(struct siege *siege)
{
    const struct credit credit = {.letters = UINT32_MAX, .bytes = INT64_MAX};
    const struct sync sync = {.since = 0};
    struct bus_peer peer;

    peer_begin(&peer, &siege->fleet, DEAF);
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
    honest_still_served(&siege->honest);
    honest_is_bounded(&siege->honest);
    /* Nothing of its mail is lost by that: what was not acknowledged waits on. */
    bool kept = fleet_status(&siege->fleet, NETWORK_BROKER)->letters_waiting >=
                DEAF_LETTERS;
    peer_end(&peer);
    return kept ? "kept" : "lost";
}

/* ------------------------------------------------------------- storms */

static int dial(const struct siege *siege)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    unsigned port = 0;

    sscanf(siege->fleet.network.address, "tcp://127.0.0.1:%u", &port);
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

static const char *storm_of_handshakes(struct siege *siege)
{
    static const uint8_t greeting[] = {0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 1};
    struct bus_peer strangers[STORM_STRANGERS], member;

    for (size_t i = 0; i < COUNT_OF(strangers); i++) {
        peer_begin(&strangers[i], &siege->fleet, NULL);
        peer_open(&strangers[i]);
        peer_connect(&strangers[i]);
    }
    for (int i = 0; i < STORM_CONNECTIONS; i++) {
        int fd = dial(siege);
        send(fd, greeting, sizeof greeting, MSG_NOSIGNAL);
        close(fd);
    }
    peer_begin(&member, &siege->fleet, EVIL);
    peer_join(&member, 50);
    bool served = honest_probe(&member);
    peer_end(&member);
    for (size_t i = 0; i < COUNT_OF(strangers); i++) {
        FLEET_UNTIL(&siege->fleet,
                peer_saw(&strangers[i],
                        ZMQ_EVENT_HANDSHAKE_FAILED_AUTH | ZMQ_EVENT_DISCONNECTED));
        peer_end(&strangers[i]);
    }
    return served ? SERVED : CUT_OFF;
}

static const char *silent_connections(struct siege *siege)
{
    int fds[SILENT_CONNECTIONS];

    for (size_t i = 0; i < COUNT_OF(fds); i++)
        fds[i] = dial(siege);
    honest_still_served(&siege->honest);
    for (size_t i = 0; i < COUNT_OF(fds); i++) {
        FLEET_UNTIL(&siege->fleet, has_hung_up(fds[i]));
        close(fds[i]);
    }
    return CUT_OFF;
}

/* A member that comes and goes as fast as it can. */
static const char *storm_of_visits(struct siege *siege)
{
    struct bus_peer peer;

    for (uint64_t i = 0; i < STORM_VISITS; i++) {
        peer_begin(&peer, &siege->fleet, EVIL);
        peer_join(&peer, 100 + i);
        peer_end(&peer);
    }
    return SERVED;
}

/* Welcome, and with a queue that has no end. */
static void storm_begin(struct siege *siege, struct bus_peer *peer)
{
    peer_begin(peer, &siege->fleet, EVIL);
    peer_open(peer);
    peer_option(peer, ZMQ_SNDHWM, 0);
    peer_connect(peer);
    peer_hello(peer, EVIL, (uint64_t)fleet_now_ms(), 0);
    assert_string_equal(peer_welcome(peer)->code, "");
}

/* Things that the broker must verify, look up and write down, without a pause. */
static const char *storm_of_words(struct siege *siege, const struct frame *frame)
{
    struct bus_peer peer;

    storm_begin(siege, &peer);
    bool served = true;
    for (int i = 0; i < STORM_WORDS && served; i++) {
        peer_say(&peer, frame);
        /* It reads the answers, else it would be cut for that. */
        served = i % STORM_PAUSE != 0 || honest_probe(&peer);
    }
    peer_end(&peer);
    return served ? SERVED : CUT_OFF;
}

static const char *storm_of_publications(struct siege *siege)
{
    static const uint8_t nothing[] = {8, 6, 18, 4, 'v', 'a', 'l', 's'};
    static const struct span thing = {nothing, sizeof nothing};
    static const struct publish publish = {.submission_id = {{1}},
            .things = &thing,
            .n_things = 1};

    return storm_of_words(siege, &(struct frame){.v = 1, .publish = &publish});
}

static const char *storm_of_puts(struct siege *siege)
{
    static const struct put put = {.submission_id = {{1}}, .mode = MODE_DIRECT};

    return storm_of_words(siege, &(struct frame){.v = 1, .put = &put});
}

/* Each is another one: a consent that nobody has heard of is taken back. */
static const char *storm_of_withdrawals(struct siege *siege)
{
    struct err err = {.code = CODE_OK};
    struct bus_peer peer;

    storm_begin(siege, &peer);
    bool served = true;
    for (int i = 0; i < STORM_WORDS && served; i++) {
        struct withdrawal body = {.v = 1,
                .at_ms = (uint64_t)fleet_now_ms(),
                .by = EVIL,
                .reason = WITHDRAWAL_REASON_PERSON_ASKED};
        struct withdraw withdraw;
        struct span packed;
        hash_random(&body.consent_id, sizeof body.consent_id);
        arena_reset(&peer.arena, 0);
        network_must(wire_put_arena(&WIRE_WITHDRAWAL, &body, &peer.arena, &packed,
                             &err) &&
                             signed_make(EVIL, peer.identity, KIND_WITHDRAWAL, packed,
                                     &peer.arena, &withdraw.withdrawal, &err),
                "a withdrawal", &err);
        peer_say(&peer, &(struct frame){.v = 1, .withdraw = &withdraw});
        served = i % STORM_PAUSE != 0 || honest_probe(&peer);
    }
    peer_end(&peer);
    return served ? SERVED : CUT_OFF;
}

/* Each says another number of its own: a line of the log for each would fill the disk.
 */
static const char *storm_of_hellos(struct siege *siege)
{
    struct bus_peer peer;
    size_t before = 0, after = 0;

    storm_begin(siege, &peer);
    uint64_t incarnation = (uint64_t)fleet_now_ms();
    free(fleet_log(&siege->fleet, NETWORK_BROKER, &before));
    bool served = true;
    for (uint64_t i = 1; i <= STORM_WORDS && served; i++) {
        peer_hello(&peer, EVIL, incarnation + i, 0);
        served = peer_welcome(&peer)->code[0] == '\0';
    }
    free(fleet_log(&siege->fleet, NETWORK_BROKER, &after));
    peer_end(&peer);
    return !served ? CUT_OFF : after - before > STORM_LINES ? "fills the log" : SERVED;
}

/* ------------------------------------------------------------- the table */

/* clang-format off */
static const struct assault ROWS[] = {
    {"a frame of 1 GiB",             "announces a frame of 1 GiB and pours it",                  CUT_OFF, a_frame_of_1_gib},
    {"noise in the stream",          "sends what no box opens",                                  CUT_OFF, noise_in_the_stream},
    {"a flood of parts",             "sends a message in parts without end",                     CUT_OFF, a_flood_of_parts},
    {"a frame that is too long",     "sends a frame one byte longer than may be",                CUT_OFF, a_frame_too_long},
    {"a frame as long as may be",    "sends the longest frame, of random bytes",                 SERVED,  a_frame_as_long_as_may_be},
    {"frames that cannot be read",   "sends random bytes until it is enough",                    CUT_OFF, unreadable_frames},
    {"a peer that never reads",      "asks for everything and reads nothing",                    "kept",  never_reads},
    {"a storm of handshakes",        "comes as many strangers at once, and hangs up",            SERVED,  storm_of_handshakes},
    {"connections that say nothing", "opens connections and waits",                              CUT_OFF, silent_connections},
    {"a storm of visits",            "comes and goes as fast as it can",                         SERVED,  storm_of_visits},
    {"a storm of hellos",            "greets anew without a pause",                              SERVED,  storm_of_hellos},
    {"a storm of publications",      "publishes what cannot be read, without a pause",           SERVED,  storm_of_publications},
    {"a storm of puts",              "puts nothing, without a pause",                            SERVED,  storm_of_puts},
    {"a storm of withdrawals",       "takes back consents that nobody has heard of",             SERVED,  storm_of_withdrawals},
};
/* clang-format on */

static void fill_the_deaf_mailbox(struct fleet *fleet)
{
    fleet_fill_mailbox(fleet, EVIL, DEAF, DEAF_LETTERS, DEAF_LETTER_BYTES);
}

int main(void)
{
    static const struct network_partner partners[] = {
            {EVIL, PARTNER_TYPE_LDC},
            {DEAF, PARTNER_TYPE_LDC},
    };

    return siege_run("too much, not readable, never read", partners, COUNT_OF(partners),
            fill_the_deaf_mailbox, ROWS, COUNT_OF(ROWS));
}
