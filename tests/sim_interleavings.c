/* sim_interleavings.c - what people do with a list of candidates crosses on its way,
 * and in the end all know the same of it.
 *
 * In each round a referral goes to two, three or four candidates, in turn or all at
 * once. Its sender cancels, takes it back as an error or withdraws; candidates accept,
 * decline, ask and withdraw; time passes them by. Every frame of the bus waits until
 * chance lets it come, so that anything can cross with anything. Then the rest takes
 * its course, and of each offer the broker, the sender and its candidate must say the
 * same; who was never asked knows nothing.
 *
 *   INTERLEAVINGS=n  at least so many rounds    INTERLEAVING=n  just that world; with
 * both, from that world on */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "tests/interleaved.h"
#include "tests/peek.h"
#include "tests/watch.h"

enum {
    IN_ONE_WORLD = 12,
    STEPS_FEWEST = 6,
    STEPS_MORE = 30,
    ENDINGS = 8,
    STATES_MAX = 32,
};

#if defined __SANITIZE_ADDRESS__
#define SANITIZED 1
#elif defined __has_feature
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifdef SANITIZED /* they make it many times slower */
enum { SHARE = 10 };
#else
enum { SHARE = 1 };
#endif
enum { ROUNDS_DEFAULT = 48 };

static struct {
    struct test_network network;
    struct round round;
    uint64_t seed;
    size_t ends[STATES_MAX]; /* by the state in which an offer ended */
    size_t n_rounds, n_offers, n_unasked;
} the;

static void tell_replay(void)
{
    if (the.seed != 0)
        fprintf(stderr, "# again: INTERLEAVING=%llu, round %llu\n",
                (unsigned long long)the.seed, (unsigned long long)the.round.number);
}

/* ------------------------------------------------------------ what leaves */

static bool names(struct span frame, const struct id *id)
{
    return !id_is_none(id) && memmem(frame.at, frame.len, id->b, sizeof id->b) != NULL;
}

static void on_send(void *self, const char *from, const char *to, struct span frame)
{
    (void)self;
    for (size_t i = 0; i < the.round.n && strcmp(from, NETWORK_BROKER) == 0; i++)
        if (strcmp(the.round.list[i].id, to) == 0)
            the.round.list[i].told = the.round.list[i].told ||
                                     names(frame, &the.round.referral) ||
                                     names(frame, &the.round.consent_id) ||
                                     names(frame, &the.round.list[i].offer);
        else if (names(frame, &the.round.list[i].offer) &&
                 strcmp(to, INTERLEAVED_HOME) != 0)
            watch_broken("%s hears of the offer of %s", to, the.round.list[i].id);
}

static void all_comes(void)
{
    for (size_t i = 0; i < INTERLEAVED_PARTNERS; i++)
        if (the.round.away[i])
            sim_unplug(INTERLEAVED[i].id, the.round.away[i] = false);
    sim_hold(false);
    world_quiet();
    world_pass(TIME_MINUTE_MS);
    world_quiet();
}

static void count_ends(void)
{
    for (size_t i = 0; i < the.round.n; i++) {
        the.ends[interleaved_of_broker(&the.round.list[i], "state")]++;
        the.n_unasked += !interleaved_was_asked(&the.round.list[i]);
    }
    the.n_offers += the.round.n;
    the.n_rounds++;
}

/* What is open now is decided one after the other, or in the end by the sender. */
static void end_round(void)
{
    all_comes();
    interleaved_check(&the.round);
    for (size_t i = 0; i < ENDINGS && interleaved_is_open(&the.round); i++) {
        interleaved_candidate_acts(&the.round,
                &the.round.list[sim_below((uint32_t)the.round.n)]);
        world_quiet();
    }
    for (size_t i = 0; i < ENDINGS && interleaved_is_open(&the.round); i++) {
        interleaved_do(&the.round, INTERLEAVED_HOME, the.round.sent_case,
                OFFER_EVENT_CANCEL);
        world_quiet();
    }
    interleaved_check(&the.round);
    if (interleaved_is_open(&the.round))
        watch_broken("the sender cannot stop the list");
    count_ends();
    if (!the.round.withdrawn)
        interleaved_do(&the.round, INTERLEAVED_HOME, the.round.sent_case,
                OFFER_EVENT_CANCEL);
    for (size_t i = 0; i < the.round.n; i++)
        if (the.round.list[i].full)
            interleaved_intake(&the.round, &the.round.list[i], false);
    all_comes();
    interleaved_check(&the.round);
}

static void play_world(uint64_t seed, size_t n_rounds)
{
    the.seed = seed;
    world_begin(seed, &the.network, NULL);
    watch_begin(seed);
    struct sim_watch watch = sim_watched();
    watch.on_send = on_send;
    sim_watch(&watch);
    for (the.round.number = 1; the.round.number <= n_rounds; the.round.number++) {
        sim_choose_from(the.round.number);
        interleaved_refer(&the.round);
        size_t n_steps = STEPS_FEWEST + sim_below(STEPS_MORE);
        for (size_t i = 0; i < n_steps; i++)
            interleaved_step(&the.round);
        end_round();
    }
    watch_ended();
    the.round.n = 0;
    world_end();
    the.seed = 0;
}

static uint64_t number_of(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);

    return text != NULL && text[0] != '\0' ? strtoull(text, NULL, 10) : otherwise;
}

static void all_know_the_same_in_the_end(void **state)
{
    uint64_t only = number_of("INTERLEAVING", 0), seed = only != 0 ? only : 1;
    uint64_t n = number_of("INTERLEAVINGS", only != 0 ? 1 : ROUNDS_DEFAULT);

    (void)state;
    the.round.aloud = only != 0 && n == 1;
    do
        play_world(seed++, IN_ONE_WORLD);
    while (the.n_rounds < n / SHARE);
    print_message("# %zu rounds, %zu offers, of which %zu were never asked; %zu acts "
                  "were refused; ended as",
            the.n_rounds, the.n_offers, the.n_unasked, the.round.n_refused);
    for (size_t i = 0; i < STATES_MAX; i++)
        if (the.ends[i] != 0)
            print_message(" %s %zu", offer_state_name((enum offer_state)i),
                    the.ends[i]);
    print_message("\n");
    if (only != 0)
        return;
    assert_true(the.ends[OFFER_STATE_ACCEPTED] > 0);
    assert_true(the.ends[OFFER_STATE_CANCELLED] > 0);
    assert_true(the.n_unasked > 0);
}

static int setup(void **state)
{
    static const char *const hubs[] = {INTERLEAVED_HOME};

    (void)state;
    peek_begin();
    world_found_with(&the.network, INTERLEAVED, INTERLEAVED_PARTNERS);
    world_settle(&the.network, hubs, COUNT_OF(hubs));
    atexit(tell_replay);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    network_forget(&the.network);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(all_know_the_same_in_the_end),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
