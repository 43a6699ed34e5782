/* vector_rows.h - published test vectors as files of lines and words; for unit tests.
 */
#ifndef VECTOR_ROWS_H
#define VECTOR_ROWS_H

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/ids.h"
#include "core/span.h"

enum {
    VECTOR_WORDS_MAX = 24,
    VECTOR_BYTES_MAX = 16384,
};

/* An open file and its present line, in words. */
struct vectors {
    FILE *file;
    char *line;
    size_t line_bytes;
    char *words[VECTOR_WORDS_MAX];
    size_t n_words;
};

/* A file of tests/vectors, seen from the root of the repository; BUURTBUS_VECTORS names
 * another folder. A missing file ends the test: nothing would be proved without it. */
static inline void vectors_open(struct vectors *vectors, const char *name)
{
    const char *folder = getenv("BUURTBUS_VECTORS");
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder != NULL ? folder : "tests/vectors",
            name);
    *vectors = (struct vectors){.file = fopen(path, "r")};
    if (vectors->file == NULL) {
        perror(path);
        exit(1);
    }
}

/* The next line that is no comment; false at the end. */
static inline bool vectors_next(struct vectors *vectors)
{
    do {
        if (getline(&vectors->line, &vectors->line_bytes, vectors->file) < 0)
            return false;
    } while (vectors->line[0] == '#');

    char *rest = vectors->line;
    rest[strcspn(rest, "\n")] = '\0';
    vectors->n_words = 0;
    while (rest != NULL) {
        assert(vectors->n_words < VECTOR_WORDS_MAX);
        vectors->words[vectors->n_words++] = strsep(&rest, " ");
    }
    return true;
}

static inline void vectors_close(struct vectors *vectors)
{
    free(vectors->line);
    fclose(vectors->file);
}

static inline bool vectors_row_is(const struct vectors *vectors, const char *kind)
{
    return strcmp(vectors->words[0], kind) == 0;
}

/* The bytes of a word in hexadecimal; "-" and "e" are none. */
static inline struct span vector_bytes(const char *word, uint8_t out[VECTOR_BYTES_MAX])
{
    if (strcmp(word, "-") == 0 || strcmp(word, "e") == 0)
        return (struct span){out, 0};
    size_t len = strlen(word) / 2;
    bool ok = len <= VECTOR_BYTES_MAX && ids_unhex(word, out, len);
    assert(ok);
    (void)ok;
    return (struct span){out, len};
}

/* The same for a value of 32 bytes; a shorter or longer one is filled up with zeros or
 * cut. */
static inline struct key32 vector_key32(const char *word)
{
    static uint8_t bytes[VECTOR_BYTES_MAX];
    struct span span = vector_bytes(word, bytes);
    struct key32 key = {{0}};
    memcpy(key.b, span.at, span.len < sizeof key.b ? span.len : sizeof key.b);
    return key;
}

#endif
