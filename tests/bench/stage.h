/* stage.h - the network that is measured: a broker, a pair of partners whose nodes run,
 * and a pair whose nodes only agreed, referred and accepted, and then stopped. */
#ifndef STAGE_H
#define STAGE_H

#include "tests/fleet.h"

enum {
    STAGE_OFFERS = 8, /* accepted offers of a pair; letters take turns over them */
    STAGE_TEXT_BYTES = 2048,
};

#define STAGE_URGENCY URGENCY_ROUTINE
#define STAGE_PURPOSE PURPOSE_CARE_COORDINATION
#define STAGE_AREA    "21004"

struct stage_offer {
    uint64_t case_number; /* at the sender */
    struct id offer_id, referral_id, consent_id;
};
struct stage_pair {
    const char *sender, *reader;
    struct stage_offer offers[STAGE_OFFERS];
};

struct stage {
    struct fleet fleet;
    struct stage_pair whole; /* both nodes run */
    struct stage_pair alone; /* none of the two runs: their keys are the bench's */
    char text[STAGE_TEXT_BYTES + 1];
};

/* bin: where the programs are; folder: on the disk that is measured. Failures end the
 * program with words. */
void stage_open(struct stage *stage, const char *bin, const char *folder);
void stage_close(struct stage *stage);

#endif
