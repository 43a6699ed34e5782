/* fuzz_merkle.c - proofs of the audit log: the path of every leaf of every tree leads
 * to its head, however the tree was built; a path that differs does not, nor do other
 * places or sizes; and no path proves a past that was not. */
#include "core/merkle.h"
#include "tests/fuzz.h"

enum { LEAVES_MAX = 70 };

int LLVMFuzzerInitialize(int *argc, char ***argv);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    fuzz_start();
    return 0;
}

/* Leaves that differ, or are the same where the input says so. */
static size_t make_leaves(struct span *input, struct key32 leaves[LEAVES_MAX])
{
    size_t n = 1 + fuzz_byte(input) % LEAVES_MAX;
    uint8_t same = fuzz_byte(input);
    for (size_t i = 0; i < n; i++) {
        uint8_t byte = i % 8 == 3 && (same & 1) != 0 ? 0 : (uint8_t)i;
        struct span part = {&byte, 1};
        leaves[i] = merkle_leaf(&part, 1);
    }
    return n;
}

static void must_be_one_tree(const struct key32 *leaves, size_t n)
{
    static struct merkle_batch batch;
    struct merkle_log log = {0};
    struct key32 head = merkle_head(leaves, n);
    merkle_batch_build(&batch, leaves, n);
    for (size_t i = 0; i < n; i++)
        merkle_log_append(&log, &leaves[i]);
    struct key32 grown = merkle_log_head(&log), built = merkle_batch_head(&batch);
    must(key32_equal(&grown, &head) && key32_equal(&built, &head));

    for (size_t i = 0; i < n; i++) {
        struct key32 one[MERKLE_PATH_MAX], two[MERKLE_BATCH_PATH_MAX];
        size_t n_one, n_two;
        merkle_path(leaves, n, i, one, &n_one);
        merkle_batch_path(&batch, i, two, &n_two);
        must(n_one == n_two && memcmp(one, two, n_one * sizeof *one) == 0);
    }
}

/* A true path, and what the input makes of it. */
static void try_inclusion(struct span *input, const struct key32 *leaves, size_t n)
{
    struct key32 path[MERKLE_PATH_MAX + 1] = {{{0}}};
    struct key32 head = merkle_head(leaves, n), found;
    size_t n_path, index = fuzz_byte(input) % n;
    merkle_path(leaves, n, index, path, &n_path);
    must(merkle_check_inclusion(&leaves[index], index, n, path, n_path, &head));
    must(!merkle_root_from_path(&leaves[index], n, n, path, n_path, &found));
    must(!merkle_root_from_path(&leaves[index], index, n, path, n_path + 1, &found));
    must(n_path == 0 ||
            !merkle_root_from_path(&leaves[index], index, n, path, n_path - 1, &found));
    for (size_t other = 0; other < n; other++) {
        if (key32_equal(&leaves[other], &leaves[index]))
            continue;
        must(!merkle_check_inclusion(&leaves[other], index, n, path, n_path, &head));
    }
    if (n_path == 0)
        return;
    path[fuzz_byte(input) % n_path].b[fuzz_byte(input) % 32] ^=
            (uint8_t)(1u << fuzz_byte(input) % 8);
    must(!merkle_check_inclusion(&leaves[index], index, n, path, n_path, &head));
}

/* Any path between two trees: it can only be taken when the older one really is the
 * beginning of the newer one. */
static void try_consistency(struct span *input, const struct key32 *leaves, size_t n)
{
    struct key32 path[MERKLE_PATH_MAX];
    size_t old = fuzz_byte(input) % (n + 2), n_path = fuzz_byte(input) % 8;
    struct key32 forged[LEAVES_MAX];
    memcpy(forged, leaves, n * sizeof *forged);
    size_t changed = fuzz_byte(input) % n;
    forged[changed].b[0] ^= 1;
    /* Nodes that are somewhere in the tree, in an order that the input says. */
    for (size_t i = 0; i < n_path; i++) {
        size_t from = fuzz_byte(input) % n;
        size_t len = 1 + fuzz_byte(input) % (n - from);
        path[i] = merkle_head(leaves + from, len);
    }
    struct key32 newer = merkle_head(leaves, n);
    struct key32 older = merkle_head(leaves, old <= n ? old : n);
    struct key32 lie = merkle_head(forged, old <= n ? old : n);
    bool is_prefix = merkle_check_consistency(old, &older, n, &newer, path, n_path);
    must(!is_prefix || (old >= 1 && old <= n));
    must(changed >= old || old > n ||
            !merkle_check_consistency(old, &lie, n, &newer, path, n_path));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct key32 leaves[LEAVES_MAX];
    struct span input = {data, size};
    size_t n = make_leaves(&input, leaves);
    must_be_one_tree(leaves, n);
    try_inclusion(&input, leaves, n);
    try_consistency(&input, leaves, n);
    return 0;
}
