/* mutate.h - for fuzzers: a message decoded, changed in some fields by the rows of its
 * map, and packed again, so that the strict check is passed and what lies behind it is
 * reached. */
#ifndef MUTATE_H
#define MUTATE_H

#include "core/wire.h"

/* Change the packed message in place; its new length. What is no such message is
 * replaced by one that is made up; when the change does not pack, the bytes are changed
 * as bytes. The same seed makes the same change. */
size_t mutate_message(const struct wire_map *map, uint8_t *bytes, size_t len,
        size_t cap, unsigned seed);

#endif
