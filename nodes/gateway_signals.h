/* gateway_signals.h - what the acts on signals share; for nodes/gateway_*.c only. */
#ifndef GATEWAY_SIGNALS_H
#define GATEWAY_SIGNALS_H

#include "nodes/gateway.h"
#include "nodes/signals.h"

/* A signal that came to us. */
struct signalled {
    struct spool_case file;
    struct spool_signal signal;
};
/* Find it, for who may read it; else the call is refused. */
MUST_USE bool gateway_find_signal(struct node *node, struct gateway_call *call,
        uint64_t number, struct signalled *work, struct err *err);
/* The table said no: refuse the call in words. Always true. */
bool gateway_step_refused(struct gateway_call *call,
        const struct signals_result *result);
/* The result: its number and where it stands. */
MUST_USE bool gateway_signal_done(struct node *node, struct gateway_call *call,
        const struct signalled *work, struct err *err);

/* The purpose that a record names for signals: coordination, or the first one agreed.
 */
uint16_t gateway_signal_purpose(const struct consent_give *given);

/* Seal a signal for its recipient, as a case of its own; share: what came of it. A
 * refusal is no failure. raise: looked at before, and its signal without what was said
 * in confidence. */
MUST_USE bool gateway_signal_send(struct node *node, const struct gateway_call *call,
        const struct raise_signal *raise, struct share *share, struct err *err);
/* The same for each who subscribed to such a signal, but for one, and for whom we sent
 * this story before (NULL: it is new); only with a consent of the person. made->shares:
 * who they are, and what came of it. */
MUST_USE bool gateway_signal_share(struct node *node, const struct gateway_call *call,
        const struct raise_signal *raise, const char *except, const struct id *story,
        struct made *made, struct err *err);

#endif
