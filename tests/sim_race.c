/* sim_race.c - a withdrawal against accept and hand-over, in every order.
 *
 * From each ground of tests/race.h every sequence of six steps is run that can happen:
 * what staff does, each frame that arrives, and two frames in one turn of the broker;
 * when asked for also with one fault (a connection cut, a program that falls). Of
 * orders that nobody can tell apart one is run, some 1,300 in all. Six is how many
 * steps it takes until both have come to an end: the order of the staff, the broker's
 * turn, and what comes of it at both nodes, for the one and for the other. After the
 * sixth the rest takes its course. Then random sequences, longer, with more faults and
 * with frames that come twice.
 *
 *   RACES=n      so many random ones            RACE='GROUND STEP STEP ...' just this
 * one RACE_SEED=n  just this random one */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/race.h"
#include "tests/sim.h"

enum {
    STEPS = 6,
    RANDOM_STEPS_MIN = 7,
    RANDOM_STEPS_MORE = 20,
    RANDOM_FAULTS = 4,
    RANDOM_SEED = 4000000,
    FAULT_IS_RARE = 3,
    IN_ONE_WORLD = 16,
    WORLD_SEED = 3000000,
    REPLAY_BYTES = 512,
};

static struct {
    char replay[REPLAY_BYTES];                 /* of the race that runs */
    enum race_step steps[STEPS][RACE_N_STEPS]; /* those that were possible */
    size_t choice[STEPS], width[STEPS];
    size_t n_steps;
    uint64_t n_worlds;
    size_t in_world;
} the;

#if defined __SANITIZE_ADDRESS__
#define SANITIZED 1
#elif defined __has_feature
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifdef SANITIZED /* they make it many times slower */
enum { RACES_SHARE = 10, N_GROUNDS_RUN = RACE_ON_TARGET };
#else
enum { RACES_SHARE = 1, N_GROUNDS_RUN = RACE_N_GROUNDS };
#endif
enum { RACES_DEFAULT = 100 };

static uint64_t number_of(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);

    return text != NULL && text[0] != '\0' ? strtoull(text, NULL, 10) : otherwise;
}

/* A race that fails ends the program: it then says how to see it again. */
static void tell_replay(void)
{
    if (the.replay[0] != '\0')
        fprintf(stderr, "# again: %s\n", the.replay);
}

static void note(const char *word)
{
    size_t len = strlen(the.replay);

    snprintf(the.replay + len, sizeof the.replay - len, " %s", word);
}

static void world_is_old(void)
{
    if (the.in_world > 0)
        race_world_end();
    the.in_world = 0;
}

static void begin(enum race_ground ground, unsigned faults)
{
    /* After a fault chance has a say in what comes back first: the same world each
     * time. */
    if (faults > 0)
        world_is_old();
    if (the.in_world == 0)
        race_world(WORLD_SEED + (faults > 0 ? 0 : ++the.n_worlds), false);
    race_begin(ground, faults);
    snprintf(the.replay, sizeof the.replay, "RACE='%u", (unsigned)ground);
}

static void end(void)
{
    note("'");
    race_end();
    the.replay[0] = '\0';
    if (++the.in_world == IN_ONE_WORLD)
        world_is_old();
}

/* ------------------------------------------------------------ every sequence */

/* Two steps that concern different programs can be taken in either order, and nobody
 * can tell: of such orders one is run, that in which the lower step comes first. This
 * step would break that order when it was possible before a higher one, and everything
 * since concerns others. */
static bool is_repetition(size_t at, enum race_step step)
{
    uint32_t whom = race_concerns(step);

    for (size_t i = at; i-- > 0;) {
        enum race_step before = the.steps[i][the.choice[i]];
        bool was_possible = false;
        if ((race_concerns(before) & whom) != 0)
            return false;
        for (size_t k = 0; k < the.width[i]; k++)
            was_possible = was_possible || the.steps[i][k] == step;
        if (!was_possible)
            return false;
        if (before > step)
            return true;
    }
    return false;
}

/* From this choice on, the first that is no repetition; false: there is none. */
static bool choose(size_t at)
{
    while (the.choice[at] < the.width[at] &&
            is_repetition(at, the.steps[at][the.choice[at]]))
        the.choice[at]++;
    return the.choice[at] < the.width[at];
}

/* One race along the choices; what is not chosen yet is the first possible step. */
static void run_choices(enum race_ground ground, unsigned faults)
{
    enum race_step steps[RACE_N_STEPS];
    size_t at = 0;

    begin(ground, faults);
    for (; at < STEPS; at++) {
        size_t n = race_enabled(steps);
        if (at < the.n_steps &&
                (the.width[at] != n ||
                        memcmp(the.steps[at], steps, n * sizeof *steps) != 0)) {
            fprintf(stderr, "not ok - other steps are possible than before\n");
            exit(1);
        }
        if (at >= the.n_steps) {
            the.choice[at] = 0;
            the.width[at] = n;
            memcpy(the.steps[at], steps, sizeof steps);
            if (!choose(at))
                break;
        }
        enum race_step step = the.steps[at][the.choice[at]];
        note(race_step_name(step));
        race_do(step);
    }
    the.n_steps = at;
    end();
}

/* The next sequence in order; false: that was the last. */
static bool next_choices(void)
{
    while (the.n_steps > 0) {
        size_t last = the.n_steps - 1;
        the.choice[last]++;
        if (choose(last))
            return true;
        the.n_steps--;
    }
    return false;
}

static uint64_t run_all(enum race_ground ground, unsigned faults)
{
    uint64_t n = 0;

    the.n_steps = 0;
    do {
        run_choices(ground, faults);
        n++;
    } while (next_choices());
    return n;
}

static void every_order(void **state)
{
    const enum race_ground ground = *(const enum race_ground *)*state;
    uint64_t n = run_all(ground, 0), n_faults = 0;

    if (number_of("RACE_FAULTS", 0) != 0)
        n_faults = run_all(ground, 1);
    print_message("# %s: %llu orders, and %llu with a fault\n",
            race_ground_name(ground), (unsigned long long)n,
            (unsigned long long)n_faults);
    assert_true(n > 30);
}

/* ------------------------------------------------------------ longer ones */

static enum race_step random_step(const enum race_step *steps, size_t n)
{
    enum race_step step = steps[sim_below((uint32_t)n)];

    /* Faults are always possible, and would soon be used up. */
    for (int i = 0; i < FAULT_IS_RARE && step >= RACE_CUT_SENDER; i++)
        step = steps[sim_below((uint32_t)n)];
    return step;
}

static void random_race(uint64_t seed)
{
    enum race_step steps[RACE_N_STEPS];
    size_t n = 1;

    world_is_old();
    race_world(RANDOM_SEED + seed, true);
    the.in_world = 1;
    snprintf(the.replay, sizeof the.replay, "RACE_SEED=%llu", (unsigned long long)seed);
    race_begin((enum race_ground)sim_below(RACE_N_GROUNDS), RANDOM_FAULTS);
    size_t n_steps = RANDOM_STEPS_MIN + sim_below(RANDOM_STEPS_MORE);
    for (size_t i = 0; i < n_steps && n > 0; i++) {
        n = race_enabled(steps);
        if (n > 0)
            race_do(random_step(steps, n));
    }
    race_end();
    the.replay[0] = '\0';
}

static void random_races(void **state)
{
    uint64_t n = number_of("RACES", RACES_DEFAULT) / RACES_SHARE;

    (void)state;
    for (uint64_t seed = 1; seed <= n; seed++)
        random_race(seed);
    print_message("# %llu random races\n", (unsigned long long)n);
}

static void much_has_happened(void **state)
{
    const struct race_counts counts = race_counts();

    (void)state;
    print_message(
            "# %llu races: %llu letters left in time and %llu were called back; "
            "the target had something to destroy in %llu and never heard in %llu; "
            "%llu letters were refused\n",
            (unsigned long long)counts.races, (unsigned long long)counts.left,
            (unsigned long long)counts.recalled, (unsigned long long)counts.destroyed,
            (unsigned long long)counts.unheard, (unsigned long long)counts.refused);
    assert_true(counts.left > counts.races / 2);
    assert_true(counts.recalled > counts.races / 4);
    assert_true(counts.destroyed > counts.races / 4);
    assert_true(counts.unheard > 0);
    assert_true(counts.refused > 0);
}

/* ------------------------------------------------------------ one again */

static void again(void **state)
{
    char *words = *state, *rest = NULL;
    const char *word = strtok_r(words, " ", &rest);
    unsigned long ground = word != NULL ? strtoul(word, NULL, 10) : RACE_N_GROUNDS;
    enum race_step step;

    assert_true(ground < RACE_N_GROUNDS);
    race_world(WORLD_SEED, false);
    race_begin((enum race_ground)ground, UINT32_MAX);
    while ((word = strtok_r(NULL, " ", &rest)) != NULL) {
        step = race_step_of(word);
        assert_int_not_equal(step, RACE_N_STEPS);
        print_message("# %s\n", word);
        race_do(step);
    }
    race_end();
    race_world_end();
}

static void random_again(void **state)
{
    random_race(*(const uint64_t *)*state);
    world_is_old();
}

static int found(void **state)
{
    (void)state;
    race_found();
    atexit(tell_replay);
    return 0;
}

static int forget(void **state)
{
    (void)state;
    world_is_old();
    race_forget();
    return 0;
}

static int run_one(char *words)
{
    uint64_t seed = number_of("RACE_SEED", 0);
    const struct CMUnitTest tests[] = {
            {.name = "one race again",
             .test_func = words != NULL ? again : random_again,
             .initial_state = words != NULL ? (void *)words : &seed},
    };

    return cmocka_run_group_tests_name("race", tests, found, forget);
}

int main(void)
{
    static enum race_ground grounds[RACE_N_GROUNDS];
    struct CMUnitTest tests[RACE_N_GROUNDS + 2];
    char *words = getenv("RACE");
    size_t n = 0;

    if ((words != NULL && words[0] != '\0') || number_of("RACE_SEED", 0) != 0)
        return run_one(words);
    for (unsigned i = 0; i < N_GROUNDS_RUN; i++) {
        grounds[i] = (enum race_ground)i;
        tests[n++] = (struct CMUnitTest){.name = race_ground_name(grounds[i]),
                .test_func = every_order,
                .initial_state = &grounds[i]};
    }
    tests[n++] = (struct CMUnitTest){.name = "random races", .test_func = random_races};
    tests[n++] = (struct CMUnitTest){.name = "much has happened",
            .test_func = much_has_happened};
    return _cmocka_run_group_tests("races", tests, n, found, forget);
}
