/* sim_faults.c - each operation of each program's disk fails once in the life of a
 * referral, and each piece of memory that SQLite asks for is refused: the program says
 * nothing of what it could not keep, stops, comes back, and everything ends as if
 * nothing had happened.
 *
 *   EVERY=n   every n-th operation (default 9; 1: all) */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/errand.h"
#include "tests/memory.h"
#include "tests/pace.h"
#include "tests/peek.h"
#include "tests/promise.h"
#include "tests/watch.h"
#include "tests/world.h"

enum {
    EVERY_DEFAULT = UNDER_SANITIZERS ? 61 : 9,
    FEW = 3, /* a program does more than this to its disk in one errand */
};

static const char *const programs[] = {NETWORK_BROKER, ERRAND_SENDER, ERRAND_RECIPIENT};

static const char *const op_words[N_DISK_OPS] = {"read", "write", "sync", "open",
        "truncation", "deletion"};

static struct {
    char as_usual[ERRAND_TEXT_BYTES];
    uint64_t ops[COUNT_OF(programs)][N_DISK_OPS]; /* of an errand without a fault */
    uint64_t memory;
    bool then_power; /* who stopped and came back loses its power soon */
    size_t n_runs, n_happened, n_died;
    struct sim_watch inner;
} the;

/* ------------------------------------------------------------ one errand */

/* What the test looks at is not what the program does. */
static void on_turn(void *self, const char *name)
{
    (void)self;
    memory_pause(true);
    the.inner.on_turn(the.inner.self, name);
    memory_pause(false);
}

static void on_send(void *self, const char *from, const char *to, struct span frame)
{
    (void)self;
    memory_pause(true);
    the.inner.on_send(the.inner.self, from, to, frame);
    memory_pause(false);
}

/* Whoever has stopped by itself is started again, on the disk as it is. */
static void bring_back(void)
{
    for (size_t i = 0; i < COUNT_OF(programs); i++) {
        const char *id = programs[i];
        if (world_is_up(id))
            continue;
        the.n_died++;
        struct disk *disk = world_disk(id);
        bool first = !disk_is_off(disk);
        memory_plan(0);
        memory_pause(true);
        disk_pause(disk, true);
        world_stop(id);
        disk_power(disk);
        world_start(id);
        promise_check(id);
        disk_pause(disk, false);
        memory_pause(false);
        if (the.then_power && first)
            disk_plan(disk, DISK_SYNC, 2, DISK_CUT_AFTER);
    }
}

static void begin(void)
{
    memory_plan(0);
    memory_pause(true);
    errand_begin();
    the.inner = sim_watched();
    struct sim_watch watch = the.inner;
    watch.on_turn = on_turn;
    watch.on_send = on_send;
    sim_watch(&watch);
    memory_pause(false);
}

static void live(void)
{
    errand_live(bring_back);
    memory_plan(0);
    memory_pause(true);
}

static void end(const char *what, uint64_t at)
{
    char ended[ERRAND_TEXT_BYTES];

    errand_end(ended);
    memory_pause(false);
    the.n_runs++;
    if (strcmp(ended, the.as_usual) != 0)
        fail_msg("%s %llu: as usual\n%sbut then\n%s", what, (unsigned long long)at,
                the.as_usual, ended);
}

static void nothing_fails(void **state)
{
    (void)state;
    begin();
    uint64_t before = memory_count();
    for (size_t i = 0; i < COUNT_OF(programs); i++) {
        struct disk_counts counts = disk_counts(world_disk(programs[i]));
        for (size_t op = 0; op < N_DISK_OPS; op++)
            the.ops[i][op] = counts.ops[op];
    }
    live();
    the.memory = memory_count() - before;
    for (size_t i = 0; i < COUNT_OF(programs); i++) {
        struct disk_counts counts = disk_counts(world_disk(programs[i]));
        for (size_t op = 0; op < N_DISK_OPS; op++)
            the.ops[i][op] = counts.ops[op] - the.ops[i][op];
    }
    errand_end(the.as_usual);
    memory_pause(false);
}

/* ------------------------------------------------------------ faults */

static uint64_t every(void)
{
    const char *text = getenv("EVERY");
    uint64_t n = text != NULL ? strtoull(text, NULL, 10) : 0;

    return n != 0 ? n : EVERY_DEFAULT;
}

static void each_operation_of_a_disk_fails(void **state)
{
    uint64_t step = every();

    (void)state;
    for (size_t i = 0; i < COUNT_OF(programs); i++)
        for (size_t op = 0; op < N_DISK_OPS; op++)
            for (uint64_t at = 1; at <= the.ops[i][op]; at += step) {
                char what[128];
                snprintf(what, sizeof what, "%s of %s", op_words[op], programs[i]);
                begin();
                struct disk *disk = world_disk(programs[i]);
                disk_plan(disk, (enum disk_op)op, at, DISK_FAILS);
                live();
                the.n_happened += disk_planned_happened(disk);
                end(what, at);
            }
}

/* The system may show what a sync that failed was to write as if it were there. A new
 * start that believes it builds on nothing. */
static void a_sync_fails_and_later_the_power(void **state)
{
    (void)state;
    the.then_power = true;
    for (size_t i = 0; i < COUNT_OF(programs); i++)
        for (uint64_t at = 1; at <= the.ops[i][DISK_SYNC]; at++) {
            begin();
            disk_plan(world_disk(programs[i]), DISK_SYNC, at, DISK_FAILS);
            live();
            the.n_happened++;
            end("sync before a power cut", at);
        }
    the.then_power = false;
}

static void each_piece_of_memory_is_refused(void **state)
{
    uint64_t step = every() * 20;

    (void)state;
    for (uint64_t at = 1; at <= the.memory; at += step) {
        begin();
        memory_plan(at);
        live();
        the.n_happened += memory_planned_happened();
        end("memory", at);
    }
}

static void most_of_them_stop_a_program(void **state)
{
    (void)state;
    print_message("# %zu errands, %zu with a fault, %zu programs stopped\n", the.n_runs,
            the.n_happened, the.n_died);
    for (size_t i = 0; i < COUNT_OF(programs); i++)
        assert_true(the.ops[i][DISK_WRITE] > FEW && the.ops[i][DISK_SYNC] > FEW);
    assert_true(the.n_happened > the.n_runs / 2);
    assert_true(the.n_died > the.n_happened / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(nothing_fails),
            cmocka_unit_test(each_operation_of_a_disk_fails),
            cmocka_unit_test(a_sync_fails_and_later_the_power),
            cmocka_unit_test(each_piece_of_memory_is_refused),
            cmocka_unit_test(most_of_them_stop_a_program),
    };

    memory_begin();
    peek_begin();
    return cmocka_run_group_tests(tests, errand_setup, errand_teardown);
}
