/* wire_niss.c - the texts of a message one by one. */
#include "core/wire_niss.h"

#include <stdio.h>

#include "core/niss.h"
#include "core/wire_walk.h"

struct search {
    const char *const *except;
    size_t n_except;
    char *path;
};

static bool is_excepted(const struct search *search, const char *name)
{
    for (size_t i = 0; i < search->n_except; i++)
        if (strcmp(search->except[i], name) == 0)
            return true;
    return false;
}

/* At most WIRE_DEPTH_MAX calls deep: the wire checks it. */
static bool search_in(const struct search *search, const struct wire_map *map,
        const void *in, size_t depth)
{
    size_t len = strlen(search->path);
    for (size_t i = 0; i < wire_field_count(map); i++) {
        struct wire_field field = wire_field_at(map, i);
        bool text = field.kind == WALK_TEXT;
        if ((!text && field.kind != WALK_MESSAGE) || is_excepted(search, field.name))
            continue;
        snprintf(search->path + len, WIRE_PATH_BYTES - len, "%s%s", len > 0 ? "." : "",
                field.name);
        for (size_t k = 0; k < wire_value_count(&field, in); k++) {
            const void *value = wire_value(&field, in, k);
            if (text ? niss_within(*(const char *const *)value)
                     : depth < WIRE_DEPTH_MAX &&
                                    search_in(search, field.sub, value, depth + 1))
                return true;
        }
        search->path[len] = '\0';
    }
    return false;
}

bool wire_niss_field(const struct wire_map *map, const void *in,
        const char *const *except, size_t n_except, char path[WIRE_PATH_BYTES])
{
    const struct search search = {except, n_except, path};
    path[0] = '\0';
    return search_in(&search, map, in, 0);
}
