/* sim_erase_own.c - a person asks to be erased, and staff decides that the own case
 * goes as well: its key is destroyed, the register and the trace say so, and what still
 * runs or must be kept stays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "tests/peek.h"
#include "tests/temp.h"
#include "tests/world.h"

#define HOME   "thuiszorg"
#define TARGET "aksant"

static const struct reply *erase(const char *id, uint64_t number, const char *code)
{
    const struct rights_ask wish = {.case_number = number,
            .right = LETTER_TYPE_ERASE,
            .own = true};
    struct request request = {.rights_ask = &wish, .actor = "An"};
    const struct reply *reply = world_ask(id, &request);
    assert_string_equal(reply->code, code);
    assert_int_equal(reply->n_issues > 0, code[0] != '\0');
    if (code[0] != '\0')
        assert_string_equal(reply->issues[0].field, "own");
    return reply;
}

static const struct rights *rights_of(const char *id)
{
    const struct rights_list wish = {.open = false};
    struct request request = {.rights_list = &wish};
    return world_must(id, &request, "")->rights;
}

static void accepted(uint64_t *ours, uint64_t *theirs)
{
    const struct world_consent wish = {.recipients = {TARGET}};
    const struct reply *reply =
            world_refer(HOME, world_consent(HOME, &wish), TARGET, "Rosa Voorbeeld");
    assert_string_equal(reply->code, "");
    *ours = reply->made->case_number;
    world_quiet();
    *theirs = world_newest(TARGET, CASE_BOX_TO_DECIDE);
    world_do(TARGET, *theirs, OFFER_EVENT_ACCEPT);
    world_do(TARGET, *theirs, OFFER_EVENT_START);
}

static void finished(uint64_t *ours, uint64_t *theirs)
{
    accepted(ours, theirs);
    world_do(TARGET, *theirs, OFFER_EVENT_OUTCOME);
    world_do(HOME, *ours, OFFER_EVENT_CONFIRM);
    world_quiet();
}

static uint8_t *generation_key(const char *id, size_t *len)
{
    char home[NETWORK_PATH_BYTES], path[WORLD_PATH_BYTES];
    network_home(world_network(), id, home);
    snprintf(path, sizeof path, "%s/keys/generation.key", home);
    uint8_t *bytes = temp_read(path, len);
    assert_non_null(bytes);
    return bytes;
}

static int64_t traced_by(const char *id, uint64_t number, const char *who)
{
    return peek_number(peek_of(id),
            "SELECT count(*) FROM trace WHERE case_number = %d AND what = 'erased_own' "
            "AND who = %Q",
            (int)number, who);
}

/* ------------------------------------------------------------ it goes */

static void the_own_case_goes_by_its_key(void **state)
{
    uint64_t ours, theirs;
    size_t before_len, after_len;
    (void)state;
    world_fresh(501);
    finished(&ours, &theirs);
    assert_non_null(world_show(HOME, ours)->referral);
    uint8_t *before = generation_key(HOME, &before_len);
    const struct rights *rights = erase(HOME, ours, "")->rights;
    /* The partner is asked as ever; the line behind it is our own. */
    assert_int_equal(rights->n_lines, 2);
    assert_string_equal(rights->lines[0].other, TARGET);
    assert_string_equal(rights->lines[0].state, "open");
    assert_string_equal(rights->lines[1].other, HOME);
    assert_string_equal(rights->lines[1].state, "answered");
    assert_int_equal(rights->lines[1].answer, RIGHTS_ANSWER_DONE);
    uint64_t erased_ms = rights->lines[1].answered_ms;
    world_pass(TIME_MINUTE_MS);
    uint8_t *after = generation_key(HOME, &after_len);
    assert_int_equal(before_len, after_len);
    assert_memory_not_equal(before, after, after_len);
    free(before);
    free(after);
    assert_int_equal(peek_number(peek_of(HOME),
                             "SELECT count(*) FROM case_file WHERE number = %d AND "
                             "wrapped_key IS NOT NULL",
                             (int)ours),
            0);
    assert_int_equal(peek_number(peek_of(HOME),
                             "SELECT count(*) FROM moment WHERE case_number = %d AND "
                             "length(content) > 0",
                             (int)ours),
            0);
    assert_null(world_show(HOME, ours)->referral);
    assert_int_equal(world_show(HOME, ours)->erased_ms, erased_ms);
    assert_int_equal(world_show(TARGET, theirs)->erased_ms, 0);
    assert_string_equal(world_show(HOME, ours)->line->person, "");
    assert_int_equal(traced_by(HOME, ours, "An"), 1);
    world_end();
}

/* The partner's case is the partner's to erase, and its answer still finds its row. */
static void the_partner_answers_as_ever(void **state)
{
    uint64_t ours, theirs;
    (void)state;
    world_fresh(502);
    finished(&ours, &theirs);
    (void)erase(HOME, ours, "");
    world_quiet();
    assert_non_null(world_show(TARGET, theirs)->referral);
    const struct rights_answer done = {.number = 1, .answer = RIGHTS_ANSWER_DONE};
    struct request request = {.rights_answer = &done};
    (void)world_must(TARGET, &request, "");
    world_pass(TIME_MINUTE_MS);
    assert_null(world_show(TARGET, theirs)->referral);
    const struct rights *rights = rights_of(HOME);
    assert_int_equal(rights->n_lines, 2);
    for (size_t i = 0; i < rights->n_lines; i++)
        assert_int_equal(rights->lines[i].answer, RIGHTS_ANSWER_DONE);
    /* Nothing that came after lies there readable again. */
    assert_int_equal(peek_number(peek_of(HOME),
                             "SELECT count(*) FROM moment WHERE case_number = %d AND "
                             "length(content) > 0",
                             (int)ours),
            0);
    world_end();
}

/* A signal has no offer and nobody to ask: it goes all the same. */
static void a_signal_of_ours_goes_too(void **state)
{
    static const uint16_t needs[] = {NEED_CATEGORY_LONELINESS_ISOLATION};
    static const uint16_t seen[] = {1};
    const struct world_consent wish = {.recipients = {"meldpunt"}};
    (void)state;
    world_fresh(503);
    const struct signal signal = {.needs = needs,
            .n_needs = 1,
            .observations = seen,
            .n_observations = 1,
            .person = "Mevrouw Voorbeeld, Voorbeeldstraat 12",
            .language = "nl"};
    const struct raise_signal raise = {.recipient = "meldpunt",
            .consent_number = world_consent(HOME, &wish),
            .urgency = URGENCY_ROUTINE,
            .area = "21004",
            .signal = &signal};
    struct request request = {.signal = &raise};
    uint64_t number = world_must(HOME, &request, "")->made->case_number;
    world_quiet();
    assert_non_null(world_show(HOME, number)->signal);
    assert_int_equal(erase(HOME, number, "")->rights->n_lines, 1);
    assert_null(world_show(HOME, number)->signal);
    world_end();
}

/* ------------------------------------------------------------ it stays */

static void what_still_runs_is_ended_first(void **state)
{
    uint64_t ours, theirs;
    (void)state;
    world_fresh(504);
    accepted(&ours, &theirs);
    (void)erase(HOME, ours, "E_TRANSITION");
    (void)erase(TARGET, theirs, "E_TRANSITION");
    /* Nobody was asked either. */
    assert_int_equal(rights_of(HOME)->n_lines + rights_of(TARGET)->n_lines, 0);
    assert_non_null(world_show(HOME, ours)->referral);
    world_end();
}

static void what_is_kept_on_a_ground_stays(void **state)
{
    uint64_t ours, theirs;
    (void)state;
    world_fresh(505);
    accepted(&ours, &theirs);
    const struct act keep = {.case_number = theirs,
            .retention = RETENTION_BASIS_PATIENT_RECORD};
    struct request request = {.act = &keep};
    (void)world_must(TARGET, &request, "");
    world_do(TARGET, theirs, OFFER_EVENT_OUTCOME);
    (void)erase(TARGET, theirs, "E_FIELD");
    assert_non_null(world_show(TARGET, theirs)->referral);
    const struct act not_any_more = {.case_number = theirs,
            .retention = RETENTION_BASIS_NONE};
    request = (struct request){.act = &not_any_more};
    (void)world_must(TARGET, &request, "");
    (void)erase(TARGET, theirs, "");
    assert_null(world_show(TARGET, theirs)->referral);
    world_pass(TIME_MINUTE_MS);
    /* Who had sent it hears that it is gone. */
    assert_true(peek_number(peek_of(HOME),
                        "SELECT count(*) FROM trace WHERE case_number = %d AND what = "
                        "'erased'",
                        (int)ours) > 0);
    world_end();
}

static void it_goes_once_and_only_with_a_request_to_erase(void **state)
{
    uint64_t ours, theirs;
    (void)state;
    world_fresh(506);
    finished(&ours, &theirs);
    const struct rights_ask access = {.case_number = ours,
            .right = LETTER_TYPE_ACCESS,
            .own = true};
    struct request request = {.rights_ask = &access};
    const struct reply *reply = world_must(HOME, &request, "E_FIELD");
    assert_string_equal(reply->issues[0].field, "own");
    (void)erase(HOME, ours, "");
    (void)erase(HOME, ours, "E_NOT_FOUND");
    assert_int_equal(rights_of(HOME)->n_lines, 2);
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(the_own_case_goes_by_its_key),
            cmocka_unit_test(the_partner_answers_as_ever),
            cmocka_unit_test(a_signal_of_ours_goes_too),
            cmocka_unit_test(what_still_runs_is_ended_first),
            cmocka_unit_test(what_is_kept_on_a_ground_stays),
            cmocka_unit_test(it_goes_once_and_only_with_a_request_to_erase),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
