/* arena.c - a fixed piece of memory that decoded messages live in. */
#include "core/arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdlib.h>

struct arena arena_new(size_t size)
{
    struct arena arena = {.at = malloc(size)};
    if (arena.at != NULL)
        arena.size = size;
    return arena;
}

void arena_free(struct arena *arena)
{
    if (arena == NULL)
        return;
    free(arena->at);
    *arena = (struct arena){0};
}

void *arena_take(struct arena *arena, size_t len)
{
    size_t step = alignof(max_align_t);
    size_t padding = (step - arena->used % step) % step;
    size_t left = arena->size - arena->used;
    if (arena->at == NULL || padding > left || len > left - padding) {
        arena->full = true;
        return NULL;
    }

    uint8_t *taken = arena->at + arena->used + padding;
    memset(taken, 0, len);
    arena->used += padding + len;
    return taken;
}

void arena_reset(struct arena *arena, size_t used)
{
    assert(used <= arena->used);
    arena->used = used;
}

bool arena_was_full(struct arena *arena)
{
    bool full = arena->full;
    arena->full = false;
    return full;
}
