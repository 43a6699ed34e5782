/* spool_retention.h - how long each kind of row stays in the store: which are past
 * their term, and letting them go. */
#ifndef SPOOL_RETENTION_H
#define SPOOL_RETENTION_H

#include "nodes/spool.h"

/* Terms in milliseconds, by the rows of nodes/retention.c. */
struct spool_terms {
    int64_t case_ms;        /* after a referral was closed */
    int64_t signal_ms;      /* after a signal was read */
    int64_t signal_open_ms; /* after it came, read or not */
    int64_t basis_ms[8];    /* after it was closed, by the row of retention_basis */
    int64_t consent_ms;     /* after a consent has ended */
    int64_t register_ms;    /* after a request was answered, a violation was seen */
    int64_t receipt_ms;     /* receipts of letters that came */
    int64_t reply_ms;       /* first replies */
    int64_t proof_ms;       /* evidence and openings */
    int64_t escalation_ms;  /* after an escalation has ended */
};

/* Kinds of rows that have a term of their own. */
#define SPOOL_RETAINED(X)                                                              \
    X(cases)                                                                           \
    X(signals)                                                                         \
    X(consents)                                                                        \
    X(rights)                                                                          \
    X(violations)                                                                      \
    X(receipts)                                                                        \
    X(replies)                                                                         \
    X(evidence)                                                                        \
    X(openings)                                                                        \
    X(escalations)
#define X(name) SPOOL_RETAINED_##name,
enum spool_retained { SPOOL_RETAINED(X) N_SPOOL_RETAINED };
#undef X

struct spool_retention {
    uint64_t rows;
    int64_t oldest_ms;
    int64_t next_due_ms; /* 0: there is none */
    uint64_t overdue;
};
/* What stands under a term, of cases and signals only those that are closed and not
 * destroyed. */
MUST_USE bool spool_retention(struct db *db, enum spool_retained kind,
        const struct spool_terms *terms, int64_t now_ms,
        struct spool_retention *retention, struct err *err);

/* Numbers of cases and signals past their term. */
MUST_USE bool spool_cases_due(struct db *db, const struct spool_terms *terms,
        int64_t now_ms, uint64_t *numbers, size_t max, size_t *n_numbers,
        struct err *err);
/* Consent records past theirs go with their keys, at most max of them; what was minted
 * from them stays, without the record. */
MUST_USE bool spool_drop_consents(struct db *db, const struct spool_terms *terms,
        int64_t now_ms, size_t max, uint64_t *n_dropped, struct err *err);
/* Rows of the registers past theirs. */
MUST_USE bool spool_drop_registers(struct db *db, const struct spool_terms *terms,
        int64_t now_ms, uint64_t *n_rights, uint64_t *n_violations, struct err *err);

struct spool_kept {
    uint64_t case_number;
    uint16_t basis;
    int64_t due_ms;
};
/* Closed cases that stay on a ground that was named, the first to go first. */
MUST_USE bool spool_kept_cases(struct db *db, const struct spool_terms *terms,
        struct spool_kept *kept, size_t max, size_t *n_kept, struct err *err);

#endif
