/* race_inner.h - what a race knows of itself, for tests/race*.c alone. */
#ifndef RACE_INNER_H
#define RACE_INNER_H

#include "gen/bus.h"
#include "tests/network.h"
#include "tests/race.h"

#define RACE_SENDER "thuiszorg"
#define RACE_TARGET "aksant"
#define RACE_BROKER NETWORK_BROKER

enum { RACE_LEFT_MAX = 32, RACE_HEX_BYTES = 2 * sizeof(struct id) + 1 };

struct race_facts {
    uint64_t consent, sent_case; /* of the sender */
    struct id consent_id;
    char consent_hex[RACE_HEX_BYTES], referral_hex[RACE_HEX_BYTES];
    /* Personal letters under the consent that left, as seen on the wire. */
    struct id left[RACE_LEFT_MAX];
    size_t n_left;
    bool target_heard; /* one of them for the target */
};

bool race_has_left(const struct race_facts *facts, const struct id *msg_id);
/* The target's case of this referral; 0: none. */
uint64_t race_target_case(const struct race_facts *facts);
/* An answer to a withdrawal names exactly what has left. */
void race_check_list(const struct race_facts *facts, const char *where,
        const struct answer *answer);
/* The audit log tells of them, and of none from that version of the register on. */
void race_check_audit(const struct race_facts *facts, uint64_t withdrawn);
/* All is over: what must be true. */
void race_check(const struct race_facts *facts, struct race_counts *counts);

#endif
