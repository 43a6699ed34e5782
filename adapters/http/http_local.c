/* http_local.c - answers that need no question to the node. */
#include "adapters/http/http_inner.h"

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

void local_answer(struct call *call)
{
    static const struct {
        const char *what;
        void (*answer)(struct call *call);
    } ANSWERS[] = {
            {"health",       health      },
            {"vocabularies", vocabularies},
            {"vocabulary",   vocabulary  },
    };
    for (size_t i = 0; i < COUNT_OF(ANSWERS); i++)
        if (strcmp(ANSWERS[i].what, call->route->op) == 0)
            ANSWERS[i].answer(call);
}
