/* decide_turn.h - has the turn of a candidate come, and can it be asked? Pure: facts
 * in, decision out. Rules: docs/referrals.md "Lists of candidates". */
#ifndef DECIDE_TURN_H
#define DECIDE_TURN_H

#include "core/consent.h"
#include "core/lifecycle.h"

/* What the broker knows when it looks at a candidate that waits. Zero gives no turn. */
struct turn_facts {
    int64_t now_ms;
    enum mode mode;
    /* the others of the list */
    bool winner;     /* one of them has accepted */
    bool asked;      /* one of them was asked and has not ended */
    bool one_before; /* one of them waits for its turn at an earlier place */
    bool stopped;    /* one of them had ended all of it in a time that the store lost */
    /* who asks */
    bool sender_live;
    bool sender_suspended; /* by the administrator, who may lift it */
    bool sender_in_step;   /* it has brought back what it knew of an older store, or has
                              had a day to do so */
    /* who is asked */
    bool target_live; /* it, and whose node it is, are members; and there is a key */
    bool intake_open;
    /* what it is asked with */
    bool preview_there;
    bool preview_awaited; /* its sender brings it again to a store that lost it */
    int64_t preview_until_ms;
    struct consent_case needs; /* of the preview */
};

enum turn_verdict {
    TURN_GO,
    TURN_SKIP,  /* for good: *code says why */
    TURN_WAIT,  /* look again later */
    TURN_QUEUE, /* not yet: the end of another one brings it here again */
    TURN_LOST,  /* another one has accepted, or the list was stopped */
};
enum turn_verdict decide_turn(const struct turn_facts *facts, enum code *code);

#endif
