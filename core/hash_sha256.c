/* hash_sha256.c - SHA-256 (FIPS 180-4) by the processor's instructions, or else by
 * libsodium. */
#include "core/hash_sha256.h"

enum {
    LENGTH_BYTES = 8,
    PADDING_MAX = 2 * SHA256_BLOCK_BYTES,
};

/* Whole blocks, by the library: it holds none back, because it gets nothing else. */
static void compress_by_library(crypto_hash_sha256_state *state, const uint8_t *blocks,
        size_t n)
{
    crypto_hash_sha256_update(state, blocks, n * SHA256_BLOCK_BYTES);
}

#ifdef __x86_64__

#include <cpuid.h>
#include <immintrin.h>

/* FIPS 180-4, 4.2.2. */
static const uint32_t K[64] = {0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5,
        0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01,
        0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa,
        0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
        0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138,
        0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624,
        0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5,
        0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f,
        0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

#define SHA_CODE __attribute__((target("sha,sse4.1,ssse3")))

/* The 64 rounds over one block, four at a time; abef and cdgh hold the eight working
 * variables in the order that the instructions want. */
SHA_CODE static inline void rounds(__m128i *abef, __m128i *cdgh, const uint8_t *block)
{
    const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    __m128i w[4]; /* the last sixteen words of the message schedule */
#pragma GCC unroll 16
    for (size_t i = 0; i < 16; i++) {
        if (i < 4) {
            w[i] = _mm_loadu_si128((const __m128i *)(const void *)(block + 16 * i));
            w[i] = _mm_shuffle_epi8(w[i], big_endian);
        } else {
            /* FIPS 180-4, 6.2.2, 1: W(t) = s1(W(t-2)) + W(t-7) + s0(W(t-15)) + W(t-16).
             */
            __m128i next = _mm_sha256msg1_epu32(w[i % 4], w[(i + 1) % 4]);
            __m128i minus_7 = _mm_alignr_epi8(w[(i + 3) % 4], w[(i + 2) % 4], 4);
            next = _mm_add_epi32(next, minus_7);
            w[i % 4] = _mm_sha256msg2_epu32(next, w[(i + 3) % 4]);
        }
        __m128i k = _mm_loadu_si128((const __m128i *)(const void *)(K + 4 * i));
        __m128i wk = _mm_add_epi32(w[i % 4], k);
        *cdgh = _mm_sha256rnds2_epu32(*cdgh, *abef, wk);
        wk = _mm_shuffle_epi32(wk, 0x0E);
        *abef = _mm_sha256rnds2_epu32(*abef, *cdgh, wk);
    }
}

SHA_CODE static void compress_by_processor(crypto_hash_sha256_state *state,
        const uint8_t *blocks, size_t n)
{
    __m128i *low = (__m128i *)(void *)&state->state[0];
    __m128i *high = (__m128i *)(void *)&state->state[4];
    __m128i cdab = _mm_shuffle_epi32(_mm_loadu_si128(low), 0xB1);
    __m128i efgh = _mm_shuffle_epi32(_mm_loadu_si128(high), 0x1B);
    __m128i abef = _mm_alignr_epi8(cdab, efgh, 8);
    __m128i cdgh = _mm_blend_epi16(efgh, cdab, 0xF0);

    for (; n > 0; n--, blocks += SHA256_BLOCK_BYTES) {
        __m128i abef_before = abef;
        __m128i cdgh_before = cdgh;
        rounds(&abef, &cdgh, blocks);
        abef = _mm_add_epi32(abef, abef_before);
        cdgh = _mm_add_epi32(cdgh, cdgh_before);
    }

    __m128i feba = _mm_shuffle_epi32(abef, 0x1B);
    __m128i dchg = _mm_shuffle_epi32(cdgh, 0xB1);
    _mm_storeu_si128(low, _mm_blend_epi16(feba, dchg, 0xF0));
    _mm_storeu_si128(high, _mm_alignr_epi8(dchg, feba, 8));
}

/* Asked once, by the loader, because the question is slow on a virtual machine; the
 * answer lies in memory that is read-only afterwards. The loader asks before sanitizers
 * are ready: nothing that they watch may happen here, not even in a function called. */
__attribute__((used, no_sanitize("address", "undefined"))) static void (
        *choose(void))(crypto_hash_sha256_state *, const uint8_t *, size_t)
{
    unsigned a;
    unsigned b;
    unsigned c;
    unsigned d;
    __cpuid(0, a, b, c, d);
    if (a < 7)
        return compress_by_library;
    __cpuid(1, a, b, c, d);
    if ((c & bit_SSSE3) == 0 || (c & bit_SSE4_1) == 0)
        return compress_by_library;
    __cpuid_count(7, 0, a, b, c, d);
    if ((b & bit_SHA) == 0)
        return compress_by_library;
    return compress_by_processor;
}

static void compress(crypto_hash_sha256_state *state, const uint8_t *blocks, size_t n)
        __attribute__((ifunc("choose")));

#else

static void compress(crypto_hash_sha256_state *state, const uint8_t *blocks, size_t n)
{
    compress_by_library(state, blocks, n);
}

#endif

void sha256_init(struct sha256 *sha)
{
    crypto_hash_sha256_init(&sha->library);
    sha->n_bytes = 0;
}

void sha256_update(struct sha256 *sha, struct span bytes)
{
    if (bytes.len == 0)
        return;
    size_t n_waiting = sha->n_bytes % SHA256_BLOCK_BYTES;
    sha->n_bytes += bytes.len;

    size_t missing = SHA256_BLOCK_BYTES - n_waiting;
    if (n_waiting > 0 && bytes.len >= missing) {
        memcpy(sha->waiting + n_waiting, bytes.at, missing);
        compress(&sha->library, sha->waiting, 1);
        bytes.at += missing;
        bytes.len -= missing;
        n_waiting = 0;
    }
    if (n_waiting == 0 && bytes.len >= SHA256_BLOCK_BYTES) {
        size_t n = bytes.len / SHA256_BLOCK_BYTES;
        compress(&sha->library, bytes.at, n);
        bytes.at += n * SHA256_BLOCK_BYTES;
        bytes.len -= n * SHA256_BLOCK_BYTES;
    }
    memcpy(sha->waiting + n_waiting, bytes.at, bytes.len);
}

struct key32 sha256_final(struct sha256 *sha)
{
    /* FIPS 180-4, 5.1.1: a one bit, zeros, and the length in bits as the last 8 bytes
     * of a block. */
    uint8_t padding[PADDING_MAX] = {0};
    size_t n_waiting = sha->n_bytes % SHA256_BLOCK_BYTES;
    memcpy(padding, sha->waiting, n_waiting);
    padding[n_waiting] = 0x80;
    size_t n = n_waiting < SHA256_BLOCK_BYTES - LENGTH_BYTES ? 1 : 2;
    for (size_t i = 0; i < LENGTH_BYTES; i++)
        padding[n * SHA256_BLOCK_BYTES - 1 - i] =
                (uint8_t)(sha->n_bytes * 8 >> (8 * i));
    compress(&sha->library, padding, n);

    struct key32 hash;
    for (size_t i = 0; i < sizeof hash.b; i++)
        hash.b[i] = (uint8_t)(sha->library.state[i / 4] >> (24 - 8 * (i % 4)));
    /* What was hashed may have been a secret. */
    sodium_memzero(padding, sizeof padding);
    sodium_memzero(sha, sizeof *sha);
    return hash;
}
