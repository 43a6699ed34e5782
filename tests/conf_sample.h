/* conf_sample.h - a small table of settings for the tests of conf. */
#ifndef CONF_SAMPLE_H
#define CONF_SAMPLE_H

#include <stddef.h>

#include "core/conf.h"

struct sample {
    int64_t before; /* not a setting: must stay as it is */
    char name[16];
    int64_t port;
    int64_t depth;
    bool strict;
};

static const struct conf_key sample_keys[] = {
        {.name = "name",
         .type = CONF_TEXT,
         .offset = offsetof(struct sample, name),
         .cap = sizeof((struct sample *)0)->name,
         .initial = "bus $1",
         .words = "How this node is called."},
        {.name = "port",
         .type = CONF_NUMBER,
         .offset = offsetof(struct sample,              port),
         .initial = "5555",
         .min = 1,
         .max = 65535,
         .words = "Where it listens."},
        {.name = "depth",
         .type = CONF_NUMBER,
         .offset = offsetof(struct sample,   depth),
         .initial = "-1",
         .min = INT64_MIN,
         .max = INT64_MAX,
         .words = "How deep it goes."},
        {.name = "strict",
         .type = CONF_BOOL,
         .offset = offsetof(struct sample,                 strict),
         .initial = "true",
         .words = "Whether it refuses what it does not know."},
};

#endif
