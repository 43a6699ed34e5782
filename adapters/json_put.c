/* json_put.c - messages as JSON. */
#include <ctype.h>
#include <jansson.h>
#include <stdlib.h>

#include "adapters/json.h"
#include "core/ids.h"
#include "gen/content.h"
#include "gen/gateway.h"

enum { ID_BYTES = 16 };

void json_name(const char *name, char out[WIRE_NAME_BYTES])
{
    size_t len = 0;
    for (const char *at = name; *at != '\0' && len < WIRE_NAME_BYTES - 1; at++) {
        if (*at != '_')
            out[len++] = *at;
        else if (at[1] != '\0')
            out[len++] = (char)toupper((unsigned char)*++at);
    }
    out[len] = '\0';
}

static json_t *put_bytes(struct span bytes, bool fixed)
{
    static const uint8_t NONE[ID_BYTES];
    struct id id;
    if (fixed && bytes.len == ID_BYTES) {
        char text[ID_TEXT_BYTES];
        if (memcmp(bytes.at, NONE, ID_BYTES) == 0)
            return json_string("");
        memcpy(id.b, bytes.at, sizeof id.b);
        ids_text(&id, text);
        return json_string(text);
    }
    char *hex = malloc(2 * bytes.len + 1);
    if (hex == NULL)
        return NULL;
    ids_hex(bytes, hex);
    json_t *made = json_string(hex);
    free(hex);
    return made;
}

/* What was said in a letter travels packed; here it is opened. */
static json_t *put_content(struct arena *arena, struct span bytes)
{
    struct content content;
    struct err none = {0};
    size_t used = arena->used;
    if (bytes.len == 0 || !wire_get(&WIRE_CONTENT, bytes, arena, &content, &none))
        return json_null();
    json_t *made = json_put(arena, &WIRE_CONTENT, &content);
    arena_reset(arena, used);
    return made;
}

static json_t *put_span(struct arena *arena, const struct wire_field *field,
        const void *value)
{
    struct span bytes;
    memcpy(&bytes, value, sizeof bytes);
    if (field->map == &WIRE_MOMENT && strcmp(field->name, "content") == 0)
        return put_content(arena, bytes);
    return put_bytes(bytes, false);
}

static uint64_t load_number(const struct wire_field *field, const void *value)
{
    uint32_t small;
    uint64_t large;
    if (field->kind == WALK_U64) {
        memcpy(&large, value, sizeof large);
        return large;
    }
    memcpy(&small, value, sizeof small);
    return small;
}

static json_t *put_value(struct arena *arena, const struct wire_field *field,
        const void *value)
{
    char name[WIRE_NAME_BYTES];
    const char *text;
    uint16_t row;
    bool truth;
    switch (field->kind) {
    case WALK_BOOL: memcpy(&truth, value, sizeof truth); return json_boolean(truth);
    case WALK_U32:
    case WALK_U64: return json_integer((json_int_t)load_number(field, value));
    case WALK_ENUM:
        wire_enum_name(field, (uint32_t)load_number(field, value), name);
        return json_string(name);
    case WALK_TEXT:
        memcpy(&text, value, sizeof text);
        return json_string(text == NULL ? "" : text);
    case WALK_VOCAB:
        memcpy(&row, value, sizeof row);
        return json_string(vocab_code(field->vocab, row));
    case WALK_BYTES: return put_span(arena, field, value);
    case WALK_FIXED: return put_bytes((struct span){value, field->limit}, true);
    case WALK_MESSAGE: return json_put(arena, field->sub, value);
    }
    return NULL;
}

static json_t *put_list(struct arena *arena, const struct wire_field *field,
        const void *in)
{
    json_t *list = json_array();
    size_t n = wire_value_count(field, in);
    for (size_t i = 0; list != NULL && i < n; i++) {
        json_t *value = put_value(arena, field, wire_value(field, in, i));
        if (value == NULL || json_array_append_new(list, value) != 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

/* Messages that are not there are left out, and so is what only carries the reply.
 * Everything else is always there, so that a script finds the same names each time. */
static bool is_left_out(const struct wire_field *field, const void *in)
{
    if (field->max == 0 && field->kind == WALK_MESSAGE &&
            wire_value_count(field, in) == 0)
        return true;
    if (strcmp(field->name, "v") == 0)
        return true;
    if (field->map != &WIRE_REPLY)
        return false;
    return strcmp(field->name, "request_id") == 0 ||
           (strcmp(field->name, "issues") == 0 && wire_value_count(field, in) == 0);
}

struct json_t *json_put(struct arena *arena, const struct wire_map *map, const void *in)
{
    json_t *object = json_object();
    size_t n = wire_field_count(map);
    for (size_t i = 0; object != NULL && i < n; i++) {
        char name[WIRE_NAME_BYTES];
        struct wire_field field = wire_field_at(map, i);
        if (is_left_out(&field, in))
            continue;
        json_name(field.name, name);
        json_t *value = field.max > 0
                                ? put_list(arena, &field, in)
                                : put_value(arena, &field, wire_value(&field, in, 0));
        if (value == NULL || json_object_set_new(object, name, value) != 0) {
            json_decref(object);
            return NULL;
        }
    }
    return object;
}
