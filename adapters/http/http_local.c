/* http_local.c - answers that need no question to the node. */
#include "adapters/http/http_inner.h"
#include "adapters/http/json_docs.h"
#include "adapters/http/json_openapi.h"

static void health(struct call *call)
{
    struct response answer = {0};
    bool up = asks_connected(call->http->asks);
    bool made = json_answer_health(up ? "UP" : "DOWN", &answer);
    call_answer(call->exchange, made, &answer);
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
            {"openapi",      openapi     },
            {"docs",         docs        },
            {"vocabularies", vocabularies},
            {"vocabulary",   vocabulary  },
    };
    for (size_t i = 0; i < COUNT_OF(ANSWERS); i++)
        if (strcmp(ANSWERS[i].what, call->route->op) == 0)
            ANSWERS[i].answer(call);
}
