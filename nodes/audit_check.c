/* audit_check.c - heads and leaves of the broker's audit log, checked; what is wrong is
 * kept with both things that contradict each other. */
#include "nodes/audit_check.h"

#include "nodes/session.h"

/* ------------------------------------------------------------- what is wrong */

bool audit_alarm(struct node *node, enum code code, uint64_t log_leaf, struct span held,
        struct span shown, struct err *err)
{
    const struct spool_finding finding = {
            .log = node->audit.log,
            .code = code_name(code),
            .log_leaf = log_leaf,
            .at_ms = node_now(node),
            .held = held,
            .shown = shown,
    };
    bool fresh;
    if (!spool_put_finding(node->db, &finding, &fresh, err))
        return false;
    if (fresh)
        log_error(node->log, node_now(node), "audit_alarm",
                "code=%s leaf=%llu words=\"%s\"", code_name(code),
                (unsigned long long)log_leaf, code_sentence(code, LANG_EN));
    return true;
}

bool audit_wrong(struct node *node, const struct spool_proof *proof, enum code code,
        struct span shown, struct err *err)
{
    struct spool_proof wrong = *proof;
    wrong.state = AUDIT_WRONG;
    return spool_proof_done(node->db, &wrong, 0, err) &&
           audit_alarm(node, code, proof->log_leaf, proof->bytes, shown, err);
}

/* ------------------------------------------------------------- the head */

/* The one log that counts: of this network, and of the store that the broker said it
 * is. */
static bool is_our_log(const struct node *node, const struct audit_check *check)
{
    const struct network *network = directory_network(node->directory);
    return network != NULL && strcmp(check->head.network, network->name) == 0 &&
           id_equal(&check->head.store_id, &check->log.store_id);
}

/* Does it go on from the head that was right before? */
static enum code compare_heads(const struct audit_check *check)
{
    const struct spool_log *log = &check->log;
    const struct audit_head *head = &check->head;
    struct key32 path[MERKLE_PATH_MAX];
    size_t n_path;
    if (head->size < log->size)
        return E_LOG_SHORTER;
    if (log->size == 0)
        return CODE_OK;
    if (!audit_path_read(check->proof->consistency, path, &n_path) ||
            !merkle_check_consistency(log->size, &log->root, head->size, &head->root,
                    path, n_path))
        return E_LOG_FORK;
    return CODE_OK;
}

bool audit_check_head(struct node *node, struct audit_check *check, enum code *code,
        struct err *err)
{
    const struct member *broker = directory_broker(node->directory, node_now(node));
    struct err why = {.code = CODE_OK};
    struct signed_ thing;
    /* Verify before decode: it is the log key's word, or nobody's. */
    if (!session_verify(node, KIND_CHECKPOINT, check->proof->checkpoint, &thing,
                &why)) {
        if (!session_is_refusal(&why)) {
            *err = why;
            return false;
        }
        *code = E_LOG_KEY;
        return true;
    }
    if (broker == NULL || strcmp(thing.signer, broker->partner) != 0)
        *code = E_LOG_KEY;
    else if (!audit_head_read(thing.body, &check->head, &why) ||
             !is_our_log(node, check) || check->head.size == 0)
        *code = E_LOG_ORIGIN;
    else
        *code = compare_heads(check);
    return true;
}

/* ------------------------------------------------------------- a leaf */

/* The thing that the leaf must speak of; what it does not fit into was never ours. */
static bool expected_of(const struct spool_proof *proof, struct arena *arena,
        struct audit_leaf *leaf, uint64_t *named)
{
    struct err none = {.code = CODE_OK};
    struct signed_ thing;
    return wire_get(&WIRE_SIGNED, proof->bytes, arena, &thing, &none) &&
           audit_expect(proof->kind, thing.body, arena, leaf, named, &none);
}

/* The leaf is another one. Does it say itself that it has moved, or is it one of those
 * that were promised another place? */
static enum code moved(const struct spool_proof *proof, const struct audit_leaf *leaf)
{
    return leaf->seq + 1 < proof->log_leaf ? E_LOG_INSERTED : E_LOG_REMOVED;
}

enum code audit_judge(const struct spool_proof *proof, const struct audit_head *head,
        struct arena *arena)
{
    struct key32 path[MERKLE_PATH_MAX];
    struct audit_leaf expected, leaf;
    struct err none = {.code = CODE_OK};
    uint64_t named;
    size_t n_path;
    struct key32 hash = merkle_leaf(&proof->leaf, 1);
    if (proof->log_leaf == 0 || !audit_path_read(proof->path, path, &n_path) ||
            !merkle_check_inclusion(&hash, proof->log_leaf - 1, head->size, path,
                    n_path, &head->root) ||
            !wire_get(&WIRE_AUDIT_LEAF, proof->leaf, arena, &leaf, &none))
        return E_LOG_PROOF;
    if (!expected_of(proof, arena, &expected, &named))
        return E_LOG_CHANGED;
    switch (audit_compare(&expected, &leaf)) {
    case AUDIT_SAME: break;
    case AUDIT_CHANGED: return E_LOG_CHANGED;
    case AUDIT_OTHER: return moved(proof, &leaf);
    }
    if (leaf.seq + 1 != proof->log_leaf || (named != 0 && named != proof->log_leaf))
        return E_LOG_CHANGED;
    return CODE_OK;
}

/* The leaf in our place is one that was promised another place: that says which way the
 * lines have moved, also when they were numbered anew. */
static bool ask_others(struct node *node, const struct spool_proof *proof,
        enum code *code, struct err *err)
{
    struct audit_leaf leaf, expected;
    struct spool_proof other = {.number = 0};
    struct err none = {.code = CODE_OK};
    uint64_t named;
    bool found = *code == E_LOG_REMOVED &&
                 wire_get(&WIRE_AUDIT_LEAF, proof->leaf, &node->scratch, &leaf, &none);
    while (found && *code == E_LOG_REMOVED) {
        if (!spool_proof_about(node->db, proof->log, &leaf.msg_id, other.number,
                    &node->scratch, &found, &other, err))
            return false;
        if (found && other.log_leaf != 0 && other.log_leaf < proof->log_leaf &&
                expected_of(&other, &node->scratch, &expected, &named) &&
                audit_compare(&expected, &leaf) == AUDIT_SAME)
            *code = E_LOG_INSERTED;
    }
    return true;
}

/* Of a leaf that we have no part in only the hash is shown: then ours is not there. */
static enum code judge_shown(const struct audit_check *check,
        const struct leaf_proof *shown, const struct spool_proof *proof,
        struct arena *arena)
{
    struct key32 path[MERKLE_PATH_MAX];
    size_t n_path;
    if (shown->leaf.len > 0)
        return audit_judge(proof, &check->head, arena);
    bool there = audit_path_read(shown->path, path, &n_path) &&
                 merkle_check_inclusion(&shown->hash, shown->log_leaf - 1,
                         check->head.size, path, n_path, &check->head.root);
    return there ? E_LOG_REMOVED : E_LOG_PROOF;
}

static bool settle(struct node *node, struct audit_check *check,
        const struct leaf_proof *shown, struct spool_proof *proof, struct err *err)
{
    proof->leaf = shown->leaf;
    proof->path = shown->path;
    enum code code = judge_shown(check, shown, proof, &node->scratch);
    if (!ask_others(node, proof, &code, err))
        return false;
    if (check->checkpoint == 0 &&
            !spool_put_checkpoint(node->db, proof->log, check->head.size,
                    check->proof->checkpoint, &check->checkpoint, err))
        return false;
    proof->state = code == CODE_OK ? AUDIT_PROVED : AUDIT_WRONG;
    if (!spool_proof_done(node->db, proof, check->checkpoint, err))
        return false;
    return code == CODE_OK || audit_alarm(node, code, proof->log_leaf, proof->bytes,
                                      check->proof->checkpoint, err);
}

bool audit_check_leaf(struct node *node, struct audit_check *check,
        const struct leaf_proof *leaf, struct err *err)
{
    bool found = true;
    while (found) {
        struct spool_proof proof;
        size_t used = node->scratch.used;
        if (!spool_proof_at(node->db, check->log.number, leaf->log_leaf, &node->scratch,
                    &found, &proof, err) ||
                (found && !settle(node, check, leaf, &proof, err)))
            return false;
        arena_reset(&node->scratch, used);
    }
    return true;
}
