/* corpus.c - a fuzzer without its engine: every input of its corpus once, for any
 * compiler and for the measure of coverage. corpus_NAME FOLDER */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "tests/temp.h"

enum { FILES_MAX = 200 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
/* Not every fuzzer has one. */
__attribute__((weak)) int LLVMFuzzerInitialize(int *argc, char ***argv);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

/* The engine's own changes are not made here. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size)
{
    (void)data;
    return size < max_size ? size : max_size;
}

static int is_file(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

int main(int argc, char **argv)
{
    struct dirent **files;
    char path[TEMP_PATH_BYTES];
    int n = argc == 2 ? scandir(argv[1], &files, is_file, alphasort) : -1;
    if (n <= 0 || n > FILES_MAX) {
        fprintf(stderr, "not ok - no inputs, or too many\n");
        return 1;
    }
    if (LLVMFuzzerInitialize != NULL)
        LLVMFuzzerInitialize(&argc, &argv);
    for (int i = 0; i < n; i++) {
        size_t len = 0;
        if (snprintf(path, sizeof path, "%s/%s", argv[1], files[i]->d_name) >=
                (int)sizeof path)
            return 1;
        uint8_t *bytes = temp_read(path, &len);
        if (bytes == NULL)
            return 1;
        LLVMFuzzerTestOneInput(bytes, len);
        free(bytes);
        free(files[i]);
    }
    free(files);
    printf("ok - %d inputs of %s\n", n, argv[1]);
    return 0;
}
