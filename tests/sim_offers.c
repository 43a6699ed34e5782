/* sim_offers.c - what people may do with an offer, each row of the table "Offer
 * transitions" of docs/referrals.md as it is typed at the command line: both sides and
 * the broker agree where it stands, both traces tell it, and what each side holds of
 * the person follows. What the broker does by itself is in sim_offers_alone.c. */
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
#define S(state) OFFER_STATE_##state

static const enum offer_state ASKED[] = {S(REQUESTED), S(SEEN), S(INFO_REQUESTED),
        S(WAITLISTED)};
static const enum offer_state TAKEN[] = {S(ACCEPTED), S(IN_PROGRESS), S(ON_HOLD)};

static int64_t lodged(void)
{
    return peek_number(peek_of(NETWORK_BROKER),
            "SELECT count(*) FROM letter WHERE state = 1 AND type = %d",
            LETTER_TYPE_CONTENT);
}

/* ------------------------------------------------------------ asking */

static void row_1_offer(void **state)
{
    (void)state;
    walk_fresh(11);
    struct walk walk = walk_to(S(REQUESTED), "");
    /* It sees the preview, and the content stays at the broker. */
    assert_non_null(world_show(T, walk.got)->preview);
    assert_null(world_show(T, walk.got)->referral);
    assert_string_equal(world_show(T, walk.got)->line->person, "");
    assert_int_equal(lodged(), 1);
    walk_traces(&walk, S(REQUESTED), "");
    walk_do(T, "intake set full");
    walk_refused(H, "E_BUSY",
            "refer --consent %d --to %s --area 21004 --name Rosa --need debt",
            (int)walk.consent, T);
    world_end();
}

static void row_2_seen(void **state)
{
    (void)state;
    walk_fresh(12);
    struct walk walk = walk_to(S(REQUESTED), "");
    walk_step(&walk, T, "show #", S(SEEN)); /* a person opens it */
    walk_step(&walk, T, "show #", S(SEEN)); /* once */
    walk_step(&walk, T, "seen #", S(SEEN));
    walk_traces(&walk, S(REQUESTED), "seen");
    world_end();
}

static void rows_3_and_4_questions(void **state)
{
    static const char ASK[] = "info-request # --questions best_time";

    (void)state;
    walk_fresh(13);
    struct walk walk = walk_to(S(REQUESTED), "");
    walk_no(&walk, H, "info-reply # --text mornings", "E_TRANSITION");
    walk_step(&walk, T, ASK, S(INFO_REQUESTED));
    walk_no(&walk, T, ASK, "E_TRANSITION");
    /* No more than a preview may say. */
    walk_no(&walk, H, "info-reply # --text Rosa~is~at~home", "E_CONSENT_DATA");
    walk_no(&walk, H, "info-reply # --text call~02/000.00.00", "E_CONSENT_DATA");
    walk_step(&walk, H, "info-reply # --text in~the~mornings", S(SEEN));
    walk_do(T, "show %d", (int)walk.got);
    assert_non_null(strstr(walk_said(), "in the mornings"));
    walk_step(&walk, T, "info-request # --questions language", S(INFO_REQUESTED));
    walk_step(&walk, H, "info-reply # --text Dutch", S(SEEN));
    walk_no(&walk, T, ASK, "E_TRANSITION"); /* a third round */
    walk_step(&walk, T, "accept #", S(ACCEPTED));
    walk_traces(&walk, S(REQUESTED),
            "info_request info_reply info_request info_reply accept");
    world_end();
}

static void row_5_waitlist(void **state)
{
    (void)state;
    walk_fresh(14);
    for (size_t i = 0; i < 3; i++) {
        struct walk walk = walk_to(ASKED[i], "");
        walk_no(&walk, T, "waitlist # --until @181", "E_FIELD");
        walk_no(&walk, T, "waitlist # --until @-1", "E_FIELD");
        assert_int_equal(walk_run(T, "waitlist %d", (int)walk.got), 2);
        walk_step(&walk, T, "waitlist # --until @30", S(WAITLISTED));
        assert_int_equal(lodged(), (int64_t)i + 1);
        int64_t date_ms = (int64_t)world_show(T, walk.got)->line->due_ms;
        assert_int_equal(time_brussels_day(date_ms), time_brussels_day(sim_now()) + 30);
        assert_int_equal(world_show(H, walk.sent)->line->due_ms, date_ms);
        walk_traces(&walk, ASKED[i], "waitlist");
    }
    struct walk crisis = walk_to(S(REQUESTED), "--urgency crisis");
    walk_no(&crisis, T, "waitlist # --until @1", "E_TRANSITION");
    world_end();
}

static void row_6_accept(void **state)
{
    (void)state;
    walk_fresh(15);
    for (size_t i = 0; i < COUNT_OF(ASKED); i++) {
        struct walk walk = walk_to(ASKED[i], "");
        walk_no(&walk, H, "accept #", "E_TRANSITION");
        walk_step(&walk, T, "accept #", S(ACCEPTED));
        assert_string_equal(world_show(T, walk.got)->referral->person->name,
                "Rosa Voorbeeld");
        assert_int_equal(lodged(), 0);
        walk_no(&walk, T, "accept #", "E_TRANSITION");
        walk_traces(&walk, ASKED[i], "accept");
    }
    world_end();
}

static void row_7_decline(void **state)
{
    (void)state;
    walk_fresh(16);
    for (size_t i = 0; i < COUNT_OF(ASKED); i++) {
        struct walk walk = walk_to(ASKED[i], "");
        assert_int_equal(walk_run(T, "decline %d", (int)walk.got), 2);
        walk_step(&walk, T, "decline # --reason no_capacity", S(DECLINED));
        walk_erased(&walk);
        walk_do(H, "show %d", (int)walk.sent);
        assert_non_null(strstr(walk_said(), "no place"));
        walk_no(&walk, T, "accept #", "E_TRANSITION");
        walk_traces(&walk, ASKED[i], "decline");
    }
    world_end();
}

/* ------------------------------------------------------------ the work */

static void rows_10_13_and_14_work(void **state)
{
    (void)state;
    walk_fresh(17);
    struct walk walk =
            walk_refer(walk_consent(T, 0), T, "--need loneliness_isolation,debt");
    walk_no(&walk, T, "start #", "E_TRANSITION");
    walk_step(&walk, T, "accept #", S(ACCEPTED));
    walk_no(&walk, T, "progress # --step visited", "E_TRANSITION");
    walk_no(&walk, T, "outcome # --outcome debt=need_met", "E_");
    walk_no(&walk, T, "start # --result no_answer_1", "E_FIELD");
    walk_step(&walk, T, "start # --result met", S(IN_PROGRESS));
    walk_step(&walk, T, "progress # --step visited", S(IN_PROGRESS));
    walk_step(&walk, T, "progress # --step plan_agreed", S(IN_PROGRESS));
    /* An outcome for each need, and for no other. */
    walk_no(&walk, T, "outcome # --outcome debt=need_met", "E_FIELD");
    walk_step(&walk, T,
            "outcome # --outcome debt=need_met,loneliness_isolation=need_partly_met",
            S(COMPLETED));
    walk_no(&walk, T, "progress # --step visited", "E_TRANSITION");
    walk_no(&walk, H, "cancel # --reason moved", "E_TRANSITION");
    walk_traces(&walk, S(REQUESTED), "accept start progress progress outcome");
    world_end();
}

static void rows_11_and_12_hold_and_resume(void **state)
{
    (void)state;
    walk_fresh(18);
    for (size_t i = 0; i < 2; i++) {
        struct walk walk = walk_to(TAKEN[i], "");
        walk_no(&walk, T, "resume #", "E_TRANSITION");
        walk_no(&walk, T, "hold # --reason hospitalised --until @61", "E_FIELD");
        assert_int_equal(walk_run(T, "hold %d --until @20", (int)walk.got), 2);
        walk_step(&walk, T, "hold # --reason hospitalised --until @20", S(ON_HOLD));
        walk_no(&walk, T, "hold # --reason hospitalised --until @20", "E_TRANSITION");
        walk_no(&walk, T, "start #", "E_TRANSITION");
        walk_no(&walk, T, "outcome # --outcome need_met", "E_TRANSITION");
        walk_step(&walk, T, "resume #", TAKEN[i]); /* to where it began */
        walk_traces(&walk, TAKEN[i], "hold resume");
    }
    world_end();
}

static void row_15_fail(void **state)
{
    (void)state;
    walk_fresh(19);
    for (size_t i = 0; i < COUNT_OF(TAKEN); i++) {
        struct walk walk = walk_to(TAKEN[i], "");
        assert_int_equal(walk_run(T, "fail %d", (int)walk.got), 2);
        walk_step(&walk, T, "fail # --reason moved", S(FAILED));
        assert_string_equal(world_show(H, walk.sent)->line->referral_state,
                "outcome_reported");
        walk_traces(&walk, TAKEN[i], "fail");
    }
    world_end();
}

/* ------------------------------------------------------------ the sender stops it */

static void row_16_cancel_before_the_accept(void **state)
{
    (void)state;
    walk_fresh(20);
    for (size_t i = 0; i < COUNT_OF(ASKED); i++) {
        struct walk walk = walk_to(ASKED[i], "");
        walk_no(&walk, T, "cancel # --reason moved", "E_TRANSITION");
        walk_step(&walk, H, "cancel # --reason no_longer_needed", S(CANCELLED));
        walk_erased(&walk);
        walk_no(&walk, T, "accept #", "E_TRANSITION");
        walk_traces(&walk, ASKED[i], "cancel");
    }
    world_end();
}

static void assert_said(const char *words)
{
    if (strstr(walk_said(), words) == NULL)
        fail_msg("\"%s\" is not in: %s", words, walk_said());
}

/* While the link is down it ends here; where it may have left, staff see that it is to
 * be cancelled. */
static void row_16_cancel_before_the_broker_has_it(void **state)
{
    (void)state;
    walk_fresh(28);
    for (int left = 0; left < 2; left++) {
        uint64_t consent = walk_consent(T, 0);
        sim_unplug(H, true);
        struct walk walk = walk_refer(consent, T, "");
        int number = (int)walk.sent;
        if (left != 0)
            peek_number(peek_of(H), "UPDATE submission SET unsent = 0");
        walk_do(H, "show %d", number);
        assert_said("cancel");
        walk_refused(H, "E_PENDING", "in-error %d --reason wrong_person", number);
        walk_do(H, "cancel %d --reason no_longer_needed", number);
        assert_said(left != 0 ? "is cancelled as soon as the broker says that it has it"
                              : "cancelled.");
        walk_do(H, "show %d", number);
        assert_said(left != 0 ? "to be cancelled" : "revoked");
        walk_do(H, "--lang nl inbox --box sent");
        assert_said(left != 0 ? "te annuleren" : "geannuleerd");
        walk_do(H, "--lang fr trace %d", number);
        assert_said(left != 0 ? "à annuler dès que le courtier"
                              : "rappelé, ne va pas à aksant");
        sim_unplug(H, false);
        world_pass(5 * TIME_MINUTE_MS);
        assert_int_equal(world_state(H, walk.sent), S(CANCELLED));
        assert_int_equal(world_newest(T, CASE_BOX_NONE), left);
    }
    world_end();
}

/* The target says that it has erased, or on what ground its own record stays. */
static void row_17_cancel_after_the_accept(void **state)
{
    (void)state;
    walk_fresh(21);
    for (size_t i = 0; i < COUNT_OF(TAKEN); i++) {
        struct walk walk = walk_to(TAKEN[i], "");
        walk_step(&walk, H, "cancel # --reason no_longer_needed", S(CANCELLED));
        walk_erased(&walk);
        walk_traces(&walk, TAKEN[i], "cancel");
        walk = walk_to(TAKEN[i], "");
        walk_step(&walk, T, "keep # --basis social_file", TAKEN[i]);
        walk_step(&walk, H, "cancel # --reason no_longer_needed", S(CANCELLED));
        world_pass(TIME_HOUR_MS);
        assert_non_null(world_show(T, walk.got)->referral);
        assert_true(walk_told(&walk, H, "kept") > 0);
        walk_traces(&walk, TAKEN[i], "cancel");
    }
    world_end();
}

static void row_19_in_error(void **state)
{
    (void)state;
    walk_fresh(22);
    for (size_t i = 0; i < COUNT_OF(ASKED) + COUNT_OF(TAKEN); i++) {
        enum offer_state from =
                i < COUNT_OF(ASKED) ? ASKED[i] : TAKEN[i - COUNT_OF(ASKED)];
        struct walk walk = walk_to(from, "");
        if (from == S(IN_PROGRESS)) /* it holds back nothing of another person */
            walk_step(&walk, T, "keep # --basis social_file", from);
        walk_no(&walk, T, "in-error # --reason wrong_person", "E_TRANSITION");
        walk_step(&walk, H, "in-error # --reason wrong_person", S(IN_ERROR));
        walk_erased(&walk);
        assert_string_equal(world_show(T, walk.got)->line->person, "");
        walk_no(&walk, T, "accept #", "E_TRANSITION");
        walk_traces(&walk, from, "in_error");
    }
    world_end();
}

/* ------------------------------------------------------------ handing on */

static void row_18_forward(void **state)
{
    static const enum offer_state FROM[] = {S(ACCEPTED), S(IN_PROGRESS)};

    (void)state;
    world_fresh(23);
    world_agree(T, WALK_THIRD);
    world_agree(WALK_THIRD, "noord");
    for (size_t i = 0; i < COUNT_OF(FROM); i++) {
        uint64_t consent = walk_consent("aksant,chambry,noord", (int)i + 1);
        struct walk walk = walk_refer(consent, T, "");
        walk_no(&walk, T, "forward # --to chambry", "E_TRANSITION");
        walk_step(&walk, T, "accept #", S(ACCEPTED));
        if (FROM[i] == S(IN_PROGRESS))
            walk_step(&walk, T, "start #", FROM[i]);
        walk_no(&walk, T, "forward # --to thuiszorg", "E_LOOP");
        walk_step(&walk, T, "hold # --reason staff_absent --until @2", S(ON_HOLD));
        walk_no(&walk, T, "forward # --to chambry", "E_TRANSITION");
        walk_step(&walk, T, "resume #", FROM[i]);
        walk_step(&walk, T, "forward # --to chambry", FROM[i]);
        walk_traces(&walk, FROM[i], "hold resume forward");
        uint64_t next = world_newest(WALK_THIRD, CASE_BOX_TO_DECIDE);
        walk_do(WALK_THIRD, "accept %d", (int)next);
        if (i == 0) /* once, said the person */
            walk_refused(WALK_THIRD, "E_CONSENT_ONWARD", "forward %d --to noord",
                    (int)next);
        else
            walk_refused(WALK_THIRD, "E_LOOP", "forward %d --to aksant", (int)next);
        walk_no(&walk, T, "forward # --to chambry", "E_LOOP");
        walk_both(&walk, FROM[i]);
    }
    world_end();
}

/* ------------------------------------------------------------ the end of it */

static void confirmed_once_and_for_all(void **state)
{
    static const enum offer_state FROM[] = {S(COMPLETED), S(FAILED)};

    (void)state;
    walk_fresh(24);
    struct walk walk = walk_to(S(REQUESTED), "");
    walk_no(&walk, H, "confirm # --result met", "E_TRANSITION");
    for (size_t i = 0; i < COUNT_OF(FROM); i++) {
        walk = walk_to(FROM[i], "");
        walk_no(&walk, T, "confirm # --result met", "E_TRANSITION");
        walk_step(&walk, H, "confirm # --result met", FROM[i]);
        assert_string_equal(world_show(H, walk.sent)->line->referral_state, "closed");
        assert_string_equal(world_show(T, walk.got)->line->referral_state, "closed");
        walk_no(&walk, H, "confirm # --result met", "E_TRANSITION");
        walk_refused(H, "E_TRANSITION", "reopen %d --consent %d", (int)walk.sent,
                (int)walk.consent);
        walk_both(&walk, FROM[i]);
    }
    world_end();
}

/* Within fourteen days: a new offer, and the old one stays as it ended. */
static void opened_again_within_fourteen_days(void **state)
{
    static const enum offer_state FROM[] = {S(COMPLETED), S(FAILED)};

    (void)state;
    walk_fresh(25);
    for (size_t i = 0; i < COUNT_OF(FROM); i++) {
        struct walk walk = walk_to(FROM[i], "");
        world_pass((int64_t)13 * TIME_DAY_MS);
        walk_do(H, "reopen %d --consent %d", (int)walk.sent, (int)walk.consent);
        world_quiet();
        const struct case_detail *file = world_show(H, walk.sent);
        assert_int_equal(file->n_offers, 2);
        assert_int_equal(file->offers[0].state, FROM[i]);
        assert_string_equal(file->line->referral_state, "open");
        uint64_t old = walk.got;
        walk.got = world_newest(T, CASE_BOX_NONE);
        assert_int_not_equal(walk.got, old);
        walk_both(&walk, S(REQUESTED));
        walk_step(&walk, T, "accept #", S(ACCEPTED));
        assert_int_equal(world_state(T, old), FROM[i]);
    }
    world_end();
}

static void opened_again_too_late(void **state)
{
    (void)state;
    walk_fresh(26);
    struct walk walk = walk_to(S(COMPLETED), "");
    world_pass((int64_t)15 * TIME_DAY_MS);
    /* Nobody confirmed within 14 days: the broker has closed it. */
    assert_string_equal(world_show(H, walk.sent)->line->referral_state, "closed");
    walk_refused(H, "E_TRANSITION", "reopen %d --consent %d", (int)walk.sent,
            (int)walk.consent);
    walk_both(&walk, S(COMPLETED));
    world_end();
}

/* Two decide in the same moment: one of them is told where it stands now. */
static void accepted_and_cancelled_at_once(void **state)
{
    (void)state;
    walk_fresh(27);
    struct walk walk = walk_to(S(REQUESTED), "");
    sim_unplug(T, true);
    walk_do(T, "accept %d", (int)walk.got);
    walk_do(H, "cancel %d --reason no_longer_needed", (int)walk.sent);
    sim_unplug(T, false);
    world_pass(TIME_MINUTE_MS);
    walk_both(&walk, S(CANCELLED));
    assert_null(world_show(T, walk.got)->referral);
    assert_int_equal(world_status(T)->outbox, 0);
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(row_1_offer),
            cmocka_unit_test(row_2_seen),
            cmocka_unit_test(rows_3_and_4_questions),
            cmocka_unit_test(row_5_waitlist),
            cmocka_unit_test(row_6_accept),
            cmocka_unit_test(row_7_decline),
            cmocka_unit_test(rows_10_13_and_14_work),
            cmocka_unit_test(rows_11_and_12_hold_and_resume),
            cmocka_unit_test(row_15_fail),
            cmocka_unit_test(row_16_cancel_before_the_accept),
            cmocka_unit_test(row_16_cancel_before_the_broker_has_it),
            cmocka_unit_test(row_17_cancel_after_the_accept),
            cmocka_unit_test(row_18_forward),
            cmocka_unit_test(row_19_in_error),
            cmocka_unit_test(confirmed_once_and_for_all),
            cmocka_unit_test(opened_again_within_fourteen_days),
            cmocka_unit_test(opened_again_too_late),
            cmocka_unit_test(accepted_and_cancelled_at_once),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
