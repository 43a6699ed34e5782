/* gateway_status.c - how this node does, in one answer. */
#include "nodes/asks.h"
#include "nodes/audit.h"
#include "nodes/awaited.h"
#include "nodes/consents.h"
#include "nodes/gateway.h"
#include "nodes/partnerships.h"
#include "nodes/session.h"
#include "nodes/spool_escalation.h"
#include "nodes/spool_signal.h"
#include "nodes/supply.h"
#include "nodes/violations.h"

enum { WORDS_BYTES = 300 };

/* What people must look after: withdrawals that the broker has not registered, and
 * partners that have not said that they destroyed what they had to. */
static bool status_open(struct node *node, struct status *status, struct err *err)
{
    struct missing_erase *missing =
            arena_take(&node->scratch, AWAITED_SHOWN_MAX * sizeof *missing);
    int64_t since_ms;
    if (missing == NULL)
        return err_set(err, E_SIZE, "no room for the status");
    struct partnership_end *ends =
            arena_take(&node->scratch, PARTNERSHIPS_ENDS_SHOWN * sizeof *ends);
    const char **asking =
            arena_take(&node->scratch, PARTNERSHIPS_ENDS_SHOWN * sizeof *asking);
    if (ends == NULL || asking == NULL)
        return err_set(err, E_SIZE, "no room for the status");
    status->erase_missing = missing;
    status->partnerships_end = ends;
    status->partnerships_to_agree = asking;
    partnerships_to_agree(node, asking, &status->n_partnerships_to_agree);
    if (!partnerships_ends(node, ends, &status->n_partnerships_end, err) ||
            !spool_withdrawals_waiting(node->db, &status->withdrawals_open, &since_ms,
                    err) ||
            !spool_missing(node->db, &node->scratch, missing, AWAITED_SHOWN_MAX,
                    &status->n_erase_missing, err))
        return false;
    status->withdrawals_since_ms = (uint64_t)since_ms;
    enum code wrong;
    if (!audit_open(node, &wrong, err))
        return false;
    status->audit_code = wrong == CODE_OK ? "" : code_name(wrong);
    for (size_t i = 0; i < status->n_erase_missing; i++)
        if (missing[i].guard)
            status->data_protection = node->conf.data_protection;
    return true;
}

bool gateway_status(struct node *node, struct gateway_call *call, struct err *err)
{
    int64_t now = node_now(node);
    const struct network *network = directory_network(node->directory);
    struct status *status = arena_take(&node->scratch, sizeof *status);
    char *words = arena_take(&node->scratch, WORDS_BYTES);
    if (status == NULL || words == NULL)
        return err_set(err, E_SIZE, "no room for the status");
    session_words(node, call->lang, words, WORDS_BYTES);
    *status = (struct status){
            .partner = node->partner,
            .network = network == NULL ? "" : network->name,
            .connected = node->session.welcomed,
            .last_contact_ms = (uint64_t)node->session.last_contact_ms,
            .directory_serial = directory_serial(node->directory),
            .directory_age_days = directory_age_days(node->directory, now),
            .members = directory_member_count(node->directory),
            .db_bytes = (uint64_t)db_bytes(node->db),
            .supply_ends = supply_ending(node),
            .asks_taken = asks_taken(node, NULL),
            .link_words = words,
            .audit_code = "",
            .data_protection = "",
            .program = NODE_PROGRAM,
            .address = node->bus_address,
            .checked_ms = (uint64_t)node->selfcheck.at_ms,
            .faults = node->selfcheck.faults,
    };
    call->reply.status = status;
    if (call->request->status->quiet)
        return true;
    char other[PARTNER_BYTES];
    return violations_count(node, false, &status->quarantined, other, err) &&
           violations_count(node, true, &status->violations, other, err) &&
           spool_count_outbox(node->db, &status->outbox, err) &&
           spool_count_cases(node->db, CASE_BOX_NEW, &status->unread, err) &&
           spool_count_cases(node->db, CASE_BOX_TO_DECIDE, &status->to_decide, err) &&
           consents_warnings(node, &status->consents_ending,
                   &status->consents_ended_live, err) &&
           spool_count_escalations(node->db, now, &status->escalations,
                   &status->escalations_late, err) &&
           spool_count_signals(node->db, now, &status->signals_waiting,
                   &status->signals_late, err) &&
           status_open(node, status, err);
}
