/* proofs.c - a long audit log, and the time of the first proof in it. */
#include "tests/bench/proofs.h"

#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "broker/ledger.h"
#include "broker/tiles.h"
#include "core/db_inner.h"
#include "core/hash.h"
#include "tests/network.h"

enum {
    SIZES = 4,
    ASKED = 300,
    LEAVES_A_ROW = 120, /* as many as a busy turn writes */
    ROWS_A_COMMIT = 200,
    LEAF_BYTES = 220, /* of a letter that was taken */
    ROW_BYTES = LEAVES_A_ROW * (LEAF_BYTES + 2),
    PATH_BYTES = 256,
};
static const uint64_t SIZE_OF[SIZES] = {10000, 100000, 1000000, 10000000};

struct long_log {
    char path[PATH_BYTES];
    struct ledger *ledger;
    struct merkle_log log;
};

/* Leaf number n: no two are the same. */
static struct span leaf_of(uint64_t n, uint8_t bytes[LEAF_BYTES])
{
    for (size_t i = 0; i < LEAF_BYTES; i++)
        bytes[i] = (uint8_t)(n >> (i % 8 * 8));
    return (struct span){bytes, LEAF_BYTES};
}

static void add_row(struct long_log *it, uint64_t end)
{
    static uint8_t row[ROW_BYTES];
    struct err err = {.code = CODE_OK};
    uint64_t first = it->log.size;
    size_t len = 0;

    while (it->log.size < end && it->log.size < first + LEAVES_A_ROW) {
        uint8_t bytes[LEAF_BYTES];
        struct span leaf = leaf_of(it->log.size, bytes);
        struct key32 hash = merkle_leaf(&leaf, 1);
        network_must(ledger_audit_pack(row, sizeof row, &len, leaf) &&
                             tiles_keep(it->ledger, &it->log, &hash, &err),
                "a leaf", &err);
        merkle_log_append(&it->log, &hash);
    }
    network_must(ledger_audit_add(it->ledger, first, (struct span){row, len}, &err),
            "a row of leaves", &err);
}

static void fill(struct long_log *it, uint64_t n)
{
    struct err err = {.code = CODE_OK};

    while (it->log.size < n) {
        network_must(db_begin(ledger_db(it->ledger), &err), "begin", &err);
        for (size_t i = 0; i < ROWS_A_COMMIT && it->log.size < n; i++)
            add_row(it, n);
        network_must(db_commit(ledger_db(it->ledger), &err), "commit", &err);
    }
}

static double now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* The pages that were read are let go, those of the file in the system's memory too. */
static void forget(struct long_log *it)
{
    sqlite3 *handle = ledger_db(it->ledger)->handle;
    int fd = open(it->path, O_RDONLY | O_CLOEXEC);

    sqlite3_db_release_memory(handle);
    network_must(fd >= 0 && posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED) == 0,
            "forgetting a file", NULL);
    close(fd);
}

/* What a node that asks for one leaf is shown; microseconds. */
static double prove(struct long_log *it, uint64_t index)
{
    struct err err = {.code = CODE_OK};
    struct key32 path[MERKLE_PATH_MAX], root = merkle_log_head(&it->log);
    uint8_t bytes[LEAF_BYTES];
    struct span leaf, expected = leaf_of(index, bytes);
    struct key32 hash = merkle_leaf(&expected, 1);
    size_t n_path, n_since;
    uint64_t size = it->log.size;

    forget(it);
    double begin_us = now_us();
    struct tiles *tiles = tiles_new(it->ledger, &err);
    bool ok = tiles != NULL &&
              tiles_consistency(tiles, size / 2 + 1, size, path, &n_since, &err) &&
              tiles_leaf(tiles, index, size, &leaf, &err) &&
              span_equal(leaf, expected) &&
              tiles_inclusion(tiles, index, size, path, &n_path, &err);
    double took_us = now_us() - begin_us;
    network_must(ok && merkle_check_inclusion(&hash, index, size, path, n_path, &root),
            "a proof", &err);
    tiles_free(tiles);
    return took_us;
}

static void measure(struct long_log *it, size_t size, struct figures *figures)
{
    static double took_us[ASKED];

    sync();
    for (size_t i = 0; i < ASKED; i++)
        took_us[i] = prove(it, (uint64_t)i * UINT64_C(2654435761) % it->log.size);
    figures_add(figures, (enum figure)(FIGURE_PROOF_P99_10K + size),
            figures_percentile(took_us, ASKED, 0.99) / 1e3);
    figures_add(figures, (enum figure)(FIGURE_PROOF_10K + size),
            figures_percentile(took_us, ASKED, 0.5) / 1e3);
}

static void drop(struct long_log *it)
{
    static const char *const ENDS[] = {"", "-wal", "-shm"};
    char path[PATH_BYTES + 8];

    ledger_close(it->ledger);
    for (size_t i = 0; i < COUNT_OF(ENDS); i++) {
        snprintf(path, sizeof path, "%s%s", it->path, ENDS[i]);
        unlink(path);
    }
}

void proofs_measure(const char *folder, bool big, struct figures *figures)
{
    static struct long_log it;
    struct ledger_store store;
    struct err err = {.code = CODE_OK};

    snprintf(it.path, sizeof it.path, "%s/log.db", folder);
    it.log = (struct merkle_log){.size = 0};
    it.ledger = ledger_open(it.path, NULL, &err);
    network_must(it.ledger != NULL && db_begin(ledger_db(it.ledger), &err) &&
                         ledger_start(it.ledger, &store, &err) &&
                         db_commit(ledger_db(it.ledger), &err),
            "a ledger", &err);
    for (size_t size = 0; size < (big ? SIZES : SIZES - 1); size++) {
        double begin_us = now_us();
        fill(&it, SIZE_OF[size]);
        measure(&it, size, figures);
        fprintf(stderr, "%llu leaves in %.0f s\n", (unsigned long long)it.log.size,
                (now_us() - begin_us) / 1e6);
    }
    drop(&it);
}
