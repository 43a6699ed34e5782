/* wire_find.h - the first text of a message, in whatever field of it, that is what one
 * looks for: a national number, a mark. Who adds a field need not think of it. */
#ifndef WIRE_FIND_H
#define WIRE_FIND_H

#include "core/wire.h"

enum { WIRE_PATH_BYTES = 64 }; /* of a field's name with those it lies in, with NUL */

/* Which texts are looked for, and the fields that are not looked into, wherever they
 * lie. */
struct wire_search {
    bool (*is)(const char *text);
    const char *const *except;
    size_t n_except;
};

/* The first one, by its path ("referral.person.phone"); false: there is none. */
bool wire_find_text(const struct wire_map *map, const void *in,
        const struct wire_search *search, char path[WIRE_PATH_BYTES]);

/* No text of it holds a national number; else E_NISS, with the field. */
MUST_USE bool wire_niss_free(const struct wire_map *map, const void *in,
        struct err *err);

#endif
