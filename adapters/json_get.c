/* json_get.c - JSON to messages: every value is judged by the field that it fills. */
#include <jansson.h>
#include <stdio.h>

#include "adapters/json.h"
#include "core/ids.h"

enum { ID_BYTES = 16, WORD_VALUES_MAX = 64 };

/* clang-format off */
#define X(kind, nl, fr, en) {nl, fr, en},
/* clang-format on */
static const char *const FAULT_WORDS[N_JSON_FAULTS][N_LANGS] = {JSON_FAULTS(X)};
#undef X

const char *json_fault_words(enum json_fault_kind kind, enum lang lang)
{
    return FAULT_WORDS[kind][lang];
}

static bool refuse(const struct json_reading *reading, enum json_fault_kind kind)
{
    reading->fault->kind = kind;
    reading->fault->field[0] = '\0';
    return false;
}

/* Name the place of a fault from the inside outwards: name in front of what is there.
 */
static bool inside(const struct json_reading *reading, const char *name)
{
    char path[JSON_PATH_BYTES];
    char *field = reading->fault->field;
    int n = snprintf(path, sizeof path, "%s%s%s", name,
            field[0] == '\0' || field[0] == '[' ? "" : ".", field);
    if (n > 0 && (size_t)n < sizeof path)
        memcpy(field, path, (size_t)n + 1);
    return false;
}

/* A field that does not exist is named, so that who misspelt it finds it; what cannot
 * be the name of a field is not repeated. */
static bool no_field(const struct json_reading *reading, const char *key)
{
    static const char SET[] =
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    size_t len = strlen(key);
    refuse(reading, JSON_NO_FIELD);
    return inside(reading,
            len > 0 && len < WIRE_NAME_BYTES && strspn(key, SET) == len ? key : "?");
}

static bool get_message(const struct json_reading *reading, const struct wire_map *map,
        json_t *object, bool outermost, void *out);

static bool get_text(const struct json_reading *reading, const struct wire_field *field,
        const json_t *value, void *out)
{
    const char *text = json_string_value(value);
    if (text == NULL)
        return refuse(reading, JSON_NO_TEXT);
    if (json_string_length(value) > field->limit)
        return refuse(reading, JSON_TOO_LONG);
    size_t len = json_string_length(value) + 1;
    char *copy = arena_take(reading->arena, len);
    if (copy == NULL)
        return refuse(reading, JSON_NO_ROOM);
    memcpy(copy, text, len);
    memcpy(out, &copy, sizeof copy);
    return true;
}

static bool get_number(const struct json_reading *reading,
        const struct wire_field *field, const json_t *value, void *out)
{
    json_int_t number = json_integer_value(value);
    uint64_t large = (uint64_t)number;
    uint32_t small = (uint32_t)number;
    if (!json_is_integer(value) || number < 0)
        return refuse(reading, JSON_NO_NUMBER);
    if (field->kind != WALK_U64 && number > UINT32_MAX)
        return refuse(reading, JSON_NO_ROOM);
    if (field->kind == WALK_U64)
        memcpy(out, &large, sizeof large);
    else
        memcpy(out, &small, sizeof small);
    return true;
}

/* None is shown as "", and may be given so; in a list nothing stands for none. */
static bool is_none(const struct wire_field *field, const char *text)
{
    return field->max == 0 && text != NULL && text[0] == '\0';
}

static bool get_code(const struct json_reading *reading, const struct wire_field *field,
        const json_t *value, void *out)
{
    const char *text = json_string_value(value);
    if (field->kind == WALK_ENUM) {
        uint32_t number;
        if (text == NULL || !wire_enum_find(field, text, &number))
            return refuse(reading, JSON_NO_CODE);
        memcpy(out, &number, sizeof number);
        return true;
    }
    uint16_t row = text != NULL ? vocab_find(field->vocab, text) : 0;
    if (!is_none(field, text) && (row < field->first || row > field->last))
        return refuse(reading, JSON_NO_CODE);
    memcpy(out, &row, sizeof row);
    return true;
}

static bool get_fixed(const struct json_reading *reading,
        const struct wire_field *field, const json_t *value, void *out)
{
    const char *text = json_string_value(value);
    struct id id = {0};
    if (text != NULL && field->limit == ID_BYTES &&
            (is_none(field, text) || ids_parse(text, &id))) {
        memcpy(out, &id, sizeof id);
        return true;
    }
    return (text != NULL && ids_unhex(text, out, field->limit)) ||
           refuse(reading, JSON_NO_ID);
}

static bool get_value(const struct json_reading *reading,
        const struct wire_field *field, json_t *value, void *out)
{
    bool truth = json_is_true(value);
    switch (field->kind) {
    case WALK_BOOL:
        if (!json_is_boolean(value))
            return refuse(reading, JSON_NO_TRUTH);
        memcpy(out, &truth, sizeof truth);
        return true;
    case WALK_U32:
    case WALK_U64: return get_number(reading, field, value, out);
    case WALK_TEXT: return get_text(reading, field, value, out);
    case WALK_ENUM:
    case WALK_VOCAB: return get_code(reading, field, value, out);
    case WALK_FIXED: return get_fixed(reading, field, value, out);
    case WALK_MESSAGE: return get_message(reading, field->sub, value, false, out);
    case WALK_BYTES: break;
    }
    return refuse(reading, JSON_NOT_HERE);
}

static bool get_elements(const struct json_reading *reading,
        const struct wire_field *field, const json_t *list, uint8_t *at, size_t size)
{
    size_t n = json_array_size(list);
    for (size_t i = 0; i < n; i++) {
        char place[24];
        if (get_value(reading, field, json_array_get(list, i), at + i * size))
            continue;
        snprintf(place, sizeof place, "[%zu]", i);
        return inside(reading, place);
    }
    return true;
}

static bool get_field(const struct json_reading *reading,
        const struct wire_field *field, json_t *value, void *out)
{
    bool list = field->max > 0;
    size_t n = list ? json_array_size(value) : 1;
    size_t size =
            field->kind == WALK_MESSAGE ? wire_struct_size(field->sub) : field->size;
    if (list && !json_is_array(value))
        return refuse(reading, JSON_NO_LIST);
    if (list && n > field->max)
        return refuse(reading, JSON_TOO_MANY);
    uint8_t *at = arena_take(reading->arena, (n == 0 ? 1 : n) * size);
    if (at == NULL)
        return refuse(reading, JSON_NO_ROOM);
    if (list ? !get_elements(reading, field, value, at, size)
             : !get_value(reading, field, value, at))
        return false;
    wire_set(field, out, at, n);
    return true;
}

static bool is_hidden(const struct json_reading *reading, const char *name)
{
    const char *const *at = reading->hidden;
    for (; at != NULL && *at != NULL; at++)
        if (strcmp(*at, name) == 0)
            return true;
    return false;
}

static bool find_field(const struct json_reading *reading, const struct wire_map *map,
        const char *key, bool outermost, struct wire_field *field)
{
    size_t n = wire_field_count(map);
    for (size_t i = 0; i < n; i++) {
        char name[WIRE_NAME_BYTES];
        *field = wire_field_at(map, i);
        json_name(field->name, name);
        if (strcmp(name, key) == 0)
            return !outermost || !is_hidden(reading, field->name);
    }
    return false;
}

static bool get_message(const struct json_reading *reading, const struct wire_map *map,
        json_t *object, bool outermost, void *out)
{
    if (!json_is_object(object))
        return refuse(reading, JSON_NO_OBJECT);
    void *at = json_object_iter(object);
    for (; at != NULL; at = json_object_iter_next(object, at)) {
        const char *key = json_object_iter_key(at);
        struct wire_field field;
        if (!find_field(reading, map, key, outermost, &field))
            return no_field(reading, key);
        if (!get_field(reading, &field, json_object_iter_value(at), out))
            return inside(reading, key);
    }
    return true;
}

/* Some of what is JSON is not read either. */
static enum json_fault_kind unread(enum json_error_code code)
{
    switch ((int)code) {
    case json_error_duplicate_key: return JSON_TWICE;
    case json_error_numeric_overflow: return JSON_NO_ROOM;
    case json_error_null_character:
    case json_error_null_byte_in_key: return JSON_NO_TEXT;
    default: return JSON_NOT_JSON;
    }
}

bool json_get(const struct json_reading *reading, struct span text,
        const struct wire_map *map, void *out)
{
    json_error_t fault;
    json_t *object =
            json_loadb((const char *)text.at, text.len, JSON_REJECT_DUPLICATES, &fault);
    if (object == NULL)
        return refuse(reading, unread(json_error_code(&fault)));
    bool ok = get_message(reading, map, object, true, out);
    json_decref(object);
    return ok;
}

/* --- words of an address --- */

static bool is_number(const char *word, size_t len)
{
    enum { DIGITS_MAX = 18 };
    return len > 0 && len <= DIGITS_MAX && strspn(word, "0123456789") >= len;
}

/* What the word would be in a body. */
static json_t *word_value(const struct wire_field *field, const char *word, size_t len)
{
    if (field->kind == WALK_BOOL && len == 4 && memcmp(word, "true", len) == 0)
        return json_true();
    if (field->kind == WALK_BOOL && len == 5 && memcmp(word, "false", len) == 0)
        return json_false();
    bool number = field->kind == WALK_U32 || field->kind == WALK_U64;
    if (number && is_number(word, len))
        return json_integer((json_int_t)strtoll(word, NULL, 10));
    return json_stringn(word, len);
}

static json_t *word_list(const struct wire_field *field, const char *word)
{
    json_t *list = json_array();
    for (size_t i = 0; list != NULL && i <= WORD_VALUES_MAX; i++) {
        size_t len = strcspn(word, ",");
        if (json_array_append_new(list, word_value(field, word, len)) != 0) {
            json_decref(list);
            return NULL;
        }
        if (word[len] == '\0')
            break;
        word += len + 1;
    }
    return list;
}

bool json_get_word(const struct json_reading *reading, const char *name,
        const char *word, const struct wire_map *map, void *out)
{
    struct wire_field field;
    if (!find_field(reading, map, name, true, &field))
        return no_field(reading, name);
    json_t *value = field.max > 0 ? word_list(&field, word)
                                  : word_value(&field, word, strlen(word));
    bool ok = value != NULL ? get_field(reading, &field, value, out)
                            : refuse(reading, JSON_NO_TEXT);
    json_decref(value);
    return ok || inside(reading, name);
}
