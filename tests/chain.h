/* chain.h - four partners in a row, of which each may hand a case on to the next; for
 * stories about handing on. */
#ifndef CHAIN_H
#define CHAIN_H

#include "tests/world.h"

#define FIRST   "thuiszorg"
#define SECOND  "aksant"
#define THIRD   "chambry"
#define FOURTH  "noord"
#define ANTENNA "antenne" /* of the fourth */
#define PERSON  "Rosa Voorbeeld"

/* A consent of the first that names the others. */
uint64_t consent_to(uint32_t onward);

/* A world in which the second has accepted, and each may write to the next. */
struct begun {
    uint64_t consent, sent, got;
};
struct begun begin(uint64_t seed, uint32_t onward);

const struct reply *forward_as(const char *id, const struct forward_case *asked);
const struct reply *forward(const char *id, uint64_t number, const char *to);
/* It goes on, and whoever it goes to accepts: the case that leaves, and the one that
 * comes. */
uint64_t hand_on(const char *id, uint64_t number, const char *to, uint64_t *got);

/* Whom a case says that it was handed on to; NULL: it does not. */
const char *handed_on_to(const char *id, uint64_t number);

#endif
