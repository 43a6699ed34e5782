/* conf_inner.h - what the files of conf share and nobody else includes. */
#ifndef CONF_INNER_H
#define CONF_INNER_H

#include "core/conf.h"

/* One value that its key allows. */
struct conf_value {
    const char *text; /* CONF_TEXT: borrowed */
    int64_t number;
    bool flag;
};

/* Does text say a value that the key allows? */
MUST_USE bool conf_value_read(const struct conf_key *key, const char *text,
        struct conf_value *value);

/* "a number from 1 to 65535", for messages and the default file. */
void conf_value_allowed(const struct conf_key *key, char *words, size_t cap);

/* The shape of a settings file: UTF-8, and nothing in it that libconfuse would take in
 * a way that a person does not expect. False with line and words. */
MUST_USE bool conf_shape_check(struct span text, const char *name, struct err *err);

/* Words for what a line of text may not hold (no UTF-8, a control character), or NULL.
 */
const char *conf_bad_character(struct span line);

#endif
