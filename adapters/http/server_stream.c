/* server_stream.c - an answer without an end: what is pushed leaves as the client reads
 * it. */
#include <stdlib.h>

#include "adapters/http/server_inner.h"

enum { BLOCK_BYTES = 1024, STREAM_FIRST_BYTES = 512 };

/* Nothing to send: the library must leave the connection alone, or it would ask again
 * and again. */
static ssize_t on_read(void *self, uint64_t position, char *out, size_t cap)
{
    struct exchange *exchange = self;
    (void)position;
    if (exchange->len == 0 && exchange->over)
        return MHD_CONTENT_READER_END_OF_STREAM;
    if (exchange->len == 0) {
        /* A client that only listens costs little. */
        free(exchange->body);
        exchange->body = NULL;
        exchange->cap = 0;
        exchange->suspended = true;
        MHD_suspend_connection(exchange->mhd);
        return 0;
    }
    size_t n = exchange->len < cap ? exchange->len : cap;
    memcpy(out, exchange->body, n);
    memmove(exchange->body, exchange->body + n, exchange->len - n);
    exchange->len -= n;
    return (ssize_t)n;
}

struct MHD_Response *stream_response(struct exchange *exchange)
{
    return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK_BYTES, on_read,
            exchange, NULL);
}

void exchange_stream(struct exchange *exchange, const struct response *answer)
{
    free(exchange->body);
    exchange->body = NULL;
    exchange->len = exchange->cap = 0;
    exchange->is_stream = true;
    exchange->server->n_streams++;
    exchange_answer(exchange, answer);
}

void exchange_end(struct exchange *exchange)
{
    exchange->over = true;
    exchange->conn->since_ms = exchange->server->now_ms;
    exchange_resume(exchange);
}

bool exchange_push(struct exchange *exchange, struct span bytes)
{
    if (exchange->over || bytes.len > SERVER_STREAM_MAX - exchange->len) {
        exchange_end(exchange);
        return false;
    }
    if (exchange->len + bytes.len > exchange->cap) {
        size_t cap = exchange->cap == 0 ? STREAM_FIRST_BYTES : exchange->cap;
        while (cap < exchange->len + bytes.len)
            cap *= 2;
        char *grown = realloc(exchange->body, cap);
        if (grown == NULL) {
            exchange_end(exchange);
            return false;
        }
        exchange->body = grown;
        exchange->cap = cap;
    }
    memcpy(exchange->body + exchange->len, bytes.at, bytes.len);
    exchange->len += bytes.len;
    exchange_resume(exchange);
    return true;
}
