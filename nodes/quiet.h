/* quiet.h - may this person be visited, called or written to unasked? Who said no is
 * left in peace for a time, but for serious danger (docs/signals.md). Pure. */
#ifndef QUIET_H
#define QUIET_H

#include "core/code.h"
#include "core/vocab.h"

enum { QUIET_DAYS = 180 }; /* after a no; about six months, as people are told */

struct quiet_ask {
    int64_t until_ms; /* in peace until then; 0: never said no */
    int64_t now_ms;   /* of the visit itself, when it is planned for later */
    bool asked_for;   /* the person asked for it */
    uint16_t
            safety_basis; /* vocab safety_basis: on what ground all the same; 0: none */
    const char *why;      /* in words, what was seen; "" or NULL: nothing */
};
/* CODE_OK; E_QUIET: not now; E_FIELD: a ground without words, or words without a
 * ground. */
enum code quiet_judge(const struct quiet_ask *ask);

/* In peace until when, after a no at that moment. */
int64_t quiet_until(int64_t declined_ms);

#endif
