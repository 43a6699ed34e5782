/* sim_retention.c - a partner names on what ground its own record stays: then it stays
 * when the referral is cancelled or the consent withdrawn, and the referrer hears why.
 */
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

static void name_basis(const char *id, uint64_t number, uint16_t basis,
        const char *code)
{
    const struct act act = {.case_number = number, .retention = basis};
    struct request request = {.act = &act};

    world_must(id, &request, code);
}

/* Do staff see that they may? */
static bool shows_keep(const char *id, uint64_t number)
{
    const struct case_detail *file = world_show(id, number);

    for (size_t i = 0; i < file->n_actions; i++)
        if (strcmp(file->actions[i], "keep") == 0)
            return true;
    return false;
}

/* How often a case's trace says so. */
static int64_t traced(const char *id, const char *what, const char *code)
{
    return peek_number(peek_of(id),
            "SELECT count(*) FROM trace WHERE what = %Q AND code = %Q", what, code);
}

/* Preview and content are with the target when the basis is named. */
enum { PERSONAL_LETTERS = 2 };

enum ending { CANCELLED, WITHDRAWN, IN_ERROR };

static const struct row {
    const char *name;
    enum offer_event step; /* after the accept; NONE: no contact yet */
    enum ending ending;
    bool named, stays;
} ROWS[] = {
        {"cancelled at work",        OFFER_EVENT_START, CANCELLED, true,  true },
        {"cancelled before contact", OFFER_EVENT_NONE,  CANCELLED, true,  true },
        {"cancelled on hold",        OFFER_EVENT_HOLD,  CANCELLED, true,  true },
        {"withdrawn at work",        OFFER_EVENT_START, WITHDRAWN, true,  true },
        {"withdrawn on hold",        OFFER_EVENT_HOLD,  WITHDRAWN, true,  true },
        {"withdrawn before contact", OFFER_EVENT_NONE,  WITHDRAWN, true,  false},
        {"nothing was named",        OFFER_EVENT_START, CANCELLED, false, false},
        {"nothing named, withdrawn", OFFER_EVENT_START, WITHDRAWN, false, false},
        {"the wrong person",         OFFER_EVENT_START, IN_ERROR,  true,  false},
};

static void end_it(const struct row *row, uint64_t sent, uint64_t consent)
{
    if (row->ending == CANCELLED)
        world_do(HOME, sent, OFFER_EVENT_CANCEL);
    else if (row->ending == IN_ERROR)
        world_do(HOME, sent, OFFER_EVENT_IN_ERROR);
    else
        world_withdraw(HOME, consent);
    world_pass((int64_t)2 * TIME_DAY_MS);
}

static void check_row(const struct row *row, uint64_t seed)
{
    const struct world_consent wish = {.recipients = {TARGET}};

    print_message("# %s\n", row->name);
    world_fresh(seed);
    uint64_t consent = world_consent(HOME, &wish);
    const struct reply *reply = world_refer(HOME, consent, TARGET, "Rosa Voorbeeld");
    assert_string_equal(reply->code, "");
    uint64_t sent = reply->made->case_number;
    world_quiet();
    /* Nothing is ours to keep yet; and what the referrer has is its own. */
    name_basis(TARGET, 1, RETENTION_BASIS_LEGAL_DUTY, "E_TRANSITION");
    assert_false(shows_keep(TARGET, 1));
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    name_basis(HOME, sent, RETENTION_BASIS_LEGAL_DUTY, "E_TRANSITION");
    assert_true(shows_keep(TARGET, 1) && !shows_keep(HOME, sent));
    if (row->named)
        name_basis(TARGET, 1, RETENTION_BASIS_LEGAL_DUTY, "");
    if (row->step != OFFER_EVENT_NONE)
        world_do(TARGET, 1, row->step);
    end_it(row, sent, consent);
    assert_int_equal(shows_keep(TARGET, 1), row->stays);
    const struct case_detail *file = world_show(TARGET, 1);
    assert_int_equal(file->referral != NULL, row->stays);
    if (row->ending == WITHDRAWN)
        assert_true(file->line->stop_contact);
    assert_int_equal(traced(HOME, "kept", "legal_duty"),
            row->stays ? PERSONAL_LETTERS : 0);
    assert_int_equal(traced(HOME, "erased", ""), row->stays ? 0 : PERSONAL_LETTERS);
    if (!row->stays) {
        assert_int_equal(world_show(TARGET, 1)->line->retention, 0);
        world_end();
        return;
    }
    assert_int_equal(world_show(TARGET, 1)->line->retention,
            RETENTION_BASIS_LEGAL_DUTY);
    /* It has had its time. */
    name_basis(TARGET, 1, RETENTION_BASIS_PATIENT_RECORD, "E_TRANSITION");
    name_basis(TARGET, 1, RETENTION_BASIS_NONE, "");
    assert_false(shows_keep(TARGET, 1));
    world_pass((int64_t)2 * TIME_DAY_MS);
    assert_null(world_show(TARGET, 1)->referral);
    assert_int_equal(traced(HOME, "erased", ""), PERSONAL_LETTERS);
    assert_int_equal(traced(HOME, "kept", "legal_duty"), PERSONAL_LETTERS);
    world_end();
}

static void what_stays_and_what_goes(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ROWS); i++)
        check_row(&ROWS[i], 91 + i);
}

/* A ground that was taken back in time keeps nothing. */
static void a_ground_that_was_taken_back(void **state)
{
    const struct world_consent wish = {.recipients = {TARGET}};

    (void)state;
    world_fresh(90);
    uint64_t consent = world_consent(HOME, &wish);
    const struct reply *reply = world_refer(HOME, consent, TARGET, "Rosa Voorbeeld");
    uint64_t sent = reply->made->case_number;
    world_quiet();
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    name_basis(TARGET, 1, RETENTION_BASIS_LEGAL_CLAIM, "");
    name_basis(TARGET, 1, RETENTION_BASIS_NONE, "");
    assert_non_null(world_show(TARGET, 1)->referral);
    world_do(HOME, sent, OFFER_EVENT_CANCEL);
    assert_null(world_show(TARGET, 1)->referral);
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(what_stays_and_what_goes),
            cmocka_unit_test(a_ground_that_was_taken_back),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
