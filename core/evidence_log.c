/* evidence_log.c - that the broker's audit log holds what a file of evidence shows: the
 * checkpoints it signed, and the path from each leaf to one of them. */
#include "core/audit.h"
#include "core/evidence_inner.h"
#include "core/keys.h"
#include "core/merkle.h"
#include "core/signed.h"
#include "core/wire.h"

/* What a checkpoint says, once its signature holds. */
struct checkpoint {
    struct audit_head head;
    bool good;
    bool joined; /* it is proved to lead to a later one */
};

static void log_fault(struct evidence_work *work, enum vocab_evidence_fault fault,
        const char *signer, const char *words)
{
    evidence_fault(work, fault, KIND_CHECKPOINT, NULL, signer, words);
}

/* By the log key of the broker, which is another than its identity. */
static bool signed_by_log(struct evidence_work *work, struct span bytes,
        struct signed_ *thing)
{
    struct err why = {.code = CODE_OK};
    if (!wire_get(&WIRE_SIGNED, bytes, work->arena, thing, &why)) {
        log_fault(work, EVIDENCE_FAULT_UNREADABLE, NULL, why.msg);
        return false;
    }
    const struct evidence_member *member = evidence_find(work, thing->signer);
    const char *signer = thing->signer;
    enum vocab_evidence_fault fault = EVIDENCE_FAULT_WRONG_SIGNATURE;
    struct id key_id = {{0}};
    if (member != NULL)
        key_id = keys_id(&member->membership.log_key);
    if (member == NULL)
        fault = EVIDENCE_FAULT_UNKNOWN_SIGNER;
    else if (member->membership.role != ROLE_BROKER)
        fault = EVIDENCE_FAULT_WRONG_SIGNER;
    else if (!id_equal(&key_id, &thing->key_id))
        fault = EVIDENCE_FAULT_WRONG_KEY;
    else if (signed_get_by_key(&member->membership.log_key, KIND_CHECKPOINT, bytes,
                     work->arena, thing, &why))
        return true;
    log_fault(work, fault, signer, why.msg);
    return false;
}

static void take_checkpoint(struct evidence_work *work, struct span bytes,
        struct checkpoint *out)
{
    struct signed_ thing;
    struct err why = {.code = CODE_OK};
    if (!signed_by_log(work, bytes, &thing))
        return;
    if (!audit_head_read(thing.body, &out->head, &why))
        log_fault(work, EVIDENCE_FAULT_UNREADABLE, thing.signer, why.msg);
    else if (strcmp(out->head.network, work->network->name) != 0)
        log_fault(work, EVIDENCE_FAULT_NO_PART, thing.signer, out->head.network);
    else
        out->good = true;
}

/* Two heads of one size in one log: it was told differently to different people. */
static void check_fork(struct evidence_work *work, const struct checkpoint *all,
        size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < i; k++) {
            const struct audit_head *a = &all[i].head, *b = &all[k].head;
            if (all[i].good && all[k].good && a->size == b->size &&
                    id_equal(&a->store_id, &b->store_id) &&
                    !key32_equal(&a->root, &b->root))
                log_fault(work, EVIDENCE_FAULT_FORKED_LOG, NULL, "");
        }
}

/* ------------------------------------------------------------- one history */

static bool same_log(const struct checkpoint *a, const struct checkpoint *b)
{
    return id_equal(&a->head.store_id, &b->head.store_id);
}

static bool is_later(const struct checkpoint *earlier, const struct checkpoint *later)
{
    return same_log(earlier, later) && earlier->head.size < later->head.size;
}

/* What stood in the earlier head stands in the later one still, in its old places; also
 * in that of another store, which was a copy of the first. */
static void take_join(struct evidence_work *work, const struct log_join *join,
        struct checkpoint *all, size_t n)
{
    struct key32 path[MERKLE_PATH_MAX];
    size_t n_path;
    if (join->from == 0 || join->from > n || join->to == 0 || join->to > n) {
        log_fault(work, EVIDENCE_FAULT_NO_PART, NULL, "");
        return;
    }
    struct checkpoint *from = &all[join->from - 1], *to = &all[join->to - 1];
    /* One that is not the broker's was said already. */
    if (!from->good || !to->good)
        return;
    if (from->head.size >= to->head.size ||
            !audit_path_read(join->path, path, &n_path) ||
            !merkle_check_consistency(from->head.size, &from->head.root, to->head.size,
                    &to->head.root, path, n_path))
        log_fault(work, EVIDENCE_FAULT_NOT_JOINED, NULL, "");
    else
        from->joined = true;
}

/* Each leads to a later one, and so all of one log to the last of it; and that to a log
 * which was a copy of it, or to nothing that is known. */
static void count_joins(struct evidence_work *work, const struct checkpoint *all,
        size_t n)
{
    for (size_t i = 0; i < n; i++) {
        bool last = all[i].good, said = false;
        for (size_t k = 0; k < n; k++) {
            bool same = all[k].good && same_log(&all[i], &all[k]);
            last = last && !(same && is_later(&all[i], &all[k]));
            said |= same && k < i && all[k].head.size == all[i].head.size;
        }
        work->found->joined += all[i].joined;
        work->found->not_joined += all[i].good && !last && !all[i].joined;
        work->found->histories += last && !said && !all[i].joined;
    }
}

/* ------------------------------------------------------------- leaves */

/* What the log is now shown to hold. */
static void mark(struct evidence_work *work, enum kind kind,
        const struct audit_leaf *leaf)
{
    bool step = !id_is_none(&leaf->offer_id);
    if (kind == KIND_WITHDRAWAL) {
        for (size_t i = 0; i < work->n_consents; i++)
            if (id_equal(&work->consents[i].body.consent_id, &leaf->msg_id))
                work->found_consents[i].logged = true;
        return;
    }
    for (size_t i = 0; !step && i < work->n_letters; i++)
        if (id_equal(&work->letters[i].core.msg_id, &leaf->msg_id))
            work->letters[i].found->logged = true;
    for (size_t i = 0; step && i < work->n_statuses; i++)
        if (id_equal(&work->statuses[i].body.offer_id, &leaf->offer_id) &&
                work->statuses[i].body.version == leaf->offer_version)
            work->steps[i].logged = true;
}

/* Does the leaf say what this thing says, at the place that the thing names, and does
 * its path lead to the checkpoint? *says_so: the thing names the place itself. 0: yes.
 */
static enum vocab_evidence_fault check_leaf(struct evidence_work *work,
        const struct logged_thing *logged, const struct signed_ *thing,
        const struct checkpoint *checkpoint, struct audit_leaf *leaf, bool *says_so)
{
    struct audit_leaf expected;
    uint64_t named;
    struct err why = {.code = CODE_OK};
    struct key32 path[MERKLE_PATH_MAX];
    size_t n_path;
    if (!audit_expect(thing->kind, thing->body, work->arena, &expected, &named, &why) ||
            !wire_get(&WIRE_AUDIT_LEAF, logged->leaf, work->arena, leaf, &why))
        return EVIDENCE_FAULT_UNREADABLE;
    if (audit_compare(&expected, leaf) != AUDIT_SAME)
        return EVIDENCE_FAULT_WRONG_LEAF;
    *says_so = named != 0;
    struct key32 hash = merkle_leaf(&logged->leaf, 1);
    if ((named != 0 && leaf->seq + 1 != named) ||
            !audit_path_read(logged->path, path, &n_path) ||
            !merkle_check_inclusion(&hash, leaf->seq, checkpoint->head.size, path,
                    n_path, &checkpoint->head.root))
        return EVIDENCE_FAULT_NOT_IN_LOG;
    return (enum vocab_evidence_fault)0;
}

/* Of the letter, the offer or the consent that a thing is about, so that it can be
 * found; none when it cannot be read. */
static struct id id_of(struct evidence_work *work, const struct signed_ *thing)
{
    struct audit_leaf about;
    uint64_t named;
    struct err why = {.code = CODE_OK};
    if (!audit_expect(thing->kind, thing->body, work->arena, &about, &named, &why))
        return (struct id){{0}};
    return id_is_none(&about.offer_id) ? about.msg_id : about.offer_id;
}

/* *named: how many things that name a leaf are left without a proof. */
static void take_logged(struct evidence_work *work, const struct logged_thing *logged,
        const struct checkpoint *checkpoints, uint32_t *named)
{
    const struct evidence *evidence = work->evidence;
    struct signed_ thing;
    struct audit_leaf leaf;
    bool says_so = false;
    struct err why = {.code = CODE_OK};
    if (logged->thing == 0 || logged->thing > evidence->n_things ||
            logged->checkpoint == 0 || logged->checkpoint > evidence->n_checkpoints ||
            !wire_get(&WIRE_SIGNED, evidence->things[logged->thing - 1], work->arena,
                    &thing, &why)) {
        log_fault(work, EVIDENCE_FAULT_NO_PART, NULL, why.msg);
        return;
    }
    /* A checkpoint that is not the broker's proves nothing; that was said already. */
    if (!checkpoints[logged->checkpoint - 1].good)
        return;
    enum vocab_evidence_fault fault = check_leaf(work, logged, &thing,
            &checkpoints[logged->checkpoint - 1], &leaf, &says_so);
    if (fault != 0) {
        struct id id = id_of(work, &thing);
        evidence_fault(work, fault, thing.kind, &id, thing.signer, "");
        return;
    }
    work->found->logged++;
    *named -= says_so && *named > 0;
    mark(work, thing.kind, &leaf);
}

/* What names a leaf of the log itself. */
static uint32_t count_named(const struct evidence_work *work)
{
    uint32_t n = 0;
    for (size_t i = 0; i < work->n_receipts; i++)
        n += work->receipts[i].body.log_leaf != 0;
    for (size_t i = 0; i < work->n_statuses; i++)
        n += work->statuses[i].body.log_leaf != 0;
    return n;
}

bool evidence_judge_log(struct evidence_work *work, struct err *err)
{
    const struct evidence *evidence = work->evidence;
    size_t n = evidence->n_checkpoints;
    struct checkpoint *checkpoints = evidence_room(work, n, sizeof *checkpoints, err);
    if (checkpoints == NULL)
        return false;
    for (size_t i = 0; i < n; i++)
        take_checkpoint(work, evidence->checkpoints[i], &checkpoints[i]);
    check_fork(work, checkpoints, n);
    for (size_t i = 0; i < evidence->n_joins; i++)
        take_join(work, &evidence->joins[i], checkpoints, n);
    count_joins(work, checkpoints, n);
    uint32_t named = count_named(work);
    for (size_t i = 0; i < evidence->n_log; i++)
        take_logged(work, &evidence->log[i], checkpoints, &named);
    work->found->not_logged = named;
    return true;
}
