/* purge.c - what has been over for long enough is forgotten, so that no table grows for
 * ever. */
#include "broker/state.h"
#include "core/time.h"

enum {
    PURGE_EVERY_MS = TIME_HOUR_MS,
    PURGE_AGAIN_MS = TIME_MINUTE_MS, /* when nobody is here to agree on the time */
    PURGE_AT_ONCE = 500,
};

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

/* What nothing refers to any more. */
static bool purge_rest(struct broker *broker, struct err *err)
{
    int64_t consents_ms = broker->now_ms - (int64_t)CONSENT_KEPT_DAYS * TIME_DAY_MS;
    int64_t heads_ms = broker->now_ms - (int64_t)CHECKPOINT_KEPT_DAYS * TIME_DAY_MS;

    int64_t n_heads, n_consents = 0;

    if (!ledger_checkpoint_purge(broker->ledger, heads_ms, &n_heads, err) ||
            !ledger_consent_purge(broker->ledger, consents_ms, PURGE_AT_ONCE,
                    &n_consents, err))
        return false;
    if (n_consents > 0)
        log_info(broker->log, broker->now_ms, "forgotten", "consents=%lld",
                (long long)n_consents);
    return true;
}

bool purge_run(struct broker *broker, struct err *err)
{
    int64_t handed_ms = broker->now_ms - (int64_t)HANDED_KEPT_DAYS * TIME_DAY_MS;
    int64_t recalled_ms = broker->now_ms - (int64_t)RECALLED_KEPT_DAYS * TIME_DAY_MS;
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
        broker->next_purge_ms = broker->now_ms + (int64_t)PURGE_AGAIN_MS;
        return true;
    }
    partners_mark(broker->partners);
    if (!ledger_letter_purge(broker->ledger, &letters, &broker->purge_cursor, err))
        return false;
    bool done = broker->purge_cursor == 0;
    if (done &&
            (!ledger_handed_purge(broker->ledger, handed_ms, recalled_ms, err) ||
                    !ledger_late_erased_purge(broker->ledger, letters.before_ms, err) ||
                    !purge_rest(broker, err)))
        return false;
    broker->next_purge_ms =
            broker->now_ms + (done ? (int64_t)PURGE_EVERY_MS : TIME_SECOND_MS);
    return true;
}
