/* selfcheck.c - all rows of the store, looked at once a night. */
#include "nodes/selfcheck.h"

enum { NIGHT_HOUR = 3 }; /* in Brussels, when few are at work */

static const struct {
    const char *name;
    enum words right, wrong;
} CHECKS[SPOOL_N_CHECKS] = {
        [SPOOL_CHECK_DATES] = {"next_dates",      WORDS_CHECK_DATES,   WORDS_CHECK_UNDATED},
        [SPOOL_CHECK_OWNERS] = {"owners",          WORDS_CHECK_OWNERS,  WORDS_CHECK_UNOWNED},
        [SPOOL_CHECK_STEPS] = {"steps",           WORDS_CHECK_STEPS,   WORDS_CHECK_UNSAID },
        [SPOOL_CHECK_LETTERS] = {"waiting_letters", WORDS_CHECK_LETTERS,
                               WORDS_CHECK_UNPACKED                                       },
        [SPOOL_CHECK_CONSENTS] = {"cases_consents",  WORDS_CHECK_COVERED,
                               WORDS_CHECK_UNCOVERED                                      },
};

const char *selfcheck_name(enum spool_check check)
{
    return CHECKS[check].name;
}

const char *selfcheck_words(enum spool_check check, bool right, enum lang lang)
{
    return words_text(right ? CHECKS[check].right : CHECKS[check].wrong, lang);
}

static int32_t night_of(int64_t now_ms)
{
    return time_brussels_day(now_ms - (int64_t)NIGHT_HOUR * TIME_HOUR_MS);
}

void selfcheck_begin(struct node *node)
{
    node->selfcheck.night = night_of(node_now(node));
}

bool selfcheck_upkeep(struct node *node, struct err *err)
{
    int64_t now_ms = node_now(node);
    struct selfcheck now = {.night = night_of(now_ms), .at_ms = now_ms};
    if (now.night == node->selfcheck.night)
        return true;
    for (int check = 0; check < SPOOL_N_CHECKS; check++) {
        uint64_t n;
        if (!spool_check(node->db, (enum spool_check)check, &n, err))
            return false;
        now.faults += n;
        if (n > 0)
            log_warn(node->log, now_ms, "selfcheck_fault", "%s=%llu",
                    CHECKS[check].name, (unsigned long long)n);
    }
    log_info(node->log, now_ms, "selfcheck", "faults=%llu",
            (unsigned long long)now.faults);
    node->selfcheck = now;
    return true;
}
