/* fuzz_audit.c - what a broker shows of its audit log: checkpoints have one spelling
 * only, and no proof of any bytes vouches for a leaf that is not in the tree. */
#include "core/audit.h"
#include "core/wire.h"
#include "tests/fuzz.h"
#include "tests/mutate.h"

enum { ARENA_BYTES = 1 << 20, LEAVES = 40 };

static struct arena arena;
static struct key32 leaves[LEAVES];

int LLVMFuzzerInitialize(int *argc, char ***argv);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    fuzz_start();
    arena = arena_new(ARENA_BYTES);
    must(arena.at != NULL);
    for (uint8_t i = 0; i < LEAVES; i++) {
        struct span part = {&i, 1};
        leaves[i] = merkle_leaf(&part, 1);
    }
    return 0;
}

static void try_text(struct span input)
{
    struct audit_head head;
    struct err err;
    char text[AUDIT_TEXT_BYTES];

    if (!audit_head_read(input, &head, &err))
        return;
    audit_head_text(&head, text);
    must(span_equal(span_text(text), input));
}

/* As a node reads it: nothing that is shown may prove another leaf than the one that
 * stands there. */
static void try_proof(struct span input)
{
    struct key32 root = merkle_head(leaves, LEAVES), path[MERKLE_PATH_MAX];
    struct audit_proof proof;
    struct err err;
    size_t n_path;

    if (!wire_get(&WIRE_AUDIT_PROOF, input, &arena, &proof, &err))
        return;
    if (audit_path_read(proof.consistency, path, &n_path) && proof.since > 0 &&
            proof.since < LEAVES) {
        struct key32 older = merkle_head(leaves + 1, proof.since);
        must(!merkle_check_consistency(proof.since, &older, LEAVES, &root, path,
                n_path));
    }
    for (size_t i = 0; i < proof.n_leaves; i++) {
        const struct leaf_proof *shown = &proof.leaves[i];
        struct key32 hash = merkle_leaf(&shown->leaf, 1);
        uint64_t index = shown->log_leaf - 1;
        if (!audit_path_read(shown->path, path, &n_path) || index >= LEAVES)
            continue;
        must(!merkle_check_inclusion(&hash, index, LEAVES, path, n_path, &root) ||
                key32_equal(&hash, &leaves[index]));
    }
}

/* Any two things: what a leaf must say of the one is never what it says of no leaf. */
static void try_leaf(struct span input)
{
    static const enum kind KINDS[] = {KIND_LETTER, KIND_RECEIPT, KIND_OFFER_STATUS,
            KIND_WITHDRAWAL};
    enum kind kind = KINDS[fuzz_byte(&input) % COUNT_OF(KINDS)];
    struct audit_leaf expected, leaf;
    uint64_t named;
    struct err err;

    if (wire_get(&WIRE_AUDIT_LEAF, input, &arena, &leaf, &err))
        must(audit_compare(&leaf, &leaf) == AUDIT_SAME || !id_is_none(&leaf.offer_id));
    if (audit_expect(kind, input, &arena, &expected, &named, &err) &&
            id_is_none(&expected.offer_id))
        must(audit_compare(&expected, &expected) == AUDIT_SAME);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span input = {data, size};
    arena_reset(&arena, 0);
    switch (fuzz_byte(&input) % 3) {
    case 0: try_text(input); break;
    case 1: try_proof(input); break;
    default: try_leaf(input); break;
    }
    return 0;
}
