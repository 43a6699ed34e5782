/* fuzz_keys.c - any bytes as a key file: what is taken is written again as it was, what
 * is refused leaves no secret; and nothing wrapped opens but what was wrapped.
 *
 * The first byte chooses the kind that is asked for, and what is tried. */
#include "core/keys.h"
#include "core/keys_format.h"
#include "tests/fuzz.h"
#include "tests/temp.h"

enum { FILE_MAX = KEY_FILE_MAX + 16, WRAPPED_MAX = 256 };

int LLVMFuzzerInitialize(int *argc, char ***argv);

static char path[] = "/dev/shm/fuzz-key-XXXXXX";
static struct wrap_key *generation;

static void forget(void)
{
    unlink(path);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    struct err err = {.code = CODE_OK};
    (void)argc;
    (void)argv;
    fuzz_start();
    must(mkstemp(path) >= 0 && atexit(forget) == 0);
    generation = wrap_key_new(&err);
    must(generation != NULL);
    return 0;
}

/* A passphrase is only tried where it costs nothing: the least that a file may ask. */
static bool is_cheap(struct span text)
{
    static const char CHEAP[] = " argon2id 1 8 ";
    return memmem(text.at, text.len, CHEAP, strlen(CHEAP)) != NULL;
}

static void try_file(enum key_kind kind, struct span text)
{
    struct err err = {.code = CODE_OK};
    struct key32 secret, before;
    size_t len = 0;
    bool needs = false;
    memset(&secret, 0x5A, sizeof secret);
    before = secret;
    temp_write(path, text.at, text.len);

    const char *passphrase = is_cheap(text) ? "a passphrase" : NULL;
    if (!key_file_load(path, kind, passphrase, &secret, &err)) {
        must_say_why(&err);
        must(err.code == ERR_KEY_FILE || err.code == ERR_PASSPHRASE);
        must(key32_equal(&secret, &before));
        return;
    }
    must(keys_needs_passphrase(path, &needs, &err) && needs == (passphrase != NULL));
    if (passphrase != NULL)
        return;
    /* A plain file has one spelling but for capitals. */
    must(key_file_save(path, kind, &secret, NULL, key_cost_default(), &err));
    uint8_t *again = temp_read(path, &len);
    must(again != NULL && len == text.len);
    for (size_t i = 0; i < len; i++)
        must((again[i] | 0x20) == (text.at[i] | 0x20));
    free(again);
}

/* What was not wrapped does not open; what was, does, until one bit is another. */
static void try_wrapped(struct span input)
{
    uint8_t wrapped[WRAPPED_MAX + KEYS_WRAP_EXTRA],
            plain[WRAPPED_MAX + KEYS_WRAP_EXTRA];
    struct span aad = fuzz_take(&input, fuzz_byte(&input) % 16);
    uint32_t at = fuzz_number(&input, 2);
    struct span bytes = fuzz_take(&input, WRAPPED_MAX);
    must(!wrap_key_unwrap(generation, aad, bytes, plain));

    wrap_key_wrap(generation, aad, bytes, wrapped);
    struct span whole = {wrapped, bytes.len + KEYS_WRAP_EXTRA};
    must(wrap_key_unwrap(generation, aad, whole, plain));
    must(bytes.len == 0 || memcmp(plain, bytes.at, bytes.len) == 0);
    must(!wrap_key_unwrap(generation, aad, (struct span){wrapped, whole.len - 1},
            plain));
    wrapped[at / 8 % whole.len] ^= (uint8_t)(1u << at % 8);
    must(!wrap_key_unwrap(generation, aad, whole, plain));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span input = {data, size};
    uint8_t choice = fuzz_byte(&input);
    if (choice % 4 == N_KEY_KINDS)
        try_wrapped(input);
    else
        try_file((enum key_kind)(choice % 4), fuzz_take(&input, FILE_MAX));
    return 0;
}
