/* sim_generation.c - destruction by a new generation key, with a fault at each call of
 * the system and a power cut at each operation of the disk: the node always finds the
 * key that its store needs, what lives is read, and what was destroyed is gone in the
 * end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/time.h"
#include "tests/errand.h"
#include "tests/files.h"
#include "tests/pace.h"
#include "tests/peek.h"
#include "tests/promise.h"
#include "tests/world.h"

#define READER ERRAND_RECIPIENT

enum { CALLS_MAX = 300, STEP = UNDER_SANITIZERS ? 5 : 1 };

static struct {
    struct disk_watch machine; /* who watched the reader's disk before */
    size_t n_falls;
} the;

/* What can go wrong while the key changes. */
enum fault {
    CALL_FAILS,
    CUT_BEFORE_CALL,
    CUT_AFTER_CALL,
    CUT_BEFORE_OPERATION,
    CUT_AFTER_OPERATION,
    N_FAULTS,
};

static const char *const fault_words[N_FAULTS] = {"a call that fails",
        "a power cut before a call", "a power cut after a call",
        "a power cut before an operation of the disk",
        "a power cut after an operation of the disk"};

/* ------------------------------------------------------------ one machine */

/* Files and database lie on one machine: they lose their power together. */
static void on_disk_cut(void *self)
{
    files_cut();
    the.machine.on_cut(self);
}

static void on_files_cut(void)
{
    disk_cut(world_disk(READER));
}

static void no_more_faults(void)
{
    files_plan(0, FILES_FAIL);
    disk_plan(world_disk(READER), N_DISK_OPS, 0, DISK_FAILS);
}

static void join_power(uint64_t seed)
{
    char home[NETWORK_PATH_BYTES];

    network_home(world_network(), READER, home);
    files_begin(home, seed);
    files_on_cut(on_files_cut);
    the.machine = disk_watched(world_disk(READER));
    struct disk_watch watch = the.machine;
    watch.on_cut = on_disk_cut;
    disk_watch(world_disk(READER), &watch);
}

/* It comes back, and knows its key. */
static void bring_back(void)
{
    struct disk *disk = world_disk(READER);

    if (world_is_up(READER))
        return;
    the.n_falls++;
    no_more_faults();
    world_stop(READER);
    files_power();
    disk_power(disk);
    if (!world_try_start(READER))
        fail_msg("the node does not start again: %s", world_why());
    promise_check(READER);
}

/* ------------------------------------------------------------ the story */

static uint64_t make_case(uint64_t *consent, const char *person)
{
    *consent = world_consent(ERRAND_SENDER,
            &(struct world_consent){.recipients = {READER}});
    world_refer(ERRAND_SENDER, *consent, READER, person);
    world_quiet();
    return world_newest(READER, CASE_BOX_NONE);
}

static void is_kept(uint64_t number, const char *person)
{
    const struct case_detail *file = world_show(READER, number);

    if (file->referral == NULL || file->referral->person == NULL ||
            strcmp(file->referral->person->name, person) != 0)
        fail_msg("a case that lives cannot be read any more");
}

/* One key is left, and the content is gone; its sender was told. */
static void is_gone(uint64_t number)
{
    char home[NETWORK_PATH_BYTES], path[NETWORK_PATH_BYTES + 32];
    static const char *const left[] = {"new", "old", "new.tmp", "tmp"};

    assert_null(world_show(READER, number)->preview);
    network_home(world_network(), READER, home);
    for (size_t i = 0; i < COUNT_OF(left); i++) {
        snprintf(path, sizeof path, "%s/keys/generation.key.%s", home, left[i]);
        if (access(path, F_OK) == 0)
            fail_msg("%s is left", path);
    }
    assert_int_equal(peek_number(peek_of(NETWORK_BROKER),
                             "SELECT count(*) FROM letter WHERE erased > 0"),
            1);
}

static void plan(enum fault fault, uint64_t at)
{
    static const enum files_effect effects[] = {FILES_FAIL, FILES_CUT_BEFORE,
            FILES_CUT_AFTER};

    if (fault <= CUT_AFTER_CALL)
        files_plan(at, effects[fault]);
    else
        disk_plan(world_disk(READER), N_DISK_OPS, at,
                fault == CUT_BEFORE_OPERATION ? DISK_CUT_BEFORE : DISK_CUT_AFTER);
}

/* False: so much does not happen any more. */
static bool try_fault(enum fault fault, uint64_t at)
{
    uint64_t consent;

    errand_begin();
    join_power(at);
    uint64_t kept = make_case(&consent, "Rosa Voorbeeld");
    world_do(READER, kept, OFFER_EVENT_ACCEPT);
    uint64_t gone = make_case(&consent, "Karim Voorbeeld");
    world_withdraw(ERRAND_SENDER, consent);
    plan(fault, at);
    for (int i = 0; i < 10; i++) {
        world_pass(TIME_SECOND_MS / 4);
        bring_back();
    }
    bool happened = fault <= CUT_AFTER_CALL ? files_planned_happened()
                                            : disk_planned_happened(world_disk(READER));
    no_more_faults();
    world_pass(TIME_MINUTE_MS);
    is_kept(kept, "Rosa Voorbeeld");
    is_gone(gone);
    files_end();
    world_end();
    return happened;
}

static void a_fault(void **state)
{
    enum fault fault = *(const enum fault *)*state;
    uint64_t at = 1;

    while (at < CALLS_MAX && try_fault(fault, at))
        at += STEP;
    print_message("# %s: %llu\n", fault_words[fault], (unsigned long long)at - 1);
    assert_in_range(at, 10, CALLS_MAX - 1);
}

int main(void)
{
    static enum fault faults[N_FAULTS];
    struct CMUnitTest tests[N_FAULTS];

    for (size_t i = 0; i < N_FAULTS; i++) {
        faults[i] = (enum fault)i;
        tests[i] = (struct CMUnitTest){.name = fault_words[i],
                .test_func = a_fault,
                .initial_state = &faults[i]};
    }
    peek_begin();
    return cmocka_run_group_tests(tests, errand_setup, errand_teardown);
}
