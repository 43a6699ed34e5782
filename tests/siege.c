/* siege.c - the broker, the honest member, and a row at a time. */
#include "tests/siege.h"

#include <zmq.h>

enum { ROWS_MAX = 40, PARTNERS_MAX = 8, CUT_MS = 1000 };

static struct {
    struct siege siege;
    struct network_partner partners[PARTNERS_MAX];
    size_t n_partners;
    void (*prepare)(struct fleet *fleet);
} the;

const char *siege_hello(struct bus_peer *peer, const char *name, uint64_t incarnation,
        int64_t skew_ms)
{
    static char code[40];

    peer_hello(peer, name, incarnation, skew_ms);
    snprintf(code, sizeof code, "%s", peer_welcome(peer)->code);
    return code;
}

const char *siege_cut(struct bus_peer *peer)
{
    return peer_wait_cut(peer) < CUT_MS ? CUT_OFF : "cut off late";
}

const char *siege_refused(struct siege *siege, struct bus_peer *peer)
{
    peer_open(peer);
    peer_connect(peer);
    FLEET_UNTIL(&siege->fleet, peer_saw(peer, ZMQ_EVENT_HANDSHAKE_FAILED_AUTH));
    return peer_saw(peer, ZMQ_EVENT_HANDSHAKE_SUCCEEDED) ? "let in" : REFUSED;
}

static void run_row(void **state)
{
    const struct assault *row = *state;
    const char *answer = row->act(&the.siege);

    if (strcmp(answer, row->answer) != 0)
        fleet_fail(&the.siege.fleet, "%s: %s, and the answer is \"%s\", not \"%s\"",
                row->name, row->does, answer, row->answer);
    honest_still_served(&the.siege.honest);
    honest_is_bounded(&the.siege.honest);
}

/* The last test: the honest member noticed nothing of all this. */
static void honest_member_was_served(void **state)
{
    (void)state;
    honest_end(&the.siege.honest);
    assert_int_equal(fleet_stop(&the.siege.fleet, NETWORK_BROKER), 0);
}

static int begin(void **state)
{
    struct siege *siege = &the.siege;

    (void)state;
    fleet_begin(&siege->fleet, the.partners, the.n_partners);
    if (the.prepare != NULL)
        the.prepare(&siege->fleet);
    fleet_start_ready(&siege->fleet, NETWORK_BROKER);
    honest_begin(&siege->honest, &siege->fleet);
    return 0;
}

static int end(void **state)
{
    (void)state;
    fleet_end(&the.siege.fleet);
    return 0;
}

int siege_run(const char *title, const struct network_partner *partners,
        size_t n_partners, void (*prepare)(struct fleet *fleet),
        const struct assault *rows, size_t n_rows)
{
    struct CMUnitTest tests[ROWS_MAX + 1];

    if (n_rows > ROWS_MAX || n_partners >= PARTNERS_MAX)
        return 1;
    the.partners[0] = (struct network_partner){HONEST, PARTNER_TYPE_HOMECARE};
    memcpy(&the.partners[1], partners, n_partners * sizeof *partners);
    the.n_partners = n_partners + 1;
    the.prepare = prepare;
    for (size_t i = 0; i < n_rows; i++)
        tests[i] = (struct CMUnitTest){.name = rows[i].name,
                .test_func = run_row,
                .initial_state = (void *)(uintptr_t)&rows[i]};
    tests[n_rows] = (struct CMUnitTest){.name = "the honest member was served",
            .test_func = honest_member_was_served};
    return _cmocka_run_group_tests(title, tests, n_rows + 1, begin, end);
}
