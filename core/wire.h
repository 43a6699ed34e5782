/* wire.h - bytes to structs and back: the only door to protobuf-c.
 *
 * Structs, enums and one map per message are generated from proto/ (gen/bus.h,
 * gen/content.h, gen/gateway.h): a message LetterCore of a .proto becomes struct
 * letter_core and struct wire_map WIRE_LETTER_CORE. What a field may hold is said in
 * the comment behind it in the .proto (see proto/README.md) and checked here before
 * protobuf-c sees a byte. */
#ifndef WIRE_H
#define WIRE_H

#include "core/arena.h"
#include "core/err.h"
#include "core/span.h"

enum {
    WIRE_DEPTH_MAX = 4, /* messages inside messages */
    WIRE_ELEMENTS_MAX =
            4096, /* fields and list elements of one message, all depths together */
    WIRE_FRAME_MAX = 1048576 + 65536,
};

/* What a generated table says of one message; opaque to callers. */
struct wire_map;

/* Strict check, then decode. Everything that out points to lies in the arena (bytes are
 * copied there); ERR_NOMEM when it does not fit, and as much is taken of the arena as
 * before after every refusal. Refused with E_FORMAT: unknown or repeated or unordered
 * fields, values that are spelled longer than needed, default values that are spelled
 * out, wrong lengths, text that is not UTF-8 or holds a NUL, an enum number that is not
 * there. E_SIZE: past a limit. E_CODE: a code that is not in its vocabulary. E_VERSION:
 * a field v that is not 1. out is written on success only. */
MUST_USE bool wire_get(const struct wire_map *map, struct span bytes,
        struct arena *arena, void *out, struct err *err);

/* Encode in the one form that wire_get accepts. *len is written on success; E_SIZE when
 * it does not fit in cap or a limit is passed, and the code that wire_get would refuse
 * it with when the struct itself is not allowed, so that we never send what we would
 * refuse. What out holds after a refusal is not said. */
MUST_USE bool wire_put(const struct wire_map *map, const void *in, uint8_t *out,
        size_t cap, size_t *len, struct err *err);

/* Is it UTF-8 without NUL, as every text on the wire is? */
bool wire_text_ok(struct span text);

/* Encode into the arena; *bytes borrows from it. ERR_NOMEM when it does not fit. */
MUST_USE bool wire_put_arena(const struct wire_map *map, const void *in,
        struct arena *arena, struct span *bytes, struct err *err);

#endif
