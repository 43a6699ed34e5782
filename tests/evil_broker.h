/* evil_broker.h - the evil peer as the broker: honest nodes come to its keys, and it
 * tells them whatever a test likes. */
#ifndef EVIL_BROKER_H
#define EVIL_BROKER_H

#include "core/loop.h"
#include "tests/evil.h"

/* Let this node in when it comes; who is refused comes back later and later. */
void evil_admit(struct evil *evil, const char *node);
/* Serve the bus, until this node is there; what is said goes to it from now on. */
void evil_serve(struct evil *evil, const char *node);
/* Speak to this node, which is served already. */
void evil_toward(struct evil *evil, const char *node);

/* Deliver one mail, and the receipt that comes back for its letter; NULL: there came
 * none. */
const struct receipt *evil_deliver(struct evil *evil, struct mail *mail);
/* Deliver some at once, and let the node do what it does. */
void evil_deliver_all(struct evil *evil, struct mail *mails, size_t n_mails);
/* Tell these rows of the directory. */
void evil_tell(struct evil *evil, const struct span *things, size_t n_things);

/* Of evil.c: may this member come in; a frame of it came. */
bool evil_broker_admit(struct evil *evil, const char *partner);
void evil_broker_heard(struct evil *evil, const struct peer *peer,
        const struct frame *frame);

#endif
