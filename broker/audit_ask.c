/* audit_ask.c - a node asks for proofs of the audit log: the newest checkpoint, that
 * it goes on from an older one, and leaves in it. */
#include <stdio.h>

#include "broker/state.h"
#include "broker/tiles.h"
#include "core/time.h"
#include "core/wire.h"

enum {
    /* Work in one second, so that proofs never hold up letters: one for each question,
     * and one for each tile that is read. */
    ASKED_A_SECOND = 500,
    ASKED_OF_ONE_A_SECOND = 64,
    ASKED_TILES = 12, /* of one question; then the rest is for the next */
};

/* ---- how much ---- */

static bool may_work(struct asked *asked, int64_t second, uint32_t most)
{
    if (asked->second != second)
        *asked = (struct asked){.second = second};
    return asked->used < most;
}

static bool take_turn(struct broker *broker, struct partner *partner)
{
    int64_t second = broker->now_ms / TIME_SECOND_MS;
    struct turn *turn = &broker->turn;

    return turn->arena.size - turn->arena.used > TURN_ARENA_SPARE &&
           may_work(&broker->asked, second, ASKED_A_SECOND) &&
           may_work(&partner->asked, second, ASKED_OF_ONE_A_SECOND);
}

/* ---- what is shown ---- */

static bool keep_path(struct broker *broker, const struct key32 *path, size_t n_path,
        struct span *bytes, struct err *err)
{
    uint8_t *at = arena_take(&broker->frame, n_path * sizeof *path + 1);

    if (at == NULL)
        return err_set(err, E_BUSY, "no room for more proofs");
    memcpy(at, path, n_path * sizeof *path);
    *bytes = (struct span){at, n_path * sizeof *path};
    return true;
}

/* Who writes to whom stands in the leaves: only the two see one, others its hash. That
 * of a withdrawal is seen by those who hold the withdrawal. */
static bool may_see(struct broker *broker, const struct partner *partner,
        const struct audit_leaf *leaf, bool *may, struct err *err)
{
    *may = strcmp(leaf->actor, partner->name) == 0 ||
           strcmp(leaf->recipient, partner->name) == 0;
    return *may || strcmp(leaf->kind, "withdraw") != 0 ||
           withdraw_is_known_to(broker, &leaf->msg_id, partner->no, may, err);
}

static bool show_leaf(struct broker *broker, const struct partner *partner,
        struct span bytes, struct leaf_proof *proof, struct err *err)
{
    struct arena *arena = &broker->frame;
    struct audit_leaf leaf;
    uint8_t *copy = arena_take(arena, bytes.len);
    bool may;

    if (copy == NULL)
        return err_set(err, E_BUSY, "no room for more proofs");
    memcpy(copy, bytes.at, bytes.len);
    bytes.at = copy;
    if (!wire_get(&WIRE_AUDIT_LEAF, bytes, arena, &leaf, err))
        return err_set(err, ERR_CORRUPT, "a leaf of the audit log is damaged");
    if (!may_see(broker, partner, &leaf, &may, err))
        return false;
    if (may)
        proof->leaf = bytes;
    else
        proof->hash = merkle_leaf(&bytes, 1);
    return true;
}

static bool prove_leaf(struct broker *broker, const struct partner *partner,
        uint64_t log_leaf, uint64_t size, struct leaf_proof *proof, struct err *err)
{
    struct key32 path[MERKLE_PATH_MAX];
    struct span leaf;
    size_t n_path;

    *proof = (struct leaf_proof){.log_leaf = log_leaf};
    return tiles_leaf(broker->tiles, log_leaf - 1, size, &leaf, err) &&
           show_leaf(broker, partner, leaf, proof, err) &&
           tiles_inclusion(broker->tiles, log_leaf - 1, size, path, &n_path, err) &&
           keep_path(broker, path, n_path, &proof->path, err);
}

static bool prove_leaves(struct broker *broker, const struct partner *partner,
        const struct audit_ask *ask, uint64_t size, struct audit_proof *proof,
        struct err *err)
{
    struct leaf_proof *leaves =
            arena_take(&broker->frame, (ask->n_leaves + 1) * sizeof *leaves);
    uint64_t before = tiles_read_count(broker->tiles);

    if (leaves == NULL)
        return err_set(err, E_BUSY, "no room for more proofs");
    proof->leaves = leaves;
    for (size_t i = 0; i < ask->n_leaves; i++) {
        uint64_t log_leaf = ask->leaves[i];
        if (tiles_read_count(broker->tiles) - before > ASKED_TILES)
            return true;
        if (log_leaf == 0 || log_leaf > size)
            continue;
        if (!prove_leaf(broker, partner, log_leaf, size, &leaves[proof->n_leaves], err))
            return false;
        proof->n_leaves++;
    }
    return true;
}

/* Of a size that we never had nothing can be shown: who asks sees that we have gone
 * back. */
static bool prove_since(struct broker *broker, uint64_t since, uint64_t size,
        struct span *consistency, struct err *err)
{
    struct key32 path[MERKLE_PATH_MAX];
    size_t n_path;

    if (since == 0 || since > size)
        return true;
    return tiles_consistency(broker->tiles, since, size, path, &n_path, err) &&
           keep_path(broker, path, n_path, consistency, err);
}

/* Between two older checkpoints; at least the first that was asked. */
static bool prove_joins(struct broker *broker, const struct audit_ask *ask,
        uint64_t size, struct audit_proof *proof, struct err *err)
{
    struct join_proof *joins =
            arena_take(&broker->frame, (ask->n_joins + 1) * sizeof *joins);
    uint64_t before = tiles_read_count(broker->tiles);

    if (joins == NULL)
        return err_set(err, E_BUSY, "no room for more proofs");
    proof->joins = joins;
    for (size_t i = 0; i < ask->n_joins; i++) {
        const struct log_sizes *asked = &ask->joins[i];
        struct join_proof *join = &joins[proof->n_joins];
        struct key32 path[MERKLE_PATH_MAX];
        size_t n_path;
        if (tiles_read_count(broker->tiles) - before > ASKED_TILES)
            return true;
        if (asked->from == 0 || asked->from > asked->to || asked->to > size)
            continue;
        *join = (struct join_proof){.from = asked->from, .to = asked->to};
        if (!tiles_consistency(broker->tiles, asked->from, asked->to, path, &n_path,
                    err) ||
                !keep_path(broker, path, n_path, &join->path, err))
            return false;
        proof->n_joins++;
    }
    return true;
}

static bool send_proof(struct broker *broker, const struct partner *partner,
        const struct audit_proof *proof, struct err *err)
{
    struct frame frame = {.v = 1, .audit_proof = proof};
    return turn_send(broker, broker->bus, partner->session.conn, &frame, err);
}

static bool prove(struct broker *broker, struct partner *partner,
        const struct audit_ask *ask, struct err *err)
{
    struct audit_proof proof = {.code = "", .since = ask->since};
    uint64_t size, before = tiles_read_count(broker->tiles);

    if (!ledger_checkpoint_newest(broker->ledger, &broker->frame, &size,
                &proof.checkpoint, err))
        return false;
    if (size == 0)
        proof.code = code_name(E_NOT_FOUND);
    else if (!prove_since(broker, ask->since, size, &proof.consistency, err) ||
             !prove_since(broker, ask->claimed, size, &proof.claimed_consistency,
                     err) ||
             !prove_joins(broker, ask, size, &proof, err) ||
             !prove_leaves(broker, partner, ask, size, &proof, err))
        return false;
    uint32_t work = 1 + (uint32_t)(tiles_read_count(broker->tiles) - before);
    broker->asked.used += work;
    partner->asked.used += work;
    return send_proof(broker, partner, &proof, err);
}

bool audit_ask_take(struct broker *broker, struct partner *partner,
        const struct audit_ask *ask, struct err *err)
{
    const struct audit_proof busy = {.code = code_name(E_BUSY)};

    if (!take_turn(broker, partner))
        return send_proof(broker, partner, &busy, err);
    if (prove(broker, partner, ask, err))
        return true;
    if (err->code != ERR_CORRUPT)
        return false;
    /* Letters do not wait for the log to be mended: that nothing can be shown is an
     * alarm at every node. */
    log_error(broker->log, broker->now_ms, "audit_damaged", "why=\"%s\"", err->msg);
    const struct audit_proof damaged = {.code = code_name(ERR_CORRUPT)};
    return send_proof(broker, partner, &damaged, err);
}
