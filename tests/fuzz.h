/* fuzz.h - what every fuzzer needs: a rule that must hold, randomness that is the same
 * each time, and inputs taken apart. Included once by a fuzzer. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <sodium.h>

#include "core/err.h"
#include "core/hash.h"
#include "core/span.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Not assert: it must also hold in a build without assertions. */
#define must(holds)                                                                    \
    do {                                                                               \
        if (!(holds)) {                                                                \
            fprintf(stderr, "%s:%d: must hold: %s\n", __FILE__, __LINE__, #holds);     \
            abort();                                                                   \
        }                                                                              \
    } while (0)

/* A refusal says why, in a code and in words. */
static inline void must_say_why(const struct err *err)
{
    must(err->code != CODE_OK && err->msg[0] != '\0');
}

/* --- the same random bytes in each run, so that an input does the same each time ---
 */

static uint64_t fuzz_drawn;

static inline void fuzz_draw(void *const out, const size_t len)
{
    uint8_t seed[randombytes_SEEDBYTES] = "fuzz";
    fuzz_drawn++;
    memcpy(seed + 8, &fuzz_drawn, sizeof fuzz_drawn);
    randombytes_buf_deterministic(out, len, seed);
}

static inline uint32_t fuzz_draw_number(void)
{
    uint32_t number;
    fuzz_draw(&number, sizeof number);
    return number;
}

static inline const char *fuzz_draw_name(void)
{
    return "fuzz";
}

/* Once, before anything that needs a key. */
static inline void fuzz_start(void)
{
    static struct randombytes_implementation source = {
            .implementation_name = fuzz_draw_name,
            .random = fuzz_draw_number,
            .buf = fuzz_draw,
    };
    struct err err = {.code = CODE_OK};
    randombytes_set_implementation(&source);
    must(hash_start(&err));
}

/* --- inputs taken apart; past the end everything is zero --- */

static inline uint8_t fuzz_byte(struct span *input)
{
    if (input->len == 0)
        return 0;
    input->len--;
    return *input->at++;
}

static inline uint32_t fuzz_number(struct span *input, unsigned n_bytes)
{
    uint32_t number = 0;
    while (n_bytes-- > 0)
        number = number << 8 | fuzz_byte(input);
    return number;
}

/* At most len bytes. */
static inline struct span fuzz_take(struct span *input, size_t len)
{
    struct span taken = {input->at, len < input->len ? len : input->len};
    input->at += taken.len;
    input->len -= taken.len;
    return taken;
}

#endif
