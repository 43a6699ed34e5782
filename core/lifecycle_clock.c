/* lifecycle_clock.c - the table of what time does to an offer. */
#include "core/lifecycle_clock.h"

#define IN(state)     (1u << OFFER_STATE_##state)
#define NOT_YET_TAKEN (IN(REQUESTED) | IN(SEEN) | IN(INFO_REQUESTED) | IN(WAITLISTED))
#define TAKEN         (IN(ACCEPTED) | IN(IN_PROGRESS) | IN(ON_HOLD))
#define LIVE          (NOT_YET_TAKEN | TAKEN)
#define REPORTED      (IN(COMPLETED) | IN(FAILED))

/* The warning comes when this part of the outer life is left. */
enum { LIFE_LEFT_PARTS = 10 };

/* --- until when a state may last --- */

enum limit_rule { FOR, UNTIL_DATE, SOONER };

/* FOR: as long as the timer says. UNTIL_DATE: until the date that was named. SOONER:
 * the sooner of both. A state without a row has no limit. */
static const struct {
    uint32_t states;
    enum limit_rule rule;
    enum lifecycle_timer timer;
} LIMITS[] = {
        {IN(REQUESTED) | IN(SEEN), FOR,        TIMER_DECISION     },
        {IN(INFO_REQUESTED),       FOR,        TIMER_INFO         },
        {IN(WAITLISTED),           UNTIL_DATE, TIMER_WAITLIST     },
        {IN(ACCEPTED),             FOR,        TIMER_FIRST_CONTACT},
        {IN(IN_PROGRESS),          FOR,        TIMER_PROGRESS     },
        {IN(ON_HOLD),              SOONER,     TIMER_HOLD         },
        {REPORTED,                 FOR,        TIMER_CONFIRM      },
};

static int64_t limit_of(const struct lifecycle_limits *limits,
        const struct lifecycle_clock *clock, int64_t date_ms)
{
    for (size_t i = 0; i < COUNT_OF(LIMITS); i++) {
        if ((LIMITS[i].states >> clock->state & 1) == 0)
            continue;
        int64_t end_ms =
                lifecycle_due(limits, LIMITS[i].timer, clock->urgency, clock->at_ms);
        switch (LIMITS[i].rule) {
        case FOR: return end_ms;
        case UNTIL_DATE: return date_ms;
        case SOONER: return date_ms < end_ms ? date_ms : end_ms;
        }
    }
    return 0;
}

/* The referrer has confirmed it: nothing is waited for any more. */
static bool is_over(const struct lifecycle_clock *clock)
{
    return clock->closed && (REPORTED >> clock->state & 1) != 0;
}

/* When both are warned that the outer life ends. */
static int64_t warning_ms(const struct lifecycle_limits *limits,
        const struct lifecycle_clock *clock)
{
    int64_t end_ms = clock->life_ms;
    int64_t longer_ms = lifecycle_due(limits, TIMER_OUTER_LIFE, clock->urgency, end_ms);

    return longer_ms == 0 ? 0 : end_ms - (longer_ms - end_ms) / LIFE_LEFT_PARTS;
}

void lifecycle_clock_step(const struct lifecycle_limits *limits,
        struct lifecycle_clock *clock, enum offer_state from, int64_t date_ms)
{
    bool opened = from == OFFER_STATE_REQUESTED && clock->state == OFFER_STATE_SEEN;
    bool reviewed = lifecycle_is_taken(clock->state) &&
                    clock->at_ms >= warning_ms(limits, clock);

    /* Who has opened it has no more time to decide than who has not. */
    if (!opened || clock->limit_ms == 0)
        clock->limit_ms = is_over(clock) ? 0 : limit_of(limits, clock, date_ms);
    if (clock->life_ms == 0 || reviewed)
        clock->life_ms =
                lifecycle_due(limits, TIMER_OUTER_LIFE, clock->urgency, clock->at_ms);
}

/* --- what is done when --- */

enum when {
    AT_END,      /* of the timer, from the newest step on */
    AT_PRESSING, /* the same, of what is urgent or a crisis */
    AT_AGAIN,    /* as much time again */
    AT_HALF,     /* way to the limit, and at the end of the timer at the latest */
    AT_LIMIT,    /* of the state */
    AFTER_LIMIT, /* the timer, from the limit on */
    LIFE_ENDING, /* warning */
    LIFE_ENDS,
};

/* Of two rows for one moment the later one counts. */
static const struct {
    uint32_t states;
    enum when when;
    enum lifecycle_timer timer;
    enum lifecycle_deed deed;
    uint16_t cause;
} STAGES[] = {
        {LIVE,               LIFE_ENDING, TIMER_OUTER_LIFE,    DEED_REVIEW,        ESCALATION_CAUSE_TOO_LONG},
        {IN(REQUESTED),      AT_END,      TIMER_ON_DEVICE,     DEED_WARN_SENDER,   0                        },
        {IN(REQUESTED),      AT_END,      TIMER_SEEN,          DEED_OVERDUE,       0                        },
        {IN(REQUESTED),      AT_PRESSING, TIMER_SEEN,          DEED_OVERDUE,
         ESCALATION_CAUSE_NOT_SEEN                                                                          },
        {IN(REQUESTED),      AT_AGAIN,    TIMER_SEEN,          DEED_EXPIRE,        0                        },
        {IN(REQUESTED),      AT_LIMIT,    TIMER_DECISION,      DEED_EXPIRE,        0                        },
        {IN(SEEN),           AT_LIMIT,    TIMER_DECISION,      DEED_EXPIRE,        0                        },
        {IN(INFO_REQUESTED), AT_LIMIT,    TIMER_INFO,          DEED_BACK,          0                        },
        {IN(WAITLISTED),     AT_HALF,     TIMER_WAITLIST,      DEED_ASK_SENDER,    0                        },
        {IN(WAITLISTED),     AT_LIMIT,    TIMER_WAITLIST,      DEED_EXPIRE,        0                        },
        {IN(ACCEPTED),       AT_END,      TIMER_FIRST_CONTACT, DEED_REMIND_TARGET, 0                        },
        {IN(ACCEPTED),       AT_AGAIN,    TIMER_FIRST_CONTACT, DEED_REMIND_BOTH,
         ESCALATION_CAUSE_NO_FIRST_CONTACT                                                                  },
        {IN(IN_PROGRESS),    AT_END,      TIMER_PROGRESS,      DEED_REMIND_TARGET, 0                        },
        {IN(IN_PROGRESS),    AT_AGAIN,    TIMER_PROGRESS,      DEED_REMIND_BOTH,
         ESCALATION_CAUSE_NO_PROGRESS                                                                       },
        {IN(ON_HOLD),        AT_LIMIT,    TIMER_HOLD,          DEED_REMIND_BOTH,   0                        },
        {IN(ON_HOLD),        AFTER_LIMIT, TIMER_PROGRESS,      DEED_REMIND_BOTH,
         ESCALATION_CAUSE_HOLD_OVER                                                                         },
        {REPORTED,           AT_HALF,     TIMER_CONFIRM,       DEED_REMIND_SENDER, 0                        },
        {REPORTED,           AT_LIMIT,    TIMER_CONFIRM,       DEED_CLOSE,         0                        },
        {LIVE,               LIFE_ENDS,   TIMER_OUTER_LIFE,    DEED_EXPIRE,        0                        },
};

static bool ends(enum lifecycle_deed deed)
{
    return deed >= DEED_BACK;
}

static int64_t half_ms(const struct lifecycle_clock *clock, int64_t end_ms)
{
    int64_t half = clock->at_ms + (clock->limit_ms - clock->at_ms) / 2;

    return end_ms != 0 && end_ms < half ? end_ms : half;
}

/* The moment of a row; 0: it never comes. */
static int64_t moment(const struct lifecycle_limits *limits,
        const struct lifecycle_clock *clock, enum when when, enum lifecycle_timer timer)
{
    uint16_t urgency = clock->urgency;
    int64_t end_ms = lifecycle_due(limits, timer, urgency, clock->at_ms);
    bool limited = clock->limit_ms != 0;

    switch (when) {
    case AT_END: return end_ms;
    case AT_PRESSING: return urgency != URGENCY_ROUTINE ? end_ms : 0;
    case AT_AGAIN: return lifecycle_due(limits, timer, urgency, end_ms);
    case AT_HALF: return limited ? half_ms(clock, end_ms) : 0;
    case AT_LIMIT: return clock->limit_ms;
    case AFTER_LIMIT:
        return limited ? lifecycle_due(limits, timer, urgency, clock->limit_ms) : 0;
    case LIFE_ENDING: return clock->life_ms != 0 ? warning_ms(limits, clock) : 0;
    case LIFE_ENDS: return clock->life_ms;
    }
    return 0;
}

/* What ends something, and then what comes later. */
static bool goes_before(const struct lifecycle_stage *stage,
        const struct lifecycle_stage *found)
{
    if (ends(stage->deed) != ends(found->deed))
        return ends(stage->deed);
    return stage->at_ms >= found->at_ms;
}

struct lifecycle_stage lifecycle_clock_now(const struct lifecycle_limits *limits,
        const struct lifecycle_clock *clock, int64_t now_ms)
{
    struct lifecycle_stage found = {0};

    for (size_t i = 0; i < COUNT_OF(STAGES) && !is_over(clock); i++) {
        if ((STAGES[i].states >> clock->state & 1) == 0)
            continue;
        int64_t at_ms = moment(limits, clock, STAGES[i].when, STAGES[i].timer);
        const struct lifecycle_stage stage = {at_ms, STAGES[i].deed, STAGES[i].cause};
        if (at_ms != 0 && at_ms <= now_ms && goes_before(&stage, &found))
            found = stage;
    }
    return found;
}

int64_t lifecycle_clock_next(const struct lifecycle_limits *limits,
        const struct lifecycle_clock *clock, int64_t now_ms)
{
    int64_t next_ms = 0;

    for (size_t i = 0; i < COUNT_OF(STAGES) && !is_over(clock); i++) {
        if ((STAGES[i].states >> clock->state & 1) == 0)
            continue;
        int64_t at_ms = moment(limits, clock, STAGES[i].when, STAGES[i].timer);
        if (at_ms == 0 || (at_ms <= now_ms && !ends(STAGES[i].deed)))
            continue;
        if (next_ms == 0 || at_ms < next_ms)
            next_ms = at_ms;
    }
    return next_ms;
}
