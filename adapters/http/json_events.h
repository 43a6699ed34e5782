/* json_events.h - what the files that make JSON answers share. */
#ifndef ADAPTERS_HTTP_JSON_EVENTS_H
#define ADAPTERS_HTTP_JSON_EVENTS_H

#include "gen/gateway.h"

struct json_t; /* of jansson */

/* The events as a page; who asks again with `last` as cursor misses nothing. */
struct json_t *json_events_page(const struct event_list *list);

/* "next" of a page: a text, or null when there is no more. */
struct json_t *json_cursor(bool more, uint64_t number);

#endif
