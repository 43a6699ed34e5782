/* server_exchange.c - one request: its head, its body, its answer. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "adapters/http/post.h"
#include "adapters/http/server_inner.h"

enum { BODY_FIRST_BYTES = 4096 };

/* --- what it says --- */

const char *exchange_method(const struct exchange *exchange)
{
    return exchange->method;
}

const char *exchange_path(const struct exchange *exchange)
{
    return exchange->path;
}

const char *exchange_header(const struct exchange *exchange, const char *name)
{
    return MHD_lookup_connection_value(exchange->mhd, MHD_HEADER_KIND, name);
}

struct words {
    bool (*on_word)(void *self, const char *name, const char *value);
    void *self;
};

static enum MHD_Result on_value(void *self, enum MHD_ValueKind kind, const char *name,
        const char *value)
{
    const struct words *words = self;
    (void)kind;
    return words->on_word(words->self, name, value == NULL ? "" : value) ? MHD_YES
                                                                         : MHD_NO;
}

void exchange_words(const struct exchange *exchange,
        bool (*on_word)(void *self, const char *name, const char *value), void *self)
{
    struct words words = {on_word, self};
    MHD_get_connection_values(exchange->mhd, MHD_GET_ARGUMENT_KIND, on_value, &words);
}

static enum MHD_Result add_bytes(void *self, enum MHD_ValueKind kind, const char *name,
        const char *value)
{
    enum { AROUND = 4 }; /* ": " and the end of the line */
    size_t *bytes = self;
    (void)kind;
    *bytes += strlen(name) + (value == NULL ? 0 : strlen(value)) + AROUND;
    return MHD_YES;
}

size_t exchange_header_bytes(const struct exchange *exchange)
{
    size_t bytes = 0;
    MHD_get_connection_values(exchange->mhd, MHD_HEADER_KIND, add_bytes, &bytes);
    return bytes;
}

bool exchange_has_body(const struct exchange *exchange)
{
    return exchange->has_body;
}

struct span exchange_body(const struct exchange *exchange)
{
    return (struct span){(const uint8_t *)exchange->body, exchange->len};
}

bool exchange_is_too_large(const struct exchange *exchange)
{
    return exchange->too_large;
}

bool exchange_is_local(const struct exchange *exchange)
{
    const union MHD_ConnectionInfo *info =
            MHD_get_connection_info(exchange->mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info != NULL && info->client_addr != NULL &&
           post_place_of(info->client_addr) == PLACE_HERE;
}

unsigned exchange_status(const struct exchange *exchange)
{
    return exchange->answered ? exchange->answer.status : 0;
}

uint64_t exchange_took_us(const struct exchange *exchange)
{
    return exchange->is_stream || exchange->answered_us <= exchange->began_us
                   ? 0
                   : exchange->answered_us - exchange->began_us;
}

void *exchange_own(const struct exchange *exchange)
{
    return exchange->own;
}

void exchange_keep(struct exchange *exchange, void *own)
{
    exchange->own = own;
}

/* --- taking it --- */

static struct exchange *begin(struct server *server, struct MHD_Connection *mhd,
        const char *url, const char *method)
{
    enum { TEN = 10 };
    const union MHD_ConnectionInfo *info =
            MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct exchange *exchange = calloc(1, sizeof *exchange);
    if (exchange == NULL || info == NULL || info->socket_context == NULL) {
        free(exchange);
        return NULL;
    }
    *exchange = (struct exchange){.server = server,
            .conn = info->socket_context,
            .mhd = mhd,
            .path = url,
            .method = method};
    const char *length = exchange_header(exchange, MHD_HTTP_HEADER_CONTENT_LENGTH);
    exchange->announced = length == NULL ? 0 : strtoull(length, NULL, TEN);
    exchange->has_body =
            exchange->announced > 0 ||
            exchange_header(exchange, MHD_HTTP_HEADER_TRANSFER_ENCODING) != NULL;
    exchange->too_large = exchange->announced > SERVER_BODY_MAX;
    exchange->unclear = exchange_is_unclear(exchange);
    exchange->began_us = loop_monotonic_us(server->loop);
    exchange->conn->exchange = exchange;
    exchange->conn->since_ms = server->now_ms;
    server->n_exchanges++;
    return exchange;
}

/* What is too much is not kept; how long it may come is limited. */
static void take_body(struct exchange *exchange, const char *bytes, size_t n)
{
    if (exchange->answered || exchange->too_large)
        return;
    if (n > SERVER_BODY_MAX - exchange->len) {
        exchange->too_large = true;
        return;
    }
    if (exchange->len + n > exchange->cap) {
        size_t cap = exchange->cap == 0 ? BODY_FIRST_BYTES : exchange->cap;
        while (cap < exchange->len + n)
            cap *= 2;
        char *grown = malloc(cap);
        if (grown == NULL) {
            exchange->too_large = true;
            return;
        }
        if (exchange->len > 0)
            memcpy(grown, exchange->body, exchange->len);
        if (exchange->body != NULL)
            explicit_bzero(exchange->body, exchange->cap);
        free(exchange->body);
        exchange->body = grown;
        exchange->cap = cap;
    }
    memcpy(exchange->body + exchange->len, bytes, n);
    exchange->len += n;
}

/* --- answering --- */

void response_header(struct response *answer, const char *name, const char *format, ...)
{
    if (answer->n_headers == RESPONSE_HEADERS_MAX)
        return;
    struct response_header *header = &answer->headers[answer->n_headers++];
    va_list args;
    header->name = name;
    va_start(args, format);
    vsnprintf(header->value, sizeof header->value, format, args);
    va_end(args);
}

static struct MHD_Response *make_response(struct exchange *exchange)
{
    struct response *answer = &exchange->answer;
    if (exchange->is_stream)
        return stream_response(exchange);
    struct MHD_Response *response = MHD_create_response_from_buffer(answer->len,
            answer->body, MHD_RESPMEM_MUST_FREE);
    if (response != NULL)
        answer->body = NULL;
    return response;
}

static enum MHD_Result queue(struct exchange *exchange)
{
    const struct response *answer = &exchange->answer;
    struct MHD_Response *response = make_response(exchange);
    if (response == NULL)
        return MHD_NO;
    enum MHD_Result ok = MHD_YES;
    for (size_t i = 0; i < answer->n_headers && ok == MHD_YES; i++)
        ok = MHD_add_response_header(response, answer->headers[i].name,
                answer->headers[i].value);
    /* What follows on the connection could be part of what was refused. */
    if (ok == MHD_YES && exchange->unclear)
        ok = MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
    if (ok == MHD_YES)
        ok = MHD_queue_response(exchange->mhd, answer->status, response);
    MHD_destroy_response(response);
    exchange->queued = true;
    exchange->conn->since_ms = exchange->server->now_ms;
    return ok;
}

void exchange_resume(struct exchange *exchange)
{
    if (!exchange->suspended)
        return;
    exchange->suspended = false;
    exchange->server->pending = true;
    MHD_resume_connection(exchange->mhd);
}

void exchange_answer(struct exchange *exchange, const struct response *answer)
{
    exchange->answer = *answer;
    exchange->answered = true;
    exchange->answered_us = loop_monotonic_us(exchange->server->loop);
    exchange_resume(exchange);
}

/* The library calls for the head, for each piece of the body, when it is whole, and
 * again after each resume until there is an answer. */
enum MHD_Result exchange_access(void *self, struct MHD_Connection *mhd, const char *url,
        const char *method, const char *version, const char *upload, size_t *n_upload,
        void **context)
{
    struct server *server = self;
    struct exchange *exchange = *context;
    (void)version;
    if (exchange == NULL) {
        exchange = begin(server, mhd, url, method);
        if (exchange == NULL)
            return MHD_NO;
        *context = exchange;
        server->app.on_head(server->app.self, exchange);
        /* An answer before the body ends the connection, and the client may lose it
         * while it still writes: worth that only when there is much more to come, or
         * when nobody can say what comes. */
        return exchange->answered && (exchange->too_large || exchange->unclear)
                       ? queue(exchange)
                       : MHD_YES;
    }
    if (*n_upload > 0) {
        take_body(exchange, upload, *n_upload);
        *n_upload = 0;
        return MHD_YES;
    }
    if (!exchange->whole) {
        exchange->whole = true;
        if (!exchange->answered)
            server->app.on_request(server->app.self, exchange);
    }
    if (exchange->answered)
        return queue(exchange);
    exchange->suspended = true;
    MHD_suspend_connection(mhd);
    return MHD_YES;
}

void exchange_completed(void *self, struct MHD_Connection *mhd, void **context,
        enum MHD_RequestTerminationCode how)
{
    struct server *server = self;
    struct exchange *exchange = *context;
    (void)mhd;
    (void)how;
    if (exchange == NULL)
        return;
    server->app.on_gone(server->app.self, exchange);
    server->n_exchanges--;
    server->n_streams -= exchange->is_stream ? 1 : 0;
    exchange->conn->exchange = NULL;
    exchange->conn->since_ms = server->now_ms;
    if (exchange->body != NULL)
        explicit_bzero(exchange->body, exchange->cap);
    free(exchange->body);
    free(exchange->answer.body);
    free(exchange);
    *context = NULL;
}
