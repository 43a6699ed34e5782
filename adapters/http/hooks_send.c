/* hooks_send.c - messages of webhooks on their way, and when they are sent again. */
#include <stdio.h>

#include "adapters/http/hooks_inner.h"
#include "adapters/http/sign.h"
#include "core/hash.h"

enum {
    ARENA_BYTES = 64 * 1024,
    HEADER_BYTES = 200,
    ROOM_LOOK_MS = 1000,
    GONE = 410,
    BUSY = 503,
    TOO_MANY = 429,
    PART_MOST = 5, /* a wait gets up to a fifth longer, so that not all come at once */
};

/* --- what comes of one --- */

/* How long to wait after that many failures; behind the last one as long again. */
static int64_t wait_ms(const struct hooks *hooks, uint64_t failures)
{
    const struct http_conf *conf = hooks->conf;
    size_t at = failures <= conf->n_retries ? (size_t)failures : conf->n_retries;
    if (at == 0)
        return TIME_MINUTE_MS;
    int64_t wait = time_after(0, conf->retries[at - 1]);
    uint32_t most = wait > UINT32_MAX ? UINT32_MAX : (uint32_t)wait;
    return wait + hash_random_below(most / PART_MOST + 1);
}

static int64_t asked_ms(const struct post_result *result)
{
    static const int64_t DAY_S = TIME_DAY_MS / TIME_SECOND_MS;
    int64_t asked_s = result->retry_after_s < DAY_S ? result->retry_after_s : DAY_S;
    return asked_s > 0 ? asked_s * TIME_SECOND_MS : 0;
}

static bool arrived(struct hook *hook, const struct flight *flight, int64_t now_ms,
        struct err *err)
{
    bool was_down = hook->failures >= HOOK_DOWN_AFTER;
    hook->hooks->n_arrived++;
    hook->failures = 0;
    hook->failing_ms = hook->quiet_ms = 0;
    hook->delivered_ms = now_ms;
    /* It is back: what was put off because of that need not wait any longer. */
    return message_arrived(hook, flight->message, err) &&
           (!was_down || message_all_now(hook, false, now_ms, err)) &&
           hook_save(hook, err);
}

static bool not_arrived(struct hook *hook, const struct flight *flight,
        const struct post_result *result, int64_t now_ms, struct err *err)
{
    struct hooks *hooks = hook->hooks;
    uint32_t tries = flight->tries + 1;
    int64_t asked = asked_ms(result);
    int64_t wait = wait_ms(hooks, tries);
    bool failed = tries > hooks->conf->n_retries;
    hooks->n_failures++;
    hook->failures++;
    if (hook->failing_ms == 0)
        hook->failing_ms = now_ms;
    if (hook->failures >= HOOK_DOWN_AFTER)
        hook->quiet_ms = now_ms + wait_ms(hooks, hook->failures - HOOK_DOWN_AFTER + 1);
    if ((result->status == BUSY || result->status == TOO_MANY) &&
            now_ms + asked > hook->quiet_ms)
        hook->quiet_ms = now_ms + asked;
    if (!message_again(hook, flight->message, tries,
                now_ms + (wait > asked ? wait : asked), failed, result, err))
        return false;
    int64_t give_up_ms = time_after(hook->failing_ms, hooks->conf->webhook_give_up);
    if (result->status == GONE)
        return hook_disable(hook, HOOK_REASON_GONE, err);
    if (now_ms >= give_up_ms)
        return hook_disable(hook, HOOK_REASON_FAILING, err);
    return hook_save(hook, err);
}

static void on_done(void *self, const struct post_result *result)
{
    struct flight *flight = self;
    struct hook *hook = flight->hook;
    struct hooks *hooks = hook->hooks;
    struct flight done = *flight;
    struct err err = {.code = CODE_OK};
    int64_t now_ms = loop_now(hooks->loop);
    *flight = (struct flight){.hook = NULL};
    hook->n_flights--;
    hook->status = result->status;
    snprintf(hook->fault, sizeof hook->fault, "%s", result->fault);
    bool ok = result->fault[0] == '\0' ? arrived(hook, &done, now_ms, &err)
                                       : not_arrived(hook, &done, result, now_ms, &err);
    if (result->fault[0] != '\0')
        log_info(hooks->log, now_ms, "webhook_failed", "number=%llu status=%u fault=%s",
                (unsigned long long)hook->number, result->status, result->fault);
    hooks->dirty = true;
    if (!ok)
        hooks_fail(hooks, &err);
}

/* --- sending --- */

static bool flies(const struct hook *hook, uint64_t message)
{
    for (size_t i = 0; i < POSTS_MAX; i++)
        if (hook->hooks->flights[i].hook == hook &&
                hook->hooks->flights[i].message == message)
            return true;
    return false;
}

static struct flight *free_flight(struct hooks *hooks)
{
    for (size_t i = 0; i < POSTS_MAX; i++)
        if (hooks->flights[i].hook == NULL)
            return &hooks->flights[i];
    return NULL;
}

/* False: there is no place for it now. */
static bool start(struct hook *hook, const struct hook_message *message, int64_t now_ms)
{
    struct hooks *hooks = hook->hooks;
    struct flight *flight = free_flight(hooks);
    int64_t now_s = now_ms / TIME_SECOND_MS;
    char id[HEADER_BYTES], at[HEADER_BYTES], signature[HEADER_BYTES];
    char ours[SIGN_TEXT_BYTES], old[SIGN_TEXT_BYTES] = "";
    const char *const headers[] = {"Content-Type: application/cloudevents+json", id, at,
            signature};
    if (flight == NULL)
        return false;
    sign_message(&hook->secret, message->id, now_s, message->body, ours);
    if (hook->old_until_ms > now_ms)
        sign_message(&hook->old_secret, message->id, now_s, message->body, old);
    snprintf(id, sizeof id, "webhook-id: %s", message->id);
    snprintf(at, sizeof at, "webhook-timestamp: %lld", (long long)now_s);
    snprintf(signature, sizeof signature, "webhook-signature: %s%s%s", ours,
            old[0] == '\0' ? "" : " ", old);
    *flight = (struct flight){.hook = hook,
            .message = message->number,
            .tries = message->tries};
    flight->post = posts_put(hooks->posts, hook->url, headers, COUNT_OF(headers),
            message->body, on_done, flight);
    if (flight->post != NULL)
        hook->n_flights++;
    else
        flight->hook = NULL;
    return flight->post != NULL;
}

static bool start_some(struct hook *hook, int64_t now_ms, struct arena *arena,
        struct err *err)
{
    struct hook_message messages[2 * HOOK_FLIGHTS_MAX];
    size_t n;
    /* Who is down is tried with one message, not with all. */
    size_t most = hook->failures >= HOOK_DOWN_AFTER ? 1 : HOOK_FLIGHTS_MAX;
    if (hook->n_flights >= most)
        return true;
    if (!message_next(hook, now_ms, arena, messages, COUNT_OF(messages), &n, err))
        return false;
    for (size_t i = 0; i < n && hook->n_flights < most; i++)
        if (!flies(hook, messages[i].number) && !start(hook, &messages[i], now_ms))
            break;
    return true;
}

bool hook_send(struct hook *hook, int64_t now_ms, int64_t *due_ms, struct err *err)
{
    /* What seems to be so late was put off before the clock went back. */
    static const int64_t LONGEST_MS = (int64_t)TIME_LENGTH_DAYS_MAX * TIME_DAY_MS;
    bool quiet = hook->quiet_ms > now_ms && hook->quiet_ms <= now_ms + LONGEST_MS;
    int64_t due;
    if (!quiet) {
        struct arena arena = arena_new(ARENA_BYTES);
        bool ok = arena.at != NULL ? start_some(hook, now_ms, &arena, err)
                                   : err_set(err, ERR_NOMEM, "no memory for messages");
        arena_free(&arena);
        if (!ok)
            return false;
    }
    if (!message_due(hook, &due, err))
        return false;
    if (quiet && due != 0 && due < hook->quiet_ms)
        due = hook->quiet_ms;
    /* What could be sent and was not waits for one that is on its way, or for room. */
    if (due != 0 && due <= now_ms)
        due = hook->n_flights > 0 ? 0 : now_ms + ROOM_LOOK_MS;
    *due_ms = due;
    return true;
}

void hook_drop_flights(struct hook *hook)
{
    for (size_t i = 0; i < POSTS_MAX; i++) {
        struct flight *flight = &hook->hooks->flights[i];
        if (flight->hook != hook)
            continue;
        post_drop(flight->post);
        *flight = (struct flight){.hook = NULL};
    }
    hook->n_flights = 0;
}
