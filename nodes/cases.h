/* cases.h - referrals and signals as staff see them: made, read, shown; where their
 * offers stand. */
#ifndef CASES_H
#define CASES_H

#include "nodes/node_inner.h"

enum { CASES_MOMENTS_MAX = 100, CASES_ACTIONS_MAX = 20 };

/* A new case with its key; file->number and key are filled in. */
MUST_USE bool cases_new(struct node *node, struct spool_case *file, struct err *err);

/* Keep what was said: encrypted with the case's key. packed empty: only that it was
 * said. */
MUST_USE bool cases_keep(struct node *node, const struct spool_case *file,
        const char *who, enum offer_event event, enum letter_type type,
        struct span packed, uint64_t *moment, struct err *err);

/* Read it back into the scratch arena; *found false: destroyed, or never there. */
MUST_USE bool cases_read(struct node *node, const struct spool_case *file,
        uint64_t moment, bool *found, struct span *packed, struct content *content,
        struct err *err);

/* The broker never had it: refused, or taken back before it left. */
bool cases_never_was(const struct spool_offer *offer);
/* The broker refused it for good: nobody was asked, and nobody of us took it back. */
bool cases_was_refused(const struct spool_case *file, const struct spool_offer *offer);
/* Where a referral stands, by its offers; *n_offers: how many of them ever were. When
 * none did, it is over. */
enum referral_state cases_referral_of(const struct spool_case *file,
        const struct spool_offer *offers, size_t n_all, size_t *n_offers);
MUST_USE bool cases_referral(struct node *node, const struct spool_case *file,
        enum referral_state *state, size_t *n_offers, struct err *err);

/* Our side of a case. */
enum lifecycle_role cases_role(const struct spool_case *file);

/* What the machine is asked with; pending: as it will be when what we sent is taken. */
struct lifecycle_offer cases_machine(const struct spool_case *file,
        const struct spool_offer *offer, bool pending);

/* A status of the broker that answers what we asked; not verified yet. False also for
 * one that is refused (session_is_refusal): then there is no answer yet. */
MUST_USE bool cases_answer(struct node *node, struct span bytes, struct err *err);
/* One that comes by itself. Refusals are logged and no failure. */
MUST_USE bool cases_status(struct node *node, struct span bytes, struct err *err);
/* The broker has answered this event of ours: nothing waits for it any more. */
MUST_USE bool cases_event_answered(struct node *node, const struct id *offer_id,
        enum offer_event event, struct err *err);
/* What we sent for this offer was refused. */
MUST_USE bool cases_event_refused(struct node *node, const struct id *offer_id,
        enum offer_event event, struct err *err);
/* The preview that was to make this offer was refused: the offer never was. */
MUST_USE bool cases_offer_refused(struct node *node, const struct id *offer_id,
        const char *code, struct err *err);
/* Offers of this case never were, so it stands on the others, and so does all that
 * follows it; file is saved. */
MUST_USE bool cases_stand_again(struct node *node, struct spool_case *file,
        struct err *err);

/* For people. What the results point to lies in the scratch arena. */
MUST_USE bool cases_line(struct node *node, const struct spool_case *file,
        struct case_line *line, struct err *err);
MUST_USE bool cases_detail(struct node *node, const struct spool_case *file,
        struct case_detail *detail, struct err *err);

/* Does our own record stay when an offer that stood so is ended by this event? Only
 * after work was begun, and on a ground that was named before. */
bool cases_stays(const struct spool_case *file, enum offer_state before,
        enum offer_event event);
/* It has ended so, and our own record of it is still here. */
bool cases_stayed(const struct spool_case *file, enum offer_state state);
/* May a ground for that be named now (none false), or be taken back? While the work is
 * ours to do; what has stayed can be let go later too. */
bool cases_may_keep(const struct spool_case *file, enum offer_state state, bool none);

#endif
