/* vault.c - keys and contents at rest; destruction by a new generation key. */
#include "nodes/vault.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "core/folder.h"
#include "nodes/batch.h"
#include "nodes/signals.h"
#include "nodes/spool_rights.h"

enum { PATH_BYTES = HOME_PATH_MAX + 64, ERASURES_A_TURN = 128 };

/* ------------------------------------------------------------- the generation key's
 * files */

static void next_path(const struct node *node, const char *suffix,
        char path[PATH_BYTES])
{
    snprintf(path, PATH_BYTES, "%s.%s", node->home.generation_key, suffix);
}

/* The store holds a known text wrapped with the key in force, so that the right file is
 * known. */
static struct spool_binding check_binding(void)
{
    return spool_bind(SPOOL_OWNER_EPOCH, UINT64_MAX);
}

static bool save_check(struct node *node, const struct wrap_key *key, struct err *err)
{
    static const uint8_t known[32];
    uint8_t wrapped[SPOOL_WRAPPED_BYTES];
    struct spool_binding binding = check_binding();
    wrap_key_wrap(key, SPAN_OF(binding), SPAN_OF(known), wrapped);
    return spool_set_bytes(node->db, SPOOL_GENERATION, SPAN_OF(wrapped), err);
}

static bool fits(const struct wrap_key *key, const uint8_t wrapped[SPOOL_WRAPPED_BYTES])
{
    uint8_t known[32];
    struct spool_binding binding = check_binding();
    return wrap_key_unwrap(key, SPAN_OF(binding),
            (struct span){wrapped, SPOOL_WRAPPED_BYTES}, known);
}

bool vault_key_fits(struct db *db, const struct wrap_key *key, bool *does,
        struct err *err)
{
    uint8_t wrapped[SPOOL_WRAPPED_BYTES];
    if (!spool_get_bytes(db, SPOOL_GENERATION, wrapped, sizeof wrapped, err))
        return false;
    *does = fits(key, wrapped);
    return true;
}

/* Put the new key's file in the place of the old one, and destroy the old one: at each
 * instant one of the names holds the key that the store needs. */
static bool replace_file(const struct node *node, struct err *err)
{
    char new_path[PATH_BYTES];
    char old_path[PATH_BYTES];
    next_path(node, "new", new_path);
    next_path(node, "old", old_path);
    if (!keys_remove_file(old_path, err))
        return false;
    /* The new key has its name on the disk before the old one is overwritten: a power
     * cut between would leave the name to a file of zeros. */
    if (link(node->home.generation_key, old_path) != 0 ||
            rename(new_path, node->home.generation_key) != 0 ||
            !folder_sync_of(node->home.generation_key))
        return err_set(err, ERR_IO,
                "%s: the new generation key cannot be put in its place (%s). Check the "
                "folder and the disk.",
                node->home.generation_key, strerror(errno));
    return keys_remove_file(old_path, err);
}

bool vault_open_generation(struct node *node, struct err *err)
{
    uint8_t wrapped[SPOOL_WRAPPED_BYTES];
    uint8_t none[SPOOL_WRAPPED_BYTES] = {0};
    char path[PATH_BYTES];
    next_path(node, "new", path);
    node->vault.generation = node->home.generation;
    if (!spool_get_bytes(node->db, SPOOL_GENERATION, wrapped, sizeof wrapped, err))
        return false;
    if (memcmp(wrapped, none, sizeof none) == 0)
        return save_check(node, node->vault.generation, err) &&
               keys_remove_file(path, err);
    if (fits(node->vault.generation, wrapped)) {
        /* A change that ended before its last step has left the old key behind. */
        char old_path[PATH_BYTES];
        next_path(node, "old", old_path);
        return keys_remove_file(path, err) && keys_remove_file(old_path, err);
    }

    struct wrap_key *key = wrap_key_load(path, err);
    if (key == NULL || !fits(key, wrapped)) {
        wrap_key_free(key);
        return err_set(err, ERR_KEY_FILE,
                "keys/generation.key does not belong to this node's store. Restore both "
                "from one backup.");
    }
    node->vault.generation = node->home.generation = key;
    return replace_file(node, err);
}

static void forget_keys(struct vault *vault)
{
    for (size_t i = 0; i < VAULT_SLOTS; i++) {
        wrap_key_free(vault->slots[i].key);
        vault->slots[i].key = NULL;
    }
}

/* Numbers of cases follow each other: the last byte spreads them well. */
static struct vault_slot *slot_of(struct vault *vault,
        const struct spool_binding *owner)
{
    size_t last = owner->bytes[sizeof owner->bytes - 1];
    return &vault->slots[last % VAULT_SLOTS];
}

void vault_close(struct vault *vault)
{
    forget_keys(vault);
    /* A change that was never committed: the old key is still the home's. */
    if (vault->old != NULL)
        wrap_key_free(vault->generation);
    vault->generation = vault->old = NULL;
}

/* ------------------------------------------------------------- keys of rows */

bool vault_wrap_secret(struct node *node, const struct spool_binding *owner,
        const struct key32 *secret, struct spool_key *key, struct err *err)
{
    (void)err;
    key->there = true;
    wrap_key_wrap(node->vault.generation, SPAN_OF(*owner), SPAN_OF(*secret),
            key->wrapped);
    return true;
}

bool vault_unwrap_secret(struct node *node, const struct spool_binding *owner,
        const struct spool_key *key, struct key32 *secret, struct err *err)
{
    if (!key->there)
        return err_set(err, E_NOT_FOUND, "this content is destroyed");
    if (!wrap_key_unwrap(node->vault.generation, SPAN_OF(*owner),
                (struct span){key->wrapped, sizeof key->wrapped}, secret->b))
        return err_set(err, ERR_CORRUPT,
                "a key of the store cannot be unwrapped: the store and "
                "keys/generation.key do not belong together");
    return true;
}

static bool keep_key(struct vault *vault, const struct spool_binding *owner,
        struct key32 *secret, struct err *err)
{
    struct vault_slot *slot = slot_of(vault, owner);
    wrap_key_free(slot->key);
    slot->key = wrap_key_from(secret, err);
    slot->owner = *owner;
    hash_wipe(secret, sizeof *secret);
    return slot->key != NULL;
}

bool vault_new_key(struct node *node, const struct spool_binding *owner,
        struct spool_key *key, struct err *err)
{
    struct key32 secret;
    hash_random(&secret, sizeof secret);
    return vault_wrap_secret(node, owner, &secret, key, err) &&
           keep_key(&node->vault, owner, &secret, err);
}

/* The key of that owner, unwrapped; NULL with err. */
static const struct wrap_key *use_key(struct node *node,
        const struct spool_binding *owner, const struct spool_key *key, struct err *err)
{
    struct vault_slot *slot = slot_of(&node->vault, owner);
    struct key32 secret;
    if (!key->there) {
        err_set(err, E_NOT_FOUND, "this content is destroyed");
        return NULL;
    }
    bool there = slot->key != NULL && memcmp(&slot->owner, owner, sizeof *owner) == 0;
    if (!there && (!vault_unwrap_secret(node, owner, key, &secret, err) ||
                          !keep_key(&node->vault, owner, &secret, err)))
        return NULL;
    return slot->key;
}

/* A content is bound to its owner and its number: rows cannot be swapped. */
struct content_binding {
    struct spool_binding owner;
    struct spool_binding number;
};

static struct content_binding bind_content(const struct spool_binding *owner,
        uint64_t number)
{
    return (struct content_binding){*owner, spool_bind(SPOOL_OWNER_CASE, number)};
}

bool vault_seal(struct node *node, const struct spool_binding *owner,
        const struct spool_key *key, uint64_t number, struct span plain,
        struct arena *arena, struct span *sealed, struct err *err)
{
    const struct wrap_key *wrap = use_key(node, owner, key, err);
    if (wrap == NULL)
        return false;
    uint8_t *out = arena_take(arena, plain.len + KEYS_WRAP_EXTRA);
    if (out == NULL)
        return err_set(err, E_SIZE, "no room to keep this content");
    struct content_binding binding = bind_content(owner, number);
    wrap_key_wrap(wrap, SPAN_OF(binding), plain, out);
    *sealed = (struct span){out, plain.len + KEYS_WRAP_EXTRA};
    return true;
}

bool vault_open(struct node *node, const struct spool_binding *owner,
        const struct spool_key *key, uint64_t number, struct span sealed,
        struct arena *arena, struct span *plain, struct err *err)
{
    if (sealed.len < KEYS_WRAP_EXTRA)
        return err_set(err, E_NOT_FOUND, "this content is destroyed");
    const struct wrap_key *wrap = use_key(node, owner, key, err);
    if (wrap == NULL)
        return false;
    size_t len = sealed.len - KEYS_WRAP_EXTRA;
    uint8_t *out = arena_take(arena, len + 1);
    if (out == NULL)
        return err_set(err, E_SIZE, "no room to read this content");
    struct content_binding binding = bind_content(owner, number);
    if (!wrap_key_unwrap(wrap, SPAN_OF(binding), sealed, out))
        return err_set(err, ERR_CORRUPT, "a stored content was changed");
    *plain = (struct span){out, len};
    return true;
}

/* ------------------------------------------------------------- destruction */

bool vault_rotate_soon(struct node *node, struct err *err)
{
    if (node->rotate_ms != 0)
        return true;
    int64_t delay = node->vault.n_keys > VAULT_MANY_KEYS ? VAULT_ROTATE_LATER_MS
                                                         : VAULT_ROTATE_SOON_MS;
    node->rotate_ms = node_now(node) + delay;
    return spool_set_number(node->db, SPOOL_ROTATE_MS, (uint64_t)node->rotate_ms, err);
}

bool vault_destroy_case(struct node *node, struct spool_case *file, struct err *err)
{
    if (!file->key.there)
        return true;
    /* What is counted of a signal is read while it can be. */
    if (!signals_erased(node, file, err))
        return false;
    struct spool_case gone = *file;
    gone.key.there = false;
    gone.preview = gone.content = 0;
    gone.erased_ms = node_now(node);
    forget_keys(&node->vault);
    if (!spool_add_erasures(node->db, file->number, node_now(node), err) ||
            !spool_wipe_moments(node->db, file->number, err) ||
            !spool_wipe_confidences(node->db, file->number, err) ||
            !spool_save_case(node->db, &gone, err) || !vault_rotate_soon(node, err))
        return false;
    *file = gone;
    return true;
}

bool vault_keep_case(struct node *node, const struct spool_case *file, struct err *err)
{
    return !file->key.there ||
           (spool_add_erasures(node->db, file->number, node_now(node), err) &&
                   vault_rotate_soon(node, err));
}

struct rewrap {
    const struct wrap_key *old;
    const struct wrap_key *new;
};

static bool wrap_again(void *self, struct span binding, struct spool_key *key)
{
    const struct rewrap *rewrap = self;
    struct key32 secret;
    bool ok = wrap_key_unwrap(rewrap->old, binding,
            (struct span){key->wrapped, sizeof key->wrapped}, secret.b);
    if (ok)
        wrap_key_wrap(rewrap->new, binding, SPAN_OF(secret), key->wrapped);
    hash_wipe(&secret, sizeof secret);
    return ok;
}

/* The sender of each letter that is gone now hears it from us; or on what ground it is
 * not. */
static bool say_erased(struct node *node, struct err *err)
{
    struct spool_erasure erasures[ERASURES_A_TURN];
    size_t n_erasures;
    if (!spool_erasures(node->db, erasures, ERASURES_A_TURN, &n_erasures, err))
        return false;
    for (size_t i = 0; i < n_erasures; i++) {
        const struct spool_erasure *erasure = &erasures[i];
        const char *what = erasure->retention != 0 ? "kept" : "erased";
        const char *basis = vocab_code(VOCAB_RETENTION_BASIS, erasure->retention);
        if (!batch_erased(node, erasure, err) ||
                !node_trace(node, erasure->case_number, node->partner, what, basis,
                        &erasure->msg_id, err))
            return false;
    }
    /* More of them than one turn signs: a round for the rest. */
    return n_erasures < ERASURES_A_TURN || vault_rotate_soon(node, err);
}

bool vault_rotate(struct node *node, struct err *err)
{
    struct vault *vault = &node->vault;
    char path[PATH_BYTES];
    next_path(node, "new", path);
    /* One change a turn: the old key's file must outlive the commit. */
    if (vault->old != NULL)
        return true;
    struct wrap_key *key = wrap_key_new(err);
    struct rewrap rewrap = {.old = vault->generation, .new = key};
    if (key == NULL || !wrap_key_save(key, path, NULL, err) ||
            !spool_rewrap(node->db, wrap_again, &rewrap, &vault->n_keys, err) ||
            !save_check(node, key, err) ||
            !spool_set_number(node->db, SPOOL_ROTATE_MS, 0, err)) {
        wrap_key_free(key);
        return err_wrap(err, "new generation key");
    }
    forget_keys(vault);
    node->rotate_ms = 0;
    /* From here on this turn wraps nothing more with the old key, which the home keeps
     * until the commit. */
    vault->old = vault->generation;
    vault->generation = key;
    return node->signer == NULL || say_erased(node, err);
}

bool vault_committed(struct node *node, struct err *err)
{
    struct vault *vault = &node->vault;
    if (vault->old == NULL)
        return true;
    wrap_key_free(vault->old);
    vault->old = NULL;
    node->home.generation = vault->generation;
    return replace_file(node, err);
}
