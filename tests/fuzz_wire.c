/* fuzz_wire.c - any bytes as any message: what wire_get takes, wire_put gives back byte
 * for byte.
 *
 * The first byte says which message the others are. */
#include <stdint.h>
#include <stdlib.h>

#include "core/wire_map.h"
#include "gen/bus.h"
#include "gen/content.h"
#include "gen/gateway.h"
#include "gen/sample.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ARENA_BYTES = 1 << 20 };

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

static void get_and_put(const struct wire_map *map, struct span bytes,
        struct arena *arena)
{
    struct err err = {0};
    void *made = malloc(map->size);
    uint8_t *again = malloc(bytes.len + 1);
    size_t len;

    if (made == NULL || again == NULL)
        abort();
    if (wire_get(map, bytes, arena, made, &err)) {
        if (!wire_put(map, made, again, bytes.len, &len, &err))
            abort();
        if (!span_equal((struct span){again, len}, bytes))
            abort();
    } else if (err.code == CODE_OK || err.msg[0] == '\0') {
        abort();
    }
    free(again);
    free(made);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = arena_new(ARENA_BYTES);

    if (size > 0 && arena.at != NULL)
        get_and_put(map_of(data[0]), (struct span){data + 1, size - 1}, &arena);
    arena_free(&arena);
    return 0;
}
