/* evidence.c - reading a file of evidence, and the order in which it is checked. */
#include "core/evidence_inner.h"

#include <stdio.h>

#include "core/directory.h"
#include "core/hash.h"
#include "core/merkle.h"
#include "core/signed.h"
#include "core/wire.h"

bool evidence_get(struct span bytes, struct arena *arena, struct evidence_file *file,
        struct err *err)
{
    struct evidence_file out;
    struct signed_ thing;
    if (bytes.len == 0 || bytes.len > EVIDENCE_BYTES_MAX)
        return err_set(err, E_SIZE, "%zu bytes; a file of evidence has 1 to %d",
                bytes.len, (int)EVIDENCE_BYTES_MAX);
    if (!wire_get(&WIRE_EVIDENCE, bytes, arena, &out.evidence, err))
        return false;
    /* The network names the key that signs it, so it has to be read to be verified;
     * whether to believe that key is the reader's to say. */
    if (!wire_get(&WIRE_SIGNED, out.evidence.network, arena, &thing, err) ||
            !wire_get(&WIRE_NETWORK, thing.body, arena, &out.network, err))
        return err_wrap(err, "the network in the file");
    if (!signed_get_by_key(&out.network.steward_key, KIND_NETWORK, out.evidence.network,
                arena, &thing, err))
        return false;
    if (strcmp(thing.signer, DIRECTORY_STEWARD) != 0)
        return err_set(err, E_AUTH, "the network in the file is signed by %s",
                thing.signer);
    out.steward_hash = hash_sha256_one(SPAN_OF(out.network.steward_key));
    *file = out;
    return true;
}

static void add_leaf(struct merkle_log *log, struct span bytes)
{
    struct key32 leaf = merkle_leaf(&bytes, 1);
    merkle_log_append(log, &leaf);
}

void evidence_root(const struct evidence *evidence, uint32_t *count, struct key32 *root)
{
    struct merkle_log log = {.size = 0};
    add_leaf(&log, evidence->network);
    add_leaf(&log, evidence->snapshot);
    for (size_t i = 0; i < evidence->n_members; i++)
        add_leaf(&log, evidence->members[i].membership);
    for (size_t i = 0; i < evidence->n_revocations; i++)
        add_leaf(&log, evidence->revocations[i]);
    for (size_t i = 0; i < evidence->n_things; i++)
        add_leaf(&log, evidence->things[i]);
    for (size_t i = 0; i < evidence->n_log; i++)
        add_leaf(&log, evidence->log[i].leaf);
    for (size_t i = 0; i < evidence->n_checkpoints; i++)
        add_leaf(&log, evidence->checkpoints[i]);
    for (size_t i = 0; i < evidence->n_joins; i++)
        add_leaf(&log, evidence->joins[i].path);
    *count = (uint32_t)log.size;
    *root = merkle_log_head(&log);
}

void evidence_fault(struct evidence_work *work, enum vocab_evidence_fault fault,
        enum kind kind, const struct id *id, const char *partner, const char *words)
{
    struct findings *found = work->found;
    if (found->n_faults == EVIDENCE_FAULTS_MAX)
        return;
    size_t len = strlen(words);
    char *copy = arena_take(work->arena, len + 1);
    if (copy != NULL)
        memcpy(copy, words, len);
    work->faults[found->n_faults++] = (struct found_fault){
            .fault = (uint16_t)fault,
            .kind = kind,
            .id = id != NULL ? *id : (struct id){{0}},
            .partner = partner != NULL ? partner : "",
            .words = copy != NULL ? copy : "",
    };
}

void *evidence_room(struct evidence_work *work, size_t n, size_t size, struct err *err)
{
    void *room = arena_take(work->arena, (n + 1) * size);
    if (room == NULL)
        err_set(err, ERR_NOMEM, "no room to check this file");
    return room;
}

/* Who put the file together, and that nothing was left out of it or added since. */
static void take_head(struct evidence_work *work)
{
    struct signed_ thing;
    struct err why = {.code = CODE_OK};
    struct findings *found = work->found;
    uint32_t count;
    struct key32 root;
    if (!wire_get(&WIRE_SIGNED, work->evidence->head, work->arena, &thing, &why) ||
            !wire_get(&WIRE_EVIDENCE_HEAD, thing.body, work->arena, &work->head,
                    &why)) {
        evidence_fault(work, EVIDENCE_FAULT_UNREADABLE, KIND_EVIDENCE, NULL, NULL,
                why.msg);
        return;
    }
    work->has_head = true;
    found->maker = work->head.maker;
    found->made_ms = work->head.made_ms;
    found->referral_id = work->head.referral_id;
    if (!evidence_signed(work, KIND_EVIDENCE, work->evidence->head, NULL,
                (int64_t)work->head.made_ms, work->head.maker))
        return;
    evidence_root(work->evidence, &count, &root);
    bool same = count == work->head.count && key32_equal(&root, &work->head.root) &&
                strcmp(work->head.network, work->network->name) == 0;
    if (!same)
        evidence_fault(work, EVIDENCE_FAULT_CHANGED_FILE, KIND_EVIDENCE, NULL,
                work->head.maker, "");
}

bool evidence_check(const struct evidence_file *file, struct arena *arena,
        struct findings *found, struct err *err)
{
    struct findings out = {
            .network = file->network.name,
            .maker = "",
    };
    struct evidence_work work = {
            .evidence = &file->evidence,
            .network = &file->network,
            .arena = arena,
            .found = &out,
    };
    (void)arena_was_full(arena);
    work.faults = evidence_room(&work, EVIDENCE_FAULTS_MAX, sizeof *work.faults, err);
    if (work.faults == NULL)
        return false;
    out.faults = work.faults;
    if (!evidence_take_members(&work, err))
        return false;
    take_head(&work);
    if (!evidence_take_things(&work, err) || !evidence_judge_course(&work, err) ||
            !evidence_judge_consent(&work, err) || !evidence_judge_log(&work, err))
        return false;
    /* What there was no room to look at is no fault of the file. */
    if (arena_was_full(arena))
        return err_set(err, ERR_NOMEM, "no room to check this file");
    out.holds = out.n_faults == 0;
    *found = out;
    return true;
}
