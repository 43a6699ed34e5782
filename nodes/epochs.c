/* epochs.c - epoch keys: made ahead, published, destroyed. */
#include "nodes/epochs.h"

#include "nodes/registry.h"
#include "nodes/vault.h"

enum { EPOCHS_MAX = 16 };

static const int64_t WINDOW_MS = (int64_t)EPOCHS_WINDOW_DAYS * TIME_DAY_MS;

/* Windows are the same weeks for everybody, counted from 1970. */
static int64_t window_start(int64_t now)
{
    return now - now % WINDOW_MS;
}

static bool make_key(struct node *node, int64_t from_ms, struct err *err)
{
    struct box_key *pair = box_key_new(err);
    if (pair == NULL)
        return false;
    struct spool_epoch epoch = {
            .public_key = *box_key_public(pair),
            .from_ms = from_ms,
            .until_ms = from_ms + WINDOW_MS,
    };
    struct key32 hash = hash_sha256_one(SPAN_OF(epoch.public_key));
    memcpy(epoch.ekid.b, hash.b, sizeof epoch.ekid.b);
    struct spool_binding owner = spool_bind_epoch(&epoch.ekid);
    bool ok = vault_wrap_secret(node, &owner, box_key_secret(pair), &epoch.key, err) &&
              spool_put_epoch(node->db, &epoch, err);
    box_key_free(pair);
    return ok;
}

static bool has_window(const struct spool_epoch *epochs, size_t n, int64_t from_ms)
{
    for (size_t i = 0; i < n; i++)
        if (epochs[i].from_ms == from_ms)
            return true;
    return false;
}

static bool make_missing(struct node *node, bool *made, struct err *err)
{
    struct spool_epoch epochs[EPOCHS_MAX];
    size_t n_epochs;
    int64_t start = window_start(node_now(node));
    if (!spool_epochs(node->db, start, epochs, EPOCHS_MAX, &n_epochs, err))
        return false;
    for (int64_t i = 0; i <= EPOCHS_AHEAD; i++) {
        int64_t from_ms = start + i * WINDOW_MS;
        if (has_window(epochs, n_epochs, from_ms))
            continue;
        if (!make_key(node, from_ms, err))
            return false;
        *made = true;
    }
    return true;
}

static bool say(struct node *node, struct err *err)
{
    struct spool_epoch epochs[EPOCHS_MAX];
    struct epoch_key keys[EPOCHS_PAST + 1 + EPOCHS_AHEAD];
    size_t n_epochs;
    int64_t since = window_start(node_now(node)) - EPOCHS_PAST * WINDOW_MS;
    if (!spool_epochs(node->db, since, epochs, COUNT_OF(keys), &n_epochs, err))
        return false;
    for (size_t i = 0; i < n_epochs; i++)
        keys[i] = (struct epoch_key){
                .ekid = epochs[i].ekid,
                .key = epochs[i].public_key,
                .from_ms = (uint64_t)epochs[i].from_ms,
                .until_ms = (uint64_t)epochs[i].until_ms,
        };
    struct epoch_keys list = {.keys = keys, .n_keys = n_epochs};
    struct statement statement = {
            .kind = STATEMENT_KIND_EPOCH_KEYS,
            .subject = "",
            .until_ms = keys[n_epochs - 1].until_ms,
            .epoch_keys = &list,
    };
    return registry_statement(node, &statement, err);
}

bool epochs_known(const struct node *node)
{
    return node_self(node) == NULL ||
           directory_epoch_key(node->directory, node->partner, node_now(node)) != NULL;
}

bool epochs_upkeep(struct node *node, struct err *err)
{
    bool made = false;
    int64_t dropped = 0;
    int64_t over = node_now(node) - (int64_t)EPOCHS_DESTROY_DAYS * TIME_DAY_MS;
    if (!spool_drop_epochs(node->db, over, &dropped, err) ||
            (dropped > 0 && !vault_rotate_soon(node, err)))
        return false;
    if (node_self(node) == NULL)
        return true;
    if (!make_missing(node, &made, err))
        return false;
    /* Also when the directory has lost them: our membership got another key. */
    return (!made && epochs_known(node)) || say(node, err);
}

bool epochs_secret(struct node *node, const struct tag8 *ekid, bool *found,
        struct key32 *secret, struct key32 *public_key, struct err *err)
{
    struct spool_epoch epoch;
    if (!spool_get_epoch(node->db, ekid, found, &epoch, err))
        return false;
    if (!*found)
        return true;
    struct spool_binding owner = spool_bind_epoch(ekid);
    *public_key = epoch.public_key;
    return vault_unwrap_secret(node, &owner, &epoch.key, secret, err);
}

bool epochs_until(struct node *node, int64_t *until_ms, struct err *err)
{
    struct spool_epoch epochs[EPOCHS_MAX];
    size_t n_epochs;
    if (!spool_epochs(node->db, 0, epochs, EPOCHS_MAX, &n_epochs, err))
        return false;
    *until_ms = n_epochs > 0 ? epochs[n_epochs - 1].until_ms : 0;
    return true;
}
