/* haystack.c - looking for bytes, a chunk at a time. */
#include "tests/haystack.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK_BYTES = 4 * 1024 * 1024, PATH_BYTES = 600, LINE_BYTES = 1024 };

size_t haystack_needle(struct haystack *stack, struct span needle)
{
    if (stack->n_needles == NEEDLES_MAX || needle.len > NEEDLE_BYTES_MAX ||
            needle.len == 0)
        abort();
    stack->needles[stack->n_needles] = needle;
    stack->found[stack->n_needles] = 0;
    return stack->n_needles++;
}

void haystack_clear(struct haystack *stack)
{
    memset(stack->found, 0, sizeof stack->found);
    stack->n_bytes = 0;
}

size_t haystack_total(const struct haystack *stack)
{
    size_t n = 0;

    for (size_t i = 0; i < stack->n_needles; i++)
        n += stack->found[i];
    return n;
}

void haystack_search(struct haystack *stack, struct span bytes)
{
    for (size_t i = 0; i < stack->n_needles; i++)
        if (memmem(bytes.at, bytes.len, stack->needles[i].at, stack->needles[i].len) !=
                NULL)
            stack->found[i]++;
}

/* From one place of a file to another; chunks overlap, so that nothing lies unseen
 * between two. */
static void search_file(struct haystack *stack, int fd, off_t from, off_t to,
        uint8_t *chunk)
{
    size_t kept = 0;

    while (from < to) {
        size_t want = (size_t)(to - from) < CHUNK_BYTES ? (size_t)(to - from)
                                                        : (size_t)CHUNK_BYTES;
        ssize_t got = pread(fd, chunk + kept, want, from);
        if (got <= 0)
            return;
        size_t len = kept + (size_t)got;
        haystack_search(stack, (struct span){chunk, len});
        stack->n_bytes += (uint64_t)got;
        from += got;
        kept = len < NEEDLE_BYTES_MAX ? len : (size_t)NEEDLE_BYTES_MAX;
        memmove(chunk, chunk + len - kept, kept);
    }
}

bool haystack_memory(struct haystack *stack, pid_t pid)
{
    char path[PATH_BYTES], line[LINE_BYTES], mode[8];
    unsigned long from, to;

    snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
    FILE *maps = fopen(path, "r");
    snprintf(path, sizeof path, "/proc/%d/mem", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    uint8_t *chunk = malloc(CHUNK_BYTES + NEEDLE_BYTES_MAX);
    bool ok = maps != NULL && fd >= 0 && chunk != NULL;

    /* What the kernel itself shows there is not the process's. */
    while (ok && fgets(line, sizeof line, maps) != NULL)
        if (sscanf(line, "%lx-%lx %7s", &from, &to, mode) == 3 && mode[0] == 'r' &&
                strstr(line, "[v") == NULL)
            search_file(stack, fd, (off_t)from, (off_t)to, chunk);
    free(chunk);
    if (maps != NULL)
        fclose(maps);
    if (fd >= 0)
        close(fd);
    return ok;
}

static bool search_path(struct haystack *stack, const char *path, uint8_t *chunk)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat info;
    bool ok = fd >= 0 && fstat(fd, &info) == 0;

    if (ok)
        search_file(stack, fd, 0, info.st_size, chunk);
    if (fd >= 0)
        close(fd);
    return ok;
}

bool haystack_folder(struct haystack *stack, const char *folder)
{
    DIR *dir = opendir(folder);
    uint8_t *chunk = malloc(CHUNK_BYTES + NEEDLE_BYTES_MAX);
    bool ok = dir != NULL && chunk != NULL;
    char path[PATH_BYTES];
    struct dirent *entry;

    while (ok && (entry = readdir(dir)) != NULL) {
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (entry->d_type == DT_REG)
            ok = search_path(stack, path, chunk);
        else if (entry->d_type == DT_DIR && entry->d_name[0] != '.')
            ok = haystack_folder(stack, path);
    }
    free(chunk);
    if (dir != NULL)
        closedir(dir);
    return ok;
}
