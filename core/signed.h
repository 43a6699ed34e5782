/* signed.h - things with a signature: many signed at once at the end of a turn, each
 * verified over the bytes received.
 *
 * leaf = SHA-256( 00 | "BB1" 00 | kind u8 | len(signer) u8 | signer | key_id 16 | n
 * u64be | body ), n = length of body root = RFC 6962 head over 1..1024 leaves sig  =
 * Ed25519( "BB1root" 00 | len(signer) u8 | signer | key_id 16 | size u32be | root )
 * (docs/protocol.md, "Signatures") */
#ifndef SIGNED_H
#define SIGNED_H

#include "core/arena.h"
#include "core/directory.h"
#include "core/err.h"
#include "core/keys.h"
#include "gen/bus.h"

enum {
    SIGNED_BATCH_MAX = 1024,   /* things under one root */
    SIGNED_CACHE_SLOTS = 4096, /* roots whose curve operation need not be done again */
    SIGNED_BYTES_MAX = 16384 + 1024,
    SIGNER_BODIES_BYTES = 2 * 1024 * 1024, /* all bodies of one batch */
};

/* --- verifying --- */
struct signed_cache;
MUST_USE struct signed_cache *signed_cache_new(struct err *err);
void signed_cache_free(struct signed_cache *cache);

/* Check the packed Signed `bytes` as a thing of `kind`: strict wire check, the signer's
 * key from the directory with the role that this kind needs, valid and unrevoked at
 * now_ms, leaf and path to the root, signature. *thing lies in the arena; thing->body
 * has not been read yet. The cache (may be NULL) skips only the curve operation, under
 * the key SHA-256(root input | sig | public key). E_AUTH: who signed may not, or the
 * signature is wrong; E_FORMAT, E_SIZE: see wire. */
MUST_USE bool signed_get(struct signed_cache *cache, const struct directory *directory,
        int64_t now_ms, enum kind kind, struct span bytes, struct arena *arena,
        struct signed_ *thing, struct err *err);

/* The same of what the broker had registered when its signer was a member: whether it
 * still is one is not asked, for what was registered counts for all who hear of it
 * later. */
MUST_USE bool signed_get_registered(struct signed_cache *cache,
        const struct directory *directory, enum kind kind, struct span bytes,
        struct arena *arena, struct signed_ *thing, struct err *err);

/* The same with the key given instead of looked up: for what comes before a directory
 * (network, join request). */
MUST_USE bool signed_get_by_key(const struct key32 *key, enum kind kind,
        struct span bytes, struct arena *arena, struct signed_ *thing, struct err *err);

/* Once the body says when it was made: was the key that signed it the signer's then?
 * E_AUTH: it had been given up before. */
MUST_USE bool signed_in_time(const struct directory *directory,
        const struct signed_ *thing, int64_t made_ms, struct err *err);

/* A statement that our own store took once, read again: is its key in force still, or
 * was it given up only after this was said? E_AUTH: neither. Other than signed_get this
 * asks for no dates of the membership, which may have been renewed since. */
MUST_USE bool signed_still_stands(struct signed_cache *cache,
        const struct directory *directory, const struct signed_ *thing,
        struct arena *arena, struct err *err);

/* How often the curve operation was done and skipped; for bench and status. */
void signed_cache_counts(const struct signed_cache *cache, uint64_t *verified,
        uint64_t *skipped);

/* --- signing: collect during the turn, sign once before the commit, then take each ---
 */
struct signer;
/* name: partner id, "steward" or the broker's id. The key is borrowed and must outlive
 * the signer. */
MUST_USE struct signer *signer_new(const char *name, const struct sign_key *key,
        struct err *err);
void signer_free(struct signer *signer);

/* Add a thing; *ticket names it until the next signer_clear. body is copied. E_BUSY
 * when the batch is full: 1024 things or SIGNER_BODIES_BYTES (sign, take, clear, then
 * go on); E_SIZE for a body over 16 KiB. Not between signer_sign and signer_clear. */
MUST_USE bool signer_add(struct signer *signer, enum kind kind, struct span body,
        uint32_t *ticket, struct err *err);
size_t signer_count(const struct signer *signer);
/* Sign the root over everything added since the last clear; nothing to sign is fine. */
MUST_USE bool signer_sign(struct signer *signer, struct err *err);
/* The packed Signed of a ticket, after signer_sign, into the arena. */
MUST_USE bool signer_take(const struct signer *signer, uint32_t ticket,
        struct arena *arena, struct span *bytes, struct err *err);
void signer_clear(struct signer *signer);

/* One thing signed alone (a tree of one). */
MUST_USE bool signed_make(const char *name, const struct sign_key *key, enum kind kind,
        struct span body, struct arena *arena, struct span *bytes, struct err *err);

/* The leaf hash of a thing, for audit and for counting memberships. */
struct key32 signed_leaf(enum kind kind, const char *signer, const struct id *key_id,
        struct span body);

#endif
