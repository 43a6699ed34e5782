/* sim_left.c - who is no member any more is handed nothing, also not in the turn that
 * says so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/wire.h"
#include "tests/peek.h"
#include "tests/world.h"

#define HOME   "thuiszorg"
#define TARGET "aksant"

enum { ARENA_BYTES = 4 * 1024 * 1024 };

/* Mail that left for the target. */
static struct {
    struct arena arena;
    size_t n_mail;
} seen;

static void on_send(void *self, const char *from, const char *to, struct span bytes)
{
    struct frame frame;
    struct err err;

    (void)self;
    arena_reset(&seen.arena, 0);
    if (strcmp(from, NETWORK_BROKER) == 0 && strcmp(to, TARGET) == 0 &&
            wire_get(&WIRE_FRAME, bytes, &seen.arena, &frame, &err) &&
            frame.deliver != NULL)
        seen.n_mail += frame.deliver->n_mail;
}

static void begin(uint64_t seed)
{
    static const struct sim_watch watch = {.on_send = on_send};

    world_fresh(seed);
    seen.arena = arena_new(ARENA_BYTES);
    seen.n_mail = 0;
    sim_watch(&watch);
}

static void end(void)
{
    arena_free(&seen.arena);
    world_end();
}

static void refer(void)
{
    const struct world_consent wish = {.recipients = {TARGET}};
    const struct reply *reply =
            world_refer(HOME, world_consent(HOME, &wish), TARGET, "Rosa Voorbeeld");

    assert_string_equal(reply->code, "");
}

/* HOME takes its referral back: codes and dates only, which pass without consent and
 * without partnership. */
static void take_back(void)
{
    refer();
    world_quiet();
    seen.n_mail = 0;
    sim_hold(true);
    assert_string_equal(world_act(HOME, 1, OFFER_EVENT_CANCEL)->code, "");
    assert_int_equal(sim_held(HOME, NETWORK_BROKER), 1);
}

/* It comes to the broker in one turn with the revocation: the broker takes both, and
 * nothing leaves. */
static void the_turn_that_revokes(void **state)
{
    (void)state;
    begin(81);
    take_back();
    world_revoke(TARGET, HOME);
    assert_int_equal(sim_held(HOME, NETWORK_BROKER), 2);
    assert_true(sim_let(HOME, NETWORK_BROKER) && sim_let(HOME, NETWORK_BROKER));
    /* It never becomes quiet: who was put out tries to come back. */
    world_pass(TIME_MINUTE_MS);
    sim_hold(false);
    world_pass(TIME_MINUTE_MS);
    assert_int_equal(world_state(HOME, 1), OFFER_STATE_CANCELLED);
    assert_int_equal(seen.n_mail, 0);
    end();
}

/* The same without a revocation: it does leave. */
static void the_turn_that_does_not(void **state)
{
    (void)state;
    begin(82);
    take_back();
    assert_true(sim_let(HOME, NETWORK_BROKER));
    world_quiet();
    assert_int_equal(seen.n_mail, 1);
    end();
}

/* It was done while HOME was away: its letter is not handed over any more, but HOME
 * hears where the offer stands, though nothing else comes after. */
static void what_was_decided_before(void **state)
{
    (void)state;
    begin(83);
    refer();
    world_quiet();
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    sim_unplug(HOME, true);
    assert_string_equal(world_act(TARGET, 1, OFFER_EVENT_START)->code, "");
    world_pass(TIME_MINUTE_MS);
    assert_string_equal(world_act(TARGET, 1, OFFER_EVENT_OUTCOME)->code, "");
    world_pass(TIME_MINUTE_MS);
    world_revoke(TARGET, NETWORK_BROKER);
    sim_unplug(HOME, false);
    world_pass(2 * TIME_MINUTE_MS);
    assert_int_equal(world_state(HOME, 1), OFFER_STATE_COMPLETED);
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(the_turn_that_revokes),
            cmocka_unit_test(the_turn_that_does_not),
            cmocka_unit_test(what_was_decided_before),
    };

    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
