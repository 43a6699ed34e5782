/* directory.c - the network that a directory is of, its snapshot and its age. */
#include "core/directory.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/directory_inner.h"
#include "core/hash.h"
#include "core/merkle.h"
#include "core/time.h"

struct directory *directory_new(struct err *err)
{
    struct directory *directory = calloc(1, sizeof *directory);
    if (directory == NULL) {
        err_set(err, ERR_NOMEM, "no memory for the directory");
        return NULL;
    }
    directory->scratch = arena_new(DIRECTORY_SCRATCH_BYTES);
    if (directory->scratch.at == NULL) {
        err_set(err, ERR_NOMEM, "no memory for the directory");
        free(directory);
        return NULL;
    }
    return directory;
}

void directory_free(struct directory *directory)
{
    if (directory == NULL)
        return;
    for (size_t i = 0; i < COUNT_OF(directory->table); i++) {
        if (directory->table[i] == NULL)
            continue;
        directory_forget_statements(directory->table[i]);
        free(directory->table[i]);
    }
    directory_forget_areas(directory);
    arena_free(&directory->scratch);
    free(directory);
}

/* First half of SHA-256(public key), as in Signed.key_id. */
static struct id key_id(const struct key32 *key)
{
    struct key32 hash = hash_sha256_one(SPAN_OF(*key));
    struct id id;
    memcpy(id.b, hash.b, sizeof id.b);
    return id;
}

static bool same_network(const struct network *a, const struct network *b)
{
    return strcmp(a->name, b->name) == 0 &&
           key32_equal(&a->steward_key, &b->steward_key) &&
           key32_equal(&a->reserve_key, &b->reserve_key);
}

bool directory_pin(struct directory *directory, const struct network *network,
        struct err *err)
{
    if (directory->pinned && !same_network(&directory->network, network))
        return err_set(err, E_DIRECTORY,
                "this directory is of the network %s with its steward, not of %s",
                directory->network_name, network->name);
    if (strlen(network->name) >= sizeof directory->network_name)
        return err_set(err, E_SIZE, "the network's name is too long");

    snprintf(directory->network_name, sizeof directory->network_name, "%s",
            network->name);
    directory->network = *network;
    directory->network.name = directory->network_name;
    directory->steward_id = key_id(&network->steward_key);
    directory->reserve_id = key_id(&network->reserve_key);
    directory->pinned = true;
    return true;
}

const struct network *directory_network(const struct directory *directory)
{
    return directory->pinned ? &directory->network : NULL;
}

bool directory_take_snapshot(struct directory *directory,
        const struct snapshot *snapshot, const struct key32 *hash,
        enum directory_news *news, struct err *err)
{
    if (directory->pinned && strcmp(snapshot->network, directory->network_name) != 0)
        return err_set(err, E_AUTH, "a snapshot of another network, %s",
                snapshot->network);
    if (snapshot->serial < directory->snapshot.serial)
        return err_set(err, E_DIRECTORY, "snapshot %llu is older than %llu",
                (unsigned long long)snapshot->serial,
                (unsigned long long)directory->snapshot.serial);

    if (snapshot->serial > directory->snapshot.serial) {
        directory->snapshot = *snapshot;
        directory->snapshot.network = "";
        directory->snapshot_hash = *hash;
        directory->snapshot_clashed = false;
        *news = DIRECTORY_NEW;
    } else if (directory->snapshot_clashed ||
               key32_equal(&directory->snapshot_hash, hash)) {
        *news = DIRECTORY_KNOWN;
    } else {
        directory->snapshot_clashed = true;
        *news = DIRECTORY_CLASH;
    }
    return true;
}

uint64_t directory_serial(const struct directory *directory)
{
    return directory->snapshot.serial;
}

/* The snapshot that counts, or NULL. */
static const struct snapshot *snapshot_of(const struct directory *directory)
{
    if (directory->snapshot.serial == 0 || directory->snapshot_clashed)
        return NULL;
    return &directory->snapshot;
}

int64_t directory_issued_ms(const struct directory *directory)
{
    const struct snapshot *snapshot = snapshot_of(directory);
    return snapshot == NULL ? 0 : (int64_t)snapshot->issued_ms;
}

uint32_t directory_age_days(const struct directory *directory, int64_t now_ms)
{
    const struct snapshot *snapshot = snapshot_of(directory);
    if (snapshot == NULL)
        return UINT32_MAX;
    int64_t issued_ms = (int64_t)snapshot->issued_ms;
    if (now_ms <= issued_ms)
        return 0;
    int64_t days = (now_ms - issued_ms) / TIME_DAY_MS;
    return days < UINT32_MAX ? (uint32_t)days : UINT32_MAX;
}

void directory_head(const struct directory *directory, uint32_t *count,
        struct key32 *root)
{
    /* RFC 6962 head over the memberships in force, in the order of their partners. */
    struct merkle_log log = {.size = 0};
    for (size_t i = 0; i < directory->n_members; i++) {
        if (directory_in_force(directory->members[i]))
            merkle_log_append(&log, &directory->members[i]->leaf);
    }
    *count = (uint32_t)log.size;
    *root = merkle_log_head(&log);
}

bool directory_path(const struct directory *directory, const char *partner,
        uint32_t *index, struct key32 path[MERKLE_PATH_MAX], size_t *n_path)
{
    struct key32 leaves[DIRECTORY_MEMBERS_MAX];
    size_t n = 0;
    bool found = false;
    for (size_t i = 0; i < directory->n_members; i++) {
        const struct entry *entry = directory->members[i];
        if (!directory_in_force(entry))
            continue;
        if (strcmp(entry->member.partner, partner) == 0) {
            *index = (uint32_t)n;
            found = true;
        }
        leaves[n++] = entry->leaf;
    }
    if (found)
        merkle_path(leaves, n, *index, path, n_path);
    return found;
}

bool directory_complete(const struct directory *directory)
{
    const struct snapshot *snapshot = snapshot_of(directory);
    if (snapshot == NULL)
        return false;
    uint32_t count;
    struct key32 root;
    directory_head(directory, &count, &root);
    if (count != snapshot->count || !key32_equal(&root, &snapshot->root))
        return false;
    directory_areas_head(directory, &count, &root);
    return count == snapshot->area_count && key32_equal(&root, &snapshot->area_root);
}
