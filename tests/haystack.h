/* haystack.h - looking for bytes in the memory of a process and in all files of a
 * folder. */
#ifndef HAYSTACK_H
#define HAYSTACK_H

#include <sys/types.h>

#include "core/span.h"

enum { NEEDLES_MAX = 200, NEEDLE_BYTES_MAX = 64 };

/* How often each needle was found. */
struct haystack {
    struct span needles[NEEDLES_MAX];
    size_t found[NEEDLES_MAX];
    size_t n_needles;
    uint64_t n_bytes; /* searched */
};

/* The needle is borrowed; its index. */
size_t haystack_needle(struct haystack *stack, struct span needle);
/* Forget what was found. */
void haystack_clear(struct haystack *stack);
size_t haystack_total(const struct haystack *stack);

void haystack_search(struct haystack *stack, struct span bytes);
/* All readable memory of a process, as it is now. False when we may not read it. */
MUST_USE bool haystack_memory(struct haystack *stack, pid_t pid);
/* Every file of a folder and of the folders in it. */
MUST_USE bool haystack_folder(struct haystack *stack, const char *folder);

#endif
