/* post_inner.h - what the files of the sender share and nobody else includes. */
#ifndef ADAPTERS_HTTP_POST_INNER_H
#define ADAPTERS_HTTP_POST_INNER_H

#include <curl/curl.h>
#include <sys/socket.h>

#include "adapters/http/post.h"

/* Where an address lies. */
enum post_place { PLACE_ANYWHERE, PLACE_PRIVATE, PLACE_HERE, PLACE_NOWHERE };
enum post_place post_place_of(const struct sockaddr *address);
/* Does it name this computer itself? */
bool post_url_is_local(const char *url);

#endif
