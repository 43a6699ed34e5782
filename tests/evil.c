/* evil.c - keys, signatures and letters of a peer that follows no rule. */
#include "tests/evil.h"

#include <stdlib.h>

#include "core/hash.h"
#include "core/lifecycle.h"
#include "core/seal.h"
#include "core/signed.h"
#include "core/time.h"
#include "core/wire.h"
#include "tests/evil_broker.h"
#include "tests/evil_node.h"
#include "tests/peek.h"
#include "tests/world.h"

enum { EVIL_ARENA = 64 * 1024 * 1024 };

static void must(bool ok, const char *what, const struct err *err)
{
    network_must(ok, what, err);
}

/* ------------------------------------------------------------ what comes */

static bool is_broker(const struct evil *evil)
{
    return evil->home.role == ROLE_BROKER;
}

static void on_frame(void *self, struct link *link, const struct peer *peer,
        struct span bytes)
{
    struct evil *evil = self;
    struct frame frame;
    struct err err;

    (void)link;
    /* What it is told points into the frame, which goes with the turn. */
    uint8_t *copy = arena_take(&evil->arena, bytes.len);
    must(copy != NULL, "no room for a frame", NULL);
    memcpy(copy, bytes.at, bytes.len);
    if (!wire_get(&WIRE_FRAME, (struct span){copy, bytes.len}, &evil->arena, &frame,
                &err))
        return;
    if (is_broker(evil))
        evil_broker_heard(evil, peer, &frame);
    else
        evil_node_heard(evil, &frame);
}

static bool on_admit(void *self, const struct key32 *curve_pk, char user[PARTNER_BYTES])
{
    struct evil *evil = self;
    const struct member *member =
            directory_by_transport(evil->directory, curve_pk, sim_now());

    if (member == NULL || !evil_broker_admit(evil, member->partner))
        return false;
    memcpy(user, member->partner, PARTNER_BYTES);
    return true;
}

static void on_up(void *self, struct link *link)
{
    (void)link;
    evil_node_up(self);
}

static void on_down(void *self, struct link *link, uint64_t conn)
{
    struct evil *evil = self;

    (void)link;
    (void)conn;
    evil->n_downs++;
    evil->welcomed = false;
}

/* ------------------------------------------------------------ beginning and end */

static void feed(void *self, sqlite3_stmt *row)
{
    struct evil *evil = self;
    struct span bytes = {sqlite3_column_blob(row, 1),
            (size_t)sqlite3_column_bytes(row, 1)};
    enum kind kind = (enum kind)sqlite3_column_int(row, 0);
    struct signed_ thing;
    enum directory_news news;
    struct err err;

    if (kind == KIND_NETWORK ||
            !wire_get(&WIRE_SIGNED, bytes, &evil->arena, &thing, &err))
        return;
    if (!directory_feed(evil->directory, kind, thing.signer, bytes, thing.body,
                sim_now(), &news, &err))
        return;
}

/* Everything that the broker knows of the network, memberships before snapshots. */
static void learn(struct evil *evil)
{
    static const char THINGS[] =
            "SELECT kind, bytes FROM thing ORDER BY kind = 4, kind, seq";
    char path[WORLD_PATH_BYTES];
    struct home_bundle bundle;
    struct err err = {.code = CODE_OK};

    must(home_joined_bundle(&evil->home, &evil->arena, &bundle, &err),
            "read the bundle", &err);
    must(directory_pin(evil->directory, &bundle.network, &err), "pin", &err);
    world_db(NETWORK_BROKER, path);
    sqlite3 *db = peek_find(path), *own = NULL;
    if (db == NULL) {
        must(sqlite3_open(path, &own) == SQLITE_OK, "open the ledger", NULL);
        db = own;
    }
    peek_each(db, THINGS, feed, evil);
    sqlite3_close(own);
}

struct evil *evil_new(const char *id)
{
    struct evil *evil = calloc(1, sizeof *evil);
    char path[NETWORK_PATH_BYTES];
    struct err err = {.code = CODE_OK};
    bool broker = strcmp(id, NETWORK_BROKER) == 0;

    must(evil != NULL, "no memory", NULL);
    if (world_is_up(id))
        world_stop(id);
    snprintf(evil->name, sizeof evil->name, "%s", id);
    network_home(world_network(), id, path);
    evil->arena = arena_new(EVIL_ARENA);
    evil->directory = directory_new(&err);
    must(evil->arena.at != NULL && evil->directory != NULL, "memory", &err);
    must(home_open(path, broker ? ROLE_BROKER : ROLE_NODE, &evil->home, &err),
            "open a home", &err);
    hash_random(&evil->store_id, sizeof evil->store_id);
    learn(evil);
    evil->learnt = evil->arena.used;
    const struct loop_app app = {.self = evil,
            .on_admit = on_admit,
            .on_frame = on_frame,
            .on_up = broker ? NULL : on_up,
            .on_down = broker ? NULL : on_down};
    evil->loop = loop_new(&app, &err);
    must(evil->loop != NULL, "a loop", &err);
    sim_name(evil->loop, "evil");
    return evil;
}

void evil_free(struct evil *evil)
{
    if (evil == NULL)
        return;
    loop_free(evil->loop);
    directory_free(evil->directory);
    home_close(&evil->home);
    arena_free(&evil->arena);
    free(evil);
}

void evil_forget(struct evil *evil)
{
    arena_reset(&evil->arena, evil->learnt);
    evil->n_mails = evil->n_receipts = evil->n_puts = evil->n_rows = 0;
    evil->answered = false;
    evil->late = NULL;
}

void evil_wait(const bool *flag)
{
    int64_t until_ms = sim_now() + EVIL_WAIT_MS;

    while (!*flag && sim_step(until_ms))
        ;
}

/* ------------------------------------------------------------ what it says */

void evil_say_bytes(struct evil *evil, struct span bytes)
{
    uint64_t conn = is_broker(evil) ? evil->conns[evil->toward].conn : 1;

    (void)link_send(evil->link, conn, bytes);
}

void evil_say(struct evil *evil, const struct frame *frame)
{
    evil_say_bytes(evil, evil_pack(evil, &WIRE_FRAME, frame));
}

struct span evil_pack(struct evil *evil, const struct wire_map *map, const void *body)
{
    struct err err = {.code = CODE_OK};
    struct span packed;

    must(wire_put_arena(map, body, &evil->arena, &packed, &err), "pack", &err);
    return packed;
}

struct span evil_sign_as(struct evil *evil, const char *name, enum kind kind,
        struct span body)
{
    struct err err = {.code = CODE_OK};
    struct span bytes;

    must(signed_make(name, evil->home.identity, kind, body, &evil->arena, &bytes, &err),
            "sign", &err);
    return bytes;
}

struct span evil_sign_bytes(struct evil *evil, enum kind kind, struct span body)
{
    return evil_sign_as(evil, evil->name, kind, body);
}

struct span evil_sign(struct evil *evil, enum kind kind, const struct wire_map *map,
        const void *body)
{
    return evil_sign_bytes(evil, kind, evil_pack(evil, map, body));
}

struct span evil_sign_among(struct evil *evil, enum kind kind, struct span body,
        size_t index, size_t n)
{
    struct err err = {.code = CODE_OK};
    struct signer *signer = signer_new(evil->name, evil->home.identity, &err);
    uint32_t ticket = 0, other;
    struct span bytes = {NULL, 0};
    uint8_t beside;

    must(signer != NULL && index < n && n <= EVIL_BATCH_MAX, "a signer", &err);
    for (size_t i = 0; i < n; i++) {
        beside = (uint8_t)i;
        bool ok = i == index ? signer_add(signer, kind, body, &ticket, &err)
                             : signer_add(signer, KIND_STATEMENT, SPAN_OF(beside),
                                       &other, &err);
        must(ok, "sign together", &err);
    }
    must(signer_sign(signer, &err) &&
                    signer_take(signer, ticket, &evil->arena, &bytes, &err),
            "sign together", &err);
    signer_free(signer);
    return bytes;
}

/* ------------------------------------------------------------ letters */

static void fill_core(struct evil *evil, struct letter_core *core, size_t content_bytes)
{
    const struct epoch_key *key =
            directory_epoch_key(evil->directory, core->recipient, sim_now());
    uint8_t random[10];

    must(key != NULL, "a key to seal to", NULL);
    core->v = 1;
    if (core->class_ == LETTER_CLASS_NONE)
        core->class_ = lifecycle_class(core->type);
    if (core->sender == NULL)
        core->sender = evil->name;
    if (id_is_none(&core->msg_id)) {
        hash_random(random, sizeof random);
        core->msg_id = ids_v7(sim_now(), random);
    }
    core->created_ms = (uint64_t)sim_now();
    if (core->expires_ms == 0)
        core->expires_ms = key->until_ms + (uint64_t)14 * TIME_DAY_MS;
    core->recipient_ekid = key->ekid;
    core->size_class = seal_size_class(content_bytes);
}

struct span evil_core(struct evil *evil, struct letter_core *core,
        struct content *content, struct span *plain)
{
    fill_core(evil, core, 1);
    content->v = 1;
    if (id_is_none(&content->msg_id))
        content->msg_id = core->msg_id;
    if (content->sender == NULL)
        content->sender = core->sender;
    *plain = evil_pack(evil, &WIRE_CONTENT, content);
    fill_core(evil, core, plain->len);
    if (evil->late != NULL)
        evil->late(core);
    return evil_pack(evil, &WIRE_LETTER_CORE, core);
}

struct span evil_letter_of(struct evil *evil, const char *recipient, struct span core,
        struct span plain)
{
    const struct epoch_key *key =
            directory_epoch_key(evil->directory, recipient, sim_now());
    uint8_t *sealed = arena_take(&evil->arena, SEAL_LETTER_MAX);
    struct err err = {.code = CODE_OK};
    size_t sealed_len = 0;

    must(key != NULL && sealed != NULL &&
                    seal_letter(&key->key, core, plain, sealed, &sealed_len, &err),
            "seal", &err);
    const struct letter_body body = {.core = core,
            .sealed_sha256 = hash_sha256_one((struct span){sealed, sealed_len})};
    const struct letter letter = {
            .signed_ = evil_sign(evil, KIND_LETTER, &WIRE_LETTER_BODY, &body),
            .sealed = {sealed, sealed_len}
    };
    return evil_pack(evil, &WIRE_LETTER, &letter);
}

struct span evil_letter(struct evil *evil, struct letter_core *core,
        struct content *content)
{
    const char *reader = core->recipient;
    struct span plain, packed = evil_core(evil, core, content, &plain);

    return evil_letter_of(evil, reader, packed, plain);
}

/* ------------------------------------------------------------ bytes */

bool evil_read(struct arena *arena, struct span bytes, const struct wire_map *map,
        void *body)
{
    struct signed_ thing;
    struct err err;

    return wire_get(&WIRE_SIGNED, bytes, arena, &thing, &err) &&
           wire_get(map, thing.body, arena, body, &err);
}

struct span evil_patch(struct evil *evil, struct span bytes, size_t at, uint8_t byte)
{
    uint8_t *copy = arena_take(&evil->arena, bytes.len);

    must(copy != NULL && at < bytes.len, "patch", NULL);
    memcpy(copy, bytes.at, bytes.len);
    copy[at] = byte;
    return (struct span){copy, bytes.len};
}

struct span evil_version(struct evil *evil, struct span body)
{
    /* Field 1 of every body is its version: 08 01. */
    must(body.len > 2 && body.at[0] == 0x08 && body.at[1] == 0x01, "a version", NULL);
    return evil_patch(evil, body, 1, 2);
}
