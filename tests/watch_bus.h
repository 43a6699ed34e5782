/* watch_bus.h - what must be true of each frame between nodes and broker, and of the
 * broker's audit log as a whole; and which ends of letters lie in its mailboxes. */
#ifndef WATCH_BUS_H
#define WATCH_BUS_H

#include <stdbool.h>

#include "core/ids.h"
#include "core/span.h"

struct sqlite3;

/* A word that stands in every content, and must stand nowhere on the bus. */
#define WATCH_SECRET "Rosa Voorbeeld"

void watch_bus_begin(void);
/* For sim_watch: what leaves, and what arrives. */
void watch_bus_leaves(void *self, const char *from, const char *to, struct span frame);
void watch_bus_frame(void *self, const char *from, const char *to, struct span frame);
/* Do the leaves of the log, one after the other, give the head that the store keeps? */
void watch_log_is_whole(struct sqlite3 *broker);

/* A letter as its sender knows it. */
struct watch_letter {
    const char *sender;
    struct id msg_id;
    struct key32 core_hash;
};

/* Does the receipt that ends this letter lie in its sender's mailbox? */
bool watch_end_waits(struct sqlite3 *broker, const struct watch_letter *letter);

#endif
