/* temp.h - a temporary folder for one test, and whole files in it. */
#ifndef TEMP_H
#define TEMP_H

#include <ftw.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TEMP_PATH_BYTES = 256 };

struct temp {
    char folder[TEMP_PATH_BYTES];
};

static inline void temp_init(struct temp *temp)
{
    const char *root = getenv("TMPDIR");
    snprintf(temp->folder, sizeof temp->folder, "%s/unit-XXXXXX",
            root != NULL && root[0] != '\0' ? root : P_tmpdir);
    if (mkdtemp(temp->folder) == NULL) {
        perror(temp->folder);
        abort();
    }
}

static inline int temp_forget(const char *path, const struct stat *info, int type,
        struct FTW *where)
{
    (void)info;
    (void)type;
    (void)where;
    return remove(path);
}

static inline void temp_done(struct temp *temp)
{
    nftw(temp->folder, temp_forget, 8, FTW_DEPTH | FTW_PHYS);
}

static inline void temp_path(const struct temp *temp, const char *name,
        char path[TEMP_PATH_BYTES])
{
    if (snprintf(path, TEMP_PATH_BYTES, "%s/%s", temp->folder, name) >= TEMP_PATH_BYTES)
        abort();
}

/* The whole file on the heap; NULL when it is not there. */
static inline uint8_t *temp_read(const char *path, size_t *len)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return NULL;
    fseek(file, 0, SEEK_END);
    size_t size = (size_t)ftell(file);
    rewind(file);
    uint8_t *bytes = malloc(size + 1);
    if (bytes == NULL || fread(bytes, 1, size, file) != size)
        abort();
    fclose(file);
    bytes[size] = '\0';
    *len = size;
    return bytes;
}

static inline void temp_write(const char *path, const void *bytes, size_t len)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(bytes, 1, len, file) != len || fclose(file) != 0)
        abort();
}

#endif
