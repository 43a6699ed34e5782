/* violations.c - letters that held more than they said: the register, and who hears. */
#include "nodes/violations.h"

#include <stdio.h>

#include "nodes/spool_rights.h"

/* In the trace of both sides. */
static const char NOTICE[] = "consent_violation";

bool violations_is(enum code code)
{
    return code == E_CONSENT_DATA || code == E_LEVEL || code == E_NISS;
}

static bool keep(struct node *node, struct spool_violation *violation,
        const char *other, struct err *err)
{
    violation->at_ms = node_now(node);
    snprintf(violation->other, sizeof violation->other, "%s", other);
    return spool_put_violation(node->db, violation, err) &&
           node_trace(node, violation->case_number, other, NOTICE,
                   code_name(violation->code), &violation->msg_id, err);
}

bool violations_found(struct node *node, const struct letter_core *core,
        uint64_t case_number, enum code code, struct err *err)
{
    struct spool_violation violation = {
            .msg_id = core->msg_id,
            .type = core->type,
            .code = code,
            .case_number = case_number,
    };
    log_warn(node->log, node_now(node), "consent.violation", "from=%s code=%s",
            core->sender, code_name(code));
    return keep(node, &violation, core->sender, err);
}

bool violations_heard(struct node *node, const struct spool_sent *sent, enum code code,
        struct err *err)
{
    struct spool_violation violation = {
            .ours = true,
            .msg_id = sent->msg_id,
            .type = sent->type,
            .code = code,
            .case_number = sent->case_number,
    };
    struct spool_case file;
    bool found;
    log_warn(node->log, node_now(node), "consent.violation", "to=%s code=%s",
            sent->recipient, code_name(code));
    if (!keep(node, &violation, sent->recipient, err) ||
            !spool_get_case(node->db, sent->case_number, &found, &file, err))
        return false;
    file.unread = true;
    return !found || spool_save_case(node->db, &file, err);
}

bool violations_count(struct node *node, bool ours, uint64_t *n_violations,
        char other[PARTNER_BYTES], struct err *err)
{
    int64_t since = node_now(node) - (int64_t)VIOLATIONS_SHOWN_DAYS * TIME_DAY_MS;
    return spool_count_violations(node->db, ours, since, n_violations, other, err);
}
