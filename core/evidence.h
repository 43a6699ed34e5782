/* evidence.h - what a file proves about the course of one case. Pure: the file in,
 * findings out; no clock, no network, no store.
 *
 * The file (proto/evidence.proto) carries its own proof: the steward's word on the
 * members concerned, what they signed, and who put it together. What it is trusted by
 * is the steward's fingerprint alone (docs/proof.md). */
#ifndef EVIDENCE_H
#define EVIDENCE_H

#include "core/arena.h"
#include "core/err.h"
#include "core/ids.h"
#include "gen/bus.h"
#include "gen/evidence.h"

enum {
    EVIDENCE_BYTES_MAX = 1000000,
    EVIDENCE_THINGS_MAX = 1400,
    EVIDENCE_LOGGED_MAX = 400, /* things with a proof of the broker's audit log */
    EVIDENCE_CHECKPOINTS_MAX = 64,
    EVIDENCE_JOINS_MAX = EVIDENCE_CHECKPOINTS_MAX, /* proofs that the log goes on */
    EVIDENCE_MEMBERS_MAX = 64,
    EVIDENCE_FAULTS_MAX = 100,
    /* For one file: read, checked and found. */
    EVIDENCE_ARENA_BYTES = 16 * 1024 * 1024,
};

/* What a file says of itself before it is trusted. */
struct evidence_file {
    struct evidence evidence;
    struct network network;    /* signed by the steward key that it names */
    struct key32 steward_hash; /* SHA-256 of that key, for ids_fingerprint */
};

/* Strict form, and a network signed by its own steward. E_SIZE: empty or too large;
 * E_FORMAT and others of wire_get: no such file, cut off, or with bytes too many;
 * E_AUTH: the network is not signed by the key that it names. Everything lies in the
 * arena. */
MUST_USE bool evidence_get(struct span bytes, struct arena *arena,
        struct evidence_file *file, struct err *err);

/* Check all of it against the steward's key. False only when the arena is too small
 * (ERR_NOMEM); what is wrong is in found->faults, and found->holds says whether there
 * is anything. */
MUST_USE bool evidence_check(const struct evidence_file *file, struct arena *arena,
        struct findings *found, struct err *err);

/* The root that the head of a file signs: over everything packed in it, in order. */
void evidence_root(const struct evidence *evidence, uint32_t *count,
        struct key32 *root);

#endif
