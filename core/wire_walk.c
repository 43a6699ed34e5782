/* wire_walk.c - the fields of a generated struct one by one, by the rows of the wire
 * check. */
#include "core/wire_walk.h"

#include <ctype.h>
#include <stdio.h>

#include "core/wire_map.h"

static const enum walk_kind KINDS[] = {
        [FIELD_BOOL] = WALK_BOOL,
        [FIELD_U32] = WALK_U32,
        [FIELD_U64] = WALK_U64,
        [FIELD_ENUM] = WALK_ENUM,
        [FIELD_TEXT] = WALK_TEXT,
        [FIELD_VOCAB] = WALK_VOCAB,
        [FIELD_BYTES] = WALK_BYTES,
        [FIELD_FIXED] = WALK_FIXED,
        [FIELD_MESSAGE] = WALK_MESSAGE,
};

const char *wire_map_name(const struct wire_map *map)
{
    return map->name;
}

size_t wire_field_count(const struct wire_map *map)
{
    return map->n_rows;
}

size_t wire_struct_size(const struct wire_map *map)
{
    return map->size;
}

struct wire_field wire_field_at(const struct wire_map *map, size_t index)
{
    const struct wire_row *row = &map->rows[index];

    return (struct wire_field){
            .name = row->name,
            .kind = KINDS[row->kind],
            .size = row->size,
            .max = row->max,
            .limit = row->limit,
            .vocab = row->vocab,
            .first = row->first != 0 ? row->first : 1,
            .last = row->last != 0 ? row->last : vocab_count(row->vocab),
            .sub = row->sub,
            .map = map,
            .index = index,
    };
}

bool wire_field_find(const struct wire_map *map, const char *name,
        struct wire_field *field)
{
    for (size_t i = 0; i < map->n_rows; i++) {
        if (strcmp(map->rows[i].name, name) != 0)
            continue;
        *field = wire_field_at(map, i);
        return true;
    }
    return false;
}

static const struct wire_row *row_of(const struct wire_field *field)
{
    return &field->map->rows[field->index];
}

static const uint8_t *load_pointer(const uint8_t *at)
{
    const uint8_t *pointer;

    memcpy(&pointer, at, sizeof pointer);
    return pointer;
}

size_t wire_value_count(const struct wire_field *field, const void *in)
{
    const struct wire_row *row = row_of(field);
    size_t n;

    if (field->max > 0) {
        memcpy(&n, (const uint8_t *)in + row->at_n, sizeof n);
        return n;
    }
    if (field->kind == WALK_MESSAGE)
        return load_pointer((const uint8_t *)in + row->at) != NULL ? 1 : 0;
    return 1;
}

const void *wire_value(const struct wire_field *field, const void *in, size_t index)
{
    const struct wire_row *row = row_of(field);
    const uint8_t *at = (const uint8_t *)in + row->at;

    if (field->max > 0)
        return load_pointer(at) + index * row->size;
    return field->kind == WALK_MESSAGE ? load_pointer(at) : at;
}

static bool all_zero(const uint8_t *at, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (at[i] != 0)
            return false;
    }
    return true;
}

bool wire_is_empty(const struct wire_field *field, const void *in)
{
    if (wire_value_count(field, in) == 0)
        return true;
    if (field->max > 0 || field->kind == WALK_MESSAGE)
        return false;

    const void *value = wire_value(field, in, 0);
    if (field->kind == WALK_TEXT) {
        const char *text;
        memcpy(&text, value, sizeof text);
        return text == NULL || text[0] == '\0';
    }
    if (field->kind == WALK_BYTES) {
        struct span bytes;
        memcpy(&bytes, value, sizeof bytes);
        return bytes.len == 0;
    }
    return all_zero(value, field->size);
}

void wire_set(const struct wire_field *field, void *out, const void *values, size_t n)
{
    const struct wire_row *row = row_of(field);
    uint8_t *at = (uint8_t *)out + row->at;

    if (field->max > 0) {
        memcpy(at, &values, sizeof values);
        memcpy((uint8_t *)out + row->at_n, &n, sizeof n);
    } else if (field->kind == WALK_MESSAGE) {
        memcpy(at, &values, sizeof values);
    } else if (n > 0) {
        memcpy(at, values, row->size);
    }
}

/* --- enums --- */

static const ProtobufCEnumDescriptor *enum_of(const struct wire_field *field)
{
    return field->map->descriptor->fields[field->index].descriptor;
}

/* Every name begins with that of its enum: OFFER_STATE_ in front of NONE, the first;
 * proto/wire.awk takes no other. */
static void plain_name(const ProtobufCEnumDescriptor *names, size_t index,
        char name[WIRE_NAME_BYTES])
{
    size_t prefix = strlen(names->values[0].name) - strlen("NONE");

    snprintf(name, WIRE_NAME_BYTES, "%s", names->values[index].name + prefix);
    for (char *at = name; *at != '\0'; at++)
        *at = (char)tolower((unsigned char)*at);
}

bool wire_enum_at(const struct wire_field *field, size_t index,
        char name[WIRE_NAME_BYTES])
{
    const ProtobufCEnumDescriptor *names = enum_of(field);

    if (index >= names->n_values)
        return false;
    plain_name(names, index, name);
    return true;
}

void wire_enum_name(const struct wire_field *field, uint32_t value,
        char name[WIRE_NAME_BYTES])
{
    const ProtobufCEnumDescriptor *names = enum_of(field);

    for (size_t i = 0; i < names->n_values; i++) {
        if ((uint32_t)names->values[i].value == value) {
            plain_name(names, i, name);
            return;
        }
    }
    snprintf(name, WIRE_NAME_BYTES, "unknown");
}

bool wire_enum_find(const struct wire_field *field, const char *name, uint32_t *value)
{
    const ProtobufCEnumDescriptor *names = enum_of(field);
    char candidate[WIRE_NAME_BYTES];

    for (size_t i = 0; i < names->n_values; i++) {
        plain_name(names, i, candidate);
        if (strcmp(candidate, name) != 0)
            continue;
        *value = (uint32_t)names->values[i].value;
        return true;
    }
    return false;
}
