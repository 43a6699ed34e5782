/* retention.h - nothing stays longer than it has a reason to: terms, the round that
 * lets go what is past them, and the report (docs/operating.md, "How long things
 * stay"). */
#ifndef RETENTION_H
#define RETENTION_H

#include "nodes/epochs.h"
#include "nodes/node_inner.h"
#include "nodes/spool_retention.h"

enum {
    RETENTION_ESCALATION_DAYS = 730,
    RETENTION_FACT_DAYS = 1827, /* what is counted of signals: five years */
    /* For longer than the broker asks for one: until a letter's term, 14 days more for
     * a reader that stays away, and a day for a clock. */
    RETENTION_RECEIPT_DAYS = EPOCHS_WINDOW_DAYS + EPOCHS_LETTER_DAYS + 14 + 1,
    RETENTION_REPLY_DAYS = 30,
    RETENTION_A_TURN = 50, /* cases, and consents, of one round */
    RETENTION_KEPT_SHOWN = 100,
};

/* The terms that hold here, by the settings. */
struct spool_terms retention_terms(const struct node_conf *conf);
/* In days, as the report names it; 0: by the ground. */
uint32_t retention_days(const struct node_conf *conf, enum spool_retained kind);

/* Let go what is past its term, a bounded piece. *n: of each kind, how many went. */
MUST_USE bool retention_run(struct node *node, uint64_t n[N_SPOOL_RETAINED],
        struct err *err);

#endif
