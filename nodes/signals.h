/* signals.h - needs-signals at this node: where each stands, who is left in peace, and
 * what is counted of them (docs/signals.md). */
#ifndef SIGNALS_H
#define SIGNALS_H

#include "nodes/node_inner.h"
#include "nodes/spool_signal.h"

/* A signal was raised here, or has come; its case is there. consented: with the
 * person's consent. */
MUST_USE bool signals_begin(struct node *node, const struct spool_case *file,
        const struct signal *content, bool consented, struct err *err);

/* The story of a case, by what it holds: a referral or a signal; none when that is
 * destroyed or not shown yet. */
MUST_USE bool signals_story(struct node *node, const struct spool_case *file,
        struct id *correlation, struct err *err);

/* Until when the person of this case is left in peace (quiet.h); 0: they are not. */
MUST_USE bool signals_quiet(struct node *node, const struct spool_case *file,
        int64_t *until_ms, struct err *err);
/* The person of this case said no, now: they are left in peace for QUIET_DAYS. */
MUST_USE bool signals_refused(struct node *node, const struct spool_case *file,
        struct err *err);

/* --- what is counted: one signal at a time, those that came to us --- */
struct signals_fact {
    uint64_t case_number; /* 0: it is erased, and of it only a part is known */
    int32_t month_day;    /* the first day of the month in which it came, in Brussels */
    char area[6];         /* NIS code */
    char place[10];       /* that, or a statistical sector; erased: the NIS code */
    uint16_t urgency;
    bool consented; /* it came with the person's consent */
    uint16_t needs[SPOOL_FACT_NEEDS_MAX];
    size_t n_needs;
    uint16_t channel;  /* vocab signal_channel; 0: not said, or erased */
    char language[12]; /* "": not said, or erased */
    uint16_t state;    /* vocab signal_state */
    uint16_t outcome;  /* the state in which it was decided on; 0: not yet */
    uint16_t reason;   /* vocab no_action_reason */
    /* How long after it came; -1: not done. Who was helped was referred, and who was
     * referred was spoken with. */
    int64_t triaged_after_ms, contact_after_ms, referred_after_ms, helped_after_ms,
            closed_after_ms;
};
/* Begin with zero. */
struct signals_cursor {
    uint64_t signal, fact;
};
/* The next; *found false: that was the last. The scratch arena is as it was. */
MUST_USE bool signals_fact_next(struct node *node, struct signals_cursor *cursor,
        bool *found, struct signals_fact *fact, struct err *err);

#endif
