/* siege.h - a table of hostile cases against a broker that runs, by peers that only
 * real sockets can be: after each row the broker lives, has not grown, and an honest
 * member is answered; and over all rows it is answered soon. */
#ifndef SIEGE_H
#define SIEGE_H

#include "tests/honest.h"

struct siege {
    struct fleet fleet;
    struct honest honest;
};

struct assault {
    const char *name;   /* of the case */
    const char *does;   /* what the peers do */
    const char *answer; /* a code, "" for yes, or one of the words below */
    const char *(*act)(struct siege *siege);
};
#define REFUSED "refused" /* it was not let in */
#define CUT_OFF "cut off" /* its connection has ended */
#define SERVED  "served"  /* it is answered like everybody else */

/* All rows of a table, each a test, and the network around them: HONEST and these
 * partners, whose nodes do not run. prepare (may be NULL) comes before the broker is
 * started. The result of main. */
int siege_run(const char *title, const struct network_partner *partners,
        size_t n_partners, void (*prepare)(struct fleet *fleet),
        const struct assault *rows, size_t n_rows);

/* The code that a peer's hello is answered with; "" when it is welcome. */
const char *siege_hello(struct bus_peer *peer, const char *name, uint64_t incarnation,
        int64_t skew_ms);
/* Wait until it is cut; late: it took longer than a second. */
const char *siege_cut(struct bus_peer *peer);
/* Connect; wait until the broker has refused the keys. */
const char *siege_refused(struct siege *siege, struct bus_peer *peer);

#endif
