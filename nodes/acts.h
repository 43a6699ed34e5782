/* acts.h - one step of an offer by our own staff: checked against the machine, what it
 * must say, and consent; then sealed for the other party. */
#ifndef ACTS_H
#define ACTS_H

#include "nodes/letters.h"
#include "nodes/node_inner.h"
#include "nodes/words.h"

struct acts_order {
    struct spool_case *file;
    struct spool_offer *offer; /* NULL: a signal */
    enum letter_type type;     /* EVENT, INFO_REQUEST, INFO_REPLY, TEXT, VISIT */
    enum offer_event event;
    const struct event_content *said; /* may be NULL */
    const struct info *info;
    const struct text *text;
    const struct visit *visit;
    const char *who;            /* the actor, for the case's own record */
    uint64_t expected_version;  /* 0: whatever it is now */
    struct spool_judged judged; /* personal letters: what the consent was asked with */
    bool is_note;               /* said in confidence only: no step */
};

/* The first field of what is said that is missing, wrong or not of this step, and its
 * words; false: nothing is wrong. needs: those of the referral. */
bool acts_field_wrong(const struct acts_order *order, const uint16_t *needs,
        size_t n_needs, const char **field, enum words *words);

/* A letter about a visit that says neither how it went, nor when the next one is, nor
 * why there is none. */
bool acts_visit_empty(const struct visit *visit);

/* Take the step: *code says why not (nothing was written then). */
MUST_USE bool acts_take(struct node *node, struct acts_order *order, enum code *code,
        struct err *err);

#endif
