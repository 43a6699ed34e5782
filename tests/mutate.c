/* mutate.c - values for fields as their rows allow them, and sometimes one past. */
#include "tests/mutate.h"

#include <stdlib.h>

#include "core/time.h"
#include "core/wire_map.h"

enum {
    ARENA_BYTES = 4 * 1024 * 1024,
    TRIES = 8,      /* changes that do not pack, before bytes are changed instead */
    LIST_MAX = 3,   /* elements that a list gets at once */
    BYTES_MAX = 96, /* of a text or bytes that are made up */
    DEPTH_MAX = WIRE_DEPTH_MAX,
};

/* libFuzzer's own change of plain bytes. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

struct mutation {
    uint64_t state;
    struct arena arena;
};

/* Names, dates and numbers that mean something somewhere. */
static const char *const WORDS[] = {"a", "house-a", "house-b", "the-broker", "steward",
        "antenna", "thuiszorg", "aksant", "21004", "2026-06-15", "1950-02-30", "nl",
        "nl-BE", "E_CONSENT_NONE", "Zoë Peeters", "85.07.30-033.28", "0470 12 34 56",
        "tcp://broker.example:7000", "/dev/shm/none", "*\xE2\x80\xAE", "\x1b[2J"};
static const uint64_t NUMBERS[] = {1, 2, 3, 7, 19, 20, 50, 200, 1024, 20600, 20619,
        21000, 65535, UINT32_MAX, UINT64_C(1772900000000), UINT64_C(1781524800000),
        UINT64_C(1790000000000), INT64_MAX, UINT64_MAX};

static uint32_t below(struct mutation *m, uint32_t limit)
{
    m->state = m->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return limit == 0 ? 0 : (uint32_t)(m->state >> 33) % limit;
}

static void make_message(struct mutation *m, const struct wire_map *map, uint8_t *out,
        int depth);

static void *take(struct mutation *m, size_t len)
{
    void *at = arena_take(&m->arena, len);
    if (at == NULL)
        abort();
    return at;
}

/* --- one value --- */

static uint64_t make_number(struct mutation *m, const struct wire_row *row)
{
    uint64_t number = NUMBERS[below(m, COUNT_OF(NUMBERS))];
    if (row->version)
        return below(m, 64) == 0 ? number : WIRE_VERSION;
    if (below(m, 3) == 0)
        number = below(m, 256);
    return row->kind == FIELD_BOOL  ? number & 1
           : row->kind == FIELD_U64 ? number
                                    : (uint32_t)number;
}

static uint32_t make_enum(struct mutation *m, const struct wire_map *map,
        const struct wire_row *row)
{
    const ProtobufCEnumDescriptor *names =
            map->descriptor->fields[row - map->rows].descriptor;
    return (uint32_t)names->values[below(m, names->n_values)].value;
}

static struct span make_bytes(struct mutation *m, size_t limit)
{
    size_t len = below(m, BYTES_MAX);
    if (below(m, 16) == 0)
        len = limit + below(m, 2);
    if (len > limit + 1)
        len = limit + 1;
    uint8_t *bytes = take(m, len + 1);
    for (size_t i = 0; i < len; i++)
        bytes[i] = (uint8_t)below(m, 256);
    return (struct span){bytes, len};
}

static const char *make_text(struct mutation *m, size_t limit)
{
    if (below(m, 3) != 0)
        return WORDS[below(m, COUNT_OF(WORDS))];
    struct span bytes = make_bytes(m, limit);
    char *text = take(m, bytes.len + 1);
    for (size_t i = 0; i < bytes.len; i++)
        text[i] = (char)(' ' + bytes.at[i] % ('~' - ' '));
    return text;
}

/* A value for this field at `to`; for a message, `to` is the struct itself. */
static void make_value(struct mutation *m, const struct wire_map *map,
        const struct wire_row *row, uint8_t *to, int depth)
{
    uint64_t large = 0;
    uint32_t small;
    uint16_t code;
    bool truth;
    const char *text;
    struct span bytes;

    switch (row->kind) {
    case FIELD_BOOL:
        truth = make_number(m, row) != 0;
        memcpy(to, &truth, sizeof truth);
        break;
    case FIELD_U32:
        small = (uint32_t)make_number(m, row);
        memcpy(to, &small, sizeof small);
        break;
    case FIELD_U64:
        large = make_number(m, row);
        memcpy(to, &large, sizeof large);
        break;
    case FIELD_ENUM:
        small = make_enum(m, map, row);
        memcpy(to, &small, sizeof small);
        break;
    case FIELD_TEXT:
        text = make_text(m, row->limit);
        memcpy(to, &text, sizeof text);
        break;
    case FIELD_VOCAB:
        code = row->last != 0 ? row->last : vocab_count(row->vocab);
        small = row->first != 0 ? row->first : 1;
        code = (uint16_t)(small + below(m, code + 1U - small));
        memcpy(to, &code, sizeof code);
        break;
    case FIELD_BYTES:
        bytes = make_bytes(m, row->limit);
        memcpy(to, &bytes, sizeof bytes);
        break;
    case FIELD_FIXED:
        /* Few different ids, so that some of them meet. */
        memset(to, 0, row->limit);
        to[0] = (uint8_t)(1 + below(m, 4));
        break;
    case FIELD_MESSAGE: make_message(m, row->sub, to, depth); break;
    }
}

/* --- one field --- */

static void clear_field(const struct wire_row *row, uint8_t *message)
{
    static const size_t none = 0;
    static void *const nowhere = NULL;
    if (row->max > 0) {
        memcpy(message + row->at, &nowhere, sizeof nowhere);
        memcpy(message + row->at_n, &none, sizeof none);
    } else if (row->kind == FIELD_MESSAGE) {
        memcpy(message + row->at, &nowhere, sizeof nowhere);
    } else {
        memset(message + row->at, 0, row->size);
    }
}

static size_t element_bytes(const struct wire_row *row)
{
    return row->kind == FIELD_MESSAGE ? row->sub->size : row->size;
}

/* A longer list: what stood there, and some more; now and then one twice. */
static void make_list(struct mutation *m, const struct wire_map *map,
        const struct wire_row *row, uint8_t *message, int depth)
{
    size_t n, more = 1 + below(m, LIST_MAX), each = element_bytes(row);
    const uint8_t *before;
    memcpy(&n, message + row->at_n, sizeof n);
    memcpy(&before, message + row->at, sizeof before);
    if (n + more > row->max && below(m, 16) != 0)
        more = n < row->max ? row->max - n : 0;
    uint8_t *list = take(m, (n + more) * each);
    if (n > 0)
        memcpy(list, before, n * each);
    for (size_t i = n; i < n + more; i++) {
        if (i > 0 && below(m, 8) == 0)
            memcpy(list + i * each, list + (i - 1) * each, each);
        else
            make_value(m, map, row, list + i * each, depth);
    }
    n += more;
    memcpy(message + row->at, &list, sizeof list);
    memcpy(message + row->at_n, &n, sizeof n);
}

static void make_field(struct mutation *m, const struct wire_map *map,
        const struct wire_row *row, uint8_t *message, int depth)
{
    /* One of them excludes the others. */
    for (size_t i = 0; row->oneof != 0 && i < map->n_rows; i++) {
        if (map->rows[i].oneof == row->oneof)
            clear_field(&map->rows[i], message);
    }
    if (row->max > 0) {
        make_list(m, map, row, message, depth);
    } else if (row->kind == FIELD_MESSAGE) {
        uint8_t *sub = take(m, row->sub->size);
        make_message(m, row->sub, sub, depth + 1);
        memcpy(message + row->at, &sub, sizeof sub);
    } else {
        make_value(m, map, row, message + row->at, depth);
    }
}

static void make_message(struct mutation *m, const struct wire_map *map, uint8_t *out,
        int depth)
{
    memset(out, 0, map->size);
    for (size_t i = 0; i < map->n_rows && depth < DEPTH_MAX; i++) {
        const struct wire_row *row = &map->rows[i];
        bool needed = row->required || row->version;
        if (needed || below(m, 3) == 0)
            make_field(m, map, row, out, depth);
    }
}

/* --- a change --- */

/* The text or bytes of a field, changed as bytes are. */
static bool change_bytes(struct mutation *m, const struct wire_row *row, uint8_t *at)
{
    struct span bytes;
    const char *text;
    if (row->max > 0 || (row->kind != FIELD_TEXT && row->kind != FIELD_BYTES))
        return false;
    if (row->kind == FIELD_TEXT) {
        memcpy(&text, at, sizeof text);
        bytes = text == NULL ? (struct span){0} : span_text(text);
    } else {
        memcpy(&bytes, at, sizeof bytes);
    }
    size_t cap = bytes.len + 16 < row->limit ? bytes.len + 16 : row->limit;
    if (cap < bytes.len)
        return false;
    uint8_t *copy = take(m, cap + 1);
    if (bytes.len > 0)
        memcpy(copy, bytes.at, bytes.len);
    bytes = (struct span){copy, LLVMFuzzerMutate(copy, bytes.len, cap)};
    copy[bytes.len] = '\0';
    text = (const char *)copy;
    if (row->kind == FIELD_TEXT)
        memcpy(at, &text, sizeof text);
    else
        memcpy(at, &bytes, sizeof bytes);
    return true;
}

/* One field of the message, or of a message in it. */
static void change(struct mutation *m, const struct wire_map *map, uint8_t *message,
        int depth)
{
    if (map->n_rows == 0)
        return;
    const struct wire_row *row = &map->rows[below(m, (uint32_t)map->n_rows)];
    size_t n = 1;
    uint8_t *sub = NULL;
    if (row->max > 0)
        memcpy(&n, message + row->at_n, sizeof n);
    bool inner = false;
    if (row->kind == FIELD_MESSAGE && n > 0) {
        memcpy(&sub, message + row->at, sizeof sub);
        inner = sub != NULL;
    }
    if (inner && below(m, 4) != 0) {
        change(m, row->sub, sub + below(m, (uint32_t)n) * row->sub->size, depth + 1);
    } else if (below(m, 6) == 0) {
        clear_field(row, message);
    } else if (below(m, 2) == 0 || !change_bytes(m, row, message + row->at)) {
        make_field(m, map, row, message, depth);
    }
}

size_t mutate_message(const struct wire_map *map, uint8_t *bytes, size_t len,
        size_t cap, unsigned seed)
{
    static struct arena memory;
    if (memory.at == NULL)
        memory = arena_new(ARENA_BYTES);
    struct mutation m = {.state = seed, .arena = memory};
    struct err err = {.code = CODE_OK};
    uint8_t *message = take(&m, map->size);
    uint8_t *packed = take(&m, cap);

    for (int i = 0; i < TRIES; i++) {
        if (below(&m, 50) == 0 ||
                !wire_get(map, (struct span){bytes, len}, &m.arena, message, &err))
            make_message(&m, map, message, 0);
        for (uint32_t n = 1 + below(&m, 3); n > 0; n--)
            change(&m, map, message, 0);
        size_t made;
        if (!wire_put(map, message, packed, cap, &made, &err))
            continue;
        memcpy(bytes, packed, made);
        return made;
    }
    return LLVMFuzzerMutate(bytes, len, cap);
}
