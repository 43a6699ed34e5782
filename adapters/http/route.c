/* route.c - finding the row of a request. */
#include "adapters/http/route.h"

#include <stdio.h>
#include <string.h>

/* What may stand in the place of a {parameter}. */
static const char PARAM_SET[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";

static bool path_fits(const char *template, const char *path,
        char param[ROUTE_PARAM_BYTES])
{
    while (*template != '\0') {
        if (*template != '{') {
            if (*template ++ != *path++)
                return false;
            continue;
        }
        size_t len = strspn(path, PARAM_SET);
        if (len == 0 || len >= ROUTE_PARAM_BYTES)
            return false;
        memcpy(param, path, len);
        param[len] = '\0';
        path += len;
        template = strchr(template, '}') + 1;
    }
    return *path == '\0';
}

/* A path that stands in the table as it is, is not that of a {parameter} as well. */
static bool is_literal(const char *path)
{
    bool found = false;
    for (size_t i = 0; i < N_ROUTES && strchr(path, '{') == NULL; i++)
        found = found || strcmp(ROUTES[i].path, path) == 0;
    return found;
}

const struct route *route_find(const char *method, const char *path,
        char param[ROUTE_PARAM_BYTES], char methods[ROUTE_METHODS_BYTES])
{
    bool head = strcmp(method, "HEAD") == 0;
    bool literal = is_literal(path);
    size_t len = 0;
    methods[0] = '\0';
    for (size_t i = 0; i < N_ROUTES; i++) {
        const struct route *route = &ROUTES[i];
        param[0] = '\0';
        if (literal ? strcmp(route->path, path) != 0
                    : !path_fits(route->path, path, param))
            continue;
        if (strcmp(route->method, head ? "GET" : method) == 0)
            return route;
        len += (size_t)snprintf(methods + len, ROUTE_METHODS_BYTES - len, "%s%s",
                len == 0 ? "" : ", ", route->method);
    }
    return NULL;
}
