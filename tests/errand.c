/* errand.c - the steps of one referral, and what is left of them. */
#include "tests/errand.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "tests/peek.h"
#include "tests/promise.h"
#include "tests/watch.h"
#include "tests/world.h"

static struct {
    struct test_network settled;
    void (*bring_back)(void);
} the;

int errand_setup(void **state)
{
    static const char *const hubs[] = {ERRAND_SENDER};

    (void)state;
    world_found(&the.settled);
    world_settle(&the.settled, hubs, COUNT_OF(hubs));
    return 0;
}

int errand_teardown(void **state)
{
    (void)state;
    network_forget(&the.settled);
    return 0;
}

void errand_begin(void)
{
    world_on_disks(true);
    world_begin(1, &the.settled, NULL);
    watch_begin(1);
    promise_begin();
}

/* ------------------------------------------------------------ the story */

static void go_on(void)
{
    sim_run_until(sim_now() + 10 * TIME_SECOND_MS);
    the.bring_back();
    sim_run_until(sim_now() + TIME_MINUTE_MS);
    the.bring_back();
    world_quiet();
}

void errand_live(void (*bring_back)(void))
{
    the.bring_back = bring_back;
    world_patient(bring_back);
    uint64_t consent = world_consent(ERRAND_SENDER,
            &(struct world_consent){.recipients = {ERRAND_RECIPIENT}});
    sim_unplug(ERRAND_RECIPIENT, true);
    world_refer(ERRAND_SENDER, consent, ERRAND_RECIPIENT, "Rosa Voorbeeld");
    go_on();
    sim_unplug(ERRAND_RECIPIENT, false);
    go_on();
    uint64_t number = world_newest(ERRAND_RECIPIENT, CASE_BOX_NONE);
    const struct reply *reply = world_act(ERRAND_RECIPIENT, number, OFFER_EVENT_ACCEPT);
    assert_string_equal(reply->code, "");
    go_on();
    assert_int_equal(world_state(ERRAND_RECIPIENT, number), OFFER_STATE_ACCEPTED);
    world_withdraw(ERRAND_SENDER, consent);
    go_on();
    world_pass(TIME_HOUR_MS);
    world_patient(NULL);
}

/* ------------------------------------------------------------ how it ended */

static void count_rows(char *text, const char *id, const char *sql)
{
    size_t len = strlen(text);

    snprintf(text + len, ERRAND_TEXT_BYTES - len, "%s: %lld of %s\n", id,
            (long long)peek_number(peek_of(id), sql), sql);
}

static void describe(char text[ERRAND_TEXT_BYTES])
{
    static const char *const of_broker[] = {
            "SELECT count(*) FROM letter",
            "SELECT sum(state * type) FROM letter",
            "SELECT sum(state * 1000 + version) FROM offer",
            "SELECT count(*) FROM consent WHERE withdrawn > 0",
            "SELECT count(*) FROM handed_over",
            "SELECT count(*) FROM mail",
            "SELECT count(*) FROM sealed",
            "SELECT log_size FROM store",
    };
    static const char *const of_node[] = {
            "SELECT count(*) FROM case_file",
            "SELECT count(*) FROM moment",
            "SELECT count(*) FROM sent",
            "SELECT sum(state * type) FROM sent",
            "SELECT count(*) FROM parcel",
            "SELECT count(*) FROM received",
            "SELECT sum(state * type) FROM received",
            "SELECT count(*) FROM capsule",
            "SELECT sum(registered_ms > 0) FROM withdrawal",
            "SELECT sum(state * 1000 + version) FROM offer",
            "SELECT count(*) FROM erasure WHERE receipt IS NULL",
            "SELECT count(*) FROM reply",
    };

    text[0] = '\0';
    for (size_t i = 0; i < COUNT_OF(of_broker); i++)
        count_rows(text, NETWORK_BROKER, of_broker[i]);
    for (size_t i = 0; i < COUNT_OF(of_node); i++) {
        count_rows(text, ERRAND_SENDER, of_node[i]);
        count_rows(text, ERRAND_RECIPIENT, of_node[i]);
    }
}

void errand_end(char text[ERRAND_TEXT_BYTES])
{
    watch_ended();
    describe(text);
    world_end();
}
