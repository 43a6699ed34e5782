/* http_inner.h - what the files of the shell share. */
#ifndef ADAPTERS_HTTP_HTTP_INNER_H
#define ADAPTERS_HTTP_HTTP_INNER_H

#include "adapters/http/ask.h"
#include "adapters/http/http.h"
#include "adapters/http/json_answer.h"
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
    struct arena work; /* for one request at a time */
    struct call *calls;
    struct rates rates;
    int64_t stop_ms; /* 0: it goes on */
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
    struct asked *ask;
};

/* http_call.c: what the server tells of requests. */
void call_head(void *self, struct exchange *exchange);
void call_whole(void *self, struct exchange *exchange);
void call_gone(void *self, struct exchange *exchange);

/* http_local.c: what is known here. */
void local_answer(struct call *call);

/* The language of the words in an answer, by Accept-Language: the first that we have.
 */
enum lang call_lang(const struct exchange *exchange);
/* Say no. */
void call_refuse(struct exchange *exchange, enum problem_kind kind, const char *field,
        const char *words);
/* Say what was made, or that there is no memory. */
void call_answer(struct exchange *exchange, bool made, struct response *answer);

#endif
