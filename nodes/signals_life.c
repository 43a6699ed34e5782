/* signals_life.c - the life of a needs-signal as one table. */
#include "nodes/signals_life.h"

#define IN(state) (1u << SIGNAL_STATE_##state)
#define UNDECIDED (IN(TRIAGED) | IN(VERIFYING) | IN(LINKED))
#define OPEN      (IN(RAISED) | UNDECIDED)
#define DECIDED                                                                        \
    (IN(CONVERTED) | IN(HANDED_TO_CRISIS) | IN(PERSON_DECLINED) | IN(NO_ACTION))

/* ------------------------------------------------------------- guards */

static enum code guard_triage(const struct signals_life *life,
        const struct signals_asked *asked, const char **field)
{
    *field = "urgency";
    /* The rows of the vocabulary go from a crisis down. */
    bool lowered = asked->urgency > life->urgency;
    return lowered || asked->urgency >= N_URGENCY ? E_FIELD : CODE_OK;
}

static enum code guard_attempt(const struct signals_life *life,
        const struct signals_asked *asked, const char **field)
{
    (void)asked;
    (void)field;
    return life->n_attempts < SIGNALS_ATTEMPTS_MAX ? CODE_OK : E_ATTEMPTS;
}

static enum code guard_consent(const struct signals_life *life,
        const struct signals_asked *asked, const char **field)
{
    (void)life;
    (void)field;
    return asked->consent ? CODE_OK : E_CONSENT_NONE;
}

static enum code guard_call(const struct signals_life *life,
        const struct signals_asked *asked, const char **field)
{
    (void)life;
    *field = "call";
    return asked->call != 0 && asked->call < N_CRISIS_CALL ? CODE_OK : E_FIELD;
}

/* That it was open for too long, or that a consent has gone, is not for people to say.
 */
static enum code guard_reason(const struct signals_life *life,
        const struct signals_asked *asked, const char **field)
{
    (void)life;
    *field = "reason";
    bool said = asked->reason != 0 && asked->reason < N_NO_ACTION_REASON &&
                asked->reason != NO_ACTION_REASON_TERM_OVER &&
                asked->reason != NO_ACTION_REASON_CONSENT_WITHDRAWN;
    return said ? CODE_OK : E_FIELD;
}

/* ------------------------------------------------------------- the table */

/* Where a cell leads when that is not one state: joined signals stay joined. */
enum { VERIFYING_OR_LINKED = 0 };

struct cell {
    uint32_t from;
    enum signals_step step;
    bool by_people; /* somebody must say who they are */
    enum code (*guard)(const struct signals_life *, const struct signals_asked *,
            const char **field);
    uint16_t to;
};

#define STEP(name)  SIGNALS_##name
#define STATE(name) SIGNAL_STATE_##name

/* clang-format off */
static const struct cell CELLS[] = {
    {IN(RAISED),     STEP(TRIAGE),    true,  guard_triage,  STATE(TRIAGED)},
    {UNDECIDED,      STEP(ATTEMPT),   true,  guard_attempt, VERIFYING_OR_LINKED},
    {UNDECIDED,      STEP(LINK),      true,  NULL,          STATE(LINKED)},
    {UNDECIDED,      STEP(CONVERT),   true,  guard_consent, STATE(CONVERTED)},
    {IN(CONVERTED),  STEP(COME_BACK), false, NULL,          STATE(TRIAGED)},
    {UNDECIDED,      STEP(CRISIS),    true,  guard_call,    STATE(HANDED_TO_CRISIS)},
    {UNDECIDED,      STEP(DECLINED),  true,  NULL,          STATE(PERSON_DECLINED)},
    {UNDECIDED,      STEP(NO_ACTION), true,  guard_reason,  STATE(NO_ACTION)},
    {DECIDED,        STEP(CLOSE),     false, NULL,          STATE(CLOSED)},
    {OPEN | DECIDED, STEP(TERM_OVER), false, NULL,          STATE(CLOSED)},
    {IN(CLOSED),     STEP(ERASE),     false, NULL,          STATE(ERASED)},
};
/* clang-format on */

static const struct cell *find_cell(uint16_t state, enum signals_step step)
{
    for (size_t i = 0; i < COUNT_OF(CELLS); i++)
        if (CELLS[i].step == step && (CELLS[i].from >> state & 1) != 0)
            return &CELLS[i];
    return NULL;
}

static uint16_t leads_to(const struct cell *cell, const struct signals_life *life)
{
    if (cell->to != VERIFYING_OR_LINKED)
        return cell->to;
    return life->state == SIGNAL_STATE_LINKED ? SIGNAL_STATE_LINKED
                                              : SIGNAL_STATE_VERIFYING;
}

static uint16_t outcome_of(const struct signals_life *life, enum signals_step step,
        uint16_t to)
{
    if (step == SIGNALS_TERM_OVER && life->outcome == 0)
        return SIGNAL_STATE_NO_ACTION;
    if (step == SIGNALS_COME_BACK)
        return 0;
    return signals_is_decided(to) ? to : life->outcome;
}

struct signals_result signals_step(const struct signals_life *life,
        const struct signals_asked *asked)
{
    const struct cell *cell =
            life->state < N_SIGNAL_STATE ? find_cell(life->state, asked->step) : NULL;
    struct signals_result result = {
            .code = E_TRANSITION,
            .field = "",
            .to = life->state,
            .outcome = life->outcome,
            .urgency = life->urgency,
    };
    if (cell == NULL)
        return result;
    result.code = E_FIELD;
    result.field = "actor";
    if (cell->by_people && !asked->named)
        return result;
    result.code =
            cell->guard == NULL ? CODE_OK : cell->guard(life, asked, &result.field);
    if (result.code != CODE_OK)
        return result;
    result.field = "";
    result.to = leads_to(cell, life);
    result.outcome = outcome_of(life, asked->step, result.to);
    if (asked->step == SIGNALS_TRIAGE && asked->urgency != 0)
        result.urgency = asked->urgency;
    return result;
}

bool signals_allows(uint16_t state, enum signals_step step)
{
    return state < N_SIGNAL_STATE && find_cell(state, step) != NULL;
}

const char *signals_step_name(enum signals_step step)
{
#define X(NAME, name) #name,
    static const char *const NAMES[] = {SIGNALS_STEPS(X)};
#undef X
    return (size_t)step < COUNT_OF(NAMES) ? NAMES[step] : "";
}

bool signals_is_open(uint16_t state)
{
    return state < N_SIGNAL_STATE && ((OPEN) >> state & 1) != 0;
}

bool signals_is_decided(uint16_t state)
{
    return state < N_SIGNAL_STATE && ((DECIDED) >> state & 1) != 0;
}

/* ------------------------------------------------------------- time */

static const struct time_length TRIAGE_LIMITS[N_URGENCY] = {
        [URGENCY_CRISIS] = {2, TIME_IN_h },
        [URGENCY_URGENT] = {1, TIME_IN_wd},
        [URGENCY_ROUTINE] = {5, TIME_IN_wd},
};

int64_t signals_triage_due(uint16_t urgency, int64_t raised_ms)
{
    return urgency < N_URGENCY ? time_after(raised_ms, TRIAGE_LIMITS[urgency]) : 0;
}

int64_t signals_answer_due(int64_t raised_ms)
{
    return time_add_working_days(raised_ms, SIGNALS_ANSWER_DAYS);
}

/* ------------------------------------------------------------- the reporter */

uint16_t signals_last_answer(uint16_t outcome, uint16_t reason, bool helped)
{
    static const uint16_t NOTHING_DONE[N_NO_ACTION_REASON] = {
            [NO_ACTION_REASON_UNFOUNDED] = SIGNAL_ANSWER_NOT_NEEDED,
            [NO_ACTION_REASON_ALREADY_HELPED] = SIGNAL_ANSWER_NOT_NEEDED,
            [NO_ACTION_REASON_SOLVED] = SIGNAL_ANSWER_NOT_NEEDED,
            [NO_ACTION_REASON_REPEATED] = SIGNAL_ANSWER_PASSED_ON,
            [NO_ACTION_REASON_TERM_OVER] = SIGNAL_ANSWER_TOO_LONG,
    };
    bool known = reason < N_NO_ACTION_REASON && NOTHING_DONE[reason] != 0;
    if (outcome == SIGNAL_STATE_CONVERTED)
        return helped ? SIGNAL_ANSWER_HELPED : SIGNAL_ANSWER_PASSED_ON;
    if (outcome == SIGNAL_STATE_HANDED_TO_CRISIS)
        return SIGNAL_ANSWER_PASSED_ON;
    if (outcome == SIGNAL_STATE_NO_ACTION && known)
        return NOTHING_DONE[reason];
    return SIGNAL_ANSWER_NOT_POSSIBLE;
}
