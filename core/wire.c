/* wire.c - bytes to structs: strict check, then protobuf-c into the arena, then our
 * plain struct by the rows.
 *
 * protobuf-c copies text and bytes into the arena once; our struct points at those
 * copies. All values are moved with memcpy, because the rows know only offsets and
 * sizes. */
#include "core/wire_map.h"

static bool copy_message(const struct wire_map *map, const ProtobufCMessage *from,
        struct arena *arena, uint8_t *to);

/* protobuf-c fills all that it takes, so nothing needs to be zeroed first; that matters
 * for a letter of 64 KiB. */
static void *on_take(void *context, size_t len)
{
    struct arena *arena = context;
    void *at = arena_take(arena, 0);

    if (at == NULL)
        return NULL;
    if (len > arena->size - arena->used) {
        arena->full = true;
        return NULL;
    }
    arena->used += len;
    return at;
}

/* The arena is given back whole. */
static void on_give_back(void *context, void *pointer)
{
    (void)context;
    (void)pointer;
}

static void copy_bool(const struct wire_row *row, const uint8_t *from, uint8_t *to)
{
    protobuf_c_boolean given;
    bool value;

    (void)row;
    memcpy(&given, from, sizeof given);
    value = given != 0;
    memcpy(to, &value, sizeof value);
}

static void copy_vocab(const struct wire_row *row, const uint8_t *from, uint8_t *to)
{
    const char *code;
    uint16_t value;

    memcpy(&code, from, sizeof code);
    value = code[0] == '\0' ? 0 : vocab_find(row->vocab, code);
    memcpy(to, &value, sizeof value);
}

static void copy_bytes(const struct wire_row *row, const uint8_t *from, uint8_t *to)
{
    ProtobufCBinaryData data;
    struct span span = {0};

    memcpy(&data, from, sizeof data);
    if (row->kind == FIELD_FIXED) {
        if (data.len > 0)
            memcpy(to, data.data, row->limit);
        return;
    }
    if (data.len > 0)
        span = (struct span){data.data, data.len};
    memcpy(to, &span, sizeof span);
}

/* Numbers, and the address of a text, are the same on both sides. */
static void copy_plain(const struct wire_row *row, const uint8_t *from, uint8_t *to)
{
    memcpy(to, from, row->size);
}

/* A value, or an element of a list, that is no message (copy_sub, copy_list); and how
 * far apart protobuf-c keeps the elements of a list. */
static const struct {
    void (*copy)(const struct wire_row *row, const uint8_t *from, uint8_t *to);
    size_t stride;
} VALUES[] = {
        [FIELD_BOOL] = {copy_bool,  sizeof(protobuf_c_boolean) },
        [FIELD_U32] = {copy_plain, sizeof(uint32_t)           },
        [FIELD_U64] = {copy_plain, sizeof(uint64_t)           },
        [FIELD_ENUM] = {copy_plain, sizeof(uint32_t)           },
        [FIELD_TEXT] = {copy_plain, sizeof(char *)             },
        [FIELD_VOCAB] = {copy_vocab, sizeof(char *)             },
        [FIELD_BYTES] = {copy_bytes, sizeof(ProtobufCBinaryData)},
        [FIELD_FIXED] = {copy_bytes, sizeof(ProtobufCBinaryData)},
};

static bool copy_list(const struct wire_row *row, const ProtobufCFieldDescriptor *field,
        const ProtobufCMessage *message, struct arena *arena, uint8_t *to)
{
    const uint8_t *from = (const uint8_t *)message;
    const uint8_t *elements;
    uint8_t *list;
    size_t n;

    memcpy(&n, from + field->quantifier_offset, sizeof n);
    if (n == 0)
        return true;
    memcpy(&elements, from + field->offset, sizeof elements);
    list = arena_take(arena, n * row->size);
    if (list == NULL)
        return false;
    for (size_t i = 0; i < n; i++) {
        const ProtobufCMessage *sub;

        if (row->kind != FIELD_MESSAGE) {
            VALUES[row->kind].copy(row, elements + i * VALUES[row->kind].stride,
                    list + i * row->size);
            continue;
        }
        memcpy(&sub, elements + i * sizeof sub, sizeof sub);
        if (!copy_message(row->sub, sub, arena, list + i * row->size))
            return false;
    }
    memcpy(to + row->at, &list, sizeof list);
    memcpy(to + row->at_n, &n, sizeof n);
    return true;
}

static bool copy_sub(const struct wire_row *row, const ProtobufCFieldDescriptor *field,
        const ProtobufCMessage *message, struct arena *arena, uint8_t *to)
{
    const uint8_t *from = (const uint8_t *)message;
    const ProtobufCMessage *sub;
    uint8_t *made;

    if (row->oneof != 0) {
        uint32_t member;

        memcpy(&member, from + field->quantifier_offset, sizeof member);
        if (member != row->number)
            return true;
    }
    memcpy(&sub, from + field->offset, sizeof sub);
    if (sub == NULL)
        return true;
    made = arena_take(arena, row->sub->size);
    if (made == NULL || !copy_message(row->sub, sub, arena, made))
        return false;
    memcpy(to + row->at, &made, sizeof made);
    return true;
}

/* to is zeroed. False when the arena is full; nothing else can be wrong after the
 * check. */
static bool copy_message(const struct wire_map *map, const ProtobufCMessage *from,
        struct arena *arena, uint8_t *to)
{
    for (size_t i = 0; i < map->n_rows; i++) {
        const struct wire_row *row = &map->rows[i];
        const ProtobufCFieldDescriptor *field = &map->descriptor->fields[i];
        bool room = true;

        if (row->max > 0)
            room = copy_list(row, field, from, arena, to);
        else if (row->kind == FIELD_MESSAGE)
            room = copy_sub(row, field, from, arena, to);
        else
            VALUES[row->kind].copy(row, (const uint8_t *)from + field->offset,
                    to + row->at);
        if (!room)
            return false;
    }
    return true;
}

bool wire_get(const struct wire_map *map, struct span bytes, struct arena *arena,
        void *out, struct err *err)
{
    ProtobufCAllocator allocator = {on_take, on_give_back, arena};
    size_t used = arena->used;
    const ProtobufCMessage *message;
    uint8_t *made;

    if (!wire_check(map, bytes, err))
        return false;
    made = arena_take(arena, map->size);
    message =
            protobuf_c_message_unpack(map->descriptor, &allocator, bytes.len, bytes.at);
    if (made == NULL || message == NULL || !copy_message(map, message, arena, made)) {
        arena_reset(arena, used);
        return err_set(err, ERR_NOMEM, "%s: no room to read it", map->name);
    }
    memcpy(out, made, map->size);
    return true;
}
