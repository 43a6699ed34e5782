/* join.c - comparing a steward's fingerprint, and joining. */
#include "nodes/join.h"

#include "core/arena.h"
#include "core/home.h"
#include "nodes/spool.h"

static bool get(struct span bytes, struct arena *arena, struct home_bundle *bundle,
        char fingerprint[FINGERPRINT_TEXT_BYTES], struct err *err)
{
    if (!home_bundle_get(bytes, arena, bundle, err))
        return false;
    ids_fingerprint(&bundle->steward_hash, fingerprint);
    return true;
}

bool node_bundle_fingerprint(struct span bytes,
        char fingerprint[FINGERPRINT_TEXT_BYTES], struct err *err)
{
    struct arena arena = arena_new(HOME_BUNDLE_ARENA);
    struct home_bundle bundle;
    bool ok = get(bytes, &arena, &bundle, fingerprint, err);
    arena_free(&arena);
    return ok;
}

/* The store's lock, so that no running node misses it. */
static bool join(const struct home *home, struct span bytes, const char *expected,
        struct arena *arena, struct err *err)
{
    struct home_bundle bundle;
    char fingerprint[FINGERPRINT_TEXT_BYTES];
    if (!get(bytes, arena, &bundle, fingerprint, err))
        return false;
    if (!ids_fingerprint_same(fingerprint, expected))
        return err_set(err, E_AUTH,
                "the bundle is signed by another steward: %s. Call the steward and "
                "compare.",
                fingerprint);
    struct db *db = spool_open(home->db, NULL, err);
    if (db == NULL)
        return false;
    bool ok = home_join(home, &bundle, arena, err);
    db_close(db);
    return ok;
}

bool node_join(const char *path, struct span bytes, const char *expected,
        struct err *err)
{
    struct home home;
    if (!home_open(path, ROLE_NODE, &home, err))
        return false;
    struct arena arena = arena_new(HOME_BUNDLE_ARENA);
    bool ok = join(&home, bytes, expected, &arena, err);
    arena_free(&arena);
    home_close(&home);
    return ok;
}
