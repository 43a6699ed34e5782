/* gateway_audit.c - what the node knows of the broker's audit log, for people: how it
 * stands, what is proved of a case, what was found wrong. */
#include <stdio.h>

#include "nodes/audit.h"
#include "nodes/audit_check.h"
#include "nodes/gateway.h"

enum {
    JUDGED_AT_ONCE = 500,
    WORDS_AT_ONCE = 400,
    LOG_TEXT_BYTES = 64,
};

/* ------------------------------------------------------------- how it stands */

/* The head that a kept proof leads to; the signature was checked when it came. */
static bool head_of(const struct spool_proof *proof, struct arena *arena,
        struct audit_head *head)
{
    struct err none = {.code = CODE_OK};
    struct signed_ thing;
    return wire_get(&WIRE_SIGNED, proof->checkpoint, arena, &thing, &none) &&
           thing.kind == KIND_CHECKPOINT && audit_head_read(thing.body, head, &none);
}

static bool judge_some(struct node *node, uint64_t after, struct audit_report *report,
        struct err *err)
{
    struct spool_proof proof = {.number = after};
    for (size_t i = 0; i < JUDGED_AT_ONCE; i++) {
        size_t used = node->scratch.used;
        bool found;
        if (!spool_any_proof_after(node->db, proof.number, &node->scratch, &found,
                    &proof, err))
            return false;
        if (!found)
            return true;
        struct audit_head head;
        bool proved = proof.state == AUDIT_PROVED;
        bool good = proved && head_of(&proof, &node->scratch, &head) &&
                    audit_judge(&proof, &head, &node->scratch) == CODE_OK;
        report->judged += proved;
        report->bad += proved && !good;
        arena_reset(&node->scratch, used);
    }
    report->next = proof.number;
    return true;
}

static bool list_findings(struct node *node, struct audit_report *report,
        struct err *err)
{
    struct audit_finding *list =
            arena_take(&node->scratch, SPOOL_FINDINGS_MAX * sizeof *list);
    struct spool_finding finding = {.number = 0};
    bool found = true;
    if (list == NULL)
        return err_set(err, E_SIZE, "no room for what was found");
    report->findings = list;
    while (found && report->n_findings < SPOOL_FINDINGS_MAX) {
        if (!spool_finding_after(node->db, finding.number, false, &node->scratch,
                    &found, &finding, err))
            return false;
        if (found)
            list[report->n_findings++] = (struct audit_finding){
                    .code = finding.code,
                    .log_leaf = finding.log_leaf,
                    .at_ms = (uint64_t)finding.at_ms,
                    .seen_ms = (uint64_t)finding.seen_ms,
                    .seen_by = finding.seen_by,
                    .held = finding.held,
                    .shown = finding.shown,
                    .partner = finding.partner,
                    .msg_id = finding.msg_id,
            };
    }
    return true;
}

/* The log of now; and of a broker that was put back to a copy, what is missing in it.
 */
static bool tell_log(struct node *node, struct audit_report *report, struct err *err)
{
    char *name = arena_take(&node->scratch, LOG_TEXT_BYTES);
    struct spool_log log;
    uint64_t before;
    bool found;
    if (name == NULL)
        return err_set(err, E_SIZE, "no room for the name of a log");
    report->log = "";
    if (!spool_get_log(node->db, node->audit.log, &node->scratch, &found, &log, err) ||
            !found)
        return !found;
    ids_hex(SPAN_OF(log.store_id), name);
    report->log = name;
    report->size = log.size;
    report->checked_ms = (uint64_t)log.seen_ms;
    if (!spool_log_before(node->db, log.number, &before, err))
        return false;
    if (before == 0)
        return true;
    report->put_back_ms = (uint64_t)log.met_ms;
    return spool_count_behind(node->db, before, log.from_size, &report->not_in_log,
            err);
}

bool gateway_audit_verify(struct node *node, struct gateway_call *call, struct err *err)
{
    const struct audit_verify *asked = call->request->audit_verify;
    struct audit_report *report = arena_take(&node->scratch, sizeof *report);
    uint64_t counts[AUDIT_STATES];
    if (report == NULL)
        return err_set(err, E_SIZE, "no room for the report");
    *report = (struct audit_report){.log = ""};
    if (asked->fresh && node->session.welcomed)
        node->audit.due_ms = node_now(node);
    report->asking = node->session.welcomed && (asked->fresh || audit_asks(node));
    if (!judge_some(node, asked->after, report, err) ||
            !spool_count_proofs(node->db, counts, err) ||
            !tell_log(node, report, err) || !list_findings(node, report, err))
        return false;
    report->proved = counts[AUDIT_PROVED];
    report->waiting = counts[AUDIT_WAITING];
    report->wrong = counts[AUDIT_WRONG];
    report->lost = counts[AUDIT_LOST];
    call->reply.audit_report = report;
    return true;
}

/* ------------------------------------------------------------- of one case */

static const char *state_name(enum audit_state state)
{
    switch (state) {
    case AUDIT_PROVED: return "proved";
    case AUDIT_WRONG: return "wrong";
    case AUDIT_LOST: return "lost";
    case AUDIT_WAITING:
    case AUDIT_STATES: break;
    }
    return "waiting";
}

static bool tell_word(struct node *node, const struct spool_proof *proof,
        struct audit_word *word)
{
    struct err none = {.code = CODE_OK};
    struct signed_ thing;
    struct audit_leaf expected, leaf;
    uint64_t named;
    if (!wire_get(&WIRE_SIGNED, proof->bytes, &node->scratch, &thing, &none) ||
            !audit_expect(proof->kind, thing.body, &node->scratch, &expected, &named,
                    &none))
        return false;
    *word = (struct audit_word){
            .at_ms = (uint64_t)proof->at_ms,
            .kind = proof->kind,
            .by = thing.signer,
            .what = expected.decision,
            .log_leaf = proof->log_leaf,
            .state = state_name(proof->state),
            .about = proof->about,
    };
    if (proof->state == AUDIT_PROVED &&
            wire_get(&WIRE_AUDIT_LEAF, proof->leaf, &node->scratch, &leaf, &none))
        word->logged_ms = leaf.at_ms;
    return true;
}

static bool list_words(struct node *node, uint64_t case_number, const struct id *about,
        struct audit_words *list, struct err *err)
{
    struct audit_word *words =
            arena_take(&node->scratch, WORDS_AT_ONCE * sizeof *words);
    struct spool_proof proof = {.number = 0};
    bool found = true;
    if (words == NULL)
        return err_set(err, E_SIZE, "no room for the words of this case");
    list->words = words;
    while (found && !list->more) {
        struct audit_word word;
        size_t used = node->scratch.used;
        if (!spool_proof_after(node->db, case_number, proof.number, &node->scratch,
                    &found, &proof, err))
            return false;
        bool wanted = found && (id_is_none(about) || id_equal(about, &proof.about)) &&
                      tell_word(node, &proof, &word);
        list->more = wanted && list->n_words == WORDS_AT_ONCE;
        if (wanted && !list->more)
            words[list->n_words++] = word;
        else
            arena_reset(&node->scratch, used);
    }
    return true;
}

/* The case that a letter of ours, or one that came, belongs to. */
static bool case_of(struct node *node, const struct id *msg_id, uint64_t *number,
        struct err *err)
{
    struct spool_sent sent;
    bool found;
    *number = 0;
    if (!spool_get_sent(node->db, msg_id, &found, &sent, err))
        return false;
    if (found)
        *number = sent.case_number;
    return found || spool_case_of_received(node->db, msg_id, number, err);
}

bool gateway_audit_show(struct node *node, struct gateway_call *call, struct err *err)
{
    const struct audit_show *show = call->request->audit_show;
    struct audit_words *list = arena_take(&node->scratch, sizeof *list);
    uint64_t number = show->case_number;
    struct spool_case file;
    if (list == NULL)
        return err_set(err, E_SIZE, "no room for the words of this case");
    if (number == 0 && !id_is_none(&show->msg_id) &&
            !case_of(node, &show->msg_id, &number, err))
        return false;
    if (!gateway_find_case(node, call, number, "case_number", true, &file, err))
        return false;
    if (call->code != CODE_OK)
        return true;
    *list = (struct audit_words){.more = false};
    call->reply.audit_words = list;
    return list_words(node, number, &show->msg_id, list, err);
}

/* ------------------------------------------------------------- somebody has looked */

bool gateway_audit_seen(struct node *node, struct gateway_call *call, struct err *err)
{
    int64_t n;
    if (!call->request->audit_seen->confirmed)
        return gateway_wrong(call, E_FIELD, "confirmed", WORDS_MISSING);
    if (!audit_seen(node, gateway_actor(node, call), &n, err))
        return false;
    return gateway_made(node, call,
            &(struct made){.state = "seen", .count = (uint64_t)n}, err);
}
