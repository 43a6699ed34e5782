/* bundle.c - a steward's file: the network, its snapshot, memberships, revocations and
 * areas. */
#include "core/bundle.h"

#include "core/signed.h"
#include "core/wire.h"

_Static_assert((int)BUNDLE_BYTES_MAX == (int)WIRE_FRAME_MAX, "what wire_get reads");

bool bundle_get(struct span bytes, const struct key32 *steward_key, struct arena *arena,
        struct bundle *bundle, struct network *network, struct err *err)
{
    struct bundle out;
    struct network shown;
    struct signed_ thing;
    size_t used = arena->used;
    if (!wire_get(&WIRE_BUNDLE, bytes, arena, &out, err))
        return false;

    /* The network names the key that signs it, so it has to be read to be verified; it
     * is not believed before the person or the pinned key says so. */
    if (!wire_get(&WIRE_SIGNED, out.network, arena, &thing, err) ||
            !wire_get(&WIRE_NETWORK, thing.body, arena, &shown, err)) {
        err_wrap(err, "the network in the bundle");
        goto refused;
    }
    if (steward_key != NULL && !key32_equal(steward_key, &shown.steward_key)) {
        err_set(err, E_AUTH, "the bundle is of another steward");
        goto refused;
    }
    if (!signed_get_by_key(&shown.steward_key, KIND_NETWORK, out.network, arena, &thing,
                err))
        goto refused;
    if (strcmp(thing.signer, DIRECTORY_STEWARD) != 0) {
        err_set(err, E_AUTH, "the network in the bundle is signed by %s", thing.signer);
        goto refused;
    }
    *bundle = out;
    *network = shown;
    return true;

refused:
    arena_reset(arena, used);
    return false;
}

bool bundle_put(const struct bundle *bundle, struct arena *arena, struct span *bytes,
        struct err *err)
{
    return wire_put_arena(&WIRE_BUNDLE, bundle, arena, bytes, err);
}

/* Where the things of a bundle go. */
struct into {
    struct directory *directory;
    int64_t now_ms;
    struct arena *arena;
    bool verify; /* else it was verified a moment ago */
    bool (*on_news)(void *context, enum kind kind, struct span bytes,
            enum directory_news news, struct err *err);
    void *context;
};

static bool feed_read(struct into *into, enum kind kind, struct span bytes,
        enum directory_news *news, struct err *err)
{
    struct signed_ thing;
    bool read = into->verify ? signed_get(NULL, into->directory, into->now_ms, kind,
                                       bytes, into->arena, &thing, err)
                             : wire_get(&WIRE_SIGNED, bytes, into->arena, &thing, err);
    return read && directory_feed(into->directory, kind, thing.signer, bytes,
                           thing.body, into->now_ms, news, err);
}

static bool feed_one(struct into *into, enum kind kind, struct span bytes,
        struct err *err)
{
    struct err why = {0};
    enum directory_news news;
    size_t used = into->arena->used;
    bool taken = feed_read(into, kind, bytes, &news, &why);
    arena_reset(into->arena, used);
    if (!taken) {
        /* Older than what is there, or too new for a directory of its age: left out. */
        if (!into->verify && why.code == E_DIRECTORY)
            return true;
        return err_set(err, why.code, "a %s in the bundle: %s", kind_name(kind),
                why.msg);
    }
    if (news == DIRECTORY_KNOWN || into->on_news == NULL)
        return true;
    return into->on_news(into->context, kind, bytes, news, err);
}

static bool feed_words(struct into *into, const struct bundle *bundle, struct err *err)
{
    for (size_t i = 0; i < bundle->n_memberships; i++) {
        if (!feed_one(into, KIND_MEMBERSHIP, bundle->memberships[i], err))
            return false;
    }
    for (size_t i = 0; i < bundle->n_revocations; i++) {
        if (!feed_one(into, KIND_REVOCATION, bundle->revocations[i], err))
            return false;
    }
    for (size_t i = 0; i < bundle->n_areas; i++) {
        if (!feed_one(into, KIND_AREA, bundle->areas[i], err))
            return false;
    }
    return true;
}

/* A directory of nothing but this bundle, to be judged; the snapshot comes last,
 * because it judges the rest. */
static bool judge(const struct bundle *bundle, const struct network *network,
        bool with_snapshot, struct into *into, struct err *err)
{
    return directory_pin(into->directory, network, err) &&
           feed_words(into, bundle, err) &&
           (!with_snapshot || feed_one(into, KIND_SNAPSHOT, bundle->snapshot, err));
}

bool bundle_check(const struct bundle *bundle, const struct network *network,
        int64_t now_ms, struct arena *arena, struct err *err)
{
    struct into into = {.directory = directory_new(err),
            .now_ms = now_ms,
            .arena = arena,
            .verify = true};
    if (into.directory == NULL)
        return false;
    bool ok = judge(bundle, network, true, &into, err);
    if (ok && !directory_complete(into.directory))
        ok = err_set(err, E_DIRECTORY,
                "the memberships and areas in the bundle are not those that its "
                "snapshot counts");
    directory_free(into.directory);
    return ok;
}

bool bundle_head(const struct bundle *bundle, const struct network *network,
        int64_t now_ms, struct arena *arena, struct snapshot *snapshot, struct err *err)
{
    struct into into = {.directory = directory_new(err),
            .now_ms = now_ms,
            .arena = arena,
            .verify = true};
    if (into.directory == NULL)
        return false;
    bool ok = judge(bundle, network, false, &into, err);
    if (ok) {
        directory_head(into.directory, &snapshot->count, &snapshot->root);
        directory_areas_head(into.directory, &snapshot->area_count,
                &snapshot->area_root);
    }
    directory_free(into.directory);
    return ok;
}

bool bundle_feed(const struct bundle *bundle, const struct network *network,
        struct directory *directory, int64_t now_ms, struct arena *arena,
        bool (*on_news)(void *context, enum kind kind, struct span bytes,
                enum directory_news news, struct err *err),
        void *context, struct err *err)
{
    bool pinned = directory_network(directory) != NULL;
    if (!bundle_check(bundle, network, now_ms, arena, err) ||
            !directory_pin(directory, network, err))
        return false;
    if (!pinned && on_news != NULL &&
            !on_news(context, KIND_NETWORK, bundle->network, DIRECTORY_NEW, err))
        return false;

    /* The snapshot first: with it a directory that was too old takes new members again.
     */
    struct into into = {.directory = directory,
            .now_ms = now_ms,
            .arena = arena,
            .on_news = on_news,
            .context = context};
    return feed_one(&into, KIND_SNAPSHOT, bundle->snapshot, err) &&
           feed_words(&into, bundle, err);
}
