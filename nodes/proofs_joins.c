/* proofs_joins.c - that the log which is shown in a file of evidence is one history. */
#include "nodes/audit_join.h"
#include "nodes/proofs_inner.h"

/* The next larger checkpoint in that log; 0: there is none. */
static uint32_t next_in(const struct proofs_making *making, size_t at, uint64_t log)
{
    const struct made_checkpoint *heads = making->heads;
    uint32_t next = 0;
    for (size_t i = 0; i < making->evidence.n_checkpoints; i++)
        if (heads[i].log == log && heads[i].head.size > heads[at].head.size &&
                (next == 0 || heads[i].head.size < heads[next - 1].head.size))
            next = (uint32_t)i + 1;
    return next;
}

/* A proof that came from another store than the two checkpoints did is looked at once
 * more. */
static bool proves(const struct made_checkpoint *from, const struct made_checkpoint *to,
        struct span shown)
{
    struct key32 path[MERKLE_PATH_MAX];
    size_t n_path;
    return shown.len > 0 && audit_path_read(shown, path, &n_path) &&
           merkle_check_consistency(from->head.size, &from->head.root, to->head.size,
                   &to->head.root, path, n_path);
}

/* *on: it is proved that it went on there, or that is asked now. */
static bool add_join(struct proofs_making *making, size_t at, uint32_t next, bool *on,
        struct err *err)
{
    struct evidence *evidence = &making->evidence;
    const struct made_checkpoint *from = &making->heads[at];
    const struct made_checkpoint *to = &making->heads[next - 1];
    struct spool_join join = {
            .log = to->log,
            .from_size = from->head.size,
            .to_size = to->head.size,
    };
    bool asked;
    if (!audit_join(making->node, from->log, &join, &asked, err))
        return false;
    bool proved = proves(from, to, join.path);
    if (proved)
        making->joins[evidence->n_joins++] = (struct log_join){.from = (uint32_t)at + 1,
                .to = next,
                .path = join.path};
    making->asked += asked;
    *on = proved || asked;
    return true;
}

bool proofs_add_joins(struct proofs_making *making, struct err *err)
{
    for (size_t i = 0; i < making->evidence.n_checkpoints; i++) {
        uint64_t log = making->heads[i].log;
        uint32_t next = next_in(making, i, log);
        bool on = next != 0;
        if (on && !add_join(making, i, next, &on, err))
            return false;
        for (uint64_t copy = making->node->audit.log; next == 0 && !on && copy > log;
                copy--) {
            uint32_t first = next_in(making, i, copy);
            if (first != 0 && !add_join(making, i, first, &on, err))
                return false;
        }
    }
    return true;
}
