/* server_inner.h - what the files of the server share and nobody else includes. */
#ifndef ADAPTERS_HTTP_SERVER_INNER_H
#define ADAPTERS_HTTP_SERVER_INNER_H

#include <microhttpd.h>

#include "adapters/http/server.h"

/* One connection, from accept to close. */
struct server_conn {
    struct server_conn *next, **at;
    struct exchange *exchange; /* NULL: between requests */
    int fd;
    int64_t since_ms; /* when it began to do what it does now */
    bool cut;
};

struct server {
    struct loop *loop;
    struct server_app app;
    struct MHD_Daemon *daemon;
    struct watch *watch;
    struct server_conn *conns;
    size_t n_conns, n_exchanges, n_streams;
    int64_t now_ms;
    int64_t look_ms;
    uint16_t port;
    bool pending; /* run it again */
    char *certificate, *key;
};

struct exchange {
    struct server *server;
    struct server_conn *conn;
    struct MHD_Connection *mhd;
    const char *method, *path; /* the library's, as long as the exchange lives */
    void *own;
    char *body;
    size_t len, cap;
    uint64_t announced; /* Content-Length */
    bool has_body, too_large, unclear;
    bool whole;     /* all of it is there */
    bool answered;  /* the program has said what */
    bool queued;    /* and the library has it */
    bool suspended; /* the library leaves it alone until it is resumed */
    bool is_stream, over;
    struct response answer;
    uint64_t began_us, answered_us;
};

/* --- server_unclear.c --- */
size_t server_unescape(void *self, struct MHD_Connection *mhd, char *text);

/* --- server_exchange.c --- */
enum MHD_Result exchange_access(void *self, struct MHD_Connection *mhd, const char *url,
        const char *method, const char *version, const char *upload, size_t *n_upload,
        void **context);
void exchange_completed(void *self, struct MHD_Connection *mhd, void **context,
        enum MHD_RequestTerminationCode how);
/* Let the library look at it again. */
void exchange_resume(struct exchange *exchange);

/* --- server_tls.c --- */
/* Is the certificate one, does it hold now, and is the key its own? ERR_KEY_FILE. */
MUST_USE bool server_tls_check(const struct http_conf *conf,
        const struct server *server, struct err *err);

/* --- server_stream.c --- */
struct MHD_Response *stream_response(struct exchange *exchange);

#endif
