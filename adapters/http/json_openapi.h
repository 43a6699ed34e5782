/* json_openapi.h - the contract of the API for programs: OpenAPI 3.1 as JSON. */
#ifndef ADAPTERS_HTTP_JSON_OPENAPI_H
#define ADAPTERS_HTTP_JSON_OPENAPI_H

/* The whole document on the heap; NULL: no memory. */
char *json_openapi(void);

#endif
