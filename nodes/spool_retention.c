/* spool_retention.c - the rows that are past their term. */
#include "nodes/spool_retention.h"

#include "core/vocab.h"
#include "nodes/spool_inner.h"

_Static_assert(RETENTION_BASIS_LEGAL_DUTY == 2 && RETENTION_BASIS_OWN_CONSENT == 7,
        "the grounds to keep a case have these numbers in SQL");

/* Terms of cases stand in the statements as ?1 to ?9, see CASE_DUE. */
static void bind_terms(struct sqlite3_stmt *stmt, const struct spool_terms *terms)
{
    db_bind_int(stmt, 1, terms->case_ms);
    db_bind_int(stmt, 2, terms->signal_ms);
    db_bind_int(stmt, 3, terms->signal_open_ms);
    for (int row = 2; row <= 7; row++)
        db_bind_int(stmt, row + 2, terms->basis_ms[row]);
}

static bool read_counts(struct db *db, struct sqlite3_stmt *stmt,
        struct spool_retention *retention, struct err *err)
{
    bool row;
    if (!db_row(db, stmt, &row, err))
        return false;
    if (row)
        *retention = (struct spool_retention){
                .rows = (uint64_t)db_int(stmt, 0),
                .oldest_ms = db_int(stmt, 1),
                .next_due_ms = db_int(stmt, 2),
                .overdue = (uint64_t)db_int(stmt, 3),
        };
    db_end(stmt);
    return true;
}

bool spool_retention(struct db *db, enum spool_retained kind,
        const struct spool_terms *terms, int64_t now_ms,
        struct spool_retention *retention, struct err *err)
{
    /* The statement of each kind that has one term, and that term. */
    const struct {
        enum spool_statement statement;
        int64_t term_ms;
    } plain[N_SPOOL_RETAINED] = {
            [SPOOL_RETAINED_consents] = {SPOOL_RETENTION_CONSENTS,    terms->consent_ms },
            [SPOOL_RETAINED_rights] = {SPOOL_RETENTION_RIGHTS,      terms->register_ms},
            [SPOOL_RETAINED_violations] = {SPOOL_RETENTION_VIOLATIONS,
                                         terms->register_ms                             },
            [SPOOL_RETAINED_receipts] = {SPOOL_RETENTION_RECEIPTS,    terms->receipt_ms },
            [SPOOL_RETAINED_replies] = {SPOOL_RETENTION_REPLIES,     terms->reply_ms   },
            [SPOOL_RETAINED_evidence] = {SPOOL_RETENTION_EVIDENCE,    terms->proof_ms   },
            [SPOOL_RETAINED_openings] = {SPOOL_RETENTION_OPENINGS,    terms->proof_ms   },
            [SPOOL_RETAINED_escalations] = {SPOOL_RETENTION_ESCALATIONS,
                                         terms->escalation_ms                           },
    };
    *retention = (struct spool_retention){0};
    if (kind == SPOOL_RETAINED_cases || kind == SPOOL_RETAINED_signals) {
        struct sqlite3_stmt *stmt = db_use(db, SPOOL_RETENTION_CASES);
        bind_terms(stmt, terms);
        db_bind_int(stmt, 10, now_ms);
        db_bind_int(stmt, 11, kind == SPOOL_RETAINED_signals);
        return read_counts(db, stmt, retention, err);
    }
    struct sqlite3_stmt *stmt = db_use(db, plain[kind].statement);
    db_bind_int(stmt, 1, plain[kind].term_ms);
    db_bind_int(stmt, 2, now_ms);
    return read_counts(db, stmt, retention, err);
}

bool spool_cases_due(struct db *db, const struct spool_terms *terms, int64_t now_ms,
        uint64_t *numbers, size_t max, size_t *n_numbers, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_CASES_DUE);
    bind_terms(stmt, terms);
    db_bind_int(stmt, 10, now_ms);
    db_bind_int(stmt, 11, (int64_t)max);
    return spool_numbers(db, stmt, numbers, max, n_numbers, err);
}

static bool drop(struct db *db, enum spool_statement statement, int64_t term_ms,
        int64_t now_ms, int64_t max, uint64_t *n_dropped, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, statement);
    int64_t changed;
    db_bind_int(stmt, 1, term_ms);
    db_bind_int(stmt, 2, now_ms);
    if (max > 0)
        db_bind_int(stmt, 3, max);
    if (!db_do(db, stmt, &changed, err))
        return false;
    *n_dropped = (uint64_t)changed;
    return true;
}

bool spool_drop_consents(struct db *db, const struct spool_terms *terms, int64_t now_ms,
        size_t max, uint64_t *n_dropped, struct err *err)
{
    uint64_t n_capsules;
    return drop(db, SPOOL_CAPSULES_LOOSE, terms->consent_ms, now_ms, (int64_t)max,
                   &n_capsules, err) &&
           drop(db, SPOOL_CONSENTS_DROP, terms->consent_ms, now_ms, (int64_t)max,
                   n_dropped, err);
}

bool spool_drop_registers(struct db *db, const struct spool_terms *terms,
        int64_t now_ms, uint64_t *n_rights, uint64_t *n_violations, struct err *err)
{
    return drop(db, SPOOL_RIGHTS_DROP, terms->register_ms, now_ms, 0, n_rights, err) &&
           drop(db, SPOOL_VIOLATIONS_DROP, terms->register_ms, now_ms, 0, n_violations,
                   err);
}

bool spool_kept_cases(struct db *db, const struct spool_terms *terms,
        struct spool_kept *kept, size_t max, size_t *n_kept, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_CASES_KEPT);
    bind_terms(stmt, terms);
    db_bind_int(stmt, 10, (int64_t)max);
    struct db_rows rows = db_rows(db, stmt, max);
    while (db_next(&rows, err))
        kept[rows.at] = (struct spool_kept){(uint64_t)db_int(stmt, 0),
                (uint16_t)db_int(stmt, 1), db_int(stmt, 2)};
    return db_rows_end(&rows, n_kept);
}
