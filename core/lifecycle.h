/* lifecycle.h - the offer machine as one table: from, event, who, guard, to, effect
 * (docs/referrals.md). Pure. */
#ifndef LIFECYCLE_H
#define LIFECYCLE_H

#include "core/code.h"
#include "core/lifecycle_limits.h"
#include "gen/bus.h"

/* Whose event it is: the sender of the referral, the target of the offer, the broker's
 * timer or serialiser. */
enum lifecycle_role {
    LIFECYCLE_SENDER,
    LIFECYCLE_TARGET,
    LIFECYCLE_BROKER,
    N_LIFECYCLE_ROLES
};

/* What a step asks for besides the new state; a set of bits. */
enum lifecycle_effect {
    EFFECT_HAND_OVER_PREVIEW = 1 << 0,
    EFFECT_HAND_OVER_CONTENT = 1 << 1,
    EFFECT_DESTROY_CONTENT = 1 << 2, /* at the broker, and the preview at the target:
                                        erase receipt within 24 h */
    EFFECT_NEXT_CANDIDATE = 1 << 3,
    EFFECT_ACKNOWLEDGE = 1 << 4, /* the target says erased or names a retention basis */
    EFFECT_NEW_REFERRAL = 1 << 5,
    EFFECT_CLOSE_REFERRAL = 1 << 6,
    EFFECT_ERASE_NOW = 1 << 7,
};

/* What the broker (and the nodes) know of an offer when an event comes. */
struct lifecycle_offer {
    enum offer_state state; /* OFFER_STATE_NONE: not there yet */
    enum offer_state before_hold;
    uint64_t version; /* 0 before the offer event */
    uint32_t info_rounds;
    bool listed;       /* one of a list of candidates, each asked in its turn */
    bool winner_taken; /* another offer of the referral was accepted */
    bool others_live;  /* another offer of the referral has not ended */
    bool proposed;     /* what a coordinator proposes is on its way to the sender */
    bool closed;       /* the referral was confirmed, or given up */
    uint16_t urgency;  /* vocab urgency */
};
struct lifecycle_event {
    enum offer_event event;
    enum lifecycle_role role;
    uint64_t expected_version;
    int64_t due_ms; /* waitlist, hold */
    int64_t now_ms;
};
struct lifecycle_result {
    enum code code; /* CODE_OK, E_TRANSITION, E_CONFLICT, E_FIELD */
    enum offer_state to;
    enum offer_state before_hold;
    uint32_t info_rounds;
    uint32_t effects;
};

enum {
    LIFECYCLE_INFO_ROUNDS_MAX = 2,
    LIFECYCLE_WAITLIST_DAYS_MAX = 180,
    LIFECYCLE_HOLD_DAYS_MAX = 60,
    LIFECYCLE_REOPEN_DAYS = 14,
};

/* One step. A broker event needs no expected version; the version is looked at before
 * the cell. E_TRANSITION: the table has no such cell, or its guard says no (a third
 * round of questions, a waiting list in a crisis, a referral that is closed);
 * E_CONFLICT: the version has moved on, another offer won, or what is given up may
 * still find a place; E_FIELD: due_ms is missing, in the past or too far. After a no,
 * the result repeats where the offer stands. */
struct lifecycle_result lifecycle_step(const struct lifecycle_offer *offer,
        const struct lifecycle_event *event);

/* Does the table have this cell at all (guards aside)? For "what may I do now". */
bool lifecycle_allows(enum offer_state from, enum offer_event event,
        enum lifecycle_role role);

bool lifecycle_is_terminal(enum offer_state state);
/* Somebody has accepted it and it goes on: accepted, in progress, on hold. */
bool lifecycle_is_taken(enum offer_state state);
/* The target was asked and has not decided: requested, seen, info requested,
 * waitlisted. */
bool lifecycle_is_undecided(enum offer_state state);
/* It ended without anybody who took it, so that the next candidate is asked: declined,
 * expired, skipped. */
bool lifecycle_moves_on(enum offer_state state);
/* The sender gives up a referral that nobody took: it is said of an offer that has
 * ended, and goes to nobody. state: before the event, or after it. */
bool lifecycle_gives_up(enum offer_event event, enum offer_state state);

/* The class of needs that a letter type or event has (table "Classes"). */
enum letter_class lifecycle_class(enum letter_type type);
/* Does a letter of this type belong to no offer? */
bool lifecycle_stands_alone(enum letter_type type);
/* The letter type that carries an event; NONE for the broker's own events, which need
 * no letter. */
enum letter_type lifecycle_letter_type(enum offer_event event);
/* Who sends a letter of this type and event within an offer: sender or target of the
 * referral; either for text, visit and rights (returns N_LIFECYCLE_ROLES).
 * LIFECYCLE_BROKER: no partner sends such a letter within an offer (a signal, an event
 * of the broker, a type that does not carry this event). */
enum lifecycle_role lifecycle_sender_of(enum letter_type type, enum offer_event event);

/* --- derived state of a referral --- */
enum referral_state {
    REFERRAL_DRAFT,
    REFERRAL_OPEN,
    REFERRAL_PLACED,
    REFERRAL_UNPLACED,
    REFERRAL_OUTCOME_REPORTED,
    REFERRAL_CLOSED,
    REFERRAL_REVOKED,
    REFERRAL_EXPIRED,
    REFERRAL_IN_ERROR,
    N_REFERRAL_STATES
};
/* From its offers' states, and whether its sender has closed it: confirmed what came of
 * it, or given up what nobody took. A referral to a single candidate that never
 * answered is expired; a list that is used up is unplaced. */
enum referral_state lifecycle_referral(const enum offer_state *offers, size_t n_offers,
        bool closed);
const char *referral_state_name(enum referral_state state);

#endif
