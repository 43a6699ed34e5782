/* operation.h - what is said of an operation beside its row in the table of routes: its
 * words, and which problems a client of it should be ready for. */
#ifndef ADAPTERS_HTTP_OPERATION_H
#define ADAPTERS_HTTP_OPERATION_H

#include "adapters/http/problem.h"
#include "adapters/http/route.h"
#include "gen/gateway.h"
#include "gen/operations_gen.h"

enum { OPERATION_PROBLEMS_MAX = 40 }; /* of one operation */

/* NULL: nothing is said of it. */
const struct operation_words *operation_words(const char *id);

/* The message of its question, and the part of that which its body fills; NULL: it asks
 * the node nothing. */
const struct wire_map *operation_question(const struct route *route);
const struct wire_map *operation_body(const struct route *route);
/* Can this field of the question be given? Else the row or the path says it. */
bool operation_takes(const struct route *route, const char *field);
/* Does its answer name the state that it shows? */
bool operation_has_etag(const struct route *route);

/* The media type of its good answer; a stream has EVENTS_TYPE as well. */
const char *operation_type(const struct route *route);
#define EVENTS_TYPE "text/event-stream"

/* Those that follow from its row, and the refusals that its words name; by status, each
 * type once. How many. */
size_t operation_problems(const struct route *route,
        struct problem problems[OPERATION_PROBLEMS_MAX]);
/* The last part of a problem's type: "consentWithdrawn". */
const char *operation_problem_name(const struct problem *problem);

#endif
