/* server.c - the daemon: its socket, its turns, and clients that keep it waiting. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "adapters/http/server_inner.h"
#include "core/keys.h"

enum {
    LOOK_EVERY_MS = 500,      /* for clients that are too slow */
    MEMORY_BYTES = 32 * 1024, /* of one connection: headers both ways */
    BACKLOG = 512,            /* connections the kernel may hold before accept */
    PEM_MAX = 65536,          /* bytes of a certificate or key file */
    ROUNDS_MAX = 16, /* runs of the library in one turn, so that the loop goes on */
};

/* --- the socket --- */

static int open_socket(const struct http_conf *conf, uint16_t *port, struct err *err)
{
    char host[HTTP_TEXT_BYTES];
    struct sockaddr_in6 six = {.sin6_family = AF_INET6};
    struct sockaddr_in four = {.sin_family = AF_INET};
    const int one = 1;
    if (!http_conf_address(conf->listen, host, port)) {
        err_set(err, ERR_CONFIG, "%s is no address to listen on", conf->listen);
        return -1;
    }
    bool is_six = strchr(host, ':') != NULL;
    four.sin_port = six.sin6_port = htons(*port);
    inet_pton(is_six ? AF_INET6 : AF_INET, host,
            is_six ? (void *)&six.sin6_addr : (void *)&four.sin_addr);
    struct sockaddr *name = is_six ? (struct sockaddr *)&six : (struct sockaddr *)&four;
    socklen_t size = is_six ? sizeof six : sizeof four;
    int fd = socket(name->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0 &&
            bind(fd, name, size) == 0 && listen(fd, BACKLOG) == 0 &&
            getsockname(fd, name, &size) == 0) {
        *port = ntohs(is_six ? six.sin6_port : four.sin_port);
        return fd;
    }
    err_set(err, errno == EADDRINUSE ? ERR_LOCKED : ERR_CONFIG,
            "cannot listen on %s: %s", conf->listen, strerror(errno));
    if (fd >= 0)
        close(fd);
    return -1;
}

/* A whole file as text; NULL with err. */
static char *read_pem(const char *path, struct err *err)
{
    FILE *file = fopen(path, "rbe");
    char *text = calloc(1, PEM_MAX + 1);
    size_t len = file != NULL && text != NULL ? fread(text, 1, PEM_MAX + 1, file) : 0;
    if (file != NULL)
        fclose(file);
    if (len > 0 && len <= PEM_MAX)
        return text;
    free(text);
    err_set(err, ERR_KEY_FILE, "%s cannot be read, is empty or is over %d bytes", path,
            PEM_MAX);
    return NULL;
}

/* The same of the private key, which is a secret as every other key: a file of ours
 * that nobody else can use. */
static char *read_key(const char *path, struct err *err)
{
    char *text = calloc(1, PEM_MAX + 1);
    size_t len = 0;
    if (text == NULL)
        err_set(err, ERR_NOMEM, "no memory for %s", path);
    else if (keys_read_file(path, (uint8_t *)text, PEM_MAX, &len, err))
        return text;
    free(text);
    return NULL;
}

/* --- connections --- */

static void on_connection(void *self, struct MHD_Connection *mhd, void **context,
        enum MHD_ConnectionNotificationCode what)
{
    struct server *server = self;
    struct server_conn *conn = *context;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        conn = calloc(1, sizeof *conn);
        *context = conn;
        if (conn == NULL)
            return;
        conn->fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)
                           ->connect_fd;
        conn->since_ms = server->now_ms;
        conn->next = server->conns;
        conn->at = &server->conns;
        if (conn->next != NULL)
            conn->next->at = &conn->next;
        server->conns = conn;
        server->n_conns++;
    } else if (conn != NULL) {
        *conn->at = conn->next;
        if (conn->next != NULL)
            conn->next->at = conn->at;
        server->n_conns--;
        free(conn);
        *context = NULL;
    }
}

/* How long it may go on with what it does now; 0: as long as it likes. */
static int64_t patience_ms(const struct server_conn *conn)
{
    const struct exchange *exchange = conn->exchange;
    if (exchange == NULL)
        return SERVER_IDLE_MS;
    if (!exchange->whole)
        return SERVER_BODY_MS;
    return exchange->queued && (!exchange->is_stream || exchange->over)
                   ? SERVER_WRITE_MS
                   : 0;
}

/* The library's own limit counts from the last byte, so that a client that sends one
 * now and then would hold its place for ever. */
static void cut_the_slow(struct server *server)
{
    for (struct server_conn *conn = server->conns; conn != NULL; conn = conn->next) {
        int64_t patience = patience_ms(conn);
        if (conn->cut || patience == 0 || conn->since_ms + patience > server->now_ms)
            continue;
        conn->cut = true;
        shutdown(conn->fd, SHUT_RDWR);
    }
}

/* --- turns --- */

static void on_ready(void *self, unsigned events)
{
    struct server *server = self;
    (void)events;
    server->pending = true;
}

int64_t server_turn(struct server *server, int64_t now_ms)
{
    MHD_UNSIGNED_LONG_LONG wait_ms = 0;
    bool more = server->pending;
    server->now_ms = now_ms;
    if (server->look_ms <= now_ms) {
        server->look_ms = now_ms + LOOK_EVERY_MS;
        cut_the_slow(server);
        more = true;
    }
    for (int i = 0; more && i < ROUNDS_MAX; i++) {
        server->pending = false;
        MHD_run(server->daemon);
        /* Zero: it has read from the kernel what it has not handled yet, and no edge
         * will come for that. */
        more = server->pending ||
               (MHD_get_timeout(server->daemon, &wait_ms) == MHD_YES && wait_ms == 0);
    }
    server->pending = more;
    if (more)
        return now_ms;
    return server->n_conns > 0 ? server->look_ms : 0;
}

void server_close_door(struct server *server)
{
    MHD_socket fd = MHD_quiesce_daemon(server->daemon);
    if (fd != MHD_INVALID_SOCKET)
        close(fd);
    server->pending = true;
}

size_t server_busy(const struct server *server)
{
    return server->n_exchanges - server->n_streams;
}

size_t server_connections(const struct server *server)
{
    return server->n_conns;
}

size_t server_streams(const struct server *server)
{
    return server->n_streams;
}

uint16_t server_port(const struct server *server)
{
    return server->port;
}

/* --- from start to end --- */

/* What it says of clients may hold what they sent. */
static void log_nothing(void *self, const char *format, va_list args)
{
    (void)self;
    (void)format;
    (void)args;
}

static bool start(struct server *server, const struct http_conf *conf, int fd,
        struct err *err)
{
    unsigned flags = MHD_USE_EPOLL | MHD_USE_TURBO | MHD_ALLOW_SUSPEND_RESUME |
                     MHD_USE_ERROR_LOG;
    /* Older versions are broken. */
    char versions[] = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2";
    const struct MHD_OptionItem tls[] = {
            {MHD_OPTION_HTTPS_MEM_CERT,   0, server->certificate},
            {MHD_OPTION_HTTPS_MEM_KEY,    0, server->key        },
            {MHD_OPTION_HTTPS_PRIORITIES, 0, versions           },
            {MHD_OPTION_END,              0, NULL               },
    };
    const struct MHD_OptionItem plain[] = {
            {MHD_OPTION_END, 0, NULL}
    };
    if (server->certificate != NULL)
        flags |= MHD_USE_TLS;
    server->daemon = MHD_start_daemon(flags, server->port, NULL, NULL, exchange_access,
            server, MHD_OPTION_EXTERNAL_LOGGER, log_nothing, NULL,
            MHD_OPTION_UNESCAPE_CALLBACK, server_unescape, NULL,
            MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_NOTIFY_COMPLETED,
            exchange_completed, server, MHD_OPTION_NOTIFY_CONNECTION, on_connection,
            server, MHD_OPTION_CONNECTION_LIMIT, (unsigned)conf->connections,
            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY_BYTES, MHD_OPTION_ARRAY,
            server->certificate != NULL ? tls : plain, MHD_OPTION_END);
    if (server->daemon == NULL) {
        close(fd);
        return err_set(err, ERR_CONFIG, "cannot serve HTTP on %s%s", conf->listen,
                server->certificate != NULL ? ": are tls_certificate and tls_key right?"
                                            : "");
    }
    int epoll = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    server->watch = loop_watch(server->loop, epoll, WATCH_READ, on_ready, server, err);
    return server->watch != NULL;
}

struct server *server_new(struct loop *loop, const struct http_conf *conf,
        const struct server_app *app, struct err *err)
{
    struct server *server = calloc(1, sizeof *server);
    if (server == NULL) {
        err_set(err, ERR_NOMEM, "no memory for the HTTP server");
        return NULL;
    }
    server->loop = loop;
    server->app = *app;
    server->now_ms = loop_now(loop);
    server->pending = true;
    bool ok = true;
    if (conf->tls_certificate[0] != '\0') {
        server->certificate = read_pem(conf->tls_certificate, err);
        server->key = server->certificate != NULL ? read_key(conf->tls_key, err) : NULL;
        ok = server->key != NULL && server_tls_check(conf, server, err);
    }
    int fd = ok ? open_socket(conf, &server->port, err) : -1;
    if (fd >= 0 && start(server, conf, fd, err))
        return server;
    server_free(server);
    return NULL;
}

void server_free(struct server *server)
{
    if (server == NULL)
        return;
    watch_close(server->watch);
    /* The library ends the process when it is stopped while one is suspended. */
    for (struct server_conn *conn = server->conns; conn != NULL; conn = conn->next)
        if (conn->exchange != NULL)
            exchange_resume(conn->exchange);
    if (server->daemon != NULL)
        MHD_stop_daemon(server->daemon);
    free(server->certificate);
    if (server->key != NULL)
        explicit_bzero(server->key, PEM_MAX);
    free(server->key);
    free(server);
}
