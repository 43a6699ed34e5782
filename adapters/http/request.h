/* request.h - a row of the table and what the client said, as a question for the
 * node. */
#ifndef ADAPTERS_HTTP_REQUEST_H
#define ADAPTERS_HTTP_REQUEST_H

#include "adapters/http/route.h"
#include "adapters/http/server.h"
#include "adapters/json.h"
#include "gen/gateway.h"

enum {
    PAGE_DEFAULT = 50,
    PAGE_MAX = 200, /* items of a page; more is taken as this */
};

/* Which part of a list is asked for. */
struct page {
    uint64_t after; /* of the node's lists: the last number seen; else how many */
    uint32_t size;
    bool at_node; /* the node cuts the list itself */
};

/* Fill the question; what it points to lies in the arena. False when the client has
 * said something that cannot be: fault. version: from If-Match, 0: none. */
MUST_USE bool request_build(const struct route *route, const struct exchange *exchange,
        const char *param, uint64_t version, struct arena *arena,
        struct request *request, struct page *page, struct json_fault *fault);

#endif
