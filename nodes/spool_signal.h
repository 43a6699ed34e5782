/* spool_signal.h - where needs-signals stand, what was tried to reach a person, who is
 * left in peace, and what is counted of signals. */
#ifndef SPOOL_SIGNAL_H
#define SPOOL_SIGNAL_H

#include "nodes/spool.h"

enum { SPOOL_DECIDER_BYTES = 81, SPOOL_ATTEMPTS_MAX = 50, SPOOL_FACT_NEEDS_MAX = 16 };

/* --- where a signal stands; of one that we raised ourselves only what its reader told
 * us --- */
struct spool_signal {
    uint64_t case_number;
    bool ours;        /* we raised it */
    bool consented;   /* with the person's consent; else on vital interest */
    uint16_t state;   /* vocab signal_state */
    uint16_t outcome; /* the state in which it was decided on; 0: not yet */
    uint16_t reason;  /* vocab no_action_reason */
    uint16_t call;    /* vocab crisis_call */
    char decider[SPOOL_DECIDER_BYTES]; /* who triaged it */
    struct id story;                   /* of its story; none once it is erased */
    uint64_t referral;                 /* the case that it became; 0: none */
    uint16_t told;       /* vocab signal_answer: what its reporter heard */
    bool reminded, late; /* people were told that it waits */
    int64_t raised_ms;
    int64_t due_ms;        /* until when it must be triaged; 0: it was */
    int64_t answer_due_ms; /* until when its reporter must hear something; 0: done */
    /* When what was done; 0: not. */
    int64_t triaged_ms, contact_ms, referred_ms, helped_ms, decided_ms, closed_ms;
};
MUST_USE bool spool_put_signal(struct db *db, const struct spool_signal *signal,
        struct err *err);
/* All but how it came: ours, consented, raised_ms. */
MUST_USE bool spool_save_signal(struct db *db, const struct spool_signal *signal,
        struct err *err);
MUST_USE bool spool_get_signal(struct db *db, uint64_t case_number, bool *found,
        struct spool_signal *signal, struct err *err);
/* The first with a case number above `after`; in: of those that came to us. */
MUST_USE bool spool_signal_after(struct db *db, uint64_t after, bool in, bool *found,
        struct spool_signal *signal, struct err *err);

/* Is there one to which time may still do something? */
MUST_USE bool spool_signal_awaited(struct db *db, bool *found, struct err *err);

/* The first of which people must hear that nobody has looked at it: half of its time is
 * over, or all of it. */
MUST_USE bool spool_signal_waiting(struct db *db, int64_t now_ms, bool *found,
        struct spool_signal *signal, struct err *err);
/* The first whose reporter must hear something by now. */
MUST_USE bool spool_signal_unanswered(struct db *db, int64_t now_ms, bool *found,
        struct spool_signal *signal, struct err *err);
/* The first that came to us by that moment and is not closed. */
MUST_USE bool spool_signal_old(struct db *db, int64_t raised_ms, bool *found,
        struct spool_signal *signal, struct err *err);
/* The first that was decided on by that moment, without a referral, and is not closed.
 */
MUST_USE bool spool_signal_rested(struct db *db, int64_t decided_ms, bool *found,
        struct spool_signal *signal, struct err *err);
/* The next, after that case, that became this referral; that shares this story. */
MUST_USE bool spool_signal_of_referral(struct db *db, uint64_t referral, uint64_t after,
        bool *found, struct spool_signal *signal, struct err *err);
MUST_USE bool spool_signal_of_story(struct db *db, const struct id *story,
        uint64_t after, bool *found, struct spool_signal *signal, struct err *err);
/* Did we send this story to that partner, under a consent that still stands? */
MUST_USE bool spool_signal_sent(struct db *db, const struct id *story,
        const char *partner, bool *sent, struct err *err);
/* A story has another name from now on, in signals and for who is left in peace. */
MUST_USE bool spool_rename_story(struct db *db, const struct id *story,
        const struct id *name, struct err *err);
/* The next, after that case, in this area since then whose content is here. */
MUST_USE bool spool_signal_recent(struct db *db, int64_t since_ms, const char *area,
        uint64_t after, bool *found, struct spool_signal *signal, struct err *err);
/* How many nobody has looked at, and of those: how many too late. */
MUST_USE bool spool_count_signals(struct db *db, int64_t now_ms, uint64_t *n_waiting,
        uint64_t *n_late, struct err *err);

/* --- what was tried to reach the person of a case: planned, then done --- */
struct spool_attempt {
    uint64_t number; /* given by the store */
    uint64_t case_number;
    uint16_t kind; /* vocab attempt_kind */
    int64_t planned_ms;
    int64_t done_ms;                /* 0: not yet */
    uint16_t result;                /* vocab visit_result; 0: not yet */
    uint16_t safety_basis;          /* on what ground in spite of a no; 0: none */
    char by[SPOOL_DECIDER_BYTES];   /* who planned it */
    char goes[SPOOL_DECIDER_BYTES]; /* in which role somebody goes; "": not said */
    bool unasked;       /* a visit that nobody agreed to and that is not for safety */
    uint16_t aim;       /* vocab visit_aim */
    uint16_t change;    /* vocab visit_change: why put off, called off, or the last */
    uint32_t postponed; /* how often */
    int64_t due_ms;     /* when people hear that nothing was said of it; 0: never */
};
/* attempt->number is set. */
MUST_USE bool spool_add_attempt(struct db *db, struct spool_attempt *attempt,
        struct err *err);
/* All but its case and kind. */
MUST_USE bool spool_save_attempt(struct db *db, const struct spool_attempt *attempt,
        struct err *err);
/* The case has ended: what was planned in it is called off. */
MUST_USE bool spool_attempts_over(struct db *db, uint64_t case_number, int64_t now_ms,
        struct err *err);
/* Those of a case, oldest first. */
MUST_USE bool spool_attempts(struct db *db, uint64_t case_number,
        struct spool_attempt *attempts, size_t max, size_t *n_attempts,
        struct err *err);
/* Visits that are planned, in all cases, by their day. */
MUST_USE bool spool_visits_open(struct db *db, struct spool_attempt *attempts,
        size_t max, size_t *n_attempts, struct err *err);
/* The first that people are to be told of by now. */
MUST_USE bool spool_attempt_due(struct db *db, int64_t now_ms, bool *found,
        struct spool_attempt *attempt, struct err *err);
MUST_USE bool spool_drop_attempts(struct db *db, uint64_t case_number, struct err *err);

/* --- who is left in peace, by the story that their cases share --- */
/* A later moment takes the place of an earlier one. */
MUST_USE bool spool_put_quiet(struct db *db, const struct id *story, int64_t until_ms,
        struct err *err);
/* 0: nobody said no, or it was long ago. */
MUST_USE bool spool_quiet_until(struct db *db, const struct id *story, int64_t now_ms,
        int64_t *until_ms, struct err *err);
/* The person said yes after all. */
MUST_USE bool spool_drop_quiet(struct db *db, const struct id *story, struct err *err);
MUST_USE bool spool_forget_quiet(struct db *db, int64_t now_ms, struct err *err);

/* --- what is counted of signals that are erased: a month, a municipality, codes --- */
struct spool_fact {
    uint64_t number;   /* given by the store */
    int32_t month_day; /* the first day of the month in which it came */
    char area[6];
    uint16_t urgency;
    bool consented; /* it came with the person's consent */
    uint16_t needs[SPOOL_FACT_NEEDS_MAX];
    size_t n_needs;
    uint16_t outcome, reason;
    /* How long after it came; -1: not done. */
    int64_t triaged_after_ms, contact_after_ms, referred_after_ms, helped_after_ms,
            closed_after_ms;
};
/* fact->number is set. */
MUST_USE bool spool_put_fact(struct db *db, struct spool_fact *fact, struct err *err);
/* The first with a number above `after`. */
MUST_USE bool spool_fact_after(struct db *db, uint64_t after, bool *found,
        struct spool_fact *fact, struct err *err);
/* Those of months that began before this day go. */
MUST_USE bool spool_drop_facts(struct db *db, int32_t month_day, struct err *err);

#endif
