/* watch_bus.c - reading along on the links, in the mailboxes, and the audit log again.
 */
#include "tests/watch_bus.h"

#include <assert.h>
#include <sqlite3.h>
#include <string.h>

#include "broker/ledger.h"
#include "core/arena.h"
#include "core/merkle.h"
#include "core/wire.h"
#include "gen/bus.h"
#include "tests/evil.h"
#include "tests/peek.h"
#include "tests/watch.h"
#include "tests/world.h"

enum {
    ARENA_BYTES = 4 * 1024 * 1024,
    KEYS_MAX = 16384, /* a power of two */
    LEAF_HEAD_BYTES = 2,
};

/* An encapsulated key, and the one letter that it was made for. */
struct used_key {
    struct key32 key;
    struct id msg_id;
    bool used;
};

static struct {
    struct arena arena;
    struct used_key keys[KEYS_MAX];
} the;

void watch_bus_begin(void)
{
    if (the.arena.at == NULL)
        the.arena = arena_new(ARENA_BYTES);
    memset(the.keys, 0, sizeof the.keys);
}

static void use_key(const struct key32 *key, const struct id *msg_id)
{
    size_t at;

    memcpy(&at, key->b, sizeof at);
    for (size_t i = 0; i < KEYS_MAX; i++) {
        struct used_key *slot = &the.keys[(at + i) % KEYS_MAX];
        if (!slot->used) {
            *slot = (struct used_key){*key, *msg_id, true};
            return;
        }
        if (!key32_equal(&slot->key, key))
            continue;
        if (!id_equal(&slot->msg_id, msg_id))
            watch_broken("two letters were sealed with one encapsulated key");
        return;
    }
}

static void open_letter(struct span bytes, struct letter *letter,
        struct letter_core *core)
{
    struct letter_body body;
    struct err err = {.code = CODE_OK};

    if (!wire_get(&WIRE_LETTER, bytes, &the.arena, letter, &err) ||
            !evil_read(&the.arena, letter->signed_, &WIRE_LETTER_BODY, &body) ||
            !wire_get(&WIRE_LETTER_CORE, body.core, &the.arena, core, &err))
        watch_broken("a letter on the bus cannot be read: %s", err.msg);
}

static void read_letter(struct span bytes, const char *to)
{
    struct letter letter;
    struct letter_core core;
    struct key32 key;

    open_letter(bytes, &letter, &core);
    if (strcmp(to, NETWORK_BROKER) != 0 && strcmp(core.recipient, to) != 0)
        watch_broken("%s gets a letter for %s", to, core.recipient);
    if (letter.sealed.len < sizeof key)
        watch_broken("a letter holds nothing");
    memcpy(key.b, letter.sealed.at, sizeof key);
    use_key(&key, &core.msg_id);
}

static void read_mail(const struct mail *mail, const char *to)
{
    struct receipt receipt;

    if (mail->letter.len > 0)
        read_letter(mail->letter, to);
    if (mail->receipt.len > 0 &&
            evil_read(&the.arena, mail->receipt, &WIRE_RECEIPT, &receipt) &&
            strcmp(receipt.sender, to) != 0)
        watch_broken("%s gets a receipt for a letter of %s", to, receipt.sender);
}

/* What its store says of the consent now, was so when the broker decided that it goes:
 * nothing is said before the commit. */
static void letter_leaves(struct span bytes, const char *to, sqlite3 *broker)
{
    char hex[2 * sizeof(struct id) + 1];
    struct letter letter;
    struct letter_core core;

    open_letter(bytes, &letter, &core);
    if (core.class_ != LETTER_CLASS_PERSONAL)
        return;
    ids_hex((struct span){core.consent_id.b, sizeof core.consent_id.b}, hex);
    if (peek_number(broker,
                "SELECT count(*) FROM consent WHERE consent_id = x'%s' AND withdrawn > 0",
                hex) != 0)
        watch_broken("a letter of type %d leaves for %s under a withdrawn consent",
                (int)core.type, to);
}

/* Each time that it leaves: of one that was handed over before, the store shows no
 * second time. */
void watch_bus_leaves(void *self, const char *from, const char *to, struct span bytes)
{
    sqlite3 *broker = strcmp(from, NETWORK_BROKER) == 0 ? peek_of(from) : NULL;
    struct frame frame;
    struct err err;

    (void)self;
    if (broker == NULL || strcmp(to, "adapter") == 0)
        return;
    arena_reset(&the.arena, 0);
    if (!wire_get(&WIRE_FRAME, bytes, &the.arena, &frame, &err) ||
            frame.deliver == NULL)
        return;
    disk_pause(world_disk(from), true);
    for (size_t i = 0; i < frame.deliver->n_mail; i++)
        if (frame.deliver->mail[i].letter.len > 0)
            letter_leaves(frame.deliver->mail[i].letter, to, broker);
    disk_pause(world_disk(from), false);
}

void watch_bus_frame(void *self, const char *from, const char *to, struct span bytes)
{
    struct frame frame;
    struct err err = {.code = CODE_OK};

    (void)self;
    /* What staff and their node say to each other is their own. */
    if (strcmp(from, "adapter") == 0 || strcmp(to, "adapter") == 0)
        return;
    if (memmem(bytes.at, bytes.len, WATCH_SECRET, strlen(WATCH_SECRET)) != NULL)
        watch_broken("%s says a secret to %s", from, to);
    arena_reset(&the.arena, 0);
    if (!wire_get(&WIRE_FRAME, bytes, &the.arena, &frame, &err))
        watch_broken("%s says to %s what cannot be read: %s", from, to, err.msg);
    for (size_t i = 0; frame.put != NULL && i < frame.put->n_letters; i++)
        read_letter(frame.put->letters[i], to);
    for (size_t i = 0; frame.deliver != NULL && i < frame.deliver->n_mail; i++)
        read_mail(&frame.deliver->mail[i], to);
}

/* ------------------------------------------------------------ mailboxes */

/* The letter whose end is looked for. */
struct looked_for {
    const struct watch_letter *letter;
    bool found;
};

static bool is_end(enum receipt_state state)
{
    return state == RECEIPT_STATE_PROCESSED || state == RECEIPT_STATE_FAILED ||
           state == RECEIPT_STATE_EXPIRED || state == RECEIPT_STATE_RECALLED;
}

static void on_receipt(void *self, sqlite3_stmt *row)
{
    struct looked_for *it = self;
    const struct span bytes = {sqlite3_column_blob(row, 0),
            (size_t)sqlite3_column_bytes(row, 0)};
    const char *owner = (const char *)sqlite3_column_text(row, 1);
    struct receipt receipt;

    arena_reset(&the.arena, 0);
    if (!evil_read(&the.arena, bytes, &WIRE_RECEIPT, &receipt))
        watch_broken("a receipt in the mailbox of %s cannot be read", owner);
    it->found = it->found ||
                (strcmp(owner, it->letter->sender) == 0 &&
                        strcmp(receipt.sender, owner) == 0 &&
                        id_equal(&receipt.msg_id, &it->letter->msg_id) &&
                        key32_equal(&receipt.core_hash, &it->letter->core_hash) &&
                        is_end(receipt.state));
}

static_assert(MAIL_RECEIPT == 2, "the kind of mail that is read");

bool watch_end_waits(sqlite3 *broker, const struct watch_letter *letter)
{
    struct looked_for it = {.letter = letter};

    peek_each(broker,
            "SELECT m.bytes, p.name FROM mail m JOIN partner p ON p.no = m.partner"
            " WHERE m.kind = 2",
            on_receipt, &it);
    return it.found;
}

/* ------------------------------------------------------------ the audit log */

static void on_leaves(void *self, sqlite3_stmt *row)
{
    struct merkle_log *log = self;
    const uint8_t *at = sqlite3_column_blob(row, 1);
    size_t left = (size_t)sqlite3_column_bytes(row, 1);

    if ((uint64_t)sqlite3_column_int64(row, 0) != log->size)
        watch_broken("leaves are missing in the audit log");
    while (left >= LEAF_HEAD_BYTES) {
        size_t len = (size_t)at[0] << 8 | at[1];
        if (len > left - LEAF_HEAD_BYTES)
            watch_broken("a leaf of the audit log is cut off");
        const struct span leaf = {at + LEAF_HEAD_BYTES, len};
        const struct key32 hash = merkle_leaf(&leaf, 1);
        merkle_log_append(log, &hash);
        at += LEAF_HEAD_BYTES + len;
        left -= LEAF_HEAD_BYTES + len;
    }
}

void watch_log_is_whole(sqlite3 *broker)
{
    static struct merkle_log log;

    log = (struct merkle_log){.size = 0};
    peek_each(broker, "SELECT seq, leaves FROM audit ORDER BY seq", on_leaves, &log);
    if ((int64_t)log.size != peek_number(broker, "SELECT log_size FROM store"))
        watch_broken("the audit log has not the leaves that it counts");
    for (size_t i = 0; i < log.n_heads; i++) {
        char hex[2 * sizeof(struct key32) + 1], kept[sizeof hex] = "";
        ids_hex(SPAN_OF(log.heads[i]), hex);
        peek_text(broker, kept, sizeof kept,
                "SELECT lower(hex(substr(log_heads, %d, %d))) FROM store",
                (int)(i * sizeof(struct key32) + 1), (int)sizeof(struct key32));
        if (strcmp(hex, kept) != 0)
            watch_broken("the leaves of the audit log do not give its head");
    }
}
