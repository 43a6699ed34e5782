/* sim_acknowledged.c - the broker's store is put back to a copy that is a month old,
 * and its readers have forgotten since, in its time, what they had acknowledged. The
 * look of the random lives at that (tests/watch_owed.h) lets it pass, and finds a
 * letter that is lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "nodes/retention.h"
#include "tests/older_copy.h"
#include "tests/peek.h"
#include "tests/shrink.h"
#include "tests/watch.h"
#include "tests/world.h"

#define HOME   "thuiszorg"
#define TARGET "aksant"
#define FOUND  "%s has acknowledged a letter that it does not have"

enum { BROKER_KEEPS_DAYS = 30 }; /* a letter that has ended */

static int64_t has(const char *id, enum letter_type type)
{
    return peek_number(peek_of(id), "SELECT count(*) FROM received WHERE type = %d",
            (int)type);
}

/* A referral is accepted: the target has read its preview and its content, and the
 * referrer the accept. Nobody has looked yet. */
static void refer_and_accept(void)
{
    uint64_t consent =
            world_consent(HOME, &(struct world_consent){.recipients = {TARGET}});

    assert_string_equal(world_refer(HOME, consent, TARGET, "Rosa Voorbeeld")->code, "");
    world_quiet();
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    world_quiet();
    assert_int_equal(has(TARGET, LETTER_TYPE_PREVIEW), 1);
    assert_int_equal(has(TARGET, LETTER_TYPE_CONTENT), 1);
    assert_int_equal(has(HOME, LETTER_TYPE_EVENT), 1);
}

static void begin(const struct plan *plan)
{
    world_fresh(plan->seed);
    watch_plan(plan);
    world_only(HOME, TARGET);
}

static void put_back(void)
{
    world_stop(NETWORK_BROKER);
    watch_new_broker_store();
    put_backup_back();
}

/* The copy tells of the accept once more, when the broker is about to forget it. */
static void put_back_late(const struct plan *plan)
{
    begin(plan);
    refer_and_accept();
    make_backup_of_broker();
    world_pass((BROKER_KEEPS_DAYS - 1) * (int64_t)TIME_DAY_MS);
    watch_step();
    put_back();
    assert_int_equal(has(HOME, LETTER_TYPE_EVENT), 1);
    world_pass((RETENTION_RECEIPT_DAYS - BROKER_KEEPS_DAYS + 2) * (int64_t)TIME_DAY_MS);
    assert_int_equal(has(HOME, LETTER_TYPE_EVENT), 0);
}

/* ------------------------------------------------------------ what is right */

static void what_was_forgotten_in_its_time_is_not_lost(void **state)
{
    struct plan plan = plan_of(1);

    (void)state;
    plan.faults[PLAN_CLOCK] = false;
    put_back_late(&plan);
    assert_int_equal(has(TARGET, LETTER_TYPE_PREVIEW), 1);
    assert_int_equal(has(TARGET, LETTER_TYPE_CONTENT), 1);
    watch_step();
    world_end();
}

/* ------------------------------------------------------------ what is lost */

/* What a reader that loses a letter would have done. */
static void lose(const char *id, enum letter_type type)
{
    char sql[64];

    snprintf(sql, sizeof sql, "DELETE FROM received WHERE type = %d", (int)type);
    assert_int_equal(sqlite3_exec(peek_of(id), sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_changes(peek_of(id)), 1);
}

static void at_once(const struct plan *plan, void *kind)
{
    begin(plan);
    refer_and_accept();
    lose(HOME, LETTER_TYPE_EVENT);
    watch_tell(kind);
    watch_step();
}

/* Too early, also for a clock that is days ahead. */
static void before_its_time(const struct plan *plan, void *kind)
{
    begin(plan);
    refer_and_accept();
    world_pass(
            (RETENTION_RECEIPT_DAYS - PLAN_CLOCK_MAX_DAYS - 1) * (int64_t)TIME_DAY_MS);
    lose(HOME, LETTER_TYPE_EVENT);
    watch_tell(kind);
    watch_step();
}

/* It brought something to keep, for which there is no such time. */
static void what_stays_for_ever(const struct plan *plan, void *kind)
{
    put_back_late(plan);
    lose(TARGET, LETTER_TYPE_CONTENT);
    watch_tell(kind);
    watch_step();
}

/* The broker has lost the word for it before anybody looked, and nobody tells it. */
static void and_the_broker_too(const struct plan *plan, void *kind)
{
    begin(plan);
    make_backup_of_broker();
    refer_and_accept();
    sim_unplug(HOME, true);
    sim_unplug(TARGET, true);
    put_back();
    assert_int_equal(peek_number(peek_of(NETWORK_BROKER),
                             "SELECT count(*) FROM letter"),
            0);
    lose(HOME, LETTER_TYPE_EVENT);
    watch_tell(kind);
    watch_step();
}

static void a_loss_is_found(void **state)
{
    static void (*const lives[])(const struct plan *plan, void *kind) = {at_once,
            before_its_time, what_stays_for_ever, and_the_broker_too};
    const void **kind = mmap(NULL, sizeof *kind, PROT_READ | PROT_WRITE,
            MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    struct plan plan = plan_of(1);

    (void)state;
    assert_ptr_not_equal(kind, MAP_FAILED);
    for (size_t i = 0; i < 2 * COUNT_OF(lives); i++) {
        const struct shrink_life life = {.live = lives[i / 2],
                .shared = kind,
                .kind = kind};
        plan.faults[PLAN_CLOCK] = i % 2 != 0;
        *kind = NULL;
        assert_false(shrink_try(&life, &plan, true));
        assert_non_null(*kind);
        assert_string_equal(*kind, FOUND);
    }
    munmap(kind, sizeof *kind);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(what_was_forgotten_in_its_time_is_not_lost),
            cmocka_unit_test(a_loss_is_found),
    };

    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
