/* evil.c - a scripted node or broker with a real one's keys. */
#include "tests/evil.h"

#include <stdlib.h>

#include "core/hash.h"
#include "core/lifecycle.h"
#include "core/seal.h"
#include "core/signed.h"
#include "core/time.h"
#include "core/wire.h"
#include "tests/peek.h"
#include "tests/world.h"

enum { EVIL_ARENA = 64 * 1024 * 1024, FRAME_BYTES = WIRE_FRAME_MAX };

bool evil_read(struct arena *arena, struct span bytes, const struct wire_map *map,
        void *body)
{
    struct signed_ thing;
    struct err err;

    return wire_get(&WIRE_SIGNED, bytes, arena, &thing, &err) &&
           wire_get(map, thing.body, arena, body, &err);
}

/* ------------------------------------------------------------ what comes */

static void take_receipts(struct evil *evil, const struct ack *ack)
{
    for (size_t i = 0; i < ack->n_receipts && evil->n_receipts < EVIL_MAILS_MAX; i++)
        if (evil_read(&evil->arena, ack->receipts[i], &WIRE_RECEIPT,
                    &evil->receipts[evil->n_receipts]))
            evil->n_receipts++;
}

static void serve(struct evil *evil, const struct peer *peer, const struct frame *frame)
{
    if (frame->hello != NULL) {
        const struct welcome welcome = {.incarnation = 1,
                .store_id = evil->store_id,
                .clock_ms = (uint64_t)sim_now(),
                .program = "evil"};
        const struct frame back = {.v = 1, .welcome = &welcome};
        evil->conn = peer->conn;
        memcpy(evil->user, peer->user, sizeof evil->user);
        evil->welcomed = true;
        evil_say(evil, &back);
    } else if (frame->sync != NULL) {
        const struct directory_rows rows = {.upto = frame->sync->since};
        const struct frame back = {.v = 1, .directory = &rows};
        evil_say(evil, &back);
    } else if (frame->ack != NULL) {
        take_receipts(evil, frame->ack);
    }
}

static void on_frame(void *self, struct link *link, const struct peer *peer,
        struct span bytes)
{
    struct evil *evil = self;
    struct frame frame;
    struct err err;

    (void)link;
    if (!wire_get(&WIRE_FRAME, bytes, &evil->arena, &frame, &err))
        return;
    if (evil->home.role == ROLE_BROKER) {
        serve(evil, peer, &frame);
        return;
    }
    if (frame.welcome != NULL)
        evil->welcomed = true;
    if (frame.answer != NULL) {
        evil->answer = *frame.answer;
        evil->answered = true;
    }
    for (size_t i = 0; frame.deliver != NULL && i < frame.deliver->n_mail; i++)
        if (evil->n_mails < EVIL_MAILS_MAX)
            evil->mails[evil->n_mails++] = frame.deliver->mail[i];
}

static bool on_admit(void *self, const struct key32 *curve_pk, char user[PARTNER_BYTES])
{
    struct evil *evil = self;
    const struct member *member =
            directory_by_transport(evil->directory, curve_pk, sim_now());

    if (member == NULL || strcmp(member->partner, evil->user) != 0)
        return false;
    memcpy(user, member->partner, PARTNER_BYTES);
    return true;
}

static void on_up(void *self, struct link *link)
{
    struct evil *evil = self;
    struct hello_body body = {.v = 1,
            .partner = evil->name,
            .incarnation = (uint64_t)sim_now(),
            .store_id = evil->store_id,
            .clock_ms = (uint64_t)sim_now(),
            .program = "evil"};
    const struct hello hello = {evil_sign(evil, KIND_HELLO, &WIRE_HELLO_BODY, &body)};
    const struct frame frame = {.v = 1, .hello = &hello};

    (void)link;
    evil_say(evil, &frame);
}

static void on_down(void *self, struct link *link, uint64_t conn)
{
    struct evil *evil = self;

    (void)link;
    (void)conn;
    evil->n_downs++;
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

    network_must(home_joined_bundle(&evil->home, &evil->arena, &bundle, &err),
            "read the bundle", &err);
    network_must(directory_pin(evil->directory, &bundle.network, &err), "pin", &err);
    world_db(NETWORK_BROKER, path);
    sqlite3 *db = peek_find(path), *own = NULL;
    if (db == NULL) {
        network_must(sqlite3_open(path, &own) == SQLITE_OK, "open the ledger", NULL);
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
    bool is_broker = strcmp(id, NETWORK_BROKER) == 0;

    network_must(evil != NULL, "no memory", NULL);
    if (world_is_up(id))
        world_stop(id);
    snprintf(evil->name, sizeof evil->name, "%s", id);
    network_home(world_network(), id, path);
    evil->arena = arena_new(EVIL_ARENA);
    evil->directory = directory_new(&err);
    network_must(evil->arena.at != NULL && evil->directory != NULL, "memory", &err);
    network_must(home_open(path, is_broker ? ROLE_BROKER : ROLE_NODE, &evil->home,
                         &err),
            "open a home", &err);
    hash_random(&evil->store_id, sizeof evil->store_id);
    learn(evil);
    const struct loop_app app = {.self = evil,
            .on_admit = on_admit,
            .on_frame = on_frame,
            .on_up = is_broker ? NULL : on_up,
            .on_down = is_broker ? NULL : on_down};
    evil->loop = loop_new(&app, &err);
    network_must(evil->loop != NULL, "a loop", &err);
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

static void wait_for(const bool *flag)
{
    int64_t until_ms = sim_now() + EVIL_WAIT_MS;

    while (!*flag && sim_step(until_ms))
        ;
}

void evil_connect(struct evil *evil)
{
    const struct member *broker = directory_broker(evil->directory, sim_now());
    struct err err = {.code = CODE_OK};

    network_must(broker != NULL, "a broker in the directory", NULL);
    evil->conn = 1;
    evil->link = loop_connect_bus(evil->loop, broker->address, &broker->transport_key,
            evil->home.transport, &err);
    network_must(evil->link != NULL, "connect", &err);
    wait_for(&evil->welcomed);
    network_must(evil->welcomed, "the broker welcomes the keys of a member", NULL);
}

void evil_serve(struct evil *evil, const char *node)
{
    struct err err = {.code = CODE_OK};

    snprintf(evil->user, sizeof evil->user, "%s", node);
    evil->link = loop_serve_bus(evil->loop, world_network()->address,
            evil->home.transport, &err);
    network_must(evil->link != NULL, "serve", &err);
    evil->welcomed = false;
    wait_for(&evil->welcomed);
    network_must(evil->welcomed, "a node that comes to the keys of the broker", NULL);
    (void)sim_settle(EVIL_WAIT_MS);
}

/* ------------------------------------------------------------ what it says */

void evil_say_bytes(struct evil *evil, struct span bytes)
{
    (void)link_send(evil->link, evil->conn, bytes);
}

void evil_say(struct evil *evil, const struct frame *frame)
{
    struct span bytes;
    struct err err = {.code = CODE_OK};

    network_must(wire_put_arena(&WIRE_FRAME, frame, &evil->arena, &bytes, &err),
            "write a frame", &err);
    evil_say_bytes(evil, bytes);
}

struct span evil_sign(struct evil *evil, enum kind kind, const struct wire_map *map,
        const void *body)
{
    struct span packed, bytes;
    struct err err = {.code = CODE_OK};

    network_must(wire_put_arena(map, body, &evil->arena, &packed, &err), "pack", &err);
    network_must(signed_make(evil->name, evil->home.identity, kind, packed,
                         &evil->arena, &bytes, &err),
            "sign", &err);
    return bytes;
}

static void fill_core(struct evil *evil, struct letter_core *core, size_t content_bytes)
{
    const struct epoch_key *key =
            directory_epoch_key(evil->directory, core->recipient, sim_now());
    uint8_t random[10];

    network_must(key != NULL, "a key to seal to", NULL);
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

struct span evil_letter(struct evil *evil, struct letter_core *core,
        struct content *content)
{
    const struct epoch_key *key =
            directory_epoch_key(evil->directory, core->recipient, sim_now());
    struct span plain, core_bytes, bytes;
    struct err err = {.code = CODE_OK};
    uint8_t *sealed = arena_take(&evil->arena, SEAL_LETTER_MAX);
    size_t sealed_len = 0;

    fill_core(evil, core, 1);
    content->v = 1;
    content->msg_id = core->msg_id;
    if (content->sender == NULL)
        content->sender = core->sender;
    network_must(sealed != NULL && wire_put_arena(&WIRE_CONTENT, content, &evil->arena,
                                           &plain, &err),
            "write a content", &err);
    fill_core(evil, core, plain.len);
    network_must(wire_put_arena(&WIRE_LETTER_CORE, core, &evil->arena, &core_bytes,
                         &err),
            "write a core", &err);
    network_must(seal_letter(&key->key, core_bytes, plain, sealed, &sealed_len, &err),
            "seal", &err);
    struct letter_body body = {.core = core_bytes,
            .sealed_sha256 = hash_sha256_one((struct span){sealed, sealed_len})};
    const struct letter letter = {
            .signed_ = evil_sign(evil, KIND_LETTER, &WIRE_LETTER_BODY, &body),
            .sealed = {sealed, sealed_len}
    };
    network_must(wire_put_arena(&WIRE_LETTER, &letter, &evil->arena, &bytes, &err),
            "write a letter", &err);
    return bytes;
}

const char *evil_ask(struct evil *evil, const struct frame *frame)
{
    evil->answered = false;
    evil_say(evil, frame);
    wait_for(&evil->answered);
    return evil->answered ? evil->answer.code : "no answer";
}

const struct answer *evil_put(struct evil *evil, const struct span *consents,
        size_t n_consents, const struct span *letters, size_t n_letters, enum mode mode)
{
    struct put put = {.consents = consents,
            .n_consents = n_consents,
            .letters = letters,
            .n_letters = n_letters,
            .mode = mode};
    const struct frame frame = {.v = 1, .put = &put};

    hash_random(&put.submission_id, sizeof put.submission_id);
    (void)evil_ask(evil, &frame);
    return evil->answered ? &evil->answer : NULL;
}

const char *evil_code(struct evil *evil)
{
    static struct receipt receipt;

    if (!evil->answered)
        return "no answer";
    if (evil->answer.n_receipts > 0 &&
            evil_read(&evil->arena, evil->answer.receipts[0], &WIRE_RECEIPT,
                    &receipt) &&
            receipt.state == RECEIPT_STATE_REFUSED)
        return receipt.code;
    return evil->answer.code;
}

const struct receipt *evil_deliver(struct evil *evil, struct mail *mail)
{
    const struct deliver deliver = {.mail = mail, .n_mail = 1};
    const struct frame frame = {.v = 1, .deliver = &deliver};
    size_t before = evil->n_receipts;
    int64_t until_ms = sim_now() + EVIL_WAIT_MS;

    mail->mail_id = ++evil->mail_id;
    evil_say(evil, &frame);
    while (evil->n_receipts == before && sim_step(until_ms))
        ;
    return evil->n_receipts > before ? &evil->receipts[evil->n_receipts - 1] : NULL;
}
