/* admin.h - one request on the local socket of the broker; for broker/admin*.c alone.
 */
#ifndef ADMIN_H
#define ADMIN_H

#include "broker/state.h"
#include "core/lang.h"
#include "gen/gateway.h"

/* A request and the reply that it gets; everything lies in the frame's arena. */
struct admin_call {
    uint64_t conn;
    const struct request *request;
    struct reply reply;
    bool later; /* the reply comes when it is done */
};

/* Each fills call->reply; false: a no or a failure, err says which. */
MUST_USE bool admin_status(struct broker *broker, struct admin_call *call,
        struct err *err);
MUST_USE bool admin_doctor(struct broker *broker, struct admin_call *call,
        struct err *err);
MUST_USE bool admin_directory(struct broker *broker, struct admin_call *call,
        struct err *err);
MUST_USE bool admin_backup(struct broker *broker, struct admin_call *call,
        struct err *err);

/* admin_gaps.c */
MUST_USE bool admin_gaps(struct broker *broker, struct admin_call *call,
        struct err *err);

/* Send a reply: code and sentence from err, in the language that was asked for. */
void admin_reply(struct broker *broker, uint64_t conn, const char *lang,
        struct reply *reply, const struct err *err);

#endif
