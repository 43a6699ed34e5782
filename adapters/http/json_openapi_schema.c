/* json_openapi_schema.c - schemas of the contract, from the tables that check messages
 * on the wire. */
#include <stdio.h>

#include "adapters/http/json_openapi_inner.h"
#include "core/wire_walk.h"
#include "gen/content.h"

enum { REF_BYTES = 128, ID_BYTES = 16 };

json_t *openapi_ref(const char *kind, const char *name)
{
    return json_pack("{s:o}", "$ref", json_sprintf("#/components/%s/%s", kind, name));
}

static json_t *codes_schema(const struct wire_field *field)
{
    json_t *codes = json_pack("[s]", "");
    for (uint16_t row = field->first; row <= field->last; row++)
        json_array_append_new(codes, json_string(vocab_code(field->vocab, row)));
    return json_pack("{s:s, s:o}", "type", "string", "enum", codes);
}

/* A vocabulary has one name in the contract; a field that takes a part of it says
 * which.
 */
static json_t *code_ref(json_t *schemas, const struct wire_field *field)
{
    char name[REF_BYTES];
    if (field->first > 1 || field->last < vocab_count(field->vocab))
        return codes_schema(field);
    snprintf(name, sizeof name, "Code_%s", vocab_name(field->vocab));
    if (json_object_get(schemas, name) == NULL)
        openapi_put(schemas, name, codes_schema(field));
    return openapi_ref("schemas", name);
}

static json_t *enum_schema(const struct wire_field *field)
{
    char name[WIRE_NAME_BYTES];
    json_t *values = json_array();
    for (size_t i = 0; wire_enum_at(field, i, name); i++)
        json_array_append_new(values, json_string(name));
    return json_pack("{s:s, s:o}", "type", "string", "enum", values);
}

static bool ends_in(const char *name, const char *end)
{
    size_t len = strlen(name), tail = strlen(end);
    return len >= tail && strcmp(name + len - tail, end) == 0;
}

/* Times and days are numbers, told by how the name ends. */
static json_t *number_schema(const struct wire_field *field)
{
    json_t *made = json_pack("{s:s, s:s, s:i}", "type", "integer", "format", "int64",
            "minimum", 0);
    if (ends_in(field->name, "_ms"))
        openapi_put(made, "description", json_string("milliseconds"));
    else if (ends_in(field->name, "_day"))
        openapi_put(made, "description", json_string("days since 1970"));
    return made;
}

static json_t *value_schema(json_t *schemas, const struct wire_field *field)
{
    /* What was said in a letter is opened; when it was destroyed there is none. */
    if (field->map == &WIRE_MOMENT && strcmp(field->name, "content") == 0)
        return json_pack("{s:[o, {s:s}]}", "anyOf",
                openapi_message(schemas, &WIRE_CONTENT), "type", "null");
    switch (field->kind) {
    case WALK_BOOL: return json_pack("{s:s}", "type", "boolean");
    case WALK_U32:
    case WALK_U64: return number_schema(field);
    case WALK_ENUM: return enum_schema(field);
    case WALK_TEXT:
        return json_pack("{s:s, s:i}", "type", "string", "maxLength",
                (int)field->limit);
    case WALK_VOCAB: return code_ref(schemas, field);
    case WALK_MESSAGE: return openapi_message(schemas, field->sub);
    case WALK_FIXED:
        return json_pack("{s:s, s:s}", "type", "string", "description",
                field->limit == ID_BYTES ? "a UUID, or empty" : "hexadecimal");
    case WALK_BYTES: break;
    }
    return json_pack("{s:s, s:s}", "type", "string", "description", "hexadecimal");
}

json_t *openapi_field(json_t *schemas, const struct wire_field *field)
{
    json_t *value = value_schema(schemas, field);
    if (field->max == 0)
        return value;
    return json_pack("{s:s, s:o, s:i}", "type", "array", "items", value, "maxItems",
            (int)field->max);
}

/* route: what it does not take is left out; NULL: all of the message. but: one more. */
static json_t *object_schema(json_t *schemas, const struct wire_map *map,
        const struct route *route, const char *but)
{
    json_t *properties = json_object();
    for (size_t i = 0; i < wire_field_count(map); i++) {
        char name[WIRE_NAME_BYTES];
        struct wire_field field = wire_field_at(map, i);
        bool out = route != NULL && !operation_takes(route, field.name);
        if (out || strcmp(field.name, "v") == 0 ||
                (but != NULL && strcmp(but, field.name) == 0))
            continue;
        json_name(field.name, name);
        openapi_put(properties, name, openapi_field(schemas, &field));
    }
    return json_pack("{s:s, s:o}", "type", "object", "properties", properties);
}

json_t *openapi_message(json_t *schemas, const struct wire_map *map)
{
    const char *name = wire_map_name(map);
    if (json_object_get(schemas, name) == NULL) {
        /* Its place first: no message lies in itself, but many in several. */
        openapi_put(schemas, name, json_null());
        openapi_put(schemas, name, object_schema(schemas, map, NULL, NULL));
    }
    return openapi_ref("schemas", name);
}

json_t *openapi_body_schema(json_t *schemas, const struct route *route)
{
    const struct wire_map *map = operation_body(route);
    if (route->into != NULL)
        return openapi_message(schemas, map);
    json_t *made = object_schema(schemas, map, route, NULL);
    /* A field that does not exist is refused. */
    openapi_put(made, "additionalProperties", json_false());
    return made;
}

static json_t *page_schema(json_t *schemas, const struct wire_field *result,
        const struct wire_field *list)
{
    struct wire_field more;
    json_t *page = object_schema(schemas, result->sub, NULL, list->name);
    json_t *properties = json_object_get(page, "properties");
    /* Where the node cuts the list, next says whether there is more. */
    if (wire_field_find(result->sub, "more", &more) && more.kind == WALK_BOOL)
        json_object_del(properties, "more");
    openapi_put(properties, "items",
            json_pack("{s:s, s:o}", "type", "array", "items",
                    openapi_message(schemas, list->sub)));
    openapi_put(properties, "next",
            json_pack("{s:[s, s], s:s}", "type", "string", "null", "description",
                    "cursor of the next page; null: this is the last one"));
    openapi_put(properties, "pageSize", json_pack("{s:s}", "type", "integer"));
    openapi_put(page, "required", json_pack("[s, s, s]", "items", "next", "pageSize"));
    return page;
}

/* What is known without the node. */
static json_t *local_schema(const struct route *route)
{
    static const struct {
        const char *what, *schema;
    } SCHEMAS[] = {
            {"health",       "Health"        },
            {"live",         "Health"        },
            {"vocabularies", "VocabularyPage"},
            {"vocabulary",   "CodePage"      },
    };
    for (size_t i = 0; i < COUNT_OF(SCHEMAS); i++)
        if (strcmp(SCHEMAS[i].what, route->op) == 0)
            return openapi_ref("schemas", SCHEMAS[i].schema);
    return json_pack("{s:s}", "type",
            strcmp(route->op, "openapi") == 0 ? "object" : "string");
}

json_t *openapi_good_schema(json_t *schemas, const struct route *route)
{
    struct wire_field result, list;
    if (route->answer == ANSWER_EVENTS)
        return openapi_ref("schemas", "EventPage");
    if (route->answer == ANSWER_LOCAL ||
            !wire_field_find(&WIRE_REPLY, route->result, &result))
        return local_schema(route);
    if (route->list == NULL || !wire_field_find(result.sub, route->list, &list))
        return openapi_message(schemas, result.sub);
    return route->answer == ANSWER_ONE ? openapi_message(schemas, list.sub)
                                       : page_schema(schemas, &result, &list);
}
