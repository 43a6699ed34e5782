/* talk.h - the plain side of a node's conversation with the broker, for scripted
 * partners: hello, credit, frames, with the keys of a partner's home. */
#ifndef TALK_H
#define TALK_H

#include "core/loop.h"
#include "tests/bench/stage.h"

struct talk {
    struct home home;
    const char *partner;
    struct loop *loop;
    struct link *link;
    struct arena arena; /* of one frame, and of what is made in answer to it */
    struct key32 broker_key;
};

/* Open the home and connect; the app's self is the caller's. */
void talk_open(struct talk *talk, struct stage *stage, const char *partner,
        const struct loop_app *app);

/* False when the link is full or gone. */
MUST_USE bool talk_say(struct talk *talk, const struct frame *frame);

void talk_hello(struct talk *talk);

/* What came, decoded into the arena. */
struct frame talk_hear(struct talk *talk, struct span bytes);

#endif
