/* steward.h - what a steward does at an offline desk: found the network, admit, revoke,
 * publish.
 *
 * A steward's home holds steward.key and reserve.key (each under a passphrase,
 * Argon2id) and network.bundle, everything in force. Each change writes a new snapshot
 * (serial + 1) and the bundle whole or not at all. The steward's key never is on a
 * broker. */
#ifndef STEWARD_H
#define STEWARD_H

#include "core/arena.h"
#include "core/err.h"
#include "core/ids.h"
#include "core/steward_table.h"
#include "gen/bus.h"

enum {
    STEWARD_MEMBER_DAYS = 730, /* a membership's life unless said otherwise */
    STEWARD_SNAPSHOT_DAYS = 60,
};

struct steward;

/* Found a network in a new home. The reserve key's file is meant to be moved away.
 * E_DUPLICATE when the home exists already. */
MUST_USE struct steward *steward_found(const char *home, const char *network,
        const char *passphrase, int64_t now_ms, struct err *err);
MUST_USE struct steward *steward_open(const char *home, const char *passphrase,
        struct err *err);
void steward_free(struct steward *steward);

/* The fingerprint that members compare. */
void steward_fingerprint(const struct steward *steward,
        char text[FINGERPRINT_TEXT_BYTES]);

/* Read a request file: strict form, signed with the identity key that it shows.
 * fingerprint: of that identity key, to be compared by phone. */
MUST_USE bool steward_read_request(struct span file, struct arena *arena,
        struct join_request *request, char fingerprint[FINGERPRINT_TEXT_BYTES],
        struct err *err);

/* Admit the newcomer (or give a member its new keys: version + 1). until_ms 0:
 * STEWARD_MEMBER_DAYS. E_DUPLICATE: another member has one of these keys, or there is a
 * broker already. */
MUST_USE bool steward_admit(struct steward *steward, const struct join_request *request,
        int64_t until_ms, int64_t now_ms, struct err *err);

/* Admit a partner without a node: an antenna, whose letters go to supported_by, a
 * member. */
MUST_USE bool steward_admit_supported(struct steward *steward, const char *partner,
        const char *name, uint16_t partner_type, const char *supported_by,
        int64_t now_ms, struct err *err);

/* E_NOT_FOUND when there is no such member. reason: at most 200 bytes. */
MUST_USE bool steward_revoke(struct steward *steward, const char *partner,
        const char *reason, int64_t now_ms, struct err *err);

/* Set the tables of municipalities and sectors: what differs is signed with the next
 * version. keep false: nothing is written, only *changes is. changes: one of each row
 * of the table's areas, in their order. E_FIELD with *trouble: the table leaves out a
 * municipality that stands there. E_SIZE: the bundle would be too long. */
struct area_change {
    const struct table_area *area;
    bool is_new;
    bool changed;                   /* its names or its days */
    size_t sectors_in, sectors_out; /* lines that come, and that go */
};
MUST_USE bool steward_set_areas(struct steward *steward,
        const struct steward_table *table, bool keep, int64_t now_ms,
        struct area_change *changes, struct table_trouble *trouble, struct err *err);

/* A fresh snapshot over what is in force. */
MUST_USE bool steward_publish(struct steward *steward, int64_t now_ms, struct err *err);

/* The bundle file's path, valid as long as the steward. */
const char *steward_bundle_path(const struct steward *steward);

#endif
