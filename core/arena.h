/* arena.h - a fixed piece of memory that decoded messages live in; taken whole, given
 * back whole. */
#ifndef ARENA_H
#define ARENA_H

#include "core/span.h"

struct arena {
    uint8_t *at;
    size_t size;
    size_t used;
    bool full; /* something did not fit (arena_was_full) */
};

/* size bytes from the heap once, at start; at NULL when there is no memory. */
struct arena arena_new(size_t size);
void arena_free(struct arena *arena);

/* len zeroed bytes, aligned for any type, or NULL when the arena is full. */
void *arena_take(struct arena *arena, size_t len);

/* Forget everything taken since `used` was noted (0: all). */
void arena_reset(struct arena *arena, size_t used);

/* Has something not fitted since this was last asked? What was decided meanwhile does
 * not count, whatever it was: who had no room to look has not seen. */
bool arena_was_full(struct arena *arena);

#endif
