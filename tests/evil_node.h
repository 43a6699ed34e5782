/* evil_node.h - the evil peer as a node: it comes in with a member's keys and asks the
 * real broker for what it may not have. */
#ifndef EVIL_NODE_H
#define EVIL_NODE_H

#include "tests/evil.h"

/* Connect and say hello, until the welcome. */
void evil_connect(struct evil *evil);
/* If it was cut: until it is welcome again. */
void evil_come_back(struct evil *evil);
/* A hello that is right in everything, to be changed. */
struct hello_body evil_hello(const struct evil *evil);
void evil_say_hello(struct evil *evil, struct span signed_hello);

/* A put with one letter or more, and its answer. */
const struct answer *evil_put(struct evil *evil, const struct span *consents,
        size_t n_consents, const struct span *letters, size_t n_letters,
        enum mode mode);
/* The code that the answer gives for the first letter: of its receipt, else of the
 * answer; "" = accepted. */
const char *evil_code(struct evil *evil);
/* Send a frame that is answered, and the code of its answer. */
const char *evil_ask(struct evil *evil, const struct frame *frame);
const char *evil_publish(struct evil *evil, const struct span *things, size_t n_things);
const char *evil_withdraw(struct evil *evil, struct span withdrawal);
/* Take as much mail as there is. */
void evil_take_mail(struct evil *evil);

/* Of evil.c: the connection is there; a frame came. */
void evil_node_up(struct evil *evil);
void evil_node_heard(struct evil *evil, const struct frame *frame);

#endif
