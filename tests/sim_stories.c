/* sim_stories.c - five stories of the bus, each read as its log of what was said on the
 * wire. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "tests/story.h"
#include "tests/world.h"

static void begin(void)
{
    static const struct sim_faults even = {.latency_min_ms = 2,
            .latency_max_ms = 2,
            .reconnect_max_ms = 1000};

    world_fresh(7);
    sim_set_faults(&even);
    story_begin();
}

/* The number of thuiszorg's case. */
static uint64_t refer(uint64_t consent, const char *candidate)
{
    const struct reply *reply =
            world_refer("thuiszorg", consent, candidate, "Rosa Voorbeeld");

    assert_string_equal(reply->code, "");
    return reply->made->case_number;
}

static uint64_t consent_for(const char *first, const char *second)
{
    const struct world_consent wish = {
            .recipients = {first, second}
    };

    return world_consent("thuiszorg", &wish);
}

static void assert_state(const char *id, uint64_t case_number, enum offer_state state)
{
    assert_string_equal(offer_state_name(world_state(id, case_number)),
            offer_state_name(state));
}

static void all_goes_well(void **state)
{
    (void)state;
    begin();
    uint64_t sent = refer(consent_for("aksant", NULL), "aksant");
    world_quiet();
    uint64_t got = world_newest("aksant", CASE_BOX_NONE);
    story_say("aksant reads, accepts, visits, reports; thuiszorg closes");
    world_do("aksant", got, OFFER_EVENT_SEEN);
    world_do("aksant", got, OFFER_EVENT_ACCEPT);
    world_do("aksant", got, OFFER_EVENT_START);
    world_do("aksant", got, OFFER_EVENT_PROGRESS);
    world_do("aksant", got, OFFER_EVENT_OUTCOME);
    world_do("thuiszorg", sent, OFFER_EVENT_CONFIRM);
    story_check(
            "[    0] thuiszorg > makelaar put 01 preview for aksant\n"
            "[    0] thuiszorg > makelaar put 02 content for aksant\n"
            "[    0] makelaar > thuiszorg 01 accepted\n"
            "[    0] makelaar > thuiszorg 02 accepted\n"
            "[    0] makelaar > thuiszorg offer 1 is requested (1)\n"
            "[    0] makelaar > aksant mail 01 preview, offer 1 is requested (1)\n"
            "[    0] aksant > makelaar 01 processed\n"
            "[    0] makelaar > thuiszorg mail 01 processed\n"
            "-- aksant reads, accepts, visits, reports; thuiszorg closes\n"
            "[    0] aksant > makelaar put 03 seen for thuiszorg\n"
            "[    0] makelaar > aksant 03 accepted\n"
            "[    0] makelaar > aksant offer 1 is seen (2)\n"
            "[    0] makelaar > thuiszorg mail 03 seen, offer 1 is seen (2)\n"
            "[    0] thuiszorg > makelaar 03 processed\n"
            "[    0] makelaar > aksant mail 03 processed\n"
            "[    0] aksant > makelaar put 04 accept for thuiszorg\n"
            "[    0] makelaar > aksant 04 accepted\n"
            "[    0] makelaar > aksant offer 1 is accepted (3)\n"
            "[    0] makelaar > thuiszorg mail 04 accept, offer 1 is accepted (3)\n"
            "[    0] makelaar > aksant mail 02 content\n"
            "[    0] thuiszorg > makelaar 04 processed\n"
            "[    0] aksant > makelaar 02 processed\n"
            "[    0] makelaar > thuiszorg mail 02 processed\n"
            "[    0] makelaar > aksant mail 04 processed\n"
            "[    0] aksant > makelaar put 05 start for thuiszorg\n"
            "[    0] makelaar > aksant 05 accepted\n"
            "[    0] makelaar > aksant offer 1 is in_progress (4)\n"
            "[    0] makelaar > thuiszorg mail 05 start, offer 1 is in_progress (4)\n"
            "[    0] thuiszorg > makelaar 05 processed\n"
            "[    0] makelaar > aksant mail 05 processed\n"
            "[    0] aksant > makelaar put 06 progress for thuiszorg\n"
            "[    0] makelaar > aksant 06 accepted\n"
            "[    0] makelaar > aksant offer 1 is in_progress (5)\n"
            "[    0] makelaar > thuiszorg mail 06 progress, offer 1 is in_progress (5)\n"
            "[    0] thuiszorg > makelaar 06 processed\n"
            "[    0] makelaar > aksant mail 06 processed\n"
            "[    0] aksant > makelaar put 07 outcome for thuiszorg\n"
            "[    0] makelaar > aksant 07 accepted\n"
            "[    0] makelaar > aksant offer 1 is completed (6)\n"
            "[    0] makelaar > thuiszorg mail 07 outcome, offer 1 is completed (6)\n"
            "[    0] thuiszorg > makelaar 07 processed\n"
            "[    0] makelaar > aksant mail 07 processed\n"
            "[    0] thuiszorg > makelaar put 08 confirm for aksant\n"
            "[    0] makelaar > thuiszorg 08 accepted\n"
            "[    0] makelaar > thuiszorg offer 1 is completed (7)\n"
            "[    0] makelaar > aksant mail 08 confirm, offer 1 is completed (7)\n"
            "[    0] aksant > makelaar 08 processed\n"
            "[    0] makelaar > thuiszorg mail 08 processed\n");
    assert_state("thuiszorg", sent, OFFER_STATE_COMPLETED);
    assert_state("aksant", got, OFFER_STATE_COMPLETED);
    assert_string_equal(world_show("thuiszorg", sent)->line->referral_state, "closed");
    assert_string_equal(world_show("aksant", got)->referral->person->name,
            "Rosa Voorbeeld");
    assert_int_equal(world_status("thuiszorg")->outbox, 0);
    world_end();
}

static void declined_and_asked_elsewhere(void **state)
{
    (void)state;
    begin();
    uint64_t consent = consent_for("aksant", "chambry");
    uint64_t first = refer(consent, "aksant");
    world_quiet();
    uint64_t no = world_newest("aksant", CASE_BOX_NONE);
    world_do("aksant", no, OFFER_EVENT_DECLINE);
    story_say("thuiszorg asks chambry");
    uint64_t second = refer(consent, "chambry");
    world_quiet();
    uint64_t yes = world_newest("chambry", CASE_BOX_NONE);
    world_do("chambry", yes, OFFER_EVENT_ACCEPT);
    story_check(
            "[    0] thuiszorg > makelaar put 01 preview for aksant\n"
            "[    0] thuiszorg > makelaar put 02 content for aksant\n"
            "[    0] makelaar > thuiszorg 01 accepted\n"
            "[    0] makelaar > thuiszorg 02 accepted\n"
            "[    0] makelaar > thuiszorg offer 1 is requested (1)\n"
            "[    0] makelaar > aksant mail 01 preview, offer 1 is requested (1)\n"
            "[    0] aksant > makelaar 01 processed\n"
            "[    0] makelaar > thuiszorg mail 01 processed\n"
            "[    0] aksant > makelaar put 03 decline for thuiszorg\n"
            "[    0] makelaar > aksant 03 accepted\n"
            "[    0] makelaar > aksant offer 1 is declined (2)\n"
            "[    0] makelaar > thuiszorg mail 02 recalled\n"
            "[    0] makelaar > thuiszorg mail 03 decline, offer 1 is declined (2)\n"
            "[    0] makelaar > thuiszorg mail offer 1 is declined (2): nobody coordinates\n"
            "[    0] thuiszorg > makelaar 03 processed\n"
            "[    0] makelaar > aksant mail 03 processed\n"
            "-- thuiszorg asks chambry\n"
            "[    0] thuiszorg > makelaar put 04 preview for chambry\n"
            "[    0] thuiszorg > makelaar put 05 content for chambry\n"
            "[    0] makelaar > thuiszorg 04 accepted\n"
            "[    0] makelaar > thuiszorg 05 accepted\n"
            "[    0] makelaar > thuiszorg offer 2 is requested (1)\n"
            "[    0] makelaar > chambry mail 04 preview, offer 2 is requested (1)\n"
            "[    0] chambry > makelaar 04 processed\n"
            "[    0] makelaar > thuiszorg mail 04 processed\n"
            "[    0] chambry > makelaar put 06 accept for thuiszorg\n"
            "[    0] makelaar > chambry 06 accepted\n"
            "[    0] makelaar > chambry offer 2 is accepted (2)\n"
            "[    0] makelaar > thuiszorg mail 06 accept, offer 2 is accepted (2)\n"
            "[    0] makelaar > chambry mail 05 content\n"
            "[    0] thuiszorg > makelaar 06 processed\n"
            "[    0] chambry > makelaar 05 processed\n"
            "[    0] makelaar > thuiszorg mail 05 processed\n"
            "[    0] makelaar > chambry mail 06 processed\n");
    assert_state("thuiszorg", first, OFFER_STATE_DECLINED);
    assert_state("aksant", no, OFFER_STATE_DECLINED);
    assert_state("thuiszorg", second, OFFER_STATE_ACCEPTED);
    assert_state("chambry", yes, OFFER_STATE_ACCEPTED);
    /* Who declined never saw a name, and sees nothing any more. */
    assert_null(world_show("aksant", no)->referral);
    assert_null(world_show("aksant", no)->preview);
    world_end();
}

static void withdrawn_while_it_waits(void **state)
{
    (void)state;
    begin();
    sim_unplug("chambry", true);
    uint64_t consent = consent_for("chambry", NULL);
    uint64_t sent = refer(consent, "chambry");
    world_quiet();
    story_say("five days go by; the person changes her mind");
    world_pass((int64_t)5 * TIME_DAY_MS);
    world_withdraw("thuiszorg", consent);
    world_quiet();
    story_say("chambry is on the network again");
    sim_unplug("chambry", false);
    world_pass(TIME_MINUTE_MS);
    story_check(
            "[    0] thuiszorg > makelaar put 01 preview for chambry\n"
            "[    0] thuiszorg > makelaar put 02 content for chambry\n"
            "[    0] makelaar > thuiszorg 01 accepted\n"
            "[    0] makelaar > thuiszorg 02 accepted\n"
            "[    0] makelaar > thuiszorg offer 1 is requested (1)\n"
            "-- five days go by; the person changes her mind\n"
            "[86400] makelaar > thuiszorg mail offer 1 is requested (1): overdue\n"
            "[432000] makelaar > thuiszorg mail offer 1 is requested (1): overdue\n"
            "[432000] thuiszorg > makelaar consent 1 is withdrawn by thuiszorg\n"
            "[432000] makelaar > thuiszorg consent 1: 0 handed over\n"
            "[432000] makelaar > thuiszorg mail 01 recalled E_CONSENT_WITHDRAWN\n"
            "[432000] makelaar > thuiszorg mail 02 recalled E_CONSENT_WITHDRAWN\n"
            "[432000] makelaar > thuiszorg mail offer 1 is cancelled (2): consent_withdrawn\n"
            "-- chambry is on the network again\n"
            "[432000] chambry > makelaar hello\n");
    assert_state("thuiszorg", sent, OFFER_STATE_CANCELLED);
    assert_int_equal(world_newest("chambry", CASE_BOX_NONE), 0);
    world_end();
}

static void away_for_almost_eight_days(void **state)
{
    (void)state;
    begin();
    /* It never listens: everything comes over the connection that it makes itself. */
    assert_int_equal(sim_ports("noord"), 0);
    assert_int_equal(sim_ports(NETWORK_BROKER), 1);
    sim_unplug("noord", true);
    uint64_t consent = consent_for("noord", NULL);
    uint64_t first = refer(consent, "noord");
    uint64_t second = refer(consent, "noord");
    world_quiet();
    story_say("almost 8 days go by");
    world_pass((int64_t)188 * TIME_HOUR_MS);
    sim_unplug("noord", false);
    world_pass(5 * TIME_SECOND_MS);
    uint64_t got = world_newest("noord", CASE_BOX_NONE);
    story_say("noord accepts one, does the work, declines the other");
    world_do("noord", got, OFFER_EVENT_ACCEPT);
    world_do("noord", got, OFFER_EVENT_START);
    world_do("noord", got, OFFER_EVENT_OUTCOME);
    world_do("thuiszorg", second, OFFER_EVENT_CONFIRM);
    world_do("noord", got - 1, OFFER_EVENT_DECLINE);
    story_check(
            "[    0] thuiszorg > makelaar put 01 preview for noord\n"
            "[    0] thuiszorg > makelaar put 02 content for noord\n"
            "[    0] makelaar > thuiszorg 01 accepted\n"
            "[    0] makelaar > thuiszorg 02 accepted\n"
            "[    0] makelaar > thuiszorg offer 1 is requested (1)\n"
            "[    0] thuiszorg > makelaar put 03 preview for noord\n"
            "[    0] thuiszorg > makelaar put 04 content for noord\n"
            "[    0] makelaar > thuiszorg 03 accepted\n"
            "[    0] makelaar > thuiszorg 04 accepted\n"
            "[    0] makelaar > thuiszorg offer 2 is requested (1)\n"
            "-- almost 8 days go by\n"
            "[86400] makelaar > thuiszorg mail offer 1 is requested (1): overdue\n"
            "[86400] makelaar > thuiszorg mail offer 2 is requested (1): overdue\n"
            "[432000] makelaar > thuiszorg mail offer 1 is requested (1): overdue\n"
            "[432000] makelaar > thuiszorg mail offer 2 is requested (1): overdue\n"
            "[658729] makelaar > thuiszorg mail seal 01 again\n"
            "[658729] makelaar > thuiszorg mail seal 02 again\n"
            "[658729] makelaar > thuiszorg mail seal 03 again\n"
            "[658729] makelaar > thuiszorg mail seal 04 again\n"
            "[658729] thuiszorg > makelaar put 05 preview for noord\n"
            "[658729] thuiszorg > makelaar put 06 content for noord\n"
            "[658729] thuiszorg > makelaar put 07 preview for noord\n"
            "[658729] thuiszorg > makelaar put 08 content for noord\n"
            "[658729] makelaar > thuiszorg 05 accepted\n"
            "[658729] makelaar > thuiszorg offer 1 is requested (1)\n"
            "[658729] makelaar > thuiszorg 06 accepted\n"
            "[658729] makelaar > thuiszorg 07 accepted\n"
            "[658729] makelaar > thuiszorg offer 2 is requested (1)\n"
            "[658729] makelaar > thuiszorg 08 accepted\n"
            "[658729] makelaar > thuiszorg mail 01 recalled\n"
            "[658729] makelaar > thuiszorg mail 02 recalled\n"
            "[658729] makelaar > thuiszorg mail 03 recalled\n"
            "[658729] makelaar > thuiszorg mail 04 recalled\n"
            "[676800] noord > makelaar hello\n"
            "[676800] makelaar > noord mail 05 preview, offer 1 is requested (1)\n"
            "[676800] makelaar > noord mail 07 preview, offer 2 is requested (1)\n"
            "[676800] noord > makelaar 05 processed\n"
            "[676800] noord > makelaar 07 processed\n"
            "[676800] makelaar > thuiszorg mail 05 processed\n"
            "[676800] makelaar > thuiszorg mail 07 processed\n"
            "-- noord accepts one, does the work, declines the other\n"
            "[676805] noord > makelaar put 09 accept for thuiszorg\n"
            "[676805] makelaar > noord 09 accepted\n"
            "[676805] makelaar > noord offer 2 is accepted (2)\n"
            "[676805] makelaar > thuiszorg mail 09 accept, offer 2 is accepted (2)\n"
            "[676805] makelaar > noord mail 08 content\n"
            "[676805] thuiszorg > makelaar 09 processed\n"
            "[676805] noord > makelaar 08 processed\n"
            "[676805] makelaar > thuiszorg mail 08 processed\n"
            "[676805] makelaar > noord mail 09 processed\n"
            "[676805] noord > makelaar put 10 start for thuiszorg\n"
            "[676805] makelaar > noord 10 accepted\n"
            "[676805] makelaar > noord offer 2 is in_progress (3)\n"
            "[676805] makelaar > thuiszorg mail 10 start, offer 2 is in_progress (3)\n"
            "[676805] thuiszorg > makelaar 10 processed\n"
            "[676805] makelaar > noord mail 10 processed\n"
            "[676805] noord > makelaar put 11 outcome for thuiszorg\n"
            "[676805] makelaar > noord 11 accepted\n"
            "[676805] makelaar > noord offer 2 is completed (4)\n"
            "[676805] makelaar > thuiszorg mail 11 outcome, offer 2 is completed (4)\n"
            "[676805] thuiszorg > makelaar 11 processed\n"
            "[676805] makelaar > noord mail 11 processed\n"
            "[676805] thuiszorg > makelaar put 12 confirm for noord\n"
            "[676805] makelaar > thuiszorg 12 accepted\n"
            "[676805] makelaar > thuiszorg offer 2 is completed (5)\n"
            "[676805] makelaar > noord mail 12 confirm, offer 2 is completed (5)\n"
            "[676805] noord > makelaar 12 processed\n"
            "[676805] makelaar > thuiszorg mail 12 processed\n"
            "[676805] noord > makelaar put 13 decline for thuiszorg\n"
            "[676805] makelaar > noord 13 accepted\n"
            "[676805] makelaar > noord offer 1 is declined (2)\n"
            "[676805] makelaar > thuiszorg mail 06 recalled\n"
            "[676805] makelaar > thuiszorg mail 13 decline, offer 1 is declined (2)\n"
            "[676805] makelaar > thuiszorg mail offer 1 is declined (2): nobody coordinates\n"
            "[676805] thuiszorg > makelaar 13 processed\n"
            "[676805] makelaar > noord mail 13 processed\n");
    assert_state("thuiszorg", first, OFFER_STATE_DECLINED);
    assert_state("thuiszorg", second, OFFER_STATE_COMPLETED);
    assert_int_equal(sim_ports("noord"), 0);
    world_end();
}

static void the_broker_falls_twice(void **state)
{
    (void)state;
    begin();
    uint64_t sent = refer(consent_for("aksant", NULL), "aksant");
    /* The letters are on the node's disk and under way. */
    story_say("the broker falls before it has heard of it");
    world_crash(NETWORK_BROKER);
    world_pass(TIME_MINUTE_MS);
    world_start(NETWORK_BROKER);
    assert_true(story_until("put 01 preview", 5 * TIME_MINUTE_MS));
    story_say("the broker falls again before its answer arrives");
    world_crash(NETWORK_BROKER);
    world_pass(TIME_MINUTE_MS);
    world_start(NETWORK_BROKER);
    world_pass(5 * TIME_MINUTE_MS);
    uint64_t got = world_newest("aksant", CASE_BOX_NONE);
    story_say("aksant accepts");
    world_do("aksant", got, OFFER_EVENT_ACCEPT);
    story_check("-- the broker falls before it has heard of it\n"
                "[   76] noord > makelaar hello\n"
                "[   78] thuiszorg > makelaar hello\n"
                "[   78] thuiszorg > makelaar put 01 preview for aksant\n"
                "[   78] thuiszorg > makelaar put 02 content for aksant\n"
                "-- the broker falls again before its answer arrives\n"
                "[  149] aksant > makelaar hello\n"
                "[  149] makelaar > aksant mail 01 preview, offer 1 is requested (1)\n"
                "[  149] aksant > makelaar 01 processed\n"
                "[  160] chambry > makelaar hello\n"
                "[  165] meldpunt > makelaar hello\n"
                "[  175] noord > makelaar hello\n"
                "[  182] thuiszorg > makelaar hello\n"
                "[  182] thuiszorg > makelaar put 01 preview for aksant\n"
                "[  182] thuiszorg > makelaar put 02 content for aksant\n"
                "[  182] makelaar > thuiszorg 01 accepted\n"
                "[  182] makelaar > thuiszorg 02 accepted\n"
                "[  182] makelaar > thuiszorg offer 1 is requested (1)\n"
                "[  182] makelaar > thuiszorg mail 01 processed\n"
                "[  182] makelaar > thuiszorg mail 01 processed\n"
                "-- aksant accepts\n"
                "[  438] aksant > makelaar put 03 accept for thuiszorg\n"
                "[  438] makelaar > aksant 03 accepted\n"
                "[  438] makelaar > aksant offer 1 is accepted (2)\n"
                "[  438] makelaar > thuiszorg mail 03 accept, offer 1 is accepted (2)\n"
                "[  438] makelaar > aksant mail 02 content\n"
                "[  438] thuiszorg > makelaar 03 processed\n"
                "[  438] aksant > makelaar 02 processed\n"
                "[  438] makelaar > thuiszorg mail 02 processed\n"
                "[  438] makelaar > aksant mail 03 processed\n");
    assert_int_equal(got, 1);
    assert_state("thuiszorg", sent, OFFER_STATE_ACCEPTED);
    assert_state("aksant", got, OFFER_STATE_ACCEPTED);
    world_end();
}

/* One unanswered step an offer: the next is told to wait, and not to go elsewhere. */
static void a_step_waits_until_the_last_is_answered(void **state)
{
    (void)state;
    begin();
    uint64_t sent = refer(consent_for("aksant", NULL), "aksant");
    world_quiet();
    uint64_t got = world_newest("aksant", CASE_BOX_NONE);
    world_stop(NETWORK_BROKER);
    assert_string_equal(world_act("aksant", got, OFFER_EVENT_ACCEPT)->code, "");
    assert_string_equal(world_act("aksant", got, OFFER_EVENT_START)->code, "E_PENDING");
    world_start(NETWORK_BROKER);
    world_pass(5 * TIME_MINUTE_MS);
    world_do("aksant", got, OFFER_EVENT_START);
    assert_state("thuiszorg", sent, OFFER_STATE_IN_PROGRESS);
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(all_goes_well),
            cmocka_unit_test(declined_and_asked_elsewhere),
            cmocka_unit_test(withdrawn_while_it_waits),
            cmocka_unit_test(away_for_almost_eight_days),
            cmocka_unit_test(the_broker_falls_twice),
            cmocka_unit_test(a_step_waits_until_the_last_is_answered),
    };
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
