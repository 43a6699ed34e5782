/* register.c - consents by the million, and the time to decide on one of them. */
#include "tests/bench/register.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "broker/capsules.h"
#include "broker/ledger.h"
#include "core/db_inner.h"
#include "core/hash.h"
#include "core/wire.h"
#include "tests/consent_world.h"
#include "tests/network.h"

enum {
    SIZES = 4,
    ASKED = 20000, /* consents, a size */
    ROWS_A_COMMIT = 20000,
    ARENA_BYTES = 1024 * 1024,
    PATH_BYTES = 256,
    BROKER_KIB = 2000,         /* what SQLite gives a store by itself */
    ALL_KIB = 2 * 1024 * 1024, /* more than all pages that are asked for */
};
static const uint64_t SIZE_OF[SIZES] = {10000, 100000, 1000000, 10000000};

struct register_ {
    char path[PATH_BYTES];
    struct ledger *ledger;
    struct capsules *capsules;
    struct arena arena;
    uint32_t collector;
    struct world world; /* a capsule, and a letter that it lets pass */
    uint64_t n;         /* capsules that are there */
};

/* The id of the capsule that came as number n: as random as real ones are. */
static struct id id_of(uint64_t n)
{
    struct key32 hash = hash_sha256_one((struct span){(const uint8_t *)&n, sizeof n});
    struct id id;

    memcpy(id.b, hash.b, sizeof id.b);
    return id;
}

static void add(struct register_ *it, const struct id *consent_id)
{
    struct err err = {.code = CODE_OK};
    struct consent_row row = {.consent_id = *consent_id,
            .collector = it->collector,
            .confirmed = true};
    struct signed_ thing = {.kind = KIND_CONSENT,
            .signer = "homecare",
            .key_id = {{1}},
            .size = 1,
            .sig = {{1}}};

    it->world.capsule.consent_id = row.consent_id;
    it->world.capsule.record_hash = (struct key32){{1}};
    arena_reset(&it->arena, 0);
    network_must(wire_put_arena(&WIRE_CONSENT, &it->world.capsule, &it->arena,
                         &thing.body, &err) &&
                         wire_put_arena(&WIRE_SIGNED, &thing, &it->arena, &row.bytes,
                                 &err),
            "pack", &err);
    row.hash = hash_sha256_one(thing.body);
    network_must(ledger_consent_put(it->ledger, &row, it->world.now_ms, &err), "put",
            &err);
}

static int compare(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct id));
}

/* Those that come are written in the order of their ids: the index is the same, and
 * making it does not take hours. */
static void fill(struct register_ *it, uint64_t n)
{
    struct err err = {.code = CODE_OK};
    size_t n_new = (size_t)(n - it->n), at = 0;
    struct id *ids = malloc(n_new * sizeof *ids);

    network_must(ids != NULL, "memory", NULL);
    for (size_t i = 0; i < n_new; i++)
        ids[i] = id_of(it->n + i);
    qsort(ids, n_new, sizeof *ids, compare);
    while (at < n_new) {
        network_must(db_begin(ledger_db(it->ledger), &err), "begin", &err);
        for (size_t i = 0; i < ROWS_A_COMMIT && at < n_new; i++)
            add(it, &ids[at++]);
        network_must(db_commit(ledger_db(it->ledger), &err), "commit", &err);
    }
    free(ids);
    it->n = n;
}

static double now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* Found, read, decided; microseconds. */
static double decide_on(struct register_ *it, uint64_t n)
{
    struct err err = {.code = CODE_OK};
    struct consent_row row;
    struct consent capsule;
    struct id id = id_of(n);
    bool found;
    double begin_us = now_us();

    arena_reset(&it->arena, 0);
    bool ok = ledger_consent_find(it->ledger, &id, &it->arena, &row, &found, &err) &&
              found && capsules_get(it->capsules, &row.hash, row.bytes, &capsule, &err);
    it->world.facts.capsule = &capsule;
    it->world.core.consent_id = id;
    ok = ok && consent_decide(&it->world.facts, it->world.now_ms) == CODE_OK;
    double took_us = now_us() - begin_us;
    network_must(ok, "a decision", &err);
    return took_us;
}

/* Which ones: spread over all that there are. */
static uint64_t asked(const struct register_ *it, size_t i)
{
    return (uint64_t)i * UINT64_C(2654435761) % it->n;
}

/* Pages that were not in the memory of the database since this was asked last. */
static double pages_missed(struct register_ *it)
{
    int n = 0, most = 0;
    bool ok = sqlite3_db_status(ledger_db(it->ledger)->handle,
                      SQLITE_DBSTATUS_CACHE_MISS, &n, &most, 1) == SQLITE_OK;

    network_must(ok, "counting pages", NULL);
    return n;
}

/* How much of the store its memory may hold; 0: as much as a broker's. */
static void hold(struct register_ *it, unsigned kib)
{
    char sql[64];

    snprintf(sql, sizeof sql, "PRAGMA cache_size = -%u", kib != 0 ? kib : BROKER_KIB);
    network_must(sqlite3_exec(ledger_db(it->ledger)->handle, sql, NULL, NULL, NULL) ==
                         SQLITE_OK,
            "a memory for pages", NULL);
}

/* The second round asks for what the first one has read. */
static void ask_twice(struct register_ *it, double took_us[ASKED])
{
    struct err err = {.code = CODE_OK};

    network_must(db_begin(ledger_db(it->ledger), &err), "begin", &err);
    for (size_t round = 0; round < 2; round++) {
        (void)pages_missed(it);
        for (size_t i = 0; i < ASKED; i++)
            took_us[i] = decide_on(it, asked(it, i));
    }
    db_rollback(ledger_db(it->ledger));
}

static void measure(struct register_ *it, size_t size, struct figures *figures)
{
    static double took_us[ASKED];

    hold(it, 0);
    ask_twice(it, took_us);
    figures_add(figures, (enum figure)(FIGURE_REGISTER_PAGES_10K + size),
            pages_missed(it) / ASKED);
    figures_add(figures, (enum figure)(FIGURE_REGISTER_P99_10K + size),
            figures_percentile(took_us, ASKED, 0.99));
    figures_add(figures, (enum figure)(FIGURE_REGISTER_10K + size),
            figures_percentile(took_us, ASKED, 0.5));
    hold(it, ALL_KIB);
    ask_twice(it, took_us);
    network_must(pages_missed(it) == 0, "a memory for all that is asked", NULL);
    figures_add(figures, (enum figure)(FIGURE_REGISTER_WARM_10K + size),
            figures_percentile(took_us, ASKED, 0.5));
    hold(it, 0);
    fprintf(stderr, "%llu consents: p50 %.1f us, in memory %.1f us\n",
            (unsigned long long)it->n,
            figures_median(figures, (enum figure)(FIGURE_REGISTER_10K + size)),
            figures_median(figures, (enum figure)(FIGURE_REGISTER_WARM_10K + size)));
}

static void drop(struct register_ *it)
{
    static const char *const ENDS[] = {"", "-wal", "-shm"};
    char path[PATH_BYTES + 8];

    ledger_close(it->ledger);
    capsules_free(it->capsules);
    arena_free(&it->arena);
    for (size_t i = 0; i < COUNT_OF(ENDS); i++) {
        snprintf(path, sizeof path, "%s%s", it->path, ENDS[i]);
        unlink(path);
    }
}

void register_measure(const char *folder, bool big, struct figures *figures)
{
    static struct register_ it;
    struct ledger_store store;
    struct err err = {.code = CODE_OK};

    snprintf(it.path, sizeof it.path, "%s/register.db", folder);
    it.n = 0;
    it.arena = arena_new(ARENA_BYTES);
    it.capsules = capsules_new(&err);
    it.ledger = ledger_open(it.path, NULL, &err);
    network_must(it.ledger != NULL && it.capsules != NULL && it.arena.at != NULL &&
                         db_begin(ledger_db(it.ledger), &err) &&
                         ledger_start(it.ledger, &store, &err) &&
                         ledger_partner_add(it.ledger, "homecare", &it.collector,
                                 &err) &&
                         db_commit(ledger_db(it.ledger), &err),
            "a ledger", &err);
    world_make(&it.world);
    for (size_t size = 0; size < (big ? SIZES : SIZES - 1); size++) {
        double begin_us = now_us();
        fill(&it, SIZE_OF[size]);
        measure(&it, size, figures);
        fprintf(stderr, "%llu consents in %.0f s\n", (unsigned long long)it.n,
                (now_us() - begin_us) / 1e6);
    }
    drop(&it);
}
