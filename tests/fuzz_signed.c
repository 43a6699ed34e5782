/* fuzz_signed.c - proofs of signatures: what a batch gives out is taken, and nothing
 * that differs from it in a byte; any other bytes are refused.
 *
 * The first byte chooses: bytes as they are, or a batch that the input describes, from
 * which one thing is taken and changed as the rest of the input says. */
#include "core/signed.h"
#include "core/wire.h"
#include "tests/fuzz.h"
#include "tests/mutate.h"

enum { BODY_MAX = 64, SCRATCH_BYTES = 1 << 20, THINGS_MAX = 40 };

int LLVMFuzzerInitialize(int *argc, char ***argv);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
        unsigned seed);

static struct sign_key *key;
static struct signer *signer;
static struct arena arena;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    struct err err = {.code = CODE_OK};
    (void)argc;
    (void)argv;
    fuzz_start();
    key = sign_key_new(&err);
    must(key != NULL);
    signer = signer_new("house-a", key, &err);
    arena = arena_new(SCRATCH_BYTES);
    must(signer != NULL && arena.at != NULL);
    return 0;
}

/* Is it a thing of ours? A refusal leaves no trace. */
static bool taken(enum kind kind, struct span bytes, struct signed_ *thing)
{
    struct err err = {.code = CODE_OK};
    struct signed_ before;
    size_t used = arena.used;
    memset(thing, 0x5A, sizeof *thing);
    before = *thing;
    if (signed_get_by_key(sign_key_public(key), kind, bytes, &arena, thing, &err))
        return true;
    must_say_why(&err);
    must(arena.used == used && memcmp(thing, &before, sizeof before) == 0);
    return false;
}

static void try_bytes(struct span bytes)
{
    struct signed_ thing;
    for (int kind = KIND_NONE; kind <= KIND_HELLO; kind++)
        must(!taken((enum kind)kind, bytes, &thing));
}

/* A batch of the bodies that the input names, and one of its things. */
static struct span make_batch(struct span *input, enum kind *kind, struct span *body)
{
    struct err err = {.code = CODE_OK};
    struct span bytes = {0};
    uint32_t tickets[THINGS_MAX];
    size_t n = 1 + fuzz_byte(input) % THINGS_MAX;
    size_t chosen = fuzz_byte(input) % n;
    signer_clear(signer);
    for (size_t i = 0; i < n; i++) {
        enum kind its = (enum kind)(1 + fuzz_byte(input) % KIND_HELLO);
        struct span words = fuzz_take(input, fuzz_byte(input) % BODY_MAX);
        must(signer_add(signer, its, words, &tickets[i], &err));
        if (i == chosen) {
            *kind = its;
            *body = words;
        }
    }
    must(signer_count(signer) == n && signer_sign(signer, &err));
    must(signer_take(signer, tickets[chosen], &arena, &bytes, &err));
    return bytes;
}

/* Twins in one batch share their paths: then another index may be right, but what is
 * proved is the same. */
static bool taken_for_another(enum kind kind, struct span bytes, struct span body)
{
    struct signed_ thing;
    return taken(kind, bytes, &thing) &&
           !(span_equal(thing.body, body) && strcmp(thing.signer, "house-a") == 0);
}

/* The thing with one byte changed, or its fields exchanged for others. */
static void try_changed(struct span *input, enum kind kind, struct span bytes,
        struct span body)
{
    struct signed_ thing;
    uint8_t copy[SIGNED_BYTES_MAX];
    must(bytes.len <= sizeof copy);
    memcpy(copy, bytes.at, bytes.len);
    uint32_t at = fuzz_number(input, 2) % (uint32_t)bytes.len;
    uint8_t change = fuzz_byte(input);
    copy[at] ^= change == 0 ? 1 : change;
    must(!taken_for_another(kind, (struct span){copy, bytes.len}, body));
    must(!taken(kind, (struct span){bytes.at, at}, &thing));

    memcpy(copy, bytes.at, bytes.len);
    size_t len = mutate_message(&WIRE_SIGNED, copy, bytes.len, sizeof copy,
            fuzz_number(input, 4));
    must(!taken_for_another(kind, (struct span){copy, len}, body));
}

static void try_batch(struct span *input)
{
    struct signed_ thing;
    enum kind kind;
    struct span body;
    struct span bytes = make_batch(input, &kind, &body);
    must(taken(kind, bytes, &thing) && span_equal(thing.body, body));
    must(strcmp(thing.signer, "house-a") == 0 && thing.kind == kind);
    struct key32 leaf = signed_leaf(kind, "house-a", &thing.key_id, body);
    must(!key32_equal(&leaf, &(struct key32){{0}}));
    for (int other = KIND_NONE; other <= KIND_HELLO; other++)
        must((enum kind)other == kind || !taken((enum kind)other, bytes, &thing));
    try_changed(input, kind, bytes, body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span input = {data, size};
    arena_reset(&arena, 0);
    if (fuzz_byte(&input) % 4 == 0)
        try_bytes(input);
    else
        try_batch(&input);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
        unsigned seed)
{
    size_t LLVMFuzzerMutate(uint8_t * bytes, size_t len, size_t cap);
    if (size > 0 && data[0] % 4 == 0)
        return 1 + mutate_message(&WIRE_SIGNED, data + 1, size - 1, max_size - 1, seed);
    return LLVMFuzzerMutate(data, size, max_size);
}
