/* vault.h - what is encrypted at rest, and how it is destroyed for good.
 *
 * Each case and each consent record has a key of its own, wrapped with the generation
 * key, which lies in keys/generation.key. To destroy: the row's wrapped key goes, then
 * a new generation key is made, the living keys are wrapped again, and after the commit
 * the old file is gone. */
#ifndef VAULT_H
#define VAULT_H

#include "nodes/node_inner.h"

enum {
    VAULT_ROTATE_SOON_MS = 500, /* several destructions share one new key */
    VAULT_ROTATE_LATER_MS =
            15 * TIME_MINUTE_MS, /* when very many keys must be wrapped again */
    VAULT_MANY_KEYS = 20000,
};

/* Which generation key fits the store: keys/generation.key, or the one that was being
 * put in its place when the program was killed. */
MUST_USE bool vault_open_generation(struct node *node, struct err *err);
/* Is this the generation key that a store needs? (for a store that nobody uses) */
MUST_USE bool vault_key_fits(struct db *db, const struct wrap_key *key, bool *does,
        struct err *err);
void vault_close(struct vault *vault);

/* A fresh key for a row. */
MUST_USE bool vault_new_key(struct node *node, const struct spool_binding *owner,
        struct spool_key *key, struct err *err);

/* Encrypt a thing of that owner; number tells it from its others. */
MUST_USE bool vault_seal(struct node *node, const struct spool_binding *owner,
        const struct spool_key *key, uint64_t number, struct span plain,
        struct arena *arena, struct span *sealed, struct err *err);
/* Back; E_NOT_FOUND when its key is destroyed. */
MUST_USE bool vault_open(struct node *node, const struct spool_binding *owner,
        const struct spool_key *key, uint64_t number, struct span sealed,
        struct arena *arena, struct span *plain, struct err *err);

/* An epoch key's private half. */
MUST_USE bool vault_wrap_secret(struct node *node, const struct spool_binding *owner,
        const struct key32 *secret, struct spool_key *key, struct err *err);
MUST_USE bool vault_unwrap_secret(struct node *node, const struct spool_binding *owner,
        const struct spool_key *key, struct key32 *secret, struct err *err);

/* Destroy what a case holds: its key and contents go now, the generation key soon; the
 * senders of its letters are told then. */
MUST_USE bool vault_destroy_case(struct node *node, struct spool_case *file,
        struct err *err);
/* It stays, on the ground that is named in it: its sender will hear that. */
MUST_USE bool vault_keep_case(struct node *node, const struct spool_case *file,
        struct err *err);
/* A wrapped key was dropped elsewhere: a new generation is due. */
MUST_USE bool vault_rotate_soon(struct node *node, struct err *err);
/* Make the new generation in this turn, and the receipts for what was erased. */
MUST_USE bool vault_rotate(struct node *node, struct err *err);
/* The turn is committed: the new key's file takes the place of the old one. */
MUST_USE bool vault_committed(struct node *node, struct err *err);

#endif
