/* lifecycle_clock.h - what time does to an offer, as one table: state, when, what
 * (docs/referrals.md "Timers"). Pure. */
#ifndef LIFECYCLE_CLOCK_H
#define LIFECYCLE_CLOCK_H

#include "core/lifecycle.h"

/* What has to be done when a moment has come. */
enum lifecycle_deed {
    DEED_NONE,
    DEED_WARN_SENDER,   /* its preview is on no device of the target yet */
    DEED_OVERDUE,       /* nobody has opened it: both are told, and who stands in */
    DEED_ASK_SENDER,    /* on a waiting list: keep, or move on */
    DEED_REMIND_TARGET, /* the next step was not done */
    DEED_REMIND_BOTH,
    DEED_REMIND_SENDER, /* what came of it is not confirmed */
    DEED_REVIEW, /* it ends soon, unless a step is taken; both are told when that is */
    /* From here on something ends. */
    DEED_BACK, /* the question got no answer */
    DEED_EXPIRE,
    DEED_CLOSE, /* not confirmed */
    N_LIFECYCLE_DEEDS
};
struct lifecycle_stage {
    int64_t at_ms; /* 0: there is none */
    enum lifecycle_deed deed;
    uint16_t cause; /* vocab escalation_cause: a coordinator hears of it; 0: nobody */
};

/* What of an offer time depends on. */
struct lifecycle_clock {
    enum offer_state state;
    uint16_t urgency;
    bool closed;      /* the referral was confirmed */
    int64_t at_ms;    /* of the newest step */
    int64_t limit_ms; /* until when the state may last; 0: no such limit */
    int64_t life_ms;  /* the end of its outer life; 0: not known */
};

/* The step was made at clock->at_ms and led here: how long may it last now? date_ms:
 * what a waiting list or a hold names, else 0. Sets limit_ms and life_ms. A step of
 * what is accepted, done after the warning that its life ends, begins that life anew.
 */
void lifecycle_clock_step(const struct lifecycle_limits *limits,
        struct lifecycle_clock *clock, enum offer_state from, int64_t date_ms);

/* What time has brought by now: what ends something before all else, of reminders the
 * newest. at_ms 0: nothing yet. */
struct lifecycle_stage lifecycle_clock_now(const struct lifecycle_limits *limits,
        const struct lifecycle_clock *clock, int64_t now_ms);

/* When to look again after that has been done; 0: never. What has to end already is in
 * the past. */
int64_t lifecycle_clock_next(const struct lifecycle_limits *limits,
        const struct lifecycle_clock *clock, int64_t now_ms);

#endif
