/* sim_offers_alone.c - what the broker does with an offer by itself, each row of the
 * table "Offer transitions" of docs/referrals.md from the command line on: somebody
 * else has it, nobody acts, the consent is withdrawn, its turn comes or cannot come.
 * Both sides and the broker agree, and both traces tell it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "tests/peek.h"
#include "tests/walk.h"

#define H        WALK_HOME
#define T        WALK_TARGET
#define OTHER    WALK_THIRD
#define S(state) OFFER_STATE_##state

static const enum offer_state ASKED[] = {S(REQUESTED), S(SEEN), S(INFO_REQUESTED),
        S(WAITLISTED)};
static const enum offer_state TAKEN[] = {S(ACCEPTED), S(IN_PROGRESS), S(ON_HOLD)};

/* To the target and another one, in this order, in this mode. */
static struct walk refer_to_two(const char *list, const char *mode)
{
    char more[80];

    snprintf(more, sizeof more, "--mode %s", mode);
    return walk_refer(walk_consent(list, 0), list, more);
}

static void other_accepts(void)
{
    walk_do(OTHER, "accept %d", (int)world_newest(OTHER, CASE_BOX_TO_DECIDE));
    world_pass(TIME_MINUTE_MS);
}

/* ------------------------------------------------------------ somebody else */

static void row_8_not_selected(void **state)
{
    (void)state;
    world_fresh(41);
    for (size_t i = 0; i < COUNT_OF(ASKED); i++) {
        struct walk walk = refer_to_two("aksant,chambry", "first_claim");
        walk_bring(&walk, ASKED[i]);
        other_accepts();
        walk_both(&walk, S(NOT_SELECTED));
        walk_erased(&walk);
        walk_no(&walk, T, "accept #", "E_TRANSITION");
        assert_string_equal(world_show(H, walk.sent)->line->other, OTHER);
    }
    /* Who waits for its turn is told nothing. */
    struct walk walk = refer_to_two("chambry,aksant", "sequential");
    walk_ours(&walk, S(QUEUED));
    other_accepts();
    walk_ours(&walk, S(NOT_SELECTED));
    assert_int_equal(world_newest(T, CASE_BOX_NONE), COUNT_OF(ASKED));
    world_end();
}

static void row_23_turn(void **state)
{
    (void)state;
    world_fresh(42);
    struct walk walk = refer_to_two("chambry,aksant", "sequential");
    assert_int_equal(walk.got, 0);
    walk_ours(&walk, S(QUEUED));
    sim_unplug(H, true);
    walk_do(OTHER, "decline %d --reason no_capacity",
            (int)world_newest(OTHER, CASE_BOX_TO_DECIDE));
    world_pass(TIME_MINUTE_MS);
    walk.got = world_newest(T, CASE_BOX_TO_DECIDE);
    assert_int_not_equal(walk.got, 0);
    walk_do(T, "accept %d", (int)walk.got);
    sim_unplug(H, false);
    world_pass(TIME_MINUTE_MS);
    walk_both(&walk, S(ACCEPTED));
    assert_non_null(world_show(T, walk.got)->referral);
    assert_int_equal(walk_told(&walk, H, "turn"), 2);
    world_end();
}

static void row_24_skip(void **state)
{
    (void)state;
    world_fresh(43);
    walk_do(T, "intake set volunteers_at_limit");
    struct walk walk = refer_to_two("aksant,chambry", "sequential");
    assert_int_equal(walk.got, 0);
    walk_ours(&walk, S(SKIPPED));
    assert_int_equal(world_newest(T, CASE_BOX_NONE), 0);
    walk_do(H, "trace %d", (int)walk.sent);
    assert_non_null(strstr(walk_said(), "aksant: skipped: takes nothing now"));
    assert_int_not_equal(world_newest(OTHER, CASE_BOX_TO_DECIDE), 0);
    world_end();
}

/* ------------------------------------------------------------ nobody acts */

/* In a crisis an hour to open it, one to answer a question, two to decide. */
static void row_9_expire(void **state)
{
    static const struct {
        enum offer_state from;
        const char *told;
        int64_t after_min;
    } ROWS[] = {
            {S(REQUESTED),      "overdue expire",      121},
            {S(SEEN),           "expire",              121},
            {S(INFO_REQUESTED), "info_timeout expire", 240},
            {S(WAITLISTED),     "expire",              0  },
    };

    (void)state;
    walk_fresh(44);
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        bool waits = ROWS[i].from == S(WAITLISTED);
        struct walk walk = waits ? walk_to(S(REQUESTED), "--urgency urgent")
                                 : walk_to(ROWS[i].from, "--urgency crisis");
        if (waits)
            walk_step(&walk, T, "waitlist # --until @1", S(WAITLISTED));
        world_pass(
                waits ? (int64_t)2 * TIME_DAY_MS : ROWS[i].after_min * TIME_MINUTE_MS);
        walk_both(&walk, S(EXPIRED));
        walk_erased(&walk);
        walk_no(&walk, T, "accept #", "E_TRANSITION");
        walk_traces(&walk, ROWS[i].from, ROWS[i].told);
        assert_string_equal(world_show(H, walk.sent)->line->referral_state, "expired");
    }
    world_end();
}

/* Nobody says that it goes on: as a cancel. */
static void row_9_expire_at_the_end_of_its_life(void **state)
{
    struct walk walks[COUNT_OF(TAKEN)];

    (void)state;
    walk_fresh(45);
    for (size_t i = 0; i < COUNT_OF(TAKEN); i++)
        walks[i] = walk_to(TAKEN[i], "--urgency crisis");
    walk_step(&walks[2], T, "keep # --basis social_file", TAKEN[2]);
    world_pass((int64_t)31 * TIME_DAY_MS);
    for (size_t i = 0; i < COUNT_OF(TAKEN); i++) {
        walk_both(&walks[i], S(EXPIRED));
        walk_traces(&walks[i], TAKEN[i], "expire");
    }
    walk_erased(&walks[0]);
    walk_erased(&walks[1]);
    assert_non_null(world_show(T, walks[2].got)->referral);
    assert_true(walk_told(&walks[2], H, "kept") > 0);
    world_end();
}

static void row_21_info_timeout(void **state)
{
    (void)state;
    walk_fresh(46);
    struct walk walk = walk_to(S(INFO_REQUESTED), "--urgency crisis");
    world_pass((int64_t)61 * TIME_MINUTE_MS);
    walk_both(&walk, S(SEEN));
    assert_true(world_show(T, walk.got)->line->unread);
    walk_traces(&walk, S(INFO_REQUESTED), "info_timeout");
    walk_no(&walk, H, "info-reply # --text mornings", "E_TRANSITION");
    walk_step(&walk, T, "accept #", S(ACCEPTED)); /* it decides without */
    world_end();
}

static void row_22_overdue(void **state)
{
    (void)state;
    walk_fresh(47);
    struct walk walk = walk_to(S(REQUESTED), "--urgency crisis");
    uint64_t version = world_show(H, walk.sent)->line->version;
    world_pass((int64_t)61 * TIME_MINUTE_MS);
    walk_both(&walk, S(REQUESTED));
    walk_traces(&walk, S(REQUESTED), "overdue");
    assert_int_equal(world_show(H, walk.sent)->line->version, version);
    assert_true(world_show(H, walk.sent)->line->unread);
    assert_true(world_show(T, walk.got)->line->unread);
    walk_step(&walk, T, "accept #", S(ACCEPTED));
    walk_traces(&walk, S(REQUESTED), "overdue accept");
    world_end();
}

/* ------------------------------------------------------------ the consent ends */

static void row_20_consent_withdrawn(void **state)
{
    (void)state;
    world_fresh(48);
    for (size_t i = 0; i < COUNT_OF(ASKED) + COUNT_OF(TAKEN); i++) {
        enum offer_state from =
                i < COUNT_OF(ASKED) ? ASKED[i] : TAKEN[i - COUNT_OF(ASKED)];
        struct walk walk = walk_to(from, "");
        walk_do(H, "consent withdraw %d --reason person_asked", (int)walk.consent);
        world_pass(TIME_MINUTE_MS);
        walk_both(&walk, S(CANCELLED));
        walk_erased(&walk);
        walk_do(T, "inbox");
        assert_true(world_show(T, walk.got)->line->stop_contact);
        walk_no(&walk, T, "accept #", "E_TRANSITION");
        walk_traces(&walk, from, "consent_withdrawn");
    }
    struct walk walk = refer_to_two("chambry,aksant", "sequential");
    walk_do(H, "consent withdraw %d --reason person_asked", (int)walk.consent);
    world_pass(TIME_MINUTE_MS);
    walk_ours(&walk, S(CANCELLED));
    assert_int_equal(world_newest(T, CASE_BOX_NONE), COUNT_OF(ASKED) + COUNT_OF(TAKEN));
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(row_8_not_selected),
            cmocka_unit_test(row_9_expire),
            cmocka_unit_test(row_9_expire_at_the_end_of_its_life),
            cmocka_unit_test(row_20_consent_withdrawn),
            cmocka_unit_test(row_21_info_timeout),
            cmocka_unit_test(row_22_overdue),
            cmocka_unit_test(row_23_turn),
            cmocka_unit_test(row_24_skip),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
