/* heap.c - between the program and its memory. */
#include "tests/heap.h"

#include <errno.h>
#include <stddef.h>

static struct {
    uint64_t plan_at;
    bool happened;
} the;

void *__real_malloc(size_t len);
void *__real_calloc(size_t n, size_t len);
void *__real_realloc(void *memory, size_t len);
char *__real_strdup(const char *text);
void *__real_sodium_malloc(size_t len);

void *__wrap_malloc(size_t len);
void *__wrap_calloc(size_t n, size_t len);
void *__wrap_realloc(void *memory, size_t len);
char *__wrap_strdup(const char *text);
void *__wrap_sodium_malloc(size_t len);

static bool refused(void)
{
    if (the.plan_at == 0 || --the.plan_at > 0)
        return false;
    the.happened = true;
    errno = ENOMEM;
    return true;
}

void *__wrap_malloc(size_t len)
{
    return refused() ? NULL : __real_malloc(len);
}

void *__wrap_calloc(size_t n, size_t len)
{
    return refused() ? NULL : __real_calloc(n, len);
}

void *__wrap_realloc(void *memory, size_t len)
{
    return refused() ? NULL : __real_realloc(memory, len);
}

char *__wrap_strdup(const char *text)
{
    return refused() ? NULL : __real_strdup(text);
}

void *__wrap_sodium_malloc(size_t len)
{
    return refused() ? NULL : __real_sodium_malloc(len);
}

void heap_plan(uint64_t at)
{
    the.plan_at = at;
    if (at > 0)
        the.happened = false;
}

bool heap_planned_happened(void)
{
    return the.happened;
}
