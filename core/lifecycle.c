/* lifecycle.c - the offer machine as one table, and what a referral is by
 * its offers. */
#include "core/lifecycle.h"

#include <assert.h>

#include "core/time.h"
#include "core/vocab.h"

/* --- the table of transitions --- */

#define IN(state)     (1u << OFFER_STATE_##state)
#define UNDECIDED     (IN(REQUESTED) | IN(SEEN) | IN(INFO_REQUESTED))
#define NOT_YET_TAKEN (UNDECIDED | IN(WAITLISTED))
#define TAKEN         (IN(ACCEPTED) | IN(IN_PROGRESS) | IN(ON_HOLD))
#define NOT_DECIDED   (IN(QUEUED) | NOT_YET_TAKEN)
#define LIVE          (NOT_DECIDED | TAKEN)
#define REPORTED      (IN(COMPLETED) | IN(FAILED))
#define UNTAKEN       (IN(DECLINED) | IN(EXPIRED) | IN(SKIPPED))

/* Where a cell leads when that is not one state. */
enum { UNCHANGED = -1, BEFORE_HOLD = -2, BY_MODE = -3 };

/* What the broker checks of a cell besides state, event and role. */
static enum code guard_referral_open(const struct lifecycle_offer *offer,
        const struct lifecycle_event *event)
{
    (void)event;
    return offer->closed ? E_TRANSITION : CODE_OK;
}

static enum code guard_round_left(const struct lifecycle_offer *offer,
        const struct lifecycle_event *event)
{
    (void)event;
    return offer->info_rounds < LIFECYCLE_INFO_ROUNDS_MAX ? CODE_OK : E_TRANSITION;
}

static enum code guard_winner_free(const struct lifecycle_offer *offer,
        const struct lifecycle_event *event)
{
    (void)event;
    return offer->winner_taken ? E_CONFLICT : CODE_OK;
}

/* Nobody is given up on who may still decide, nor a place that is just being proposed.
 */
static enum code guard_nobody_left(const struct lifecycle_offer *offer,
        const struct lifecycle_event *event)
{
    if (offer->closed)
        return guard_referral_open(offer, event);
    return offer->others_live || offer->proposed ? E_CONFLICT : CODE_OK;
}

static enum code check_due(const struct lifecycle_event *event, int64_t days_max)
{
    if (event->due_ms <= event->now_ms)
        return E_FIELD;
    /* A date from outside may be anything; as unsigned the difference cannot overflow.
     */
    uint64_t ahead_ms = (uint64_t)event->due_ms - (uint64_t)event->now_ms;
    return ahead_ms <= (uint64_t)(days_max * TIME_DAY_MS) ? CODE_OK : E_FIELD;
}

/* Nobody in a crisis is put on a waiting list (timer T7: not allowed). */
static enum code guard_waitlist(const struct lifecycle_offer *offer,
        const struct lifecycle_event *event)
{
    if (lifecycle_due(&LIFECYCLE_DEFAULTS, TIMER_WAITLIST, offer->urgency,
                event->now_ms) == 0)
        return E_TRANSITION;
    return check_due(event, LIFECYCLE_WAITLIST_DAYS_MAX);
}

static enum code guard_hold(const struct lifecycle_offer *offer,
        const struct lifecycle_event *event)
{
    (void)offer;
    return check_due(event, LIFECYCLE_HOLD_DAYS_MAX);
}

/* One row of the table "Offer transitions" of docs/referrals.md. */
struct cell {
    uint32_t from;
    enum offer_event event;
    enum lifecycle_role role;
    enum code (*guard)(const struct lifecycle_offer *, const struct lifecycle_event *);
    int to;
    uint32_t effects;
};

#define S           LIFECYCLE_SENDER
#define T           LIFECYCLE_TARGET
#define B           LIFECYCLE_BROKER
#define EVENT(name) OFFER_EVENT_##name
#define STATE(name) OFFER_STATE_##name

/* clang-format off */
static const struct cell CELLS[] = {
    /*  1 */ {IN(NONE),             EVENT(OFFER),             S, guard_referral_open, BY_MODE,               EFFECT_HAND_OVER_PREVIEW},
    /*  2 */ {IN(REQUESTED),        EVENT(SEEN),              T, NULL,                STATE(SEEN),           0},
    /*  3 */ {IN(REQUESTED) | IN(SEEN), EVENT(INFO_REQUEST),  T, guard_round_left,    STATE(INFO_REQUESTED), 0},
    /*  4 */ {IN(INFO_REQUESTED),   EVENT(INFO_REPLY),        S, NULL,                STATE(SEEN),           0},
    /*  5 */ {UNDECIDED,            EVENT(WAITLIST),          T, guard_waitlist,      STATE(WAITLISTED),     0},
    /*  6 */ {NOT_YET_TAKEN,        EVENT(ACCEPT),            T, guard_winner_free,   STATE(ACCEPTED),       EFFECT_HAND_OVER_CONTENT},
    /*  7 */ {NOT_YET_TAKEN,        EVENT(DECLINE),           T, NULL,                STATE(DECLINED),       EFFECT_DESTROY_CONTENT | EFFECT_NEXT_CANDIDATE},
    /*  8 */ {NOT_DECIDED,          EVENT(NOT_SELECTED),      B, NULL,                STATE(NOT_SELECTED),   EFFECT_DESTROY_CONTENT},
    /*  9 */ {NOT_YET_TAKEN,        EVENT(EXPIRE),            B, NULL,                STATE(EXPIRED),        EFFECT_DESTROY_CONTENT | EFFECT_NEXT_CANDIDATE},
    /* The outer life of what was accepted is over, and nobody has said that it goes on: as a cancel. */
    /*  9 */ {TAKEN,                EVENT(EXPIRE),            B, NULL,                STATE(EXPIRED),        EFFECT_DESTROY_CONTENT | EFFECT_ACKNOWLEDGE},
    /* 10 */ {IN(ACCEPTED),         EVENT(START),             T, NULL,                STATE(IN_PROGRESS),    0},
    /* 11 */ {IN(ACCEPTED) | IN(IN_PROGRESS), EVENT(HOLD),    T, guard_hold,          STATE(ON_HOLD),        0},
    /* 12 */ {IN(ON_HOLD),          EVENT(RESUME),            T, NULL,                BEFORE_HOLD,           0},
    /* 13 */ {IN(IN_PROGRESS),      EVENT(PROGRESS),          T, NULL,                STATE(IN_PROGRESS),    0},
    /* 14 */ {IN(IN_PROGRESS),      EVENT(OUTCOME),           T, NULL,                STATE(COMPLETED),      0},
    /* 15 */ {TAKEN,                EVENT(FAIL),              T, NULL,                STATE(FAILED),         0},
    /* 16 */ {NOT_DECIDED,          EVENT(CANCEL),            S, NULL,                STATE(CANCELLED),      EFFECT_DESTROY_CONTENT},
    /* 17 */ {TAKEN,                EVENT(CANCEL),            S, NULL,                STATE(CANCELLED),      EFFECT_DESTROY_CONTENT | EFFECT_ACKNOWLEDGE},
    /* Nobody took it, and its sender looks no further: the offer itself stays as it ended. */
    /* 25 */ {UNTAKEN,              EVENT(CANCEL),            S, guard_nobody_left,   UNCHANGED,             EFFECT_CLOSE_REFERRAL},
    /* 18 */ {IN(ACCEPTED) | IN(IN_PROGRESS), EVENT(FORWARD), T, NULL,                UNCHANGED,             EFFECT_NEW_REFERRAL},
    /* 19 */ {LIVE,                 EVENT(IN_ERROR),          S, NULL,                STATE(IN_ERROR),       EFFECT_DESTROY_CONTENT | EFFECT_ERASE_NOW},
    /* Before the first contact all is erased; after it the target may keep its own record, on a basis that it declares. */
    /* 20 */ {NOT_DECIDED | IN(ACCEPTED), EVENT(CONSENT_WITHDRAWN), B,   NULL,        STATE(CANCELLED),      EFFECT_DESTROY_CONTENT | EFFECT_ERASE_NOW},
    /* 20 */ {IN(IN_PROGRESS) | IN(ON_HOLD), EVENT(CONSENT_WITHDRAWN), B, NULL,       STATE(CANCELLED),      EFFECT_DESTROY_CONTENT | EFFECT_ACKNOWLEDGE},
    /* 21 */ {IN(INFO_REQUESTED),   EVENT(INFO_TIMEOUT),      B, NULL,                STATE(SEEN),           0},
    /* 23 */ {IN(QUEUED),           EVENT(TURN),              B, guard_winner_free,   STATE(REQUESTED),      EFFECT_HAND_OVER_PREVIEW},
    /* 24 */ {IN(QUEUED),           EVENT(SKIP),              B, NULL,                STATE(SKIPPED),        EFFECT_DESTROY_CONTENT | EFFECT_NEXT_CANDIDATE},
    /* The referrer closes the loop; the offer itself stays as it ended. */
    /*    */ {REPORTED,             EVENT(CONFIRM),           S, guard_referral_open, UNCHANGED,             EFFECT_CLOSE_REFERRAL},
};
/* clang-format on */

_Static_assert(OFFER_STATE_SKIPPED < 32, "the states of an offer fit a set of 32");

static bool has(uint32_t states, enum offer_state state)
{
    return (unsigned)state < 32 && (states >> (unsigned)state & 1) != 0;
}

static const struct cell *find_cell(enum offer_state from, enum offer_event event,
        enum lifecycle_role role)
{
    for (size_t i = 0; i < COUNT_OF(CELLS); i++)
        if (CELLS[i].event == event && CELLS[i].role == role &&
                has(CELLS[i].from, from))
            return &CELLS[i];
    return NULL;
}

bool lifecycle_allows(enum offer_state from, enum offer_event event,
        enum lifecycle_role role)
{
    return find_cell(from, event, role) != NULL;
}

bool lifecycle_is_terminal(enum offer_state state)
{
    return state != OFFER_STATE_NONE && !has(LIVE, state);
}

bool lifecycle_is_taken(enum offer_state state)
{
    return has(TAKEN, state);
}

bool lifecycle_is_undecided(enum offer_state state)
{
    return has(NOT_YET_TAKEN, state);
}

bool lifecycle_moves_on(enum offer_state state)
{
    return has(UNTAKEN, state);
}

bool lifecycle_gives_up(enum offer_event event, enum offer_state state)
{
    return event == OFFER_EVENT_CANCEL && lifecycle_moves_on(state);
}

/* The state that a cell leads to; NONE when it should lead back and nothing says where
 * to. */
static enum offer_state target_of(const struct cell *cell,
        const struct lifecycle_offer *offer)
{
    if (cell->to == UNCHANGED)
        return offer->state;
    if (cell->to == BY_MODE)
        return offer->listed ? OFFER_STATE_QUEUED : OFFER_STATE_REQUESTED;
    if (cell->to != BEFORE_HOLD)
        return (enum offer_state)cell->to;
    bool known = has(IN(ACCEPTED) | IN(IN_PROGRESS), offer->before_hold);
    return known ? offer->before_hold : OFFER_STATE_NONE;
}

struct lifecycle_result lifecycle_step(const struct lifecycle_offer *offer,
        const struct lifecycle_event *event)
{
    struct lifecycle_result no = {
            .to = offer->state,
            .before_hold = offer->before_hold,
            .info_rounds = offer->info_rounds,
    };

    /* The version comes first: who decided on an older picture is told so, and looks
     * again. */
    no.code = E_CONFLICT;
    if (event->role != LIFECYCLE_BROKER && event->expected_version != offer->version)
        return no;
    no.code = E_TRANSITION;
    const struct cell *cell = find_cell(offer->state, event->event, event->role);
    if (cell == NULL)
        return no;
    enum offer_state to = target_of(cell, offer);
    if (to == OFFER_STATE_NONE)
        return no;
    no.code = cell->guard == NULL ? CODE_OK : cell->guard(offer, event);
    if (no.code != CODE_OK)
        return no;

    return (struct lifecycle_result){
            .code = CODE_OK,
            .to = to,
            .before_hold = to == OFFER_STATE_ON_HOLD ? offer->state : OFFER_STATE_NONE,
            .info_rounds =
                    offer->info_rounds + (event->event == OFFER_EVENT_INFO_REQUEST),
            .effects = to == OFFER_STATE_QUEUED ? 0 : cell->effects,
    };
}

/* --- letters of an offer --- */

/* Table "Classes" of docs/protocol.md, the event that a letter type carries, and who
 * writes it. */
static const struct {
    enum letter_class class_;
    enum offer_event event;
    enum lifecycle_role writer; /* N_LIFECYCLE_ROLES: either party */
} TYPES[] = {
        [LETTER_TYPE_NONE] = {LETTER_CLASS_NONE,     EVENT(NONE),         B                },
        [LETTER_TYPE_PREVIEW] = {LETTER_CLASS_PERSONAL, EVENT(OFFER),        S                },
        [LETTER_TYPE_CONTENT] = {LETTER_CLASS_PERSONAL, EVENT(NONE),         S                },
        [LETTER_TYPE_INFO_REQUEST] = {LETTER_CLASS_PERSONAL, EVENT(INFO_REQUEST), T                },
        [LETTER_TYPE_INFO_REPLY] = {LETTER_CLASS_PERSONAL, EVENT(INFO_REPLY),   S                },
        [LETTER_TYPE_TEXT] = {LETTER_CLASS_PERSONAL, EVENT(NONE),         N_LIFECYCLE_ROLES},
        [LETTER_TYPE_VISIT] = {LETTER_CLASS_PERSONAL, EVENT(NONE),         N_LIFECYCLE_ROLES},
        [LETTER_TYPE_SIGNAL] = {LETTER_CLASS_PERSONAL, EVENT(NONE),         B                },
        [LETTER_TYPE_EVENT] = {LETTER_CLASS_CONTROL,  EVENT(NONE),         B                },
        [LETTER_TYPE_ACCESS] = {LETTER_CLASS_RIGHTS,   EVENT(NONE),         N_LIFECYCLE_ROLES},
        [LETTER_TYPE_RECTIFY] = {LETTER_CLASS_RIGHTS,   EVENT(NONE),         N_LIFECYCLE_ROLES},
        [LETTER_TYPE_ERASE] = {LETTER_CLASS_RIGHTS,   EVENT(NONE),         N_LIFECYCLE_ROLES},
        [LETTER_TYPE_RIGHTS_REPLY] = {LETTER_CLASS_RIGHTS,   EVENT(NONE),
                              N_LIFECYCLE_ROLES                                            },
        [LETTER_TYPE_OVERVIEW] = {LETTER_CLASS_PERSONAL, EVENT(NONE),         B                },
        [LETTER_TYPE_PROPOSAL] = {LETTER_CLASS_CONTROL,  EVENT(NONE),         B                },
        [LETTER_TYPE_CONCERN] = {LETTER_CLASS_CONTROL,  EVENT(NONE),         B                },
        [LETTER_TYPE_SIGNAL_ANSWER] = {LETTER_CLASS_CONTROL,  EVENT(NONE),         B                },
};

enum letter_class lifecycle_class(enum letter_type type)
{
    return (size_t)type < COUNT_OF(TYPES) ? TYPES[type].class_ : LETTER_CLASS_NONE;
}

bool lifecycle_stands_alone(enum letter_type type)
{
    return type == LETTER_TYPE_SIGNAL || type == LETTER_TYPE_OVERVIEW ||
           type == LETTER_TYPE_PROPOSAL || type == LETTER_TYPE_CONCERN ||
           type == LETTER_TYPE_SIGNAL_ANSWER;
}

/* Whose event it is; the broker's when nobody has it. Each event belongs to one role.
 */
static enum lifecycle_role role_of(enum offer_event event)
{
    for (size_t i = 0; i < COUNT_OF(CELLS); i++)
        if (CELLS[i].event == event)
            return CELLS[i].role;
    return LIFECYCLE_BROKER;
}

enum letter_type lifecycle_letter_type(enum offer_event event)
{
    if (role_of(event) == LIFECYCLE_BROKER)
        return LETTER_TYPE_NONE;
    for (size_t type = 0; type < COUNT_OF(TYPES); type++)
        if (TYPES[type].event == event)
            return (enum letter_type)type;
    return LETTER_TYPE_EVENT;
}

enum lifecycle_role lifecycle_sender_of(enum letter_type type, enum offer_event event)
{
    if ((size_t)type >= COUNT_OF(TYPES))
        return LIFECYCLE_BROKER;
    if (type == LETTER_TYPE_EVENT && lifecycle_letter_type(event) == type)
        return role_of(event);
    return event == TYPES[type].event ? TYPES[type].writer : LIFECYCLE_BROKER;
}

/* --- the referral --- */

/* The first row of which an offer is in one of the states says what the referral is. A
 * waiting list counts as a place only while nobody is still deciding. What the sender
 * stopped or called an error goes to no next candidate. */
static const struct {
    uint32_t any;
    enum referral_state is;
} REFERRALS[] = {
        {TAKEN,          REFERRAL_PLACED          },
        {UNDECIDED,      REFERRAL_OPEN            },
        {IN(WAITLISTED), REFERRAL_PLACED          },
        {IN(QUEUED),     REFERRAL_OPEN            },
        {REPORTED,       REFERRAL_OUTCOME_REPORTED},
        {IN(IN_ERROR),   REFERRAL_IN_ERROR        },
        {IN(CANCELLED),  REFERRAL_REVOKED         },
};

enum referral_state lifecycle_referral(const enum offer_state *offers, size_t n_offers,
        bool closed)
{
    uint32_t states = 0;
    size_t n_made = 0;

    for (size_t i = 0; i < n_offers; i++) {
        assert((unsigned)offers[i] < 32);
        states |= 1u << (unsigned)offers[i];
        n_made += offers[i] != OFFER_STATE_NONE;
    }
    if (n_made == 0)
        return REFERRAL_DRAFT;
    if (closed)
        return (states & REPORTED) != 0 ? REFERRAL_CLOSED : REFERRAL_REVOKED;
    for (size_t i = 0; i < COUNT_OF(REFERRALS); i++)
        if ((states & REFERRALS[i].any) != 0)
            return REFERRALS[i].is;
    /* Timer T2: a referral to one candidate ends with it; a list that is used up needs
     * a person who finds another place. */
    bool only_one_and_silent = n_made == 1 && (states & IN(EXPIRED)) != 0;
    return only_one_and_silent ? REFERRAL_EXPIRED : REFERRAL_UNPLACED;
}

const char *referral_state_name(enum referral_state state)
{
    static const char *const NAMES[N_REFERRAL_STATES] = {
            [REFERRAL_DRAFT] = "draft",
            [REFERRAL_OPEN] = "open",
            [REFERRAL_PLACED] = "placed",
            [REFERRAL_UNPLACED] = "unplaced",
            [REFERRAL_OUTCOME_REPORTED] = "outcome_reported",
            [REFERRAL_CLOSED] = "closed",
            [REFERRAL_REVOKED] = "revoked",
            [REFERRAL_EXPIRED] = "expired",
            [REFERRAL_IN_ERROR] = "in_error",
    };
    return (unsigned)state < N_REFERRAL_STATES ? NAMES[state] : "unknown";
}
