/* http_inner.h - what the files of the shell share. */
#ifndef ADAPTERS_HTTP_HTTP_INNER_H
#define ADAPTERS_HTTP_HTTP_INNER_H

#include "adapters/http/ask.h"
#include "adapters/http/hooks.h"
#include "adapters/http/http.h"
#include "adapters/http/json_answer.h"
#include "adapters/http/metrics.h"
#include "adapters/http/rate.h"
#include "adapters/http/server.h"

enum {
    CALL_KEY_BYTES = 65, /* of an idempotency key, with NUL */
    CALL_ACTOR_BYTES = 81,
};

struct http {
    struct http_conf conf;
    struct log *log;
    struct loop *loop;
    struct link *link; /* to the node */
    struct asks *asks;
    struct server *server;
    struct hooks *hooks;
    struct metrics *metrics;
    struct arena work; /* for one request at a time */
    struct call *calls;
    struct rates rates;
    char *contract, *docs; /* made when they are first asked for */
    uint64_t newest;       /* event that the node is known to have */
    int64_t stop_ms;       /* 0: it goes on */
};

/* One request of the API that was let in. */
struct call {
    struct call *next, **at;
    struct http *http;
    struct exchange *exchange;
    const struct route *route;
    char param[ROUTE_PARAM_BYTES];
    enum lang lang;
    const char *token;
    uint64_t version; /* of If-Match; 0: none */
    struct page page;
    struct key32 running; /* token and idempotency key, as a hash */
    bool runs;
    /* events */
    bool streaming;
    uint64_t cursor; /* the last one that was pushed */
    int64_t said_ms; /* when something was pushed last */
    struct asked *ask;
};

/* http_call.c: what the server tells of requests. */
void call_head(void *self, struct exchange *exchange);
void call_whole(void *self, struct exchange *exchange);
void call_gone(void *self, struct exchange *exchange);

/* One more request under its idempotency key, when it sends something; false when the
 * same one runs already: it was answered. */
bool call_note_running(struct call *call);
/* What the client asks for; false when it was answered. */
bool call_build(struct call *call, struct request *request);
/* The question cannot be put. */
void call_cannot(struct call *call, const struct err *err);
/* The answer to a question, of the node or of our own. */
void call_reply(struct call *call, const struct reply *reply);

/* http_hooks.c: webhooks, once the node has said whose token it is. */
void hooks_ask(struct call *call);

/* http_local.c: what is known here. */
void local_answer(struct call *call);

/* http_events.c: does the client want to hear events as they happen? */
bool events_wanted(const struct call *call);
void events_begin(struct call *call);
/* Look for newer ones, keep connections alive; when to come again (0: nobody follows).
 */
int64_t events_turn(struct http *http, int64_t now_ms);
/* The cursor of who has heard nothing and wants only what comes. */
#define EVENTS_FROM_NOW UINT64_MAX

/* The language of the words in an answer, by Accept-Language: the first that we have.
 */
enum lang call_lang(const struct exchange *exchange);
/* Say no. */
void call_refuse(struct exchange *exchange, enum problem_kind kind, const char *field,
        const char *words);
/* Say what was made, or that there is no memory. */
void call_answer(struct exchange *exchange, bool made, struct response *answer);

#endif
