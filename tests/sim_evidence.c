/* sim_evidence.c - whoever opens content is in the register before the reply leaves;
 * and the file that proves a case holds, on both sides, and holds nothing of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/code.h"
#include "core/evidence.h"
#include "core/time.h"
#include "core/vocab.h"
#include "core/wire.h"
#include "tests/peek.h"
#include "tests/world.h"

#define HOME   "thuiszorg"
#define TARGET "aksant"
#define SECRET "Kwikstaart-Vogelzang"

static const struct case_detail *show_as(const char *id, uint64_t number,
        const char *actor)
{
    const struct show_case show = {.number = number};
    struct request request = {.show = &show, .actor = actor};
    return world_must(id, &request, "")->case_;
}

static void inbox_as(const char *id, const char *actor)
{
    const struct list_cases list = {.limit = 50};
    struct request request = {.inbox = &list, .actor = actor};
    (void)world_must(id, &request, "");
}

static const struct opening_list *openings(const char *id, uint64_t number)
{
    const struct list_openings list = {.case_number = number};
    struct request request = {.openings = &list, .actor = "auditor"};
    return world_must(id, &request, "")->openings;
}

/* How often this actor opened it, and how the last time; the helpers of the world ask
 * under a name of their own. */
static size_t opened_by(const char *id, uint64_t number, const char *actor,
        enum opening_how *how)
{
    const struct opening_list *list = openings(id, number);
    size_t n = 0;
    for (size_t i = 0; i < list->n_openings; i++)
        if (strcmp(list->openings[i].actor, actor) == 0) {
            *how = list->openings[i].how;
            n++;
        }
    return n;
}

static bool found_opener(const struct findings *found, const char *actor)
{
    for (size_t i = 0; i < found->n_openings; i++)
        if (strcmp(found->openings[i].actor, actor) == 0)
            return true;
    return false;
}

/* A referral that was accepted; its number at both ends. */
static void accepted(uint64_t *ours, uint64_t *theirs)
{
    const struct world_consent consent = {.recipients = {TARGET}, .person = SECRET};
    *ours = world_refer(HOME, world_consent(HOME, &consent), TARGET, SECRET)
                    ->made->case_number;
    world_quiet();
    *theirs = world_newest(TARGET, CASE_BOX_TO_DECIDE);
    world_do(TARGET, *theirs, OFFER_EVENT_ACCEPT);
}

static struct findings check(const char *id, uint64_t number, struct arena *arena)
{
    const struct export_evidence export = {.case_number = number};
    struct request request = {.evidence = &export};
    struct span bytes = world_must(id, &request, "")->evidence->file;
    struct evidence_file file;
    struct findings found;
    struct err err = {.code = CODE_OK};
    arena_reset(arena, 0);
    assert_null(memmem(bytes.at, bytes.len, SECRET, strlen(SECRET)));
    if (!evidence_get(bytes, arena, &file, &err) ||
            !evidence_check(&file, arena, &found, &err))
        fail_msg("%s: %s", code_name(err.code), err.msg);
    for (size_t i = 0; i < found.n_faults; i++)
        print_message("%s: %s of a %s of %s: %s\n", id,
                vocab_code(VOCAB_EVIDENCE_FAULT, found.faults[i].fault),
                kind_name(found.faults[i].kind), found.faults[i].partner,
                found.faults[i].words);
    return found;
}

/* ------------------------------------------------------------- openings */

static void who_opens_content_is_in_the_register(void **state)
{
    uint64_t ours, theirs;
    (void)state;
    world_fresh(1);
    accepted(&ours, &theirs);
    enum opening_how how = OPENING_HOW_NONE;
    size_t n_before = openings(TARGET, theirs)->n_openings;
    (void)show_as(TARGET, theirs, "an");
    assert_int_equal(opened_by(TARGET, theirs, "an", &how), 1);
    assert_int_equal(how, OPENING_HOW_SHOW);
    /* preview, accept and content */
    const struct opening_list *list = openings(TARGET, theirs);
    assert_int_equal(list->openings[list->n_openings - 1].n_letters, 3);
    /* Nobody named: by the token. */
    (void)show_as(TARGET, theirs, "");
    assert_int_equal(opened_by(TARGET, theirs, "cli", &how), 1);
    /* A list shows the name; a trace and the register itself show nothing. */
    inbox_as(TARGET, "bert");
    assert_int_equal(opened_by(TARGET, theirs, "bert", &how), 1);
    assert_int_equal(how, OPENING_HOW_LIST);
    const struct trace_case trace = {.number = theirs};
    struct request request = {.trace = &trace, .actor = "carla"};
    (void)world_must(TARGET, &request, "");
    assert_int_equal(openings(TARGET, theirs)->n_openings, n_before + 3);
    world_end();
}

/* Who goes where is a list of names too. */
static void who_reads_the_visits_is_in_the_register(void **state)
{
    static const uint16_t goes[] = {VISIT_GOER_VOLUNTEER};
    uint64_t ours, theirs;
    (void)state;
    world_fresh(12);
    accepted(&ours, &theirs);
    const struct change_visit plan = {.case_number = theirs,
            .step = VISIT_STEP_PLAN,
            .planned_ms = (uint64_t)(sim_now() + TIME_DAY_MS),
            .goes = goes,
            .n_goes = COUNT_OF(goes),
            .aim = VISIT_AIM_GET_ACQUAINTED,
            .agreed = true};
    const struct list_visits all = {.case_number = 0};
    struct request request = {.visit = &plan, .actor = "an"};
    (void)world_must(TARGET, &request, "");
    enum opening_how how = OPENING_HOW_NONE;
    assert_int_equal(opened_by(TARGET, theirs, "dirk", &how), 0);
    request = (struct request){.visits = &all, .actor = "dirk"};
    const struct visit_list *list = world_must(TARGET, &request, "")->visits;
    assert_int_equal(list->n_visits, 1);
    assert_string_equal(list->visits[0].person, SECRET);
    assert_int_equal(opened_by(TARGET, theirs, "dirk", &how), 1);
    assert_int_equal(how, OPENING_HOW_LIST);
    world_end();
}

static void a_consent_record_that_is_shown_is_in_the_register(void **state)
{
    const struct world_consent consent = {.recipients = {TARGET}, .person = SECRET};
    (void)state;
    world_fresh(10);
    uint64_t number = world_consent(HOME, &consent);
    const struct consent_show show = {.number = number};
    const struct consent_receipt_get receipt = {.number = number};
    const struct consent_list all = {.limit = 10};
    struct request requests[] = {
            {.consent_show = &show,       .actor = "an"   },
            {.consent_receipt = &receipt, .actor = "bert" },
            {.consent_list = &all,        .actor = "carla"},
    };
    const enum opening_how hows[] = {OPENING_HOW_CONSENT, OPENING_HOW_CONSENT,
            OPENING_HOW_LIST};
    for (size_t i = 0; i < COUNT_OF(requests); i++)
        (void)world_must(HOME, &requests[i], "");
    const struct list_openings list = {.consent_number = number};
    struct request request = {.openings = &list};
    const struct opening_list *found = world_must(HOME, &request, "")->openings;
    assert_int_equal(found->n_openings, COUNT_OF(requests));
    for (size_t i = 0; i < COUNT_OF(requests); i++) {
        assert_string_equal(found->openings[i].actor, requests[i].actor);
        assert_int_equal(found->openings[i].how, hows[i]);
    }
    world_end();
}

/* What the person asks to see is shown once, noted, and not kept in clear. */
static void what_is_shown_for_an_access_request_is_noted_and_not_kept(void **state)
{
    uint64_t ours, theirs;
    enum opening_how how;
    (void)state;
    world_fresh(12);
    accepted(&ours, &theirs);
    const struct rights_ask ask = {.case_number = ours, .right = LETTER_TYPE_ACCESS};
    struct request request = {.rights_ask = &ask, .actor = "an"};
    const struct reply *reply = world_must(HOME, &request, "");
    assert_non_null(reply->rights->own->referral);
    assert_string_equal(reply->rights->own->referral->person->name, SECRET);
    assert_int_equal(opened_by(HOME, ours, "an", &how), 1);
    assert_int_equal(how, OPENING_HOW_SHOW);
    assert_int_equal(peek_number(peek_of(HOME),
                             "SELECT count(*) FROM reply WHERE instr(bytes, %Q) > 0",
                             SECRET),
            0);
    world_end();
}

static void the_same_within_a_minute_is_one_row(void **state)
{
    uint64_t ours, theirs;
    (void)state;
    world_fresh(2);
    accepted(&ours, &theirs);
    world_pass(
            TIME_HOUR_MS - (WORLD_START_MS_DAY * (int64_t)TIME_DAY_MS) % TIME_HOUR_MS);
    for (int i = 0; i < 5; i++) {
        (void)show_as(TARGET, theirs, "an");
        inbox_as(TARGET, "an");
    }
    size_t first = openings(TARGET, theirs)->n_openings;
    assert_in_range(first, 2, 4);
    world_pass(61 * TIME_SECOND_MS);
    (void)show_as(TARGET, theirs, "an");
    inbox_as(TARGET, "an");
    assert_in_range(openings(TARGET, theirs)->n_openings, first + 1, first + 2);
    /* Another member of staff is another row. */
    size_t second = openings(TARGET, theirs)->n_openings;
    (void)show_as(TARGET, theirs, "bert");
    assert_int_equal(openings(TARGET, theirs)->n_openings, second + 1);
    world_end();
}

static void what_is_gone_is_opened_by_nobody(void **state)
{
    uint64_t ours, theirs;
    enum opening_how how;
    (void)state;
    world_fresh(3);
    accepted(&ours, &theirs);
    world_do(HOME, ours, OFFER_EVENT_CANCEL);
    world_quiet();
    (void)show_as(TARGET, theirs, "an");
    inbox_as(TARGET, "an");
    assert_int_equal(opened_by(TARGET, theirs, "an", &how), 0);
    world_end();
}

/* The row is there when the reply is; and a node that dies before has said nothing. */
static void the_row_is_on_disk_before_the_reply(void **state)
{
    uint64_t ours, theirs;
    enum opening_how how;
    (void)state;
    world_fresh(4);
    accepted(&ours, &theirs);
    (void)show_as(TARGET, theirs, "an");
    world_crash(TARGET);
    world_start(TARGET);
    world_quiet();
    assert_int_equal(opened_by(TARGET, theirs, "an", &how), 1);
    world_end();
}

/* Each row names the hash of the one before it, also when two come in one turn. */
static void no_row_can_be_taken_out_unseen(void **state)
{
    uint64_t ours, theirs;
    struct arena arena = arena_new(EVIDENCE_ARENA_BYTES);
    (void)state;
    world_fresh(5);
    accepted(&ours, &theirs);
    for (int i = 0; i < 3; i++) {
        (void)show_as(TARGET, theirs, "an");
        inbox_as(TARGET, i == 0 ? "an" : "bert");
        world_pass(2 * TIME_MINUTE_MS);
    }
    struct findings found = check(TARGET, theirs, &arena);
    assert_true(found.holds);
    assert_in_range(found.n_openings, 5, 8);
    assert_int_equal(found.openings[0].nth, 1);
    assert_int_equal(peek_number(peek_of(TARGET),
                             "SELECT count(DISTINCT hash) FROM opening"),
            found.n_openings);
    (void)peek_number(peek_of(TARGET),
            "DELETE FROM opening WHERE number = 3 RETURNING number");
    found = check(TARGET, theirs, &arena);
    assert_false(found.holds);
    assert_int_equal(found.faults[0].fault, EVIDENCE_FAULT_BROKEN_CHAIN);
    arena_free(&arena);
    world_end();
}

/* ------------------------------------------------------------- the file */

static void both_sides_can_prove_the_same_case(void **state)
{
    uint64_t ours, theirs;
    struct arena arena = arena_new(EVIDENCE_ARENA_BYTES);
    (void)state;
    world_fresh(6);
    accepted(&ours, &theirs);
    (void)show_as(HOME, ours, "an");
    (void)show_as(TARGET, theirs, "bert");
    world_do(TARGET, theirs, OFFER_EVENT_START);
    world_do(TARGET, theirs, OFFER_EVENT_OUTCOME);
    world_do(HOME, ours, OFFER_EVENT_CONFIRM);
    struct findings found = check(HOME, ours, &arena);
    assert_true(found.holds);
    assert_string_equal(found.maker, HOME);
    assert_int_equal(found.n_consents, 1);
    assert_int_equal(found.letters[0].end, RECEIPT_STATE_PROCESSED);
    assert_int_not_equal(found.letters[0].accepted_ms, 0);
    assert_true(found.letters[0].covered);
    assert_true(found_opener(&found, "an"));
    size_t n_letters = found.n_letters, n_steps = found.n_steps;
    struct id referral = found.referral_id;
    found = check(TARGET, theirs, &arena);
    assert_true(found.holds);
    assert_string_equal(found.maker, TARGET);
    assert_int_equal(found.n_letters, n_letters);
    assert_int_equal(found.n_steps, n_steps);
    assert_true(id_equal(&found.referral_id, &referral));
    assert_true(found_opener(&found, "bert") && !found_opener(&found, "an"));
    arena_free(&arena);
    world_end();
}

/* Once the broker has signed a checkpoint, its words are proved to stand in its log. */
static void the_log_of_the_broker_is_in_the_file(void **state)
{
    uint64_t ours, theirs;
    struct arena arena = arena_new(EVIDENCE_ARENA_BYTES);
    (void)state;
    world_fresh(11);
    accepted(&ours, &theirs);
    world_pass(2 * TIME_HOUR_MS);
    world_quiet();
    struct findings found = check(HOME, ours, &arena);
    assert_true(found.holds);
    assert_int_equal(found.not_logged, 0);
    assert_true(found.logged >= 6);
    assert_true(found.letters[0].logged && found.letters[1].logged);
    assert_true(found.steps[0].logged && found.steps[1].logged);
    found = check(TARGET, theirs, &arena);
    assert_true(found.holds);
    assert_int_equal(found.not_logged, 0);
    assert_true(found.letters[0].logged);
    arena_free(&arena);
    world_end();
}

/* Its signed heads belong to one history: asked of the broker when the first file is
 * made, and in the next one. */
static void the_log_is_one_history_in_the_file(void **state)
{
    uint64_t ours, theirs;
    struct arena arena = arena_new(EVIDENCE_ARENA_BYTES);
    (void)state;
    world_fresh(13);
    accepted(&ours, &theirs);
    world_pass(TIME_MINUTE_MS);
    world_do(TARGET, theirs, OFFER_EVENT_START);
    world_pass(TIME_MINUTE_MS);
    world_do(TARGET, theirs, OFFER_EVENT_OUTCOME);
    world_pass(TIME_MINUTE_MS);
    struct findings found = check(HOME, ours, &arena);
    assert_true(found.holds);
    assert_int_equal(found.joined, 0);
    uint32_t n = found.not_joined;
    assert_in_range(n, 2, 20);
    world_pass(5 * TIME_SECOND_MS);
    found = check(HOME, ours, &arena);
    assert_true(found.holds);
    assert_int_equal(found.joined, n);
    assert_int_equal(found.not_joined, 0);
    /* What was shown once is not asked again, with the broker away neither. */
    world_stop(NETWORK_BROKER);
    found = check(HOME, ours, &arena);
    assert_int_equal(found.joined, n);
    found = check(TARGET, theirs, &arena);
    assert_true(found.holds && found.joined == 0 && found.not_joined > 0);
    assert_int_equal(peek_number(peek_of(TARGET), "SELECT count(*) FROM log_join"), 0);
    arena_free(&arena);
    world_end();
}

static void a_withdrawn_case_says_so_at_both_ends(void **state)
{
    uint64_t ours, theirs;
    struct arena arena = arena_new(EVIDENCE_ARENA_BYTES);
    (void)state;
    world_fresh(7);
    accepted(&ours, &theirs);
    const struct consent_withdraw take_back = {.case_number = ours,
            .reason = WITHDRAWAL_REASON_PERSON_ASKED};
    struct request request = {.consent_withdraw = &take_back};
    (void)world_must(HOME, &request, "");
    world_quiet();
    world_pass(2 * TIME_DAY_MS);
    world_quiet();
    const char *const ends[] = {HOME, TARGET};
    const uint64_t numbers[] = {ours, theirs};
    for (size_t i = 0; i < COUNT_OF(ends); i++) {
        struct findings found = check(ends[i], numbers[i], &arena);
        assert_true(found.holds);
        assert_int_not_equal(found.consents[0].withdrawn_ms, 0);
        assert_string_equal(found.consents[0].withdrawn_by, HOME);
        assert_true(found.consents[0].logged);
        assert_int_not_equal(found.letters[0].erased_ms, 0);
    }
    arena_free(&arena);
    world_end();
}

static void a_declined_case_proves_that_the_content_never_left(void **state)
{
    struct arena arena = arena_new(EVIDENCE_ARENA_BYTES);
    const struct world_consent consent = {.recipients = {TARGET}, .person = SECRET};
    (void)state;
    world_fresh(8);
    uint64_t ours = world_refer(HOME, world_consent(HOME, &consent), TARGET, SECRET)
                            ->made->case_number;
    world_quiet();
    world_do(TARGET, world_newest(TARGET, CASE_BOX_TO_DECIDE), OFFER_EVENT_DECLINE);
    struct findings found = check(HOME, ours, &arena);
    assert_true(found.holds);
    bool never = false;
    for (size_t i = 0; i < found.n_letters; i++)
        never |= found.letters[i].type == LETTER_TYPE_CONTENT &&
                 found.letters[i].end == RECEIPT_STATE_RECALLED;
    assert_true(never);
    arena_free(&arena);
    world_end();
}

static void who_may_not_read_the_case_gets_no_file(void **state)
{
    uint64_t ours, theirs;
    (void)state;
    world_fresh(9);
    accepted(&ours, &theirs);
    const struct export_evidence none = {.case_number = 999};
    struct request request = {.evidence = &none};
    (void)world_must(HOME, &request, "E_NOT_FOUND");
    const struct list_openings neither = {0};
    request = (struct request){.openings = &neither};
    (void)world_must(HOME, &request, "E_FIELD");
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(who_opens_content_is_in_the_register),
            cmocka_unit_test(who_reads_the_visits_is_in_the_register),
            cmocka_unit_test(a_consent_record_that_is_shown_is_in_the_register),
            cmocka_unit_test(what_is_shown_for_an_access_request_is_noted_and_not_kept),
            cmocka_unit_test(the_same_within_a_minute_is_one_row),
            cmocka_unit_test(what_is_gone_is_opened_by_nobody),
            cmocka_unit_test(the_row_is_on_disk_before_the_reply),
            cmocka_unit_test(no_row_can_be_taken_out_unseen),
            cmocka_unit_test(both_sides_can_prove_the_same_case),
            cmocka_unit_test(the_log_of_the_broker_is_in_the_file),
            cmocka_unit_test(the_log_is_one_history_in_the_file),
            cmocka_unit_test(a_withdrawn_case_says_so_at_both_ends),
            cmocka_unit_test(a_declined_case_proves_that_the_content_never_left),
            cmocka_unit_test(who_may_not_read_the_case_gets_no_file),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
