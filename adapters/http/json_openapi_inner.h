/* json_openapi_inner.h - the parts of the contract: schemas, examples, problems. */
#ifndef ADAPTERS_HTTP_JSON_OPENAPI_INNER_H
#define ADAPTERS_HTTP_JSON_OPENAPI_INNER_H

#include <jansson.h>

#include "adapters/http/operation.h"
#include "adapters/json.h"

#define OPENAPI_JSON "application/json"

/* Sets a member; takes the value. */
static inline bool openapi_put(json_t *object, const char *name, json_t *value)
{
    return json_object_set_new(object, name, value) == 0;
}

/* The whole; NULL: no memory. */
json_t *openapi_document(void);

/* {"$ref": "#/components/KIND/NAME"} */
json_t *openapi_ref(const char *kind, const char *name);

/* --- json_openapi_schema.c: of messages and vocabularies, each put among the schemas
 * once --- */
json_t *openapi_message(json_t *schemas, const struct wire_map *map);
json_t *openapi_field(json_t *schemas, const struct wire_field *field);
/* The body of a request, and what is answered when all is well. */
json_t *openapi_body_schema(json_t *schemas, const struct route *route);
json_t *openapi_good_schema(json_t *schemas, const struct route *route);

/* --- json_openapi_example.c: what the program would say; NULL: no example --- */
json_t *openapi_request_example(const struct route *route);
json_t *openapi_answer_example(const struct route *route, char **stream);
/* Of the word in a path; NULL: none. */
json_t *openapi_word_example(const struct route *route, const char *word);

/* --- json_openapi_problem.c: the answers of an operation, by status --- */
json_t *openapi_responses(json_t *components, const struct route *route);

#endif
