/* json.c - replies as JSON, and JSON files as requests: the only door to jansson.
 *
 * Names are those of the .proto in lowerCamelCase; ids are UUIDs, other bytes
 * hexadecimal; codes and enum values are texts; times are milliseconds since 1970. */
#include <ctype.h>
#include <jansson.h>

#include "core/hash.h"
#include "core/ids.h"
#include "nodes/cli/cli.h"

enum { ID_BYTES = 16, JSON_FILE_MAX = 256 * 1024 };

/* "case_number" -> "caseNumber"; "case_" -> "case". */
static void camel_name(const char *name, char out[WIRE_NAME_BYTES])
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

/* --- writing --- */

static json_t *put_message(struct arena *arena, const struct wire_map *map,
        const void *in);

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
    json_t *made = put_message(arena, &WIRE_CONTENT, &content);
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
    case WALK_MESSAGE: return put_message(arena, field->sub, value);
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

static json_t *put_message(struct arena *arena, const struct wire_map *map,
        const void *in)
{
    json_t *object = json_object();
    size_t n = wire_field_count(map);
    for (size_t i = 0; object != NULL && i < n; i++) {
        char name[WIRE_NAME_BYTES];
        struct wire_field field = wire_field_at(map, i);
        if (is_left_out(&field, in))
            continue;
        camel_name(field.name, name);
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

/* One line; takes the object. */
static bool print(FILE *out, json_t *object)
{
    char *text = object != NULL ? json_dumps(object, JSON_COMPACT) : NULL;
    json_decref(object);
    if (text == NULL)
        return false;
    bool ok = fprintf(out, "%s\n", text) > 0;
    free(text);
    return ok;
}

bool cli_json_reply(const struct cli *cli, const struct reply *reply)
{
    struct arena arena = arena_new(CLI_ARENA_BYTES / 8);
    bool ok = print(cli->out, put_message(&arena, &WIRE_REPLY, reply));
    arena_free(&arena);
    return ok;
}

bool cli_json_findings(const struct cli *cli, const struct findings *found)
{
    struct arena none = {NULL, 0, 0};
    json_t *object =
            json_pack("{s:s}", "code", found->holds ? "" : code_name(E_EVIDENCE));
    json_t *all = put_message(&none, &WIRE_FINDINGS, found);
    if (object == NULL || all == NULL || json_object_update(object, all) != 0) {
        json_decref(object);
        object = NULL;
    }
    json_decref(all);
    return print(cli->out, object);
}

/* What was typed need not be UTF-8, and JSON is: then without what is not ASCII. */
static json_t *put_typed(const char *text)
{
    json_t *made = json_string(text);
    char *plain = made == NULL ? strdup(text) : NULL;
    if (plain == NULL)
        return made;
    for (char *at = plain; *at != '\0'; at++)
        if ((unsigned char)*at >= 0x80)
            *at = '?';
    made = json_string(plain);
    free(plain);
    return made;
}

bool cli_json_refusal(const struct cli *cli, const char *code, const char *sentence)
{
    return print(cli->out, json_pack("{s:s, s:o, s:[]}", "code", code, "sentence",
                                   put_typed(sentence), "issues"));
}

bool cli_json_texts(const struct cli *cli, const char *const *pairs)
{
    json_t *object = json_object();
    for (; object != NULL && pairs[0] != NULL; pairs += 2) {
        if (json_object_set_new(object, pairs[0], put_typed(pairs[1])) != 0) {
            json_decref(object);
            return false;
        }
    }
    return print(cli->out, object);
}

/* --- reading --- */

struct reading {
    struct arena *arena;
    struct err *err;
};

static bool get_message(const struct reading *reading, const struct wire_map *map,
        const json_t *object, void *out);

static bool refuse(const struct reading *reading, const char *name, const char *what)
{
    return err_set(reading->err, ERR_USAGE, "%s %s", name, what);
}

static bool get_text(const struct reading *reading, const struct wire_field *field,
        const json_t *value, void *out)
{
    const char *text = json_string_value(value);
    if (text == NULL || json_string_length(value) > field->limit)
        return err_set(reading->err, ERR_USAGE, "%s must be a text of at most %u bytes",
                field->name, field->limit);
    size_t len = json_string_length(value) + 1;
    char *copy = arena_take(reading->arena, len);
    if (copy == NULL)
        return refuse(reading, field->name, "does not fit in memory");
    memcpy(copy, text, len);
    memcpy(out, &copy, sizeof copy);
    return true;
}

static bool get_number(const struct reading *reading, const struct wire_field *field,
        const json_t *value, void *out)
{
    json_int_t number = json_integer_value(value);
    uint64_t large = (uint64_t)number;
    uint32_t small = (uint32_t)number;
    if (!json_is_integer(value) || number < 0 ||
            (field->kind != WALK_U64 && number > UINT32_MAX))
        return refuse(reading, field->name, "must be a whole number from 0");
    if (field->kind == WALK_U64)
        memcpy(out, &large, sizeof large);
    else
        memcpy(out, &small, sizeof small);
    return true;
}

static bool get_code(const struct reading *reading, const struct wire_field *field,
        const json_t *value, void *out)
{
    const char *text = json_string_value(value);
    if (field->kind == WALK_ENUM) {
        uint32_t number;
        if (text == NULL || !wire_enum_find(field, text, &number))
            return refuse(reading, field->name, "is not one of its values");
        memcpy(out, &number, sizeof number);
        return true;
    }
    uint16_t row = text != NULL ? vocab_find(field->vocab, text) : 0;
    if (row == 0 && (text == NULL || text[0] != '\0'))
        return err_set(reading->err, ERR_USAGE, "%s: no code of %s", field->name,
                vocab_name(field->vocab));
    memcpy(out, &row, sizeof row);
    return true;
}

static bool get_fixed(const struct reading *reading, const struct wire_field *field,
        const json_t *value, void *out)
{
    const char *text = json_string_value(value);
    struct id id;
    if (text != NULL && field->limit == ID_BYTES && ids_parse(text, &id)) {
        memcpy(out, &id, sizeof id);
        return true;
    }
    if (text == NULL || !ids_unhex(text, out, field->limit))
        return refuse(reading, field->name, "must be an id");
    return true;
}

static bool get_value(const struct reading *reading, const struct wire_field *field,
        const json_t *value, void *out)
{
    bool truth = json_is_true(value);
    switch (field->kind) {
    case WALK_BOOL:
        if (!json_is_boolean(value))
            return refuse(reading, field->name, "must be true or false");
        memcpy(out, &truth, sizeof truth);
        return true;
    case WALK_U32:
    case WALK_U64: return get_number(reading, field, value, out);
    case WALK_TEXT: return get_text(reading, field, value, out);
    case WALK_ENUM:
    case WALK_VOCAB: return get_code(reading, field, value, out);
    case WALK_FIXED: return get_fixed(reading, field, value, out);
    case WALK_MESSAGE: return get_message(reading, field->sub, value, out);
    case WALK_BYTES: break;
    }
    return refuse(reading, field->name, "cannot be given in a file");
}

static bool get_field(const struct reading *reading, const struct wire_field *field,
        const json_t *value, void *out)
{
    bool list = field->max > 0;
    size_t n = list ? json_array_size(value) : 1;
    size_t size =
            field->kind == WALK_MESSAGE ? wire_struct_size(field->sub) : field->size;
    if (list && (!json_is_array(value) || n > field->max))
        return err_set(reading->err, ERR_USAGE, "%s must be a list of at most %u",
                field->name, field->max);
    uint8_t *at = arena_take(reading->arena, (n == 0 ? 1 : n) * size);
    if (at == NULL)
        return refuse(reading, field->name, "does not fit in memory");
    for (size_t i = 0; i < n; i++) {
        if (!get_value(reading, field, list ? json_array_get(value, i) : value,
                    at + i * size))
            return false;
    }
    wire_set(field, out, at, n);
    return true;
}

static bool find_camel(const struct wire_map *map, const char *key,
        struct wire_field *field)
{
    size_t n = wire_field_count(map);
    for (size_t i = 0; i < n; i++) {
        char name[WIRE_NAME_BYTES];
        *field = wire_field_at(map, i);
        camel_name(field->name, name);
        if (strcmp(name, key) == 0)
            return true;
    }
    return false;
}

static bool get_message(const struct reading *reading, const struct wire_map *map,
        const json_t *object, void *out)
{
    if (!json_is_object(object))
        return err_set(reading->err, ERR_USAGE, "not a JSON object");
    void *at = json_object_iter((json_t *)(uintptr_t)object);
    for (; at != NULL; at = json_object_iter_next((json_t *)(uintptr_t)object, at)) {
        struct wire_field field;
        if (!find_camel(map, json_object_iter_key(at), &field))
            return err_set(reading->err, ERR_USAGE, "\"%.60s\" is no field",
                    json_object_iter_key(at));
        if (!get_field(reading, &field, json_object_iter_value(at), out))
            return false;
    }
    return true;
}

bool cli_json_read(struct cli *cli, const char *path, const struct wire_map *map,
        void *out, struct err *err)
{
    json_error_t fault;
    const struct reading reading = {.arena = &cli->arena, .err = err};
    FILE *file = fopen(path, "rbe");
    if (file == NULL)
        return err_set(err, ERR_USAGE, "cannot be read");
    char *text = arena_take(&cli->arena, JSON_FILE_MAX + 1);
    size_t len = text != NULL ? fread(text, 1, JSON_FILE_MAX + 1, file) : 0;
    fclose(file);
    if (len == 0 || len > JSON_FILE_MAX)
        return err_set(err, ERR_USAGE, "must have 1 to %d bytes", JSON_FILE_MAX);
    json_t *object = json_loadb(text, len, JSON_REJECT_DUPLICATES, &fault);
    if (object == NULL)
        return err_set(err, ERR_USAGE, "line %d: %.100s", fault.line, fault.text);
    bool ok = get_message(&reading, map, object, out);
    json_decref(object);
    return ok;
}
