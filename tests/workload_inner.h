/* workload_inner.h - for the parts of the workload: the life that goes on, asking with
 * what must be true of every answer, and drawing somebody or something. */
#ifndef WORKLOAD_INNER_H
#define WORKLOAD_INNER_H

#include "core/vocab.h"
#include "tests/region.h"
#include "tests/workload.h"

enum { WORKLOAD_CASES_MAX = 200, WORKLOAD_CANDIDATES_MAX = 10 };

/* Who refers to whom. */
enum workload_shape {
    SHAPE_STAR, /* one hub to all others */
    SHAPE_HUBS, /* each hub to all others */
    SHAPE_ALL,  /* everybody: a hub to all, the others to hubs */
    SHAPE_RING, /* everybody to the next, who have agreed before */
    N_SHAPES
};

/* What the life of this seed is like. */
struct workload_life {
    const struct plan *plan;
    enum workload_shape shape;
    size_t n_nodes, n_hubs;
    bool slow; /* days go by between its steps, not seconds */
    bool gone[REGION_PARTNERS_MAX];
    bool suspended[REGION_PARTNERS_MAX];
    /* Once suspended: a broker put back to an older copy may be so again. */
    bool was_suspended[REGION_PARTNERS_MAX];
    bool perhaps_revoked; /* who was told so fell before it answered */
    uint64_t n_consents[REGION_PARTNERS_MAX];
};
struct workload_life *workload_life(void);

/* ---- asking ---- */

/* A program that is there says yes, or no with a reason that it can have. NULL: it is
 * not there, or went away. */
const struct reply *workload_ask(const char *id, struct request *request);

/* ---- drawing ---- */

bool workload_chance(uint32_t percent);
uint16_t workload_one_of(enum vocab vocab);
size_t workload_any(void);
const char *workload_any_node(void);
size_t workload_any_sender(void);
/* One with whom there is a partnership, mostly. */
size_t workload_any_target(size_t sender);
/* Mostly one; else a list of them, each one once. */
size_t workload_any_candidates(size_t sender,
        const char *candidates[WORKLOAD_CANDIDATES_MAX]);
enum mode workload_any_mode(size_t n_candidates);
/* The newest consent of this one, mostly; 0: none was given. */
uint64_t workload_any_consent(size_t sender);
/* A case of this node, mostly one that still goes on; 0: it has none. */
uint64_t workload_any_case(const char *id);
/* The same, a referral made here or from elsewhere. */
uint64_t workload_any_referral(const char *id);
/* One that came to it and was accepted. */
uint64_t workload_accepted(const char *id);
/* One of which a reader has not said in time that it erased what it held; 0: none. */
uint64_t workload_unerased(const char *id);
/* One of this kind, whatever its state. */
uint64_t workload_case_of(const char *id, enum case_kind kind);

/* ---- what staff do, by who does it ---- */

/* workload_refer.c: consents and referrals */
void workload_give_consent(void);
void workload_renew_consent(void);
void workload_consent_of(size_t sender);
void workload_refer(void);
void workload_forward(void);
void workload_act(void);
void workload_talk(void);
void workload_withdraw(void);
/* workload_signal.c: signals, from the report to their end */
void workload_raise(void);
void workload_look_after(void);
void workload_share(void);
void workload_subscribe(void);
/* workload_say.c: what everybody in the network may read */
void workload_change_intake(void);
void workload_change_supply(void);
void workload_change_mandate(void);
void workload_change_antenna(void);
void workload_ask_around(void);
void workload_tell_around(void);
/* workload_right.c: what persons may ask, and what coordinators do */
void workload_rights(void);
void workload_keep(void);
void workload_coordinate(void);
/* workload_read.c: looking, which changes nothing */
void workload_read(void);

#endif
