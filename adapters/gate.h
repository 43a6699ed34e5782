/* gate.h - asking a node (or a broker's admin socket) one thing over its local socket:
 * the client that all adapters and the command line share. */
#ifndef GATE_H
#define GATE_H

#include "core/arena.h"
#include "core/err.h"
#include "gen/gateway.h"

/* How long to wait for a reply before saying that the program is away. A backup takes
 * as long as the disk does that it goes to, and its reply comes at its end. */
enum { GATE_WAIT_MS = 15000, GATE_BACKUP_WAIT_MS = 24 * 60 * 60 * 1000 };

struct gate;

/* path: of the socket. ERR_AWAY when there is no socket; the connection itself is made
 * with the first question. */
MUST_USE struct gate *gate_new(const char *path, struct err *err);
void gate_free(struct gate *gate);

/* Send the request (v and request_id are filled in here) and wait for its reply, which
 * lies in the arena. ERR_AWAY: nobody answered within wait_ms, or the program went away
 * in the middle of a backup; the request may have been done, and asking again with the
 * same idempotency key is safe. A reply with a code is a reply, not an error. */
MUST_USE bool gate_ask(struct gate *gate, const struct request *request,
        int64_t wait_ms, struct arena *arena, struct reply *reply, struct err *err);

#endif
