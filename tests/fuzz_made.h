/* fuzz_made.h - for fuzzers of JSON: an object that fits a message, made up by its map.
 */
#ifndef FUZZ_MADE_H
#define FUZZ_MADE_H

#include <jansson.h>

#include "adapters/json.h"
#include "core/wire.h"
#include "core/wire_map.h"
#include "tests/fuzz.h"
#include "tests/mutate.h"

enum { MADE_PACKED_BYTES = 1024, MADE_ARENA_BYTES = 512 * 1024 };

/* The length of the text; 0 when it does not fit. */
static inline size_t made_json(const struct wire_map *map, uint8_t *out, size_t cap,
        unsigned seed)
{
    uint8_t packed[MADE_PACKED_BYTES];
    struct arena arena = arena_new(MADE_ARENA_BYTES);
    struct err err;
    size_t n = mutate_message(map, packed, 0, sizeof packed, seed), len = 0;
    void *made = arena_take(&arena, wire_struct_size(map));
    must(made != NULL);
    if (wire_get(map, (struct span){packed, n}, &arena, made, &err)) {
        json_t *object = json_put(&arena, map, made);
        len = json_dumpb(object, (char *)out, cap, JSON_COMPACT);
        json_decref(object);
    }
    arena_free(&arena);
    return len > cap ? 0 : len;
}

#endif
