/* http_call.c - one request of the API: may it come in, what is asked of the node, what
 * is answered. */
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "adapters/http/http_inner.h"
#include "adapters/http/operation.h"
#include "core/hash.h"

/* --- answering --- */

enum lang call_lang(const struct exchange *exchange)
{
    const char *at = exchange_header(exchange, "Accept-Language");
    enum lang lang;
    while (at != NULL && *at != '\0') {
        at += strspn(at, ", ");
        char tag[3];
        snprintf(tag, sizeof tag, "%.2s", at);
        if (lang_find(tag, &lang))
            return lang;
        at += strcspn(at, ",");
    }
    return LANG_NL;
}

void call_answer(struct exchange *exchange, bool made, struct response *answer)
{
    /* Contents are about people: nobody on the way keeps them. */
    response_header(answer, "Cache-Control", "no-store");
    response_header(answer, "X-Content-Type-Options", "nosniff");
    if (!made) {
        free(answer->body);
        answer->body = NULL;
        answer->len = 0;
        answer->status = 500;
    }
    exchange_answer(exchange, answer);
}

static void refuse_with(struct exchange *exchange, const struct problem *problem,
        const char *field, const char *words)
{
    struct response answer = {0};
    const struct answer_issue issue = {field, words};
    bool made = json_answer_problem(problem, &issue, words == NULL ? 0 : 1, &answer);
    call_answer(exchange, made, &answer);
}

void call_refuse(struct exchange *exchange, enum problem_kind kind, const char *field,
        const char *words)
{
    struct problem problem = problem_of(kind, call_lang(exchange));
    refuse_with(exchange, &problem, field, words);
}

/* --- the head --- */

static const char BEARER[] = "Bearer ";

static bool is_plain(const char *value, size_t cap)
{
    size_t len = strlen(value);
    if (len == 0 || len >= cap)
        return false;
    for (size_t i = 0; i < len; i++)
        if (value[i] < '!' || value[i] > '~')
            return false;
    return true;
}

static const char *bearer(const struct exchange *exchange)
{
    enum { TOKEN_MAX = 64 };
    const char *value = exchange_header(exchange, "Authorization");
    if (value == NULL || strncasecmp(value, BEARER, strlen(BEARER)) != 0)
        return NULL;
    value += strlen(BEARER);
    return is_plain(value, TOKEN_MAX + 1) ? value : NULL;
}

static const char *idempotency_key(const struct exchange *exchange)
{
    const char *key = exchange_header(exchange, "Idempotency-Key");
    return key != NULL && is_plain(key, CALL_KEY_BYTES) ? key : NULL;
}

/* "12-7-..." is the version 7 of case 12; 0: it is not at the broker yet. */
static bool read_match(const char *value, const char *param, uint64_t *version)
{
    enum { TEN = 10 };
    char *end;
    size_t len = strlen(param);
    if (value[0] != '"' || strncmp(value + 1, param, len) != 0 ||
            value[len + 1] != '-' || value[len + 2] < '0' || value[len + 2] > '9')
        return false;
    *version = strtoull(value + len + 2, &end, TEN);
    return *end == '-' || *end == '"';
}

/* JSON is UTF-8; who says that it is something else, or packed, has not sent JSON. */
static bool is_json(const struct exchange *exchange)
{
    static const char TYPE[] = "application/json", SET[] = "charset=";
    static const char *const sets[] = {"utf-8", "\"utf-8\"", "us-ascii"};
    const char *value = exchange_header(exchange, "Content-Type");
    const char *coding = exchange_header(exchange, "Content-Encoding");
    if (value == NULL || strncasecmp(value, TYPE, strlen(TYPE)) != 0 ||
            (coding != NULL && strcasecmp(coding, "identity") != 0))
        return false;
    value += strlen(TYPE);
    if (*value != '\0' && *value != ';' && *value != ' ')
        return false;
    const char *set = strcasestr(value, SET);
    if (set == NULL)
        return true;
    set += strlen(SET);
    size_t len = strcspn(set, "; ");
    for (size_t i = 0; i < COUNT_OF(sets); i++)
        if (len == strlen(sets[i]) && strncasecmp(set, sets[i], len) == 0)
            return true;
    return false;
}

/* Does one word of an Accept header, without its parameters, allow this type? */
static bool allows(const char *word, size_t len, const char *type)
{
    const char *plus = strrchr(type, '+');
    size_t major = (size_t)(strchr(type, '/') - type) + 1;
    if (len == 3 && strncmp(word, "*/*", len) == 0)
        return true;
    if (len == major + 1 && word[major] == '*' && strncasecmp(word, type, major) == 0)
        return true;
    if (len == strlen(type) && strncasecmp(word, type, len) == 0)
        return true;
    /* Who takes JSON takes all that is JSON. */
    return plus != NULL && len == strlen("application/json") &&
           strncasecmp(word, "application/json", len) == 0;
}

static bool is_accepted(const struct exchange *exchange, const struct route *route)
{
    const char *at = exchange_header(exchange, "Accept");
    bool any = at == NULL || *at == '\0';
    while (!any && *at != '\0') {
        at += strspn(at, ", ");
        size_t len = strcspn(at, ",; ");
        any = allows(at, len, operation_type(route)) ||
              ((route->flags & ROUTE_STREAM) != 0 && allows(at, len, EVENTS_TYPE));
        at += strcspn(at, ",");
    }
    return any;
}

/* Where it goes; false when it was answered. */
static bool find_route(const struct http *http, struct exchange *exchange,
        const struct route **route, char param[ROUTE_PARAM_BYTES])
{
    char methods[ROUTE_METHODS_BYTES];
    const char *host = exchange_header(exchange, "Host");
    if (exchange_header_bytes(exchange) > SERVER_HEADERS_MAX) {
        call_refuse(exchange, PROBLEM_LONG_HEADERS, NULL, NULL);
        return false;
    }
    if (strlen(exchange_path(exchange)) > ROUTE_PATH_MAX) {
        call_refuse(exchange, PROBLEM_LONG_ADDRESS, NULL, NULL);
        return false;
    }
    if (exchange_is_unclear(exchange)) {
        call_refuse(exchange, PROBLEM_BAD_HEADER, NULL, NULL);
        return false;
    }
    if (host == NULL || !http_conf_knows_host(&http->conf, host)) {
        call_refuse(exchange, PROBLEM_BAD_HOST, NULL, NULL);
        return false;
    }
    *route = route_find(exchange_method(exchange), exchange_path(exchange), param,
            methods);
    if (*route != NULL)
        return true;
    if (methods[0] == '\0') {
        call_refuse(exchange, PROBLEM_NO_ROUTE, NULL, NULL);
        return false;
    }
    struct problem problem = problem_of(PROBLEM_NO_METHOD, call_lang(exchange));
    struct response answer = {0};
    response_header(&answer, "Allow", "%s", methods);
    bool made = json_answer_problem(&problem, NULL, 0, &answer);
    call_answer(exchange, made, &answer);
    return false;
}

static void refuse_code(const struct call *call, const char *code)
{
    struct problem problem = problem_of_code(code, false, call->lang);
    refuse_with(call->exchange, &problem, NULL, NULL);
}

/* What its row asks of the head. */
static void check_head(struct call *call)
{
    struct exchange *exchange = call->exchange;
    unsigned flags = call->route->flags;
    const char *match = exchange_header(exchange, "If-Match");
    enum problem_kind no = N_PROBLEM_KINDS;
    if ((flags & ROUTE_OPEN) == 0 && call->token == NULL)
        no = PROBLEM_NO_TOKEN;
    else if (call->token != NULL &&
             !rate_take(&call->http->rates, call->token,
                     call->http->conf.requests_a_second, loop_now(call->http->loop)))
        no = PROBLEM_TOO_MANY;
    else if (!is_accepted(exchange, call->route))
        no = PROBLEM_NOT_ACCEPTABLE;
    else if (exchange_is_too_large(exchange))
        no = PROBLEM_TOO_LARGE;
    else if ((flags & ROUTE_BODY) != 0 && exchange_has_body(exchange) &&
             !is_json(exchange))
        no = PROBLEM_NO_JSON;
    else if ((flags & ROUTE_SENDS) != 0 && idempotency_key(exchange) == NULL)
        no = PROBLEM_NO_KEY;
    else if ((flags & ROUTE_MATCH) != 0 && match == NULL)
        no = PROBLEM_NO_MATCH;
    else if ((flags & ROUTE_MATCH) != 0 &&
             !read_match(match, call->param, &call->version))
        no = PROBLEM_STALE;
    if (no != N_PROBLEM_KINDS)
        call_refuse(exchange, no, NULL, NULL);
    /* What is still on its way has no version that could be compared. */
    else if ((flags & ROUTE_MATCH) != 0 && call->version == 0)
        refuse_code(call, code_name(E_PENDING));
}

void call_head(void *self, struct exchange *exchange)
{
    struct http *http = self;
    const struct route *route;
    char param[ROUTE_PARAM_BYTES];
    if (!find_route(http, exchange, &route, param))
        return;
    struct call *call = calloc(1, sizeof *call);
    if (call == NULL) {
        call_refuse(exchange, PROBLEM_NODE_AWAY, NULL, NULL);
        return;
    }
    *call = (struct call){.http = http,
            .exchange = exchange,
            .route = route,
            .lang = call_lang(exchange),
            .token = bearer(exchange),
            .next = http->calls,
            .at = &http->calls};
    memcpy(call->param, param, sizeof call->param);
    if (call->next != NULL)
        call->next->at = &call->next;
    http->calls = call;
    exchange_keep(exchange, call);
    check_head(call);
}

/* --- the whole --- */

void call_reply(struct call *call, const struct reply *reply)
{
    struct response answer = {0};
    bool made;
    if (reply == NULL) {
        call_refuse(call->exchange, PROBLEM_NODE_AWAY, NULL, NULL);
        return;
    }
    if (reply->code != NULL && reply->code[0] != '\0')
        made = json_answer_refusal(call->route, reply, call->version != 0, call->lang,
                &answer);
    else
        made = json_answer_reply(call->route, &call->page, reply, &call->http->work,
                &answer);
    if (!made && answer.status == 404) {
        refuse_code(call, code_name(E_NOT_FOUND));
        return;
    }
    const char *seen = exchange_header(call->exchange, "If-None-Match");
    for (size_t i = 0; seen != NULL && made && i < answer.n_headers; i++) {
        if (strcmp(answer.headers[i].name, "ETag") != 0 ||
                (strcmp(seen, "*") != 0 &&
                        strstr(seen, answer.headers[i].value) == NULL))
            continue;
        free(answer.body);
        answer.body = NULL;
        answer.len = 0;
        answer.status = 304;
    }
    call_answer(call->exchange, made, &answer);
}

static void on_reply(void *self, const struct reply *reply)
{
    struct call *call = self;
    call->ask = NULL;
    arena_reset(&call->http->work, 0);
    call_reply(call, reply);
}

bool call_note_running(struct call *call)
{
    const char *key = idempotency_key(call->exchange);
    if ((call->route->flags & ROUTE_SENDS) == 0 || key == NULL)
        return true;
    const struct span parts[] = {
            {(const uint8_t *)call->token, strlen(call->token)},
            {(const uint8_t *)" ",         1                  },
            {(const uint8_t *)key,         strlen(key)        },
    };
    call->running = hash_sha256(parts, COUNT_OF(parts));
    for (const struct call *one = call->http->calls; one != NULL; one = one->next) {
        if (one->runs && key32_equal(&one->running, &call->running)) {
            call_refuse(call->exchange, PROBLEM_KEY_RUNS, NULL, NULL);
            return false;
        }
    }
    call->runs = true;
    return true;
}

bool call_build(struct call *call, struct request *request)
{
    struct http *http = call->http;
    struct json_fault fault = {.kind = JSON_NO_ROOM};
    const char *actor = exchange_header(call->exchange, "Buurtbus-Actor");
    if (actor != NULL && !is_plain(actor, CALL_ACTOR_BYTES)) {
        call_refuse(call->exchange, PROBLEM_BAD_HEADER, "Buurtbus-Actor",
                json_fault_words(JSON_NO_TEXT, call->lang));
        return false;
    }
    arena_reset(&http->work, 0);
    if (!request_build(call->route, call->exchange, call->param, call->version,
                &http->work, request, &call->page, &fault)) {
        call_refuse(call->exchange, PROBLEM_BAD_INPUT, fault.field,
                json_fault_words(fault.kind, call->lang));
        return false;
    }
    bool sends = (call->route->flags & ROUTE_SENDS) != 0;
    request->token = call->token;
    request->actor = actor;
    request->lang = lang_tag(call->lang);
    request->idempotency_key = sends ? idempotency_key(call->exchange) : NULL;
    return true;
}

void call_cannot(struct call *call, const struct err *err)
{
    refuse_code(call, code_name(err->code));
}

static void ask_node(struct call *call)
{
    struct http *http = call->http;
    struct request request;
    struct err err = {.code = CODE_OK};
    if (!call_build(call, &request) || !call_note_running(call))
        return;
    call->ask =
            asks_put(http->asks, &request, loop_now(http->loop), on_reply, call, &err);
    if (call->ask == NULL)
        call_cannot(call, &err);
}

void call_whole(void *self, struct exchange *exchange)
{
    struct call *call = exchange_own(exchange);
    (void)self;
    if (exchange_is_too_large(exchange))
        call_refuse(exchange, PROBLEM_TOO_LARGE, NULL, NULL);
    else if (call->route->answer == ANSWER_LOCAL)
        local_answer(call);
    else if ((call->route->flags & ROUTE_HERE) != 0)
        hooks_ask(call);
    else if (events_wanted(call))
        events_begin(call);
    else
        ask_node(call);
}

void call_gone(void *self, struct exchange *exchange)
{
    struct http *http = self;
    struct call *call = exchange_own(exchange);
    metrics_note(http->metrics, call == NULL ? NULL : call->route,
            exchange_status(exchange), exchange_took_us(exchange));
    if (call == NULL)
        return;
    if (call->ask != NULL)
        asked_forget(call->ask);
    *call->at = call->next;
    if (call->next != NULL)
        call->next->at = call->at;
    free(call);
}
