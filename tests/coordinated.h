/* coordinated.h - a simulated world with coordinators: who referred, two candidates,
 * and two coordinators with a mandate for the area. */
#ifndef COORDINATED_H
#define COORDINATED_H

#include "tests/evil_broker.h"
#include "tests/evil_node.h"
#include "tests/world.h"

#define HOME             "thuiszorg"
#define TARGET           "aksant"
#define OTHER            "chambry"
#define REGIE            "regie"
#define REGIE_TWO        "regie-west"
#define COORDINATED_AREA "21004"

/* For cmocka: founded once for all tests of a program. */
int coordinated_setup(void **state);
int coordinated_teardown(void **state);
/* A world over it; both coordinators have a mandate. */
void coordinated_fresh(uint64_t seed);

/* A mandate for its areas, signed by this coordinator and known to the broker and to
 * the nodes that are on the network. */
void coordinated_mandate(const char *id);
/* This coordinator, which is connected, says that its mandate has ended. */
void coordinated_mandate_over(struct evil *evil);
/* The mandate of REGIE ends, says the scripted broker. */
void coordinated_mandate_ends(struct evil *broker);

/* What REGIE looks after. */
const struct escalation_list *coordinated_list(bool all, bool unplaced);

/* While it is stopped: so many open escalations more in the store of REGIE, of which
 * the partner told itself (NULL: the broker did). It stays stopped. */
void coordinated_fill(int n, const char *told_by);
/* Likewise: all that is open there is over now. */
void coordinated_over(void);
/* What is over there ended so many days earlier; it is started again. */
void coordinated_age(int days);

#endif
