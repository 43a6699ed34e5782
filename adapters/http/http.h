/* http.h - the program buurtbus-http: the node's socket on one side, HTTP on the
 * other. */
#ifndef ADAPTERS_HTTP_HTTP_H
#define ADAPTERS_HTTP_HTTP_H

#include "adapters/http/conf.h"
#include "core/log.h"
#include "core/version.h"

#define HTTP_PROGRAM "buurtbus-http " BUURTBUS_VERSION

struct http;

/* Serve; log may be NULL. ERR_CONFIG, ERR_KEY_FILE, ERR_LOCKED with words. */
MUST_USE struct http *http_new(const struct http_conf *conf, struct log *log,
        struct err *err);
void http_free(struct http *http);

/* Run until it is asked to stop, and then until what is in flight has its answer, for
 * at most HTTP_STOP_MS. */
MUST_USE bool http_run(struct http *http, struct err *err);
enum { HTTP_STOP_MS = 10000 };

uint16_t http_port(const struct http *http);

#endif
