/* wire_find.c - the texts of a message one by one. */
#include "core/wire_find.h"

#include <stdio.h>

#include "core/niss.h"
#include "core/wire_walk.h"

static bool is_excepted(const struct wire_search *search, const char *name)
{
    for (size_t i = 0; i < search->n_except; i++)
        if (strcmp(search->except[i], name) == 0)
            return true;
    return false;
}

/* At most WIRE_DEPTH_MAX calls deep: a map that is deeper, or holds itself, is not
 * made. */
static bool find_in(const struct wire_search *search, const struct wire_map *map,
        const void *in, char path[WIRE_PATH_BYTES])
{
    size_t len = strlen(path);
    for (size_t i = 0; i < wire_field_count(map); i++) {
        struct wire_field field = wire_field_at(map, i);
        bool text = field.kind == WALK_TEXT;
        if ((!text && field.kind != WALK_MESSAGE) || is_excepted(search, field.name))
            continue;
        snprintf(path + len, WIRE_PATH_BYTES - len, "%s%s", len > 0 ? "." : "",
                field.name);
        for (size_t k = 0; k < wire_value_count(&field, in); k++) {
            const void *value = wire_value(&field, in, k);
            if (text ? search->is(*(const char *const *)value)
                     : find_in(search, field.sub, value, path))
                return true;
        }
        path[len] = '\0';
    }
    return false;
}

bool wire_find_text(const struct wire_map *map, const void *in,
        const struct wire_search *search, char path[WIRE_PATH_BYTES])
{
    path[0] = '\0';
    return find_in(search, map, in, path);
}

bool wire_niss_free(const struct wire_map *map, const void *in, struct err *err)
{
    static const struct wire_search search = {niss_within, NULL, 0};
    char path[WIRE_PATH_BYTES];
    if (wire_find_text(map, in, &search, path))
        return err_set(err, E_NISS, "a national number in %s", path);
    return true;
}
