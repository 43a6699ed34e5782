/* session.h - the conversation with the broker: hello, welcome, directory, credit,
 * mail, answers (docs/flow.md, "A connection"). */
#ifndef SESSION_H
#define SESSION_H

#include "nodes/node_inner.h"

/* The link is up, or down. */
void session_up(struct node *node);
void session_down(struct node *node);
/* Now and then: a hello that was refused is said again, for the broker may have heard
 * of us meanwhile; and what was put off, mail for want of room and rows that came too
 * early, comes on a new connection. */
void session_again(struct node *node);

enum { SESSION_RETRY_MS = 5000 }; /* a submission that was refused for now goes again */

/* One frame of the broker; what it means is written in the open turn. False: the store
 * failed. */
MUST_USE bool session_take(struct node *node, struct span frame, struct err *err);

/* After the commit: acknowledgements, then whatever else is due on this connection. */
void session_say(struct node *node, const struct batch_ack *acks, size_t n_acks);

/* Verify a thing of this kind that came; it lies in the scratch arena. A false with an
 * E_ code is a no, with an ERR_ code a failure. */
MUST_USE bool session_verify(struct node *node, enum kind kind, struct span bytes,
        struct signed_ *thing, struct err *err);

/* May our clock be believed for what cannot be undone? The broker agrees with it; or
 * has not answered for a day. Not when it was set since, nor when the broker says that
 * it is wrong, or nobody is the broker by it. */
bool session_clock_holds(const struct node *node);

/* Is this err about what came, not about us? */
bool session_is_refusal(const struct err *err);

/* Why there is no conversation, in words; "" when there is. */
void session_words(const struct node *node, enum lang lang, char *words, size_t cap);

#endif
