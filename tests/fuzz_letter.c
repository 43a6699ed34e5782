/* fuzz_letter.c - nothing opens but what seal_letter made, whatever the bytes
 * (libFuzzer).
 *
 * The first byte chooses what is tried, the second how long the core is. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "core/hash.h"
#include "core/seal.h"

enum { SEALED_NONE, ROUND_TRIP, OWN_PLAINTEXT, N_TRIALS };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

static struct key32 reader_sk;
static struct key32 reader_pk;
static uint8_t sealed_bytes[SEAL_LETTER_MAX];
static uint8_t plain_bytes[SEAL_PLAIN_MAX];
static uint8_t own_plain[SEAL_PLAIN_MAX];

/* Not assert: it must also hold in a build without assertions. */
static void must(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    struct err err;
    must(hash_start(&err));
    seal_derive_key_pair(span_text("the reader of the fuzzer"), &reader_sk, &reader_pk);
    return 0;
}

static bool opens(struct span core, struct span sealed, struct span *content)
{
    struct err err = {.code = CODE_OK};
    bool ok = seal_open_letter_pair(&reader_sk, &reader_pk, core, sealed, plain_bytes,
            content, &err);
    must(ok || err.code == E_KEY || err.code == E_FORMAT);
    return ok;
}

/* Bytes that came from nowhere are no letter. */
static void try_bytes(struct span core, struct span bytes)
{
    struct span content;
    must(!opens(core, bytes, &content));
}

/* What was sealed comes back; with one bit changed, at a place that the input names, it
 * does not. */
static void try_round_trip(struct span core, struct span content)
{
    struct err err;
    struct span read;
    size_t len;
    if (!seal_letter(&reader_pk, core, content, sealed_bytes, &len, &err)) {
        must(content.len > SEAL_CONTENT_MAX && err.code == E_SIZE);
        return;
    }
    struct span sealed = {sealed_bytes, len};
    must(opens(core, sealed, &read) && span_equal(read, content));

    size_t bit = 0;
    for (size_t i = 0; i < content.len && i < 4; i++)
        bit = bit << 8 | content.at[i];
    bit %= 8 * len;
    sealed_bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    must(!opens(core, sealed, &read));
}

/* A sender that encrypts rightly but pads as the input says: what opens is exactly what
 * seal_letter would have padded. */
static void try_own_plaintext(struct span core, struct span start)
{
    if (start.len == 0)
        return;
    size_t padded = seal_padded_bytes(1 + start.at[0] % SEAL_SIZE_CLASSES);
    start.at++;
    start.len--;
    memset(own_plain, 0, padded);
    if (start.len > 0)
        memcpy(own_plain, start.at, start.len < padded ? start.len : padded);

    struct err err;
    struct key32 ephemeral_sk;
    struct key32 ephemeral_pk;
    struct key32 enc;
    struct seal_context context;
    struct span info = {(const uint8_t *)"BB1 letter", sizeof "BB1 letter"};
    seal_derive_key_pair(span_text("ephemeral"), &ephemeral_sk, &ephemeral_pk);
    must(seal_setup_sender(&reader_pk, &ephemeral_sk, info, &enc, &context, &err));
    memcpy(sealed_bytes, enc.b, sizeof enc.b);
    seal_encrypt(&context, 0, core, (struct span){own_plain, padded},
            sealed_bytes + SEAL_ENC_BYTES);

    struct span content;
    struct span sealed = {sealed_bytes, SEAL_ENC_BYTES + padded + SEAL_TAG_BYTES};
    if (!opens(core, sealed, &content))
        return;
    must(seal_padded_bytes(seal_size_class(content.len)) == padded);
    must(((size_t)own_plain[0] << 24 | (size_t)own_plain[1] << 16 |
                 (size_t)own_plain[2] << 8 | own_plain[3]) == content.len);
    must(span_equal(content, (struct span){own_plain + 4, content.len}));
    for (size_t i = 4 + content.len; i < padded; i++)
        must(own_plain[i] == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    struct span rest = {data + 2, size - 2};
    struct span core = {rest.at, data[1] < rest.len ? data[1] : rest.len};
    rest.at += core.len;
    rest.len -= core.len;
    switch (data[0] % N_TRIALS) {
    case SEALED_NONE: try_bytes(core, rest); break;
    case ROUND_TRIP: try_round_trip(core, rest); break;
    case OWN_PLAINTEXT: try_own_plaintext(core, rest); break;
    default: break;
    }
    return 0;
}
