/* parts.c - the steps of a letter's way, each repeated until its time can be told. */
#include "tests/bench/parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/bundle.h"
#include "core/db.h"
#include "core/hash.h"
#include "core/seal.h"
#include "core/signed.h"
#include "core/wire.h"
#include "tests/bench/sealed.h"
#include "tests/bench/usage.h"
#include "tests/consent_world.h"

enum {
    ARENA_BYTES = 4 * 1024 * 1024,
    STORE_ID = 0x42424E44,
    ROWS_A_COMMIT = 64,
    BATCH_LARGE = 256,
    RUNS_A_LOOK = 16, /* between two looks at the clock, which takes its time too */
};
static const double PART_US = 40000; /* a part, a round */

/* What the parts work on. */
struct bench_letter {
    const struct stage *stage;
    struct arena kept;  /* the letter, taken apart */
    struct arena arena; /* what a part makes */
    struct home home;   /* the publisher's, whose letters these are */
    struct box_key *reader;
    struct epoch_key epoch;
    struct sealed_letters letters; /* one signature's worth */
    struct letter letter;          /* the first of them, taken apart */
    struct signed_ thing;
    struct letter_body body;
    struct letter_core core;
    struct span content; /* packed */
    struct directory *directory;
    struct signed_cache *cache;
    struct signer *signer;
    size_t batch;       /* things to a signature */
    struct world world; /* a consent, and a letter that it lets pass */
    struct db *db;
    uint64_t n_rows;
    uint8_t out[SEAL_LETTER_MAX];
};

static void must(bool ok, const char *what, const struct err *err)
{
    network_must(ok, what, err);
}

/* ------------------------------------------------------------- the parts */

static void wire_put_part(struct bench_letter *it)
{
    struct err err = {.code = CODE_OK};
    struct span bytes, packed;
    const struct put put = {.submission_id = it->core.msg_id,
            .letters = &packed,
            .n_letters = 1};
    const struct frame frame = {.v = 1, .put = &put};
    struct letter letter = it->letter;

    arena_reset(&it->arena, 0);
    must(wire_put_arena(&WIRE_LETTER_CORE, &it->core, &it->arena, &bytes, &err) &&
                    wire_put_arena(&WIRE_LETTER_BODY, &it->body, &it->arena, &bytes,
                            &err) &&
                    wire_put_arena(&WIRE_SIGNED, &it->thing, &it->arena,
                            &letter.signed_, &err) &&
                    wire_put_arena(&WIRE_LETTER, &letter, &it->arena, &packed, &err) &&
                    wire_put_arena(&WIRE_FRAME, &frame, &it->arena, &bytes, &err),
            "pack", &err);
}

static void wire_get_part(struct bench_letter *it)
{
    struct err err = {.code = CODE_OK};
    struct frame frame;
    struct letter letter;
    struct signed_ thing;
    struct letter_body body;
    struct letter_core core;

    arena_reset(&it->arena, 0);
    must(wire_get(&WIRE_FRAME, it->letters.frames[0], &it->arena, &frame, &err) &&
                    wire_get(&WIRE_LETTER, frame.put->letters[0], &it->arena, &letter,
                            &err) &&
                    wire_get(&WIRE_SIGNED, letter.signed_, &it->arena, &thing, &err) &&
                    wire_get(&WIRE_LETTER_BODY, thing.body, &it->arena, &body, &err) &&
                    wire_get(&WIRE_LETTER_CORE, body.core, &it->arena, &core, &err),
            "read", &err);
}

static void sha256_part(struct bench_letter *it)
{
    struct key32 hash = hash_sha256_one(it->letter.sealed);

    must(key32_equal(&hash, &it->body.sealed_sha256), "the hash of the seal", NULL);
}

/* One batch: add, sign, take each. */
static void sign_part(struct bench_letter *it)
{
    struct err err = {.code = CODE_OK};
    struct span bytes;
    uint32_t ticket;

    arena_reset(&it->arena, 0);
    for (size_t i = 0; i < it->batch; i++)
        must(signer_add(it->signer, KIND_LETTER, it->thing.body, &ticket, &err), "add",
                &err);
    must(signer_sign(it->signer, &err), "sign", &err);
    for (size_t i = 0; i < it->batch; i++)
        must(signer_take(it->signer, (uint32_t)i, &it->arena, &bytes, &err), "take",
                &err);
    signer_clear(it->signer);
}

static void verify_part(struct bench_letter *it)
{
    struct err err = {.code = CODE_OK};
    struct signed_ thing;

    arena_reset(&it->arena, 0);
    must(signed_get_by_key(sign_key_public(it->home.identity), KIND_LETTER,
                 it->letter.signed_, &it->arena, &thing, &err),
            "verify", &err);
}

static void verify_again_part(struct bench_letter *it)
{
    struct err err = {.code = CODE_OK};
    struct signed_ thing;

    arena_reset(&it->arena, 0);
    must(signed_get(it->cache, it->directory, fleet_now_ms(), KIND_LETTER,
                 it->letter.signed_, &it->arena, &thing, &err),
            "verify again", &err);
}

static void seal_part(struct bench_letter *it)
{
    struct err err = {.code = CODE_OK};
    size_t len;

    must(seal_letter(&it->epoch.key, it->body.core, it->content, it->out, &len, &err),
            "seal", &err);
}

static void open_part(struct bench_letter *it)
{
    struct err err = {.code = CODE_OK};
    struct span content;

    must(seal_open_letter_pair(box_key_secret(it->reader), box_key_public(it->reader),
                 it->body.core, it->letter.sealed, it->out, &content, &err),
            "open", &err);
}

static void consent_part(struct bench_letter *it)
{
    must(consent_decide(&it->world.facts, it->world.now_ms) == CODE_OK, "decide", NULL);
}

static void insert_part(struct bench_letter *it)
{
    struct err err = {.code = CODE_OK};

    must(db_begin(it->db, &err), "begin", &err);
    for (size_t i = 0; i < ROWS_A_COMMIT; i++) {
        struct sqlite3_stmt *stmt = db_use(it->db, 0);
        db_bind_int(stmt, 1, (int64_t)++it->n_rows);
        db_bind_blob(stmt, 2, it->letters.frames[0]);
        must(db_do(it->db, stmt, NULL, &err), "insert", &err);
    }
    must(db_commit(it->db, &err), "commit", &err);
}

static const struct part {
    enum figure figure;
    void (*run)(struct bench_letter *it);
    size_t batch;  /* things to a signature */
    double things; /* how many letters one run stands for */
} PARTS[] = {
        {FIGURE_PART_WIRE_PUT,     wire_put_part,     0,           1            },
        {FIGURE_PART_WIRE_GET,     wire_get_part,     0,           1            },
        {FIGURE_PART_SHA256,       sha256_part,       0,           1            },
        {FIGURE_PART_SIGN_1,       sign_part,         1,           1            },
        {FIGURE_PART_SIGN_16,      sign_part,         16,          16           },
        {FIGURE_PART_SIGN_256,     sign_part,         BATCH_LARGE, BATCH_LARGE  },
        {FIGURE_PART_VERIFY,       verify_part,       0,           1            },
        {FIGURE_PART_VERIFY_AGAIN, verify_again_part, 0,           1            },
        {FIGURE_PART_SEAL,         seal_part,         0,           1            },
        {FIGURE_PART_OPEN,         open_part,         0,           1            },
        {FIGURE_PART_CONSENT,      consent_part,      0,           1            },
        {FIGURE_PART_INSERT,       insert_part,       0,           ROWS_A_COMMIT},
};

static double time_of(struct bench_letter *it, const struct part *part)
{
    double begin_us = usage_cpu_us(0), end_us = begin_us + PART_US, now_us;
    size_t n = 0;

    it->batch = part->batch;
    do {
        for (int i = 0; i < RUNS_A_LOOK; i++, n++)
            part->run(it);
        now_us = usage_cpu_us(0);
    } while (now_us < end_us);
    return (now_us - begin_us) / ((double)n * part->things);
}

/* ------------------------------------------------------------- before and after */

static const char *const MIGRATIONS[] = {
        "CREATE TABLE letter (no INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;",
};
static const char *const STATEMENTS[] = {"INSERT INTO letter VALUES (?1, ?2)"};
static const struct db_plan PLAN = {
        .application_id = STORE_ID,
        .what = "rows for measuring",
        .migrations = MIGRATIONS,
        .n_migrations = COUNT_OF(MIGRATIONS),
        .statements = STATEMENTS,
        .n_statements = COUNT_OF(STATEMENTS),
};

/* The members, by the bundle that the publisher has joined with. */
static void feed_directory(struct bench_letter *it)
{
    struct arena arena = arena_new(HOME_BUNDLE_ARENA);
    struct err err = {.code = CODE_OK};
    struct home_bundle bundle;

    it->directory = directory_new(&err);
    must(arena.at != NULL && it->directory != NULL &&
                    home_joined_bundle(&it->home, &arena, &bundle, &err) &&
                    bundle_feed(&bundle.bundle, &bundle.network, it->directory,
                            fleet_now_ms(), &arena, NULL, NULL, &err),
            "feed a directory", &err);
    arena_free(&arena);
}

static void open_letter(struct bench_letter *it)
{
    struct err err = {.code = CODE_OK};
    struct arena *arena = &it->kept;
    struct span plain = {NULL, 0};
    struct frame frame;

    must(wire_get(&WIRE_FRAME, it->letters.frames[0], arena, &frame, &err) &&
                    wire_get(&WIRE_LETTER, frame.put->letters[0], arena, &it->letter,
                            &err) &&
                    wire_get(&WIRE_SIGNED, it->letter.signed_, arena, &it->thing,
                            &err) &&
                    wire_get(&WIRE_LETTER_BODY, it->thing.body, arena, &it->body,
                            &err) &&
                    wire_get(&WIRE_LETTER_CORE, it->body.core, arena, &it->core, &err),
            "read the letter", &err);
    uint8_t *out = arena_take(arena, SEAL_PLAIN_MAX);
    must(out != NULL && seal_open_letter_pair(box_key_secret(it->reader),
                                box_key_public(it->reader), it->body.core,
                                it->letter.sealed, out, &plain, &err),
            "open the letter", &err);
    it->content = plain;
}

static void prepare(struct bench_letter *it, const char *folder)
{
    struct err err = {.code = CODE_OK};
    const struct stage_pair *pair = &it->stage->whole;
    char path[NETWORK_PATH_BYTES];

    network_home(&it->stage->fleet.network, pair->sender, path);
    must(home_open(path, ROLE_NODE, &it->home, &err), "open a home", &err);
    it->kept = arena_new(ARENA_BYTES);
    it->arena = arena_new(ARENA_BYTES);
    it->reader = box_key_new(&err);
    it->cache = signed_cache_new(&err);
    it->signer = signer_new(pair->sender, it->home.identity, &err);
    must(it->kept.at != NULL && it->arena.at != NULL && it->reader != NULL &&
                    it->cache != NULL && it->signer != NULL,
            "memory", &err);
    it->epoch = (struct epoch_key){.ekid = {{1}},
            .key = *box_key_public(it->reader),
            .until_ms = (uint64_t)fleet_now_ms()};
    sealed_make(it->stage, pair, it->home.identity, &it->epoch, SEALED_A_SIGNATURE,
            false, &it->letters);
    feed_directory(it);
    open_letter(it);
    world_make(&it->world);
    snprintf(path, sizeof path, "%s/parts.db", folder);
    it->db = db_open(path, &PLAN, NULL, &err);
    must(it->db != NULL, "a database", &err);
}

static void finish(struct bench_letter *it, const char *folder)
{
    char path[NETWORK_PATH_BYTES];

    db_close(it->db);
    snprintf(path, sizeof path, "%s/parts.db", folder);
    unlink(path);
    sealed_free(&it->letters);
    signer_free(it->signer);
    signed_cache_free(it->cache);
    directory_free(it->directory);
    box_key_free(it->reader);
    home_close(&it->home);
    arena_free(&it->kept);
    arena_free(&it->arena);
}

void parts_measure(const struct stage *stage, const char *folder,
        struct figures *figures)
{
    struct bench_letter *it = calloc(1, sizeof *it);

    must(it != NULL, "memory", NULL);
    it->stage = stage;
    prepare(it, folder);
    for (size_t i = 0; i < COUNT_OF(PARTS); i++)
        figures_add(figures, PARTS[i].figure, time_of(it, &PARTS[i]));
    finish(it, folder);
    free(it);
}
