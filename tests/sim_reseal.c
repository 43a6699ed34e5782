/* sim_reseal.c - what was sealed again is not there twice: its reader came back while
 * the sender was being asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/time.h"
#include "tests/peek.h"
#include "tests/world.h"

#define HOME   "thuiszorg"
#define TARGET "aksant"
#define OTHER  "chambry"

enum { TURNS = 100, WAITING = 2, PROCESSED = 6 };

static int64_t previews_in(int state)
{
    return peek_number(peek_of(NETWORK_BROKER),
            "SELECT count(*) FROM letter WHERE type = %d AND state = %d",
            LETTER_TYPE_PREVIEW, state);
}

static int64_t previews(void)
{
    return peek_number(peek_of(NETWORK_BROKER),
            "SELECT count(*) FROM letter WHERE type = %d", LETTER_TYPE_PREVIEW);
}

static int64_t sent_by_home(enum letter_type type)
{
    return peek_number(peek_of(HOME), "SELECT count(*) FROM sent WHERE type = %d",
            type);
}

static void refer(const char *id)
{
    const struct world_consent wish = {.recipients = {TARGET}};

    assert_string_equal(world_refer(id, world_consent(id, &wish), TARGET,
                                "Rosa Voorbeeld")
                                ->code,
            "");
}

/* A second before the broker looks at its letters. */
static void until_it_looks(void)
{
    sim_run_until(peek_number(peek_of(NETWORK_BROKER),
                          "SELECT min(check_ms) FROM letter WHERE live = 1") -
                  TIME_SECOND_MS);
}

/* TARGET is away, and a second later HOME is asked to seal the preview again. */
static void begin(uint64_t seed)
{
    world_fresh(seed);
    /* So that the key of now ends before the offer would. */
    world_pass(TIME_HOUR_MS);
    sim_unplug(TARGET, true);
    refer(HOME);
    world_quiet();
    assert_int_equal(previews_in(WAITING), 1);
    until_it_looks();
    assert_int_equal(previews(), 1);
}

static void expect_one(void)
{
    assert_int_equal(previews_in(PROCESSED), 1);
    assert_int_equal(previews_in(WAITING), 0);
    assert_int_equal(world_newest(TARGET, CASE_BOX_NONE), 1);
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    assert_int_equal(world_state(HOME, 1), OFFER_STATE_ACCEPTED);
    world_end();
}

/* HOME is away too when it is asked: when it is back, its letter was read, and the
 * question is gone. */
static void asked_too_late(void **state)
{
    (void)state;
    begin(71);
    sim_unplug(HOME, true);
    world_pass(TIME_MINUTE_MS);
    sim_unplug(TARGET, false);
    world_pass(TIME_MINUTE_MS);
    assert_int_equal(previews_in(PROCESSED), 1);
    sim_unplug(HOME, false);
    world_pass(TIME_MINUTE_MS);
    assert_int_equal(previews(), 1);
    expect_one();
}

/* What HOME has sealed again is under way while the older one is read: it is not taken.
 */
static void answered_too_late(void **state)
{
    (void)state;
    begin(72);
    sim_hold(true);
    world_pass(2 * TIME_SECOND_MS);
    while (sim_held(HOME, NETWORK_BROKER) == 0) {
        assert_true(sim_let(NETWORK_BROKER, HOME));
        world_pass(TIME_SECOND_MS);
    }
    sim_unplug(TARGET, false);
    for (int turn = 0; turn < TURNS; turn++) {
        world_pass(TIME_SECOND_MS);
        while (sim_let(TARGET, NETWORK_BROKER) || sim_let(NETWORK_BROKER, TARGET))
            world_pass(1);
    }
    assert_int_equal(previews_in(PROCESSED), 1);
    sim_hold(false);
    world_pass(TIME_MINUTE_MS);
    assert_int_equal(sent_by_home(LETTER_TYPE_PREVIEW), 2);
    expect_one();
}

/* And who has not come back reads what was sealed last. */
static void answered_in_time(void **state)
{
    (void)state;
    begin(73);
    world_pass(TIME_MINUTE_MS);
    assert_int_equal(previews(), 2);
    sim_unplug(TARGET, false);
    world_pass(TIME_MINUTE_MS);
    expect_one();
}

/* ------------------------------------------------------------ long ago */

static int64_t asks_in_mail(void)
{
    return peek_number(peek_of(NETWORK_BROKER),
            "SELECT count(*) FROM mail WHERE length(bytes) = 16");
}

static int64_t contents_at_target(void)
{
    return peek_number(peek_of(TARGET), "SELECT count(*) FROM received WHERE type = %d",
            LETTER_TYPE_CONTENT);
}

/* HOME was asked for a content that was read since, and is away until the broker has
 * forgotten that letter, and has given its number to another one. */
static void asked_long_ago(void **state)
{
    (void)state;
    world_fresh(74);
    refer(HOME);
    world_quiet();
    world_do(TARGET, 1, OFFER_EVENT_WAITLIST);
    int64_t asked_for = peek_number(peek_of(NETWORK_BROKER),
            "SELECT no FROM letter WHERE live = 1");
    until_it_looks();
    sim_unplug(HOME, true);
    world_pass(TIME_MINUTE_MS);
    assert_int_equal(asks_in_mail(), 1);
    assert_string_equal(world_act(TARGET, 1, OFFER_EVENT_ACCEPT)->code, "");
    world_pass(TIME_MINUTE_MS);
    assert_string_equal(world_act(TARGET, 1, OFFER_EVENT_START)->code, "");
    world_pass((int64_t)60 * TIME_DAY_MS);
    network_rotate(world_network(), TARGET, NULL, sim_now());
    world_publish(NETWORK_BROKER);
    world_pass(TIME_HOUR_MS);
    assert_int_equal(peek_number(peek_of(NETWORK_BROKER),
                             "SELECT count(*) FROM letter"),
            0);
    assert_int_equal(contents_at_target(), 1);
    world_agree(OTHER, TARGET);
    refer(OTHER);
    world_pass(TIME_MINUTE_MS);
    assert_int_equal(peek_number(peek_of(NETWORK_BROKER),
                             "SELECT count(*) FROM letter WHERE no = %lld AND live = 1",
                             (long long)asked_for),
            1);
    sim_unplug(HOME, false);
    world_pass(5 * TIME_MINUTE_MS);
    assert_int_equal(asks_in_mail(), 0);
    assert_int_equal(contents_at_target(), 1);
    assert_int_equal(sent_by_home(LETTER_TYPE_CONTENT), 1);
    world_end();
}

/* What HOME lodged has expired before TARGET took it, and HOME is away until a letter
 * that ended so long ago is forgotten: the content comes all the same, for the offer
 * goes on; and when that has ended, the letter is forgotten. */
static void asked_for_what_expired_long_ago(void **state)
{
    (void)state;
    for (int ended = 0; ended <= 1; ended++) {
        world_fresh(75);
        refer(HOME);
        world_quiet();
        world_do(TARGET, 1, OFFER_EVENT_WAITLIST);
        sim_unplug(HOME, true);
        world_pass((int64_t)19 * TIME_DAY_MS);
        assert_string_equal(world_act(TARGET, 1, OFFER_EVENT_ACCEPT)->code, "");
        world_pass(TIME_MINUTE_MS);
        assert_string_equal(world_act(TARGET, 1, OFFER_EVENT_START)->code, "");
        world_pass(TIME_MINUTE_MS);
        if (ended)
            assert_string_equal(world_act(TARGET, 1, OFFER_EVENT_FAIL)->code, "");
        world_pass((int64_t)20 * TIME_DAY_MS);
        assert_int_equal(asks_in_mail(), 1);
        assert_int_equal(contents_at_target(), 0);
        assert_int_equal(peek_number(peek_of(NETWORK_BROKER),
                                 "SELECT count(*) FROM letter WHERE type = %d",
                                 LETTER_TYPE_CONTENT),
                ended ? 0 : 1);
        sim_unplug(HOME, false);
        world_pass(5 * TIME_MINUTE_MS);
        assert_int_equal(asks_in_mail(), 0);
        assert_int_equal(contents_at_target(), ended ? 0 : 1);
        world_end();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(asked_too_late),
            cmocka_unit_test(answered_too_late),
            cmocka_unit_test(answered_in_time),
            cmocka_unit_test(asked_long_ago),
            cmocka_unit_test(asked_for_what_expired_long_ago),
    };

    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
