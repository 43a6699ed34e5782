/* wire_niss.h - does a national number stand in a text of a message, in whatever field
 * of it? Who adds a field need not think of it. */
#ifndef WIRE_NISS_H
#define WIRE_NISS_H

#include "core/wire.h"

enum { WIRE_PATH_BYTES = 64 }; /* of a field's name with those it lies in, with NUL */

/* The first one, by its path ("referral.person.phone"); false: there is none. The
 * fields of these names are not looked into, wherever they lie. */
bool wire_niss_field(const struct wire_map *map, const void *in,
        const char *const *except, size_t n_except, char path[WIRE_PATH_BYTES]);

#endif
