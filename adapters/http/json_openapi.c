/* json_openapi.c - the contract, OpenAPI 3.1, made of the rows of the table, what is
 * said of them and the messages that they name: what it says is what the program
 * does. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "adapters/http/json_openapi.h"
#include "adapters/http/json_openapi_inner.h"
#include "core/version.h"
#include "core/wire_walk.h"
#include "gen/openapi_base_gen.h"

enum { METHOD_BYTES = 8 };

/* --- parameters --- */

static json_t *parameter(const char *name, const char *in, bool required,
        json_t *schema)
{
    return json_pack("{s:s, s:s, s:b, s:o}", "name", name, "in", in, "required",
            (int)required, "schema", schema);
}

/* The fields of a question that can stand in an address. */
static void add_words(json_t *parameters, json_t *schemas, const struct route *route)
{
    const struct wire_map *map = operation_question(route);
    for (size_t i = 0; i < wire_field_count(map); i++) {
        char name[WIRE_NAME_BYTES];
        struct wire_field field = wire_field_at(map, i);
        if (!operation_takes(route, field.name) || field.kind == WALK_MESSAGE)
            continue;
        json_name(field.name, name);
        json_t *word = parameter(name, "query", false, openapi_field(schemas, &field));
        if (field.max > 0)
            openapi_put(word, "explode", json_false());
        json_array_append_new(parameters, word);
    }
    if (route->list == NULL || route->answer == ANSWER_ONE)
        return;
    json_array_append_new(parameters, openapi_ref("parameters", "pageSize"));
    json_array_append_new(parameters, openapi_ref("parameters", "cursor"));
}

static void add_path_word(json_t *parameters, json_t *schemas,
        const struct route *route)
{
    char name[WIRE_NAME_BYTES];
    struct wire_field field;
    const struct wire_map *map = operation_question(route);
    const char *open = strchr(route->path, '{');
    if (open == NULL)
        return;
    snprintf(name, sizeof name, "%.*s", (int)strcspn(open + 1, "}"), open + 1);
    json_t *schema = map != NULL && wire_field_find(map, route->key, &field)
                             ? openapi_field(schemas, &field)
                             : json_pack("{s:s}", "type", "string");
    json_t *made = parameter(name, "path", true, schema);
    json_t *example = openapi_word_example(route, name);
    if (example != NULL)
        openapi_put(made, "example", example);
    json_array_append_new(parameters, made);
}

static json_t *parameters_of(json_t *schemas, const struct route *route)
{
    const struct {
        bool has;
        const char *name;
    } headers[] = {
            {(route->flags & ROUTE_SENDS) != 0,  "idempotencyKey"},
            {(route->flags & ROUTE_MATCH) != 0,  "ifMatch"       },
            {operation_has_etag(route),          "ifNoneMatch"   },
            {(route->flags & ROUTE_STREAM) != 0, "lastEventId"   },
            {route->answer != ANSWER_LOCAL,      "actor"         },
            {true,                               "acceptLanguage"},
    };
    json_t *parameters = json_array();
    add_path_word(parameters, schemas, route);
    if (operation_question(route) != NULL && (route->flags & ROUTE_BODY) == 0)
        add_words(parameters, schemas, route);
    for (size_t i = 0; i < COUNT_OF(headers); i++)
        if (headers[i].has)
            json_array_append_new(parameters,
                    openapi_ref("parameters", headers[i].name));
    return parameters;
}

/* --- one operation --- */

static json_t *body_of(json_t *schemas, const struct route *route)
{
    json_t *content = json_pack("{s:o}", "schema", openapi_body_schema(schemas, route));
    json_t *example = openapi_request_example(route);
    if (example != NULL)
        openapi_put(content, "example", example);
    return json_pack("{s:b, s:{s:o}}", "required", (int)(route->into == NULL),
            "content", OPENAPI_JSON, content);
}

/* Of these scopes one is enough, or two that stand together: each is a way in of its
 * own. */
static json_t *security_of(const struct route *route)
{
    json_t *ways = json_array(), *scopes = NULL;
    const char *at = route->scopes;
    while (*at != '\0') {
        size_t len = strcspn(at, " +");
        if (scopes == NULL) {
            scopes = json_array();
            json_array_append_new(ways, json_pack("{s:o}", "token", scopes));
        }
        if (strcmp(route->scopes, "any") != 0)
            json_array_append_new(scopes, json_stringn(at, len));
        if (at[len] != '+')
            scopes = NULL;
        at += len + (at[len] == '\0' ? 0 : 1);
    }
    return ways;
}

/* The first word of an address that is a group, else the group of the API itself. */
static const char *tag_of(const struct route *route)
{
    static const struct {
        const char *part, *tag;
    } TAGS[] = {
            {"/visits",         "visits"      },
            {"/v1/referrals",   "referrals"   },
            {"/v1/signals",     "signals"     },
            {"/v1/consents",    "consents"    },
            {"/v1/directory",   "directory"   },
            {"/v1/finder",      "directory"   },
            {"/v1/own",         "own"         },
            {"/v1/ask",         "neighbours"  },
            {"/v1/campaigns",   "neighbours"  },
            {"/v1/barriers",    "neighbours"  },
            {"/v1/advice",      "neighbours"  },
            {"/v1/events",      "events"      },
            {"/v1/webhook",     "events"      },
            {"/v1/reports",     "coordination"},
            {"/v1/escalations", "coordination"},
            {"/v1/audit",       "coordination"},
    };
    for (size_t i = 0; i < COUNT_OF(TAGS); i++)
        if (strstr(route->path, TAGS[i].part) != NULL)
            return TAGS[i].tag;
    return "api";
}

static const char STREAM_WORDS[] =
        " With Accept: " EVENTS_TYPE
        " it is a stream of server-sent events that goes on "
        "until the client hangs up: from now on, or behind Last-Event-ID; a comment comes "
        "every 15 s. A token hears of referrals or signals as its scopes say.";

static json_t *operation(json_t *components, const struct route *route)
{
    json_t *schemas = json_object_get(components, "schemas");
    const struct operation_words *words = operation_words(route->id);
    json_t *made = json_pack("{s:s, s:s, s:[s], s:o, s:o, s:o}", "operationId",
            route->id, "summary", words == NULL ? route->id : words->summary, "tags",
            tag_of(route), "parameters", parameters_of(schemas, route), "responses",
            openapi_responses(components, route), "security", security_of(route));
    if (route->scopes[0] != '\0' && strcmp(route->scopes, "any") != 0)
        openapi_put(made, "description",
                json_sprintf("One of these scopes: %s.%s", route->scopes,
                        (route->flags & ROUTE_STREAM) != 0 ? STREAM_WORDS : ""));
    if (operation_question(route) != NULL && (route->flags & ROUTE_BODY) != 0)
        openapi_put(made, "requestBody", body_of(schemas, route));
    return made;
}

/* --- the whole --- */

static json_t *base(void)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    for (size_t i = 0; out != NULL && i < N_OPENAPI_BASE; i++)
        fputs(OPENAPI_BASE[i], out);
    json_t *made = out != NULL && fclose(out) == 0
                           ? json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL)
                           : NULL;
    free(text);
    return made;
}

static void lower_method(const char *method, char name[METHOD_BYTES])
{
    size_t i = 0;
    for (; method[i] != '\0' && i + 1 < METHOD_BYTES; i++)
        name[i] = (char)tolower((unsigned char)method[i]);
    name[i] = '\0';
}

json_t *openapi_document(void)
{
    json_t *whole = base();
    json_t *components = json_object_get(whole, "components");
    json_t *paths = json_object();
    for (size_t i = 0; components != NULL && i < N_ROUTES; i++) {
        char method[METHOD_BYTES];
        json_t *path = json_object_get(paths, ROUTES[i].path);
        if (path == NULL) {
            path = json_object();
            openapi_put(paths, ROUTES[i].path, path);
        }
        lower_method(ROUTES[i].method, method);
        openapi_put(path, method, operation(components, &ROUTES[i]));
    }
    openapi_put(json_object_get(whole, "info"), "version",
            json_string(BUURTBUS_VERSION));
    openapi_put(whole, "paths", paths);
    return whole;
}

char *json_openapi(void)
{
    json_t *whole = openapi_document();
    char *text = whole != NULL ? json_dumps(whole, JSON_COMPACT) : NULL;
    json_decref(whole);
    return text;
}
