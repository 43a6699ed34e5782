/* http_events.c - clients that follow along: each with the number of what it has heard,
 * asked for with its own token, so that it hears what that token may.
 *
 * The node says when there are newer ones; each stream then asks for what it may
 * hear. */
#include <stdio.h>
#include <stdlib.h>

#include "adapters/http/http_inner.h"
#include "adapters/http/operation.h"

enum {
    ASK_AGAIN_MS = 250,   /* when the node did not answer */
    HEARTBEAT_MS = 15000, /* so that who is in between keeps the connection */
    LINE_BYTES = 64,
};

static void ask_events(struct call *call);

static bool push_text(struct call *call, const char *text)
{
    return exchange_push(call->exchange, span_text(text));
}

/* id, event and data of each, as they come. */
static void push_events(struct call *call, const struct event_list *list)
{
    struct http *http = call->http;
    call->said_ms = loop_now(http->loop);
    for (size_t i = 0; i < list->n_events; i++) {
        char line[LINE_BYTES];
        char *data = json_answer_event(&list->events[i], list->partner);
        snprintf(line, sizeof line,
                "id: %llu\ndata: ", (unsigned long long)list->events[i].number);
        bool ok = data != NULL && push_text(call, line) && push_text(call, data) &&
                  push_text(call, "\n\n");
        free(data);
        if (!ok)
            return;
    }
}

static void begin_stream(struct call *call)
{
    struct response answer = {.status = 200};
    response_header(&answer, "Content-Type", EVENTS_TYPE);
    response_header(&answer, "Cache-Control", "no-store");
    response_header(&answer, "X-Content-Type-Options", "nosniff");
    call->streaming = true;
    exchange_stream(call->exchange, &answer);
    push_text(call, "retry: 2000\n\n");
}

/* Who has heard of more than there is would hear nothing until the numbers that it
 * knows were given again, to other events. */
static bool knows_more(const struct call *call, const struct event_list *list)
{
    return call->cursor != EVENTS_FROM_NOW && call->cursor > list->newest;
}

static void refuse(struct call *call, const struct reply *reply)
{
    struct response answer = {0};
    if (call->streaming) {
        /* A token that was withdrawn, a node that is away, a store that is older: the
         * client comes back and hears why. */
        exchange_end(call->exchange);
    } else if (reply == NULL) {
        call_refuse(call->exchange, PROBLEM_NODE_AWAY, NULL, NULL);
    } else if (reply->events != NULL) {
        call_refuse(call->exchange, PROBLEM_EVENT_UNKNOWN, NULL, NULL);
    } else {
        bool made = json_answer_refusal(call->route, reply, false, call->lang, &answer);
        call_answer(call->exchange, made, &answer);
    }
}

static void on_events(void *self, const struct reply *reply)
{
    struct call *call = self;
    struct http *http = call->http;
    call->ask = NULL;
    if (reply == NULL && call->streaming)
        return; /* asked again at the next look */
    if (reply == NULL || reply->events == NULL || knows_more(call, reply->events)) {
        refuse(call, reply);
        return;
    }
    if (!call->streaming)
        begin_stream(call);
    http->newest = reply->events->newest;
    if (call->cursor != EVENTS_FROM_NOW)
        push_events(call, reply->events);
    call->cursor = reply->events->last;
    if (reply->events->more)
        ask_events(call);
}

static void ask_events(struct call *call)
{
    struct http *http = call->http;
    const struct list_events list = {.after = call->cursor, .limit = PAGE_MAX};
    const struct request request = {.events = &list,
            .token = call->token,
            .lang = lang_tag(call->lang)};
    struct err err;
    if (call->ask != NULL)
        return;
    call->ask =
            asks_put(http->asks, &request, loop_now(http->loop), on_events, call, &err);
    if (call->ask == NULL && !call->streaming)
        call_refuse(call->exchange, PROBLEM_NODE_AWAY, NULL, NULL);
}

bool events_wanted(const struct call *call)
{
    const char *accept = exchange_header(call->exchange, "Accept");
    /* A head alone is that of a page: a stream would not end. */
    return (call->route->flags & ROUTE_STREAM) != 0 && accept != NULL &&
           strcmp(exchange_method(call->exchange), "GET") == 0 &&
           strstr(accept, EVENTS_TYPE) != NULL;
}

static bool on_word(void *self, const char *name, const char *value)
{
    bool *words = self;
    (void)name;
    (void)value;
    *words = true;
    return false;
}

/* What cannot be read as a place to begin is refused: who began now instead would not
 * know what it missed. */
void events_begin(struct call *call)
{
    enum { TEN = 10, DIGITS_MAX = 18 };
    static const char HEADER[] = "Last-Event-ID";
    const char *last = exchange_header(call->exchange, HEADER);
    size_t len = last == NULL ? 0 : strlen(last);
    bool words = false;
    exchange_words(call->exchange, on_word, &words);
    if (words) {
        call_refuse(call->exchange, PROBLEM_BAD_INPUT, "?",
                json_fault_words(JSON_NOT_HERE, call->lang));
        return;
    }
    if (len > DIGITS_MAX || (len > 0 && strspn(last, "0123456789") != len)) {
        call_refuse(call->exchange, PROBLEM_BAD_HEADER, HEADER,
                json_fault_words(JSON_NO_NUMBER, call->lang));
        return;
    }
    call->cursor = len == 0 ? EVENTS_FROM_NOW : strtoull(last, NULL, TEN);
    ask_events(call);
}

int64_t events_turn(struct http *http, int64_t now_ms)
{
    int64_t due_ms = 0;
    for (struct call *call = http->calls; call != NULL; call = call->next) {
        if (!call->streaming)
            continue;
        if (call->said_ms + HEARTBEAT_MS <= now_ms) {
            call->said_ms = now_ms;
            push_text(call, ":\n\n");
        }
        int64_t beat_ms = call->said_ms + HEARTBEAT_MS;
        due_ms = due_ms == 0 || beat_ms < due_ms ? beat_ms : due_ms;
        if (call->cursor != http->newest)
            ask_events(call);
        if (call->ask == NULL && call->cursor != http->newest)
            due_ms = now_ms + ASK_AGAIN_MS;
    }
    return due_ms;
}
