/* listed.h - a referral to a list of candidates made outside of any node: right in
 * everything, to be changed by a test; and where each of its offers stands. */
#ifndef LISTED_H
#define LISTED_H

#include "tests/forge.h"

enum { LISTED_MAX = 11 };

struct listed {
    struct evil *evil; /* the sender */
    enum mode mode;
    struct forged each[LISTED_MAX]; /* in the order of the candidates */
    size_t n;
    const char *recipients[LISTED_MAX];
    struct span capsule;
    struct span letters[2 * LISTED_MAX]; /* as they are put */
};

/* In place; names must live as long as it does. */
void listed_make(struct evil *evil, enum mode mode, const char *const *names, size_t n,
        struct listed *list);
/* Seal the letters as their cores are now. */
void listed_seal(struct listed *list);
/* Put them; the code of the answer. */
const char *listed_put(struct listed *list);
/* The status in the newest answer for that candidate. */
struct offer_status listed_status(struct listed *list, size_t at);
/* What the broker has on disk of that candidate. */
enum offer_state listed_state(const struct listed *list, size_t at);
uint64_t listed_version(const struct listed *list, size_t at);
/* A control letter of the sender about that candidate; the code of the answer. */
const char *listed_say(struct listed *list, size_t at, enum offer_event event);
/* The newest step of that candidate that the sender was mailed; state NONE: none. */
struct offer_status listed_heard(struct listed *list, size_t at);

#endif
