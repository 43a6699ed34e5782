/* audit.c - what was promised a leaf of the broker's audit log is kept, and proved in
 * the background. */
#include "nodes/audit.h"

bool audit_keep(struct node *node, const struct audit_word *word, struct err *err)
{
    const struct spool_proof proof = {
            .log = node->audit.log,
            .log_leaf = word->log_leaf,
            .kind = word->kind,
            .about = word->about,
            .case_number = word->case_number,
            .at_ms = node_now(node),
            .bytes = word->bytes,
    };
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
    if (!spool_find_log(node->db, &welcome->store_id, &found, &known, err))
        return false;
    if (found && known == node->audit.log)
        return true;
    if (found)
        node->audit.log = known;
    else if (!add_log(node, welcome, err))
        return false;
    return spool_set_number(node->db, SPOOL_AUDIT_LOG, node->audit.log, err);
}
