/* sim_candidates.c - a referral to several candidates, seen from the node that asks
 * them: what is refused before anything leaves, who is asked, and what people see of
 * it. */
#include "tests/candidates.h"

#include "core/evidence.h"

static bool says(const struct reply *reply, const char *field, const char *words)
{
    for (size_t i = 0; i < reply->n_issues; i++)
        if (strcmp(reply->issues[i].field, field) == 0 &&
                strstr(reply->issues[i].words, words) != NULL)
            return true;
    return false;
}

static void what_is_wrong_with_a_candidate_is_said_by_its_name(void **state)
{
    static const uint16_t violence[] = {NEED_CATEGORY_DOMESTIC_VIOLENCE};
    static const struct {
        const char *candidates[12];
        enum mode mode;
        const char *code, *field, *words;
        bool delicate; /* an S2 referral */
    } rows[] = {
            {{"aksant", "chambry", "aksant"},      MODE_NONE,        "E_FIELD",             "candidates",
             "aksant: This is there twice.",                                                                                      false},
            {{"aksant", HOME},                     MODE_NONE,        "E_FIELD",             "candidates",
             HOME ": This is yourself.",                                                                                          false},
            {{"aksant", "nobody"},                 MODE_NONE,        "E_NOT_FOUND",         "candidates",
             "nobody: There is no active partner",                                                                                false},
            {{"Rosa Voorbeeld"},                   MODE_NONE,        "E_NOT_FOUND",         "candidates",
             "There is no active partner",                                                                                        false},
            {{"Rosa Voorbeeld", "Rosa Voorbeeld"}, MODE_NONE,        "E_NOT_FOUND",
             "candidates",                                                                                "This is there twice.", false},
            {{"aksant", "meldpunt"},               MODE_NONE,        "E_CONSENT_RECIPIENT", "candidates",
             "meldpunt: The consent does not name",                                                                               false},
            {{"aksant", "chambry"},                MODE_DIRECT,      "E_FIELD",             "mode",       "one candidate",
             false                                                                                                                     },
            {{"aksant", "chambry"},                MODE_FIRST_CLAIM, "E_SECRECY",           "mode",
             "never go to several partners at once",                                                                              true },
    };
    (void)state;
    world_fresh(8101);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct referral delicate = {
                .person = &(const struct person){.name = "Rosa Voorbeeld"},
                .needs = violence,
                .n_needs = 1,
        };
        struct world_referral wish = {
                .consent = consent_for_all(rows[i].delicate ? LEVEL_S2 : LEVEL_S1),
                .candidates = rows[i].candidates,
                .secret = "Rosa Voorbeeld",
                .mode = rows[i].mode,
                .content = rows[i].delicate ? &delicate : NULL,
        };
        while (wish.n_candidates < COUNT_OF(rows[i].candidates) &&
                rows[i].candidates[wish.n_candidates] != NULL)
            wish.n_candidates++;
        const struct reply *reply = world_refer_as(HOME, &wish);
        if (strcmp(reply->code, rows[i].code) != 0 ||
                !says(reply, rows[i].field, rows[i].words))
            print_error("row %zu: %s, %s: %s\n", i, reply->code,
                    reply->n_issues > 0 ? reply->issues[0].field : "",
                    reply->n_issues > 0 ? reply->issues[0].words : reply->sentence);
        assert_string_equal(reply->code, rows[i].code);
        assert_true(
                rows[i].field[0] == '\0' || says(reply, rows[i].field, rows[i].words));
        /* Whoever is put in the wrong field is not repeated. */
        assert_false(says(reply, "candidates", "Rosa"));
    }
    /* An eleventh finds no place in a request. */
    const char *many[11];
    for (size_t i = 0; i < COUNT_OF(many); i++)
        many[i] = "aksant";
    const struct refer refer = {.candidates = many, .n_candidates = COUNT_OF(many)};
    struct request request = {.refer = &refer};
    assert_null(world_try(HOME, &request));
    assert_non_null(strstr(world_why(), "too many"));
    /* Nothing of all that was kept. */
    assert_int_equal(world_newest(HOME, CASE_BOX_SENT), 0);
    world_end();
}

static void the_next_is_asked_while_the_sender_is_away(void **state)
{
    (void)state;
    world_fresh(8102);
    uint64_t number = refer_to_three(MODE_NONE);
    assert_list(number, "aksant:requested chambry:queued noord:queued");
    assert_int_equal(world_show(HOME, number)->offers[2].mode, MODE_SEQUENTIAL);
    assert_knows_nothing("chambry");
    world_stop(HOME);
    do_newest("aksant", OFFER_EVENT_DECLINE);
    /* Its preview is there, the name is not yet. */
    const struct case_detail *got =
            world_show("chambry", world_newest("chambry", CASE_BOX_TO_DECIDE));
    assert_non_null(got->preview);
    assert_null(got->referral);
    do_newest("chambry", OFFER_EVENT_ACCEPT);
    got = world_show("chambry", world_newest("chambry", CASE_BOX_RUNNING));
    assert_string_equal(got->referral->person->name, "Rosa Voorbeeld");
    world_start(HOME);
    world_pass(TIME_MINUTE_MS);
    world_quiet();
    assert_list(number, "aksant:declined chambry:accepted noord:not_selected");
    const struct case_line *line = world_show(HOME, number)->line;
    assert_string_equal(line->other, "chambry");
    assert_string_equal(line->referral_state, "placed");
    assert_int_equal(line->place, 2);
    assert_int_equal(line->candidates, 3);
    assert_true(line->unread);
    assert_int_equal(traced(number, "turn", "aksant", ""), 1);
    assert_int_equal(traced(number, "turn", "chambry", ""), 1);
    assert_int_equal(traced(number, "turn", "noord", ""), 0);
    assert_int_equal(traced(number, "not_selected", "noord", ""), 1);
    assert_knows_nothing("noord");
    assert_all_erased();
    assert_knows_nothing("noord");
    world_end();
}

/* Nobody has to look while the list goes on by itself; when it is used up, somebody
 * has. */
static void a_list_that_is_used_up_is_for_its_sender_to_decide(void **state)
{
    (void)state;
    world_fresh(8103);
    uint64_t number = refer_to_three(MODE_SEQUENTIAL);
    assert_false(world_show(HOME, number)->line->unread);
    /* Each has its time to decide, and says nothing. */
    for (int day = 0; day < 21; day++) {
        if (world_show(HOME, number)->offers[0].state != OFFER_STATE_REQUESTED)
            break;
        world_pass(TIME_DAY_MS);
        world_quiet();
    }
    assert_list(number, "aksant:expired chambry:requested noord:queued");
    assert_string_equal(world_show(HOME, number)->line->referral_state, "open");
    world_do("chambry", world_newest("chambry", CASE_BOX_NONE), OFFER_EVENT_SEEN);
    do_newest("chambry", OFFER_EVENT_DECLINE);
    assert_list(number, "aksant:expired chambry:declined noord:requested");
    world_do(HOME, number, OFFER_EVENT_SEEN);
    assert_false(world_show(HOME, number)->line->unread);
    do_newest("noord", OFFER_EVENT_DECLINE);
    assert_list(number, "aksant:expired chambry:declined noord:declined");
    const struct case_line *line = world_show(HOME, number)->line;
    assert_string_equal(line->referral_state, "unplaced");
    assert_true(line->unread);
    assert_int_equal(world_newest(HOME, CASE_BOX_TO_DECIDE), number);
    assert_int_equal(world_newest(HOME, CASE_BOX_CLOSED), 0);
    assert_int_equal(traced(number, "used_up", "", ""), 1);
    /* Once somebody has looked it is closed like any other. */
    world_do(HOME, number, OFFER_EVENT_SEEN);
    assert_int_equal(world_newest(HOME, CASE_BOX_TO_DECIDE), 0);
    assert_int_equal(world_newest(HOME, CASE_BOX_CLOSED), number);
    world_end();
}

static void who_takes_nothing_is_skipped_and_never_hears_of_it(void **state)
{
    (void)state;
    world_fresh(8104);
    uint64_t number = refer_to_three(MODE_SEQUENTIAL);
    set_intake("chambry", INTAKE_STATE_FULL);
    do_newest("aksant", OFFER_EVENT_DECLINE);
    assert_list(number, "aksant:declined chambry:skipped noord:requested");
    const struct case_detail *file = world_show(HOME, number);
    assert_string_equal(file->offers[1].code, "E_BUSY");
    assert_string_equal(file->offers[0].code, "");
    assert_string_equal(file->line->other, "noord");
    assert_int_equal(traced(number, "skip", "chambry", "E_BUSY"), 1);
    /* It may be open again when its turn comes, so it may be on a list. */
    refer_to_three(MODE_SEQUENTIAL);
    assert_string_equal(world_refer(HOME, consent_for_all(LEVEL_S1), "chambry",
                                "Rosa Voorbeeld")
                                ->code,
            "E_BUSY");
    assert_knows_nothing("chambry");
    assert_all_erased();
    world_end();
}

/* An antenna is asked through the partner that supports it, and not while its
 * volunteers are at their limit. */
static void an_antenna_is_asked_unless_its_volunteers_are_at_their_limit(void **state)
{
    static const char *const list[] = {"aksant", "antenne", "chambry"};
    const struct set_intake limit = {
            .state = INTAKE_STATE_VOLUNTEERS_AT_LIMIT,
            .antenna = "antenne",
    };
    struct request request = {.intake = &limit};
    (void)state;
    world_fresh(8130);
    uint64_t consent = consent_for_all(LEVEL_S1);
    uint64_t first = refer_to(consent, list, COUNT_OF(list), MODE_SEQUENTIAL);
    do_newest("aksant", OFFER_EVENT_DECLINE);
    assert_list(first, "aksant:declined antenne:requested chambry:queued");
    uint64_t theirs = world_newest("noord", CASE_BOX_TO_DECIDE);
    assert_string_equal(world_show("noord", theirs)->line->on_behalf_of, "antenne");
    uint64_t second = refer_to(consent, list, COUNT_OF(list), MODE_SEQUENTIAL);
    world_must("noord", &request, "");
    world_quiet();
    do_newest("aksant", OFFER_EVENT_DECLINE);
    assert_list(second, "aksant:declined antenne:skipped chambry:requested");
    assert_int_equal(traced(second, "skip", "antenne", "E_BUSY"), 1);
    assert_int_equal(world_newest("noord", CASE_BOX_NONE), theirs);
    /* What was asked before goes on. */
    world_do("noord", theirs, OFFER_EVENT_ACCEPT);
    assert_list(first, "aksant:declined antenne:accepted chambry:not_selected");
    world_end();
}

static void one_of_all_that_are_asked_at_once_has_it(void **state)
{
    (void)state;
    world_fresh(8105);
    uint64_t number = refer_to_three(MODE_FIRST_CLAIM);
    assert_list(number, "aksant:requested chambry:requested noord:requested");
    do_newest("chambry", OFFER_EVENT_ACCEPT);
    assert_list(number, "aksant:not_selected chambry:accepted noord:not_selected");
    assert_string_equal(world_show(HOME, number)->line->other, "chambry");
    /* A loser has nothing left, and nothing to do. */
    const struct case_detail *lost =
            world_show("noord", world_newest("noord", CASE_BOX_CLOSED));
    assert_int_equal(lost->line->state, OFFER_STATE_NOT_SELECTED);
    assert_string_equal(lost->line->referral_state, "");
    assert_null(lost->preview);
    assert_int_equal(lost->n_actions, 0);
    assert_int_equal(world_newest("noord", CASE_BOX_TO_DECIDE), 0);
    assert_all_erased();
    world_end();
}

/* Whoever asked something gets the answer, one after the other or by name. */
static void each_that_asks_is_answered(void **state)
{
    struct info info = {.text = "about the hours"};
    struct act act = {
            .event = OFFER_EVENT_INFO_REPLY,
            .info = &info,
            .partner = "noord",
    };
    struct request request = {.act = &act};
    (void)state;
    world_fresh(8106);
    uint64_t number = act.case_number = refer_to_three(MODE_FIRST_CLAIM);
    do_newest("chambry", OFFER_EVENT_INFO_REQUEST);
    do_newest("noord", OFFER_EVENT_INFO_REQUEST);
    assert_list(number, "aksant:requested chambry:info_requested noord:info_requested");
    assert_int_equal(world_newest(HOME, CASE_BOX_TO_DECIDE), number);
    world_must(HOME, &request, "");
    world_quiet();
    assert_list(number, "aksant:requested chambry:info_requested noord:seen");
    world_do(HOME, number, OFFER_EVENT_INFO_REPLY);
    assert_list(number, "aksant:requested chambry:seen noord:seen");
    assert_int_equal(world_newest(HOME, CASE_BOX_TO_DECIDE), 0);
    /* Nobody is cancelled by name alone. */
    act.partner = "thuis";
    request.idempotency_key = NULL;
    world_must(HOME, &request, "E_NOT_FOUND");
    const struct event_content said = {
            .cancel_reason = CANCEL_REASON_NO_LONGER_NEEDED,
            .note = "",
    };
    act.event = OFFER_EVENT_CANCEL;
    act.said = &said;
    act.info = NULL;
    act.partner = "noord";
    request.idempotency_key = NULL;
    world_must(HOME, &request, "E_FIELD");
    world_end();
}

/* The file of evidence of a case, whose every thing must hold. */
static struct findings evidence_of(const char *id, uint64_t number, struct arena *arena)
{
    const struct export_evidence export = {.case_number = number};
    struct request request = {.evidence = &export};
    struct span bytes = world_must(id, &request, "")->evidence->file;
    struct evidence_file file;
    struct findings found;
    struct err err = {.code = CODE_OK};
    if (!evidence_get(bytes, arena, &file, &err) ||
            !evidence_check(&file, arena, &found, &err))
        fail_msg("%s: %s", code_name(err.code), err.msg);
    for (size_t i = 0; i < found.n_faults; i++)
        print_error("%s: %s of %s: %s\n", id,
                vocab_code(VOCAB_EVIDENCE_FAULT, found.faults[i].fault),
                found.faults[i].partner, found.faults[i].words);
    assert_int_equal(found.n_faults, 0);
    return found;
}

static void who_was_not_asked_got_nothing(void **state)
{
    struct arena arena = arena_new(8 * 1024 * 1024);
    (void)state;
    world_fresh(8109);
    uint64_t consent = consent_for_all(LEVEL_S1);
    uint64_t number = refer_to(consent, THREE, COUNT_OF(THREE), MODE_SEQUENTIAL);
    do_newest("aksant", OFFER_EVENT_DECLINE);
    do_newest("chambry", OFFER_EVENT_ACCEPT);
    /* What the person is given to take home. */
    const struct consent_receipt_get get = {.number = consent};
    struct request receipt_request = {.consent_receipt = &get};
    const struct consent_receipt *receipt =
            world_must(HOME, &receipt_request, "")->consent_receipt;
    assert_int_equal(receipt->n_handed, 3);
    for (size_t i = 0; i < receipt->n_handed; i++)
        assert_string_not_equal(receipt->handed[i].partner, "noord");
    /* Whoever has nothing is not asked what it has. */
    const struct rights_ask ask = {.case_number = number, .right = LETTER_TYPE_ACCESS};
    struct request rights_request = {.rights_ask = &ask};
    const struct rights *rights = world_must(HOME, &rights_request, "")->rights;
    assert_int_equal(rights->n_lines, 2);
    assert_string_equal(rights->lines[0].other, "aksant");
    assert_string_equal(rights->lines[1].other, "chambry");
    world_quiet();
    assert_knows_nothing("noord");
    /* An auditor sees what was ready for it and that it never left. */
    struct findings found = evidence_of(HOME, number, &arena);
    size_t n_recalled = 0;
    for (size_t i = 0; i < found.n_letters; i++) {
        const struct found_letter *letter = &found.letters[i];
        bool unasked = strcmp(letter->recipient, "noord") == 0;
        assert_false(unasked && letter->end != RECEIPT_STATE_RECALLED);
        n_recalled += unasked;
    }
    assert_int_equal(n_recalled, 2);
    evidence_of("chambry", world_newest("chambry", CASE_BOX_NONE), &arena);
    arena_free(&arena);
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(what_is_wrong_with_a_candidate_is_said_by_its_name),
            cmocka_unit_test(the_next_is_asked_while_the_sender_is_away),
            cmocka_unit_test(a_list_that_is_used_up_is_for_its_sender_to_decide),
            cmocka_unit_test(who_takes_nothing_is_skipped_and_never_hears_of_it),
            cmocka_unit_test(
                    an_antenna_is_asked_unless_its_volunteers_are_at_their_limit),
            cmocka_unit_test(one_of_all_that_are_asked_at_once_has_it),
            cmocka_unit_test(each_that_asks_is_answered),
            cmocka_unit_test(who_was_not_asked_got_nothing),
    };
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
