/* wire_check.c - the strict check of raw bytes, before protobuf-c sees any of them.
 *
 * protobuf-c 1.4.1 by itself recurses without limit, needs about 48 times the memory of
 * a list of empty messages, and takes text that is not UTF-8. So the bytes are walked
 * first, by the rows of the message, and everything is refused that is not the one
 * spelling that wire_put gives. */
#include "core/wire_map.h"

enum {
    TYPE_VARINT = 0, /* wire types of protobuf */
    TYPE_BYTES = 2,
    VARINT_BYTES_MAX = 10,
};

/* What is left of a message. */
struct cursor {
    const uint8_t *at;
    const uint8_t *end;
};

/* One walk over a message and all that lies inside it. */
struct walk {
    size_t elements;
    struct err *err;
};

/* The field that is being looked at. */
struct place {
    const struct wire_map *map;
    const struct wire_row *row;
    const ProtobufCFieldDescriptor *field;
    int depth;
};

static bool check_message(const struct wire_map *map, struct span bytes, int depth,
        struct walk *walk);

/* All refusals name the field, never its value: the words go to logs. */
static bool refuse(const struct walk *walk, const struct place *place, enum code code,
        const char *words)
{
    return err_set(walk->err, code, "%s.%s: %s", place->map->name, place->row->name,
            words);
}

/* A number in its shortest spelling: no byte more than needed, nothing beyond 64 bits.
 */
static bool varint_get(struct cursor *in, uint64_t *value)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < VARINT_BYTES_MAX && in->at < in->end; i++) {
        uint8_t byte = *in->at++;

        sum |= (uint64_t)(byte & 0x7f) << (7 * i);
        if (byte & 0x80)
            continue;
        if (i > 0 && byte == 0)
            return false;
        if (i == VARINT_BYTES_MAX - 1 && byte > 1)
            return false;
        *value = sum;
        return true;
    }
    return false;
}

/* How many bytes the character at `at` has, or 0 when it is none: RFC 3629, so no
 * surrogates, no longer spelling than needed, nothing above U+10FFFF; and no NUL, which
 * would end a C string early. */
static size_t utf8_length(const uint8_t *at, size_t left)
{
    uint8_t low = 0x80;
    uint8_t high = 0xbf;
    size_t n;

    if (at[0] < 0x80)
        return at[0] != 0;
    if (at[0] < 0xc2 || at[0] > 0xf4)
        return 0;
    n = at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;
    if (left < n)
        return 0;
    if (at[0] == 0xe0)
        low = 0xa0;
    else if (at[0] == 0xed)
        high = 0x9f;
    else if (at[0] == 0xf0)
        low = 0x90;
    else if (at[0] == 0xf4)
        high = 0x8f;
    if (at[1] < low || at[1] > high)
        return 0;
    for (size_t i = 2; i < n; i++) {
        if (at[i] < 0x80 || at[i] > 0xbf)
            return 0;
    }
    return n;
}

/* Eight characters of one byte, none of them NUL? Most text is made of such. */
static bool is_plain(const uint8_t *at)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
    uint64_t word;

    memcpy(&word, at, sizeof word);
    /* Without a top bit anywhere, only a zero byte borrows one. */
    return ((word | (word - ones)) & tops) == 0;
}

bool wire_text_ok(struct span text)
{
    size_t i = 0;

    while (i < text.len) {
        if (text.len - i >= sizeof(uint64_t) && is_plain(text.at + i)) {
            i += sizeof(uint64_t);
            continue;
        }
        size_t n = utf8_length(text.at + i, text.len - i);

        if (n == 0)
            return false;
        i += n;
    }
    return true;
}

static bool count_element(const struct place *place, struct walk *walk)
{
    if (walk->elements == WIRE_ELEMENTS_MAX)
        return refuse(walk, place, E_SIZE, "more elements than one message may have");
    walk->elements++;
    return true;
}

/* Numbers, bools, enums. Zero stands only in lists: alone it is spelled by absence. */
static bool check_number(const struct place *place, uint64_t value, struct walk *walk)
{
    const struct wire_row *row = place->row;

    if (value == 0 && row->max == 0)
        return refuse(walk, place, E_FORMAT, "a default value is spelled out");
    if (row->version && value != WIRE_VERSION)
        return refuse(walk, place, E_VERSION, "not a version that is known here");
    if (row->kind == FIELD_BOOL && value != 1)
        return refuse(walk, place, E_FORMAT, "neither true nor false");
    if (row->kind == FIELD_U32 && value > UINT32_MAX)
        return refuse(walk, place, E_FORMAT, "more than 32 bits");
    if (row->kind == FIELD_ENUM &&
            (value > INT32_MAX ||
                    protobuf_c_enum_descriptor_get_value(place->field->descriptor,
                            (int)value) == NULL))
        return refuse(walk, place, E_FORMAT, "a number that has no name");
    return true;
}

/* A list of numbers stands in one piece and is not empty. */
static bool check_packed(const struct place *place, struct span bytes,
        struct walk *walk)
{
    struct cursor in = {bytes.at, bytes.at + bytes.len};
    size_t n = 0;

    if (bytes.len == 0)
        return refuse(walk, place, E_FORMAT, "an empty list is spelled out");
    while (in.at < in.end) {
        uint64_t value;

        if (n++ == place->row->max)
            return refuse(walk, place, E_SIZE, "too many elements");
        if (!varint_get(&in, &value))
            return refuse(walk, place, E_FORMAT,
                    "not a number in its shortest spelling");
        if (!count_element(place, walk) || !check_number(place, value, walk))
            return false;
    }
    return true;
}

static bool check_vocab(const struct place *place, struct span text, struct walk *walk)
{
    char code[VOCAB_CODE_BYTES];

    if (text.len >= sizeof code || memchr(text.at, 0, text.len) != NULL)
        return refuse(walk, place, E_CODE, "not a code of its vocabulary");
    memcpy(code, text.at, text.len);
    code[text.len] = '\0';
    const struct wire_row *row = place->row;
    uint16_t found = vocab_find(row->vocab, code);
    if (found == 0 || found < row->first || (row->last != 0 && found > row->last))
        return refuse(walk, place, E_CODE, "not a code of its vocabulary");
    return true;
}

static bool check_fixed(const struct place *place, struct span bytes, struct walk *walk)
{
    uint8_t any = 0;

    if (bytes.len != place->row->limit)
        return refuse(walk, place, E_FORMAT, "wrong length");
    for (size_t i = 0; i < bytes.len; i++)
        any |= bytes.at[i];
    if (any == 0)
        return refuse(walk, place, E_FORMAT, "all zero");
    return true;
}

/* Text and bytes. */
static bool check_plain(const struct place *place, struct span bytes, struct walk *walk)
{
    const struct wire_row *row = place->row;

    if (bytes.len == 0 && row->max == 0)
        return refuse(walk, place, E_FORMAT, "a default value is spelled out");
    if (row->kind == FIELD_VOCAB)
        return check_vocab(place, bytes, walk);
    if (bytes.len > row->limit)
        return refuse(walk, place, E_SIZE, "longer than it may be");
    if (row->kind == FIELD_TEXT && !wire_text_ok(bytes))
        return refuse(walk, place, E_FORMAT, "not UTF-8 text without NUL");
    return true;
}

static bool check_inner(const struct place *place, struct span bytes, struct walk *walk)
{
    return check_message(place->row->sub, bytes, place->depth + 1, walk);
}

/* What has a length in front: text, bytes, messages, lists of numbers. */
static bool (*const CHECKS[])(const struct place *place, struct span bytes,
        struct walk *walk) = {
        [FIELD_BOOL] = check_packed,
        [FIELD_U32] = check_packed,
        [FIELD_U64] = check_packed,
        [FIELD_ENUM] = check_packed,
        [FIELD_TEXT] = check_plain,
        [FIELD_VOCAB] = check_plain,
        [FIELD_BYTES] = check_plain,
        [FIELD_FIXED] = check_fixed,
        [FIELD_MESSAGE] = check_inner,
};

static bool is_number(const struct wire_row *row)
{
    return row->kind == FIELD_BOOL || row->kind == FIELD_U32 ||
           row->kind == FIELD_U64 || row->kind == FIELD_ENUM;
}

/* The value behind a tag of wire type `type`; seen: how many of this field came before.
 */
static bool check_value(const struct place *place, uint64_t type, uint32_t seen,
        struct cursor *in, struct walk *walk)
{
    const struct wire_row *row = place->row;
    bool alone = is_number(row) && row->max == 0;
    uint64_t value;

    if (type != (alone ? TYPE_VARINT : TYPE_BYTES))
        return refuse(walk, place, E_FORMAT, "not the type it has");
    if (seen > 0 && (row->max == 0 || is_number(row)))
        return refuse(walk, place, E_FORMAT, "there twice");
    if (row->max > 0 && seen >= row->max)
        return refuse(walk, place, E_SIZE, "too many elements");
    if (!count_element(place, walk))
        return false;
    if (!varint_get(in, &value))
        return refuse(walk, place, E_FORMAT, "not a number in its shortest spelling");
    if (alone)
        return check_number(place, value, walk);
    if (value > (uint64_t)(in->end - in->at))
        return refuse(walk, place, E_FORMAT, "cut off");
    in->at += value;
    return CHECKS[row->kind](place, (struct span){in->at - value, (size_t)value}, walk);
}

/* A row that no field came for. */
static bool check_absent(const struct wire_map *map, const struct wire_row *row,
        struct walk *walk)
{
    const struct place place = {.map = map, .row = row};

    if (!row->required)
        return true;
    return refuse(walk, &place, row->version ? E_VERSION : E_FORMAT, "missing");
}

static bool check_message(const struct wire_map *map, struct span bytes, int depth,
        struct walk *walk)
{
    struct cursor in = {bytes.at, bytes.at + bytes.len};
    uint32_t oneofs = 0; /* bit n: a member of oneof n came */
    uint32_t seen = 0;   /* of the row we are at */
    size_t i = 0;

    if (depth > WIRE_DEPTH_MAX)
        return err_set(walk->err, E_FORMAT, "%s: too deep", map->name);
    while (in.at < in.end) {
        uint64_t tag;

        if (!varint_get(&in, &tag))
            return err_set(walk->err, E_FORMAT, "%s: no field", map->name);
        while (i < map->n_rows && map->rows[i].number < tag >> 3) {
            if (seen == 0 && !check_absent(map, &map->rows[i], walk))
                return false;
            seen = 0;
            i++;
        }
        if (i == map->n_rows || map->rows[i].number != tag >> 3)
            return err_set(walk->err, E_FORMAT,
                    "%s: field %llu is unknown or out of order", map->name,
                    (unsigned long long)(tag >> 3));
        const struct place place = {map, &map->rows[i], &map->descriptor->fields[i],
                depth};
        if (!check_value(&place, tag & 7, seen, &in, walk))
            return false;
        if (place.row->oneof != 0 && oneofs >> place.row->oneof & 1)
            return refuse(walk, &place, E_FORMAT,
                    "a second one of what excludes another");
        oneofs |= (uint32_t)(place.row->oneof != 0) << place.row->oneof;
        seen++;
    }
    for (; i < map->n_rows; i++, seen = 0) {
        if (seen == 0 && !check_absent(map, &map->rows[i], walk))
            return false;
    }
    return true;
}

bool wire_check(const struct wire_map *map, struct span bytes, struct err *err)
{
    static const uint8_t nothing[1];
    struct walk walk = {.err = err};

    if (bytes.at == NULL)
        bytes = (struct span){nothing, 0};
    if (bytes.len > WIRE_FRAME_MAX)
        return err_set(err, E_SIZE, "%s: longer than a frame may be", map->name);
    return check_message(map, bytes, 0, &walk);
}
