/* bundle.h - the file that a steward hands out: read, judged as a whole, and fed into a
 * directory.
 *
 * Everything in it is signed by the steward; who holds the file need not be trusted.
 * What it cannot show by itself is that the steward's key is the right one: people
 * compare its fingerprint, or it was pinned before. */
#ifndef BUNDLE_H
#define BUNDLE_H

#include "core/arena.h"
#include "core/directory.h"
#include "core/err.h"
#include "gen/bus.h"

enum {
    BUNDLE_BYTES_MAX = 1048576 + 65536, /* WIRE_FRAME_MAX */
    /* Room for bundle_get, and behind it for what bundle_check and bundle_feed decode.
     */
    BUNDLE_ARENA_BYTES = 4 * BUNDLE_BYTES_MAX,
};

/* Strict form, and the network's signature by the steward key that it names.
 * steward_key: the key that must be, when it is known already; NULL: the caller has
 * people compare the fingerprint of network->steward_key. E_FORMAT, E_SIZE, E_CODE,
 * E_VERSION: see wire. E_AUTH: not signed, or another steward. Everything lies in the
 * arena. */
MUST_USE bool bundle_get(struct span bytes, const struct key32 *steward_key,
        struct arena *arena, struct bundle *bundle, struct network *network,
        struct err *err);

/* Write it; *bytes lies in the arena. */
MUST_USE bool bundle_put(const struct bundle *bundle, struct arena *arena,
        struct span *bytes, struct err *err);

/* Is it whole and all the steward's? Every signature, every body, and the
 * memberships and areas in force are those that the snapshot counts. E_AUTH, E_FORMAT
 * ...: of the first thing that is wrong; E_DIRECTORY: something is missing or too much.
 * The arena is as it was afterwards. */
MUST_USE bool bundle_check(const struct bundle *bundle, const struct network *network,
        int64_t now_ms, struct arena *arena, struct err *err);

/* What the next snapshot must say: how many memberships and areas of the bundle are in
 * force, and the roots over them (directory_head); nothing else of *snapshot changes.
 * The bundle's own snapshot is not looked at. */
MUST_USE bool bundle_head(const struct bundle *bundle, const struct network *network,
        int64_t now_ms, struct arena *arena, struct snapshot *snapshot,
        struct err *err);

/* bundle_check, then feed everything; the network is pinned when it was not. Nothing is
 * fed when the check fails, and E_DIRECTORY when the directory is of another network.
 * An older bundle does no harm: what is known stays, and a directory that is too old
 * for new members leaves those out. on_news (may be NULL) is told of each thing that is
 * NEW or CLASHes, with its packed Signed, so that it can be stored; it returns false
 * with err when it cannot, and then the rest is not fed. */
MUST_USE bool bundle_feed(const struct bundle *bundle, const struct network *network,
        struct directory *directory, int64_t now_ms, struct arena *arena,
        bool (*on_news)(void *context, enum kind kind, struct span bytes,
                enum directory_news news, struct err *err),
        void *context, struct err *err);

#endif
