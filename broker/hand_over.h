/* hand_over.h - may a letter leave, in the transaction that says it left? */
#ifndef HAND_OVER_H
#define HAND_OVER_H

#include "broker/state.h"

/* How a mail is in this delivery. */
struct leaving {
    bool go;                /* false: it waits, or has ended here */
    enum letter_state ends; /* see in_flight */
    enum code code;
    uint64_t log_leaf; /* of its hand-over, or of the receipt that it is */
};

/* What a letter needs is asked again. It leaves, with a leaf that says so; or it waits;
 * or it ends here, or its reader is asked whether it came. */
MUST_USE bool hand_over_letter(struct broker *broker, struct partner *partner,
        const struct mail_facts *facts, struct leaving *leaving, struct err *err);

/* It stays where it is until delivery_again. */
void hand_over_hold(struct session *session, const struct mail_row *mail);

#endif
