/* retention.c - the table of terms, and the round that keeps to it. */
#include "nodes/retention.h"

#include "nodes/escalations.h"
#include "nodes/vault.h"

static const struct {
    enum spool_retained kind;
    uint32_t days;
} TERMS[N_SPOOL_RETAINED] = {
        {SPOOL_RETAINED_cases,       RETENTION_CASE_DAYS      },
        {SPOOL_RETAINED_signals,     RETENTION_SIGNAL_DAYS    },
        {SPOOL_RETAINED_consents,    RETENTION_CONSENT_DAYS   },
        {SPOOL_RETAINED_rights,      RETENTION_REGISTER_DAYS  },
        {SPOOL_RETAINED_violations,  RETENTION_REGISTER_DAYS  },
        {SPOOL_RETAINED_receipts,    RETENTION_RECEIPT_DAYS   },
        {SPOOL_RETAINED_replies,     RETENTION_RECEIPT_DAYS   },
        {SPOOL_RETAINED_evidence,    RETENTION_PROOF_DAYS     },
        {SPOOL_RETAINED_openings,    RETENTION_PROOF_DAYS     },
        {SPOOL_RETAINED_escalations, RETENTION_ESCALATION_DAYS},
};

uint32_t retention_days(enum spool_retained kind)
{
    return TERMS[kind].days;
}

static int64_t term(uint32_t days)
{
    return (int64_t)days * TIME_DAY_MS;
}

struct spool_terms retention_terms(void)
{
    return (struct spool_terms){
            .case_ms = term(RETENTION_CASE_DAYS),
            .signal_ms = term(RETENTION_SIGNAL_DAYS),
            .signal_open_ms = term(RETENTION_SIGNAL_OPEN_DAYS),
            .basis_ms =
                    {
                               [RETENTION_BASIS_LEGAL_DUTY] = term(RETENTION_RECORD_DAYS),
                               [RETENTION_BASIS_PATIENT_RECORD] =
                                    term(RETENTION_PATIENT_DAYS),
                               [RETENTION_BASIS_SOCIAL_FILE] = term(RETENTION_RECORD_DAYS),
                               [RETENTION_BASIS_LEGAL_CLAIM] = term(RETENTION_RECORD_DAYS),
                               [RETENTION_BASIS_VITAL_INTEREST] =
                                    term(RETENTION_CASE_DAYS),
                               [RETENTION_BASIS_OWN_CONSENT] = term(RETENTION_CASE_DAYS),
                               },
            .consent_ms = term(RETENTION_CONSENT_DAYS),
            .register_ms = term(RETENTION_REGISTER_DAYS),
            .receipt_ms = term(RETENTION_RECEIPT_DAYS),
            .proof_ms = term(RETENTION_PROOF_DAYS),
            .escalation_ms = term(RETENTION_ESCALATION_DAYS),
    };
}

/* The key of each goes, with the contents; a line of the trace says that it had its
 * time. */
static bool destroy_cases(struct node *node, const struct spool_terms *terms,
        uint64_t n[N_SPOOL_RETAINED], struct err *err)
{
    uint64_t numbers[RETENTION_A_TURN];
    size_t n_numbers = 0;
    if (!spool_cases_due(node->db, terms, node_now(node), numbers, RETENTION_A_TURN,
                &n_numbers, err))
        return false;
    for (size_t i = 0; i < n_numbers; i++) {
        struct spool_case file;
        bool found;
        if (!spool_get_case(node->db, numbers[i], &found, &file, err))
            return false;
        if (!found)
            continue;
        bool signal =
                file.kind == CASE_KIND_SIGNAL_IN || file.kind == CASE_KIND_SIGNAL_OUT;
        n[signal ? SPOOL_RETAINED_signals : SPOOL_RETAINED_cases]++;
        if (!vault_destroy_case(node, &file, err) ||
                !node_trace(node, file.number, node->partner, "term_over", "", NULL,
                        err))
            return false;
    }
    return true;
}

bool retention_run(struct node *node, uint64_t n[N_SPOOL_RETAINED], struct err *err)
{
    struct spool_terms terms = retention_terms();
    int64_t now = node_now(node);
    for (size_t i = 0; i < N_SPOOL_RETAINED; i++)
        n[i] = 0;
    if (!destroy_cases(node, &terms, n, err) ||
            !spool_drop_consents(node->db, &terms, now, RETENTION_A_TURN,
                    &n[SPOOL_RETAINED_consents], err) ||
            !spool_drop_registers(node->db, &terms, now, &n[SPOOL_RETAINED_rights],
                    &n[SPOOL_RETAINED_violations], err) ||
            !spool_forget(node->db, now - terms.receipt_ms, err) ||
            !spool_drop_proofs(node->db, now - terms.proof_ms, err) ||
            !escalations_purge(node, terms.escalation_ms,
                    &n[SPOOL_RETAINED_escalations], err))
        return false;
    /* The record's key lies under the generation key, which changes once it is gone. */
    return n[SPOOL_RETAINED_consents] == 0 || vault_rotate_soon(node, err);
}
