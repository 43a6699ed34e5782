/* walk.h - staff at the command lines of a simulated network: what they type goes the
 * whole way, from the words over their node and the broker to the other node. */
#ifndef WALK_H
#define WALK_H

#include "tests/world.h"

#define WALK_HOME   "thuiszorg" /* refers */
#define WALK_TARGET "aksant"
#define WALK_THIRD  "chambry"

/* One referral, as both sides number it. */
struct walk {
    uint64_t consent, sent, got;
};

/* A world with these two only. */
void walk_fresh(uint64_t seed);
/* Staff of that partner (or of the broker), who may be away or go away meanwhile, run
 * `buurtbus` with these words; the exit status. Each of the signs stands for a number.
 */
#define WALK_SIGNS "#^&$"
struct walk_numbers {
    uint64_t of[sizeof WALK_SIGNS - 1];
};
int walk_try(const char *id, const char *line, const struct walk_numbers *numbers);
/* Staff of that partner run `buurtbus` with these words, separated by spaces ('~'
 * stands for a space within one, "@20" for the day twenty days ahead). The exit status;
 * then the network becomes quiet. */
int walk_run(const char *id, const char *format, ...)
        __attribute__((format(printf, 2, 3)));
/* What it printed, on both outputs. */
const char *walk_said(void);
/* The same, which must be done; or refused with this code. */
void walk_do(const char *id, const char *format, ...)
        __attribute__((format(printf, 2, 3)));
void walk_refused(const char *id, const char *code, const char *format, ...)
        __attribute__((format(printf, 3, 4)));

/* WALK_HOME records a consent for these partners, to be handed on so often: its number.
 */
uint64_t walk_consent(const char *recipients, int onward);
/* It refers to them, with these words more; got is 0 when WALK_TARGET was not asked. */
struct walk walk_refer(uint64_t consent, const char *to, const char *more);
/* Its target does what leads from the request to this state. */
void walk_bring(const struct walk *walk, enum offer_state state);
/* One to WALK_TARGET alone, under a consent of its own, that stands at this state:
 * requested or one that is not final, or completed or failed. */
struct walk walk_to(enum offer_state state, const char *more);
/* Where its offer stands at the sender and at the broker, also when nobody was asked.
 */
void walk_ours(const struct walk *walk, enum offer_state state);

/* A side does a step ('#' stands for its number of the case), and then all say that it
 * stands there: both sides and the broker. */
void walk_step(const struct walk *walk, const char *who, const char *line,
        enum offer_state state);
/* It is refused with that code, and all stand where they stood. */
void walk_no(const struct walk *walk, const char *who, const char *line,
        const char *code);
void walk_both(const struct walk *walk, enum offer_state state);
/* The steps since the request that both traces tell, in their order: those that lead to
 * that state, and then these. */
void walk_traces(const struct walk *walk, enum offer_state from, const char *then);
/* How often the trace of that side's case says so. */
size_t walk_told(const struct walk *walk, const char *who, const char *what);
/* Nothing of the person is at the target any more, nor at the broker for it; and the
 * sender has heard it. */
void walk_erased(const struct walk *walk);

#endif
