/* gateway_refer.h - a referral on its way from a request to sealed letters; for
 * nodes/gateway_refer*.c only. */
#ifndef GATEWAY_REFER_H
#define GATEWAY_REFER_H

#include "nodes/gateway_confidence.h"
#include "nodes/gateway_offer.h"
#include "nodes/whose.h"

enum { REFER_CANDIDATES_MAX = 10, REFER_PAIR = 2 };

/* One candidate: its offer, and the two letters that are sealed for it. */
struct referring_candidate {
    struct spool_offer offer;
    struct letter_plan plans[REFER_PAIR]; /* preview, content */
    struct spool_judged judged[REFER_PAIR];
};

struct referring {
    const struct refer *refer;
    struct referral referral; /* with its correlation id */
    struct preview preview;
    struct consents_record record;
    struct consents_known known; /* the capsule, as if it were kept already */
    struct key32 salt;           /* in its record_hash */
    const char *senders[1];
    uint32_t hands; /* through which it goes with this; 0: it is our own case */
    const struct letter_plan *step; /* what is said first, of a case that came to us and
                                       is handed on; else NULL */
    struct spool_case file;
    struct referring_candidate candidates[REFER_CANDIDATES_MAX]; /* as they are asked */
    size_t n_candidates;
    size_t n_before;              /* offers of this case that were made before */
    struct confidence confidence; /* what stays here */
    struct whose_ask whose;       /* of our own consent */
    const struct statement *ask;  /* of ours that becomes this; NULL: none */
};

/* One that says nothing. */
extern const struct referral REFER_BARE;

/* --- who is asked --- */
/* The candidates that the request names, and in which mode; all that is wrong with them
 * is refused, each by its name. */
void refer_candidates(struct node *node, struct gateway_call *call,
        struct referring *work);
/* The case that is offered anew: over for whoever had it, not closed, and not too long
 * ago. */
MUST_USE bool refer_reopened(struct node *node, struct gateway_call *call,
        struct referring *work, struct err *err);

/* --- the letters --- */
/* Can anything new be made now? Else the call is refused. */
bool refer_may_begin(struct node *node, struct gateway_call *call);
/* What a candidate sees before it accepts, less these data categories; what would name
 * the person in it refuses the call. */
MUST_USE bool refer_preview(struct node *node, struct gateway_call *call,
        struct referring *work, uint64_t leave_out, struct err *err);
/* Plan both letters of each candidate, and ask the consent about them, before anything
 * is sealed or stored; then the case, its offers, and the sealed letters in one
 * submission; and what of it leaves is told. A refused call has written nothing. */
MUST_USE bool refer_send(struct node *node, struct gateway_call *call,
        struct referring *work, struct err *err);

#endif
