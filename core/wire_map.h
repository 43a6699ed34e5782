/* wire_map.h - what the generated tables say of a message; for core/wire*.c and the
 * generated code only.
 *
 * One wire_map per message, one wire_row per field, in the order of the field numbers,
 * which is also the order of protobuf-c's own descriptor: row i is about
 * descriptor->fields[i]. */
#ifndef WIRE_MAP_H
#define WIRE_MAP_H

#include <protobuf-c/protobuf-c.h>

#include "core/vocab.h"
#include "core/wire.h"

enum field_kind {
    FIELD_BOOL,
    FIELD_U32,
    FIELD_U64,
    FIELD_ENUM,
    FIELD_TEXT,    /* const char * */
    FIELD_VOCAB,   /* text outside, uint16_t inside */
    FIELD_BYTES,   /* struct span */
    FIELD_FIXED,   /* exactly limit bytes, not all zero */
    FIELD_MESSAGE, /* a pointer to the struct of sub */
};

struct wire_row {
    const char *name;
    enum field_kind kind;
    uint32_t number;  /* of the field in the .proto */
    size_t at;        /* offset in our struct */
    size_t size;      /* of the member, or of one element of a list */
    uint32_t max;     /* elements of a list; 0: not a list */
    size_t at_n;      /* list: offset of n_... */
    uint32_t limit;   /* bytes at most; FIELD_FIXED: exactly */
    bool required;    /* refused when absent */
    bool version;     /* field v: must be 1 */
    uint32_t oneof;   /* 0, or the same number for all members of a oneof */
    enum vocab vocab; /* FIELD_VOCAB */
    uint16_t first,
            last; /* and of its rows only these; 0: from the first, to the last */
    const struct wire_map *sub; /* FIELD_MESSAGE */
};

struct wire_map {
    const char *name; /* as in the .proto */
    const ProtobufCMessageDescriptor *descriptor;
    const struct wire_row *rows;
    size_t n_rows;
    size_t size; /* of our struct */
};

enum { WIRE_VERSION = 1 };

/* The strict check of core/wire.h on raw bytes; wire_check.c. */
MUST_USE bool wire_check(const struct wire_map *map, struct span bytes,
        struct err *err);

#endif
