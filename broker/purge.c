/* purge.c - what has been over for long enough is forgotten, so that no table grows for
 * ever. */
#include "broker/state.h"
#include "core/time.h"

enum { PURGE_EVERY_MS = TIME_HOUR_MS, PURGE_AT_ONCE = 500 };

static bool on_refused(void *self, uint32_t sender)
{
    struct broker *broker = self;
    return partners_keep(broker->partners, LEDGER_KEPT_REFUSED, sender, -1);
}

/* A withdrawal, who was handed what, or which letters have come must not be forgotten
 * by a clock that is wrong: somebody is here whose clock agrees with ours. */
static bool clock_agrees(const struct broker *broker)
{
    const struct partner *partner;
    bool agrees = false;

    for (size_t i = 0; (partner = partners_at(broker->partners, i)) != NULL; i++)
        agrees = agrees || partner->session.live;
    return agrees;
}

/* A step of each: days that are past their time are looked at once, the oldest first.
 */
static bool purge_over(struct broker *broker, bool *more, struct err *err)
{
    static const int KEPT_DAYS[LEDGER_N_OVER] = {
            [LEDGER_OVER_HANDED] = HANDED_KEPT_DAYS,
            [LEDGER_OVER_RECALLED] = RECALLED_KEPT_DAYS,
            [LEDGER_OVER_CONSENTS] = CONSENT_KEPT_DAYS,
    };
    int64_t n = 0;

    *more = false;
    for (size_t what = 0; what < LEDGER_N_OVER; what++) {
        int64_t before_ms = broker->now_ms - (int64_t)KEPT_DAYS[what] * TIME_DAY_MS;
        bool day;
        if (!ledger_over_purge(broker->ledger, (enum ledger_over)what, before_ms,
                    &broker->over_upto_ms[what], &day, &n, err))
            return false;
        *more = *more || day;
    }
    if (n > 0)
        log_info(broker->log, broker->now_ms, "forgotten", "consents=%lld",
                (long long)n);
    return true;
}

static bool purge_rest(struct broker *broker, int64_t late_ms, struct err *err)
{
    int64_t heads_ms = broker->now_ms - (int64_t)CHECKPOINT_KEPT_DAYS * TIME_DAY_MS;
    int64_t n_heads;

    return ledger_late_erased_purge(broker->ledger, late_ms, err) &&
           ledger_checkpoint_purge(broker->ledger, heads_ms, &n_heads, err);
}

bool purge_run(struct broker *broker, struct err *err)
{
    bool more;
    const struct ledger_purge letters = {
            .before_ms = broker->now_ms - (int64_t)LETTER_KEPT_DAYS * TIME_DAY_MS,
            .now_ms = broker->now_ms,
            .limit = PURGE_AT_ONCE,
            .on_refused = on_refused,
            .self = broker,
    };

    if (!timers_is_due(broker, broker->next_purge_ms, PURGE_EVERY_MS))
        return true;
    if (!clock_agrees(broker)) {
        broker->next_purge_ms = broker->now_ms + (int64_t)PURGE_EVERY_MS;
        return true;
    }
    partners_mark(broker->partners);
    if (!ledger_letter_purge(broker->ledger, &letters, &broker->purge_cursor, err) ||
            !purge_over(broker, &more, err))
        return false;
    bool done = broker->purge_cursor == 0 && !more;
    if (done && !purge_rest(broker, letters.before_ms, err))
        return false;
    broker->next_purge_ms =
            broker->now_ms + (done ? (int64_t)PURGE_EVERY_MS : TIME_SECOND_MS);
    return true;
}
