/* signals.h - needs-signals at this node: where each stands, who is left in peace, and
 * what is counted of them (docs/signals.md). */
#ifndef SIGNALS_H
#define SIGNALS_H

#include "nodes/inbox.h"
#include "nodes/signals_life.h"
#include "nodes/spool_signal.h"

enum {
    SIGNALS_ALIKE_DAYS = 183, /* so far back a repeat is looked for */
    SIGNALS_ALIKE_MAX = 10,   /* shown of one signal */
    SIGNALS_JOINED_MAX = 20,  /* shown of one story */
    SIGNALS_ROUND = 200,      /* signals of one round of upkeep */
};

/* A signal was raised here, or has come; its case is there. consented: with the
 * person's consent. */
MUST_USE bool signals_begin(struct node *node, const struct spool_case *file,
        const struct signal *content, bool consented, struct err *err);

/* --- the life at who received it: signals_decide.c --- */
/* Take a step: checked against the table, then written, traced, and told to the
 * reporter; *result says why not. referral: the case that it became, or 0. */
MUST_USE bool signals_take(struct node *node, struct spool_case *file,
        struct spool_signal *signal, const struct signals_asked *asked,
        uint64_t referral, const char *who, struct signals_result *result,
        struct err *err);
/* The same decision holds for the open signals that share its story. */
MUST_USE bool signals_take_joined(struct node *node, const struct spool_signal *signal,
        const struct signals_asked *asked, uint64_t referral, const char *who,
        struct err *err);
/* May somebody try to reach the person of a signal, where it stands? Else *code stays.
 */
MUST_USE bool signals_may_try(struct node *node, const struct spool_case *file,
        enum code *code, struct err *err);
/* A referral has moved: what became of it ends the signals that it was made of. They
 * come back when the broker never had it, until it is offered anew. */
MUST_USE bool signals_follow(struct node *node, const struct spool_case *referral,
        struct err *err);
/* What the case holds is about to be destroyed: of a signal only what is counted stays.
 */
MUST_USE bool signals_erased(struct node *node, const struct spool_case *file,
        struct err *err);

/* --- what time does: signals_clock.c --- */
MUST_USE bool signals_upkeep(struct node *node, struct err *err);

/* --- the reporter: signals_tell.c --- */
/* Tell who reported it, unless they know; signal->told and answer_due_ms change, and
 * are not saved. Who cannot be reached now is told later. */
MUST_USE bool signals_tell(struct node *node, const struct spool_case *file,
        struct spool_signal *signal, uint16_t answer, struct err *err);
/* What they are to hear now, by where it stands. */
uint16_t signals_answer_now(const struct spool_signal *signal);
/* An answer to a signal of ours was opened; letter->file becomes its case, *code: why
 * it cannot be taken. */
MUST_USE bool signals_answered(struct node *node, struct inbox_letter *letter,
        enum code *code, struct err *err);

/* --- for people: signals_show.c --- */
MUST_USE bool signals_line(struct node *node, const struct spool_case *file,
        struct case_line *line, struct err *err);
MUST_USE bool signals_detail(struct node *node, const struct spool_case *file,
        struct case_detail *detail, struct err *err);
/* Signals of the last months that may be about the same person, the newest. */
struct signals_alike {
    struct spool_signal signal;
    bool same; /* nearly certain */
};
MUST_USE bool signals_find_alike(struct node *node, const struct spool_case *file,
        struct signals_alike alike[SIGNALS_ALIKE_MAX], size_t *n_alike,
        struct err *err);

/* The id that letters about the story of this signal bear: that of the first letter in
 * it that can still be read; when there is none, a new one, and the store, with this
 * row, knows the story by that from now on. */
MUST_USE bool signals_correlation(struct node *node, struct spool_signal *signal,
        struct id *correlation, struct err *err);

/* Until when the person of this case is left in peace (quiet.h); 0: they are not. */
MUST_USE bool signals_quiet(struct node *node, const struct spool_case *file,
        int64_t *until_ms, struct err *err);
/* The same of a signal, also for what is known of another one that is nearly certainly
 * about the same person. */
MUST_USE bool signals_in_peace(struct node *node, const struct spool_case *file,
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
/* Somebody went on with it: it became a referral, or went to crisis help. */
bool signals_was_answered(const struct signals_fact *fact);
/* Begin with zero. */
struct signals_cursor {
    uint64_t signal, fact;
};
/* The next; *found false: that was the last. The scratch arena is as it was. */
MUST_USE bool signals_fact_next(struct node *node, struct signals_cursor *cursor,
        bool *found, struct signals_fact *fact, struct err *err);

#endif
