/* sim_power.c - the power goes in the middle of a random life: at any read, write,
 * sync, open, truncation or deletion of any program, also while it opens its database
 * after the cut before. What it has said must be true when it is back, and in the end
 * every letter has come to its end.
 *
 *   CUTS=n   so many cuts (default 500)      SEED=k   just this life, again */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/time.h"
#include "tests/pace.h"
#include "tests/peek.h"
#include "tests/promise.h"
#include "tests/region.h"
#include "tests/trouble.h"
#include "tests/watch.h"
#include "tests/workload.h"
#include "tests/world.h"

enum {
    CUTS_DEFAULT = UNDER_SANITIZERS ? 60 : 500,
    CUTS_MAX = 1000000,
    CUTS_A_LIFE = 10,
    ACTIONS_MAX = 300,
    N_NODES = 5,
};

/* Besides the power. */
static const enum plan_fault FAULTS[] = {PLAN_DELAY, PLAN_TWICE, PLAN_CUT, PLAN_UNPLUG,
        PLAN_CRASH};

/* Of all lives so far. */
static struct disk_counts sum;

/* ------------------------------------------------------------ cuts */

/* Some time from now, the power of this program's machine goes. */
static void plan_cut(const char *id)
{
    static const uint32_t within[] = {20, 200, 1500};
    bool at_sync = sim_below(4) == 0;
    uint64_t at = 1 + sim_below(at_sync ? 40 : within[sim_below(COUNT_OF(within))]);

    disk_plan(world_disk(id), at_sync ? DISK_SYNC : N_DISK_OPS, at,
            sim_below(2) == 0 ? DISK_CUT_BEFORE : DISK_CUT_AFTER);
}

/* It comes back, however often the power goes while it starts. */
static void come_back(const char *id)
{
    struct disk *disk = world_disk(id);

    world_stop(id);
    do {
        disk_power(disk);
        plan_cut(id);
    } while (!world_try_start(id) && disk_is_off(disk));
    if (!world_is_up(id))
        watch_broken("%s does not start after a cut: %s", id, world_why());
    disk_pause(disk, true);
    promise_check(id);
    disk_pause(disk, false);
}

static const char *program_at(size_t i)
{
    return i == 0 ? NETWORK_BROKER : workload_node(i - 1);
}

/* Those whose power went, and with this chance those that have fallen otherwise. */
static void all_come_back(uint32_t percent)
{
    for (size_t i = 0; i <= N_NODES; i++) {
        const char *id = program_at(i);
        if (disk_is_off(world_disk(id)) ||
                (!world_is_up(id) && !world_died() && sim_below(100) < percent))
            come_back(id);
    }
    if (world_died())
        watch_broken("a program stopped by itself");
}

static uint64_t cuts_so_far(void)
{
    uint64_t n_cuts = 0;

    for (size_t i = 0; i <= N_NODES; i++)
        n_cuts += disk_counts(world_disk(program_at(i))).cuts;
    return n_cuts;
}

/* ------------------------------------------------------------ a life */

static void add_counts(void)
{
    for (size_t i = 0; i <= N_NODES; i++) {
        struct disk_counts counts = disk_counts(world_disk(program_at(i)));
        for (size_t op = 0; op < COUNT_OF(sum.ops); op++)
            sum.ops[op] += counts.ops[op];
        sum.cuts += counts.cuts;
        sum.kept += counts.kept;
        sum.lost += counts.lost;
        sum.torn += counts.torn;
        sum.names_lost += counts.names_lost;
    }
}

static void heal(void)
{
    for (size_t i = 0; i <= N_NODES; i++)
        disk_plan(world_disk(program_at(i)), N_DISK_OPS, 0, DISK_FAILS);
    all_come_back(100);
    for (size_t i = 0; i <= N_NODES; i++)
        disk_plan(world_disk(program_at(i)), N_DISK_OPS, 0, DISK_FAILS);
    trouble_heal();
}

static void one_life(void **state)
{
    uint64_t seed = *(const uint64_t *)*state;

    const struct test_network *network = region_of(N_NODES);
    struct plan plan = plan_of(seed);

    memset(plan.faults, false, sizeof plan.faults);
    for (size_t i = 0; i < COUNT_OF(FAULTS); i++)
        plan.faults[FAULTS[i]] = true;
    plan.n_nodes = N_NODES;
    world_on_disks(true);
    world_begin(seed, network, NULL);
    watch_begin(seed);
    promise_begin();
    workload_begin(&plan);
    trouble_begin(&plan);
    for (size_t i = 0; i <= N_NODES; i++)
        plan_cut(program_at(i));
    for (int i = 0; i < ACTIONS_MAX && cuts_so_far() < CUTS_A_LIFE; i++) {
        trouble_happens();
        workload_happens();
        all_come_back(0);
        workload_time();
        all_come_back(30);
    }
    heal();
    watch_agreed();
    for (size_t i = 0; i <= N_NODES; i++)
        promise_check(program_at(i));
    add_counts();
    world_end();
}

/* ------------------------------------------------------------ all of them */

static int forget(void **state)
{
    (void)state;
    region_forget();
    return 0;
}

static uint64_t number_of(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);

    return text != NULL && text[0] != '\0' ? strtoull(text, NULL, 10) : otherwise;
}

static void much_was_lost_and_nothing_that_counts(void **state)
{
    size_t n_lives = *(const size_t *)*state;

    print_message("# %llu cuts in %zu lives: %llu sectors not synced were lost, %llu "
                  "kept, %llu torn; %llu names lost; %zu promises looked at\n",
            (unsigned long long)sum.cuts, n_lives, (unsigned long long)sum.lost,
            (unsigned long long)sum.kept, (unsigned long long)sum.torn,
            (unsigned long long)sum.names_lost, promise_checks());
    if (n_lives < 5)
        return;
    assert_true(sum.cuts > n_lives * CUTS_A_LIFE / 2);
    assert_true(sum.lost > sum.cuts && sum.kept > sum.cuts && sum.torn > n_lives);
    assert_true(promise_checks() > 5 * sum.cuts);
}

int main(void)
{
    uint64_t only = number_of("SEED", 0), n_cuts = number_of("CUTS", CUTS_DEFAULT);
    size_t n =
            only != 0 ? 1
                      : (size_t)((n_cuts < CUTS_MAX ? n_cuts : CUTS_MAX) / CUTS_A_LIFE);
    struct CMUnitTest *tests = calloc(n + 1, sizeof *tests);
    uint64_t *seeds = calloc(n, sizeof *seeds);
    char(*names)[32] = calloc(n, sizeof *names);

    if (tests == NULL || seeds == NULL || names == NULL)
        return 1;
    for (size_t i = 0; i < n; i++) {
        seeds[i] = only != 0 ? only : i + 1;
        snprintf(names[i], sizeof names[i], "life %llu", (unsigned long long)seeds[i]);
        tests[i] = (struct CMUnitTest){.name = names[i],
                .test_func = one_life,
                .initial_state = &seeds[i]};
    }
    tests[n] = (struct CMUnitTest){.name = "much was lost, and nothing that counts",
            .test_func = much_was_lost_and_nothing_that_counts,
            .initial_state = &n};
    peek_begin();
    int failed = _cmocka_run_group_tests("power cuts", tests, n + 1, NULL, forget);
    free(tests);
    free(seeds);
    free(names);
    return failed;
}
