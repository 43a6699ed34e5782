/* json_openapi.c - the contract, OpenAPI 3.1, made of the rows of the table and the
 * messages that they name: what it says is what the program does. */
#include <ctype.h>
#include <jansson.h>
#include <stdio.h>

#include "adapters/http/json_openapi.h"
#include "adapters/http/route.h"
#include "adapters/http/server.h"
#include "adapters/json.h"
#include "core/version.h"
#include "gen/content.h"
#include "gen/gateway.h"

enum { REF_BYTES = 128, ID_BYTES = 16, DEEP = 24 };

#define JSON "application/json"

static bool put(json_t *object, const char *name, json_t *value)
{
    return json_object_set_new(object, name, value) == 0;
}

static json_t *ref(const char *kind, const char *name)
{
    return json_pack("{s:o}", "$ref", json_sprintf("#/components/%s/%s", kind, name));
}

/* --- schemas: of messages and vocabularies, each once --- */

static json_t *message_ref(json_t *schemas, const struct wire_map *map);

static json_t *code_ref(json_t *schemas, enum vocab vocab)
{
    char name[REF_BYTES];
    snprintf(name, sizeof name, "Code_%s", vocab_name(vocab));
    if (json_object_get(schemas, name) == NULL) {
        json_t *codes = json_pack("[s]", "");
        for (uint16_t row = 1; row <= vocab_count(vocab); row++)
            json_array_append_new(codes, json_string(vocab_code(vocab, row)));
        put(schemas, name, json_pack("{s:s, s:o}", "type", "string", "enum", codes));
    }
    return ref("schemas", name);
}

static json_t *enum_schema(const struct wire_field *field)
{
    char name[WIRE_NAME_BYTES];
    json_t *values = json_array();
    for (size_t i = 0; wire_enum_at(field, i, name); i++)
        json_array_append_new(values, json_string(name));
    return json_pack("{s:s, s:o}", "type", "string", "enum", values);
}

static json_t *value_schema(json_t *schemas, const struct wire_field *field)
{
    /* What was said in a letter is opened; when it was destroyed there is none. */
    if (field->map == &WIRE_MOMENT && strcmp(field->name, "content") == 0)
        return json_pack("{s:[o, {s:s}]}", "anyOf", message_ref(schemas, &WIRE_CONTENT),
                "type", "null");
    switch (field->kind) {
    case WALK_BOOL: return json_pack("{s:s}", "type", "boolean");
    case WALK_U32:
    case WALK_U64:
        return json_pack("{s:s, s:s, s:i}", "type", "integer", "format", "int64",
                "minimum", 0);
    case WALK_ENUM: return enum_schema(field);
    case WALK_TEXT:
        return json_pack("{s:s, s:i}", "type", "string", "maxLength",
                (int)field->limit);
    case WALK_VOCAB: return code_ref(schemas, field->vocab);
    case WALK_MESSAGE: return message_ref(schemas, field->sub);
    case WALK_BYTES:
    case WALK_FIXED: break;
    }
    return json_pack("{s:s}", "type", "string");
}

static json_t *field_schema(json_t *schemas, const struct wire_field *field)
{
    json_t *value = value_schema(schemas, field);
    if (field->max == 0)
        return value;
    return json_pack("{s:s, s:o, s:i}", "type", "array", "items", value, "maxItems",
            (int)field->max);
}

static bool is_in(const char *name, const char *const *hidden)
{
    for (; hidden != NULL && *hidden != NULL; hidden++)
        if (strcmp(*hidden, name) == 0)
            return true;
    return false;
}

/* hidden: fields that are left out. */
static json_t *object_schema(json_t *schemas, const struct wire_map *map,
        const char *const *hidden)
{
    json_t *properties = json_object();
    for (size_t i = 0; i < wire_field_count(map); i++) {
        char name[WIRE_NAME_BYTES];
        struct wire_field field = wire_field_at(map, i);
        if (is_in(field.name, hidden))
            continue;
        json_name(field.name, name);
        put(properties, name, field_schema(schemas, &field));
    }
    return json_pack("{s:s, s:o}", "type", "object", "properties", properties);
}

static json_t *message_ref(json_t *schemas, const struct wire_map *map)
{
    const char *name = wire_map_name(map);
    if (json_object_get(schemas, name) == NULL) {
        /* Its place first: no message lies in itself, but many in several. */
        put(schemas, name, json_null());
        put(schemas, name, object_schema(schemas, map, NULL));
    }
    return ref("schemas", name);
}

/* --- one operation --- */

static json_t *parameter(const char *name, const char *in, bool required,
        json_t *schema)
{
    return json_pack("{s:s, s:s, s:b, s:o}", "name", name, "in", in, "required",
            (int)required, "schema", schema);
}

/* The fields of a question that can stand in an address. */
static void add_words(json_t *parameters, json_t *schemas, const struct route *route,
        const struct wire_map *map, const char *const *hidden)
{
    for (size_t i = 0; i < wire_field_count(map); i++) {
        char name[WIRE_NAME_BYTES];
        struct wire_field field = wire_field_at(map, i);
        if (is_in(field.name, hidden) || field.kind == WALK_MESSAGE)
            continue;
        json_name(field.name, name);
        json_t *word = parameter(name, "query", false, field_schema(schemas, &field));
        if (field.max > 0)
            put(word, "explode", json_false());
        json_array_append_new(parameters, word);
    }
    if (route->list == NULL || route->answer == ANSWER_ONE)
        return;
    json_array_append_new(parameters, ref("parameters", "pageSize"));
    json_array_append_new(parameters, ref("parameters", "cursor"));
}

static void add_path_word(json_t *parameters, json_t *schemas,
        const struct route *route, const struct wire_map *map)
{
    char name[WIRE_NAME_BYTES];
    struct wire_field field;
    const char *open = strchr(route->path, '{');
    if (open == NULL)
        return;
    snprintf(name, sizeof name, "%.*s", (int)strcspn(open + 1, "}"), open + 1);
    json_t *schema = map != NULL && wire_field_find(map, route->key, &field)
                             ? value_schema(schemas, &field)
                             : json_pack("{s:s}", "type", "string");
    json_array_append_new(parameters, parameter(name, "path", true, schema));
}

static json_t *parameters_of(json_t *schemas, const struct route *route,
        const struct wire_map *map, const char *const *hidden)
{
    static const struct {
        unsigned flag;
        const char *name;
    } HEADERS[] = {
            {ROUTE_SENDS,  "idempotencyKey"},
            {ROUTE_MATCH,  "ifMatch"       },
            {ROUTE_STREAM, "lastEventId"   },
    };
    json_t *parameters = json_array();
    add_path_word(parameters, schemas, route, map);
    if (map != NULL && (route->flags & ROUTE_BODY) == 0)
        add_words(parameters, schemas, route, map, hidden);
    for (size_t i = 0; i < COUNT_OF(HEADERS); i++)
        if ((route->flags & HEADERS[i].flag) != 0)
            json_array_append_new(parameters, ref("parameters", HEADERS[i].name));
    if (route->answer != ANSWER_LOCAL)
        json_array_append_new(parameters, ref("parameters", "actor"));
    return parameters;
}

static json_t *content(const char *type, json_t *schema)
{
    return json_pack("{s:{s:o}}", type, "schema", schema);
}

static json_t *body_of(json_t *schemas, const struct route *route,
        const struct wire_map *map, const char *const *hidden)
{
    struct wire_field field;
    json_t *schema = route->into != NULL && wire_field_find(map, route->into, &field)
                             ? message_ref(schemas, field.sub)
                             : object_schema(schemas, map, hidden);
    return json_pack("{s:b, s:o}", "required", (int)(route->into == NULL), "content",
            content(JSON, schema));
}

static json_t *page_schema(json_t *schemas, const struct wire_field *result,
        const struct wire_field *list)
{
    const char *const hidden[] = {list->name, NULL};
    json_t *page = object_schema(schemas, result->sub, hidden);
    json_t *properties = json_object_get(page, "properties");
    put(properties, "items",
            json_pack("{s:s, s:o}", "type", "array", "items",
                    message_ref(schemas, list->sub)));
    put(properties, "next", json_pack("{s:[s, s]}", "type", "string", "null"));
    put(properties, "pageSize", json_pack("{s:s}", "type", "integer"));
    put(page, "required", json_pack("[s, s, s]", "items", "next", "pageSize"));
    return page;
}

static json_t *good_schema(json_t *schemas, const struct route *route)
{
    struct wire_field result, list;
    if (route->answer == ANSWER_EVENTS)
        return ref("schemas", "EventPage");
    if (route->answer == ANSWER_LOCAL ||
            !wire_field_find(&WIRE_REPLY, route->result, &result))
        return json_pack("{s:s}", "type", "object");
    if (route->list == NULL || !wire_field_find(result.sub, route->list, &list))
        return message_ref(schemas, result.sub);
    return route->answer == ANSWER_ONE ? message_ref(schemas, list.sub)
                                       : page_schema(schemas, &result, &list);
}

static json_t *responses_of(json_t *schemas, const struct route *route)
{
    json_t *good = content(JSON, good_schema(schemas, route));
    if ((route->flags & ROUTE_STREAM) != 0)
        put(good, "text/event-stream",
                json_pack("{s:{s:s}}", "schema", "type", "string"));
    return json_pack("{s:{s:s, s:o}, s:o}",
            (route->flags & ROUTE_NEW) != 0 ? "201" : "200", "description", "done",
            "content", good, "default", ref("responses", "Problem"));
}

/* "listReferrals" -> "list referrals" */
static json_t *summary(const char *id)
{
    char words[REF_BYTES];
    size_t len = 0;
    for (; *id != '\0' && len + 2 < sizeof words; id++) {
        if (isupper((unsigned char)*id))
            words[len++] = ' ';
        words[len++] = (char)tolower((unsigned char)*id);
    }
    return json_stringn(words, len);
}

static json_t *operation(json_t *schemas, const struct route *route)
{
    const char *const hidden[] = {route->key != NULL ? route->key : "expected_version",
            route->fixed[0] != NULL ? route->fixed[0] : "expected_version",
            "expected_version", "after", "limit", NULL};
    struct wire_field op;
    const struct wire_map *map =
            route->answer != ANSWER_LOCAL &&
                            wire_field_find(&WIRE_REQUEST, route->op, &op)
                    ? op.sub
                    : NULL;
    json_t *made = json_pack("{s:s, s:o, s:o, s:o}", "operationId", route->id,
            "summary", summary(route->id), "parameters",
            parameters_of(schemas, route, map, hidden), "responses",
            responses_of(schemas, route));
    if (route->scopes[0] != '\0')
        put(made, "description",
                json_sprintf("One of these scopes: %s.", route->scopes));
    if (map != NULL && (route->flags & ROUTE_BODY) != 0)
        put(made, "requestBody", body_of(schemas, route, map, hidden));
    if ((route->flags & ROUTE_OPEN) != 0)
        put(made, "security", json_array());
    return made;
}

/* --- the whole --- */

/* What is the same in all of them. */
static const char COMMON[] =
        "{\"securitySchemes\":{\"token\":{\"type\":\"http\",\"scheme\":\"bearer\"}},"
        "\"parameters\":{"
        "\"pageSize\":{\"name\":\"pageSize\",\"in\":\"query\",\"schema\":"
        "{\"type\":\"integer\",\"minimum\":1,\"maximum\":200,\"default\":50}},"
        "\"cursor\":{\"name\":\"cursor\",\"in\":\"query\",\"description\":"
        "\"next of the page before\",\"schema\":{\"type\":\"string\"}},"
        "\"actor\":{\"name\":\"Buurtbus-Actor\",\"in\":\"header\",\"description\":"
        "\"the account of the member of staff\",\"schema\":{\"type\":\"string\",\"maxLength\":80}},"
        "\"idempotencyKey\":{\"name\":\"Idempotency-Key\",\"in\":\"header\",\"required\":true,"
        "\"schema\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":64}},"
        "\"ifMatch\":{\"name\":\"If-Match\",\"in\":\"header\",\"required\":true,\"description\":"
        "\"the ETag of the state that was seen\",\"schema\":{\"type\":\"string\"}},"
        "\"lastEventId\":{\"name\":\"Last-Event-ID\",\"in\":\"header\",\"description\":"
        "\"of a stream: go on behind this event\",\"schema\":{\"type\":\"string\"}}},"
        "\"responses\":{\"Problem\":{\"description\":\"what is wrong, and what to do\","
        "\"content\":{\"application/problem+json\":{\"schema\":"
        "{\"$ref\":\"#/components/schemas/Problem\"}}}}},"
        "\"schemas\":{\"Problem\":{\"type\":\"object\",\"required\":[\"type\",\"title\",\"status\"],"
        "\"properties\":{\"type\":{\"type\":\"string\"},\"title\":{\"type\":\"string\"},"
        "\"status\":{\"type\":\"integer\"},\"issues\":{\"type\":\"array\",\"items\":{\"type\":"
        "\"object\",\"properties\":{\"in\":{\"type\":\"string\"},\"detail\":{\"type\":\"string\"}}}}},"
        "\"example\":{\"type\":\"urn:problem-type:belgif:resourceNotFound\",\"title\":"
        "\"This was not found. Check the number or the name.\",\"status\":404}},"
        "\"Event\":{\"type\":\"object\",\"required\":[\"specversion\",\"id\",\"source\",\"type\"],"
        "\"properties\":{\"specversion\":{\"type\":\"string\"},\"id\":{\"type\":\"string\"},"
        "\"source\":{\"type\":\"string\"},\"type\":{\"type\":\"string\"},\"subject\":{\"type\":"
        "\"string\"},\"time\":{\"type\":\"string\",\"format\":\"date-time\"},\"datacontenttype\":"
        "{\"type\":\"string\"},\"data\":{\"type\":\"object\"}}},"
        "\"EventPage\":{\"type\":\"object\",\"required\":[\"items\",\"next\",\"pageSize\",\"last\"],"
        "\"properties\":{\"items\":{\"type\":\"array\",\"items\":{\"$ref\":"
        "\"#/components/schemas/Event\"}},\"next\":{\"type\":[\"string\",\"null\"]},"
        "\"pageSize\":{\"type\":\"integer\"},\"last\":{\"type\":\"string\"},\"newest\":"
        "{\"type\":\"string\"}}}}}";

static void lower_method(const char *method, char name[DEEP])
{
    size_t i = 0;
    for (; method[i] != '\0' && i + 1 < DEEP; i++)
        name[i] = (char)tolower((unsigned char)method[i]);
    name[i] = '\0';
}

char *json_openapi(void)
{
    json_t *paths = json_object();
    json_t *components = json_loads(COMMON, JSON_REJECT_DUPLICATES, NULL);
    json_t *schemas = json_object_get(components, "schemas");
    for (size_t i = 0; components != NULL && i < N_ROUTES; i++) {
        char method[DEEP];
        json_t *path = json_object_get(paths, ROUTES[i].path);
        if (path == NULL) {
            path = json_object();
            put(paths, ROUTES[i].path, path);
        }
        lower_method(ROUTES[i].method, method);
        put(path, method, operation(schemas, &ROUTES[i]));
    }
    json_t *whole =
            json_pack("{s:s, s:{s:s, s:s, s:{s:s, s:s}}, s:[{s:s}], s:[{s:[]}], "
                      "s:o, s:o}",
                    "openapi", "3.1.0", "info", "title", "Buurtbus", "version",
                    BUURTBUS_VERSION, "license", "name", "EUPL-1.2", "identifier",
                    "EUPL-1.2", "servers", "url", "/", "security", "token", "paths",
                    paths, "components", components);
    char *text = whole != NULL ? json_dumps(whole, JSON_COMPACT) : NULL;
    json_decref(whole);
    return text;
}
