/* fleet_case.h - what staff ask of their nodes, for tests over real processes: agree,
 * record a consent, refer, take a step. */
#ifndef FLEET_CASE_H
#define FLEET_CASE_H

#include "tests/fleet.h"

/* Propose and agree a partnership for everything but the national number, and wait
 * until both sides see that it is active and can seal to each other. */
void fleet_agree(struct fleet *fleet, const char *one, const char *other);
/* How a node sees the partnership with another: "none", "to_agree", "active". */
bool fleet_sees_partnership(struct fleet *fleet, const char *id, const char *other,
        const char *state);

/* A consent record for this recipient, as wide as the partnership: its number. */
uint64_t fleet_consent(struct fleet *fleet, const char *id, const char *person,
        const char *recipient);

/* A referral as it is asked for; note->request is what to ask with, as long as note
 * lives and stays where it is. */
struct refer_note {
    const char *candidate;
    struct person person;
    struct referral referral;
    struct refer refer;
    struct request request;
};
void fleet_refer_note(struct refer_note *note, uint64_t consent, const char *candidate,
        const char *name);
/* Refer, and expect a yes: the case's number. */
uint64_t fleet_refer(struct fleet *fleet, const char *id, uint64_t consent,
        const char *candidate, const char *name);

/* The same for a step of a case, with the codes that this step needs. */
struct act_note {
    struct event_content said;
    struct act act;
    struct request request;
};
void fleet_act_note(struct act_note *note, uint64_t case_number,
        enum offer_event event);
void fleet_act(struct fleet *fleet, const char *id, uint64_t case_number,
        enum offer_event event);

/* One page of a box, valid until the next question; begin with after 0. */
const struct case_list *fleet_cases(struct fleet *fleet, const char *id,
        enum case_box box, uint64_t after);
/* How many cases are in a box. */
size_t fleet_count_cases(struct fleet *fleet, const char *id, enum case_box box);
/* The first case of a box; 0: none. */
uint64_t fleet_first_case(struct fleet *fleet, const char *id, enum case_box box);
/* Wait until there is one. */
uint64_t fleet_wait_case(struct fleet *fleet, const char *id, enum case_box box);
const struct case_detail *fleet_show(struct fleet *fleet, const char *id,
        uint64_t case_number);
enum offer_state fleet_state(struct fleet *fleet, const char *id, uint64_t case_number);

#endif
