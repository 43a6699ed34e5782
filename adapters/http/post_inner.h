/* post_inner.h - what the files of the sender share and nobody else includes. */
#ifndef ADAPTERS_HTTP_POST_INNER_H
#define ADAPTERS_HTTP_POST_INNER_H

#include <curl/curl.h>

#include "adapters/http/post.h"

/* Does it name this computer itself? */
bool post_url_is_local(const char *url);

#endif
