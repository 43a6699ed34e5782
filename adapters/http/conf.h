/* conf.h - the settings of buurtbus-http (http.conf), in one table. */
#ifndef ADAPTERS_HTTP_CONF_H
#define ADAPTERS_HTTP_CONF_H

#include "core/home.h"

enum {
    HTTP_TEXT_BYTES = 256,
    HTTP_HOSTS_BYTES = 512,
    HTTP_URLS_BYTES = 4096,
    HTTP_RETRIES_MAX = 16, /* times that a webhook message is sent again */
};

/* What it is started with. */
struct http_conf {
    char home[HOME_PATH_MAX];          /* not in the file: --home */
    char listen[HTTP_TEXT_BYTES];      /* HOST:PORT */
    char node_socket[HTTP_TEXT_BYTES]; /* "": HOME/run/node.sock */
    char hosts[HTTP_HOSTS_BYTES];      /* names that a client may call us by */
    char tls_certificate[HTTP_TEXT_BYTES], tls_key[HTTP_TEXT_BYTES];
    int64_t connections;
    int64_t requests_a_second; /* of one token */
    char log_level[8];
    char webhook_urls[HTTP_URLS_BYTES]; /* that messages may go to */
    bool webhook_private;               /* also in a private network */
    char webhook_ca[HTTP_TEXT_BYTES];
    char webhook_retries[HTTP_TEXT_BYTES];
    struct time_length webhook_wait, webhook_give_up;
    /* webhook_retries, read. */
    struct time_length retries[HTTP_RETRIES_MAX];
    size_t n_retries;
};
extern const struct conf_key HTTP_KEYS[];
extern const size_t N_HTTP_KEYS;
#define HTTP_CONF_TITLE "Settings of the Buurtbus HTTP API"

/* Read HOME/http.conf, which is written with the defaults when it is not there, and
 * judge what hangs together: an address that others can reach needs TLS. */
MUST_USE bool http_conf_load(const char *home, struct http_conf *conf, struct err *err);

/* The two parts of listen; false when it is no HOST:PORT with a numeric address. An
 * IPv6 address stands in brackets. */
MUST_USE bool http_conf_address(const char *listen, char host[HTTP_TEXT_BYTES],
        uint16_t *port);
/* Can only programs of this computer connect to it? */
bool http_conf_is_local(const char *host);

/* The next of those that stand in a setting, separated by commas or blanks, and *list
 * behind it; false: that was the last. */
bool http_conf_next(const char **list, struct span *one);
/* Is this the value of a Host header that we answer to? Else a page of somebody else
 * could let a browser ask us under its own name. */
bool http_conf_knows_host(const struct http_conf *conf, const char *value);
/* Is it exactly one of webhook_urls? */
bool http_conf_knows_url(const struct http_conf *conf, const char *url);

#endif
