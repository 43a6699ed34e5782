/* world.h - the real broker and real nodes in the simulated world: start, stop, crash,
 * and ask them as adapters do. */
#ifndef WORLD_H
#define WORLD_H

#include "gen/gateway.h"
#include "tests/disk.h"
#include "tests/network.h"
#include "tests/sim.h"

enum {
    WORLD_START_MS_DAY = 20600, /* the day the simulated world begins: 2026-05-27 */
    WORLD_PATH_BYTES = NETWORK_PATH_BYTES + 32,
};

struct broker;
struct node;

/* A world over a fresh copy of a founded network; broker and all nodes are started and
 * every partnership between `hub` and the others is agreed. hub NULL: the network has
 * lived before (world_settle), and an hour later goes on. One at a time. */
void world_begin(uint64_t seed, const struct test_network *network, const char *hub);
/* Let a founded network live until every partnership of these hubs is agreed, and stop
 * it: many worlds can then begin from there at once. */
void world_settle(struct test_network *network, const char *const *hubs, size_t n_hubs);
/* hub proposes a partnership for everything, other agrees. */
void world_agree(const char *hub, const char *other);
/* The same, if they can just now. */
void world_try_agree(const char *hub, const char *other);
/* Why the last question got no reply. */
const char *world_why(void);
/* Has a program called loop_die by itself? */
bool world_died(void);
void world_end(void);

/* The network that a simulated world is founded from: partners thuiszorg (HOMECARE),
 * aksant (LDC), chambry (NEIGHBOURHOUSE), meldpunt (MELDPUNT), noord (LDC, supports
 * antenne). */
void world_found(struct test_network *network);
/* The same with two coordinators besides, regie and regie-west (REGISSEUR). */
void world_found_wide(struct test_network *network);
/* The same from other partners, whose names must live as long as the network. */
void world_found_with(struct test_network *network,
        const struct network_partner *partners, size_t n_partners);
void world_found_supporting(struct test_network *network,
        const struct network_partner *partners, size_t n_partners,
        const struct network_antenna *antenna);

/* For cmocka: the network is founded once for all tests of a program. */
int world_setup(void **state);
int world_teardown(void **state);
/* A world over it, with thuiszorg as hub. */
void world_fresh(uint64_t seed);

const struct test_network *world_network(void);

void world_start(const char *id);
/* The same, when it may fail: the power can go while it opens its database. */
bool world_try_start(const char *id);
void world_stop(const char *id);
/* The nodes of all others stop: in weeks of virtual time they would cost the most. */
void world_only(const char *one, const char *other);
/* kill -9: nothing is flushed, what was not committed is gone. */
void world_crash(const char *id);
/* In worlds that begin from here on, each program has a disk of its own, which can lose
 * power, fail and be full (tests/disk.h). Settling is done on the system's. */
void world_on_disks(bool on);
/* A program's disk. When its power goes, the program dies in the middle of what it does
 * and says nothing more; world_stop, disk_power and world_start bring it back. */
struct disk *world_disk(const char *id);
/* Each sync of its disk takes so long from here on; 0: no time. */
void world_slow_disk(const char *id, int64_t sync_ms);
/* Its power goes and comes back; it lies still. */
void world_lose_power(const char *id);
bool world_is_up(const char *id);
/* Restart every program that called loop_die (a crash that storage asked for); how
 * many. */
size_t world_revive(void);

/* Its database file. */
void world_db(const char *id, char path[WORLD_PATH_BYTES]);
/* Take it away, with what lies beside it; the program does not run. */
void world_remove_store(const char *id);
/* NULL while it is stopped. */
struct broker *world_broker(void);
/* How many faults the broker finds in its own store; -1: it cannot look. */
int64_t world_faults(void);
struct node *world_node(const char *id);

/* Ask a node (or the broker); the reply is valid until the next question. lang NULL:
 * en. */
const struct reply *world_ask(const char *id, struct request *request);
/* The same, of a program that may be away or go away: then NULL. */
const struct reply *world_try(const char *id, struct request *request);
/* From now on, who gets no reply to a question brings the programs back and asks again,
 * as an adapter does. NULL: no more. */
void world_patient(void (*bring_back)(void));
/* The same, and the reply must have this code ("" = done). */
const struct reply *world_must(const char *id, struct request *request,
        const char *code);

/* --- the usual requests --- */
/* The steward's bundle as it is now is loaded by who runs this program. */
void world_publish(const char *id);
/* One more partner is admitted, the broker is given the bundle with it, and it starts.
 * Its name must live as long as the world. */
void world_admit(const char *id, uint16_t type);
/* A partner is put out, and this program is the first to hear of it. */
void world_revoke(const char *partner, const char *id);
struct world_consent {
    const char *recipients[12];
    enum level level_max;
    uint16_t purpose;     /* 0: care_coordination */
    uint16_t legal_basis; /* 0: consent_explicit */
    uint32_t until_day;   /* 0: default of the node */
    uint32_t onward;      /* how often it may be handed on */
    const char *person;   /* NULL: Mevrouw Voorbeeld */
};
/* Number of the new consent record. */
uint64_t world_consent(const char *id, const struct world_consent *consent);
/* A referral whose content holds `secret` in the person's name; the reply has its case
 * number or a code. */
const struct reply *world_refer(const char *id, uint64_t consent, const char *candidate,
        const char *secret);
/* The same with everything else as usual but what stands here. */
struct world_referral {
    uint64_t consent;
    const char *candidate, *secret;
    const char *const *candidates; /* a list of them, instead of one */
    size_t n_candidates;
    enum mode mode;   /* NONE: direct, or what the node takes for a list */
    uint16_t urgency; /* 0: routine */
    uint16_t purpose; /* 0: care_coordination */
    uint64_t reopens; /* case number; 0: a new referral */
    const struct referral *content; /* NULL: the usual one */
    const char *same_person; /* why it is the person of the consent; NULL: not said */
    const char *lang;
};
const struct reply *world_refer_as(const char *id, const struct world_referral *wish);
/* One event with the codes it needs; "" or a code. */
const struct reply *world_act(const char *id, uint64_t case_number,
        enum offer_event event);
/* The same, which must be done, and then the network becomes quiet. */
void world_do(const char *id, uint64_t case_number, enum offer_event event);
/* A home visit that the person agreed to, as it went; it must be taken. */
void world_visit(const char *id, uint64_t case_number, const struct visit *visit);
/* Withdraw a consent record. */
void world_withdraw(const char *id, uint64_t consent);
/* Until nothing is under way any more; everybody who is on the network is connected. */
void world_quiet(void);
/* Let this much time go by. */
void world_pass(int64_t ms);
/* Newest case of a node in a box; 0 when there is none. */
uint64_t world_newest(const char *id, enum case_box box);
const struct case_detail *world_show(const char *id, uint64_t case_number);
enum offer_state world_state(const char *id, uint64_t case_number);
const struct status *world_status(const char *id);

#endif
