/* evidence_members.c - who the steward vouches for in a file of evidence, and whose
 * word each thing in it is. */
#include "core/evidence_inner.h"

#include <stdio.h>

#include "core/directory.h"
#include "core/keys.h"
#include "core/merkle.h"
#include "core/signed.h"
#include "core/time.h"
#include "core/wire.h"

/* ------------------------------------------------------------- the steward's words */

/* The steward's key or the reserve key, whichever the thing names. */
static bool by_steward(struct evidence_work *work, enum kind kind, struct span bytes,
        struct signed_ *thing, struct err *err)
{
    const struct network *network = work->network;
    struct signed_ shown;
    if (!wire_get(&WIRE_SIGNED, bytes, work->arena, &shown, err))
        return false;
    struct id reserve_id = keys_id(&network->reserve_key);
    const struct key32 *key = id_equal(&shown.key_id, &reserve_id)
                                      ? &network->reserve_key
                                      : &network->steward_key;
    if (strcmp(shown.signer, DIRECTORY_STEWARD) != 0)
        return err_set(err, E_AUTH, "signed by %s", shown.signer);
    return signed_get_by_key(key, kind, bytes, work->arena, thing, err);
}

/* The body of a thing of the steward's; the fault is noted when it is none. */
static bool take(struct evidence_work *work, enum kind kind, struct span bytes,
        const struct wire_map *map, void *body)
{
    struct signed_ thing;
    struct err why = {.code = CODE_OK};
    if (!by_steward(work, kind, bytes, &thing, &why)) {
        enum vocab_evidence_fault fault = why.code == E_AUTH
                                                  ? EVIDENCE_FAULT_OTHER_STEWARD
                                                  : EVIDENCE_FAULT_UNREADABLE;
        evidence_fault(work, fault, kind, NULL, NULL, why.msg);
        return false;
    }
    if (wire_get(map, thing.body, work->arena, body, &why))
        return true;
    evidence_fault(work, EVIDENCE_FAULT_UNREADABLE, kind, NULL, NULL, why.msg);
    return false;
}

/* Does its path lead to the root that the steward signed? Who was revoked is on the
 * list no more. */
static void check_listed(struct evidence_work *work,
        const struct evidence_member *member, const struct vouched_member *in,
        const struct snapshot *snapshot)
{
    struct key32 path[MERKLE_PATH_MAX];
    size_t n_path = in->path.len / sizeof *path;
    if (snapshot == NULL || (!in->listed && member->revoked_ms != 0))
        return;
    if (in->path.len > 0)
        memcpy(path, in->path.at, n_path * sizeof *path);
    struct key32 leaf = merkle_leaf(&in->membership, 1);
    if (!in->listed || in->path.len % sizeof *path != 0 ||
            !merkle_check_inclusion(&leaf, in->index, snapshot->count, path, n_path,
                    &snapshot->root))
        evidence_fault(work, EVIDENCE_FAULT_NOT_LISTED, KIND_MEMBERSHIP, NULL,
                member->membership.partner, "");
}

static void take_revocations(struct evidence_work *work)
{
    for (size_t i = 0; i < work->evidence->n_revocations; i++) {
        struct revocation body;
        if (!take(work, KIND_REVOCATION, work->evidence->revocations[i],
                    &WIRE_REVOCATION, &body))
            continue;
        for (size_t k = 0; k < work->n_members; k++) {
            struct evidence_member *member = &work->members[k];
            if (strcmp(member->membership.partner, body.partner) != 0 ||
                    body.version <= member->revoked_version)
                continue;
            member->revoked_version = body.version;
            member->revoked_ms = (int64_t)body.at_ms;
        }
    }
}

static bool show_parties(struct evidence_work *work, struct err *err)
{
    struct found_party *parties =
            evidence_room(work, work->n_members, sizeof *parties, err);
    if (parties == NULL)
        return false;
    for (size_t i = 0; i < work->n_members; i++) {
        const struct evidence_member *member = &work->members[i];
        bool out = member->membership.version <= member->revoked_version;
        parties[i] = (struct found_party){
                .partner = member->membership.partner,
                .name = member->membership.name,
                .role = member->membership.role,
                .revoked_ms = out ? (uint64_t)member->revoked_ms : 0,
        };
    }
    work->found->parties = parties;
    work->found->n_parties = work->n_members;
    return true;
}

bool evidence_take_members(struct evidence_work *work, struct err *err)
{
    const struct evidence *evidence = work->evidence;
    const struct vouched_member *from[EVIDENCE_MEMBERS_MAX] = {NULL};
    struct snapshot body;
    const struct snapshot *snapshot = NULL;
    work->members =
            evidence_room(work, evidence->n_members, sizeof *work->members, err);
    if (work->members == NULL)
        return false;
    if (evidence->snapshot.len > 0 &&
            take(work, KIND_SNAPSHOT, evidence->snapshot, &WIRE_SNAPSHOT, &body)) {
        snapshot = &body;
        work->found->directory_ms = body.issued_ms;
    }
    for (size_t i = 0; i < evidence->n_members && i < EVIDENCE_MEMBERS_MAX; i++) {
        struct evidence_member *member = &work->members[work->n_members];
        if (!take(work, KIND_MEMBERSHIP, evidence->members[i].membership,
                    &WIRE_MEMBERSHIP, &member->membership))
            continue;
        if (evidence_find(work, member->membership.partner) != NULL) {
            evidence_fault(work, EVIDENCE_FAULT_TWICE, KIND_MEMBERSHIP, NULL,
                    member->membership.partner, "");
            continue;
        }
        member->identity_id = keys_id(&member->membership.identity_key);
        from[work->n_members++] = &evidence->members[i];
    }
    take_revocations(work);
    for (size_t i = 0; i < work->n_members; i++)
        if (from[i] != NULL)
            check_listed(work, &work->members[i], from[i], snapshot);
    return show_parties(work, err);
}

const struct evidence_member *evidence_find(const struct evidence_work *work,
        const char *partner)
{
    for (size_t i = 0; i < work->n_members; i++)
        if (strcmp(work->members[i].membership.partner, partner) == 0)
            return &work->members[i];
    return NULL;
}

/* ------------------------------------------------------------- whose word it is */

/* The key of this id that the member had at that time, and the last membership with it;
 * NULL: none. A day is spared for the clocks. */
static const struct key32 *key_then(const struct evidence_member *member,
        const struct id *key_id, int64_t made_ms, uint64_t *version)
{
    const struct membership *membership = &member->membership;
    int64_t spare_ms = (int64_t)DIRECTORY_AHEAD_DAYS * TIME_DAY_MS;
    if (id_equal(key_id, &member->identity_id)) {
        *version = membership->version;
        return &membership->identity_key;
    }
    for (size_t i = 0; i < membership->n_earlier; i++) {
        const struct earlier_key *earlier = &membership->earlier[i];
        struct id id = keys_id(&earlier->identity_key);
        if (!id_equal(key_id, &id) || made_ms - spare_ms >= (int64_t)earlier->until_ms)
            continue;
        *version = earlier->version;
        return &earlier->identity_key;
    }
    return NULL;
}

/* Which members say things of this kind. */
static bool role_fits(enum kind kind, enum role role)
{
    if (kind == KIND_OFFER_STATUS)
        return role == ROLE_BROKER;
    if (kind == KIND_RECEIPT)
        return role == ROLE_BROKER || role == ROLE_NODE;
    return role == ROLE_NODE;
}

/* Only the first membership says when a member came: a renewed one begins later. Of a
 * capsule only its first day is known, which may lie before. */
static bool within(const struct membership *membership, enum kind kind, int64_t made_ms)
{
    int64_t spare_ms = (int64_t)DIRECTORY_AHEAD_DAYS * TIME_DAY_MS;
    bool early = membership->version == 1 && kind != KIND_CONSENT &&
                 made_ms < (int64_t)membership->from_ms - spare_ms;
    return !early && made_ms < (int64_t)membership->until_ms;
}

/* The dates of the steward are its own; those of the others may be anything. */
static int64_t moment(int64_t made_ms)
{
    return made_ms < 0 || made_ms > INT64_MAX / 2 ? INT64_MAX / 2 : made_ms;
}

bool evidence_signed(struct evidence_work *work, enum kind kind, struct span bytes,
        const struct id *id, int64_t at_ms, const char *signer)
{
    int64_t made_ms = moment(at_ms);
    struct signed_ thing;
    struct err why = {.code = CODE_OK};
    enum vocab_evidence_fault fault = (enum vocab_evidence_fault)0;
    const struct evidence_member *member = evidence_find(work, signer);
    const struct key32 *key = NULL;
    uint64_t version = 0;
    if (!wire_get(&WIRE_SIGNED, bytes, work->arena, &thing, &why))
        fault = EVIDENCE_FAULT_UNREADABLE;
    else if (member == NULL)
        fault = EVIDENCE_FAULT_UNKNOWN_SIGNER;
    else if (strcmp(thing.signer, signer) != 0 ||
             !role_fits(kind, member->membership.role))
        fault = EVIDENCE_FAULT_WRONG_SIGNER;
    else if ((key = key_then(member, &thing.key_id, made_ms, &version)) == NULL)
        fault = EVIDENCE_FAULT_WRONG_KEY;
    else if (!signed_get_by_key(key, kind, bytes, work->arena, &thing, &why))
        fault = EVIDENCE_FAULT_WRONG_SIGNATURE;
    else if (version <= member->revoked_version && made_ms >= member->revoked_ms)
        fault = EVIDENCE_FAULT_REVOKED;
    else if (!within(&member->membership, kind, made_ms))
        fault = EVIDENCE_FAULT_NOT_MEMBER;
    else
        return true;
    evidence_fault(work, fault, kind, id, signer, why.msg);
    return false;
}
