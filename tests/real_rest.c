/* real_rest.c - what the programs cost when there is little to do, and how soon they
 * are back when there is much: idle processor time, memory of a node, a restart with
 * 100,000 letters queued. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/fleet_case.h"
#include "tests/fleet_ledger.h"
#include "tests/peer.h"

enum {
    SESSION_REFERRALS = 200,
    IDLE_MS = 3000,
    IDLE_TICKS = 3,
    NODE_MEMORY_KIB = 40 * 1024,
    QUEUED = 100000,
    QUEUED_BYTES = 1200,
    READY_MS = 10000,
};

static const char SENDER[] = "thuiszorg";
static const char READER[] = "aksant";
static const char AWAY[] = "chambry"; /* its node never runs */
static const char PLAYED[] = "noord"; /* played by the test */

struct work {
    struct fleet fleet;
    uint64_t consent;
};

static bool is_quiet(struct work *work)
{
    return fleet_status(&work->fleet, SENDER)->outbox == 0 &&
           fleet_status(&work->fleet, READER)->outbox == 0;
}

/* A day's work and more: referrals, each accepted and done. */
static void test_a_node_stays_small_through_a_working_session(void **state)
{
    static const enum offer_event steps[] = {OFFER_EVENT_SEEN, OFFER_EVENT_ACCEPT,
            OFFER_EVENT_START, OFFER_EVENT_OUTCOME};
    static const char *const nodes[] = {SENDER, READER};
    struct work *work = *state;
    struct fleet *fleet = &work->fleet;

    for (int i = 0; i < SESSION_REFERRALS; i++) {
        uint64_t sent =
                fleet_refer(fleet, SENDER, work->consent, READER, "Mevrouw Voorbeeld");
        uint64_t got = fleet_wait_case(fleet, READER, CASE_BOX_TO_DECIDE);
        for (size_t step = 0; step < COUNT_OF(steps); step++)
            fleet_act(fleet, READER, got, steps[step]);
        FLEET_UNTIL(fleet, fleet_state(fleet, SENDER, sent) == OFFER_STATE_COMPLETED);
        fleet_act(fleet, SENDER, sent, OFFER_EVENT_CONFIRM);
    }
    FLEET_UNTIL(fleet, is_quiet(work));
    for (size_t i = 0; i < COUNT_OF(nodes); i++) {
        int64_t kib = fleet_memory_kib(fleet, nodes[i]);
        printf("# %s uses %lld KiB after %d referrals\n", nodes[i], (long long)kib,
                SESSION_REFERRALS);
        assert_true(kib < NODE_MEMORY_KIB);
    }
    printf("# the broker uses %lld KiB\n",
            (long long)fleet_memory_kib(fleet, NETWORK_BROKER));
}

/* The one test that has to let time pass. */
static void test_idle_programs_use_no_processor(void **state)
{
    struct work *work = *state;
    struct fleet *fleet = &work->fleet;
    static const char *const ids[] = {NETWORK_BROKER, SENDER, READER};
    int64_t before[COUNT_OF(ids)];

    FLEET_UNTIL(fleet, is_quiet(work));
    for (size_t i = 0; i < COUNT_OF(ids); i++)
        before[i] = fleet_cpu_ticks(fleet, ids[i]);
    for (int64_t end_ms = fleet_clock_ms() + IDLE_MS; fleet_clock_ms() < end_ms;)
        fleet_breathe();
    for (size_t i = 0; i < COUNT_OF(ids); i++) {
        int64_t ticks = fleet_cpu_ticks(fleet, ids[i]) - before[i];
        printf("# %s used %lld ticks in %d ms\n", ids[i], (long long)ticks, IDLE_MS);
        assert_true(ticks <= IDLE_TICKS);
    }
}

/* From the start to an answer over its socket, and to a member's first welcome. */
static void start_in_time(struct work *work, const char *after)
{
    struct bus_peer peer;
    static const struct credit credit = {.letters = 1, .bytes = 100000};
    int64_t begin_ms = fleet_clock_ms();

    fleet_start(&work->fleet, NETWORK_BROKER);
    int64_t ready_ms = fleet_wait_ready(&work->fleet, NETWORK_BROKER);
    peer_begin(&peer, &work->fleet, PLAYED);
    peer_join(&peer, (uint64_t)begin_ms);
    peer_say(&peer, &(struct frame){.v = 1, .credit = &credit});
    do
        assert_true(peer_get(&peer, READY_MS));
    while (peer.frame.deliver == NULL);
    int64_t first_ms = fleet_clock_ms() - begin_ms;
    peer_end(&peer);
    printf("# after %s with %d letters queued: ready in %lld ms, first letter in %lld "
           "ms, %lld KiB\n",
            after, QUEUED, (long long)ready_ms, (long long)first_ms,
            (long long)fleet_memory_kib(&work->fleet, NETWORK_BROKER));
    assert_true(first_ms <= READY_MS);
}

static void test_a_broker_with_100000_letters_is_soon_back(void **state)
{
    struct work *work = *state;
    struct fleet *fleet = &work->fleet;

    fleet_kill(fleet, NETWORK_BROKER);
    fleet_fill_mailbox(fleet, SENDER, AWAY, QUEUED - 1000, QUEUED_BYTES);
    fleet_fill_mailbox(fleet, SENDER, PLAYED, 1000, QUEUED_BYTES);
    start_in_time(work, "a write that was cut short");
    assert_int_equal(fleet_status(fleet, NETWORK_BROKER)->letters_waiting, QUEUED);
    fleet_kill(fleet, NETWORK_BROKER);
    start_in_time(work, "a kill");
    assert_int_equal(fleet_status(fleet, NETWORK_BROKER)->letters_waiting, QUEUED);
    /* And the rest of the network works on. */
    fleet_wait_connected(fleet, SENDER);
    fleet_wait_connected(fleet, READER);
    fleet_refer(fleet, SENDER, work->consent, READER, "Mevrouw Voorbeeld");
    fleet_wait_case(fleet, READER, CASE_BOX_TO_DECIDE);
}

static int begin(void **state)
{
    static const struct network_partner partners[] = {
            {SENDER, PARTNER_TYPE_HOMECARE      },
            {READER, PARTNER_TYPE_LDC           },
            {AWAY,   PARTNER_TYPE_NEIGHBOURHOUSE},
            {PLAYED, PARTNER_TYPE_LDC           },
    };
    static const char *const run[] = {NETWORK_BROKER, SENDER, READER};
    struct work *work = calloc(1, sizeof *work);

    assert_non_null(work);
    *state = work;
    fleet_begin(&work->fleet, partners, COUNT_OF(partners));
    for (size_t i = 0; i < COUNT_OF(run); i++)
        fleet_start_ready(&work->fleet, run[i]);
    fleet_agree(&work->fleet, SENDER, READER);
    work->consent = fleet_consent(&work->fleet, SENDER, "Mevrouw Voorbeeld", READER);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(test_a_node_stays_small_through_a_working_session),
            cmocka_unit_test(test_idle_programs_use_no_processor),
            cmocka_unit_test(test_a_broker_with_100000_letters_is_soon_back),
    };

    return cmocka_run_group_tests(tests, begin, fleet_end_state);
}
