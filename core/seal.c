/* seal.c - HPKE (RFC 9180) base mode on libsodium, and the padding of letters. */
#include "core/seal.h"

#include <sodium.h>

#include "core/hash.h"

enum {
    LENGTH_BYTES = 4,
    NONCE_BYTES = 12,
    LABELED_INFO_PARTS = 5,
};

_Static_assert(crypto_scalarmult_BYTES == sizeof(struct key32), "X25519");
_Static_assert(crypto_aead_chacha20poly1305_IETF_ABYTES == SEAL_TAG_BYTES, "Nt");
_Static_assert(crypto_aead_chacha20poly1305_IETF_NPUBBYTES == NONCE_BYTES, "Nn");

/* RFC 9180, 4.1 and 5.1: what every labelled hash of the KEM and of the suite begins
 * with. */
static const uint8_t VERSION[] = {'H', 'P', 'K', 'E', '-', 'v', '1'};
static const uint8_t KEM_SUITE[] = {'K', 'E', 'M', 0x00, 0x20};
static const uint8_t HPKE_SUITE[] = {'H', 'P', 'K', 'E', 0x00, 0x20, 0x00, 0x01, 0x00,
        0x03};
static const uint8_t MODE_BASE = 0x00;
static const struct span NOTHING = {NULL, 0};

/* "BB1 letter" 00: what a letter is sealed for, so that nothing else sealed opens as
 * one. */
static const uint8_t LETTER_INFO[] = "BB1 letter";

/* Padded plaintext bytes of size class 1..4; row 0 is no class. */
static const size_t PADDED_BYTES[1 + SEAL_SIZE_CLASSES] = {0, 1024, 4096, 16384,
        SEAL_PLAIN_MAX};

size_t seal_padded_bytes(uint32_t size_class)
{
    return size_class < COUNT_OF(PADDED_BYTES) ? PADDED_BYTES[size_class] : 0;
}

size_t seal_letter_bytes(uint32_t size_class)
{
    size_t padded = seal_padded_bytes(size_class);
    return padded == 0 ? 0 : SEAL_ENC_BYTES + padded + SEAL_TAG_BYTES;
}

uint32_t seal_size_class(size_t content_bytes)
{
    for (uint32_t i = 1; i < COUNT_OF(PADDED_BYTES); i++)
        if (content_bytes <= PADDED_BYTES[i] - LENGTH_BYTES)
            return i;
    return 0;
}

/* RFC 9180, 4: LabeledExtract(salt, label, ikm) = Extract(salt, "HPKE-v1" | suite |
 * label | ikm). */
static struct key32 labeled_extract(struct span suite, struct span salt,
        const char *label, struct span ikm)
{
    struct span parts[] = {SPAN_OF(VERSION), suite, span_text(label), ikm};
    return hash_hkdf_extract(salt, parts, COUNT_OF(parts));
}

/* RFC 9180, 4: LabeledExpand(prk, label, info, L) = Expand(prk, u16be L | "HPKE-v1" |
 * suite | label | info, L); false when L is more than HKDF gives. */
static bool labeled_expand(struct span suite, const struct key32 *prk,
        const char *label, struct span info, uint8_t *out, size_t len)
{
    uint8_t length[] = {(uint8_t)(len >> 8), (uint8_t)len};
    struct span parts[LABELED_INFO_PARTS] = {SPAN_OF(length), SPAN_OF(VERSION), suite,
            span_text(label), info};
    return hash_hkdf_expand(prk, parts, COUNT_OF(parts), out, len);
}

/* The same for the fixed lengths of the standard: 32 bytes at most, of the 8,160 that
 * HKDF gives, so that it cannot fail. */
static void expand_fixed(struct span suite, const struct key32 *prk, const char *label,
        struct span info, uint8_t *out, size_t len)
{
    (void)!labeled_expand(suite, prk, label, info, out, len);
}

bool seal_agree(const struct key32 *sk, const struct key32 *pk, struct key32 *shared)
{
    struct key32 out;
    /* RFC 9180, 7.1.4: an all-zero shared secret (a public key of low order) is
     * refused; libsodium answers -1 for it. */
    bool ok = crypto_scalarmult(out.b, sk->b, pk->b) == 0;
    if (ok)
        *shared = out;
    sodium_memzero(&out, sizeof out);
    return ok;
}

/* RFC 9180, 4.1: ExtractAndExpand(dh, kem_context), kem_context = enc | pkR. */
static struct key32 kem_shared_secret(const struct key32 *dh, const struct key32 *enc,
        const struct key32 *reader_pk)
{
    struct key32 kem_context[] = {*enc, *reader_pk};
    struct key32 eae_prk =
            labeled_extract(SPAN_OF(KEM_SUITE), NOTHING, "eae_prk", SPAN_OF(*dh));
    struct key32 shared_secret;
    expand_fixed(SPAN_OF(KEM_SUITE), &eae_prk, "shared_secret", SPAN_OF(kem_context),
            shared_secret.b, sizeof shared_secret.b);
    sodium_memzero(&eae_prk, sizeof eae_prk);
    return shared_secret;
}

/* RFC 9180, 5.1: KeySchedule of mode_base, where psk and psk_id are empty. */
static void key_schedule(const struct key32 *shared_secret, struct span info,
        struct seal_context *context)
{
    struct span suite = SPAN_OF(HPKE_SUITE);
    uint8_t schedule[1 + 32 + 32];
    struct key32 psk_id_hash = labeled_extract(suite, NOTHING, "psk_id_hash", NOTHING);
    struct key32 info_hash = labeled_extract(suite, NOTHING, "info_hash", info);
    schedule[0] = MODE_BASE;
    memcpy(schedule + 1, psk_id_hash.b, 32);
    memcpy(schedule + 33, info_hash.b, 32);

    struct key32 secret =
            labeled_extract(suite, SPAN_OF(*shared_secret), "secret", NOTHING);
    expand_fixed(suite, &secret, "key", SPAN_OF(schedule), context->key.b,
            sizeof context->key.b);
    expand_fixed(suite, &secret, "base_nonce", SPAN_OF(schedule), context->base_nonce,
            sizeof context->base_nonce);
    expand_fixed(suite, &secret, "exp", SPAN_OF(schedule), context->exporter_secret.b,
            sizeof context->exporter_secret.b);
    sodium_memzero(&secret, sizeof secret);
}

bool seal_setup_sender(const struct key32 *reader_pk, const struct key32 *ephemeral_sk,
        struct span info, struct key32 *enc, struct seal_context *context,
        struct err *err)
{
    /* RFC 9180, 4.1: Encap(pkR). */
    struct key32 dh;
    if (!seal_agree(ephemeral_sk, reader_pk, &dh))
        return err_set(err, E_KEY, "the reader's key is of low order");
    struct key32 ephemeral_pk;
    crypto_scalarmult_base(ephemeral_pk.b, ephemeral_sk->b);
    struct key32 shared_secret = kem_shared_secret(&dh, &ephemeral_pk, reader_pk);

    key_schedule(&shared_secret, info, context);
    *enc = ephemeral_pk;
    sodium_memzero(&dh, sizeof dh);
    sodium_memzero(&shared_secret, sizeof shared_secret);
    return true;
}

/* RFC 9180, 4.1: Decap(enc, skR), with pkR = pk(skR) known. */
static bool setup_receiver(const struct key32 *enc, const struct key32 *reader_sk,
        const struct key32 *reader_pk, struct span info, struct seal_context *context,
        struct err *err)
{
    struct key32 dh;
    if (!seal_agree(reader_sk, enc, &dh))
        return err_set(err, E_KEY, "the sender's ephemeral key is of low order");
    struct key32 shared_secret = kem_shared_secret(&dh, enc, reader_pk);

    key_schedule(&shared_secret, info, context);
    sodium_memzero(&dh, sizeof dh);
    sodium_memzero(&shared_secret, sizeof shared_secret);
    return true;
}

bool seal_setup_receiver(const struct key32 *enc, const struct key32 *reader_sk,
        struct span info, struct seal_context *context, struct err *err)
{
    struct key32 reader_pk;
    crypto_scalarmult_base(reader_pk.b, reader_sk->b);
    return setup_receiver(enc, reader_sk, &reader_pk, info, context, err);
}

/* RFC 9180, 5.2: ComputeNonce(seq) = base_nonce xor seq in network order. */
static void compute_nonce(const struct seal_context *context, uint64_t seq,
        uint8_t nonce[NONCE_BYTES])
{
    memcpy(nonce, context->base_nonce, NONCE_BYTES);
    for (size_t i = 0; i < sizeof seq; i++)
        nonce[NONCE_BYTES - 1 - i] ^= (uint8_t)(seq >> (8 * i));
}

void seal_encrypt(const struct seal_context *context, uint64_t seq, struct span aad,
        struct span plain, uint8_t *ct)
{
    uint8_t nonce[NONCE_BYTES];
    compute_nonce(context, seq, nonce);
    crypto_aead_chacha20poly1305_ietf_encrypt(ct, NULL, plain.at, plain.len, aad.at,
            aad.len, NULL, nonce, context->key.b);
}

bool seal_decrypt(const struct seal_context *context, uint64_t seq, struct span aad,
        struct span ct, uint8_t *plain)
{
    uint8_t nonce[NONCE_BYTES];
    compute_nonce(context, seq, nonce);
    return crypto_aead_chacha20poly1305_ietf_decrypt(plain, NULL, NULL, ct.at, ct.len,
                   aad.at, aad.len, nonce, context->key.b) == 0;
}

bool seal_export(const struct seal_context *context, struct span exporter, uint8_t *out,
        size_t len)
{
    /* RFC 9180, 5.3. */
    return labeled_expand(SPAN_OF(HPKE_SUITE), &context->exporter_secret, "sec",
            exporter, out, len);
}

void seal_derive_key_pair(struct span ikm, struct key32 *sk, struct key32 *pk)
{
    struct span suite = SPAN_OF(KEM_SUITE);
    struct key32 dkp_prk = labeled_extract(suite, NOTHING, "dkp_prk", ikm);
    expand_fixed(suite, &dkp_prk, "sk", NOTHING, sk->b, sizeof sk->b);
    crypto_scalarmult_base(pk->b, sk->b);
    sodium_memzero(&dkp_prk, sizeof dkp_prk);
}

bool seal_letter(const struct key32 *reader_pk, struct span core, struct span content,
        uint8_t *out, size_t *out_len, struct err *err)
{
    size_t padded = seal_padded_bytes(seal_size_class(content.len));
    if (padded == 0)
        return err_set(err, E_SIZE, "%zu bytes of content, at most %d fit in a letter",
                content.len, SEAL_CONTENT_MAX);

    struct key32 ephemeral_sk;
    struct key32 enc;
    struct seal_context context;
    hash_random(&ephemeral_sk, sizeof ephemeral_sk);
    bool ok = seal_setup_sender(reader_pk, &ephemeral_sk, SPAN_OF(LETTER_INFO), &enc,
            &context, err);
    sodium_memzero(&ephemeral_sk, sizeof ephemeral_sk);
    if (!ok)
        return false;

    /* u32be length | content | zeros, where the ciphertext will stand: encrypted in
     * place. */
    uint8_t *plain = out + SEAL_ENC_BYTES;
    for (size_t i = 0; i < LENGTH_BYTES; i++)
        plain[i] = (uint8_t)(content.len >> (8 * (LENGTH_BYTES - 1 - i)));
    if (content.len > 0)
        memcpy(plain + LENGTH_BYTES, content.at, content.len);
    memset(plain + LENGTH_BYTES + content.len, 0, padded - LENGTH_BYTES - content.len);
    seal_encrypt(&context, 0, core, (struct span){plain, padded}, plain);
    memcpy(out, enc.b, SEAL_ENC_BYTES);
    *out_len = SEAL_ENC_BYTES + padded + SEAL_TAG_BYTES;
    sodium_memzero(&context, sizeof context);
    return true;
}

/* The content inside a padded plaintext, when the padding is the one that seal_letter
 * makes. */
static bool unpad(struct span plain, struct span *content)
{
    size_t len = 0;
    for (size_t i = 0; i < LENGTH_BYTES; i++)
        len = len << 8 | plain.at[i];
    /* One content has one spelling: the smallest class that holds it. */
    if (seal_padded_bytes(seal_size_class(len)) != plain.len)
        return false;
    uint8_t not_zero = 0;
    for (size_t i = LENGTH_BYTES + len; i < plain.len; i++)
        not_zero |= plain.at[i];
    if (not_zero != 0)
        return false;
    *content = (struct span){plain.at + LENGTH_BYTES, len};
    return true;
}

static bool is_letter_length(size_t len)
{
    for (uint32_t i = 1; i <= SEAL_SIZE_CLASSES; i++)
        if (len == seal_letter_bytes(i))
            return true;
    return false;
}

bool seal_open_letter_pair(const struct key32 *reader_sk, const struct key32 *reader_pk,
        struct span core, struct span sealed, uint8_t *out, struct span *content,
        struct err *err)
{
    if (!is_letter_length(sealed.len))
        return err_set(err, E_FORMAT, "%zu bytes are no sealed letter", sealed.len);

    struct key32 enc;
    memcpy(enc.b, sealed.at, sizeof enc.b);
    struct seal_context context;
    if (!setup_receiver(&enc, reader_sk, reader_pk, SPAN_OF(LETTER_INFO), &context,
                err))
        return false;
    struct span ct = {sealed.at + SEAL_ENC_BYTES, sealed.len - SEAL_ENC_BYTES};
    bool ok = seal_decrypt(&context, 0, core, ct, out);
    sodium_memzero(&context, sizeof context);
    if (!ok)
        return err_set(err, E_KEY,
                "the letter does not open: another key or core, or it was changed");

    struct span plain = {out, ct.len - SEAL_TAG_BYTES};
    if (unpad(plain, content))
        return true;
    sodium_memzero(out, plain.len);
    return err_set(err, E_FORMAT, "the padding inside the letter is wrong");
}

bool seal_open_letter(const struct key32 *reader_sk, struct span core,
        struct span sealed, uint8_t *out, struct span *content, struct err *err)
{
    struct key32 reader_pk;
    crypto_scalarmult_base(reader_pk.b, reader_sk->b);
    return seal_open_letter_pair(reader_sk, &reader_pk, core, sealed, out, content,
            err);
}
