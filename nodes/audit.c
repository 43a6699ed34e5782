/* audit.c - what was promised a leaf of the broker's audit log is kept, and proved in
 * the background. */
#include "nodes/audit.h"

#include "nodes/audit_check.h"
#include "nodes/audit_claim.h"
#include "nodes/audit_join.h"

enum {
    ASK_PLACES = 64,                    /* as many as one question may name */
    ASK_OFTEN_MS = 100,                 /* while more can be proved at once */
    ASK_SOON_MS = 15 * TIME_SECOND_MS,  /* the next checkpoint will be there */
    ASK_RARELY_MS = 5 * TIME_MINUTE_MS, /* nothing waits: does the log go on? */
    BUSY_MS = 2 * TIME_SECOND_MS,
    LATE_MS = TIME_MINUTE_MS, /* by then a leaf is in a checkpoint */
};

static void ask_within(struct node *node, int64_t ms)
{
    int64_t due_ms = node_now(node) + ms;
    if (node->audit.due_ms > due_ms)
        node->audit.due_ms = due_ms;
}

bool audit_keep(struct node *node, const struct audit_thing *word, struct err *err)
{
    const struct spool_proof proof = {
            .log = node->audit.log,
            .log_leaf = word->log_leaf,
            .kind = word->kind,
            .about = word->about,
            .said = word->said,
            .case_number = word->case_number,
            .at_ms = node_now(node),
            .bytes = word->bytes,
    };
    ask_within(node, ASK_SOON_MS);
    return spool_put_proof(node->db, &proof, err);
}

/* ------------------------------------------------------------- which log */

/* A store that is a copy of the one before goes on with its log: what of that was found
 * right, and stands in the copy, must still be so. */
static bool add_log(struct node *node, const struct welcome *welcome, struct err *err)
{
    struct spool_log old = {.number = 0};
    bool found;
    if (!spool_get_log(node->db, node->audit.log, &node->scratch, &found, &old, err))
        return false;
    struct spool_log log = {
            .store_id = welcome->store_id,
            .from_size = welcome->log_from,
            .met_ms = node_now(node),
    };
    if (found && old.size <= log.from_size) {
        log.size = old.size;
        log.root = old.root;
        log.checkpoint = old.checkpoint;
        log.seen_ms = old.seen_ms;
    }
    if (!spool_add_log(node->db, &log, err) ||
            (found && !spool_move_proofs(node->db, old.number, &log, err)))
        return false;
    if (found)
        log_warn(node->log, node_now(node), "log_put_back", "from=%llu checked=%llu",
                (unsigned long long)log.from_size, (unsigned long long)old.size);
    node->audit.log = log.number;
    return true;
}

bool audit_meet(struct node *node, const struct welcome *welcome, struct err *err)
{
    uint64_t known;
    bool found;
    node->audit.due_ms = node_now(node);
    node->audit.asked_ms = 0;
    if (!spool_find_log(node->db, &welcome->store_id, &found, &known, err))
        return false;
    if (found && known == node->audit.log)
        return true;
    if (found)
        node->audit.log = known;
    else if (!add_log(node, welcome, err))
        return false;
    return spool_keep_claims(node->db, node->audit.log, err) &&
           spool_drop_wanted_joins(node->db, err) &&
           spool_set_number(node->db, SPOOL_AUDIT_LOG, node->audit.log, err);
}

/* ------------------------------------------------------------- asking */

int64_t audit_due_ms(const struct node *node)
{
    const struct audit *audit = &node->audit;
    return audit->asked_ms == 0 ? audit->due_ms : audit->asked_ms + LATE_MS;
}

bool audit_asks(const struct node *node)
{
    return node->audit.asked_ms != 0;
}

bool audit_say(struct node *node, bool (*say)(struct node *, const struct frame *),
        struct err *err)
{
    uint64_t places[ASK_PLACES];
    struct audit *audit = &node->audit;
    struct spool_log log;
    struct audit_ask ask = {.leaves = places};
    bool found;
    if (audit->asked_ms != 0 || node_now(node) < audit->due_ms)
        return true;
    if (!spool_get_log(node->db, audit->log, &node->scratch, &found, &log, err) ||
            !spool_open_places(node->db, audit->log, places, ASK_PLACES, &ask.n_leaves,
                    err) ||
            !audit_claim_size(node, &ask.claimed, err) ||
            !audit_join_say(node, &ask, err))
        return false;
    audit->claimed = ask.claimed;
    ask.since = found ? log.size : 0;
    audit->first = ask.n_leaves > 0 ? places[0] : 0;
    /* A link that takes nothing now is asked again later, not in the same moment. */
    if (found && say(node, &(struct frame){.v = 1, .audit_ask = &ask}))
        audit->asked_ms = node_now(node);
    else
        audit->due_ms = node_now(node) + ASK_SOON_MS;
    return true;
}

/* ------------------------------------------------------------- what is shown */

static bool pin(struct node *node, const struct audit_check *check, struct err *err)
{
    struct spool_log log = check->log;
    log.size = check->head.size;
    log.root = check->head.root;
    log.checkpoint = check->proof->checkpoint;
    log.seen_ms = node_now(node);
    return spool_pin_log(node->db, &log, err);
}

/* The first place that was asked for lies before the checkpoint, and is not shown. */
static bool withheld(const struct audit_check *check, uint64_t first)
{
    const struct audit_proof *proof = check->proof;
    for (size_t i = 0; i < proof->n_leaves; i++)
        if (proof->leaves[i].log_leaf == first)
            return false;
    return first != 0 && first <= check->head.size;
}

/* What has waited for longer than a checkpoint takes, and is behind this one. */
static bool late_ones(struct node *node, const struct audit_check *check,
        struct err *err)
{
    bool found = true;
    while (found) {
        struct spool_proof proof;
        size_t used = node->scratch.used;
        if (!spool_late_proof(node->db, check->log.number, check->head.size,
                    node_now(node) - LATE_MS, &node->scratch, &found, &proof, err) ||
                (found && !audit_wrong(node, &proof, E_LOG_MISSING,
                                  check->proof->checkpoint, err)))
            return false;
        arena_reset(&node->scratch, used);
    }
    return true;
}

/* Some are proved with each answer: while there are more of them, the next question
 * goes at once; for the rest the next checkpoint must come. */
static bool plan(struct node *node, const struct audit_check *check, struct err *err)
{
    uint64_t place, claimed;
    size_t n;
    bool joins;
    if (!spool_open_places(node->db, check->log.number, &place, 1, &n, err) ||
            !audit_claim_size(node, &claimed, err) ||
            !audit_join_waits(node, &joins, err))
        return false;
    bool more = joins || (n > 0 && place <= check->head.size);
    bool soon = n > 0 || claimed > 0;
    node->audit.due_ms = node_now(node) + (more          ? ASK_OFTEN_MS
                                                  : soon ? ASK_SOON_MS
                                                         : ASK_RARELY_MS);
    return true;
}

static bool take_leaves(struct node *node, struct audit_check *check, struct err *err)
{
    const struct audit_proof *proof = check->proof;
    struct spool_proof first;
    bool found = false;
    for (size_t i = 0; i < proof->n_leaves; i++)
        if (proof->leaves[i].log_leaf > 0 &&
                !audit_check_leaf(node, check, &proof->leaves[i], err))
            return false;
    if (withheld(check, node->audit.first) &&
            !spool_proof_at(node->db, check->log.number, node->audit.first,
                    &node->scratch, &found, &first, err))
        return false;
    if (found && !audit_wrong(node, &first, E_LOG_MISSING, proof->checkpoint, err))
        return false;
    return late_ones(node, check, err) && plan(node, check, err);
}

static bool check_proof(struct node *node, const struct audit_proof *proof,
        struct err *err)
{
    struct audit_check check = {.proof = proof};
    enum code code;
    bool found;
    if (!spool_get_log(node->db, node->audit.log, &node->scratch, &found, &check.log,
                err))
        return false;
    /* A log that is no longer kept has nothing to be compared with. */
    if (!found)
        return true;
    if (!audit_check_head(node, &check, &code, err))
        return false;
    /* Letters go on: this is evidence, not a stop. What was right before stays what the
     * broker is held to. */
    if (code != CODE_OK)
        return audit_alarm(node, code, 0, check.log.checkpoint, proof->checkpoint, err);
    return pin(node, &check, err) && audit_claim_check(node, &check, err) &&
           audit_join_take(node, &check, err) && take_leaves(node, &check, err);
}

bool audit_take(struct node *node, const struct audit_proof *proof, struct err *err)
{
    struct audit *audit = &node->audit;
    bool busy = strcmp(proof->code, code_name(E_BUSY)) == 0;
    if (audit->asked_ms == 0)
        return true;
    audit->asked_ms = 0;
    audit->due_ms = node_now(node) + (busy ? BUSY_MS : ASK_SOON_MS);
    if (busy)
        return true;
    if (proof->checkpoint.len > 0)
        return check_proof(node, proof, err);
    /* No checkpoint yet: right for a broker that has just begun. */
    const struct audit_check none = {.proof = proof, .log = {.number = audit->log}};
    return late_ones(node, &none, err);
}

bool audit_upkeep(struct node *node, struct err *err)
{
    struct audit *audit = &node->audit;
    struct spool_log log;
    bool found;
    if (!node->session.welcomed || audit->asked_ms == 0 ||
            node_now(node) < audit->asked_ms + LATE_MS)
        return true;
    audit->asked_ms = 0;
    audit->due_ms = node_now(node) + ASK_RARELY_MS;
    return spool_get_log(node->db, audit->log, &node->scratch, &found, &log, err) &&
           (!found || audit_alarm(node, E_LOG_MISSING, 0, log.checkpoint,
                              (struct span){NULL, 0}, err));
}

/* ------------------------------------------------------------- somebody has looked */

bool audit_open(struct node *node, enum code *code, struct err *err)
{
    struct spool_finding finding;
    bool found;
    if (!spool_finding_after(node->db, 0, true, &node->scratch, &found, &finding, err))
        return false;
    *code = found ? code_find(finding.code) : CODE_OK;
    return true;
}

/* Was the whole past of the log in question? */
static bool past_is_open(struct node *node, bool *open, struct err *err)
{
    struct spool_finding finding = {.number = 0};
    bool found = true;
    *open = false;
    while (found) {
        size_t used = node->scratch.used;
        if (!spool_finding_after(node->db, finding.number, true, &node->scratch, &found,
                    &finding, err))
            return false;
        *open |= found && finding.log == node->audit.log &&
                 (strcmp(finding.code, code_name(E_LOG_FORK)) == 0 ||
                         strcmp(finding.code, code_name(E_LOG_SHORTER)) == 0);
        arena_reset(&node->scratch, used);
    }
    return true;
}

bool audit_seen(struct node *node, const char *by, int64_t *n, struct err *err)
{
    bool open;
    if (!past_is_open(node, &open, err) ||
            !spool_findings_seen(node->db, by, node_now(node), n, err))
        return false;
    const struct spool_log anew = {.number = node->audit.log};
    node->audit.due_ms = node_now(node);
    return !open || spool_pin_log(node->db, &anew, err);
}
