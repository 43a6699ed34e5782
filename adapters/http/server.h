/* server.h - HTTP in, HTTP out, inside the loop: the only door to libmicrohttpd.
 *
 * A request is handed on when its head is there (to be refused before its body is
 * read), and when it is whole; it is answered then or in a later turn. The library is
 * run with an epoll of its own, whose one descriptor the loop watches: edge-triggered
 * inside, so it is run until it says that nothing is left (server_turn). */
#ifndef ADAPTERS_HTTP_SERVER_H
#define ADAPTERS_HTTP_SERVER_H

#include "adapters/http/conf.h"
#include "core/loop.h"

enum {
    SERVER_BODY_MAX = 1048576,  /* bytes of a request's body */
    SERVER_HEADERS_MAX = 16384, /* bytes of all its header fields */
    SERVER_IDLE_MS = 30000,  /* between requests, and until the head of one is there */
    SERVER_BODY_MS = 10000,  /* from there until all of its body is */
    SERVER_WRITE_MS = 30000, /* from its answer until the client has read that */
    SERVER_STREAM_MAX = 65536, /* bytes that wait for a client that reads events */
    RESPONSE_HEADERS_MAX = 10,
    RESPONSE_VALUE_BYTES = 200,
};

struct server;
struct exchange; /* one request and its answer */

struct server_app {
    void *self;
    /* The head of a request is there; when it is answered now its body is not kept. */
    void (*on_head)(void *self, struct exchange *exchange);
    /* All of it is there. */
    void (*on_request)(void *self, struct exchange *exchange);
    /* It is over, one way or the other: nothing may be said of it any more. */
    void (*on_gone)(void *self, struct exchange *exchange);
};

MUST_USE struct server *server_new(struct loop *loop, const struct http_conf *conf,
        const struct server_app *app, struct err *err);
void server_free(struct server *server);
uint16_t server_port(const struct server *server);

/* At the end of a turn: take and send what can be; when to come again (0: only when
 * something happens). */
int64_t server_turn(struct server *server, int64_t now_ms);
/* Take no new connections. */
void server_close_door(struct server *server);
/* Requests that have no answer yet, or whose answer is on its way. */
size_t server_busy(const struct server *server);
size_t server_connections(const struct server *server);
size_t server_streams(const struct server *server);

/* --- a request --- */
const char *exchange_method(const struct exchange *exchange);
const char *exchange_path(const struct exchange *exchange);
/* NULL: it is not there. */
const char *exchange_header(const struct exchange *exchange, const char *name);
/* The words behind the question mark of the address, one after the other, until
 * on_word says false. */
void exchange_words(const struct exchange *exchange,
        bool (*on_word)(void *self, const char *name, const char *value), void *self);
size_t exchange_header_bytes(const struct exchange *exchange);
/* Has it a body? */
bool exchange_has_body(const struct exchange *exchange);
struct span exchange_body(const struct exchange *exchange);
bool exchange_is_too_large(const struct exchange *exchange);
/* Where it ends, or whom it is for, can be read in two ways. Its connection ends with
 * its answer. */
bool exchange_is_unclear(const struct exchange *exchange);
/* Does it come from this computer? */
bool exchange_is_local(const struct exchange *exchange);
/* The status that it was answered with (0: it was not), and how long that took. */
unsigned exchange_status(const struct exchange *exchange);
uint64_t exchange_took_us(const struct exchange *exchange);
/* What the program keeps of it; NULL at first. */
void *exchange_own(const struct exchange *exchange);
void exchange_keep(struct exchange *exchange, void *own);

/* --- its answer --- */
struct response_header {
    const char *name;
    char value[RESPONSE_VALUE_BYTES];
};
struct response {
    unsigned status;
    struct response_header headers[RESPONSE_HEADERS_MAX];
    size_t n_headers;
    char *body; /* of malloc, given away; NULL: none */
    size_t len;
};
/* A header that does not fit any more is left out; a value that is too long, cut. */
void response_header(struct response *answer, const char *name, const char *format, ...)
        __attribute__((format(printf, 3, 4)));
/* Once for each exchange. */
void exchange_answer(struct exchange *exchange, const struct response *answer);

/* An answer without an end: its headers now, and then what is pushed. */
void exchange_stream(struct exchange *exchange, const struct response *answer);
/* False when the client does not read and SERVER_STREAM_MAX bytes wait already; then
 * its connection ends. */
bool exchange_push(struct exchange *exchange, struct span bytes);
void exchange_end(struct exchange *exchange);

#endif
