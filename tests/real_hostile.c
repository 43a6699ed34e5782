/* real_hostile.c - strangers, and members that lie about who they are or are out,
 * against a broker that runs. (What the loop alone must withstand is in unit_loop_*.c;
 * what a member may say wrong, in sim_evil_*.c.) */
#include <stdio.h>
#include <stdlib.h>
#include <zmq.h>

#include "tests/siege.h"

#define EVIL    "vals"
#define LEAVER  "weg"
#define SUSPECT "verdacht"

static const struct credit CREDIT = {.letters = 10, .bytes = 1000000};

/* ------------------------------------------------------------- who comes in */

static const char *unknown_key(struct siege *siege)
{
    struct bus_peer peer;

    peer_begin(&peer, &siege->fleet, NULL);
    const char *answer = siege_refused(siege, &peer);
    peer_end(&peer);
    return answer;
}

/* It knows the broker under a key of its own: it must not take it for the broker. */
static const char *wrong_broker(struct siege *siege)
{
    struct bus_peer peer, other;

    peer_begin(&peer, &siege->fleet, EVIL);
    peer_begin(&other, &siege->fleet, NULL);
    peer.broker = *box_key_public(other.transport);
    peer_open(&peer);
    peer_connect(&peer);
    FLEET_UNTIL(&siege->fleet,
            peer_saw(&peer, ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL |
                                    ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL |
                                    ZMQ_EVENT_DISCONNECTED));
    bool in = peer_saw(&peer, ZMQ_EVENT_HANDSHAKE_SUCCEEDED);
    peer_end(&peer);
    peer_end(&other);
    return in ? "let in" : REFUSED;
}

static const char *another_name(struct siege *siege)
{
    static char answer[40];
    struct bus_peer peer;

    peer_begin(&peer, &siege->fleet, EVIL);
    peer_come_in(&peer);
    snprintf(answer, sizeof answer, "%s", siege_hello(&peer, HONEST, 1000, 0));
    /* And it has not become a session: the next frame is its last. */
    peer_say(&peer, &(struct frame){.v = 1, .sync = &(struct sync){.since = 1}});
    peer_wait_cut(&peer);
    peer_end(&peer);
    return answer;
}

static const char *before_hello(struct siege *siege)
{
    struct bus_peer peer;

    peer_begin(&peer, &siege->fleet, EVIL);
    peer_come_in(&peer);
    peer_say(&peer, &(struct frame){.v = 1, .credit = &CREDIT});
    const char *answer = siege_cut(&peer);
    bool told = peer_get(&peer, 0);
    peer_end(&peer);
    return told ? "told something" : answer;
}

/* A routing id says nothing about who somebody is; a chosen one ends the connection. */
static const char *stolen_routing_id(struct siege *siege)
{
    struct bus_peer peer;

    peer_begin(&peer, &siege->fleet, EVIL);
    peer_open(&peer);
    assert_int_equal(zmq_setsockopt(peer.socket, ZMQ_ROUTING_ID, HONEST,
                             strlen(HONEST)),
            0);
    peer_connect(&peer);
    peer_hello(&peer, EVIL, 1, 0);
    const char *answer = peer_wait_cut(&peer) >= 0 ? CUT_OFF : "";
    bool told = peer_get(&peer, 0);
    peer_end(&peer);
    return told ? "told something" : answer;
}

/* Of two connections the newest wins. */
static const char *two_connections(struct siege *siege)
{
    struct bus_peer first, second;

    peer_begin(&first, &siege->fleet, EVIL);
    peer_begin(&second, &siege->fleet, EVIL);
    peer_join(&first, 10);
    peer_join(&second, 11);
    const char *answer = siege_cut(&first);
    assert_true(honest_probe(&second));
    peer_end(&first);
    peer_end(&second);
    return answer;
}

static const char *an_older_connection(struct siege *siege)
{
    static char answer[40];
    struct bus_peer first, late;

    peer_begin(&first, &siege->fleet, EVIL);
    peer_begin(&late, &siege->fleet, EVIL);
    peer_join(&first, 20);
    peer_come_in(&late);
    snprintf(answer, sizeof answer, "%s", siege_hello(&late, EVIL, 19, 0));
    assert_true(honest_probe(&first));
    peer_end(&first);
    peer_end(&late);
    return answer;
}

static const char *clock_off(struct siege *siege, int64_t minutes)
{
    static char answer[40];
    struct bus_peer peer;

    peer_begin(&peer, &siege->fleet, EVIL);
    peer_come_in(&peer);
    snprintf(answer, sizeof answer, "%s",
            siege_hello(&peer, EVIL, 30, minutes * 60000));
    peer_end(&peer);
    return answer;
}

static const char *clock_behind(struct siege *siege)
{
    return clock_off(siege, -6);
}

static const char *clock_ahead(struct siege *siege)
{
    return clock_off(siege, 6);
}

static const char *clock_nearly_right(struct siege *siege)
{
    return clock_off(siege, 4)[0] == '\0' ? clock_off(siege, -4) : "E_CLOCK";
}

/* ------------------------------------------------------------- who goes out */

/* ZAP is asked only at the handshake: a member that is out must lose the connection
 * that it has. */
static const char *suspended(struct siege *siege)
{
    struct suspend order = {.partner = SUSPECT, .reason = "its keys may be stolen"};
    const struct request request = {.suspend = &order};
    struct bus_peer peer;

    peer_begin(&peer, &siege->fleet, SUSPECT);
    peer_join(&peer, 1);
    fleet_must(&siege->fleet, NETWORK_BROKER, &request, "");
    const char *answer = siege_cut(&peer);
    assert_string_equal(siege_refused(siege, &peer), REFUSED);
    order = (struct suspend){.partner = SUSPECT, .lift = true};
    fleet_must(&siege->fleet, NETWORK_BROKER, &request, "");
    peer_join(&peer, 2);
    peer_end(&peer);
    return answer;
}

static const char *revoked(struct siege *siege)
{
    struct load_bundle order = {{0}};
    const struct request request = {.load_bundle = &order};
    struct bus_peer peer;
    size_t len = 0;

    peer_begin(&peer, &siege->fleet, LEAVER);
    peer_join(&peer, 1);
    network_revoke(&siege->fleet.network, LEAVER, fleet_now_ms());
    uint8_t *bundle = network_bundle(&siege->fleet.network, &len);
    order.bundle = (struct span){bundle, len};
    fleet_must(&siege->fleet, NETWORK_BROKER, &request, "");
    const char *answer = siege_cut(&peer);
    assert_string_equal(siege_refused(siege, &peer), REFUSED);
    peer_end(&peer);
    free(bundle);
    return answer;
}

/* ------------------------------------------------------------- the table */

/* clang-format off */
static const struct assault ROWS[] = {
    {"an unknown key",          "comes with a key that nobody admitted",                 REFUSED,      unknown_key},
    {"another broker",          "expects another broker behind this address",            REFUSED,      wrong_broker},
    {"a hello in another name", "says hello in the name of the honest member",           "E_AUTH",     another_name},
    {"before the hello",        "asks for mail before it has said who it is",            CUT_OFF,      before_hello},
    {"a stolen routing id",     "chooses the honest member's name as its routing id",    CUT_OFF,      stolen_routing_id},
    {"two connections",         "comes a second time, with a newer start",               CUT_OFF,      two_connections},
    {"an older connection",     "comes a second time, with an older start",              "E_CONFLICT", an_older_connection},
    {"a clock behind",          "comes with a clock that is six minutes behind",         "E_CLOCK",    clock_behind},
    {"a clock ahead",           "comes with a clock that is six minutes ahead",          "E_CLOCK",    clock_ahead},
    {"a clock nearly right",    "comes with a clock that is four minutes off",           "",           clock_nearly_right},
    {"a suspended member",      "stays when it is suspended",                            CUT_OFF,      suspended},
    {"a revoked member",        "stays when the steward has revoked it",                 CUT_OFF,      revoked},
};
/* clang-format on */

int main(void)
{
    static const struct network_partner partners[] = {
            {EVIL,    PARTNER_TYPE_LDC},
            {LEAVER,  PARTNER_TYPE_LDC},
            {SUSPECT, PARTNER_TYPE_LDC},
    };

    return siege_run("who comes in, who goes out", partners, COUNT_OF(partners), NULL,
            ROWS, COUNT_OF(ROWS));
}
