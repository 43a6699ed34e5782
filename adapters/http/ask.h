/* ask.h - questions to the node over its local socket, many at a time.
 *
 * A question that the node has not answered when its connection breaks is sent again
 * when the node is back, until its time is up: what changes something bears an
 * idempotency key and is done once. */
#ifndef ADAPTERS_HTTP_ASK_H
#define ADAPTERS_HTTP_ASK_H

#include "core/arena.h"
#include "core/loop.h"
#include "gen/gateway.h"

enum {
    ASKS_MAX = 1024, /* that wait for an answer; the next one is refused */
    /* Of these on their way to the node. A flood of requests waits here, and the node
     * has its time for everybody else. */
    ASKS_SENT_MAX = 32,
    ASK_WAIT_MS = 10000, /* for an answer */
};

struct asks;
struct asked;

/* The answer; reply NULL: none came in time, or it could not be read. It lies in the
 * arena of asks_new for the length of the call. */
typedef void ask_answered(void *self, const struct reply *reply);

MUST_USE struct asks *asks_new(size_t arena_bytes, struct err *err);
void asks_free(struct asks *asks);

/* Ask; v and request_id are filled in. NULL with E_BUSY: there are ASKS_MAX of them
 * already; or the request cannot be sent (E_SIZE ...). */
MUST_USE struct asked *asks_put(struct asks *asks, const struct request *request,
        int64_t now_ms, ask_answered *on_answer, void *self, struct err *err);
/* Nobody waits for its answer any more. */
void asked_forget(struct asked *ask);
size_t asks_count(const struct asks *asks);

/* Be told, each time that the node has newer events, of the newest number. */
typedef void asks_told(void *self, uint64_t newest);
void asks_follow(struct asks *asks, asks_told *on_told, void *self);

/* What the loop tells of the link to the node. */
void asks_up(struct asks *asks, struct link *link);
void asks_down(struct asks *asks);
void asks_frame(struct asks *asks, struct span frame);
/* Is the node there? */
bool asks_connected(const struct asks *asks);
/* At the end of a turn: send what waits, let go those whose time is up; when to come
 * again (0: nothing waits). */
int64_t asks_turn(struct asks *asks, int64_t now_ms);

#endif
