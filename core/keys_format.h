/* keys_format.h - the file format of private keys; for keys_*.c and their test alone.
 *
 * One line says what it is, the second holds the secret in hexadecimal:
 *     buurtbus-key 1 ed25519
 *     <32 bytes>
 * or, under a passphrase, with the parameters of Argon2id (passes, KiB of memory,
 * salt), so that they can be raised later without a new format: buurtbus-key 1 ed25519
 * argon2id 3 262144 <16 bytes> <nonce 24 | XChaCha20-Poly1305 of the 32 bytes, its
 * associated data being the first line> */
#ifndef KEYS_FORMAT_H
#define KEYS_FORMAT_H

#include "core/err.h"
#include "core/span.h"

enum key_kind { KEY_ED25519, KEY_X25519, KEY_GENERATION, N_KEY_KINDS };

enum { KEY_FILE_MAX = 512 };

/* What one guess of the passphrase costs. */
struct key_cost {
    uint64_t passes;
    uint64_t kib;
};

/* libsodium's MODERATE: about a second and 256 MiB. */
struct key_cost key_cost_default(void);

/* Write the secret to a file; passphrase NULL: as it is. A passphrase that is too
 * short, or a cost out of bounds: ERR_PASSPHRASE. */
MUST_USE bool key_file_save(const char *path, enum key_kind kind,
        const struct key32 *secret, const char *passphrase, struct key_cost cost,
        struct err *err);

/* Read it back. ERR_KEY_FILE: not such a file, or another kind. ERR_PASSPHRASE: wrong,
 * missing, or given for a file that has none. */
MUST_USE bool key_file_load(const char *path, enum key_kind kind,
        const char *passphrase, struct key32 *secret, struct err *err);

/* Memory for a secret: guarded, never swapped, not in a core dump; NULL and ERR_NOMEM.
 * sodium_free wipes it. */
MUST_USE void *key_memory(size_t size, struct err *err);

#endif
