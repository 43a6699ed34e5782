/* steward.c - what a steward does at an offline desk: found the network, admit, revoke,
 * publish. */
#include "core/steward_inner.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/folder.h"
#include "core/hash.h"
#include "core/time.h"
#include "core/wire.h"

enum {
    PATH_BYTES = STEWARD_PATH_BYTES,
    /* For the lists of a bundle, its areas decoded, and what is signed anew. */
    WORK_BYTES =
            4 * BUNDLE_ARENA_BYTES + 4 * STEWARD_THINGS_MAX * (int)sizeof(struct span),
};

/* --- making and opening --- */

static bool join_path(char out[PATH_BYTES], const char *home, const char *name,
        struct err *err)
{
    if (home == NULL || home[0] == '\0' || strlen(home) >= HOME_PATH_MAX)
        return err_set(err, E_SIZE, "a home directory's path has 1 to %d bytes",
                HOME_PATH_MAX - 1);
    snprintf(out, PATH_BYTES, "%.*s/%s", HOME_PATH_MAX - 1, home, name);
    return true;
}

static struct steward *steward_new(const char *home, struct err *err)
{
    struct steward *steward = calloc(1, sizeof *steward);
    if (steward == NULL) {
        err_set(err, ERR_NOMEM, "no memory for the steward's desk");
        return NULL;
    }
    steward->desk = -1;
    steward->held = arena_new(BUNDLE_ARENA_BYTES);
    steward->work = arena_new(WORK_BYTES);
    if (steward->held.at == NULL || steward->work.at == NULL)
        err_set(err, ERR_NOMEM, "no memory for the steward's desk");
    else if (join_path(steward->bundle_path, home, "network.bundle", err))
        return steward;
    steward_free(steward);
    return NULL;
}

void steward_free(struct steward *steward)
{
    if (steward == NULL)
        return;
    if (steward->desk >= 0)
        close(steward->desk);
    sign_key_free(steward->key);
    arena_free(&steward->held);
    arena_free(&steward->work);
    free(steward);
}

bool steward_sign(struct steward *steward, enum kind kind, const struct wire_map *map,
        const void *thing, struct span *bytes, struct err *err)
{
    struct span body;
    return wire_put_arena(map, thing, &steward->work, &body, err) &&
           signed_make(DIRECTORY_STEWARD, steward->key, kind, body, &steward->work,
                   bytes, err);
}

/* The number of the snapshot that is there; 0 when there is none yet. */
static bool last_serial(struct steward *steward, uint64_t *serial, struct err *err)
{
    struct signed_ thing;
    struct snapshot snapshot;
    if (steward->bundle.snapshot.len == 0) {
        *serial = 0;
        return true;
    }
    if (!signed_get_by_key(sign_key_public(steward->key), KIND_SNAPSHOT,
                steward->bundle.snapshot, &steward->work, &thing, err) ||
            !wire_get(&WIRE_SNAPSHOT, thing.body, &steward->work, &snapshot, err))
        return err_wrap(err, "the snapshot in %s", steward->bundle_path);
    *serial = snapshot.serial;
    return true;
}

bool steward_keep(struct steward *steward, struct bundle *next,
        const struct network *network, int64_t now_ms, struct err *err)
{
    struct snapshot snapshot = {
            .v = 1,
            .network = network->name,
            .issued_ms = (uint64_t)now_ms,
            .expires_ms =
                    (uint64_t)(now_ms + (int64_t)STEWARD_SNAPSHOT_DAYS * TIME_DAY_MS),
    };
    struct span bytes;
    if (!last_serial(steward, &snapshot.serial, err) ||
            !bundle_head(next, network, now_ms, &steward->work, &snapshot, err))
        return false;
    snapshot.serial++;
    if (!steward_sign(steward, KIND_SNAPSHOT, &WIRE_SNAPSHOT, &snapshot,
                &next->snapshot, err) ||
            !bundle_check(next, network, now_ms, &steward->work, err) ||
            !bundle_put(next, &steward->work, &bytes, err) ||
            !keys_write_file(steward->bundle_path, bytes, err))
        return false;

    arena_reset(&steward->held, 0);
    bool ok = bundle_get(bytes, sign_key_public(steward->key), &steward->held,
            &steward->bundle, &steward->network, err);
    arena_reset(&steward->work, 0);
    return ok;
}

static bool make_keys(struct steward *steward, const char *home, const char *passphrase,
        struct key32 *reserve_public, struct err *err)
{
    char path[PATH_BYTES], reserve_path[PATH_BYTES];
    if (!join_path(path, home, "steward.key", err) ||
            !join_path(reserve_path, home, "reserve.key", err))
        return false;
    struct sign_key *reserve = sign_key_new(err);
    steward->key = sign_key_new(err);
    bool ok = reserve != NULL && steward->key != NULL &&
              sign_key_save(reserve, reserve_path, passphrase, err) &&
              sign_key_save(steward->key, path, passphrase, err);
    if (ok)
        *reserve_public = *sign_key_public(reserve);
    sign_key_free(reserve);
    return ok;
}

/* The bundle comes last: what was left half made is simply made again, since nobody can
 * have been admitted by it. */
static bool check_new(const struct steward *steward, const char *home, struct err *err)
{
    return access(steward->bundle_path, F_OK) != 0 ||
           err_set(err, E_DUPLICATE, "there is a steward's home in %s already", home);
}

static bool found(struct steward *steward, const char *home, const char *name,
        const char *passphrase, int64_t now_ms, struct err *err)
{
    struct network network = {.v = 1, .name = name, .founded_ms = (uint64_t)now_ms};
    struct bundle bundle = {.v = 1};
    if (!ids_partner_ok(name))
        return err_set(err, E_FIELD,
                "\"%.40s\" cannot be the name of a network: 2 to 40 lower-case "
                "letters, digits and single hyphens",
                name);
    if (passphrase == NULL || strlen(passphrase) < KEYS_PASSPHRASE_MIN)
        return err_set(err, E_FIELD, "the passphrase has at least %d characters",
                KEYS_PASSPHRASE_MIN);
    if (!check_new(steward, home, err) || !folder_make(home, 0700, err) ||
            !folder_take(home, &steward->desk, err) ||
            /* Another may have ended between the look and the lock. */
            !check_new(steward, home, err) ||
            !make_keys(steward, home, passphrase, &network.reserve_key, err))
        return false;
    network.steward_key = *sign_key_public(steward->key);
    return steward_sign(steward, KIND_NETWORK, &WIRE_NETWORK, &network, &bundle.network,
                   err) &&
           steward_keep(steward, &bundle, &network, now_ms, err);
}

struct steward *steward_found(const char *home, const char *network,
        const char *passphrase, int64_t now_ms, struct err *err)
{
    struct steward *steward = steward_new(home, err);
    if (steward != NULL && found(steward, home, network, passphrase, now_ms, err))
        return steward;
    steward_free(steward);
    return NULL;
}

static bool open_desk(struct steward *steward, const char *home, const char *passphrase,
        struct err *err)
{
    char path[PATH_BYTES];
    struct home_bundle file;
    if (!join_path(path, home, "steward.key", err))
        return false;
    if (access(steward->bundle_path, F_OK) != 0)
        return err_set(err, ERR_CONFIG,
                "there is no steward's home in %s (make one with: buurtbus steward "
                "init)",
                home);
    if (!folder_take(home, &steward->desk, err))
        return false;
    steward->key = sign_key_load(path, passphrase, err);
    bool ok = steward->key != NULL &&
              home_bundle_read(steward->bundle_path, &steward->work, &file, err) &&
              bundle_get(file.bytes, sign_key_public(steward->key), &steward->held,
                      &steward->bundle, &steward->network, err);
    arena_reset(&steward->work, 0);
    return ok;
}

struct steward *steward_open(const char *home, const char *passphrase, struct err *err)
{
    struct steward *steward = steward_new(home, err);
    if (steward != NULL && open_desk(steward, home, passphrase, err))
        return steward;
    steward_free(steward);
    return NULL;
}

void steward_fingerprint(const struct steward *steward,
        char text[FINGERPRINT_TEXT_BYTES])
{
    struct key32 hash = hash_sha256_one(SPAN_OF(steward->network.steward_key));
    ids_fingerprint(&hash, text);
}

const char *steward_bundle_path(const struct steward *steward)
{
    return steward->bundle_path;
}
