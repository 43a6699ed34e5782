/* seal.h - sealing content to one reader: HPKE (RFC 9180) base mode, single shot, and
 * the padding of letters.
 *
 * Suite: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305 (0x0020, 0x0001,
 * 0x0003). */
#ifndef SEAL_H
#define SEAL_H

#include "core/err.h"
#include "core/span.h"

enum {
    SEAL_ENC_BYTES = 32,
    SEAL_TAG_BYTES = 16,
    SEAL_SIZE_CLASSES = 4,
    SEAL_PLAIN_MAX = 65536, /* largest padded plaintext */
    SEAL_CONTENT_MAX = SEAL_PLAIN_MAX - 4,
    SEAL_LETTER_MAX = SEAL_ENC_BYTES + SEAL_PLAIN_MAX + SEAL_TAG_BYTES,
};

/* Padded plaintext sizes by size class 1..4: 1, 4, 16, 64 KiB; 0 for any other class.
 */
size_t seal_padded_bytes(uint32_t size_class);

/* What a whole sealed letter of this class has: enc, ciphertext and tag; 0 for any
 * other class. */
size_t seal_letter_bytes(uint32_t size_class);

/* Smallest size class that holds the 4-byte length and this much content; 0 when it is
 * too large. */
uint32_t seal_size_class(size_t content_bytes);

/* Seal a letter: enc(32) | ct, with info "BB1 letter" 00 and aad = the exact core
 * bytes; plaintext is u32be length | content | zeros up to the size class. `out` has
 * room for a letter of the content's class; *out_len is written on success. Fails on a
 * low-order reader key (E_KEY) and on too much content (E_SIZE). */
MUST_USE bool seal_letter(const struct key32 *reader_pk, struct span core,
        struct span content, uint8_t *out, size_t *out_len, struct err *err);

/* Open a letter. `out` has room for sealed.len bytes (SEAL_PLAIN_MAX are enough);
 * *content lies within it on success. Everything that does not fit exactly is refused:
 * E_KEY when it cannot be decrypted (a flipped bit, another core, wrong key), E_FORMAT
 * when its length is that of no letter or the decrypted padding is wrong (bytes that
 * are not zero, a length that lies, a size class larger than needed). The caller wipes
 * out. */
MUST_USE bool seal_open_letter(const struct key32 *reader_sk, struct span core,
        struct span sealed, uint8_t *out, struct span *content, struct err *err);

/* The same for a caller that has the reader's public key at hand (box_key_public): one
 * curve operation less. A pair that does not belong together opens nothing. */
MUST_USE bool seal_open_letter_pair(const struct key32 *reader_sk,
        const struct key32 *reader_pk, struct span core, struct span sealed,
        uint8_t *out, struct span *content, struct err *err);

/* The steps of RFC 9180 below the letter, open to the vectors of its appendix and to
 * tests. */

/* X25519 (RFC 7748); false when the shared secret would be all zero (RFC 9180, 7.1.4).
 */
MUST_USE bool seal_agree(const struct key32 *sk, const struct key32 *pk,
        struct key32 *shared);

struct seal_context {
    struct key32 key;
    uint8_t base_nonce[12];
    struct key32 exporter_secret;
};
MUST_USE bool seal_setup_sender(const struct key32 *reader_pk,
        const struct key32 *ephemeral_sk, struct span info, struct key32 *enc,
        struct seal_context *context, struct err *err);
MUST_USE bool seal_setup_receiver(const struct key32 *enc,
        const struct key32 *reader_sk, struct span info, struct seal_context *context,
        struct err *err);
/* One message at sequence number seq. ct has room for plain.len + 16; plain for ct.len
 * - 16. Both may work in place (ct is plain.at, plain is ct.at). */
void seal_encrypt(const struct seal_context *context, uint64_t seq, struct span aad,
        struct span plain, uint8_t *ct);
MUST_USE bool seal_decrypt(const struct seal_context *context, uint64_t seq,
        struct span aad, struct span ct, uint8_t *plain);
MUST_USE bool seal_export(const struct seal_context *context, struct span exporter,
        uint8_t *out, size_t len);
/* DeriveKeyPair of RFC 9180 section 7.1.3 for X25519. */
void seal_derive_key_pair(struct span ikm, struct key32 *sk, struct key32 *pk);

#endif
