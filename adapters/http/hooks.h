/* hooks.h - webhooks: events of the node that are sent to other programs until they
 * have arrived.
 *
 * What was asked for, what waits and how far the journal of the node was read lie in
 * http.db, and are there before anybody hears of them. A message is sent at least once,
 * each time with the same webhook-id; those of one referral in their order. Events are
 * read with the token that made the webhook, so that it hears what that token may. */
#ifndef ADAPTERS_HTTP_HOOKS_H
#define ADAPTERS_HTTP_HOOKS_H

#include "adapters/http/ask.h"
#include "adapters/http/conf.h"
#include "core/code.h"
#include "core/log.h"

enum {
    HOOKS_MAX = 32,        /* webhooks */
    HOOK_QUEUE_MAX = 1000, /* messages of one that wait here; the rest in the journal */
    HOOK_FLIGHTS_MAX = 4,  /* messages of one on their way at a time */
    HOOK_DOWN_AFTER = 3,   /* failures in a row: from then on one at a time tries */
    HOOK_OVERLAP_HOURS = 24, /* an old secret signs as well, when nothing is said */
    HOOK_OVERLAP_HOURS_MAX = 168,
    HOOK_KEPT_DAYS = 30, /* the first answer to an idempotency key */
};

struct hooks;

MUST_USE struct hooks *hooks_new(const struct http_conf *conf, struct loop *loop,
        struct asks *asks, struct log *log, struct err *err);
void hooks_free(struct hooks *hooks);

/* There are newer events than that. */
void hooks_told(struct hooks *hooks, uint64_t newest);
/* At the end of a turn: read, send, commit; *due_ms is when to come again (0: only when
 * something happens). False: the store failed, and the program ends. */
MUST_USE bool hooks_turn(struct hooks *hooks, int64_t now_ms, int64_t *due_ms,
        struct err *err);

/* Who asks, as the node knows its token. */
struct hooks_caller {
    const char *name, *token;
    bool admin; /* sees those of others too */
};
/* Answer one question about webhooks; committed before it returns. What the reply
 * points to lies in the arena. False: the store failed. */
MUST_USE bool hooks_do(struct hooks *hooks, const struct hooks_caller *caller,
        const struct request *request, enum lang lang, struct arena *arena,
        struct reply *reply, struct err *err);

/* How many were switched off by what went wrong, and how many are failing now. */
struct hooks_count {
    size_t all, disabled, failing;
    uint64_t arrived, failures; /* messages since the start, and tries in vain */
    bool disk_low;
};
struct hooks_count hooks_count(const struct hooks *hooks);

#endif
