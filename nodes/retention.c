/* retention.c - the table of terms, and the round that keeps to it. */
#include "nodes/retention.h"

#include <stddef.h>

#include "nodes/escalations.h"
#include "nodes/spool_signal.h"
#include "nodes/vault.h"

/* Which setting of the node each kind stands under; 0: none, but the term beside it. */
#define OF(member) offsetof(struct node_conf, member)
static const struct {
    size_t setting;
    uint32_t days;
} TERMS[N_SPOOL_RETAINED] = {
        [SPOOL_RETAINED_cases] = {OF(keep_cases_days),     0                        },
        [SPOOL_RETAINED_signals] = {OF(keep_signals_days),   0                        },
        [SPOOL_RETAINED_consents] = {OF(keep_consents_days),  0                        },
        [SPOOL_RETAINED_rights] = {OF(keep_registers_days), 0                        },
        [SPOOL_RETAINED_violations] = {OF(keep_registers_days), 0                        },
        [SPOOL_RETAINED_receipts] = {0,                       RETENTION_RECEIPT_DAYS   },
        [SPOOL_RETAINED_replies] = {0,                       RETENTION_REPLY_DAYS     },
        [SPOOL_RETAINED_evidence] = {OF(keep_proofs_days),    0                        },
        [SPOOL_RETAINED_openings] = {OF(keep_proofs_days),    0                        },
        [SPOOL_RETAINED_escalations] = {0,                       RETENTION_ESCALATION_DAYS},
};

uint32_t retention_days(const struct node_conf *conf, enum spool_retained kind)
{
    int64_t days = TERMS[kind].days;
    if (TERMS[kind].setting != 0)
        memcpy(&days, (const char *)conf + TERMS[kind].setting, sizeof days);
    return (uint32_t)days;
}

static int64_t term(int64_t days)
{
    return days * TIME_DAY_MS;
}

struct spool_terms retention_terms(const struct node_conf *conf)
{
    int64_t case_ms = term(conf->keep_cases_days);
    int64_t record_ms = term(conf->keep_records_days);
    return (struct spool_terms){
            .case_ms = case_ms,
            .signal_ms = term(conf->keep_signals_days),
            .signal_open_ms = term(conf->open_signals_days),
            .basis_ms =
                    {
                               [RETENTION_BASIS_LEGAL_DUTY] = record_ms,
                               [RETENTION_BASIS_PATIENT_RECORD] =
                                    term(conf->keep_patient_days),
                               [RETENTION_BASIS_SOCIAL_FILE] = record_ms,
                               [RETENTION_BASIS_LEGAL_CLAIM] = record_ms,
                               [RETENTION_BASIS_VITAL_INTEREST] = case_ms,
                               [RETENTION_BASIS_OWN_CONSENT] = case_ms,
                               },
            .consent_ms = term(conf->keep_consents_days),
            .register_ms = term(conf->keep_registers_days),
            .receipt_ms = term(RETENTION_RECEIPT_DAYS),
            .reply_ms = term(RETENTION_REPLY_DAYS),
            .proof_ms = term(conf->keep_proofs_days),
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
    struct spool_terms terms = retention_terms(&node->conf);
    int64_t now = node_now(node);
    for (size_t i = 0; i < N_SPOOL_RETAINED; i++)
        n[i] = 0;
    if (!destroy_cases(node, &terms, n, err) ||
            !spool_drop_consents(node->db, &terms, now, RETENTION_A_TURN,
                    &n[SPOOL_RETAINED_consents], err) ||
            !spool_drop_registers(node->db, &terms, now, &n[SPOOL_RETAINED_rights],
                    &n[SPOOL_RETAINED_violations], err) ||
            !spool_drop_facts(node->db, time_brussels_day(now) - RETENTION_FACT_DAYS,
                    err) ||
            !spool_forget_quiet(node->db, now, err) ||
            !spool_forget(node->db, now - terms.reply_ms, err) ||
            !spool_forget_received(node->db, now - terms.receipt_ms, err) ||
            !spool_drop_proofs(node->db, now - terms.proof_ms, err) ||
            !escalations_purge(node, terms.escalation_ms,
                    &n[SPOOL_RETAINED_escalations], err))
        return false;
    /* The record's key lies under the generation key, which changes once it is gone. */
    return n[SPOOL_RETAINED_consents] == 0 || vault_rotate_soon(node, err);
}
