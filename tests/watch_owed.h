/* watch_owed.h - what its reader has acknowledged is in the reader's store: a letter
 * that brought something to keep for ever, every other until the reader forgets it in
 * its time. */
#ifndef WATCH_OWED_H
#define WATCH_OWED_H

#include <stdbool.h>

#include "core/ids.h"
#include "core/span.h"
#include "gen/bus.h"
#include "tests/plan.h"

/* In a world that has just begun. */
void watch_owed_begin(const struct plan *plan);

/* A letter that the broker holds for acknowledged. */
struct watch_owed {
    struct id msg_id;
    const char *sender, *reader;
    enum letter_type type;
    struct span receipt; /* what its reader signed, if the broker has it yet */
};

void watch_owed_add(const struct watch_owed *letter);
/* After a step: have those who are there what they acknowledged? A store that has been
 * an older one (not believed) owes nothing. */
void watch_owed_look(bool (*believed)(const char *reader));

#endif
