/* health.c - facts in, how it does out. */
#include "adapters/http/health.h"

/* clang-format off */
#define X(name, status, code, nl, fr, en) {HEALTH_##status, code, {nl, fr, en}},
/* clang-format on */
static const struct {
    enum health_status status;
    const char *code;
    const char *words[N_LANGS];
} REASONS[N_HEALTH_REASONS] = {HEALTH_REASONS(X)};
#undef X

static void add(struct health_report *report, bool is_so, enum health_reason reason)
{
    if (!is_so)
        return;
    report->reasons[report->n_reasons++] = reason;
    if (REASONS[reason].status > report->status)
        report->status = REASONS[reason].status;
}

struct health_report health_judge(const struct health *node,
        const struct hooks_count *hooks, int64_t now_ms)
{
    struct health_report report = {.status = HEALTH_UP};
    bool low = hooks->disk_low;
    if (node == NULL) {
        add(&report, true, HEALTH_REASON_NODE_AWAY);
    } else {
        int64_t since_ms = (int64_t)node->waiting_since_ms;
        add(&report, !node->joined, HEALTH_REASON_NOT_JOINED);
        add(&report, node->joined && !node->connected, HEALTH_REASON_BROKER_AWAY);
        add(&report, since_ms != 0 && now_ms - since_ms >= HEALTH_QUEUE_OLD_MS,
                HEALTH_REASON_QUEUE_OLD);
        low = low || node->disk_low;
    }
    add(&report, low, HEALTH_REASON_DISK_LOW);
    add(&report, hooks->disabled > 0, HEALTH_REASON_WEBHOOK_DISABLED);
    add(&report, hooks->failing > 0, HEALTH_REASON_WEBHOOK_FAILING);
    return report;
}

const char *health_status_word(enum health_status status)
{
    static const char *const WORDS[] = {
#define X(name, word) word,
            HEALTH_STATUSES(X)
#undef X
    };
    return WORDS[status];
}

const char *health_reason_code(enum health_reason reason)
{
    return REASONS[reason].code;
}

const char *health_reason_words(enum health_reason reason, enum lang lang)
{
    return REASONS[reason].words[lang];
}
