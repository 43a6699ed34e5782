/* memory.c - between SQLite and the memory it asks for. */
#include "tests/memory.h"

#include <sqlite3.h>
#include <stdlib.h>

static struct {
    sqlite3_mem_methods real;
    bool paused, happened;
    uint64_t count, plan_at;
} the;

static bool refused(void)
{
    if (the.paused)
        return false;
    the.count++;
    if (the.plan_at == 0 || --the.plan_at > 0)
        return false;
    the.plan_at = 1;
    the.happened = true;
    return true;
}

static void *on_malloc(int n)
{
    return refused() ? NULL : the.real.xMalloc(n);
}

static void *on_realloc(void *memory, int n)
{
    return refused() ? NULL : the.real.xRealloc(memory, n);
}

void memory_begin(void)
{
    if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &the.real) != SQLITE_OK)
        abort();
    sqlite3_mem_methods methods = the.real;
    methods.xMalloc = on_malloc;
    methods.xRealloc = on_realloc;
    if (sqlite3_config(SQLITE_CONFIG_MALLOC, &methods) != SQLITE_OK)
        abort();
}

void memory_plan(uint64_t at)
{
    the.plan_at = at;
    if (at > 0)
        the.happened = false;
}

bool memory_planned_happened(void)
{
    return the.happened;
}

void memory_pause(bool paused)
{
    the.paused = paused;
}

uint64_t memory_count(void)
{
    return the.count;
}
