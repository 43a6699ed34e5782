/* outreach.c - the stop rules of outreach, one function each, in the order in which
 * they speak. */
#include "nodes/outreach.h"

#include "core/time.h"
#include "core/vocab.h"
#include "nodes/quiet.h"

static const struct outreach_answer NOTHING;

static struct outreach_answer stop(enum code code, uint16_t why)
{
    return (struct outreach_answer){.code = code, .stop = why};
}

bool outreach_may_have_been(int64_t at_ms, int64_t began_ms, int64_t now_ms)
{
    int32_t today = time_brussels_day(now_ms);
    int32_t first = time_brussels_day(began_ms);
    int32_t day = time_brussels_day(at_ms);
    return day <= today && day >= (first < today ? first : today);
}

static uint16_t last_result(const struct outreach_facts *facts)
{
    return facts->n_tries == 0 ? 0 : facts->tries[facts->n_tries - 1].result;
}

static bool goes_along(const struct outreach_wish *wish, uint16_t who)
{
    for (size_t i = 0; i < wish->n_goes; i++)
        if (wish->goes[i] == who)
            return true;
    return false;
}

/* ------------------------------------------------------------- whoever asked */

static enum code ask_quiet(const struct outreach_facts *facts,
        const struct outreach_wish *wish)
{
    const struct quiet_ask ask = {
            .until_ms = facts->quiet_until_ms,
            .now_ms = wish->planned_ms,
            .asked_for = wish->agreed,
            .safety_basis = wish->safety_basis,
            .why = wish->why,
    };
    return quiet_judge(&ask);
}

/* A safety basis is nothing without what was seen, nor is that without a basis. */
static struct outreach_answer said_why(const struct outreach_facts *facts,
        const struct outreach_wish *wish)
{
    return ask_quiet(facts, wish) == E_FIELD ? stop(E_FIELD, OUTREACH_STOP_SAY_WHY)
                                             : NOTHING;
}

static struct outreach_answer has_died(const struct outreach_facts *facts,
        const struct outreach_wish *wish)
{
    (void)wish;
    return last_result(facts) == VISIT_RESULT_DECEASED
                   ? stop(E_TRANSITION, OUTREACH_STOP_DECEASED)
                   : NOTHING;
}

static struct outreach_answer one_at_a_time(const struct outreach_facts *facts,
        const struct outreach_wish *wish)
{
    (void)wish;
    return facts->planned ? stop(E_DUPLICATE, OUTREACH_STOP_ONE_PLANNED) : NOTHING;
}

static struct outreach_answer too_many(const struct outreach_facts *facts,
        const struct outreach_wish *wish)
{
    (void)wish;
    return facts->n_visits >= OUTREACH_VISITS_MAX ? stop(E_SIZE, OUTREACH_STOP_TOO_MANY)
                                                  : NOTHING;
}

static struct outreach_answer not_alone(const struct outreach_facts *facts,
        const struct outreach_wish *wish)
{
    bool unsafe = last_result(facts) == VISIT_RESULT_UNSAFE_ABORTED;
    return unsafe && wish->n_goes < 2 ? stop(E_FIELD, OUTREACH_STOP_NOT_ALONE)
                                      : NOTHING;
}

static struct outreach_answer understood(const struct outreach_facts *facts,
        const struct outreach_wish *wish)
{
    bool barrier = last_result(facts) == VISIT_RESULT_LANGUAGE_BARRIER;
    bool helped = goes_along(wish, VISIT_GOER_INTERPRETER) ||
                  goes_along(wish, VISIT_GOER_TRUSTED_PERSON);
    return barrier && !helped ? stop(E_FIELD, OUTREACH_STOP_NEEDS_INTERPRETER)
                              : NOTHING;
}

/* ------------------------------------------------------------- when nobody asked */

static struct outreach_answer refused(const struct outreach_facts *facts,
        const struct outreach_wish *wish)
{
    struct outreach_answer no = stop(E_QUIET, OUTREACH_STOP_REFUSED);
    no.from_ms = facts->quiet_until_ms;
    return ask_quiet(facts, wish) == E_QUIET ? no : NOTHING;
}

static struct outreach_answer not_by_visit(const struct outreach_facts *facts,
        const struct outreach_wish *wish)
{
    bool trusted = facts->contact_rule == CONTACT_RULE_VIA_TRUSTED_PERSON &&
                   !goes_along(wish, VISIT_GOER_TRUSTED_PERSON);
    bool never = facts->contact_rule == CONTACT_RULE_PHONE_ONLY ||
                 facts->contact_rule == CONTACT_RULE_NO_CONTACT;
    return trusted || never ? stop(E_TRANSITION, OUTREACH_STOP_NOT_BY_VISIT) : NOTHING;
}

/* Unasked ones since the person was last spoken with. */
static struct outreach_answer tries_used(const struct outreach_facts *facts,
        const struct outreach_wish *wish)
{
    size_t n = 0;
    (void)wish;
    for (size_t i = facts->n_tries; i > 0; i--) {
        const struct outreach_try *one = &facts->tries[i - 1];
        if (one->result == VISIT_RESULT_MET)
            break;
        n += one->unasked;
    }
    return n >= OUTREACH_TRIES_MAX ? stop(E_TRANSITION, OUTREACH_STOP_TRIES_USED)
                                   : NOTHING;
}

/* Days are those of Brussels, so that the same weekday a week later is far enough. */
static struct outreach_answer too_soon(const struct outreach_facts *facts,
        const struct outreach_wish *wish)
{
    struct outreach_answer no = stop(E_TTL, OUTREACH_STOP_TOO_SOON);
    int32_t apart = facts->urgency == URGENCY_CRISIS ? OUTREACH_CRISIS_DAYS
                                                     : OUTREACH_APART_DAYS;
    for (size_t i = facts->n_tries; i > 0; i--) {
        const struct outreach_try *one = &facts->tries[i - 1];
        int32_t first = time_brussels_day(one->done_ms) + apart;
        if (!one->unasked)
            continue;
        no.from_ms = time_day_start(first);
        return time_brussels_day(wish->planned_ms) < first ? no : NOTHING;
    }
    return NOTHING;
}

/* ------------------------------------------------------------- the whole */

static const struct {
    bool unasked; /* asked only of what nobody agreed to */
    struct outreach_answer (
            *ask)(const struct outreach_facts *facts, const struct outreach_wish *wish);
} RULES[] = {
        {false, said_why     },
        {false, has_died     },
        {false, one_at_a_time},
        {false, too_many     },
        {false, not_alone    },
        {false, understood   },
        {true,  refused      },
        {true,  not_by_visit },
        {true,  tries_used   },
        {true,  too_soon     },
};

struct outreach_answer outreach_judge(const struct outreach_facts *facts,
        const struct outreach_wish *wish)
{
    /* What stops the unasked stops neither what was agreed nor what safety asks for. */
    bool passes = wish->agreed || wish->safety_basis != 0;
    for (size_t i = 0; i < COUNT_OF(RULES); i++) {
        struct outreach_answer answer = NOTHING;
        if (!RULES[i].unasked || !passes)
            answer = RULES[i].ask(facts, wish);
        if (answer.code != CODE_OK)
            return answer;
    }
    return NOTHING;
}

/* ------------------------------------------------------------- results */

static const enum outreach_next AFTER[N_VISIT_RESULT] = {
        [VISIT_RESULT_MET] = OUTREACH_MAY_FOLLOW,
        [VISIT_RESULT_NO_ANSWER_1] = OUTREACH_MUST_FOLLOW,
        [VISIT_RESULT_NO_ANSWER_2] = OUTREACH_MUST_FOLLOW,
        [VISIT_RESULT_NO_ANSWER_3] = OUTREACH_ENDS,
        [VISIT_RESULT_REFUSED] = OUTREACH_ENDS,
        [VISIT_RESULT_NOT_NOW] = OUTREACH_MUST_FOLLOW,
        [VISIT_RESULT_MOVED] = OUTREACH_MAY_FOLLOW,
        [VISIT_RESULT_DECEASED] = OUTREACH_ENDS,
        [VISIT_RESULT_HOSPITAL] = OUTREACH_MUST_FOLLOW,
        [VISIT_RESULT_LANGUAGE_BARRIER] = OUTREACH_MUST_FOLLOW,
        [VISIT_RESULT_WRONG_ADDRESS] = OUTREACH_MAY_FOLLOW,
        [VISIT_RESULT_UNSAFE_ABORTED] = OUTREACH_MAY_FOLLOW,
};

enum outreach_next outreach_after(uint16_t result)
{
    return result < N_VISIT_RESULT ? AFTER[result] : OUTREACH_ENDS;
}

static bool is_no_answer(uint16_t result)
{
    return result == VISIT_RESULT_NO_ANSWER_1 || result == VISIT_RESULT_NO_ANSWER_2 ||
           result == VISIT_RESULT_NO_ANSWER_3;
}

uint16_t outreach_counted(const struct outreach_try *tries, size_t n_tries,
        uint16_t result)
{
    static const uint16_t nth[] = {VISIT_RESULT_NO_ANSWER_1, VISIT_RESULT_NO_ANSWER_2,
            VISIT_RESULT_NO_ANSWER_3};
    size_t n = 0;
    if (!is_no_answer(result))
        return result;
    for (size_t i = n_tries; i > 0; i--) {
        if (tries[i - 1].result == VISIT_RESULT_MET)
            break;
        n += is_no_answer(tries[i - 1].result);
    }
    return nth[n < COUNT_OF(nth) ? n : COUNT_OF(nth) - 1];
}

int64_t outreach_refused(const struct outreach_try *tries, size_t n_tries)
{
    for (size_t i = n_tries; i > 0; i--) {
        if (tries[i - 1].result == VISIT_RESULT_REFUSED)
            return tries[i - 1].done_ms;
    }
    return 0;
}
