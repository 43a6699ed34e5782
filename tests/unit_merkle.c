/* unit_merkle.c - the tree of RFC 6962 against published vectors and against its plain
 * definition. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/merkle.h"
#include "tests/vector_rows.h"

enum { N_LEAVES = MERKLE_BATCH_MAX };

static struct key32 leaves[N_LEAVES];
static struct merkle_batch batch;

/* RFC 6962, 2.1, word for word. */
static struct key32 plain_head(const struct key32 *d, size_t n)
{
    if (n == 1)
        return d[0];
    size_t k = 1;
    while (k * 2 < n)
        k *= 2;
    struct key32 left = plain_head(d, k);
    struct key32 right = plain_head(d + k, n - k);
    return merkle_node(&left, &right);
}

/* RFC 6962, 2.1.2: SUBPROOF(m, D[n], b), word for word. */
static size_t plain_subproof(size_t m, const struct key32 *d, size_t n, bool b,
        struct key32 *path)
{
    if (m == n) {
        if (b)
            return 0;
        path[0] = plain_head(d, n);
        return 1;
    }
    size_t k = 1;
    while (k * 2 < n)
        k *= 2;
    size_t len;
    if (m <= k) {
        len = plain_subproof(m, d, k, b, path);
        path[len] = plain_head(d + k, n - k);
    } else {
        len = plain_subproof(m - k, d + k, n - k, false, path);
        path[len] = plain_head(d, k);
    }
    return len + 1;
}

static size_t get_path(char *word, struct key32 *path)
{
    size_t n = 0;
    char *rest = strcmp(word, "-") == 0 ? NULL : word;
    while (rest != NULL) {
        assert_true(n < MERKLE_PATH_MAX);
        path[n++] = vector_key32(strsep(&rest, ","));
    }
    return n;
}

static void proofs_of_the_vectors_are_judged_as_they_say(void **state)
{
    (void)state;
    struct vectors v;
    struct key32 path[MERKLE_PATH_MAX];
    size_t n_inclusion = 0;
    size_t n_consistency = 0;
    vectors_open(&v, "rfc6962.txt");
    while (vectors_next(&v)) {
        uint64_t a = strtoull(v.words[1], NULL, 10);
        uint64_t b = strtoull(v.words[2], NULL, 10);
        struct key32 root = vector_key32(v.words[3]);
        struct key32 other = vector_key32(v.words[4]);
        bool refused = v.words[5][0] == '1';
        size_t n_path = get_path(v.words[6], path);
        bool ok;
        if (vectors_row_is(&v, "I")) {
            n_inclusion++;
            /* A hash that is not 32 bytes long cannot even be asked about. */
            ok = strlen(v.words[3]) == 64 && strlen(v.words[4]) == 64 &&
                 merkle_check_inclusion(&other, a, b, path, n_path, &root);
        } else {
            n_consistency++;
            ok = merkle_check_consistency(a, &root, b, &other, path, n_path);
        }
        if (ok == refused)
            print_message("wrong answer for %s\n", v.words[7]);
        assert_int_equal(ok, !refused);
    }
    vectors_close(&v);
    assert_int_equal(n_inclusion, 98);
    assert_int_equal(n_consistency, 98);
}

static void leaf_and_node_have_their_own_prefix(void **state)
{
    (void)state;
    struct key32 wanted = vector_key32(
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
    struct key32 empty_leaf = merkle_leaf(NULL, 0);
    assert_true(key32_equal(&empty_leaf, &wanted));

    struct span parts[] = {span_text("one "), span_text("leaf")};
    struct span whole = span_text("one leaf");
    struct key32 in_parts = merkle_leaf(parts, COUNT_OF(parts));
    struct key32 in_one = merkle_leaf(&whole, 1);
    assert_true(key32_equal(&in_parts, &in_one));

    /* The bytes of two children, given as a leaf, are not their node. */
    struct span children = {leaves[0].b, 64};
    struct key32 as_leaf = merkle_leaf(&children, 1);
    struct key32 as_node = merkle_node(&leaves[0], &leaves[1]);
    assert_false(key32_equal(&as_leaf, &as_node));
}

/* The leaves and heads that every implementation of RFC 6962 is tried with. */
static void the_known_heads_come_out(void **state)
{
    (void)state;
    static const char *const LEAVES[] = {"-", "00", "10", "2021", "3031", "40414243",
            "5051525354555657", "606162636465666768696a6b6c6d6e6f"};
    static const char *const HEADS[] = {
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    };
    static uint8_t bytes[VECTOR_BYTES_MAX];
    struct key32 known[COUNT_OF(LEAVES)];
    for (size_t i = 0; i < COUNT_OF(LEAVES); i++) {
        struct span leaf = vector_bytes(LEAVES[i], bytes);
        known[i] = merkle_leaf(&leaf, 1);
        struct key32 head = merkle_head(known, i + 1), wanted = vector_key32(HEADS[i]);
        assert_true(key32_equal(&head, &wanted));
    }
}

static void head_of_nothing_is_the_hash_of_nothing(void **state)
{
    (void)state;
    struct key32 wanted = hash_sha256(NULL, 0);
    struct key32 head = merkle_head(NULL, 0);
    assert_true(key32_equal(&head, &wanted));
}

static void every_way_to_the_head_is_the_same(void **state)
{
    (void)state;
    struct merkle_log log = {.size = 0};
    for (size_t n = 1; n <= N_LEAVES; n++) {
        merkle_log_append(&log, &leaves[n - 1]);
        if (n > 130 && n < N_LEAVES - 3 && n % 97 != 0)
            continue;
        struct key32 wanted = plain_head(leaves, n);
        struct key32 head = merkle_head(leaves, n);
        struct key32 log_head = merkle_log_head(&log);
        merkle_batch_build(&batch, leaves, n);
        struct key32 batch_head = merkle_batch_head(&batch);
        assert_true(key32_equal(&head, &wanted));
        assert_true(key32_equal(&log_head, &wanted));
        assert_true(key32_equal(&batch_head, &wanted));
    }
    assert_int_equal(log.size, N_LEAVES);
    assert_int_equal(log.n_heads, 1);
}

static void a_batch_can_be_built_in_place(void **state)
{
    (void)state;
    struct key32 wanted = plain_head(leaves, 37);
    memcpy(batch.nodes, leaves, 37 * sizeof leaves[0]);
    merkle_batch_build(&batch, batch.nodes, 37);
    struct key32 head = merkle_batch_head(&batch);
    assert_true(key32_equal(&head, &wanted));
}

static void every_path_leads_to_the_head(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 33, 64,
            100, 511, 513, 1000, 1023, 1024};
    for (size_t s = 0; s < COUNT_OF(sizes); s++) {
        size_t n = sizes[s];
        merkle_batch_build(&batch, leaves, n);
        struct key32 root = merkle_batch_head(&batch);
        for (size_t i = 0; i<n; i += n> 600 ? 41 : 1) {
            struct key32 path[MERKLE_PATH_MAX];
            struct key32 again[MERKLE_BATCH_PATH_MAX];
            size_t n_path;
            size_t n_again;
            merkle_path(leaves, n, i, path, &n_path);
            merkle_batch_path(&batch, i, again, &n_again);
            assert_int_equal(n_path, n_again);
            assert_memory_equal(path, again, n_path * sizeof path[0]);
            assert_true(merkle_check_inclusion(&leaves[i], i, n, path, n_path, &root));
            assert_false(merkle_check_inclusion(&leaves[(i + 1) % N_LEAVES], i, n, path,
                    n_path, &root));
            assert_false(
                    merkle_check_inclusion(&leaves[i], i + 1, n, path, n_path, &root));
            assert_false(n_path > 0 && merkle_check_inclusion(&leaves[i], i, n, path,
                                               n_path - 1, &root));
            path[n_path] = root;
            assert_false(
                    merkle_check_inclusion(&leaves[i], i, n, path, n_path + 1, &root));
        }
    }
}

static void a_changed_bit_anywhere_in_a_path_is_refused(void **state)
{
    (void)state;
    struct key32 root = merkle_head(leaves, 11);
    struct key32 path[MERKLE_PATH_MAX];
    size_t n_path;
    merkle_path(leaves, 11, 6, path, &n_path);
    uint8_t *bytes = path[0].b;
    for (size_t bit = 0; bit < n_path * 256; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_false(merkle_check_inclusion(&leaves[6], 6, 11, path, n_path, &root));
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    assert_true(merkle_check_inclusion(&leaves[6], 6, 11, path, n_path, &root));
}

static void sizes_from_outside_have_no_bound(void **state)
{
    (void)state;
    struct key32 path[MERKLE_PATH_MAX];
    memset(path, 0x5A, sizeof path);
    struct key32 root;
    assert_false(merkle_root_from_path(&leaves[0], 0, 0, path, 0, &root));
    assert_false(merkle_root_from_path(&leaves[0], 5, 5, path, 3, &root));
    assert_false(merkle_root_from_path(&leaves[0], 0, UINT64_MAX, path, 63, &root));
    assert_true(merkle_root_from_path(&leaves[0], 0, UINT64_MAX, path, 64, &root));
    assert_false(
            merkle_root_from_path(&leaves[0], UINT64_MAX, UINT64_MAX, path, 64, &root));
    /* The path of the first leaf also is the proof that a tree of that leaf alone is a
     * prefix. */
    assert_true(merkle_root_from_path(&leaves[0], 0, UINT64_MAX, path, 64, &root));
    assert_true(merkle_check_consistency(1, &leaves[0], UINT64_MAX, &root, path, 64));
    assert_false(merkle_check_consistency(1, &leaves[0], UINT64_MAX, &root, path, 63));
}

static void every_prefix_is_proved_and_no_other(void **state)
{
    (void)state;
    for (size_t n = 1; n <= 40; n++) {
        struct key32 root = plain_head(leaves, n);
        for (size_t m = 1; m <= n; m++) {
            struct key32 path[MERKLE_PATH_MAX];
            struct key32 old = plain_head(leaves, m);
            struct key32 foreign = plain_head(leaves + 1, m);
            size_t len = plain_subproof(m, leaves, n, true, path);
            assert_true(merkle_check_consistency(m, &old, n, &root, path, len));
            assert_false(merkle_check_consistency(m, &foreign, n, &root, path, len));
            assert_false(merkle_check_consistency(m, &old, n, &foreign, path, len));
            assert_false(merkle_check_consistency(m + 1, &old, n, &root, path, len));
            assert_false(merkle_check_consistency(0, &old, n, &root, path, len));
            if (len > 0) {
                assert_false(
                        merkle_check_consistency(m, &old, n, &root, path, len - 1));
                path[len - 1].b[31] ^= 1;
                assert_false(merkle_check_consistency(m, &old, n, &root, path, len));
            }
        }
    }
}

int main(void)
{
    struct err err;
    if (!hash_start(&err))
        return 1;
    for (uint32_t i = 0; i < N_LEAVES; i++) {
        struct span part = SPAN_OF(i);
        leaves[i] = merkle_leaf(&part, 1);
    }
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(proofs_of_the_vectors_are_judged_as_they_say),
            cmocka_unit_test(leaf_and_node_have_their_own_prefix),
            cmocka_unit_test(the_known_heads_come_out),
            cmocka_unit_test(head_of_nothing_is_the_hash_of_nothing),
            cmocka_unit_test(every_way_to_the_head_is_the_same),
            cmocka_unit_test(a_batch_can_be_built_in_place),
            cmocka_unit_test(every_path_leads_to_the_head),
            cmocka_unit_test(a_changed_bit_anywhere_in_a_path_is_refused),
            cmocka_unit_test(sizes_from_outside_have_no_bound),
            cmocka_unit_test(every_prefix_is_proved_and_no_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
