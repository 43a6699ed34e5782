/* sim_evidence_older.c - the file that proves a case, made after the broker was put
 * back to a copy, or lost all it had: it holds, what the copy holds is proved to be one
 * history, and what is not proved is said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/evidence.h"
#include "core/time.h"
#include "core/vocab.h"
#include "tests/older_copy.h"
#include "tests/peek.h"
#include "tests/world.h"

#define HOME   "thuiszorg"
#define TARGET "aksant"

static struct findings made(struct arena *arena)
{
    const struct export_evidence export = {.case_number = 1};
    struct request request = {.evidence = &export};
    struct span bytes = world_must(HOME, &request, "")->evidence->file;
    struct evidence_file file;
    struct findings found;
    struct err err = {.code = CODE_OK};
    arena_reset(arena, 0);
    assert_true(evidence_get(bytes, arena, &file, &err));
    assert_true(evidence_check(&file, arena, &found, &err));
    for (size_t i = 0; i < found.n_faults; i++)
        print_message("%s: %s\n",
                vocab_code(VOCAB_EVIDENCE_FAULT, found.faults[i].fault),
                found.faults[i].words);
    assert_true(found.holds);
    return found;
}

/* As staff do who read that something is still asked for. */
static struct findings made_again(struct arena *arena)
{
    (void)made(arena);
    world_pass(10 * TIME_SECOND_MS);
    return made(arena);
}

static void step(enum offer_event event)
{
    world_do(TARGET, 1, event);
    world_pass(TIME_MINUTE_MS);
}

static void assert_no_alarm(void)
{
    assert_int_equal(peek_number(peek_of(HOME), "SELECT count(*) FROM finding"), 0);
}

/* A referral that both know, each of its steps under a checkpoint of its own. */
static void begin(uint64_t seed)
{
    const struct world_consent consent = {.recipients = {TARGET}};
    world_fresh(seed);
    (void)world_refer(HOME, world_consent(HOME, &consent), TARGET, "Rosa Voorbeeld");
    world_quiet();
    world_pass(TIME_MINUTE_MS);
    step(OFFER_EVENT_ACCEPT);
}

/* Nobody had asked for the proofs before; the copy can show what stood in it. */
static void what_the_copy_has_is_one_history(void **state)
{
    struct arena arena = arena_new(EVIDENCE_ARENA_BYTES);
    (void)state;
    begin(1);
    make_backup_of_broker();
    put_backup_back();
    step(OFFER_EVENT_START);
    step(OFFER_EVENT_OUTCOME);
    struct findings first = made(&arena);
    assert_int_equal(first.joined, 0);
    assert_true(first.not_joined > 0);
    world_pass(10 * TIME_SECOND_MS);
    struct findings found = made(&arena);
    assert_int_equal(found.not_joined, 0);
    assert_int_equal(found.histories, 1);
    assert_true(found.joined > first.not_joined);
    assert_int_equal(found.not_logged, 0);
    assert_no_alarm();
    arena_free(&arena);
    world_end();
}

/* What came after the copy is in no log any more: that is said, and no alarm. */
static void what_was_lost_is_a_history_of_its_own(void **state)
{
    struct arena arena = arena_new(EVIDENCE_ARENA_BYTES);
    (void)state;
    begin(2);
    make_backup_of_broker();
    step(OFFER_EVENT_START);
    struct findings before = made_again(&arena);
    assert_int_equal(before.not_joined, 0);
    assert_int_equal(before.histories, 1);
    put_backup_back();
    step(OFFER_EVENT_OUTCOME);
    struct findings found = made_again(&arena);
    /* The proofs that had come are kept. */
    assert_int_equal(found.not_joined, 0);
    assert_int_equal(found.histories, 2);
    assert_true(found.joined >= before.joined);
    assert_no_alarm();
    arena_free(&arena);
    world_end();
}

/* The same, where nobody had asked before: what cannot be shown is not asked for. */
static void what_cannot_be_shown_is_not_waited_for(void **state)
{
    struct arena arena = arena_new(EVIDENCE_ARENA_BYTES);
    (void)state;
    begin(3);
    make_backup_of_broker();
    step(OFFER_EVENT_START);
    put_backup_back();
    step(OFFER_EVENT_OUTCOME);
    struct findings found = made_again(&arena);
    assert_true(found.not_joined > 0 && found.joined > 0);
    assert_int_equal(found.histories, 2);
    assert_int_equal(peek_number(peek_of(HOME),
                             "SELECT count(*) FROM log_join WHERE path IS NULL"),
            0);
    assert_no_alarm();
    arena_free(&arena);
    world_end();
}

/* Put back twice: the newest copy shows what stood in both. */
static void a_copy_of_a_copy_is_one_history(void **state)
{
    struct arena arena = arena_new(EVIDENCE_ARENA_BYTES);
    (void)state;
    begin(4);
    make_backup_of_broker();
    put_backup_back();
    step(OFFER_EVENT_START);
    put_backup_back();
    step(OFFER_EVENT_OUTCOME);
    struct findings found = made_again(&arena);
    /* What the second life of the store signed is lost with it. */
    assert_int_equal(found.histories, 2);
    assert_true(found.joined > 0);
    assert_no_alarm();
    arena_free(&arena);
    world_end();
}

/* A broker that lost everything begins a log that holds nothing of before. */
static void a_new_store_is_another_history(void **state)
{
    struct arena arena = arena_new(EVIDENCE_ARENA_BYTES);
    char path[WORLD_PATH_BYTES], wal[WORLD_PATH_BYTES + 8];
    (void)state;
    begin(5);
    struct findings before = made_again(&arena);
    assert_int_equal(before.histories, 1);
    step(OFFER_EVENT_START);
    world_stop(NETWORK_BROKER);
    world_db(NETWORK_BROKER, path);
    snprintf(wal, sizeof wal, "%s-wal", path);
    (void)unlink(path);
    (void)unlink(wal);
    world_start(NETWORK_BROKER);
    world_pass(5 * TIME_MINUTE_MS);
    step(OFFER_EVENT_OUTCOME);
    struct findings found = made_again(&arena);
    assert_int_equal(found.histories, 2);
    assert_true(found.joined >= before.joined);
    assert_int_equal(peek_number(peek_of(HOME),
                             "SELECT count(*) FROM log_join WHERE path IS NULL"),
            0);
    assert_no_alarm();
    arena_free(&arena);
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(what_the_copy_has_is_one_history),
            cmocka_unit_test(what_was_lost_is_a_history_of_its_own),
            cmocka_unit_test(what_cannot_be_shown_is_not_waited_for),
            cmocka_unit_test(a_copy_of_a_copy_is_one_history),
            cmocka_unit_test(a_new_store_is_another_history),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
