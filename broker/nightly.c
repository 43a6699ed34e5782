/* nightly.c - once a night: does every open offer have one owner and one next date?
 * Nothing is mended by itself; the administrator is told. */
#include "broker/state.h"
#include "core/time.h"

enum { NIGHT_HOUR = 3 }; /* in Brussels, when few are at work */

static const struct {
    const char *name, *right, *wrong;
} CHECKS[LEDGER_N_CHECKS] = {
        [LEDGER_CHECK_LETTERS] = {.name = "conservation",
                                  .right = "every letter is in exactly one state",
                                  .wrong = "letters without bytes or mail; restore the newest backup"},
        [LEDGER_CHECK_DATES] = {.name = "next_dates",
                                  .right = "every open offer has a next date",
                                  .wrong = "open offers that nothing will move; tell the developers" },
        [LEDGER_CHECK_OWNERS] = {.name = "owners",
                                  .right = "every open referral is with one partner",
                                  .wrong = "referrals with no partner or with two; tell the "
                         "developers"                                                                },
        [LEDGER_CHECK_LODGED] = {.name = "kept_contents",
                                  .right = "every content that is kept waits for its accept",
                                  .wrong = "contents that nobody can accept any more; tell the "
                         "developers"                                                                },
        [LEDGER_CHECK_ESCALATIONS] = {.name = "escalations",
                                  .right = "every open escalation has somebody who looks after it, a "
                         "cause and a next date",                                             .wrong = "escalations that nobody looks after, or that are over; tell "
                         "the developers"           },
};

const char *nightly_name(enum ledger_check check)
{
    return CHECKS[check].name;
}

const char *nightly_words(enum ledger_check check, bool right)
{
    return right ? CHECKS[check].right : CHECKS[check].wrong;
}

static int32_t night_of(int64_t now_ms)
{
    return time_brussels_day(now_ms - (int64_t)NIGHT_HOUR * TIME_HOUR_MS);
}

void nightly_begin(struct broker *broker)
{
    broker->selfcheck.night = night_of(broker->now_ms);
}

bool nightly_run(struct broker *broker, struct err *err)
{
    struct selfcheck *last = &broker->selfcheck;
    struct selfcheck now = {.night = night_of(broker->now_ms)};

    if (now.night == last->night)
        return true;
    now.at_ms = broker->now_ms;
    for (int check = 0; check < LEDGER_N_CHECKS; check++) {
        int64_t n;
        if (!ledger_check(broker->ledger, (enum ledger_check)check, &n, err))
            return false;
        now.faults += n;
        if (n > 0)
            log_warn(broker->log, broker->now_ms, "selfcheck_fault", "%s=%lld",
                    CHECKS[check].name, (long long)n);
    }
    log_info(broker->log, broker->now_ms, "selfcheck", "faults=%lld",
            (long long)now.faults);
    *last = now;
    return true;
}
