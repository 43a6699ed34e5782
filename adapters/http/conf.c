/* conf.c - the settings of buurtbus-http: their table, and what hangs together. */
#include "adapters/http/conf.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define TEXT(member, default, sentence)                                                \
    {                                                                                  \
        .name = #member, .type = CONF_TEXT,                                            \
        .offset = offsetof(struct http_conf, member),                                  \
        .cap = sizeof(((struct http_conf *)0)->member), .initial = (default),          \
        .words = (sentence)                                                            \
    }
#define NUMBER(member, default, least, most_of, sentence)                              \
    {                                                                                  \
        .name = #member, .type = CONF_NUMBER,                                          \
        .offset = offsetof(struct http_conf, member), .initial = (default),            \
        .min = (least), .max = (most_of), .words = (sentence)                          \
    }

const struct conf_key HTTP_KEYS[] = {
        TEXT(listen, "127.0.0.1:8480",
                "Where programs connect: ADDRESS:PORT. Another address than one of this computer itself needs TLS."),
        TEXT(node_socket, "",
                "The local socket of the node; empty: run/node.sock in this home."),
        TEXT(hosts, "localhost,127.0.0.1,[::1]",
                "The names by which a client may call this program, separated by commas; a request for another name is refused."),
        TEXT(tls_certificate, "",
                "File with the certificate for TLS, and behind it those that vouch for it (PEM)."),
        TEXT(tls_key, "", "File with the private key of that certificate (PEM)."),
        NUMBER(connections, "1024", 16, 16384, "How many connections there may be."),
        NUMBER(requests_a_second, "1000", 1, 1000000,
                "How many requests a second one application may make for long."),
        TEXT(log_level, "info",
                "How much is written to the log: error, warn, info or debug."),
};
const size_t N_HTTP_KEYS = COUNT_OF(HTTP_KEYS);

bool http_conf_address(const char *listen, char host[HTTP_TEXT_BYTES], uint16_t *port)
{
    enum { PORT_MAX = 65535, TEN = 10 };
    struct in6_addr any;
    const char *colon = strrchr(listen, ':');
    char *end = NULL;
    if (colon == NULL || colon == listen || colon[1] < '0' || colon[1] > '9')
        return false;
    unsigned long number = strtoul(colon + 1, &end, TEN);
    bool bracketed = listen[0] == '[' && colon[-1] == ']';
    size_t len = (size_t)(colon - listen) - (bracketed ? 2 : 0);
    if (*end != '\0' || number > PORT_MAX || len == 0 || len >= HTTP_TEXT_BYTES)
        return false;
    memcpy(host, listen + (bracketed ? 1 : 0), len);
    host[len] = '\0';
    *port = (uint16_t)number;
    return inet_pton(bracketed ? AF_INET6 : AF_INET, host, &any) == 1;
}

bool http_conf_is_local(const char *host)
{
    return strncmp(host, "127.", 4) == 0 || strcmp(host, "::1") == 0;
}

bool http_conf_knows_host(const struct http_conf *conf, const char *value)
{
    const char *bracket = strchr(value, ']');
    const char *colon = strchr(bracket != NULL ? bracket : value, ':');
    size_t len = colon != NULL ? (size_t)(colon - value) : strlen(value);
    const char *at = conf->hosts;
    while (*at != '\0') {
        at += strspn(at, ", ");
        size_t name = strcspn(at, ", ");
        if (name > 0 && name == len && strncasecmp(at, value, len) == 0)
            return true;
        at += name;
    }
    return false;
}

/* What one setting asks of another. */
static bool check(const struct http_conf *conf, const char *path, struct err *err)
{
    char host[HTTP_TEXT_BYTES];
    uint16_t port;
    enum log_level level;
    if (!http_conf_address(conf->listen, host, &port))
        return err_set(err, ERR_CONFIG,
                "%s: listen must be an address with its port, as 127.0.0.1:8480", path);
    if ((conf->tls_certificate[0] == '\0') != (conf->tls_key[0] == '\0'))
        return err_set(err, ERR_CONFIG,
                "%s: tls_certificate and tls_key are given together", path);
    if (!http_conf_is_local(host) && conf->tls_certificate[0] == '\0')
        return err_set(err, ERR_CONFIG,
                "%s: others can reach %s, so tls_certificate and tls_key are needed",
                path, conf->listen);
    if (!home_log_level(conf->log_level, &level))
        return err_set(err, ERR_CONFIG,
                "%s: log_level must be error, warn, info or debug", path);
    return true;
}

bool http_conf_load(const char *home, struct http_conf *conf, struct err *err)
{
    char path[HOME_PATH_MAX + 32];
    struct http_conf made = {.home = ""};
    if (strlen(home) >= sizeof made.home)
        return err_set(err, ERR_CONFIG, "the path of the home is too long");
    snprintf(path, sizeof path, "%s/http.conf", home);
    bool there = access(path, F_OK) == 0;
    if (!conf_load(there ? path : NULL, HTTP_KEYS, N_HTTP_KEYS, &made, err))
        return false;
    /* So that who looks for the settings finds them with their words. */
    if (!there && !conf_save(path, HTTP_CONF_TITLE, HTTP_KEYS, N_HTTP_KEYS, &made, err))
        return false;
    snprintf(made.home, sizeof made.home, "%s", home);
    if (made.node_socket[0] == '\0' &&
            (size_t)snprintf(made.node_socket, sizeof made.node_socket,
                    "%s/run/node.sock", home) > HOME_SOCKET_PATH_MAX)
        return err_set(err, ERR_CONFIG, "the path of the home is too long");
    if (!check(&made, path, err))
        return false;
    *conf = made;
    return true;
}
