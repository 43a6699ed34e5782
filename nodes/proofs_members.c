/* proofs_members.c - who they are that a file of evidence names, by the steward's word.
 */
#include "nodes/proofs_inner.h"

static bool concerns(const struct proofs_making *making, const char *partner)
{
    for (size_t i = 0; i < making->n_names; i++)
        if (strcmp(making->names[i], partner) == 0)
            return true;
    return false;
}

static bool keep(struct proofs_making *making, struct span bytes, struct span *out,
        struct err *err)
{
    uint8_t *copy = arena_take(&making->node->scratch, bytes.len + 1);
    if (copy == NULL)
        return err_set(err, E_SIZE, "no room for the members of this case");
    memcpy(copy, bytes.at, bytes.len);
    *out = (struct span){copy, bytes.len};
    return true;
}

static bool add_member(struct proofs_making *making, struct span bytes,
        const char *partner, struct err *err)
{
    struct node *node = making->node;
    struct vouched_member *member = &making->members[making->evidence.n_members];
    struct key32 path[MERKLE_PATH_MAX];
    size_t n_path = 0;
    if (making->evidence.n_members == PROOFS_NAMES_MAX)
        return true;
    *member = (struct vouched_member){.listed = false};
    if (directory_complete(node->directory))
        member->listed =
                directory_path(node->directory, partner, &member->index, path, &n_path);
    if (!keep(making, bytes, &member->membership, err) ||
            (member->listed && !keep(making,
                                       (struct span){(const uint8_t *)path,
                                               n_path * sizeof path[0]},
                                       &member->path, err)))
        return false;
    making->evidence.n_members++;
    return true;
}

/* One thing of the directory, as the store keeps it. */
static bool add_steward(void *self, const struct spool_thing *thing, struct err *err)
{
    struct proofs_making *making = self;
    struct arena *arena = &making->node->scratch;
    struct evidence *evidence = &making->evidence;
    struct signed_ shown;
    struct membership membership;
    struct revocation revocation;
    if (thing->kind == KIND_SNAPSHOT)
        return !directory_complete(making->node->directory) ||
               keep(making, thing->bytes, &evidence->snapshot, err);
    if (thing->kind != KIND_MEMBERSHIP && thing->kind != KIND_REVOCATION)
        return true;
    if (!wire_get(&WIRE_SIGNED, thing->bytes, arena, &shown, err))
        return false;
    if (thing->kind == KIND_MEMBERSHIP) {
        if (!wire_get(&WIRE_MEMBERSHIP, shown.body, arena, &membership, err))
            return false;
        return !concerns(making, membership.partner) ||
               add_member(making, thing->bytes, membership.partner, err);
    }
    if (!wire_get(&WIRE_REVOCATION, shown.body, arena, &revocation, err))
        return false;
    if (!concerns(making, revocation.partner) ||
            evidence->n_revocations == PROOFS_NAMES_MAX)
        return true;
    return keep(making, thing->bytes, &making->revocations[evidence->n_revocations++],
            err);
}

bool proofs_add_members(struct proofs_making *making, struct err *err)
{
    return spool_each_thing(making->node->db, add_steward, making, err);
}
