/* http.c - the shell: what the loop tells, its turns, and a stop that finishes what is
 * in flight. */
#include <stdlib.h>

#include "adapters/http/http_inner.h"

enum {
    WORK_BYTES = 8 * 1024 * 1024,  /* what one request or reply is taken apart in */
    REPLY_BYTES = 8 * 1024 * 1024, /* a reply, decoded */
    STOP_LOOK_MS = 50,
};

static void on_up(void *self, struct link *link)
{
    struct http *http = self;
    log_info(http->log, loop_now(http->loop), "node_up", "socket=%s",
            link_address(link));
    asks_up(http->asks, link);
}

static void on_down(void *self, struct link *link, uint64_t conn)
{
    struct http *http = self;
    (void)link;
    (void)conn;
    log_warn(http->log, loop_now(http->loop), "node_down", "socket=%s",
            link_address(http->link));
    asks_down(http->asks);
}

static void on_frame(void *self, struct link *link, const struct peer *peer,
        struct span frame)
{
    struct http *http = self;
    (void)link;
    (void)peer;
    asks_frame(http->asks, frame);
}

static void on_told(void *self, uint64_t newest)
{
    struct http *http = self;
    http->newest = newest;
    hooks_told(http->hooks, newest);
}

static void on_wake(void *self)
{
    (void)self; /* what is due is done at the end of the turn */
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a == 0 || (b != 0 && b < a) ? b : a;
}

static void on_turn_end(void *self)
{
    struct http *http = self;
    int64_t now_ms = loop_now(http->loop);
    int64_t events_ms = events_turn(http, now_ms);
    int64_t asks_ms = earlier(events_ms, asks_turn(http->asks, now_ms));
    int64_t hooks_ms;
    struct err err = {.code = CODE_OK};
    int64_t due_ms = earlier(asks_ms, server_turn(http->server, now_ms));
    if (!hooks_turn(http->hooks, now_ms, &hooks_ms, &err)) {
        loop_die(http->loop, &err);
        return;
    }
    due_ms = earlier(due_ms, hooks_ms);
    /* What the server took in may have something for the node. */
    due_ms = earlier(due_ms, asks_turn(http->asks, now_ms));
    if (http->stop_ms != 0) {
        if (server_busy(http->server) == 0 || now_ms >= http->stop_ms)
            loop_stop(http->loop);
        due_ms = earlier(due_ms, now_ms + STOP_LOOK_MS);
    }
    loop_wake_at(http->loop, due_ms);
}

struct http *http_new(const struct http_conf *conf, struct log *log, struct err *err)
{
    struct http *http = calloc(1, sizeof *http);
    if (http == NULL) {
        err_set(err, ERR_NOMEM, "no memory");
        return NULL;
    }
    const struct loop_app app = {.self = http,
            .on_up = on_up,
            .on_frame = on_frame,
            .on_down = on_down,
            .on_wake = on_wake,
            .on_turn_end = on_turn_end};
    const struct server_app served = {.self = http,
            .on_head = call_head,
            .on_request = call_whole,
            .on_gone = call_gone};
    http->conf = *conf;
    http->log = log;
    http->work = arena_new(WORK_BYTES);
    http->loop = loop_new(&app, err);
    http->asks = http->loop != NULL ? asks_new(REPLY_BYTES, err) : NULL;
    http->metrics = http->asks != NULL ? metrics_new(err) : NULL;
    http->hooks = http->metrics != NULL && http->work.at != NULL
                          ? hooks_new(&http->conf, http->loop, http->asks, log, err)
                          : NULL;
    http->server =
            http->hooks != NULL ? server_new(http->loop, conf, &served, err) : NULL;
    /* The last: what cannot serve does not connect. */
    http->link = http->server != NULL
                         ? loop_connect_local(http->loop, conf->node_socket, err)
                         : NULL;
    if (http->link != NULL) {
        asks_follow(http->asks, on_told, http);
        return http;
    }
    http_free(http);
    return NULL;
}

void http_free(struct http *http)
{
    if (http == NULL)
        return;
    server_free(http->server);
    hooks_free(http->hooks);
    if (http->link != NULL)
        link_close(http->link);
    loop_free(http->loop);
    asks_free(http->asks);
    metrics_free(http->metrics);
    arena_free(&http->work);
    free(http->contract);
    free(http->docs);
    free(http);
}

uint16_t http_port(const struct http *http)
{
    return server_port(http->server);
}

bool http_run(struct http *http, struct err *err)
{
    log_info(http->log, loop_now(http->loop), "ready", "listen=%s port=%u",
            http->conf.listen, (unsigned)http_port(http));
    loop_ready(http->loop);
    loop_wake_at(http->loop, loop_now(http->loop));
    if (!loop_run(http->loop, err))
        return false;
    log_info(http->log, loop_now(http->loop), "stopping", "busy=%zu",
            server_busy(http->server));
    server_close_door(http->server);
    http->stop_ms = loop_now(http->loop) + HTTP_STOP_MS;
    loop_wake_at(http->loop, loop_now(http->loop));
    return loop_run(http->loop, err);
}
