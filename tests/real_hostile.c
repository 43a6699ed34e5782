/* real_hostile.c - strangers, and members that lie about who they are or are out,
 * against a broker that runs: each is refused or cut, and all the while an honest
 * member is served. (What the loop alone must withstand is in unit_loop_*.c.) */
#include <stdio.h>
#include <stdlib.h>
#include <zmq.h>

#include "tests/honest.h"

enum { CUT_MS = 1000 /* who is out is cut within this */ };

#define EVIL    "vals"
#define LEAVER  "weg"
#define SUSPECT "verdacht"

struct work {
    struct fleet fleet;
    struct honest honest;
};

/* ------------------------------------------------------------- who comes in */

static void test_an_unknown_key_is_refused(void **state)
{
    struct work *work = *state;
    struct bus_peer peer;

    peer_begin(&peer, &work->fleet, NULL);
    peer_open(&peer);
    peer_connect(&peer);
    FLEET_UNTIL(&work->fleet, peer_saw(&peer, ZMQ_EVENT_HANDSHAKE_FAILED_AUTH));
    assert_false(peer_saw(&peer, ZMQ_EVENT_HANDSHAKE_SUCCEEDED));
    peer_end(&peer);
    honest_still_served(&work->honest);
}

static void test_a_hello_in_another_name_is_refused(void **state)
{
    struct work *work = *state;
    struct bus_peer peer;

    peer_begin(&peer, &work->fleet, EVIL);
    peer_come_in(&peer);
    peer_hello(&peer, HONEST, 1000, 0);
    assert_string_equal(peer_welcome(&peer)->code, "E_AUTH");
    /* And it has not become a session: the next frame is its last. */
    peer_say(&peer, &(struct frame){.v = 1, .sync = &(struct sync){.since = 1}});
    peer_wait_cut(&peer);
    peer_end(&peer);
    honest_still_served(&work->honest);
}

static void test_a_frame_before_the_hello_is_cut(void **state)
{
    struct work *work = *state;
    const struct credit credit = {.letters = 10, .bytes = 1000000};
    struct bus_peer peer;

    peer_begin(&peer, &work->fleet, EVIL);
    peer_come_in(&peer);
    peer_say(&peer, &(struct frame){.v = 1, .credit = &credit});
    peer_wait_cut(&peer);
    assert_false(peer_get(&peer, 0));
    peer_end(&peer);
    honest_still_served(&work->honest);
}

/* A routing id says nothing about who somebody is; a chosen one ends the connection. */
static void test_a_stolen_routing_id_wins_nothing(void **state)
{
    struct work *work = *state;
    struct bus_peer peer;

    peer_begin(&peer, &work->fleet, EVIL);
    peer_open(&peer);
    assert_int_equal(zmq_setsockopt(peer.socket, ZMQ_ROUTING_ID, HONEST,
                             strlen(HONEST)),
            0);
    peer_connect(&peer);
    peer_hello(&peer, EVIL, 1, 0);
    peer_wait_cut(&peer);
    assert_false(peer_get(&peer, 0));
    peer_end(&peer);
    honest_still_served(&work->honest);
}

static void test_of_two_connections_the_newest_wins(void **state)
{
    struct work *work = *state;
    struct bus_peer first, second, late;

    peer_begin(&first, &work->fleet, EVIL);
    peer_begin(&second, &work->fleet, EVIL);
    peer_begin(&late, &work->fleet, EVIL);
    peer_join(&first, 10);
    peer_join(&second, 11);
    peer_wait_cut(&first);
    peer_come_in(&late);
    peer_hello(&late, EVIL, 9, 0);
    assert_string_equal(peer_welcome(&late)->code, "E_CONFLICT");
    assert_true(honest_probe(&second));
    peer_end(&first);
    peer_end(&second);
    peer_end(&late);
    honest_still_served(&work->honest);
}

static void test_a_wrong_clock_is_told(void **state)
{
    static const int64_t minutes[] = {-6, 6, -4, 4};
    struct work *work = *state;
    struct bus_peer peer;

    for (size_t i = 0; i < COUNT_OF(minutes); i++) {
        peer_begin(&peer, &work->fleet, EVIL);
        peer_come_in(&peer);
        peer_hello(&peer, EVIL, 20 + i, minutes[i] * 60000);
        assert_string_equal(peer_welcome(&peer)->code, i < 2 ? "E_CLOCK" : "");
        peer_end(&peer);
    }
    honest_still_served(&work->honest);
}

/* ------------------------------------------------------------- who goes out */

/* ZAP is asked only at the handshake: a member that is out must lose the connection
 * that it has. */
static void test_a_suspended_member_is_cut_at_once(void **state)
{
    struct work *work = *state;
    struct suspend order = {.partner = SUSPECT, .reason = "its keys may be stolen"};
    const struct request request = {.suspend = &order};
    struct bus_peer peer;

    peer_begin(&peer, &work->fleet, SUSPECT);
    peer_join(&peer, 1);
    fleet_must(&work->fleet, NETWORK_BROKER, &request, "");
    assert_true(peer_wait_cut(&peer) < CUT_MS);
    peer_open(&peer);
    peer_connect(&peer);
    FLEET_UNTIL(&work->fleet, peer_saw(&peer, ZMQ_EVENT_HANDSHAKE_FAILED_AUTH));
    order = (struct suspend){.partner = SUSPECT, .lift = true};
    fleet_must(&work->fleet, NETWORK_BROKER, &request, "");
    peer_join(&peer, 2);
    peer_end(&peer);
    honest_still_served(&work->honest);
}

static void test_a_revoked_member_is_cut_at_once(void **state)
{
    struct work *work = *state;
    struct load_bundle order = {{0}};
    const struct request request = {.load_bundle = &order};
    struct bus_peer peer;
    size_t len = 0;

    peer_begin(&peer, &work->fleet, LEAVER);
    peer_join(&peer, 1);
    network_revoke(&work->fleet.network, LEAVER, fleet_now_ms());
    uint8_t *bundle = network_bundle(&work->fleet.network, &len);
    order.bundle = (struct span){bundle, len};
    fleet_must(&work->fleet, NETWORK_BROKER, &request, "");
    assert_true(peer_wait_cut(&peer) < CUT_MS);
    peer_open(&peer);
    peer_connect(&peer);
    FLEET_UNTIL(&work->fleet, peer_saw(&peer, ZMQ_EVENT_HANDSHAKE_FAILED_AUTH));
    peer_end(&peer);
    free(bundle);
    honest_still_served(&work->honest);
}

static int begin(void **state)
{
    static const struct network_partner partners[] = {
            {HONEST,  PARTNER_TYPE_HOMECARE},
            {EVIL,    PARTNER_TYPE_LDC     },
            {LEAVER,  PARTNER_TYPE_LDC     },
            {SUSPECT, PARTNER_TYPE_LDC     },
    };
    struct work *work = calloc(1, sizeof *work);

    assert_non_null(work);
    *state = work;
    fleet_begin(&work->fleet, partners, COUNT_OF(partners));
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
            cmocka_unit_test(test_an_unknown_key_is_refused),
            cmocka_unit_test(test_a_hello_in_another_name_is_refused),
            cmocka_unit_test(test_a_frame_before_the_hello_is_cut),
            cmocka_unit_test(test_a_stolen_routing_id_wins_nothing),
            cmocka_unit_test(test_of_two_connections_the_newest_wins),
            cmocka_unit_test(test_a_wrong_clock_is_told),
            cmocka_unit_test(test_a_suspended_member_is_cut_at_once),
            cmocka_unit_test(test_a_revoked_member_is_cut_at_once),
            cmocka_unit_test(test_an_honest_member_was_served_all_the_while),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
