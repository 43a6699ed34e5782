/* fuzz_conf.c - any bytes as a settings file: refused in words, or taken; and what is
 * taken is the same after it was written and read once more. */
#include <stdlib.h>

#include "tests/conf_sample.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void expect(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    enum { N = COUNT_OF(sample_keys) };
    struct err err = {CODE_OK, ""};
    struct sample first = {.before = 7};
    struct sample second = {.before = 7};
    if (!conf_parse((struct span){bytes, len}, "fuzz", sample_keys, N, &first, &err)) {
        /* Nothing written, something said; and the next file is read as ever. */
        expect(memcmp(&first, &second, sizeof first) == 0);
        expect(err.code == ERR_CONFIG && strncmp(err.msg, "fuzz:", 5) == 0);
        expect(conf_parse(span_text("port = 8 # \""), "next", sample_keys, N, &first,
                &err));
        expect(first.port == 8);
        return 0;
    }
    char *text = NULL;
    size_t text_len = 0;
    FILE *file = open_memstream(&text, &text_len);
    expect(file != NULL && conf_print(file, "fuzz", sample_keys, N, &first));
    fclose(file);
    expect(conf_parse((struct span){(const uint8_t *)text, text_len}, "again",
            sample_keys, N, &second, &err));
    expect(strcmp(first.name, second.name) == 0 && first.port == second.port &&
            first.depth == second.depth && first.strict == second.strict);
    free(text);
    return 0;
}
