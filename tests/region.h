/* region.h - networks of two to forty partners that have lived already: founded once
 * for all lives of a test, with partnerships between its hubs and everybody. */
#ifndef REGION_H
#define REGION_H

#include "tests/network.h"

enum { REGION_PARTNERS_MAX = NETWORK_PARTNERS_MAX, REGION_HUBS_MAX = 3 };

/* Places of some partners, in networks that are large enough. */
enum {
    REGION_SUPPORTER = 1, /* of REGION_ANTENNA */
    REGION_MELDPUNT = 2,
    REGION_REVOKED = 3,
    REGION_COORDINATOR = 4,
    REGION_COORDINATOR_TWO = 6,
};
#define REGION_ANTENNA "antenne"

/* A network of so many partners, for world_begin; the first of them are its hubs. It is
 * made when it is first asked for. */
const struct test_network *region_of(size_t n_partners);
/* How many of these partners are hubs. */
size_t region_hubs(size_t n_partners);
/* The steward's bundle in which one partner is revoked (NULL: no partner is), and who
 * that is. */
const uint8_t *region_revocation(size_t n_partners, size_t *len, size_t *partner);
/* An earlier bundle of the steward, with tables of places that nobody has heard of. */
const uint8_t *region_areas(size_t n_partners, size_t *len);
/* In the network of a life that has gone on for long, the steward publishes all that is
 * in force by now: those places too, and whether that partner is revoked. */
void region_publish(const struct test_network *network, bool revoked, int64_t now_ms);
void region_forget(void);

#endif
