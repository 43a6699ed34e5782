/* sim_signals.c - the life of a signal between who reported it and the reporting point:
 * looked at, tried, joined, referred, ended, erased; and who lies about one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "nodes/quiet.h"
#include "nodes/signals.h"
#include "tests/evil_broker.h"
#include "tests/forge.h"
#include "tests/peek.h"
#include "tests/world.h"

#define HOME   "thuiszorg"
#define TARGET "aksant"
#define POINT  "meldpunt"

static const uint16_t NEEDS[] = {NEED_CATEGORY_LONELINESS_ISOLATION};

/* ------------------------------------------------------------ asking */

static const struct reply *raise(const char *to, uint64_t consent, uint16_t urgency,
        const char *person)
{
    const struct signal signal = {
            .needs = NEEDS,
            .n_needs = 1,
            .person = person,
            .text = "the shutters stay down",
            .place = "21004A01-",
            .channel = SIGNAL_CHANNEL_PHONE,
    };
    const struct raise_signal wish = {
            .recipient = to,
            .consent_number = consent,
            .urgency = urgency,
            .area = "21004",
            .signal = &signal,
    };
    struct request request = {.signal = &wish};
    return world_ask(HOME, &request);
}

/* Raised at HOME; its number at POINT. */
static uint64_t reported(const char *person)
{
    assert_string_equal(raise(POINT, 0, URGENCY_ROUTINE, person)->code, "");
    world_quiet();
    return world_newest(POINT, CASE_BOX_NEW);
}

static void triage(uint64_t number, const char *code)
{
    const struct triage_signal wish = {.case_number = number};
    struct request request = {.triage = &wish};
    world_must(POINT, &request, code);
    world_quiet();
}

static void end_it(uint64_t number, enum signal_end end, const char *code)
{
    const struct end_signal wish = {
            .case_number = number,
            .end = end,
            .call = CRISIS_CALL_DOCTOR_ON_DUTY,
            .reason = NO_ACTION_REASON_SOLVED,
    };
    struct request request = {.signal_end = &wish};
    world_must(POINT, &request, code);
    world_quiet();
}

static const char *try_to_reach(const struct try_to_reach *wish)
{
    struct try_to_reach attempt = *wish;
    attempt.why = wish->why != NULL ? wish->why : "";
    struct request request = {.attempt = &attempt};
    return world_ask(POINT, &request)->code;
}

static const char *join(uint64_t number, uint64_t with)
{
    const struct link_signal wish = {.case_number = number, .with = with};
    struct request request = {.link = &wish};
    return world_ask(POINT, &request)->code;
}

/* The number of the referral, or 0 with the code. */
static uint64_t convert(uint64_t number, uint64_t consent, const char *code)
{
    const char *const candidates[] = {HOME};
    const struct refer refer = {
            .consent_number = consent,
            .candidates = candidates,
            .n_candidates = 1,
            .mode = MODE_DIRECT,
            .area = "",
    };
    const struct convert_signal wish = {.case_number = number, .refer = &refer};
    struct request request = {.convert = &wish};
    const struct reply *reply = world_must(POINT, &request, code);
    return code[0] == '\0' ? reply->made->case_number : 0;
}

static const struct signal_life *life(const char *id, uint64_t number)
{
    const struct signal_life *shown = world_show(id, number)->signal_life;
    assert_non_null(shown);
    return shown;
}

/* What HOME heard of its newest. */
static uint16_t heard(uint64_t number)
{
    return life(HOME, number)->answer;
}

static int64_t count(const char *id, const char *what)
{
    return peek_number(peek_of(id), "SELECT count(*) FROM %s", what);
}

/* ------------------------------------------------------------ the whole way */

static void a_signal_becomes_a_referral_and_its_reporter_hears_of_it(void **state)
{
    (void)state;
    world_fresh(601);
    uint64_t number = reported("Rosa Voorbeeld, Kerkstraat 12");
    assert_int_equal(life(POINT, number)->state, SIGNAL_STATE_RAISED);
    assert_int_equal(world_status(POINT)->signals_waiting, 1);
    assert_string_equal(world_show(POINT, number)->line->consent_state, "vital");
    /* Who has several tells them apart in a list, on both sides. */
    assert_string_equal(world_show(POINT, number)->line->person,
            "Rosa Voorbeeld, Kerkstraat 12");
    assert_string_equal(world_show(HOME, 1)->line->person,
            "Rosa Voorbeeld, Kerkstraat 12");
    /* Nobody decides on what nobody has looked at. */
    end_it(number, SIGNAL_END_NO_ACTION, "E_TRANSITION");
    triage(number, "");
    assert_string_equal(life(POINT, number)->decider, "test");
    assert_int_equal(world_status(POINT)->signals_waiting, 0);
    assert_int_equal(heard(1), SIGNAL_ANSWER_TAKEN_UP);
    /* Consent first. */
    (void)convert(number, 0, "E_CONSENT_NONE");
    (void)convert(number, 99, "E_CONSENT_NONE");
    const struct world_consent wish = {.recipients = {HOME}};
    uint64_t consent = world_consent(POINT, &wish);
    uint64_t referral = convert(number, consent, "");
    world_quiet();
    assert_int_equal(life(POINT, number)->state, SIGNAL_STATE_CONVERTED);
    assert_int_equal(life(POINT, number)->referral, referral);
    /* The same story, in the content only. */
    const struct referral *content = world_show(POINT, referral)->referral;
    assert_non_null(content);
    struct id story = content->correlation_id;
    assert_string_equal(content->reason, "the shutters stay down");
    assert_memory_equal(&world_show(HOME, 1)->signal->correlation_id, &story,
            sizeof story);
    /* The end of the referral is the end of the signal. */
    uint64_t got = world_newest(HOME, CASE_BOX_TO_DECIDE);
    world_do(HOME, got, OFFER_EVENT_ACCEPT);
    world_do(HOME, got, OFFER_EVENT_START);
    world_do(HOME, got, OFFER_EVENT_OUTCOME);
    assert_int_equal(life(POINT, number)->state, SIGNAL_STATE_CONVERTED);
    world_do(POINT, referral, OFFER_EVENT_CONFIRM);
    assert_int_equal(life(POINT, number)->state, SIGNAL_STATE_CLOSED);
    assert_int_equal(heard(1), SIGNAL_ANSWER_HELPED);
    struct signals_cursor cursor = {0};
    struct signals_fact fact;
    struct err err = {.code = CODE_OK};
    bool found;
    assert_true(signals_fact_next(world_node(POINT), &cursor, &found, &fact, &err));
    assert_true(found);
    assert_string_equal(fact.place, "21004A01-");
    assert_int_equal(fact.channel, SIGNAL_CHANNEL_PHONE);
    assert_false(fact.consented);
    assert_true(fact.helped_after_ms >= fact.referred_after_ms);
    assert_true(fact.referred_after_ms >= fact.triaged_after_ms);
    assert_true(fact.contact_after_ms >= 0);
    assert_true(signals_fact_next(world_node(POINT), &cursor, &found, &fact, &err));
    assert_false(found);
    world_end();
}

/* Why the broker never had the referral that a signal became. */
enum gone { REFUSED, CANCELLED, WITHDRAWN, N_GONE };

static void end_partnership(const char *id, const char *with)
{
    const struct partnership_change change = {.verb = PARTNERSHIP_VERB_END,
            .partner = with};
    struct request request = {.partnership = &change};
    world_must(id, &request, "");
}

static void go_wrong(enum gone gone, uint64_t referral, uint64_t consent)
{
    if (gone == REFUSED)
        end_partnership(HOME, POINT);
    if (gone == CANCELLED)
        assert_string_equal(world_act(POINT, referral, OFFER_EVENT_CANCEL)->code, "");
    if (gone == WITHDRAWN)
        world_withdraw(POINT, consent);
    world_pass(TIME_MINUTE_MS);
    sim_unplug(POINT, false);
    world_pass(5 * TIME_MINUTE_MS);
}

/* Two joined signals that became a referral which reached nobody. */
static uint64_t reached_nobody(enum gone gone, const uint64_t signals[2])
{
    const struct world_consent wish = {
            .recipients = {HOME, TARGET}
    };
    uint64_t consent = world_consent(POINT, &wish);
    triage(signals[0], "");
    triage(signals[1], "");
    assert_string_equal(join(signals[1], signals[0]), "");
    world_quiet();
    sim_unplug(POINT, true);
    world_pass(TIME_MINUTE_MS);
    uint64_t referral = convert(signals[0], consent, "");
    assert_int_equal(life(POINT, signals[1])->state, SIGNAL_STATE_CONVERTED);
    go_wrong(gone, referral, consent);
    assert_string_equal(world_show(POINT, referral)->line->referral_state,
            gone == REFUSED ? "refused" : "revoked");
    return referral;
}

/* It is not over, and somebody looks at it. */
static void assert_came_back(uint64_t number)
{
    const struct case_detail *file = world_show(POINT, number);
    assert_int_equal(file->signal_life->state, SIGNAL_STATE_TRIAGED);
    assert_int_equal(file->signal_life->outcome, 0);
    assert_true(file->line->unread);
    assert_int_not_equal(file->line->due_ms, 0);
    assert_int_equal(peek_number(peek_of(POINT),
                             "SELECT count(*) FROM trace WHERE case_number = %d AND "
                             "what = 'signal_come_back'",
                             (int)number),
            1);
}

static void a_referral_that_reached_nobody_gives_its_signals_back(void **state)
{
    (void)state;
    for (enum gone gone = REFUSED; gone < N_GONE; gone++) {
        world_fresh(613 + gone);
        const uint64_t signals[] = {reported("Rosa Voorbeeld, Kerkstraat 12"),
                reported("VOORBEELD Rosa, kerkstr. 12")};
        (void)reached_nobody(gone, signals);
        assert_came_back(signals[0]);
        assert_came_back(signals[1]);
        assert_int_equal(heard(1), SIGNAL_ANSWER_TAKEN_UP);
        assert_int_equal(world_status(POINT)->signals_waiting, 2);
        assert_int_equal(world_status(POINT)->signals_late, 0);
        struct signals_cursor cursor = {0};
        struct signals_fact fact;
        struct err err = {.code = CODE_OK};
        bool found;
        assert_true(signals_fact_next(world_node(POINT), &cursor, &found, &fact, &err));
        assert_true(found);
        assert_int_equal(fact.referred_after_ms, -1);
        /* Who does not look hears it as with any other. */
        world_pass((int64_t)life(POINT, signals[0])->due_ms - sim_now() +
                   2 * TIME_MINUTE_MS);
        assert_true(life(POINT, signals[0])->late);
        assert_int_equal(world_status(POINT)->signals_late, 2);
        end_it(signals[0], SIGNAL_END_NO_ACTION, "");
        assert_false(life(POINT, signals[1])->late);
        assert_int_equal(world_status(POINT)->signals_waiting, 0);
        assert_int_equal(heard(2), SIGNAL_ANSWER_NOT_NEEDED);
        world_end();
    }
}

/* Then it is what became of them after all. */
static void it_is_offered_to_another(void **state)
{
    (void)state;
    for (enum gone gone = REFUSED; gone < WITHDRAWN; gone++) {
        world_fresh(616 + gone);
        world_agree(POINT, TARGET);
        const uint64_t signals[] = {reported("Rosa Voorbeeld, Kerkstraat 12"),
                reported("VOORBEELD Rosa, kerkstr. 12")};
        const struct world_referral again = {.candidate = TARGET,
                .secret = "Rosa Voorbeeld",
                .reopens = reached_nobody(gone, signals),
                .consent = 1};
        assert_string_equal(world_refer_as(POINT, &again)->code, "");
        for (size_t i = 0; i < COUNT_OF(signals); i++)
            assert_int_equal(life(POINT, signals[i])->state, SIGNAL_STATE_CONVERTED);
        assert_int_equal(world_status(POINT)->signals_waiting, 0);
        world_quiet();
        uint64_t got = world_newest(TARGET, CASE_BOX_TO_DECIDE);
        world_do(TARGET, got, OFFER_EVENT_ACCEPT);
        world_do(TARGET, got, OFFER_EVENT_START);
        world_do(TARGET, got, OFFER_EVENT_OUTCOME);
        world_do(POINT, again.reopens, OFFER_EVENT_CONFIRM);
        for (size_t i = 0; i < COUNT_OF(signals); i++)
            assert_int_equal(life(POINT, signals[i])->state, SIGNAL_STATE_CLOSED);
        assert_int_equal(heard(1), SIGNAL_ANSWER_HELPED);
        world_end();
    }
}

/* ------------------------------------------------------------ the same person */

/* Whether the id of a story stands in a node's store as it stands in letters. */
static bool is_known(const char *id, struct id story)
{
    char hex[2 * sizeof story.b + 1];
    ids_hex(SPAN_OF(story), hex);
    return peek_number(peek_of(id), "SELECT count(*) FROM signal WHERE story = x'%s'",
                   hex) > 0;
}

static void what_is_joined_shares_one_story_and_one_decision(void **state)
{
    (void)state;
    world_fresh(602);
    uint64_t first = reported("Rosa Voorbeeld, Kerkstraat 12");
    uint64_t second = reported("VOORBEELD Rosa, kerkstr. 12");
    uint64_t other = reported("Karel Mertens, Lindelaan 4");
    const struct signal_life *shown = life(POINT, second);
    assert_int_equal(shown->n_alike, 1);
    assert_int_equal(shown->alike[0].number, first);
    assert_true(shown->alike[0].same);
    assert_int_equal(life(POINT, other)->n_alike, 0);
    /* It is only shown. */
    assert_int_equal(shown->n_joined, 0);
    triage(first, "");
    triage(second, "");
    triage(other, "");
    assert_string_equal(join(second, second), "E_DUPLICATE");
    assert_string_equal(join(second, 99), "E_NOT_FOUND");
    assert_string_equal(join(second, first), "");
    assert_string_equal(join(first, second), "E_DUPLICATE");
    assert_int_equal(life(POINT, second)->state, SIGNAL_STATE_LINKED);
    assert_int_equal(life(POINT, second)->joined[0], first);
    assert_int_equal(life(POINT, second)->n_alike, 0);
    assert_false(is_known(POINT, world_show(POINT, first)->signal->correlation_id));
    end_it(first, SIGNAL_END_NO_ACTION, "");
    assert_int_equal(life(POINT, second)->state, SIGNAL_STATE_NO_ACTION);
    assert_int_equal(life(POINT, other)->state, SIGNAL_STATE_TRIAGED);
    assert_int_equal(heard(1), SIGNAL_ANSWER_NOT_NEEDED);
    assert_int_equal(heard(2), SIGNAL_ANSWER_NOT_NEEDED);
    assert_int_equal(heard(3), SIGNAL_ANSWER_TAKEN_UP);
    world_end();
}

/* What somebody else calls the same story is not joined by that. */
static void a_story_that_a_sender_names_joins_nothing(void **state)
{
    (void)state;
    world_fresh(603);
    uint64_t first = reported("Rosa Voorbeeld, Kerkstraat 12");
    struct signal signal = *world_show(HOME, 1)->signal;
    struct id story = signal.correlation_id;
    signal = (struct signal){
            .needs = NEEDS,
            .n_needs = 1,
            .person = "Karel Mertens",
            .correlation_id = story,
    };
    const struct raise_signal wish = {
            .recipient = POINT,
            .urgency = URGENCY_ROUTINE,
            .area = "21004",
            .signal = &signal,
    };
    struct request request = {.signal = &wish};
    world_must(HOME, &request, "");
    world_quiet();
    uint64_t second = world_newest(POINT, CASE_BOX_NEW);
    assert_int_not_equal(second, first);
    assert_int_equal(life(POINT, second)->n_joined, 0);
    assert_int_equal(life(POINT, first)->n_joined, 0);
    /* The referral that it becomes has a story of its own, and keeps that. */
    const struct world_consent agreed = {.recipients = {HOME},
            .person = "Karel Mertens"};
    uint64_t consent = world_consent(POINT, &agreed);
    triage(second, "");
    const struct case_detail *made = world_show(POINT, convert(second, consent, ""));
    assert_false(id_equal(&made->referral->correlation_id, &story));
    assert_false(id_is_none(&made->referral->correlation_id));
    assert_int_equal(peek_number(peek_of(POINT), "SELECT count(DISTINCT story) FROM "
                                                 "signal"),
            2);
    world_end();
}

/* ------------------------------------------------------------ attempts */

static void a_refusal_is_kept_for_half_a_year_but_for_danger(void **state)
{
    (void)state;
    world_fresh(604);
    uint64_t number = reported("Rosa Voorbeeld, Kerkstraat 12");
    const struct try_to_reach plan = {.case_number = number,
            .kind = ATTEMPT_KIND_PHONE};
    const struct try_to_reach refused = {.case_number = number,
            .result = VISIT_RESULT_REFUSED};
    assert_string_equal(try_to_reach(&plan), "E_TRANSITION");
    triage(number, "");
    assert_string_equal(try_to_reach(&refused), "E_FIELD");
    assert_string_equal(try_to_reach(&plan), "");
    assert_string_equal(try_to_reach(&plan), "E_DUPLICATE");
    assert_string_equal(try_to_reach(&refused), "");
    assert_string_equal(try_to_reach(&plan), "E_QUIET");
    struct try_to_reach danger = plan;
    danger.safety_basis = SAFETY_BASIS_NO_SIGN_OF_LIFE;
    assert_string_equal(try_to_reach(&danger), "E_FIELD");
    danger.why = "no light for three days";
    danger.result = VISIT_RESULT_NO_ANSWER_1;
    assert_string_equal(try_to_reach(&danger), "");
    struct try_to_reach asked = plan;
    asked.asked_for = true;
    asked.result = VISIT_RESULT_MET;
    assert_string_equal(try_to_reach(&asked), "");
    assert_string_equal(try_to_reach(&asked), "E_ATTEMPTS");
    end_it(number, SIGNAL_END_DECLINED, "");
    /* Reported anew, it is the same person, joined or not. */
    uint64_t again = reported("Mevr. ROSA VOORBEELD, Kerkstr 12");
    triage(again, "");
    struct try_to_reach later = {.case_number = again, .kind = ATTEMPT_KIND_PHONE};
    assert_string_equal(try_to_reach(&later), "E_QUIET");
    /* Somebody else in the same street is not. */
    uint64_t neighbour = reported("Karel Mertens, Kerkstraat 14");
    triage(neighbour, "");
    later.case_number = neighbour;
    assert_string_equal(try_to_reach(&later), "");
    /* One day before, and on the day. */
    later.case_number = again;
    peek_number(peek_of(POINT), "UPDATE quiet SET until_ms = %lld",
            (long long)(sim_now() + TIME_DAY_MS));
    assert_string_equal(try_to_reach(&later), "E_QUIET");
    world_pass(TIME_DAY_MS + TIME_MINUTE_MS);
    assert_string_equal(try_to_reach(&later), "");
    assert_int_equal(count(POINT, "quiet"), 0);
    world_end();
}

static void who_says_yes_after_all_is_not_left_in_peace(void **state)
{
    (void)state;
    world_fresh(605);
    uint64_t number = reported("Rosa Voorbeeld, Kerkstraat 12");
    const struct try_to_reach refused = {.case_number = number,
            .kind = ATTEMPT_KIND_PHONE,
            .result = VISIT_RESULT_REFUSED};
    triage(number, "");
    assert_string_equal(try_to_reach(&refused), "");
    assert_int_equal(count(POINT, "quiet"), 1);
    const struct world_consent wish = {.recipients = {HOME}};
    (void)convert(number, world_consent(POINT, &wish), "");
    assert_int_equal(count(POINT, "quiet"), 0);
    world_end();
}

/* ------------------------------------------------------------ time */

/* The point says nothing: people are reminded, and the reporter hears something within
 * ten working days all the same. */
static void a_reporter_hears_something_in_time(void **state)
{
    (void)state;
    world_fresh(606);
    uint64_t number = reported("Rosa Voorbeeld, Kerkstraat 12");
    int64_t raised_ms = (int64_t)life(POINT, number)->raised_ms;
    world_pass(signals_triage_due(URGENCY_ROUTINE, raised_ms) - sim_now() -
               TIME_MINUTE_MS);
    assert_false(life(POINT, number)->late);
    world_pass(3 * TIME_MINUTE_MS);
    assert_true(life(POINT, number)->late);
    assert_int_equal(world_status(POINT)->signals_late, 1);
    assert_int_equal(peek_number(peek_of(POINT),
                             "SELECT count(*) FROM trace WHERE what IN "
                             "('signal_waits', 'signal_late')"),
            2);
    assert_int_equal(heard(1), 0);
    world_pass(signals_answer_due(raised_ms) - sim_now() - TIME_MINUTE_MS);
    assert_int_equal(heard(1), 0);
    world_pass(3 * TIME_MINUTE_MS);
    assert_int_equal(heard(1), SIGNAL_ANSWER_LOOKED_AT);
    /* Said once. */
    world_pass(2 * TIME_HOUR_MS);
    assert_int_equal(peek_number(peek_of(POINT),
                             "SELECT count(*) FROM sent WHERE type = %d",
                             LETTER_TYPE_SIGNAL_ANSWER),
            1);
    triage(number, "");
    assert_false(life(POINT, number)->late);
    assert_int_equal(heard(1), SIGNAL_ANSWER_TAKEN_UP);
    world_end();
}

static void what_was_decided_closes_by_itself(void **state)
{
    (void)state;
    world_fresh(607);
    uint64_t number = reported("Rosa Voorbeeld, Kerkstraat 12");
    triage(number, "");
    end_it(number, SIGNAL_END_CRISIS, "");
    assert_int_equal(heard(1), SIGNAL_ANSWER_PASSED_ON);
    end_it(number, SIGNAL_END_DECLINED, "E_TRANSITION");
    peek_number(peek_of(POINT), "UPDATE signal SET decided_ms = decided_ms - %lld",
            (SIGNALS_REST_DAYS - 1) * (long long)TIME_DAY_MS);
    world_pass(2 * TIME_MINUTE_MS);
    assert_int_equal(life(POINT, number)->state, SIGNAL_STATE_HANDED_TO_CRISIS);
    peek_number(peek_of(POINT), "UPDATE signal SET decided_ms = decided_ms - %lld",
            (long long)TIME_DAY_MS);
    world_pass(2 * TIME_MINUTE_MS);
    assert_int_equal(life(POINT, number)->state, SIGNAL_STATE_CLOSED);
    assert_int_equal(life(POINT, number)->call, CRISIS_CALL_DOCTOR_ON_DUTY);
    world_end();
}

/* The last word could not leave, and nothing else is left to do for any signal: it goes
 * all the same. */
static void what_has_ended_is_still_told(void **state)
{
    (void)state;
    world_fresh(609);
    uint64_t number = reported("Rosa Voorbeeld, Kerkstraat 12");
    triage(number, "");
    end_it(number, SIGNAL_END_DECLINED, "");
    end_it(number, SIGNAL_END_CLOSE, "");
    uint16_t last = heard(1);
    assert_true(last > SIGNAL_ANSWER_TAKEN_UP);
    assert_int_equal(count(POINT, "signal WHERE closed_ms = 0 OR due_ms > 0"), 0);
    /* As if that word had not left yet. */
    peek_number(peek_of(POINT), "UPDATE signal SET told = %d, answer_due_ms = 1",
            SIGNAL_ANSWER_TAKEN_UP);
    peek_number(peek_of(HOME), "UPDATE signal SET told = %d", SIGNAL_ANSWER_TAKEN_UP);
    world_pass(2 * TIME_MINUTE_MS);
    assert_int_equal(heard(1), last);
    world_end();
}

/* ------------------------------------------------------------ erasing */

static void of_what_is_erased_only_a_count_stays(void **state)
{
    (void)state;
    world_fresh(608);
    uint64_t number = reported("Rosa Voorbeeld, Kerkstraat 12");
    const struct try_to_reach met = {.case_number = number,
            .kind = ATTEMPT_KIND_PHONE,
            .result = VISIT_RESULT_MET};
    triage(number, "");
    assert_string_equal(try_to_reach(&met), "");
    end_it(number, SIGNAL_END_NO_ACTION, "");
    end_it(number, SIGNAL_END_CLOSE, "");
    peek_number(peek_of(POINT), "UPDATE signal SET closed_ms = closed_ms - %lld",
            180 * (long long)TIME_DAY_MS);
    world_pass(TIME_HOUR_MS + 2 * TIME_MINUTE_MS);
    assert_int_equal(life(POINT, number)->state, SIGNAL_STATE_ERASED);
    assert_null(world_show(POINT, number)->signal);
    assert_int_equal(count(POINT, "attempt"), 0);
    assert_int_equal(peek_number(peek_of(POINT),
                             "SELECT count(*) FROM signal WHERE decider <> '' OR "
                             "story <> zeroblob(16)"),
            0);
    struct signals_cursor cursor = {0};
    struct signals_fact fact;
    struct err err = {.code = CODE_OK};
    bool found;
    assert_true(signals_fact_next(world_node(POINT), &cursor, &found, &fact, &err));
    assert_true(found);
    assert_int_equal(fact.case_number, 0);
    assert_string_equal(fact.place, "21004");
    assert_int_equal(fact.n_needs, 1);
    assert_int_equal(fact.needs[0], NEEDS[0]);
    assert_int_equal(fact.outcome, SIGNAL_STATE_NO_ACTION);
    assert_int_equal(fact.channel, 0);
    assert_true(fact.contact_after_ms >= 0);
    assert_int_equal(fact.referred_after_ms, -1);
    peek_number(peek_of(POINT), "UPDATE signal_fact SET month_day = month_day - 1860");
    world_pass(TIME_HOUR_MS + 2 * TIME_MINUTE_MS);
    assert_int_equal(count(POINT, "signal_fact"), 0);
    world_end();
}

static void a_withdrawn_consent_ends_a_signal(void **state)
{
    (void)state;
    world_fresh(609);
    const struct world_consent wish = {.recipients = {TARGET}};
    uint64_t consent = world_consent(HOME, &wish);
    assert_string_equal(raise(TARGET, consent, URGENCY_ROUTINE, "Rosa Voorbeeld")->code,
            "");
    world_quiet();
    uint64_t number = world_newest(TARGET, CASE_BOX_NEW);
    world_withdraw(HOME, consent);
    world_quiet();
    const struct signal_life *shown = life(TARGET, number);
    assert_int_equal(shown->state, SIGNAL_STATE_ERASED);
    assert_int_equal(shown->reason, NO_ACTION_REASON_CONSENT_WITHDRAWN);
    assert_int_equal(shown->due_ms, 0);
    world_end();
}

/* ------------------------------------------------------------ who lies */

/* On vital interest, but to somebody who is no reporting point. */
static void forge_signal(struct evil *evil, const char *to, struct forged *forged,
        struct letter_core *core)
{
    forge_referral(evil, to, forged);
    forged->capsule.legal_basis = LEGAL_BASIS_VITAL_INTEREST;
    forged->capsule.secrecy_basis = SECRECY_BASIS_EMERGENCY;
    forge_sign(evil, forged);
    *core = forged->content;
    core->type = LETTER_TYPE_SIGNAL;
    core->offer_id = (struct id){{0}};
}

static struct span seal_signal(struct evil *evil, struct letter_core *core)
{
    static const struct signal told = {
            .needs = NEEDS,
            .n_needs = 1,
            .person = "Rosa Voorbeeld",
            .language = "nl",
    };
    struct content content = {.signal = &told};
    return evil_letter(evil, core, &content);
}

/* The node that sends, the broker, and the node that receives. */
static void without_consent_only_a_reporting_point_is_told(void **state)
{
    (void)state;
    world_fresh(610);
    struct letter_core core;
    struct forged forged;
    assert_string_equal(raise(TARGET, 0, URGENCY_ROUTINE, "Rosa Voorbeeld")->code,
            "E_SECRECY");
    struct evil *evil = evil_new(HOME);
    evil_connect(evil);
    forge_signal(evil, TARGET, &forged, &core);
    struct span letter = seal_signal(evil, &core);
    (void)evil_put(evil, &forged.signed_capsule, 1, &letter, 1, MODE_NONE);
    assert_string_equal(evil_code(evil), "E_SECRECY");
    /* To the point the very same passes. */
    forge_signal(evil, POINT, &forged, &core);
    letter = seal_signal(evil, &core);
    (void)evil_put(evil, &forged.signed_capsule, 1, &letter, 1, MODE_NONE);
    assert_string_equal(evil_code(evil), "");
    world_quiet();
    assert_int_equal(count(TARGET, "case_file"), 0);
    /* A broker that lets it through. */
    struct evil *broker = evil_new(NETWORK_BROKER);
    evil_serve(broker, TARGET);
    forge_signal(evil, TARGET, &forged, &core);
    struct mail mail = {
            .letter = seal_signal(evil, &core),
            .consent = forged.signed_capsule,
    };
    const struct receipt *receipt = evil_deliver(broker, &mail);
    assert_non_null(receipt);
    assert_string_equal(receipt->code, "E_SECRECY");
    assert_int_equal(count(TARGET, "case_file"), 0);
    evil_free(broker);
    evil_free(evil);
    world_end();
}

static const char *answer(struct evil *from, struct evil *broker,
        const struct id *about, uint16_t code)
{
    const struct signal_answer said = {.answer = code};
    struct content content = {.signal_answer = &said};
    struct letter_core core = {
            .recipient = HOME,
            .on_behalf_of = "",
            .referral_id = *about,
            .type = LETTER_TYPE_SIGNAL_ANSWER,
            .level = LEVEL_S0,
            .area = "21004",
    };
    struct mail mail = {.letter = evil_letter(from, &core, &content)};
    const struct receipt *receipt = evil_deliver(broker, &mail);
    return receipt == NULL ? "no receipt" : receipt->code;
}

static void only_its_reader_answers_and_the_last_word_is_the_last(void **state)
{
    (void)state;
    world_fresh(611);
    (void)reported("Rosa Voorbeeld, Kerkstraat 12");
    struct id about = world_show(HOME, 1)->referral_id;
    struct id nothing = about;
    nothing.b[0] ^= 1;
    world_stop(NETWORK_BROKER);
    struct evil *stranger = evil_new(TARGET);
    struct evil *point = evil_new(POINT);
    struct evil *broker = evil_new(NETWORK_BROKER);
    evil_serve(broker, HOME);
    assert_string_equal(answer(stranger, broker, &about, SIGNAL_ANSWER_HELPED),
            "E_AUTH");
    assert_string_equal(answer(point, broker, &nothing, SIGNAL_ANSWER_HELPED),
            "E_NOT_FOUND");
    assert_string_equal(answer(point, broker, &about, 0), "E_FIELD");
    assert_string_equal(answer(point, broker, &about, SIGNAL_ANSWER_TAKEN_UP), "");
    assert_string_equal(answer(point, broker, &about, SIGNAL_ANSWER_LOOKED_AT),
            "E_TRANSITION");
    assert_string_equal(answer(point, broker, &about, SIGNAL_ANSWER_NOT_POSSIBLE), "");
    assert_string_equal(answer(point, broker, &about, SIGNAL_ANSWER_TOO_LONG),
            "E_TRANSITION");
    assert_int_equal(heard(1), SIGNAL_ANSWER_NOT_POSSIBLE);
    evil_free(broker);
    evil_free(point);
    evil_free(stranger);
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(a_signal_becomes_a_referral_and_its_reporter_hears_of_it),
            cmocka_unit_test(a_referral_that_reached_nobody_gives_its_signals_back),
            cmocka_unit_test(it_is_offered_to_another),
            cmocka_unit_test(what_is_joined_shares_one_story_and_one_decision),
            cmocka_unit_test(a_story_that_a_sender_names_joins_nothing),
            cmocka_unit_test(a_refusal_is_kept_for_half_a_year_but_for_danger),
            cmocka_unit_test(who_says_yes_after_all_is_not_left_in_peace),
            cmocka_unit_test(a_reporter_hears_something_in_time),
            cmocka_unit_test(what_was_decided_closes_by_itself),
            cmocka_unit_test(what_has_ended_is_still_told),
            cmocka_unit_test(of_what_is_erased_only_a_count_stays),
            cmocka_unit_test(a_withdrawn_consent_ends_a_signal),
            cmocka_unit_test(without_consent_only_a_reporting_point_is_told),
            cmocka_unit_test(only_its_reader_answers_and_the_last_word_is_the_last),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
