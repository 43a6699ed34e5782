/* sim_erase.c - who must destroy what it holds says so; when that word is missing,
 * people are told, and when it comes the alarm goes. And a withdrawal that the broker
 * does not know yet is no secret either. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "tests/peek.h"
#include "tests/world.h"

#define HOME   "thuiszorg"
#define TARGET "aksant"

static int64_t traced(const char *id, const char *what)
{
    return peek_number(peek_of(id), "SELECT count(*) FROM trace WHERE what = %Q", what);
}

static uint64_t refer(uint16_t urgency, uint64_t *consent)
{
    const struct world_consent wish = {.recipients = {TARGET}};
    *consent = world_consent(HOME, &wish);
    const struct world_referral referral = {.consent = *consent,
            .candidate = TARGET,
            .secret = "Rosa Voorbeeld",
            .urgency = urgency};
    const struct reply *reply = world_refer_as(HOME, &referral);

    assert_string_equal(reply->code, "");
    world_quiet();
    return reply->made->case_number;
}

/* What the node says of a check, and whether it is content. */
static bool check_ok(const char *id, const char *name, const char *words)
{
    const struct get_doctor get = {0};
    struct request request = {.doctor = &get};
    const struct doctor *doctor = world_must(id, &request, "")->doctor;

    for (size_t i = 0; i < doctor->n_checks; i++) {
        if (strcmp(doctor->checks[i].name, name) != 0)
            continue;
        if (words != NULL)
            assert_non_null(strstr(doctor->checks[i].words, words));
        return doctor->checks[i].ok;
    }
    fail_msg("no check %s", name);
    return false;
}

static void assert_missing(uint64_t sent, size_t partners, bool guard)
{
    const struct status *status = world_status(HOME);

    assert_int_equal(status->n_erase_missing, partners);
    if (partners > 0) {
        assert_string_equal(status->erase_missing[0].partner, TARGET);
        assert_int_equal(status->erase_missing[0].guard, guard);
    }
    assert_int_equal(world_show(HOME, sent)->line->erase_missing, partners > 0);
    assert_int_equal(check_ok(HOME, "erase_receipts", partners > 0 ? TARGET : NULL),
            partners == 0);
}

/* ------------------------------------------------------------ T9 */

enum ending { WITHDRAWN, CANCELLED, MISTAKEN };
enum stage { AT_PREVIEW, AT_ACCEPT, AT_WORK };

static const struct row {
    const char *name;
    uint16_t urgency;
    enum stage stage;
    enum ending ending;
    int64_t limit_ms;
    int letters; /* that the target has opened */
    int weeks;   /* 0: back as soon as it is late */
} ROWS[] = {
        {"crisis, withdrawn at the preview",  URGENCY_CRISIS,  AT_PREVIEW, WITHDRAWN,
         (int64_t)4 * TIME_HOUR_MS,  1, 1},
        {"urgent, withdrawn when accepted",   URGENCY_URGENT,  AT_ACCEPT,  WITHDRAWN,
         (int64_t)24 * TIME_HOUR_MS, 2, 0},
        {"routine, withdrawn at work",        URGENCY_ROUTINE, AT_WORK,    WITHDRAWN,
         (int64_t)24 * TIME_HOUR_MS, 2, 0},
        {"routine, cancelled at the preview", URGENCY_ROUTINE, AT_PREVIEW, CANCELLED,
         (int64_t)24 * TIME_HOUR_MS, 1, 3},
        {"crisis, cancelled at work",         URGENCY_CRISIS,  AT_WORK,    CANCELLED,
         (int64_t)4 * TIME_HOUR_MS,  2, 0},
        {"urgent, the wrong person",          URGENCY_URGENT,  AT_ACCEPT,  MISTAKEN,
         (int64_t)24 * TIME_HOUR_MS, 2, 0},
};

static void reach(enum stage stage)
{
    if (stage != AT_PREVIEW)
        world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    if (stage == AT_WORK)
        world_do(TARGET, 1, OFFER_EVENT_START);
}

static void end_it(enum ending ending, uint64_t sent, uint64_t consent)
{
    if (ending == WITHDRAWN)
        world_withdraw(HOME, consent);
    else
        world_act(HOME, sent,
                ending == CANCELLED ? OFFER_EVENT_CANCEL : OFFER_EVENT_IN_ERROR);
    world_pass(TIME_MINUTE_MS);
}

/* Nobody else has a part in it, and a minute of a node that sleeps costs nothing. */
static void fresh(uint64_t seed)
{
    world_fresh(seed);
    world_stop("chambry");
    world_stop("noord");
    world_stop("meldpunt");
}

/* It is said once, and once more when it becomes serious. */
static void until_it_is_serious(const struct row *row, uint64_t sent)
{
    world_pass((int64_t)72 * TIME_HOUR_MS - row->limit_ms);
    assert_missing(sent, 1, true);
    assert_int_equal(traced(HOME, "erase_missing"), row->letters);
    assert_int_equal(traced(HOME, "erase_guard"), row->letters);
    world_pass((int64_t)row->weeks * 7 * TIME_DAY_MS);
    assert_int_equal(traced(HOME, "erase_guard"), row->letters);
    assert_int_equal(traced(HOME, "erased"), 0);
}

static void check_row(const struct row *row, uint64_t seed)
{
    uint64_t consent;

    print_message("# %s\n", row->name);
    fresh(seed);
    uint64_t sent = refer(row->urgency, &consent);
    reach(row->stage);
    sim_unplug(TARGET, true);
    end_it(row->ending, sent, consent);
    assert_missing(sent, 0, false);
    world_pass(row->limit_ms - 10 * TIME_MINUTE_MS);
    assert_missing(sent, 0, false);
    assert_int_equal(traced(HOME, "erase_missing"), 0);
    world_pass(20 * TIME_MINUTE_MS);
    assert_missing(sent, 1, false);
    assert_int_equal(traced(HOME, "erase_missing"), row->letters);
    assert_true(world_show(HOME, sent)->line->unread);
    if (row->weeks > 0)
        until_it_is_serious(row, sent);
    /* Back at last: it erases at once, says so, and the alarm goes. */
    sim_unplug(TARGET, false);
    world_pass((int64_t)10 * TIME_MINUTE_MS);
    assert_missing(sent, 0, false);
    assert_int_equal(traced(HOME, "erased"), row->letters);
    assert_null(world_show(TARGET, 1)->referral);
    assert_null(world_show(TARGET, 1)->preview);
    world_end();
}

static void a_word_that_is_missing(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ROWS); i++)
        check_row(&ROWS[i], 131 + i);
}

/* Whoever erases in time, keeps its record on a ground, or has done the work is never
 * called late. */
static void nobody_is_called_late_who_is_not(void **state)
{
    static const struct {
        const char *name;
        enum offer_event events[4]; /* of the target */
        enum ending ending;
        bool ends, keeps;
    } rows[] = {
            {"declined",          {OFFER_EVENT_DECLINE},                   CANCELLED, false, false},
            {"withdrawn in time", {OFFER_EVENT_ACCEPT},                    WITHDRAWN, true,  false},
            {"cancelled in time", {OFFER_EVENT_ACCEPT, OFFER_EVENT_START}, CANCELLED,
             true,                                                                           false},
            {"its own record",    {OFFER_EVENT_ACCEPT, OFFER_EVENT_START}, WITHDRAWN, true,
             true                                                                                 },
            {"the work was done",
             {OFFER_EVENT_ACCEPT, OFFER_EVENT_START, OFFER_EVENT_OUTCOME},
             WITHDRAWN,                                                               true,  false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        uint64_t consent;
        print_message("# %s\n", rows[i].name);
        fresh(141 + i);
        uint64_t sent = refer(URGENCY_CRISIS, &consent);
        for (size_t e = 0; rows[i].events[e] != OFFER_EVENT_NONE; e++)
            world_do(TARGET, 1, rows[i].events[e]);
        if (rows[i].keeps) {
            const struct act act = {.case_number = 1,
                    .retention = RETENTION_BASIS_LEGAL_DUTY};
            struct request request = {.act = &act};
            world_must(TARGET, &request, "");
        }
        if (rows[i].ends)
            end_it(rows[i].ending, sent, consent);
        world_pass((int64_t)5 * TIME_HOUR_MS);
        assert_missing(sent, 0, false);
        assert_int_equal(traced(HOME, "erase_missing"), 0);
        world_end();
    }
}

/* A letter that the broker still held was never read: nothing is awaited. */
static void nothing_is_awaited_of_who_never_saw_it(void **state)
{
    const struct world_consent wish = {.recipients = {TARGET}};

    (void)state;
    fresh(151);
    sim_unplug(TARGET, true);
    uint64_t consent = world_consent(HOME, &wish);
    const struct reply *reply = world_refer(HOME, consent, TARGET, "Rosa Voorbeeld");
    uint64_t sent = reply->made->case_number;
    world_pass(TIME_MINUTE_MS);
    end_it(WITHDRAWN, sent, consent);
    world_pass((int64_t)4 * TIME_DAY_MS);
    assert_missing(sent, 0, false);
    assert_int_equal(peek_number(peek_of(HOME),
                             "SELECT count(*) FROM awaited WHERE due_ms > 0"),
            0);
    world_end();
}

/* ------------------------------------------------------------ by hand, and late */

static const struct reply *settle(uint64_t number, const char *partner, uint16_t reason,
        const char *code)
{
    const struct settle_erase wish = {.case_number = number,
            .partner = partner,
            .reason = reason};
    struct request request = {.erase_settle = &wish, .actor = "An"};

    return world_must(HOME, &request, code);
}

/* Cancelled while the target, which has read it, is away. */
static uint64_t cancelled_unheard(void)
{
    uint64_t consent, sent = refer(URGENCY_ROUTINE, &consent);

    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    sim_unplug(TARGET, true);
    end_it(CANCELLED, sent, consent);
    return sent;
}

static void the_alarm_is_closed_by_hand(void **state)
{
    (void)state;
    fresh(157);
    uint64_t sent = cancelled_unheard();
    /* There is no alarm yet. */
    settle(sent, "", RIGHTS_REASON_CONFIRMED_OTHERWISE, "E_NOT_FOUND");
    world_pass((int64_t)25 * TIME_HOUR_MS);
    assert_missing(sent, 1, false);
    settle(sent, "", 0, "E_FIELD");
    settle(sent, "chambry", RIGHTS_REASON_PARTNER_GONE, "E_NOT_FOUND");
    settle(sent + 1, "", RIGHTS_REASON_PARTNER_GONE, "E_NOT_FOUND");
    assert_missing(sent, 1, false);
    const struct rights *rights =
            settle(sent, "", RIGHTS_REASON_CONFIRMED_OTHERWISE, "")->rights;
    assert_int_equal(rights->n_lines, 1);
    assert_string_equal(rights->lines[0].other, TARGET);
    assert_int_equal(rights->lines[0].answer, RIGHTS_ANSWER_SETTLED);
    /* It was closed, and nobody has answered. */
    assert_string_equal(rights->lines[0].state, "settled");
    assert_int_equal(rights->lines[0].reason, RIGHTS_REASON_CONFIRMED_OTHERWISE);
    assert_missing(sent, 0, false);
    assert_int_equal(peek_number(peek_of(HOME),
                             "SELECT count(*) FROM trace WHERE what = 'erase_settled' "
                             "AND who = 'An' AND code = 'confirmed_otherwise'"),
            1);
    settle(sent, "", RIGHTS_REASON_CONFIRMED_OTHERWISE, "E_NOT_FOUND");
    /* Nobody is called any more, and the word itself is welcome when it comes. */
    world_pass((int64_t)4 * TIME_DAY_MS);
    assert_int_equal(traced(HOME, "erase_guard"), 0);
    assert_missing(sent, 0, false);
    sim_unplug(TARGET, false);
    world_pass(5 * TIME_MINUTE_MS);
    assert_int_equal(traced(HOME, "erased"), 2);
    world_end();
}

/* The broker has forgotten the letters; their sender has not. */
static void a_word_that_comes_after_months_is_taken(void **state)
{
    (void)state;
    fresh(158);
    uint64_t sent = cancelled_unheard();
    world_pass((int64_t)73 * TIME_HOUR_MS);
    assert_missing(sent, 1, true);
    assert_int_equal(peek_number(peek_of(NETWORK_BROKER),
                             "DELETE FROM letter WHERE type IN (1, 2) RETURNING 1"),
            1);
    sim_unplug(TARGET, false);
    world_pass((int64_t)2 * TIME_HOUR_MS);
    assert_missing(sent, 0, false);
    assert_int_equal(traced(HOME, "erased"), 2);
    /* Said again on each connection, and passed on once. */
    sim_unplug(TARGET, true);
    world_pass(TIME_HOUR_MS);
    sim_unplug(TARGET, false);
    world_pass(TIME_HOUR_MS);
    assert_int_equal(traced(HOME, "erased"), 2);
    assert_int_equal(peek_number(peek_of(NETWORK_BROKER),
                             "SELECT count(*) FROM late_erased"),
            2);
    world_end();
}

/* ------------------------------------------------------------ not registered yet */

static void a_withdrawal_while_the_broker_is_away(void **state)
{
    uint64_t consent;

    (void)state;
    fresh(152);
    uint64_t sent = refer(URGENCY_ROUTINE, &consent);
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    sim_unplug(HOME, true);
    world_pass(TIME_MINUTE_MS);
    world_withdraw(HOME, consent);
    /* It counts here at once; the target cannot know. */
    assert_string_equal(world_show(HOME, sent)->line->consent_state, "withdrawn");
    assert_int_equal(world_status(HOME)->withdrawals_open, 1);
    assert_true(check_ok(HOME, "withdrawals", "1"));
    world_pass((int64_t)61 * TIME_MINUTE_MS);
    assert_false(check_ok(HOME, "withdrawals", "1"));
    assert_int_equal(world_state(TARGET, 1), OFFER_STATE_ACCEPTED);
    sim_unplug(HOME, false);
    world_pass(5 * TIME_MINUTE_MS);
    assert_int_equal(world_status(HOME)->withdrawals_open, 0);
    assert_true(check_ok(HOME, "withdrawals", NULL));
    assert_int_equal(world_state(TARGET, 1), OFFER_STATE_CANCELLED);
    /* The time to erase begins when the others can know of it. */
    assert_missing(sent, 0, false);
    world_end();
}

/* ------------------------------------------------------------ stop contact */

static const struct case_list *inbox(const char *id, enum case_box box)
{
    const struct list_cases list = {.box = box};
    struct request request = {.inbox = &list};

    return world_must(id, &request, "")->cases;
}

/* Whatever box they look into, staff first see whom not to contact, until somebody has
 * opened it. */
static void whom_not_to_contact_comes_first(void **state)
{
    uint64_t consent;

    (void)state;
    fresh(153);
    (void)refer(URGENCY_ROUTINE, &consent);
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    assert_int_equal(inbox(TARGET, CASE_BOX_NEW)->n_stops, 0);
    world_withdraw(HOME, consent);
    world_quiet();
    for (int box = CASE_BOX_NONE; box <= CASE_BOX_SENT; box++) {
        const struct case_list *list = inbox(TARGET, (enum case_box)box);
        assert_int_equal(list->n_stops, 1);
        assert_int_equal(list->stops[0].number, 1);
        assert_true(list->stops[0].stop_contact);
    }
    /* The sender withdrew itself, and is told nothing. */
    assert_int_equal(inbox(HOME, CASE_BOX_NONE)->n_stops, 0);
    assert_string_equal(world_act(TARGET, 1, OFFER_EVENT_SEEN)->code, "");
    assert_int_equal(inbox(TARGET, CASE_BOX_NONE)->n_stops, 0);
    assert_true(inbox(TARGET, CASE_BOX_NONE)->cases[0].stop_contact);
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(a_word_that_is_missing),
            cmocka_unit_test(nobody_is_called_late_who_is_not),
            cmocka_unit_test(nothing_is_awaited_of_who_never_saw_it),
            cmocka_unit_test(the_alarm_is_closed_by_hand),
            cmocka_unit_test(a_word_that_comes_after_months_is_taken),
            cmocka_unit_test(a_withdrawal_while_the_broker_is_away),
            cmocka_unit_test(whom_not_to_contact_comes_first),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
