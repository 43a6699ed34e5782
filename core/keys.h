/* keys.h - private keys: made, kept in files of mode 0600, used for signing, wrapped,
 * destroyed.
 *
 * A secret lives in memory of sodium_malloc (guarded, never swapped), is wiped when its
 * owner ends, and is never printed or logged. Processes that hold one call
 * keys_no_core_dumps first. */
#ifndef KEYS_H
#define KEYS_H

#include "core/err.h"
#include "core/span.h"

enum {
    KEYS_WRAP_EXTRA =
            24 + 16, /* bytes a wrapped thing is longer than the thing itself */
    KEYS_PASSPHRASE_MIN = 8,
    KEYS_TOKEN_TEXT_BYTES = 65, /* 32 random bytes as hexadecimal, and a NUL */
};

/* An Ed25519 (RFC 8032) signing key. */
struct sign_key;
/* An X25519 key pair, for sealing (epoch key) or for the transport (CURVE). */
struct box_key;

/* No core dump, no ptrace by the same user. */
void keys_no_core_dumps(void);

/* --- signing keys --- */
MUST_USE struct sign_key *sign_key_new(struct err *err); /* fresh */
MUST_USE struct sign_key *sign_key_load(const char *path, const char *passphrase,
        struct err *err);
MUST_USE bool sign_key_save(const struct sign_key *key, const char *path,
        const char *passphrase, struct err *err);
void sign_key_free(struct sign_key *key);
const struct key32 *sign_key_public(const struct sign_key *key);
/* Must a person be asked for the passphrase of this key file (of any kind)? */
MUST_USE bool keys_needs_passphrase(const char *path, bool *needs, struct err *err);
/* First 16 bytes of SHA-256(public key): names a key in Signed.key_id. */
struct id keys_id(const struct key32 *public_key);
void sign_key_sign(const struct sign_key *key, struct span message, struct sig64 *sig);
/* A key for another purpose (its words) that only the holder of this key can make:
 * HMAC-SHA-256 under its secret half. The same each time. */
struct key32 sign_key_derive(const struct sign_key *key, const char *purpose);
/* Strict Ed25519 verification (canonical S and points, no small order). */
MUST_USE bool keys_verify(const struct key32 *public_key, struct span message,
        const struct sig64 *sig);

/* --- box keys --- */
MUST_USE struct box_key *box_key_new(struct err *err);
MUST_USE struct box_key *box_key_from(const struct key32 *secret, struct err *err);
MUST_USE struct box_key *box_key_load(const char *path, struct err *err);
MUST_USE bool box_key_save(const struct box_key *key, const char *path,
        struct err *err);
void box_key_free(struct box_key *key);
const struct key32 *box_key_public(const struct box_key *key);
/* The secret half, for the two doors that need it (loop for CURVE, seal for opening).
 */
const struct key32 *box_key_secret(const struct box_key *key);

/* --- the generation key: wraps case keys and epoch keys at rest; see design
 * "destruction" --- Wrapping is XChaCha20-Poly1305 with a random 24-byte nonce in
 * front; aad binds the thing to its row. */
struct wrap_key;
MUST_USE struct wrap_key *wrap_key_new(struct err *err);
MUST_USE struct wrap_key *wrap_key_load(const char *path, struct err *err);
/* With passphrase not NULL the file is itself sealed under Argon2id (backup copy). */
MUST_USE bool wrap_key_save(const struct wrap_key *key, const char *path,
        const char *passphrase, struct err *err);
MUST_USE struct wrap_key *wrap_key_load_with_passphrase(const char *path,
        const char *passphrase, struct err *err);
/* A wrap key from 32 bytes that were themselves unwrapped (a case key). */
MUST_USE struct wrap_key *wrap_key_from(const struct key32 *secret, struct err *err);
void wrap_key_free(struct wrap_key *key);
/* out has room for plain.len + KEYS_WRAP_EXTRA. */
void wrap_key_wrap(const struct wrap_key *key, struct span aad, struct span plain,
        uint8_t *out);
/* out has room for wrapped.len - KEYS_WRAP_EXTRA; false when anything was changed. */
MUST_USE bool wrap_key_unwrap(const struct wrap_key *key, struct span aad,
        struct span wrapped, uint8_t *out);

/* --- files --- */
/* Write a file whole or not at all, mode 0600: PATH.tmp, fsync, rename, fsync of the
 * directory. What stood there before is replaced. */
MUST_USE bool keys_write_file(const char *path, struct span bytes, struct err *err);
/* Read a file of mode 0600 owned by us (else ERR_KEY_FILE with words that say what to
 * do); at most max bytes. */
MUST_USE bool keys_read_file(const char *path, uint8_t *out, size_t max, size_t *len,
        struct err *err);
/* Overwrite, unlink and fsync the directory, also for what a killed keys_write_file
 * left behind. A file that is gone already is a success, so that destruction can be
 * done again after a crash. */
MUST_USE bool keys_remove_file(const char *path, struct err *err);

/* A fresh access token as text, and the hash that is kept of it (SHA-256 of the text).
 */
void keys_token_new(char token[KEYS_TOKEN_TEXT_BYTES]);
struct key32 keys_token_hash(const char *token);

#endif
