/* docs.c - the page of operations, made of the rows of the table. */
#include "adapters/http/docs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/http/route.h"
#include "adapters/json.h"
#include "gen/gateway.h"

static const char HEAD[] =
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width\">"
        "<title>Buurtbus HTTP API</title><style>"
        "body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
        "code{font-size:.95em}h2{font-size:1rem;margin:1.5rem 0 0;border-top:1px solid #888;"
        "padding-top:.7rem}p,ul{margin:.2rem 0}</style></head><body>"
        "<h1>Buurtbus HTTP API</h1><p>For programs: <a href=\"/openapi.json\">openapi.json</a>. "
        "Each request that sends or changes something needs the header Idempotency-Key; a step "
        "of a referral also If-Match, with the ETag of the state that was seen.</p>";

/* What a body may say, or what can stand in the address. */
static void put_fields(FILE *out, const struct route *route, const struct wire_map *map)
{
    const char *before = "";
    for (size_t i = 0; i < wire_field_count(map); i++) {
        char name[WIRE_NAME_BYTES];
        struct wire_field field = wire_field_at(map, i);
        bool said =
                (route->key != NULL && strcmp(route->key, field.name) == 0) ||
                (route->fixed[0] != NULL && strcmp(route->fixed[0], field.name) == 0) ||
                strcmp(field.name, "expected_version") == 0 ||
                strcmp(field.name, "after") == 0 || strcmp(field.name, "limit") == 0;
        if (said)
            continue;
        json_name(field.name, name);
        fprintf(out, "%s<code>%s</code>", before, name);
        if (field.kind == WALK_VOCAB)
            fprintf(out, " (codes of %s)", vocab_name(field.vocab));
        before = ", ";
    }
}

static void put_route(FILE *out, const struct route *route)
{
    struct wire_field op, part;
    fprintf(out, "<h2><code>%s %s</code></h2><p>%s", route->method, route->path,
            route->id);
    if (route->scopes[0] != '\0')
        fprintf(out, "; one of these scopes: %s", route->scopes);
    fputs("</p>", out);
    if (route->answer == ANSWER_LOCAL ||
            !wire_field_find(&WIRE_REQUEST, route->op, &op))
        return;
    const struct wire_map *map =
            route->into != NULL && wire_field_find(op.sub, route->into, &part)
                    ? part.sub
                    : op.sub;
    fputs((route->flags & ROUTE_BODY) != 0 ? "<p>Body: " : "<p>Words: ", out);
    put_fields(out, route, map);
    fputs("</p>", out);
}

char *docs_page(size_t *len)
{
    char *text = NULL;
    FILE *out = open_memstream(&text, len);
    if (out == NULL)
        return NULL;
    fputs(HEAD, out);
    for (size_t i = 0; i < N_ROUTES; i++)
        put_route(out, &ROUTES[i]);
    fputs("</body></html>\n", out);
    if (fclose(out) == 0)
        return text;
    free(text);
    return NULL;
}
