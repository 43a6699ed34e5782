/* audit_claim.c - the log as our partners see it, held against the log as we see it. */
#include "nodes/audit_claim.h"

#include <stdio.h>

#include "core/time.h"
#include "core/wire.h"
#include "nodes/audit.h"

/* By then the broker has shown us at least as much as it had shown the partner before
 * its letter left. */
enum { CLAIM_LATE_MS = TIME_MINUTE_MS };

bool audit_claim_say(struct node *node, const struct seen_log **seen, struct err *err)
{
    struct spool_log log;
    bool found;
    *seen = NULL;
    if (!spool_get_log(node->db, node->audit.log, &node->scratch, &found, &log, err))
        return false;
    if (!found || log.size == 0)
        return true;
    struct seen_log *own = arena_take(&node->scratch, sizeof *own);
    if (own == NULL)
        return err_set(err, ERR_NOMEM, "no room for the log that we saw");
    *own = (struct seen_log){.store_id = log.store_id,
            .size = log.size,
            .root = log.root};
    *seen = own;
    return true;
}

bool audit_claim_take(struct node *node, const struct content *content, struct err *err)
{
    const struct seen_log *seen = content->seen_log;
    uint64_t log;
    bool found;
    if (seen == NULL || seen->size == 0 || seen->size > INT64_MAX)
        return true;
    if (!spool_find_log(node->db, &seen->store_id, &found, &log, err))
        return false;
    /* Of a store that was put back, or that we have not met yet. */
    if (!found || log != node->audit.log)
        return true;
    struct spool_claim claim = {
            .log = log,
            .size = seen->size,
            .root = seen->root,
            .msg_id = content->msg_id,
            .at_ms = node_now(node),
    };
    snprintf(claim.partner, sizeof claim.partner, "%s", content->sender);
    return spool_put_claim(node->db, &claim, err);
}

bool audit_claim_size(struct node *node, uint64_t *size, struct err *err)
{
    struct spool_claim claim = {.size = 0};
    bool found;
    if (!spool_next_claim(node->db, node->audit.log, &found, &claim, err))
        return false;
    *size = found ? claim.size : 0;
    return true;
}

/* Does the log that the partner saw go on to the one that we see? */
static bool fits(const struct spool_claim *claim, const struct audit_check *check)
{
    struct key32 path[MERKLE_PATH_MAX];
    size_t n_path;
    return claim->size <= check->head.size &&
           audit_path_read(check->proof->claimed_consistency, path, &n_path) &&
           merkle_check_consistency(claim->size, &claim->root, check->head.size,
                   &check->head.root, path, n_path);
}

/* Who of the two is shown another log, or says so wrongly, cannot be told from here:
 * both heads are kept, and the number of the partner's signed letter. */
static bool split(struct node *node, const struct spool_claim *claim,
        const struct audit_check *check, struct err *err)
{
    const struct seen_log said = {.store_id = check->log.store_id,
            .size = claim->size,
            .root = claim->root};
    struct spool_finding finding = {
            .log = claim->log,
            .code = code_name(E_LOG_SPLIT),
            .at_ms = node_now(node),
            .shown = check->proof->checkpoint,
            .partner = claim->partner,
            .msg_id = claim->msg_id,
    };
    bool fresh;
    if (!wire_put_arena(&WIRE_SEEN_LOG, &said, &node->scratch, &finding.held, err) ||
            !spool_put_finding(node->db, &finding, &fresh, err))
        return false;
    if (fresh)
        log_error(node->log, node_now(node), "audit_alarm",
                "code=%s partner=%s words=\"%s\"", finding.code, claim->partner,
                code_sentence(E_LOG_SPLIT, LANG_EN));
    return true;
}

bool audit_claim_check(struct node *node, const struct audit_check *check,
        struct err *err)
{
    struct spool_claim claim;
    bool found;
    if (!spool_next_claim(node->db, check->log.number, &found, &claim, err))
        return false;
    /* The answer is about another one than is next now: that is asked next. */
    if (!found || claim.size != node->audit.claimed)
        return true;
    bool larger = claim.size > check->head.size;
    if (larger && node_now(node) < claim.at_ms + CLAIM_LATE_MS)
        return true;
    if (!fits(&claim, check) && !split(node, &claim, check, err))
        return false;
    return spool_drop_claim(node->db, claim.partner, err);
}
