/* http_local.c - answers that need no question to the node. */
#include "adapters/http/http_inner.h"
#include "adapters/http/json_docs.h"
#include "adapters/http/json_openapi.h"

static void say_health(struct call *call, const struct health_report *report)
{
    struct response answer = {0};
    bool made = json_answer_health(report, call->lang, &answer);
    call_answer(call->exchange, made, &answer);
}

static void on_health(void *self, const struct reply *reply)
{
    struct call *call = self;
    struct http *http = call->http;
    struct hooks_count hooks = hooks_count(http->hooks);
    call->ask = NULL;
    struct health_report report = health_judge(reply == NULL ? NULL : reply->health,
            &hooks, loop_now(http->loop));
    say_health(call, &report);
}

static void health(struct call *call)
{
    const struct get_health question = {.quiet = true};
    const struct request request = {.health = &question};
    struct http *http = call->http;
    struct err err;
    if (asks_connected(http->asks))
        call->ask = asks_put(http->asks, &request, loop_now(http->loop), on_health,
                call, &err);
    if (call->ask == NULL)
        on_health(call, NULL);
}

/* That it answers is the answer. */
static void live(struct call *call)
{
    static const struct health_report up = {.status = HEALTH_UP};
    say_health(call, &up);
}

static void metrics(struct call *call)
{
    const struct http *http = call->http;
    struct hooks_count hooks = hooks_count(http->hooks);
    const struct metrics_now now = {
            .node_up = asks_connected(http->asks),
            .connections = server_connections(http->server),
            .streams = server_streams(http->server),
            .questions = asks_count(http->asks),
            .webhooks = hooks.all,
            .webhooks_disabled = hooks.disabled,
            .webhooks_failing = hooks.failing,
            .messages_arrived = hooks.arrived,
            .messages_failed = hooks.failures,
    };
    struct response answer = {.status = 200};
    if (!exchange_is_local(call->exchange)) {
        call_refuse(call->exchange, PROBLEM_NOT_LOCAL, NULL, NULL);
        return;
    }
    answer.body = metrics_text(http->metrics, &now, &answer.len);
    response_header(&answer, "Content-Type",
            "text/plain; version=0.0.4; charset=utf-8");
    call_answer(call->exchange, answer.body != NULL, &answer);
}

static void vocabularies(struct call *call)
{
    struct response answer = {0};
    bool made = json_answer_vocabularies(&answer);
    call_answer(call->exchange, made, &answer);
}

static void vocabulary(struct call *call)
{
    struct response answer = {0};
    bool made = json_answer_vocabulary(call->param, call->lang, &answer);
    if (made)
        call_answer(call->exchange, made, &answer);
    else
        call_refuse(call->exchange, PROBLEM_NO_ROUTE, NULL, NULL);
}

/* Anybody may ask for these, so they are not made each time. */
static void answer_kept(struct call *call, char **kept, char *(*make)(void),
        const char *type)
{
    struct response answer = {.status = 200};
    if (*kept == NULL)
        *kept = make();
    answer.body = *kept != NULL ? strdup(*kept) : NULL;
    answer.len = answer.body != NULL ? strlen(answer.body) : 0;
    response_header(&answer, "Content-Type", "%s", type);
    /* Nothing from elsewhere, and nothing that runs. */
    response_header(&answer, "Content-Security-Policy",
            "default-src 'none'; style-src 'unsafe-inline'");
    call_answer(call->exchange, answer.body != NULL, &answer);
}

static void openapi(struct call *call)
{
    answer_kept(call, &call->http->contract, json_openapi, "application/json");
}

static void docs(struct call *call)
{
    answer_kept(call, &call->http->docs, json_docs, "text/html; charset=utf-8");
}

void local_answer(struct call *call)
{
    static const struct {
        const char *what;
        void (*answer)(struct call *call);
    } ANSWERS[] = {
            {"health",       health      },
            {"live",         live        },
            {"metrics",      metrics     },
            {"openapi",      openapi     },
            {"docs",         docs        },
            {"vocabularies", vocabularies},
            {"vocabulary",   vocabulary  },
    };
    for (size_t i = 0; i < COUNT_OF(ANSWERS); i++)
        if (strcmp(ANSWERS[i].what, call->route->op) == 0)
            ANSWERS[i].answer(call);
}
