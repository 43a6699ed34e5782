/* unit_tiles.c - proofs of the audit log as the broker makes them, against the plain
 * tree of RFC 6962; and how little of a long log they read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "broker/tiles.h"
#include "core/db.h"
#include "core/hash.h"
#include "tests/temp.h"

enum {
    LONG = 66000, /* more than one tile of tiles */
    ROW_BYTES = 64 * 1024,
    LEVELS = 40,
};

struct bench {
    struct temp temp;
    struct ledger *ledger;
    struct tiles *tiles;
    struct key32 *leaves; /* hashes */
    uint64_t size;
    struct merkle_log log;
};

static void must(bool ok, const struct err *err)
{
    if (!ok)
        fail_msg("%s: %s", code_name(err->code), err->msg);
}

static int setup(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    struct err err = {0};
    struct ledger_store store;
    char path[TEMP_PATH_BYTES];

    must(hash_start(&err), &err);
    temp_init(&b->temp);
    temp_path(&b->temp, "broker.db", path);
    b->ledger = ledger_open(path, NULL, &err);
    must(b->ledger != NULL, &err);
    must(db_begin(ledger_db(b->ledger), &err), &err);
    must(ledger_start(b->ledger, &store, &err), &err);
    b->tiles = tiles_new(b->ledger, &err);
    must(b->tiles != NULL, &err);
    b->leaves = calloc(LONG, sizeof *b->leaves);
    *state = b;
    return 0;
}

static int teardown(void **state)
{
    struct bench *b = *state;
    tiles_free(b->tiles);
    ledger_close(b->ledger);
    temp_done(&b->temp);
    free(b->leaves);
    free(b);
    return 0;
}

/* Leaf number i: bytes that differ from all others. */
static struct span leaf_of(uint64_t i, char text[32])
{
    snprintf(text, 32, "leaf %llu", (unsigned long long)i);
    return span_text(text);
}

/* Grow the log to n leaves, in turns of 1 to 700. */
static void grow(struct bench *b, uint64_t n)
{
    static uint8_t row[ROW_BYTES];
    struct err err = {0};
    uint64_t turn = 1;

    while (b->size < n) {
        uint64_t first = b->size, end = first + turn < n ? first + turn : n;
        size_t len = 0;
        for (; b->size < end; b->size++) {
            char text[32];
            struct span leaf = leaf_of(b->size, text);
            assert_true(ledger_audit_pack(row, sizeof row, &len, leaf));
            struct key32 hash = b->leaves[b->size] = merkle_leaf(&leaf, 1);
            must(tiles_keep(b->ledger, &b->log, &hash, &err), &err);
            merkle_log_append(&b->log, &hash);
        }
        struct span leaves = {row, len};
        must(ledger_audit_add(b->ledger, first, leaves, &err), &err);
        turn = turn * 7 % 701;
    }
}

static void check_leaf(struct bench *b, uint64_t i, uint64_t n,
        const struct key32 *root)
{
    struct key32 path[MERKLE_PATH_MAX];
    struct err err = {0};
    struct span leaf;
    char text[32];
    size_t n_path;

    must(tiles_leaf(b->tiles, i, n, &leaf, &err), &err);
    assert_true(span_equal(leaf, leaf_of(i, text)));
    must(tiles_inclusion(b->tiles, i, n, path, &n_path, &err), &err);
    assert_true(merkle_check_inclusion(&b->leaves[i], i, n, path, n_path, root));
}

static void check_before(struct bench *b, uint64_t m, uint64_t n,
        const struct key32 *root)
{
    struct key32 path[MERKLE_PATH_MAX], before = merkle_head(b->leaves, m);
    struct err err = {0};
    size_t n_path;

    must(tiles_consistency(b->tiles, m, n, path, &n_path, &err), &err);
    assert_true(merkle_check_consistency(m, &before, n, root, path, n_path));
}

/* Every leaf and every older tree, of every small log. */
static void small_logs_are_proved_whole(void **state)
{
    struct bench *b = *state;

    for (uint64_t n = 1; n <= 600; n += n < 20 || n % 256 > 250 ? 1 : 37) {
        grow(b, n);
        struct key32 root = merkle_head(b->leaves, n);
        for (uint64_t i = 0; i < n; i += n < 20 ? 1 : 11) {
            struct key32 path[MERKLE_PATH_MAX], plain[MERKLE_PATH_MAX];
            struct err err = {0};
            size_t n_path, n_plain;
            check_leaf(b, i, n, &root);
            check_before(b, i + 1, n, &root);
            merkle_path(b->leaves, n, i, plain, &n_plain);
            must(tiles_inclusion(b->tiles, i, n, path, &n_path, &err), &err);
            assert_int_equal(n_path, n_plain);
            assert_memory_equal(path, plain, n_path * sizeof path[0]);
        }
    }
}

/* Trees of any size in one long log, in any order, with places where tiles meet. */
static void any_part_of_a_long_log_is_proved(void **state)
{
    static const uint64_t EDGES[] = {1, 255, 256, 257, 511, 65535, 65536, 65537};
    struct bench *b = *state;
    unsigned seed = 6962;

    grow(b, LONG);
    for (size_t round = 0; round < 24; round++) {
        uint64_t n = round < COUNT_OF(EDGES) ? EDGES[round]
                                             : 1 + (uint64_t)rand_r(&seed) % LONG;
        struct key32 root = merkle_head(b->leaves, n);
        for (size_t i = 0; i < 6; i++)
            check_leaf(b, (uint64_t)rand_r(&seed) % n, n, &root);
        check_leaf(b, n - 1, n, &root);
        check_before(b, n, n, &root);
        check_before(b, 1 + (uint64_t)rand_r(&seed) % n, n, &root);
    }
}

/* A log of ten million leaves, all the same: of the leaves themselves only the tiles
 * are there that the proofs need. */
static void a_proof_reads_little_of_ten_million_leaves(void **state)
{
    static const uint64_t N = 10000000, PLACES[] = {0, 5000000, 9999999};
    static uint8_t row[ROW_BYTES];
    struct bench *b = *state;
    struct err err = {0};
    struct span leaf = span_text("all the same");
    struct key32 heads[LEVELS] = {merkle_leaf(&leaf, 1)}, path[MERKLE_PATH_MAX];
    struct merkle_log log = {.size = N};
    size_t len = 0, n_path;

    for (size_t i = 1; i < LEVELS; i++)
        heads[i] = merkle_node(&heads[i - 1], &heads[i - 1]);
    for (unsigned level = 8; level <= 16; level += 8)
        for (uint64_t i = 0; i < N >> level; i++)
            must(ledger_tile_add(b->ledger, level, i, &heads[level], &err), &err);
    for (int bit = 63; bit >= 0; bit--)
        if ((N >> bit & 1) != 0)
            log.heads[log.n_heads++] = heads[bit];
    struct key32 root = merkle_log_head(&log);
    for (size_t i = 0; i < TILES_LEAVES; i++)
        assert_true(ledger_audit_pack(row, sizeof row, &len, leaf));
    for (size_t i = 0; i < COUNT_OF(PLACES); i++) {
        struct span leaves = {row, len};
        must(ledger_audit_add(b->ledger, PLACES[i] / TILES_LEAVES * TILES_LEAVES,
                     leaves, &err),
                &err);
    }
    for (size_t i = 0; i < COUNT_OF(PLACES); i++) {
        uint64_t before = tiles_read_count(b->tiles);
        must(tiles_inclusion(b->tiles, PLACES[i], N, path, &n_path, &err), &err);
        assert_true(
                merkle_check_inclusion(&heads[0], PLACES[i], N, path, n_path, &root));
        assert_in_range(tiles_read_count(b->tiles) - before, 0, 6);
        /* The tiles lie ready for the next one. */
        before = tiles_read_count(b->tiles);
        must(tiles_inclusion(b->tiles, PLACES[i] ^ 1, N, path, &n_path, &err), &err);
        assert_in_range(tiles_read_count(b->tiles) - before, 0, 0);
    }
}

static void what_is_missing_is_said(void **state)
{
    struct bench *b = *state;
    struct key32 path[MERKLE_PATH_MAX];
    struct err err = {0};
    size_t n_path;

    grow(b, 1000);
    /* A size that the log never had. */
    assert_false(tiles_inclusion(b->tiles, 1100, 1200, path, &n_path, &err));
    assert_int_equal(err.code, ERR_CORRUPT);
    assert_false(tiles_consistency(b->tiles, 300, 70000, path, &n_path, &err));
    assert_int_equal(err.code, ERR_CORRUPT);
    /* And nothing of that is kept. */
    struct key32 root = merkle_head(b->leaves, 1000);
    check_leaf(b, 999, 1000, &root);
    check_before(b, 300, 1000, &root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test_setup_teardown(small_logs_are_proved_whole, setup,
                    teardown),
            cmocka_unit_test_setup_teardown(any_part_of_a_long_log_is_proved, setup,
                    teardown),
            cmocka_unit_test_setup_teardown(a_proof_reads_little_of_ten_million_leaves,
                    setup, teardown),
            cmocka_unit_test_setup_teardown(what_is_missing_is_said, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
