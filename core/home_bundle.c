/* home_bundle.c - the steward's bundle that a home has joined with. */
#include <errno.h>
#include <unistd.h>

#include "core/file.h"
#include "core/hash.h"
#include "core/home.h"
#include "core/signed.h"
#include "core/wire.h"

bool home_bundle_get(struct span bytes, struct arena *arena, struct home_bundle *bundle,
        struct err *err)
{
    struct home_bundle out = {.bytes = bytes};

    if (!bundle_get(bytes, NULL, arena, &out.bundle, &out.network, err))
        return false;
    out.steward_hash = hash_sha256_one(SPAN_OF(out.network.steward_key));
    *bundle = out;
    return true;
}

bool home_bundle_read(const char *path, struct arena *arena, struct home_bundle *bundle,
        struct err *err)
{
    struct span bytes;

    if (access(path, F_OK) != 0 && errno == ENOENT)
        return err_set(err, E_NOT_FOUND, "there is no file %s", path);
    return file_read(path, HOME_BUNDLE_MAX, arena, &bytes, err) &&
           (home_bundle_get(bytes, arena, bundle, err) || err_wrap(err, "%s", path));
}

/* Is there a membership, signed by this bundle's steward, with the keys of this home?
 */
static bool names_home(const struct home *home, const struct home_bundle *bundle,
        struct arena *arena)
{
    for (size_t i = 0; i < bundle->bundle.n_memberships; i++) {
        size_t used = arena->used;
        struct signed_ thing;
        struct membership member;
        struct err err = {0};
        bool ours =
                signed_get_by_key(&bundle->network.steward_key, KIND_MEMBERSHIP,
                        bundle->bundle.memberships[i], arena, &thing, &err) &&
                strcmp(thing.signer, DIRECTORY_STEWARD) == 0 &&
                wire_get(&WIRE_MEMBERSHIP, thing.body, arena, &member, &err) &&
                member.role == home->role &&
                key32_equal(&member.identity_key, sign_key_public(home->identity)) &&
                key32_equal(&member.transport_key, box_key_public(home->transport));
        arena_reset(arena, used);
        if (ours)
            return true;
    }
    return false;
}

bool home_join(const struct home *home, const struct home_bundle *bundle,
        struct arena *arena, struct err *err)
{
    struct home_bundle old;
    struct err none = {0};
    size_t used = arena->used;

    if (!names_home(home, bundle, arena))
        return err_set(err, E_AUTH,
                "no membership in this bundle is about the keys in %s; ask the steward "
                "to admit its request file",
                home->path);
    if (access(home->bundle, F_OK) == 0 &&
            home_bundle_read(home->bundle, arena, &old, &none) &&
            !key32_equal(&old.network.steward_key, &bundle->network.steward_key)) {
        arena_reset(arena, used);
        return err_set(err, E_DIRECTORY, "%s has joined another network already",
                home->path);
    }
    arena_reset(arena, used);
    return keys_write_file(home->bundle, bundle->bytes, err);
}

bool home_keep_bundle(const struct home *home, const struct home_bundle *bundle,
        uint64_t serial, struct arena *arena, bool *kept, struct err *err)
{
    struct signed_ thing;
    struct snapshot snapshot;
    size_t used = arena->used;

    bool ok = wire_get(&WIRE_SIGNED, bundle->bundle.snapshot, arena, &thing, err) &&
              wire_get(&WIRE_SNAPSHOT, thing.body, arena, &snapshot, err);
    bool newest = ok && snapshot.serial == serial;
    arena_reset(arena, used);
    if (!ok || (newest && !keys_write_file(home->bundle, bundle->bytes, err)))
        return err_wrap(err, "keeping the bundle");
    *kept = newest;
    return true;
}

bool home_joined_bundle(const struct home *home, struct arena *arena,
        struct home_bundle *bundle, struct err *err)
{
    if (access(home->bundle, F_OK) != 0)
        return err_set(err, ERR_CONFIG,
                "%s has not joined a network yet: have the steward admit %s, then join "
                "with the bundle that comes back",
                home->path, home->request);
    return home_bundle_read(home->bundle, arena, bundle, err);
}
