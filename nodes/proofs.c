/* proofs.c - what is kept of a case, and the file of evidence that is made of it. */
#include "nodes/proofs_inner.h"

#include "nodes/openings.h"

_Static_assert((int)SPOOL_EVIDENCE_MAX + EVIDENCE_LOGGED_MAX + OPENINGS_SHOWN_MAX +
                               2 * PROOFS_CONSENTS_MAX <=
                       (int)EVIDENCE_THINGS_MAX,
        "all that is kept of a case fits in its file");

bool proofs_keep(struct node *node, uint64_t case_number, enum kind kind,
        const struct id *msg_id, struct span bytes, struct err *err)
{
    const struct spool_evidence row = {
            .case_number = case_number,
            .kind = kind,
            .msg_id = *msg_id,
            .at_ms = node_now(node),
            .bytes = bytes,
    };
    return case_number == 0 || spool_put_evidence(node->db, &row, err);
}

/* ------------------------------------------------------------- what goes in */

static void add_name(struct proofs_making *making, const char *name)
{
    for (size_t i = 0; i < making->n_names; i++)
        if (strcmp(making->names[i], name) == 0)
            return;
    if (name[0] != '\0' && making->n_names < PROOFS_NAMES_MAX)
        making->names[making->n_names++] = name;
}

static void add_consent(struct proofs_making *making, const struct id *consent_id)
{
    for (size_t i = 0; i < making->n_consents; i++)
        if (id_equal(&making->consents[i], consent_id))
            return;
    if (!id_is_none(consent_id) && making->n_consents < PROOFS_CONSENTS_MAX)
        making->consents[making->n_consents++] = *consent_id;
}

/* Whom and which consent a kept thing names. */
static bool look_into(struct proofs_making *making, struct span bytes, struct err *err)
{
    struct arena *arena = &making->node->scratch;
    struct signed_ thing;
    struct letter_body body;
    struct letter_core core;
    if (!wire_get(&WIRE_SIGNED, bytes, arena, &thing, err))
        return err_wrap(err, "a kept thing");
    add_name(making, thing.signer);
    if (thing.kind != KIND_LETTER)
        return true;
    if (!wire_get(&WIRE_LETTER_BODY, thing.body, arena, &body, err) ||
            !wire_get(&WIRE_LETTER_CORE, body.core, arena, &core, err))
        return err_wrap(err, "a kept letter");
    add_name(making, core.recipient);
    add_name(making, core.on_behalf_of);
    add_consent(making, &core.consent_id);
    return true;
}

/* The checkpoint's place in the file, counted from 1; added when it is new. */
static uint32_t checkpoint_place(struct proofs_making *making,
        const struct spool_proof *proof)
{
    struct evidence *evidence = &making->evidence;
    struct err none = {.code = CODE_OK};
    struct signed_ thing;
    struct audit_head head;
    for (size_t i = 0; i < evidence->n_checkpoints; i++)
        if (span_equal(making->checkpoints[i], proof->checkpoint))
            return (uint32_t)i + 1;
    if (evidence->n_checkpoints == EVIDENCE_CHECKPOINTS_MAX ||
            !wire_get(&WIRE_SIGNED, proof->checkpoint, &making->node->scratch, &thing,
                    &none) ||
            !audit_head_read(thing.body, &head, &none))
        return 0;
    making->heads[evidence->n_checkpoints] = (struct made_checkpoint){proof->log, head};
    making->checkpoints[evidence->n_checkpoints++] = proof->checkpoint;
    return (uint32_t)evidence->n_checkpoints;
}

/* The proof of the thing that was added last, once it has come. */
static void add_leaf(struct proofs_making *making, const struct spool_proof *proof)
{
    struct evidence *evidence = &making->evidence;
    uint32_t place = proof->state == AUDIT_PROVED ? checkpoint_place(making, proof) : 0;
    if (place == 0 || evidence->n_log == EVIDENCE_LOGGED_MAX)
        return;
    making->log[evidence->n_log++] = (struct logged_thing){
            .thing = (uint32_t)making->n_things,
            .leaf = proof->leaf,
            .path = proof->path,
            .checkpoint = place,
    };
}

static bool add_withdrawal(struct proofs_making *making, const struct id *consent_id,
        struct err *err)
{
    struct node *node = making->node;
    struct spool_withdrawal withdrawal;
    struct spool_proof proof;
    bool found;
    if (!spool_get_withdrawal(node->db, consent_id, &node->scratch, &found, &withdrawal,
                err))
        return false;
    if (!found)
        return true;
    making->things[making->n_things++] = withdrawal.bytes;
    if (!spool_proof_of(node->db, KIND_WITHDRAWAL, consent_id, &node->scratch, &found,
                &proof, err))
        return false;
    if (found && span_equal(proof.bytes, withdrawal.bytes))
        add_leaf(making, &proof);
    return true;
}

static bool add_consents(struct proofs_making *making, struct err *err)
{
    struct node *node = making->node;
    size_t before = making->n_things;
    for (size_t i = 0; i < making->n_consents; i++) {
        struct spool_capsule capsule;
        bool found;
        if (!spool_get_capsule(node->db, &making->consents[i], &node->scratch, &found,
                    &capsule, err))
            return false;
        if (found)
            making->things[making->n_things++] = capsule.bytes;
        if (!add_withdrawal(making, &making->consents[i], err))
            return false;
    }
    for (size_t i = before; i < making->n_things; i++)
        if (!look_into(making, making->things[i], err))
            return false;
    return true;
}

/* What others signed, each with the proof of its leaf once that has come. */
static bool add_words(struct proofs_making *making, const struct spool_case *file,
        struct err *err)
{
    struct node *node = making->node;
    struct spool_proof proof = {.number = 0};
    for (size_t n = 0;; n++) {
        bool found;
        if (!spool_proof_after(node->db, file->number, proof.number, &node->scratch,
                    &found, &proof, err))
            return false;
        if (!found)
            return true;
        if (n == EVIDENCE_LOGGED_MAX)
            return err_set(err, E_SIZE, "case %llu has more evidence than a file holds",
                    (unsigned long long)file->number);
        making->things[making->n_things++] = proof.bytes;
        add_leaf(making, &proof);
    }
}

/* Our own words, those of the others, the capsules and withdrawals that they name, and
 * the openings. */
static bool add_things(struct proofs_making *making, const struct spool_case *file,
        struct err *err)
{
    struct node *node = making->node;
    struct spool_opening *openings =
            arena_take(&node->scratch, OPENINGS_SHOWN_MAX * sizeof *openings);
    size_t n_openings;
    if (openings == NULL)
        return err_set(err, E_SIZE, "no room for the evidence of this case");
    if (!spool_evidence(node->db, file->number, &node->scratch, making->things,
                SPOOL_EVIDENCE_MAX, &making->n_things, err) ||
            !add_words(making, file, err) ||
            !spool_openings(node->db, file->number, 0, &node->scratch, openings,
                    OPENINGS_SHOWN_MAX, &n_openings, err))
        return false;
    add_name(making, node->partner);
    for (size_t i = 0; i < making->n_things; i++)
        if (!look_into(making, making->things[i], err))
            return false;
    if (!add_consents(making, err))
        return false;
    for (size_t i = 0; i < making->evidence.n_checkpoints; i++)
        if (!look_into(making, making->checkpoints[i], err))
            return false;
    for (size_t i = 0; i < n_openings; i++)
        making->things[making->n_things++] = openings[i].bytes;
    return true;
}

/* ------------------------------------------------------------- the whole */

/* Signed by this node: nothing can be left out of the file unseen. */
static bool sign(struct proofs_making *making, const struct spool_case *file,
        struct err *err)
{
    struct node *node = making->node;
    struct evidence *evidence = &making->evidence;
    struct evidence_head head = {
            .v = 1,
            .network = directory_network(node->directory)->name,
            .maker = node->partner,
            .made_ms = (uint64_t)node_now(node),
            .referral_id = file->referral_id,
    };
    struct span body;
    evidence_root(evidence, &head.count, &head.root);
    return wire_put_arena(&WIRE_EVIDENCE_HEAD, &head, &node->scratch, &body, err) &&
           signed_make(node->partner, node->home.identity, KIND_EVIDENCE, body,
                   &node->scratch, &evidence->head, err);
}

static struct proofs_making *begin(struct node *node)
{
    struct arena *arena = &node->scratch;
    struct proofs_making *making = arena_take(arena, sizeof *making);
    if (making == NULL)
        return NULL;
    making->node = node;
    making->evidence.v = 1;
    making->things = arena_take(arena, EVIDENCE_THINGS_MAX * sizeof(struct span));
    making->members = arena_take(arena, PROOFS_NAMES_MAX * sizeof *making->members);
    making->revocations = arena_take(arena, PROOFS_NAMES_MAX * sizeof(struct span));
    making->checkpoints =
            arena_take(arena, EVIDENCE_CHECKPOINTS_MAX * sizeof(struct span));
    making->heads = arena_take(arena, EVIDENCE_CHECKPOINTS_MAX * sizeof *making->heads);
    making->joins = arena_take(arena, EVIDENCE_JOINS_MAX * sizeof *making->joins);
    making->log = arena_take(arena, EVIDENCE_LOGGED_MAX * sizeof *making->log);
    bool ok = making->things != NULL && making->members != NULL &&
              making->revocations != NULL && making->checkpoints != NULL &&
              making->heads != NULL && making->joins != NULL && making->log != NULL;
    return ok ? making : NULL;
}

bool proofs_file(struct node *node, const struct spool_case *file,
        struct evidence_made *made, struct err *err)
{
    struct span *packed = &made->file;
    struct arena *arena = &node->scratch;
    struct proofs_making *making = begin(node);
    if (making == NULL)
        return err_set(err, E_SIZE, "no room for the evidence of this case");
    if (directory_network(node->directory) == NULL)
        return err_set(err, E_AUTH, "this node has joined no network");
    if (!add_things(making, file, err) || !proofs_add_joins(making, err) ||
            !proofs_add_members(making, err))
        return false;
    making->evidence.network = (struct span){node->network, node->network_len};
    making->evidence.members = making->members;
    making->evidence.revocations = making->revocations;
    making->evidence.things = making->things;
    making->evidence.n_things = making->n_things;
    making->evidence.log = making->log;
    making->evidence.checkpoints = making->checkpoints;
    making->evidence.joins = making->joins;
    made->asked = making->asked;
    if (!sign(making, file, err) ||
            !wire_put_arena(&WIRE_EVIDENCE, &making->evidence, arena, packed, err))
        return err_wrap(err, "the evidence of case %llu",
                (unsigned long long)file->number);
    if (packed->len > EVIDENCE_BYTES_MAX)
        return err_set(err, E_SIZE, "the evidence of case %llu has %zu bytes",
                (unsigned long long)file->number, packed->len);
    return true;
}
