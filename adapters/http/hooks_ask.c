/* hooks_ask.c - what is asked about webhooks: made, changed, ended, sent again. */
#include <stdio.h>

#include "adapters/http/hooks_asking.h"
#include "core/hash.h"
#include "core/wire.h"

/* --- what is said of one --- */

static struct hook *free_place(struct asking *asking)
{
    for (size_t i = 0; i < HOOKS_MAX; i++)
        if (asking->hooks->of[i].number == 0)
            return &asking->hooks->of[i];
    asking_wrong(asking, HOOK_FAULT_MANY);
    return NULL;
}

static bool url_is_good(const char *url, enum hook_fault *fault)
{
    static const enum hook_fault FAULTS[] = {
            [POST_URL_UNREADABLE] = HOOK_FAULT_URL,
            [POST_URL_OPEN] = HOOK_FAULT_URL_OPEN,
    };
    enum post_url_fault found = post_url_check(url);
    *fault = FAULTS[found];
    return found == POST_URL_GOOD;
}

/* Its place and not the address itself, which may have a password in it. */
bool hooks_check_urls(const struct http_conf *conf, struct err *err)
{
    const char *list = conf->webhook_urls;
    struct span one;
    for (unsigned n = 1; http_conf_next(&list, &one); n++) {
        char url[HTTP_URLS_BYTES];
        enum hook_fault fault;
        snprintf(url, sizeof url, "%.*s", (int)one.len, (const char *)one.at);
        if (!url_is_good(url, &fault))
            return err_set(err, ERR_CONFIG, "%s/http.conf: webhook_urls: number %u %s",
                    conf->home, n, hook_fault_words(fault, LANG_EN));
    }
    return true;
}

/* False: it was refused. */
static bool take_url(struct asking *asking, const char *url, struct hook *hook)
{
    enum hook_fault fault;
    if (!url_is_good(url, &fault))
        return !asking_wrong(asking, fault);
    if (!http_conf_knows_url(asking->hooks->conf, url))
        return !asking_wrong(asking, HOOK_FAULT_URL_LIST);
    snprintf(hook->url, sizeof hook->url, "%s", url);
    return true;
}

static bool type_is_good(const char *type)
{
    size_t len = strspn(type, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                              "0123456789.");
    bool all = type[len] == '*' && len > 0;
    return len + (all ? 1 : 0) == strlen(type) && type[0] != '\0';
}

static bool take_types(struct asking *asking, const char *const *types, size_t n,
        struct hook *hook)
{
    size_t len = 0;
    hook->types[0] = '\0';
    for (size_t i = 0; i < n; i++) {
        if (!type_is_good(types[i]))
            return !asking_wrong(asking, HOOK_FAULT_TYPES);
        len += (size_t)snprintf(hook->types + len, sizeof hook->types - len, "%s%s",
                i == 0 ? "" : " ", types[i]);
    }
    return true;
}

/* --- changing --- */

/* Into the store, and then into memory; the answer is made of what lies there. */
static bool store(struct asking *asking, struct hook *hook, const struct hook *changed,
        bool secret)
{
    struct hook copy = *changed;
    if (!hook_save(&copy, asking->err))
        return false;
    *hook = copy;
    asking->hooks->dirty = true;
    return asking_answer(asking, hook, secret);
}

static bool make(struct asking *asking)
{
    const struct new_webhook *asked = asking->request->webhook_new;
    struct hooks *hooks = asking->hooks;
    struct hook *place = free_place(asking);
    struct hook made = {.hooks = hooks, .cursor = hooks->newest, .behind = true};
    if (place == NULL || !take_url(asking, asked->url, &made) ||
            !take_types(asking, asked->types, asked->n_types, &made))
        return true;
    snprintf(made.owner, sizeof made.owner, "%s", asking->caller->name);
    snprintf(made.token, sizeof made.token, "%s", asking->caller->token);
    made.made_ms = asking->now_ms;
    hash_random(&made.secret, sizeof made.secret);
    if (!db_begin(hooks->db, asking->err) || !hook_insert(hooks, &made, asking->err))
        return false;
    *place = made;
    hooks->dirty = true;
    return asking_answer(asking, place, true);
}

static bool show_one(struct asking *asking)
{
    const struct hook *hook =
            asking_find(asking, asking->request->webhook_show->number);
    return hook == NULL || asking_answer(asking, hook, false);
}

/* Its own application, with perhaps a new token, says that it goes on. */
static void enable(const struct asking *asking, struct hook *hook)
{
    if (strcmp(hook->owner, asking->caller->name) == 0)
        snprintf(hook->token, sizeof hook->token, "%s", asking->caller->token);
    hook->off = HOOK_REASON_NONE;
    hook->failures = 0;
    hook->failing_ms = hook->quiet_ms = 0;
    hook->behind = true;
}

static bool change(struct asking *asking)
{
    const struct change_webhook *asked = asking->request->webhook_change;
    struct hook *hook = asking_find(asking, asked->number);
    if (hook == NULL)
        return true;
    struct hook changed = *hook;
    bool on = strcmp(asked->state, "enabled") == 0;
    bool off = strcmp(asked->state, "disabled") == 0;
    if (asked->state[0] != '\0' && !on && !off)
        return asking_wrong(asking, HOOK_FAULT_STATE);
    if (asked->url[0] != '\0' && !take_url(asking, asked->url, &changed))
        return true;
    if ((asked->n_types > 0 || asked->all_types) &&
            !take_types(asking, asked->types, asked->n_types, &changed))
        return true;
    if (on && !http_conf_knows_url(asking->hooks->conf, changed.url))
        return asking_wrong(asking, HOOK_FAULT_URL_LIST);
    if (on) {
        enable(asking, &changed);
        if (!message_all_now(hook, false, asking->now_ms, asking->err))
            return false;
    }
    if (off) {
        hook_drop_flights(hook);
        changed.n_flights = 0;
        changed.off = HOOK_REASON_BY_HAND;
    }
    return store(asking, hook, &changed, false);
}

static bool end(struct asking *asking)
{
    struct hooks *hooks = asking->hooks;
    struct hook *hook = asking_find(asking, asking->request->webhook_end->number);
    struct made *made = asking_take(asking, sizeof *made);
    if (hook == NULL)
        return true;
    if (made == NULL)
        return false;
    hook_drop_flights(hook);
    if (hook->ask != NULL)
        asked_forget(hook->ask);
    if (!hook_delete(hook, asking->err))
        return false;
    hash_wipe(hook, sizeof *hook);
    hook->hooks = hooks;
    *made = (struct made){.state = "ended", .text = ""};
    asking->reply->made = made;
    return true;
}

static bool renew_secret(struct asking *asking)
{
    const struct renew_webhook_secret *asked = asking->request->webhook_secret;
    struct hook *hook = asking_find(asking, asked->number);
    if (hook == NULL)
        return true;
    if (asked->overlap_hours > HOOK_OVERLAP_HOURS_MAX)
        return asking_wrong(asking, HOOK_FAULT_OVERLAP);
    struct hook changed = *hook;
    int64_t hours =
            asked->overlap_hours == 0 ? HOOK_OVERLAP_HOURS : asked->overlap_hours;
    changed.old_secret = hook->secret;
    changed.old_until_ms = asking->now_ms + hours * TIME_HOUR_MS;
    hash_random(&changed.secret, sizeof changed.secret);
    return store(asking, hook, &changed, true);
}

static bool replay(struct asking *asking)
{
    const struct replay_webhook *asked = asking->request->webhook_replay;
    struct hook *hook = asking_find(asking, asked->number);
    if (hook == NULL)
        return true;
    if ((asked->from_event != 0) + (asked->since_ms != 0) + (asked->failed ? 1 : 0) !=
            1)
        return asking_wrong(asking, HOOK_FAULT_REPLAY);
    struct hook changed = *hook;
    changed.behind = true;
    if (asked->from_event != 0 && asked->from_event - 1 < hook->cursor)
        changed.cursor = asked->from_event - 1;
    if (asked->since_ms != 0)
        changed.since_ms =
                asked->since_ms > INT64_MAX ? INT64_MAX : (int64_t)asked->since_ms;
    /* What is being read now was asked for before. */
    if (hook->ask != NULL && !asked->failed) {
        asked_forget(hook->ask);
        changed.ask = NULL;
    }
    if (asked->failed && !message_all_now(hook, true, asking->now_ms, asking->err))
        return false;
    return store(asking, hook, &changed, false);
}

static bool test(struct asking *asking)
{
    struct hook *hook = asking_find(asking, asking->request->webhook_test->number);
    return hook == NULL || (hook_tell(hook, hook->number, "tested", asking->err) &&
                                   asking_answer(asking, hook, false));
}

/* --- one question --- */

static bool handle(struct asking *asking)
{
    const struct request *request = asking->request;
    if (request->webhook_list != NULL)
        return asking_list(asking);
    if (request->webhook_show != NULL)
        return show_one(asking);
    if (request->webhook_messages != NULL)
        return asking_list_messages(asking);
    if (asking->hooks->disk_low)
        return asking_refuse(asking, E_DISK);
    if (request->webhook_new != NULL)
        return make(asking);
    if (request->webhook_change != NULL)
        return change(asking);
    if (request->webhook_end != NULL)
        return end(asking);
    if (request->webhook_secret != NULL)
        return renew_secret(asking);
    if (request->webhook_replay != NULL)
        return replay(asking);
    return request->webhook_test != NULL ? test(asking)
                                         : asking_refuse(asking, E_NOT_FOUND);
}

/* The wish as it stands on a wire, with a hash over what is wanted: which attempt it is
 * with which token and in which language does not count. What was not said is there,
 * and empty. */
static bool settle_wish(struct asking *asking, struct request *settled,
        struct key32 *hash)
{
    struct request wish = *asking->request;
    struct span bytes;
    wish.v = 1;
    wish.token = wish.lang = "";
    memset(&wish.request_id, 1, sizeof wish.request_id);
    if (!wire_put_arena(&WIRE_REQUEST, &wish, asking->arena, &bytes, asking->err) ||
            !wire_get(&WIRE_REQUEST, bytes, asking->arena, settled, asking->err))
        return false;
    *hash = hash_sha256_one(bytes);
    asking->request = settled;
    return true;
}

/* The first answer again, or a new one that is kept. */
static bool handle_once(struct asking *asking, const struct key32 *hash)
{
    struct hooks *hooks = asking->hooks;
    const char *key = asking->request->idempotency_key;
    struct key32 first;
    struct span bytes;
    if (!kept_get(hooks, asking->caller->name, key, asking->arena, &first, &bytes,
                asking->err))
        return false;
    if (bytes.at != NULL && !key32_equal(&first, hash))
        return asking_refuse(asking, E_ID_REUSE);
    if (bytes.at != NULL)
        return wire_get(&WIRE_REPLY, bytes, asking->arena, asking->reply, asking->err);
    if (!handle(asking))
        return false;
    if (asking->reply->code != NULL && asking->reply->code[0] != '\0')
        return true;
    return wire_put_arena(&WIRE_REPLY, asking->reply, asking->arena, &bytes,
                   asking->err) &&
           kept_put(hooks, asking->caller->name, key, hash, bytes, asking->now_ms,
                   asking->err);
}

bool hooks_do(struct hooks *hooks, const struct hooks_caller *caller,
        const struct request *request, enum lang lang, struct arena *arena,
        struct reply *reply, struct err *err)
{
    struct asking asking = {hooks, caller, request, lang, arena, reply,
            loop_now(hooks->loop), err};
    struct request settled;
    struct key32 hash;
    *reply = (struct reply){.v = 1, .code = "", .sentence = ""};
    memset(&reply->request_id, 1, sizeof reply->request_id);
    /* What has no place on a wire cannot be wished for. */
    if (!settle_wish(&asking, &settled, &hash))
        return asking_refuse(&asking, err->code);
    bool once = settled.idempotency_key[0] != '\0';
    return (once ? handle_once(&asking, &hash) : handle(&asking)) &&
           db_commit(hooks->db, err);
}
