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

#define LENGTH(member, default, count, in, sentence)                                   \
    {                                                                                  \
        .name = #member, .type = CONF_LENGTH,                                          \
        .offset = offsetof(struct http_conf, member), .initial = (default),            \
        .most = {.n = (count), .unit = TIME_IN_##in}, .words = (sentence)              \
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
        TEXT(tls_key, "",
                "File with the private key of that certificate (PEM), which only the user of this program may read (mode 0600)."),
        NUMBER(connections, "1024", 16, 16384, "How many connections there may be."),
        NUMBER(requests_a_second, "1000", 1, 1000000,
                "How many requests a second one application may make for long."),
        TEXT(webhook_urls, "",
                "The exact addresses that webhook messages may be sent to, separated by commas; empty: no webhooks. They begin with https, or with http to this computer itself."),
        {.name = "webhook_private",
           .type = CONF_BOOL,
           .offset = offsetof(struct http_conf, webhook_private),
           .initial = "no",
           .words =
                        "May such an address be in a private network, such as 10.0.0.0/8 or 192.168.0.0/16?"},
        TEXT(webhook_ca, "",
                "File with the authorities that vouch for the receivers of webhook messages (PEM); empty: those of the system."),
        TEXT(webhook_retries, "5s,5min,30min,2h,5h,10h,14h,20h,24h",
                "How long after each try that failed a webhook message is sent again; behind the last one it is given up."),
        LENGTH(webhook_wait, "15s", 5, min,
                "How long a receiver of webhook messages may take to answer."),
        LENGTH(webhook_give_up, "5d", 60, d,
                "A webhook where nothing has arrived for this long is switched off."),
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

bool http_conf_next(const char **list, struct span *one)
{
    const char *at = *list + strspn(*list, ", ");
    *one = (struct span){(const uint8_t *)at, strcspn(at, ", ")};
    *list = at + one->len;
    return one->len > 0;
}

/* Is it one of those that stand there, separated by commas? */
static bool is_listed(const char *list, const char *value, size_t len,
        int (*compare)(const char *a, const char *b, size_t n))
{
    struct span one;
    while (http_conf_next(&list, &one))
        if (one.len == len && compare((const char *)one.at, value, len) == 0)
            return true;
    return false;
}

bool http_conf_knows_host(const struct http_conf *conf, const char *value)
{
    const char *bracket = strchr(value, ']');
    const char *colon = strchr(bracket != NULL ? bracket : value, ':');
    size_t len = colon != NULL ? (size_t)(colon - value) : strlen(value);
    return is_listed(conf->hosts, value, len, strncasecmp);
}

bool http_conf_knows_url(const struct http_conf *conf, const char *url)
{
    return is_listed(conf->webhook_urls, url, strlen(url), strncmp);
}

/* "5s,5min" as lengths. */
static bool read_retries(struct http_conf *conf)
{
    const char *list = conf->webhook_retries;
    char text[TIME_TEXT_BYTES];
    struct span one;
    while (http_conf_next(&list, &one)) {
        if (one.len >= sizeof text || conf->n_retries == HTTP_RETRIES_MAX)
            return false;
        memcpy(text, one.at, one.len);
        text[one.len] = '\0';
        if (!time_length_parse(text, &conf->retries[conf->n_retries++]))
            return false;
    }
    return true;
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
    if (conf->hosts[strspn(conf->hosts, ", ")] == '\0')
        return err_set(err, ERR_CONFIG,
                "%s: hosts must have a name, or no request is answered", path);
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
    if (!read_retries(&made))
        return err_set(err, ERR_CONFIG,
                "%s: webhook_retries must be at most %d lengths as 5s,5min,2h", path,
                HTTP_RETRIES_MAX);
    if (!check(&made, path, err))
        return false;
    *conf = made;
    return true;
}
