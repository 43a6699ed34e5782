/* tape.h - every frame of the simulated bus, as it was said: to be said again. */
#ifndef TAPE_H
#define TAPE_H

#include "core/err.h"
#include "core/span.h"

enum { TAPE_FRAMES_MAX = 2000, TAPE_NAME_BYTES = 41 };

struct tape_frame {
    char from[TAPE_NAME_BYTES], to[TAPE_NAME_BYTES];
    struct span bytes;
};

/* Listen to the world that has just begun. */
void tape_begin(void);
/* Listen no more; what was heard stays until tape_forget. */
void tape_stop(void);
void tape_forget(void);
/* The frames in the order in which they came; NULL after the last one. */
const struct tape_frame *tape_at(size_t i);

#endif
