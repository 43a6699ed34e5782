/* evil_log.h - the audit log as a broker gone bad may show it: leaves of the real one,
 * changed by a test, under checkpoints that are signed with the real key. */
#ifndef EVIL_LOG_H
#define EVIL_LOG_H

#include "core/audit.h"
#include "tests/evil_broker.h"

enum { EVIL_LEAVES_MAX = 400 };

struct evil_log {
    struct evil *evil;
    struct audit_head head; /* network and store; size and root are filled in */
    struct span leaves[EVIL_LEAVES_MAX];
    size_t n;
    /* What a test may want otherwise. */
    const struct sign_key *key; /* of the checkpoints */
    bool silent;                /* no answer at all */
    bool busy;                  /* only that it is busy */
    bool withhold;              /* leaves are not shown */
    bool hide;                  /* only their hashes */
    bool twist;                 /* the paths are wrong */
    bool no_joins;              /* that it went on is not shown */
    bool other_joins;           /* or with another path */
    size_t n_asked;
};

/* The log as it stands in the ledger of the broker, which is stopped; asked by nodes,
 * this is what the evil broker answers from now on. */
void evil_log_read(struct evil *evil, struct evil_log *log);
/* Take a leaf out; put this one in; each moves what follows. The leaves keep what they
 * say of their own place unless they are numbered anew. */
void evil_log_remove(struct evil_log *log, size_t at);
void evil_log_insert(struct evil_log *log, size_t at, struct span leaf);
void evil_log_renumber(struct evil_log *log);
/* The leaf with one field changed. */
void evil_log_change(struct evil_log *log, size_t at,
        void (*change)(struct audit_leaf *leaf));

#endif
