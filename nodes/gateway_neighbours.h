/* gateway_neighbours.h - what requests about asks, campaigns, barriers and advice have
 * in common: texts that everybody reads, numbers, days. */
#ifndef GATEWAY_NEIGHBOURS_H
#define GATEWAY_NEIGHBOURS_H

#include "nodes/asks.h"
#include "nodes/gateway.h"

/* May everybody read this? What leads to one person refuses the call; what only may
 * does so unless somebody is sure. Always returns true. */
bool gateway_open_text(struct node *node, struct gateway_call *call, const char *field,
        const char *text, bool sure);
/* The end of that day; 0: of the one so many days ahead. 0 when it is past or lies more
 * than `most` days ahead. */
uint64_t gateway_until(const struct node *node, uint32_t until_day, int usual,
        int most);
/* Say something new under the next free number of its kind, or end what has `number`.
 * Made: the number and the state. */
struct gateway_saying {
    struct statement statement; /* kind, what it says, until_ms */
    uint64_t number;            /* of what ends; 0: it is new */
    enum words gone;            /* there is nothing to end */
    const char *state;
};
MUST_USE bool gateway_say(struct node *node, struct gateway_call *call,
        struct gateway_saying *saying, struct err *err);

/* An ask of ours that becomes a referral: there, and older than the consent that it
 * goes under; else the call is refused. */
const struct statement *gateway_from_ask(struct node *node, struct gateway_call *call,
        uint64_t number, int64_t consent_recorded_ms);

#endif
