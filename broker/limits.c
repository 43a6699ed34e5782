/* limits.c - limits by area, and the clock of an offer. */
#include "broker/limits.h"

#include <stdio.h>

#include "core/time.h"

enum { LIMITS_RESTORED_MS = 10 * TIME_MINUTE_MS };

void limits_load(struct limits *limits, const struct broker_conf *conf)
{
    limits->elsewhere = LIFECYCLE_DEFAULTS;
    for (size_t i = 0; i < conf->n_timers; i++)
        if (strcmp(conf->timers[i].area, TIMERS_ELSEWHERE) == 0)
            lifecycle_limits_set(&limits->elsewhere, &conf->timers[i].said);
    limits->n_areas = conf->n_timers;
    for (size_t i = 0; i < conf->n_timers; i++) {
        snprintf(limits->areas[i].area, sizeof limits->areas[i].area, "%s",
                conf->timers[i].area);
        limits->areas[i].limits = limits->elsewhere;
        lifecycle_limits_set(&limits->areas[i].limits, &conf->timers[i].said);
    }
}

const struct lifecycle_limits *limits_of(const struct limits *limits, const char *area)
{
    for (size_t i = 0; i < limits->n_areas; i++)
        if (strcmp(limits->areas[i].area, area) == 0)
            return &limits->areas[i].limits;
    return &limits->elsewhere;
}

static struct lifecycle_clock clock_of(const struct offer_row *offer)
{
    return (struct lifecycle_clock){
            .state = offer->state,
            .urgency = offer->urgency,
            .closed = offer->event == OFFER_EVENT_CONFIRM ||
                      offer->referral.closed != REFERRAL_NOT_CLOSED,
            .at_ms = offer->at_ms,
            .limit_ms = offer->limit_ms,
            .life_ms = offer->life_ms,
    };
}

void limits_step(const struct limits *limits, struct offer_row *offer,
        enum offer_state from, int64_t date_ms)
{
    const struct lifecycle_limits *here = limits_of(limits, offer->area);
    bool owed = offer->due_ms == LEDGER_OWED_MS;
    struct lifecycle_clock clock = clock_of(offer);

    lifecycle_clock_step(here, &clock, from, date_ms);
    offer->limit_ms = clock.limit_ms;
    offer->life_ms = clock.life_ms;
    offer->due_ms = lifecycle_clock_next(here, &clock, offer->at_ms);
    if (owed && !lifecycle_is_terminal(offer->state))
        offer->due_ms = LEDGER_OWED_MS;
}

void limits_restored(const struct limits *limits, struct offer_row *offer,
        int64_t limit_ms, int64_t now_ms)
{
    offer->life_ms = 0;
    limits_step(limits, offer, OFFER_STATE_NONE, limit_ms);
    offer->limit_ms = limit_ms;
    offer->due_ms = limits_next(limits, offer, now_ms);
    /* What a passed limit was told to who coordinates is not brought back by anybody:
     * it is told again, under the same number, once all have come back. */
    if (limits_now(limits, offer, now_ms).cause != 0 &&
            offer->due_ms > now_ms + LIMITS_RESTORED_MS)
        offer->due_ms = now_ms + LIMITS_RESTORED_MS;
}

struct lifecycle_stage limits_now(const struct limits *limits,
        const struct offer_row *offer, int64_t now_ms)
{
    const struct lifecycle_clock clock = clock_of(offer);
    return lifecycle_clock_now(limits_of(limits, offer->area), &clock, now_ms);
}

int64_t limits_next(const struct limits *limits, const struct offer_row *offer,
        int64_t now_ms)
{
    const struct lifecycle_clock clock = clock_of(offer);
    return lifecycle_clock_next(limits_of(limits, offer->area), &clock, now_ms);
}
