/* sim_waitlist.c - half a year on a waiting list: the content outlives some twenty-five
 * keys of its reader, since its sender seals it again and again; the sender is asked
 * half-way, and at the date it ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "tests/peek.h"
#include "tests/world.h"

#define HOME   "thuiszorg"
#define TARGET "aksant"

enum { WAIT_DAYS = 180, KEY_CHANGES = 25, PUBLISH_DAYS = 30 };

static uint64_t refer(void)
{
    const struct world_consent wish = {.recipients = {TARGET},
            .until_day = (uint32_t)time_brussels_day(sim_now()) + 360};
    const struct world_referral referral = {.consent = world_consent(HOME, &wish),
            .candidate = TARGET,
            .secret = "Rosa Voorbeeld"};
    const struct reply *reply = world_refer_as(HOME, &referral);

    assert_string_equal(reply->code, "");
    return reply->made->case_number;
}

static const char *waitlist(int days)
{
    const struct event_content said = {.note = "",
            .due_ms = (uint64_t)sim_now() + (uint64_t)days * TIME_DAY_MS};
    const struct act act = {.case_number = 1,
            .event = OFFER_EVENT_WAITLIST,
            .said = &said};
    struct request request = {.act = &act};
    const char *code = world_ask(TARGET, &request)->code;

    world_quiet();
    return code;
}

static void publish_members(void)
{
    network_rotate(world_network(), TARGET, NULL, sim_now());
    world_publish(NETWORK_BROKER);
    world_quiet();
}

/* Computers that are on for an hour a day. */
static void pass_day(int64_t until_ms)
{
    int64_t off_ms = until_ms - sim_now() - TIME_HOUR_MS;

    sim_freeze(HOME, off_ms);
    sim_freeze(TARGET, off_ms);
    sim_run_until(until_ms);
}

static void key_of_today(char key[33])
{
    peek_text(peek_of(TARGET), key, 33,
            "SELECT hex(ekid) FROM epoch WHERE from_ms <= %lld ORDER BY from_ms DESC "
            "LIMIT 1",
            (long long)sim_now());
}

static int64_t contents(const char *where)
{
    return peek_number(peek_of(NETWORK_BROKER),
            "SELECT count(*) FROM letter WHERE type = %d AND %s", LETTER_TYPE_CONTENT,
            where);
}

static int64_t told(const char *id, const char *what)
{
    return peek_number(peek_of(id), "SELECT count(*) FROM trace WHERE what = %Q", what);
}

static void half_a_year_outlives_many_keys(void **state)
{
    (void)state;
    char before[33] = "", now[33] = "";
    int n_changes = 0, n_sealed = 0;
    int64_t newest = 0;

    world_fresh(121);
    world_stop("chambry");
    world_stop("meldpunt");
    world_stop("noord");
    uint64_t sent = refer();
    world_quiet();
    int64_t begin_ms = sim_now();
    assert_string_equal(waitlist(WAIT_DAYS), "");
    key_of_today(before);
    for (int day = 1; day < WAIT_DAYS; day++) {
        pass_day(begin_ms + day * (int64_t)TIME_DAY_MS);
        if (day % PUBLISH_DAYS == 0)
            publish_members();
        key_of_today(now);
        n_changes += strcmp(before, now) != 0;
        memcpy(before, now, sizeof now);
        /* One lies ready, always, and will not have ended tomorrow. */
        assert_int_equal(contents("state = 1"), 1);
        int64_t until_ms = peek_number(peek_of(NETWORK_BROKER),
                "SELECT expires_ms FROM letter WHERE type = %d AND state = 1",
                LETTER_TYPE_CONTENT);
        assert_true(until_ms > sim_now() + TIME_DAY_MS);
        int64_t number = peek_number(peek_of(NETWORK_BROKER),
                "SELECT max(no) FROM letter WHERE type = %d", LETTER_TYPE_CONTENT);
        n_sealed += number != newest;
        newest = number;
        if (day != WAIT_DAYS / 2)
            assert_int_equal(told(HOME, "waits_long"), day > WAIT_DAYS / 2);
    }
    print_message("# %d keys, sealed %d times\n", n_changes + 1, n_sealed);
    assert_true(n_changes >= KEY_CHANGES);
    assert_true(n_sealed > n_changes / 3);
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    assert_int_equal(world_state(HOME, sent), OFFER_STATE_ACCEPTED);
    assert_string_equal(world_show(TARGET, 1)->referral->person->name,
            "Rosa Voorbeeld");
    assert_int_equal(contents("state = 1"), 0);
    world_end();
}

/* Asked half-way, the sender moves on; or lets it wait until the date, when it ends. */
static void the_sender_keeps_or_moves_on(void **state)
{
    (void)state;
    for (int moves_on = 0; moves_on < 2; moves_on++) {
        world_fresh(122);
        uint64_t sent = refer();
        world_quiet();
        assert_string_equal(waitlist(10), "");
        world_pass((int64_t)5 * TIME_DAY_MS + TIME_MINUTE_MS);
        assert_int_equal(told(HOME, "waits_long"), 1);
        assert_int_equal(told(TARGET, "waits_long"), 0);
        assert_true(world_show(HOME, sent)->line->unread);
        if (moves_on == 1) {
            world_do(HOME, sent, OFFER_EVENT_CANCEL);
            assert_int_equal(world_state(TARGET, 1), OFFER_STATE_CANCELLED);
        }
        world_pass((int64_t)5 * TIME_DAY_MS);
        assert_int_equal(world_state(TARGET, 1),
                moves_on == 1 ? OFFER_STATE_CANCELLED : OFFER_STATE_EXPIRED);
        assert_null(world_show(TARGET, 1)->preview);
        assert_int_equal(told(HOME, "waits_long"), 1);
        world_end();
    }
}

static void a_day_too_long_is_refused(void **state)
{
    (void)state;
    world_fresh(123);
    refer();
    world_quiet();
    assert_string_not_equal(waitlist(WAIT_DAYS + 1), "");
    assert_int_equal(world_state(TARGET, 1), OFFER_STATE_REQUESTED);
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(half_a_year_outlives_many_keys),
            cmocka_unit_test(the_sender_keeps_or_moves_on),
            cmocka_unit_test(a_day_too_long_is_refused),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
