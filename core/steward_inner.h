/* steward_inner.h - the steward's desk from inside; for core/steward*.c only. */
#ifndef STEWARD_INNER_H
#define STEWARD_INNER_H

#include "core/bundle.h"
#include "core/home.h"
#include "core/keys.h"
#include "core/signed.h"
#include "core/steward.h"

enum {
    STEWARD_PATH_BYTES = HOME_PATH_MAX + 32,
    STEWARD_THINGS_MAX = DIRECTORY_MEMBERS_MAX, /* of each kind in a bundle */
};

struct steward {
    /* The folder, taken from before anything is read until it is written: of two
     * commands, one would write what it had read before the other revoked somebody,
     * under the same number. */
    int desk;
    struct sign_key *key;
    struct arena held; /* what the bundle and the network point to */
    struct arena work; /* given back after each change */
    struct bundle bundle;
    struct network network;
    char bundle_path[STEWARD_PATH_BYTES];
};

/* Sign one thing as the steward; *bytes lies in steward->work. */
MUST_USE bool steward_sign(struct steward *steward, enum kind kind,
        const struct wire_map *map, const void *thing, struct span *bytes,
        struct err *err);

/* Put a fresh snapshot over what is in `next`, judge the whole as a member will, and
 * keep it. The file changes whole or not at all, and the steward only after it. */
MUST_USE bool steward_keep(struct steward *steward, struct bundle *next,
        const struct network *network, int64_t now_ms, struct err *err);

#endif
