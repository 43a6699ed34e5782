/* json_put.c - messages as JSON. */
#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
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

/* --- text that grows --- */

static char *room(struct json_text *out, size_t n)
{
    enum { FIRST_BYTES = 1024 };
    if (out->len + n + 1 > out->cap && !out->failed) {
        size_t cap = out->cap == 0 ? FIRST_BYTES : out->cap;
        while (cap < out->len + n + 1)
            cap *= 2;
        char *grown = realloc(out->at, cap);
        out->failed = grown == NULL;
        if (grown != NULL) {
            out->at = grown;
            out->cap = cap;
        }
    }
    if (out->failed)
        return NULL;
    char *at = out->at + out->len;
    out->len += n;
    out->at[out->len] = '\0';
    return at;
}

static void add(struct json_text *out, const char *bytes, size_t n)
{
    char *at = room(out, n);
    if (at != NULL)
        memcpy(at, bytes, n);
}

void json_write(struct json_text *out, const char *raw)
{
    add(out, raw, strlen(raw));
}

void json_write_number(struct json_text *out, uint64_t number)
{
    char text[24];
    int n = snprintf(text, sizeof text, "%lld", (long long)number);
    add(out, text, (size_t)n);
}

static void add_escaped(struct json_text *out, char c)
{
    static const char SHORT[] = "\"\"\\\\\bb\ff\nn\rr\tt";
    char text[8];
    for (const char *at = SHORT; *at != '\0'; at += 2) {
        if (*at != c)
            continue;
        add(out, "\\", 1);
        add(out, at + 1, 1);
        return;
    }
    int n = snprintf(text, sizeof text, "\\u%04X", (unsigned)(unsigned char)c);
    add(out, text, (size_t)n);
}

void json_write_string(struct json_text *out, const char *text)
{
    add(out, "\"", 1);
    while (*text != '\0') {
        size_t plain = 0;
        while ((unsigned char)text[plain] >= ' ' && text[plain] != '"' &&
                text[plain] != '\\')
            plain++;
        add(out, text, plain);
        text += plain;
        if (*text != '\0')
            add_escaped(out, *text++);
    }
    add(out, "\"", 1);
}

/* --- values --- */

static void write_bytes(struct json_text *out, struct span bytes, bool fixed)
{
    static const uint8_t NONE[ID_BYTES];
    struct id id;
    add(out, "\"", 1);
    if (fixed && bytes.len == ID_BYTES) {
        char text[ID_TEXT_BYTES];
        memcpy(id.b, bytes.at, sizeof id.b);
        ids_text(&id, text);
        if (memcmp(bytes.at, NONE, ID_BYTES) != 0)
            json_write(out, text);
    } else {
        char *hex = room(out, 2 * bytes.len);
        if (hex != NULL)
            ids_hex(bytes, hex);
    }
    add(out, "\"", 1);
}

/* What was said in a letter travels packed; here it is opened. */
static void write_content(struct json_text *out, struct arena *arena, struct span bytes)
{
    struct content content;
    struct err none = {0};
    size_t used = arena->used;
    if (bytes.len == 0 || !wire_get(&WIRE_CONTENT, bytes, arena, &content, &none)) {
        json_write(out, "null");
        return;
    }
    json_write_message(out, arena, &WIRE_CONTENT, &content);
    arena_reset(arena, used);
}

static void write_span(struct json_text *out, struct arena *arena,
        const struct wire_field *field, const void *value)
{
    struct span bytes;
    memcpy(&bytes, value, sizeof bytes);
    if (field->map == &WIRE_MOMENT && strcmp(field->name, "content") == 0)
        write_content(out, arena, bytes);
    else
        write_bytes(out, bytes, false);
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

void json_write_value(struct json_text *out, struct arena *arena,
        const struct wire_field *field, const void *value)
{
    char name[WIRE_NAME_BYTES];
    const char *text;
    uint16_t row;
    bool truth;
    switch (field->kind) {
    case WALK_BOOL:
        memcpy(&truth, value, sizeof truth);
        json_write(out, truth ? "true" : "false");
        break;
    case WALK_U32:
    case WALK_U64: json_write_number(out, load_number(field, value)); break;
    case WALK_ENUM:
        wire_enum_name(field, (uint32_t)load_number(field, value), name);
        json_write_string(out, name);
        break;
    case WALK_TEXT:
        memcpy(&text, value, sizeof text);
        json_write_string(out, text == NULL ? "" : text);
        break;
    case WALK_VOCAB:
        memcpy(&row, value, sizeof row);
        json_write_string(out, vocab_code(field->vocab, row));
        break;
    case WALK_BYTES: write_span(out, arena, field, value); break;
    case WALK_FIXED: write_bytes(out, (struct span){value, field->limit}, true); break;
    case WALK_MESSAGE: json_write_message(out, arena, field->sub, value); break;
    }
}

static void write_list(struct json_text *out, struct arena *arena,
        const struct wire_field *field, const void *in)
{
    size_t n = wire_value_count(field, in);
    add(out, "[", 1);
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            add(out, ",", 1);
        json_write_value(out, arena, field, wire_value(field, in, i));
    }
    add(out, "]", 1);
}

/* --- messages --- */

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

static bool is_one_of(const char *name, const char *const *names)
{
    for (; names != NULL && *names != NULL; names++)
        if (strcmp(name, *names) == 0)
            return true;
    return false;
}

void json_write_members(struct json_text *out, struct arena *arena,
        const struct wire_map *map, const void *in, const char *const *without)
{
    size_t n = wire_field_count(map);
    bool first = true;
    for (size_t i = 0; i < n; i++) {
        char name[WIRE_NAME_BYTES];
        struct wire_field field = wire_field_at(map, i);
        if (is_left_out(&field, in) || is_one_of(field.name, without))
            continue;
        json_name(field.name, name);
        json_write(out, first ? "\"" : ",\"");
        json_write(out, name);
        json_write(out, "\":");
        first = false;
        if (field.max > 0)
            write_list(out, arena, &field, in);
        else
            json_write_value(out, arena, &field, wire_value(&field, in, 0));
    }
}

void json_write_message(struct json_text *out, struct arena *arena,
        const struct wire_map *map, const void *in)
{
    add(out, "{", 1);
    json_write_members(out, arena, map, in, NULL);
    add(out, "}", 1);
}

struct json_t *json_put(struct arena *arena, const struct wire_map *map, const void *in)
{
    struct json_text text = {0};
    json_write_message(&text, arena, map, in);
    json_t *object = text.failed ? NULL : json_loadb(text.at, text.len, 0, NULL);
    free(text.at);
    return object;
}
