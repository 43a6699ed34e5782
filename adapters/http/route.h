/* route.h - every operation of the API, one row each: the address, who may, what is
 * asked of the node, and which part of the reply is the answer.
 *
 * A new resource is a new row. The same rows feed the router, the answers 404 and 405,
 * and the check of openapi.yaml. What a row does not say is said by the messages of
 * gateway.proto: the words of an address and the members of a body are the fields of
 * the question, in lowerCamelCase. */
#ifndef ADAPTERS_HTTP_ROUTE_H
#define ADAPTERS_HTTP_ROUTE_H

#include <stdbool.h>
#include <stddef.h>

enum { ROUTE_PARAM_BYTES = 64, ROUTE_PATH_MAX = 200, ROUTE_METHODS_BYTES = 40 };

/* What becomes of the reply. */
enum route_answer {
    ANSWER_LOCAL,  /* it is known here: the node is not asked */
    ANSWER_RESULT, /* the result as it is */
    ANSWER_ONE,    /* the first of its list, or not found */
    ANSWER_LIST,   /* its list as a page */
    ANSWER_MADE,   /* what was made or changed */
    ANSWER_EVENTS, /* what happened, as a page or as it happens */
};

enum route_flags {
    ROUTE_OPEN = 1,    /* without a token */
    ROUTE_BODY = 2,    /* has a JSON body */
    ROUTE_SENDS = 4,   /* changes something: Idempotency-Key */
    ROUTE_MATCH = 8,   /* of a state that was seen: If-Match */
    ROUTE_NEW = 16,    /* makes something: 201 with its address */
    ROUTE_STREAM = 32, /* goes on until the client hangs up */
    ROUTE_HERE = 64,   /* webhooks: the node only says whose token it is */
};

struct route {
    const char *method;
    const char *path; /* "/v1/referrals/{number}/accept" */
    const char *id;   /* operationId */
    /* One of these is enough ("a+b": both together), as the node judges; for the
     * documents. */
    const char *scopes;
    enum route_answer answer;
    unsigned flags;
    const char *op;       /* the question in gateway.proto; local: what it is */
    const char *key;      /* the field that the {parameter} fills; NULL: none */
    const char *into;     /* the field that the body fills; NULL: the question itself */
    const char *fixed[2]; /* a field, in lowerCamelCase, and its value */
    const char *result, *list; /* of Reply, and of that */
    const char *location;      /* of what is made, in front of its number */
};

extern const struct route ROUTES[];
extern const size_t N_ROUTES;

/* The row for this request; param (may be empty) as it stands in the path. NULL: there
 * is none, and methods says which the path has ("": there is no such path). HEAD is
 * GET. */
const struct route *route_find(const char *method, const char *path,
        char param[ROUTE_PARAM_BYTES], char methods[ROUTE_METHODS_BYTES]);

#endif
