/* wire_put.c - structs to bytes.
 *
 * The bytes are written straight from the struct by the rows, in the order of the field
 * numbers and in the shortest spelling, which is what protobuf_c_message_pack gives; a
 * test compares the two. Then the strict check of wire_get goes over what was written:
 * one rule for both directions. */
#include "core/wire_map.h"

enum {
    TYPE_VARINT = 0, /* wire types of protobuf */
    TYPE_BYTES = 2,
};

/* Where bytes go. at NULL: they are only counted, for the length in front of a message
 * inside a message. */
struct sink {
    uint8_t *at;
    size_t cap;
    size_t len;
    bool full;                  /* it was longer than the room */
    const struct wire_map *map; /* the outermost one, for words */
    struct err *err;
};

static bool put_message(const struct wire_map *map, const uint8_t *in,
        struct sink *sink);

static bool put_raw(struct sink *sink, const void *bytes, size_t len)
{
    if (len > sink->cap - sink->len) {
        sink->full = true;
        return err_set(sink->err, E_SIZE, "%s: longer than the room for it",
                sink->map->name);
    }
    if (sink->at != NULL && len > 0)
        memcpy(sink->at + sink->len, bytes, len);
    sink->len += len;
    return true;
}

static bool put_varint(struct sink *sink, uint64_t value)
{
    uint8_t bytes[10];
    size_t len = 0;

    while (value >= 0x80) {
        bytes[len++] = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    bytes[len++] = (uint8_t)value;
    return put_raw(sink, bytes, len);
}

static size_t varint_len(uint64_t value)
{
    size_t len = 1;

    for (; value >= 0x80; value >>= 7)
        len++;
    return len;
}

static bool put_tag(struct sink *sink, const struct wire_row *row, unsigned type)
{
    return put_varint(sink, (uint64_t)row->number << 3 | type);
}

static bool put_span(struct sink *sink, const void *bytes, size_t len)
{
    return put_varint(sink, len) && put_raw(sink, bytes, len);
}

static bool is_number(const struct wire_row *row)
{
    return row->kind == FIELD_BOOL || row->kind == FIELD_U32 ||
           row->kind == FIELD_U64 || row->kind == FIELD_ENUM;
}

static uint64_t load_number(const struct wire_row *row, const uint8_t *value)
{
    bool truth;
    uint32_t small;
    uint64_t large;

    if (row->kind == FIELD_BOOL) {
        memcpy(&truth, value, sizeof truth);
        return truth;
    }
    if (row->kind == FIELD_U64) {
        memcpy(&large, value, sizeof large);
        return large;
    }
    memcpy(&small, value, sizeof small);
    return small;
}

static uint16_t load_vocab(const uint8_t *value)
{
    uint16_t row;

    memcpy(&row, value, sizeof row);
    return row;
}

static const uint8_t *load_pointer(const uint8_t *value)
{
    const uint8_t *pointer;

    memcpy(&pointer, value, sizeof pointer);
    return pointer;
}

/* NULL is the empty text. */
static const char *load_text(const uint8_t *value)
{
    const char *text;

    memcpy(&text, value, sizeof text);
    return text == NULL ? "" : text;
}

static struct span load_span(const uint8_t *value)
{
    struct span span;

    memcpy(&span, value, sizeof span);
    return span;
}

/* A value that is zero, empty or NULL is spelled by absence. */
static bool is_there(const struct wire_row *row, const uint8_t *value)
{
    if (row->kind == FIELD_TEXT)
        return load_text(value)[0] != '\0';
    if (row->kind == FIELD_BYTES)
        return load_span(value).len > 0;
    /* Numbers, rows of a vocabulary, addresses of messages, fixed bytes. */
    for (size_t i = 0; i < row->size; i++) {
        if (value[i] != 0)
            return true;
    }
    return false;
}

static bool put_vocab(const struct wire_row *row, uint16_t value, struct sink *sink)
{
    const char *code = vocab_code(row->vocab, value);

    if (code[0] == '\0')
        return err_set(sink->err, E_CODE, "%s.%s: %u is no row of its vocabulary",
                sink->map->name, row->name, value);
    return put_span(sink, code, strlen(code));
}

static bool put_sub(const struct wire_map *map, const uint8_t *in, struct sink *sink)
{
    struct sink count = {.cap = WIRE_FRAME_MAX, .map = sink->map, .err = sink->err};

    if (!put_message(map, in, &count))
        return false;
    return put_varint(sink, count.len) &&
           (sink->at == NULL ? put_raw(sink, NULL, count.len)
                             : put_message(map, in, sink));
}

/* What stands behind the tag; for a message, value is the struct itself. */
static bool put_value(const struct wire_row *row, const uint8_t *value,
        struct sink *sink)
{
    struct span span;

    if (is_number(row))
        return put_varint(sink, load_number(row, value));
    if (row->kind == FIELD_TEXT)
        return put_span(sink, load_text(value), strlen(load_text(value)));
    if (row->kind == FIELD_VOCAB)
        return put_vocab(row, load_vocab(value), sink);
    if (row->kind == FIELD_FIXED)
        return put_span(sink, value, row->limit);
    if (row->kind == FIELD_MESSAGE)
        return put_sub(row->sub, value, sink);
    span = load_span(value);
    if (span.at == NULL && span.len > 0)
        return err_set(sink->err, E_FORMAT, "%s.%s: a length without bytes",
                sink->map->name, row->name);
    return put_span(sink, span.at, span.len);
}

/* A list of numbers stands in one piece: its length, then its numbers. */
static bool put_packed(const struct wire_row *row, const uint8_t *list, size_t n,
        struct sink *sink)
{
    size_t len = 0;

    for (size_t i = 0; i < n; i++)
        len += varint_len(load_number(row, list + i * row->size));
    if (!put_tag(sink, row, TYPE_BYTES) || !put_varint(sink, len))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!put_value(row, list + i * row->size, sink))
            return false;
    }
    return true;
}

static bool put_list(const struct wire_row *row, const uint8_t *in, struct sink *sink)
{
    const uint8_t *list = load_pointer(in + row->at);
    size_t n;

    memcpy(&n, in + row->at_n, sizeof n);
    if (n == 0)
        return true;
    if (n > row->max)
        return err_set(sink->err, E_SIZE, "%s.%s: too many elements", sink->map->name,
                row->name);
    if (list == NULL)
        return err_set(sink->err, E_FORMAT, "%s.%s: a count without elements",
                sink->map->name, row->name);
    if (is_number(row))
        return put_packed(row, list, n, sink);
    for (size_t i = 0; i < n; i++) {
        if (!put_tag(sink, row, TYPE_BYTES) ||
                !put_value(row, list + i * row->size, sink))
            return false;
    }
    return true;
}

static bool put_message(const struct wire_map *map, const uint8_t *in,
        struct sink *sink)
{
    for (size_t i = 0; i < map->n_rows; i++) {
        const struct wire_row *row = &map->rows[i];
        const uint8_t *value = in + row->at;

        if (row->max > 0) {
            if (!put_list(row, in, sink))
                return false;
            continue;
        }
        if (!is_there(row, value))
            continue;
        if (row->kind == FIELD_MESSAGE)
            value = load_pointer(value);
        if (!put_tag(sink, row, is_number(row) ? TYPE_VARINT : TYPE_BYTES) ||
                !put_value(row, value, sink))
            return false;
    }
    return true;
}

static bool put_checked(const void *in, struct sink *sink, size_t *len)
{
    if (sink->cap > WIRE_FRAME_MAX)
        sink->cap = WIRE_FRAME_MAX;
    if (!put_message(sink->map, in, sink) ||
            !wire_check(sink->map, (struct span){sink->at, sink->len}, sink->err))
        return false;
    *len = sink->len;
    return true;
}

bool wire_put(const struct wire_map *map, const void *in, uint8_t *out, size_t cap,
        size_t *len, struct err *err)
{
    struct sink sink = {.at = out, .cap = cap, .map = map, .err = err};
    return put_checked(in, &sink, len);
}

bool wire_put_arena(const struct wire_map *map, const void *in, struct arena *arena,
        struct span *bytes, struct err *err)
{
    size_t used = arena->used;
    uint8_t *at = arena_take(arena, 0);
    size_t len, room = arena->size - arena->used;
    struct sink sink = {.at = at, .cap = room, .map = map, .err = err};

    if (at == NULL)
        return err_set(err, ERR_NOMEM, "%s: no room to write it", map->name);
    if (put_checked(in, &sink, &len)) {
        arena->used += len;
        *bytes = (struct span){at, len};
        return true;
    }
    arena_reset(arena, used);
    if (!sink.full || room >= WIRE_FRAME_MAX)
        return false;
    arena->full = true;
    return err_set(err, ERR_NOMEM, "%s: no room to write it", map->name);
}
