/* lifecycle_limits.h - the timers of the table in docs/referrals.md and how long each
 * may take: what every area begins with, and the most that its settings may say. */
#ifndef LIFECYCLE_LIMITS_H
#define LIFECYCLE_LIMITS_H

#include "core/time.h"
#include "core/vocab.h"

enum lifecycle_timer {
    TIMER_ON_DEVICE,
    TIMER_SEEN,
    TIMER_DECISION,
    TIMER_INFO,
    TIMER_FIRST_CONTACT,
    TIMER_PROGRESS,
    TIMER_HOLD,
    TIMER_WAITLIST,
    TIMER_UNPLACED,
    TIMER_ERASE,
    TIMER_CONFIRM,
    TIMER_OUTER_LIFE,
    N_LIFECYCLE_TIMERS
};

/* Timer, urgency, how long (number and unit), and the most that an area may set instead
 * of it. A crisis never waits longer than here. A row that is not there is not allowed:
 * nobody in a crisis is put on a waiting list. */
/* clang-format off */
#define LIFECYCLE_LIMITS(X) \
    X(ON_DEVICE,     on_device,     CRISIS,  crisis,    5, min,   5, min) \
    X(ON_DEVICE,     on_device,     URGENT,  urgent,    4, h,     1, wd) \
    X(ON_DEVICE,     on_device,     ROUTINE, routine,   1, wd,    3, wd) \
    X(SEEN,          seen,          CRISIS,  crisis,    1, h,     1, h) \
    X(SEEN,          seen,          URGENT,  urgent,    1, wd,    3, wd) \
    X(SEEN,          seen,          ROUTINE, routine,   3, wd,   10, wd) \
    X(DECISION,      decision,      CRISIS,  crisis,    2, h,     2, h) \
    X(DECISION,      decision,      URGENT,  urgent,    2, wd,   10, wd) \
    X(DECISION,      decision,      ROUTINE, routine,  10, wd,   20, wd) \
    X(INFO,          info,          CRISIS,  crisis,    1, h,     1, h) \
    X(INFO,          info,          URGENT,  urgent,    1, wd,    5, wd) \
    X(INFO,          info,          ROUTINE, routine,   5, wd,   10, wd) \
    X(FIRST_CONTACT, first_contact, CRISIS,  crisis,   24, h,    24, h) \
    X(FIRST_CONTACT, first_contact, URGENT,  urgent,    3, wd,   14, d) \
    X(FIRST_CONTACT, first_contact, ROUTINE, routine,  14, d,    60, d) \
    X(PROGRESS,      progress,      CRISIS,  crisis,    1, d,     1, d) \
    X(PROGRESS,      progress,      URGENT,  urgent,   14, d,    30, d) \
    X(PROGRESS,      progress,      ROUTINE, routine,  30, d,    90, d) \
    X(HOLD,          hold,          CRISIS,  crisis,    3, d,     3, d) \
    X(HOLD,          hold,          URGENT,  urgent,   30, d,    60, d) \
    X(HOLD,          hold,          ROUTINE, routine,  60, d,    60, d) \
    X(WAITLIST,      waitlist,      URGENT,  urgent,   30, d,   180, d) \
    X(WAITLIST,      waitlist,      ROUTINE, routine, 180, d,   180, d) \
    X(UNPLACED,      unplaced,      CRISIS,  crisis,    1, h,     1, h) \
    X(UNPLACED,      unplaced,      URGENT,  urgent,    1, wd,    5, wd) \
    X(UNPLACED,      unplaced,      ROUTINE, routine,   5, wd,   20, wd) \
    X(CONFIRM,       confirm,       CRISIS,  crisis,    1, wd,    1, wd) \
    X(CONFIRM,       confirm,       URGENT,  urgent,    5, wd,   14, d) \
    X(CONFIRM,       confirm,       ROUTINE, routine,  14, d,    60, d) \
    X(OUTER_LIFE,    outer_life,    CRISIS,  crisis,   30, d,    30, d) \
    X(OUTER_LIFE,    outer_life,    URGENT,  urgent,  180, d,   365, d) \
    X(OUTER_LIFE,    outer_life,    ROUTINE, routine, 365, d,   365, d)
/* Not for an area to set: the node of the sender runs it, and it is about a duty to the person. */
#define LIFECYCLE_LIMITS_OF_NODES(X) \
    X(ERASE,         erase,         CRISIS,  crisis,    4, h,     4, h) \
    X(ERASE,         erase,         URGENT,  urgent,   24, h,    24, h) \
    X(ERASE,         erase,         ROUTINE, routine,  24, h,    24, h)
/* clang-format on */

/* How long each timer takes, by urgency; a length of 0 is not allowed, or was not said.
 */
struct lifecycle_limits {
    struct time_length of[N_LIFECYCLE_TIMERS][N_URGENCY];
};
extern const struct lifecycle_limits LIFECYCLE_DEFAULTS;

/* What the settings say, in place of what stood there; what they are silent about
 * stays. */
void lifecycle_limits_set(struct lifecycle_limits *limits,
        const struct lifecycle_limits *said);

/* When it ends if it starts now; 0 when this urgency does not allow it, or is not
 * known. */
int64_t lifecycle_due(const struct lifecycle_limits *limits, enum lifecycle_timer timer,
        uint16_t urgency, int64_t now_ms);

#endif
