/* sim_away.c - a sender is away for longer than the broker knows a letter that is over:
 * how it ended waits in the sender's mailbox. The look of the random lives at what was
 * answered (tests/watch.h) lets that pass, and finds a letter that is lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "tests/peek.h"
#include "tests/shrink.h"
#include "tests/watch.h"
#include "tests/world.h"

#define HOME   "thuiszorg"
#define TARGET "aksant"

enum { AWAY_DAYS = 40, LETTERS = 2 };

static int64_t at_broker(const char *sql)
{
    return peek_number(peek_of(NETWORK_BROKER), sql);
}

static int64_t without_an_end(void)
{
    return peek_number(peek_of(HOME), "SELECT count(*) FROM sent WHERE terminal = 0");
}

/* A referral is answered, and its sender hears no more. */
static void begin(const struct plan *plan, int64_t days)
{
    world_fresh(plan->seed);
    watch_plan(plan);
    uint64_t consent =
            world_consent(HOME, &(struct world_consent){.recipients = {TARGET}});
    sim_unplug(TARGET, true);
    assert_string_equal(world_refer(HOME, consent, TARGET, "Rosa Voorbeeld")->code, "");
    world_quiet();
    world_only(HOME, TARGET);
    sim_unplug(HOME, true);
    sim_unplug(TARGET, false);
    world_pass(days * TIME_DAY_MS);
    assert_int_equal(without_an_end(), LETTERS);
    watch_step();
}

static void away_for_long(const struct plan *plan)
{
    begin(plan, AWAY_DAYS);
    assert_int_equal(at_broker("SELECT count(*) FROM letter"), 0);
}

/* What a broker that loses something would have done. */
static void lose(const char *sql)
{
    assert_int_equal(sqlite3_exec(peek_of(NETWORK_BROKER), sql, NULL, NULL, NULL),
            SQLITE_OK);
    assert_int_equal(sqlite3_changes(peek_of(NETWORK_BROKER)), 1);
}

/* ------------------------------------------------------------ what is right */

static void the_end_waits_for_who_is_away(void **state)
{
    struct plan plan = plan_of(1);

    (void)state;
    plan.faults[PLAN_CLOCK] = false;
    away_for_long(&plan);
    sim_unplug(HOME, false);
    world_quiet();
    assert_int_equal(without_an_end(), 0);
    assert_int_equal(peek_number(peek_of(HOME),
                             "SELECT count(*) FROM sent WHERE receipt IS NULL"),
            0);
    assert_int_equal(at_broker("SELECT count(*) FROM mail"), 0);
    assert_int_equal(world_state(HOME, world_newest(HOME, CASE_BOX_NONE)),
            OFFER_STATE_EXPIRED);
    watch_step();
    world_end();
}

/* ------------------------------------------------------------ what is lost */

/* One of the two ends; the other one says nothing of it. */
static void an_end_is_lost(const struct plan *plan, void *kind)
{
    away_for_long(plan);
    lose("DELETE FROM mail WHERE kind = 2 AND ref = 2");
    watch_tell(kind);
    watch_step();
}

/* The preview was processed, and nobody may forget it yet. */
static void forgotten_too_early(const struct plan *plan, void *kind)
{
    begin(plan, 1);
    lose("DELETE FROM letter WHERE state = 6");
    watch_tell(kind);
    watch_step();
}

/* It still waits for the answer of the target. */
static void a_letter_is_lost(const struct plan *plan, void *kind)
{
    begin(plan, 1);
    lose("DELETE FROM letter WHERE state = 1");
    watch_tell(kind);
    watch_step();
}

static void a_loss_is_found(void **state)
{
    static void (*const lives[])(const struct plan *plan, void *kind) = {an_end_is_lost,
            forgotten_too_early, a_letter_is_lost};
    const void **kind = mmap(NULL, sizeof *kind, PROT_READ | PROT_WRITE,
            MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    struct plan plan = plan_of(1);

    (void)state;
    assert_ptr_not_equal(kind, MAP_FAILED);
    plan.faults[PLAN_CLOCK] = false;
    for (size_t i = 0; i < COUNT_OF(lives); i++) {
        const struct shrink_life life = {.live = lives[i],
                .shared = kind,
                .kind = kind};
        assert_false(shrink_try(&life, &plan, true));
        assert_non_null(*kind);
    }
    munmap(kind, sizeof *kind);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(the_end_waits_for_who_is_away),
            cmocka_unit_test(a_loss_is_found),
    };

    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
