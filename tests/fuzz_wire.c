/* fuzz_wire.c - any bytes as any message: what wire_get takes, wire_put gives back byte
 * for byte, also when its fields are carried over one by one; what is refused leaves
 * nothing.
 *
 * The first byte says which message the others are. */
#include "core/wire_map.h"
#include "core/wire_walk.h"
#include "gen/bus.h"
#include "gen/content.h"
#include "gen/gateway.h"
#include "gen/sample.h"
#include "tests/fuzz.h"
#include "tests/mutate.h"

enum { ARENA_BYTES = 1 << 20 };

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
        unsigned seed);

/* The maps of all files in one row, so that every first byte means some message; the
 * sample's first, so that the corpus stays what it is when the bus gets a new message.
 */
static const struct wire_map *map_of(size_t n)
{
    n %= N_WIRE_ALL_SAMPLE + N_WIRE_ALL_BUS + N_WIRE_ALL_CONTENT + N_WIRE_ALL_GATEWAY;
    if (n < N_WIRE_ALL_SAMPLE)
        return WIRE_ALL_SAMPLE[n];
    n -= N_WIRE_ALL_SAMPLE;
    if (n < N_WIRE_ALL_BUS)
        return WIRE_ALL_BUS[n];
    n -= N_WIRE_ALL_BUS;
    if (n < N_WIRE_ALL_CONTENT)
        return WIRE_ALL_CONTENT[n];
    return WIRE_ALL_GATEWAY[n - N_WIRE_ALL_CONTENT];
}

static void must_pack_to(const struct wire_map *map, const void *message,
        struct span bytes)
{
    struct err err = {.code = CODE_OK};
    size_t len = 0;
    uint8_t *again = malloc(bytes.len + 1);
    must(again != NULL && wire_put(map, message, again, bytes.len, &len, &err));
    must(span_equal((struct span){again, len}, bytes));
    /* With one byte less of room there is none. */
    must(bytes.len == 0 || !wire_put(map, message, again, bytes.len - 1, &len, &err));
    free(again);
}

/* Field by field into a struct of its own. */
static void carry_over(const struct wire_map *map, const void *message,
        struct span bytes)
{
    void *copy = calloc(1, map->size);
    must(copy != NULL && wire_struct_size(map) == map->size);
    for (size_t i = 0; i < wire_field_count(map); i++) {
        struct wire_field field = wire_field_at(map, i), found;
        size_t n = wire_value_count(&field, message);
        must(wire_field_find(map, field.name, &found) && found.index == i);
        if (wire_is_empty(&field, message))
            continue;
        wire_set(&field, copy, wire_value(&field, message, 0), n);
        must(wire_value_count(&field, copy) == n);
        must(!wire_is_empty(&field, copy));
    }
    must_pack_to(map, copy, bytes);
    free(copy);
}

static void get_and_put(const struct wire_map *map, struct span bytes,
        struct arena *arena)
{
    struct err err = {.code = CODE_OK};
    uint8_t *message = malloc(map->size);
    must(message != NULL);
    memset(message, 0x5A, map->size);
    if (wire_get(map, bytes, arena, message, &err)) {
        must_pack_to(map, message, bytes);
        carry_over(map, message, bytes);
    } else {
        must_say_why(&err);
        must(arena->used == 0);
        for (size_t i = 0; i < map->size; i++)
            must(message[i] == 0x5A);
    }
    free(message);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = arena_new(ARENA_BYTES);
    if (size > 0 && arena.at != NULL)
        get_and_put(map_of(data[0]), (struct span){data + 1, size - 1}, &arena);
    arena_free(&arena);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
        unsigned seed)
{
    if (size == 0)
        data[0] = 0;
    if (seed % 16 == 0)
        data[0] = (uint8_t)(seed >> 8);
    size_t len = size == 0 ? 0 : size - 1;
    return 1 + mutate_message(map_of(data[0]), data + 1, len, max_size - 1, seed);
}
