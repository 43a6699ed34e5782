/* lifecycle_limits.c - how long each timer takes, and when it ends. */
#include "core/lifecycle_limits.h"

#include <assert.h>

#define X(TIMER, timer, URGENCY, urgency, n, unit, most_n, most_unit)                  \
    [TIMER_##TIMER][URGENCY_##URGENCY] = {n, TIME_IN_##unit},
const struct lifecycle_limits LIFECYCLE_DEFAULTS = {
        .of = {LIFECYCLE_LIMITS(X) LIFECYCLE_LIMITS_OF_NODES(X)},
};
#undef X

void lifecycle_limits_set(struct lifecycle_limits *limits,
        const struct lifecycle_limits *said)
{
    for (size_t timer = 0; timer < N_LIFECYCLE_TIMERS; timer++)
        for (size_t urgency = 0; urgency < N_URGENCY; urgency++)
            if (said->of[timer][urgency].n != 0)
                limits->of[timer][urgency] = said->of[timer][urgency];
}

int64_t lifecycle_due(const struct lifecycle_limits *limits, enum lifecycle_timer timer,
        uint16_t urgency, int64_t now_ms)
{
    assert((unsigned)timer < N_LIFECYCLE_TIMERS);
    return urgency < N_URGENCY ? time_after(now_ms, limits->of[timer][urgency]) : 0;
}
