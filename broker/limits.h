/* limits.h - how long things may last, as this broker's settings say for an area, and
 * what time does to an offer by them. */
#ifndef LIMITS_H
#define LIMITS_H

#include "broker/ledger.h"
#include "core/home_conf.h"
#include "core/lifecycle_clock.h"

struct limits {
    struct {
        char area[LEDGER_AREA_BYTES];
        struct lifecycle_limits limits;
    } areas[TIMER_AREAS_MAX];
    size_t n_areas;
    struct lifecycle_limits elsewhere;
};

/* Once at the start: each area begins with what "*" says, and that with the table. */
void limits_load(struct limits *limits, const struct broker_conf *conf);
const struct lifecycle_limits *limits_of(const struct limits *limits, const char *area);

/* The state, event and moment of the row are new: its limit, its life and when a timer
 * looks at it follow. date_ms: of a waiting list or a hold. What a withdrawal owes it
 * stays due before all else. */
void limits_step(const struct limits *limits, struct offer_row *offer,
        enum offer_state from, int64_t date_ms);
/* The same for an offer that a status has brought back, with the limit that stood in
 * it. Its outer life counts from its newest step: when it began is not known. */
void limits_restored(const struct limits *limits, struct offer_row *offer,
        int64_t limit_ms, int64_t now_ms);
/* What time has brought of it by now. */
struct lifecycle_stage limits_now(const struct limits *limits,
        const struct offer_row *offer, int64_t now_ms);
/* When a timer looks at it next; 0: never. */
int64_t limits_next(const struct limits *limits, const struct offer_row *offer,
        int64_t now_ms);

#endif
