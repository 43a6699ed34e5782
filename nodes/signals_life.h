/* signals_life.h - the life of a needs-signal at who received it, as one table: from,
 * step, guard, to; and what time does to it (docs/signals.md). Pure.
 *
 * The broker knows nothing of it: each step is an act of a named member of staff, but
 * for those of time. */
#ifndef SIGNALS_LIFE_H
#define SIGNALS_LIFE_H

#include "core/code.h"
#include "core/time.h"
#include "core/vocab.h"

enum {
    SIGNALS_ATTEMPTS_MAX = 3, /* to reach one person, about one signal */
    SIGNALS_ANSWER_DAYS = 10, /* working days until its reporter has heard something */
    SIGNALS_PLAN_DAYS = 60,   /* so far ahead an attempt is planned */
    SIGNALS_REST_DAYS = 30,   /* after it was decided on it closes by itself */
};

/* X(NAME, name) */
#define SIGNALS_STEPS(X)                                                               \
    X(TRIAGE, triage)                                                                  \
    X(ATTEMPT, attempt)                                                                \
    X(LINK, link)                                                                      \
    X(CONVERT, convert)                                                                \
    X(COME_BACK, come_back)                                                            \
    X(CRISIS, crisis)                                                                  \
    X(DECLINED, declined)                                                              \
    X(NO_ACTION, no_action)                                                            \
    X(CLOSE, close)                                                                    \
    X(TERM_OVER, term_over)                                                            \
    X(ERASE, erase)
#define X(NAME, name) SIGNALS_##NAME,
enum signals_step { SIGNALS_STEPS(X) N_SIGNALS_STEPS };
#undef X

/* What the step is asked with. */
struct signals_life {
    uint16_t state;    /* vocab signal_state */
    uint16_t outcome;  /* the state in which it was decided on; 0: not yet */
    uint16_t urgency;  /* vocab urgency */
    size_t n_attempts; /* planned or done */
};
struct signals_asked {
    enum signals_step step;
    bool named;       /* a member of staff says who they are */
    bool consent;     /* convert: under a consent of the person */
    uint16_t urgency; /* triage: 0 leaves it; it can only be raised */
    uint16_t reason;  /* no_action: vocab no_action_reason */
    uint16_t call;    /* crisis: vocab crisis_call, who was called */
};
struct signals_result {
    enum code code;    /* CODE_OK, E_TRANSITION, E_FIELD, E_CONSENT_NONE, E_ATTEMPTS */
    const char *field; /* which one, for E_FIELD */
    uint16_t to;
    uint16_t outcome;
    uint16_t urgency;
};
/* One step. After a no the result repeats where the signal stands. */
struct signals_result signals_step(const struct signals_life *life,
        const struct signals_asked *asked);

/* Does the table have this cell at all (guards aside)? For "what may I do now". */
bool signals_allows(uint16_t state, enum signals_step step);
const char *signals_step_name(enum signals_step step);

/* Somebody has still to decide on it. */
bool signals_is_open(uint16_t state);
/* It was decided on, and is not closed yet. */
bool signals_is_decided(uint16_t state);

/* When it must have been triaged, if it came at raised_ms; 0 for an urgency that is not
 * known. */
int64_t signals_triage_due(uint16_t urgency, int64_t raised_ms);
/* When its reporter must have heard something. */
int64_t signals_answer_due(int64_t raised_ms);

/* What a reporter is told when it is closed: content-free, and not why a person said
 * no. helped: the referral that it became was of help. */
uint16_t signals_last_answer(uint16_t outcome, uint16_t reason, bool helped);

#endif
