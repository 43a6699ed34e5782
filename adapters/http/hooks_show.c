/* hooks_show.c - webhooks as they are shown, to whom they may be; and saying no. */
#include "adapters/http/hooks_asking.h"
#include "adapters/http/sign.h"

enum { LIST_DEFAULT = 50, LIST_MAX = 200 };

/* --- saying no; it is an answer, so these are true --- */

bool asking_refuse(struct asking *asking, enum code code)
{
    asking->reply->code = code_name(code);
    return true;
}

static const struct {
    const char *field;
    const char *words[N_LANGS];
} FAULTS[] = {
/* clang-format off */
#define X(name, field, nl, fr, en) {field, {nl, fr, en}},
        HOOK_FAULTS(X)
#undef X
        /* clang-format on */
};

const char *hook_fault_words(enum hook_fault fault, enum lang lang)
{
    return FAULTS[fault].words[lang];
}

bool asking_wrong(struct asking *asking, enum hook_fault fault)
{
    struct issue *issue = arena_take(asking->arena, sizeof *issue);
    if (issue != NULL) {
        *issue = (struct issue){FAULTS[fault].field,
                hook_fault_words(fault, asking->lang)};
        asking->reply->issues = issue;
        asking->reply->n_issues = 1;
    }
    return asking_refuse(asking, E_FIELD);
}

void *asking_take(struct asking *asking, size_t len)
{
    void *taken = arena_take(asking->arena, len);
    if (taken == NULL)
        err_set(asking->err, ERR_NOMEM, "no room for an answer");
    return taken;
}

/* --- finding --- */

static bool may_see(const struct asking *asking, const struct hook *hook)
{
    return hook->number != 0 &&
           (asking->caller->admin || strcmp(hook->owner, asking->caller->name) == 0);
}

/* NULL: there is none that this caller may see. */
struct hook *asking_find(struct asking *asking, uint64_t number)
{
    for (size_t i = 0; i < HOOKS_MAX; i++) {
        struct hook *hook = &asking->hooks->of[i];
        if (hook->number == number && may_see(asking, hook))
            return hook;
    }
    asking_refuse(asking, E_NOT_FOUND);
    return NULL;
}

/* --- showing --- */

static bool show_types(struct asking *asking, const struct hook *hook,
        struct webhook *line)
{
    const char **types = asking_take(asking, HOOK_TYPES_MAX * sizeof *types);
    char *text = asking_take(asking, sizeof hook->types);
    if (types == NULL || text == NULL)
        return false;
    memcpy(text, hook->types, sizeof hook->types);
    line->types = types;
    for (char *at = text; *at != '\0' && line->n_types < HOOK_TYPES_MAX;) {
        types[line->n_types++] = at;
        at += strcspn(at, " ");
        if (*at != '\0')
            *at++ = '\0';
    }
    return true;
}

static bool show(struct asking *asking, const struct hook *hook, struct webhook *line)
{
    *line = (struct webhook){
            .number = hook->number,
            .owner = hook->owner,
            .url = hook->url,
            .state = hook->off == HOOK_REASON_NONE ? "enabled" : "disabled",
            .reason = hook_reason_word(hook->off),
            .secret = "",
            .old_secret_until_ms = hook->old_until_ms > asking->now_ms
                                           ? (uint64_t)hook->old_until_ms
                                           : 0,
            .made_ms = (uint64_t)hook->made_ms,
            .last_event = hook->cursor,
            .delivered_ms = (uint64_t)hook->delivered_ms,
            .failing_since_ms = (uint64_t)hook->failing_ms,
            .last_status = hook->status,
            .last_fault = hook->fault,
    };
    return show_types(asking, hook, line) &&
           message_count(hook, &line->waiting, &line->failed, asking->err);
}

/* secret: it is new, and this is the one time that it is said. */
bool asking_answer(struct asking *asking, const struct hook *hook, bool secret)
{
    struct webhook *line = asking_take(asking, sizeof *line);
    char *text = asking_take(asking, SIGN_SECRET_TEXT_BYTES);
    if (line == NULL || text == NULL || !show(asking, hook, line))
        return false;
    if (secret) {
        sign_secret_text(&hook->secret, text);
        line->secret = text;
    }
    asking->reply->webhook = line;
    return true;
}

bool asking_list(struct asking *asking)
{
    const struct list_webhooks *asked = asking->request->webhook_list;
    struct webhook_list *found = asking_take(asking, sizeof *found);
    struct webhook *lines = asking_take(asking, HOOKS_MAX * sizeof *lines);
    uint32_t limit = asked->limit == 0 ? LIST_DEFAULT : asked->limit;
    if (found == NULL || lines == NULL)
        return false;
    *found = (struct webhook_list){.webhooks = lines};
    /* Places are filled in any order, numbers ascend. */
    for (uint64_t after = asked->after;;) {
        const struct hook *next = NULL;
        for (size_t i = 0; i < HOOKS_MAX; i++) {
            const struct hook *hook = &asking->hooks->of[i];
            if (hook->number > after && may_see(asking, hook) &&
                    (next == NULL || hook->number < next->number))
                next = hook;
        }
        found->more = next != NULL && found->n_webhooks >= limit;
        if (next == NULL || found->more)
            break;
        if (!show(asking, next, &lines[found->n_webhooks++]))
            return false;
        after = next->number;
    }
    asking->reply->webhooks = found;
    return true;
}

bool asking_list_messages(struct asking *asking)
{
    const struct list_webhook_messages *asked = asking->request->webhook_messages;
    size_t limit = asked->limit == 0 ? LIST_DEFAULT : asked->limit;
    limit = limit > LIST_MAX ? LIST_MAX : limit;
    struct hook *hook = asking_find(asking, asked->number);
    struct webhook_message_list *found = asking_take(asking, sizeof *found);
    struct webhook_message *lines = asking_take(asking, (limit + 1) * sizeof *lines);
    size_t n;
    if (hook == NULL)
        return true;
    if (found == NULL || lines == NULL ||
            !message_list(hook, asked->after, asking->arena, lines, limit + 1, &n,
                    asking->err))
        return false;
    *found = (struct webhook_message_list){.messages = lines,
            .n_messages = n > limit ? limit : n,
            .more = n > limit};
    asking->reply->webhook_messages = found;
    return true;
}
