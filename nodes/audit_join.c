/* audit_join.c - that the broker's log went on from one checkpoint of ours to a later
 * one. */
#include "nodes/audit_join.h"

#include "core/wire.h"

/* A store that is a copy has what stood in the copy, and can show that. */
static bool can_be_shown(struct node *node, uint64_t from_log,
        const struct spool_join *join, bool *shown, struct err *err)
{
    uint64_t from_kept, to_kept;
    if (!spool_log_kept(node->db, from_log, &from_kept, err) ||
            !spool_log_kept(node->db, join->log, &to_kept, err))
        return false;
    *shown = join->from_size <= from_kept && join->to_size <= to_kept;
    return true;
}

bool audit_join(struct node *node, uint64_t from_log, struct spool_join *join,
        bool *asked, struct err *err)
{
    bool found, shown;
    *asked = false;
    join->path = (struct span){NULL, 0};
    if (!spool_get_join(node->db, &node->scratch, &found, join, err) ||
            !can_be_shown(node, from_log, join, &shown, err))
        return false;
    /* What a broker can show is its log of now, and only while it is there. */
    if (found || !shown || !node->session.welcomed)
        return true;
    struct spool_join wanted = *join;
    wanted.log = node->audit.log;
    *asked = true;
    node->audit.due_ms = node_now(node);
    return spool_want_join(node->db, &wanted, node_now(node), err);
}

bool audit_join_waits(struct node *node, bool *waits, struct err *err)
{
    struct spool_join join;
    size_t n;
    if (!spool_wanted_joins(node->db, node->audit.log, &join, 1, &n, err))
        return false;
    *waits = n > 0;
    return true;
}

bool audit_join_say(struct node *node, struct audit_ask *ask, struct err *err)
{
    struct spool_join joins[AUDIT_JOINS_A_QUESTION];
    struct log_sizes *sizes =
            arena_take(&node->scratch, AUDIT_JOINS_A_QUESTION * sizeof *sizes);
    size_t n;
    if (sizes == NULL)
        return err_set(err, ERR_NOMEM, "no room for a question about the log");
    if (!spool_wanted_joins(node->db, node->audit.log, joins, AUDIT_JOINS_A_QUESTION,
                &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        sizes[i] = (struct log_sizes){joins[i].from_size, joins[i].to_size};
    ask->joins = sizes;
    ask->n_joins = n;
    node->audit.joins = n > 0;
    return true;
}

/* The head of a checkpoint that is kept; its signature was checked when it came. */
static bool head_at(struct node *node, uint64_t log, uint64_t size,
        struct span *checkpoint, struct audit_head *head, bool *there, struct err *err)
{
    struct err none = {.code = CODE_OK};
    struct signed_ thing;
    if (!spool_checkpoint_at(node->db, log, size, &node->scratch, checkpoint, err))
        return false;
    *there = checkpoint->len > 0 &&
             wire_get(&WIRE_SIGNED, *checkpoint, &node->scratch, &thing, &none) &&
             audit_head_read(thing.body, head, &none);
    return true;
}

static bool take(struct node *node, const struct audit_check *check,
        const struct join_proof *shown, struct err *err)
{
    const struct spool_join join = {.log = check->log.number,
            .from_size = shown->from,
            .to_size = shown->to,
            .path = shown->path};
    struct audit_head from, to;
    struct span earlier, later;
    struct key32 path[MERKLE_PATH_MAX];
    size_t n_path;
    bool has_from, has_to;
    if (!head_at(node, join.log, join.from_size, &earlier, &from, &has_from, err) ||
            !head_at(node, join.log, join.to_size, &later, &to, &has_to, err))
        return false;
    if (!has_from || !has_to)
        return true;
    if (audit_path_read(shown->path, path, &n_path) &&
            merkle_check_consistency(from.size, &from.root, to.size, &to.root, path,
                    n_path))
        return spool_put_join(node->db, &join, err);
    /* What stood in another store was never promised by this one. */
    if (!id_equal(&from.store_id, &check->head.store_id) ||
            !id_equal(&to.store_id, &check->head.store_id))
        return true;
    return audit_alarm(node, E_LOG_FORK, 0, earlier, later, err);
}

bool audit_join_take(struct node *node, const struct audit_check *check,
        struct err *err)
{
    struct spool_join first;
    size_t n;
    if (!node->audit.joins)
        return true;
    node->audit.joins = false;
    if (!spool_wanted_joins(node->db, check->log.number, &first, 1, &n, err))
        return false;
    for (size_t i = 0; i < check->proof->n_joins; i++) {
        size_t used = node->scratch.used;
        if (!take(node, check, &check->proof->joins[i], err))
            return false;
        arena_reset(&node->scratch, used);
    }
    /* The first is always shown, or it cannot be: then none is waited for. Whoever
     * makes a file asks anew, and the file says what is not proved. */
    struct spool_join next;
    if (!spool_wanted_joins(node->db, check->log.number, &next, 1, &n, err))
        return false;
    bool stands_still =
            n > 0 && next.from_size == first.from_size && next.to_size == first.to_size;
    return !stands_still || spool_drop_wanted_joins(node->db, err);
}
