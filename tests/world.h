/* world.h - the real broker and real nodes in the simulated world: start, stop, crash, and ask them as adapters do. */
#ifndef WORLD_H
#define WORLD_H

#include "gen/gateway.h"
#include "tests/network.h"
#include "tests/sim.h"

enum { WORLD_START_MS_DAY = 20600 }; /* the day the simulated world begins: 2026-05-27 */

struct world_partner;

/* A world over a fresh copy of a founded network; broker and all nodes are started and every partnership between `hub` and the others is agreed. One at a time. */
void world_begin(uint64_t seed, const struct test_network *network, const char *hub);
void world_end(void);

/* The network that a simulated world is founded from: partners thuiszorg (HOMECARE), aksant (LDC), chambry (NEIGHBOURHOUSE), meldpunt (MELDPUNT), noord (LDC, supports antenne). */
void world_found(struct test_network *network);

const struct test_network *world_network(void);

void world_start(const char *id);
void world_stop(const char *id);
/* kill -9: nothing is flushed, what was not committed is gone. */
void world_crash(const char *id);
bool world_is_up(const char *id);
/* Restart every program that called loop_die (a crash that storage asked for); how many. */
size_t world_revive(void);

/* Ask a node (or the broker); the reply is valid until the next question. */
const struct reply *world_ask(const char *id, struct request *request);
/* The same, and the reply must have this code ("" = done). */
const struct reply *world_must(const char *id, struct request *request, const char *code);

/* --- the usual requests --- */
struct world_consent {
    const char *recipients[4];
    enum level level_max;
    uint16_t purpose;      /* 0: care_coordination */
    uint16_t legal_basis;  /* 0: consent_explicit */
    uint32_t until_day;    /* 0: default of the node */
};
/* Number of the new consent record. */
uint64_t world_consent(const char *id, const struct world_consent *consent);
/* A referral whose content holds `secret` in the person's name; the reply has its case number or a code. */
const struct reply *world_refer(const char *id, uint64_t consent, const char *candidate, const char *secret);
/* One event with the codes it needs; "" or a code. */
const struct reply *world_act(const char *id, uint64_t case_number, enum offer_event event);
/* Newest case of a node in a box; 0 when there is none. */
uint64_t world_newest(const char *id, enum case_box box);
const struct case_detail *world_show(const char *id, uint64_t case_number);
enum offer_state world_state(const char *id, uint64_t case_number);
const struct status *world_status(const char *id);

#endif
