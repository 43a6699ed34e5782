/* json_openapi_problem.c - what an operation answers, by status: when all is well, and
 * each problem that a client should be ready for. */
#include <stdio.h>
#include <stdlib.h>

#include "adapters/http/json_answer.h"
#include "adapters/http/json_openapi_inner.h"

enum { NAMES_BYTES = 400, STATUS_BYTES = 12 };

/* The example of a problem is what the program says of it. */
static json_t *problem_ref(json_t *components, const struct problem *problem)
{
    json_t *examples = json_object_get(components, "examples");
    const char *name = operation_problem_name(problem);
    if (json_object_get(examples, name) == NULL) {
        struct response answer = {0};
        bool made = json_answer_problem(problem, NULL, 0, &answer);
        json_t *value = made ? json_loadb(answer.body, answer.len, 0, NULL) : NULL;
        free(answer.body);
        openapi_put(examples, name, json_pack("{s:o?}", "value", value));
    }
    return openapi_ref("examples", name);
}

static json_t *problem_headers(const struct problem *problems, size_t n)
{
    json_t *headers = json_object();
    for (size_t i = 0; i < n; i++) {
        if (problems[i].retry_s > 0)
            openapi_put(headers, "Retry-After", openapi_ref("headers", "RetryAfter"));
        if (problems[i].status == 401)
            openapi_put(headers, "WWW-Authenticate",
                    openapi_ref("headers", "WwwAuthenticate"));
    }
    return headers;
}

/* The n problems of one status, which may be the same for many operations. */
static json_t *problems_ref(json_t *components, const struct problem *problems,
        size_t n)
{
    json_t *responses = json_object_get(components, "responses");
    char key[NAMES_BYTES] = "", words[NAMES_BYTES] = "";
    json_t *examples = json_object();
    for (size_t i = 0; i < n; i++) {
        const char *name = operation_problem_name(&problems[i]);
        size_t used = strlen(key), said = strlen(words);
        snprintf(key + used, sizeof key - used, "%s%s", i == 0 ? "" : "-", name);
        snprintf(words + said, sizeof words - said, "%s%s", i == 0 ? "" : ", ", name);
        openapi_put(examples, name, problem_ref(components, &problems[i]));
    }
    if (json_object_get(responses, key) == NULL)
        openapi_put(responses, key,
                json_pack("{s:s, s:o, s:{s:{s:o, s:O}}}", "description", words,
                        "headers", problem_headers(problems, n), "content",
                        "application/problem+json", "schema",
                        openapi_ref("schemas", "Problem"), "examples", examples));
    json_decref(examples);
    return openapi_ref("responses", key);
}

static void add_problems(json_t *responses, json_t *components,
        const struct route *route)
{
    struct problem problems[OPERATION_PROBLEMS_MAX];
    size_t n = operation_problems(route, problems);
    for (size_t first = 0, end; first < n; first = end) {
        char status[STATUS_BYTES];
        for (end = first + 1;
                end < n && problems[end].status == problems[first].status;)
            end++;
        snprintf(status, sizeof status, "%u", problems[first].status);
        openapi_put(responses, status,
                problems_ref(components, problems + first, end - first));
    }
    openapi_put(responses, "default", openapi_ref("responses", "Problem"));
}

/* --- when all is well --- */

static json_t *content(const char *type, json_t *schema, json_t *example)
{
    json_t *one = json_pack("{s:o}", "schema", schema);
    if (example != NULL)
        openapi_put(one, "example", example);
    return json_pack("{s:o}", type, one);
}

static json_t *good(json_t *schemas, const struct route *route)
{
    char *stream = NULL;
    json_t *example = openapi_answer_example(route, &stream);
    json_t *types = content(operation_type(route), openapi_good_schema(schemas, route),
            example);
    json_t *headers = json_object();
    if ((route->flags & ROUTE_STREAM) != 0)
        openapi_put(types, EVENTS_TYPE,
                json_pack("{s:{s:s}, s:s?}", "schema", "type", "string", "example",
                        stream));
    free(stream);
    if (route->location != NULL)
        openapi_put(headers, "Location", openapi_ref("headers", "Location"));
    if (operation_has_etag(route))
        openapi_put(headers, "ETag", openapi_ref("headers", "ETag"));
    return json_pack("{s:s, s:o, s:o}", "description", "done", "headers", headers,
            "content", types);
}

json_t *openapi_responses(json_t *components, const struct route *route)
{
    json_t *schemas = json_object_get(components, "schemas");
    json_t *responses = json_object();
    openapi_put(responses, (route->flags & ROUTE_NEW) != 0 ? "201" : "200",
            good(schemas, route));
    if (operation_has_etag(route))
        openapi_put(responses, "304", openapi_ref("responses", "NotModified"));
    add_problems(responses, components, route);
    if (route->answer == ANSWER_LOCAL && strcmp(route->op, "health") == 0)
        openapi_put(responses, "503",
                json_pack("{s:s, s:o}", "description", "the node is away", "content",
                        content(operation_type(route), openapi_ref("schemas", "Health"),
                                json_pack("{s:s, s:[{s:s, s:s}]}", "status", "DOWN",
                                        "reasons", "code", "nodeAway", "detail",
                                        "The node does not answer."))));
    return responses;
}
