/* sim_seeds.c - random lives of networks of two to forty partners: everything that
 * staff can do, in any order, while links, clocks, disks and programs fail
 * (tests/plan.h). After each turn and each step what must be true is looked at
 * (tests/watch.h); at the end all is healed and everything has to come to its end.
 *
 *   SEEDS=n   so many lives (default 100; under the sanitizers 10)
 *   FIRST=k   the first seed of them (default 1)
 *   SEED=k    just this one, again; NODES, STEPS and FAULTS as the line says that a
 *             failing life prints. A life that fails is made as short as it still
 * fails; SHRINK=0 leaves it as it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "core/wire_map.h"
#include "gen/gateway.h"
#include "tests/peek.h"
#include "tests/region.h"
#include "tests/shrink.h"
#include "tests/trouble.h"
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

enum {
    SEEDS_MAX = 100000,
    SHRINK_TRIES = 100,
    LIVES_MANY = 50,    /* enough of them for everything to happen */
    LOOKS = 3,          /* at all of them together */
    TRIES_ENOUGH = 100, /* for a command to be done once */
};

/* Seen by all lives, which are processes of their own. */
static struct shared {
    struct watch_counts counts;
    struct workload_counts commands;
    struct trouble_counts troubles;
    const void *broken;
} * shared;

/* ------------------------------------------------------------ a life */

static void step(const struct plan *plan, uint64_t number)
{
    sim_choose_from(3 * number + 1);
    trouble_start(30);
    trouble_happens();
    sim_choose_from(3 * number + 2);
    workload_happens();
    sim_choose_from(3 * number + 3);
    workload_time();
    watch_step();
    if (!plan_on_disks(plan) && world_died())
        watch_broken("a program stopped by itself");
}

static void live(const struct plan *plan, void *counts)
{
    peek_begin();
    watch_tell(&((struct shared *)counts)->broken);
    const struct test_network *network = region_of(plan->n_nodes);
    world_on_disks(plan_on_disks(plan));
    world_begin(plan->seed, network, NULL);
    watch_plan(plan);
    workload_begin(plan);
    trouble_begin(plan);
    for (uint64_t i = 0; i < PLAN_STEPS; i++)
        if (plan->steps[i])
            step(plan, i);
    trouble_heal();
    watch_agreed();
    workload_end_all();
    watch_ended();
    ((struct shared *)counts)->counts = watch_counts();
    ((struct shared *)counts)->commands = workload_counts();
    ((struct shared *)counts)->troubles = trouble_counts();
    world_end();
}

/* ------------------------------------------------------------ all of them */

static void add_watched(struct watch_counts *sum, const struct watch_counts *more)
{
    sum->checks += more->checks;
    sum->offers += more->offers;
    sum->steps += more->steps;
    sum->letters += more->letters;
    sum->accepted += more->accepted;
    sum->withdrawn += more->withdrawn;
    sum->refused += more->refused;
    sum->stores += more->stores;
}

static void add_counts(struct shared *sum, const struct shared *more)
{
    add_watched(&sum->counts, &more->counts);
    for (size_t i = 0; i < WORKLOAD_ROWS_MAX; i++) {
        sum->commands.asked[i] += more->commands.asked[i];
        sum->commands.done[i] += more->commands.done[i];
    }
    for (size_t i = 0; i < N_PLAN_FAULTS; i++)
        sum->troubles.happened[i] += more->troubles.happened[i];
}

static struct shared sum;

static void one_life(void **state)
{
    const struct shrink_life life = {.live = live,
            .shared = shared,
            .kind = &shared->broken};
    const char *wish = getenv("SHRINK");
    struct plan plan;

    if (!plan_from_environment(*(const uint64_t *)*state, &plan))
        fail_msg("NODES, STEPS or FAULTS cannot be read");
    if (getenv("SEED") != NULL && getenv("SEED")[0] != '\0') {
        char faults[PLAN_TEXT_BYTES];
        plan_faults(&plan, faults);
        print_message("# %u partners, %zu steps, faults: %s\n", plan.n_nodes,
                plan_n_steps(&plan), faults);
    }
    /* Founded once, for all lives of this size. */
    (void)region_of(plan.n_nodes);
    if (shrink_try(&life, &plan, false)) {
        add_counts(&sum, shared);
        return;
    }
    if (wish == NULL || strcmp(wish, "0") != 0) {
        char line[PLAN_TEXT_BYTES];
        plan = shrink(&life, &plan, SHRINK_TRIES);
        plan_line(&plan, line);
        fprintf(stderr,
                "# as short as it still fails (%zu steps, %u partners):\n# %s\n",
                plan_n_steps(&plan), plan.n_nodes, line);
        (void)shrink_try(&life, &plan, false);
    }
    fail();
}

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

/* Over many lives, enough has happened for them to mean something. */
static void much_has_happened(void **state)
{
    const struct watch_counts counts = sum.counts;
    size_t n_lives = *(const size_t *)*state;

    print_message(
            "# %zu lives: %llu checks, %llu offers in %llu steps, %llu accepted, "
            "%llu letters, %llu refused, %llu consents withdrawn, %llu stores lost "
            "or put back\n",
            n_lives, (unsigned long long)counts.checks,
            (unsigned long long)counts.offers, (unsigned long long)counts.steps,
            (unsigned long long)counts.accepted, (unsigned long long)counts.letters,
            (unsigned long long)counts.refused, (unsigned long long)counts.withdrawn,
            (unsigned long long)counts.stores);
    if (n_lives < LIVES_MANY)
        return;
    assert_true(counts.checks > 100 * n_lives);
    assert_true(counts.offers > 2 * n_lives);
    assert_true(counts.steps > 5 * n_lives);
    assert_true(counts.accepted > n_lives / 2);
    assert_true(counts.withdrawn > n_lives / 4);
    assert_true(counts.stores > n_lives / 20);
}

/* Each kind of trouble came, and did not only stand in a plan. */
static void every_trouble_has_happened(void **state)
{
    size_t n_lives = *(const size_t *)*state, n_unknown = 0;

    for (int i = 0; i < N_PLAN_FAULTS; i++) {
        uint64_t n = sum.troubles.happened[i];
        print_message("# %s: %llu\n", plan_fault_word((enum plan_fault)i),
                (unsigned long long)n);
        n_unknown += n == 0;
    }
    if (n_unknown > 0 && n_lives >= LIVES_MANY)
        fail_msg("%zu kinds of trouble never came", n_unknown);
}

/* Commands that are no part of a life, and why. */
static const struct {
    const char *name, *why;
} ELSEWHERE[] = {
        {"backup", "made by tests/trouble.c, for what is put back"},
        {"follow", "replies without an end: unit_http_events"     },
};

static bool is_elsewhere(const char *name)
{
    for (size_t i = 0; i < sizeof ELSEWHERE / sizeof ELSEWHERE[0]; i++)
        if (strcmp(ELSEWHERE[i].name, name) == 0)
            return true;
    /* Asked of the HTTP API alone. */
    return strncmp(name, "webhook_", strlen("webhook_")) == 0;
}

/* Each command that a socket takes was asked, and done when it was asked often: one
 * that is new in the protocol belongs into tests/workload*.c, or into the table above.
 */
static void every_command_was_done(void **state)
{
    size_t n_lives = *(const size_t *)*state, n_undone = 0;

    assert_true(WIRE_REQUEST.n_rows <= WORKLOAD_ROWS_MAX);
    for (size_t i = 0; i < WIRE_REQUEST.n_rows; i++) {
        const struct wire_row *row = &WIRE_REQUEST.rows[i];
        if (row->oneof == 0 || is_elsewhere(row->name))
            continue;
        print_message("# %s: done %u of %u times\n", row->name, sum.commands.done[i],
                sum.commands.asked[i]);
        bool tried = sum.commands.asked[i] >= TRIES_ENOUGH;
        n_undone += sum.commands.asked[i] == 0 || (tried && sum.commands.done[i] == 0);
    }
    if (n_undone > 0 && n_lives >= LIVES_MANY)
        fail_msg("%zu commands were never asked, or always refused", n_undone);
}

int main(void)
{
    uint64_t only = number_of("SEED", 0), n_seeds = number_of("SEEDS", SEEDS_DEFAULT);
    uint64_t first = number_of("FIRST", 1);
    size_t n = only != 0 ? 1 : (size_t)(n_seeds < SEEDS_MAX ? n_seeds : SEEDS_MAX);
    static const struct CMUnitTest looks[LOOKS] = {
            cmocka_unit_test(much_has_happened),
            cmocka_unit_test(every_trouble_has_happened),
            cmocka_unit_test(every_command_was_done),
    };
    struct CMUnitTest *tests = calloc(n + LOOKS, sizeof *tests);
    uint64_t *seeds = calloc(n, sizeof *seeds);
    char(*names)[32] = calloc(n, sizeof *names);

    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
            MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (tests == NULL || seeds == NULL || names == NULL || shared == MAP_FAILED)
        return 1;
    for (size_t i = 0; i < n; i++) {
        seeds[i] = only != 0 ? only : first + i;
        snprintf(names[i], sizeof names[i], "seed %llu", (unsigned long long)seeds[i]);
        tests[i] = (struct CMUnitTest){.name = names[i],
                .test_func = one_life,
                .initial_state = &seeds[i]};
    }
    for (size_t i = 0; i < LOOKS; i++) {
        tests[n + i] = looks[i];
        tests[n + i].initial_state = &n;
    }
    int failed = _cmocka_run_group_tests("seeds", tests, n + LOOKS, NULL, forget);
    free(tests);
    free(seeds);
    free(names);
    return failed;
}
