/* hooks.c - webhooks from turn to turn: reading the journal of the node, switching off
 * what does not work. */
#include "adapters/http/hooks_inner.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/hash.h"

enum {
    PAGE = 200,
    READ_AGAIN_MS = 1000, /* when the node did not answer */
    ROOM_LOOK_MS = 10000,
};
#define OWN_TYPE "be.buurtbus.v1.webhookEndpoints.notify."

const char *hook_reason_word(enum hook_reason reason)
{
    static const char *const WORDS[N_HOOK_REASONS] = {
#define X(name, word) word,
            HOOK_REASONS(X)
#undef X
    };
    return WORDS[reason];
}

void hooks_fail(struct hooks *hooks, const struct err *err)
{
    if (!hooks->failed)
        hooks->err = *err;
    hooks->failed = true;
}

static int64_t now_of(const struct hook *hook)
{
    return loop_now(hook->hooks->loop);
}

/* --- what it wants --- */

/* "referrals.*" wants all that begins with "referrals.". */
static bool type_fits(const char *wanted, size_t len, const char *type)
{
    if (len > 1 && wanted[len - 1] == '*')
        return strncmp(wanted, type, len - 1) == 0;
    return strlen(type) == len && memcmp(wanted, type, len) == 0;
}

bool hook_wants(const struct hook *hook, const char *type)
{
    const char *at = hook->types;
    while (*at != '\0') {
        size_t len = strcspn(at, " ");
        if (type_fits(at, len, type))
            return true;
        at += len + strspn(at + len, " ");
    }
    return hook->types[0] == '\0';
}

bool hook_tell(struct hook *hook, uint64_t about, const char *word, struct err *err)
{
    struct hook_message message = {.event = 0};
    struct event_names names;
    uint32_t random;
    int64_t now_ms = now_of(hook);
    hash_random(&random, sizeof random);
    snprintf(message.id, sizeof message.id, "hook_%llu_%lld_%08x",
            (unsigned long long)about, (long long)now_ms, random);
    snprintf(names.type, sizeof names.type, OWN_TYPE "%s", word);
    snprintf(names.subject, sizeof names.subject, "webhookEndpoints/%llu",
            (unsigned long long)about);
    char *body = json_answer_own_event(message.id, hook->hooks->partner, &names, about,
            now_ms);
    if (body == NULL)
        return true; /* no memory: it was only said besides */
    message.type = names.type;
    message.subject = names.subject;
    message.body = span_text(body);
    bool ok = message_insert(hook, &message, now_ms, err);
    free(body);
    hook->hooks->dirty = true;
    return ok;
}

bool hook_disable(struct hook *hook, enum hook_reason reason, struct err *err)
{
    struct hooks *hooks = hook->hooks;
    hook->off = reason;
    hook_drop_flights(hook);
    log_warn(hooks->log, now_of(hook), "webhook_disabled", "number=%llu reason=%s",
            (unsigned long long)hook->number, hook_reason_word(reason));
    if (!hook_save(hook, err))
        return false;
    for (size_t i = 0; i < HOOKS_MAX; i++) {
        struct hook *other = &hooks->of[i];
        bool hears = other->number != 0 && other != hook &&
                     other->off == HOOK_REASON_NONE &&
                     strcmp(other->owner, hook->owner) == 0 &&
                     hook_wants(other, OWN_TYPE "disabled");
        if (hears && !hook_tell(other, hook->number, "disabled", err))
            return false;
    }
    return true;
}

/* --- reading the journal --- */

static bool keep_event(struct hook *hook, const struct event_line *event,
        const char *partner, struct err *err)
{
    struct event_names names = json_answer_event_names(event);
    struct hook_message message = {.event = event->number,
            .type = names.type,
            .subject = names.subject};
    if (!hook_wants(hook, names.type))
        return true;
    char *body = json_answer_event(event, partner);
    if (body == NULL)
        return err_set(err, ERR_NOMEM, "no memory for an event");
    /* With its time: a store that was put back gives its numbers a second time. */
    snprintf(message.id, sizeof message.id, "event_%llu_%llu",
            (unsigned long long)event->number, (unsigned long long)event->at_ms);
    message.body = span_text(body);
    bool ok = message_insert(hook, &message, now_of(hook), err);
    free(body);
    return ok;
}

/* Does what was asked for by its time begin behind what was read? Between the two lies
 * what nobody was sent yet. */
static bool leaves_out(const struct hook *hook, const struct event_list *list)
{
    uint64_t before = list->n_events > 0 ? list->events[0].number - 1 : list->last;
    return hook->since_ms != 0 && before > hook->cursor;
}

static bool take_events(struct hook *hook, const struct event_list *list,
        struct err *err)
{
    struct hooks *hooks = hook->hooks;
    snprintf(hooks->partner, sizeof hooks->partner, "%s", list->partner);
    hooks_told(hooks, list->newest);
    if (leaves_out(hook, list)) {
        hook->since_ms = 0;
        hook->behind = hooks->dirty = true;
        return hook_save(hook, err);
    }
    for (size_t i = 0; i < list->n_events; i++)
        if (!keep_event(hook, &list->events[i], list->partner, err))
            return false;
    bool moved = hook->cursor != list->last || hook->since_ms != 0;
    /* The store of the node was put back to a copy, and what has happened since bears
     * numbers that were read before: it is found by its time. */
    bool put_back = hook->since_ms == 0 && list->newest < hook->cursor;
    hook->cursor = list->last;
    hook->since_ms = put_back && hook->last_ms != 0 ? hook->last_ms + 1 : 0;
    if (list->n_events > 0)
        hook->last_ms = (int64_t)list->events[list->n_events - 1].at_ms;
    hook->behind = list->more || list->last < hooks->newest;
    hooks->dirty = true;
    return !moved || hook_save(hook, err);
}

static void on_events(void *self, const struct reply *reply)
{
    struct hook *hook = self;
    struct err err = {.code = CODE_OK};
    bool ok = true;
    hook->ask = NULL;
    if (reply == NULL)
        return; /* asked again in a while */
    if (reply->events != NULL)
        ok = take_events(hook, reply->events, &err);
    else if (strcmp(reply->code, "E_AUTH") == 0 || strcmp(reply->code, "E_SCOPE") == 0)
        ok = hook_disable(hook, HOOK_REASON_TOKEN, &err);
    if (!ok)
        hooks_fail(hook->hooks, &err);
}

/* When to come again (0: nothing is to be read). */
static bool read_events(struct hook *hook, int64_t now_ms, int64_t *due_ms,
        struct err *err)
{
    struct hooks *hooks = hook->hooks;
    uint64_t waiting, failed;
    *due_ms = 0;
    if (hook->ask != NULL || (!hook->behind && hook->since_ms == 0))
        return true;
    if (!message_count(hook, &waiting, &failed, err))
        return false;
    if (waiting + PAGE > HOOK_QUEUE_MAX)
        return true; /* the journal keeps them until some of these have arrived */
    bool back = hook->since_ms != 0;
    const struct list_events list = {.after = back ? 0 : hook->cursor,
            .since_ms = (uint64_t)hook->since_ms,
            .limit = PAGE};
    const struct request request = {.events = &list, .token = hook->token};
    struct err busy;
    *due_ms = now_ms + READ_AGAIN_MS;
    hook->ask = asks_put(hooks->asks, &request, now_ms, on_events, hook, &busy);
    return true;
}

void hooks_told(struct hooks *hooks, uint64_t newest)
{
    if (newest == hooks->newest)
        return;
    hooks->newest = newest;
    for (size_t i = 0; i < HOOKS_MAX; i++)
        if (hooks->of[i].number != 0 && hooks->of[i].cursor != newest)
            hooks->of[i].behind = hooks->dirty = true;
}

/* --- turns --- */

static int64_t earlier(int64_t a, int64_t b)
{
    return a == 0 || (b != 0 && b < a) ? b : a;
}

static bool work(struct hooks *hooks, int64_t now_ms, struct err *err)
{
    hooks->due_ms = 0;
    hooks->disk_low = db_room(hooks->db) < HOOK_ROOM_MIN;
    for (size_t i = 0; i < HOOKS_MAX; i++) {
        struct hook *hook = &hooks->of[i];
        int64_t read_ms = 0, send_ms = 0;
        if (hook->number == 0 || hook->off != HOOK_REASON_NONE)
            continue;
        /* What cannot be written down must not happen. */
        if (hooks->disk_low) {
            hooks->due_ms = now_ms + ROOM_LOOK_MS;
            break;
        }
        if (!read_events(hook, now_ms, &read_ms, err) ||
                !hook_send(hook, now_ms, &send_ms, err))
            return false;
        hooks->due_ms = earlier(hooks->due_ms, earlier(read_ms, send_ms));
    }
    return true;
}

bool hooks_turn(struct hooks *hooks, int64_t now_ms, int64_t *due_ms, struct err *err)
{
    int64_t posts_ms = posts_turn(hooks->posts, now_ms);
    bool due = hooks->dirty || (hooks->due_ms != 0 && hooks->due_ms <= now_ms);
    if (hooks->failed) {
        *err = hooks->err;
        return false;
    }
    if (due) {
        hooks->dirty = false;
        if (!work(hooks, now_ms, err))
            return false;
        posts_ms = posts_turn(hooks->posts, now_ms);
    }
    if (!db_commit(hooks->db, err))
        return false;
    *due_ms = earlier(hooks->dirty ? now_ms : hooks->due_ms, posts_ms);
    return true;
}

struct hooks_count hooks_count(const struct hooks *hooks)
{
    struct hooks_count count = {.disk_low = hooks->disk_low,
            .arrived = hooks->n_arrived,
            .failures = hooks->n_failures};
    for (size_t i = 0; i < HOOKS_MAX; i++) {
        const struct hook *hook = &hooks->of[i];
        if (hook->number == 0)
            continue;
        count.all++;
        if (hook->off != HOOK_REASON_NONE && hook->off != HOOK_REASON_BY_HAND)
            count.disabled++;
        else if (hook->failures >= HOOK_DOWN_AFTER)
            count.failing++;
    }
    return count;
}

/* --- from start to end --- */

/* The administrator may have taken an address away since it was asked for. */
static bool check_listed(struct hooks *hooks, struct err *err)
{
    for (size_t i = 0; i < HOOKS_MAX; i++) {
        struct hook *hook = &hooks->of[i];
        if (hook->number != 0 && hook->off == HOOK_REASON_NONE &&
                !http_conf_knows_url(hooks->conf, hook->url) &&
                !hook_disable(hook, HOOK_REASON_NOT_LISTED, err))
            return false;
    }
    return db_commit(hooks->db, err);
}

struct hooks *hooks_new(const struct http_conf *conf, struct loop *loop,
        struct asks *asks, struct log *log, struct err *err)
{
    const struct post_settings settings = {
            .wait_ms = time_after(0, conf->webhook_wait),
            .private_addresses = conf->webhook_private,
            .ca = conf->webhook_ca,
            .agent = "buurtbus",
    };
    struct hooks *hooks = calloc(1, sizeof *hooks);
    if (hooks == NULL) {
        err_set(err, ERR_NOMEM, "no memory for webhooks");
        return NULL;
    }
    hooks->conf = conf;
    hooks->loop = loop;
    hooks->asks = asks;
    hooks->log = log;
    hooks->dirty = true;
    for (size_t i = 0; i < HOOKS_MAX; i++)
        hooks->of[i].hooks = hooks;
    hooks->posts = hooks_check_urls(conf, err) ? posts_new(loop, &settings, err) : NULL;
    if (hooks->posts != NULL && hooks_open(hooks, err) && check_listed(hooks, err))
        return hooks;
    hooks_free(hooks);
    return NULL;
}

void hooks_free(struct hooks *hooks)
{
    if (hooks == NULL)
        return;
    posts_free(hooks->posts);
    db_close(hooks->db);
    hash_wipe(hooks, sizeof *hooks);
    free(hooks);
}
