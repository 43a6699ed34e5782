/* sim_seeds.c - random lives of a network: everything that staff can do, in any order,
 * while connections break, frames come twice, programs fall and days go by. After each
 * turn what must be true is looked at; at the end all is healed and everything has to
 * come to its end.
 *
 *   SEEDS=n   so many lives (default 100)      SEED=k   just this one, again */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/time.h"
#include "tests/peek.h"
#include "tests/watch.h"
#include "tests/workload.h"
#include "tests/world.h"

#if defined __SANITIZE_ADDRESS__
enum { SEEDS_DEFAULT = 10 }; /* the sanitizers make it many times slower */
#elif defined __has_feature
#if __has_feature(address_sanitizer)
enum { SEEDS_DEFAULT = 10 };
#else
enum { SEEDS_DEFAULT = 100 };
#endif
#else
enum { SEEDS_DEFAULT = 100 };
#endif

enum { SEEDS_MAX = 100000, ACTIONS = 100 };

static struct test_network settled;

/* ------------------------------------------------------------ a life */

/* Every sender ends what still runs. */
static void end_all(void)
{
    for (size_t hub = 0; hub < WORKLOAD_N_HUBS; hub++) {
        uint64_t newest = world_newest(WORKLOAD_HUBS[hub], CASE_BOX_NONE);
        for (uint64_t number = 1; number <= newest; number++) {
            if (workload_may(world_show(WORKLOAD_HUBS[hub], number),
                        OFFER_EVENT_CANCEL)) {
                const struct reply *reply =
                        world_act(WORKLOAD_HUBS[hub], number, OFFER_EVENT_CANCEL);
                if (reply->code[0] != '\0')
                    watch_broken("%s cannot end case %llu: %s", WORKLOAD_HUBS[hub],
                            (unsigned long long)number, reply->code);
            }
        }
    }
    sim_run_until(sim_now() + TIME_HOUR_MS);
    if (!sim_settle(TIME_HOUR_MS))
        watch_broken("the network does not become quiet at the end");
}

static void one_life(void **state)
{
    uint64_t seed = *(const uint64_t *)*state;

    world_begin(seed, &settled, NULL);
    watch_begin(seed);
    workload_begin();
    for (int i = 0; i < ACTIONS; i++) {
        workload_start(30);
        workload_happens();
        workload_time();
        if (world_died())
            watch_broken("a program stopped by itself");
    }
    workload_heal();
    watch_agreed();
    end_all();
    watch_ended();
    world_end();
}

/* ------------------------------------------------------------ all of them */

static int settle(void **state)
{
    (void)state;
    world_found(&settled);
    world_settle(&settled, WORKLOAD_HUBS, WORKLOAD_N_HUBS);
    return 0;
}

static int forget(void **state)
{
    (void)state;
    network_forget(&settled);
    return 0;
}

static uint64_t number_of(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);

    return text != NULL && text[0] != '\0' ? strtoull(text, NULL, 10) : otherwise;
}

/* Over many lives, enough has happened for them to mean something. */
static void much_has_happened(void **state)
{
    const struct watch_counts counts = watch_counts();
    size_t n_lives = *(const size_t *)*state;

    print_message("# %zu lives: %llu checks, %llu offers in %llu steps, %llu accepted, "
                  "%llu letters, %llu refused, %llu consents withdrawn\n",
            n_lives, (unsigned long long)counts.checks,
            (unsigned long long)counts.offers, (unsigned long long)counts.steps,
            (unsigned long long)counts.accepted, (unsigned long long)counts.letters,
            (unsigned long long)counts.refused, (unsigned long long)counts.withdrawn);
    if (n_lives < 50)
        return;
    assert_true(counts.checks > 100 * n_lives);
    assert_true(counts.offers > 2 * n_lives);
    assert_true(counts.steps > 5 * n_lives);
    assert_true(counts.accepted > n_lives / 2);
    assert_true(counts.withdrawn > n_lives / 4);
}

int main(void)
{
    uint64_t only = number_of("SEED", 0), n_seeds = number_of("SEEDS", SEEDS_DEFAULT);
    size_t n = only != 0 ? 1 : (size_t)(n_seeds < SEEDS_MAX ? n_seeds : SEEDS_MAX);
    struct CMUnitTest *tests = calloc(n + 1, sizeof *tests);
    uint64_t *seeds = calloc(n, sizeof *seeds);
    char(*names)[32] = calloc(n, sizeof *names);

    if (tests == NULL || seeds == NULL || names == NULL)
        return 1;
    for (size_t i = 0; i < n; i++) {
        seeds[i] = only != 0 ? only : i + 1;
        snprintf(names[i], sizeof names[i], "seed %llu", (unsigned long long)seeds[i]);
        tests[i] = (struct CMUnitTest){.name = names[i],
                .test_func = one_life,
                .initial_state = &seeds[i]};
    }
    tests[n] = (struct CMUnitTest){.name = "much has happened",
            .test_func = much_has_happened,
            .initial_state = &n};
    peek_begin();
    int failed = _cmocka_run_group_tests("seeds", tests, n + 1, settle, forget);
    free(tests);
    free(seeds);
    free(names);
    return failed;
}
