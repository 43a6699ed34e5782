/* metrics.c - counters by operation and status, and times in buckets. */
#include "adapters/http/metrics.h"

#include <stdio.h>
#include <stdlib.h>

#include "adapters/http/route.h"
#include "core/span.h"

#define PREFIX "buurtbus_http_"

static const double US_A_SECOND = 1e6;

/* Those that the API gives; any other counts as the last. */
static const unsigned STATUSES[] = {200, 201, 304, 400, 401, 403, 404, 405, 406, 409,
        412, 413, 414, 415, 421, 422, 428, 429, 431, 500, 503, 0};

/* Upper ends of the buckets, in microseconds, with their label. */
static const struct {
    uint64_t most_us;
    const char *label;
} BUCKETS[] = {
        {1000,     "0.001"},
        {5000,     "0.005"},
        {25000,    "0.025"},
        {100000,   "0.1"  },
        {500000,   "0.5"  },
        {2500000,  "2.5"  },
        {10000000, "10"   },
};

struct row {
    uint64_t by_status[COUNT_OF(STATUSES)];
    uint64_t in_bucket[COUNT_OF(BUCKETS)]; /* not more than its upper end */
    uint64_t n_timed, took_us;
};

struct metrics {
    struct row *rows; /* N_ROUTES, and one for what has no row */
};

struct metrics *metrics_new(struct err *err)
{
    struct metrics *metrics = calloc(1, sizeof *metrics);
    if (metrics != NULL)
        metrics->rows = calloc(N_ROUTES + 1, sizeof *metrics->rows);
    if (metrics != NULL && metrics->rows != NULL)
        return metrics;
    metrics_free(metrics);
    err_set(err, ERR_NOMEM, "no memory for metrics");
    return NULL;
}

void metrics_free(struct metrics *metrics)
{
    if (metrics == NULL)
        return;
    free(metrics->rows);
    free(metrics);
}

void metrics_note(struct metrics *metrics, const struct route *route, unsigned status,
        uint64_t took_us)
{
    struct row *row =
            &metrics->rows[route == NULL ? N_ROUTES : (size_t)(route - ROUTES)];
    size_t at = 0;
    while (at + 1 < COUNT_OF(STATUSES) && STATUSES[at] != status)
        at++;
    row->by_status[at]++;
    if (took_us == 0)
        return;
    row->n_timed++;
    row->took_us += took_us;
    for (size_t i = 0; i < COUNT_OF(BUCKETS); i++)
        if (took_us <= BUCKETS[i].most_us)
            row->in_bucket[i]++;
}

/* --- as text --- */

static const char *operation(size_t i)
{
    return i < N_ROUTES ? ROUTES[i].id : "none";
}

static void put_head(FILE *out, const char *name, const char *type, const char *help)
{
    fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void put_requests(FILE *out, const struct metrics *metrics)
{
    put_head(out, PREFIX "requests_total", "counter",
            "Requests by operation and status; other: none of the usual ones, or the "
            "client went away.");
    for (size_t i = 0; i <= N_ROUTES; i++) {
        for (size_t k = 0; k < COUNT_OF(STATUSES); k++) {
            char status[16] = "other";
            if (metrics->rows[i].by_status[k] == 0)
                continue;
            if (STATUSES[k] != 0)
                snprintf(status, sizeof status, "%u", STATUSES[k]);
            fprintf(out, PREFIX "requests_total{operation=\"%s\",status=\"%s\"} %llu\n",
                    operation(i), status,
                    (unsigned long long)metrics->rows[i].by_status[k]);
        }
    }
}

static void put_times(FILE *out, const struct metrics *metrics)
{
    static const char NAME[] = PREFIX "request_seconds";
    put_head(out, NAME, "histogram", "From the head of a request to its answer.");
    for (size_t i = 0; i <= N_ROUTES; i++) {
        const struct row *row = &metrics->rows[i];
        if (row->n_timed == 0)
            continue;
        for (size_t k = 0; k < COUNT_OF(BUCKETS); k++)
            fprintf(out, "%s_bucket{operation=\"%s\",le=\"%s\"} %llu\n", NAME,
                    operation(i), BUCKETS[k].label,
                    (unsigned long long)row->in_bucket[k]);
        fprintf(out, "%s_bucket{operation=\"%s\",le=\"+Inf\"} %llu\n", NAME,
                operation(i), (unsigned long long)row->n_timed);
        fprintf(out, "%s_sum{operation=\"%s\"} %.6f\n", NAME, operation(i),
                (double)row->took_us / US_A_SECOND);
        fprintf(out, "%s_count{operation=\"%s\"} %llu\n", NAME, operation(i),
                (unsigned long long)row->n_timed);
    }
}

static void put_now(FILE *out, const struct metrics_now *now)
{
    const struct {
        const char *name, *type, *help;
        uint64_t value;
    } LINES[] = {
            {PREFIX "node_up",                "gauge",   "Does the node answer?",             now->node_up          },
            {PREFIX "connections",            "gauge",   "Connections of clients.",
             now->connections                                                                                       },
            {PREFIX "streams",                "gauge",   "Clients that follow events.",       now->streams          },
            {PREFIX "questions",              "gauge",   "Questions that wait for the node.",
             now->questions                                                                                         },
            {PREFIX "webhooks",               "gauge",   "Webhooks that there are.",          now->webhooks         },
            {PREFIX "webhooks_disabled",      "gauge",
             "Webhooks that were switched off by a fault.",                                   now->webhooks_disabled},
            {PREFIX "webhooks_failing",       "gauge",
             "Webhooks whose receiver is tried in vain.",                                     now->webhooks_failing },
            {PREFIX "webhook_arrived_total",  "counter",
             "Webhook messages that arrived.",                                                now->messages_arrived },
            {PREFIX "webhook_failures_total", "counter",
             "Tries of webhook messages in vain.",                                            now->messages_failed  },
    };
    for (size_t i = 0; i < COUNT_OF(LINES); i++) {
        put_head(out, LINES[i].name, LINES[i].type, LINES[i].help);
        fprintf(out, "%s %llu\n", LINES[i].name, (unsigned long long)LINES[i].value);
    }
}

char *metrics_text(const struct metrics *metrics, const struct metrics_now *now,
        size_t *len)
{
    char *text = NULL;
    FILE *out = open_memstream(&text, len);
    if (out == NULL)
        return NULL;
    put_requests(out, metrics);
    put_times(out, metrics);
    put_now(out, now);
    if (fclose(out) == 0)
        return text;
    free(text);
    return NULL;
}
