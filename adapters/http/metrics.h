/* metrics.h - what the API counts about itself, as text for Prometheus (exposition
 * format 0.0.4). Labels are operations of the table, statuses and words of ours:
 * nothing of an address, a token or a person. */
#ifndef ADAPTERS_HTTP_METRICS_H
#define ADAPTERS_HTTP_METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

struct route;
struct metrics;

MUST_USE struct metrics *metrics_new(struct err *err);
void metrics_free(struct metrics *metrics);

/* One request is over: its row (NULL: it had none), the status that was answered (0: it
 * went away before), and how long that took; 0: a stream, which has no such time. */
void metrics_note(struct metrics *metrics, const struct route *route, unsigned status,
        uint64_t took_us);

/* What stands besides, as it is now. */
struct metrics_now {
    bool node_up;
    size_t connections, streams, questions;
    size_t webhooks, webhooks_disabled, webhooks_failing;
    uint64_t messages_arrived, messages_failed; /* tries */
};
/* All of it, on the heap; NULL: no memory. */
char *metrics_text(const struct metrics *metrics, const struct metrics_now *now,
        size_t *len);

#endif
