/* outreach.h - may staff call at somebody's door now? A pure function of the visits
 * before (docs/visits.md, "When it stops").
 *
 * A visit that the person agreed to is hardly limited. One that nobody asked for has
 * stop rules; what the person has refused is passed over for safety only. */
#ifndef OUTREACH_H
#define OUTREACH_H

#include "core/code.h"
#include "core/span.h"

enum {
    OUTREACH_TRIES_MAX = 3,     /* unasked visits in vain, one after the other */
    OUTREACH_APART_DAYS = 7,    /* from one unasked visit to the next */
    OUTREACH_CRISIS_DAYS = 1,   /* the same in a crisis */
    OUTREACH_AHEAD_DAYS = 90,   /* a visit is planned no further ahead */
    OUTREACH_POSTPONED_MAX = 3, /* how often one visit may be put off */
    OUTREACH_VISITS_MAX = 40,   /* of one case */
    OUTREACH_GOERS_MAX = 4,     /* who go together */
};

/* A visit that was reported. */
struct outreach_try {
    bool unasked;    /* nobody had agreed to it, and it was not for safety */
    uint16_t result; /* vocab visit_result */
    int64_t done_ms;
};

struct outreach_facts {
    const struct outreach_try *tries; /* oldest first */
    size_t n_tries;
    size_t n_visits;        /* with those that were called off */
    bool planned;           /* another visit of this case stands planned */
    int64_t quiet_until_ms; /* the person has refused: unasked not before; 0: has not */
    uint16_t contact_rule;  /* vocab contact_rule that the person gave; 0: none */
    uint16_t urgency;
};

/* Can something have happened in a case that began then? Not on a day before it, which
 * would be another story, and not on a day that is still to come. After a clock was put
 * back the beginning may lie ahead: then today. */
bool outreach_may_have_been(int64_t at_ms, int64_t began_ms, int64_t now_ms);

/* What staff want to do. */
struct outreach_wish {
    bool agreed; /* with the person, who asked for it or said yes */
    uint16_t
            safety_basis; /* vocab safety_basis: for safety, whatever was said; 0: no */
    const char *why;      /* in words, with a safety basis */
    int64_t planned_ms;
    const uint16_t *goes; /* vocab visit_goer */
    size_t n_goes;
};

struct outreach_answer {
    enum code code;
    uint16_t stop;   /* vocab outreach_stop; 0: nothing stops it */
    int64_t from_ms; /* from when it may be after all; 0: not by waiting */
};

struct outreach_answer outreach_judge(const struct outreach_facts *facts,
        const struct outreach_wish *wish);

/* What must follow a result: nothing need, a next visit or a word that there is none,
 * or no visit at all. */
enum outreach_next { OUTREACH_MAY_FOLLOW, OUTREACH_MUST_FOLLOW, OUTREACH_ENDS };
enum outreach_next outreach_after(uint16_t result);

/* "Nobody home" is counted since somebody was last spoken with: the code that this one
 * has; `result` itself when that is right, or another result. */
uint16_t outreach_counted(const struct outreach_try *tries, size_t n_tries,
        uint16_t result);

/* When the person refused a visit last; 0: never. */
int64_t outreach_refused(const struct outreach_try *tries, size_t n_tries);

#endif
