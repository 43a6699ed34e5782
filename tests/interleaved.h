/* interleaved.h - one round of a list whose people and frames cross: what they do, and
 * what must be true when all that waited has come. */
#ifndef INTERLEAVED_H
#define INTERLEAVED_H

#include "core/vocab.h"
#include "tests/world.h"

#define INTERLEAVED_HOME "thuiszorg"

enum {
    INTERLEAVED_LIST = 4, /* candidates there are; a list has some of them */
    INTERLEAVED_PARTNERS = INTERLEAVED_LIST + 1,
    INTERLEAVED_HEX_BYTES = 2 * sizeof(struct id) + 1,
};

extern const struct network_partner INTERLEAVED[INTERLEAVED_PARTNERS];

/* One candidate of a round. */
struct asked {
    const char *id;
    struct id offer;
    char hex[INTERLEAVED_HEX_BYTES];
    bool full, told; /* a frame to it named the referral, its consent or its offer */
};

struct round {
    uint64_t number, consent, sent_case;
    bool aloud, withdrawn, away[INTERLEAVED_PARTNERS];
    struct id referral, consent_id;
    char referral_hex[INTERLEAVED_HEX_BYTES];
    struct asked list[INTERLEAVED_LIST];
    size_t n, n_refused;
};

/* A referral of a new round to some candidates; from here on every frame waits. */
void interleaved_refer(struct round *round);
/* What happens next, by chance. */
void interleaved_step(struct round *round);
void interleaved_candidate_acts(struct round *round, struct asked *one);
void interleaved_intake(struct round *round, struct asked *one, bool full);
/* number 0: nobody does anything. */
void interleaved_do(struct round *round, const char *id, uint64_t number,
        enum offer_event event);

/* A partner's case of this referral; 0: none. */
uint64_t interleaved_case(const struct round *round, const char *id);
int64_t interleaved_of_broker(const struct asked *one, const char *column);
bool interleaved_was_asked(const struct asked *one);
/* Does anybody still have to decide, or wait for it? */
bool interleaved_is_open(const struct round *round);
/* Nothing is under way: what is not true ends the program with words. */
void interleaved_check(const struct round *round);

#endif
