/* disclose_confidence.h - what was said in confidence stays in the house: parts of a
 * text between marks are taken out of it before it is sealed. Pure.
 *
 *     Zij wil weer naar buiten. [vertrouwelijk] Haar zoon drinkt. [/vertrouwelijk]
 *
 * The marks are [vertrouwelijk], [confidentiel], [confidential] and [confidence], each
 * closed by its own with a slash, in any capitals. Whatever begins like a mark and is
 * none is refused: a slip of the pen must not let out what was said in confidence. */
#ifndef DISCLOSE_CONFIDENCE_H
#define DISCLOSE_CONFIDENCE_H

#include "core/arena.h"
#include "core/err.h"

enum { CONFIDENCE_PARTS_MAX = 20 }; /* of one request */

struct confidence {
    const char *parts[CONFIDENCE_PARTS_MAX]; /* in the arena */
    size_t n_parts;
};

/* Does a mark stand in it, or what looks like one? */
bool confidence_is_marked(const char *text);

/* The text without what lies between marks, which is added to parts. E_FIELD: a mark
 * that is not closed, lies in another, or is misspelt; E_SIZE: too many parts, or no
 * room. */
MUST_USE bool confidence_split(const char *text, struct arena *arena, const char **rest,
        struct confidence *confidence, struct err *err);

/* One more part, as it is; empty ones are none. E_SIZE: too many. */
MUST_USE bool confidence_add(struct confidence *confidence, const char *part,
        struct err *err);

#endif
