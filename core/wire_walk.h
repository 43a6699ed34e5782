/* wire_walk.h - the fields of a generated struct one by one, for what prints or fills
 * any message.
 *
 * The rows are those that the wire check uses, so that a limit is known in one place.
 * An address of a value points to a bool, uint32_t, uint64_t, enum, const char *,
 * uint16_t (vocabulary row), struct span, the fixed bytes, or the struct of a
 * message. */
#ifndef WIRE_WALK_H
#define WIRE_WALK_H

#include "core/vocab.h"
#include "core/wire.h"

enum walk_kind {
    WALK_BOOL,
    WALK_U32,
    WALK_U64,
    WALK_ENUM,
    WALK_TEXT,
    WALK_VOCAB,
    WALK_BYTES,
    WALK_FIXED,
    WALK_MESSAGE,
};

enum { WIRE_NAME_BYTES = 64 }; /* longest name of a field or an enum value, with NUL */

struct wire_field {
    const char *name; /* as in the .proto: "case_number" */
    enum walk_kind kind;
    size_t size;                /* of one value */
    uint32_t max;               /* elements of a list at most; 0: not a list */
    uint32_t limit;             /* bytes at most; WALK_FIXED: exactly */
    enum vocab vocab;           /* WALK_VOCAB */
    uint16_t first, last;       /* the rows of it that may stand here */
    const struct wire_map *sub; /* WALK_MESSAGE */
    const struct wire_map *map; /* whose field it is */
    size_t index;               /* 0.. in the map */
};

/* "LetterCore" */
const char *wire_map_name(const struct wire_map *map);
size_t wire_field_count(const struct wire_map *map);
/* Bytes of the struct. */
size_t wire_struct_size(const struct wire_map *map);
struct wire_field wire_field_at(const struct wire_map *map, size_t index);
/* By its name in the .proto; false when there is none. */
MUST_USE bool wire_field_find(const struct wire_map *map, const char *name,
        struct wire_field *field);

/* How many values stand in the field of this struct: the length of a list; 1 or 0 for a
 * message; else 1. */
size_t wire_value_count(const struct wire_field *field, const void *in);
/* The address of one of them. */
const void *wire_value(const struct wire_field *field, const void *in, size_t index);
/* No element, no message, zero, or empty text and bytes. */
bool wire_is_empty(const struct wire_field *field, const void *in);

/* Put values into the field: a list gets n of them, anything else the first. What a
 * list or a message points to is borrowed. */
void wire_set(const struct wire_field *field, void *out, const void *values, size_t n);

/* WALK_ENUM: "info_requested" of a number ("unknown" when it is not there), and back
 * (false when it is none of them). */
void wire_enum_name(const struct wire_field *field, uint32_t value,
        char name[WIRE_NAME_BYTES]);
MUST_USE bool wire_enum_find(const struct wire_field *field, const char *name,
        uint32_t *value);
/* The names by their place, 0..; false past the last. */
bool wire_enum_at(const struct wire_field *field, size_t index,
        char name[WIRE_NAME_BYTES]);

#endif
