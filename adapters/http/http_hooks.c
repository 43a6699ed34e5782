/* http_hooks.c - requests about webhooks: the node says whose token it is and what it
 * may, and the rest is done here. */
#include <string.h>

#include "adapters/http/http_inner.h"

enum { WORD_BYTES = 40 };

/* "referral:read" of "referral_read". */
static bool names_scope(const char *word, size_t len, enum scope scope)
{
    char name[WORD_BYTES];
    size_t n = strlen(scope_name(scope));
    if (n != len || n >= sizeof name)
        return false;
    memcpy(name, word, len);
    char *colon = memchr(name, ':', len);
    if (colon != NULL)
        *colon = '_';
    return memcmp(name, scope_name(scope), n) == 0;
}

static bool has_scope(const struct token_shown *token, enum scope scope)
{
    for (size_t i = 0; i < token->n_scopes; i++)
        if (token->scopes[i] == scope)
            return true;
    return false;
}

/* One of those of the row. */
static bool may(const struct route *route, const struct token_shown *token)
{
    const char *at = route->scopes;
    while (*at != '\0') {
        size_t len = strcspn(at, " ");
        for (size_t i = 0; i < token->n_scopes; i++)
            if (names_scope(at, len, token->scopes[i]))
                return true;
        at += len + strspn(at + len, " ");
    }
    return false;
}

static void on_token(void *self, const struct reply *reply)
{
    struct call *call = self;
    struct http *http = call->http;
    struct request request;
    struct reply ours;
    struct err err = {.code = CODE_OK};
    call->ask = NULL;
    if (reply == NULL || reply->token == NULL) {
        call_reply(call, reply);
        return;
    }
    const struct reply no = {.v = 1, .code = code_name(E_SCOPE)};
    if (!may(call->route, reply->token)) {
        call_reply(call, &no);
        return;
    }
    hooks_told(http->hooks, reply->token->newest);
    if (!call_build(call, &request))
        return;
    const struct hooks_caller caller = {.name = reply->token->name,
            .token = call->token,
            .admin = has_scope(reply->token, SCOPE_ADMIN)};
    if (hooks_do(http->hooks, &caller, &request, call->lang, &http->work, &ours, &err))
        call_reply(call, &ours);
    else
        loop_die(http->loop, &err);
}

void hooks_ask(struct call *call)
{
    struct http *http = call->http;
    const struct show_token show = {.quiet = false};
    const struct request request = {.token_show = &show, .token = call->token};
    struct err err = {.code = CODE_OK};
    if (!call_note_running(call))
        return;
    call->ask =
            asks_put(http->asks, &request, loop_now(http->loop), on_token, call, &err);
    if (call->ask == NULL)
        call_cannot(call, &err);
}
