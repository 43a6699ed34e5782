/* sim_rights.c - a person asks for access, a correction, or to be erased: the letters
 * reach who was handed something and nobody else, also after a withdrawal; terms,
 * answers and the registers of both sides. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/time.h"
#include "core/vocab.h"
#include "core/wire.h"
#include "nodes/rights.h"
#include "tests/evil_node.h"
#include "tests/forge.h"
#include "tests/peek.h"
#include "tests/world.h"

#define HOME   "thuiszorg"
#define TARGET "aksant"
#define OTHER  "chambry"
#define EVIL   "noord"

enum { LINES_A_REPLY = 200 };

/* ------------------------------------------------------------ asking and answering */

static const struct reply *ask(const char *id, enum letter_type right, uint64_t number,
        const struct referral *corrected)
{
    const struct rights_ask wish = {.case_number = number,
            .right = right,
            .corrected = corrected};
    struct request request = {.rights_ask = &wish};
    return world_ask(id, &request);
}

static const struct reply *answer(const char *id, const struct rights_answer *wish)
{
    struct request request = {.rights_answer = wish};
    return world_ask(id, &request);
}

static const struct rights *list(const char *id, bool open, uint64_t after)
{
    const struct rights_list wish = {.open = open, .after = after};
    struct request request = {.rights_list = &wish};
    return world_must(id, &request, "")->rights;
}

static const struct check *check_of(const char *id, const char *name)
{
    const struct get_doctor doctor = {.full = false};
    struct request request = {.doctor = &doctor};
    const struct reply *reply = world_must(id, &request, "");
    for (size_t i = 0; i < reply->doctor->n_checks; i++)
        if (strcmp(reply->doctor->checks[i].name, name) == 0)
            return &reply->doctor->checks[i];
    fail_msg("no check \"%s\"", name);
    return NULL;
}

/* The newest letter of this type that somebody got, as it reads there. */
static const struct content *last_of(const char *id, uint64_t number,
        enum letter_type type)
{
    static struct content content;
    static struct arena arena;
    struct err err = {.code = CODE_OK};
    const struct case_detail *file = world_show(id, number);
    if (arena.at == NULL)
        arena = arena_new(1 << 20);
    arena_reset(&arena, 0);
    for (size_t i = file->n_moments; i > 0; i--) {
        const struct moment *moment = &file->moments[i - 1];
        if (moment->type != type || moment->content.len == 0)
            continue;
        assert_true(wire_get(&WIRE_CONTENT, moment->content, &arena, &content, &err));
        return &content;
    }
    return NULL;
}

/* HOME refers to TARGET; *consent under which. */
static uint64_t referral_at(const char *const recipients[2], uint64_t *consent)
{
    const struct world_consent wish = {
            .recipients = {recipients[0], recipients[1]}
    };
    *consent = world_consent(HOME, &wish);
    const struct reply *reply = world_refer(HOME, *consent, TARGET, "Rosa Voorbeeld");
    assert_string_equal(reply->code, "");
    uint64_t number = reply->made->case_number;
    world_quiet();
    return number;
}

static const char *const BOTH[2] = {TARGET, OTHER};

/* ------------------------------------------------------------ access */

static void access_tells_what_is_held(void **state)
{
    uint64_t consent;
    (void)state;
    world_fresh(400);
    uint64_t number = referral_at(BOTH, &consent);
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    const struct reply *reply = ask(HOME, LETTER_TYPE_ACCESS, number, NULL);
    assert_string_equal(reply->code, "");
    assert_int_equal(reply->rights->n_lines, 1);
    assert_string_equal(reply->rights->lines[0].other, TARGET);
    assert_string_equal(reply->rights->lines[0].state, "open");
    /* What HOME holds itself is told at once. */
    assert_string_equal(reply->rights->own->referral->person->name, "Rosa Voorbeeld");
    world_quiet();
    /* The request names nobody. */
    const struct content *came = last_of(TARGET, 1, LETTER_TYPE_ACCESS);
    assert_null(came->rights_request->corrected);
    assert_int_equal(list(TARGET, true, 0)->n_lines, 1);
    assert_false(list(TARGET, true, 0)->lines[0].ours);
    assert_true(world_show(TARGET, 1)->line->unread);
    reply = answer(TARGET, &(struct rights_answer){.number = 1,
                                   .answer = RIGHTS_ANSWER_GIVEN,
                                   .words = "dit bewaren wij"});
    assert_string_equal(reply->code, "");
    world_quiet();
    const struct rights_reply *got =
            last_of(HOME, number, LETTER_TYPE_RIGHTS_REPLY)->rights_reply;
    assert_string_equal(got->held->person->name, "Rosa Voorbeeld");
    assert_string_equal(got->words, "dit bewaren wij");
    assert_true(got->n_data_categories > 1 && got->received_ms > 0);
    const struct rights *register_ = list(HOME, false, 0);
    assert_int_equal(register_->n_lines, 1);
    assert_string_equal(register_->lines[0].state, "answered");
    assert_int_equal(register_->lines[0].answer, RIGHTS_ANSWER_GIVEN);
    assert_int_equal(list(HOME, true, 0)->n_lines, 0);
    assert_int_equal(list(TARGET, true, 0)->n_lines, 0);
    world_end();
}

/* Before the accept only the preview is there, and that is what is told. */
static void access_before_the_accept(void **state)
{
    uint64_t consent;
    (void)state;
    world_fresh(401);
    uint64_t number = referral_at(BOTH, &consent);
    assert_string_equal(ask(HOME, LETTER_TYPE_ACCESS, number, NULL)->code, "");
    world_quiet();
    assert_string_equal(answer(TARGET, &(struct rights_answer){.number = 1,
                                               .answer = RIGHTS_ANSWER_GIVEN})
                                ->code,
            "");
    world_quiet();
    const struct rights_reply *got =
            last_of(HOME, number, LETTER_TYPE_RIGHTS_REPLY)->rights_reply;
    assert_null(got->held);
    assert_non_null(got->held_preview);
    world_end();
}

/* A candidate asks for access to what it may not know yet, and once more when it has
 * declined: it hears what it was shown, and nobody's name. */
static void who_may_not_know_asks_for_access(void **state)
{
    uint64_t consent;
    (void)state;
    world_fresh(412);
    uint64_t number = referral_at(BOTH, &consent);
    for (uint64_t asked = 1; asked <= 2; asked++) {
        assert_string_equal(ask(TARGET, LETTER_TYPE_ACCESS, 1, NULL)->code, "");
        world_quiet();
        assert_string_equal(answer(HOME, &(struct rights_answer){.number = asked,
                                                 .answer = RIGHTS_ANSWER_GIVEN})
                                    ->code,
                "");
        world_quiet();
        const struct rights_reply *said =
                last_of(HOME, number, LETTER_TYPE_RIGHTS_REPLY)->rights_reply;
        assert_null(said->held);
        assert_non_null(said->held_preview);
        assert_string_equal(list(TARGET, false, 0)->lines[asked - 1].state, "answered");
        if (asked == 1)
            world_do(TARGET, 1, OFFER_EVENT_DECLINE);
    }
    world_end();
}

/* And who has accepted hears all of it. */
static void who_accepted_asks_for_access(void **state)
{
    uint64_t consent;
    (void)state;
    world_fresh(413);
    (void)referral_at(BOTH, &consent);
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    assert_string_equal(ask(TARGET, LETTER_TYPE_ACCESS, 1, NULL)->code, "");
    world_quiet();
    assert_string_equal(answer(HOME, &(struct rights_answer){.number = 1,
                                             .answer = RIGHTS_ANSWER_GIVEN})
                                ->code,
            "");
    world_quiet();
    const struct rights_reply *got =
            last_of(TARGET, 1, LETTER_TYPE_RIGHTS_REPLY)->rights_reply;
    assert_string_equal(got->held->person->name, "Rosa Voorbeeld");
    world_end();
}

/* ------------------------------------------------------------ correcting */

static void a_correction_is_carried_out(void **state)
{
    static const struct person person = {.name = "Rosa Verbeterd"};
    static const struct referral corrected = {.person = &person,
            .own_goal = "weer naar de markt"};
    uint64_t consent;
    (void)state;
    world_fresh(402);
    uint64_t number = referral_at(BOTH, &consent);
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    assert_string_equal(ask(HOME, LETTER_TYPE_RECTIFY, number, &corrected)->code, "");
    world_quiet();
    assert_string_equal(answer(TARGET, &(struct rights_answer){.number = 1,
                                               .answer = RIGHTS_ANSWER_DONE})
                                ->code,
            "");
    world_quiet();
    const struct case_detail *file = world_show(TARGET, 1);
    assert_string_equal(file->referral->person->name, "Rosa Verbeterd");
    assert_string_equal(file->referral->own_goal, "weer naar de markt");
    /* What was not named stays as it came. */
    assert_true(file->referral->n_needs > 0);
    assert_string_equal(file->line->person, "Rosa Verbeterd");
    assert_int_equal(list(HOME, false, 0)->lines[0].answer, RIGHTS_ANSWER_DONE);
    world_end();
}

static const struct rights_line *corrected_goal(uint64_t number, const char *goal)
{
    const struct referral corrected = {.own_goal = goal};
    const struct reply *reply = ask(HOME, LETTER_TYPE_RECTIFY, number, &corrected);
    assert_string_equal(reply->code, "");
    assert_int_equal(reply->rights->n_lines, 1);
    world_quiet();
    return &reply->rights->lines[0];
}

/* Who noticed one more mistake does not wait for a month; the same is asked once. */
static void a_second_correction_goes_too(void **state)
{
    uint64_t consent;
    (void)state;
    world_fresh(415);
    uint64_t number = referral_at(BOTH, &consent);
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    assert_string_equal(corrected_goal(number, "zingen")->state, "open");
    assert_string_equal(corrected_goal(number, "zingen")->state, "asked_before");
    assert_string_equal(corrected_goal(number, "dansen")->state, "open");
    assert_string_equal(corrected_goal(number, "zingen")->state, "asked_before");
    assert_string_equal(corrected_goal(number, "dansen")->state, "asked_before");
    assert_int_equal(list(TARGET, true, 0)->n_lines, 2);
    for (uint64_t i = 1; i <= 2; i++) {
        const struct rights_answer done = {.number = i, .answer = RIGHTS_ANSWER_DONE};
        assert_string_equal(answer(TARGET, &done)->code, "");
        world_quiet();
        assert_string_equal(world_show(TARGET, 1)->referral->own_goal,
                i == 1 ? "zingen" : "dansen");
    }
    assert_int_equal(list(HOME, true, 0)->n_lines, 0);
    char goal[] = "lied 0";
    for (size_t i = 0; i < RIGHTS_CORRECTIONS_MAX; i++, goal[5]++)
        assert_string_equal(corrected_goal(number, goal)->state, "open");
    assert_string_equal(corrected_goal(number, goal)->state, "too_many");
    assert_int_equal(list(HOME, true, 0)->n_lines, RIGHTS_CORRECTIONS_MAX);
    /* A sender that has forgotten how many it sent is held to it by the reader. */
    peek_number(peek_of(HOME), "DELETE FROM rights");
    assert_string_equal(corrected_goal(number, goal)->state, "open");
    assert_int_equal(list(TARGET, true, 0)->n_lines, RIGHTS_CORRECTIONS_MAX);
    world_end();
}

/* ------------------------------------------------------------ erasing */

static void what_is_erased_is_gone(void **state)
{
    uint64_t consent;
    (void)state;
    world_fresh(403);
    uint64_t number = referral_at(BOTH, &consent);
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    world_do(TARGET, 1, OFFER_EVENT_START);
    assert_string_equal(ask(HOME, LETTER_TYPE_ERASE, number, NULL)->code, "");
    world_quiet();
    const struct rights_answer done = {.number = 1, .answer = RIGHTS_ANSWER_DONE};
    /* Work that goes on is ended first; and something is held. */
    assert_string_equal(answer(TARGET, &done)->code, "E_TRANSITION");
    assert_string_equal(answer(TARGET, &(struct rights_answer){.number = 1,
                                               .answer = RIGHTS_ANSWER_NOTHING_HELD})
                                ->code,
            "E_FIELD");
    world_do(TARGET, 1, OFFER_EVENT_OUTCOME);
    assert_string_equal(answer(TARGET, &done)->code, "");
    world_pass(TIME_MINUTE_MS);
    assert_null(world_show(TARGET, 1)->referral);
    assert_string_equal(world_show(TARGET, 1)->line->person, "");
    assert_int_equal(list(HOME, false, 0)->lines[0].answer, RIGHTS_ANSWER_DONE);
    /* The receipt that says so came too. */
    assert_true(peek_number(peek_of(HOME),
                        "SELECT count(*) FROM trace WHERE case_number = %d AND what = "
                        "'erased'",
                        (int)number) > 0);
    /* Asked again, there is nothing any more. */
    assert_string_equal(ask(HOME, LETTER_TYPE_ACCESS, number, NULL)->code, "");
    world_quiet();
    assert_string_equal(answer(TARGET, &(struct rights_answer){.number = 2,
                                               .answer = RIGHTS_ANSWER_GIVEN})
                                ->code,
            "E_FIELD");
    assert_string_equal(answer(TARGET, &(struct rights_answer){.number = 2,
                                               .answer = RIGHTS_ANSWER_NOTHING_HELD})
                                ->code,
            "");
    world_end();
}

static void what_must_be_kept_is_kept_on_its_ground(void **state)
{
    uint64_t consent;
    (void)state;
    world_fresh(404);
    uint64_t number = referral_at(BOTH, &consent);
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    assert_string_equal(ask(HOME, LETTER_TYPE_ERASE, number, NULL)->code, "");
    world_quiet();
    struct rights_answer no = {.number = 1, .answer = RIGHTS_ANSWER_REFUSED};
    assert_string_equal(answer(TARGET, &no)->code, "E_FIELD");
    no.reason = RIGHTS_REASON_RETENTION_DUTY;
    no.retention = RETENTION_BASIS_PATIENT_RECORD;
    assert_string_equal(answer(TARGET, &no)->code, "");
    world_quiet();
    assert_int_equal(world_show(TARGET, 1)->line->retention,
            RETENTION_BASIS_PATIENT_RECORD);
    const struct rights_line *line = &list(HOME, false, 0)->lines[0];
    assert_int_equal(line->answer, RIGHTS_ANSWER_REFUSED);
    assert_int_equal(line->reason, RIGHTS_REASON_RETENTION_DUTY);
    assert_int_equal(line->retention, RETENTION_BASIS_PATIENT_RECORD);
    assert_string_equal(answer(TARGET, &no)->code, "E_TRANSITION");
    world_end();
}

/* ------------------------------------------------------------ whatever has ended */

static void it_works_after_withdrawal_and_partnership(void **state)
{
    static const struct partnership_change end = {.verb = PARTNERSHIP_VERB_END,
            .partner = TARGET};
    uint64_t consent;
    (void)state;
    world_fresh(405);
    uint64_t number = referral_at(BOTH, &consent);
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    world_withdraw(HOME, consent);
    world_quiet();
    struct request request = {.partnership = &end};
    world_must(HOME, &request, "");
    world_pass(TIME_HOUR_MS);
    assert_string_equal(ask(HOME, LETTER_TYPE_ACCESS, number, NULL)->code, "");
    assert_string_equal(ask(HOME, LETTER_TYPE_ERASE, number, NULL)->code, "");
    world_quiet();
    assert_int_equal(list(TARGET, true, 0)->n_lines, 2);
    for (uint64_t i = 1; i <= 2; i++)
        assert_string_equal(answer(TARGET,
                                    &(struct rights_answer){.number = i,
                                            .answer = RIGHTS_ANSWER_NOTHING_HELD})
                                    ->code,
                "");
    world_quiet();
    assert_int_equal(list(HOME, true, 0)->n_lines, 0);
    world_end();
}

/* ------------------------------------------------------------ who is asked */

/* All partners of one consent, whichever case is named; never those of another. */
static void many_partners_are_asked_at_once(void **state)
{
    static const struct world_consent alone = {.recipients = {OTHER},
            .person = "Emma Anders"};
    uint64_t consent;
    (void)state;
    world_fresh(406);
    uint64_t number = referral_at(BOTH, &consent);
    assert_string_equal(world_refer(HOME, consent, OTHER, "Rosa Voorbeeld")->code, "");
    uint64_t stranger = world_consent(HOME, &alone);
    assert_string_equal(world_refer(HOME, stranger, OTHER, "Emma Anders")->code, "");
    world_quiet();
    const struct reply *reply = ask(HOME, LETTER_TYPE_ACCESS, number, NULL);
    assert_int_equal(reply->rights->n_lines, 2);
    assert_string_equal(reply->rights->lines[0].other, TARGET);
    assert_string_equal(reply->rights->lines[1].other, OTHER);
    world_quiet();
    assert_int_equal(list(OTHER, false, 0)->n_lines, 1);
    assert_int_equal(list(OTHER, false, 0)->lines[0].case_number, 1);
    /* The same once more: nobody gets a second letter. */
    reply = ask(HOME, LETTER_TYPE_ACCESS, number, NULL);
    assert_string_equal(reply->rights->lines[0].state, "asked_before");
    world_quiet();
    assert_int_equal(list(TARGET, false, 0)->n_lines, 1);
    assert_int_equal(list(HOME, false, 0)->n_lines, 2);
    /* So many offers that not all get one. */
    peek_number(peek_of(HOME),
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
            "%d) INSERT INTO offer SELECT randomblob(16), 1, 100 + i, target, "
            "on_behalf_of, state, version, before_hold, info_rounds, due_ms, pending, "
            "pending_state, resend, status, mode, code FROM offer, n WHERE case_number = 1 AND "
            "position = 0",
            RIGHTS_PARTIES_MAX + 1);
    reply = ask(HOME, LETTER_TYPE_ERASE, number, NULL);
    assert_string_equal(reply->code, "");
    assert_int_equal(reply->rights->n_lines, RIGHTS_PARTIES_MAX);
    world_end();
}

static void what_is_asked_wrongly(void **state)
{
    static const struct person numbered = {.niss = "85073003328"};
    static const struct referral empty = {.reason = ""};
    static const struct referral with_niss = {.person = &numbered};
    static const struct referral some = {.own_goal = "x"};
    static const struct person born = {.birth_date = "1942-03-01"};
    static const struct referral uncovered = {.person = &born};
    uint64_t consent;
    (void)state;
    world_fresh(407);
    uint64_t number = referral_at(BOTH, &consent);
    const struct {
        enum letter_type right;
        uint64_t number;
        const struct referral *corrected;
        const char *code;
    } rows[] = {
            {LETTER_TYPE_NONE,    number, NULL,       "E_FIELD"       },
            {LETTER_TYPE_TEXT,    number, NULL,       "E_FIELD"       },
            {LETTER_TYPE_RECTIFY, number, NULL,       "E_FIELD"       },
            {LETTER_TYPE_RECTIFY, number, &empty,     "E_FIELD"       },
            {LETTER_TYPE_RECTIFY, number, &with_niss, "E_NISS"        },
            {LETTER_TYPE_RECTIFY, number, &uncovered, "E_CONSENT_DATA"},
            {LETTER_TYPE_ACCESS,  number, &some,      "E_FIELD"       },
            {LETTER_TYPE_ERASE,   99,     NULL,       "E_NOT_FOUND"   },
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct reply *reply =
                ask(HOME, rows[i].right, rows[i].number, rows[i].corrected);
        if (strcmp(reply->code, rows[i].code) != 0)
            fail_msg("row %zu: \"%s\"", i, reply->code);
    }
    assert_int_equal(list(HOME, false, 0)->n_lines, 0);
    /* What no consent covered is told by its name. */
    assert_string_equal(ask(HOME, LETTER_TYPE_RECTIFY, number, &uncovered)
                                ->issues[0]
                                .field,
            "birth_date");
    /* Our own question is not ours to answer, and no answer fits another question. */
    assert_string_equal(ask(HOME, LETTER_TYPE_ACCESS, number, NULL)->code, "");
    world_quiet();
    const struct rights_answer given = {.number = 1, .answer = RIGHTS_ANSWER_GIVEN};
    assert_string_equal(answer(HOME, &given)->code, "E_NOT_FOUND");
    static const struct rights_answer bad[] = {
            {.number = 9, .answer = RIGHTS_ANSWER_GIVEN   },
            {.number = 1, .answer = RIGHTS_ANSWER_DONE    },
            {.number = 1, .answer = 0                     },
            {.number = 1, .answer = RIGHTS_ANSWER_REFUSED },
            {.number = 1, .answer = RIGHTS_ANSWER_EXTENDED},
    };
    static const char *const codes[] = {"E_NOT_FOUND", "E_FIELD", "E_FIELD", "E_FIELD",
            "E_FIELD"};
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_string_equal(answer(TARGET, &bad[i])->code, codes[i]);
    world_end();
}

/* ------------------------------------------------------------ terms */

static void a_month_and_two_more(void **state)
{
    uint64_t consent;
    (void)state;
    world_fresh(408);
    uint64_t number = referral_at(BOTH, &consent);
    assert_string_equal(ask(HOME, LETTER_TYPE_ACCESS, number, NULL)->code, "");
    world_quiet();
    uint64_t asked = list(TARGET, true, 0)->lines[0].asked_ms;
    uint64_t due = list(TARGET, true, 0)->lines[0].due_ms;
    assert_int_equal(due - asked, (uint64_t)30 * TIME_DAY_MS);
    assert_true(check_of(TARGET, "rights")->ok);
    assert_non_null(strstr(check_of(TARGET, "rights")->words, " 0"));
    /* Half of it has gone by; then all. */
    peek_number(peek_of(TARGET), "UPDATE rights SET due_ms = due_ms - %lld",
            (long long)16 * TIME_DAY_MS);
    assert_true(check_of(TARGET, "rights")->ok);
    assert_non_null(strstr(check_of(TARGET, "rights")->words, " 1"));
    assert_non_null(strstr(check_of(HOME, "rights")->words, " 0"));
    /* Who asked looks after it as well. */
    peek_number(peek_of(HOME), "UPDATE rights SET due_ms = due_ms - %lld",
            (long long)16 * TIME_DAY_MS);
    assert_true(check_of(HOME, "rights")->ok);
    assert_non_null(strstr(check_of(HOME, "rights")->words, " 1"));
    peek_number(peek_of(TARGET), "UPDATE rights SET due_ms = due_ms - %lld",
            (long long)16 * TIME_DAY_MS);
    peek_number(peek_of(HOME), "UPDATE rights SET due_ms = due_ms - %lld",
            (long long)16 * TIME_DAY_MS);
    assert_false(check_of(TARGET, "rights")->ok);
    assert_false(check_of(HOME, "rights")->ok);
    assert_string_equal(list(TARGET, true, 0)->lines[0].state, "overdue");
    assert_string_equal(list(HOME, true, 0)->lines[0].state, "overdue");
    /* More time, once, with its reason: both sides hear of it. */
    const struct rights_answer more = {.number = 1,
            .answer = RIGHTS_ANSWER_EXTENDED,
            .reason = RIGHTS_REASON_COMPLEX_REQUEST};
    assert_string_equal(answer(TARGET, &more)->code, "");
    assert_string_equal(answer(TARGET, &more)->code, "E_FIELD");
    world_quiet();
    assert_string_equal(list(TARGET, true, 0)->lines[0].state, "open");
    assert_string_equal(list(HOME, true, 0)->lines[0].state, "open");
    assert_int_equal(list(HOME, true, 0)->lines[0].reason,
            RIGHTS_REASON_COMPLEX_REQUEST);
    assert_true(check_of(TARGET, "rights")->ok && check_of(HOME, "rights")->ok);
    world_end();
}

static int64_t unread_after(const char *id, uint64_t number, int64_t ms)
{
    peek_number(peek_of(id), "UPDATE case_file SET unread = 0 WHERE number = %d",
            (int)number);
    world_pass(ms);
    return peek_number(peek_of(id), "SELECT unread FROM case_file WHERE number = %d",
            (int)number);
}

static int64_t reminders(const char *id, const char *what)
{
    return peek_number(peek_of(id), "SELECT count(*) FROM trace WHERE what = %Q", what);
}

/* Not only the doctor knows: the case itself is unread, once a term, on both sides. */
static void half_of_a_term_is_told_once(void **state)
{
    const int64_t round_ms = (int64_t)2 * TIME_HOUR_MS;
    const long long half = (long long)16 * TIME_DAY_MS;
    uint64_t consent;
    (void)state;
    world_fresh(414);
    uint64_t number = referral_at(BOTH, &consent);
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    assert_string_equal(ask(HOME, LETTER_TYPE_ACCESS, number, NULL)->code, "");
    world_quiet();
    assert_int_equal(unread_after(TARGET, 1, round_ms), 0);
    assert_int_equal(unread_after(HOME, number, round_ms), 0);
    peek_number(peek_of(TARGET), "UPDATE rights SET due_ms = due_ms - %lld", half);
    peek_number(peek_of(HOME), "UPDATE rights SET due_ms = due_ms - %lld", half);
    assert_int_equal(unread_after(TARGET, 1, round_ms), 1);
    assert_int_equal(reminders(HOME, "rights_waits"), 1);
    assert_int_equal(unread_after(TARGET, 1, round_ms), 0);
    assert_int_equal(unread_after(HOME, number, round_ms), 0);
    assert_int_equal(reminders(TARGET, "rights_half"), 1);
    assert_int_equal(reminders(HOME, "rights_waits"), 1);
    /* More time is another term, which has a half too. */
    const struct rights_answer more = {.number = 1,
            .answer = RIGHTS_ANSWER_EXTENDED,
            .reason = RIGHTS_REASON_COMPLEX_REQUEST};
    assert_string_equal(answer(TARGET, &more)->code, "");
    world_quiet();
    assert_int_equal(unread_after(TARGET, 1, round_ms), 0);
    peek_number(peek_of(TARGET), "UPDATE rights SET due_ms = due_ms - %lld", 4 * half);
    assert_int_equal(unread_after(TARGET, 1, round_ms), 1);
    assert_int_equal(reminders(TARGET, "rights_half"), 2);
    world_end();
}

static void the_register_comes_in_parts(void **state)
{
    uint64_t consent;
    (void)state;
    world_fresh(409);
    (void)referral_at(BOTH, &consent);
    peek_number(peek_of(HOME),
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
            "%d) INSERT INTO rights (ours, type, request_id, case_number, offer_id, "
            "other, asked_ms, due_ms, extended, answer, reason, retention, answered_ms) "
            "SELECT 1, 9, randomblob(16), 1, randomblob(16), 'x', 1, 2, 0, i %% 2, 0, "
            "0, 0 FROM n",
            LINES_A_REPLY + 1);
    const struct rights *first = list(HOME, false, 0);
    assert_int_equal(first->n_lines, LINES_A_REPLY);
    assert_true(first->more);
    uint64_t last = first->lines[LINES_A_REPLY - 1].number;
    const struct rights *rest = list(HOME, false, last);
    assert_int_equal(rest->n_lines, 1);
    assert_false(rest->more);
    assert_int_equal(list(HOME, true, 0)->n_lines, LINES_A_REPLY / 2);
    world_end();
}

/* ------------------------------------------------------------ what is lost */

enum { LETTER_DAYS = 40 }; /* longer than a letter waits for its reader */

static const struct rights_line *line_at(const char *id, size_t at)
{
    const struct rights *rights = list(id, false, 0);
    assert_true(rights->n_lines > at);
    return &rights->lines[at];
}

static void away(const char *id, bool gone)
{
    sim_unplug(id, gone);
    if (gone)
        return;
    world_pass(TIME_MINUTE_MS);
    world_quiet();
}

/* Not at half of the term, and not by nobody: who asked is told when it has not come,
 * and asks again. */
static void a_request_that_did_not_come_is_told(void **state)
{
    uint64_t consent;
    (void)state;
    world_fresh(416);
    uint64_t number = referral_at(BOTH, &consent);
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    world_quiet();
    (void)world_show(HOME, number);
    away(TARGET, true);
    assert_string_equal(ask(HOME, LETTER_TYPE_ACCESS, number, NULL)->code, "");
    world_pass(TIME_MINUTE_MS);
    assert_string_equal(line_at(HOME, 0)->state, "open");
    assert_string_equal(ask(HOME, LETTER_TYPE_ACCESS, number, NULL)
                                ->rights->lines[0]
                                .state,
            "asked_before");
    world_pass((int64_t)LETTER_DAYS * TIME_DAY_MS);
    assert_int_equal(reminders(HOME, "rights_lost"), 1);
    assert_string_equal(line_at(HOME, 0)->state, "undelivered");
    assert_int_equal(list(HOME, true, 0)->n_lines, 0);
    assert_int_equal(unread_after(HOME, number, TIME_MINUTE_MS), 0);
    away(TARGET, false);
    const struct reply *reply = ask(HOME, LETTER_TYPE_ACCESS, number, NULL);
    assert_string_equal(reply->code, "");
    assert_string_equal(reply->rights->lines[0].state, "open");
    world_quiet();
    assert_int_equal(list(TARGET, true, 0)->n_lines, 1);
    const struct rights_answer given = {.number = 1, .answer = RIGHTS_ANSWER_GIVEN};
    assert_string_equal(answer(TARGET, &given)->code, "");
    world_quiet();
    assert_string_equal(line_at(HOME, 1)->state, "answered");
    assert_string_equal(line_at(HOME, 0)->state, "undelivered");
    world_end();
}

/* What a person asks for needs no consent: written while the broker is away, it goes
 * when the consent was taken back in the same minute as well. */
static void what_was_asked_before_a_withdrawal_goes_all_the_same(void **state)
{
    uint64_t consent;
    (void)state;
    world_fresh(425);
    uint64_t number = referral_at(BOTH, &consent);
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    world_quiet();
    away(HOME, true);
    assert_string_equal(ask(HOME, LETTER_TYPE_ERASE, number, NULL)->code, "");
    world_withdraw(HOME, consent);
    away(HOME, false);
    assert_int_equal(list(TARGET, true, 0)->n_lines, 1);
    const struct rights_answer gone = {.number = 1,
            .answer = RIGHTS_ANSWER_NOTHING_HELD};
    assert_string_equal(answer(TARGET, &gone)->code, "");
    world_quiet();
    assert_string_equal(line_at(HOME, 0)->state, "answered");
    world_end();
}

/* And who answered: the same person is told so once more. */
static void an_answer_that_did_not_come_is_told(void **state)
{
    static const uint16_t WITH[] = {RIGHTS_ANSWER_EXTENDED, RIGHTS_ANSWER_GIVEN};
    uint64_t consent;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(WITH); i++) {
        world_fresh(418);
        uint64_t number = referral_at(BOTH, &consent);
        world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
        assert_string_equal(ask(HOME, LETTER_TYPE_ACCESS, number, NULL)->code, "");
        world_quiet();
        away(HOME, true);
        const struct rights_answer with = {.number = 1,
                .answer = WITH[i],
                .reason = i == 0 ? RIGHTS_REASON_COMPLEX_REQUEST : 0};
        assert_string_equal(answer(TARGET, &with)->code, "");
        uint64_t due_ms = line_at(TARGET, 0)->due_ms;
        world_pass((int64_t)LETTER_DAYS * TIME_DAY_MS);
        assert_int_equal(reminders(TARGET, "rights_reply_lost"), 1);
        assert_string_equal(line_at(TARGET, 0)->state, "undelivered");
        assert_int_equal(list(TARGET, true, 0)->n_lines, 1);
        away(HOME, false);
        assert_string_equal(answer(TARGET, &with)->code, "");
        assert_int_equal(line_at(TARGET, 0)->due_ms, due_ms);
        world_quiet();
        assert_int_equal(line_at(HOME, 0)->answer, i == 0 ? 0 : WITH[i]);
        /* Within what a letter is on its way. */
        assert_in_range(line_at(HOME, 0)->due_ms, due_ms - TIME_MINUTE_MS, due_ms);
        world_end();
    }
}

/* ------------------------------------------------------------ the own case */

/* What partners are to correct is corrected here, and what it said before stays. */
static void the_own_case_is_corrected_too(void **state)
{
    static const struct person person = {.name = "Roza Voorbeeld"};
    static const struct referral right = {.person = &person};
    uint64_t consent;
    (void)state;
    world_fresh(420);
    uint64_t number = referral_at(BOTH, &consent);
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    world_quiet();
    assert_string_equal(world_show(HOME, number)->referral->person->name,
            "Rosa Voorbeeld");
    const struct reply *reply = ask(HOME, LETTER_TYPE_RECTIFY, number, &right);
    assert_string_equal(reply->code, "");
    assert_true(reply->rights->own_corrected);
    assert_string_equal(world_show(HOME, number)->referral->person->name,
            "Roza Voorbeeld");
    assert_string_equal(last_of(HOME, number, LETTER_TYPE_CONTENT)
                                ->referral->person->name,
            "Rosa Voorbeeld");
    assert_int_equal(reminders(HOME, "corrected_own"), 1);
    world_end();
}

/* ------------------------------------------------------------ who means harm */

static struct letter_core rights_core(const struct forged *forged,
        enum letter_type type)
{
    return (struct letter_core){.type = type,
            .class_ = LETTER_CLASS_RIGHTS,
            .recipient = HOME,
            .on_behalf_of = "",
            .referral_id = forged->preview.referral_id,
            .offer_id = forged->preview.offer_id,
            .level = LEVEL_S0,
            .urgency = URGENCY_ROUTINE,
            .area = "21004"};
}

/* What came of a letter about rights: of the broker, else of its reader. */
static const char *put_right(struct evil *evil, const struct letter_core *core,
        const struct content *content)
{
    static char code[40];
    struct letter_core copy = *core;
    struct content body = *content;
    struct span letter = evil_letter(evil, &copy, &body);
    (void)evil_put(evil, NULL, 0, &letter, 1, MODE_NONE);
    snprintf(code, sizeof code, "%s", evil_code(evil));
    if (code[0] != '\0')
        return code;
    world_pass(TIME_MINUTE_MS);
    evil_take_mail(evil);
    for (size_t i = 0; i < evil->n_mails; i++) {
        struct receipt receipt;
        if (evil->mails[i].receipt.len > 0 &&
                evil_read(&evil->arena, evil->mails[i].receipt, &WIRE_RECEIPT,
                        &receipt) &&
                id_equal(&receipt.msg_id, &copy.msg_id))
            snprintf(code, sizeof code, "%s", receipt.code);
    }
    return code;
}

static struct id some_id(uint8_t byte)
{
    struct id id = {{0}};
    id.b[0] = byte;
    return id;
}

static void no_right_brings_in_what_nobody_allowed(void **state)
{
    static const struct person secret = {.name = "Rosa", .niss = "85073003328"};
    static const struct referral more = {.network = "haar zoon drinkt"};
    static const struct referral niss = {.person = &secret};
    static const struct referral goal = {.own_goal = "zingen"};
    static const struct person named = {.name = "Rosa Voorbeeld"};
    static const struct referral who = {.person = &named};
    static const uint16_t needs[] = {1};
    static const struct referral seen = {.needs = needs, .n_needs = 1};
    (void)state;
    world_fresh(410);
    struct evil *evil = evil_new(EVIL);
    struct forged forged;
    evil_connect(evil);
    forge_referral(evil, HOME, &forged);
    assert_string_equal(forge_put(evil, &forged), "");
    world_pass(TIME_MINUTE_MS);

    const struct rights_request plain = {.request_id = some_id(1)};
    const struct rights_request again = {.request_id = some_id(1)};
    const struct rights_request second = {.request_id = some_id(2)};
    const struct rights_request with_more = {.request_id = some_id(3),
            .corrected = &more};
    const struct rights_request with_niss = {.request_id = some_id(4),
            .corrected = &niss};
    const struct rights_request with_goal = {.request_id = some_id(5),
            .corrected = &goal};
    const struct rights_request with_name = {.request_id = some_id(6),
            .corrected = &who};
    const struct rights_request with_needs = {.request_id = some_id(7),
            .corrected = &seen};
    const struct rights_reply reply = {.request_id = some_id(1),
            .answer = RIGHTS_ANSWER_DONE};
    const struct rights_reply unknown = {.request_id = some_id(9),
            .answer = RIGHTS_ANSWER_DONE};
    const struct text text = {.text = "hallo"};
    const struct {
        const char *name;
        enum letter_type type;
        struct content content;
        const char *code;
    } rows[] = {
            {"right",                      LETTER_TYPE_ERASE,        {.rights_request = &plain},     ""              },
            {"the same number again",      LETTER_TYPE_ACCESS,       {.rights_request = &again},
             "E_ID_REUSE"                                                                                            },
            {"asked twice",                LETTER_TYPE_ERASE,        {.rights_request = &second},
             "E_DUPLICATE"                                                                                           },
            {"data without consent",       LETTER_TYPE_RECTIFY,
             {.rights_request = &with_more},                                                         "E_CONSENT_DATA"},
            {"a national number",          LETTER_TYPE_RECTIFY,      {.rights_request = &with_niss},
             "E_NISS"                                                                                                },
            {"data that no consent knows", LETTER_TYPE_RECTIFY,
             {.rights_request = &with_goal},                                                         "E_CONSENT_DATA"},
            {"a name before the accept",   LETTER_TYPE_RECTIFY,
             {.rights_request = &with_name},                                                         "E_CONSENT_DATA"},
            {"what its preview shows",     LETTER_TYPE_RECTIFY,
             {.rights_request = &with_needs},                                                        ""              },
            {"nothing to correct",         LETTER_TYPE_RECTIFY,      {.rights_request = &second},
             "E_FIELD"                                                                                               },
            {"access with data",           LETTER_TYPE_ACCESS,       {.rights_request = &with_more},
             "E_CONSENT_DATA"                                                                                        },
            {"an answer to nothing",       LETTER_TYPE_RIGHTS_REPLY,
             {.rights_reply = &unknown},                                                             "E_NOT_FOUND"   },
            {"an answer to its own",       LETTER_TYPE_RIGHTS_REPLY, {.rights_reply = &reply},
             "E_NOT_FOUND"                                                                                           },
            {"another body",               LETTER_TYPE_ACCESS,       {.text = &text},                "E_FORMAT"      },
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct letter_core core = rights_core(&forged, rows[i].type);
        const char *code = put_right(evil, &core, &rows[i].content);
        if (strcmp(code, rows[i].code) != 0)
            fail_msg("%s: \"%s\"", rows[i].name, code);
    }
    /* Of no case, and of a case between others. */
    struct letter_core core = rights_core(&forged, LETTER_TYPE_ERASE);
    core.offer_id = some_id(77);
    const struct content content = {.rights_request = &second};
    assert_string_equal(put_right(evil, &core, &content), "E_NOT_FOUND");
    evil_free(evil);
    assert_int_equal(list(HOME, false, 0)->n_lines, 2);
    world_end();
}

/* HOME has only the preview, asks for access, and is told in the answer who it is. */
static void no_answer_tells_the_name_before_the_accept(void **state)
{
    static const struct person named = {.name = "Rosa Voorbeeld"};
    static const struct referral who = {.person = &named};
    char hex[40] = "";
    (void)state;
    world_fresh(414);
    struct evil *evil = evil_new(EVIL);
    struct forged forged;
    evil_connect(evil);
    forge_referral(evil, HOME, &forged);
    assert_string_equal(forge_put(evil, &forged), "");
    world_pass(TIME_MINUTE_MS);
    uint64_t number = world_newest(HOME, CASE_BOX_TO_DECIDE);
    assert_string_equal(ask(HOME, LETTER_TYPE_ACCESS, number, NULL)->code, "");
    world_pass(TIME_MINUTE_MS);
    struct rights_reply reply = {.answer = RIGHTS_ANSWER_GIVEN, .held = &who};
    peek_text(peek_of(HOME), hex, sizeof hex, "SELECT hex(request_id) FROM rights");
    for (size_t i = 0; i < sizeof reply.request_id.b; i++)
        reply.request_id.b[i] =
                (uint8_t)strtoul((char[3]){hex[2 * i], hex[2 * i + 1], 0}, NULL, 16);
    const struct letter_core core = rights_core(&forged, LETTER_TYPE_RIGHTS_REPLY);
    const struct content content = {.rights_reply = &reply};
    assert_string_equal(put_right(evil, &core, &content), "E_CONSENT_DATA");
    evil_free(evil);
    assert_null(last_of(HOME, number, LETTER_TYPE_RIGHTS_REPLY));
    assert_string_equal(list(HOME, false, 0)->lines[0].state, "open");
    world_end();
}

/* HOME said no, and is told all the same who it was. */
static void who_declined_takes_no_name(void **state)
{
    static const struct person named = {.name = "Rosa Voorbeeld"};
    static const struct referral who = {.person = &named};
    (void)state;
    world_fresh(415);
    struct evil *evil = evil_new(EVIL);
    struct forged forged;
    evil_connect(evil);
    forge_referral(evil, HOME, &forged);
    assert_string_equal(forge_put(evil, &forged), "");
    world_pass(TIME_MINUTE_MS);
    uint64_t number = world_newest(HOME, CASE_BOX_TO_DECIDE);
    assert_string_equal(world_act(HOME, number, OFFER_EVENT_DECLINE)->code, "");
    world_pass(TIME_MINUTE_MS);
    const struct letter_core core = rights_core(&forged, LETTER_TYPE_RECTIFY);
    const struct rights_request request = {.request_id = some_id(1), .corrected = &who};
    const struct content content = {.rights_request = &request};
    assert_string_equal(put_right(evil, &core, &content), "E_CONSENT_DATA");
    evil_free(evil);
    assert_null(last_of(HOME, number, LETTER_TYPE_RECTIFY));
    assert_int_equal(list(HOME, false, 0)->n_lines, 0);
    world_end();
}

static void a_third_party_asks_nothing(void **state)
{
    uint64_t consent;
    (void)state;
    world_fresh(411);
    (void)referral_at(BOTH, &consent);
    struct evil *evil = evil_new(EVIL);
    evil_connect(evil);
    struct forged forged;
    forge_referral(evil, HOME, &forged);
    struct letter_core core = rights_core(&forged, LETTER_TYPE_ERASE);
    /* The offer of HOME and TARGET, as a broker that talks would tell it. */
    struct sqlite3 *db = peek_of(HOME);
    char hex[40] = "";
    peek_text(db, hex, sizeof hex, "SELECT hex(offer_id) FROM offer");
    for (size_t i = 0; i < sizeof core.offer_id.b; i++)
        core.offer_id.b[i] =
                (uint8_t)strtoul((char[3]){hex[2 * i], hex[2 * i + 1], 0}, NULL, 16);
    peek_text(db, hex, sizeof hex, "SELECT hex(referral_id) FROM case_file");
    for (size_t i = 0; i < sizeof core.referral_id.b; i++)
        core.referral_id.b[i] =
                (uint8_t)strtoul((char[3]){hex[2 * i], hex[2 * i + 1], 0}, NULL, 16);
    const struct rights_request request = {.request_id = some_id(1)};
    const struct content content = {.rights_request = &request};
    assert_string_equal(put_right(evil, &core, &content), "E_NOT_FOUND");
    evil_free(evil);
    assert_int_equal(list(HOME, false, 0)->n_lines, 0);
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(access_tells_what_is_held),
            cmocka_unit_test(access_before_the_accept),
            cmocka_unit_test(who_may_not_know_asks_for_access),
            cmocka_unit_test(who_accepted_asks_for_access),
            cmocka_unit_test(a_correction_is_carried_out),
            cmocka_unit_test(a_second_correction_goes_too),
            cmocka_unit_test(what_is_erased_is_gone),
            cmocka_unit_test(what_must_be_kept_is_kept_on_its_ground),
            cmocka_unit_test(it_works_after_withdrawal_and_partnership),
            cmocka_unit_test(what_was_asked_before_a_withdrawal_goes_all_the_same),
            cmocka_unit_test(many_partners_are_asked_at_once),
            cmocka_unit_test(what_is_asked_wrongly),
            cmocka_unit_test(a_month_and_two_more),
            cmocka_unit_test(half_of_a_term_is_told_once),
            cmocka_unit_test(a_request_that_did_not_come_is_told),
            cmocka_unit_test(an_answer_that_did_not_come_is_told),
            cmocka_unit_test(the_own_case_is_corrected_too),
            cmocka_unit_test(the_register_comes_in_parts),
            cmocka_unit_test(no_right_brings_in_what_nobody_allowed),
            cmocka_unit_test(no_answer_tells_the_name_before_the_accept),
            cmocka_unit_test(who_declined_takes_no_name),
            cmocka_unit_test(a_third_party_asks_nothing),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
