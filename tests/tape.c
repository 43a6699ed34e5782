/* tape.c - frames are copied as they arrive. */
#include "tests/tape.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/network.h"
#include "tests/sim.h"

static struct tape_frame frames[TAPE_FRAMES_MAX];
static size_t n_frames;

static void on_frame(void *self, const char *from, const char *to, struct span bytes)
{
    struct tape_frame *frame = &frames[n_frames];
    bool local = strcmp(from, "adapter") == 0 || strcmp(to, "adapter") == 0;

    (void)self;
    if (local || n_frames == TAPE_FRAMES_MAX)
        return;
    uint8_t *copy = malloc(bytes.len > 0 ? bytes.len : 1);
    network_must(copy != NULL, "no memory", NULL);
    memcpy(copy, bytes.at, bytes.len);
    snprintf(frame->from, sizeof frame->from, "%s", from);
    snprintf(frame->to, sizeof frame->to, "%s", to);
    frame->bytes = (struct span){copy, bytes.len};
    n_frames++;
}

void tape_begin(void)
{
    static const struct sim_watch watch = {.on_frame = on_frame};

    tape_forget();
    sim_watch(&watch);
}

void tape_stop(void)
{
    static const struct sim_watch none = {.self = NULL};

    sim_watch(&none);
}

void tape_forget(void)
{
    while (n_frames > 0)
        free((void *)(uintptr_t)frames[--n_frames].bytes.at);
}

const struct tape_frame *tape_at(size_t i)
{
    return i < n_frames ? &frames[i] : NULL;
}
